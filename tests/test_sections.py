"""Answers as facts to read: which columns, in which words, and who says so."""

import pytest

from kg.load import load_files
from kg.questions.answer import ask
from viz.sections import clash, section


@pytest.fixture
def reports(graph, documents):
    load_files(graph, [documents / "world.ttl", documents / "analysts-named.ttl"])
    load_files(graph, [documents / "analysts.ttl"])
    return graph


def shown(graph, question, about="", **values):
    found = ask(graph, question, values)
    subject = next((v.id for v in found.parameters.values() if hasattr(v, "id")), "")
    return section(found, subject if about else "")


def rows(made):
    return [[cell.text for cell in fact.cells] for fact in made.facts]


def test_what_was_asked_about_is_not_repeated_in_each_row(graph):
    assert shown(graph, "who-owns", "it", company="mitsubishi-motors").headings == (
        "Holder",
        "Share",
        "Right",
        "Status",
    )
    assert "Company" in shown(graph, "who-owns", company="mitsubishi-motors").headings


def test_bounds_and_what_is_inferred_are_told_in_one_cell(graph):
    made = shown(graph, "sales-of", "it", subject="honda-nissan-mitsubishi")
    assert made.headings[0] == "Vehicles"
    assert [row[0] for row in rows(made)] == ["more than 8 million", "8.35 million"]
    assert "Apr 2023 to Mar 2024 (inferred)" in rows(made)[1]


def test_a_range_is_a_range(reports):
    made = shown(reports, "combined-sales-of-alliance", "it", alliance="alpha-beta")
    together = made.headings.index("Vehicles together")
    assert {row[together] for row in rows(made)} == {"40", "320 to 330", "at least 300", "30"}


def test_what_is_unknown_is_not_nothing(graph):
    made = shown(graph, "market-share-of", "it", subject="nissan")
    assert [row[0] for row in rows(made)] == ["not stated", "not stated"]


def test_a_day_that_no_source_states_is_marked(graph):
    made = shown(graph, "timeline-of", "it", company="nissan")
    days = [row[0] for row in rows(made)]
    assert "2024-03" in days
    assert "2024-07-28 (day of the source)" in days


def test_ids_of_claims_are_no_column(graph):
    made = shown(graph, "contradictions", about="toyota-led")
    assert not {"Latest", "Authoritative"} & set(made.headings)


def test_each_fact_says_in_a_line_who_says_so(graph):
    mix = shown(graph, "sales-mix-of", "it", subject="nissan")
    assert mix.facts[0].source == "News article 000 (2024), sentence 7, passing on Reuters"
    assert not mix.facts[0].firm
    allies = shown(graph, "who-is-allied-with-whom", "it", company="nissan")
    assert allies.facts[0].source == "6 claims: News article 000 (2024), News article 001 (2024)"


def test_rows_past_the_cap_are_counted(graph):
    found = ask(graph, "timeline-of", {"company": "nissan"})
    made = section(found, most=5)
    assert (len(made.facts), made.left_out) == (5, len(found.rows) - 5)


def test_what_may_be_no_contradiction_is_not_called_one(graph):
    certain = shown(graph, "members-of-alliance", alliance="toyota-led").contradictions
    possible = shown(graph, "members-of-alliance", member="nissan").contradictions
    assert clash(certain) == "Sources contradict each other"
    assert clash(possible) == "Sources may contradict each other"
    assert clash([*possible, *certain]) == "Sources contradict each other"

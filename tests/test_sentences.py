"""Sentences: what is read how, and what is refused with what."""

import re
from datetime import date

import pytest

from kg import names
from kg.load import load_files
from kg.questions.answer import Named, ask
from kg.questions.catalogue import questions
from kg.questions.sentences import LONGEST, ask_sentence

FILLED = {"member": "Nissan", "ally": "Honda", "market": "China", "company": "Renault"}
FILLED |= {"partner": "Honda", "competitor": "BYD", "other": "Nissan", "alliance": "Toyota-led"}


def values(reply):
    return {k: v.label if isinstance(v, Named) else v for k, v in reply.parameters.items()}


@pytest.mark.parametrize("name", questions())
def test_every_wording_is_read_as_its_own_question(graph, name):
    one = questions()[name]
    for text in one.sentences:
        given = {**FILLED, **one.example, "market": one.example.get("market", "China").upper()}
        sentence = re.sub(r"\{(\w+)\}", lambda slot, given=given: given[slot[1]], text)
        reply = ask_sentence(graph, sentence + "?")
        read = {reply.question, *(each.question for each in reply.alternatives)}
        assert name in read, f"{sentence} -> {reply.status} {reply.question} {reply.notes}"


@pytest.mark.parametrize(
    ("sentence", "name", "expected"),
    [
        ("Who is allied with Nissan?", "who-is-allied-with-whom", {"company": "Nissan Motor"}),
        ("  WHO   is allied\nwith nissan ", "who-is-allied-with-whom", {"company": "Nissan Motor"}),
        ("Who owns 日産自動車?", "who-owns", {"company": "Nissan Motor"}),
        ("Who's in Toyota's alliance?", "members-of-alliance", {"alliance": "Toyota-led alliance"}),
        (
            "What stake does Mitsubishi Motors hold in Nissan?",
            "stake-between",
            {"holder": "Mitsubishi Motors", "company": "Nissan Motor"},
        ),
        (
            "Which share of Mitsubishi is held by Nissan as of 2024-08-01?",
            "stake-between",
            {"holder": "Nissan Motor", "company": "Mitsubishi Motors", "as_of": "2024-08-01"},
        ),
        (
            "Who owns Mitsubishi, as of August 2024, known by 2024-09-01?",
            "who-owns",
            {"company": "Mitsubishi Motors", "as_of": "2024-08-31", "known_by": "2024-09-01"},
        ),
        (
            "How many EVs did BYD sell worldwide in 2023?",
            "sales-of",
            {
                "subject": "BYD",
                "market": "World",
                "powertrain": "electric vehicles (as printed)",
                "period": "2023",
            },
        ),
    ],
    ids=["plain", "white space", "japanese", "possessive", "owner", "owned", "clocks", "figure"],
)
def test_a_sentence_is_read_with_each_name_in_its_place(graph, sentence, name, expected):
    reply = ask_sentence(graph, sentence)
    assert reply.question == name
    assert {k: str(v) for k, v in values(reply).items()} == expected


def test_a_sentence_has_the_answer_of_its_question(graph):
    reply = ask_sentence(graph, "Who is allied with Nissan as of 2024-01-01?")
    asked = ask(graph, "who-is-allied-with-whom", {"company": "nissan", "as_of": "2024-01-01"})
    assert reply.rows == asked.rows
    assert reply.claims == asked.claims


def test_a_stake_is_never_read_the_other_way_round(graph):
    reply = ask_sentence(graph, "What stake does Mitsubishi Motors hold in Nissan?")
    assert (reply.status, reply.rows) == ("no-data", ())
    assert reply.notes == (
        "it is the other way round: Nissan Motor holds 34% of Mitsubishi Motors",
    )


def test_membership_is_never_ownership(graph):
    reply = ask_sentence(graph, "How much of Nissan does Honda own?")
    assert (reply.status, reply.rows) == ("false-premise", ())
    assert "membership is not ownership" in reply.notes[0]
    assert reply.claims


def test_leading_is_never_controlling(graph):
    assert ask_sentence(graph, "Who controls the Toyota-led alliance?").status == "false-premise"
    assert ask_sentence(graph, "Does Toyota control Suzuki?").verdict == "unknown"


def test_absence_is_never_zero_and_never_a_no(graph):
    counted = ask_sentence(graph, "How many shareholders does Honda have?")
    assert (counted.status, counted.calculation) == ("no-data", None)
    whether = ask_sentence(graph, "Is Honda allied with Renault?")
    assert (whether.status, whether.verdict) == ("no-data", "unknown")


def test_a_number_that_was_worked_out_shows_its_arithmetic_and_both_claims(graph):
    reply = ask_sentence(graph, "How many EVs did Nissan and Honda sell together in 2023?")
    assert reply.calculation.value == 159_000
    assert reply.calculation.text == "Nissan Motor 140,000 + Honda Motor 19,000 = 159,000"
    assert len(reply.claims) == 2


def test_figures_of_unlike_periods_are_not_compared_silently(graph):
    sentence = "How many more vehicles did the Toyota-led alliance sell than Honda?"
    reply = ask_sentence(graph, sentence)
    assert any("period is not stated" in note for note in reply.notes)


def test_the_wrong_direction_is_a_false_premise(graph):
    reply = ask_sentence(graph, "By how much did Nissan's sales in China grow in 2023?")
    assert (reply.status, reply.notes) == ("false-premise", ("it fell: -16.1%",))


def test_a_year_that_may_be_two_is_answered_with_both_and_how_to_say_which(graph):
    reply = ask_sentence(graph, "How many cars did Honda sell in 2023?")
    assert reply.status == "ambiguous"
    assert [each.rows[0].values["value"] for each in reply.alternatives] == [19_000, 4_100_000]
    for sentence, each in zip(reply.suggestions, reply.alternatives, strict=True):
        assert ask_sentence(graph, sentence).rows == each.rows


def test_an_alliance_of_nissan_is_not_guessed(graph):
    reply = ask_sentence(graph, "What is the Nissan alliance for?")
    slugs = [names.local_name(each.parameters["alliance"].id) for each in reply.alternatives]
    assert slugs == ["honda-nissan-mitsubishi", "renault-nissan-mitsubishi"]


def test_last_year_needs_a_stated_day(graph):
    sentence = "How many EVs did Tesla sell last year?"
    refused = ask_sentence(graph, sentence)
    assert refused.status == "not-understood"
    assert "last year" in refused.unknown[0]
    assert (
        ask_sentence(graph, sentence, today=date(2024, 6, 1)).rows[0].values["value"] == 1_800_000
    )


def test_a_list_is_not_taken_for_an_alliance(graph):
    reply = ask_sentence(graph, "What are the total sales of Honda, Nissan and Mitsubishi Motors?")
    assert reply.calculation.value == 8_350_000


@pytest.mark.parametrize(
    "sentence",
    ["", "???", "Tell me a joke", "Nissan", "Drop all tables", "Who does not own Nissan?",
     "Wem gehört Nissan?", "Who owns Mitsubishi Motors and why?", "Who owns <x:y> } ; DROP ALL #",
     "Who is allied with the Toyota-led alliance?", "Who owns Nissan in China?"],
)  # fmt: skip
def test_what_is_not_covered_whole_is_refused_with_questions_that_would_do(graph, sentence):
    before = graph.version
    reply = ask_sentence(graph, sentence)
    assert (reply.status, reply.rows) == ("not-understood", ())
    assert reply.suggestions
    assert graph.version == before


@pytest.mark.parametrize(
    ("sentence", "unknown"),
    [
        ("Who owns Nisan?", "Nisan"),
        ("What colour is Toyota?", "colour"),
        ("Who ownes Honda?", "ownes"),
    ],
)
def test_what_is_not_known_is_named(graph, sentence, unknown):
    assert ask_sentence(graph, sentence).unknown == (unknown,)


def test_suggestions_are_understood_themselves(graph):
    for sentence in ("Who owns Nisan?", "Who ownes Honda?", "What about the sales at Honda?"):
        for suggestion in ask_sentence(graph, sentence).suggestions:
            assert ask_sentence(graph, suggestion).status != "not-understood", suggestion


def test_a_name_of_two_companies_is_not_guessed(graph, write):
    text = 'company:other a kei:Company ; rdfs:label "Other" ; skos:altLabel "Nissan" .'
    load_files(graph, [write("more", text)])
    reply = ask_sentence(graph, "What does Nissan own?")
    assert reply.status == "ambiguous"
    assert set(reply.suggestions) == {"What does Nissan Motor own?", "What does Other own?"}


def test_a_name_that_is_an_ordinary_word_is_a_name_where_it_is_written_as_one(graph, write):
    load_files(graph, [write("more", 'company:target a kei:Company ; rdfs:label "Alliance" .')])
    assert values(ask_sentence(graph, "Who owns Alliance?")) == {"company": "Alliance"}
    assert ask_sentence(graph, "Which alliance is Mazda in?").question == "members-of-alliance"


def test_a_sentence_that_is_too_long_is_not_read(graph):
    reply = ask_sentence(graph, "who owns " * 5_000)
    assert reply.status == "not-understood"
    assert len(reply.sentence) == LONGEST


def test_two_that_only_several_others_link_are_told_the_shortest_path(graph):
    reply = ask_sentence(graph, "How are Honda and Renault connected?")
    assert (reply.status, reply.calculation.value) == ("answered", 3)
    assert "Nissan Motor is a member of Renault" in reply.calculation.text
    assert any("third party" in note for note in reply.notes)
    assert {one.says for one in reply.claims.values()} >= {"Renault is in the older alliance too."}


def test_two_that_nothing_links_are_not_connected_by_a_guess(graph):
    assert ask_sentence(graph, "How are Suzuki and Renault connected?").status == "no-data"

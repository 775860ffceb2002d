"""Who controls whom, and which group a company belongs to: by name, in words, over HTTP.

Arvo Holding has 60 % (a second source: 72 %) of Belmar Motors and 25 % of Dunmore; Belmar 55 % of
Castrel; Castrel 30 % of Dunmore; Marta Lindqvist 70 % of the votes of Arvo Holding.
"""

from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kg.analytics import control_findings
from kg.load import load_files
from kg.questions.answer import Named, ask
from kg.questions.sentences import ask_sentence
from kg.settings import read_settings

INVENTED = Path(__file__).parent / "questions" / "invented"
FILES = [*sorted(INVENTED.glob("*.ttl")), *sorted(INVENTED.glob("claims/*.ttl"))]


@pytest.fixture
def invented(graph):
    load_files(graph, FILES)
    return graph


def labels(answer, *columns):
    return {
        tuple(v.label if isinstance(v := row.values[one], Named) else v for one in columns)
        for row in answer.rows
    }


def test_control_through_others_has_the_claims_of_the_whole_chain(invented):
    answer = ask(invented, "who-controls", {"company": "castrel"})
    assert labels(answer, "controller", "held", "ultimate") == {
        ("Marta Lindqvist", Decimal("0.55"), True),
        ("Arvo Holding", Decimal("0.55"), False),
        ("Belmar Motors", Decimal("0.55"), False),
    }
    (top,) = [row for row in answer.rows if row.values["ultimate"]]
    assert {answer.claims[one].says for one in top.claims} >= {
        "Belmar Motors owns 55 per cent of Castrel.",
        "Marta Lindqvist has 70 per cent of the votes of Arvo Holding.",
    }


def test_two_stakes_together_are_control(invented):
    answer = ask(invented, "who-controls", {"controller": "arvo-holding"})
    assert labels(answer, "company") == {("Belmar Motors",), ("Castrel",), ("Dunmore Vehicles",)}


@pytest.mark.parametrize(
    ("clocks", "silence"),
    [
        ({"as_of": "2020-06-01"}, ("not-yet", "it holds from")),
        ({"known_by": "2024-06-30"}, ("not-yet-known", "known from 2024-07-01")),
    ],
)
def test_control_has_two_clocks(invented, clocks, silence):
    held = ask(invented, "who-controls", {"company": "castrel", "controller": "belmar", **clocks})
    assert not held.rows
    assert held.silence.code == silence[0]
    assert silence[1] in held.silence.text


def test_what_rests_on_several_claims_is_known_with_the_last_of_them(invented):
    values = {"company": "belmar", "controller": "marta-lindqvist"}
    early = ask(invented, "who-controls", {**values, "known_by": "2024-07-15"})
    assert early.silence.code == "not-yet-known"
    assert "2024-08-15" in early.silence.text


def test_a_group_is_who_is_at_the_top_and_all_that_it_controls(invented):
    whole = {
        ("Marta Lindqvist", one)
        for one in ("Arvo Holding", "Belmar Motors", "Castrel", "Dunmore Vehicles")
    }
    for company in ("dunmore", "arvo"):
        assert labels(ask(invented, "group-of", {"company": company}), "head", "member") == whole


ABOVE = """
claim:above-a a kei:Claim ; kei:source doc:above ; kei:modality <vocab/modality/stated> ;
  kei:says "Above owns 51 per cent of Below." ; kei:states [ a kei:Stake ;
  kei:holder company:above ; kei:company company:below ; kei:right <vocab/right/capital> ;
  kei:share 0.51 ] .
"""
ABOVE_NAMES = """
company:above a kei:Company ; rdfs:label "Above" .
company:below a kei:Company ; rdfs:label "Below" .
doc:above a kei:Document ; rdfs:label "Above" ; dcterms:title "Above" ;
  kei:publishedEarliest "2024-01-01"^^xsd:date ; kei:publishedLatest "2024-01-01"^^xsd:date ;
  kei:dateBasis <vocab/basis/stated> ; kei:recorded "2024-01-02"^^xsd:date .
"""


def test_whoever_nobody_controls_is_the_top_of_its_own_group(invented, write):
    load_files(invented, [write("names", ABOVE_NAMES), write("above", ABOVE)])
    for company in ("above", "below"):
        found = ask(invented, "group-of", {"company": company})
        assert labels(found, "head", "member") == {("Above", "Below")}


@pytest.mark.parametrize(
    ("sentence", "status", "verdict"),
    [
        ("Does Arvo control Dunmore?", "answered", "yes"),
        ("Is Castrel a subsidiary of Arvo Holding?", "answered", "yes"),
        ("Does Castrel control Dunmore Vehicles?", "answered", "no"),  # 30 %
        ("Does Halden control Castrel?", "no-data", "unknown"),  # between 5 and 10 %
        ("Does Castrel control Iskra Mobility?", "no-data", "unknown"),  # it leads the alliance
        ("Does Nissan control Mitsubishi Motors?", "answered", "no"),
        ("Does Toyota control Suzuki?", "no-data", "unknown"),
    ],
)
def test_a_stake_a_lead_and_a_membership_are_not_control(invented, sentence, status, verdict):
    reply = ask_sentence(invented, sentence)
    assert (reply.status, reply.verdict) == (status, verdict)


@pytest.mark.parametrize(
    ("sentence", "question", "columns", "expected"),
    [
        ("Who controls Castrel?", "who-controls", ["controller"],
         {("Marta Lindqvist",), ("Arvo Holding",), ("Belmar Motors",)}),
        ("Which companies does Belmar control?", "who-controls", ["company"], {("Castrel",)}),
        ("Who is the ultimate owner of Castrel?", "who-controls", ["controller"],
         {("Marta Lindqvist",)}),
        ("What group does Castrel belong to?", "group-of", ["head"], {("Marta Lindqvist",)}),
    ],
)  # fmt: skip
def test_control_is_asked_for_in_words(invented, sentence, question, columns, expected):
    reply = ask_sentence(invented, sentence)
    assert (reply.status, reply.question) == ("answered", question)
    assert labels(reply, *columns) == expected
    assert reply.claims


def test_over_http_and_in_sparql_it_is_the_same(invented):
    with TestClient(create_app(read_settings({}), invented)) as client:
        found = client.get("/questions/group-of", params={"company": "castrel"}).json()
        assert {row["head"]["label"] for row in found["rows"]} == {"Marta Lindqvist"}
        rows = client.post("/sparql", data={"query": found["sparql"]}).json()["results"]["bindings"]
        members = {row["member"]["value"] for row in rows}
    assert members == {row["member"]["id"] for row in found["rows"]}


@pytest.fixture
def too_large(invented, monkeypatch):
    """A store of more stakes than control is worked out for."""
    monkeypatch.setattr(control_findings, "MOST_STAKES", 2)
    control_findings.renew(invented)
    return invented


def test_control_that_was_not_worked_out_is_said_to_be_so(too_large):
    for question in ("who-controls", "group-of"):
        answer = ask(too_large, question, {"company": "castrel"})
        assert (answer.status, answer.silence.code) == ("no-data", "not-worked-out")


@pytest.mark.parametrize(
    ("sentence", "status", "verdict"),
    [
        ("Who controls Castrel?", "no-data", ""),
        ("Does Arvo Holding control Dunmore Vehicles?", "no-data", "unknown"),
        ("Does Marta Lindqvist control Castrel?", "no-data", "unknown"),
        ("Does Belmar Motors control Castrel?", "answered", "yes"),
    ],
)
def test_a_small_stake_is_no_no_where_nothing_was_worked_out(too_large, sentence, status, verdict):
    reply = ask_sentence(too_large, sentence)
    assert (reply.status, reply.verdict) == (status, verdict)
    assert ("keiretsu control" in " ".join(reply.notes)) is (status == "no-data")
    assert not any("no stake above half" in note for note in reply.notes)

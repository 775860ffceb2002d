"""Kinds of sentences that the sets of unseen ones taught: each with the data it stands for."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from kg.load import load_files
from kg.questions.catalogue import questions
from kg.questions.reading.ended import in_the_past
from kg.questions.reading.lexicon import lexicon
from kg.questions.sentences import ask_sentence

HERE = Path(__file__).parent
INVENTED = HERE / "questions" / "invented"
DOCS = HERE.parent / "docs"


@pytest.fixture
def invented(graph):
    load_files(graph, [*sorted(INVENTED.glob("*.ttl")), *sorted(INVENTED.glob("claims/*.ttl"))])
    return graph


def named(reply, column):
    return {row.values[column].label for row in reply.rows}


def test_what_is_over_is_no_answer_in_the_present_tense(invented):
    now = ask_sentence(invented, "Who owns Iskra Mobility?")
    assert named(now, "holder") == {"Halden Industries"}
    assert now.notes == ("no longer so: Grenwald",)
    assert named(ask_sentence(invented, "Who owned Iskra Mobility?"), "holder") > {"Grenwald"}
    asked = "{} Grenwald a member of the Northern Battery Pact?"
    assert ask_sentence(invented, asked.format("Is")).verdict == "no"
    assert ask_sentence(invented, asked.format("Was")).verdict == "yes"


@pytest.mark.parametrize(
    ("text", "past"),
    [("Who owned X?", True), ("Who is owned by X?", False), ("Which was it?", True)],
)
def test_the_tense_of_a_question(text, past):
    assert in_the_past(text) is past


@pytest.mark.parametrize(
    ("sentence", "status", "verdict"),
    [
        ("Did Tesla sell more than 1.5 million EVs in 2023?", "answered", "yes"),
        ("Did Tesla sell 3 million EVs in 2023?", "answered", "no"),
        ("Did Nissan's sales in China fall by more than 20% in 2023?", "answered", "no"),
        ("Was the market share of the Japanese brands in China 17% in 2023?", "answered", "yes"),
        ("Was the market share of the Japanese brands in China above 20%?", "no-data", "unknown"),
        ("Did Japanese brands' market share in China fall in 2023?", "answered", "yes"),
        ("Does Nissan own more than half of Mitsubishi Motors?", "answered", "no"),
    ],
)
def test_a_figure_is_held_against_a_number(graph, sentence, status, verdict):
    reply = ask_sentence(graph, sentence)
    assert (reply.status, reply.verdict) == (status, verdict)


def test_a_change_between_two_periods_is_worked_out(invented):
    for sentence in (
        "How many more vehicles did Belmar sell in 2023 than in 2022?",
        "By how much did Belmar's sales rise from 2022 to 2023?",
    ):
        assert ask_sentence(invented, sentence).calculation.value == 120_000


def test_a_total_of_all_markets_stands_before_one_of_some(invented):
    reply = ask_sentence(invented, "Who sold more vehicles in 2023, Belmar or Castrel?")
    assert reply.calculation.text == "Belmar Motors 620,000 - Castrel 310,000 = 310,000"


def test_a_share_of_two_markets_is_none_of_one(graph):
    reply = ask_sentence(graph, "What share of Nissan's sales is in China?")
    assert (reply.status, reply.rows) == ("no-data", ())
    assert reply.notes == ("known only for China, United States together",)


@pytest.mark.parametrize(
    "sentence",
    [
        "Why did Tesla join the Toyota-led alliance?",
        "When did Mitsubishi Motors merge with Nissan?",
        "When did Toyota acquire Honda?",
        "Why did Nissan's sales in China rise in 2023?",
    ],
)
def test_what_is_taken_for_granted_is_looked_at(graph, sentence):
    assert ask_sentence(graph, sentence).status == "false-premise"


def test_a_town_that_is_not_stated_is_no_country(graph):
    reply = ask_sentence(graph, "In which city is Nissan based?")
    assert (reply.status, reply.rows) == ("no-data", ())
    assert "Japan" in reply.notes[0]


@pytest.mark.parametrize(
    "sentence",
    [
        "How many models does Toyota sell?",
        "What alliance does Toyota own?",
        "How much did Honda make from its sales?",
        "What is the capital of Honda?",
        "Who did not decline to comment?",
    ],
)
def test_a_gist_passes_no_word_over(graph, sentence):
    assert ask_sentence(graph, sentence).status != "answered"


def test_words_of_a_gist_stand_in_any_order(graph):
    for sentence in ("In fiscal 2023 the sales of Honda were how many?", "Honda sales FY2023"):
        (row,) = ask_sentence(graph, sentence).rows
        assert row.values["value"] == 4_100_000


def test_no_gist_is_of_who_holds_or_leads_whom():
    one_way = {"stake-between", "what-it-owns", "who-controls", "group-of"}
    gists = [one for held in lexicon()._gists.values() for one in held]
    assert not {one.wording.question for one in gists} & one_way


def test_a_question_that_needs_days_says_so(graph):
    assert ask_sentence(graph, "What changed?").status == "not-understood"
    assert ask_sentence(graph, "What changed in 2024?").status == "answered"


def test_every_reply_has_the_members_that_are_promised(graph):
    told = {"status", "reading", "question", "parameters", "rows", "suggestions", "claims"}
    statuses = {}
    for sentence, code in (
        ("Who owns Mitsubishi Motors?", 0),
        ("Who owns Honda?", 3),
        ("How many cars did Honda sell in 2023?", 3),
        ("What is the weather?", 3),
        ("Why did Honda buy Nissan?", 3),
    ):
        run = CliRunner().invoke(app, ["ask", sentence, "--format", "json"])
        assert run.exit_code == code, sentence
        reply = json.loads(run.stdout)
        assert told <= reply.keys()
        statuses[reply["status"]] = reply
    assert statuses.keys() == {
        "answered", "no-data", "ambiguous", "not-understood", "false-premise"
    }  # fmt: skip


def test_the_command_lists_the_questions():
    run = CliRunner().invoke(app, ["questions", "--format", "json"])
    assert [one["name"] for one in json.loads(run.stdout)] == list(questions())
    found = CliRunner().invoke(app, ["questions", "subsidiary", "--format", "csv"])
    assert [line.split(",")[0] for line in found.stdout.splitlines()] == ["name", "who-controls"]
    assert CliRunner().invoke(app, ["questions", "zebra"]).exit_code == 3


def test_the_guide_lists_the_questions_as_the_catalogue_has_them():
    rows = [f"| `{one.name}` | {one.english} |" for one in questions().values()]
    guide = (DOCS / "asking.md").read_text(encoding="utf-8")
    assert "\n".join(rows) in guide
    assert all(
        f"`{name}`" in (DOCS / "http.md").read_text(encoding="utf-8") for name in questions()
    )

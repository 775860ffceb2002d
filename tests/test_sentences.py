"""Sentences: what is read how, and what is refused with what."""

import re
from datetime import date
from pathlib import Path

import pytest

from kg import names
from kg.load import load_files
from kg.questions.answer import Named, ask
from kg.questions.catalogue import questions
from kg.questions.sentences import LONGEST, ask_sentence

INVENTED = Path(__file__).parent / "questions" / "invented"
HEADLINES = Path(__file__).parent.parent / "data" / "headlines"
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


@pytest.fixture
def invented(graph):
    load_files(graph, [*sorted(INVENTED.glob("*.ttl")), *sorted(INVENTED.glob("claims/*.ttl"))])
    return graph


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("How many cars does the shareholder of Mitsubishi Motors sell?", "Nissan Motor"),
        ("Where is the company that owns 34% of Mitsubishi Motors based?", "Nissan Motor"),
        ("What are Mitsubishi Motors' biggest shareholder's sales?", "Nissan Motor"),
    ],
)
def test_a_name_may_be_said_by_what_it_holds(graph, sentence, subject):
    reply = ask_sentence(graph, sentence)
    assert reply.status == "answered"
    assert any(note.startswith(f"{subject} is meant") for note in reply.notes)


def test_a_holder_of_another_size_is_nobody(graph):
    reply = ask_sentence(graph, "Where is the company that owns 50% of Mitsubishi Motors based?")
    assert (reply.status, reply.rows) == ("no-data", ())


def test_several_owners_are_several_readings_and_the_largest_is_one(invented):
    assert (
        ask_sentence(invented, "How many cars does the owner of Dunmore sell?").status
        == "ambiguous"
    )
    reply = ask_sentence(invented, "How many cars does the biggest shareholder of Dunmore sell?")
    assert reply.status == "answered"
    assert {row.values["subject"].label for row in reply.rows} == {"Castrel"}


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Which of Honda, Nissan and Renault has shares in Mitsubishi Motors?", {"Nissan Motor"}),
        ("Which of Honda, Nissan and Toyota had the biggest drop in sales?", {"Nissan Motor"}),
        ("Which of Toyota and Honda owns Mitsubishi Motors?", set()),
    ],
)
def test_which_of_a_list_is_only_of_the_list(graph, sentence, named):
    reply = ask_sentence(graph, sentence)
    assert {v.label for row in reply.rows for v in (row.values.get("holder"),
        row.values.get("subject")) if isinstance(v, Named)} == named  # fmt: skip
    assert reply.status == ("answered" if named else "no-data")


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Are BYD and Tesla rivals of Nissan?", "yes"),
        ("Are Suzuki and Renault members of the Toyota-led alliance?", "unknown"),
        ("Are Toyota and Honda based in Japan?", "unknown"),
        ("Are Honda and Renault Japanese companies?", "no"),
        ("Do Honda and Nissan own Mitsubishi Motors?", "unknown"),
    ],
)
def test_whether_it_is_so_of_each_of_a_list(graph, sentence, verdict):
    assert ask_sentence(graph, sentence).verdict == verdict


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Does Nissan own a third of Mitsubishi Motors?", "yes"),
        ("Does Nissan own a quarter of Mitsubishi Motors?", "no"),
        ("Does Nissan own more than a third of Mitsubishi Motors?", "yes"),
        ("Is it true that nissans stake in mitsubishi motors is more than 30%?", "yes"),
    ],
)
def test_a_part_in_words_is_as_coarse_as_it_is_said(graph, sentence, verdict):
    assert ask_sentence(graph, sentence).verdict == verdict


def test_several_questions_are_told_apart_and_each_is_understood(graph):
    reply = ask_sentence(graph, "Who owns Mitsubishi Motors and how many cars did it sell?")
    assert reply.status == "not-understood"
    assert reply.suggestions == (
        "Who owns Mitsubishi Motors?",
        "How many cars did Mitsubishi Motors sell?",
    )
    assert all(ask_sentence(graph, one).status == "answered" for one in reply.suggestions)


def test_who_left_or_sold_is_what_a_source_tells_of_as_over(invented):
    left = ask_sentence(invented, "Did Grenwald leave the Northern Battery Pact?")
    assert (left.status, left.verdict) == ("answered", "yes")
    assert "from 2023-04-01" in left.notes[0]
    sold = ask_sentence(invented, "Did Grenwald sell its stake in Iskra?")
    assert (sold.status, sold.verdict) == ("answered", "yes")
    assert ask_sentence(invented, "Why did Grenwald leave the Battery Pact?").status == "no-data"
    stays = ask_sentence(invented, "Did Belmar leave the Northern Battery Pact?")
    assert stays.status == "false-premise"
    kept = ask_sentence(invented, "Did Castrel sell its stake in Dunmore?")
    assert (kept.status, kept.verdict) == ("no-data", "unknown")


def test_growth_that_nobody_states_is_worked_out_from_two_figures(invented):
    reply = ask_sentence(invented, "How much did Belmar's sales grow in 2023?")
    assert [str(row.values["change"]) for row in reply.rows] == ["0.24"]
    assert ask_sentence(invented, "Did Belmar's sales fall from 2022 to 2023?").verdict == "no"
    assert ask_sentence(invented, "Did Belmar's sales rise from 2022 to 2023?").verdict == "yes"


def test_makers_of_a_country_may_be_asked_for_where_sources_speak_of_brands(graph):
    reply = ask_sentence(
        graph, "What share of the Chinese market did Japanese carmakers have in 2023?"
    )
    assert [str(row.values["share"]) for row in reply.rows] == ["0.17"]
    assert any("not of Japanese makers" in note for note in reply.notes)


def test_the_top_of_all_makers_is_not_guessed(graph):
    assert ask_sentence(graph, "top car maker").status == "no-data"
    assert ask_sentence(graph, "top EV maker in 2023").calculation.value.label == "Tesla"


def test_a_takeover_that_is_told_of_is_no_false_premise(graph):
    load_files(graph, [*sorted(HEADLINES.glob("*.ttl")), *sorted(HEADLINES.glob("claims/*.ttl"))])
    when = ask_sentence(graph, "When did SpaceX acquire xAI?")
    assert when.status == "no-data"
    assert when.notes[0] == "told of: SpaceX takes over xAI"
    for sentence in ("Did SpaceX buy xAI?", "Was xAI acquired by SpaceX?", "Who acquired xAI?"):
        assert ask_sentence(graph, sentence).status == "answered", sentence
    assert ask_sentence(graph, "How much did Honda pay for Nissan?").status == "false-premise"
    assert ask_sentence(graph, "Did Honda buy Nissan?").verdict == "unknown"


def test_members_of_a_country_are_those_not_known_to_be_of_another(graph):
    reply = ask_sentence(graph, "Which Japanese carmakers are in the Renault-Nissan alliance?")
    members = {row.values["member"].label for row in reply.rows}
    assert members == {"Nissan Motor", "Mitsubishi Motors"}
    led = ask_sentence(graph, "Which Japanese automakers are in the Toyota-led alliance?")
    assert len(led.rows) == 6
    assert "Suzuki" in led.notes[0]


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Which company sold 4.1 million vehicles?", {"Honda Motor"}),
        ("Who sold 1.57 million EVs?", {"BYD"}),
        ("Who sold 5 million cars?", set()),
        ("Which had a larger sales decline in China in 2023, Honda or Nissan?", {"Nissan Motor"}),
    ],
)
def test_who_has_just_a_figure_or_more_of_two(graph, sentence, named):
    reply = ask_sentence(graph, sentence)
    assert {row.values["subject"].label for row in reply.rows} == named


def test_a_stake_is_told_with_its_size(graph):
    reply = ask_sentence(graph, "Does Nissan own Mitsubishi Motors?")
    assert (reply.verdict, reply.notes) == ("yes", ("the known stake is 34%",))

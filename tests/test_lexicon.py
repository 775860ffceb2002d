"""The lexicon: one entry for all wordings, entries of a user's own, and the parts of a sentence."""

from datetime import date

import pytest

from kg.errors import KgError
from kg.questions.catalogue import questions
from kg.questions.reading.acts import ACTS
from kg.questions.reading.computed import ACTS as COMPUTED
from kg.questions.reading.lexicon import lexicon
from kg.questions.reading.orders import ACTS as ORDERS
from kg.questions.reading.patterns import expanded, possessives
from kg.questions.reading.periods import periods
from kg.questions.reading.thresholds import ACTS as THRESHOLDS
from kg.questions.reading.words import words
from kg.questions.sentences import ask_sentence


def test_choices_and_options_are_all_written_out():
    assert expanded("who (own|hold) {company} [now]") == (
        "who own {company} now",
        "who own {company}",
        "who hold {company} now",
        "who hold {company}",
    )
    assert list(possessives("owner of {company}"))[1] == "{company} 's owner"


def test_no_sentence_means_two_questions_for_the_same_kinds_of_names():
    seen = {}
    clashes = []
    for canonical, frame in lexicon().everything():
        kinds = tuple(sorted(frame.kinds(slot)) for slot in frame.slots)
        key = (canonical, tuple(map(tuple, kinds)))
        meaning = (frame.wording.question, frame.slots, tuple(sorted(frame.wording.fixed.items())))
        if seen.setdefault(key, meaning) != meaning:
            clashes.append((" ".join(canonical), seen[key], meaning))
    assert clashes == []


def test_every_act_is_one_that_there_is():
    acts = {frame.wording.act for _, frame in lexicon().everything()}
    assert acts <= {"rows", "change-than", *ACTS, *COMPUTED, *ORDERS, *THRESHOLDS}


def test_every_slot_is_one_that_its_question_has():
    own = {"home", "other", "alliance"}
    for canonical, frame in lexicon().everything():
        one = questions()[frame.wording.question]
        columns = {column.name for column in one.columns}
        for slot in frame.slots:
            assert slot in own or one.parameter(slot) or slot in columns, (canonical, slot)


def test_a_users_entries_add_wordings(graph, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        '[forms]\npocket = ["pockets", "pocketed"]\n'
        '[[relation]]\nname = "slang"\nsubject = "holder"\nobject = "company"\n'
        'verbs = ["pocket"]\nasks_subject = "who-owns"\nasks_object = "what-it-owns"\n'
        'asks_whether = "stake-between"\nasks_amount = "stake-between"\n'
        '[[wording]]\nquestion = "who-owns"\nsay = ["whose baby be {company}"]\n',
        encoding="utf-8",
    )
    for sentence, name in (
        ("Who pocketed Mitsubishi Motors?", "who-owns"),
        ("How much of Mitsubishi Motors does Nissan pocket?", "stake-between"),
        ("Is Mitsubishi Motors pocketed by Nissan?", "stake-between"),
        ("Whose baby is Mitsubishi Motors?", "who-owns"),
    ):
        assert ask_sentence(graph, sentence).status == "not-understood"
        reply = ask_sentence(graph, sentence, own=own)
        assert (reply.status, reply.question) == ("answered", name)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("verbs = [", "cannot be read"),
        ('colours = ["red"]', "colours is none of"),
        ('fillers = "so"', "fillers is not written as"),
        ('[[wording]]\nquestion = "who-loves"\nsay = ["x"]', "no question is called 'who-loves'"),
        ('[[wording]]\nquestion = "who-owns"\nsays = ["x"]', "has says"),
    ],
    ids=["no TOML", "key", "type", "question", "member"],
)
def test_a_lexicon_that_cannot_be_used_says_why(tmp_path, text, problem):
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(KgError, match=problem):
        lexicon(own)


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        ("in 2023", "exact", date(2023, 1, 1), date(2023, 12, 31)),
        ("in the first half of 2024", "exact", date(2024, 1, 1), date(2024, 6, 30)),
        ("H2 2024", "exact", date(2024, 7, 1), date(2024, 12, 31)),
        ("Q1 2024", "exact", date(2024, 1, 1), date(2024, 3, 31)),
        ("in the fiscal year ending March 2024", "exact", date(2023, 4, 1), date(2024, 3, 31)),
        ("in the year to December 2023", "exact", date(2023, 1, 1), date(2023, 12, 31)),
        ("in March 2024", "exact", date(2024, 3, 1), date(2024, 3, 31)),
        ("on 1 August 2024", "exact", date(2024, 8, 1), date(2024, 8, 1)),
        ("between 2021 and 2023", "between", date(2021, 1, 1), date(2023, 12, 31)),
        ("as of February 2024", "as_of", date(2024, 2, 1), date(2024, 2, 29)),
        ("known by 2024-09-01", "known_by", date(2024, 9, 1), date(2024, 9, 1)),
        ("by 2030", "by", date(2030, 1, 1), date(2030, 12, 31)),
        ("fiscal 2023", "fiscal", None, None),
        ("last year", "relative", None, None),
        ("as of 2024-13-01", "unreadable", None, None),
        ("between 2023 and 2021", "unreadable", None, None),
    ],
)
def test_a_period_is_read(text, kind, first, last):
    (found,) = periods(f"who sold what {text}?")
    assert (found.kind, found.first, found.last) == (kind, first, last)


def test_a_year_against_a_stated_day():
    (found,) = periods("sales last year", date(2024, 6, 1))
    assert (found.first, found.last) == (date(2023, 1, 1), date(2023, 12, 31))


def test_words_are_compared_without_case_accents_and_contractions():
    text = "Who's CITROËN's ally? Isn't it the brands' own?"
    keys = ["who", "is", "citroen", "'s", "ally", "isn", "not", "it", "the", "brands", "'s", "own"]
    assert [word.key for word in words(text)] == keys

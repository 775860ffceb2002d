import re

import pytest

from kg.errors import AmbiguousNameError, NotUnderstoodError, ParameterError, UnknownNameError
from kg.load import load_files
from kg.questions.answer import ask
from kg.questions.catalogue import questions
from kg.questions.sentences import ask_sentence, read

FILLED = {
    "partner": "Honda",
    "member": "Nissan",
    "ally": "Honda",
    "market": "China",
    "company": "Renault",
}
WORDINGS = [(name, text) for name, one in questions().items() for text in one.sentences]


@pytest.mark.parametrize("name", questions())
def test_every_wording_is_read_as_its_own_question(graph, name):
    for text in questions()[name].sentences:
        values = {**FILLED, **questions()[name].example}
        slots = re.findall(r"\{(\w+)\}", text)
        sentence = re.sub(r"\{(\w+)\}", lambda slot, values=values: values[slot[1]], text)
        reading = read(graph, sentence + "?")
        assert reading.question.name == name, sentence
        assert reading.values == {slot: values[slot] for slot in slots}


def test_no_wording_belongs_to_two_questions():
    texts = [re.sub(r"\{\w+\}", "{}", text) for _, text in WORDINGS]
    assert sorted(set(texts)) == sorted(texts)


@pytest.mark.parametrize(
    ("sentence", "name", "values"),
    [
        ("Who is allied with Nissan?", "who-is-allied-with-whom", {"company": "Nissan"}),
        ("  who   is allied\nwith nissan  ", "who-is-allied-with-whom", {"company": "nissan"}),
        ("WHO OWNS MITSUBISHI MOTORS?!", "who-owns", {"company": "MITSUBISHI MOTORS"}),
        (
            "Is Honda Motor allied with Renault S.A.?",
            "who-is-allied-with-whom",
            {"company": "Honda Motor", "ally": "Renault S.A"},
        ),
        (
            "Who is in the Toyota-led alliance?",
            "members-of-alliance",
            {"alliance": "Toyota-led alliance"},
        ),
        (
            'Who is in "alliance of Honda, Nissan and Mitsubishi Motors"?',
            "members-of-alliance",
            {"alliance": "alliance of Honda, Nissan and Mitsubishi Motors"},
        ),
        (
            "How much of Mitsubishi does Nissan own as of 2024-08-01?",
            "stake-between",
            {"company": "Mitsubishi", "holder": "Nissan", "as_of": "2024-08-01"},
        ),
        (
            "Who owns Mitsubishi, as of 2024-08-01, known by 2024-09-01?",
            "who-owns",
            {"company": "Mitsubishi", "as_of": "2024-08-01", "known_by": "2024-09-01"},
        ),
        (
            "How many cars did BYD sell in the world?",
            "sales-of",
            {"subject": "BYD", "market": "world"},
        ),
        ("What does Nikkei report?", "what-a-source-says", {"source": "Nikkei"}),
        ("What does Nissan own?", "what-it-owns", {"holder": "Nissan"}),
        ("Who declined to comment?", "who-declined-to-comment", {}),
    ],
    ids=[
        "plain",
        "white space",
        "capitals",
        "two names",
        "article",
        "quotation marks",
        "one clock",
        "two clocks",
        "market",
        "publisher",
        "holder",
        "no value",
    ],
)
def test_a_sentence_is_read_as_a_question_with_its_values(graph, sentence, name, values):
    reading = read(graph, sentence)
    assert (reading.question.name, reading.values) == (name, values)


def test_a_sentence_has_the_answer_of_its_question(graph):
    answer = ask_sentence(graph, "Who is allied with Nissan as of 2024-01-01?")
    asked = ask(graph, "who-is-allied-with-whom", {"company": "nissan", "as_of": "2024-01-01"})
    assert answer == asked
    assert len(answer.rows) == 2


@pytest.mark.parametrize(
    "sentence",
    ["", "???", "Tell me a joke", "Nissan", "Drop all tables", "Does Nissan make money?"],
    ids=["nothing", "marks", "something else", "a name", "a command", "a question unknown"],
)
def test_what_no_wording_covers_is_refused_with_sentences_that_would_do(graph, sentence):
    with pytest.raises(NotUnderstoodError) as refused:
        read(graph, sentence)
    assert refused.value.sentence == sentence
    assert len(refused.value.suggestions) == 3
    for suggestion in refused.value.suggestions:
        if "<" not in suggestion:
            answer = ask_sentence(graph, suggestion)
        # What the shipped articles say nothing of can be asked all the same.
        assert answer.rows or answer.question.name in {"common-owners", "cross-holdings"}


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("Who owns Nisan?", "nothing is called 'Nisan'; nearest: Nissan Motor"),
        ("Who owns Mitsubishi Motors and why?", "nothing is called 'Mitsubishi Motors and why'"),
        ("Who is allied with Toyota-led alliance?", "nothing is called 'Toyota-led alliance'"),
        ("Who owns Nissan as of 2024-13-01?", "'2024-13-01' is not a date"),
    ],
    ids=["misspelt", "words too many", "wrong kind", "no such day"],
)
def test_a_known_wording_with_an_unusable_value_says_what_is_wrong(graph, sentence, problem):
    with pytest.raises(ParameterError) as refused:
        ask_sentence(graph, sentence)
    assert problem in refused.value.problem


def test_an_unknown_name_comes_with_the_nearest(graph):
    with pytest.raises(UnknownNameError) as unknown:
        ask_sentence(graph, "Who is allied with Nisan?")
    assert unknown.value.candidates[0].label == "Nissan Motor"


def test_a_name_of_two_companies_is_not_guessed(graph, write):
    text = 'company:other a kei:Company ; rdfs:label "Other" ; skos:altLabel "Nissan" .'
    load_files(graph, [write("more", text)])
    with pytest.raises(AmbiguousNameError, match="say which"):
        ask_sentence(graph, "Who is allied with Nissan?")


def test_a_sentence_cannot_smuggle_sparql(graph):
    before = graph.version
    with pytest.raises(ParameterError, match="nothing is called"):
        ask_sentence(graph, "Who owns <x:y> } ; DROP ALL #")
    assert graph.version == before

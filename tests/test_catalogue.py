import re
from importlib.resources import files

import pyoxigraph as ox
import pytest

from kg import ontology
from kg.errors import KgError, UnknownQuestionError
from kg.questions.answer import ask
from kg.questions.catalogue import ENTITY_KINDS, POLICY, parse, question, questions

NAMES = sorted(questions())
# What the shipped articles say nothing of; tests/test_analyst_questions.py has made-up reports.
MADE_UP_ONLY = {"common-owners", "cross-holdings", "group-of", "who-controls"}

GOOD = """# Who holds what?
#
# @title   Owners
# @param   company   company?   the company asked about
# @param   as_of     date?      on this day
# @row     holder    iri        who holds it
# @row     claim     claim      what says so
# @example company=nissan
# @ask     who owns {company}

PREFIX kei: <https://w3id.org/keiretsu/ontology#>

SELECT ?holder ?company ?claim ?as_of
WHERE {
  ?stake kei:holder ?holder ; kei:company ?company .
  ?claim kei:states ?stake .
}
"""


def body(name):
    """Return a query without its header and comments."""
    return re.sub(r"^\s*#.*$", "", questions()[name].sparql, flags=re.MULTILINE)


def test_every_file_is_a_question():
    found = [file.name for file in files("kg.questions").iterdir() if file.name.endswith(".rq")]
    assert sorted(name.removesuffix(".rq") for name in found) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_query_parses(name):
    store = ox.Store()
    assert list(store.query(questions()[name].sparql)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_header_is_complete(name):
    asked = questions()[name]
    assert asked.english.endswith("?")
    assert asked.title
    assert asked.columns
    assert asked.sentences
    assert {one.kind for one in asked.columns} & {"claim", "claims"}
    assert all(one.meaning for one in (*asked.parameters, *asked.columns))
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_can_be_asked_for_what_was_known_by_a_day(name):
    known_by = questions()[name].parameter("known_by")
    assert known_by is not None
    assert (known_by.kind, known_by.required) == ("date", False)


@pytest.mark.parametrize("name", NAMES)
def test_no_query_selects_everything_calls_out_or_asks_what_is_bound(name):
    query = body(name)
    assert not re.search(r"SELECT\s+(DISTINCT\s+)?\*", query, re.IGNORECASE)
    assert not re.search(r"\b(SERVICE|BOUND|FROM)\b", query, re.IGNORECASE)


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_of_the_select_is_a_parameter_or_a_column(name):
    asked = questions()[name]
    selected = {one.value for one in ox.Store().query(asked.sparql).variables}
    bound = [one for one in asked.parameters if one != POLICY]  # a policy picks among the rows
    assert selected == {one.name for one in (*bound, *asked.columns)}


@pytest.mark.parametrize("name", NAMES)
def test_every_slot_of_a_sentence_is_a_parameter(name):
    asked = questions()[name]
    for sentence in asked.sentences:
        assert all(asked.parameter(slot) for slot in re.findall(r"\{(\w+)\}", sentence)), sentence


@pytest.mark.parametrize("name", NAMES)
def test_every_code_parameter_names_a_code_list(name):
    for one in questions()[name].parameters:
        if one.kind.startswith("code:"):
            assert one.kind.removeprefix("code:") in ontology.schemes()


@pytest.mark.parametrize("name", NAMES)
def test_every_example_has_an_answer(graph, name):
    asked = questions()[name]
    assert asked.example.keys() <= {one.name for one in asked.parameters}
    shipped = "no-data" if name in MADE_UP_ONLY else "answered"
    assert ask(graph, name, asked.example).status == shipped


def test_every_kind_of_entity_is_a_class_of_the_ontology():
    classes = {
        quad.subject.value.partition("#")[2]
        for quad in ontology.ontology_quads()
        if isinstance(quad.subject, ox.NamedNode) and quad.object.value.endswith("owl#Class")
    }
    assert set().union(*ENTITY_KINDS.values()) <= classes


def test_a_header_is_read():
    read = parse("owners", GOOD)
    assert (read.name, read.english, read.title) == ("owners", "Who holds what?", "Owners")
    assert [(one.name, one.kind, one.required) for one in read.parameters] == [
        ("company", "company", False),
        ("as_of", "date", False),
    ]
    assert [(one.name, one.kind, one.meaning) for one in read.columns] == [
        ("holder", "iri", "who holds it"),
        ("claim", "claim", "what says so"),
    ]
    assert read.example == {"company": "nissan"}
    assert read.sentences == ("who owns {company}",)
    assert read.symmetric is None
    assert read.sparql == GOOD


def test_a_parameter_without_a_question_mark_is_required():
    assert parse("owners", GOOD.replace("company?", "company")).parameter("company").required


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("# @title   Owners\n", "", "needs exactly one @title"),
        ("# @title", "# @title More\n# @title", "needs exactly one @title"),
        ("# @example company=nissan\n", "", "needs exactly one @example"),
        ("company=nissan", "nissan", "@example nissan is not written <parameter>=<value>"),
        ("company?   the", "firm?   the", "parameter company has the unknown kind firm"),
        ("date?      on this day", "date?", "@param as_of     date\\? needs a name, a kind"),
        ("iri        who", "thing   who", "column holder has the unknown kind thing"),
        ("iri        who holds it", "iri", "@row holder    iri needs a name, a kind"),
        ("# @ask", "# @symmetric holder\n# @ask", "@symmetric holder does not name two columns"),
        ("?claim ?as_of\n", "?claim\n", "not in the SELECT list: as_of"),
        ("SELECT ?holder ", "SELECT ", "not in the SELECT list: holder"),
        ("SELECT ?holder ?company ?claim ?as_of", "SELECT *", "not in the SELECT list: company"),
        ("SELECT ?holder ?company ?claim ?as_of", "ASK", "holds no SELECT"),
        ("states ?stake .", "states ?stake . FILTER(BOUND(?as_of))", "BOUND does not see values"),
        ("states ?stake .", "states ?stake . FILTER(!bound(?as_of))", "BOUND does not see values"),
    ],
    ids=[
        "no title",
        "two titles",
        "no example",
        "example without a name",
        "unknown kind of parameter",
        "parameter without meaning",
        "unknown kind of column",
        "column without meaning",
        "symmetric in one column",
        "parameter not selected",
        "column not selected",
        "everything selected",
        "no select",
        "bound",
        "bound in small letters",
    ],
)
def test_a_broken_file_is_refused_by_name(old, new, problem):
    assert old in GOOD
    with pytest.raises(KgError, match=rf"^owners\.rq: .*{problem}"):
        parse("owners", GOOD.replace(old, new))


def test_an_unknown_question_comes_with_those_that_are_close():
    with pytest.raises(UnknownQuestionError, match="did you mean who-owns") as unknown:
        question("who-own")
    assert unknown.value.nearest[0] == "who-owns"


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_both_clocks(name):
    assert {"as_of", "known_by"} <= {one.name for one in questions()[name].parameters}


@pytest.mark.parametrize("name", NAMES)
def test_a_value_asked_for_is_never_met_by_what_says_nothing_of_it(name):
    # Inside an OPTIONAL a value that is asked for would stand in every row that lacks one.
    text, parameters = body(name), {one.name for one in questions()[name].parameters}
    for optional in re.findall(r"OPTIONAL \{([^{}]*)\}", text):
        for asked in parameters & set(re.findall(r"\?(\w+)", optional)):
            pattern = " ".join(optional.split())
            assert f"FILTER(COALESCE(!ISIRI(?{asked}), true) || EXISTS {{ {pattern} }})" in text


def test_a_measure_is_aimed_at_whom_a_source_names(graph):
    assert ask(graph, "policies-in-market", {"target": "tesla"}).rows == ()
    assert len(ask(graph, "policies-in-market", {"market": "us"}).rows) == 1

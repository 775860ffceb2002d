import pytest
from pyoxigraph import Store

from kg.errors import QueryError
from kg.sparql_update import (
    check_syntax,
    in_one_prologue,
    listed_quads,
    operations,
    solutions,
    with_graphs,
)

TEXT = """PREFIX a: <urn:a:> # ; no operation
WITH a:g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o ; a:q ';' } ;
PREFIX b: <urn:b:> DELETE WHERE { ?s b:p '}' } ;
INSERT { ?s ?p 1 } USING a:g USING NAMED <urn:h> WHERE { { ?s ?p 'WHERE' } } ;
INSERT DATA { a:b a:c 1 ; a:d 2 } ; # DROP ALL
delete data { a:b a:c 1 } ; CLEAR DEFAULT ;"""


def test_operations_are_cut_where_the_grammar_cuts_them():
    found = operations(TEXT)
    assert [one.words for one in found] == [
        ("WITH", "DELETE", "WHERE"),
        ("DELETE", "WHERE"),
        ("INSERT", "USING", "USING", "NAMED", "WHERE"),
        ("INSERT", "DATA"),
        ("DELETE", "DATA"),
        ("CLEAR", "DEFAULT"),
    ]
    assert [one.of_pattern for one in found] == [True, True, True, False, False, False]
    assert [one.of_data for one in found] == [False, False, False, True, True, False]
    assert all(TEXT[one.start :].startswith(one.text) for one in found)


def test_each_operation_may_declare_prefixes():
    store = Store()
    update = "INSERT DATA { <x:a> <x:b> 1 } ;\nPREFIX x: <x:> INSERT DATA { x:c x:d 2 }"
    store.update(in_one_prologue(update))
    assert len(store) == 2
    assert in_one_prologue(TEXT).startswith(" PREFIX a: <urn:a:> PREFIX b: <urn:b:>\n")


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX x: <x:> INSERT DATA {} ; PREFIX x: <y:> INSERT DATA {}",
        "INSERT DATA {} ; BASE <x:y> INSERT DATA {}",
    ],
    ids=["prefix", "base"],
)
def test_a_prologue_that_changes_its_meaning_is_refused(text):
    with pytest.raises(QueryError, match=r"second meaning|at the start"):
        operations(text)


@pytest.mark.parametrize("text", ["", "# nothing", "PREFIX a: <x:>", " ; "])
def test_a_text_without_an_operation_has_none(text):
    assert operations(text) == []


@pytest.mark.parametrize(
    "text", ["DELETEWHERE { ?s ?p ?o }", "INSERTDATA { <x:a> <x:b> 1 }", "WITHa:g"]
)
def test_keywords_that_run_together_are_refused(text):
    with pytest.raises(QueryError, match="begins no operation"):
        operations(text)


def test_a_query_finds_the_solutions_that_the_operation_would():
    store = Store()
    store.update(
        "INSERT DATA { GRAPH <urn:a:g> { <x:a> <urn:a:q> ';' ; <x:p> 1 } <x:b> <urn:a:q> ';' }"
    )
    counts = [
        len([*store.query(solutions(one, "*"))]) for one in operations(TEXT) if one.of_pattern
    ]
    assert counts == [2, 0, 0]


def test_such_a_query_keeps_the_graphs_of_using():
    (one,) = operations("INSERT { ?s <x:p> 1 } USING <x:g> USING NAMED <x:h> WHERE { ?s ?p ?o }")
    assert "FROM <x:g> FROM NAMED <x:h> WHERE" in solutions(one, "?s")


def test_graphs_of_a_request_are_written_into_each_pattern():
    text = "DELETE WHERE { ?s ?p 1 } ; INSERT DATA { <x:where> <x:a> 'WHERE' } ; INSERT {} WHERE {}"
    written = with_graphs(text, ["x:g"], ["x:h"])
    assert written.count("USING <x:g> USING NAMED <x:h> WHERE") == 2
    check_syntax(written)
    assert with_graphs(text, [], []) == text


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("INSERT", 1, 7),
        ("INSERT DATA { <x:a> <x:b> 1 } ;\nDELETE {", 2, 9),
        ("INSERT DATA { ?s ?p ?o }", 1, None),
    ],
)
def test_a_mistake_is_told_with_its_place(text, line, column):
    with pytest.raises(QueryError) as told:
        check_syntax(text)
    assert told.value.line == line
    assert column in (None, told.value.column)


@pytest.mark.parametrize("text", ["CREATE GRAPH <x:g>", "DROP GRAPH <x:none>", "", TEXT])
def test_what_only_running_it_could_tell_is_no_mistake(text):
    check_syntax(text)


def test_the_quads_of_data_are_those_that_are_listed():
    found = {str(quad) for quad in listed_quads(operations(TEXT))}
    number = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert found == {
        f'<urn:a:b> <urn:a:c> "1"{number}',
        f'<urn:a:b> <urn:a:d> "2"{number}',
    }


def test_only_the_short_form_of_delete_gets_its_pattern_twice():
    text = "DELETE { ?s <x:p> 1 } WHERE { ?s ?p 1 }"
    check_syntax(with_graphs(text, ["x:g"], []))
    assert with_graphs(text, ["x:g"], []) == text.replace("WHERE", " USING <x:g> WHERE")

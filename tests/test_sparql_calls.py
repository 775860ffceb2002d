"""Calls written as what calls nobody, so that the rest of a text can be read."""

import pytest

from kg.errors import QueryError
from kg.sparql_calls import without_calls, without_loads
from kg.sparql_update import forgiving


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ASK { SERVICE <x:> { } }", "ASK { GRAPH   <x:> { } }"),
        ("ASK {\nservice Silent ?s { } }", "ASK {\nGRAPH          ?s { } }"),
        ("ASK { ?s ?p 'SERVICE' }", "ASK { ?s ?p 'SERVICE' }"),
        ("ASK { SERVICE x:a {} SERVICE x:b {} }", "ASK { GRAPH   x:a {} GRAPH   x:b {} }"),
    ],
)
def test_a_call_is_written_as_a_graph_in_its_place(text, read):
    assert without_calls(text) == read


def test_a_call_that_the_grammar_has_not_is_never_left_in():
    with pytest.raises(QueryError, match="SERVICE is refused"):
        without_calls("PREFIX : <x:> ASK { SERVICE <x:> {} SERVICE:x { } }")


@pytest.mark.parametrize(
    ("update", "silent", "read"),
    [
        ("LOAD SILENT <x:>", True, "INSERT DATA {}"),
        ("load silent <x:a>\ninto graph x:g ; CLEAR ALL", True, "INSERT DATA {}\n ; CLEAR ALL"),
        ("PREFIX x: <x:> LOAD SILENT x:a", True, "PREFIX x: <x:> INSERT DATA {}"),
        ("LOAD <x:> ; LOAD SILENT <x:>", True, "LOAD <x:> ; INSERT DATA {}"),
        ("LOAD <x:> INTO GRAPH <x:g>", False, "INSERT DATA {}"),
        (
            "INSERT DATA { <x:a> <x:b> 'LOAD <x:>' }",
            False,
            "INSERT DATA { <x:a> <x:b> 'LOAD <x:>' }",
        ),
    ],
)
def test_a_load_is_written_as_nothing(update, silent, read):
    assert without_loads(update, silent=silent) == read


@pytest.mark.parametrize(
    "rest",
    ["", "SILENT", "<x:> INTO <x:g>", "<x:> <x:g>", "?x", "<x:> INTO GRAPH", "<x:> INTO GRAPH ?g"],
)
def test_a_malformed_load_is_told_with_its_place(rest):
    with pytest.raises(QueryError, match="line 2, column 2"):
        without_loads(f"CLEAR ALL ;\n LOAD {rest}")


def test_a_graph_that_is_not_there_may_be_cleared_and_dropped():
    update = "CLEAR GRAPH <x:g> ; DROP GRAPH x:g ; DROP SILENT GRAPH <x:g> ; CLEAR ALL"
    assert forgiving(update) == (
        "CLEAR SILENT GRAPH <x:g> ; DROP SILENT GRAPH x:g ; DROP SILENT GRAPH <x:g> ; CLEAR ALL"
    )
    data = "INSERT DATA { <x:a> <x:b> 'DROP GRAPH <x:g>' }"
    assert forgiving(data) == data

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.errors import QueryError
from kg.names import Iri
from kg.store.embedded import EmbeddedGraph

A, B, P = NamedNode("x:a"), NamedNode("x:b"), NamedNode("x:p")
ONE, TWO = NamedNode("x:graph/1"), NamedNode("x:graph/2")


def objects(graph, query="SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?o"):
    return [row["o"] for row in graph.select(query).rows]


def test_a_query_sees_all_named_graphs_together(empty_graph):
    empty_graph.replace([], [Quad(A, P, Literal("1"), ONE), Quad(A, P, Literal("2"), TWO)])
    assert objects(empty_graph) == [Literal("1"), Literal("2")]
    assert objects(empty_graph, "SELECT ?o WHERE { GRAPH <x:graph/2> { ?s ?p ?o } }") == [
        Literal("2")
    ]


def test_replacing_empties_the_graphs_named_and_no_others(empty_graph):
    empty_graph.replace([], [Quad(A, P, Literal("1"), ONE), Quad(A, P, Literal("2"), TWO)])
    empty_graph.replace([Iri(ONE.value)], [Quad(A, P, Literal("3"), ONE)])
    assert objects(empty_graph) == [Literal("2"), Literal("3")]


def test_the_version_grows_with_every_change_and_with_no_query(empty_graph):
    assert empty_graph.version == 0
    empty_graph.replace([], [Quad(A, P, B, ONE)])
    objects(empty_graph)
    empty_graph.dump()
    assert empty_graph.version == 1
    empty_graph.replace([Iri(ONE.value)], [])
    assert empty_graph.version == 2
    assert objects(empty_graph) == []


@pytest.mark.parametrize(
    "term",
    [
        Literal('say "so"'),
        Literal("two\nlines\tand \\ more\r"),
        Literal("} ; DROP ALL"),
        Literal("日産自動車", language="ja"),
        Literal("0.34", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
        NamedNode("https://example.com/日産?a=b&c#d"),
    ],
    ids=["quotes", "line ends", "code", "language", "decimal", "iri"],
)
def test_a_term_comes_back_as_it_was_written(empty_graph, term):
    empty_graph.replace([], [Quad(A, P, term, ONE)])
    assert objects(empty_graph) == [term]


def test_blank_nodes_stay_joined(empty_graph):
    node = BlankNode()
    empty_graph.replace([], [Quad(A, P, node, ONE), Quad(node, P, Literal("end"), ONE)])
    assert objects(empty_graph, "SELECT ?o WHERE { <x:a> <x:p>/<x:p> ?o }") == [Literal("end")]


def test_values_are_bound_as_terms(empty_graph):
    empty_graph.replace([], [Quad(A, P, Literal("1"), ONE), Quad(B, P, Literal("2"), ONE)])
    rows = empty_graph.select("SELECT ?s ?o WHERE { ?s ?p ?o }", {"s": B}).rows
    assert [row["o"] for row in rows] == [Literal("2")]


def test_an_unbound_column_is_absent_from_its_row(empty_graph):
    empty_graph.replace([], [Quad(A, P, B, ONE)])
    found = empty_graph.select("SELECT ?s ?q WHERE { ?s <x:p> ?o OPTIONAL { ?s <x:q> ?q } }")
    assert found.columns == ("s", "q")
    assert list(found.rows) == [{"s": A}]


def test_triples_can_be_made(empty_graph):
    empty_graph.replace([], [Quad(A, P, B, ONE)])
    made = list(empty_graph.construct("CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o }"))
    assert [(triple.subject, triple.object) for triple in made] == [(B, A)]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("CONSTRUCT WHERE { ?s ?p ?o }", "this is no SELECT query"),
        ("ASK { ?s ?p ?o }", "this is no SELECT query"),
        ("DROP ALL", "expected"),
    ],
    ids=["triples", "yes or no", "update"],
)
def test_only_a_select_has_rows(empty_graph, query, problem):
    with pytest.raises(QueryError, match=problem):
        empty_graph.select(query)


def test_only_a_construct_makes_triples(empty_graph):
    with pytest.raises(QueryError, match="this is no CONSTRUCT query"):
        empty_graph.construct("SELECT * WHERE { ?s ?p ?o }")


def test_a_malformed_query_is_told_with_line_and_column(empty_graph):
    with pytest.raises(QueryError, match=r"line 2, column \d+: expected") as refused:
        empty_graph.select("SELECT * WHERE {\n  ?s ?p }")
    assert refused.value.line == 2
    assert refused.value.column


def test_a_dump_holds_everything_with_its_graph(empty_graph):
    empty_graph.replace([], [Quad(A, P, Literal("1"), ONE), Quad(A, P, Literal("2"), TWO)])
    assert sorted(empty_graph.dump().decode().splitlines()) == [
        '<x:a> <x:p> "1" <x:graph/1> .',
        '<x:a> <x:p> "2" <x:graph/2> .',
    ]


def test_a_new_graph_in_memory_is_empty_and_its_own(graph):
    assert EmbeddedGraph().dump() == b""
    assert graph.dump() != b""

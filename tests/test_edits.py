"""Edits: what follows from a claim follows from an edit too, and is finished after a cut."""

from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg import contradictions, names
from kg.derive import derive
from kg.edits import UNFINISHED, Edits, finish
from kg.errors import QueryError, QueryLimitError
from kg.store.bounded import BoundedQueries
from kg.store.embedded import EmbeddedGraph

PREFIXES = "PREFIX kei: <https://w3id.org/keiretsu/ontology#>\n"
STAKES = PREFIXES + "SELECT ?holder ?company WHERE { ?holder kei:ownsStakeIn ?company }"
DOCUMENTS = "https://w3id.org/keiretsu/graph/doc/"


@pytest.fixture
def edits(graph) -> Iterator[Edits]:
    queries = BoundedQueries(graph, seconds=1, memory_mb=512, answer_mb=1)
    yield Edits(graph, queries)
    queries.close()


def derived(graph):
    return {
        str(quad)
        for quad in parse(graph.dump(), RdfFormat.N_QUADS)
        if quad.graph_name.value.startswith(names.GRAPH + "derived") and "_:" not in str(quad)
    }


def derived_anew(graph):
    derive(graph)
    contradictions.renew(graph)
    return derived(graph)


def test_an_update_that_takes_claims_away_takes_what_followed_from_them(edits):
    before = derived(edits.graph)
    edits.update(
        PREFIXES + "DELETE { GRAPH ?g { ?claim ?p ?o } } WHERE { GRAPH ?g { "
        "?claim kei:states ?stake ; ?p ?o } GRAPH ?h { ?stake a kei:Stake } }"
    )
    after = derived(edits.graph)
    assert edits.graph.select(STAKES).rows == []
    assert after < before
    assert after == derived_anew(edits.graph)


def test_a_graph_that_goes_and_comes_back_leaves_everything_as_it_was(edits):
    before = derived(edits.graph)
    query = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?claim kei:source ?document } }"
    for row in edits.graph.select(PREFIXES + query).rows:
        graph = names.iri(row["g"].value)
        held = edits.graph.construct(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        )
        held = list(held)
        edits.delete(graph)
        assert derived(edits.graph) != before
        assert edits.put(graph, held) is True
        assert derived(edits.graph) == before


def test_what_concerns_no_claim_costs_no_deriving(edits):
    version = edits.graph.version
    edits.update("INSERT DATA { GRAPH <x:g> { <x:a> <x:b> 1 } }")
    assert edits.graph.version == version + 1
    edits.update("DELETE DATA { GRAPH <x:g> { <x:a> <x:b> 1 } }")
    assert edits.graph.version == version + 2


def test_the_first_claims_of_a_store_are_derived_from_too(empty_graph, shipped):
    queries = BoundedQueries(empty_graph, seconds=5, memory_mb=512, answer_mb=1)
    edits = Edits(empty_graph, queries)
    other = [
        quad for quad in shipped if not quad.graph_name.value.startswith(names.GRAPH + "derived")
    ]
    for graph in {quad.graph_name for quad in other}:
        edits.put(names.iri(graph.value), [q.triple for q in other if q.graph_name == graph])
    queries.close()
    assert derived(empty_graph) == derived_anew(empty_graph)
    assert empty_graph.select(STAKES).rows


def test_an_edit_that_was_cut_short_is_finished_when_the_store_is_opened(graph):
    before = derived(graph)
    assert finish(graph) is False
    node = NamedNode(UNFINISHED)
    graph.change([names.DERIVED], [Quad(node, node, Literal("x"), node)])
    assert finish(graph) is True
    assert derived(graph) == before
    assert finish(graph) is False


def test_an_edit_that_fails_leaves_no_mark(edits):
    for update in (
        "MOVE <x:none> TO <x:g>",
        "INSERT DATA { <x:a> <x:b> 1 } ; MOVE <x:none> TO <x:g>",
    ):
        with pytest.raises(QueryError):
            edits.update(update)
    assert finish(edits.graph) is False


@pytest.mark.parametrize(
    "where",
    [
        "GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?x ?y ?z }",
        "{ SELECT ?a WHERE { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } } ORDER BY ?d ?a ?f }",
    ],
    ids=["cross product", "sorted"],
)
@pytest.mark.parametrize("head", ["", "WITH <x:g> ", "PREFIX x: <x:y> "])
def test_a_where_without_an_end_is_stopped_before_anything_is_written(edits, head, where):
    version = edits.graph.version
    with pytest.raises(QueryLimitError):
        edits.update(f"CREATE GRAPH <x:g> ; {head}INSERT {{ <x:a> <x:b> ?a }} WHERE {{ {where} }}")
    assert edits.graph.version == version


@pytest.mark.parametrize(
    "update",
    [
        "INSERT {} WHERE { FILTER(1" + "+1" * 30_000 + ") }",
        "INSERT {} WHERE { FILTER(" + "!" * 30_000 + "true) }",
        "INSERT {} WHERE " + "{" * 5000 + "}" * 5000,
        "INSERT DATA { <x:a> <x:b> " + "[ <x:b> " * 5000 + "1" + " ]" * 5000 + " }",
        "INSERT DATA { <x:a> <x:b> " + "(" * 5000 + "1" + ")" * 5000 + " }",
        "INSERT DATA { <x:a> <x:b> " + "<<( <x:a> <x:b> " * 5000 + "1" + ")>>" * 5000 + " }",
        "INSERT DATA { " + "<< " * 5000 + "<x:a>" + " <x:b> 1 >>" * 5000 + " <x:b> 1 }",
        "INSERT {} WHERE { ?a } ; INSERT {} WHERE { FILTER(1" + "+1" * 30_000 + ") }",
    ],
    ids=[
        "sum",
        "not",
        "braces",
        "brackets",
        "parentheses",
        "triple terms",
        "reifiers",
        "after a mistake",
    ],
)
def test_an_update_that_would_end_the_process_is_refused(edits, update):
    with pytest.raises(QueryError):
        edits.update(update)


@pytest.mark.parametrize(
    ("update", "line", "column"),
    [
        ("INSERT DATA { <x:a> <x:b> 1 } ;\nINSERT {} WHERE {\n ?a ?b }", 3, 9),
        ("PREFIX x: <x:> WITH x:g DELETE { ?s ?p } WHERE { ?s ?p ?o }", 1, 40),
        ("DELETE WHERE {\n ?s ?p ?o FILTER(1 +) }", 2, None),
    ],
    ids=["a pattern", "a template", "an expression"],
)
def test_a_mistake_is_told_with_its_place(edits, update, line, column):
    with pytest.raises(QueryError) as told:
        edits.update(update)
    assert told.value.line == line
    assert column in (None, told.value.column)


MANY = " ".join(f"<x:{number}> <x:p> {number} ." for number in range(1000))
CROSS = "INSERT { <x:a> <x:found> ?z } WHERE { ?a <x:p> ?c . ?d <x:p> ?f . ?g <x:p> ?z }"


@pytest.mark.parametrize(
    "update",
    [
        f"INSERT DATA {{ {MANY} }} ; {CROSS}",
        f"INSERT DATA {{ GRAPH <x:g> {{ {MANY} }} }} ; COPY <x:g> TO DEFAULT ; {CROSS}",
        f"INSERT DATA {{ {MANY} }} ; INSERT {{ [] <x:p> ?a , ?c , ?f }} WHERE {{ "
        "?a <x:p> ?c . ?d <x:p> ?f }",
        f"INSERT DATA {{ {MANY} }} ; INSERT {{}} WHERE {{ "
        "FILTER(RAND() > 2 || EXISTS { ?a <x:p> ?c . ?d <x:p> ?f . ?g <x:p> ?h FILTER(?h < 0) }) }",
    ],
    ids=["cross product", "of a copy", "too many triples", "by chance"],
)
@pytest.mark.parametrize("kind", ["memory", "folder"])
def test_what_an_update_does_first_counts_for_the_limits_of_what_it_does_next(
    kind, update, tmp_path
):
    graph = EmbeddedGraph(tmp_path / "store" if kind == "folder" else None)
    queries = BoundedQueries(graph, seconds=1, memory_mb=512, answer_mb=1)
    version = graph.version
    with pytest.raises(QueryLimitError):
        Edits(graph, queries).update(update)
    queries.close()
    assert graph.version == version
    assert graph.dump() == b""

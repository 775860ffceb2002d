"""An update without its patterns does what the engine would have done with them."""

import re
from hashlib import sha1

import pytest
from pyoxigraph import RdfFormat, Store

from kg.edits import Edits
from kg.errors import QueryError
from kg.store.bounded import BoundedQueries
from kg.store.embedded import EmbeddedGraph
from kg.store.worker import Request

NODE = re.compile(r"_:\w+")
DATA = """
PREFIX x: <x:>
INSERT DATA {
  x:a x:p 1 , 2 ; x:q "a}" , "b"@ja . x:b x:p 1 ; x:r [ x:p 7 ; x:next [ x:p 8 ] ] .
  GRAPH x:g { x:a x:p 3 ; x:q x:b . _:n x:p 9 ; x:self _:n }
  GRAPH x:h { x:b x:p 4 . x:a x:says <<( x:b x:p 4 )>> }
}
"""
UPDATES = [
    "INSERT { ?s x:new ?o } WHERE { ?s x:p ?o }",
    "INSERT { ?s x:new ?o ; x:old [ x:was ?o ] } WHERE { ?s x:p ?o }",
    "INSERT { x:one x:list ( ?o 1 ) } WHERE { x:a x:p ?o }",
    "INSERT { [] x:p 5 } WHERE { ?s x:p ?o }",
    "INSERT { x:any x:p 5 } WHERE { ?s x:none ?o }",
    "INSERT { x:any x:p 5 } WHERE {}",
    "DELETE { ?s x:p ?o } INSERT { ?s x:p ?s } WHERE { ?s x:p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "DELETE WHERE { ?s x:p ?o ; x:q $t }",
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(ISBLANK(?s)) }",
    "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(ISBLANK(?o)) }",
    "INSERT { GRAPH x:h { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(ISBLANK(?s)) }",
    "WITH x:g DELETE { ?s x:p ?o } INSERT { ?s x:p 'w' . GRAPH x:i { ?s x:p ?o } } "
    "WHERE { ?s x:p ?o }",
    "WITH x:g INSERT { ?s x:seen ?h } WHERE { ?s x:p ?o GRAPH ?h { ?t x:p 4 } }",
    "WITH x:g INSERT { ?s x:seen 1 } USING x:h WHERE { ?s x:p ?o }",
    "INSERT { ?s x:seen ?g } USING x:g USING NAMED x:h WHERE { ?s x:p ?o GRAPH ?g { ?t x:p 4 } }",
    "INSERT { ?o x:is ?s . ?s ?o 1 . ?s x:none ?none . ?s x:well 1 } WHERE { ?s x:p|x:q ?o }",
    "INSERT { GRAPH ?o { ?s x:in ?o } } WHERE { ?s x:p|x:q|x:r ?o }",
    "INSERT { x:a x:says <<( ?s x:p ?o )>> } WHERE { ?s x:p ?o }",
    "INSERT { ?a x:said ?t } WHERE { GRAPH x:h { ?a x:says ?t } }",
    "INSERT { ?s x:n ?n } WHERE { { SELECT ?s (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s } }",
    "INSERT { ?s x:text '?o { ?s }' } WHERE { ?s x:q ?o # ?x }\n }",
    "INSERT DATA { x:new x:p 1 } ; DELETE { ?s x:p 1 } INSERT { ?s x:p 2 } WHERE { ?s x:p 1 }",
    "INSERT DATA { _:n x:p 1 } ; INSERT { ?s x:seen _:m } WHERE { ?s x:p 1 } ; "
    "INSERT { ?m x:by ?s } WHERE { ?s x:seen ?m }",
    "COPY x:g TO x:k ; INSERT { ?s x:twice ?o } WHERE { GRAPH x:k { ?s x:p ?o } }",
    "DROP GRAPH x:g ; INSERT { GRAPH ?g { x:left x:in ?g } } WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE DATA { x:a x:p 1 } ; CREATE GRAPH x:z ; DELETE WHERE { x:a x:p ?o }",
    "MOVE x:g TO x:h",
    "ADD x:g TO DEFAULT",
]


def content(store: Store) -> list[str]:
    """Return what a store holds, each blank node by what is said with it, some steps far."""
    quads = [str(quad) for quad in store]
    told = {node: "node" for quad in quads for node in NODE.findall(quad)}
    for _ in range(5):
        told = {
            node: "node-"
            + sha1(
                repr(sorted(_seen(quad, told, node) for quad in quads if node in quad)).encode()
            ).hexdigest()
            for node in told
        }
    return sorted(_seen(quad, told) for quad in quads)


def _seen(quad: str, told: dict[str, str], itself: str = "") -> str:
    return NODE.sub(lambda node: "itself" if node[0] == itself else told[node[0]], quad)


@pytest.fixture(params=["memory", "copied later", "folder"])
def edits(request, tmp_path):
    graph = EmbeddedGraph(tmp_path / "store" if request.param == "folder" else None)
    queries = BoundedQueries(graph, seconds=5, memory_mb=512, answer_mb=1)
    if request.param == "memory":  # its blank nodes get other names in the copy
        queries.start()
    graph.update(DATA)
    yield Edits(graph, queries)
    queries.close()


def test_it_leaves_what_the_engine_would_have_left(edits):
    graph = edits.graph
    start = graph.dump()
    for update in UPDATES:
        text = f"PREFIX x: <x:> {update}"
        plain = Store()
        plain.load(start, RdfFormat.N_QUADS)
        plain.update(text)
        edits.update(text)
        assert content(graph.store) == content(plain), update
        graph.update("DROP ALL")
        graph.load(start)


def test_readers_see_it(edits):
    update = (
        "INSERT { ?s <x:seen> [ <x:by> ?s ] } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(ISBLANK(?s)) }"
    )
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?s <x:seen>/<x:by> ?s ; <x:self> ?s }"
    asked = Request(query, ("text/csv",), ())
    assert edits.queries.run(asked).body.split() == [b"n", b"0"]
    edits.update(update)
    assert edits.queries.run(asked).body.split() == [b"n", b"2"]  # it has two triples


def test_an_operation_that_fails_after_a_pattern_leaves_nothing(edits):
    before = content(edits.graph.store)
    with pytest.raises(QueryError, match=re.compile("graph", re.IGNORECASE)):
        edits.update("DELETE WHERE { ?s ?p ?o } ; CREATE GRAPH <x:g> ; DELETE WHERE { ?s ?p ?o }")
    assert content(edits.graph.store) == before

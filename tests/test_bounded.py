import json
import socket
import threading
import time

import pytest

from kg import names
from kg.errors import NotSupportedError, QueryError, QueryLimitError
from kg.load import load_files
from kg.names import ONTOLOGY
from kg.store import wire
from kg.store.bounded import BoundedQueries
from kg.store.herd import Herd
from kg.store.worker import ROWS, TRIPLES, Limits, Request
from tests.processes import descendants

ROWS_AS, TRIPLES_AS = ("application/sparql-results+json",), ("text/turtle",)
COMPANIES = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?company a <{names.term('Company')}> }}"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture
def bounded(graph):
    """Make bounded queries on the shipped data; each worker is gone after the test."""
    made = []

    def make(*, seconds=5.0, memory_mb=500, answer_mb=1, workers=1):
        queries = BoundedQueries(
            graph, seconds=seconds, memory_mb=memory_mb, answer_mb=answer_mb, workers=workers
        )
        made.append(queries)
        return queries

    yield make
    for one in made:
        one.close()


def count(queries):
    body = json.loads(queries.run(Request(COMPANIES, ROWS_AS, TRIPLES_AS)).body)
    return int(body["results"]["bindings"][0]["n"]["value"])


def test_rows_and_triples_come_in_every_media_type(bounded):
    queries = bounded()
    triples = f"CONSTRUCT WHERE {{ ?company a <{names.term('Company')}> }}"
    answers = {
        **{kind: queries.run(Request(f"{COMPANIES} # {kind}", (kind,), ())) for kind in ROWS},
        **{f"{kind} ": queries.run(Request(triples, (), (kind,))) for kind in TRIPLES},
    }
    assert {name.strip(): answer.media_type for name, answer in answers.items()} == {
        name.strip(): name.strip() for name in answers
    }
    for name, answer in answers.items():
        assert answer.failure == ""
        assert (b"12" if name in ROWS else b"company/nissan-motor") in answer.body, name


@pytest.mark.parametrize("media_type", ROWS, ids=list(ROWS))
def test_yes_or_no_is_an_answer_too(bounded, media_type):
    assert b"true" in bounded().run(Request("ASK { ?s ?p ?o }", (media_type,), ())).body


def test_a_form_that_the_caller_does_not_take_is_not_sent(bounded):
    reply = bounded().run(Request("SELECT * WHERE { ?s ?p ?o }", (), TRIPLES_AS))
    assert (reply.failure, reply.body) == ("not-acceptable", b"")


def test_a_runaway_query_ends_at_its_limit_and_the_next_one_is_answered(bounded):
    queries = bounded(seconds=1)
    assert count(queries) == 12
    start = time.monotonic()
    with pytest.raises(QueryLimitError, match="stopped after 1 seconds"):
        queries.run(Request(RUNAWAY, ROWS_AS, TRIPLES_AS))
    assert 1 <= time.monotonic() - start < 2
    queries.seconds = 5.0
    assert count(queries) == 12


def test_whoever_finds_all_workers_busy_is_told_so(bounded):
    queries = bounded(seconds=1)
    count(queries)

    def run_away():
        with pytest.raises(QueryLimitError):
            queries.run(Request(RUNAWAY, ROWS_AS, TRIPLES_AS))

    busy = threading.Thread(target=run_away)
    busy.start()
    time.sleep(0.2)
    queries.seconds = 0.1
    with pytest.raises(QueryLimitError, match="all workers are busy; try again"):
        queries.run(Request("ASK {}", ROWS_AS, TRIPLES_AS))
    busy.join()


def test_two_workers_answer_side_by_side(bounded):
    queries = bounded(seconds=2, workers=2)
    answers = []

    def ask():
        answers.append(count(queries))

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert answers == [12] * 4


def test_an_answer_that_is_too_large_is_not_sent(bounded):
    queries = bounded()
    with pytest.raises(QueryLimitError, match="the answer is larger than 1048576 bytes"):
        queries.run(Request("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f }", ROWS_AS, TRIPLES_AS))
    assert count(queries) == 12


@pytest.mark.parametrize("again", range(3), ids=["first", "second", "third"])
def test_a_query_that_takes_too_much_memory_is_stopped_and_told_why(bounded, again):
    queries = bounded(seconds=60, memory_mb=200)
    sort = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
    with pytest.raises(QueryLimitError, match="it took more memory than 200 MB"):
        queries.run(Request(sort, ROWS_AS, TRIPLES_AS))
    assert count(queries) == 12


def test_a_malformed_query_is_refused_with_line_and_column(bounded):
    with pytest.raises(QueryError, match=r"line 2, column \d+: expected") as refused:
        bounded().run(Request("SELECT * WHERE { ?s ?p\n}", ROWS_AS, TRIPLES_AS))
    assert refused.value.line == 2
    assert refused.value.column
    assert not isinstance(refused.value, QueryLimitError)


@pytest.mark.parametrize(
    "update",
    ["DROP ALL", "INSERT DATA { <x:a> <x:b> <x:c> }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL"],
    ids=["drop", "insert", "delete", "clear"],
)
def test_nothing_can_be_changed(bounded, update):
    queries = bounded()
    with pytest.raises(QueryError, match="this is an update"):
        queries.run(Request(update, ROWS_AS, TRIPLES_AS))
    assert count(queries) == 12


@pytest.mark.parametrize("silent", ["", "SILENT"])
def test_a_query_that_calls_out_is_refused_and_calls_nobody(bounded, silent):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        call = f"SERVICE {silent} <http://127.0.0.1:{server.getsockname()[1]}/> {{ ?s ?p ?o }}"
        with pytest.raises(NotSupportedError, match="SERVICE is refused"):
            bounded().run(Request(f"ASK {{ {call} }}", ROWS_AS, TRIPLES_AS))
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_malformed_query_is_so_whether_it_calls_out_or_not(bounded):
    call = "SELECT * {\n  SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p } }"
    with pytest.raises(QueryError) as caught:
        bounded().run(Request(call, ROWS_AS, TRIPLES_AS))
    assert not isinstance(caught.value, NotSupportedError)
    assert caught.value.line == 2


def test_a_function_of_another_engine_is_not_supported_and_not_malformed(bounded):
    with pytest.raises(NotSupportedError, match="example"):
        bounded().run(Request("SELECT (<http://example.com/f>(1) AS ?x) {}", ROWS_AS, TRIPLES_AS))


def test_the_default_graph_is_the_union_where_the_store_is_of_the_house(empty_graph):
    named = {"ask": "ASK { <x:s> <x:p> <x:o> }", "own": "ASK { <x:a> <x:b> <x:c> }"}
    empty_graph.update("INSERT DATA { <x:a> <x:b> <x:c> GRAPH <x:g> { <x:s> <x:p> <x:o> } }")
    queries = BoundedQueries(empty_graph, seconds=5, memory_mb=500, answer_mb=1, plain_if_bare=True)
    try:
        for house in (False, True, False):
            verb = "INSERT" if house else "DELETE"
            empty_graph.update(f"{verb} DATA {{ GRAPH <{ONTOLOGY}> {{ <x:a> <x:b> 1 }} }}")
            said = {
                name: b"true" in queries.run(Request(query, ROWS_AS, TRIPLES_AS)).body
                for name, query in named.items()
            }
            assert said == {"ask": house, "own": True}
    finally:
        queries.close()


def test_a_worker_can_open_no_connection_even_if_asked_to(graph):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        query = f"SELECT * WHERE {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
        herd = Herd(graph, Limits(1 << 20, 500 << 20, 1 << 20))
        pipe = herd.worker().pipe
        with pipe:
            pipe.sendall(wire.request(5.0, (query, ROWS_AS, TRIPLES_AS)))
            reply = wire.receive(pipe)
        herd.end()
        assert reply is not None
        kind, body = reply
        assert kind == wire.ERROR
        assert wire.read_error(body)[0] == "engine"
        with pytest.raises(BlockingIOError):
            server.accept()


def test_workers_see_what_was_loaded_since(bounded, graph, documents):
    queries = bounded()
    assert count(queries) == 12
    load_files(graph, [documents / "world.ttl"])
    assert count(queries) == 15


def test_no_process_is_left_after_closing(bounded):
    running = descendants()
    queries = bounded(workers=2)
    assert count(queries) == 12
    assert len(descendants() - running) == 2  # a worker, and what made it
    queries.close()
    assert descendants() == running


def test_reading_the_copy_does_not_count_against_a_query(bounded):
    assert b"true" in bounded(seconds=0.05).run(Request("ASK { }", ROWS_AS, TRIPLES_AS)).body


def test_a_query_too_deep_for_the_engine_is_its_own_fault(bounded):
    queries = bounded()
    with pytest.raises(QueryError, match="nested too deeply"):
        queries.run(Request("SELECT (" + "(" * 50_000 + "1", ROWS_AS, TRIPLES_AS))
    assert count(queries) == 12


FIGURES = "SELECT (COUNT(*) AS ?n) {from_clause} WHERE {{ ?s ?p ?o }}"
CODES = "https://w3id.org/keiretsu/graph/codes"


@pytest.mark.parametrize(
    ("from_clause", "default_graphs", "some"),
    [
        ("", (), True),
        ("FROM <https://example.org/nothing>", (), False),
        (f"FROM <{CODES}>", (), True),
        ("", ("https://example.org/nothing",), False),
        ("FROM <https://example.org/nothing>", (CODES,), True),
    ],
    ids=["none named", "unknown in FROM", "known in FROM", "unknown asked", "asked beats FROM"],
)
def test_a_query_sees_the_graphs_that_are_named(bounded, from_clause, default_graphs, some):
    query = FIGURES.format(from_clause=from_clause)
    reply = bounded().run(Request(query, ("text/csv",), (), default_graphs))
    assert (int(reply.body.split()[1]) > 0) is some

"""Workers see the store as it is, whichever way it was changed, and cost what a change costs."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from kg.errors import QueryError, QueryLimitError
from kg.names import Iri
from kg.store import mother
from kg.store.bounded import BoundedQueries
from kg.store.changes import Change
from kg.store.embedded import EmbeddedGraph
from kg.store.herd import snapshots
from kg.store.worker import Request
from tests.processes import descendants

JSON = ("application/sparql-results+json",)
G = Iri("https://example.org/g")
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def quad(number, graph=G):
    subject = NamedNode(f"https://example.org/{number}")
    return Quad(subject, NamedNode("https://example.org/p"), subject, NamedNode(graph))


def count(queries):
    body = json.loads(queries.run(Request(COUNT, JSON, ())).body)
    return int(body["results"]["bindings"][0]["n"]["value"])


@pytest.fixture(params=["memory", "folder"])
def store(request, tmp_path):
    return EmbeddedGraph(tmp_path / "store" if request.param == "folder" else None)


@pytest.fixture
def queries(store):
    queries = BoundedQueries(store, seconds=5, memory_mb=500, answer_mb=1, workers=2)
    yield queries
    queries.close()


def test_each_way_of_changing_is_seen_at_once(store, queries):
    assert count(queries) == 0
    store.change([], [quad(1), quad(2)])
    assert count(queries) == 2
    store.change([], [quad(3)], [quad(1)])
    assert count(queries) == 2
    store.load(b"<https://example.org/s> <https://example.org/p> <x:o> <https://example.org/h> .\n")
    assert count(queries) == 3
    store.insert("CONSTRUCT { ?s a ?s } WHERE { ?s ?p ?o }", Iri("https://example.org/made"))
    assert count(queries) == 6
    store.replace([G], [quad(9)])
    assert count(queries) == 5


def test_a_change_is_run_on_the_copy_and_the_copy_not_made_anew():
    store = EmbeddedGraph()
    queries = BoundedQueries(store, seconds=5, memory_mb=500, answer_mb=1, workers=1)
    count(queries)
    made = mother_of(queries)
    for number in range(5):
        store.change([], [quad(number)])
        assert count(queries) == number + 1
    assert mother_of(queries) == made
    queries.close()


def mother_of(queries):
    return queries._herd.start().pid


@pytest.mark.parametrize(
    ("update", "repeatable"),
    [
        ("INSERT DATA { GRAPH <x:g> { <x:now> <x:rand> 'LIMIT' } }", True),
        ("DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", True),
        ("INSERT { ?s <x:id> ?id } WHERE { ?s ?p ?o BIND(UUID() AS ?id) }", False),
        ("INSERT { ?s <x:at> ?t } WHERE { ?s ?p ?o BIND(now() AS ?t) }", False),
        ("DELETE { ?s ?p ?o } WHERE { { SELECT * { ?s ?p ?o } LIMIT 3 } }", False),
    ],
    ids=["data", "patterns", "new names", "time", "some of them"],
)
def test_what_gives_something_else_each_time_is_known(update, repeatable):
    assert Change(update).repeatable is repeatable


def test_what_cannot_be_repeated_is_copied():
    store = EmbeddedGraph()
    store.change([], [quad(1)])
    queries = BoundedQueries(store, seconds=5, memory_mb=500, answer_mb=1, workers=1)
    assert count(queries) == 1
    first = mother_of(queries)
    update = (
        "INSERT { GRAPH <x:g> { ?s <x:id> ?id } }"
        " WHERE { GRAPH ?g { ?s ?p ?o } BIND(UUID() AS ?id) }"
    )
    with store.writing:
        store.store.update(update)
        store._tell(Change(update))
    (row,) = store.select("SELECT ?id WHERE { ?s <x:id> ?id }").rows
    ask = Request(f"ASK {{ ?s <x:id> {row['id']} }}", JSON, ())
    assert json.loads(queries.run(ask).body)["boolean"] is True
    assert mother_of(queries) != first
    queries.close()


def test_a_folder_keeps_no_snapshot_after_closing(tmp_path):
    store = EmbeddedGraph(tmp_path / "store")
    queries = BoundedQueries(store, seconds=5, memory_mb=500, answer_mb=1)
    for number in range(3):
        store.change([], [quad(number)])
        assert count(queries) == number + 1
        assert len(list(snapshots(tmp_path / "store").iterdir())) == 1
    queries.close()
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_answers_are_kept_until_the_store_changes(store, queries):
    ask = Request("SELECT * WHERE { ?s ?p ?o }", JSON, ())
    first = queries.run(ask)
    assert queries.run(ask).body is first.body
    assert queries.run(Request("SELECT * WHERE { ?s ?p ?o }", ("text/csv",), ())).body != first.body
    store.change([], [quad(1)])
    assert queries.run(ask).body != first.body


def test_kept_answers_take_so_many_bytes_and_no_more(store):
    queries = BoundedQueries(store, seconds=5, memory_mb=500, answer_mb=4, kept_mb=1)
    store.change([], [quad(number) for number in range(300)])
    for number in range(60):
        queries.run(Request(f"SELECT * WHERE {{ ?s ?p ?o }} # {number}", JSON, ()))
    assert 0 < queries.answers.held_bytes <= 1 << 20
    queries.close()


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "struuid()"])
def test_what_is_new_each_time_is_not_kept(queries, call):
    text = f"SELECT ({call} AS ?x) WHERE {{}}"
    ask = Request(text, JSON, ())
    assert queries.run(ask) is not queries.run(ask)


async def all_of(reply):
    return [reply.body] if reply.parts is None else [part async for part in reply.parts]


def test_a_large_answer_comes_in_parts(store):
    store.change([], [quad(number) for number in range(40_000)])
    queries = BoundedQueries(store, seconds=20, memory_mb=500, answer_mb=64)

    async def parts():
        reply = await queries.answer(Request("SELECT * WHERE { ?s ?p ?o }", ("text/csv",), ()))
        two = await queries.answer(Request("SELECT * { ?s ?p ?o . ?s ?q ?r }", ("text/csv",), ()))
        found = [await all_of(reply), await all_of(two)]
        queries.close()
        return found

    one, other = asyncio.run(parts())
    assert max(map(len, other)) <= 1 << 16
    assert len(other) > 64
    assert b"".join(other).count(b"\n") == b"".join(one).count(b"\n") == 40_001


async def read_into(read, reply):
    async for part in reply.parts:
        read.append(part)


def test_a_large_answer_that_is_stopped_breaks_off():
    store = EmbeddedGraph()
    store.change([], [quad(number) for number in range(1000)])
    queries = BoundedQueries(store, seconds=20, memory_mb=500, answer_mb=8)

    async def parts():
        reply = await queries.answer(Request("SELECT * { ?a ?b ?c . ?d ?e ?f }", JSON, ()))
        read = []
        with pytest.raises(QueryLimitError, match="the answer is larger than"):
            await read_into(read, reply)
        queries.close()
        return sum(map(len, read))

    assert 4 << 20 < asyncio.run(parts()) <= 8 << 20


def test_who_leaves_takes_the_query_along():
    store = EmbeddedGraph()
    store.change([], [quad(number) for number in range(300)])
    queries = BoundedQueries(store, seconds=60, memory_mb=500, answer_mb=8, workers=1)
    runaway = Request(
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", JSON, ()
    )

    async def leave():
        await queries.answer(Request("ASK {}", JSON, ()))
        asking = asyncio.create_task(queries.answer(runaway))
        await asyncio.sleep(0.2)
        asking.cancel()  # by its caller
        with pytest.raises(asyncio.CancelledError):
            await asking
        with pytest.raises(QueryError, match="nobody waits"):  # by going away
            await queries.answer(runaway, lambda: asyncio.sleep(0.1))
        # Neither holds the only worker any more.
        reply = await queries.answer(Request("ASK { ?s ?p ?o }", JSON, ()))
        queries.close()
        return reply

    assert b"true" in asyncio.run(leave()).body


SERVER = """
import sys, time
from kg.store.embedded import EmbeddedGraph
from kg.store.bounded import BoundedQueries
from kg.store.worker import Request
import threading
store = EmbeddedGraph()
store.load(b"".join(b"<x:%d> <x:p> <x:o> <x:g> .\\n" % n for n in range(300)))
queries = BoundedQueries(store, seconds=30, memory_mb=500, answer_mb=1)
if sys.argv[1] == "forked":
    queries.start()
queries.run(Request("ASK {}", ("text/csv",), ()))
text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
threading.Thread(target=queries.run, args=(Request(text, ("text/csv",), ()),), daemon=True).start()
time.sleep(0.3)
print("running", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("signal", ["KILL", "TERM", "INT"])
@pytest.mark.parametrize("copied", ["forked", "spawned"])
def test_nothing_outlives_a_server_however_it_ends(signal, copied):
    import signal as signals

    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, copied],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parent.parent,
    )
    assert server.stdout.readline() == b"running\n"
    below = descendants(server.pid)
    assert len(below) >= 2  # what makes workers, and a worker at work
    server.send_signal(getattr(signals, f"SIG{signal}"))
    server.wait(10)
    server.stdout.close()
    assert wait_until_gone(below)


def wait_until_gone(pids):
    import time

    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not any(running(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def running(pid):
    """Say whether a process is there and not merely unreaped by whoever inherited it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_fork_is_made_where_there_is_one_thread():
    code = (
        "from kg.store.mother import is_alone; import threading; a = is_alone();"
        "threading.Thread(target=threading.Event().wait, daemon=True).start(); print(a, is_alone())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout.split() == ["True", "False"]
    assert mother.is_alone() in (True, False)

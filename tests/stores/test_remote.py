"""What can go wrong between a `RemoteGraph` and its endpoint, and what is said then."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import Literal, NamedNode, Quad

from api.app import create_app
from kg.errors import QueryError, QueryLimitError, StoreError
from kg.names import Iri
from kg.settings import Remote, Settings
from kg.store.open import open_graph
from kg.store.passthrough import RemoteQueries
from kg.store.remote import RemoteGraph
from kg.store.worker import Request

A, P = NamedNode("https://x.example/a"), NamedNode("https://x.example/p")
ONE = NamedNode("https://x.example/graph/1")
JSON = "application/sparql-results+json"
ROWS = {"head": {"vars": ["o"]}, "results": {"bindings": []}}
SELECT = "SELECT ?o WHERE { ?s ?p ?o }"


class Scripted(BaseHTTPRequestHandler):
    """Answers what a test tells it to, and remembers what it was asked."""

    def log_message(self, *arguments):
        """Print nothing."""

    def do_GET(self):
        if self.path.startswith("/healthz"):
            self.send_error(404)
        else:
            self.answer(b'{"head": {}, "boolean": true}')

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        text = self.rfile.read(length).decode()
        query = parse_qs(text).get("query", [text])[0]
        self.server.asked.append((self.path, query, dict(self.headers)))
        answer = self.server.script.get(next((k for k in self.server.script if k in query), ""))
        if callable(answer):
            answer(self)
        elif answer is not None:
            self.answer(*answer)
        elif query.startswith("ASK"):
            self.answer(b'{"head": {}, "boolean": true}')
        else:
            self.answer(json.dumps(ROWS).encode())

    def answer(self, body, status=200, length=None, **headers):
        self.send_response(status)
        for name, value in {"Content_Type": JSON, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def scripted():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Scripted)
    server.daemon_threads = True
    server.script, server.asked = {}, []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@contextmanager
def graph_at(url, **more):
    with closing(RemoteGraph(Remote(url=url, **{"seconds": 5, **more}))) as graph:
        yield graph


def cut_short(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "500")
    handler.end_headers()
    handler.wfile.write(b'{"head": {"vars": ["o"]}, "results": {"bindings": [')
    handler.close_connection = True


def dropped(handler):
    handler.close_connection = True
    handler.connection.close()


def dripping(handler):
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    try:
        for _ in range(60):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


BODY = json.dumps(ROWS).encode()


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((BODY[:-2],), "its answer cannot be read"),
        ((b"",), "its answer cannot be read"),
        ((BODY, 206), "a part of an answer only"),
        ((b'{"head": {}, "boolean": true}',), "answers a SELECT without rows"),
        (cut_short, "cannot be reached: peer closed connection"),
        (dropped, "cannot be reached"),
        (dripping, "gave no answer in 1 seconds"),
        ((b"<html>", 200), "cannot be read"),
        ((b"down for maintenance", 503), r"has no answer now \(503\): down for maintenance"),
        ((b"who are you?", 401), "refuses access"),
        ((b"", 302), "sends us on to elsewhere"),
        ((b"so not", 418), "failed"),
    ],
    ids=lambda value: "answer" if not isinstance(value, str) else value[:28],
)
def test_an_answer_that_is_not_whole_is_none(scripted, answer, problem):
    with graph_at(scripted.url, seconds=1) as graph:
        scripted.script["?o }"] = answer
        with pytest.raises(StoreError, match=problem):
            graph.select(SELECT)


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({"X_SQL_State": "S1TAT"}, "a part of an answer only"),
        ({"X_SPARQL_MaxRows": "1"}, "cuts answers at 1 rows"),
        ({"Content_Type": "text/html"}, "is no SPARQL endpoint: it answers text/html"),
    ],
    ids=["time ran out", "rows cut", "a page"],
)
def test_a_header_that_tells_of_a_part_is_believed(scripted, headers, problem):
    with graph_at(scripted.url) as graph:
        scripted.script["?o }"] = lambda one: one.answer(BODY + b"\n\n", 200, None, **headers)
        with pytest.raises(StoreError, match=problem):
            graph.select(SELECT)


def test_a_read_is_tried_again_when_the_connection_fails(scripted):
    with graph_at(scripted.url) as graph:
        failures = iter([dropped, dropped])
        scripted.script["?o }"] = lambda one: next(failures, lambda two: two.answer(BODY))(one)
        assert graph.select(SELECT).rows == []
        assert sum(SELECT in query for _, query, _ in scripted.asked) == 3


def test_a_change_is_sent_once_only(scripted):
    with graph_at(f"{scripted.url}/sparql") as graph:
        scripted.script["INSERT"] = dropped
        with pytest.raises(StoreError, match="cannot be reached"):
            graph.change([], [Quad(A, P, Literal("1"), ONE)])
        assert sum("INSERT" in query for _, query, _ in scripted.asked) == 1


def test_an_update_goes_where_it_is_said_and_as_a_form_where_only_that_is_taken(scripted):
    def only_forms(handler):
        media_type = handler.headers["Content-Type"]
        handler.answer(b"", 415 if media_type == "application/sparql-update" else 204)

    with graph_at(f"{scripted.url}/ask", update=f"{scripted.url}/tell") as graph:
        scripted.script["INSERT"] = only_forms
        scripted.script["update="] = only_forms
        graph.change([], [Quad(A, P, Literal("1"), ONE)])
    told = [headers["Content-Type"] for path, _, headers in scripted.asked if path == "/tell"]
    assert told == ["application/sparql-update", "application/x-www-form-urlencoded"]


def test_every_operation_names_its_graph(scripted):
    with graph_at(scripted.url) as graph:
        graph.change([Iri(ONE.value)], [Quad(A, P, Literal("1"), ONE)])
    texts = [query for _, query, _ in scripted.asked if "INSERT" in query]
    assert texts
    for text in texts:
        for operation in text.split(" ;\n"):
            assert "GRAPH <" in operation
            assert " ALL" not in operation


def test_credentials_are_sent_and_stand_in_no_message(scripted):
    token = "a-token-of-no-use-123"
    with graph_at(scripted.url, token=token) as graph:
        scripted.script["?o }"] = (b"no", 403)
        with pytest.raises(StoreError) as refused:
            graph.select(SELECT)
    assert {headers["Authorization"] for _, _, headers in scripted.asked} == {f"Bearer {token}"}
    assert token not in str(refused.value)
    assert token not in repr(refused.value.__cause__)


def test_a_large_change_becomes_several_requests_and_then_one_that_shows_it(oxigraph):
    with graph_at(oxigraph) as graph:
        graph.change(graph.graphs(), [])
        quads = [Quad(A, P, Literal(str(number)), ONE) for number in range(200)]
        sent = []
        graph.endpoint.kind = type(graph.endpoint.kind)("small", quads=50, size=2000)
        update = graph.endpoint.update
        counted = "SELECT ?o WHERE { GRAPH <https://x.example/graph/1> { ?s ?p ?o } }"

        def watched(text):
            sent.append(text)
            update(text)
            held.append(len(graph.endpoint.rows(counted)[1]))

        held = []
        graph.endpoint.update = watched
        graph.change([], quads)
        assert held == [0, 0, 0, 0, 200]  # nothing of it is in its place before all of it is

        def failing(text):
            if len(sent) >= 7:
                raise StoreError("the endpoint is gone")
            watched(text)

        graph.endpoint.update = failing
        with pytest.raises(StoreError, match="is gone"):
            graph.change([], [], quads)
        graph.endpoint.update = update
        assert len(graph.select(counted).rows) == 200
        assert any("/graph/incoming/" in one for one in graph._all_graphs())


def test_what_was_left_beside_its_place_is_swept_when_it_is_old(oxigraph):
    incoming = "https://w3id.org/keiretsu/graph/incoming/"
    old, young = f"{incoming}{int(time.time()) - 4000}-x/0", f"{incoming}{int(time.time())}-y/0"
    with graph_at(oxigraph) as graph:
        graph.change([], [Quad(A, P, A, NamedNode(one)) for one in (old, young)])
    with graph_at(oxigraph) as graph:
        held = graph._all_graphs()
        assert old not in held
        assert young in held
        assert incoming.encode() not in graph.dump()


def test_a_change_by_another_is_seen_soon(oxigraph, monkeypatch):
    monkeypatch.setattr("kg.store.remote._SEEN_WITHIN", 0.0)
    with graph_at(oxigraph) as one, graph_at(oxigraph) as other:
        before = one.version
        assert one.version == before
        other.change([], [Quad(A, P, Literal("new"), ONE)])
        assert one.version > before


def test_a_default_graph_that_is_no_union_is_refused(scripted):
    scripted.script["LIMIT 1"] = (b'{"head": {}, "boolean": false}',)
    with pytest.raises(StoreError, match="not the union of all named graphs; start it so"):
        RemoteGraph(Remote(url=scripted.url, seconds=5))


@pytest.mark.parametrize(
    ("path", "problem"),
    [("/nothing", "is no SPARQL endpoint: it answers 404"), ("", "no SPARQL endpoint")],
    ids=["no such path", "a page"],
)
def test_what_is_no_endpoint_is_told_so(keiretsu, path, problem):
    with pytest.raises(StoreError, match=problem):
        RemoteGraph(Remote(url=keiretsu + (path or "/docs"), seconds=5))


def test_a_server_that_is_not_there_is_told_quickly():
    begun = time.monotonic()
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:9/sparql cannot be reached"):
        RemoteGraph(Remote(url="http://127.0.0.1:9"))
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("login", [{}, {"user": "dba", "password": "wrong"}], ids=["none", "wrong"])
def test_virtuoso_refuses_a_writer_without_the_right_password(virtuoso, login):
    with graph_at(virtuoso, **login) as graph, pytest.raises(StoreError, match="refuses access"):
        graph.change([], [Quad(A, P, Literal("1"), ONE)])


def test_a_keiretsu_server_refuses_a_writer_without_its_token(keiretsu):
    with graph_at(keiretsu) as graph:
        with pytest.raises(StoreError, match=r"refuses access \(401\); check KEIRETSU_STORE_TOKEN"):
            graph.change([], [Quad(A, P, Literal("1"), ONE)])
        assert graph.derives


@pytest.fixture
def behind(oxigraph):
    """Return an application on a store behind Oxigraph's server."""
    settings = Settings(store=Remote(url=oxigraph, seconds=20), query_seconds=2, answer_mb=1)
    with closing(open_graph(settings)) as graph, TestClient(create_app(settings, graph)) as client:
        yield client


def test_questions_of_one_kind_in_front_of_an_endpoint_are_all_answered(behind):
    for number in range(4):  # the first is learnt from
        found = behind.get(f"/sparql?query=ASK%7B%7D%23{number}", headers={"Accept": JSON})
        assert (found.status_code, found.json()["boolean"]) == (200, True)


ASKED = "/sparql?query=" + re.sub(" ", "%20", "SELECT * WHERE { ?s a ?c } LIMIT 3")


def test_an_application_in_front_of_an_endpoint_answers_as_any(behind):
    answer = behind.get("/questions/who-owns", params={"company": "mitsubishi-motors"}).json()
    assert answer["status"] == "answered"
    for accept in (JSON, "text/csv", "application/sparql-results+xml", "text/tab-separated-values"):
        found = behind.get(ASKED, headers={"Accept": accept})
        assert (found.status_code, found.headers["content-type"].partition(";")[0]) == (200, accept)
    made = behind.get(
        "/sparql",
        params={"query": "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 2"},
        headers={"Accept": "text/turtle"},
    )
    assert (made.status_code, made.headers["content-type"].partition(";")[0]) == (
        200,
        "text/turtle",
    )


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * WHERE { ?s ?p }", 400),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 501),
        ("DROP ALL", 400),
        ("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 1000000", 503),
    ],
    ids=["malformed", "calls out", "update", "too large"],
)
def test_a_query_that_may_not_be_run_is_a_problem(behind, query, status):
    found = behind.get("/sparql", params={"query": query})
    assert (found.status_code, found.headers["content-type"]) == (
        status,
        "application/problem+json",
    )


def test_a_query_that_takes_too_long_is_given_up(scripted):
    with graph_at(scripted.url) as graph:
        queries = RemoteQueries(graph, seconds=0.3, answer_mb=1)
        scripted.script["?o }"] = dripping
        with pytest.raises(QueryLimitError, match=r"stopped after 0\.3 seconds"):
            queries.run(Request(SELECT, [JSON], []))
        with pytest.raises(QueryError, match="this is no SELECT"):
            queries.run(Request("SOMETHING ELSE", [JSON], []))


def test_an_endpoint_that_dies_is_503_and_not_a_hang(scripted):
    settings = Settings(store=Remote(url=scripted.url, seconds=1), query_seconds=1)
    with (
        graph_at(scripted.url, seconds=1) as graph,
        TestClient(create_app(settings, graph)) as client,
    ):
        scripted.script.update({"SELECT": dropped, "ASK": dropped})
        for path in ("/healthz", "/questions/who-owns", ASKED):
            found = client.get(path)
            assert (found.status_code, found.headers["retry-after"]) == (503, "1"), path
            assert "cannot be reached" in found.json()["detail"]


def keiretsu_command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_line_works_through_a_running_server(keiretsu_own, tmp_path):
    address, token = keiretsu_own
    named = tmp_path / "names.ttl"
    named.write_text(
        "@prefix kei: <https://w3id.org/keiretsu/ontology#> .\n"
        "<https://w3id.org/keiretsu/id/company/alpha> a kei:Company ;\n"
        '  <http://www.w3.org/2000/01/rdf-schema#label> "Alpha Cars" .\n'
    )
    store = {"KEIRETSU_STORE": address}
    asked = keiretsu_command("ask", "who is allied with Nissan?", **store)
    assert (asked.returncode, "Renault" in asked.stdout) == (0, True)
    refused = keiretsu_command("load", str(named), **store)
    assert (refused.returncode, "check KEIRETSU_STORE_TOKEN" in refused.stderr) == (2, True)
    loaded = keiretsu_command("load", str(named), KEIRETSU_STORE_TOKEN=token, **store)
    assert (loaded.returncode, loaded.stderr) == (0, "keiretsu: 1 files, 0 claims loaded\n")
    found = keiretsu_command("query", "SELECT ?c { ?c ?p 'Alpha Cars' }", **store)
    assert "company:alpha" in found.stdout


def test_the_command_line_says_that_a_store_is_not_there():
    done = keiretsu_command("ask", "who owns Nissan?", KEIRETSU_STORE="http://127.0.0.1:9/")
    assert done.returncode == 2
    assert "cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr

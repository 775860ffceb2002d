"""SPARQL 1.1 Protocol, section 2.1 and 3.1: how a query is sent, on which graphs, and refused."""

from urllib.parse import quote

import pytest

ONE, TWO, THREE = (f"http://example.org/data/{name}" for name in ("one", "two", "three"))
SAID = "<http://example.org/in>"
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-query"}


@pytest.fixture
def asked(writer):
    """A client of three named graphs, each saying of itself that it is in, and a default graph."""
    said = " ".join(
        f"GRAPH <{graph}> {{ <{graph}> {SAID} <{graph}> }}" for graph in (ONE, TWO, THREE)
    )
    update = f"INSERT DATA {{ {said} <http://example.org/d> {SAID} <http://example.org/d> }}"
    done = writer.post("/update", data={"update": update})
    assert done.status_code == 204
    del writer.headers["authorization"]
    return writer


def seen(response):
    assert response.status_code == 200, response.text
    rows = response.json()["results"]["bindings"]
    return {row["g"]["value"].rpartition("/")[2] for row in rows}


DEFAULT = f"SELECT ?g {{ ?g {SAID} ?g }}"
NAMED = f"SELECT ?g {{ GRAPH ?x {{ ?g {SAID} ?g }} }}"
BOTH = f"SELECT ?g {{ {{ ?g {SAID} ?g }} UNION {{ GRAPH ?x {{ ?g {SAID} ?g }} }} }}"


@pytest.mark.parametrize(
    ("query", "fields", "graphs"),
    [
        (DEFAULT, [], {"one", "two", "three", "d"}),
        (NAMED, [], {"one", "two", "three"}),
        (DEFAULT, [("default-graph-uri", ONE)], {"one"}),
        (DEFAULT, [("default-graph-uri", ONE), ("default-graph-uri", TWO)], {"one", "two"}),
        (NAMED, [("default-graph-uri", ONE)], set()),
        (NAMED, [("named-graph-uri", ONE)], {"one"}),
        (NAMED, [("named-graph-uri", ONE), ("named-graph-uri", TWO)], {"one", "two"}),
        (DEFAULT, [("named-graph-uri", ONE)], set()),
        (BOTH, [("default-graph-uri", ONE), ("named-graph-uri", TWO)], {"one", "two"}),
        (DEFAULT.replace("{", f"FROM <{THREE}> {{", 1), [], {"three"}),
        (DEFAULT.replace("{", f"FROM <{THREE}> {{", 1), [("default-graph-uri", ONE)], {"one"}),
        (NAMED.replace("{", f"FROM NAMED <{THREE}> {{", 1), [("named-graph-uri", ONE)], {"one"}),
        (DEFAULT, [("default-graph-uri", "http://example.org/none")], set()),
    ],
    ids=[
        "nobody names graphs: all, and the default graph",
        "nobody names graphs: all named",
        "a default graph",
        "two default graphs",
        "a default graph only: no named",
        "a named graph",
        "two named graphs",
        "a named graph only: no default",
        "both",
        "FROM",
        "the request goes before FROM",
        "the request goes before FROM NAMED",
        "a graph that is not there",
    ],
)
@pytest.mark.parametrize("how", ["get", "form", "direct"])
def test_the_dataset_is_the_one_the_request_names(asked, how, query, fields, graphs):
    url = "/sparql?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in fields)
    sent = "&".join(f"{name}={quote(value)}" for name, value in [("query", query), *fields])
    if how == "get":
        response = asked.get("/sparql?" + sent)
    elif how == "form":
        response = asked.post("/sparql", content=sent, headers=FORM)
    else:
        response = asked.post(url, content=query, headers=DIRECT)
    assert seen(response) == graphs


def test_relative_iris_are_resolved_against_the_address(asked):
    response = asked.get("/sparql", params={"query": "SELECT (<x> AS ?g) {}"})
    assert response.json()["results"]["bindings"][0]["g"]["value"] == "http://testserver/x"


ROWS = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
TRIPLES = {
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
    "application/trig",
    "application/n-quads",
}


@pytest.mark.parametrize(
    ("query", "media_types"),
    [
        (DEFAULT, ROWS),
        ("ASK {}", ROWS),
        (f"CONSTRUCT WHERE {{ ?g {SAID} ?g }}", TRIPLES),
        (f"DESCRIBE <{ONE}>", TRIPLES),
    ],
    ids=["select", "ask", "construct", "describe"],
)
def test_each_form_has_its_formats(asked, query, media_types):
    for media_type in media_types:
        response = asked.get("/sparql", params={"query": query}, headers={"accept": media_type})
        assert response.status_code == 200
        assert response.headers["content-type"].partition(";")[0] == media_type
        assert response.headers["vary"] == "Accept"
        assert response.content
    default = asked.get("/sparql", params={"query": query}).headers["content-type"]
    assert default.partition(";")[0] in media_types


@pytest.mark.parametrize(
    ("method", "url", "headers", "body", "status"),
    [
        ("PUT", "/sparql?query=ASK%20%7B%7D", {}, b"", 405),
        ("DELETE", "/sparql?query=ASK%20%7B%7D", {}, b"", 405),
        ("GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20*%20%7B%7D", {}, b"", 400),
        ("GET", "/sparql?query=", {}, b"", 400),
        ("GET", "/sparql?", {"accept": "image/png"}, b"", 406),
        ("GET", "/sparql?update=CLEAR%20ALL", {}, b"", 400),
        ("GET", "/sparql?query=ASK%20%7B%7D&using-graph-uri=http://example.org/g", {}, b"", 400),
        ("GET", "/sparql?query=ASK%20%7B%7D&default-graph-uri=relative", {}, b"", 400),
        ("GET", "/sparql?query=ASK%20%7B%20%22%FF%22%20%7D", {}, b"", 400),
        ("GET", "/sparql?query=ASK%20%7B%7D%20X", {}, b"", 400),
        ("POST", "/sparql", {"content-type": "text/plain"}, b"ASK {}", 415),
        ("POST", "/sparql", {}, b"ASK {}", 415),
        ("POST", "/sparql", {}, b"query=ASK%20%7B%7D", 415),
        ("POST", "/sparql", FORM, b"query=ASK%20%7B%7D&query=ASK%20%7B%7D", 400),
        ("POST", "/sparql", FORM, b"", 400),
        ("POST", "/sparql", FORM, b"query=%FF%FE", 400),
        ("POST", "/sparql", FORM, b"query=\xff", 400),
        ("POST", "/sparql", FORM, b"query=ASK%20%7B%7D&update=CLEAR%20ALL", 400),
        ("POST", "/sparql?query=ASK%20%7B%7D", DIRECT, b"ASK {}", 400),
        ("POST", "/sparql", DIRECT, b"ASK { '\xff' }", 400),
        ("POST", "/sparql", DIRECT, "ASK {}".encode("utf-16"), 400),
        (
            "POST",
            "/sparql",
            {"content-type": "application/sparql-query; charset=utf-16"},
            "ASK {}".encode("utf-16"),
            415,
        ),
        ("POST", "/sparql", DIRECT, b"ASK { ?s ?p", 400),
        ("POST", "/sparql", DIRECT, b"CLEAR ALL", 400),
    ],
)
def test_what_is_no_query_is_refused(asked, method, url, headers, body, status):
    response = asked.request(method, url, headers=headers, content=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    if status == 405:
        assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("extra", ["format=json", "output=xml", "results=csv"])
def test_what_clients_add_for_other_servers_does_no_harm(asked, extra):
    assert asked.get(f"/sparql?query=ASK%20%7B%7D&{extra}").json()["boolean"] is True


def test_a_long_query_is_taken_as_a_body_and_refused_as_a_url(asked):
    long = "ASK {} #" + "x" * 200_000
    assert asked.post("/sparql", content=long, headers=DIRECT).json()["boolean"] is True
    assert asked.post("/sparql", data={"query": long}).json()["boolean"] is True
    assert asked.get("/sparql", params={"query": long[:40_000]}).status_code == 414


def test_head_is_get_without_the_body(asked):
    for accept in ("text/csv", "application/sparql-results+xml"):
        call = {"params": {"query": DEFAULT}, "headers": {"accept": accept}}
        head, get = asked.head("/sparql", **call), asked.get("/sparql", **call)
        assert head.content == b""
        assert head.headers["content-type"] == get.headers["content-type"]
    assert asked.head("/sparql?query=x").content == b""

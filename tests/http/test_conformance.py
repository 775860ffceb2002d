"""What the W3C's suites ask of an endpoint beyond what is tested by name elsewhere.

The suites themselves are not kept here; docs/http.md#conformance-suites says how to run them.
"""

import gzip

import pytest

UPDATE = {"content-type": "application/sparql-update"}
QUERY = {"content-type": "application/sparql-query"}


def update(client, text):
    return client.post("/update", content=text, headers=UPDATE).status_code


def ask(client, pattern):
    sent = client.post("/sparql", content=f"ASK {{ {pattern} }}", headers=QUERY)
    return sent.json()["boolean"]


@pytest.mark.parametrize("word", ["CLEAR", "DROP"])
def test_a_graph_that_nobody_made_can_be_cleared(writer, word):
    assert update(writer, f"{word} GRAPH <x:none> ; INSERT DATA {{ <x:a> <x:b> <test> }}") == 204
    assert ask(writer, "<x:a> <x:b> <http://testserver/test>") is True


def test_a_silent_load_loads_nothing_and_is_done(writer):
    text = "LOAD SILENT <http://127.0.0.1:9/> INTO GRAPH <x:g> ; INSERT DATA { <x:a> <x:b> 1 }"
    assert update(writer, text) == 204
    assert ask(writer, "<x:a> <x:b> 1") is True
    assert ask(writer, "GRAPH <x:g> { ?s ?p ?o }") is False


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("LOAD <http://127.0.0.1:9/>", 501),
        ("LOAD <http://127.0.0.1:9/> INTO <x:g>", 400),
        ("INSERT DATA { <x:a> <x:b> 1 } ; LOAD <x:f>", 501),
        ("LOAD <x:f> ; INSERT DATA { <x:a> <x:b> }", 400),
        ("INSERT {} WHERE { SERVICE <x:f> { ?s ?p ?o } }", 501),
        ("INSERT {} WHERE { SERVICE <x:f> { ?s ?p } }", 400),
        ("INSERT {} WHERE { BIND(<x:f>(1) AS ?x) }", 501),
    ],
)
def test_an_update_is_malformed_or_not_supported_and_changes_nothing(writer, text, status):
    assert update(writer, text) == status
    assert ask(writer, "<x:a> ?p ?o") is False


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * { SERVICE SILENT <x:f> { ?s ?p ?o } }", 501),
        ("SELECT * { SERVICE <x:f> { ?s ?p } }", 400),
        ("PREFIX : <x:> SELECT * { SERVICE:f { ?s ?p ?o } }", 400),
        ("SELECT (<x:f>(1) AS ?x) {}", 501),
    ],
)
def test_a_query_is_malformed_or_not_supported(writer, query, status):
    assert writer.post("/sparql", content=query, headers=QUERY).status_code == status


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_an_endpoint_is_the_same_with_a_slash_at_its_end(writer, path):
    sent = {"follow_redirects": False}
    assert writer.post(path, content="CLEAR ALL", headers=UPDATE, **sent).status_code == 204
    asked = writer.post(path, content="ASK {}", headers=QUERY, **sent)
    assert asked.json()["boolean"] is True
    assert writer.get(path, params={"query": "ASK {}"}, **sent).json()["boolean"] is True
    assert writer.put(path, params={"query": "ASK {}"}, **sent).status_code == 405
    described = writer.get(path, headers={"accept": "text/turtle"}, **sent)
    assert f"<http://testserver{path}>" in described.text


@pytest.mark.parametrize("emptied", ["DROP ALL", "CLEAR ALL", "DROP NAMED"])
def test_a_store_emptied_by_a_suite_has_a_default_graph_of_its_own(writer, emptied):
    assert update(writer, emptied) == 204
    text = "INSERT DATA { <x:a> <x:in> 0 GRAPH <x:g> { <x:b> <x:in> 1 } }"
    assert update(writer, text) == 204
    assert ask(writer, "<x:a> <x:in> 0") is True
    assert ask(writer, "<x:b> <x:in> 1") is False
    assert ask(writer, "GRAPH ?g { <x:b> <x:in> 1 }") is True
    assert ask(writer, "GRAPH ?g { <x:a> <x:in> 0 }") is False
    described = writer.get("/sparql", headers={"accept": "application/n-triples"}).text
    assert "EmptyGraphs" in described
    assert "UnionDefaultGraph" not in described


@pytest.mark.parametrize(
    ("method", "path", "media_type"),
    [
        ("POST", "/sparql", "application/sparql-query"),
        ("POST", "/sparql", "application/x-www-form-urlencoded"),
        ("POST", "/update", "application/sparql-update"),
        ("PUT", "/graphs?graph=x:g", "text/turtle"),
    ],
)
def test_a_compressed_body_is_refused_for_what_it_is(writer, method, path, media_type):
    headers = {"content-type": media_type, "content-encoding": "gzip"}
    sent = writer.request(method, path, content=gzip.compress(b"ASK {}"), headers=headers)
    assert sent.status_code == 415  # RFC 9110, 15.5.16
    assert sent.headers["accept-encoding"] == "identity"

"""SPARQL 1.1 Graph Store HTTP Protocol: one graph at a time, by its name or at its own URL."""

from urllib.parse import quote

import pytest

TURTLE = {"content-type": "text/turtle"}
JANE = b'@prefix ex: <http://example.org/> . ex:jane ex:name "Jane" ; ex:knows [ ex:name "Al" ] .'
JOHN = b'<http://example.org/john> <http://example.org/name> "John" .'
INDIRECT, DIRECT = "/graphs?graph=http://example.org/g", "/graphs/person/1.ttl"
NAMES = pytest.mark.parametrize("url", [INDIRECT, DIRECT], ids=["indirect", "direct"])


def lines(client, url):
    response = client.get(url, headers={"accept": "application/n-triples"})
    assert response.status_code == 200, response.text
    return {line.rpartition(" ")[0] for line in response.text.splitlines()}


@NAMES
def test_put_makes_a_graph_and_replaces_it(writer, url):
    first = writer.put(url, content=JANE, headers=TURTLE)
    assert first.status_code == 201
    assert len(lines(writer, url)) == 3
    second = writer.put(url, content=JOHN, headers=TURTLE)
    assert (second.status_code, second.content) == (204, b"")
    assert lines(writer, url) == {'<http://example.org/john> <http://example.org/name> "John"'}


def test_a_graph_has_one_name_whichever_way_it_is_given(writer):
    writer.put(DIRECT, content=JOHN, headers=TURTLE)
    own = "http://testserver" + DIRECT
    assert len(lines(writer, f"/graphs?graph={own}")) == 1
    query = {"query": f"ASK {{ GRAPH <{own}> {{ ?s ?p 'John' }} }}"}
    assert writer.get("/sparql", params=query).json()["boolean"] is True


def test_the_default_graph_is_the_store_s_own(writer):
    writer.put(INDIRECT, content=JOHN, headers=TURTLE)
    assert lines(writer, "/graphs?default") == set()
    assert writer.put("/graphs?default", content=JANE, headers=TURTLE).status_code == 204
    assert len(lines(writer, "/graphs?default")) == 3
    assert writer.delete("/graphs?default").status_code == 204
    assert lines(writer, "/graphs?default") == set()
    assert len(lines(writer, INDIRECT)) == 1


@NAMES
def test_an_empty_graph_is_a_graph(writer, url):
    assert writer.put(url, content=b"", headers=TURTLE).status_code == 201
    assert lines(writer, url) == set()
    assert writer.put(url, content=JOHN, headers=TURTLE).status_code == 204
    assert writer.put(url, content=b"", headers=TURTLE).status_code == 204
    assert lines(writer, url) == set()
    assert writer.put(url).status_code == 204


@NAMES
def test_delete_takes_a_graph_away_once(writer, url):
    assert writer.delete(url).status_code == 404
    writer.put(url, content=JOHN, headers=TURTLE)
    assert writer.delete(url).status_code == 204
    assert writer.get(url).status_code == 404
    assert writer.delete(url).status_code == 404


@NAMES
def test_post_adds_and_makes_what_is_not_there(writer, url):
    assert writer.post(url, content=JANE, headers=TURTLE).status_code == 201
    assert writer.post(url, content=JOHN, headers=TURTLE).status_code == 204
    assert writer.post(url, content=b"", headers=TURTLE).status_code == 204
    assert len(lines(writer, url)) == 4


def test_post_to_the_store_itself_makes_a_graph_with_a_name(writer):
    for path in ("/graphs", "/graphs/"):
        made = writer.post(path, content=JOHN, headers=TURTLE)
        assert made.status_code == 201
        where = made.headers["location"]
        assert where.startswith("http://testserver/graphs/")
        assert len(lines(writer, where)) == 1


FORM = (
    b"--bound\r\n"
    b'Content-Disposition: form-data; name="a"; filename="a.ttl"\r\n'
    b"Content-Type: text/turtle; charset=utf-8\r\n\r\n"
    b'_:x <http://example.org/name> "\xe6\x97\xa5\xe7\x94\xa3" .\r\n'
    b"--bound\r\n"
    b'Content-Disposition: form-data; name="b"; filename="b.nt"\r\n\r\n'
    b'_:x <http://example.org/name> "Renault" .\n\r\n'
    b"--bound--\r\n"
)
MULTIPART = {"content-type": "multipart/form-data; boundary=bound"}


@NAMES
def test_several_files_can_be_posted_as_a_form(writer, url):
    writer.put(url, content=JOHN, headers=TURTLE)
    assert writer.post(url, content=FORM, headers=MULTIPART).status_code == 204
    assert len(lines(writer, url)) == 3
    text = writer.get(url, headers={"accept": "application/n-triples"}).text
    assert "日産" in text
    subjects = {line.split()[0] for line in text.splitlines()}
    assert len(subjects) == 3  # a blank node of one file is not that of another


@NAMES
def test_head_says_what_get_would_and_no_more(writer, url):
    writer.put(url, content=JOHN, headers=TURTLE)
    for accept in ("text/turtle", "application/rdf+xml"):
        head = writer.head(url, headers={"accept": accept})
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"].startswith(accept)
    missing = writer.head(url + "x")
    assert (missing.status_code, missing.content) == (404, b"")


SENT = {
    "text/turtle": JOHN,
    "application/n-triples": JOHN,
    "application/rdf+xml": b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns:ex="http://example.org/"><rdf:Description rdf:about="http://example.org/john">'
    b"<ex:name>John</ex:name></rdf:Description></rdf:RDF>",
    "application/ld+json": b'{"@id": "http://example.org/john", "http://example.org/name": "John"}',
}


@pytest.mark.parametrize("media_type", SENT, ids=SENT)
def test_each_format_goes_in_and_comes_out(writer, media_type):
    sent = writer.put(INDIRECT, content=SENT[media_type], headers={"content-type": media_type})
    assert sent.status_code == 201
    got = writer.get(INDIRECT, headers={"accept": media_type})
    assert got.headers["content-type"].startswith(media_type)
    writer.put("/graphs?graph=x:again", content=got.content, headers={"content-type": media_type})
    assert lines(writer, "/graphs?graph=x:again") == lines(writer, INDIRECT)


def test_relative_iris_in_a_body_are_resolved_against_the_graph(writer):
    writer.put(DIRECT, content=b"<#me> <#p> <> .", headers=TURTLE)
    own = "http://testserver" + DIRECT
    assert lines(writer, DIRECT) == {f"<{own}#me> <{own}#p> <{own}>"}


def test_graphs_can_be_read_without_a_token(writer):
    writer.put(INDIRECT, content=JOHN, headers=TURTLE)
    del writer.headers["authorization"]
    assert len(lines(writer, INDIRECT)) == 1


@pytest.mark.parametrize(
    ("method", "url", "headers", "body", "status"),
    [
        ("PUT", INDIRECT, {"content-type": "application/rdf+xml"}, JANE, 400),
        ("PUT", INDIRECT, TURTLE, b"not turtle", 400),
        ("PUT", INDIRECT, TURTLE, b'<x:a> <x:b> "\xff" .', 400),
        ("POST", INDIRECT, TURTLE, b"<x:a> <x:b> 1 . <x:a> <x:b>", 400),
        ("PUT", INDIRECT, {"content-type": "text/plain"}, JANE, 415),
        ("PUT", INDIRECT, {"content-type": "text/turtle; charset=latin-1"}, JANE, 415),
        ("PUT", INDIRECT, {"content-type": "application/trig"}, JANE, 415),
        ("PUT", INDIRECT, {}, JANE, 415),
        ("POST", INDIRECT, MULTIPART, b"no boundary", 400),
        ("POST", INDIRECT, {"content-type": "multipart/form-data"}, FORM, 400),
        ("POST", INDIRECT, MULTIPART, FORM.replace(b"b.nt", b"b.exe"), 415),
        ("POST", INDIRECT, MULTIPART, FORM.replace(b'"Renault" .', b'"Renault"'), 400),
        ("PUT", INDIRECT, TURTLE, b"#" * 1_100_000, 413),
        ("PUT", "/graphs", TURTLE, JANE, 400),
        ("DELETE", "/graphs", {}, b"", 400),
        ("GET", "/graphs", {}, b"", 400),
        ("PUT", "/graphs?graph=relative", TURTLE, JANE, 400),
        ("PUT", "/graphs?graph=x:a&graph=x:b", TURTLE, JANE, 400),
        ("PUT", "/graphs?graph=x:a&default", TURTLE, JANE, 400),
        ("PUT", "/graphs?graph=x:a%3E%20%7B%7D%20DROP%20ALL", TURTLE, JANE, 400),
        ("PUT", "/graphs/a?graph=x:a", TURTLE, JANE, 400),
        ("PUT", "/graphs?default=x", TURTLE, JANE, 400),
        ("PUT", "/graphs?Graph=x:a", TURTLE, JANE, 400),
        ("PATCH", INDIRECT, {"content-type": "application/sparql-update"}, b"CLEAR ALL", 405),
        ("GET", "/graphs?graph=x:none", {}, b"", 404),
        ("GET", "/graphs/none", {}, b"", 404),
        ("GET", INDIRECT, {"accept": "image/png"}, b"", 406),
        (
            "PUT",
            INDIRECT,
            {"content-type": "application/ld+json"},
            b'{"@id": "x:g", "@graph": [{"@id": "x:a", "x:b": 1}]}',
            400,
        ),
        (
            "PUT",
            INDIRECT,
            {"content-type": "application/ld+json"},
            b'{"@context": "http://127.0.0.1:9/", "@id": "x:a", "b": 1}',
            400,
        ),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    writer, method, url, headers, body, status
):
    writer.put(INDIRECT, content=JOHN, headers=TURTLE)
    response = writer.request(method, url, headers=headers, content=body)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    if status == 405:
        assert set(response.headers["allow"].split(", ")) == {
            "DELETE",
            "GET",
            "HEAD",
            "POST",
            "PUT",
        }
    assert len(lines(writer, INDIRECT)) == 1


@pytest.mark.parametrize(
    "host", ["evil.example/x>", 'a"b', "a b", "x} DROP ALL"], ids=["tag", "quote", "space", "brace"]
)
def test_a_host_that_is_none_names_no_graph(writer, host):
    headers = TURTLE | {"host": host}
    assert writer.put(DIRECT, content=JOHN, headers=headers).status_code == 400
    assert writer.post("/graphs", content=JOHN, headers=headers).status_code == 400


@pytest.mark.parametrize("name", ["nä", "日産", "a%20b"])
def test_where_a_new_graph_is_stands_in_the_header_as_a_uri(writer, name):
    graph = f"https://example.org/{name}"
    made = writer.put("/graphs", params={"graph": graph}, content="", headers=TURTLE)
    assert made.status_code == 201
    assert made.headers["location"] == quote(graph, safe=":/%")
    assert writer.get("/graphs", params={"graph": graph}).status_code == 200

"""Entity tags, CORS, OPTIONS and limits: what holds for every route."""

import pytest

COUNT = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
READS = [
    "/sparql?query=ASK%20%7B%7D",
    "/sparql",
    "/.well-known/void",
    "/questions",
    "/questions/who-owns?company=nissan-motor",
    "/companies?q=nis",
    "/contradictions",
    "/graphs?graph=https://w3id.org/keiretsu/graph/codes",
    "/ontology",
]


@pytest.mark.parametrize("url", READS)
def test_what_was_read_is_not_sent_again_while_the_store_is_unchanged(client, graph, url):
    first = client.get(url)
    assert first.status_code == 200
    tag = {"if-none-match": first.headers["etag"]}
    again = client.get(url, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert client.head(url, headers=tag).status_code == 304
    assert (
        client.get(url, headers={"if-none-match": f'"x", {tag["if-none-match"]}'}).status_code
        == 304
    )
    graph.update("INSERT DATA { <x:a> <x:b> 1 }")
    assert client.get(url, headers=tag).status_code == 200


def test_each_representation_has_its_own_tag(client):
    tags = {
        client.get("/sparql", params=params, headers={"accept": accept}).headers["etag"]
        for params in (COUNT, {"query": "SELECT * {}"})
        for accept in ("text/csv", "application/sparql-results+json")
    }
    assert len(tags) == 4


@pytest.mark.parametrize(
    "function", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()", "now ()"]
)
def test_what_changes_by_itself_has_no_tag(client, function):
    response = client.get("/sparql", params={"query": f"SELECT ({function} AS ?x) {{}}"})
    assert response.status_code == 200
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_errors_and_writes_have_no_tag(client, writer):
    assert "etag" not in client.get("/sparql?query=x").headers
    assert "etag" not in client.get("/questions/none").headers
    assert "etag" not in client.post("/sparql", data=COUNT).headers
    assert "etag" not in writer.post("/update", data={"update": "CLEAR ALL"}).headers


ORIGIN = {"origin": "https://example.org"}


@pytest.mark.parametrize("url", [*READS, "/sparql?query=x", "/nowhere"])
def test_any_page_may_read(client, url):
    assert client.get(url, headers=ORIGIN).headers["access-control-allow-origin"] == "*"
    assert client.head(url, headers=ORIGIN).headers["access-control-allow-origin"] == "*"


def test_any_page_may_post_a_query_and_none_may_use_a_token(writer):
    posted = writer.post("/sparql", data=COUNT, headers=ORIGIN)
    assert "access-control-allow-origin" not in posted.headers  # it was sent with a token
    update = writer.post("/update", data={"update": "CLEAR ALL"}, headers=ORIGIN)
    assert "access-control-allow-origin" not in update.headers
    del writer.headers["authorization"]
    posted = writer.post("/sparql", data=COUNT, headers=ORIGIN)
    assert posted.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in posted.headers
    refused = writer.post("/update", data={"update": "CLEAR ALL"}, headers=ORIGIN)
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize(
    ("url", "method", "methods"),
    [
        ("/sparql", "POST", "GET, HEAD, POST"),
        ("/questions", "GET", "GET, HEAD"),
        ("/graphs/a", "PUT", "GET, HEAD"),
        ("/update", "POST", ""),
    ],
)
def test_a_browser_that_asks_first_is_told_what_pages_may_do(client, url, method, methods):
    asking = ORIGIN | {
        "access-control-request-method": method,
        "access-control-request-headers": "authorization",
    }
    response = client.options(url, headers=asking)
    assert response.status_code == 204
    assert response.headers["access-control-allow-methods"] == methods
    assert "authorization" not in response.headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("/sparql", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/update", {"POST", "OPTIONS"}),
        ("/graphs", {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}),
        ("/graphs/a/b", {"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"}),
        ("/questions", {"GET", "HEAD", "OPTIONS"}),
        ("/companies/nissan-motor", {"GET", "HEAD", "OPTIONS"}),
        ("/ontology.ttl", {"GET", "HEAD", "OPTIONS"}),
        ("/.well-known/void", {"GET", "HEAD", "OPTIONS"}),
        ("/", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_options_says_what_a_path_takes(client, url, allowed):
    response = client.options(url)
    assert (response.status_code, response.content) == (204, b"")
    assert set(response.headers["allow"].split(", ")) == allowed
    assert response.headers["x-content-type-options"] == "nosniff"


def test_options_of_nothing_is_404(client):
    assert client.options("/nowhere").status_code == 404


@pytest.mark.parametrize("url", ["/" + "x" * 40_000, "/questions?x=" + "y" * 40_000])
def test_a_url_that_is_too_long_is_refused_and_not_repeated(client, url):
    response = client.get(url)
    assert response.status_code == 414
    assert response.headers["content-type"] == "application/problem+json"
    assert len(response.content) < 1000


def test_headers_that_are_too_long_are_refused(client):
    assert client.get("/questions", headers={"x-long": "y" * 70_000}).status_code == 431


@pytest.mark.parametrize("url", [*READS, "/nowhere", "/sparql?query=x"])
def test_every_answer_has_the_headers_that_keep_it_harmless(client, url):
    headers = client.get(url).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]

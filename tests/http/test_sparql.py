import pytest

SELECT = "SELECT ?c WHERE { ?c a <https://w3id.org/keiretsu/ontology#Company> } ORDER BY ?c"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"
ROWS = [
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
]
TRIPLES = ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]


@pytest.mark.parametrize("media_type", ROWS, ids=ROWS)
def test_rows_come_in_the_media_type_asked_for(client, media_type):
    response = client.get("/sparql", params={"query": SELECT}, headers={"accept": media_type})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.text.count("id/company/") == 12


@pytest.mark.parametrize("media_type", TRIPLES, ids=TRIPLES)
def test_triples_come_in_the_media_type_asked_for(client, media_type):
    response = client.get("/sparql", params={"query": CONSTRUCT}, headers={"accept": media_type})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("text/csv;q=0.4, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("text/turtle, text/csv;q=0.1", "text/csv"),
        ("application/json", "application/json"),
    ],
    ids=["anything", "nothing said", "q-values", "only one fits rows", "plain json"],
)
def test_accept_is_weighed(client, accept, media_type):
    response = client.get("/sparql", params={"query": SELECT}, headers={"accept": accept})
    assert response.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize(
    "content",
    [
        {"data": {"query": SELECT}},
        {"content": SELECT, "headers": {"content-type": "application/sparql-query"}},
        {"content": SELECT, "headers": {"content-type": "Application/SPARQL-Query; charset=utf-8"}},
    ],
    ids=["form", "body", "body with charset"],
)
def test_a_query_can_be_posted(client, content):
    response = client.post("/sparql", **content)
    assert len(response.json()["results"]["bindings"]) == 12


def test_a_malformed_query_is_400_with_the_position(client):
    response = client.get("/sparql", params={"query": "SELECT ?a WHERE {\n  ?a ?b \n}"})
    assert response.status_code == 400
    assert (response.json()["line"], response.json()["column"]) == (3, 2)


@pytest.mark.parametrize(
    ("call", "status"),
    [
        ({"method": "GET", "params": {"default-graph-uri": "http://example.org/"}}, 400),
        ({"method": "GET", "params": [("query", "ASK {}"), ("query", "ASK {}")]}, 400),
        ({"method": "POST", "data": {"update": "DROP ALL"}}, 403),
        ({"method": "GET", "params": {"query": "ASK {}", "default-graph-uri": "no iri"}}, 400),
        ({"method": "POST", "content": "ASK {}", "headers": {"content-type": "text/plain"}}, 415),
        ({"method": "POST", "content": "ASK {}"}, 415),
        ({"method": "GET", "params": {"query": "ASK {}"}, "headers": {"accept": "image/png"}}, 406),
        ({"method": "GET", "params": {"query": CONSTRUCT}, "headers": {"accept": "text/csv"}}, 406),
        ({"method": "GET", "params": {"query": "DROP ALL"}}, 400),
        ({"method": "PUT"}, 405),
        (
            {
                "method": "POST",
                "content": b"\xff",
                "headers": {"content-type": "application/sparql-query"},
            },
            400,
        ),
        (
            {
                "method": "POST",
                "content": b"#" * 1_000_001,
                "headers": {"content-type": "application/sparql-query"},
            },
            413,
        ),
    ],
    ids=[
        "no query",
        "two queries",
        "an update",
        "no graph",
        "plain text",
        "no type",
        "a picture",
        "triples as csv",
        "update as query",
        "put",
        "no utf-8",
        "too long",
    ],
)
def test_a_bad_request_is_a_problem_with_its_own_status(client, call, status):
    response = client.request(url="/sparql", **call)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]


def test_a_query_may_not_call_another_endpoint(client):
    query = "SELECT * WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }"
    response = client.get("/sparql", params={"query": query})
    assert response.status_code == 501
    assert "SERVICE" in response.json()["detail"]


def test_a_runaway_query_is_stopped_and_the_next_one_answered(client):
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    response = client.get("/sparql", params={"query": runaway})
    assert response.status_code == 503
    assert response.headers["retry-after"] == "1"
    assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True

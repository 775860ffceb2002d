"""The short way for plain questions says what the long way says."""

import json
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import NamedNode, Quad

from api.app import create_app
from kg.settings import Settings

JSON = {"Accept": "application/sparql-results+json"}
QUERY = "SELECT ?s WHERE { ?s a <https://w3id.org/keiretsu/ontology#Company> } ORDER BY ?s"


def seen(response):
    told = {name: value for name, value in response.headers.items() if name != "date"}
    return response.status_code, told, response.content


@pytest.fixture
def long_way(graph):
    """A client that adds a header which is never plain."""
    with TestClient(
        create_app(Settings(query_seconds=1, answer_mb=1), graph), headers={"X-Long": "way"}
    ) as client:
        yield client


@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        "ASK { ?s ?p ?o }",
        "SELECT ('ä + %41 & ü' AS ?x) {}",
        "CONSTRUCT WHERE { ?s a <https://w3id.org/keiretsu/ontology#Alliance> }",
        "SELECT * WHERE { broken",
        "DROP ALL",
        "SELECT (NOW() > 0 AS ?x) {}",
        " ",
    ],
    ids=["rows", "yes or no", "signs", "triples", "malformed", "update", "time", "blank"],
)
@pytest.mark.parametrize(
    "accept", ["*/*", "application/sparql-results+json", "text/turtle, text/csv;q=0.5", "image/png"]
)
def test_both_ways_say_the_same_each_time(client, long_way, query, accept):
    url = f"/sparql?query={quote(query)}"
    expected = seen(long_way.get(url, headers={"Accept": accept}))
    for _ in range(3):  # learnt, made with what was learnt, kept
        assert seen(client.get(url, headers={"Accept": accept})) == expected


def test_what_was_kept_is_not_sent_once_the_store_has_changed(client, graph):
    url = f"/sparql?query={quote('SELECT * { GRAPH <x:g> { ?s ?p ?o } }')}"
    for number in range(4):
        for _ in range(3):
            found = json.loads(client.get(url, headers=JSON).content)
            assert len(found["results"]["bindings"]) == number
        node = NamedNode(f"x:{number}")
        graph.change([], [Quad(node, node, node, NamedNode("x:g"))])


def test_the_same_question_in_two_media_types_has_two_answers(client):
    url = f"/sparql?query={quote(QUERY)}"
    for _ in range(3):
        kinds = [
            client.get(url, headers={"Accept": accept}).headers["content-type"].partition(";")[0]
            for accept in ("text/csv", "application/sparql-results+xml", "text/csv")
        ]
        assert kinds == ["text/csv", "application/sparql-results+xml", "text/csv"]


def test_head_and_a_second_field_take_the_long_way(client):
    url = f"/sparql?query={quote(QUERY)}"
    client.get(url)
    assert client.head(url).content == b""
    assert client.get(url + "&unknown=1").status_code == 400


def test_a_query_that_is_stopped_is_a_problem_with_retry_after(client):
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    response = client.get(f"/sparql?query={quote(runaway)}")
    assert response.status_code == 503
    assert response.json()["detail"] == "stopped after 1 seconds"
    assert response.headers["retry-after"]
    assert client.get(f"/sparql?query={quote('ASK {}')}", headers=JSON).json()["boolean"] is True

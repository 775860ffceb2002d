"""SPARQL 1.1 Service Description, VoID and DCAT: what the service says of itself is so."""

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def read(response):
    assert response.status_code == 200, response.text
    store = Store()
    media_type = response.headers["content-type"].partition(";")[0]
    store.load(response.content, format=FORMATS[media_type])
    return store


def objects(store, subject, predicate):
    return {quad.object for quad in store.quads_for_pattern(subject, NamedNode(predicate), None)}


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
@pytest.mark.parametrize("media_type", FORMATS, ids=FORMATS)
def test_a_description_comes_in_the_format_asked_for(client, path, media_type):
    response = client.get(path, headers={"accept": media_type})
    assert response.headers["content-type"].startswith(media_type)
    assert response.headers["vary"] == "Accept"
    assert len(read(response)) > 20


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
@pytest.mark.parametrize("accept", ["", "*/*", "text/csv, */*;q=0.1"])
def test_a_description_is_turtle_where_nothing_else_is_wanted(client, path, accept):
    response = client.get(path, headers={"accept": accept})
    assert response.headers["content-type"].startswith("text/turtle")
    assert client.get(path, headers={"accept": "image/png"}).status_code == 406


def test_a_browser_gets_a_page(client):
    response = client.get("/sparql", headers={"accept": BROWSER})
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["vary"] == "Accept"


def test_the_service_says_what_it_can(client):
    store = read(client.get("/sparql"))
    (service,) = {
        quad.subject for quad in store.quads_for_pattern(None, None, NamedNode(SD + "Service"))
    }
    assert objects(store, service, SD + "endpoint") == {NamedNode("http://testserver/sparql")}
    features = objects(store, service, SD + "feature")
    assert NamedNode(SD + "UnionDefaultGraph") in features
    assert NamedNode(SD + "BasicFederatedQuery") not in features
    assert NamedNode(SD + "DereferencesURIs") not in features
    assert objects(store, service, SD + "supportedLanguage") == {NamedNode(SD + "SPARQL11Query")}
    assert len(objects(store, service, SD + "resultFormat")) == 10


def test_a_service_that_can_be_written_says_so(writer):
    store = read(writer.get("/sparql"))
    languages = objects(store, NamedNode("http://testserver/sparql"), SD + "supportedLanguage")
    assert NamedNode(SD + "SPARQL11Update") in languages


def test_the_service_lists_its_graphs_with_their_sizes(client):
    store = read(client.get("/sparql"))
    described = {
        quad.object.value for quad in store.quads_for_pattern(None, NamedNode(SD + "name"), None)
    }
    query = "SELECT DISTINCT ?g { GRAPH ?g {} }"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert described == {row["g"]["value"] for row in rows}


def test_the_figures_are_counted_and_follow_the_store(writer):
    dataset = NamedNode("https://w3id.org/keiretsu/dataset")

    def triples():
        return objects(read(writer.get("/.well-known/void")), dataset, VOID + "triples")

    assert triples() == {Literal(1)}  # the one that makes it a store of the house
    writer.post(
        "/update", data={"update": "INSERT DATA { GRAPH <x:g> { <x:a> a <x:B> ; <x:p> 1 } }"}
    )
    assert triples() == {Literal(3)}


def test_the_description_of_the_data_says_where_and_under_which_licence(client):
    store = read(client.get("/.well-known/void"))
    dataset = NamedNode("https://w3id.org/keiretsu/dataset")
    endpoint = NamedNode("http://testserver/sparql")
    assert objects(store, dataset, VOID + "sparqlEndpoint") == {endpoint}
    assert objects(store, dataset, "http://purl.org/dc/terms/license")
    parts = objects(store, dataset, VOID + "classPartition")
    company = NamedNode("https://w3id.org/keiretsu/ontology#Company")
    (part,) = (one for one in parts if objects(store, one, VOID + "class") == {company})
    assert objects(store, part, VOID + "entities") == {Literal(12)}


def test_openapi_has_the_protocols_with_their_bearer_scheme(client):
    document = client.get("/openapi.json").json()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    operations = {
        (path, method): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path in ("/sparql", "/update", "/graphs", "/graphs/{path}") and method != "parameters"
    }
    writing = {("/update", "post")} | {
        (path, method)
        for path in ("/graphs", "/graphs/{path}")
        for method in ("put", "post", "delete")
    }
    assert {
        key for key, one in operations.items() if one.get("security") == [{"token": []}]
    } == writing
    for key in writing:
        assert {"401", "403"} <= operations[key]["responses"].keys()
    names = [
        one["operationId"]
        for path in document["paths"].values()
        for one in path.values()
        if isinstance(one, dict)
    ]
    assert len(names) == len(set(names))

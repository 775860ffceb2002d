"""SPARQL 1.1 Protocol, section 2.2: updates, on which graphs, by whom, and refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest

FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-update"}
ONE, TWO, RESULT = (f"http://example.org/{name}" for name in ("one", "two", "result"))
COPY = f"INSERT {{ GRAPH <{RESULT}> {{ ?s <x:found> ?o }} }} WHERE"
DEFAULT = f"{COPY} {{ ?s <x:in> ?o }}"
NAMED = f"{COPY} {{ GRAPH ?g {{ ?s <x:in> ?o }} }}"
DATA = f"""INSERT DATA {{
  GRAPH <{ONE}> {{ <x:one> <x:in> 1 }} GRAPH <{TWO}> {{ <x:two> <x:in> 2 }} <x:d> <x:in> 0 }}"""


def found(client):
    query = f"SELECT ?s {{ GRAPH <{RESULT}> {{ ?s <x:found> ?o }} }}"
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return {row["s"]["value"][2:] for row in rows}


def ask(client, pattern):
    response = client.get("/sparql", params={"query": f"ASK {{ {pattern} }}"})
    return response.json()["boolean"]


@pytest.mark.parametrize("path", ["/update", "/sparql"])
@pytest.mark.parametrize(
    "call",
    [
        {"data": {"update": "INSERT DATA { <x:a> <x:b> <x:c> }"}},
        {"content": "INSERT DATA { <x:a> <x:b> <x:c> }", "headers": DIRECT},
        {
            "content": "INSERT DATA { <x:a> <x:b> <x:c> }",
            "headers": {"content-type": "Application/SPARQL-Update; charset=UTF-8"},
        },
    ],
    ids=["form", "direct", "direct with charset"],
)
def test_an_update_can_be_posted_and_is_seen_at_once(writer, path, call):
    assert writer.post(path, **call).status_code == 204
    assert ask(writer, "<x:a> <x:b> <x:c>") is True


@pytest.mark.parametrize(
    ("update", "fields", "names"),
    [
        (DEFAULT, {}, {"d"}),
        (DEFAULT, {"using-graph-uri": ONE}, {"one"}),
        (DEFAULT, {"using-graph-uri": [ONE, TWO]}, {"one", "two"}),
        (NAMED, {"using-named-graph-uri": ONE}, {"one"}),
        (NAMED, {"using-named-graph-uri": [ONE, TWO]}, {"one", "two"}),
        (DEFAULT, {"using-named-graph-uri": ONE}, set()),
        (
            f"{DEFAULT} ; {NAMED}",
            {"using-graph-uri": ONE, "using-named-graph-uri": TWO},
            {"one", "two"},
        ),
        (f"INSERT DATA {{}} ; {DEFAULT}", {"using-graph-uri": ONE}, {"one"}),
    ],
    ids=[
        "nobody names graphs: the store's default graph",
        "a default graph",
        "two default graphs",
        "a named graph",
        "two named graphs",
        "a named graph only: no default",
        "both, for two operations",
        "a data operation first",
    ],
)
@pytest.mark.parametrize("how", ["form", "direct"])
def test_the_dataset_is_the_one_the_request_names(writer, how, update, fields, names):
    writer.post("/update", content=DATA, headers=DIRECT)
    if how == "form":
        response = writer.post("/update", data={"update": update, **fields})
    else:
        response = writer.post("/update", params=fields, content=update, headers=DIRECT)
    assert response.status_code == 204, response.text
    assert found(writer) == names


def test_delete_where_takes_the_graphs_of_the_request_too(writer):
    writer.post("/update", content=f"{DATA} ; INSERT DATA {{ <x:one> <x:in> 1 }}", headers=DIRECT)
    update = "DELETE WHERE { ?s <x:in> ?o }"
    writer.post("/update", data={"update": update, "using-graph-uri": ONE})
    assert ask(writer, f"GRAPH <{ONE}> {{ <x:one> <x:in> 1 }}") is True  # matched, not written to
    rest = writer.get("/graphs?default", headers={"accept": "application/n-triples"}).text
    assert "x:one" not in rest
    assert "x:d" in rest


@pytest.mark.parametrize(
    "update",
    [
        f"INSERT {{ ?s <x:p> ?o }} USING <{ONE}> WHERE {{ ?s ?p ?o }}",
        f"INSERT {{ ?s <x:p> ?o }} USING NAMED <{ONE}> WHERE {{ ?s ?p ?o }}",
        f"WITH <{ONE}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"INSERT DATA {{}} ; WITH <{ONE}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
    ],
    ids=["using", "using named", "with", "with in the second"],
)
def test_graphs_are_named_by_the_update_or_by_the_request_not_by_both(writer, update):
    for name in ("using-graph-uri", "using-named-graph-uri"):
        assert writer.post("/update", data={"update": update, name: TWO}).status_code == 400
    assert writer.post("/update", data={"update": update}).status_code == 204


def test_relative_iris_are_resolved_against_the_address(writer):
    writer.post("/sparql", content="INSERT DATA { <x:s> <x:p> <test> }", headers=DIRECT)
    assert ask(writer, "<x:s> <x:p> <http://testserver/test>") is True


@pytest.mark.parametrize(
    ("method", "url", "headers", "body", "status"),
    [
        ("GET", "/update?update=CLEAR%20ALL", {}, b"", 405),
        ("PUT", "/update", DIRECT, b"CLEAR ALL", 405),
        ("GET", "/sparql?update=CLEAR%20ALL", {}, b"", 400),
        ("POST", "/update", FORM, b"update=CLEAR%20ALL&update=CLEAR%20ALL", 400),
        ("POST", "/update", FORM, b"query=ASK%20%7B%7D", 400),
        ("POST", "/update", FORM, b"", 400),
        ("POST", "/update?update=CLEAR%20ALL", DIRECT, b"CLEAR ALL", 400),
        ("POST", "/update", {"content-type": "text/plain"}, b"CLEAR ALL", 415),
        ("POST", "/update", {"content-type": "application/sparql-query"}, b"CLEAR ALL", 415),
        ("POST", "/update", {}, b"CLEAR ALL", 415),
        ("POST", "/update", {}, b"update=CLEAR%20ALL", 415),
        ("POST", "/update", DIRECT, b"INSERT DATA { <x:a> <x:b> '\xff' }", 400),
        ("POST", "/update", FORM, b"update=%FF", 400),
        ("POST", "/update", DIRECT, "CLEAR ALL".encode("utf-16"), 400),
        (
            "POST",
            "/update",
            {"content-type": "application/sparql-update; charset=UTF-16"},
            "CLEAR ALL".encode("utf-16"),
            415,
        ),
        ("POST", "/update", DIRECT, b"CLEAR NOTHING", 400),
        ("POST", "/update", DIRECT, b"ASK {}", 400),
        ("POST", "/update", DIRECT, b"INSERT DATA { ?s ?p ?o }", 400),
        ("POST", "/update?using-graph-uri=relative", DIRECT, b"CLEAR ALL", 400),
        ("POST", "/update?default-graph-uri=x:g", DIRECT, b"CLEAR ALL", 400),
        ("POST", "/update", DIRECT, b"CREATE GRAPH <x:g> ; CREATE GRAPH <x:g>", 400),
        ("POST", "/update", DIRECT, b"LOAD <file:///etc/passwd>", 501),
        ("POST", "/update", DIRECT, b"CREATE GRAPH <x:g> LOAD <x:y> INTO GRAPH <x:g>", 400),
        ("POST", "/update", DIRECT, b"LOAD SILENT <x:y> INTO <x:g>", 400),
        ("POST", "/update", DIRECT, b"#" * 1_100_000, 413),
    ],
)
def test_what_is_no_update_is_refused_and_changes_nothing(
    writer, method, url, headers, body, status
):
    writer.post("/update", content=DATA, headers=DIRECT)
    response = writer.request(method, url, headers=headers, content=body)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert ask(writer, "<x:d> <x:in> 0 ; ?p ?o . <x:one> ?q ?r . <x:two> ?t ?u") is True


def test_a_mistake_is_told_with_its_place(writer):
    update = "INSERT DATA { <x:a> <x:b> 1 } ;\nDELETE {"
    response = writer.post("/update", content=update, headers=DIRECT)
    assert (response.json()["line"], response.json()["column"]) == (2, 9)


def test_an_update_is_done_whole_or_not_at_all(writer):
    update = "INSERT DATA { <x:a> <x:b> 1 } ; CREATE GRAPH <x:g> ; CREATE GRAPH <x:g>"
    assert writer.post("/update", content=update, headers=DIRECT).status_code == 400
    assert ask(writer, "<x:a> <x:b> 1") is False


def test_a_runaway_update_is_stopped_and_changes_nothing(writer):
    some = " ".join(f"<x:{number}> <x:p> {number} ." for number in range(400))
    writer.post("/update", content=f"INSERT DATA {{ {some} }}", headers=DIRECT)
    update = "INSERT { <x:a> <x:found> ?z } WHERE { ?a ?b ?c . ?d ?e ?f . ?x ?y ?z . ?g ?h ?i }"
    response = writer.post("/update", content=update, headers=DIRECT)
    assert response.status_code == 503
    assert response.headers["retry-after"]
    assert ask(writer, "<x:a> <x:found> ?z") is False


def test_what_a_request_adds_counts_for_its_own_patterns_and_others_are_served(writer):
    before = writer.get("/graphs?default", headers={"accept": "application/n-triples"}).text
    some = " ".join(f"<x:{number}> <x:p> {number} ." for number in range(1000))
    pattern = "?a <x:p> ?b . ?c <x:p> ?d . ?e <x:p> ?z"
    update = f"INSERT DATA {{ {some} }} ; INSERT {{ <x:a> <x:found> ?z }} WHERE {{ {pattern} }}"
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(writer.post, "/update", content=update, headers=DIRECT)
        served = 0
        while not waiting.done():
            assert ask(writer, f"<x:none> <x:in> {served}") is False
            served += 1
    response = waiting.result()
    assert (response.status_code, "stopped after 1 seconds" in response.text) == (503, True)
    assert response.headers["retry-after"]
    assert served > 10
    after = writer.get("/graphs?default", headers={"accept": "application/n-triples"}).text
    assert after == before


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (None, 'Bearer realm="keiretsu"'),
        ("Basic YTpi", 'Bearer realm="keiretsu"'),
        ("Bearer", 'Bearer realm="keiretsu"'),
        ("Bearer another-token-than-that", 'Bearer realm="keiretsu", error="invalid_token"'),
        ("Bearer a-token-for-tests-onl", 'Bearer realm="keiretsu", error="invalid_token"'),
        ("Bearer \xe9", 'Bearer realm="keiretsu", error="invalid_token"'),
    ],
    ids=["nothing", "another scheme", "no token", "another", "one letter less", "not ascii"],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/update"),
        ("POST", "/sparql"),
        ("PUT", "/graphs?default"),
        ("POST", "/graphs"),
        ("DELETE", "/graphs/a"),
    ],
)
def test_nobody_writes_without_the_token(writer, method, path, sent, told):
    del writer.headers["authorization"]
    headers = DIRECT | ({"authorization": sent.encode("latin-1")} if sent else {})
    response = writer.request(method, path, headers=headers, content="CLEAR ALL")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == told
    assert (sent or "nothing").removeprefix("Bearer ") not in response.text or sent == "Bearer"


def test_the_token_may_follow_its_scheme_in_small_letters(writer):
    writer.headers["authorization"] = writer.headers["authorization"].replace("Bearer", "bearer")
    assert writer.post("/update", data={"update": "CLEAR ALL"}).status_code == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/update"), ("POST", "/sparql"), ("PUT", "/graphs?default"), ("DELETE", "/graphs/a")],
)
def test_a_server_without_a_token_is_read_only_and_says_what_to_do(client, method, path):
    headers = DIRECT | {"authorization": "Bearer anything"}
    response = client.request(method, path, headers=headers, content="CLEAR ALL")
    assert response.status_code == 403
    assert "KEIRETSU_TOKEN" in response.json()["detail"]
    form = client.post("/sparql", data={"update": "CLEAR ALL"})
    assert form.status_code == 403


def test_only_the_token_makes_a_form_longer_than_a_query_may_be(client):
    for sent in ("Bearer another-token-than-that", "Basic YTpi"):
        headers = {"authorization": sent}
        response = client.post("/sparql", data={"update": "#" * 1_000_001}, headers=headers)
        assert response.status_code == 413

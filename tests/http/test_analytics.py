import csv
import io
import time
from itertools import permutations

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kg.analytics.inquiries import inquiries
from kg.analytics.inquiries.asking import ask
from kg.load import load_claims
from kg.settings import Settings
from tests.analytics.conftest import document, entities, told

VETO = "/analytics/legal-tests?holder=nissan&company=mitsubishi-motors&as_of=2024-08-01"


def test_the_catalogue_lists_every_analysis_with_an_example_that_runs(client):
    listed = client.get("/analytics").json()
    assert [one["name"] for one in listed] == [one.name for one in inquiries()]
    for one in listed:
        assert client.get(one["example"]).status_code == 200


def test_an_answer_says_what_was_understood_and_has_its_claims_whole(client):
    answer = client.get(f"{VETO}&test=japan-veto&why=true").json()
    assert answer["reading"] == "legal tests of Nissan Motor in Mitsubishi Motors, as of 2024-08-01"
    assert (answer["as_of"], answer["known_by"], answer["policy"]) == ("2024-08-01", None, "all")
    assert (answer["status"], answer["total"], answer["offset"]) == ("answered", 1, 0)
    (row,) = answer["rows"]
    assert row["words"] == "veto at 34% (> 1/3)"
    assert row["holder"]["slug"] == "nissan-motor"
    assert row["why"]["steps"]
    (claim,) = answer["claims"]
    assert row["claims"] == [claim["id"]]
    assert claim["sentence"] == 4


def test_without_why_there_is_no_proof(client):
    assert "why" not in client.get(f"{VETO}&test=japan-veto").json()["rows"][0]


def test_repeated_values_are_taken_together(client):
    answer = client.get(f"{VETO}&test=japan-veto&test=strict-majority").json()
    assert [row["test"] for row in answer["rows"]] == ["japan-veto", "strict-majority"]


def test_pages_have_a_total_in_a_header_too(client):
    response = client.get(f"{VETO}&limit=2&offset=1")
    assert len(response.json()["rows"]) == 2
    assert int(response.headers["X-Total-Count"]) == response.json()["total"] > 2


def test_csv_by_the_accept_header(client):
    response = client.get(VETO, headers={"Accept": "text/csv"})
    assert response.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    veto = next(row for row in rows if row["test"] == "japan-veto")
    assert veto["holder"] == "Nissan Motor"
    assert veto["holder_id"].endswith("/company/nissan-motor")
    assert veto["claims"].endswith("7734c5129a3fe294-04-c")
    assert veto["sources"] == "News article 000 (2024)"


def test_silence_is_no_no(client):
    answer = client.get("/analytics/control?controller=subaru").json()
    assert answer["status"] == "no-data"
    assert answer["rows"] == []
    assert "not a no" in answer["silence"]["text"]


@pytest.mark.parametrize(
    ("path", "status", "title", "parameter"),
    [
        ("control?controller=nisan", 404, "Unknown name", "controller"),
        ("control?as_of=soon", 422, "Bad parameter", "as_of"),
        ("control?who=nissan", 422, "Bad parameter", "who"),
        ("control?limit=1001", 422, "Bad parameter", "limit"),
        ("legal-tests", 422, "Bad parameter", "company"),
        ("power?company=mitsubishi-motors&rest=all", 422, "Bad parameter", "rest"),
        ("contrl", 404, "Unknown question", None),
    ],
)
def test_what_is_wrong_is_a_problem(client, path, status, title, parameter):
    response = client.get(f"/analytics/{path}")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["title"], problem.get("parameter")) == (title, parameter)


def test_too_many_values_are_refused(client):
    response = client.get("/analytics/what-if?" + "&".join(["set=a>b=1%"] * 61))
    assert response.status_code == 422


def test_a_media_type_that_cannot_be_had(client):
    assert client.get(VETO, headers={"Accept": "text/html"}).status_code == 406


@pytest.fixture
def entangled(empty_graph):
    """Return a graph in which thirty companies hold some of each other: paths beyond counting."""
    slugs = [f"c{number}" for number in range(30)]
    pairs = list(permutations(slugs, 2))
    claims = [told(f"{one}-{other}", one, other, "0.03", source="report") for one, other in pairs]
    entitled = [*entities(*slugs), *document("report", "2024-01-01")]
    empty_graph.replace([], entitled)
    load_claims(empty_graph, claims)
    return empty_graph


def test_what_takes_too_long_is_a_problem_and_its_thread_ends(entangled):
    ask(entangled, "close-links", {})  # what is read from the store is ready
    app = create_app(Settings(query_seconds=0.1), entangled)
    with TestClient(app) as client:
        response = client.get("/analytics/ownership?method=paths")
        assert response.status_code == 503
        assert response.json()["title"] == "Query stopped at its limit"
        ends = time.monotonic() + 2
        while app.state.analysis_limiter.borrowed_tokens and time.monotonic() < ends:
            time.sleep(0.01)
        assert app.state.analysis_limiter.borrowed_tokens == 0


def test_openapi_has_every_parameter_with_its_kind_and_an_example(client):
    paths = client.get("/openapi.json").json()["paths"]
    for one in inquiries():
        operation = paths[f"/analytics/{one.name}"]["get"]
        by_name = {entry["name"]: entry for entry in operation["parameters"]}
        assert set(by_name) >= {p.name for p in one.parameters} | {"as_of", "known_by", "policy"}
        assert by_name["as_of"]["schema"]["format"] == "date"
        for name, value in one.example.items():
            assert by_name[name]["example"] in (value, [value])
        assert operation["responses"]["200"]["content"]["application/json"]["example"]
        assert {"404", "422", "503"} <= set(operation["responses"])

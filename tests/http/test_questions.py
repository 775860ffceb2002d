import csv
import json

import pytest

from kg.questions.catalogue import questions
from tests.test_catalogue import MADE_UP_ONLY

ALLIES = "/questions/who-is-allied-with-whom"


def labels(row):
    return {name: cell["label"] for name, cell in row.items() if isinstance(cell, dict)}


def pairs(body):
    return {
        (frozenset((row["company"]["slug"], row["ally"]["slug"])), row["alliance"]["slug"])
        for row in body["rows"]
    }


def test_every_pair_is_listed_with_alliance_status_and_claims(client):
    body = client.get(ALLIES).json()
    assert body["status"] == "answered"
    assert len(body["rows"]) == len(pairs(body)) == 3 + 3 + 15
    whole = {claim["id"]: claim for claim in body["claims"]}
    for row in body["rows"]:
        expected = "reported" if "honda" in row["alliance"]["slug"] else "active"
        assert row["status"]["label"] == expected
        assert row["claims"]
        for claim in row["claims"]:
            assert whole[claim]["source"]["title"]
            assert whole[claim]["sentence"] >= 1
            assert len(whole[claim]["sentence_sha256"]) == 64


def test_a_company_narrows_the_answer_and_stands_first(client):
    body = client.get(ALLIES, params={"company": "nissan"}).json()
    assert {row["company"]["slug"] for row in body["rows"]} == {"nissan-motor"}
    assert sorted(labels(row)["ally"] for row in body["rows"]) == [
        "Honda Motor",
        "Mitsubishi Motors",
        "Mitsubishi Motors",
        "Renault",
    ]


def test_relayed_reports_name_their_publisher(client):
    body = client.get(ALLIES, params={"company": "honda"}).json()
    relayed = {one["label"] for claim in body["claims"] for one in claim.get("relays", [])}
    assert relayed == {"Nikkei"}


@pytest.mark.parametrize(
    "name",
    ["nissan", "Nissan Motor", "nissan-motor", "company:nissan-motor", "日産自動車", "NISSAN"],
    ids=["alias", "label", "slug", "prefixed", "japanese", "capitals"],
)
def test_a_company_may_be_named_in_many_ways(client, name):
    body = client.get(ALLIES, params={"company": name}).json()
    assert body["parameters"]["company"]["slug"] == "nissan-motor"


def test_the_query_that_was_run_can_be_sent_to_sparql(client):
    body = client.get(ALLIES, params={"company": "nissan", "as_of": "2024-08-01"}).json()
    accept = {"accept": "application/sparql-results+json"}
    found = client.post("/sparql", data={"query": body["sparql"]}, headers=accept).json()
    assert len(found["results"]["bindings"]) == len(body["rows"]) == 4


def test_an_answer_can_be_had_as_csv(client):
    response = client.get(ALLIES, params={"company": "nissan"}, headers={"accept": "text/csv"})
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(response.text.splitlines()))
    assert [row["ally"] for row in rows].count("Mitsubishi Motors") == 2
    assert all(row["claims"] and row["sources"] and row["alliance_id"] for row in rows)


def test_the_catalogue_lists_every_question_with_an_example_that_works(client):
    listed = client.get("/questions").json()
    assert [one["name"] for one in listed] == list(questions())
    for one in listed:
        answer = client.get(one["example"]).json()
        assert answer["rows"] or one["name"] in MADE_UP_ONLY, one["name"]


@pytest.mark.parametrize(
    ("params", "status", "member", "value"),
    [
        ({"company": "nisan"}, 404, "parameter", "company"),
        ({"as_of": "yesterday"}, 422, "parameter", "as_of"),
        ({"known_by": "2024-13-01"}, 422, "parameter", "known_by"),
        ({"compny": "nissan"}, 422, "parameter", "compny"),
        ([("company", "nissan"), ("company", "honda")], 422, "parameter", "company"),
        ({"company": ""}, 422, "parameter", "company"),
    ],
    ids=["unknown company", "no date", "no such month", "unknown", "given twice", "empty"],
)
def test_a_bad_value_is_a_problem_that_names_the_field(client, params, status, member, value):
    response = client.get(ALLIES, params=params)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body[member] == value
    assert body["type"].startswith("https://w3id.org/keiretsu/problems/")
    assert value in body["detail"]


def test_an_unknown_company_is_answered_with_the_nearest_names(client):
    body = client.get(ALLIES, params={"company": "Nisan"}).json()
    assert body["candidates"][0]["slug"] == "nissan-motor"


def test_a_missing_value_is_a_problem_that_names_the_field(client):
    response = client.get("/questions/stake-between", params={"holder": "nissan"})
    assert response.status_code == 422
    assert response.json()["parameter"] == "company"


def test_an_unknown_question_is_answered_with_the_nearest(client):
    response = client.get("/questions/who-own")
    assert response.status_code == 404
    assert "who-owns" in response.json()["nearest"]


def test_no_data_is_an_answer_and_not_a_problem(client):
    response = client.get(ALLIES, params={"company": "honda", "ally": "renault"})
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["rows"]) == ("no-data", [])


def test_shares_are_fractions_in_json(client):
    params = {"holder": "nissan", "company": "mitsubishi-motors"}
    body = client.get("/questions/stake-between", params=params).json()
    assert [row["share"] for row in body["rows"]] == [0.34]
    assert "34%" in json.dumps(body["claims"])


def test_openapi_has_each_question_with_its_parameters_and_problems(client):
    document = client.get("/openapi.json").json()
    for name, question in questions().items():
        operation = document["paths"][f"/questions/{name}"]["get"]
        assert operation["summary"] == question.english
        assert [p["name"] for p in operation["parameters"]] == [p.name for p in question.parameters]
        assert "application/problem+json" in operation["responses"]["422"]["content"]


def test_what_cannot_be_had_in_a_wanted_form_is_406(client):
    response = client.get(ALLIES, headers={"accept": "image/png"})
    assert response.status_code == 406
    assert response.json()["title"] == "Not Acceptable"


def test_a_very_long_name_is_not_said_back_whole(client):
    response = client.get(ALLIES, params={"company": "x" * 5_000})
    assert response.status_code == 404
    assert len(response.content) < 1_500


def test_contradictions_have_a_route_of_their_own(client):
    body = client.get("/contradictions", params={"about": "toyota-led"}).json()
    assert body == client.get("/questions/contradictions", params={"about": "toyota-led"}).json()
    assert [row["difference"] for row in body["rows"]] == [1]


def test_a_policy_that_is_none_is_refused_with_those_that_are(client):
    response = client.get("/questions/sales-of", params={"policy": "whoever"})
    assert response.status_code == 422
    assert response.json()["parameter"] == "policy"
    assert {one["slug"] for one in response.json()["candidates"]} == {
        "all",
        "latest",
        "most-authoritative",
    }

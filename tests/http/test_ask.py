"""`/ask`: the same members in every case, and 200 for every sentence that is one."""

import pytest

MEMBERS = {"status", "reading", "question", "parameters", "rows", "suggestions", "claims"}


@pytest.mark.parametrize(
    ("sentence", "status", "question"),
    [
        ("Who owns Mitsubishi Motors?", "answered", "who-owns"),
        ("Who owns Toyota?", "no-data", "who-owns"),
        ("How many cars did Honda sell in 2023?", "ambiguous", "sales-of"),
        ("Who founded Honda?", "not-understood", ""),
        ("How much of Nissan does Honda own?", "false-premise", "stake-between"),
        ("' ; DROP ALL <script>", "not-understood", ""),
    ],
)
def test_every_outcome_has_the_same_members(client, sentence, status, question):
    response = client.get("/ask", params={"q": sentence})
    assert response.status_code == 200
    body = response.json()
    assert body.keys() >= MEMBERS
    assert (body["status"], body["question"]) == (status, question)
    assert bool(body["rows"]) == (status == "answered")


def test_an_answer_carries_its_rows_claims_and_query(client):
    body = client.get("/ask", params={"q": "Who owns Mitsubishi Motors?"}).json()
    named = client.get("/questions/who-owns", params={"company": "mitsubishi-motors"}).json()
    assert body["rows"] == named["rows"]
    assert body["claims"] == named["claims"]
    assert body["sparql"] == named["sparql"]
    assert body["parameters"]["company"]["slug"] == "mitsubishi-motors"
    assert body["chosen_by"] == "rules"


def test_a_yes_or_no_and_a_number_are_members_of_their_own(client):
    sentence = "Did Tesla sell more EVs than BYD in 2023?"
    body = client.get("/ask", params={"q": sentence}).json()
    assert body["verdict"] == "yes"
    assert body["calculation"]["value"] == 230_000
    assert len(body["claims"]) == 2


def test_readings_are_whole_replies(client):
    body = client.get("/ask", params={"q": "How many cars did Honda sell in 2023?"}).json()
    assert [one["status"] for one in body["alternatives"]] == ["answered", "answered"]
    assert [one["rows"][0]["value"] for one in body["alternatives"]] == [19_000, 4_100_000]


@pytest.mark.parametrize(
    ("params", "parameter"),
    [
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "x", "today": "soon"}, "today"),
        ({"q": "x", "p": "y"}, "p"),
    ],
    ids=["missing", "empty", "no date", "unknown"],
)
def test_a_call_without_a_sentence_is_a_problem(client, params, parameter):
    response = client.get("/ask", params=params)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["parameter"] == parameter


def test_openapi_tells_the_members(client):
    document = client.get("/openapi.json").json()
    schema = document["components"]["schemas"]["Asked"]
    assert set(schema["required"]) == MEMBERS
    assert "422" in document["paths"]["/ask"]["get"]["responses"]


def test_a_sentence_may_be_very_long_and_is_not_said_back_whole(client):
    response = client.get("/ask", params={"q": "who owns " * 3_000})
    assert response.json()["status"] == "not-understood"
    assert len(response.content) < 2_000

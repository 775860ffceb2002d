"""The explorer's data over HTTP: pictures by address, what they rest on, and bad addresses."""

import json
import re

import pytest

ID = "https://w3id.org/keiretsu/id/"


def scene(client, **asked):
    response = client.get("/explorer/scene", params=asked)
    assert response.status_code == 200, response.text
    return response.json()


def places(told):
    return {node["id"]: (node["x"], node["y"]) for node in told["nodes"]}


def test_a_picture_has_places_facts_and_the_claims_they_rest_on(client):
    told = scene(client, company="nissan")
    facts = told["facts"]
    assert {node["id"] for node in told["nodes"]} == set(facts["nodes"])
    cited = {claim for link in facts["links"].values() for claim in link["claims"]}
    assert cited
    assert cited <= set(facts["evidence"])
    assert told["days"]["as_of"] == sorted(told["days"]["as_of"])


def test_an_expansion_moves_nothing_and_counts_what_is_left(client):
    before = scene(client, company="renault")
    nissan = before["facts"]["nodes"][f"{ID}company/nissan-motor"]
    assert nissan["more"] == {"alliances": 1}
    after = scene(client, company="renault", expanded="company/nissan-motor~alliances")
    assert places(after).items() >= places(before).items()
    assert len(after["nodes"]) == len(before["nodes"]) + 1
    assert after["facts"]["nodes"][f"{ID}company/nissan-motor"].get("more") in (None, {})


def test_another_day_leaves_out_and_moves_nothing(client):
    before = scene(client, company="nissan")
    then = scene(client, company="nissan", as_of="2024-01-01")
    assert len(then["nodes"]) < len(before["nodes"])
    assert places(then).items() <= places(before).items()
    assert then["days"] == before["days"]


def test_the_ways_between_two_companies_are_in_the_picture(client):
    told = scene(client, path=["company/honda-motor", "company/renault"])
    assert told["paths"][0][0] == f"{ID}company/honda-motor"
    assert {node for way in told["paths"] for node in way} <= set(told["facts"]["nodes"])
    none = scene(client, path=["company/honda-motor", "company/toyota-motor"])
    assert none["paths"] == []
    assert "does not mean there is none" in none["remark"]


def test_integrated_stakes_carry_their_proof(client):
    links = scene(client, company="nissan", layer="integrated")["facts"]["links"]
    (found,) = (link for link in links.values() if link["kind"] == "integrated")
    assert found["share"] == 0.34
    assert found["why"][0].startswith("34% of Mitsubishi Motors is Nissan Motor's")
    assert found["claims"]


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("company=nisan", 404, "nearest"),
        ("hops=9", 422, "hops"),
        ("expanded=company/nissan-motor~friends", 422, "owners"),
        ("path=company/nissan-motor", 422, "two ends"),
        ("path=company/nissan-motor&path=company/nobody", 422, "nobody"),
        ("layer=votes-and-capital", 422, "integrated"),
        ("known_by=soon", 422, "2024-08-01"),
        ("colour=red", 422, "is unknown here"),
        ("&".join(["expanded=company/nissan-motor"] * 61), 422, "60"),
    ],
    ids=lambda value: str(value)[:30],
)
@pytest.mark.parametrize("path", ["/", "/explorer/scene", "/explorer/file"])
def test_an_address_that_cannot_be_shown_says_why(client, path, query, status, told):
    response = client.get(f"{path}?{query}")
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert told in json.dumps(response.json())


def test_a_file_opens_with_the_filters_of_the_address(client):
    response = client.get("/explorer/file?company=nissan&off=unconfirmed&focus=company/renault")
    assert "attachment" in response.headers["content-disposition"]
    data = json.loads(re.search(r'<script id="data"[^>]*>(.*?)</script>', response.text, re.S)[1])
    assert data["server"] == {}
    assert data["state"] == "off=unconfirmed&focus=company%2Frenault"
    assert "<link" not in response.text.replace('<link rel="icon" href="data:,">', "")


def test_a_browser_reads_why_there_is_no_picture(client):
    response = client.get("/?company=nisan", headers={"Accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert 'href="/companies/nissan-motor"' in response.text

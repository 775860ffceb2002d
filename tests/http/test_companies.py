import pytest


@pytest.mark.parametrize(
    ("typed", "first"),
    [("nis", "Nissan Motor"), ("MOT", "Honda Motor"), ("toyta", "Toyota"), ("ヒ", None)],
    ids=["beginning", "a later word", "misspelt", "nothing near"],
)
def test_search_finds_names_as_they_are_typed(client, typed, first):
    found = client.get("/companies", params={"q": typed}).json()
    assert (found[0]["label"] if found else None) == first


def test_without_letters_all_companies_are_listed(client):
    found = client.get("/companies", params={"limit": 100}).json()
    assert len(found) == 12
    assert {one["kind"] for one in found} == {"Company"}


def test_alliances_can_be_searched_too(client):
    found = client.get("/companies", params={"q": "toyota", "kind": "any"}).json()
    assert {one["kind"] for one in found} == {"Company", "Alliance"}


def test_a_company_is_told_whole(client):
    body = client.get("/companies/nissan").json()
    assert body["slug"] == "nissan-motor"
    assert set(body["answers"]) >= {
        "who-is-allied-with-whom",
        "what-it-owns",
        "sales-of",
        "sales-growth-of",
        "who-declined-to-comment",
    }
    assert "who-owns" not in body["answers"]  # nobody's stake in Nissan is known


def test_both_clocks_reach_every_answer(client):
    body = client.get("/companies/nissan", params={"known_by": "2020-01-01"}).json()
    assert body["answers"] == {}


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/companies/nisan", 404, "company"),
        ("/companies?limit=0", 422, "limit"),
        ("/companies?kind=dog", 422, "kind"),
        ("/companies/nissan?as_of=soon", 422, "as_of"),
    ],
    ids=["unknown", "limit", "kind", "date"],
)
def test_a_bad_call_names_its_field(client, path, status, field):
    response = client.get(path)
    assert response.status_code == status
    assert field in response.json()["detail"]


def test_an_unknown_company_gets_the_nearest_names(client):
    candidates = client.get("/companies/mitsubshi").json()["candidates"]
    assert candidates[0]["slug"] == "mitsubishi-motors"

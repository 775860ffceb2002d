import pytest


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ("/companies/nissan/charts/sales.svg", "Vehicles sold by Nissan Motor"),
        ("/companies/mitsubishi-motors/charts/owners.svg", "Stakes in Mitsubishi Motors"),
        ("/alliances/honda-nissan-mitsubishi/charts/members.svg", "Vehicles sold by member"),
    ],
)
def test_a_chart_is_a_picture_under_a_policy_that_lets_nothing_run(client, place, title):
    response = client.get(place, params={"theme": "dark", "size": "narrow"})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == "image/svg+xml"
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert title in response.text
    assert client.get(place).text != response.text


def test_a_chart_keeps_to_the_dates_asked_for(client):
    place = "/companies/nissan/charts/sales.svg"
    assert client.get(place, params={"as_of": "2024-09-01"}).status_code == 200
    missing = client.get(place, params={"known_by": "2020-01-01"})
    assert missing.status_code == 404
    assert missing.json()["detail"] == "there is no chart 'sales' of Nissan Motor; there are: none"


@pytest.mark.parametrize(
    ("place", "status", "told"),
    [
        ("/companies/nissan/charts/profit.svg", 404, "there are: sales, holdings"),
        ("/companies/nisan/charts/sales.svg", 404, "nothing is called 'nisan'"),
        ("/companies/nissan/charts/sales.svg?theme=pink", 422, "theme"),
        ("/companies/nissan/charts/sales.svg?size=9999", 422, "size"),
        ("/companies/nissan/charts/sales.svg?as_of=soon", 422, "'soon' is not a date"),
        ("/companies/nissan/charts/sales.svg?colour=red", 422, "colour"),
    ],
    ids=["no chart", "no company", "theme", "size", "date", "unknown parameter"],
)
def test_a_chart_that_cannot_be_is_a_problem(client, place, status, told):
    response = client.get(place)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert told in response.json()["detail"]


def test_a_chart_that_has_not_changed_is_not_sent_again(client):
    place = "/companies/nissan/charts/sales.svg"
    tag = client.get(place).headers["etag"]
    assert client.get(place, headers={"If-None-Match": tag}).status_code == 304

import pytest


def test_the_server_says_that_it_is_well(client):
    body = client.get("/healthz").json()
    assert (body["status"], body["companies"]) == ("ok", 12)


@pytest.mark.parametrize("path", ["/", "/docs"], ids=["explorer", "documentation"])
def test_a_page_loads_only_from_this_server(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["content-security-policy"]
    for address in _loaded(response.text):
        assert address.startswith("/")
        assert client.get(address).status_code == 200


def _loaded(page):
    import re

    found = re.findall(r"<(?:script|link)[^>]*?(?:src|href)=\"([^\"]+)\"", page)
    assert found
    return [address for address in found if not address.startswith("data:")]


@pytest.mark.parametrize(
    ("path", "others"),
    [
        ("/docs", ["/", "/sparql", "/ontology"]),
        ("/ontology", ["/", "/sparql", "/docs"]),
        ("/sparql", ["/", "/ontology", "/docs"]),
    ],
)
def test_a_page_leads_to_the_others(client, path, others):
    page = client.get(path, headers={"Accept": "text/html"}).text
    for other in others:
        assert f'href="{other}"' in page


def test_the_explorer_can_be_narrowed(client):
    page = client.get("/", params={"company": "renault", "as_of": "2023-06-01"}).text
    assert "Renault" in page
    assert "Daihatsu" not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [("/?company=nisan", 404), ("/?as_of=soon", 422), ("/nowhere", 404)],
    ids=["unknown company", "no date", "no page"],
)
def test_a_page_that_cannot_be_is_a_problem(client, path, status):
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_every_response_carries_the_security_headers(client):
    for path in ("/", "/questions", "/sparql", "/nowhere", "/static/explorer.css"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert "content-security-policy" in headers, path


@pytest.mark.parametrize(
    "path", ["/", "/questions", "/questions/who-owns", "/companies", "/healthz", "/docs"]
)
def test_head_answers_as_get_without_a_body(client, path):
    response = client.head(path)
    assert response.status_code == 200
    assert response.content == b""
    assert response.headers["content-length"] == client.get(path).headers["content-length"]


@pytest.mark.parametrize("path", ["/?bogus=1", "/companies?foo=1", "/companies/nissan?foo=1"])
def test_a_parameter_that_is_unknown_is_refused(client, path):
    response = client.get(path)
    assert response.status_code == 422
    assert response.json()["parameter"] in ("bogus", "foo")

"""The editor at `/sparql`: who gets it, and what it allows itself."""

import html
import re

import pytest

from kg.examples import examples

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def page(client):
    return client.get("/sparql", headers={"accept": BROWSER})


def test_a_browser_without_a_query_gets_the_editor(page):
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["vary"] == "Accept"
    assert [
        text for text in (e.title for e in examples()) if html.escape(text) not in page.text
    ] == []


@pytest.mark.parametrize("accept", ["*/*", "", "application/sparql-results+json", "text/html;q=0"])
def test_a_program_without_a_query_does_not(client, accept):
    assert "<html" not in client.get("/sparql", headers={"accept": accept}).text


def test_a_browser_with_a_query_gets_its_answer(client):
    response = client.get("/sparql", params={"query": "ASK {}"}, headers={"accept": BROWSER})
    assert response.status_code == 200
    assert "<html" not in response.text


def test_scripts_and_styles_come_from_here_alone(client, page):
    policy = dict(
        part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    assert "unsafe-eval" not in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|<link[^>]* href)="(?!data:)([^"]+)"', page.text)
    assert len(loaded) == 4
    for path in loaded:
        assert path.startswith("/assets/")
        assert client.get(path).status_code == 200


def test_the_limits_are_those_of_the_settings(client, page):
    settings = client.app.state.settings
    assert f"run {settings.query_seconds:g} seconds" in page.text
    assert f"take {settings.query_mb} MB of memory; its answer may be {settings.answer_mb} MB" in (
        page.text
    )

import json
import re

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from api.routers import ontology as served
from kg import names, ontology
from kg.ontology_page import reference

FORMATS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
}


@pytest.fixture(scope="module")
def whole():
    return _graph([*ontology.ontology_quads(), *ontology.code_quads()])


def _graph(statements):
    triples = (ox.Triple(one.subject, one.predicate, one.object) for one in statements)
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


@pytest.fixture
def page(client):
    return client.get("/ontology").text


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_file_reads_back_as_the_same_graph(client, whole, suffix):
    response = client.get(f"/ontology.{suffix}")
    assert response.headers["content-type"].partition(";")[0] == FORMATS[suffix]
    read = ox.parse(response.text, ox.RdfFormat.from_extension(suffix))
    assert isomorphic(_graph(read), whole)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml;q=0.4, application/ld+json;q=0.9", "application/ld+json"),
        ("application/n-triples, text/html;q=0.5", "application/n-triples"),
    ],
    ids=["nothing asked", "browser", "Turtle", "the better of two", "triples before a page"],
)
def test_the_ontology_comes_as_it_is_asked_for(client, accept, media_type):
    response = client.get("/ontology", headers={"Accept": accept} if accept else {})
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.headers["vary"] == "Accept"
    for suffix, other in FORMATS.items():
        link = f'</ontology.{suffix}>; rel="alternate"; type="{other}"'
        assert link in response.headers["link"]


def test_a_format_that_is_not_offered_is_a_problem_that_names_those_that_are(client):
    response = client.get("/ontology", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["vary"] == "Accept"
    assert all(media_type in response.json()["detail"] for media_type in FORMATS.values())


@pytest.mark.parametrize("path", ["/ontology.owl", "/ontology/colours", "/ontology/colours.ttl"])
def test_what_is_not_there_is_a_problem(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_the_context_types_a_claim(client):
    response = client.get("/ontology/context.jsonld")
    assert response.headers["content-type"] == "application/ld+json"
    assert json.loads(response.text)["@context"]["recorded"]["@type"] == "xsd:date"


@pytest.mark.parametrize("name", ontology.modules())
def test_a_module_is_found_at_the_address_that_others_import(client, name):
    shown = client.get(f"/ontology/{name}", follow_redirects=False)
    assert (shown.status_code, shown.headers["location"]) == (303, f"/ontology#module-{name}")
    read = client.get(f"/ontology/{name}", headers={"Accept": "text/turtle"})
    assert read.text == ontology.module(name)
    assert client.get(f"/ontology/{name}.ttl").text == read.text


def test_every_term_list_code_rule_and_shape_has_a_place_of_its_own(page):
    anchors = re.findall(r' id="([^"]+)"', page)
    told = reference()
    wanted = {term.name for term in told.terms()}
    wanted |= {f"module-{name}" for name in ontology.modules()}
    wanted |= {f"vocab-{one.name}" for one in told.code_lists}
    wanted |= {f"vocab-{one.name}-{c.code}" for one in told.code_lists for c in one.codes}
    wanted |= {f"rule-{one.name}" for one in told.rules}
    wanted |= {f"shape-{one.name}" for one in told.shapes}
    assert wanted <= set(anchors)
    assert len(anchors) == len(set(anchors))


def test_every_link_within_the_page_arrives(page):
    anchors = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors


def test_a_class_shows_what_it_is_and_has(page):
    stake = _article(page, "Stake")
    assert "part of the capital or of the votes" in stake
    assert re.search(r"Is a kind of</dt><dd><a href=\"#Proposition\"", stake)
    assert re.search(r"Properties</dt><dd><a href=\"#holder\"", stake)
    assert re.search(r"From Proposition</dt><dd><a href=\"#validFrom\"", stake)
    assert "bods:Relationship" in stake


def test_a_property_shows_what_it_joins(page):
    assert re.search(r"Of</dt><dd><a href=\"#Stake\">", _article(page, "share"))
    assert "xsd:decimal" in _article(page, "share")
    assert 'a code of <a href="#vocab-modality">' in _article(page, "modality")
    assert "reserved" in _article(page, "url")


def test_a_code_shows_its_strength_wider_code_and_match(page):
    assert "Strength 6" in _article(page, "vocab-status")
    assert 'Within <a href="#vocab-scope-in-vehicle-software">' in _article(page, "vocab-scope")
    assert "org:ChangeEvent" in _article(page, "vocab-event-kind")


def test_a_term_named_in_a_text_is_a_link_and_the_rest_is_escaped():
    shown = str(served._linked("<b>kei:Stake & kei:nothing"))
    assert shown == '&lt;b&gt;<a href="#Stake">Stake</a> &amp; kei:nothing'


def test_a_rule_is_shown_escaped(page):
    text = _article(page, "rule-1-clocks")
    assert "Both clocks of a claim." in text
    assert "PREFIX kei: &lt;" in text


def test_the_page_needs_its_style_sheet_and_nothing_else(client, page):
    policy = client.get("/ontology").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; ")
    assert "<script" not in page
    assert " style=" not in page
    assert client.get("/assets/ontology.css").status_code == 200
    outside = re.findall(r'href="(https?://[^"]+)"', page)
    assert all(f'href="{one}" rel="external' in page for one in outside if names.BASE not in one)


def test_openapi_describes_each_address_of_the_ontology(client):
    paths = client.get("/openapi.json").json()["paths"]
    mine = {path: entry["get"] for path, entry in paths.items() if path.startswith("/ontology")}
    assert len(mine) == 5
    assert all(one["tags"] == ["ontology"] and one["operationId"] for one in mine.values())
    assert set(mine["/ontology"]["responses"]["200"]["content"]) >= {"text/html", "text/turtle"}


def _article(page, anchor):
    found = re.search(rf'<article id="{anchor}".*?</article>', page, re.DOTALL)
    assert found
    return found[0]

"""One company or alliance as page and data: who gets which form, what it says, and nothing runs."""

import json
import re
import runpy
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest

from kg import names
from kg.load import load_files
from kg.questions.catalogue import questions

EVIL = runpy.run_path(str(Path(__file__).parents[1] / "fixtures" / "hostile_claims.py"))
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORMS = {
    "json": "application/json",
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
}
PLACES = pytest.mark.parametrize(
    "place", ["/companies/nissan-motor", "/alliances/toyota-led"], ids=["company", "alliance"]
)


class Tags(HTMLParser):
    """Collects the tags a browser would see, and the text between them."""

    def __init__(self, html):
        super().__init__()
        self.found, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def links(self):
        return [attrs["href"] for tag, attrs in self.found if tag == "a"]


def page(client, place, **values):
    response = client.get(place, params=values, headers={"Accept": BROWSER})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.text


def linked_data(html):
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return json.loads(block[1])


@pytest.fixture
def evil(graph, write):
    load_files(graph, [write(name, text) for name, text in EVIL["texts"]().items()])
    return graph


@PLACES
@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "json"),
        ("*/*", "json"),
        (BROWSER, "html"),
        ("text/turtle, text/html;q=0.5", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples", "nt"),
    ],
    ids=["nothing asked", "anything", "browser", "Turtle first", "JSON-LD", "N-Triples"],
)
def test_each_caller_gets_the_form_it_wants(client, place, accept, form):
    response = client.get(place, headers={"Accept": accept} if accept else {})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == FORMS[form]
    assert response.headers["vary"] == "Accept"
    assert response.headers["content-location"] == f"{place}.{form}"


@PLACES
@pytest.mark.parametrize("form", FORMS)
def test_an_address_with_a_suffix_gives_that_form_to_everyone(client, place, form):
    response = client.get(f"{place}.{form}", headers={"Accept": "image/png"})
    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == FORMS[form]


@PLACES
def test_every_form_leads_to_the_others_with_the_same_dates(client, place):
    told = client.get(place, params={"as_of": "2024-09-01"}).headers["link"]
    for form, media_type in FORMS.items():
        assert f'<{place}.{form}?as_of=2024-09-01>; rel="alternate"; type="{media_type}"' in told


@PLACES
def test_a_form_that_there_is_not_is_a_problem_that_names_those_there_are(client, place):
    response = client.get(place, headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["vary"] == "Accept"
    assert all(media_type in response.json()["detail"] for media_type in FORMS.values())


@pytest.mark.parametrize("place", ["/companies/Nissan Motor Co., Ltd.", "/companies/日産自動車"])
def test_a_name_with_dots_or_in_another_script_is_still_a_name(client, place):
    assert client.get(place).json()["slug"] == "nissan-motor"


def statements(text, form):
    return {(one.subject, one.predicate, one.object) for one in ox.parse(text, form)}


@PLACES
def test_turtle_json_ld_and_n_triples_say_the_same(client, place):
    turtle, linked, plain = (
        statements(client.get(f"{place}.{form}").text, ox.RdfFormat.from_extension(form))
        for form in ("ttl", "jsonld", "nt")
    )
    assert len(turtle) > 100
    assert turtle == linked == plain


@PLACES
def test_the_linked_data_of_a_page_is_that_of_its_file(client, place):
    data = json.dumps(linked_data(page(client, place)))
    whole = statements(client.get(f"{place}.nt").text, ox.RdfFormat.N_TRIPLES)
    assert statements(data, ox.RdfFormat.JSON_LD) == whole


@PLACES
def test_the_rdf_holds_every_claim_of_the_answers_whole(client, place):
    answers = client.get(place).json()["answers"]
    cited = {claim["id"] for one in answers.values() for claim in one["claims"]}
    triples = list(ox.parse(client.get(f"{place}.nt").text, ox.RdfFormat.N_TRIPLES))
    said = {one.subject.value for one in triples if one.predicate.value == names.term("says")}
    sources = {one.subject.value for one in triples if one.predicate.value == names.term("source")}
    assert cited <= said
    assert cited <= sources


def test_the_rdf_keeps_to_the_dates_asked_for(client):
    early = client.get("/companies/nissan.nt", params={"known_by": "2020-01-01"}).text
    assert names.term("says") not in early
    assert "Nissan Motor" in early


@pytest.mark.parametrize(
    ("iri", "place"),
    [
        ("https://w3id.org/keiretsu/id/company/a&b=c", "/companies/a%26b%3Dc"),
        ("https://example.org/firms#odd", "/companies/odd"),
    ],
    ids=["signs of an address", "a name given elsewhere"],
)
def test_a_company_with_an_odd_name_has_a_page_that_leads_to_itself(
    client, graph, write, iri, place
):
    load_files(graph, [write("odd", f'<{iri}> a kei:Company ; rdfs:label "Odd & Co." .')])
    assert place in Tags(page(client, "/companies", q="odd")).links()
    found = Tags(page(client, place))
    assert "Odd & Co." in " ".join(found.text)
    assert any(link.startswith(f"{place}.ttl") for link in found.links())
    assert iri in client.get(f"{place}.nt").text


@pytest.mark.parametrize(
    ("named", "document"),
    [
        ("/id/company/nissan-motor", "/companies/nissan-motor"),
        ("/id/alliance/toyota-led", "/alliances/toyota-led"),
    ],
)
def test_the_name_of_a_thing_leads_to_the_document_about_it(client, named, document):
    response = client.get(named, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (303, document)


def test_a_name_cannot_lead_to_another_server(client):
    response = client.get("/id/company/%5C%5Cexample.org", follow_redirects=False)
    assert response.headers["location"] == "/companies/%5C%5Cexample.org"


def test_no_other_kind_of_name_is_followed(client):
    assert client.get("/id/market/world", follow_redirects=False).status_code == 422


@PLACES
def test_a_page_carries_a_strict_policy_and_keeps_to_it(client, place):
    response = client.get(place, headers={"Accept": BROWSER})
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    tags = Tags(response.text).found
    assert not [attrs for _, attrs in tags if "style" in attrs]
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on")]
    scripts = [attrs for tag, attrs in tags if tag == "script"]
    assert scripts == [{"type": "application/ld+json"}]
    for tag, attrs in tags:
        loaded = attrs.get("src") or (attrs.get("href") if tag == "link" else None)
        assert not loaded or loaded.startswith(("/", "data:")), loaded


@pytest.mark.parametrize(
    "place",
    ["/companies/nissan-motor", "/alliances/honda-nissan-mitsubishi"],
    ids=["company", "alliance"],
)
def test_what_a_page_leads_to_on_this_server_is_there(client, place):
    found = Tags(page(client, place, as_of="2024-09-01"))
    pictures = [
        attrs.get("src") or attrs["srcset"]
        for tag, attrs in found.found
        if tag in ("img", "source")
    ]
    ids = {attrs["id"] for _, attrs in found.found if "id" in attrs}
    assert pictures
    for link in {*found.links(), *pictures}:
        if link.startswith("#"):
            assert link[1:] in ids, link
        elif link.startswith("/"):
            assert client.get(link.partition("#")[0]).status_code == 200, link


@PLACES
def test_each_answer_is_a_section_with_its_rows_its_query_and_its_data(client, place):
    html = page(client, place)
    text = " ".join(Tags(html).text)
    links = Tags(html).links()
    answers = client.get(place).json()["answers"]
    shown = {
        link.removeprefix("/questions/").partition("?")[0]
        for link in links
        if link.startswith("/questions/")
    }
    # What has no course yet, and the contradictions that stand above, have no section.
    assert shown == answers.keys() - {"contradictions"} - {
        one for one in questions() if one.endswith("-over-time")
    }
    queries = [unquote(link.partition("#query=")[2]) for link in links if "#query=" in link]
    assert all(answers[name]["sparql"] in queries for name in shown)
    for answer in answers.values():
        for claim in answer["claims"]:
            assert claim["says"] in text


def test_a_page_says_what_is_reported_otherwise_than_what_is_so(client):
    html = page(client, "/companies/nissan")
    reported = re.search(r"<li[^>]*>Nissan Motor is reported to be a member", html)
    stated = re.search(r"<li[^>]*>Nissan Motor owns 34% of Mitsubishi Motors", html)
    assert "unsure" in reported[0]
    assert "unsure" not in stated[0]


def test_a_page_tells_contradictions_and_silences(client):
    text = " ".join(Tags(page(client, "/alliances/toyota-led")).text)
    assert "5 members stated, 6 named" in text
    text = " ".join(Tags(page(client, "/companies/nissan")).text)
    assert "What nobody says Leads no source" in " ".join(text.split())


def test_the_dates_asked_for_stay_in_the_form_and_in_every_link(client):
    html = page(client, "/companies/nissan", as_of="2024-09-01", known_by="2024-10-01")
    fields = {
        attrs.get("name"): attrs.get("value") for tag, attrs in Tags(html).found if tag == "input"
    }
    assert (fields["as_of"], fields["known_by"]) == ("2024-09-01", "2024-10-01")
    kept = "as_of=2024-09-01&known_by=2024-10-01"
    assert f"/companies/mitsubishi-motors?{kept}" in Tags(html).links()
    assert f"/?company=nissan-motor&{kept}" in Tags(html).links()


def test_a_page_of_a_day_when_nothing_was_known_says_so(client):
    text = " ".join(Tags(page(client, "/companies/nissan", known_by="2020-01-01")).text)
    assert "Nothing is known under these dates. That is not a no" in text
    assert "not known by 2020-01-01" in text


@pytest.mark.parametrize(
    ("place", "status", "told", "link"),
    [
        ("/companies/nisan", 404, "nothing is called 'nisan'", "/companies/nissan-motor"),
        ("/alliances/toyota-lead", 404, "nothing is called", "/alliances/toyota-led"),
        ("/companies/nissan?as_of=soon", 422, "'soon' is not a date", "/companies"),
        ("/companies/%3Cscript%3E", 404, "<script>", "/companies"),
    ],
    ids=["company", "alliance", "no date", "hostile"],
)
def test_people_get_a_page_for_what_is_not_there_and_programs_a_problem(
    client, place, status, told, link
):
    response = client.get(place, headers={"Accept": BROWSER})
    assert response.status_code == status
    found = Tags(response.text)
    assert told in " ".join(found.text)
    assert link in found.links()
    assert not [tag for tag, _ in found.found if tag == "script"]
    assert "default-src 'none'" in response.headers["content-security-policy"]
    problem = client.get(place)
    assert problem.status_code == status
    assert problem.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("place", "first"),
    [
        ("/companies", "/companies/"),
        ("/alliances", "/alliances/"),
        ("/companies?q=nis", "/companies/nissan-motor"),
    ],
    ids=["companies", "alliances", "searched"],
)
def test_browsers_get_lists_as_pages(client, place, first):
    listed = Tags(page(client, place)).links()
    assert any(link.startswith(first) for link in listed)
    assert isinstance(client.get(place).json(), list)


def test_a_list_that_is_not_whole_says_so(client, graph, write):
    many = "\n".join(
        f'company:many-{n} a kei:Company ; rdfs:label "Many {n}" .' for n in range(120)
    )
    load_files(graph, [write("many", many)])
    told = " ".join(Tags(page(client, "/companies", q="many")).text)
    assert "The first 100 companies" in told
    assert "search for the others" in told
    assert "The first" not in " ".join(Tags(page(client, "/companies", q="nissan")).text)


def test_a_search_that_finds_nothing_says_so(client):
    html = page(client, "/companies", q="<b>zzzz")
    assert "Nothing has a name like “<b>zzzz”" in " ".join(Tags(html).text)
    assert "b" not in [tag for tag, _ in Tags(html).found]


@pytest.mark.parametrize(
    "place", ["/companies/evil", "/alliances/evil-pact", "/companies/nissan", "/companies?q=0"]
)
@pytest.mark.usefixtures("evil")
def test_hostile_text_is_shown_and_never_becomes_markup(client, place):
    html = page(client, place)
    found = Tags(html)
    assert {tag for tag, _ in found.found} <= _INNOCENT
    assert not [name for _, attrs in found.found for name in attrs if name.startswith("on")]
    assert not [link for link in found.links() if link.lower().startswith("javascript")]
    text = " ".join(" ".join(found.text).split())
    for one in EVIL["HOSTILE"]:
        assert one in text


# What templates write; none of it runs.
_INNOCENT = {
    *("html", "head", "meta", "title", "link", "script", "body", "header", "main", "footer"),
    *("nav", "section", "div", "h1", "h2", "h3", "p", "ol", "ul", "li", "dl", "dt", "dd", "a"),
    *("form", "label", "input", "button", "span", "strong", "code", "blockquote", "details"),
    *("summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "picture"),
    *("source", "img", "figcaption"),
}


@pytest.mark.usefixtures("evil")
def test_hostile_linked_data_cannot_end_its_block(client):
    html = page(client, "/companies/evil")
    data = linked_data(html)
    names_given = [one.get("label") for one in data["@graph"] if one["id"].endswith("/evil")]
    assert f"0 {EVIL['BAD']}" in names_given

"""The SPARQL page in a browser: examples, links, downloads, and nothing asked of anybody else."""

import csv
import io
import json
from urllib.parse import quote, unquote

import pytest

from kg.examples import examples

pytestmark = pytest.mark.browser

TITLES = [example.title for example in examples()]
HOSTILE = """SELECT * WHERE { VALUES (?a ?b ?c ?d) {
  ("<img src=x onerror=window.__hacked=1><b>bold</b>" "{{d}}" <javascript:alert(1)>
   "<script>window.__hacked=1</script>"@en) } }"""


@pytest.fixture
def opened(server, page):
    """Return a function that opens the page, with a query in the address or without."""

    page.set_default_timeout(8_000)

    def opened(query=None):
        page.goto(f"{server}/sparql" + (f"#query={quote(query)}" if query else ""))
        page.locator(".CodeMirror-line").first.wait_for()
        return page

    return opened


@pytest.fixture
def innocent(server, page):
    """After the test: nothing was asked of anybody else, and the browser had no complaint."""
    yield
    assert page.complaints == []
    assert [url for url in page.requests if not url.startswith((server, "data:", "blob:"))] == []


def choose(page, title):
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_function(
        "title => document.querySelector('[aria-current]')?.text === title", arg=title
    )
    rows(page).first.wait_for()


def rows(page):
    return page.locator("#results tbody tr")


def written(page):
    return page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")


def write(page, query):
    page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", query)


@pytest.mark.usefixtures("innocent")
def test_every_example_is_chosen_and_shows_rows(opened):
    page = opened()
    assert page.title() == "Keiretsu: SPARQL"
    for example in examples():
        choose(page, example.title)
        assert written(page) == example.query
        page.locator("#results[aria-busy=false]").wait_for()


@pytest.mark.usefixtures("innocent")
def test_the_limits_and_the_way_home_are_shown(opened, server):
    page = opened()
    limits = page.locator(".limits").inner_text()
    assert "10 seconds and take 1024 MB of memory; its answer may be 64 MB" in limits
    page.get_by_role("link", name="Keiretsu", exact=True).click()
    page.wait_for_function("() => window.keiretsu?.picture !== undefined")
    assert page.url.rstrip("/") == server


@pytest.mark.usefixtures("innocent")
def test_a_link_brings_back_the_query_and_its_rows(opened, page):
    query = 'SELECT ("a & b + ü #1" AS ?text) WHERE {}'
    opened()
    write(page, query)
    page.get_by_role("button", name="Run").click()
    page.get_by_role("cell", name="a & b + ü #1").wait_for()
    assert unquote(page.url.partition("#query=")[2]) == query
    page.reload()
    page.get_by_role("cell", name="a & b + ü #1").wait_for()
    assert written(page) == query


def test_the_link_is_copied(opened, page, server):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
    opened("ASK {}")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url == f"{server}/sparql#query=ASK%20%7B%7D"


@pytest.mark.usefixtures("innocent")
def test_a_name_in_a_row_leads_to_what_is_known_of_it_and_back(opened):
    page = opened()
    choose(page, "Who held what on one day, as it could be known on another?")
    before = written(page)
    page.get_by_role("link", name="company:nissan-motor").click()
    page.get_by_role("cell", name="Nissan Motor", exact=True).wait_for()
    assert written(page) == "DESCRIBE <https://w3id.org/keiretsu/id/company/nissan-motor>"
    term = page.get_by_role("link", name="kei:Company").get_attribute("href")
    assert term == "/ontology#Company"
    page.go_back()
    page.get_by_role("cell", name="0.34").wait_for()
    assert written(page) == before


def downloaded(page, form):
    page.get_by_label("Download as").select_option(label=form)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    return waiting.value.suggested_filename, waiting.value.path().read_text(encoding="utf-8")


@pytest.mark.usefixtures("innocent")
def test_rows_are_downloaded(opened):
    page = opened('SELECT ?n ?text WHERE { VALUES (?n ?text) { (1 "one, two") (2 "ü") } }')
    name, text = downloaded(page, "CSV")
    assert name == "keiretsu.csv"
    assert list(csv.reader(io.StringIO(text))) == [["n", "text"], ["1", "one, two"], ["2", "ü"]]
    name, text = downloaded(page, "JSON")
    assert name == "keiretsu.srj"
    assert [row["n"]["value"] for row in json.loads(text)["results"]["bindings"]] == ["1", "2"]
    assert downloaded(page, "TSV")[1].splitlines()[0] == "?n\t?text"
    assert "<sparql" in downloaded(page, "XML")[1]


@pytest.mark.usefixtures("innocent")
def test_triples_are_downloaded(opened):
    page = opened("CONSTRUCT { <https://x.example/a> a <https://x.example/B> } WHERE {}")
    triple = "<https://x.example/a> a <https://x.example/B>"
    name, text = downloaded(page, "Turtle")
    assert (name, text.strip().removesuffix(".").strip()) == ("keiretsu.ttl", triple)
    assert json.loads(downloaded(page, "JSON-LD")[1])[0]["@id"] == "https://x.example/a"
    for form in ("RDF/XML", "N-Triples"):
        assert "https://x.example/a" in downloaded(page, form)[1]
    assert page.get_by_label("Download as").locator("option:enabled").all_inner_texts() == [
        "Turtle",
        "JSON-LD",
        "RDF/XML",
        "N-Triples",
    ]


@pytest.mark.usefixtures("innocent")
def test_hostile_text_is_shown_as_it_is(opened):
    page = opened(HOSTILE)
    cells = rows(page).first.locator("td")
    cells.first.wait_for()
    assert cells.all_inner_texts() == [
        "<img src=x onerror=window.__hacked=1><b>bold</b>",
        "{{d}}",
        "javascript:alert(1)",
        "<script>window.__hacked=1</script>@en",
    ]
    page.get_by_role("button", name="Response").click()
    page.get_by_text("onerror").last.wait_for()
    assert page.locator("#results :is(img, b, script, a[href^='javascript'])").count() == 0
    assert page.evaluate("window.__hacked") is None


@pytest.mark.usefixtures("innocent")
def test_terms_and_prefixes_are_completed_from_here(opened):
    page = opened()
    page.locator(".CodeMirror-lines").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT * WHERE { ?stake a kei:Sta")
    page.locator(".CodeMirror-hint", has_text="kei:Stake").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(" ; kei:hol")
    page.locator(".CodeMirror-hint", has_text="kei:holder").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(" ?holder }")
    page.keyboard.press("Control+Enter")
    page.get_by_role("cell", name="company:nissan-motor").wait_for()
    assert written(page).startswith("PREFIX kei: <https://w3id.org/keiretsu/ontology#>\n")


def test_a_mistake_is_marked_and_explained(opened, page, server):
    opened()
    write(page, "SELECT * WHERE { ?s ?p }")
    page.locator(".parseErrorIcon").hover()
    page.locator(".yasqe_tooltip", has_text="invalid").wait_for()
    assert page.complaints == []  # the tooltip is within the page's policy
    page.get_by_role("button", name="Run").click()
    page.get_by_role("heading", name="Bad query").wait_for()
    assert "line 1, column" in page.locator(".problem").inner_text()
    assert len(page.complaints) == 1  # the browser itself reports the 400


def test_a_query_is_stopped(opened, page):
    opened("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped.").wait_for()
    assert page.get_by_role("button", name="Run").is_visible()


@pytest.mark.usefixtures("innocent")
def test_long_results_come_in_parts(opened):
    page = opened("SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 450")
    page.get_by_role("button", name="Show more: 250 rows are left").click()
    page.get_by_role("button", name="Show more: 50 rows are left").click()
    assert rows(page).count() == 450
    assert page.get_by_role("button", name="Show more").count() == 0


@pytest.mark.usefixtures("innocent")
def test_the_keyboard_reaches_everything(opened):
    page = opened()
    page.locator(".CodeMirror textarea").first.focus()
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent")
        )
    assert reached == ["run", "copy", "format", "download", "Table"]


@pytest.mark.usefixtures("innocent")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone_in_both_themes(opened, page, theme):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 390, "height": 844})
    opened()
    page.get_by_text("Examples", exact=True).click()
    choose(page, "What contradicts what?")
    assert page.locator("#examples[open]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    editor = page.evaluate(
        "getComputedStyle(document.querySelector('.CodeMirror')).backgroundColor"
    )
    lightness = [sum(map(int, colour[4:-1].split(", "))) > 384 for colour in (ground, editor)]
    assert lightness == [theme == "light"] * 2

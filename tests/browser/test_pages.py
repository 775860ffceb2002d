"""Pages of companies and alliances in a browser: every width and theme, no script, nothing runs."""

import os
import runpy
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn

from api.app import create_app
from kg.documents import shipped_folder
from kg.load import load_files, load_folder
from kg.settings import Settings
from kg.store.embedded import EmbeddedGraph

pytestmark = pytest.mark.browser

FIXTURES = Path(__file__).parents[1] / "fixtures"
EVIL = runpy.run_path(str(FIXTURES / "hostile_claims.py"))
PREFIXES = (FIXTURES / "documents" / "analysts.ttl").read_text(encoding="utf-8")
SHAPES = {"desk": (1280, 800), "phone": (390, 844)}
PLACES = {
    "company": "/companies/nissan",
    "company-of-reports": "/companies/alpha",
    "alliance": "/alliances/honda-nissan-mitsubishi",
    "alliance-of-reports": "/alliances/alpha-beta",
    "hostile-company": "/companies/evil",
    "hostile-alliance": "/alliances/evil-pact",
    "companies": "/companies",
    "missing": "/companies/nisan",
}
EVERY_PLACE = pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server with what is shipped, made-up reports, and things whose every text is hostile."""
    graph, documents = EmbeddedGraph(), FIXTURES / "documents"
    load_folder(graph, shipped_folder())
    load_files(graph, [documents / "world.ttl", documents / "analysts-named.ttl"])
    load_files(graph, [documents / "analysts.ttl"])
    folder = tmp_path_factory.mktemp("evil")
    prefixes = "\n".join(line for line in PREFIXES.splitlines() if line.startswith("@"))
    more = (
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
    )
    files = [folder / f"{name}.ttl" for name in EVIL["texts"]()]
    for file, text in zip(files, EVIL["texts"]().values(), strict=True):
        file.write_text(f"{prefixes}\n{more}{text}", encoding="utf-8")
    load_files(graph, files)
    config = uvicorn.Config(create_app(Settings(), graph), port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def visited(browser, site):
    """Return a function that opens a place, with what the browser complained of and asked for."""
    contexts = []

    def visit(place, shape="desk", theme="light", script=True, policy=True):
        width, height = SHAPES[shape]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=script,
            bypass_csp=not policy,  # for the script of an audit alone
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints, page.requests = [], []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
        page.set_default_timeout(8_000)
        page.goto(site + place)
        return page

    yield visit
    for context in contexts:
        context.close()


def with_pictures(page):
    """Wait until the pictures that are fetched late are there too."""
    page.evaluate(
        """Promise.all([...document.images].map((image) => {
             image.loading = 'eager';
             return image.decode();
           }))"""
    )
    return page


@EVERY_PLACE
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("shape", list(SHAPES))
def test_a_page_breaks_no_policy_asks_nobody_else_and_fits(visited, site, place, shape, theme):
    page = with_pictures(visited(place, shape, theme))
    complaints = [one for one in page.complaints if "404 (Not Found)" not in one]
    assert complaints == []
    assert [url for url in page.requests if not url.startswith((site, "data:"))] == []
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room
    assert page.locator("h1").count() == 1
    _keep(page, f"{place.strip('/').replace('/', '-')}-{shape}-{theme}")


def _keep(page, name):
    """Keep a picture where KEIRETSU_SCREENSHOTS says, for people to look at."""
    folder = os.environ.get("KEIRETSU_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("place", ["/companies/evil", "/alliances/evil-pact"])
def test_hostile_text_is_read_and_nothing_of_it_runs(visited, place):
    page = with_pictures(visited(place))
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    assert page.evaluate("window.__hacked") is None
    text = " ".join(page.locator("body").inner_text().split())
    assert all(one in text for one in EVIL["HOSTILE"])
    assert page.locator("main script, main svg, main iframe, main style").count() == 0
    assert page.complaints == []


@pytest.mark.parametrize("chart", ["sales", "owners", "holdings"])
def test_a_hostile_chart_opened_by_itself_runs_nothing(visited, site, chart):
    page = visited(f"/companies/evil/charts/{chart}.svg")
    assert page.evaluate("window.__hacked") is None
    assert page.evaluate("document.querySelector('script')") is None
    assert page.complaints == []
    text = page.evaluate("document.documentElement.textContent")
    assert "onerror" in text


def test_a_page_reads_without_script(visited):
    page = visited("/companies/nissan", script=False)
    row = page.get_by_role("row").filter(has_text="34%").first
    assert row.is_visible()
    page.locator("#what-it-owns").get_by_text("News article 000 (2024), sentence 4").first.click()
    assert page.get_by_text("Nissan owns 34 per cent of Mitsubishi Motors.").first.is_visible()


def test_a_page_is_used_by_keyboard_alone(visited):
    page = visited("/companies/nissan")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "To the content"
    assert skip.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Show in the explorer"


def test_dates_are_asked_for_in_the_form_and_kept_on_the_way(visited):
    page = visited("/companies/nissan")
    page.get_by_label("As it was on").fill("2024-09-01")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("Shown as it was on 2024-09-01").wait_for()
    page.get_by_role("link", name="Mitsubishi Motors", exact=True).first.click()
    page.get_by_role("heading", name="Mitsubishi Motors", level=1).wait_for()
    assert "as_of=2024-09-01" in page.url
    assert page.get_by_label("As it was on").input_value() == "2024-09-01"


def test_a_name_is_searched_and_its_page_opened(visited):
    page = visited("/companies")
    page.get_by_role("searchbox").fill("mitsu")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Mitsubishi Motors").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Mitsubishi Motors"


def test_the_sparql_behind_a_section_opens_in_the_editor(visited):
    page = visited("/companies/mitsubishi-motors")
    page.locator("#who-owns").get_by_role("link", name="The SPARQL behind this").click()
    page.locator(".CodeMirror-line").first.wait_for()
    written = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert "company/mitsubishi-motors" in written
    assert "kei:holder" in written


@pytest.mark.parametrize(
    ("shape", "theme", "size"),
    [("desk", "light", "wide"), ("desk", "dark", "dark"), ("phone", "light", "narrow")],
    ids=["desk", "dark", "phone"],
)
def test_a_chart_suits_the_theme_and_the_screen(visited, shape, theme, size):
    page = with_pictures(visited("/companies/alpha", shape, theme))
    chosen = page.locator("figure img").first.evaluate("(image) => image.currentSrc")
    assert size in chosen
    picture = page.locator("figure img").first
    assert "110" in picture.get_attribute("alt") or "20%" in picture.get_attribute("alt")


AXE = Path(__file__).parent / "axe" / "axe.min.js"
AUDIT = """async () => {
  const { violations, passes } = await axe.run(document);
  return {
    violations: violations.map(({ id, impact, nodes }) =>
      ({ id, impact, at: nodes.map((node) => node.html.slice(0, 160)) })),
    passes: passes.map(({ id }) => id),
  };
}"""


@pytest.mark.parametrize(
    ("place", "shape", "theme"),
    [
        ("company", "phone", "dark"),
        ("company-of-reports", "desk", "light"),
        ("alliance-of-reports", "phone", "light"),
        ("hostile-company", "desk", "dark"),
    ],
)
def test_an_audit_finds_no_barrier(visited, place, shape, theme):
    """axe-core, everything unfolded; not only what it calls serious."""
    page = with_pictures(visited(PLACES[place], shape, theme, policy=False))
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    page.add_script_tag(path=AXE)
    audit = page.evaluate(AUDIT)
    assert {"color-contrast", "document-title", "label"} <= set(audit["passes"])  # it did look
    assert audit["violations"] == []


def test_a_hostile_name_in_the_address_is_text_on_the_page(visited):
    page = visited(f"/companies/{quote('<img src=x onerror=window.__hacked=1>')}")
    assert "<img src=x onerror" in page.locator("main").inner_text()
    assert page.evaluate("window.__hacked") is None

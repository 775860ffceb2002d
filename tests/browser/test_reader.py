"""What a reader does on the page of a server: each step on the real data, in a real browser."""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.browser

ID = "https://w3id.org/keiretsu/id/"
SHOWN = """() => {
  const { picture } = window.keiretsu;
  return { nodes: [...picture.left.nodes].sort(), links: [...picture.left.links].sort() };
}"""
PLACES = """() => Object.fromEntries([...window.keiretsu.picture.elements.keys()]
  .map((id) => [id, window.keiretsu.picture.network.getPosition(id)]))"""


@pytest.fixture
def reader(server, page):
    """Return a function that opens the page of a server with a state."""

    def opened(state=""):
        page.goto(f"{server}/{state}")
        page.wait_for_function("() => window.keiretsu?.picture !== undefined")
        return page

    return opened


def settled(page, condition):
    page.wait_for_function(f"() => {condition}")


def chosen(page, name):
    """Select a company by typing its name."""
    page.locator("#search").fill(name)
    page.keyboard.press("Enter")
    return page


def kept(page, kind):
    """Return the text of an exported file."""
    page.locator("#take summary").click()
    with page.expect_download() as download:
        page.locator(f"#take-{kind}").click()
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def test_expanding_moves_nothing_and_can_be_undone(reader):
    page = reader("?company=renault")
    before, shown = page.evaluate(PLACES), page.evaluate(SHOWN)
    chosen(page, "nissan")
    page.get_by_role("button", name="+ 1 alliance").click()
    settled(page, "window.keiretsu.picture.left.nodes.size > 4")
    after = page.evaluate(PLACES)
    assert {key: after[key] for key in before} == before
    assert f"{ID}alliance/honda-nissan-mitsubishi" in page.evaluate(SHOWN)["nodes"]
    page.keyboard.press("Control+z")
    settled(page, "window.keiretsu.picture.left.nodes.size === 4")
    assert page.evaluate(SHOWN) == shown
    page.keyboard.press("Control+Shift+Z")
    settled(page, "window.keiretsu.picture.left.nodes.size > 4")
    assert page.evaluate(PLACES) == after
    page.get_by_role("button", name="Collapse").click()
    settled(page, "window.keiretsu.picture.left.nodes.size === 4")


def test_everything_by_keyboard_from_finding_to_undoing(reader):
    page = reader("?company=suzuki&focus=")
    page.keyboard.press("/")
    page.keyboard.type("toyota-led")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("h")
    settled(page, "document.querySelector('#status').textContent.includes('1 hidden')")
    page.keyboard.press("Control+z")
    settled(page, "!document.querySelector('#status').textContent.includes('hidden')")
    page.keyboard.press("/")
    page.keyboard.type("toyota")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "H2"
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") in ("Source", "3 sources"):
            break
    page.keyboard.press("Enter")
    assert "News article" in page.locator("#panel details[open] .claim .source").first.inner_text()


def test_a_permalink_shows_the_same_in_another_browser(reader, browser, server):
    state = "?company=nissan&off=unconfirmed&as_of=2024-08-01&view=network&theme=dark"
    page = reader(state)
    chosen(page, "mitsubishi motors")
    shown, address = page.evaluate(SHOWN), page.url
    fresh = browser.new_context()
    other = fresh.new_page()
    other.goto(address)
    other.wait_for_function("() => window.keiretsu?.picture !== undefined")
    assert other.evaluate(SHOWN) == shown
    assert other.locator("#panel h2").inner_text() == "Mitsubishi Motors"
    assert other.locator("html").get_attribute("data-theme") == "dark"
    fresh.close()


@pytest.mark.parametrize(
    "act",
    [
        lambda page: page.locator('#legend input[value="member"]').uncheck(),
        lambda page: page.locator('#legend input[value="kind-alliance"]').uncheck(),
        lambda page: filtered(page, "How firmly said", "stated"),
        lambda page: least(page, "40"),
    ],
    ids=["a relation", "a kind", "a modality", "a least stake"],
)
def test_after_each_filter_the_table_has_the_relations_of_the_picture(reader, act):
    page = reader()
    page.locator("#facts summary").click()
    before = page.evaluate(SHOWN)["links"]
    act(page)
    settled(page, f"window.keiretsu.picture.left.links.size < {len(before)}")
    left = page.evaluate(SHOWN)["links"]
    count = page.locator("#count").inner_text()
    assert count.startswith(f"({len(left)} relation")
    rows = [row for row in csv.DictReader(io.StringIO(kept(page, "csv"))) if row["Claims"]]
    verbs = ("own", "member", "lead")
    assert len([r for r in rows if any(v in r["Relation or figure"] for v in verbs)]) == len(left)


def filtered(page, section, label):
    page.locator("#legend summary", has_text=section).click()
    page.locator(f'#legend input[data-key="modality-{label}"]').uncheck()


def least(page, share):
    page.locator("#legend summary", has_text="Stakes").click()
    page.get_by_label("Least stake, per cent").fill(share)
    page.keyboard.press("Tab")


def test_both_clocks_move_the_picture_and_not_its_places(reader):
    page = reader("?company=nissan")
    before = page.evaluate(PLACES)
    page.get_by_label("As of, a day").fill("2024-01-01")
    page.keyboard.press("Tab")
    settled(page, "document.querySelector('#status').textContent.includes('as of 2024-01-01')")
    nodes = page.evaluate(SHOWN)["nodes"]
    assert f"{ID}company/renault" in nodes
    assert f"{ID}company/honda-motor" not in nodes
    after = page.evaluate(PLACES)
    assert all(before[key] == after[key] for key in after)
    page.get_by_role("slider", name="Known by").focus()
    page.keyboard.press("ArrowLeft")
    settled(page, "document.querySelector('#status').textContent.includes('known by 2024')")


def test_a_way_between_two_companies_is_found_and_lit(reader):
    page = reader("?company=renault")
    chosen(page, "renault")
    page.get_by_role("button", name="Way to").click()
    page.locator("#search").fill("honda motor")
    page.locator("#found li", has_text="Honda Motor").first.wait_for()
    page.keyboard.press("Enter")
    settled(page, f"window.keiretsu.picture.lit?.has('{ID}company/honda-motor')")
    lit = page.evaluate("() => [...window.keiretsu.picture.lit]")
    assert {f"{ID}company/renault", f"{ID}company/honda-motor"} <= set(lit)
    assert page.url.count("path=") == 2
    panel = page.locator("#panel .ways").inner_text()
    assert "From Renault to Honda Motor" in panel
    assert "Renault is a member of the Renault" in panel
    assert "Honda Motor is reported to be a member of the Honda" in panel
    page.keyboard.press("Escape")
    settled(page, "window.keiretsu.picture.lit === null")


def test_what_follows_from_stakes_says_how_it_was_found(reader):
    page = reader("?company=nissan&layer=integrated")
    line = "integrated company/nissan-motor company/mitsubishi-motors"
    assert line in page.evaluate(SHOWN)["links"]
    assert not any(one.startswith("stake") for one in page.evaluate(SHOWN)["links"])
    panel = page.locator("#panel")
    assert "Worked out; why?" in panel.inner_text()
    assert "34% on Nissan Motor > Mitsubishi Motors" in panel.inner_text()
    page.get_by_role("button", name="Control group").click()
    page.locator("#remark", has_text="No source says that Nissan Motor controls").wait_for()


def test_every_panel_leads_to_its_sparql(reader, server):
    page = reader("?company=nissan")
    page.locator("#panel .sparql > summary").click()
    page.locator("#panel .sparql details summary", has_text="Owners").first.click()
    with page.expect_popup() as opened:
        page.locator("#panel .sparql a").first.click()
    assert opened.value.url.startswith(f"{server}/sparql#query=")
    query = page.locator("#panel .sparql pre").first.inner_text()
    found = page.request.post(
        f"{server}/sparql",
        data=query,
        headers={
            "Content-Type": "application/sparql-query",
            "Accept": "application/sparql-results+json",
        },
    )
    assert found.status == 200
    assert "holder" in found.json()["head"]["vars"]


def test_the_tree_shows_who_owns_whom_with_the_share(reader):
    page = reader("?view=tree")
    tree = page.locator("#tree")
    assert tree.locator(".box").count() == 2
    assert "34%" in tree.inner_text()
    above, below = (
        tree.locator(".box", has_text=name).bounding_box()["y"]
        for name in ("Nissan Motor", "Mitsubishi Motors")
    )
    assert above < below
    tree.locator(".box", has_text="Nissan Motor").click()
    assert page.locator("#panel h2").inner_text() == "Nissan Motor"


def test_every_file_holds_what_is_shown_and_says_where_from(reader):
    page = reader("?company=nissan&off=unconfirmed&focus=")
    shown = page.evaluate(SHOWN)
    graph = ElementTree.fromstring(kept(page, "graphml"))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert {one.get("id") for one in graph.iter(f"{space}node")} == set(shown["nodes"])
    assert {one.get("id") for one in graph.iter(f"{space}edge")} == set(shown["links"])
    drawing = kept(page, "svg")
    svg = ElementTree.fromstring(drawing.encode())
    titles = [one.text for one in svg.iter("{http://www.w3.org/2000/svg}title")]
    assert "Nissan Motor owns 34% of Mitsubishi Motors" in titles
    data = json.loads(kept(page, "jsonld"))
    assert {one["@id"] for one in data["@graph"] if one["@type"] == "kei:Company"} == {
        one for one in shown["nodes"] if "/company/" in one
    }
    assert [one["share"] for one in data["@graph"] if one["@type"] == "kei:Stake"] == ["0.34"]
    assert all(one["claim"] for one in data["@graph"] if one["@type"] == "kei:Membership")
    for text in (drawing, data["sources"]):
        assert "News article" in text
    assert data["from"] == page.url
    first = next(csv.DictReader(io.StringIO(kept(page, "csv"))))
    assert (first["From"], first["Shown"][:7]) == (page.url, "5 nodes")
    assert "News article" in first["Sources"]
    assert page.complaints == []


def test_the_html_file_opens_as_the_page_was(reader, visit, tmp_path):
    page = reader("?company=nissan&off=unconfirmed&focus=")
    shown = page.evaluate(SHOWN)
    path = tmp_path / "kept.html"
    path.write_text(kept(page, "html"), encoding="utf-8")
    seen = visit()
    alone = seen.open(path.as_uri())
    assert alone.evaluate(SHOWN) == shown
    alone.locator('#legend input[value="member"]').uncheck()
    again = tmp_path / "again.html"
    again.write_text(kept(alone, "html"), encoding="utf-8")
    assert seen.complaints == []
    second = visit()
    assert second.open(again.as_uri()).evaluate(SHOWN)["links"] == [
        one for one in shown["links"] if one.startswith("stake")
    ]
    assert second.complaints == []


def test_a_company_that_is_not_in_the_picture_is_found_and_begun_with(reader):
    page = reader("?company=renault")
    page.locator("#search").fill("tesl")
    page.locator("#found li", has_text="Tesla").wait_for()
    page.keyboard.press("Enter")
    settled(page, "document.title.startsWith('Tesla')")
    assert page.locator("#panel h2").inner_text() == "Tesla"
    assert "company=company%2Ftesla" in page.url
    page.keyboard.press("Control+z")
    settled(page, "document.title.startsWith('Renault')")


def test_a_mistake_in_the_dates_is_told_and_nothing_is_lost(reader, server):
    page = reader("?company=nissan")
    shown = page.evaluate(SHOWN)
    page.route("**/explorer/scene*", lambda route: route.abort())
    page.get_by_label("As of, a day").fill("2024-01-01")
    page.keyboard.press("Tab")
    page.locator("#remark", has_text="The server does not answer").wait_for()
    assert page.evaluate(SHOWN) == shown


@pytest.mark.parametrize("path", ["/", "/companies/nissan-motor", "/sparql", "/ontology", "/docs"])
def test_a_page_read_again_is_what_it_was(server, page, path):
    page.goto(server + path)
    page.wait_for_load_state("networkidle")
    styled = page.evaluate("getComputedStyle(document.body).fontFamily")
    page.reload()
    page.goto(server + path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("getComputedStyle(document.body).fontFamily") == styled
    assert page.complaints == []


def test_a_late_answer_is_thrown_away(reader):
    page = reader("?company=nissan")
    waiting = []
    page.route("**/explorer/scene*as_of=2023*", lambda route: waiting.append(route))
    field = page.get_by_label("As of, a day")
    field.fill("2023-06-01")
    field.dispatch_event("change")
    page.locator("#search").focus()
    page.get_by_label("As of, a day").fill("2024-08-01")
    page.keyboard.press("Tab")
    settled(page, "document.querySelector('#status').textContent.includes('as of 2024-08-01')")
    waiting[0].continue_()
    page.wait_for_load_state("networkidle")
    assert "as of 2024-08-01" in page.locator("#status").inner_text()
    assert "as_of=2024-08-01" in page.url


def test_back_leads_to_the_picture_before(reader):
    page = reader("?company=renault")
    chosen(page, "nissan")
    page.get_by_role("button", name="Begin here").click()
    settled(page, "document.title.startsWith('Nissan')")
    page.go_back()
    settled(page, "document.title.startsWith('Renault')")


def test_the_keyboard_stays_where_it_was_when_the_panel_is_made_anew(reader):
    page = reader("?company=renault")
    chosen(page, "nissan")
    page.get_by_role("button", name="+ 1 alliance").focus()
    page.keyboard.press("Enter")
    settled(page, "window.keiretsu.picture.left.nodes.size > 4")
    assert page.evaluate("document.activeElement.tagName") == "H2"


@pytest.mark.parametrize("view", ["table", "tree"])
def test_a_picture_can_be_kept_from_any_view(reader, view):
    page = reader(f"?view={view}")
    page.locator("#take summary").click()
    with page.expect_download() as download:
        page.locator("#take-png").click()
    assert len(Path(download.value.path()).read_bytes()) > 20_000
    assert page.locator("#stage").is_hidden()
    assert page.complaints == []


def test_the_html_file_holds_nothing_that_was_hidden(reader):
    page = reader("?company=nissan&hide=company/renault&off=unconfirmed&focus=")
    text = kept(page, "html")
    assert "id/company/renault" not in text
    assert "Honda\u2013Nissan" not in text
    assert "Nissan Motor owns 34% of Mitsubishi Motors" in text


def test_amounts_are_in_order_as_numbers(reader):
    page = reader("?view=table")
    page.get_by_role("button", name="Value").click()
    cells = page.locator("#table tbody td:nth-child(4)").all_inner_texts()
    counts = [text for text in cells if "%" not in text and any(c.isdigit() for c in text)]
    numbers = [
        float(text.replace("more than ", "").split()[0].replace(",", ""))
        * (1_000_000 if "million" in text else 1)
        for text in counts
    ]
    assert numbers == sorted(numbers)
    assert len(numbers) > 5

"""The explorer in a browser: what a reader sees, and what must never happen."""

import runpy
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest

from viz.document import STATIC
from viz.network import draw
from viz.page import CONTENT_SECURITY_POLICY
from viz.scene import Link, Node, Scene
from viz.style import style

pytestmark = pytest.mark.browser

FIXTURE = runpy.run_path(str(Path(__file__).parents[1] / "fixtures" / "scene.py"))
ID = FIXTURE["ID"]

PIXELS = """() => {
  const canvas = document.querySelector("#stage canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = {};
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] < 250) continue;
    const key = [data[at], data[at + 1], data[at + 2]].join(",");
    seen[key] = (seen[key] ?? 0) + 1;
  }
  return seen;
}"""
WHERE = """(id) => {
  const { picture } = window.keiretsu;
  const { x, y } = picture.network.canvasToDOM(picture.network.getPosition(id));
  const { left, top } = document.getElementById("stage").getBoundingClientRect();
  return [left + x, top + y];
}"""


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "sample.html"
    return draw(FIXTURE["sample"]()).write_html(path).as_uri()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "hostile.html"
    return draw(FIXTURE["hostile"]()).write_html(path).as_uri()


def colour(text):
    return ",".join(str(int(text[at : at + 2], 16)) for at in (1, 3, 5))


def click(visit, node):
    visit.page.mouse.click(*visit.page.evaluate(WHERE, ID + node))
    visit.settle()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_export_draws_every_relation_and_loads_nothing(visit, export, theme):
    seen = visit(theme=theme)
    page = seen.open(export)
    pixels = page.evaluate(PIXELS)
    for relation in ("stake", "member", "unconfirmed"):
        assert pixels.get(colour(style()["themes"][theme][relation]), 0) > 40
    assert seen.requests == [export]
    assert seen.complaints == []


def test_a_click_on_a_company_shows_what_says_so(visit, export):
    seen = visit()
    page = seen.open(export)
    click(seen, "nissan")
    panel = page.locator("#panel").inner_text()
    assert "Nissan Motor owns 34% of Mitsubishi Motors" in panel
    assert "Nissan holds 34% of Mitsubishi Motors." in panel
    assert "relayed from Nikkei" in panel
    assert "sentence 4" in panel
    assert "“" not in panel
    assert page.url.endswith("#focus=" + quote(ID + "nissan", safe=""))
    assert all(
        link.get_attribute("rel") == "noopener noreferrer"
        for link in page.locator("#panel a").all()
    )


def test_a_click_on_a_name_or_a_line_opens_it_too(visit, export):
    seen = visit()
    page = seen.open(export)
    box = page.evaluate(
        "(id) => window.keiretsu.picture.lettering.names.find((name) => name.owner === id)",
        ID + "tesla",
    )
    stage = page.locator("#stage").bounding_box()
    page.mouse.click(stage["x"] + box["x"], stage["y"] + box["y"])
    assert page.locator("#panel h2").inner_text() == "Tesla"
    ends = [page.evaluate(WHERE, ID + end) for end in ("nissan", "mitsubishi-motors")]
    page.mouse.click(*(sum(each) / 2 for each in zip(*ends, strict=True)))
    assert "owns 34%" in page.locator("#panel h2").inner_text()


def test_an_alliance_names_its_members_and_its_status(visit, export):
    seen = visit()
    page = seen.open(export)
    click(seen, "honda-nissan-mitsubishi")
    panel = page.locator("#panel").inner_text()
    for text in ("reported", "Members", "Honda Motor", "Nissan Motor", "Mitsubishi Motors"):
        assert text in panel


def test_selecting_dims_the_rest_and_leaves_the_fill(visit, export):
    seen = visit()
    page = seen.open(export)
    fill = colour(style()["themes"]["light"]["company"]["fill"])
    before = page.evaluate(PIXELS)
    click(seen, "nissan")
    after = page.evaluate(PIXELS)
    assert 0 < after[fill] < before[fill]
    assert colour(style()["themes"]["light"]["mark"]) in after


def test_the_legend_filters_picture_table_and_status(visit, export):
    seen = visit()
    page = seen.open(export)
    page.locator("#facts summary").click()
    rows = page.locator("#table tbody tr").count()
    page.locator('#legend input[value="unconfirmed"]').uncheck()
    seen.settle()
    assert page.locator("#table tbody tr").count() == rows - 4  # its box and figure go too
    assert colour(style()["themes"]["light"]["unconfirmed"]) not in page.evaluate(PIXELS)
    assert page.locator("#status").inner_text().startswith("14 nodes, 10 relations")
    assert "as of any date · known by any date" in page.locator("#status").inner_text()


def test_the_table_sorts_and_opens(visit, export):
    seen = visit()
    page = seen.open(export)
    page.locator("#facts summary").click()
    head = page.locator("#table thead th").first
    head.locator("button").click()
    head.locator("button").click()
    names = page.locator("#table tbody th").all_inner_texts()
    assert names == sorted(names, key=str.casefold, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    page.locator("#table tbody th button").first.click()
    assert page.locator("#panel h2").inner_text()


def test_everything_is_reached_by_keyboard(visit, export):
    seen = visit()
    page = seen.open(export)
    page.keyboard.press("/")
    page.keyboard.type("mitsubishi m")
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "Mitsubishi Motors"
    page.keyboard.press("ArrowUp")
    aloud = page.locator("#live").inner_text()
    assert aloud not in ("", "Mitsubishi Motors")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == aloud
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "stage"
    assert page.locator("#panel h2").inner_text() == "Facts and sources"
    assert "#focus" not in page.url


def test_a_search_for_nothing_says_so(visit, export):
    page = visit().open(export)
    page.locator("#search").fill("no such company")
    assert page.locator("#found").inner_text() == "Not in this picture"


def test_a_deep_link_selects_its_node(visit, export):
    page = visit().open(f"{export}#focus={quote(ID + 'toyota', safe='')}")
    assert page.locator("#panel h2").inner_text() == "Toyota"


def test_the_focus_of_the_scene_is_selected(visit, tmp_path):
    scene = replace(FIXTURE["sample"](), focus=ID + "byd", as_of="2024-07-01")
    path = draw(scene).write_html(tmp_path / "focus.html")
    page = visit().open(path.as_uri())
    assert page.locator("#panel h2").inner_text() == "BYD"
    assert "as of 2024-07-01" in page.locator("#status").inner_text()


@pytest.mark.parametrize("width", [1280, 390], ids=["desk", "phone"])
def test_hostile_text_does_not_run(visit, hostile, width):
    seen = visit(width=width)
    page = seen.open(hostile)
    page.locator("#search").fill("script")
    page.locator("#facts").evaluate("(table) => { table.open = true; }")
    for button in page.locator("#table tbody button").all():
        button.evaluate("(each) => each.click()")
        seen.settle()
    for kind in ("svg", "graphml", "jsonld", "csv"):
        page.locator("#take").evaluate("(menu) => { menu.open = true; }")
        with page.expect_download() as download:
            page.locator(f"#take-{kind}").evaluate("(button) => button.click()")
        kept = Path(download.value.path()).read_text(encoding="utf-8")
        assert "__hacked" in kept
        if kind in ("svg", "graphml"):
            tags = {
                one.tag.rpartition("}")[2] for one in ElementTree.fromstring(kept.encode()).iter()
            }
            assert not tags & {"script", "img", "a", "foreignObject", "style"}
    assert page.evaluate("window.__hacked") is None
    assert FIXTURE["HOSTILE"][0] in page.locator("#panel").inner_text()
    assert page.locator("#panel a, #panel img, #panel svg, #panel script").count() == 0
    assert seen.requests == [hostile]
    assert seen.complaints == []


def test_the_page_for_a_server_keeps_its_policy(visit):
    seen = visit()
    html = draw(FIXTURE["sample"]()).page(inline=False, static="/static")

    def serve(route):
        path = route.request.url.removeprefix("http://explorer.test")
        file = STATIC / path.removeprefix("/static/")
        headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}
        if path == "/":
            route.fulfill(body=html, content_type="text/html", headers=headers)
        else:
            route.fulfill(path=file, headers=headers)

    seen.page.route("**/*", serve)
    page = seen.open("http://explorer.test/")
    click(seen, "nissan")
    page.locator("#theme").click()
    seen.settle()
    assert page.locator("#panel h2").inner_text() == "Nissan Motor"
    assert seen.complaints == []


def test_the_picture_is_saved_as_png(visit, export):
    page = visit().open(export)
    with page.expect_download() as download:
        page.locator("#take summary").click()
        page.locator("#take-png").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800), (900, 700)])
def test_everything_is_inside_the_window(visit, export, width, height):
    seen = visit(width=width, height=height)
    page = seen.open(f"{export}#view=network")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    stage = page.locator("#stage").bounding_box()
    for node in FIXTURE["sample"]().nodes:
        x, y = page.evaluate(WHERE, node.id)
        assert stage["x"] < x < stage["x"] + stage["width"]
        assert stage["y"] < y < stage["y"] + stage["height"]
    names = page.evaluate("window.keiretsu.picture.lettering.names")
    assert len(names) == 12
    assert all(name["left"] >= 0 and name["right"] <= stage["width"] for name in names)


def test_controls_are_large_enough_to_hit(visit, export):
    page = visit().open(export)
    for control in page.locator("header button, header input, .filter, summary").all():
        if control.is_visible():
            assert control.bounding_box()["height"] >= 32


def test_on_a_phone_the_panel_comes_from_below(visit, export):
    seen = visit(width=390, height=844)
    page = seen.open(f"{export}#view=network")
    assert not page.locator("#panel").is_visible()
    click(seen, "toyota")
    box = page.locator("#panel").bounding_box()
    assert box["y"] > 300
    assert box["y"] + box["height"] == pytest.approx(844, abs=1)
    page.locator("#panel .close").click()
    assert not page.locator("#panel").is_visible()


def stake(start, end, share, kind="stake"):
    return Link(
        id=f"{kind} {start} {end}", kind=kind, start=start, end=end, share=share, status="active"
    )


def test_a_control_group_is_those_controlled_and_who_controls_them(visit, tmp_path):
    nodes = tuple(Node(id=f"x:{one}", label=one, kind="company") for one in "ABCD")
    links = (
        stake("x:A", "x:B", 0.6),
        stake("x:B", "x:C", 0.7),
        stake("x:D", "x:C", 0.3),
        stake("x:A", "x:B", None, "control"),
        stake("x:A", "x:C", None, "control"),
        stake("x:B", "x:C", None, "control"),
    )
    scene = Scene(title="Group", nodes=nodes, links=links, layers=("control",))
    path = draw(scene).write_html(tmp_path / "group.html")
    page = visit().open(f"{path.as_uri()}#group=x%3AC")
    lit = page.evaluate("() => [...window.keiretsu.picture.lit]")
    assert {"x:A", "x:B", "x:C"} <= set(lit)
    assert "x:D" not in lit
    assert "3 companies shown" in page.locator("#remark").inner_text()
    page.goto(f"{path.as_uri()}#view=tree")
    page.reload()
    assert page.locator("#tree .box").count() == 4


def test_a_loop_of_owners_is_told_beside_the_tree(visit, tmp_path):
    nodes = tuple(Node(id=f"x:{one}", label=one, kind="company") for one in "AB")
    links = (stake("x:A", "x:B", 0.6), stake("x:B", "x:A", 0.15))
    path = draw(Scene(title="Loop", nodes=nodes, links=links)).write_html(tmp_path / "loop.html")
    page = visit().open(f"{path.as_uri()}#view=tree")
    assert page.locator("#tree .owns").count() == 1
    assert "B – A (a loop" in page.locator("#tree .cut").inner_text()  # noqa: RUF001

"""A graph of 1,500 things, and one too large to draw: what a reader sees, never a heap of names."""

import threading
import time

import pytest

from api.app import create_app
from benchmarks.claims import World
from kg import ontology
from kg.load import load_claims
from kg.store.embedded import EmbeddedGraph
from tests.browser.conftest import free_port

pytestmark = pytest.mark.browser

NAMES = "() => window.keiretsu.picture.lettering.names"
PLACES = """() => Object.fromEntries([...window.keiretsu.picture.elements.keys()]
  .map((id) => [id, window.keiretsu.picture.network.getPosition(id)]))"""


def graph_of(companies, alliances):
    made = World(companies * 3, companies, alliances, 7)
    graph = EmbeddedGraph()
    named = [*made.named(), *ontology.code_quads(), *ontology.ontology_quads()]
    load_claims(graph, [], names=named)
    load_claims(graph, [claim for document in made.documents() for claim in document])
    return graph


@pytest.fixture(scope="module")
def serving():
    """Return a function that serves a graph on loopback; all end with the module."""
    import uvicorn

    started = []

    def begin(graph):
        port = free_port()
        config = uvicorn.Config(create_app(graph=graph), port=port, log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        started.append((server, thread))
        while not server.started:
            time.sleep(0.02)
        return f"http://127.0.0.1:{port}"

    yield begin
    for server, thread in started:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def large(serving):
    return serving(graph_of(1430, 70))


def opened(page, address):
    page.goto(address)
    page.wait_for_function("() => window.keiretsu?.picture !== undefined")
    return page


def overlapping(boxes):
    return [
        (a["owner"], b["owner"])
        for place, a in enumerate(boxes)
        for b in boxes[:place]
        if a["left"] < b["right"]
        and b["left"] < a["right"]
        and a["top"] < b["bottom"]
        and b["top"] < a["bottom"]
    ]


def test_fifteen_hundred_things_are_drawn_inside_the_stage(large, page):
    opened(page, large)
    count = page.evaluate("() => window.keiretsu.picture.elements.size")
    assert count == 1500
    names, stage = page.evaluate(NAMES), page.locator("#stage").bounding_box()
    assert len(names) > 20
    assert overlapping(names) == []
    assert all(one["left"] >= 0 and one["right"] <= stage["width"] for one in names)
    outside = page.evaluate("""() => {
      const { picture } = window.keiretsu;
      const { clientWidth, clientHeight } = picture.container;
      return [...picture.elements.keys()].filter((id) => {
        const { x, y } = picture.network.canvasToDOM(picture.network.getPosition(id));
        return x < 0 || y < 0 || x > clientWidth || y > clientHeight;
      }).length;
    }""")
    assert outside == 0
    assert page.complaints == []


def test_a_hub_brings_the_largest_first_and_moves_nothing(serving, page):
    address = serving(graph_of(600, 3))
    opened(page, f"{address}/?company=pact-0&focus=alliance/pact-0")
    before = page.evaluate(PLACES)
    assert len(before) < 60
    more = page.locator("#panel .more").first
    assert int(more.inner_text().split()[1]) > 25
    more.click()
    page.wait_for_function(f"() => window.keiretsu.picture.elements.size > {len(before)}")
    after = page.evaluate(PLACES)
    assert len(after) == len(before) + 25
    assert {key: after[key] for key in before} == before


def test_what_is_too_much_to_draw_begins_with_a_search(serving, page):
    opened(page, serving(graph_of(1600, 40)))
    assert "too many for one picture" in page.locator("#remark").inner_text()
    first = page.locator("#hubs button").first
    name = first.inner_text()
    first.click()
    page.wait_for_function("() => window.keiretsu.picture.elements.size > 1")
    assert page.locator("#panel h2").inner_text() == name
    page.locator("#search").fill("maker 1599")
    page.locator("#found li", has_text="1599").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.title.includes('1599')")
    assert page.complaints == []

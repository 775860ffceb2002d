"""How quickly is a picture there? Worked out in Python, then shown by a browser, without a network.

    python benchmarks/explorer.py [--sizes 300 1500] [--pyvis 100]

For made-up companies (benchmarks/claims.py): the first picture of all of them, a picture kept, an
expansion of 25, and the time from opening the page to a drawn canvas in Chromium. With `--pyvis N`
the same number of nodes as pyvis itself writes them: from opening to the end of its layout.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import Browser, sync_playwright

from benchmarks.claims import World
from kg import ontology
from kg.load import load_claims
from kg.store.embedded import EmbeddedGraph
from viz.page import Pictures
from viz.view import Step, View

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ALLIANCES = 20  # companies to one alliance


def graph_of(things: int) -> EmbeddedGraph:
    """Return a graph of so many companies and alliances, with eight claims a company."""
    alliances = things // ALLIANCES
    companies = things - alliances
    made = World(companies * 8, companies, alliances, 7)
    graph = EmbeddedGraph()
    named = [*made.named(), *ontology.code_quads(), *ontology.ontology_quads()]
    load_claims(graph, [], names=named)
    load_claims(graph, [claim for document in made.documents() for claim in document])
    return graph


def timed(label: str, what: Callable[[], Any]) -> Any:
    """Run something once, print how long it took and return what it gave."""
    began = time.perf_counter()
    found = what()
    print(f"{label:52}{time.perf_counter() - began:8.2f} s", flush=True)
    return found


def measured(things: int, browser: Browser, folder: Path) -> None:
    """Print the times of one graph."""
    graph = graph_of(things)
    pictures = Pictures(graph)
    network = timed(f"{things} things: first picture of all", lambda: pictures.drawn(View()))
    print(f"{'':8}{len(network.nodes)} nodes, {len(network.edges)} relations")
    timed("        the same again", lambda: pictures.drawn(View()))
    begin = View(company=network.scene.nodes[0].id)
    shown = timed("        one company and those around it", lambda: pictures.drawn(begin))
    grown = max(shown.scene.nodes, key=lambda node: sum(node.more.values()))
    more = View(company=begin.company, expanded=(Step(grown.id),))
    after = timed("        an expansion of it", lambda: pictures.drawn(more))
    print(f"{'':8}{len(shown.nodes)} nodes, then {len(after.nodes)}")
    path = network.write_html(folder / f"{things}.html")
    timed("        opened in a browser, drawn", lambda: opened(browser, path))


def opened(browser: Browser, path: Path) -> None:
    """Open a page and wait until its picture is drawn."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri())
    page.wait_for_function("window.keiretsu?.picture !== undefined")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.close()


def pyvis_alone(things: int, browser: Browser, folder: Path) -> None:
    """Print how long pyvis' own page takes to lay the same network out in the browser."""
    from pyvis.network import Network

    ours = Pictures(graph_of(things)).drawn(View())
    peer = Network(directed=True, cdn_resources="in_line")
    for node in ours.nodes:
        peer.add_node(node["id"], label=str(node.get("label", "")))
    for edge in ours.edges:
        peer.add_edge(edge["from"], edge["to"])
    path = folder / "pyvis.html"
    path.write_text(peer.generate_html(), encoding="utf-8")

    def settled() -> None:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.route("http*://**", lambda route: route.abort())
        page.goto(path.as_uri())
        page.evaluate("new Promise((done) => network.once('stabilizationIterationsDone', done))")
        page.close()

    timed(f"{things} things: pyvis' own page, until it stands still", settled)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=[300, 1500])
    parser.add_argument("--pyvis", type=int, default=0, help="nodes of pyvis' own page")
    asked = parser.parse_args()
    timed("pyvis, scipy and the page's own modules imported", lambda: import_module("viz.network"))
    import_module("viz.scenes")  # a server has both before the first visitor comes
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as name:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for things in asked.sizes:
            measured(things, browser, Path(name))
        if asked.pyvis:
            pyvis_alone(asked.pyvis, browser, Path(name))
        browser.close()


if __name__ == "__main__":
    main()

"""The page as text: nothing from data is markup, nothing is loaded, always the same."""

import hashlib
import json
import re
import runpy
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from math import hypot
from pathlib import Path

import pytest

from viz.document import STATIC
from viz.network import draw
from viz.page import CONTENT_SECURITY_POLICY
from viz.scene import Link, Node, Scene
from viz.style import style
from viz.view import MOST_DRAWN

FIXTURE = runpy.run_path(str(Path(__file__).parent / "fixtures" / "scene.py"))
VENDOR = STATIC / "vendor"
INLINE = pytest.mark.parametrize("inline", [True, False], ids=["one file", "for a server"])


@cache
def drawn(name):
    """Return a scene of the fixture as a network, laid out once for all tests."""
    return draw(FIXTURE[name]())


def render(scene, *, inline=True, static="/static"):
    network = drawn(scene) if isinstance(scene, str) else draw(scene)
    return network.page(inline=inline, static=static)


class Tags(HTMLParser):
    """Collects the tags a browser would see, and the text between them."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def content(html):
    block = re.search(r'<script id="data" type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(block[1])


@INLINE
def test_the_same_scene_gives_the_same_bytes(inline):
    assert render(FIXTURE["sample"](), inline=inline) == render("sample", inline=inline)


@INLINE
def test_hostile_text_is_never_markup(inline):
    hostile, plain = (Tags(render(name, inline=inline)).found for name in ("hostile", "sample"))
    assert [tag for tag, _ in hostile] == [tag for tag, _ in plain]
    assert not [attrs for _, attrs in hostile if any(key.startswith("on") for key in attrs)]


@pytest.mark.parametrize("text", FIXTURE["HOSTILE"])
def test_hostile_text_reaches_the_page_whole(text):
    html = render("hostile", inline=False)
    assert text not in html or "<" not in text
    shown = content(html)
    node = next(iter(shown["facts"]["nodes"].values()))
    claim = next(iter(shown["facts"]["evidence"].values()))
    for value in (
        node["label"],
        node["country"],
        claim["says"],
        claim["quotation"],
        shown["title"],
    ):
        assert text in value


def test_the_page_in_one_file_refers_to_nothing():
    tags = Tags(render("sample")).found
    loaded = [attrs.get("src") or attrs.get("href") for _, attrs in tags]
    assert {each for each in loaded if each} == {"data:,", "#facts"}


def test_the_page_in_one_file_allows_only_its_own_scripts():
    html = render("sample")
    policy = next(attrs["content"] for tag, attrs in Tags(html).found if attrs.get("http-equiv"))
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert len(re.findall("sha256-", policy)) == html.count("<script>") + html.count("<style>")


def test_the_page_for_a_server_has_no_inline_script_or_style():
    html = render("sample", inline=False, static="/assets")
    tags = Tags(html).found
    scripts = [attrs for tag, attrs in tags if tag == "script"]
    assert all(attrs.get("type") == "application/json" or "src" in attrs for attrs in scripts)
    assert not [tag for tag, attrs in tags if tag == "style" or "style" in attrs]
    files = [attrs["src"] for attrs in scripts if "src" in attrs]
    assert all((STATIC / file.removeprefix("/assets/")).is_file() for file in files)
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY


def test_addresses_of_a_server_are_escaped():
    assert "<b>" not in render("sample", inline=False, static='"><b>')


def test_vis_network_is_the_file_its_manifest_names():
    manifest = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
        assert f"@version {manifest['version']}" in (VENDOR / name).read_text("utf-8")[:400]
    assert all((VENDOR / licence).is_file() for licence in manifest["licences"])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_and_the_picture_share_their_colours(theme):
    css = (STATIC / "explorer.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root[^{]*\{([^}]*)\}", css)[:2]
    chosen = dict(re.findall(r"--([\w-]+): (#\w+);", dark if theme == "dark" else light))
    colours = style()["themes"][theme]
    for name in ("page", "ink", "soft", "stake", "member", "unconfirmed", "ended", "mark"):
        assert chosen[name] == colours[name].lower()
    for name in ("company", "alliance", "tentative", "group", "person", "body"):
        assert chosen[f"{name}-fill"] == colours[name]["fill"].lower()


def test_a_scene_too_large_to_draw_is_a_table_that_says_so():
    nodes = tuple(Node(id=str(n), label=str(n), kind="company") for n in range(MOST_DRAWN + 1))
    links = tuple(Link(id=f"l{n}", kind="stake", start="0", end=str(n)) for n in range(1, 9))
    shown = content(render(Scene(title="", nodes=nodes, links=links)))
    assert (shown["nodes"], shown["edges"]) == ([], [])
    assert len(shown["facts"]["nodes"]) == MOST_DRAWN + 1
    assert "1,501 companies and alliances are too many for one picture" in shown["remark"]


def test_a_new_node_stands_beside_the_old_ones_which_stay():
    first = drawn("sample")
    more = Node(id="new", label="New company", kind="company")
    link = Link(id="l", kind="stake", start="new", end=FIXTURE["ID"] + "tesla", share=0.1)
    scene = FIXTURE["sample"]()
    grown = replace(scene, nodes=(*scene.nodes, more), links=(*scene.links, link))
    second = draw(grown, first)
    for node in first.nodes:
        held = second.node_map[node["id"]]
        assert all(held[key] == node[key] for key in ("x", "y", "side", "narrow"))
    new, tesla = second.node_map["new"], second.node_map[FIXTURE["ID"] + "tesla"]
    assert 60 < hypot(new["x"] - tesla["x"], new["y"] - tesla["y"]) < 400


def test_an_empty_scene_has_a_page():
    assert content(render(Scene(title="Nothing")))["nodes"] == []


def test_pyvis_is_not_imported_before_something_is_drawn():
    code = "import sys, viz.page, viz.scene; sys.exit('pyvis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

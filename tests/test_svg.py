"""The picture as SVG: text that can be read, and nothing that runs."""

import runpy
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from viz.network import draw
from viz.scene import Link, Node, Scene
from viz.style import style

FIXTURE = runpy.run_path(str(Path(__file__).parent / "fixtures" / "scene.py"))
SPACE = "{http://www.w3.org/2000/svg}"


@cache
def picture(name):
    return draw(FIXTURE[name]()).svg()


def tree(name):
    return ElementTree.fromstring(picture(name))


def texts(root, tag="text"):
    return [one.text for one in root.iter(SPACE + tag)]


def test_it_is_the_same_twice():
    assert draw(FIXTURE["sample"]()).svg() == picture("sample")


def test_it_names_every_company_and_titles_every_relation():
    root, scene = tree("sample"), FIXTURE["sample"]()
    assert {node.label for node in scene.nodes if node.kind == "company"} <= set(texts(root))
    assert {link.sentence for link in scene.links} <= set(texts(root, "title"))
    assert "34%" in texts(root)


def test_it_says_what_it_shows_and_where_from():
    root = tree("sample")
    described = root.find(f"{SPACE}desc").text
    for part in (
        "15 nodes, 13 relations",
        "as of any date",
        "CC BY 4.0",
        FIXTURE["FIRST"]["source"],
    ):
        assert part in described
    assert " ".join(texts(root)).count("CC BY 4.0") == 1


def test_what_is_reported_is_drawn_unlike_what_is_in_force():
    strokes = {
        (one.get("stroke"), one.get("stroke-dasharray"))
        for one in tree("sample").iter(f"{SPACE}path")
    }
    light, relations = style()["themes"]["light"], style()["relations"]
    for name in ("member", "unconfirmed"):
        assert (light[name], " ".join(map(str, relations[name]["dashes"]))) in strokes
    assert (light["stake"], None) in strokes


def test_hostile_text_stays_text():
    root = tree("hostile")
    allowed = {"svg", "title", "desc", "rect", "path", "polygon", "text", "g", "circle"}
    assert {one.tag.removeprefix(SPACE) for one in root.iter()} <= allowed
    names = {name for one in root.iter() for name in one.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name]
    assert any(FIXTURE["HOSTILE"][0] in (text or "") for text in texts(root, "title"))


@pytest.mark.parametrize("name", ["bell \x07", "half \ud800", "nothing \x00"])
def test_a_letter_that_xml_cannot_hold_is_replaced(name):
    scene = Scene(title=name, nodes=(Node(id="a", label=name, kind="company"),))
    root = ElementTree.fromstring(draw(scene).svg())
    assert name[:4] in (root.find(f"{SPACE}title").text or "")


def test_the_end_of_a_stake_is_told_on_its_line():
    nodes = tuple(Node(id=one, label=one, kind="company") for one in "ab")
    link = Link(
        id="l", kind="stake", start="a", end="b", share=0.15, status="ended", until="2016-05-01"
    )
    root = ElementTree.fromstring(draw(Scene(title="", nodes=nodes, links=(link,))).svg())
    assert "15% (to 2016)" in texts(root)


def test_a_drawing_of_nothing_is_a_drawing():
    assert ElementTree.fromstring(draw(Scene(title="Nothing")).svg()).tag == f"{SPACE}svg"

"""The pyvis network: what its users know still holds, and it shows what is so."""

import json
import re
import runpy
from dataclasses import replace
from math import hypot
from pathlib import Path

import pytest
from pyvis.network import Network

from kg.errors import KgError
from viz.network import CompanyNetwork, draw
from viz.scene import Link, Node, Scene

FIXTURE = runpy.run_path(str(Path(__file__).parent / "fixtures" / "scene.py"))
ID = FIXTURE["ID"]


@pytest.fixture(scope="module")
def network():
    return draw(FIXTURE["sample"]())


def content(html):
    block = re.search(r'<script id="data" type="application/json">(.*?)</script>', html, re.DOTALL)
    return json.loads(block[1])


def edge(**fields):
    scene = Scene(
        title="",
        nodes=(Node(id="a", label="A", kind="company"), Node(id="b", label="B", kind="company")),
        links=(Link(**{"id": "l", "kind": "stake", "start": "a", "end": "b"} | fields),),
    )
    return draw(scene).edges[0]


def test_it_is_a_pyvis_network(network):
    assert isinstance(network, Network)
    assert network.directed
    assert len(network.nodes) == network.num_nodes() == 15
    assert network.get_node(ID + "honda")["label"] == "Honda Motor"


def test_nodes_and_edges_can_be_added_through_pyvis():
    network = draw(FIXTURE["sample"]())
    network.add_node("new", label="New company")
    network.add_edge("new", ID + "honda", label="1%")
    shown = content(network.generate_html())
    added = next(node for node in shown["nodes"] if node["id"] == "new")
    honda = next(node for node in shown["nodes"] if node["id"] == ID + "honda")
    assert 60 < hypot(added["x"] - honda["x"], added["y"] - honda["y"]) < 400
    assert shown["edges"][-1]["to"] == ID + "honda"


def test_a_network_built_by_hand_is_placed():
    network = CompanyNetwork()
    network.add_nodes(["a", "b"])
    network.add_edge("a", "b")
    assert len({(node["x"], node["y"]) for node in content(network.generate_html())["nodes"]}) == 2


def test_parallel_edges_are_kept_and_bow_apart():
    nodes = tuple(Node(id=each, label=each, kind="company") for each in "ab")
    links = tuple(
        Link(id=f"{start}{end}{n}", kind="stake", start=start, end=end, share=0.1)
        for n, (start, end) in enumerate(["ab", "ba", "ab"])
    )
    edges = draw(Scene(title="", nodes=nodes, links=links)).edges
    assert [each["id"] for each in edges] == ["ab0", "ba1", "ab2"]
    assert all(each["smooth"]["roundness"] >= 0.18 for each in edges)


@pytest.mark.parametrize(
    ("fields", "label", "width"),
    [
        ({"share": 0.34, "label": "34%"}, "34%", 3.92),
        ({"share": 0.357, "label": ""}, "35.7%", 3.99),
        ({"share": 0.05}, "5%", 2.12),
        ({"share": None}, "?", 1.5),
        ({"share": None, "label": "?"}, "?", 1.5),
        ({"share": 0.2, "right": "votes"}, "20% of votes", 3.24),
    ],
    ids=["as printed", "one decimal", "small", "unknown", "unknown, said so", "votes"],
)
def test_a_stake_is_as_wide_as_its_share(fields, label, width):
    drawn = edge(**fields)
    assert (drawn["label"], drawn["width"]) == (label, width)
    assert drawn["arrows"]["to"]["enabled"]


def test_circles_have_an_area_by_sales_and_the_unknown_are_rings(network):
    honda, mitsubishi, toyota = (
        network.get_node(ID + each) for each in ("honda", "mitsubishi-motors", "toyota")
    )
    assert honda["size"] == 34
    assert mitsubishi["size"] == pytest.approx(34 * (0.81 / 4.1) ** 0.5, abs=0.01)
    assert (toyota["size"], toyota["look"]) == (8, "unknown")


def test_an_alliance_is_a_node_and_says_its_status(network):
    alliance = network.get_node(ID + "honda-nissan-mitsubishi")
    assert (alliance["shape"], alliance["status"]) == ("box", "reported")
    memberships = [each for each in network.edges if each["to"] == alliance["id"]]
    assert len(memberships) == 3
    assert not any(each["arrows"]["to"]["enabled"] for each in memberships)


def test_confirmed_and_unconfirmed_memberships_look_different():
    looks = [edge(kind="membership", status=status) for status in ("active", "reported", "ended")]
    assert [look["relation"] for look in looks] == ["member", "unconfirmed", "ended"]
    assert len({str(look["dashes"]) for look in looks}) == 3


def test_only_the_leading_membership_is_marked(network):
    labels = {each["from"]: each["label"] for each in network.edges if each["relation"] == "member"}
    assert [start for start, label in labels.items() if label] == [ID + "toyota"]


def test_long_and_foreign_names_are_cut_in_the_picture_only():
    name = "株式会社" * 12
    network = draw(Scene(title="", nodes=(Node(id="a", label=name, kind="company"),)))
    assert len(network.nodes[0]["label"]) == 24
    assert content(network.generate_html())["facts"]["nodes"]["a"]["label"] == name


def test_a_link_to_nowhere_is_refused():
    with pytest.raises(KgError, match="does not have"):
        draw(Scene(title="", links=(Link(id="l", kind="stake", start="a", end="b"),)))


def test_the_file_is_written_in_utf_8_with_nothing_beside_it(network, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = network.write_html("図.html")
    assert path.read_text(encoding="utf-8") == network.generate_html()
    assert [each.name for each in tmp_path.iterdir()] == ["図.html"]


def test_a_template_of_ones_own_still_escapes(tmp_path):
    (tmp_path / "own.html").write_text("{{ title }}", encoding="utf-8")
    network = draw(replace(FIXTURE["sample"](), title="<b>"))
    network.set_template(f"{tmp_path}/own.html")
    assert network.generate_html() == "&lt;b&gt;"


def test_options_keep_their_spaces(network):
    own = CompanyNetwork()
    own.set_options('{"nodes": {"font": {"face": "Noto Sans JP"}}}')
    assert own.options["nodes"]["font"]["face"] == "Noto Sans JP"
    assert network.options["physics"] == {"enabled": False}


def test_dot_files_are_refused():
    with pytest.raises(KgError, match="DOT"):
        CompanyNetwork().from_DOT("graph.dot")


def test_a_notebook_gets_a_frame_that_keeps_to_itself_and_a_drawing(network):
    bundle = network._repr_mimebundle_()
    frame = bundle["text/html"]
    assert frame.startswith('<iframe sandbox="allow-scripts allow-downloads"')
    assert bundle["image/svg+xml"] == network.svg()
    assert bundle["text/plain"].startswith("<CompanyNetwork 'Carmakers")
    assert "<script" not in frame

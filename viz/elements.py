"""What vis-network is told of each node and link, as plain dictionaries.

Colours are those of the light theme; the page repaints by `look` and `relation`, so that one
file shows both. A name is also told as `lines` and `side`, because the page letters it itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from viz.faults import Line, Shape
from viz.scene import Link, Node
from viz.style import (
    box_lines,
    box_size,
    line_label,
    line_width,
    look,
    radius,
    relation,
    short,
    style,
    text_width,
)

Element = dict[str, Any]

_DEFAULT_SIZE = 25.0  # px, what vis-network takes when a node has no size


def options() -> Element:
    """Return the options of the picture: no physics, and colours that a click leaves alone."""
    font = style()["font"]
    return {
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False, "randomSeed": 7},
        "interaction": {"hover": True, "tooltipDelay": 250, "selectConnectedEdges": False},
        "nodes": {"font": {"face": font["family"], "size": font["name"]}, "chosen": False},
        "edges": {"font": {"face": font["family"], "size": font["value"]}, "smooth": False},
    }


def node_element(node: Node, most: float) -> Element:
    """Return a node as vis-network takes it; `most` is the largest sale of the picture."""
    kind = style()["kinds"].get(node.kind, style()["kinds"]["company"])
    element = {
        "id": node.id,
        "title": "\n".join(filter(None, (node.label, node.sales_text, node.status_label))),
        "shape": kind["shape"],
        "kind": node.kind,
        "look": look(node),
        "color": _paint(look(node)),
        "borderWidth": style()["circle"]["border"],
        "borderWidthSelected": 3,
    }
    if kind["shape"] == "box":
        return element | _box(node)
    label = short(node.label)
    return element | {"label": label, "lines": [label], "size": radius(node.sales, most)}


def _box(node: Node) -> Element:
    lines = box_lines(node.label)
    width, height = box_size(lines, node.status_label[:24])
    return {
        "label": "\n".join(lines),
        "lines": lines,
        "status": node.status_label[:24],
        "width": width,
        "height": height,
        "widthConstraint": width,
        "heightConstraint": {"minimum": height},
        "margin": {"top": 0, "right": 0, "bottom": 0, "left": 0},
        "shapeProperties": {
            "borderRadius": style()["box"]["radius"],
            "borderDashes": {"alliance": [6, 4], "tentative": [2, 4]}.get(look(node), False),
        },
    }


def _paint(name: str) -> Element:
    colours, mark = style()["themes"]["light"][name], style()["themes"]["light"]["mark"]
    same = {"background": colours["fill"], "border": colours["border"]}
    return same | {"highlight": same | {"border": mark}, "hover": same}


def link_elements(links: Sequence[Link]) -> list[Element]:
    """Return links as vis-network takes them; those between one pair bow apart.

    What is worked out stands in the place of what is stated, never beside it.
    """
    between = Counter(map(_pair, links))
    met: defaultdict[tuple[str, frozenset[str]], int] = defaultdict(int)
    elements = []
    for link in links:
        pair = _pair(link)
        bow = _bow(met[pair], link.start > link.end) if between[pair] > 1 else False
        met[pair] += 1
        elements.append(_link(link) | {"smooth": bow})
    return elements


def _pair(link: Link) -> tuple[str, frozenset[str]]:
    worked_out = link.kind if link.kind in ("integrated", "control") else ""
    return worked_out, frozenset((link.start, link.end))


def _bow(number: int, backwards: bool) -> Element:
    """Return a curve: to one side, to the other, then further out."""
    side = "curvedCW" if (number % 2 == 0) != backwards else "curvedCCW"
    return {
        "enabled": True,
        "type": side,
        "roundness": round(style()["line"]["curve"] * (1 + number // 2), 2),
    }


def _link(link: Link) -> Element:
    kind = relation(link)
    light = style()["themes"]["light"]
    drawn = style()["relations"][kind]
    arrow = {
        "enabled": drawn["arrow"] or link.kind == "stake",
        "scaleFactor": style()["line"]["arrow"],
    }
    return {
        "id": link.id,
        "from": link.start,
        "to": link.end,
        "label": line_label(link),
        "title": link.sentence,
        "relation": kind,
        "width": line_width(link),
        "dashes": drawn["dashes"],
        "arrows": {"to": arrow},
        "color": {"color": light[kind], "highlight": light[kind], "hover": light[kind]},
    }


def shapes(elements: Iterable[Element]) -> list[Shape]:
    """Return how much room each node takes, ours or one that was added through pyvis."""
    return [_shape(element) for element in elements]


def _shape(element: Element) -> Shape:
    if "width" in element:
        return Shape(id=element["id"], width=element["width"] / 2, height=element["height"] / 2)
    size = float(element.get("size", _DEFAULT_SIZE))
    name = text_width(short(str(element.get("label", ""))), style()["font"]["name"])
    return Shape(id=element["id"], width=size, height=size, name=name)


def lines(elements: Iterable[Element]) -> list[Line]:
    """Return the lines between the shapes, with the room that their values take."""
    size = style()["font"]["value"]
    return [
        Line(
            start=element["from"],
            end=element["to"],
            value=text_width(str(element.get("label") or ""), size),
        )
        for element in elements
    ]

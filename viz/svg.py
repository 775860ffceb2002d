"""The picture as SVG: selectable text, a title for every line and node, nothing that runs.

Built as an XML tree, so that no text of data can become markup.
"""

import re
from collections.abc import Mapping, Sequence
from math import hypot
from textwrap import wrap
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from viz.scene import Scene
from viz.style import style, text_width
from viz.words import unturned

_AROUND = 70.0  # px of page round the drawing
_HEAD, _FOOT = 46.0, 25.0
# What XML 1.0 cannot hold; a control character in a name is no letter of it.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Box = tuple[float, float, float, float]


def svg(
    scene: Scene, nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]],
    theme: str = "light",
) -> str:  # fmt: skip
    """Return a drawing of placed `nodes` and `edges` (viz.elements) in the colours of a theme."""
    colours = style()["themes"][theme]
    left, top, right, bottom = _bounds(nodes)
    told = wrap(_described(scene), max(40, int((right - left - 36) / 6.2)))
    width, height = right - left, bottom - top + _HEAD + _FOOT + 15 * len(told)
    root = Element(
        "svg", xmlns="http://www.w3.org/2000/svg", role="img",
        viewBox=f"{_n(left)} {_n(top - _HEAD)} {_n(width)} {_n(height)}",
        width=_n(width), height=_n(height),
    )  # fmt: skip
    root.set("font-family", style()["font"]["family"])
    _text_of(root, "title", scene.title or "Companies")
    _text_of(root, "desc", _described(scene))
    SubElement(root, "rect", x=_n(left), y=_n(top - _HEAD), width=_n(width), height=_n(height),
               fill=colours["page"])  # fmt: skip
    placed = {node["id"]: node for node in nodes}
    for edge in edges:
        _line(root, edge, placed, colours)
    for node in nodes:
        _node(root, node, colours)
    _written(root, left + 18, top - _HEAD + 26, scene.title or "Companies", 15, colours["ink"], 600)
    for number, line in enumerate(told):
        _written(root, left + 18, bottom + 22 + 15 * number, line, 11, colours["soft"])
    return tostring(root, encoding="unicode")


def _described(scene: Scene) -> str:
    """Return what the picture shows, on which day, under which licence and from which sources."""
    sources = sorted({one.source for one in scene.evidence.values()})
    told = [
        f"{len(scene.nodes)} nodes, {len(scene.links)} relations",
        f"as of {scene.as_of or 'any date'}",
        f"known by {scene.known_by or 'any date'}",
        scene.licence,
        f"sources: {'; '.join(sources)}" if sources else "",
    ]
    return " \u00b7 ".join(filter(None, told))


def _bounds(nodes: Sequence[Mapping[str, Any]]) -> Box:
    boxes = [_box(node) for node in nodes] or [(0.0, 0.0, 0.0, 0.0)]
    left, top = (min(box[side] for box in boxes) - _AROUND for side in (0, 1))
    right, bottom = (max(box[side] for box in boxes) + _AROUND for side in (2, 3))
    return left, top, max(right, left + 420), bottom


def _box(node: Mapping[str, Any]) -> Box:
    half_width, half_height = _half(node)
    return (
        node["x"] - half_width, node["y"] - half_height,
        node["x"] + half_width, node["y"] + half_height,
    )  # fmt: skip


def _half(node: Mapping[str, Any]) -> tuple[float, float]:
    if "width" in node:
        return node["width"] / 2, node["height"] / 2
    size = float(node.get("size", style()["circle"]["least"]))
    return size, size


def _line(
    root: Element, edge: Mapping[str, Any], placed: Mapping[str, Mapping[str, Any]],
    colours: Mapping[str, Any],
) -> None:  # fmt: skip
    start, end = placed[edge["from"]], placed[edge["to"]]
    colour = colours.get(edge.get("relation", ""), colours["soft"])
    (x1, y1), (x2, y2) = _clipped(end, start), _clipped(start, end)
    bend = _bend(edge, x1, y1, x2, y2)
    drawn = SubElement(
        root, "path", d=f"M{_n(x1)} {_n(y1)} Q{_n(bend[0])} {_n(bend[1])} {_n(x2)} {_n(y2)}",
        fill="none", stroke=colour,
    )  # fmt: skip
    drawn.set("stroke-width", _n(float(edge.get("width", 1.5))))
    if edge.get("dashes"):
        drawn.set("stroke-dasharray", " ".join(map(str, edge["dashes"])))
    _text_of(drawn, "title", edge.get("title", ""))
    if edge.get("arrows", {}).get("to", {}).get("enabled"):
        _head(root, bend, (x2, y2), float(edge.get("width", 1.5)), colour)
    if edge.get("label"):
        x, y = (x1 + 2 * bend[0] + x2) / 4, (y1 + 2 * bend[1] + y2) / 4
        _written(root, x, y + 4, edge["label"], 11, colour, 600, "middle", colours["page"])


def _bend(
    edge: Mapping[str, Any], x1: float, y1: float, x2: float, y2: float
) -> tuple[float, float]:
    """Return the control point of a line: its middle, or aside where two lines share their ends."""
    smooth = edge.get("smooth") or {}
    aside = smooth.get("roundness", 0.0) * (1 if smooth.get("type") == "curvedCW" else -1)
    return (x1 + x2) / 2 + (y2 - y1) * aside, (y1 + y2) / 2 - (x2 - x1) * aside


def _clipped(start: Mapping[str, Any], end: Mapping[str, Any]) -> tuple[float, float]:
    """Return where a line from `start` meets the edge of `end`."""
    across, down = start["x"] - end["x"], start["y"] - end["y"]
    length = hypot(across, down) or 1.0
    half_width, half_height = _half(end)
    if "width" in end:
        reach = min(
            half_width / (abs(across) / length or 1e-9), half_height / (abs(down) / length or 1e-9)
        )
    else:
        reach = half_width
    part = min((reach + 2) / length, 0.49)
    return end["x"] + across * part, end["y"] + down * part


def _head(
    root: Element, start: tuple[float, float], end: tuple[float, float], width: float, colour: str
) -> None:
    across, down = end[0] - start[0], end[1] - start[1]
    length = hypot(across, down) or 1.0
    across, down = across / length, down / length
    size = 6 + 1.6 * width
    x, y = end[0] - across * size, end[1] - down * size
    side = size * 0.45
    points = [
        end, (x - down * side, y + across * side), (x + down * side, y - across * side),
    ]  # fmt: skip
    told = " ".join(f"{_n(a)},{_n(b)}" for a, b in points)
    SubElement(root, "polygon", points=told, fill=colour)


def _node(root: Element, node: Mapping[str, Any], colours: Mapping[str, Any]) -> None:
    paint = colours.get(node.get("look", "company"), colours["company"])
    half_width, half_height = _half(node)
    group = SubElement(root, "g")
    _text_of(group, "title", str(node.get("title") or node.get("label") or node["id"]))
    if "width" in node:
        left, top, *_ = _box(node)
        body = SubElement(
            group, "rect", x=_n(left), y=_n(top), width=_n(2 * half_width),
            height=_n(2 * half_height), rx=_n(style()["box"]["radius"]),
        )  # fmt: skip
        dashes = node.get("shapeProperties", {}).get("borderDashes")
        if dashes:
            body.set("stroke-dasharray", " ".join(map(str, dashes)))
    else:
        body = SubElement(group, "circle", cx=_n(node["x"]), cy=_n(node["y"]), r=_n(half_width))
    body.set("fill", paint["fill"])
    body.set("stroke", paint["border"])
    body.set("stroke-width", _n(style()["circle"]["border"]))
    if "width" in node:
        _inside(group, node, paint.get("ink", colours["ink"]))
    else:
        _beside(group, node, half_width, colours)


def _inside(group: Element, node: Mapping[str, Any], ink: str) -> None:
    rows = [(line, 13, 600) for line in node.get("lines", ())]
    rows += [(node["status"], 11, 400)] if node.get("status") else []
    step = style()["box"]["lineHeight"]
    for number, (text, size, weight) in enumerate(rows):
        y = node["y"] + (number - (len(rows) - 1) / 2) * step + size * 0.35
        _written(group, node["x"], y, text, size, ink, weight, "middle")


def _beside(group: Element, node: Mapping[str, Any], size: float, colours: Any) -> None:
    label = str(node.get("label", ""))
    wide = text_width(label, 13) / 2
    across, down = {
        "above": (0.0, -size - 6), "right": (size + 5 + wide, 4.5), "left": (-size - 5 - wide, 4.5),
    }.get(node.get("side", "below"), (0.0, size + 16))  # fmt: skip
    _written(group, node["x"] + across, node["y"] + down, label, 13, colours["ink"], 500, "middle",
             colours["page"])  # fmt: skip


def _written(
    root: Element, x: float, y: float, text: str, size: int, ink: str, weight: int = 400,
    anchor: str = "start", halo: str = "",
) -> None:  # fmt: skip
    told = _text_of(root, "text", text)
    for name, value in (
        ("x", _n(x)), ("y", _n(y)), ("font-size", str(size)), ("font-weight", str(weight)),
        ("text-anchor", anchor), ("fill", ink),
    ):  # fmt: skip
        told.set(name, value)
    if halo:
        told.set("stroke", halo)
        told.set("stroke-width", str(style()["font"]["halo"]))
        told.set("paint-order", "stroke")
        told.set("stroke-linejoin", "round")


def _text_of(parent: Element, tag: str, text: str) -> Element:
    made = SubElement(parent, tag)
    made.text = _NO_XML.sub("\ufffd", unturned(text))
    return made


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")

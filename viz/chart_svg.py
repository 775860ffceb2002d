"""What matplotlib writes, made fit for a page: named, described, in the reader's own font.

Styles become attributes, so that the picture needs no style rule and can be sent under a policy
that allows none. Text stays text: it can be read aloud, searched and copied.
"""

import re
from xml.etree import ElementTree

from viz.style import style

_SVG = "http://www.w3.org/2000/svg"
_METADATA = f"{{{_SVG}}}metadata"
# What no XML may hold (XML 1.0, 2.2).
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Return a text on one line, without what no XML may hold."""
    return " ".join(_ILLEGAL.sub("", text).split())


def tidy(svg: bytes, *, title: str, description: str) -> str:
    """Return matplotlib's SVG with a title, a description and no style rules."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(svg)  # noqa: S314  # written by matplotlib a moment ago
    _without_rules(root)
    width, height = root.get("viewBox", "0 0 1 1").split()[2:]
    root.attrib.update(
        {
            "width": width,
            "height": height,
            "role": "img",
            "aria-labelledby": "chart-title chart-description",
            "font-family": style()["font"]["family"],
            "stroke-linejoin": "round",
        }
    )
    root.insert(0, _words("title", "chart-title", title))
    root.insert(1, _words("desc", "chart-description", description))
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _words(tag: str, name: str, text: str) -> ElementTree.Element:
    made = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": name})
    made.text = legal(text)
    return made


def _without_rules(root: ElementTree.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (_METADATA, f"{{{_SVG}}}style"):
                parent.remove(child)
    for element in root.iter():
        for rule in element.attrib.pop("style", "").split(";"):
            name, _, value = rule.partition(":")
            if value and name.strip() != "font-family":
                element.set(name.strip(), value.strip().removesuffix("px"))
        if element.get("transform", "").startswith("rotate(-0 "):
            del element.attrib["transform"]

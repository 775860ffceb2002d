"""How each thing looks and how much room it takes.

`style.json` is the one map of colours, dashes and sizes: Python reads it here, the page gets it
as data. Sizes are CSS pixels at zoom 1.
"""

import json
import re
import unicodedata
from functools import cache
from math import sqrt
from pathlib import Path
from typing import Any

from viz.scene import Link, Node

_NARROW = frozenset(" .,:;'|!iIjlftr()[]-")
_WIDE = frozenset("mwMW@%")


@cache
def style() -> dict[str, Any]:
    """Return the whole style map."""
    text = Path(__file__).with_name("style.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def relation(link: Link) -> str:
    """Return the line of the legend that `link` belongs to."""
    if link.kind in ("integrated", "control"):
        return link.kind
    if link.status == "ended":
        return "ended"
    certain = link.status in ("", "active", "confirmed")
    if link.kind == "stake":
        return "stake" if certain else "claimed"
    return "member" if certain else "unconfirmed"


def look(node: Node) -> str:
    """Return the entry of the theme that colours `node`."""
    if node.kind == "alliance":
        return "alliance" if node.status in ("", "active", "confirmed") else "tentative"
    if node.kind == "company" and node.sales is None:
        return "unknown"
    return node.kind if node.kind in style()["kinds"] else "company"


def line_width(link: Link) -> float:
    """Return the width of a line; an unknown share is thin, never zero.

    >>> line_width(Link(id="a", kind="stake", start="b", end="c", share=0.25))
    3.5
    """
    widths = style()["line"]
    if link.kind in ("integrated", "control"):
        return float(widths["computed"])
    if link.kind != "stake":
        return float(widths["lead"] if link.role == "lead" else widths["member"])
    if link.share is None:
        return float(widths["unknown"])
    return round(float(widths["base"] + widths["span"] * sqrt(min(max(link.share, 0), 1))), 2)


def line_label(link: Link) -> str:
    """Return what is written on a line: the share, "?" for an unknown one, or "lead"."""
    if link.kind in ("integrated", "control"):
        return link.label
    if link.kind != "stake":
        return "lead" if link.role == "lead" else ""
    label = short(link.label) or ("?" if link.share is None else f"{round(link.share * 100, 1):g}%")
    # Votes and capital are different facts; only votes are spelt out.
    label = f"{label} of votes" if link.right == "votes" and "vote" not in label else label
    return f"{label} (to {link.until[:4]})" if link.status == "ended" and link.until else label


def radius(sales: float | None, most: float) -> float:
    """Return the radius of a circle whose area is in proportion to `sales`.

    One too small to be hit, and one whose sales are unknown, has the least radius.

    >>> radius(25, 100), radius(1, 100), radius(None, 100)
    (17.0, 8.0, 8.0)
    """
    circle = style()["circle"]
    if sales is None or most <= 0:
        return float(circle["least"])
    return round(max(float(circle["least"]), float(circle["most"]) * sqrt(max(sales, 0) / most)), 2)


def short(label: str) -> str:
    """Return `label` cut to the length a picture can bear; the panel has it whole."""
    letters = style()["font"]["letters"]
    label = " ".join(label.split())
    return label if len(label) <= letters else label[: letters - 1].rstrip() + "…"


def box_lines(label: str) -> list[str]:
    """Return the lines of a name that is written inside its box, as even as they can be.

    >>> box_lines("Renault-Nissan-Mitsubishi Alliance")
    ['Renault-Nissan-', 'Mitsubishi Alliance']
    """
    box = style()["box"]
    lines = _wrapped(label, box["letters"])
    if len(lines) > box["lines"]:
        last = lines[box["lines"] - 1][: box["letters"] - 1].rstrip()
        return [*lines[: box["lines"] - 1], last + "…"]
    tightest = range(len(label) // max(len(lines), 1), box["letters"])
    even = (_wrapped(label, limit) for limit in tightest)
    return next((found for found in even if len(found) == len(lines)), lines)


def _wrapped(label: str, limit: int) -> list[str]:
    """Break `label` after spaces and dashes into lines of at most `limit` letters."""
    lines = [""]
    for part in re.findall(r"[^\s\u2013-]*[\u2013-]+|[^\s\u2013-]+|\s+", label):
        if len(lines[-1] + part.rstrip()) > limit and lines[-1].strip():
            lines.append("")
        lines[-1] += part if lines[-1] else part.lstrip()
    return [
        line if len(line) <= limit else line[: limit - 1] + "…"
        for line in (line.rstrip() for line in lines)
        if line
    ]


def box_size(lines: list[str], status: str) -> tuple[float, float]:
    """Return width and height of a box that holds `lines` and, under them, `status`."""
    box, font = style()["box"], style()["font"]
    widest = max([text_width(line, font["name"]) for line in lines], default=0.0)
    widest = max(widest, text_width(status, font["value"]))
    rows = len(lines) + bool(status)
    return round(widest + 2 * box["padX"]), rows * box["lineHeight"] + 2 * box["padY"]


def text_width(text: str, size: float) -> float:
    """Return about how wide `text` is in a system font, rather too wide than too narrow."""
    return sum(_advance(letter) for letter in text) * size


def _advance(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 0.92
    return 0.68 if letter.isupper() else 0.6

"""What all charts share: sizes in px at zoom 1, colours, axes without a frame, words on marks."""

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from viz.chart_svg import legal
from viz.charts import SHARE, Chart, Mark
from viz.style import style, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLE, TEXT, SMALL = 13.0, 12.0, 10.5  # letters
EDGE = 14  # room at the left and right
_LINE = 17  # from one line of text to the next


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of one drawing, and its width."""

    page: str
    ink: str
    soft: str
    mark: str
    width: int


def look(theme: str, width: int, *, stakes: bool) -> Look:
    """Return the look of a drawing; stakes have the colour that they have in the picture."""
    colours = style()["themes"][theme]
    mark = colours["stake"] if stakes else colours["company"]["border"]
    return Look(colours["page"], colours["ink"], colours["soft"], mark, width)


def blank(height: float, look: Look) -> "Figure":
    """Return an empty figure, one unit a pixel."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(look.width / 72, height / 72), dpi=72)
    FigureCanvasSVG(figure)
    return figure


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure with the chart's title above and its caption below; `top` is where it begins."""

    figure: "Figure"
    top: float


def sheet(chart: Chart, height: float, look: Look) -> Sheet:
    """Return a sheet with room of a height between title and caption."""
    room = look.width - 2 * EDGE
    title, caption = wrapped(chart.title, room, TITLE), wrapped(chart.caption, room, SMALL)
    above, below = _LINE * len(title) + 12, _LINE * len(caption) + 8
    whole = above + height + below
    figure = blank(whole, look)
    for place, line in enumerate(title):
        at = 1 - (_LINE * (place + 1)) / whole
        figure.text(EDGE / look.width, at, line, color=look.ink, fontsize=TITLE, weight="bold")
    for place, line in enumerate(caption):
        at = (below - _LINE * (place + 1)) / whole
        figure.text(EDGE / look.width, at, line, color=look.soft, fontsize=SMALL)
    return Sheet(figure, above)


def wrapped(text: str, room: float, size: float) -> list[str]:
    """Return a text in as many lines as its room needs, four at most."""
    lines = textwrap.wrap(legal(text), max(int(room / (0.62 * size)), 8), max_lines=4)
    return [cut(line, room, size) for line in lines]


def frameless(figure: "Figure", look: Look, top: float, height: float, left: float) -> "Axes":
    """Return axes that begin `top` under the upper edge."""
    whole = figure.get_figheight() * 72
    wide = 1 - (left + EDGE + 2) / look.width
    axes = figure.add_axes((left / look.width, 1 - (top + height) / whole, wide, height / whole))
    axes.set_facecolor("none")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(colors=look.soft, labelsize=SMALL, length=0, pad=4)
    return axes


def grid(axes: "Axes", unit: str, look: Look, along: Literal["x", "y"]) -> None:
    """Give an axis of numbers a few lines with what they stand for."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = axes.xaxis if along == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(4 if along == "x" else 3, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, unit)))
    axes.grid(axis=along, color=look.soft, alpha=0.3, linewidth=0.8)
    axes.set_axisbelow(True)


def tick(value: float, unit: str) -> str:
    """Return a number on an axis.

    >>> tick(2_500_000, "vehicles"), tick(0.34, "share")
    ('2.5 M', '34%')
    """
    if unit == SHARE:
        return f"{round(value * 100, 6):g}%"
    if value >= 1_000_000:
        return f"{value / 1_000_000:g} M"
    return f"{value / 1_000:g} k" if value >= 1_000 else f"{value:g}"


def striped(look: Look) -> dict[str, Any]:
    """Return how an area is filled that is not said as a fact."""
    return {"facecolor": look.page, "edgecolor": look.mark, "hatch": "////", "linewidth": 1.2}


def most(mark: Mark) -> float:
    """Return how far a mark reaches."""
    return max((one for one in (mark.value, mark.low, mark.high) if one is not None), default=0.0)


def words(mark: Mark) -> str:
    """Return what is written beside a mark."""
    return legal(f"{mark.text} ({mark.said})" if mark.said else mark.text)


def cut(text: str, room: float, size: float) -> str:
    """Return a text as short as its room; the table has it whole."""
    text = legal(text)
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"

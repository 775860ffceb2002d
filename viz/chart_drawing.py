"""Charts drawn with matplotlib: its figures without its global state, and SVG out of them.

The same chart gives the same bytes. What is said as a fact is filled, what is not is striped or
hollow; a range is a bar or line with caps; what is unknown is a word, never a bar of no length.
"""

import io
import threading
import warnings
from typing import TYPE_CHECKING, Any

from viz.chart_frame import (
    EDGE,
    SMALL,
    TEXT,
    Look,
    cut,
    frameless,
    grid,
    look,
    most,
    sheet,
    striped,
    words,
)
from viz.chart_panels import panels
from viz.chart_svg import tidy
from viz.charts import BARS, STAKE_CHARTS, Chart, Mark
from viz.style import text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZES = {"wide": 680, "narrow": 340}  # width, px at zoom 1
MOST_ROWS = 24  # the table has the rest

_ROW, _FOOT = 38, 30  # heights, px
# matplotlib's settings are global: they are set for one drawing at a time, and put back.
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "keiretsu",
    "text.parse_math": False,
    "text.usetex": False,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: it only measures
    "hatch.linewidth": 1.6,
    "path.sketch": None,
}
_one_at_a_time = threading.Lock()


def draw_chart(chart: Chart, theme: str = "light", size: str = "wide") -> str:
    """Return a chart as SVG. `theme` is light or dark, `size` one of SIZES.

    Raises ImportError without matplotlib (extra `keiretsu[viz]`).
    """
    import matplotlib

    shown = look(theme, SIZES[size], stakes=chart.name in STAKE_CHARTS)
    with _one_at_a_time, matplotlib.rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that its own font lacks a letter; the reader's has it
        figure = _bars(chart, shown) if chart.kind == BARS else panels(chart, shown)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None}, facecolor=shown.page)
    return tidy(drawn.getvalue(), title=chart.title, description=f"{chart.words} {chart.caption}")


def _bars(chart: Chart, look: Look) -> "Figure":
    rows = [
        (one.label if place == 0 else "", mark)
        for one in chart.series
        for place, mark in enumerate(one.marks)
    ][:MOST_ROWS]
    height = _ROW * len(rows)
    page = sheet(chart, height + _FOOT, look)
    axes = frameless(page.figure, look, page.top, height, EDGE)
    room = look.width - 2 * EDGE - 14
    # A stake is a part of a whole, and looks it; else each bar has room for its words.
    whole = 1.04 if chart.name in STAKE_CHARTS else 0.0
    reach = max(whole, *(_reach(mark, room) for _, mark in rows)) or 1
    axes.set_xlim(0, reach)
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([])
    grid(axes, chart.unit, look, "x")
    for place, (label, mark) in enumerate(rows):
        shown = cut(label, room, TEXT)
        axes.text(0, place + 0.42, shown, color=look.ink, fontsize=TEXT, va="bottom")
        _bar(axes, place + 0.68, mark, look)
    return page.figure


def _reach(mark: Mark, room: float) -> float:
    """Return how far the axis has to go for a bar and the words beside it."""
    return most(mark) / max(1 - (text_width(words(mark), SMALL) + 16) / room, 0.3)


def _bar(axes: "Axes", at: float, mark: Mark, look: Look) -> None:
    end = mark.value if mark.value is not None else mark.low
    if end is not None:
        axes.barh(at, end, height=0.36, **({"color": look.mark} if mark.firm else striped(look)))
    if mark.value is None and mark.high is not None:
        axes.plot([mark.low or 0, mark.high], [at, at], color=look.mark, linewidth=1.6)
        axes.plot([mark.high], [at], color=look.mark, marker="|", markersize=11)
    elif mark.value is None and mark.low is not None:
        axes.plot([mark.low], [at], color=look.mark, marker=">", markersize=9, clip_on=False)
    axes.annotate(
        words(mark),
        (most(mark), at),
        xytext=(8 if mark.known else 0, 0),
        textcoords="offset points",
        color=look.ink if mark.known else look.soft,
        fontsize=SMALL,
        va="center",
    )

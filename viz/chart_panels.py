"""Charts along time: a panel for each series, so that lines never cross and scales never hide one.

A figure is drawn as long as its period, a stake from the day it began to the day it changed.
"""

from datetime import date
from typing import TYPE_CHECKING

from viz.chart_frame import (
    EDGE,
    SMALL,
    TEXT,
    Look,
    cut,
    frameless,
    grid,
    most,
    sheet,
    striped,
    words,
)
from viz.charts import STEPS, Chart, Mark, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 8  # the table has the rest

_PANEL, _HEAD, _FOOT = 136, 16, 26  # heights, px
_SIDE = 48  # px left of a panel, for its scale
_FEW = 6  # figures in a panel that are all written out
_EPOCH = date(1970, 1, 1)  # matplotlib counts days from here
_DASHED = (0, (2.5, 1.5))


def panels(chart: Chart, look: Look) -> "Figure":
    """Return the panels of a chart, one below the other, on one time."""
    shown = chart.series[:MOST_PANELS]
    begin, end = _span(shown)
    page = sheet(chart, _PANEL * len(shown), look)
    figure, whole = page.figure, page.figure.get_figheight() * 72
    for place, one in enumerate(shown):
        top = page.top + _PANEL * place + _HEAD
        label = cut(one.label, look.width - 2 * EDGE, TEXT)
        figure.text(EDGE / look.width, 1 - top / whole, label, color=look.ink, fontsize=TEXT)
        axes = frameless(figure, look, top + 8, _PANEL - _HEAD - _FOOT - 10, _SIDE)
        axes.set_xlim(begin, end)
        axes.set_ylim(0, (max((most(mark) for mark in one.marks), default=0) or 1) * 1.4)
        grid(axes, chart.unit, look, "y")
        _time(axes)
        if chart.kind == STEPS:
            _steps(axes, one, look, end)
        else:
            _periods(axes, one, look)
    return figure


def _periods(axes: "Axes", series: Series, look: Look) -> None:
    """Draw each figure as long as its period; join facts of one series that nobody disputes."""
    dated = [mark for mark in series.marks if mark.first and mark.last]
    facts = [(_middle(mark), mark.value) for mark in dated if mark.firm and mark.value is not None]
    if len({day for day, _ in facts}) == len(facts):
        axes.plot([day for day, _ in facts], [value for _, value in facts], color=look.mark, lw=1)
    at: dict[float, list[Mark]] = {}
    for mark in dated:
        _figure(axes, mark, look)
        at.setdefault(_middle(mark), []).append(mark)
    for place, (middle, marks) in enumerate(at.items()):
        if len(at) <= _FEW or place in (0, len(at) - 1):
            _write(axes, middle, marks, look)


def _figure(axes: "Axes", mark: Mark, look: Look) -> None:
    middle, value = _middle(mark), mark.value
    if value is None:
        _range(axes, mark, look)
        return
    line = "-" if mark.firm else _DASHED
    ends = [_day(mark.first), _day(mark.last)]
    axes.plot(ends, [value, value], color=look.mark, lw=2.6, ls=line)
    axes.plot(
        [middle],
        [value],
        marker="o" if mark.firm else "D",
        markersize=7,
        markerfacecolor=look.mark if mark.firm else look.page,
        markeredgecolor=look.mark,
        markeredgewidth=1.6,
    )


def _range(axes: "Axes", mark: Mark, look: Look) -> None:
    """Draw bounds as an upright line: capped at each bound, an arrow where one is open."""
    middle, low, high = _middle(mark), mark.low or 0, mark.high
    top = high if high is not None else low * 1.06
    axes.plot([middle, middle], [low, top], color=look.mark, lw=1.8, ls="-" if mark.firm else ":")
    if mark.low is not None:
        axes.plot([middle], [low], color=look.mark, marker="_", markersize=11)
    end = "_" if high is not None else "^"
    axes.plot([middle], [top], color=look.mark, marker=end, markersize=9)


def _steps(axes: "Axes", series: Series, look: Look, end: float) -> None:
    for mark in series.marks:
        begun, last = _day(mark.first), _day(mark.last) if mark.last else end
        if mark.value is not None:
            line = "-" if mark.firm else _DASHED
            axes.plot([begun, last], [mark.value] * 2, color=look.mark, lw=2.6, ls=line)
        elif mark.known:
            high = mark.high if mark.high is not None else 1.0
            axes.fill_between([begun, last], mark.low or 0, high, **striped(look))
        if mark.last is None and mark.value is not None:
            axes.plot([end], [mark.value], marker=">", color=look.mark, ms=8, clip_on=False)
        _write(axes, (begun + last) / 2, [mark], look)


def _write(axes: "Axes", at: float, marks: list[Mark], look: Look) -> None:
    """Write the figures of one time above the highest of their marks, within the panel."""
    begin, end = axes.get_xlim()
    place = (at - begin) / (end - begin)
    open_above = any(mark.value is None and mark.high is None for mark in marks)
    axes.annotate(
        cut("; ".join(map(words, marks)), (axes.bbox.width - EDGE) * 0.8, SMALL),
        (at, max(map(most, marks))),
        xytext=(0, 16 if open_above else 8),
        textcoords="offset points",
        ha="left" if place < 0.15 else "right" if place > 0.85 else "center",
        color=look.ink,
        fontsize=SMALL,
    )


def _time(axes: "Axes") -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=2, maxticks=6)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    written = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(written)


def _span(series: tuple[Series, ...]) -> tuple[float, float]:
    """Return the first and last day of a time axis, with a little room."""
    marks = [mark for one in series for mark in one.marks]
    days = [_day(day) for mark in marks for day in (mark.first, mark.last) if day]
    begin, end = min(days), max(days)
    room = max((end - begin) / 14, 40)
    return begin - room / 3, end + room


def _middle(mark: Mark) -> float:
    return (_day(mark.first) + _day(mark.last)) / 2


def _day(day: date | None) -> float:
    return float((day - _EPOCH).days) if day else 0.0

"""What a chart shows, before anyone decides how it looks: figures of answers, with their claims.

    answers -> viz.chart_figures -> Chart -> viz.chart_drawing (SVG), and the table beside it

A chart is `bars` (one row a figure), `periods` (a panel a series, along time) or `steps` (a panel
a stake, along time). Figures are comparable in one series only: same market, vehicles and length
of period. What is unknown is said in words and drawn as nothing, never as 0.
"""

from dataclasses import dataclass
from datetime import date

VEHICLES, SHARE = "vehicles", "share"
BARS, PERIODS, STEPS = "bars", "periods", "steps"
STAKE_CHARTS = ("owners", "holdings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One figure. `value`, `low` and `high` are in the unit of the chart; all None is unknown."""

    text: str  # "3.44 million", "more than 8 million", "not stated"
    period: str = ""  # in words
    first: date | None = None
    last: date | None = None  # None for a stake: it still holds
    value: float | None = None
    low: float | None = None
    high: float | None = None
    firm: bool = True  # said as a fact; else drawn unlike one
    said: str = ""  # "reported", where it is not firm
    claims: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Say whether there is any number."""
        return any(one is not None for one in (self.value, self.low, self.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What may be compared: a row of a bar chart, or a panel."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart and what stands under it."""

    name: str  # in its address: "sales"
    title: str  # "Vehicles sold by Nissan Motor"
    kind: str
    unit: str
    series: tuple[Series, ...]
    sources: int  # documents

    @property
    def figures(self) -> int:
        """Return how many figures it has, unknown ones too."""
        return sum(len(one.marks) for one in self.series)

    @property
    def caption(self) -> str:
        """Return unit, number of figures and sources, and what is drawn how."""
        whole = "shares" if self.name in STAKE_CHARTS else "market"
        unit = "Vehicles" if self.unit == VEHICLES else f"Per cent of the {whole}"
        counted = f"{_many(self.figures, 'figure')} from {_many(self.sources, 'source')}"
        unsure = any(not mark.firm for one in self.series for mark in one.marks)
        return f"{unit}. {counted}." + (" Striped or hollow: not said as a fact." if unsure else "")

    @property
    def words(self) -> str:
        """Return the chart in words, for those who do not see it."""
        told = [
            f"{one.label}{f', {mark.period}' if mark.period not in one.label else ''}: "
            f"{mark.text}{f' ({mark.said})' if mark.said else ''}"
            for one in self.series
            for mark in one.marks
        ]
        more = f"; and {len(told) - 12} more" if len(told) > 12 else ""
        return f"{self.title}: {'; '.join(told[:12])}{more}."


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"

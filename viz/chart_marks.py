"""From rows of answers to the marks of a chart: one figure each, with its bounds and its claims."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from kg import names
from kg.claims import period_days
from kg.errors import ClaimError
from kg.questions.answer import Answer, AnswerRow
from viz.charts import VEHICLES, Chart, Mark, Series
from viz.relations import iri_in, label_in
from viz.sections import figure, is_firm
from viz.words import per_cent


def chart_of(
    name: str, title: str, kind: str, unit: str, series: Sequence[Series], answers: Iterable[Answer]
) -> Chart:
    """Return a chart that counts the documents which its figures come from."""
    claims = {key: one for answer in answers for key, one in answer.claims.items()}
    shown = {claim for one in series for mark in one.marks for claim in mark.claims}
    documents = {claims[one].source.id for one in shown if one in claims}
    return Chart(
        name=name, title=title, kind=kind, unit=unit, series=tuple(series), sources=len(documents)
    )


def marks_of(rows: Iterable[AnswerRow], unit: str) -> tuple[Mark, ...]:
    """Return the figures of rows in the order of their periods."""
    marks = [_mark(row, unit) for row in rows]
    return tuple(sorted(marks, key=lambda one: (one.first or date.min, one.value or 0)))


def _mark(row: AnswerRow, unit: str) -> Mark:
    first, last = _days(row)
    firm, share = is_firm(row), row.values.get("share")
    part = per_cent(share if isinstance(share, Decimal) else None)
    return Mark(
        text=figure(row) if unit == VEHICLES else part,
        period=label_in(row, "period"),
        first=first,
        last=last,
        value=number(row.values.get("value" if unit == VEHICLES else "share")),
        low=number(row.values.get("low")),
        high=number(row.values.get("high")),
        firm=firm,
        said="" if firm else label_in(row, "modality"),
        claims=row.claims,
    )


def is_known(row: AnswerRow, unit: str) -> bool:
    """Say whether a row has a number at all; a trend in words cannot be drawn."""
    columns = ("value", "low", "high") if unit == VEHICLES else ("share",)
    return any(row.values.get(one) is not None for one in columns)


def months(row: AnswerRow) -> int:
    """Return how long the period of a figure is, 0 where none is stated."""
    first, last = _days(row)
    return round((last - first).days / 30.4) if first and last else 0


def _days(row: AnswerRow) -> tuple[date | None, date | None]:
    try:
        return period_days(names.Iri(iri_in(row, "period")))
    except ClaimError:
        return None, None


def counted(row: AnswerRow) -> str:
    """Return what a figure counts: "World, all powertrains"."""
    return ", ".join(filter(None, [label_in(row, "market"), label_in(row, "powertrain")]))


def dated(row: AnswerRow) -> str:
    """Return what a figure counts and when: "World, all powertrains, 2023"."""
    return ", ".join(filter(None, [counted(row), label_in(row, "period")]))


def number(value: object) -> float | None:
    """Return a decimal of an answer as a float, for drawing alone."""
    return float(value) if isinstance(value, Decimal) else None

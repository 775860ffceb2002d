"""Dates of rows against the period a sentence names: which rows it means, in which readings.

"2023" asked of a company whose year ends in March may be the calendar year or the fiscal one:
both are readings, and neither is chosen silently.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kg import names
from kg.questions.answer import AnswerRow, Named, Value
from kg.questions.reading.periods import When, part_of, spans

_EDTF_COLUMNS = ("at", "due", "effective")


@dataclass(frozen=True, slots=True)
class Dated:
    """The rows of one reading of a period."""

    label: str
    rows: tuple[AnswerRow, ...]


def span_of(row: AnswerRow) -> tuple[date, date] | None:
    """Return the first and last day of a row's period, where it states one."""
    period = (
        row.values.get("period")
        or row.values.get("subject_period")
        or row.values.get("other_period")
    )
    return spans(names.local_name(period.id)) if isinstance(period, Named) else None


def dated(rows: Sequence[AnswerRow], when: When) -> list[Dated]:
    """Return the readings of a period with the rows of each; none where no row can be meant."""
    if rows and not {"period", "subject_period"} & set(rows[0].values):
        return [Dated(when.text, tuple(row for row in rows if _edtf(row, when)))]
    if when.kind == "exact":
        return _exact(rows, when)
    if when.kind == "fiscal":
        return _fiscal(rows, when)
    return [Dated(when.text, tuple(row for row in rows if _within(span_of(row), when)))]


def _exact(rows: Sequence[AnswerRow], when: When) -> list[Dated]:
    direct = tuple(row for row in rows if span_of(row) == (when.first, when.last))
    fiscal = tuple(row for row in rows if not when.year and _begins_in(span_of(row), when))
    last = (span_of(fiscal[0]) or (None, None))[1] if fiscal else None
    if when.first is None or last is None or any(_whole(row) for row in direct):
        return [Dated(when.text, direct)]
    calendar = Dated(f"the calendar year {when.first.year}", direct)
    return [calendar, Dated(_year_to(last), fiscal)]


def _year_to(last: date) -> str:
    """Return a fiscal year by its end, in words that a sentence may hold too."""
    return f"the fiscal year ending {last:%B %Y}"


def _whole(row: AnswerRow) -> bool:
    """Say whether a figure is of all vehicles, or of what has no kinds."""
    powertrain = row.values.get("powertrain")
    return not isinstance(powertrain, Named) or names.local_name(powertrain.id) == "all"


def _begins_in(span: tuple[date, date] | None, when: When) -> bool:
    """Say whether a span is a fiscal year that begins within a calendar year that is asked for."""
    calendar = when.first and when.last and (when.last - when.first).days >= 364
    return bool(
        calendar and span and _is_fiscal(span) and when.first and span[0].year == when.first.year
    )


def _is_fiscal(span: tuple[date, date]) -> bool:
    return 363 <= (span[1] - span[0]).days <= 366 and (span[0].month, span[0].day) != (1, 1)


def _fiscal(rows: Sequence[AnswerRow], when: When) -> list[Dated]:
    """Return the readings of a fiscal year named by a number: by its begin, else by its end too.

    Which year is fiscal is told by the company's own figures.
    """
    years = sorted({span for row in rows if (span := span_of(row)) and _is_fiscal(span)})
    starts = sorted({(span[0].month, span[0].day) for span in years})
    if not starts and when.part not in (None, (0, 1)):
        starts = [(4, 1)]  # of a quarter alone: as those of a quarter without a year are read
    found = []
    for month, day in starts:
        begun = date(when.year, month, day)
        ended = date(when.year - 1, month, day)
        readings = [begun] if when.part == (0, 1) else [begun, ended]
        for begin in readings:
            number, of = (1, 1) if when.part in (None, (0, 1)) else when.part or (1, 1)
            span = part_of(begin, number, of)
            found.append(
                Dated(
                    _year_to(part_of(begin, 1, 1)[1]),
                    tuple(row for row in rows if span_of(row) == span),
                )
            )
            if found[-1].rows and begin == begun:
                return found  # named by the year it begins in, as a period of a question is
    return found


def _within(span: tuple[date, date] | None, when: When) -> bool:
    if span is None:
        return False
    first, last = span
    if when.kind == "between":
        return (when.first is None or first >= when.first) and (
            when.last is None or last <= when.last
        )
    if when.kind == "by":
        return when.last is not None and last <= when.last
    if when.kind == "year-to":
        return last.month == when.month and (last - first).days >= 363
    if when.kind == "month":
        return first.month == last.month == when.month
    if when.kind == "quarter" and when.part is not None:
        number, of = when.part
        begins = {part_of(date(2000, month, 1), number, of)[0].month for month in (1, 4)}
        return first.month in begins and (last - first).days < 370 / of
    return False


def _edtf(row: AnswerRow, when: When) -> bool:
    """Say whether an EDTF date of a row (ISO 8601-2, unspecified digits as X) may be meant."""
    texts = [row.values.get(name) for name in _EDTF_COLUMNS if name in row.values]
    return any(isinstance(text, str) and _edtf_fits(text, when) for text in texts)


def _edtf_fits(text: str, when: When) -> bool:
    if when.kind == "month":
        return bool(re.match(rf"[\dX]{{4}}-{when.month:02}", text))
    if when.first is None or when.last is None:
        return False
    pattern = text.replace("X", ".").rstrip("?~%")
    if when.first == when.last:
        return bool(re.match(pattern, when.first.isoformat()))
    if when.kind == "between":
        return when.first.isoformat()[:4] <= text[:4] <= when.last.isoformat()[:4]
    whole_year = when.first.month == 1 and when.last.month == 12
    wanted = when.first.isoformat()[:4] if whole_year else when.first.isoformat()[:7]
    return bool(re.match(pattern[: len(wanted)], wanted)) and len(text) >= len(wanted)


def _label(row: AnswerRow) -> str:
    period: Value = row.values.get("period")
    return period.label if isinstance(period, Named) else ""


def periods_known(rows: Sequence[AnswerRow]) -> list[str]:
    """Return the periods that rows have, each once."""
    return list(dict.fromkeys(label for row in rows if (label := _label(row))))

"""Figures: compared, subtracted, divided, added up and ranked, with the arithmetic in words.

Only what is about the same market, kind of vehicle and period is compared; where a source states
no period, the reply says so.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg import names
from kg.questions.answer import AnswerRow, Named, Value
from kg.questions.reading.asked import Asked
from kg.questions.reading.dates import span_of
from kg.questions.reply import Calculation

Key = tuple[str, str, str]  # market, kind of vehicle, period


@dataclass(frozen=True, slots=True)
class Figure:
    """One subject's figure, with the row it is from."""

    subject: str
    label: str
    value: Decimal
    row: AnswerRow


def key_of(row: AnswerRow) -> Key:
    """Return what a figure is about besides its subject."""
    market, powertrain, period = (
        _id(row.values.get(n)) for n in ("market", "powertrain", "period")
    )
    return market, powertrain, period


def _id(value: Value) -> str:
    return value.id if isinstance(value, Named) else ""


def figures(asked: Asked) -> dict[Key, list[Figure]]:
    """Return the exact figures of the rows, by what they are about."""
    column = asked.read.frame.wording.column
    subject = next(one.name for one in asked.question.columns if one.kind == "iri")
    found: dict[Key, list[Figure]] = defaultdict(list)
    for row in asked.rows:
        value, who = row.values.get(column), row.values.get(subject)
        if isinstance(value, Decimal) and isinstance(who, Named):
            found[key_of(row)].append(Figure(who.id, who.label, value, row))
    return found


def is_whole(key: Key) -> bool:
    """Say whether a figure is of all vehicles."""
    return key[1] == "" or names.local_name(key[1]) == "all"


def breadth(key: Key) -> tuple[bool, bool, Key]:
    """Return an order: all vehicles before some of them, the world before a market."""
    return not is_whole(key), names.local_name(key[0] or "") != "world", key


def paired(asked: Asked, wanted: Sequence[str]) -> tuple[list[Figure], str]:
    """Return one figure for each of several subjects, about the same where that can be.

    The text says what does not match; no figures, what is missing.
    """
    if asked.question.name == "sales-compared":
        return _of_a_pair(asked)
    found = figures(asked)
    for one in sorted(found, key=breadth):
        chosen = _each(found[one], wanted)
        if chosen:
            return chosen, ""
    alike: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for key, several in found.items():
        alike[key[:2]] += several
    for one_place, several in sorted(alike.items(), key=lambda pair: not is_whole((*pair[0], ""))):
        chosen = _each(several, wanted)
        unstated = [figure.label for figure in chosen if not key_of(figure.row)[2]]
        if chosen and unstated:
            return chosen, f"the period is not stated for {', '.join(unstated)}: it may not match"
        if chosen:
            return [], "there are no figures for the same period"
        del one_place
    return [], "there is not a figure for each of them about the same market and vehicles"


def _of_a_pair(asked: Asked) -> tuple[list[Figure], str]:
    """Return both figures of a row that compares two: of all vehicles where there is one."""
    rows = [row for row in asked.rows if isinstance(row.values["value"], Decimal)]
    rows.sort(key=lambda row: breadth(key_of(row)))
    broad = [row for row in rows if breadth(key_of(row))[:2] == breadth(key_of(rows[0]))[:2]]
    same = [row for row in broad if row.values.get("same_period")] or broad
    if len(same) != 1:
        return (
            [],
            "there is no figure for both of the same"
            if not rows
            else "there are several figures: say which",
        )
    values = same[0].values
    found = []
    for who, what in (("subject", "value"), ("other", "other_value")):
        one, value = values[who], values[what]
        if isinstance(one, Named) and isinstance(value, Decimal):
            found.append(Figure(one.id, one.label, value, same[0]))
    note = (
        "" if values.get("same_period") else "a period is not stated: they may not be for the same"
    )
    return found, note


def _each(several: Sequence[Figure], wanted: Sequence[str]) -> list[Figure]:
    by_subject: dict[str, list[Figure]] = defaultdict(list)
    for figure in several:
        by_subject[figure.subject].append(figure)
    if any(len({f.value for f in by_subject.get(one, ())}) != 1 for one in wanted):
        return []
    return [by_subject[one][0] for one in wanted]


def shown(value: Decimal, unit: str) -> str:
    """Return a figure for people: fractions as per cent, vehicles with separators."""
    if unit == "fraction":
        return f"{_short(value * 100)}%"
    return f"{value:,f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value):,}"


def _short(value: Decimal) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def difference(chosen: Sequence[Figure], unit: str) -> Calculation:
    """Return how much the first is above the second; negative when it is below."""
    one, other = chosen
    value = one.value - other.value
    result = (
        f"{_short(value * 100)} percentage points" if unit == "fraction" else shown(value, unit)
    )
    parts = [f"{each.label} {shown(each.value, unit)}" for each in chosen]
    text = f"{' - '.join(parts)} = {result}"
    return Calculation("difference", value, _point(unit), text)


def _point(unit: str) -> str:
    return "percentage points, as a fraction" if unit == "fraction" else unit


def ratio(chosen: Sequence[Figure], unit: str) -> Calculation | None:
    """Return how many times the second the first is, to two digits; None for a zero."""
    one, other = chosen
    if not other.value:
        return None
    value = (one.value / other.value).quantize(Decimal("0.01"))
    text = (
        f"{one.label} {shown(one.value, unit)} / {other.label} {shown(other.value, unit)} = {value}"
    )
    return Calculation("ratio", value, "times", text)


def total(chosen: Sequence[Figure], unit: str) -> Calculation:
    """Return the sum."""
    value = sum((one.value for one in chosen), Decimal(0))
    parts = " + ".join(f"{one.label} {shown(one.value, unit)}" for one in chosen)
    return Calculation("sum", value, unit, f"{parts} = {shown(value, unit)}")


def ranking(asked: Asked, *, companies: bool = True) -> list[list[Figure]]:
    """Return groups of comparable figures, the best first, each from the largest down.

    Of several groups those of all vehicles come first, then the world, then the latest period.
    """
    kind = "/company/"
    groups = []
    for key, several in figures(asked).items():
        chosen = [one for one in several if not companies or kind in one.subject]
        if chosen:
            groups.append((key, sorted(chosen, key=lambda one: -one.value)))
    groups.sort(key=lambda pair: pair[0][2], reverse=True)
    groups.sort(
        key=lambda pair: (
            not is_whole(pair[0]),
            names.local_name(pair[0][0] or "") != "world",
            len(pair[1]) < 2,
            not pair[0][2],
        )
    )
    return [one for _, one in groups]


def change(asked: Asked, unit: str) -> tuple[list[Figure], Calculation | None]:
    """Return the figures in the order of time, and the last against the first."""
    alike: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for key, several in figures(asked).items():
        alike[key[:2]] += several
    broadest = min(alike, key=lambda key: breadth((*key, "")), default=("", ""))
    found = alike[broadest]
    timed = sorted(
        (one for one in found if span_of(one.row)), key=lambda one: span_of(one.row) or ()
    )
    if len(timed) < 2 or len({one.subject for one in timed}) > 1:
        return timed, None
    first, last = timed[0], timed[-1]
    value = last.value - first.value
    result = (
        f"{_short(value * 100)} percentage points" if unit == "fraction" else shown(value, unit)
    )
    text = (
        f"{shown(last.value, unit)} ({_period(last)})"
        f" - {shown(first.value, unit)} ({_period(first)}) = {result}"
    )
    return timed, Calculation("change", value, _point(unit), text)


def _period(figure: Figure) -> str:
    period = figure.row.values.get("period")
    return period.label if isinstance(period, Named) else "no period stated"

"""Charts of a company or alliance: which figures of its answers belong into which chart.

Profile -> sales, market-share, owners, holdings         of a company
        -> sales, members, member-shares                 of an alliance
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from kg import names
from kg.claims import period_days
from kg.companies import Profile, ask_about
from kg.errors import ClaimError
from kg.questions.answer import Answer, AnswerRow, Named
from kg.store.base import Graph
from viz.charts import BARS, PERIODS, SHARE, STAKE_CHARTS, STEPS, VEHICLES, Chart, Mark, Series
from viz.sections import NOT_STATED, figure, is_firm
from viz.stake_history import STAKES_IN, STAKES_OF, Step, stake_steps
from viz.words import per_cent

Clocks = Mapping[str, str]

NAMES = {
    "company": ("sales", "market-share", "owners", "holdings"),
    "alliance": ("sales", "members", "member-shares"),
}


def company_charts(graph: Graph, found: Profile, clocks: Clocks) -> dict[str, Chart]:
    """Return the charts of a company by name: those for which there are figures."""
    name = found.about.label
    made = [
        _over_time("sales", f"Vehicles sold by {name}", VEHICLES, found.answers.get("sales-of")),
        _over_time(
            "market-share", f"Market share of {name}", SHARE, found.answers.get("market-share-of")
        ),
        _stakes(graph, found, "owners", f"Stakes in {name}", STAKES_IN, clocks),
        _stakes(graph, found, "holdings", f"Stakes held by {name}", STAKES_OF, clocks),
    ]
    return {one.name: one for one in made if one is not None and _worth_a_look(one)}


def alliance_charts(graph: Graph, found: Profile, clocks: Clocks) -> dict[str, Chart]:
    """Return the charts of an alliance by name: its own figures, and those of each member."""
    name = found.about.label
    made = [
        _over_time(
            "sales", f"Vehicles sold by the {name}", VEHICLES, found.answers.get("sales-of")
        ),
        _per_member(graph, found, "members", "sales-of", clocks),
        _per_member(graph, found, "member-shares", "market-share-of", clocks),
    ]
    return {one.name: one for one in made if one is not None and _worth_a_look(one)}


def _worth_a_look(chart: Chart) -> bool:
    """Say whether a chart tells more than its one figure does: a stake is seen against a whole."""
    known = sum(mark.known for one in chart.series for mark in one.marks)
    return known > 1 or chart.name in STAKE_CHARTS


def _over_time(name: str, title: str, unit: str, answer: Answer | None) -> Chart | None:
    """Return figures along time where a series has several periods, else as bars."""
    rows = [row for row in answer.rows if _known(row, unit)] if answer else []
    if answer is None or not rows:
        return None
    groups: dict[tuple[str, str, int], list[AnswerRow]] = {}
    for row in rows:
        groups.setdefault((_id(row, "market"), _id(row, "powertrain"), _months(row)), []).append(
            row
        )
    several = [one for one in groups.values() if len({_id(row, "period") for row in one}) > 1]
    if several:
        dated = [one for key, one in groups.items() if key[2]]
        dated.sort(key=lambda one: (-len(one), _what(one[0])))
        series = [Series(label=_what(one[0]), marks=_marks(one, unit)) for one in dated]
    else:
        series = [
            Series(
                label=", ".join(filter(None, [_what(row), _label(row, "period")])),
                marks=_marks([row], unit),
            )
            for row in rows
        ]
    return _chart(name, title, PERIODS if several else BARS, unit, series, [answer])


def _per_member(
    graph: Graph, found: Profile, name: str, question: str, clocks: Clocks
) -> Chart | None:
    """Return the figures of each member for the market, vehicles and period most of them have."""
    unit = VEHICLES if question == "sales-of" else SHARE
    members = _members(found)
    answers = {one: ask_about(graph, question, {"subject": one.id}, clocks) for one in members}
    groups: dict[tuple[str, str, str], dict[str, list[AnswerRow]]] = {}
    for member, answer in answers.items():
        for row in answer.rows:
            if _known(row, unit):
                key = (_id(row, "market"), _id(row, "powertrain"), _id(row, "period"))
                groups.setdefault(key, {}).setdefault(member.id, []).append(row)
    if not groups:
        return None
    key = max(groups, key=lambda one: (len(groups[one]), one[1].endswith("/all"), one[2]))
    rows = groups[key]
    about = next(iter(rows.values()))[0]
    what = ", ".join(filter(None, [_what(about), _label(about, "period")]))
    title = "Vehicles sold" if unit == VEHICLES else "Market share"
    series = [
        Series(
            label=one.label, marks=_marks(rows.get(one.id, []), unit) or (Mark(text=NOT_STATED),)
        )
        for one in members
    ]
    return _chart(name, f"{title} by member: {what}", BARS, unit, series, answers.values())


def _members(found: Profile) -> list[Named]:
    """Return who is in an alliance; those that have left it are not."""
    answer = found.answers.get("members-of-alliance")
    rows = (
        [row for row in answer.rows if not _id(row, "status").endswith("/ended")] if answer else []
    )
    named = [row.values["member"] for row in rows]
    return list(dict.fromkeys(one for one in named if isinstance(one, Named)))


def _stakes(
    graph: Graph, found: Profile, name: str, title: str, asked: tuple[str, str], clocks: Clocks
) -> Chart | None:
    """Return how stakes went over time; as bars where none is known to have changed."""
    steps, answers = stake_steps(graph, found.about.id, asked, clocks)
    by_stake: dict[tuple[str, ...], list[Step]] = {}
    for one in steps:
        by_stake.setdefault(one.stake, []).append(one)
    if not by_stake:
        return None
    changed = any(len(one) > 1 or one[-1].until for one in by_stake.values())
    kind = STEPS if changed else BARS
    series = [
        Series(label=own[0].label, marks=tuple(map(_step_mark, own))) for own in by_stake.values()
    ]
    return _chart(name, title, kind, SHARE, series, answers)


def _step_mark(step: Step) -> Mark:
    bounds = (step.share, step.low, step.high)
    known = any(one is not None for one in bounds)
    until = f" to {step.until}" if step.until else " on"
    return Mark(
        text=per_cent(*bounds) if known else NOT_STATED,
        period=f"from {step.since}{until}" if step.since else "",
        first=step.since,
        last=step.until,
        value=_number(step.share),
        low=_number(step.low),
        high=_number(step.high),
        firm=step.firm,
        said="" if step.firm else step.status,
        claims=step.claims,
    )


def _chart(
    name: str, title: str, kind: str, unit: str, series: Sequence[Series], answers: Iterable[Answer]
) -> Chart:
    claims = {key: one for answer in answers for key, one in answer.claims.items()}
    shown = {claim for one in series for mark in one.marks for claim in mark.claims}
    documents = {claims[one].source.id for one in shown if one in claims}
    return Chart(
        name=name, title=title, kind=kind, unit=unit, series=tuple(series), sources=len(documents)
    )


def _marks(rows: Iterable[AnswerRow], unit: str) -> tuple[Mark, ...]:
    marks = [_mark(row, unit) for row in rows]
    return tuple(sorted(marks, key=lambda one: (one.first or date.min, one.value or 0)))


def _mark(row: AnswerRow, unit: str) -> Mark:
    first, last = _days(row)
    firm = is_firm(row)
    share = row.values.get("share")
    return Mark(
        text=figure(row)
        if unit == VEHICLES
        else per_cent(share if isinstance(share, Decimal) else None),
        period=_label(row, "period"),
        first=first,
        last=last,
        value=_number(row.values.get("value" if unit == VEHICLES else "share")),
        low=_number(row.values.get("low")),
        high=_number(row.values.get("high")),
        firm=firm,
        said="" if firm else _label(row, "modality"),
        claims=row.claims,
    )


def _known(row: AnswerRow, unit: str) -> bool:
    """Say whether a row has a number at all; a trend in words cannot be drawn."""
    columns = ("value", "low", "high") if unit == VEHICLES else ("share",)
    return any(row.values.get(one) is not None for one in columns)


def _days(row: AnswerRow) -> tuple[date | None, date | None]:
    try:
        return period_days(names.Iri(_id(row, "period")))
    except ClaimError:
        return None, None


def _months(row: AnswerRow) -> int:
    first, last = _days(row)
    return round((last - first).days / 30.4) if first and last else 0


def _what(row: AnswerRow) -> str:
    """Return what a figure counts: "World, all powertrains"."""
    return ", ".join(filter(None, [_label(row, "market"), _label(row, "powertrain")]))


def _id(row: AnswerRow, name: str) -> str:
    value = row.values.get(name)
    return value.id if isinstance(value, Named) else ""


def _label(row: AnswerRow, name: str) -> str:
    value = row.values.get(name)
    return value.label if isinstance(value, Named) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, Decimal) else None

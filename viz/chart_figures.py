"""Charts of a company or alliance: which figures of its answers belong into which chart.

Profile -> sales, market-share, owners, holdings              of a company
-> sales, combined, members, member-shares            of an alliance
"""

from collections.abc import Mapping
from dataclasses import replace

from kg.companies import Profile, ask_about
from kg.questions.answer import Answer, AnswerRow, Named
from kg.store.base import Graph
from viz.chart_marks import chart_of, counted, dated, is_known, marks_of, months, number
from viz.charts import BARS, PERIODS, SHARE, STAKE_CHARTS, STEPS, VEHICLES, Chart, Mark, Series
from viz.relations import iri_in
from viz.sections import NOT_STATED
from viz.stake_history import STAKES_IN, STAKES_OF, Step, stake_steps
from viz.words import per_cent

Clocks = Mapping[str, str]

NAMES = {
    "company": ("sales", "market-share", "owners", "holdings"),
    "alliance": ("sales", "combined", "members", "member-shares"),
}


def company_charts(graph: Graph, found: Profile, clocks: Clocks) -> dict[str, Chart]:
    """Return the charts of a company by name: those for which there are figures."""
    name, answers = found.about.label, found.answers
    return _worth_a_look(
        _over_time("sales", f"Vehicles sold by {name}", VEHICLES, answers.get("sales-of")),
        _over_time(
            "market-share", f"Market share of {name}", SHARE, answers.get("market-share-of")
        ),
        _stakes(graph, found, "owners", f"Stakes in {name}", STAKES_IN, clocks),
        _stakes(graph, found, "holdings", f"Stakes held by {name}", STAKES_OF, clocks),
    )


def alliance_charts(graph: Graph, found: Profile, clocks: Clocks) -> dict[str, Chart]:
    """Return the charts of an alliance by name: its own figures, and those of each member."""
    title = f"Vehicles sold by the {found.about.label}"
    return _worth_a_look(
        _over_time("sales", title, VEHICLES, found.answers.get("sales-of")),
        _combined(found),
        _per_member(graph, found, "members", "sales-of", clocks),
        _per_member(graph, found, "member-shares", "market-share-of", clocks),
    )


def _worth_a_look(*charts: Chart | None) -> dict[str, Chart]:
    """Return those that tell more than one figure does; a stake is seen against a whole."""
    return {
        one.name: one
        for one in charts
        if one is not None
        and (sum(mark.known for row in one.series for mark in row.marks) > 1
             or one.name in STAKE_CHARTS)
    }  # fmt: skip


def _over_time(name: str, title: str, unit: str, answer: Answer | None) -> Chart | None:
    """Return figures along time where a series has several periods, else as bars."""
    rows = [row for row in answer.rows if is_known(row, unit)] if answer else []
    if answer is None or not rows:
        return None
    groups: dict[tuple[str, str, int], list[AnswerRow]] = {}
    for row in rows:
        key = (iri_in(row, "market"), iri_in(row, "powertrain"), months(row))
        groups.setdefault(key, []).append(row)
    if any(len({iri_in(row, "period") for row in one}) > 1 for one in groups.values()):
        panels = [one for (_, _, length), one in groups.items() if length]
        panels.sort(key=lambda one: (-len(one), counted(one[0])))
        series = [Series(label=counted(one[0]), marks=marks_of(one, unit)) for one in panels]
        return chart_of(name, title, PERIODS, unit, series, [answer])
    series = [Series(label=dated(row), marks=marks_of([row], unit)) for row in rows]
    return chart_of(name, title, BARS, unit, series, [answer])


def _combined(found: Profile) -> Chart | None:
    """Return the sums over members, each with those of whom no figure is known."""
    answer = found.answers.get("combined-sales-of-alliance")
    if answer is None:
        return None
    title = f"Vehicles sold by the members of the {found.about.label} together"
    series = [Series(label=dated(row), marks=(_sum(row),)) for row in answer.rows]
    return chart_of("combined", title, BARS, VEHICLES, series, [answer])


def _sum(row: AnswerRow) -> Mark:
    """Return a sum; one that lacks a member is no total, and is drawn unlike one."""
    (mark,) = marks_of([row], VEHICLES)
    missing = row.values["missing"]
    exact = mark.low if mark.low == mark.high else None
    said = f"without {missing}" if missing else ""
    return replace(mark, value=exact, firm=not missing, said=said)


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
            if is_known(row, unit):
                key = (iri_in(row, "market"), iri_in(row, "powertrain"), iri_in(row, "period"))
                groups.setdefault(key, {}).setdefault(member.id, []).append(row)
    if not groups:
        return None
    key = max(groups, key=lambda one: (len(groups[one]), one[1].endswith("/all"), one[2]))
    rows = groups[key]
    what = dated(next(iter(rows.values()))[0])
    title = "Vehicles sold" if unit == VEHICLES else "Market share"
    unknown = (Mark(text=NOT_STATED),)
    series = [
        Series(label=one.label, marks=marks_of(rows.get(one.id, ()), unit) or unknown)
        for one in members
    ]
    return chart_of(name, f"{title} by member: {what}", BARS, unit, series, answers.values())


def _members(found: Profile) -> list[Named]:
    """Return who is in an alliance; those that have left it are not."""
    answer = found.answers.get("members-of-alliance")
    named = [
        row.values["member"]
        for row in (answer.rows if answer else ())
        if not iri_in(row, "status").endswith("/ended")
    ]
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
    series = [Series(label=own[0].label, marks=tuple(map(_held, own))) for own in by_stake.values()]
    return chart_of(name, title, STEPS if changed else BARS, SHARE, series, answers)


def _held(step: Step) -> Mark:
    bounds = (step.share, step.low, step.high)
    known = any(one is not None for one in bounds)
    until = f" to {step.until}" if step.until else " on"
    return Mark(
        text=per_cent(*bounds) if known else NOT_STATED,
        period=f"from {step.since}{until}" if step.since else "",
        first=step.since,
        last=step.until,
        value=number(step.share),
        low=number(step.low),
        high=number(step.high),
        firm=step.firm,
        said="" if step.firm else step.status,
        claims=step.claims,
    )

"""How stakes went over time: the same question asked as of each day on which something changed.

So a step is what an answer as of that day says, with its claims, and nothing else decides.

    what-changed  -> days -> who-owns as of each -> steps
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kg.companies import ask_about
from kg.questions.answer import Answer, AnswerRow
from kg.store.base import Graph
from viz.relations import decimal_in, iri_in, label_in
from viz.sections import is_firm

# The question, and the parameter that the company is; the other end is told.
STAKES_IN = ("who-owns", "company")
STAKES_OF = ("what-it-owns", "holder")

_MOST_DAYS = 48  # the latest ones; each costs a question
_MOST_STAKES = 100  # with more, only what holds now is told
_EVER = {"since": "0001-01-01", "until": "9999-12-31"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stake as it was from a day until another; shares are fractions 0-1, None unknown."""

    stake: tuple[str, ...]  # which one it is: IRIs of the other end and of the right
    label: str  # the other end: "Renault", "Renault (votes)"
    since: date | None
    until: date | None = None  # first day it was no longer so; None while it lasts
    share: Decimal | None
    low: Decimal | None
    high: Decimal | None
    firm: bool
    status: str
    claims: tuple[str, ...]


def stake_steps(
    graph: Graph, entity: str, asked: tuple[str, str], clocks: Mapping[str, str]
) -> tuple[list[Step], list[Answer]]:
    """Return the steps of each stake in order, and the answers that they were read from."""
    question, parameter = asked
    latest = ask_about(graph, question, {parameter: entity}, clocks)
    other = "holder" if parameter == "company" else "company"
    if len(latest.rows) > _MOST_STAKES:
        return [_step(row, None, other) for row in latest.rows], [latest]
    days = _days_of_change(graph, entity, latest, clocks)
    answers = {day: _as_of(graph, asked, entity, day, clocks) for day in days}
    begun = {day for answer in answers.values() for day in _beginnings(answer)} - answers.keys()
    answers |= {
        day: _as_of(graph, asked, entity, day, clocks) for day in sorted(begun)[-_MOST_DAYS:]
    }
    steps: dict[tuple[str, ...], list[Step]] = {}
    for day in sorted(answers):
        _go_on(steps, [(_key(row, other), row) for row in answers[day].rows], day, other)
    made = [step for _, own in sorted(steps.items()) for step in own]
    return made, [latest, *answers.values()]


def _go_on(
    steps: dict[tuple[str, ...], list[Step]],
    rows: list[tuple[tuple[str, ...], AnswerRow]],
    day: date,
    other: str,
) -> None:
    """Take the steps one day further: end those that are no more, begin new ones."""
    now = [(key, _step(row, day, other)) for key, row in rows]
    for key, own in steps.items():
        for place, step in enumerate(own):
            if step.until is None and not any(key == k and _same(step, new) for k, new in now):
                own[place] = replace(step, until=day)
    for key, new in now:
        own = steps.setdefault(key, [])
        if not any(step.until is None and _same(step, new) for step in own):
            own.append(new)


def _same(one: Step, other: Step) -> bool:
    return (one.share, one.low, one.high, one.status) == (
        other.share,
        other.low,
        other.high,
        other.status,
    )


def _step(row: AnswerRow, day: date | None, other: str) -> Step:
    votes = iri_in(row, "right").endswith("/votes")
    return Step(
        stake=_key(row, other),
        label=label_in(row, other) + (" (votes)" if votes else ""),
        since=day,
        share=decimal_in(row, "share"),
        low=decimal_in(row, "share_min"),
        high=decimal_in(row, "share_max"),
        firm=is_firm(row),
        status=label_in(row, "status"),
        claims=row.claims,
    )


def _days_of_change(
    graph: Graph, entity: str, latest: Answer, clocks: Mapping[str, str]
) -> list[date]:
    """Return the days on which anything about an entity began, ended or was replaced."""
    changed = ask_about(graph, "what-changed", {"about": entity, **_EVER}, clocks)
    days = {row.values["day"] for row in changed.rows} | {*_beginnings(latest)}
    found = sorted(day for day in days if isinstance(day, date))
    until = clocks.get("as_of")
    return [day for day in found if not until or day.isoformat() <= until][-_MOST_DAYS:]


def _beginnings(answer: Answer) -> set[date]:
    days = {one.holds_from for one in answer.claims.values()}
    return {date.fromisoformat(day) for day in days if day}


def _as_of(
    graph: Graph, asked: tuple[str, str], entity: str, day: date, clocks: Mapping[str, str]
) -> Answer:
    question, parameter = asked
    return ask_about(graph, question, {parameter: entity}, {**clocks, "as_of": day.isoformat()})


def _key(row: AnswerRow, other: str) -> tuple[str, ...]:
    return iri_in(row, other), iri_in(row, "right")

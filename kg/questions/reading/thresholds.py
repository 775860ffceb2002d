"""Thresholds: a figure held against a number that the question names, and who is above or below it.

"Did Tesla sell more than 1.5 million EVs in 2023?" -> yes, with the figure
"Did Toyota's sales in China fall by 2%?"           -> no, with the figure

Only one figure is held against a number: where several periods or markets are known, which is meant
has to be said.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from kg.questions.reading import figures
from kg.questions.reading.asked import Asked
from kg.questions.reading.computed import unit
from kg.questions.reading.figures import Figure
from kg.questions.reply import ANSWERED, NO_DATA, Calculation, Reply

Compare = Callable[[Decimal, Decimal], bool]


def _wanted(asked: Asked) -> Decimal | None:
    """Return the number of the sentence; "by 20" of a fraction is 20 per cent."""
    number = asked.read.conditions.number
    if number is None or number.value is None:
        return None
    value = number.value
    return value / 100 if unit(asked) == "fraction" and abs(value) > 1 else value


def _broadest(asked: Asked) -> list[Figure]:
    """Return the figures of the broadest that is known: of all vehicles, of the world."""
    groups = figures.figures(asked)
    first = min(groups, key=figures.breadth, default=None)
    if first is None:
        return []
    alike = [key for key in groups if figures.breadth(key)[:2] == figures.breadth(first)[:2]]
    return [one for key in alike for one in groups[key]]


def holds(compare: Compare, *, falling: bool = False) -> Callable[[Asked, Reply], Reply]:
    """Return an act that says whether a figure is as the question has it."""

    def act(asked: Asked, reply: Reply) -> Reply:
        wanted, found = _wanted(asked), _broadest(asked)
        if wanted is None or not found:
            return replace(reply, status=NO_DATA, verdict="unknown", rows=())
        keys = {figures.key_of(one.row) for one in found}
        if len(keys) > 1:
            note = "there are figures of several periods or markets: say which"
            return replace(reply, status=NO_DATA, verdict="unknown", rows=()).with_notes(note)
        sign = -1 if falling and "fall" in asked.read.said else 1
        verdicts = {compare(sign * one.value, wanted) for one in found}
        shown = ", ".join(figures.shown(one.value, unit(asked)) for one in found)
        told = replace(reply, status=ANSWERED, rows=tuple(one.row for one in found))
        if len(verdicts) > 1:
            return replace(told, verdict="unknown").with_notes(f"the sources differ: {shown}")
        verdict = "yes" if verdicts.pop() else "no"
        return replace(told, verdict=verdict).with_notes(f"the figure is {shown}")

    return act


def beyond(compare: Compare) -> Callable[[Asked, Reply], Reply]:
    """Return an act that gives whoever is above or below a number, of comparable figures."""

    def act(asked: Asked, reply: Reply) -> Reply:
        wanted, groups = _wanted(asked), figures.ranking(asked)
        if wanted is None or not groups:
            return replace(reply, status=NO_DATA, rows=())
        found = [one for one in groups[0] if compare(one.value, wanted)]
        told = ", ".join(
            f"{one.label} {figures.shown(one.value, unit(asked))}" for one in groups[0]
        )
        if not found:
            return replace(reply, status=NO_DATA, rows=()).with_notes(f"known figures: {told}")
        made = Calculation("count", len(found), "companies", told)
        rows = tuple(one.row for one in found)
        return replace(reply, status=ANSWERED, rows=rows, calculation=made).with_notes(
            f"among the {len(groups[0])} whose figures are known"
        )

    return act


def exactly(asked: Asked, reply: Reply) -> Reply:
    """Give whoever has just the figure that the question names, of any period."""
    wanted = _wanted(asked)
    rows = tuple(row for row in reply.rows if wanted is not None and row.values["value"] == wanted)
    if not rows:
        return replace(reply, status=NO_DATA, rows=()).with_notes("no source gives this figure")
    return replace(reply, rows=rows)


ACTS: dict[str, Callable[[Asked, Reply], Reply]] = {
    "is-equal": holds(lambda one, other: one == other, falling=True),
    "is-above": holds(lambda one, other: one > other, falling=True),
    "is-below": holds(lambda one, other: one < other, falling=True),
    "at-least": holds(lambda one, other: one >= other, falling=True),
    "who-exactly": exactly,
    "who-above": beyond(lambda one, other: one > other),
    "who-below": beyond(lambda one, other: one < other),
}

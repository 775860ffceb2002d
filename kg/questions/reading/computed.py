"""Computed: acts on figures of several: more or fewer, how much more, together, the most.

The question that was asked stays that of the figures; the reply carries both figures, their
claims and the arithmetic.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from kg import names
from kg.matching import Entity
from kg.questions.answer import AnswerRow, Named
from kg.questions.reading import figures
from kg.questions.reading.asked import Asked
from kg.questions.reading.figures import Figure
from kg.questions.reply import ANSWERED, FALSE_PREMISE, NO_DATA, Calculation, Reply

_UNITS = {"share": "fraction", "value": "vehicles", "change": "fraction"}


def unit(asked: Asked) -> str:
    """Return the unit of the figures a wording is about."""
    return _UNITS.get(asked.read.frame.wording.column, "")


def _wanted(asked: Asked) -> list[Entity]:
    return [one for slot in asked.entities.values() for one in slot]


def with_rows(
    reply: Reply, chosen: Sequence[Figure], made: Calculation | None, note: str = ""
) -> Reply:
    """Return a reply with the rows of some figures and what was made of them."""
    rows = tuple({id(one.row): one.row for one in chosen}.values())
    return replace(reply, status=ANSWERED, rows=rows, calculation=made).with_notes(note)


def missing(reply: Reply, why: str) -> Reply:
    """Return a reply without rows, and why."""
    return replace(reply, status=NO_DATA, rows=()).with_notes(why)


def compare(asked: Asked, reply: Reply) -> Reply:
    """Set two figures side by side, with difference and ratio."""
    chosen, note = figures.paired(asked, [one.id for one in _wanted(asked)])
    if len(chosen) != 2:
        return missing(reply, note)
    large_first = sorted(chosen, key=lambda one: -one.value)
    ratio = figures.ratio(large_first, unit(asked))
    made = figures.difference(large_first, unit(asked))
    return with_rows(reply, chosen, made, note).with_notes(ratio.text if ratio else "")


def difference(asked: Asked, reply: Reply) -> Reply:
    """Subtract; where the question has them the wrong way round, its premise is false."""
    chosen, note = figures.paired(asked, [one.id for one in _wanted(asked)])
    if len(chosen) != 2:
        return missing(reply, note)
    said = asked.read.said
    made = figures.difference(chosen, unit(asked))
    if not isinstance(made.value, Decimal):
        return reply
    wrong = ("more" in said and made.value < 0) or ("fewer" in said and made.value > 0)
    if wrong:
        return replace(with_rows(reply, chosen, made, note), status=FALSE_PREMISE).with_notes(
            "it is the other way round"
        )
    if made.value < 0:
        made = figures.difference(chosen[::-1], unit(asked))
    return with_rows(reply, chosen, made, note)


def ratio(asked: Asked, reply: Reply) -> Reply:
    """Divide the first by the second."""
    chosen, note = figures.paired(asked, [one.id for one in _wanted(asked)])
    if len(chosen) != 2:
        return missing(reply, note)
    return with_rows(reply, chosen, figures.ratio(chosen, unit(asked)), note)


def total(asked: Asked, reply: Reply) -> Reply:
    """Add up; of one alone nothing is added up: its figures are the answer."""
    wanted = _wanted(asked)
    if len(wanted) == 1:
        return reply
    if unit(asked) == "fraction":
        return missing(reply, "shares are not added up: they may be of different wholes")
    chosen, note = figures.paired(asked, [one.id for one in wanted])
    if len(chosen) != len(wanted):
        return missing(reply, note)
    return with_rows(reply, chosen, figures.total(chosen, unit(asked)), note)


def _is(sign: int) -> Callable[[Asked, Reply], Reply]:
    def act(asked: Asked, reply: Reply) -> Reply:
        chosen, note = figures.paired(asked, [one.id for one in _wanted(asked)])
        if len(chosen) != 2:
            return replace(missing(reply, note), verdict="unknown")
        made = figures.difference(chosen, unit(asked))
        yes = isinstance(made.value, Decimal) and made.value * sign > 0
        return replace(with_rows(reply, chosen, made, note), verdict="yes" if yes else "no")

    return act


def _who(sign: int) -> Callable[[Asked, Reply], Reply]:
    def act(asked: Asked, reply: Reply) -> Reply:
        chosen, note = figures.paired(asked, [one.id for one in _wanted(asked)])
        if not chosen:
            return missing(reply, note)
        ordered = sorted(chosen, key=lambda one: -sign * one.value)
        made = figures.difference(ordered[:2] if sign > 0 else ordered[1::-1], unit(asked))
        best = Calculation(
            "most" if sign > 0 else "least",
            Named(ordered[0].subject, ordered[0].label),
            "",
            made.text,
        )
        if ordered[0].value == ordered[1].value:
            return with_rows(reply, ordered, made, "they are equal")
        return with_rows(reply, ordered, best, note)

    return act


def _extreme(sign: int) -> Callable[[Asked, Reply], Reply]:
    def act(asked: Asked, reply: Reply) -> Reply:
        if _wanted(asked) and asked.read.frame.several:
            return _who(sign)(asked, reply) if len(_wanted(asked)) > 1 else reply
        groups = figures.ranking(asked)
        if not groups:
            return missing(reply, "")
        ordered = groups[0][::sign]
        others = len({one.subject for one in ordered})
        if others < 2:
            held = ", ".join(figures.shown(one.value, unit(asked)) for one in ordered)
            note = f"only one figure is known: {ordered[0].label} {held}"
            if len(ordered) > 1:
                note = f"only one is known, and sources differ: {ordered[0].label} {held}"
            return with_rows(reply, ordered, None, note)
        first = ordered[0]
        best = [one for one in ordered if one.value == first.value or one.subject == first.subject]
        text = ", ".join(
            f"{one.label} {figures.shown(one.value, unit(asked))}" for one in ordered[:5]
        )
        made = Calculation(
            "most" if sign > 0 else "least", Named(best[0].subject, best[0].label), "", text
        )
        return with_rows(reply, best, made, f"among the {others} whose figures are known")

    return act


def most_of_kind(asked: Asked, reply: Reply) -> Reply:
    """Say who is "the top EV maker"; without a kind it would be the top of all makers."""
    if asked.read.conditions.powertrain:
        return _extreme(1)(asked, reply)
    return missing(reply, "no source says who is at the top of all makers")


def rank(asked: Asked, reply: Reply) -> Reply:
    """Put comparable figures in order."""
    groups = figures.ranking(asked)
    if not groups:
        return missing(reply, "")
    text = ", ".join(f"{one.label} {figures.shown(one.value, unit(asked))}" for one in groups[0])
    return with_rows(reply, groups[0], Calculation("rank", len(groups[0]), "companies", text))


def change(asked: Asked, reply: Reply) -> Reply:
    """Hold the last figure against the first, and against the direction that is supposed."""
    ordered, made = figures.change(asked, unit(asked))
    if made is None or not isinstance(made.value, Decimal):
        if reply.rows and not ordered:
            return reply.with_notes("known without a number")
        return (
            missing(reply, "a change needs figures of two periods") if len(ordered) < 2 else reply
        )
    return _directed(asked, with_rows(reply, ordered, made), made.value)


def rose(asked: Asked, reply: Reply) -> Reply:
    """Say whether figures of two periods rose or fell, as asked."""
    ordered, made = figures.change(asked, unit(asked))
    if made is None or not isinstance(made.value, Decimal):
        return replace(missing(reply, "a change needs figures of two periods"), verdict="unknown")
    rising = "rise" in asked.read.said or "more" in asked.read.said
    as_asked = made.value > 0 if rising else made.value < 0
    return replace(with_rows(reply, ordered, made), verdict="yes" if as_asked else "no")


def change_of(asked: Asked, reply: Reply) -> Reply:
    """Hold a stated change against the direction the question supposes."""
    values = [v for row in reply.rows if isinstance(v := row.values.get("change"), Decimal)]
    if len(values) != 1:
        return reply
    return _directed(asked, reply, values[0]).with_notes(_only_in(asked, reply))


def why_change(asked: Asked, reply: Reply) -> Reply:
    """Say that it went the other way, if it did; why it went as it did no source says."""
    made = change_of(asked, reply)
    if made.status != ANSWERED:
        return made
    return missing(reply, "the change is known, but why is not stated")


def _directed(asked: Asked, reply: Reply, value: Decimal) -> Reply:
    said = asked.read.said
    wrong = ("fall" in said and value > 0) or ("rise" in said and value < 0)
    if wrong:
        text = "it rose" if value > 0 else "it fell"
        return replace(reply, status=FALSE_PREMISE).with_notes(
            f"{text}: {figures.shown(value, 'fraction')}"
        )
    return reply


def direction(asked: Asked, reply: Reply) -> Reply:
    """Say whether it fell or rose, as asked."""
    values = {v for row in reply.rows if isinstance(v := row.values.get("change"), Decimal)}
    signs = {value > 0 for value in values if value}
    if len(signs) != 1:
        return (
            replace(reply, verdict="unknown")
            if reply.rows
            else replace(reply, verdict="unknown", status=NO_DATA)
        )
    reply = reply.with_notes(_only_in(asked, reply))
    rising = signs.pop()
    asked_rising = "rise" in asked.read.said or "more" in asked.read.said
    return replace(reply, verdict="yes" if rising == asked_rising else "no")


def _only_in(asked: Asked, reply: Reply) -> str:
    """Return a note where figures are of some market and none was asked about."""
    markets = dict.fromkeys(
        one.label for row in reply.rows if isinstance(one := row.values.get("market"), Named)
    )
    asked_for = asked.read.conditions.places or "market" in asked.entities
    return "" if asked_for or not markets else f"known for {', '.join(markets)}"


def trend(asked: Asked, reply: Reply) -> Reply:
    """Rows in words and figures; where a direction is asked, whether they go there."""
    said = asked.read.said
    if not reply.rows or said[:1] not in (("be",), ("do",), ("have",)):
        return reply
    words = {
        names.local_name(v.id)
        for row in reply.rows
        if isinstance(v := row.values.get("trend"), Named)
    }
    rising, falling = (
        "rise" in said,
        "fall" in said or "lose" in said or "losing" in said or "lost" in said,
    )
    if words & {"falling", "rising"} and rising != falling:
        wanted = "rising" if rising else "falling"
        if words >= {"falling", "rising"}:
            return replace(reply, verdict="unknown")
        return replace(reply, verdict="yes" if wanted in words else "no")
    return _by_figures(asked, reply, rising) if rising != falling else reply


def _by_figures(asked: Asked, reply: Reply, rising: bool) -> Reply:
    """Say whether it rose or fell by figures: the last asked about against the one before."""
    every, _ = figures.change(replace(asked, rows=asked.every), unit(asked))
    inside = [one for one in every if one.row in asked.rows]
    if not inside:
        return reply
    first = inside[0] if len(inside) > 1 else None
    before = [one for one in every if every.index(one) < every.index(inside[-1])]
    start = first or (before[-1] if before else None)
    if start is None or start.value == inside[-1].value:
        return replace(reply, verdict="unknown")
    rose = inside[-1].value > start.value
    told = f"{figures.shown(start.value, unit(asked))}, then "
    told += figures.shown(inside[-1].value, unit(asked))
    return replace(reply, verdict="yes" if rose == rising else "no").with_notes(told)


def dominant(asked: Asked, reply: Reply) -> Reply:
    """Who is, or once was, said to have by far the most."""
    words = ("dominant", "formerly-dominant", "largest")
    rows = [
        row
        for row in reply.rows
        if isinstance(v := row.values.get("trend"), Named) and names.local_name(v.id) in words
    ]
    return replace(reply, rows=tuple(rows), status=ANSWERED if rows else NO_DATA)


def _ranked_rows(asked: Asked, reply: Reply, rank_: int) -> list[AnswerRow]:
    """Return the rows of a place: of markets where one is asked for, else of companies."""
    kind = "/market/" if "market" in asked.read.said else "/company/"
    return [
        row
        for row in reply.rows
        if row.values["rank"] == rank_
        and isinstance(who := row.values["subject"], Named)
        and kind in who.id
        and _among(asked, row)
    ]


def _among(asked: Asked, row: AnswerRow) -> bool:
    """Say whether a rank is within the group or country that was asked about."""
    within = row.values.get("among")
    if "home" not in asked.entities:
        return True
    home = asked.one("home")
    if not isinstance(within, Named):
        return False
    return within.id == home.id or asked.home_of(within.label) == home.label


def place_asked(asked: Asked) -> int:
    """Return the place in an order that is asked for."""
    ordinal, number = asked.read.conditions.ordinal, asked.read.conditions.number
    item = ordinal or number
    if item is not None and item.value is not None:
        return int(item.value)
    return int(asked.read.frame.wording.fixed.get("rank", "1"))


def ranked(asked: Asked, reply: Reply) -> Reply:
    """Who has a place."""
    rows = _ranked_rows(asked, reply, place_asked(asked))
    return replace(reply, rows=tuple(rows), status=ANSWERED if rows else NO_DATA)


def has_rank(asked: Asked, reply: Reply) -> Reply:
    """Whether somebody has a place."""
    rows = [row for row in reply.rows if _among(asked, row)]
    if not rows:
        return replace(reply, rows=(), status=NO_DATA, verdict="unknown")
    yes = any(row.values["rank"] == place_asked(asked) for row in rows)
    return replace(reply, rows=tuple(rows), verdict="yes" if yes else "no")


def _by_change(sign: int) -> Callable[[Asked, Reply], Reply]:
    def act(asked: Asked, reply: Reply) -> Reply:
        groups = figures.ranking(asked)
        if not groups:
            return missing(reply, "")
        ordered = groups[0][::sign]
        text = ", ".join(
            f"{one.label} {figures.shown(one.value, 'fraction')}" for one in ordered[:5]
        )
        made = Calculation(
            "most" if sign > 0 else "least", Named(ordered[0].subject, ordered[0].label), "", text
        )
        said = asked.read.said
        if ("fall" in said and ordered[0].value > 0) or ("rise" in said and ordered[0].value < 0):
            return replace(missing(reply, text), status=FALSE_PREMISE)
        return with_rows(
            reply, ordered[:1], made, f"among the {len(ordered)} whose figures are known"
        )

    return act


ACTS: dict[str, Callable[[Asked, Reply], Reply]] = {
    "compare": compare,
    "difference": difference,
    "ratio": ratio,
    "sum": total,
    "is-more": _is(1),
    "is-fewer": _is(-1),
    "who-more": _who(1),
    "who-fewer": _who(-1),
    "most": _extreme(1),
    "most-of-kind": most_of_kind,
    "least": _extreme(-1),
    "rank": rank,
    "change": change,
    "rose": rose,
    "change-of": change_of,
    "why-change": why_change,
    "direction": direction,
    "trend": trend,
    "dominant": dominant,
    "ranked": ranked,
    "has-rank": has_rank,
    "lowest": _by_change(-1),
    "highest": _by_change(1),
}

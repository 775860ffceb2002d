"""Acts: what is done with the rows of a reading, by the act its wording names.

whether -> yes, no or unknown     count, amount, since   -> one value of the rows
equals  -> held against a number  premise-...            -> what the question takes for granted

Absence is never a no and never zero: without a row the verdict is unknown.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from kg import names
from kg.evidence import evidence
from kg.questions.answer import AnswerRow, Named, Value, ask
from kg.questions.reading import connecting, controlling, ended, figures, homes, premises
from kg.questions.reading.asked import Asked
from kg.questions.reply import ANSWERED, FALSE_PREMISE, NO_DATA, Calculation, Reply
from kg.store.base import Graph

Act = Callable[[Graph, Asked, Reply], Reply]
_FIRM = ("active", "confirmed")


def done(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Return the reply with what its act makes of the rows."""
    if asked.question.name == connecting.QUESTION and not reply.rows:
        return connecting.longer(graph, asked, reply)
    act = asked.read.frame.wording.act
    made = ACTS.get(act, _rows)(graph, asked, reply)
    return _numberless(asked, made)


def _numberless(asked: Asked, reply: Reply) -> Reply:
    """Say so where a figure was asked for and only a trend or a range is known."""
    fractions = [one.name for one in asked.question.columns if one.name in ("share", "value")]
    if reply.status != ANSWERED or not reply.rows or not fractions or reply.verdict:
        return reply
    if any(row.values.get(fractions[0]) is not None for row in reply.rows):
        return reply
    return reply.with_notes("known without a number")


def _rows(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    return reply


def _code(value: Value) -> str:
    return names.local_name(value.id) if isinstance(value, Named) else ""


def _verdict(reply: Reply, yes: bool, *notes: str) -> Reply:
    return replace(reply, status=ANSWERED, verdict="yes" if yes else "no").with_notes(*notes)


def _unknown(reply: Reply, *notes: str) -> Reply:
    return replace(reply, status=NO_DATA, verdict="unknown", rows=()).with_notes(*notes)


def _whether(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Yes where a row says so; how firmly is said with it. Without a row it is unknown."""
    if not reply.rows:
        return _unknown(reply, *premises.nearby(graph, asked))
    found = {_code(row.values.get("status")) for row in reply.rows} - {""}
    if found and found <= {"disputed", "ended"}:
        return replace(reply, verdict="unknown").with_notes(f"{', '.join(sorted(found))}")
    firm = not found or any(one in _FIRM for one in found)
    note = "" if firm else f"{', '.join(sorted(found))}; not confirmed"
    if asked.question.name == "stake-between" and (shares := _shares(reply)):
        held = ", ".join(figures.shown(one, "fraction") for one in shares)
        note = "; ".join(one for one in (note, f"the known stake is {held}") if one)
    return _verdict(reply, True, note)


def _exists(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    return _verdict(reply, True) if reply.rows else _unknown(reply)


def _count(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Count what the rows name. Without rows the number is unknown, not zero."""
    if not reply.rows:
        return reply
    column = asked.read.frame.wording.column
    found = list(
        dict.fromkeys(v.label for row in reply.rows if isinstance(v := row.values[column], Named))
    )
    made = Calculation("count", len(found), column, f"{len(found)} named: {', '.join(found)}")
    return replace(reply, calculation=made)


def _amount(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    if reply.rows:
        return reply
    return premises.stake(graph, asked, reply)


def _number(asked: Asked) -> Decimal | None:
    number = asked.read.conditions.number
    return number.value if number else None


def _shares(reply: Reply) -> list[Decimal]:
    return [v for row in reply.rows if isinstance(v := row.values.get("share"), Decimal)]


def _against(compare: Callable[[Decimal, Decimal], bool]) -> Act:
    def act(graph: Graph, asked: Asked, reply: Reply) -> Reply:
        if not reply.rows:
            return _unknown(reply, *premises.nearby(graph, asked))
        wanted, shares = _number(asked), _shares(reply)
        if wanted is None or not shares:
            return _unknown(reply, "known without a number")
        if wanted > 1:
            wanted /= 100
        verdicts = {compare(_as_said(asked, one, wanted), wanted) for one in shares}
        if len(verdicts) > 1:
            return replace(reply, verdict="unknown").with_notes("the sources differ")
        held = ", ".join(figures.shown(one, "fraction") for one in shares)
        return _verdict(reply, verdicts.pop(), f"the stake is {held}")

    return act


def _as_said(asked: Asked, share: Decimal, wanted: Decimal) -> Decimal:
    """Return a share as coarse as the number it is held against: 34% is "a third"."""
    number = asked.read.conditions.number
    equal = asked.read.frame.wording.act in ("equals", "with-share")
    rough = number is not None and number.rough and equal
    return wanted if rough and abs(share - wanted) < _PER_CENT else share


_PER_CENT = Decimal("0.01")


def _since(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Give the day it began, where a source says it; the rest is known without it."""
    if not reply.rows:
        return premises.stake(graph, asked, reply, presumed=True)
    if any(row.values.get("since") is not None for row in reply.rows):
        return reply
    return replace(reply, status=NO_DATA, rows=()).with_notes(
        "it is so, but since when is not stated"
    )


def _when(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    if not reply.rows:
        note = "the graph knows no such membership"
        return replace(reply, status=FALSE_PREMISE).with_notes(note)
    return replace(reply, status=NO_DATA, rows=()).with_notes("it is known, but when is not stated")


def _premise_leave(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    left = ended.finished(graph, asked)
    if left:
        return _it_is_over(graph, asked, _only(reply, list(left)))
    said = "no source says that it left"
    if reply.rows:
        found = ", ".join(
            dict.fromkeys(
                f"{_label(row.values['alliance'])} ({_label(row.values.get('status'))})"
                for row in reply.rows
            )
        )
        said = f"{said}; it is known as a member of {found}"
    return replace(reply, status=FALSE_PREMISE, rows=()).with_notes(said)


def _it_is_over(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Say that something is told of as over: the claims say since when; why no source says."""
    if asked.read.said[:1] in (("why",), ("how",)):
        return _only(reply, []).with_notes("it is told of as over, but why or how is not stated")
    whether = asked.read.said[:1] not in (("when",), ("since",))
    return replace(reply, verdict="yes" if whether else "").with_notes(
        f"it is told of as over from {', '.join(ended.last_days(graph, reply.rows))}"
    )


def _sold(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Yes where a stake is told of as over; that one is still told of does not say no."""
    left = ended.finished(graph, asked)
    return _it_is_over(graph, asked, _only(reply, list(left))) if left else _unknown(reply)


def _label(value: Value) -> str:
    return value.label if isinstance(value, Named) else ""


def _premise_stake(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    if not reply.rows:
        return premises.stake(graph, asked, reply, presumed=True)
    return replace(reply, status=NO_DATA, rows=()).with_notes(
        "the stake is known, but no source says what is asked of it"
    )


def _premise_control(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    note = "an alliance has no owners: membership and leading are not ownership"
    leads = [row for row in reply.rows if isinstance(row.values.get("member"), Named)]
    if leads:
        leaders = dict.fromkeys(_label(row.values["member"]) for row in leads)
        note += f"; it is led by {', '.join(leaders)}"
    return replace(reply, status=FALSE_PREMISE, rows=()).with_notes(note)


def _whether_in(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Held against the country the company is known to be of; none known is no no."""
    home = asked.one("home")
    known = {v.id for row in reply.rows if isinstance(v := row.values["country"], Named)}
    if not known:
        return _unknown(reply, "no source says where it is at home")
    if home.kind != "Market":
        return _unknown(reply)
    if len(known) > 1:
        return replace(reply, verdict="unknown").with_notes("the sources differ")
    return _verdict(reply, known == {home.id})


def _town(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Give the town; the country alone is known without it."""
    rows = [row for row in reply.rows if row.values["place"]]
    if rows or not reply.rows:
        return _only(reply, rows)
    countries = dict.fromkeys(_label(row.values["country"]) for row in reply.rows)
    note = f"the town is not stated; it is at home in {', '.join(countries)}"
    return _only(reply, rows).with_notes(note)


def _with_share(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Give the stakes of just the size asked for; where there is none, say which are known."""
    wanted = _number(asked)
    if wanted is None or not reply.rows:
        return reply
    wanted = wanted / 100 if wanted > 1 else wanted
    rows = [
        row
        for row in reply.rows
        if isinstance(share := row.values.get("share"), Decimal)
        and _as_said(asked, share, wanted) == wanted
    ]
    known = ", ".join(figures.shown(one, "fraction") for one in _shares(reply))
    return _only(reply, rows).with_notes("" if rows else f"known stakes: {known}")


def _premise_join(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Say that it is no member where none knows it as one; else that why or how is not stated."""
    if reply.rows:
        note = "it is known as a member, but what is asked of it is not stated"
        return replace(reply, status=NO_DATA, rows=()).with_notes(note)
    return replace(reply, status=FALSE_PREMISE).with_notes("no source knows it as a member")


def _merged_rows(asked: Asked, reply: Reply) -> list[AnswerRow]:
    """Return the takeovers and mergers of one that name the other."""
    other = asked.one("other")
    rows = [row for row in reply.rows if premises.is_merger(row)]
    return [row for row in rows if premises.names_other(row, other)]


def _merger(*, presumed: bool) -> Act:
    def act(graph: Graph, asked: Asked, reply: Reply) -> Reply:
        rows = _merged_rows(asked, reply)
        if rows:  # whose takeover it is the words of the event say, not the order of the names
            said = dict.fromkeys(str(row.values.get("text")) for row in rows)
            return _only(reply, rows).with_notes(f"told of: {'; '.join(said)}")
        if presumed:
            note = "no source says that they merged"
            return replace(reply, status=FALSE_PREMISE, rows=()).with_notes(note)
        return _unknown(reply)

    return act


def _of_alliance(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Keep the events whose actors are all members of the alliance: what it decided as a whole."""
    found = ask(graph, "members-of-alliance", {"alliance": asked.one("alliance").id}).rows
    members = {v.id for row in found if isinstance(v := row.values["member"], Named)}
    actors: dict[str, set[str]] = {}
    for row in reply.rows:
        if isinstance(who := row.values["actor"], Named):
            for claim in row.claims:
                actors.setdefault(claim, set()).add(who.id)
    rows = [row for row in reply.rows if any(actors[one] <= members for one in row.claims)]
    return _only(reply, rows)


def _in(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    home = asked.one("home").id
    rows = [
        row for row in reply.rows if isinstance(v := row.values["country"], Named) and v.id == home
    ]
    return _only(reply, rows)


def _only(reply: Reply, rows: list[AnswerRow]) -> Reply:
    return replace(reply, rows=tuple(rows), status=ANSWERED if rows else NO_DATA)


def _event(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    return reply


def _event_with(column: str) -> Act:
    def act(graph: Graph, asked: Asked, reply: Reply) -> Reply:
        if not reply.rows:
            return replace(reply, status=FALSE_PREMISE).with_notes("no source says that it did")
        rows = [row for row in reply.rows if row.values.get(column)]
        if rows:
            return _only(reply, rows)
        note = {"cause": "why is not stated", "at": "when is not stated"}[column]
        claims = evidence(graph, [claim for row in reply.rows for claim in row.claims])
        return replace(_only(reply, []), claims=claims).with_notes(f"it is known, but {note}")

    return act


def _responses(*codes: str, verdict: bool = False) -> Act:
    """Return an act that looks for responses of some kinds: what somebody answered."""

    def act(graph: Graph, asked: Asked, reply: Reply) -> Reply:
        rows = [row for row in reply.rows if _code(row.values.get("response")) in codes]
        others = [row for row in reply.rows if row not in rows]
        said = "; ".join(
            dict.fromkeys(
                f"{_label(row.values['speaker'])}: {_label(row.values['response'])}"
                for row in others
            )
        )
        if not verdict:
            note = f"nobody is known to have; known answers: {said}" if said and not rows else ""
            return _only(reply, rows).with_notes(note)
        if rows:
            return _verdict(_only(reply, rows), True)
        if others:
            return _verdict(reply, False, f"known answer: {said}")
        return _unknown(reply, "no answer of it is known")

    return act


def _premise_response(code: str) -> Act:
    def act(graph: Graph, asked: Asked, reply: Reply) -> Reply:
        rows = [row for row in reply.rows if _code(row.values.get("response")) == code]
        if rows:
            return _only(reply, rows)
        said = "; ".join(dict.fromkeys(_label(row.values["response"]) for row in reply.rows))
        note = f"it did not; known answer: {said}" if said else "no such answer is known"
        return replace(reply, status=FALSE_PREMISE, rows=()).with_notes(note)

    return act


ACTS: dict[str, Act] = controlling.ACTS | {
    "whether": _whether,
    "exists": _exists,
    "count": _count,
    "amount": _amount,
    "equals": _against(lambda one, other: one == other),
    "more-than": _against(lambda one, other: one > other),
    "less-than": _against(lambda one, other: one < other),
    "since": _since,
    "when": _when,
    "premise": _premise_stake,
    "premise-leave": _premise_leave,
    "sold": _sold,
    "of-country": homes.of_country,
    "premise-control": _premise_control,
    "whether-in": _whether_in,
    "town": _town,
    "of-alliance": _of_alliance,
    "with-share": _with_share,
    "premise-join": _premise_join,
    "premise-merger": _merger(presumed=True),
    "merger": _merger(presumed=False),
    "in": _in,
    "event": _event,
    "happened": _exists,
    "event-when": _event_with("at"),
    "event-why": _event_with("cause"),
    "declined": _responses("no-comment", verdict=True),
    "commented": _responses("no-comment", "not-disclosed", "denied", "confirmed"),
    "denied": _responses("denied", verdict=True),
    "confirmed": _responses("confirmed", verdict=True),
    "who-denied": _responses("denied"),
    "who-confirmed": _responses("confirmed"),
    "premise-denied": _premise_response("denied"),
    "premise-confirmed": _premise_response("confirmed"),
}

"""Controlling: who controls whom, whether, and who is at the top of it.

A finding of control says yes. Without one, a known stake of half or less says no by the rule, and
says so; without a stake it is unknown. A lead, a membership or an alliance is no control.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from kg.questions.answer import Answer, AnswerRow, Named, ask
from kg.questions.reading.asked import Asked
from kg.questions.reading.figures import shown
from kg.questions.reading.premises import nearby
from kg.questions.reply import ANSWERED, NO_DATA, Reply
from kg.store.base import Graph

_HALF = Decimal("0.5")
_RULE = "control is taken as more than half of the capital or votes"


def whether(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Say whether one controls the other: yes by a finding, no by a stake that is too small."""
    if reply.rows:
        held = ", ".join(
            dict.fromkeys(
                shown(share, "fraction")
                for row in reply.rows
                if isinstance(share := row.values["held"], Decimal)
            )
        )
        note = f"it holds at least {held}, with all that it controls; {_RULE}"
        return replace(reply, status=ANSWERED, verdict="yes").with_notes(note)
    controller, company = asked.one("controller"), asked.one("company")
    clocks = {
        name: str(value)
        for name in ("as_of", "known_by")
        if (value := reply.parameters.get(name)) is not None
    }
    values = {"holder": controller.id, "company": company.id, **clocks}
    stakes = ask(graph, "stake-between", values)
    if stakes.rows:
        return _by_stakes(reply, stakes, _not_worked_out(asked))
    return replace(reply, status=NO_DATA, verdict="unknown").with_notes(
        *nearby(graph, asked), _not_worked_out(asked)
    )


def _by_stakes(reply: Reply, stakes: Answer, unfound: str) -> Reply:
    """Say what the stakes of one in the other say of control, where nothing was found.

    `unfound` says why nothing was looked for; what others hold may then make up for a small stake.
    """
    told = replace(
        reply,
        question=stakes.question.name,
        parameters={name: value for name, value in stakes.parameters.items() if value is not None},
        rows=stakes.rows,
        claims=stakes.claims,
        answer=stakes,
    )
    shares = _shares(stakes.rows)
    if not shares:
        note = "a stake is known, but not how large it is"
        return replace(told, status=NO_DATA, verdict="unknown", rows=()).with_notes(note)
    held = ", ".join(shown(one, "fraction") for one in shares)
    above = {one > _HALF for one in shares}
    if len(above) > 1:
        return replace(told, status=ANSWERED, verdict="unknown").with_notes(
            f"the sources differ: {held}"
        )
    enough = above.pop()
    note = f"the known stake is {held}; {_RULE}"
    if unfound and not enough:
        return replace(told, status=NO_DATA, verdict="unknown").with_notes(note, unfound)
    return replace(told, status=ANSWERED, verdict="yes" if enough else "no").with_notes(note)


def _shares(rows: tuple[AnswerRow, ...]) -> list[Decimal]:
    return [one for row in rows if isinstance(one := row.values.get("share"), Decimal)]


def controllers(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Give the controllers of a company; where none is found, say which stakes are known."""
    if reply.rows:
        return reply
    values = {"company": asked.one("company").id}
    known = [
        (share, f"{holder.label} {shown(share, 'fraction')}")
        for row in ask(graph, "who-owns", values).rows
        if isinstance(holder := row.values["holder"], Named)
        and isinstance(share := row.values.get("share"), Decimal)
    ]
    none = "no stake above half is known; " if all(share <= _HALF for share, _ in known) else ""
    note = f"{none}known stakes: {', '.join(text for _, text in known)}" if known else ""
    return reply.with_notes(note, _not_worked_out(asked))


def _not_worked_out(asked: Asked) -> str:
    """Return why nothing is found in a store that keeps no findings; empty for any other."""
    silence = asked.answers[0].silence
    return silence.text if silence and silence.code == "not-worked-out" else ""


def ultimate(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Give only who is at the top: controlled by nobody else."""
    top = tuple(row for row in reply.rows if row.values["ultimate"] is True)
    return replace(reply, rows=top) if top else controllers(graph, asked, reply)


def share_of(fits: Callable[[Decimal], bool]) -> Callable[[Graph, Asked, Reply], Reply]:
    """Return an act that holds the stake of one in the other against a fixed share."""

    def act(graph: Graph, asked: Asked, reply: Reply) -> Reply:
        shares = _shares(reply.rows)
        if not shares:
            said = ["known without a number"] if reply.rows else nearby(graph, asked)
            return replace(reply, status=NO_DATA, verdict="unknown", rows=()).with_notes(*said)
        held = ", ".join(shown(one, "fraction") for one in shares)
        found = {fits(one) for one in shares}
        if len(found) > 1:
            return replace(reply, verdict="unknown").with_notes(f"the sources differ: {held}")
        verdict = "yes" if found.pop() else "no"
        return replace(reply, verdict=verdict).with_notes(f"the known stake is {held}")

    return act


ACTS = {
    "control": whether,
    "controllers": controllers,
    "ultimate": ultimate,
    "whole": share_of(lambda share: share == 1),
    "half": share_of(lambda share: share == _HALF),
    "above-half": share_of(lambda share: share > _HALF),
    "below-half": share_of(lambda share: share < _HALF),
}

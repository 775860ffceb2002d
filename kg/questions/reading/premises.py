"""Premises: what a question takes for granted, and what the graph knows instead.

"How much of Nissan does Honda own?" supposes a stake. Where none is known and both are only in one
alliance, that is said: membership is not ownership.
"""

from dataclasses import replace

from kg.evidence import evidence
from kg.matching import Entity
from kg.names import local_name
from kg.questions.answer import Answer, AnswerRow, Named, ask
from kg.questions.reading.asked import Asked
from kg.questions.reading.figures import shown
from kg.questions.reply import FALSE_PREMISE, NO_DATA, Reply
from kg.store.base import Graph


def stake(graph: Graph, asked: Asked, reply: Reply, *, presumed: bool = False) -> Reply:
    """Return the reply to a question that supposes a stake where none is known."""
    silence = asked.answers[0].silence
    if silence is not None and silence.code != "never-heard":
        return replace(reply, status=NO_DATA).with_notes(silence.text)
    holder, company = asked.one("holder"), asked.one("company")
    reverse = (
        ask(graph, "stake-between", {"holder": company.id, "company": holder.id})
        if company.kind == holder.kind
        else None
    )
    if reverse and reverse.rows:
        status = FALSE_PREMISE if presumed else NO_DATA
        return replace(reply, status=status, claims=reverse.claims).with_notes(
            _the_other_way(reverse)
        )
    events = taken_over(graph, holder, company)
    if events:
        claims = evidence(graph, [claim for row in events for claim in row.claims])
        note = f"told of: {'; '.join(dict.fromkeys(str(row.values['text']) for row in events))}"
        reply = replace(reply, status=NO_DATA, claims=claims)
        return reply.with_notes(note, "what is asked of it is not stated")
    allied = _allied(graph, asked)
    if allied and allied.rows:
        return replace(reply, status=FALSE_PREMISE, claims=allied.claims).with_notes(
            _only_allied(allied)
        )
    return replace(reply, status=FALSE_PREMISE if presumed else NO_DATA)


def taken_over(graph: Graph, one: Entity, other: Entity) -> list[AnswerRow]:
    """Return the takeovers and merger talks of one that name the other."""
    rows = ask(graph, "events-of", {"actor": one.id}).rows
    return [row for row in rows if is_merger(row) and names_other(row, other)]


def is_merger(row: AnswerRow) -> bool:
    """Say whether an event is a takeover, or talks of a merger."""
    kind = row.values.get("kind")
    return isinstance(kind, Named) and local_name(kind.id) in _MERGERS


def names_other(row: AnswerRow, other: Entity) -> bool:
    """Say whether an event names a company in its words."""
    actor = row.values["actor"]
    named = actor.label if isinstance(actor, Named) else ""
    return other.label.casefold() in f"{row.values.get('text')}{named}".casefold()


_MERGERS = ("acquisition", "merger-talks", "merger-talks-ended")


def nearby(graph: Graph, asked: Asked) -> list[str]:
    """Return what is known of two companies where what was asked is not."""
    if asked.question.name not in ("stake-between", "who-controls"):
        return []
    holder, company = _two(asked)
    found = []
    if holder.kind == company.kind:
        reverse = ask(graph, "stake-between", {"holder": company.id, "company": holder.id})
        if reverse.rows:
            found.append(_the_other_way(reverse))
    allied = _allied(graph, asked)
    if allied and allied.rows:
        found.append(_only_allied(allied))
    return found


def _two(asked: Asked) -> tuple[Entity, Entity]:
    """Return whoever would hold or control, and the company."""
    first = "holder" if "holder" in asked.entities else "controller"
    return asked.one(first), asked.one("company")


def _allied(graph: Graph, asked: Asked) -> Answer | None:
    holder, company = _two(asked)
    if holder.kind != "Company" or company.kind != "Company":
        return None
    return ask(graph, "who-is-allied-with-whom", {"company": holder.id, "ally": company.id})


def _the_other_way(reverse: Answer) -> str:
    row = reverse.rows[0].values
    holder, company, share = row["holder"], row["company"], row.get("share")
    if not isinstance(holder, Named) or not isinstance(company, Named):
        return ""
    how_much = "" if share is None else f" {shown(share, 'fraction')}"  # type: ignore[arg-type]
    return f"it is the other way round: {holder.label} holds{how_much} of {company.label}"


def _only_allied(allied: Answer) -> str:
    where = dict.fromkeys(
        v.label for row in allied.rows if isinstance(v := row.values["alliance"], Named)
    )
    return f"they are known as members of {', '.join(where)}; membership is not ownership"

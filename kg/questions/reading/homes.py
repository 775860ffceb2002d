"""Homes: members of an alliance that are of a country, as far as it is known where they are."""

from dataclasses import replace

from kg.questions.answer import Named, ask
from kg.questions.reading.asked import Asked
from kg.questions.reply import ANSWERED, NO_DATA, Reply
from kg.store.base import Graph


def of_country(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Leave out members that are known to be of another country; say of whom it is not known."""
    asked_for = asked.one("home")
    home = asked_for.label if asked_for.kind == "Market" else asked.home_of(asked_for.label)
    kept, unsaid = [], []
    for row in reply.rows:
        member = row.values["member"]
        if not isinstance(member, Named):
            continue
        rows = ask(graph, "based-in", {"company": member.id}, whole=False).rows
        known = {v.label for one in rows if isinstance(v := one.values["country"], Named)}
        if not known:
            unsaid.append(member.label)
        if not known or home in known:
            kept.append(row)
    note = f"no source says where these are at home: {', '.join(dict.fromkeys(unsaid))}"
    made = replace(reply, rows=tuple(kept), status=ANSWERED if kept else NO_DATA)
    return made.with_notes(note if unsaid else "")

"""Connecting: two companies that are linked only through several others.

The named question looks at direct links and those through one third party. Where there are none,
the shortest path over stakes, alliances and agreements is given, with the claims of its steps.
"""

from dataclasses import replace

from kg.errors import ParameterError
from kg.questions.reading.asked import Asked
from kg.questions.reply import ANSWERED, NO_DATA, Calculation, Reply
from kg.store.base import Graph

QUESTION = "how-are-connected"
_CLOCKS = ("as_of", "known_by")
_LONGER = "no link is known directly or through one third party"


def longer(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Return the shortest path between two companies that no single third party links."""
    from kg.analytics.control_findings import too_many  # loads numpy: only where it is needed
    from kg.analytics.inquiries.asking import ask as inquire

    if too_many(graph):
        note = f"{_LONGER}; `keiretsu paths` looks for longer ways"
        return replace(reply, status=NO_DATA).with_notes(note)
    values: dict[str, list[str]] = {
        "start": [asked.one("company").id],
        "end": [asked.one("partner").id],
        "most": ["1"],
    }
    for name in _CLOCKS:
        if day := reply.parameters.get(name):
            values[name] = [str(day)]
    try:
        found = inquire(graph, "paths", values)
    except ParameterError:
        return reply
    if not found.rows:
        return replace(reply, status=NO_DATA)
    path = found.rows[0]
    made = Calculation("path", path["length"], "steps", path["path"])
    told = replace(reply, status=ANSWERED, calculation=made, claims=found.claims)
    return told.with_notes(f"{_LONGER}; the shortest path that is said as a fact is given")

"""Alliances that a sentence says by their members or by how far along they are.

"the alliance of Honda and Nissan", "the new alliance" -> Honda–Nissan–Mitsubishi alliance
"""  # noqa: RUF002 the names have such dashes

from kg.matching import Entity, Register
from kg.names import local_name
from kg.questions.answer import Named, ask
from kg.store.base import Graph


def of_members(
    graph: Graph, names: tuple[tuple[Entity, ...], ...], known: Register
) -> list[Entity]:
    """Return the alliances that all of some companies are in."""
    shared: set[str] | None = None
    for name in names:
        found: set[str] = set()
        for company in name:
            answer = ask(graph, "members-of-alliance", {"member": company.id})
            found |= {v.id for row in answer.rows if isinstance(v := row.values["alliance"], Named)}
        shared = found if shared is None else shared & found
    return [known.by_id[one] for one in sorted(shared or ())]


def in_state(graph: Graph, state: str, known: Register) -> list[Entity]:
    """Return the alliances that are being formed, or that are at work."""
    codes = {"forming": ("forming", "contemplated"), "active": ("active", "reorganised")}[state]
    rows = ask(graph, "how-far-is-an-alliance").rows
    found = {
        alliance.id
        for row in rows
        if isinstance(alliance := row.values["alliance"], Named)
        and isinstance(held := row.values["state"], Named)
        and local_name(held.id) in codes
    }
    return [known.by_id[one] for one in sorted(found)]

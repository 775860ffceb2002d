"""Stakes and memberships as links, asked for the things a picture is about.

Each thing is asked about once: what was found is kept, with both its ends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kg import names
from kg.questions.answer import AnswerRow, Named, rows_about
from kg.store.base import Graph
from viz.scene import Link
from viz.view import short_id
from viz.words import membership, per_cent, stake

_AT_ONCE = 500  # things a query
_ASKED = (
    ("who-owns", "company"),
    ("what-it-owns", "holder"),
    ("members-of-alliance", "alliance"),
    ("members-of-alliance", "member"),
)


@dataclass
class Relations:
    """The links of a graph, as far as they were asked for."""

    graph: Graph
    clocks: Mapping[str, str]
    _known: dict[str, dict[str, Link]] = field(default_factory=dict)  # by end, then by id

    def of(self, things: Iterable[str]) -> list[Link]:
        """Return every link that has one of `things` (IRIs) at an end."""
        wanted = sorted(set(things))
        self._ask([one for one in wanted if one not in self._known])
        found = {link.id: link for one in wanted for link in self._known[one].values()}
        return list(found.values())

    def _ask(self, things: Sequence[str]) -> None:
        for block in blocks(things, _AT_ONCE):
            for one in block:
                self._known[one] = {}
            for question, parameter in _ASKED:
                rows = rows_about(self.graph, question, parameter, block, self.clocks)
                make = membership_link if question == "members-of-alliance" else stake_link
                for link in map(make, rows):
                    for end in (link.start, link.end):
                        if end in self._known:
                            self._known[end][link.id] = link


def blocks(things: Sequence[str], size: int) -> Iterator[list[str]]:
    """Yield `things` in lists of at most `size`."""
    for at in range(0, len(things), size):
        yield list(things[at : at + size])


def stake_link(row: AnswerRow) -> Link:
    """Return a row of who-owns or what-it-owns as a link from holder to company."""
    share = decimal_in(row, "share")
    label = per_cent(share, decimal_in(row, "share_min"), decimal_in(row, "share_max"))
    start, end, right = iri_in(row, "holder"), iri_in(row, "company"), label_in(row, "right")
    status = names.local_name(iri_in(row, "status"))
    return Link(
        id=f"stake {short_id(start)} {short_id(end)} {right} {label} {status}",
        kind="stake",
        start=start,
        end=end,
        label=label,
        sentence=stake(label_in(row, "holder"), label_in(row, "company"), label, right, status),
        share=float(share) if share is not None else None,
        right=right,
        status=status,
        status_label=label_in(row, "status"),
        since=str(row.values.get("since") or ""),
        claims=row.claims,
    )


def membership_link(row: AnswerRow) -> Link:
    """Return a row of members-of-alliance as a link from member to alliance."""
    start, end = iri_in(row, "member"), iri_in(row, "alliance")
    role, status = names.local_name(iri_in(row, "role")), names.local_name(iri_in(row, "status"))
    return Link(
        id=f"membership {short_id(start)} {short_id(end)} {role} {status}",
        kind="membership",
        start=start,
        end=end,
        sentence=membership(label_in(row, "member"), label_in(row, "alliance"), role, status),
        role=role,
        status=status,
        status_label=label_in(row, "status"),
        claims=row.claims,
    )


def iri_in(row: AnswerRow, column: str) -> str:
    """Return the IRI in a column, or nothing."""
    value = row.values[column]
    return value.id if isinstance(value, Named) else ""


def label_in(row: AnswerRow, column: str) -> str:
    """Return the name in a column, or nothing."""
    value = row.values[column]
    return value.label if isinstance(value, Named) else ""


def decimal_in(row: AnswerRow, column: str) -> Decimal | None:
    """Return the number in a column, or None."""
    value = row.values[column]
    return value if isinstance(value, Decimal) else None

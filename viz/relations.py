"""Stakes and memberships as links, asked for the things a picture is about.

Each thing is asked about once: what was found is kept, with both its ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kg import names
from kg.questions.answer import AnswerRow, Named
from kg.store.base import Graph
from viz.asking import Asked, rows_of
from viz.scene import Link
from viz.view import short_id
from viz.words import membership, per_cent, stake

_BY_END = (("who-owns", "company"), ("members-of-alliance", "alliance"))
_ASKED = (*_BY_END, ("what-it-owns", "holder"), ("members-of-alliance", "member"))


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

    def all(self, companies: Iterable[str]) -> list[Link]:
        """Return every link of the graph; `companies` are all of its companies and alliances.

        Each is asked for once, by the end that is owned or joined.
        """
        things = sorted(set(companies))
        self._known = {one: {} for one in things}
        found = self._links(_BY_END, things)
        for link in found:
            for end in (link.start, link.end):
                self._known.setdefault(end, {})[link.id] = link
        return found

    def _ask(self, things: Sequence[str]) -> None:
        self._known |= {one: {} for one in things}
        for link in self._links(_ASKED, things):
            for end in (link.start, link.end):
                if end in self._known:
                    self._known[end][link.id] = link

    def _links(self, asked: Sequence[Asked], things: Sequence[str]) -> list[Link]:
        answers = rows_of(self.graph, asked, things, self.clocks)
        return [
            membership_link(row) if question == "members-of-alliance" else stake_link(row)
            for (question, _), rows in zip(asked, answers, strict=True)
            for row in rows
        ]


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

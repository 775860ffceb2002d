"""Alliances and agreements of a graph on a day: questions of the catalogue, read for measures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from kg import names
from kg.store.base import Graph, Row, Term

if TYPE_CHECKING:
    from kg.analytics.paths import Relation

FACTS = ("active", "announced", "confirmed")  # statuses that are said as facts
NOT_SO = ("ended", "disputed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One company's place in one alliance, as certain as its best claim."""

    alliance: str
    member: str
    role: str
    status: str
    claims: tuple[str, ...]

    def counts(self, *, reported: bool) -> bool:
        """Say whether it is a fact, or with `reported` at least not denied and not over."""
        return self.status in FACTS or (reported and self.status not in NOT_SO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What two companies agreed, or are said to; once for each pair."""

    company: str
    partner: str
    kind: str
    modality: str
    claims: tuple[str, ...]

    def counts(self, *, reported: bool) -> bool:
        """Say whether it is said as a fact."""
        return reported or self.modality in ("announced", "stated", "confirmed")


def memberships(graph: Graph, as_of: date, known_by: date | None) -> tuple[Member, ...]:
    """Return who is in which alliance on a day."""
    return tuple(
        Member(
            alliance=_text(row, "alliance"),
            member=_text(row, "member"),
            role=names.local_name(_text(row, "role")),
            status=names.local_name(_text(row, "status")),
            claims=tuple(sorted(_text(row, "claims").split())),
        )
        for row in _asked(graph, "members-of-alliance", as_of, known_by)
    )


def agreements(graph: Graph, as_of: date, known_by: date | None) -> tuple[Agreed, ...]:
    """Return who agreed what with whom, each pair in one order."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for row in _asked(graph, "agreements-of", as_of, known_by):
        company, partner = _text(row, "company"), _text(row, "partner")
        kind, modality = (names.local_name(_text(row, one)) for one in ("kind", "modality"))
        if company < partner:
            found.setdefault((company, partner, kind, modality), []).append(_text(row, "claim"))
    return tuple(
        Agreed(
            company=company,
            partner=partner,
            kind=kind,
            modality=modality,
            claims=tuple(sorted(set(claims))),
        )
        for (company, partner, kind, modality), claims in found.items()
    )


def _asked(graph: Graph, name: str, as_of: date, known_by: date | None) -> list[Row]:
    from kg.questions.catalogue import question

    day = NamedNode(names.PREFIXES["xsd"] + "date")
    terms: Mapping[str, Term] = {
        clock: Literal(value.isoformat(), datatype=day)
        for clock, value in (("as_of", as_of), ("known_by", known_by))
        if value is not None
    }
    return list(graph.select(question(name).sparql, terms).rows)


def _text(row: Row, name: str) -> str:
    return getattr(row.get(name), "value", "")


def relations(
    members: tuple[Member, ...], agreed: tuple[Agreed, ...], *, reported: bool
) -> "list[Relation]":
    """Return memberships and agreements as relations; what is no fact only where asked for."""
    from kg.analytics.paths import Relation

    found = [
        Relation(
            source=one.member,
            target=one.alliance,
            kind="leads" if one.role == "lead" else "is a member of",
            label="" if one.status in FACTS else one.status,
            claims=one.claims,
        )
        for one in members
        if one.counts(reported=reported)
    ]
    found += [
        Relation(
            source=one.company,
            target=one.partner,
            kind=f"{one.kind.replace('-', ' ')} with",
            label=one.modality,
            claims=one.claims,
        )
        for one in agreed
        if one.counts(reported=reported)
    ]
    return found

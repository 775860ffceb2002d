"""One comparison of claims: what is compared, the verdict, and its form in the graph."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.names import Iri
from kg.quads import RDF_TYPE, to_term

if TYPE_CHECKING:
    from kg.contradictions.picks import Picker

CONFLICT, POSSIBLE, COMPATIBLE, AGREE = "conflict", "possible", "compatible", "agree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Claims that speak of the same thing, held against each other."""

    kind: str  # code list `comparison-kind`
    verdict: str  # code list `verdict`
    about: tuple[Iri, ...]  # companies, alliances, groups: sorted
    claims: tuple[Iri, ...]  # all that take part, sorted
    text: str  # what differs, in words
    difference: Decimal | None = None  # by how much, in the unit of the figures
    unit: str = ""  # code list `unit`

    @property
    def id(self) -> Iri:
        """Return its IRI: a hash of its kind, what it is about and its claims."""
        content = "\n".join((self.kind, *self.about, *self.claims))
        return names.entity("comparison", hashlib.sha256(content.encode()).hexdigest()[:16])


def graph_about(iri: Iri) -> Iri:
    """Return the named graph for what is compared about one thing."""
    return Iri(f"{names.COMPARISONS}/{names.kind_of(iri)}-{names.local_name(iri)}")


def quads(one: Comparison, picker: "Picker") -> Iterator[Quad]:
    """Yield a comparison's quads, with both clocks and what each policy would pick."""
    graph = NamedNode(graph_about(one.about[0]))
    subject = NamedNode(one.id)

    def quad(name: str, value: object, kind: type) -> Quad:
        return Quad(subject, NamedNode(names.term(name)), to_term(value, kind), graph)

    yield Quad(subject, RDF_TYPE, NamedNode(names.term("Comparison")), graph)
    yield quad("comparisonKind", names.code("comparison-kind", one.kind), Iri)
    yield quad("verdict", names.code("verdict", one.verdict), Iri)
    for thing in one.about:
        yield quad("about", thing, Iri)
    yield quad("text", one.text, str)
    for claim in one.claims:
        yield quad("between", claim, Iri)
    if one.difference is not None:
        yield quad("difference", one.difference, Decimal)
    if one.unit:
        yield quad("unit", names.code("unit", one.unit), Iri)
    for policy, name in (("latest", "latestPick"), ("most-authoritative", "authoritativePick")):
        for claim in picker.pick(policy, one.claims):
            yield quad(name, claim, Iri)
    for clock in ("knownFrom", "holdsFrom"):
        day = picker.last_day(clock, one.claims)
        if day:
            date = NamedNode(names.PREFIXES["xsd"] + "date")
            yield Quad(subject, NamedNode(names.term(clock)), Literal(day, datatype=date), graph)

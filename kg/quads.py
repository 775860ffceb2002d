"""Claim to quads. A dataclass field is a property, a dataclass a class; this module does the rest.

    Claim --claim_quads--> document graph: the claim; propositions graph: what it states
    many claims --all_quads--> the same, each proposition and period once

The other way round, with the problems a file may have, is `kg.readers.rdf`.
"""

import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.claims import PROPOSITIONS, Claim, Proposition, period_days
from kg.names import Iri

_LABEL = NamedNode(names.PREFIXES["rdfs"] + "label")
RDF_TYPE = NamedNode(names.PREFIXES["rdf"] + "type")
XSD = names.PREFIXES["xsd"]
CLAIM, RESPONSE = names.term("Claim"), names.term("Response")
_CLAIM, _RESPONSE = NamedNode(CLAIM), NamedNode(RESPONSE)
_PROPOSITIONS = NamedNode(names.PROPOSITIONS)
_STATES = NamedNode(names.term("states"))
_PERIOD = names.ENTITY + "period/"
_MANY = 1 << 16  # IRIs kept as terms: those of codes and companies come again and again

# Making a term costs more than finding it again.
_node = lru_cache(_MANY)(NamedNode)
_BOOLEAN, _DECIMAL, _INTEGER, _DATE = (
    NamedNode(XSD + name) for name in ("boolean", "decimal", "integer", "date")
)


def camel(field_name: str) -> str:
    """Return the property name of a field: `share_min` is `shareMin`."""
    first, *rest = field_name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def field_types(cls: type[Any]) -> dict[str, tuple[type, bool]]:
    """Return each field's value type and whether it holds many: `{"scope": (Iri, True)}`."""
    return _FIELDS[cls]


def _field_types(cls: type[Any]) -> dict[str, tuple[type, bool]]:
    hints = get_type_hints(cls)
    found: dict[str, tuple[type, bool]] = {}
    for field in fields(cls):
        hint = hints[field.name]
        if get_origin(hint) in (Union, types.UnionType):
            hint = next(part for part in get_args(hint) if part is not type(None))
        many = get_origin(hint) is tuple
        found[field.name] = (get_args(hint)[0] if many else hint, many)
    return found


_CLASSES: tuple[type[Any], ...] = (Claim, *PROPOSITIONS)
_FIELDS = {cls: _field_types(cls) for cls in _CLASSES}


def to_term(value: object, kind: type) -> NamedNode | Literal:
    """Return a Python value as an RDF term. Decimals never use an exponent."""
    if kind is Iri:
        return _node(str(value))
    if isinstance(value, str):
        return Literal(value)
    if isinstance(value, bool):
        return Literal("true" if value else "false", datatype=_BOOLEAN)
    if isinstance(value, Decimal):
        return Literal(plain(value), datatype=_DECIMAL)
    if isinstance(value, int):
        return Literal(str(value), datatype=_INTEGER)
    if isinstance(value, date):
        return Literal(value.isoformat(), datatype=_DATE)
    return Literal(str(value))


def plain(number: Decimal) -> str:
    """Return a decimal without exponent and trailing zeros, so that equal numbers look equal."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def from_term(term: object, kind: type) -> object:
    """Return an RDF term as a Python value of `kind`, or raise ValueError saying what is wanted."""
    if kind is Iri:
        if not isinstance(term, NamedNode):
            raise ValueError(f"{term} should be an IRI")
        return Iri(term.value)
    if not isinstance(term, Literal):
        raise ValueError(f"{term} should be a literal ({kind.__name__})")
    try:
        return _parse(term.value, kind)
    except (ValueError, KeyError, InvalidOperation):
        raise ValueError(f'"{term.value}" should be a {kind.__name__}') from None


def _parse(text: str, kind: type) -> object:
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}[text]
    if kind is date:
        return date.fromisoformat(text)
    if kind is Decimal and not Decimal(text).is_finite():
        raise ValueError(text)
    return kind(text)


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a claim or proposition, as it is written."""

    name: str
    property: str  # its local name
    node: NamedNode
    kind: type
    many: bool


# What each class has to write, worked out once: a load goes through it for every claim.
_WRITTEN = {
    cls: [
        _Field(name, camel(name), NamedNode(names.term(camel(name))), kind, many)
        for name, (kind, many) in _FIELDS[cls].items()
        if name not in ("id", "states")
    ]
    for cls in _CLASSES
}
_KINDS = {cls: NamedNode(names.term(cls.__name__)) for cls in _CLASSES}


def _values(item: object) -> Iterator[tuple[_Field, NamedNode | Literal]]:
    """Yield field and term for everything that a claim or proposition says."""
    for field in _WRITTEN[type(item)]:
        value = getattr(item, field.name)
        if value is None or value == "" or value == ():
            continue
        for one in sorted(set(value)) if field.many else (value,):
            yield field, to_term(one, field.kind)


def proposition_iri(proposition: Proposition) -> Iri:
    """Return the content-addressed IRI of a proposition."""
    return _iri_of(proposition, _values(proposition))


def _iri_of(proposition: Proposition, values: Iterable[tuple[_Field, NamedNode | Literal]]) -> Iri:
    content: dict[str, list[str]] = {}
    for field, term in values:
        content.setdefault(field.property, []).append(term.value)
    return names.proposition(type(proposition).__name__, content)


def claim_quads(claim: Claim) -> Iterator[Quad]:
    """Yield a claim's quads: itself in its document's graph, what it states in propositions."""
    return all_quads([claim])


def all_quads(claims: Iterable[Claim]) -> Iterator[Quad]:
    """Yield the quads of many claims; what several of them state or date is written once."""
    written: set[NamedNode] = set()
    for claim in claims:
        graph = _graph_of(claim.source)
        subject = NamedNode(claim.id)
        yield Quad(subject, RDF_TYPE, _CLAIM if claim.states else _RESPONSE, graph)
        for field, term in _values(claim):
            yield Quad(subject, field.node, term, graph)
        if claim.states is not None:
            values = list(_values(claim.states))
            stated = NamedNode(_iri_of(claim.states, values))
            yield Quad(subject, _STATES, stated, graph)
            if stated not in written:
                written.add(stated)
                yield from _proposition_quads(stated, type(claim.states), values, written)


@lru_cache(_MANY)
def _graph_of(source: Iri) -> NamedNode:
    return NamedNode(names.document_graph(source))


def _proposition_quads(
    subject: NamedNode,
    kind: type[Proposition],
    values: Iterable[tuple[_Field, NamedNode | Literal]],
    written: set[NamedNode],
) -> Iterator[Quad]:
    yield Quad(subject, RDF_TYPE, _KINDS[kind], _PROPOSITIONS)
    for field, term in values:
        yield Quad(subject, field.node, term, _PROPOSITIONS)
        if field.property == "period" and isinstance(term, NamedNode) and term not in written:
            written.add(term)
            if term.value.startswith(_PERIOD):
                yield from period_quads(term)


def period_quads(period: NamedNode) -> Iterator[Quad]:
    """Yield what a period's IRI says: its first and last day, and a label."""
    graph = NamedNode(names.ENTITIES)
    first, last = period_days(Iri(period.value))
    yield Quad(period, RDF_TYPE, NamedNode(names.term("Period")), graph)
    yield Quad(period, _LABEL, Literal(period_label(first, last)), graph)
    yield Quad(period, NamedNode(names.term("start")), to_term(first, date), graph)
    yield Quad(period, NamedNode(names.term("end")), to_term(last, date), graph)


def period_label(first: date, last: date) -> str:
    """Return a period in words a reader knows.

    >>> period_label(date(2023, 1, 1), date(2023, 12, 31))
    '2023'
    >>> period_label(date(2023, 4, 1), date(2024, 3, 31))
    'Apr 2023 to Mar 2024'
    """
    if first.year != last.year:
        return f"{first:%b %Y} to {last:%b %Y}"
    whole_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return str(first.year) if whole_year else f"{first:%b} to {last:%b} {last.year}"

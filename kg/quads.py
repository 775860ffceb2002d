"""Claim to quads. A dataclass field is a property, a dataclass a class; this module does the rest.

    Claim --claim_quads--> document graph: the claim; propositions graph: what it states

The other way round, with the problems a file may have, is `kg.readers.rdf`.
"""

import types
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Union, get_args, get_origin, get_type_hints

from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.claims import PROPOSITIONS, Claim, Proposition, period_days
from kg.names import Iri

_LABEL = NamedNode(names.PREFIXES["rdfs"] + "label")
RDF_TYPE = NamedNode(names.PREFIXES["rdf"] + "type")
XSD = names.PREFIXES["xsd"]
CLAIM, RESPONSE = names.term("Claim"), names.term("Response")
_PERIOD = names.ENTITY + "period/"


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
        return NamedNode(str(value))
    if isinstance(value, bool):
        return Literal("true" if value else "false", datatype=NamedNode(XSD + "boolean"))
    if isinstance(value, Decimal):
        return Literal(plain(value), datatype=NamedNode(XSD + "decimal"))
    if isinstance(value, int):
        return Literal(str(value), datatype=NamedNode(XSD + "integer"))
    if isinstance(value, date):
        return Literal(value.isoformat(), datatype=NamedNode(XSD + "date"))
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


def _values(item: object) -> Iterator[tuple[str, NamedNode | Literal]]:
    """Yield (property name, term) for every field of a claim or proposition that says something."""
    for name, (kind, many) in field_types(type(item)).items():
        value = getattr(item, name)
        if value is None or value in ("", ()) or name in ("id", "states"):
            continue
        for one in sorted(set(value)) if many else [value]:
            yield camel(name), to_term(one, kind)


def proposition_iri(proposition: Proposition) -> Iri:
    """Return the content-addressed IRI of a proposition."""
    content: dict[str, list[str]] = {}
    for name, term in _values(proposition):
        content.setdefault(name, []).append(term.value)
    return names.proposition(type(proposition).__name__, content)


def claim_quads(claim: Claim) -> Iterator[Quad]:
    """Yield a claim's quads: itself in its document's graph, what it states in propositions."""
    graph = NamedNode(names.document_graph(claim.source))
    subject = NamedNode(claim.id)
    yield Quad(subject, RDF_TYPE, NamedNode(CLAIM if claim.states else RESPONSE), graph)
    for name, term in _values(claim):
        yield Quad(subject, NamedNode(names.term(name)), term, graph)
    if claim.states is not None:
        stated = NamedNode(proposition_iri(claim.states))
        yield Quad(subject, NamedNode(names.term("states")), stated, graph)
        yield from _proposition_quads(stated, claim.states)


def _proposition_quads(subject: NamedNode, proposition: Proposition) -> Iterator[Quad]:
    graph = NamedNode(names.PROPOSITIONS)
    kind = NamedNode(names.term(type(proposition).__name__))
    yield Quad(subject, RDF_TYPE, kind, graph)
    for name, term in _values(proposition):
        yield Quad(subject, NamedNode(names.term(name)), term, graph)
        if isinstance(term, NamedNode) and term.value.startswith(_PERIOD):
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

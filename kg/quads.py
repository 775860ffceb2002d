"""Claim to quads. A dataclass field is a property, a dataclass a class; this module does the rest.

    Claim --claim_quads--> document graph: the claim; propositions graph: what it states
    many claims --nquads--> the same as lines of N-Quads, each proposition and period once

They are written as text, which the store reads four times as quickly as it takes objects.

The other way round, with the problems a file may have, is `kg.readers.rdf`.
"""

import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg import names
from kg.claims import PROPOSITIONS, Claim, Proposition, period_days
from kg.names import Iri

_LABEL = NamedNode(names.PREFIXES["rdfs"] + "label")
RDF_TYPE = NamedNode(names.PREFIXES["rdf"] + "type")
XSD = names.PREFIXES["xsd"]
CLAIM, RESPONSE = names.term("Claim"), names.term("Response")
_PERIOD = names.ENTITY + "period/"
_MANY = 1 << 16  # IRIs kept as terms: those of codes and companies come again and again

# Making a term costs more than finding it again.
_node = lru_cache(_MANY)(NamedNode)
_TYPES = {
    bool: NamedNode(XSD + "boolean"),
    Decimal: NamedNode(XSD + "decimal"),
    int: NamedNode(XSD + "integer"),
    date: NamedNode(XSD + "date"),
}


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


@lru_cache(_MANY)
def _text_of_iri(iri: str) -> str:
    """Return an IRI as N-Quads write it; ValueError if it is none."""
    return str(_node(iri))


def to_term(value: object, kind: type) -> NamedNode | Literal:
    """Return a Python value as an RDF term. Decimals never use an exponent."""
    lexical = _lexical(value)
    if kind is Iri:
        return _node(lexical)
    datatype = _TYPES.get(type(value))
    return Literal(lexical) if datatype is None else Literal(lexical, datatype=datatype)


def _lexical(value: object) -> str:
    """Return a value as RDF writes it."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else str(value)


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
    text: str  # its IRI, as N-Quads write it
    write: Callable[[str], str]  # a value as N-Quads write it
    many: bool


def _writer(kind: type) -> Callable[[str], str]:
    """Return what writes values of a type as N-Quads do."""
    if kind is Iri:
        return _text_of_iri
    datatype = _TYPES.get(kind)
    return (lambda text: f'"{text}"^^{datatype}') if datatype else _text_of_string


def _text_of_string(text: str) -> str:
    return str(Literal(text))


# What each class has to write, worked out once: a load goes through it for every claim.
_WRITTEN = {
    cls: [
        _Field(name, camel(name), _text_of_iri(names.term(camel(name))), _writer(kind), many)
        for name, (kind, many) in _FIELDS[cls].items()
        if name not in ("id", "states")
    ]
    for cls in _CLASSES
}
_KINDS = {cls: _text_of_iri(names.term(cls.__name__)) for cls in _CLASSES}
_TYPE, _STATES, _CLAIM, _RESPONSE, _PROPOSITIONS = map(
    _text_of_iri, (RDF_TYPE.value, names.term("states"), CLAIM, RESPONSE, names.PROPOSITIONS)
)


def _values(item: object) -> list[tuple[_Field, str, str]]:
    """Return field, value and term for everything that a claim or proposition says."""
    found = []
    for field in _WRITTEN[type(item)]:
        value = getattr(item, field.name)
        if value is None or value == "" or value == ():
            continue
        for one in sorted(set(value)) if field.many else (value,):
            lexical = one if isinstance(one, str) else _lexical(one)
            found.append((field, lexical, field.write(lexical)))
    return found


def proposition_iri(proposition: Proposition) -> Iri:
    """Return the content-addressed IRI of a proposition."""
    return _iri_of(proposition, _values(proposition))


def _iri_of(proposition: Proposition, values: Iterable[tuple[_Field, str, str]]) -> Iri:
    content: dict[str, list[str]] = {}
    for field, value, _ in values:
        content.setdefault(field.property, []).append(value)
    return names.proposition(type(proposition).__name__, content)


def claim_quads(claim: Claim) -> Iterator[Quad]:
    """Yield a claim's quads: itself in its document's graph, what it states in propositions."""
    yield from all_quads([claim])


def all_quads(claims: Iterable[Claim]) -> Iterator[Quad]:
    """Yield the quads of many claims; what several of them state or date comes once."""
    yield from parse("".join(nquads(claims)), format=RdfFormat.N_QUADS)


def nquads(claims: Iterable[Claim]) -> Iterator[str]:
    """Yield many claims as lines of N-Quads; what several of them state or date is written once."""
    written: set[str] = set()
    for claim in claims:
        graph = _graph_text(claim.source)
        subject = str(NamedNode(claim.id))
        kind = _CLAIM if claim.states else _RESPONSE
        lines = [f"{subject} {_TYPE} {kind} {graph} .\n"]
        lines += [f"{subject} {one.text} {term} {graph} .\n" for one, _, term in _values(claim)]
        if claim.states is not None:
            values = _values(claim.states)
            stated = str(NamedNode(_iri_of(claim.states, values)))
            lines.append(f"{subject} {_STATES} {stated} {graph} .\n")
            if stated not in written:
                written.add(stated)
                lines += _proposition_lines(stated, type(claim.states), values, written)
        yield "".join(lines)


@lru_cache(_MANY)
def _graph_text(source: Iri) -> str:
    return _text_of_iri(names.document_graph(source))


def _proposition_lines(
    subject: str,
    kind: type[Proposition],
    values: Iterable[tuple[_Field, str, str]],
    written: set[str],
) -> Iterator[str]:
    yield f"{subject} {_TYPE} {_KINDS[kind]} {_PROPOSITIONS} .\n"
    for field, value, term in values:
        yield f"{subject} {field.text} {term} {_PROPOSITIONS} .\n"
        if field.property == "period" and value not in written:
            written.add(value)
            if value.startswith(_PERIOD):
                yield from (f"{quad} .\n" for quad in period_quads(NamedNode(value)))


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

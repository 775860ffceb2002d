"""Evidence: claims whole, with their document, for the rows that rest on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any

from pyoxigraph import NamedNode

from kg import names
from kg.matching import Register, register
from kg.store.base import Graph

Properties = dict[str, list[str]]  # what is said of a thing, by local name of the property

_WHOLE = """
SELECT ?subject ?property ?value WHERE { VALUES ?subject { %s } ?subject ?property ?value }
"""


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing by id and name."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The document a claim comes from. Dates are ISO; `date_basis` says if they are inferred."""

    id: str
    label: str
    title: str
    publisher: Ref | None
    published_earliest: str
    published_latest: str
    date_basis: str
    language: str
    licence: str
    url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One claim, whole."""

    id: str
    says: str  # in our own words
    modality: Ref
    source: Source
    relays: tuple[Ref, ...]
    speaker: tuple[Ref, ...]
    sentence: int | None
    sentence_sha256: str
    segment: str
    printed: str
    period_basis: str
    note: str
    states: str  # IRI of the proposition
    responds_to: str  # IRI of the claim it answers
    known_from: str
    holds_from: str
    holds_until: str  # the first day it holds no longer, where an end is known
    quotation: str | None = None  # only from texts the user added

    def to_json(self) -> dict[str, Any]:
        """Return the claim as JSON data, without what is not said."""
        return _said(self)


def over_since(claims: Iterable[Evidence], today: str) -> str:
    """Return the day since which what `claims` say holds no longer; nothing while one still holds.

    `today` is an ISO day: an end that lies ahead is none yet.
    """
    ends = [claim.holds_until for claim in claims]
    return max(ends) if ends and all(ends) and max(ends) <= today else ""


def _said(item: Any) -> dict[str, Any]:
    """Return a dataclass as a dict of its fields that say something, references too."""
    found: dict[str, Any] = {}
    for field in fields(item):
        value = getattr(item, field.name)
        if isinstance(value, tuple):
            value = [_said(one) for one in value]
        elif is_dataclass(value):
            value = _said(value)
        if value not in (None, "", []):
            found[field.name] = value
    return found


def evidence(graph: Graph, claims: Iterable[str]) -> dict[str, Evidence]:
    """Return the claims of those ids whole, by id, in the order of their ids."""
    wanted = sorted(set(claims))
    found = _whole(graph, wanted)
    documents = sorted({_text(one, "source") for one in found.values()})
    sources = _whole(graph, documents)
    known = register(graph)
    made = {iri: _source(iri, sources.get(iri, {}), known) for iri in documents}
    return {
        iri: _evidence(iri, found[iri], made[_text(found[iri], "source")], known)
        for iri in wanted
        if iri in found
    }


def _whole(graph: Graph, subjects: Sequence[str]) -> dict[str, Properties]:
    """Return everything said of some IRIs."""
    if not subjects:
        return {}
    nodes = " ".join(str(NamedNode(names.iri(one))) for one in subjects)
    found: dict[str, Properties] = {one: {} for one in subjects}
    for subject, property_, value in graph.texts(_WHOLE % nodes):
        found[subject].setdefault(_local(property_), []).append(value)
    return {one: said for one, said in found.items() if said}


_local = lru_cache(names.local_name)  # of some twenty properties


def _text(properties: Properties, name: str) -> str:
    return min(properties.get(name, ("",)))


def _refs(properties: Properties, name: str, known: Register) -> tuple[Ref, ...]:
    return tuple(Ref(iri, known.label(iri)) for iri in sorted(properties.get(name, ())))


def _label(properties: Properties, name: str, known: Register) -> str:
    iri = _text(properties, name)
    return known.label(iri) if iri else ""


def _source(iri: str, properties: Properties, known: Register) -> Source:
    publishers = _refs(properties, "publisher", known)
    return Source(
        id=iri,
        label=known.label(iri),
        title=_text(properties, "title") or known.label(iri),
        publisher=publishers[0] if publishers else None,
        published_earliest=_text(properties, "publishedEarliest"),
        published_latest=_text(properties, "publishedLatest"),
        date_basis=_label(properties, "dateBasis", known),
        language=_text(properties, "language"),
        licence=_text(properties, "license"),
        url=_text(properties, "url"),
        note=_text(properties, "note"),
    )


def _evidence(iri: str, properties: Properties, source: Source, known: Register) -> Evidence:
    sentence = _text(properties, "sentence")
    return Evidence(
        id=iri,
        says=_text(properties, "says"),
        modality=_refs(properties, "modality", known)[0],
        source=source,
        relays=_refs(properties, "relays", known),
        speaker=_refs(properties, "speaker", known),
        sentence=int(sentence) if sentence else None,
        sentence_sha256=_text(properties, "sentenceSha256"),
        segment=_label(properties, "segment", known),
        printed=_text(properties, "printed"),
        period_basis=_label(properties, "periodBasis", known),
        note=_text(properties, "note"),
        states=_text(properties, "states"),
        responds_to=_text(properties, "respondsTo"),
        known_from=_text(properties, "knownFrom"),
        holds_from=_text(properties, "holdsFrom"),
        holds_until=_text(properties, "holdsUntil"),
        quotation=_text(properties, "quotation") or None,
    )

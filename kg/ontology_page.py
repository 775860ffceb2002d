"""The ontology arranged for a reader: what a page about it shows, read from its own files.

    quads of the terms, codes and shapes, texts of the rules -> Reference

Modules come in the order in which the ontology imports them, their terms in the order of their
files. Nothing is said here that the files do not say; how it looks is the business of whoever
draws it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg import names, ontology
from kg.names import Iri
from kg.ontology import Code

_OWL = names.PREFIXES["owl"]
_STATUS = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status"
_WHOLE = names.TERM.removesuffix("#")
_KINDS = {_OWL + "ObjectProperty": "link", _OWL + "DatatypeProperty": "value"}
_ALIGNED = {
    "rdfs:subClassOf": "is a kind of",
    "rdfs:subPropertyOf": "is a kind of",
    "skos:closeMatch": "close to",
    "skos:broadMatch": "narrower than",
    "skos:relatedMatch": "related to",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A class or property with what the ontology says about it; lists hold IRIs."""

    iri: Iri
    name: str  # local name, which is also its anchor
    label: str
    definition: str
    kind: str  # class, link (to another thing) or value (a number, text or date)
    above: tuple[Iri, ...] = ()  # own classes or properties it is a kind of
    below: tuple[Iri, ...] = ()  # own terms that are a kind of it
    domain: tuple[Iri, ...] = ()
    range: tuple[Iri, ...] = ()
    codes: str = ""  # name of the list its values come from
    single: bool = False  # whether a thing has at most one value of it
    aligned: tuple[tuple[str, Iri], ...] = ()  # ("close to", a standard's term)
    status: str = ""  # set for a term that is kept for later
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One file of terms."""

    name: str
    title: str
    description: str
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A code list with its codes in the order of the file."""

    name: str
    title: str
    definition: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A derivation rule."""

    name: str
    about: str  # its first comment
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One constraint on what is let in."""

    name: str
    severity: str  # violation, warning or info
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """All of the ontology."""

    iri: Iri
    title: str
    description: str
    version: str
    licence: Iri
    modified: str  # ISO date
    notes: tuple[str, ...]
    modules: tuple[Module, ...]
    code_lists: tuple[CodeList, ...]
    rules: tuple[Rule, ...]
    shapes: tuple[Shape, ...]

    def terms(self) -> Iterator[Term]:
        """Yield all classes and properties, module by module."""
        for module in self.modules:
            yield from module.classes
            yield from module.properties

    def properties_of(self, iri: str) -> list[Term]:
        """Return the properties whose domain names the class `iri` itself."""
        return [term for term in self.terms() if iri in term.domain]

    def properties_into(self, iri: str) -> list[Term]:
        """Return the properties whose values are of the class `iri`."""
        return [term for term in self.terms() if iri in term.range]

    def above(self, term: Term) -> list[Term]:
        """Return all classes or properties of which `term` is a kind, nearest first."""
        direct = [one for one in self.terms() if one.iri in term.above]
        return [*direct, *(far for one in direct for far in self.above(one))]


@cache
def reference() -> Reference:
    """Return the ontology as it stands in the files."""
    facts = _Facts(ontology.ontology_quads())
    return Reference(
        iri=Iri(_WHOLE),
        title=facts.text(_WHOLE, "dcterms:title"),
        description=facts.text(_WHOLE, "dcterms:description"),
        version=facts.text(_WHOLE, "owl:versionInfo"),
        licence=Iri(facts.text(_WHOLE, "dcterms:license")),
        modified=facts.text(_WHOLE, "dcterms:modified"),
        notes=facts.all(_WHOLE, "skos:note"),
        modules=tuple(_module(facts, iri) for iri in facts.all(_WHOLE, "owl:imports")),
        code_lists=tuple(_code_list(facts, name) for name in ontology.schemes()),
        rules=tuple(_rule(name) for name in ontology.rules()),
        shapes=tuple(_shapes(_Facts(ontology.shape_quads()))),
    )


class _Facts:
    """The objects of each subject and predicate, in the order of the files."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.about: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self.below: dict[str, list[Iri]] = defaultdict(list)
        for quad in quads:
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                self._add(subject.value, names.short(quad.predicate.value), value.value)

    def _add(self, subject: str, predicate: str, value: str) -> None:
        if value not in self.about[subject][predicate]:
            self.about[subject][predicate].append(value)
        if predicate in ("rdfs:subClassOf", "rdfs:subPropertyOf"):
            self.below[value].append(Iri(subject))

    def all(self, subject: str, *predicates: str) -> tuple[str, ...]:
        """Return every value, predicate by predicate."""
        found: Mapping[str, list[str]] = self.about.get(subject, {})
        return tuple(value for one in predicates for value in found.get(one, ()))

    def text(self, subject: str, predicate: str) -> str:
        """Return the first value, or an empty text."""
        return next(iter(self.all(subject, predicate)), "")

    def iris(self, subject: str, *predicates: str) -> tuple[Iri, ...]:
        """Return every value as an IRI."""
        return tuple(map(Iri, self.all(subject, *predicates)))


def _module(facts: _Facts, iri: str) -> Module:
    own = [one for one in facts.about if iri in facts.all(one, "rdfs:isDefinedBy")]
    terms = [_term(facts, one) for one in own if one.startswith(names.TERM)]
    return Module(
        name=names.local_name(iri),
        title=facts.text(iri, "dcterms:title"),
        description=facts.text(iri, "dcterms:description"),
        classes=tuple(term for term in terms if term.kind == "class"),
        properties=tuple(term for term in terms if term.kind != "class"),
    )


def _term(facts: _Facts, iri: str) -> Term:
    kinds = facts.all(iri, "rdf:type")
    above = facts.iris(iri, "rdfs:subClassOf", "rdfs:subPropertyOf")
    lists = [one for one in facts.all(iri, "rdfs:seeAlso") if one.startswith(names.VOCAB)]
    return Term(
        iri=Iri(iri),
        name=names.local_name(iri),
        label=facts.text(iri, "rdfs:label"),
        definition=facts.text(iri, "skos:definition"),
        kind=next((_KINDS[one] for one in kinds if one in _KINDS), "class"),
        above=tuple(one for one in above if one.startswith(names.TERM)),
        below=tuple(facts.below[iri]),
        domain=facts.iris(iri, "rdfs:domain", "schema:domainIncludes"),
        range=facts.iris(iri, "rdfs:range", "schema:rangeIncludes"),
        codes=names.local_name(lists[0]) if lists else "",
        single=_OWL + "FunctionalProperty" in kinds,
        aligned=tuple(_aligned(facts, iri)),
        status=facts.text(iri, _STATUS),
        note=facts.text(iri, "skos:historyNote"),
    )


def _aligned(facts: _Facts, iri: str) -> Iterator[tuple[str, Iri]]:
    for predicate, words in _ALIGNED.items():
        for other in facts.iris(iri, predicate):
            if not other.startswith(names.TERM):
                yield words, other


def _code_list(facts: _Facts, name: str) -> CodeList:
    return CodeList(
        name=name,
        title=facts.text(names.VOCAB + name, "rdfs:label") or name,
        definition=facts.text(names.VOCAB + name, "skos:definition"),
        codes=ontology.code_list(name),
    )


def _rule(name: str) -> Rule:
    """Return a rule; its first comment is the lines before its first empty or bare line."""
    text = ontology.rule(name)
    lines = []
    for line in text.splitlines():
        if not line.startswith("# "):
            break
        lines.append(line.removeprefix("# ").removeprefix("Rule: "))
    return Rule(name=name, about=" ".join(lines), text=text)


def _shapes(facts: _Facts) -> Iterator[Shape]:
    for iri in facts.about:
        message = facts.text(iri, "sh:message")
        if message:
            severity = names.local_name(facts.text(iri, "sh:severity")).lower()
            yield Shape(name=names.local_name(iri), severity=severity, message=message)

"""The ontology as the library reads it: labels, code lists, shapes and rules.

Everything comes from the package `ontology`, so that nothing here repeats a term. Files are
read with csv and pyoxigraph alone, because the code lists are needed at every start.

    codes/modality.csv            -> Code(iri=BASE vocab/modality/planned, ...) -> SKOS quads
    keiretsu.ttl, modules/*.ttl   -> quads in the graph `ontology`
    alignments.ttl                -> the same graph
    shapes/stakes.ttl             -> quads in the graph `shapes`
    rules/1-clocks.rq             -> text
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import pyoxigraph as ox

from kg import names
from kg.names import Iri

_RDF = names.PREFIXES["rdf"]
_RDFS = names.PREFIXES["rdfs"]
_SKOS = names.PREFIXES["skos"]

_TYPE = ox.NamedNode(_RDF + "type")
_LABEL = ox.NamedNode(_RDFS + "label")
_DEFINITION = ox.NamedNode(_SKOS + "definition")
_TITLE = ox.NamedNode(names.PREFIXES["dcterms"] + "title")
_VERSION = ox.NamedNode(names.PREFIXES["owl"] + "versionInfo")
_STRENGTH = ox.NamedNode(names.term("strength"))
_CODES = ox.NamedNode(names.CODES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One entry of a code list."""

    iri: Iri
    scheme: str  # name of the list, e.g. "modality"
    code: str  # name within the list, e.g. "planned"
    label: str
    definition: str
    broader: Iri | None = None  # the wider code of the same list
    match: Iri | None = None  # a standard's code that means nearly the same
    strength: int | None = None  # larger is stronger; only where the list is an order


@cache
def schemes() -> tuple[str, ...]:
    """Return the names of the code lists, sorted."""
    return tuple(_stem(file) for file in _folder("codes", ".csv"))


@cache
def code_list(scheme: str) -> tuple[Code, ...]:
    """Return the codes of a list in the order of its file, or raise KeyError."""
    if scheme not in schemes():
        raise KeyError(scheme)
    text = _package().joinpath("codes", f"{scheme}.csv").read_text(encoding="utf-8")
    return tuple(_code(scheme, row) for row in csv.DictReader(text.splitlines()))


def is_code(iri: str) -> bool:
    """Say whether `iri` is a code of any list."""
    return iri in _codes()


def label(iri: str) -> str | None:
    """Return the English label of a term or a code, or None if it is neither.

    >>> label("https://w3id.org/keiretsu/vocab/modality/no-comment")
    'no comment'
    """
    code = _codes().get(iri)
    return code.label if code else _term_labels().get(iri)


def code_quads() -> Iterator[ox.Quad]:
    """Yield all code lists as SKOS, in the graph `names.CODES`.

    What a list is for and its version stand in modules/codes.ttl; they are repeated here, so that
    the graph of the codes can be used without the ontology.
    """
    described = _described_lists()
    for scheme in schemes():
        yield _quad(names.VOCAB + scheme, _TYPE, ox.NamedNode(_SKOS + "ConceptScheme"))
        for predicate, value in described.get(names.VOCAB + scheme, ()):
            yield _quad(names.VOCAB + scheme, predicate, value)
        for code in code_list(scheme):
            yield from _skos(code)


def ontology_quads() -> Iterator[ox.Quad]:
    """Yield the terms of all modules and their alignments, in the graph `names.ONTOLOGY`."""
    yield from _parsed([*_term_files(), _package() / "alignments.ttl"], names.ONTOLOGY)


def modules() -> tuple[str, ...]:
    """Return the names of the modules, sorted."""
    return tuple(_stem(file) for file in _folder("modules", ".ttl"))


def module(name: str) -> str:
    """Return a module as Turtle, or raise KeyError."""
    if name not in modules():
        raise KeyError(name)
    return _package().joinpath("modules", f"{name}.ttl").read_text(encoding="utf-8")


def context() -> str:
    """Return the JSON-LD context as text."""
    return _package().joinpath("context.jsonld").read_text(encoding="utf-8")


@cache
def prefixes() -> dict[str, Iri]:
    """Return the prefixes that the files of the terms and alignments use."""
    found: dict[str, Iri] = {}
    for file in (*_term_files(), _package() / "alignments.ttl"):
        parser = ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE)
        deque(parser, maxlen=0)  # prefixes are known once all is read
        found |= {name: Iri(iri) for name, iri in parser.prefixes.items()}
    return found


def shape_quads() -> Iterator[ox.Quad]:
    """Yield the SHACL shapes, in the graph `names.SHAPES`."""
    yield from _parsed(_folder("shapes", ".ttl"), names.SHAPES)


@cache
def rules() -> tuple[str, ...]:
    """Return the names of the derivation rules, sorted: the order in which they run."""
    return tuple(_stem(file) for file in _folder("rules", ".rq"))


@cache
def rule(name: str) -> str:
    """Return the text of a derivation rule, or raise KeyError."""
    if name not in rules():
        raise KeyError(name)
    return _package().joinpath("rules", f"{name}.rq").read_text(encoding="utf-8")


def _package() -> Traversable:
    return files("ontology")


def _folder(name: str, ending: str) -> list[Traversable]:
    found = (file for file in _package().joinpath(name).iterdir() if file.name.endswith(ending))
    return sorted(found, key=lambda file: file.name)


def _stem(file: Traversable) -> str:
    return file.name.rpartition(".")[0]


@cache
def _codes() -> dict[str, Code]:
    return {code.iri: code for scheme in schemes() for code in code_list(scheme)}


def _term_files() -> list[Traversable]:
    return [_package() / "keiretsu.ttl", *_folder("modules", ".ttl")]


@cache
def _term_labels() -> dict[str, str]:
    return {
        quad.subject.value: quad.object.value
        for quad in _parsed(_term_files(), names.ONTOLOGY)
        if quad.predicate == _LABEL
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
    }


def _described_lists() -> dict[str, list[tuple[ox.NamedNode, ox.Literal]]]:
    """Return what the terms say about each code list: its title, definition and version."""
    wanted = {_LABEL: _TITLE, _DEFINITION: _DEFINITION, _VERSION: _VERSION}
    found: dict[str, list[tuple[ox.NamedNode, ox.Literal]]] = {}
    for quad in _parsed(_term_files(), names.ONTOLOGY):
        meant, value = wanted.get(quad.predicate), quad.object
        if meant and isinstance(quad.subject, ox.NamedNode) and isinstance(value, ox.Literal):
            found.setdefault(quad.subject.value, []).append((meant, value))
    return found


def _code(scheme: str, row: dict[str, str]) -> Code:
    return Code(
        iri=names.code(scheme, row["code"]),
        scheme=scheme,
        code=row["code"],
        label=row["label"],
        definition=row["definition"],
        broader=names.code(scheme, row["broader"]) if row["broader"] else None,
        match=Iri(row["match"]) if row["match"] else None,
        strength=int(row["strength"]) if row["strength"] else None,
    )


def _skos(code: Code) -> Iterator[ox.Quad]:
    scheme = ox.NamedNode(names.VOCAB + code.scheme)
    yield _quad(code.iri, _TYPE, ox.NamedNode(_SKOS + "Concept"))
    yield _quad(code.iri, _skos_term("inScheme"), scheme)
    yield _quad(code.iri, _skos_term("notation"), ox.Literal(code.code))
    yield _quad(code.iri, _skos_term("prefLabel"), ox.Literal(code.label, language="en"))
    yield _quad(code.iri, _DEFINITION, ox.Literal(code.definition, language="en"))
    if code.broader:
        yield _quad(code.iri, _skos_term("broader"), ox.NamedNode(code.broader))
    else:
        yield _quad(code.iri, _skos_term("topConceptOf"), scheme)
    if code.match:
        yield _quad(code.iri, _skos_term("closeMatch"), ox.NamedNode(code.match))
    if code.strength is not None:
        yield _quad(code.iri, _STRENGTH, ox.Literal(code.strength))


def _skos_term(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SKOS + name)


def _quad(subject: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), predicate, value, _CODES)


def _parsed(sources: Iterable[Traversable], graph: Iri) -> Iterator[ox.Quad]:
    for source in sources:
        for triple in ox.parse(source.read_bytes(), ox.RdfFormat.TURTLE):
            yield ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))

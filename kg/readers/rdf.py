"""RDF files: one document's claims as Turtle (or any other RDF syntax) to `Claim` objects.

Propositions may be blank nodes: their IRIs are made from their content. Everything wrong with a
file is collected and told at once; a file with a problem yields nothing.

    file -> triples -> ClaimReader -> claims, or DocumentError with file, line and node
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox
from pyoxigraph import BlankNode, NamedNode, Quad

from kg import names
from kg.claims import PROPOSITIONS, Claim, Proposition
from kg.errors import ClaimError, DocumentError, Problem
from kg.names import Iri
from kg.quads import CLAIM, RDF_TYPE, RESPONSE, camel, field_types, from_term

Node = NamedNode | BlankNode
Properties = Mapping[str, Sequence[Any]]
T = TypeVar("T")

_CLASSES: dict[str, type[Proposition]] = {names.term(cls.__name__): cls for cls in PROPOSITIONS}


@cache
def _property(name: str) -> str:
    """Return the IRI of a field's property."""
    return names.term(camel(name))


def parse(path: Path) -> list[Quad]:
    """Return the quads of an RDF file, or raise DocumentError with line and column."""
    try:
        kind = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
        return list(ox.parse(path=str(path), format=kind or ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        problem = _syntax_problem(path, error)
    except OSError as error:
        reason = error.strerror or str(error)
        problem = Problem(file=str(path), message=f"cannot be read: {reason}", rule="file")
    raise DocumentError([problem])


def _syntax_problem(path: Path, error: SyntaxError) -> Problem:
    return Problem(
        file=str(path),
        line=error.lineno,
        column=error.offset,
        message=str(error.msg),
        rule="syntax",
        advice="nothing of the file was loaded",
    )


def claims(quads: Iterable[Quad], path: Path) -> list[Claim]:
    """Return the claims among a file's quads, or raise DocumentError; never half of them."""
    reader = ClaimReader(by_subject(quads), path)
    found = reader.claims()
    if reader.problems:
        raise DocumentError(reader.problems)
    return found


def by_subject(quads: Iterable[Quad]) -> dict[Node, dict[str, list[Any]]]:
    """Group quads by subject and property, in file order."""
    found: dict[Node, dict[str, list[Any]]] = {}
    for quad in quads:
        if isinstance(quad.subject, NamedNode | BlankNode):
            properties = found.setdefault(quad.subject, {})
            properties.setdefault(quad.predicate.value, []).append(quad.object)
    return found


class ClaimReader:
    """Turns the triples of one document into claims; what stops one becomes a problem."""

    def __init__(self, subjects: Mapping[Node, Properties], path: Path) -> None:
        self.subjects = subjects
        self.path = path
        self.problems: list[Problem] = []
        self._read: set[Node] = set()

    def claims(self) -> list[Claim]:
        """Return every claim of the document; look at `problems` before using any of them."""
        found = [self._claim(node) for node in self.subjects if self._is_claim(node)]
        for node in self.subjects:
            if node not in self._read:
                self._problem(node, "is neither a claim nor stated by one", "type it kei:Claim")
        return [claim for claim in found if claim is not None]

    def _is_claim(self, node: Node) -> bool:
        return bool({CLAIM, RESPONSE} & self._classes(node))

    def _classes(self, node: Node) -> set[str]:
        return {kind.value for kind in self.subjects.get(node, {}).get(RDF_TYPE.value, ())}

    def _claim(self, node: Node) -> Claim | None:
        self._read |= {node, *self.subjects[node].get(names.term("states"), ())}
        if not isinstance(node, NamedNode):
            self._problem(node, "is a claim without an IRI", "name it claim:<doc>-<sentence>-a")
            return None
        before = len(self.problems)
        properties = dict(self.subjects[node])
        values: dict[str, Any] = {"id": Iri(node.value)}
        stated = properties.pop(names.term("states"), [])
        if len(stated) > 1:
            self._problem(node, "states more than one proposition", "make one claim of each")
            return None
        if stated:
            values["states"] = self._proposition(node, stated[0])
        return self._build(Claim, node, properties, values, before)

    def _proposition(self, claim: Node, node: Node) -> Proposition | None:
        kinds = [_CLASSES[kind] for kind in self._classes(node) if kind in _CLASSES]
        if len(kinds) != 1:
            known = ", ".join(cls.__name__ for cls in PROPOSITIONS)
            self._problem(claim, "states something of no known kind", f"give it one of: {known}")
            return None
        before = len(self.problems)
        return self._build(kinds[0], claim, dict(self.subjects[node]), {}, before)

    def _build(
        self,
        cls: type[T],
        node: Node,
        properties: dict[str, Any],
        values: dict[str, Any],
        before: int,
    ) -> T | None:
        """Return the object, or None where there are more than `before` problems."""
        properties.pop(RDF_TYPE.value, None)
        for name, (kind, many) in field_types(cls).items():
            terms = properties.pop(_property(name), None)
            if terms is not None:
                values[name] = self._value(node, name, terms, kind, many)
        for unknown in properties:
            self._problem(
                node,
                f"has {names.short(unknown)}, which no {cls.__name__} has",
                "is it misspelt?",
            )
        self._require(cls, node, values)
        return self._construct(cls, node, values) if len(self.problems) == before else None

    def _construct(self, cls: type[T], node: Node, values: dict[str, Any]) -> T | None:
        try:
            return cls(**values)
        except ClaimError as error:
            self._problem(node, f"cannot be so: {error}", "correct the claim")
            return None

    def _value(self, node: Node, name: str, terms: Sequence[Any], kind: type, many: bool) -> Any:
        if not many and len(terms) > 1:
            self._problem(node, f"has {len(terms)} values of kei:{camel(name)}", "keep one")
        try:
            found = [from_term(term, kind) for term in terms]
        except ValueError as error:
            self._problem(node, f"kei:{camel(name)}: {error}", "correct the value")
            return None
        return tuple(sorted(set(map(str, found)))) if many else found[0]

    def _require(self, cls: type[Any], node: Node, values: dict[str, Any]) -> None:
        for field in fields(cls):
            if field.default is MISSING and field.name not in values:
                name = camel(field.name)
                self._problem(node, f"lacks kei:{name} ({cls.__name__})", "add it")

    def _problem(self, node: Node, message: str, advice: str) -> None:
        name = names.short(node.value) if isinstance(node, NamedNode) else str(node)
        self.problems.append(
            Problem(
                file=str(self.path),
                line=line_of(self.path, name),
                message=f"{name} {message}",
                advice=advice,
                rule="reader",
                node=name,
            )
        )


def line_of(path: Path, name: str) -> int | None:
    """Return the first line of a file that starts with a node's name, if one does."""
    last = names.local_name(name.replace(":", "/"))
    for number, line in enumerate(
        path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
    ):
        word = line.split(maxsplit=1)[0] if line.strip() else ""
        if names.local_name(word.strip("<>").replace(":", "/")) == last:
            return number
    return None

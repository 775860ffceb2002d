"""Examples: queries that teach the model, each one file, shown and published from there.

    examples/06-contradictions.rq -> Example("contradictions", "What contradicts what?", ...)
                                  -> the SPARQL page, docs/sparql.md
                                  -> quads in the graph `examples`

In the store they are SHACL executables (SHACL-SPARQL extensions, 5.4 and 6; W3C Note of 2017),
described as the SIB Swiss Institute of Bioinformatics does for its endpoints, so that what reads
those reads these.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from kg import names
from kg.names import Iri

ENDPOINT = Iri(names.BASE + "sparql")  # what the examples are for, wherever it is served

_SH = names.PREFIXES["sh"]
_TYPE = ox.NamedNode(names.PREFIXES["rdf"] + "type")
_COMMENT = ox.NamedNode(names.PREFIXES["rdfs"] + "comment")
_TITLE = ox.NamedNode(names.PREFIXES["dcterms"] + "title")
_TARGET = ox.NamedNode(names.PREFIXES["schema"] + "target")
_ONTOLOGY = ox.NamedNode(names.PREFIXES["owl"] + "Ontology")
_ANY_URI = ox.NamedNode(names.PREFIXES["xsd"] + "anyURI")
_FORM = re.compile(r"^(SELECT|CONSTRUCT|ASK)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One query that teaches something about the model."""

    name: str  # e.g. "contradictions"
    title: str  # the question it answers, in English
    teaches: str  # what to learn from it, in English
    form: str  # select, construct or ask
    query: str  # SPARQL 1.1, its comments included

    @property
    def iri(self) -> Iri:
        """Return its name in the graph."""
        return names.entity("example", self.name)


@cache
def examples() -> tuple[Example, ...]:
    """Return the examples in the order in which they teach."""
    folder = files("ontology").joinpath("examples")
    found = (file for file in folder.iterdir() if file.name.endswith(".rq"))
    return tuple(
        read(file.name, file.read_text(encoding="utf-8"))
        for file in sorted(found, key=lambda file: file.name)
    )


def read(file_name: str, query: str) -> Example:
    """Return the example of a file `<number>-<name>.rq`; ValueError if its head is not one.

    Its first line is the question, the comment below says what it teaches.
    """
    head = query.split("\n\n", 1)[0].splitlines()
    form = _FORM.search(query)
    if len(head) < 3 or head[1] != "#" or not form:
        raise ValueError(
            f"{file_name}: a question, an empty comment and what it teaches come first"
        )
    return Example(
        name=file_name.partition("-")[2].removesuffix(".rq"),
        title=head[0].removeprefix("# "),
        teaches=" ".join(line.removeprefix("# ") for line in head[2:]),
        form=form[1].lower(),
        query=query.strip(),
    )


def example_quads() -> Iterator[ox.Quad]:
    """Yield all examples and the usual prefixes, in the graph `names.EXAMPLES`."""
    yield from _prefixes()
    for example in examples():
        kind = f"SPARQL{example.form.capitalize()}Executable"
        yield _quad(example.iri, _TYPE, _sh("SPARQLExecutable"))
        yield _quad(example.iri, _TYPE, _sh(kind))
        yield _quad(example.iri, _TITLE, ox.Literal(example.title, language="en"))
        comment = f"{example.title} {example.teaches}"
        yield _quad(example.iri, _COMMENT, ox.Literal(comment, language="en"))
        yield _quad(example.iri, _sh(example.form), ox.Literal(example.query))
        yield _quad(example.iri, _sh("prefixes"), ox.NamedNode(names.EXAMPLES))
        yield _quad(example.iri, _TARGET, ox.NamedNode(ENDPOINT))


def _prefixes() -> Iterator[ox.Quad]:
    """Yield the declarations; they have IRIs, so that a second reading gives the same quads."""
    yield _quad(names.EXAMPLES, _TYPE, _ONTOLOGY)
    for prefix, namespace in names.PREFIXES.items():
        declared = f"{names.EXAMPLES}#{prefix}"
        yield _quad(names.EXAMPLES, _sh("declare"), ox.NamedNode(declared))
        yield _quad(declared, _sh("prefix"), ox.Literal(prefix))
        yield _quad(declared, _sh("namespace"), ox.Literal(namespace, datatype=_ANY_URI))


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)


def _quad(subject: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), predicate, value, ox.NamedNode(names.EXAMPLES))

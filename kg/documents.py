"""Documents: files read and ready to be written.

A data folder holds `companies.ttl` and `sources.ttl` (names of things) and `claims/*.ttl` (what
documents say, one file a document).

    companies.ttl, sources.ttl -> graph/entities/<where from>-<file>
    claims/<document>.ttl      -> graph/doc/<document> and graph/propositions
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, NamedNode, Quad

from kg import names
from kg.claims import Claim
from kg.errors import DocumentError, Problem
from kg.names import Iri, document_graph, local_name
from kg.quads import CLAIM, RDF_TYPE, RESPONSE, all_quads
from kg.readers import rdf

DATA = "data"  # the scope of the files of a data folder


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read and ready to be written."""

    path: Path
    graphs: tuple[Iri, ...]  # the named graphs it fills alone
    named: tuple[Quad, ...] = ()  # the names of things, where it states no claims
    claims: tuple[Claim, ...] = ()

    @property
    def quads(self) -> tuple[Quad, ...]:
        """Return all that it writes; made when asked for, as it is larger than the claims."""
        return (*self.named, *all_quads(self.claims))


def shipped_folder() -> Path:
    """Return the folder of the data that come with the package."""
    return Path(str(files("data")))


def data_files(folder: Path) -> list[Path]:
    """Return the files of a data folder in the order they are read."""
    return sorted(folder.glob("*.ttl")) + sorted((folder / "claims").glob("*.ttl"))


def read_file(path: Path, scope: str = "added") -> Document:
    """Return one file's quads; a file with a claim in it is a document, any other names things.

    `scope` keeps the names of a data folder apart from those that were added to a store.
    """
    quads = rdf.parse(path)
    if any(_is_claim(quad) for quad in quads):
        claims = tuple(rdf.claims(quads, path))
        graphs = tuple({document_graph(claim.source): None for claim in claims})
        return Document(path, graphs, claims=claims)
    graph = _names_graph(path, scope)
    node = NamedNode(graph)
    own = _Renamed()
    named = tuple(Quad(own[q.subject], q.predicate, own[q.object], node) for q in quads)
    return Document(path, (graph,), named)


class _Renamed(dict[Any, Any]):
    """Terms by themselves, and blank nodes by new ones: two files may call theirs alike."""

    def __missing__(self, term: Any) -> Any:
        self[term] = BlankNode() if isinstance(term, BlankNode) else term
        return self[term]


def _names_graph(path: Path, scope: str) -> Iri:
    """Return the graph for a file that names things: its own, and the same at each reading."""
    origin = path.name if scope == DATA else str(path.resolve())
    digest = hashlib.sha256(origin.encode()).hexdigest()[:8]
    return Iri(f"{names.ENTITIES}/{scope}-{names.slug(path.stem)}-{digest}")


def _is_claim(quad: Quad) -> bool:
    if quad.predicate == RDF_TYPE:
        return quad.object in (NamedNode(CLAIM), NamedNode(RESPONSE))
    return quad.predicate.value in (names.term("states"), names.term("respondsTo"))


def read_files(paths: Iterable[Path], scope: str = "added") -> list[Document]:
    """Return the documents of several files, or raise one DocumentError with all problems."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            documents.append(read_file(path, scope))
        except DocumentError as error:
            problems.extend(error.problems)
    problems.extend(_shared_graphs(documents))
    if problems:
        raise DocumentError(problems)
    return documents


def _shared_graphs(documents: list[Document]) -> Iterator[Problem]:
    """Yield a problem where two files claim for one document: the second would hide the first."""
    seen: dict[Iri, Path] = {}
    for document in documents:
        for graph in document.graphs:
            if graph in seen:
                yield Problem(
                    file=str(document.path),
                    message=f"fills {local_name(graph)}, as {seen[graph]} does",
                    rule="one file a document",
                    advice="put both into one file",
                )
            seen[graph] = document.path

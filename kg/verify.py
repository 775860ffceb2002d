"""Verifying: does an article really hold the sentences that the claims point at?

The graph keeps only hashes, so the article has to be brought by whoever holds it.

    article -> numbered sentences -> SHA-256 of each -> compared with each claim of its document
"""

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.errors import ParameterError
from kg.names import Iri
from kg.readers.articles import sentences, text_sha256
from kg.store.base import Graph, Row

_POINTERS = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?source ?text_sha256 ?sentence ?sha256
WHERE {
  ?claim kei:source ?source ; kei:sentence ?sentence ; kei:sentenceSha256 ?sha256 .
  OPTIONAL { ?source kei:textSha256 ?text_sha256 }
}
ORDER BY ?claim
"""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What one claim says about where its sentence stands."""

    claim: str
    source: str
    text_sha256: str
    sentence: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim held against the article. `found_at` is 0 where no sentence has its hash."""

    claim: Iri
    sentence: int
    found_at: int

    @property
    def confirmed(self) -> bool:
        """Say whether the sentence stands where the claim says it does."""
        return self.found_at == self.sentence


@dataclass(frozen=True, slots=True)
class Verification:
    """An article held against the document it is."""

    source: Iri
    same_text: bool  # the whole text has the hash that the document records
    claims: tuple[Checked, ...]

    @property
    def confirmed(self) -> bool:
        """Say whether every claim's sentence was found where it should be."""
        return all(one.confirmed for one in self.claims)


def verify(graph: Graph, text: str) -> Verification:
    """Hold an article's text against the claims made from it.

    The document is the one with the text's hash, else the one most of whose sentences it holds.
    Raises ParameterError when no document has even one of its sentences.
    """
    pointers = [_pointer(row) for row in graph.select(_POINTERS).rows]
    own = sentences(text)
    places: dict[str, list[int]] = {}
    for sentence in own:
        places.setdefault(sentence.sha256, []).append(sentence.number)
    source = _document(pointers, text_sha256(text), set(places))
    checked = tuple(
        Checked(Iri(one.claim), one.sentence, _place(places.get(one.sha256, []), one.sentence))
        for one in pointers
        if one.source == source
    )
    same = any(p.source == source and p.text_sha256 == text_sha256(text) for p in pointers)
    return Verification(Iri(source), same, checked)


def _document(pointers: list[Pointer], whole: str, hashes: set[str]) -> str:
    by_text = next((one.source for one in pointers if one.text_sha256 == whole), "")
    if by_text:
        return by_text
    held: dict[str, int] = {}
    for one in pointers:
        held[one.source] = held.get(one.source, 0) + (one.sha256 in hashes)
    best = max(held, key=lambda source: held[source], default="")
    if not held.get(best):
        raise ParameterError("article", "no document of the graph has a sentence of this text")
    return best


def _place(found: list[int], wanted: int) -> int:
    return wanted if wanted in found else next(iter(found), 0)


def _pointer(row: Row) -> Pointer:
    texts = {
        name: term.value for name, term in row.items() if isinstance(term, NamedNode | Literal)
    }
    return Pointer(
        texts["claim"],
        texts["source"],
        texts.get("text_sha256", ""),
        int(texts["sentence"]),
        texts["sha256"],
    )

"""Matching: which entity is meant by a text? Identifiers first, names last, never a silent guess.

"company:nissan-motor", full IRI, slug, LEI, Wikidata id  -> that entity
preferred name, then other names, however spelt           -> that entity, or the candidates
anything else                                             -> the nearest names, as a question
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz, process

from kg import names, ontology
from kg.errors import AmbiguousNameError, Candidate, UnknownNameError
from kg.names import Iri
from kg.store.base import Graph

_FAR = 40  # score, 0-100, below which no name is worth offering
_NEAR = 70  # score, 0-100, from which a search box offers a name that is spelt otherwise

_NAMES = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?entity ?kind ?property ?name
WHERE {
  %s
  ?entity a ?kind .
  FILTER(STRSTARTS(STR(?kind), STR(kei:)))
  ?entity rdfs:label ?label .
  ?entity ?property ?name .
  FILTER(?property IN (rdfs:label, skos:altLabel, kei:lei, schema:sameAs))
}
"""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name: a company, an alliance, a market, a document ..."""

    id: Iri
    label: str
    kind: str  # local name of its class, e.g. "Company"
    aliases: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()  # LEI, IRIs elsewhere

    @property
    def slug(self) -> str:
        """Return the last part of its IRI: `nissan-motor`."""
        return names.local_name(self.id)

    @property
    def candidate(self) -> Candidate:
        """Return it as something that may have been meant."""
        return Candidate(self.id, self.label, self.slug)


def key(name: str) -> str:
    """Return a name without case, accents and punctuation, for comparing.

    >>> key("Citroën, S.A."), key("Honda-Nissan")
    ('citroen s a', 'honda nissan')
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    without_accents = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", without_accents))


class Register:
    """All named entities of a graph, by every name they have."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.by_id: dict[str, Entity] = {}
        self._by_identifier: dict[str, tuple[Entity, ...]] = {}
        self._by_label: dict[str, tuple[Entity, ...]] = {}
        self._by_alias: dict[str, tuple[Entity, ...]] = {}
        self._compared: dict[frozenset[str], dict[tuple[Iri, str], str]] = {}
        for entity in entities:
            self._add(entity)

    def _add(self, entity: Entity) -> None:
        self.by_id[entity.id] = entity
        for index, spelling in _spellings(entity):
            held = getattr(self, index)
            held[spelling] = (*held.get(spelling, ()), entity)

    def with_more(self, entities: Iterable[Entity]) -> "Register | None":
        """Return a register with further entities; None if one of them is here as another.

        This one is not changed: others may be reading it.
        """
        more = Register(())
        for index in ("by_id", *_INDEXES):
            setattr(more, index, dict(getattr(self, index)))
        for entity in entities:
            if more.by_id.get(entity.id, entity) != entity:
                return None
            if entity.id not in more.by_id:
                more._add(entity)
        return more

    def label(self, iri: str) -> str:
        """Return the name of an entity, code or term; failing that, its IRI's last part."""
        entity = self.by_id.get(iri)
        return entity.label if entity else ontology.label(iri) or names.local_name(iri)

    def resolve(self, text: str, kinds: frozenset[str], parameter: str) -> Entity:
        """Return the one entity of `kinds` that `text` names.

        Raises UnknownNameError with the nearest names, AmbiguousNameError with all candidates.
        """
        by_iri = self.by_id.get(text)
        if by_iri and by_iri.kind in kinds:
            return by_iri
        for index, asked in (
            (self._by_identifier, text.casefold().strip()),
            (self._by_label, key(text)),
            (self._by_alias, key(text)),
        ):
            found = {one.id: one for one in index.get(asked, ()) if one.kind in kinds}
            if len(found) == 1:
                return next(iter(found.values()))
            if found:
                raise AmbiguousNameError(parameter, text, [e.candidate for e in found.values()])
        raise UnknownNameError(parameter, text, [e.candidate for e in self.nearest(text, kinds)])

    def called(self, spelling: str) -> tuple[Entity, ...]:
        """Return what has a name that compares as `spelling` does: preferred names first."""
        return self._by_label.get(spelling, ()) or self._by_alias.get(spelling, ())

    def nearest(
        self, text: str, kinds: frozenset[str], most: int = 3, least: int = 0
    ) -> list[Entity]:
        """Return the entities whose names are closest to `text`, closest first.

        `least` is the score, 0-100, from which a name counts as close at all.
        """
        choices = self._choices(kinds)
        close = process.extract(
            key(text), choices, scorer=fuzz.WRatio, limit=most * 4, score_cutoff=max(least, _FAR)
        )
        ids = dict.fromkeys(chosen[0] for _, _, chosen in close)
        return [self.by_id[one] for one in ids][:most]

    def _choices(self, kinds: frozenset[str]) -> dict[tuple[Iri, str], str]:
        """Return the names of some kinds as they are compared; made once, for it takes long."""
        made = self._compared.get(kinds)
        if made is None:
            made = self._compared[kinds] = {
                (entity.id, name): key(name)
                for entity in self.by_id.values()
                if entity.kind in kinds
                for name in (entity.label, *entity.aliases)
            }
        return made

    def search(self, text: str, kinds: frozenset[str], most: int = 10) -> list[Entity]:
        """Return entities for a search box: names that begin so, have a word so, or are near."""
        asked = key(text)
        if text.strip() and not asked:
            return []
        ranked = sorted(
            (rank, entity.label, entity.id)
            for entity in self.by_id.values()
            if entity.kind in kinds and (rank := _rank(asked, entity)) is not None
        )
        found = [self.by_id[one] for _, _, one in ranked[:most]]
        return found or (self.nearest(text, kinds, most, _NEAR) if asked else [])


_INDEXES = ("_by_identifier", "_by_label", "_by_alias")


def _spellings(entity: Entity) -> Iterator[tuple[str, str]]:
    """Yield each text that names an entity, with the index it belongs to."""
    for identifier in (entity.slug, names.short(entity.id), *entity.identifiers):
        for spelling in (identifier, names.local_name(identifier)):
            yield "_by_identifier", spelling.casefold()
    yield "_by_label", key(entity.label)
    for alias in entity.aliases:
        yield "_by_alias", key(alias)


def _rank(asked: str, entity: Entity) -> int | None:
    """Return how well a name fits what was typed, 0 best: its beginning, a word's, its inside.

    The preferred name comes before the others within each.
    """
    ranks = [_fit(asked, key(entity.label)) * 2]
    ranks += [_fit(asked, key(alias)) * 2 + 1 for alias in entity.aliases]
    best = min(ranks)
    return best if best < 2 * _NO_FIT else None


_NO_FIT = 3


def _fit(asked: str, name: str) -> int:
    if name.startswith(asked):
        return 0
    if f" {asked}" in name:
        return 1
    return 2 if asked in name else _NO_FIT


_registers: WeakKeyDictionary[Graph, tuple[int, Register]] = WeakKeyDictionary()


def register(graph: Graph) -> Register:
    """Return the register of a graph; it is made once for each version of the store."""
    version, made = _registers.get(graph, (-1, None))
    if made is None or version != graph.version:
        made = Register(_entities(graph))
        _registers[graph] = (graph.version, made)
    return made


def keep_register(graph: Graph, since: int, things: Iterable[str]) -> None:
    """Say that of all names only those of `things` came since a version of the store.

    The register of that version is then kept, with these added, and not made anew.
    """
    version, made = _registers.get(graph, (-1, None))
    if made is None or version != since:
        return
    more = made.with_more(_entities(graph, things))
    if more is not None:
        _registers[graph] = (graph.version, more)


def _entities(graph: Graph, things: Iterable[str] | None = None) -> Iterable[Entity]:
    """Yield the named entities of a graph: all, or some of them."""
    only = (
        "" if things is None else f"VALUES ?entity {{ {' '.join(f'<{one}>' for one in things)} }}"
    )
    labels: dict[str, tuple[str, str]] = {}
    aliases: dict[str, list[str]] = {}
    identifiers: dict[str, list[str]] = {}
    for entity, kind, property_, name in graph.texts(_NAMES % only):
        local = names.local_name(property_)
        if local == "label":
            labels[entity] = (name, names.local_name(kind))
        elif local == "altLabel":
            aliases.setdefault(entity, []).append(name)
        else:
            identifiers.setdefault(entity, []).append(name)
    for iri, (label, kind_name) in labels.items():
        yield Entity(
            Iri(iri),
            label,
            kind_name,
            tuple(sorted(aliases.get(iri, ()))),
            tuple(sorted(identifiers.get(iri, ()))),
        )

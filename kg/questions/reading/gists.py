"""Gists: questions whose words may stand in any order, because no place in them changes the sense.

    "Nissan's global sales, how big were they?" -> sales-of (subject: Nissan Motor)

A gist names the words that have to be there and those that may be; a sentence with any other word
is none of it, so that nothing is passed over. Who holds what of whom depends on the order of words
and has no gist.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import KgError
from kg.questions.reading.patterns import Wording, expanded
from kg.questions.reading.vocabulary import MARKS, NAME, Phrase

_ASKING_WHETHER = ("be", "do", "have", "will")
_KEYS = {
    "question",
    "slots",
    "needs",
    "allows",
    "act",
    "column",
    "fixed",
    "premise",
    "whether",
    "several",
}


@dataclass(frozen=True, slots=True)
class Gist:
    """Words of a question in any order: of each of `needs` one, and of `allows` any."""

    wording: Wording
    needs: tuple[frozenset[str], ...]
    words: frozenset[str]
    whether: bool = False  # it is asked whether; such a sentence begins with its verb

    def covers(self, said: Phrase) -> bool:
        """Say whether a canonical sentence has what is needed and nothing else."""
        if (said[0] in _ASKING_WHETHER) != self.whether or not self.words.issuperset(said):
            return False
        return all(not group.isdisjoint(said) for group in self.needs)


def gists(said: Mapping[str, Any]) -> dict[int, list[Gist]]:
    """Return the gists of a lexicon by how many names they have. Raises KgError."""
    found: dict[int, list[Gist]] = {}
    shared = said.get("gist_words", [])
    for entry in said.get("gist", ()):
        one = _gist(entry, shared)
        found.setdefault(len(one.wording.slots), []).append(one)
    return found


def _gist(entry: Mapping[str, Any], shared: Iterable[str]) -> Gist:
    unknown = set(entry) - _KEYS
    if unknown or "question" not in entry or not entry.get("needs"):
        raise KgError(
            f"lexicon: [[gist]] has {', '.join(sorted(unknown)) or 'no question or needs'}"
        )
    needs = tuple(frozenset(expanded(f"({one})")) for one in entry["needs"])
    words = {*shared, *entry.get("allows", ()), *MARKS - {"N", "O"}}.union(*needs)
    wording = Wording(
        " ".join(f"{{{one}}}" for one in entry.get("slots", ())),
        entry["question"],
        entry.get("act", "rows"),
        column=entry.get("column", ""),
        premise=entry.get("premise", ""),
        fixed=entry.get("fixed", {}),
        several=bool(entry.get("several")),
    )
    return Gist(wording, needs, frozenset(words), bool(entry.get("whether")))


def covering(held: Mapping[int, list[Gist]], said: Phrase) -> Iterator[list[Wording]]:
    """Yield the wordings whose gist a sentence is: together those that need as much, most first."""
    found = [one for one in held.get(said.count(NAME), ()) if said and one.covers(said)]
    for needed in sorted({len(one.needs) for one in found}, reverse=True):
        yield [one.wording for one in found if len(one.needs) == needed]

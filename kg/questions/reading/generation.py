"""Generation: each entry of the lexicon becomes all its wordings."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.errors import KgError
from kg.questions.reading.measures import measure_wordings
from kg.questions.reading.patterns import Wording, expanded, possessives
from kg.questions.reading.relations import relation_wordings


def generated(said: Mapping[str, Any]) -> Iterator[Wording]:
    """Yield the wordings of the relations and measures of a lexicon."""
    for entry in said.get("relation", ()):
        yield from relation_wordings(entry)
    for entry in said.get("measure", ()):
        yield from measure_wordings(entry)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A wording as a lexicon writes it, with its choices; they are written out when needed."""

    text: str
    entry: Mapping[str, Any]
    noun: bool

    @property
    def words(self) -> set[str]:
        """Return every word in it."""
        return set(_WORDS.findall(_SLOTS.sub(" ", self.text)))

    @property
    def counts(self) -> range:
        """Return how many names its wordings may have: those in a choice may be left out."""
        rest, kept = self.text, ""
        while rest != kept:  # a choice may stand in a choice
            rest, kept = _CHOICES.sub(" ", rest), rest
        return range(_names(rest), _names(self.text) + 1)

    def wordings(self) -> Iterator[Wording]:
        """Yield every wording it stands for."""
        meaning = {name: self.entry[name] for name in _MEANING if name in self.entry}
        for text in expanded(self.text):
            if self.noun:
                for one in possessives(text):
                    yield from _ranked(one, meaning, noun=True)
                continue
            yield from _ranked(text, meaning, noun=False)
            for slot, other in self.entry.get("also", {}).items():
                if f"{{{slot}}}" in text and f"{{{other}}}" not in text:
                    swapped = text.replace(f"{{{slot}}}", f"{{{other}}}")
                    yield from _ranked(swapped, meaning, noun=False)


def patterns(said: Mapping[str, Any]) -> Iterator[Pattern]:
    """Yield the patterns of a lexicon's wordings. Raises KgError."""
    for entry in said.get("wording", ()):
        unknown = set(entry) - _KEYS
        if unknown or "question" not in entry:
            found = ", ".join(sorted(unknown)) or "no question"
            raise KgError(f"lexicon: [[wording]] has {found}")
        yield from (Pattern(one, entry, noun=False) for one in entry.get("say", ()))
        yield from (Pattern(one, entry, noun=True) for one in entry.get("nouns", ()))


def _names(text: str) -> int:
    return text.count("{") - text.count("{n}") - text.count("{rank}")


_WORDS = re.compile(r"[^\s()|\[\]]+")
_SLOTS = re.compile(r"\{\w+\}")
_CHOICES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_MEANING = ("question", "act", "column", "premise", "fixed", "several")
_KEYS = {"also", "say", "nouns", *_MEANING}


def _ranked(text: str, meaning: dict[str, Any], *, noun: bool) -> Iterator[Wording]:
    """Yield a wording; "{rank} biggest" is also said as "biggest" alone, which is the first."""
    yield Wording(text, noun=noun, **meaning)
    if "{rank} biggest" in text:
        fixed = {**meaning.get("fixed", {}), "rank": "1"}
        yield Wording(
            text.replace("{rank} biggest", "biggest"), noun=noun, **{**meaning, "fixed": fixed}
        )

"""Vocabulary: which words say the same, which say nothing, and a sentence in one word for each.

"could you list the firms that owned" -> company that own
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from kg.questions.reading.words import words

Phrase = tuple[str, ...]
NAME, NUMBER, ORDINAL = "E", "N", "O"  # a value in a canonical sentence; words are lower case
MARKS = frozenset({NAME, NUMBER, ORDINAL, "'s"})


class Vocabulary:
    """Words and phrases, each with what stands for it in a canonical sentence."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._words: dict[str, str] = dict.fromkeys(said["fillers"], "")
        self._phrases: dict[Phrase, Phrase] = {}
        self._pairs: set[Phrase] = set()  # how phrases begin: most words begin none
        self._longest = 1
        self._openers: set[Phrase] = set()
        self.known: set[str] = {*self._words, "'s", "s"}
        spellings = {**said["words"], **said["forms"]}
        for word, others in spellings.items():
            self._learn(word, others)
        for phrase, other in said["phrases"].items():
            self._say(tuple(phrase.split()), tuple(other.split()))
        self._openers = {self.canonical(keys(one)) for one in said["openers"]} - {()}
        self.known |= {word for one in said["openers"] for word in keys(one)}

    def _learn(self, word: str, others: Iterable[str]) -> None:
        for other in others:
            spelt = keys(other)
            self.known |= set(spelt)
            if len(spelt) == 1:
                self._words.setdefault(spelt[0], word)
        for other in others:
            if len(keys(other)) > 1:
                self._say(tuple(keys(other)), (word,))
        self.known |= set(word.split())

    def inflect(self, word: str, *, verb: bool) -> None:
        """Learn the regular forms of a verb or noun, where none are given."""
        stem = word[:-1] if word.endswith("e") else word
        plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
        forms = {plural, stem + "ed", stem + "ing"} if verb else {plural}
        for form in forms:
            self._words.setdefault(form, word)
        self.known |= forms | {word}

    def _say(self, phrase: Phrase, other: Phrase) -> None:
        spelt = tuple(word for one in phrase if (word := self._words.get(one, one)))
        self._phrases[spelt] = other
        self._pairs.add(spelt[:2])
        self._longest = max(self._longest, len(spelt))
        self.known |= {*phrase, *other}

    def counts(self, word: str) -> bool:
        """Say whether a word says something: whether it is no filler."""
        return self._words.get(word, word) != ""

    def canonical(self, spelt: Sequence[str]) -> Phrase:
        """Return words in the form in which they are compared; marks stay as they are."""
        return self.phrased(list(self.replaced(spelt)))

    def replaced(self, spelt: Iterable[str]) -> Phrase:
        """Return words with each as the one that stands for it; those that say nothing left out."""
        return tuple(word for one in spelt if (word := self._words.get(one, one)))

    def phrased(self, plain: list[str]) -> Phrase:
        """Return such words with phrases as those that stand for them."""
        for _ in range(3):
            if self._pairs.isdisjoint(pairwise(plain)):
                break
            said = self._once(plain)
            if said == plain:
                break
            plain = said
        return tuple(plain)

    def _once(self, plain: list[str]) -> list[str]:
        said: list[str] = []
        place = 0
        while place < len(plain):
            begins = tuple(plain[place : place + 2]) in self._pairs
            for length in range(min(self._longest, len(plain) - place) if begins else 1, 1, -1):
                other = self._phrases.get(tuple(plain[place : place + length]))
                if other is not None:
                    said.extend(other)
                    place += length
                    break
            else:
                said.append(plain[place])
                place += 1
        return said

    def without_opener(self, canonical: Phrase) -> Phrase | None:
        """Return a canonical sentence without what only opens it; None if nothing does."""
        for length in range(min(6, len(canonical) - 1), 0, -1):
            if canonical[:length] in self._openers:
                return canonical[length:]
        return None


@lru_cache(maxsize=20_000)
def keys(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared."""
    return tuple(word.key for word in words(text))

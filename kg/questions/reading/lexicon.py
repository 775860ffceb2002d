"""The lexicon: words and wordings from its files, as a table from canonical sentences to meanings.

"who own E" -> [Frame(who-owns, company)]

Shipped: lexicon.toml. A user's own file has the same keys and adds to it.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kg import ontology
from kg.errors import KgError
from kg.questions.catalogue import ENTITY_KINDS, questions
from kg.questions.reading.generation import Pattern, generated, patterns
from kg.questions.reading.gists import covering, gists
from kg.questions.reading.patterns import Wording
from kg.questions.reading.vocabulary import NAME, NUMBER, ORDINAL, Phrase, Vocabulary, keys

_EACH = frozenset({"rows", "change-of", "trend"})  # acts on each of several by itself
_HOMES = frozenset({"Market", "CompanyGroup"})
_STARTS = (  # what may stand before a noun that is asked for
    "who be", "what be", "how much be", "how many be", "who", "what", "who all be", "where be",
    "whose be", "how be", "who have be", "what have be", "how much", "who do", "what do",
    "be there", "how many",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """What a canonical sentence means: a wording, and the slots of its names in their order."""

    wording: Wording
    slots: tuple[str, ...]
    several: bool = False  # the first slot takes a list: each is asked by itself

    def kinds(self, slot: str) -> frozenset[str]:
        """Return the classes of entities a slot takes."""
        if slot == "home":
            return _HOMES
        if slot == "alliance":  # also where its question has none, only its members
            return ENTITY_KINDS["alliance"]
        if slot == "other":
            slot = self.slots[0]
        question = questions()[self.wording.question]
        parameter = question.parameter(slot)
        if parameter is None and any(one.name == slot for one in question.columns):
            return ENTITY_KINDS["agent"]
        return ENTITY_KINDS.get(parameter.kind, frozenset()) if parameter else frozenset()


class Lexicon:
    """Vocabulary and wordings, ready to be compared with."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.vocabulary = Vocabulary(said)
        self._parts: dict[str, Phrase] = {}
        self.several = frozenset(said["several"])
        self.adjectives: dict[str, str] = said["adjectives"]
        self.powertrains = _powertrains(said["powertrains"])
        self._table: dict[Phrase, list[Frame]] = {}
        self._nouns: dict[Phrase, list[Frame]] = {}
        for entry in said.get("relation", ()):
            self._inflect(entry)
        listed = [one for one in _of_the_catalogue() if one.question in questions()]
        self._listed = {self.canonical(one.text): one for one in listed}
        self._waiting: dict[int, list[Wording]] = defaultdict(list)
        self.words = self.vocabulary.known
        self._own: dict[int, list[Wording]] = defaultdict(list)  # of the catalogue
        for held, found in ((self._waiting, generated(said)), (self._own, listed)):
            for one in found:
                if one.question in questions():
                    held[_names(one.text)].append(one)
                    self.words.update(one.text.split())
        self._patterns: dict[int, list[Pattern]] = defaultdict(list)
        for pattern in patterns(said):
            self.words |= pattern.words
            for count in pattern.counts:
                self._patterns[count].append(pattern)
        self._gists = gists(said)
        for gist_list in self._gists.values():
            self.words.update(word for one in gist_list for word in one.words if word.islower())
        self.who_says = self._around(said["sources"]["before"])
        self.says_who = self._around(said["sources"]["after"])
        self.before_name, self.after_name = (
            {one: who for who, texts in said["chains"].items() for one in self._beside(texts, at)}
            for at in (0, 1)
        )

    def everything(self) -> Iterator[tuple[Phrase, Frame]]:
        """Yield every frame with its canonical sentence."""
        for count in {*self._waiting, *self._patterns, *self._own}:
            self._read(count)
        for held in (self._table, self._nouns):
            for canonical, frames in held.items():
                yield from ((canonical, frame) for frame in frames)

    def _read(self, count: int) -> None:
        """Put the wordings with so many names into the table: a sentence needs only those."""
        for one in self._waiting.pop(count, ()):
            self._add(one)
        for pattern in self._patterns.pop(count, ()):
            for one in pattern.wordings():
                if _names(one.text) == count and one.question in questions():
                    self._add(one)
        for one in self._own.pop(count, ()):  # after those of the lexicon, which say more
            self._add(one)

    def _inflect(self, entry: Mapping[str, Any]) -> None:
        for verb in entry.get("verbs", ()):
            self.vocabulary.inflect(verb.split()[0], verb=True)
        for name in ("subject_nouns", "object_nouns", "links"):
            for noun in entry.get(name, ()):
                self.vocabulary.inflect(noun.split()[0], verb=False)
                self.vocabulary.inflect(noun.split()[-1], verb=False)

    def _is_listed_elsewhere(self, one: Wording, canonical: Phrase) -> bool:
        """Say whether another question lists this very wording as its own, for the same kinds."""
        other = self._listed.get(canonical)
        if other is None or other.question == one.question:
            return False
        kinds = [[Frame(w, w.slots).kinds(slot) for slot in w.slots] for w in (one, other)]
        return kinds[0] == kinds[1]

    def _add(self, one: Wording) -> None:
        canonical = self.canonical(one.text)
        if self._is_listed_elsewhere(one, canonical):
            return
        frame = self._frame(one)
        slots = frame.slots
        held = (self._nouns if one.noun else self._table).setdefault(canonical, [])
        if not any(_same(one, other.wording) and slots == other.slots for other in held):
            held.append(frame)

    def _frame(self, one: Wording) -> Frame:
        slots = one.slots
        if "n" in slots or "rank" in slots:
            slots = tuple(s for s in slots if s not in ("n", "rank"))
        alone = one.question in self.several and one.act in _EACH and len(slots) < 3
        return Frame(one, slots, one.several or alone)

    def loosely(self, canonical: Phrase) -> Iterator[list[Frame]]:
        """Yield what a canonical sentence may mean in any order of its words, the nearest first."""
        for equal in covering(self._gists, canonical):
            yield [self._frame(one) for one in equal]

    def _around(self, texts: Iterable[str]) -> tuple[Phrase, ...]:
        """Return phrases as they are compared, the longest first."""
        self.vocabulary.known.update(word for one in texts for word in keys(one))
        made = {self.canonical(one) for one in texts} - {()}
        return tuple(sorted(made, key=lambda one: (-len(one), one)))

    def _beside(self, texts: Iterable[str], at: int) -> Iterator[Phrase]:
        """Yield what stands before a name (0) or after it (1) in descriptions of someone."""
        for text in texts:
            said = self.canonical(text.partition("{name}")[2 * at])
            if said:
                yield said

    def canonical(self, text: str) -> Phrase:
        """Return a wording in the form in which sentences are compared."""
        plain: list[str] = []
        for part in text.split():
            held = self._parts.get(part)
            if held is None:
                held = self._parts[part] = self._part(part)
            plain += held
        return self.vocabulary.phrased(plain)

    def _part(self, part: str) -> Phrase:
        """Return a word of a wording, or the mark of its slot, as it is compared."""
        if part.startswith("{"):
            return ({"{n}": NUMBER, "{rank}": ORDINAL}.get(part, NAME),)
        return self.vocabulary.replaced(keys(part) if part != "'s" else ("'s",))

    def frames(self, canonical: Phrase) -> list[Frame]:
        """Return what a canonical sentence may mean: as a whole, or as a noun asked for."""
        self._read(canonical.count(NAME))
        found = list(self._table.get(canonical, ()))
        meant = {(one.wording.question, one.slots) for one in found}
        for one in self._nouns.get(canonical, ()):
            if (one.wording.question, one.slots) not in meant:
                found.append(one)
        if found:
            return found
        for start in _OPENED:
            if canonical[: len(start)] == start:
                held = self._nouns.get(canonical[len(start) :])
                if held:
                    return held
        if canonical[-1:] == ("be",) or canonical[-1:] == ("have",):  # "tell me what his stake is"
            return self.frames(canonical[:-1])
        return []


def _names(text: str) -> int:
    """Return how many names a wording has; numbers are none."""
    return text.count("{") - text.count("{n}") - text.count("{rank}")


def _same(one: Wording, other: Wording) -> bool:
    return one.question == other.question and one.fixed == other.fixed


_OPENED = tuple(tuple(start.split()) for start in _STARTS)


def _powertrains(said: Mapping[str, Any]) -> dict[Phrase, str]:
    """Return the code of each name of a kind of vehicle; those of the code list count too."""
    found = {
        keys(name): one.code for one in ontology.code_list("powertrain") for name in (one.label,)
    }
    found |= {keys(name): code for code, named in said.items() for name in named}
    return {phrase: code for phrase, code in found.items() if code != "all"}


_DATES = re.compile(r" between \{since\} and \{until\}")  # dates are read as periods


def _of_the_catalogue() -> list[Wording]:
    """Return the wordings that the questions list themselves."""
    return [
        Wording(_DATES.sub("", text), one.name, _act_of(text), column=_column_of(text))
        for one in questions().values()
        for text in one.sentences
    ]


def _act_of(text: str) -> str:
    if text.startswith(("is ", "are ", "does ")):
        return "whether"
    return "most" if " sold the most" in text else "rows"


def _column_of(text: str) -> str:
    return "value" if _act_of(text) == "most" else ""


def read_lexicon(path: Path | None = None) -> Mapping[str, Any]:
    """Return what the shipped lexicon says, with a user's own file added. Raises KgError."""
    said: dict[str, Any] = tomllib.loads(
        (files("kg.questions.reading") / "lexicon.toml").read_text(encoding="utf-8")
    )
    if path is None:
        return said
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KgError(f"lexicon {path}: cannot be read: {error}") from None
    return _merged(said, own, str(path))


def _merged(said: dict[str, Any], own: Mapping[str, Any], where: str) -> dict[str, Any]:
    merged = dict(said)
    for key, value in own.items():
        held = said.get(key)
        if held is None:
            raise KgError(f"lexicon {where}: {key} is none of {', '.join(said)}")
        if type(value) is not type(held):
            raise KgError(f"lexicon {where}: {key} is not written as in the shipped lexicon")
        if isinstance(held, list):
            merged[key] = [*held, *value]
        else:
            merged[key] = {
                **held,
                **{
                    k: [*held[k], *v] if isinstance(held.get(k), list) else v
                    for k, v in value.items()
                },
            }
    for entry in own.get("wording", ()):
        if entry.get("question") not in questions():
            raise KgError(f"lexicon {where}: no question is called {entry.get('question')!r}")
    return merged


@lru_cache(maxsize=4)
def lexicon(path: Path | None = None) -> Lexicon:
    """Return the lexicon, made once: shipped, or with the user's own file `path`."""
    return Lexicon(read_lexicon(path))

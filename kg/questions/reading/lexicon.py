"""The lexicon: words and wordings from its files, as a table from canonical sentences to meanings.

"who own E" -> [Frame(who-owns, company)]

Shipped: lexicon.toml. A user's own file has the same keys and adds to it.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kg import ontology
from kg.errors import KgError
from kg.questions.catalogue import ENTITY_KINDS, questions
from kg.questions.reading.generation import Wording, wordings
from kg.questions.reading.vocabulary import NAME, NUMBER, ORDINAL, Phrase, Vocabulary, keys

_HOMES = frozenset({"Market", "CompanyGroup"})
_STARTS = (
    "who be", "what be", "how much be", "how many be", "who", "what", "who all be", "where be", "whose be",
    "how be", "who have be", "what have be", "how much", "who do", "what do", "be there", "how many",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """What a canonical sentence means: a wording, and the slots of its names in their order."""

    wording: Wording
    slots: tuple[str, ...]

    def kinds(self, slot: str) -> frozenset[str]:
        """Return the classes of entities a slot takes."""
        if slot == "home":
            return _HOMES
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
        self.several = frozenset(said["several"])
        self.adjectives: dict[str, str] = said["adjectives"]
        self.powertrains = _powertrains(said["powertrains"])
        self.table: dict[Phrase, list[Frame]] = {}
        self.nouns: dict[Phrase, list[Frame]] = {}
        for entry in said.get("relation", ()):
            self._inflect(entry)
        listed = list(_of_the_catalogue())
        self._listed = {self.canonical(one.text): one for one in listed}
        for one in (*wordings(said), *listed):
            if one.question in questions() and not self._is_listed_elsewhere(one):
                alone = one.act in ("rows", "change-of", "trend") and len(one.slots) < 3
                self._add(replace(one, several=True) if alone and one.question in self.several else one)
        self.who_says = self._around(said["sources"]["before"])
        self.says_who = self._around(said["sources"]["after"])
        self.words = self.vocabulary.known | {
            word for canonical in (*self.table, *self.nouns) for word in canonical
        }

    def _inflect(self, entry: Mapping[str, Any]) -> None:
        for verb in entry.get("verbs", ()):
            self.vocabulary.inflect(verb.split()[0], verb=True)
        for name in ("subject_nouns", "object_nouns", "links"):
            for noun in entry.get(name, ()):
                self.vocabulary.inflect(noun.split()[0], verb=False)
                self.vocabulary.inflect(noun.split()[-1], verb=False)

    def _is_listed_elsewhere(self, one: Wording) -> bool:
        """Say whether another question lists this very wording as its own, for the same kinds."""
        other = self._listed.get(self.canonical(one.text))
        if other is None or other.question == one.question:
            return False
        kinds = [[Frame(w, w.slots).kinds(slot) for slot in w.slots] for w in (one, other)]
        return kinds[0] == kinds[1]

    def _add(self, one: Wording) -> None:
        self.vocabulary.known.update(
            word for word in one.text.split() if not word.startswith("{")
        )
        canonical = self.canonical(one.text)
        frame = Frame(one, tuple(s for s in one.slots if s not in ("n", "rank")))
        held = (self.nouns if one.noun else self.table).setdefault(canonical, [])
        meaning = (one.question, frame.slots, dict(one.fixed))
        if all((f.wording.question, f.slots, dict(f.wording.fixed)) != meaning for f in held):
            held.append(frame)

    def _around(self, texts: Iterable[str]) -> tuple[Phrase, ...]:
        """Return phrases as they are compared, the longest first."""
        self.vocabulary.known.update(word for one in texts for word in keys(one))
        made = {self.canonical(one) for one in texts} - {()}
        return tuple(sorted(made, key=lambda one: (-len(one), one)))

    def canonical(self, text: str) -> Phrase:
        """Return a wording in the form in which sentences are compared."""
        spelt: list[str] = []
        for part in text.split():
            if part.startswith("{"):
                spelt.append({"{n}": NUMBER, "{rank}": ORDINAL}.get(part, NAME))
            else:
                spelt.extend(keys(part) if part != "'s" else ("'s",))
        return self.vocabulary.canonical(spelt)

    def frames(self, canonical: Phrase) -> list[Frame]:
        """Return what a canonical sentence may mean: as a whole, or as a noun asked for."""
        found = list(self.table.get(canonical, ()))
        meant = {(one.wording.question, one.slots) for one in found}
        for one in self.nouns.get(canonical, ()):
            if (one.wording.question, one.slots) not in meant:
                found.append(one)
        if found:
            return found
        for start in _OPENED:
            if canonical[: len(start)] == start:
                held = self.nouns.get(canonical[len(start) :])
                if held:
                    return held
        if canonical[-1:] == ("be",) or canonical[-1:] == ("have",):  # "tell me what his stake is"
            return self.frames(canonical[:-1])
        return []


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
        Wording(_DATES.sub("", text), one.name, "whether" if text.startswith(("is ", "are ", "does ")) else "rows")
        for one in questions().values()
        for text in one.sentences
    ]


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
                **{k: [*held[k], *v] if isinstance(held.get(k), list) else v for k, v in value.items()},
            }
    for entry in own.get("wording", ()):
        if entry.get("question") not in questions():
            raise KgError(f"lexicon {where}: no question is called {entry.get('question')!r}")
    return merged


@lru_cache(maxsize=4)
def lexicon(path: Path | None = None) -> Lexicon:
    """Return the lexicon, made once: shipped, or with the user's own file `path`."""
    return Lexicon(read_lexicon(path))

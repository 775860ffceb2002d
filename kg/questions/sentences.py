"""Sentences: plain English to a question and its values, by the wordings the questions list.

    "who is allied with Nissan?" -> who-is-allied-with-whom, {"company": "Nissan"}

Every word must be accounted for: a sentence that no wording covers whole is refused, with the
nearest wordings filled in. A name that nothing has is refused too, never guessed.
"""

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from kg.errors import NotUnderstoodError, ParameterError
from kg.matching import register
from kg.questions.answer import Answer, ask
from kg.questions.binding import bind
from kg.questions.catalogue import Question, questions
from kg.store.base import Graph

_SLOT = re.compile(r"\{(\w+)\}")
_CLOCK = re.compile(r"[ ,]+(as of|known by) (\d{4}-\d\d-\d\d)$")


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence a question understands, with slots for its values."""

    question: Question
    text: str  # "who owns {company}"
    pattern: re.Pattern[str]

    @property
    def literal(self) -> int:
        """Return how many characters are fixed: the more, the closer the reading."""
        return len(_SLOT.sub("", self.text))

    def filled(self) -> str:
        """Return the sentence with the question's example values in its slots."""
        example = self.question.example
        return _SLOT.sub(lambda slot: example.get(slot[1], f"<{slot[1]}>"), self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as one question with its values."""

    question: Question
    values: dict[str, str]


def ask_sentence(graph: Graph, sentence: str) -> Answer:
    """Return the answer to a sentence.

    Raises NotUnderstoodError with suggestions, or UnknownNameError or AmbiguousNameError where
    the wording is known but a name is not.
    """
    reading = read(graph, sentence)
    return ask(graph, reading.question.name, reading.values)


def read(graph: Graph, sentence: str) -> Reading:
    """Return how a sentence is understood: the closest wording whose names all resolve."""
    text, clocks = _clocks(" ".join(sentence.split()).rstrip("?!. "))
    known = register(graph)
    failure: ParameterError | None = None
    for wording in _wordings():
        match = wording.pattern.fullmatch(text)
        if match is None:
            continue
        values = {name: _bare(value) for name, value in match.groupdict().items()} | clocks
        try:
            bind(wording.question, values, known)
        except ParameterError as error:
            failure = failure or error
        else:
            return Reading(wording.question, values)
    raise failure or NotUnderstoodError(sentence, _nearest(text))


def _clocks(text: str) -> tuple[str, dict[str, str]]:
    """Take "as of 2024-08-01" and "known by 2024-08-01" off the end of a sentence."""
    found: dict[str, str] = {}
    while match := _CLOCK.search(text):
        found[match[1].replace(" ", "_")] = match[2]
        text = text[: match.start()]
    return text, found


def _bare(name: str) -> str:
    return re.sub(r"^the\s+", "", name.strip(" '\""), flags=re.IGNORECASE)


@cache
def _wordings() -> tuple[Wording, ...]:
    """Return every wording, those with the most fixed words first."""
    found = [
        Wording(question, text, _pattern(text))
        for question in questions().values()
        for text in question.sentences
    ]
    return tuple(sorted(found, key=lambda wording: -wording.literal))


def _pattern(text: str) -> re.Pattern[str]:
    parts = _SLOT.split(text)
    fixed = [re.escape(part) if i % 2 == 0 else f"(?P<{part}>.+)" for i, part in enumerate(parts)]
    return re.compile("".join(fixed).replace(r"\ ", r"\s+"), re.IGNORECASE)


def _nearest(text: str) -> list[str]:
    sentences = list(dict.fromkeys(wording.filled() for wording in _wordings()))
    close = process.extract(text, sentences, scorer=fuzz.token_set_ratio, limit=3)
    return [one + "?" for one, _, _ in close]

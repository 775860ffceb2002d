"""Generation: each entry of the lexicon becomes all its wordings."""

from collections.abc import Iterator, Mapping
from typing import Any

from kg.errors import KgError
from kg.questions.reading.measures import measure_wordings
from kg.questions.reading.patterns import Wording, expanded, possessives
from kg.questions.reading.relations import relation_wordings


def wordings(said: Mapping[str, Any]) -> Iterator[Wording]:
    """Yield every wording that the entries of a lexicon stand for."""
    for entry in said.get("relation", ()):
        yield from relation_wordings(entry)
    for entry in said.get("measure", ()):
        yield from measure_wordings(entry)
    for entry in said.get("wording", ()):
        yield from _wording(entry)


def _wording(entry: Mapping[str, Any]) -> Iterator[Wording]:
    unknown = set(entry) - _KEYS
    if unknown or "question" not in entry:
        raise KgError(f"lexicon: [[wording]] has {', '.join(sorted(unknown)) or 'no question'}")
    meaning = {name: entry[name] for name in _KEYS - {"say", "nouns", "also"} if name in entry}
    for pattern in entry.get("say", ()):
        for text in expanded(pattern):
            yield from _ranked(text, meaning, noun=False)
            for slot, other in entry.get("also", {}).items():
                if f"{{{slot}}}" in text and f"{{{other}}}" not in text:
                    yield from _ranked(
                        text.replace(f"{{{slot}}}", f"{{{other}}}"), meaning, noun=False
                    )
    for pattern in entry.get("nouns", ()):
        for text in expanded(pattern):
            for one in possessives(text):
                yield from _ranked(one, meaning, noun=True)


_KEYS = {"also", "question", "act", "column", "premise", "fixed", "several", "say", "nouns"}


def _ranked(text: str, meaning: dict[str, Any], *, noun: bool) -> Iterator[Wording]:
    """Yield a wording; "{rank} biggest" is also said as "biggest" alone, which is the first."""
    yield Wording(text, noun=noun, **meaning)
    if "{rank} biggest" in text:
        fixed = {**meaning.get("fixed", {}), "rank": "1"}
        yield Wording(
            text.replace("{rank} biggest", "biggest"), noun=noun, **{**meaning, "fixed": fixed}
        )

"""Suggestions: for a sentence that is refused, nearby questions with its own names in them."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz, process

from kg.errors import ParameterError
from kg.matching import Entity, Register, key
from kg.questions.catalogue import ENTITY_KINDS, Question, questions
from kg.questions.reading.items import Item
from kg.questions.reading.lexicon import Lexicon
from kg.questions.reading.reading import Parsed, Read, parse

_SLOT = re.compile(r"\{(\w+)\}")
_MOST = 3
_NEAR = 60  # score, 0-100, from which a name is worth offering


def nearest_questions(parsed: Parsed, known: Register, lexicon: Lexicon) -> list[str]:
    """Return up to three sentences that are understood, the nearest first, filled in."""
    entities = [one for item in parsed.items for each in item.names for one in each[:1]]
    found: list[str] = []
    for question in _close(parsed, lexicon):
        text = _filled(question, parsed, entities, known)
        if text and "<" not in text and text not in found:
            found.append(text)
        if len(found) == _MOST:
            break
    return found


def parts(text: str, known: Register, lexicon: Lexicon) -> list[str]:
    """Return the questions that a sentence asks at once, each understood alone; none if it is one.

    "it" and "its" of a later one stand for the first name of the first.
    """
    found = [one.strip(" ,;?.") for one in _PARTED.split(text) if one.strip(" ,;?.")]
    if not 1 < len(found) <= _MOST:
        return []
    named = [one for one in parse(found[0], known, lexicon).items if one.names]
    if named:
        name = found[0][named[0].start : named[0].end]
        whole = [found[0], *(_with_name(one, name) for one in found[1:])]
    else:
        whole = found
    asked = [parse(one, known, lexicon) for one in whole]
    if not all(one.reads and not one.unknown for one in asked):
        return []
    return [f"{one[0].upper()}{one[1:]}?" for one in whole]


def _with_name(text: str, name: str) -> str:
    text = re.sub(r"\b(?:its|their)\b", f"{name}'s", text, flags=re.IGNORECASE)
    return re.sub(r"\b(?:it|they)\b", name, text, flags=re.IGNORECASE)


_ASKING = (
    r"(?:who|whom|whose|what|which|where|when|why|how|is|are|does|do|did|has|have|was|were|in|by)"
)
_PARTED = re.compile(rf"\?\s+(?:and\s+)?|;\s*|,?\s+and\s+(?={_ASKING}\b)", re.IGNORECASE)


def _close(parsed: Parsed, lexicon: Lexicon) -> Iterator[Question]:
    """Yield questions by how near one of their wordings is to the sentence."""
    said = " ".join(parsed.canonical)
    texts = _texts(lexicon)
    seen: set[str] = set()
    for _, _, place in process.extract(said, texts[0], scorer=fuzz.token_sort_ratio, limit=60):
        name = texts[1][place]
        if name not in seen:
            seen.add(name)
            yield questions()[name]
    yield from (one for one in questions().values() if one.name not in seen)


@lru_cache(maxsize=2)
def _texts(lexicon: Lexicon) -> tuple[list[str], list[str]]:
    pairs = [(" ".join(said), frame.wording.question) for said, frame in lexicon.everything()]
    return [text for text, _ in pairs], [name for _, name in pairs]


def _filled(
    question: Question, parsed: Parsed, entities: Sequence[Entity], known: Register
) -> str | None:
    """Return a sentence of a question with names of ours where they fit, else of its example."""
    if not question.sentences:
        return None
    best = process.extractOne(parsed.text, question.sentences, scorer=fuzz.token_sort_ratio)
    left = list(entities)

    used: set[str] = set()

    def value(match: re.Match[str]) -> str:
        parameter = question.parameter(match[1])
        kinds = ENTITY_KINDS.get(parameter.kind, frozenset()) if parameter else frozenset()
        for one in left:
            if one.kind in kinds:
                left.remove(one)
                return fresh(match[1], one.label)
        return fresh(match[1], _example(question, match[1], kinds, known))

    def fresh(slot: str, label: str) -> str:
        """Return a name once: nothing is asked of a company and itself."""
        new = label not in used
        used.add(label)
        return label if new else f"<{slot}>"

    text = _SLOT.sub(value, best[0])
    return f"{text[0].upper()}{text[1:]}?"


def _example(question: Question, slot: str, kinds: frozenset[str], known: Register) -> str:
    example = question.example.get(slot, "")
    try:
        return known.resolve(example, kinds, slot).label
    except ParameterError:
        return example or f"<{slot}>"


def nearest_names(parsed: Parsed, reads: Sequence[Read], known: Register) -> tuple[str, list[str]]:
    """Return the name that nothing has, and the sentence with each of the nearest in its place."""
    item = next(one.unknown for one in reads if one.unknown)
    name = parsed.text[item.start : item.end]
    found = []
    plain = [one for one in reads if not one.frame.wording.act.startswith("premise")]
    for read in plain or reads:
        slot = next(s for s, meant in read.slots.items() if meant == ((),) or not all(meant))
        for entity in known.nearest(name, read.frame.kinds(slot), _MOST, _NEAR):
            found.append(_replaced(parsed.text, item, entity.label))
    return name, list(dict.fromkeys(found))[:_MOST]


def _replaced(text: str, item: Item, label: str) -> str:
    return f"{text[: item.start]}{label}{text[item.end :]}"


def corrected(parsed: Parsed, known: Register, lexicon: Lexicon) -> str | None:
    """Return the sentence with its one unknown word spelt as a word that makes it understood."""
    if len(parsed.unknown) != 1:
        return None
    item = parsed.unknown[0]
    near = process.extract(
        item.mark, _spellings(lexicon), scorer=fuzz.ratio, score_cutoff=75, limit=5
    )
    for word, _, _ in near:
        text = _replaced(parsed.text, item, word)
        again = parse(text, known, lexicon)
        if again.reads and not again.unknown:
            return text
    return None


@lru_cache(maxsize=2)
def _spellings(lexicon: Lexicon) -> list[str]:
    return sorted(word for word in lexicon.words if len(word) > 2 and key(word) == word)

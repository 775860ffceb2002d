"""Reading: which frame of the lexicon a sentence is, with its names in their places.

Alternatives are tried in order, those that leave the sentence as it is first: lists of names as
one, places and kinds of vehicle taken out as conditions, words that only open it left off. The
first that a frame covers whole, with names of the right kinds, is the reading.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, combinations, product

from kg.matching import Entity, Register
from kg.questions.reading.alternatives import alternatives
from kg.questions.reading.chains import chained, is_chain
from kg.questions.reading.items import Item, items
from kg.questions.reading.lexicon import Frame, Lexicon
from kg.questions.reading.periods import When, periods
from kg.questions.reading.vocabulary import NAME, NUMBER, ORDINAL, Phrase
from kg.questions.reading.words import words

_LISTED = ("part",)  # slots that take a list: all of them together
LONGEST = 400  # characters of a sentence
_BEFORE_PLACE = ("in", "for", "on", "of", "across", "to", "from", "at")
_BEFORE_VEHICLES = ("of", "for", "in", "with", "on", "by")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a sentence asks for besides its names: where, which vehicles, when, which number."""

    places: tuple[Entity, ...] = ()
    powertrain: str = ""
    whens: tuple[When, ...] = ()
    number: Item | None = None
    ordinal: Item | None = None
    among: tuple[Entity, ...] = ()  # only these are asked for: "which of Honda and Nissan"


@dataclass(frozen=True, slots=True)
class Read:
    """A reading: a frame, what may fill each slot, and the conditions."""

    frame: Frame
    slots: dict[str, tuple[tuple[Entity, ...], ...]]  # of each name of a list, what it may mean
    conditions: Conditions
    source: bool = False  # it asks who says so
    unknown: Item | None = None  # a name that nothing has
    said: Phrase = ()  # the sentence as it was compared


@dataclass(frozen=True, slots=True)
class Parsed:
    """A sentence on its way: its items, and what was not understood of it."""

    text: str
    items: tuple[Item, ...]
    canonical: Phrase
    unknown: tuple[Item, ...] = ()  # words that the lexicon has not
    reads: tuple[Read, ...] = field(default=())


def parse(text: str, known: Register, lexicon: Lexicon, today: date | None = None) -> Parsed:
    """Return a sentence with its readings: none, one, or several where it means several things."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    marked = words(plain)
    found = items(plain, marked, periods(plain, today), known, lexicon)
    unknown = tuple(
        one for one in found
        if one.mark and one.mark not in (NAME, NUMBER, ORDINAL) and one.mark not in lexicon.words
    )  # fmt: skip
    canonical = lexicon.vocabulary.canonical([one.mark for one in found if one.mark])
    if unknown:
        guessed = _with_unknown_name(found, unknown)
        reads = tuple(_reads(guessed, lexicon)) if guessed else ()
    else:
        reads = tuple(_reads(found, lexicon))
    return Parsed(plain, tuple(found), canonical, unknown, reads)


def _with_unknown_name(found: Sequence[Item], unknown: Sequence[Item]) -> list[Item] | None:
    """Return the items with the unknown words as one name, if they stand together."""
    places = [place for place, one in enumerate(found) if one in unknown]
    first, last = places[0], places[-1]
    if last - first > 4 or any(found[at].mark == NAME for at in range(first, last)):
        return None
    start, end = found[first].start, found[last].end
    name = Item(NAME, start, end, found[first].gap, names=((),), unknown="?")
    return [*found[:first], name, *found[last + 1 :]]


def _reads(found: Sequence[Item], lexicon: Lexicon) -> Iterator[Read]:
    """Yield the readings of the first alternative that has any; then those by gist."""
    for matching in (_matches, _loose_matches):
        for listed in chain(alternatives(found), chained(found, lexicon)):
            for kept, conditions in _conditions(listed):
                reads = list(matching(kept, conditions, lexicon))
                if reads:
                    yield from _narrowest(reads)
                    return


def _loose_matches(
    kept: Sequence[Item], conditions: Conditions, lexicon: Lexicon
) -> Iterator[Read]:
    """Yield the readings that cover these items whole in any order."""
    canonical = lexicon.vocabulary.canonical([one.mark for one in kept])
    names = [one for one in kept if one.mark == NAME]
    for said, source in _stripped(canonical, lexicon):
        for frames in lexicon.loosely(said):
            filled = [_filled(frame, names, conditions, source) for frame in frames]
            said_so = (replace(read, said=said) for read in filled if read is not None)
            reads = [read for one in said_so if (read := _of_two_periods(one)) is not None]
            if reads:
                yield from reads
                return


def _conditions(found: Sequence[Item]) -> Iterator[tuple[list[Item], Conditions]]:
    """Yield the items without periods, vehicles and places, with these as conditions."""
    whens = tuple(one.when for one in found if one.when is not None)
    chosen = [one for one in found if one.among]
    among = tuple(entity for one in chosen for each in one.names for entity in each)
    found = [one for one in found if not one.among]
    powers = tuple(dict.fromkeys(one.powertrain for one in found if one.powertrain))
    places = [at for at, one in enumerate(found) if _place(one)]
    leading = (True, False) if powers else (True,)
    for count, lead in product(range(min(3, len(places)) + 1), leading):
        for dropped in combinations(places, count):
            kept = _without(found, dropped, lead)
            conditions = Conditions(
                places=tuple(found[at].names[0][0] for at in dropped),
                powertrain=powers[0] if len(powers) == 1 else ("?" if powers else ""),
                whens=whens,
                number=next((one for one in kept if one.mark == NUMBER), None),
                ordinal=next((one for one in kept if one.mark == ORDINAL), None),
                among=among,
            )
            yield kept, conditions


def _place(item: Item) -> bool:
    return (
        item.mark == NAME
        and len(item.names) == 1
        and len(item.names[0]) == 1
        and item.names[0][0].kind == "Market"
    )


def _without(found: Sequence[Item], dropped: Sequence[int], lead: bool) -> list[Item]:
    """Return the items without conditions, and without the prepositions that lead to them.

    `lead`: a preposition before a kind of vehicle leads to it, and not to what follows it.
    """
    kept: list[Item] = []
    for at, one in enumerate(found):
        if at in dropped:
            if kept and kept[-1].mark in _BEFORE_PLACE:
                kept.pop()
            continue
        if one.powertrain:
            if lead and kept and kept[-1].mark in _BEFORE_VEHICLES:
                kept.pop()
            continue
        if one.when is None:
            kept.append(one)
    return kept


def _matches(kept: Sequence[Item], conditions: Conditions, lexicon: Lexicon) -> Iterator[Read]:
    """Yield the readings that cover these items whole."""
    canonical = lexicon.vocabulary.canonical([one.mark for one in kept])
    names = [one for one in kept if one.mark == NAME]
    for said, source in _ways(canonical, lexicon):
        for frame in lexicon.frames(said):
            read = _filled(frame, names, conditions, source)
            if read is not None:
                read = _of_two_periods(replace(read, said=said))
            if read is not None:
                yield read
        if lexicon.frames(said):
            return


_CHANGES = ("change-of", "change-than", "direction")


def _of_two_periods(read: Read) -> Read | None:
    """Return a change of sales between two periods as the difference of both figures.

    What a source states as growth is against the year before, and is asked for with one period.
    """
    wording, whens = read.frame.wording, read.conditions.whens
    two = len(whens) == 2 or any(one.kind == "between" for one in whens)
    if wording.question != "sales-growth-of" or wording.act not in _CHANGES:
        return read
    if not two:
        return None if wording.act == "change-than" else read
    act = "rose" if wording.act == "direction" else "change"
    changed = replace(wording, question="sales-of", act=act, column="value")
    return replace(read, frame=replace(read.frame, wording=changed))


def _ways(canonical: Phrase, lexicon: Lexicon) -> Iterator[tuple[Phrase, bool]]:
    """Yield a canonical sentence, then without openers and in other orders of its words."""
    for start, source in _stripped(canonical, lexicon):
        yield start, source
        yield from ((one, source) for one in _reordered(start))


def _stripped(canonical: Phrase, lexicon: Lexicon) -> Iterator[tuple[Phrase, bool]]:
    yield canonical, False
    for start in lexicon.who_says:
        if canonical[: len(start)] == start and len(canonical) > len(start):
            yield canonical[len(start) :], True
    for end in lexicon.says_who:
        if canonical[-len(end) :] == end and len(canonical) > len(end):
            yield canonical[: -len(end)], True
            yield from ((one, True) for one in _unopened(canonical[: -len(end)], lexicon))
    yield from ((one, False) for one in _unopened(canonical, lexicon))


def _unopened(canonical: Phrase, lexicon: Lexicon) -> Iterator[Phrase]:
    rest = lexicon.vocabulary.without_opener(canonical)
    while rest is not None:
        yield rest
        rest = lexicon.vocabulary.without_opener(rest)


def _reordered(said: Phrase) -> Iterator[Phrase]:
    """Yield the orders of spoken and indirect questions: "which alliances Nissan is in"."""
    text = list(said)
    if "have" in text and NAME in text:
        yield tuple("do" if one == "have" else one for one in text)
    for verb in ("be", "do", "will"):
        if NAME in text and verb in text and text.index(NAME) + 1 == text.index(verb):
            moved = [*text]
            moved.remove(verb)
            moved.insert(text.index(NAME), verb)
            yield tuple(moved)
    if (
        text[:1] in (["who"], ["what"], ["how"])
        and NAME in text
        and "do" not in text
        and "be" not in text
    ):
        at = text.index(NAME)
        yield (*text[:at], "do", *text[at:])
    if "will" in text:
        yield tuple("do" if one == "will" else one for one in text if one)
    if text[:1] == [NAME]:  # a statement, after "is it true that"
        if "be" in text:
            at = text.index("be")
            yield ("be", *text[:at], *text[at + 1 :])
        yield ("do", *text)
    if "both" in text:
        yield tuple(one for one in text if one != "both")
    if text[:1] == ["do"] and text[1:2] == [NAME]:
        return
    if text[-1:] == ["in"] or text[-1:] == ["there"]:
        yield tuple(text[:-1])


# Acts that say whether: of a list each is asked by itself.
WHETHER = frozenset({"whether", "whether-in", "direction", "control", "has-rank"})
WHETHER |= {"declined", "commented", "denied", "confirmed"}


def _filled(
    frame: Frame, names: Sequence[Item], conditions: Conditions, source: bool
) -> Read | None:
    """Return a frame with its slots filled, or None where a name is of the wrong kind."""
    if len(names) != len(frame.slots):
        return None
    slots: dict[str, tuple[tuple[Entity, ...], ...]] = {}
    unknown = None
    lists = sum(len(item.names) > 1 for item in names)
    for slot, item in zip(frame.slots, names, strict=True):
        kinds = frame.kinds(slot)
        if item.unknown:
            if is_chain(item):
                if "Company" not in kinds:
                    return None
            elif item.unknown != "?" and "Alliance" not in kinds:
                return None
            unknown, slots[slot] = item, item.names
            continue
        meant = tuple(tuple(e for e in one if e.kind in kinds) for one in item.names)
        one_list = frame.wording.act in WHETHER and lists == 1
        listed = one_list or (frame.several and slot == frame.slots[0])
        if not all(meant) or (len(meant) > 1 and not listed and slot not in _LISTED):
            return None
        if item.adjective and slot not in ("home", "market", "target", "issuer", "part"):
            return None
        slots[slot] = meant
    return Read(frame, slots, conditions, source, unknown)


def _narrowest(reads: Sequence[Read]) -> list[Read]:
    """Return the readings whose slots take the fewest kinds of things."""

    def width(read: Read) -> int:
        return sum(len(read.frame.kinds(slot)) for slot in read.frame.slots)

    least = min(map(width, reads))
    return [read for read in reads if width(read) == least]

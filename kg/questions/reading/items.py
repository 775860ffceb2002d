"""Items: the words of a sentence with its names, kinds of vehicle, numbers and periods marked.

"How many EVs did Honda sell in 2023?"
-> how many (vehicles: electric) did (name: Honda Motor) sell (period: 2023)
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from kg.matching import Entity, Register, key
from kg.questions.reading.lexicon import Lexicon
from kg.questions.reading.periods import When
from kg.questions.reading.vocabulary import NAME, NUMBER, ORDINAL
from kg.questions.reading.words import Word

_MOST = 10  # words of a name
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6, "7th": 7,
}  # fmt: skip
_COUNTED = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_NUMBER = re.compile(
    r"(?<!\w)(?<!\d\.)(?P<number>\d[\d,]*(?:\.\d+)?)"
    r"(?P<unit>\s*(?:%|per ?cent\b|million\b|billion\b|thousand\b))?",
    re.IGNORECASE,
)
_UNITS = {"%": "0.01", "percent": "0.01", "million": "1e6", "billion": "1e9", "thousand": "1e3"}


@dataclass(frozen=True, slots=True)
class Item:
    """A word, or what some words stand for."""

    mark: str  # the word as compared; E for a name, N for a number, O for a place in an order
    start: int
    end: int
    gap: str = ""
    names: tuple[tuple[Entity, ...], ...] = ()  # of each name of a list, what it may mean
    value: Decimal | None = None
    when: When | None = None
    powertrain: str = ""
    unknown: str = ""  # a name that nothing has
    adjective: bool = False
    rough: bool = False  # a number said in words: "a third"
    among: bool = False  # a list of which one is asked for: "which of Honda and Nissan"


def items(
    text: str, marked: Sequence[Word], whens: Sequence[When], known: Register, lexicon: Lexicon
) -> list[Item]:
    """Return the items of a sentence: names first, the longest at each place."""
    found: list[Item] = []
    place = 0
    while place < len(marked):
        word = marked[place]
        when = next((one for one in whens if one.start <= word.start < one.end), None)
        bare = _without_apostrophe(marked, place, known, lexicon)
        if bare is not None:
            found += bare
            place += 1
            continue
        item, length = (
            _name(marked, place, known, lexicon)
            or _period(marked, place, when)
            or _powertrain(marked, place, lexicon)
            or _part(marked, place)
            or _number(text, marked, place)
            or _adjective(marked, place, known, lexicon)
            or (Item(word.key, word.start, word.end, word.gap), 1)
        )
        if "&" in item.gap and item.mark == NAME and found and found[-1].mark == NAME:
            found.append(Item("and", item.start, item.start))
        item = _with_its_makers(item, marked, place + length, known, lexicon)
        length += _market_words(marked, place + length) if _is_market(item) else 0
        found.append(item)
        place += length
    return found


def _is_market(item: Item) -> bool:
    return bool(item.names) and all(one.kind == "Market" for one in item.names[0])


def _market_words(marked: Sequence[Word], place: int) -> int:
    """Return how many words after a country only say that its market is meant: "'s car market"."""
    at = place
    if at < len(marked) and marked[at].key == "'s":
        at += 1
    if at < len(marked) and marked[at].key in _VEHICLE_WORDS:
        at += 1
    ends = at < len(marked) and marked[at].key in ("market", "markets")
    share = at + 1 < len(marked) and marked[at + 1].key in ("share", "shares")
    return at + 1 - place if ends and not share else 0


_VEHICLE_WORDS = ("car", "vehicle", "auto", "automobile", "automotive")


def _name(
    marked: Sequence[Word], place: int, known: Register, lexicon: Lexicon
) -> tuple[Item, int] | None:
    before = marked[place - 1].key if place else ""
    for length in range(min(_MOST, len(marked) - place), 0, -1):
        run = marked[place : place + length]
        if run[-1].key == "'s" or run[0].key == "'s":
            continue
        spelling = " ".join("s" if word.key == "'s" else word.key for word in run)
        named = known.called(spelling)
        if not named and length > 1 and run[-1].key == "motors":
            named = known.called(spelling[:-1])  # "Nissan Motors"
        if not named and length > 1 and run[-1].key in _ALLIANCES:
            named = known.called(f"{spelling.rpartition(' ')[0]} alliance")
        after = marked[place + length].key if place + length < len(marked) else ""
        pact = length > 1 and all(word.gap in _HYPHENS for word in run[1:])
        if not named and pact and after not in _AGREEMENTS:
            named = known.called(f"{spelling} alliance")
        if any("," in word.gap for word in run[1:]):
            named = tuple(one for one in named if _spelt_with_comma(one, spelling))
        if not named or spelling.isdigit() or _plain(run, named, lexicon, before):
            continue
        span = run[0].start, run[-1].end
        return Item(NAME, *span, run[0].gap, names=(tuple(dict.fromkeys(named)),)), length
    return None


def _without_apostrophe(
    marked: Sequence[Word], place: int, known: Register, lexicon: Lexicon
) -> list[Item] | None:
    """Return a name and its "'s" where the apostrophe was left out: "nissans stake"."""
    word = marked[place]
    if len(word.key) < _SHORTEST or not word.key.endswith("s") or place + 1 == len(marked):
        return None
    if word.key in lexicon.words or known.called(word.key):
        return None
    named = tuple(one for one in known.called(word.key[:-1]) if one.kind == "Company")
    if not named:
        return None
    name = Item(NAME, word.start, word.end - 1, word.gap, names=(named,))
    return [name, Item("'s", word.end - 1, word.end)]


_SHORTEST = 5  # letters of such a word


def _spelt_with_comma(entity: Entity, spelling: str) -> bool:
    """Say whether a comma belongs to a name ("Co., Ltd.") and does not part two."""
    return any("," in name and key(name) == spelling for name in (entity.label, *entity.aliases))


_TO_US = ("tell", "give", "show", "remind", "help", "let", "get", "list", "name", "for", "to")
_ALLIANCES = ("tieup", "camp", "bloc", "partnership", "pact")
_AGREEMENTS = ("agreement", "cooperation", "collaboration", "deal", "accord", "talks")
_HYPHENS = ("-", "–", "—", "‑", "/")  # noqa: RUF001 as people type them


def _plain(run: Sequence[Word], named: Sequence[Entity], lexicon: Lexicon, before: str) -> bool:
    """Say whether words that would be a name are ordinary words here: "us", "car makers"."""
    if any(word.key not in lexicon.words for word in run):
        return False
    filler = not lexicon.vocabulary.counts(run[0].key)
    if filler and before not in _TO_US and all(one.kind == "Market" for one in named):
        return False  # "nissan us sales"; "tell us" is no place
    if all(one.kind == "Market" for one in named) and lexicon.vocabulary.counts(run[0].key):
        return False  # "world" is a place however it is written; "us" is not
    return not (run[0].written.isupper() or (run[0].capital and run[0].start > 0))


def _period(marked: Sequence[Word], place: int, when: When | None) -> tuple[Item, int] | None:
    if when is None:
        return None
    length = sum(1 for word in marked[place:] if word.start < when.end)
    return Item("", when.start, when.end, marked[place].gap, when=when), length


def _powertrain(marked: Sequence[Word], place: int, lexicon: Lexicon) -> tuple[Item, int] | None:
    for length in range(min(4, len(marked) - place), 0, -1):
        run = marked[place : place + length]
        code = lexicon.powertrains.get(tuple(word.key for word in run))
        if code:
            return Item("", run[0].start, run[-1].end, run[0].gap, powertrain=code), length
    return None


def _part(marked: Sequence[Word], place: int) -> tuple[Item, int] | None:
    """Return a part that is said in words, before "of": "a third of", "three quarters of"."""
    run = [word.key for word in marked[place : place + 3]]
    if run[0] in ("a", "one", "two", "three") and len(run) > 2 and run[2] == "of":
        of = _PARTS.get(run[1].removesuffix("s"))
        if of is not None:
            value = Decimal(_COUNTED.get(run[0], 1)) / of
            span = marked[place].start, marked[place + 1].end
            return Item(NUMBER, *span, marked[place].gap, value=value, rough=True), 2
    return None


_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}


def _number(text: str, marked: Sequence[Word], place: int) -> tuple[Item, int] | None:
    word = marked[place]
    if word.key in _ORDINALS:
        return Item(ORDINAL, word.start, word.end, word.gap, value=Decimal(_ORDINALS[word.key])), 1
    if word.key in _COUNTED and place and marked[place - 1].key in ("number", "rank", "no"):
        return Item(NUMBER, word.start, word.end, word.gap, value=Decimal(_COUNTED[word.key])), 1
    match = _NUMBER.match(text, word.start)
    if match is None:
        return None
    try:
        value = Decimal(match["number"].replace(",", ""))
    except InvalidOperation:
        return None
    unit = (match["unit"] or "").casefold().replace(" ", "")
    value *= Decimal(_UNITS.get(unit, "1"))
    length = sum(1 for one in marked[place:] if one.start < match.end())
    return Item(NUMBER, word.start, match.end(), word.gap, value=value), length


def _adjective(
    marked: Sequence[Word], place: int, known: Register, lexicon: Lexicon
) -> tuple[Item, int] | None:
    """Return the country that an adjective names: "Chinese", unless it is part of a name."""
    word = marked[place]
    country = lexicon.adjectives.get(word.key)
    named = (
        tuple(one for one in known.called(country.casefold()) if one.kind == "Market")
        if country
        else ()
    )
    if not named:
        return None
    if place + 1 < len(marked) and marked[place + 1].key == "share":
        meant = _makers(word.key, known)
        if meant:  # "Japanese share": of the makers, as a country has none
            return Item(NAME, word.start, word.end, word.gap, names=((*meant, *named),)), 1
    return Item(NAME, word.start, word.end, word.gap, names=(named,), adjective=True), 1


_GROUPS = ("brands", "cars", "makers")


def _makers(adjective: str, known: Register) -> tuple[Entity, ...]:
    """Return the group of a country's makers, by the first of the names such a group has."""
    groups = (known.called(f"{adjective} {noun}") for noun in _GROUPS)
    return next((one for one in groups if one), ())


def _with_its_makers(
    item: Item, marked: Sequence[Word], place: int, known: Register, lexicon: Lexicon
) -> Item:
    """Return a country as what its makers may be meant by too: "Japan's share of a market"."""
    after = [word.key for word in marked[place : place + 3]]
    if not _is_market(item) or after[:1] != ["'s"] or "share" not in after:
        return item
    adjectives = [
        a for a, country in lexicon.adjectives.items() if country == item.names[0][0].label
    ]
    meant = next((one for a in adjectives if (one := _makers(a, known))), ())
    return replace(item, names=((*meant, *item.names[0]),)) if meant else item


def merged(found: Sequence[Item]) -> list[Item]:
    """Return items with each list of names ("Toyota, Honda and Nissan") as one."""
    made: list[Item] = []
    place = 0
    while place < len(found):
        item, length = _list(found, place)
        made.append(item)
        place += length
    return made


def _goes_on(found: Sequence[Item], step: int) -> bool:
    """Say whether companies without a comma are a list: "honda nissan and mitsubishi"."""
    after = found[step + 1 : step + 3]
    run = (found[step - 1], found[step])
    ends = len(after) == 2 and after[0].mark == "and" and after[1].mark == NAME
    return ends and all(one.names and one.names[0][0].kind == "Company" for one in run)


def _list(found: Sequence[Item], place: int) -> tuple[Item, int]:
    first = found[place]
    names, end, at = first.names, first.end, place + 1
    while first.mark == NAME:
        step = at
        if step < len(found) and found[step].mark == "'s":
            step += 1
        joined = step < len(found) and found[step].mark in ("and", "or")
        step += joined
        if step >= len(found) or found[step].mark != NAME:
            break
        if not (joined or "," in found[step].gap or _goes_on(found, step)):
            break
        if found[step].unknown or first.unknown:
            break
        names, end, at = names + found[step].names, found[step].end, step + 1
    return replace(first, names=names, end=end), at - place

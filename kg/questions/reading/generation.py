"""Generation: one entry of the lexicon becomes all its wordings.

owning: verbs, nouns, links -> "who own {company}", "be {company} own by {holder}" ...
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from kg.errors import KgError

_CHOICE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say something: the text with its slots, and what it means."""

    text: str  # "who own {company}"
    question: str
    act: str = "rows"
    noun: bool = False  # can follow "what is" and "list"
    column: str = ""
    premise: str = ""  # what it takes for granted: a stake, a membership
    fixed: Mapping[str, str] = field(default_factory=dict)
    several: bool = False  # may be asked of several at once, one after the other

    @property
    def slots(self) -> tuple[str, ...]:
        """Return its slots in their order."""
        return tuple(_SLOT.findall(self.text)) if "{" in self.text else ()


@cache
def expanded(text: str) -> tuple[str, ...]:
    """Return every text that choices and options stand for.

    >>> expanded("be (b|c) [d]")
    ('be b d', 'be b', 'be c d', 'be c')
    """
    match = _CHOICE.search(text)
    if match is None:
        return (" ".join(text.split()),)
    options = match[1].split("|") if match[1] is not None else [*match[2].split("|"), ""]
    before, after = text[: match.start()], text[match.end() :]
    return tuple(one for option in options for one in expanded(before + option + after))


def wordings(said: Mapping[str, Any]) -> Iterator[Wording]:
    """Yield every wording that the entries of a lexicon stand for."""
    for entry in said.get("relation", ()):
        yield from _relation(entry)
    for entry in said.get("measure", ()):
        yield from _measure(entry)
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


def possessives(text: str) -> Iterator[str]:
    """Yield a noun phrase as it is, with a possessive and with the name before the noun.

    >>> list(possessives("owner of {company}"))
    ['owner of {company}', "{company} 's owner", '{company} owner']
    """
    yield text
    match = re.search(r"^(.*?) (?:of|by|for) (\{\w+\})(.*)$", text)
    if match and "{" not in match[1]:
        yield f"{match[2]} 's {match[1]}{match[3]}"
        yield f"{match[2]} {match[1]}{match[3]}"


def _relation(entry: Mapping[str, Any]) -> Iterator[Wording]:
    """Yield the wordings of a relation: who holds it, towards whom, whether, and how much of it."""
    one, other = (f"{{{entry[name]}}}" for name in ("subject", "object"))
    asked_of = one if entry.get("symmetric") else other
    for text, noun in _who(entry, asked_of):
        yield Wording(text, entry["asks_subject"], noun=noun)
    for text, noun in _what(entry, one):
        yield Wording(text, entry["asks_object"], noun=noun)
    for text in _count(entry, asked_of):
        column = entry["object" if entry.get("symmetric") else "subject"]
        yield Wording(text, entry["asks_subject"], "count", column=column)
    for text in _anyone(entry, asked_of):
        yield Wording(text, entry["asks_subject"], "exists")
    for text in _whether(entry, one, other):
        yield Wording(text, entry["asks_whether"], "whether")
    if "asks_amount" in entry:
        for text, noun in _amount(entry, one, other):
            premise = entry.get("premise", "")
            yield Wording(text, entry["asks_amount"], "amount", noun, premise=premise)


def _parts(entry: Mapping[str, Any], name: str) -> list[str]:
    found: list[str] = entry.get(name, [])
    return found


def _who(entry: Mapping[str, Any], other: str) -> Iterator[tuple[str, bool]]:
    for verb in _parts(entry, "verbs"):
        yield f"who {verb} {other}", False
        yield f"who be {verb} {other}", False
        yield f"who have {verb} {other}", False
        yield f"company that {verb} {other}", True
        yield f"company {verb} {other}", True
        if " " not in verb:
            yield f"who be {other} {verb} by", False
            yield f"by who be {other} {verb}", False
            yield f"{other} be {verb} by who", False
            yield f"who {other} be {verb} by", False
    for being in _parts(entry, "being"):
        yield f"who be {being} {other}", False
        yield f"company {being} {other}", True
    for noun in _parts(entry, "subject_nouns"):
        for text in possessives(f"{noun} of {other}"):
            yield text, True
        yield f"{noun} in {other}", True
        yield f"what {noun} do {other} have", False
        yield f"who do {other} have as {noun}", False
        yield f"who act as {noun} of {other}", False
    for link in _parts(entry, "links"):
        yield f"who own {link} in {other}", False
        yield f"who own what {link} in {other}", False
        yield f"company with {link} in {other}", True
        yield f"who have {link} in {other}", False


def _what(entry: Mapping[str, Any], one: str) -> Iterator[tuple[str, bool]]:
    sorts = [f"what {entry['object_class']}"] if "object_class" in entry else ["what", "who"]
    for sort in sorts:
        for verb in _parts(entry, "verbs"):
            yield f"{sort} do {one} {verb}", False
            yield f"{sort} be {one} {verb}", False
            if " " not in verb:
                yield f"{sort} be {verb} by {one}", False
            else:
                head, _, preposition = verb.rpartition(" ")
                yield f"{preposition} {sort} do {one} {head}", False
        for being in _parts(entry, "being"):
            yield f"{sort} be {one} {being}", False
        for link in _parts(entry, "links"):
            yield f"in {sort} do {one} (own|have) {link}".replace("(own|have)", "own"), False
            yield f"{sort} do {one} own {link} in", False
            yield f"{sort} do {one} have {link} in", False
    for noun in _parts(entry, "subject_nouns"):
        for sort in sorts:
            yield f"{sort} be {one} {noun} of", False
            yield f"of {sort} be {one} {noun}", False
    for noun in _parts(entry, "object_nouns"):
        for text in possessives(f"{noun} of {one}"):
            yield text, True
        yield f"what {noun} do {one} own", False
        yield f"what {noun} do {one} have", False
    for verb in _parts(entry, "verbs"):
        if " " not in verb and "object_class" not in entry:
            yield f"company {verb} by {one}", True


def _count(entry: Mapping[str, Any], other: str) -> Iterator[str]:
    for noun in _parts(entry, "subject_nouns"):
        yield f"how many {noun} do {other} have"
        yield f"how many {noun} have {other}"
        yield f"how many {noun} {other} have"
        yield f"number of {noun} of {other}"
        yield f"what be number of {noun} of {other}"
    for verb in _parts(entry, "verbs"):
        yield f"how many {verb} {other}"
        yield f"how many company {verb} {other}"
    for being in _parts(entry, "being"):
        yield f"how many be {being} {other}"


def _anyone(entry: Mapping[str, Any], other: str) -> Iterator[str]:
    for verb in _parts(entry, "verbs"):
        yield f"do anyone {verb} {other}"
        if " " not in verb:
            yield f"be {other} {verb} by anyone"
    for being in _parts(entry, "being"):
        yield f"be anyone {being} {other}"
        if entry.get("symmetric"):
            yield f"be {other} {being} anyone"
    for noun in _parts(entry, "subject_nouns"):
        yield f"do {other} have {noun}"
        yield f"do {other} have any {noun}"


def _whether(entry: Mapping[str, Any], one: str, other: str) -> Iterator[str]:
    for verb in _parts(entry, "verbs"):
        yield f"do {one} {verb} {other}"
        yield f"{one} {verb} {other}"
        yield f"be {one} {verb} {other}"
        if " " not in verb:
            yield f"be {other} {verb} by {one}"
            yield f"{other} be {verb} by {one}"
    for being in _parts(entry, "being"):
        yield f"be {one} {being} {other}"
        yield f"{one} be {being} {other}"
    for noun in _parts(entry, "subject_nouns"):
        for whose in (f"{noun} of {other}", f"{other} 's {noun}", f"{noun} in {other}"):
            yield f"be {one} {whose}"
            yield f"{one} be {whose}"
            yield f"be {one} one of {whose}"
        if entry.get("symmetric"):
            yield f"be {one} and {other} {noun}"
    if entry.get("symmetric"):
        for verb in _parts(entry, "verbs"):
            head = verb.rpartition(" ")[0] or verb
            yield f"do {one} and {other} {head}"
            yield f"do {one} and {other} {head} with each other"
            yield f"be {one} and {other} {head}"
    for link in _parts(entry, "links"):
        yield f"do {one} own {link} in {other}"
        yield f"do {one} have {link} in {other}"
        yield f"do {one} own any {link} in {other}"
        yield f"{one} own {link} in {other}"
        yield f"do {one} own {link} of {other}"


def _amount(entry: Mapping[str, Any], one: str, other: str) -> Iterator[tuple[str, bool]]:
    for verb in _parts(entry, "verbs"):
        for much in ("how much", "what percent", "what part", "what share", "how many percent",
                     "how many", "how much percent", "how much share", "what stake"):  # fmt: skip
            yield f"{much} of {other} do {one} {verb}", False
            yield f"{much} of {other} {one} {verb}", False
            yield f"{much} of {other} be {verb} by {one}", False
            yield f"{much} do {one} {verb} of {other}", False
            yield f"{one} {verb} {much} of {other}", False
            yield f"{much} of {other} belong to {one}", False
            yield f"{much} of {other} do {one} have", False
            yield f"{much} {one} {verb} of {other}", False
            yield f"{much} of {other} be in hands of {one}", False
    for link in _parts(entry, "links"):
        for much in (
            "what",
            "how much",
            "how much of",
            "what percent",
            "what size of",
            "what kind of",
        ):
            for verb in ("own", "have"):
                yield f"{much} {link} do {one} {verb} in {other}", False
                yield f"{much} {link} {one} {verb} in {other}", False
                yield f"{much} {link} in {other} do {one} {verb}", False
                yield f"{much} {link} of {other} do {one} {verb}", False
            yield f"{much} {link} in {other} be own by {one}", False
        for noun in (
            link,
            f"size of {link}",
            f"percent {link}",
            f"amount of {link}",
            f"level of {link}",
        ):
            for preposition in ("in", "of"):
                yield f"{one} 's {noun} {preposition} {other}", True
                yield f"{one} {noun} {preposition} {other}", True
                yield f"{noun} {preposition} {other} own by {one}", True
                yield f"{noun} {one} own in {other}", True
                yield f"{noun} that {one} own {preposition} {other}", True
            yield f"{noun} of {one} in {other}", True
        yield f"size of {one} 's {link} in {other}", True
        yield f"how much be {one} 's {link} in {other}", False
        yield f"what do {one} 's {link} in {other} amount to", False
        yield f"how much do {one} 's {link} in {other} amount to", False


def _measure(entry: Mapping[str, Any]) -> Iterator[Wording]:
    """Yield the wordings of a figure: of one, compared, added up, the largest."""
    subject = f"{{{entry['subject']}}}"
    question, value = entry["question"], entry["value"]

    named = dict.fromkeys(("most", "least", "rank"), entry.get("ranking", question))
    pairs = ("compare", "difference", "ratio", "is-more", "is-fewer", "who-more", "who-fewer")
    named |= dict.fromkeys(pairs, entry.get("comparison", question))

    def made(act: str, text: str, *, noun: bool = False, several: bool = False) -> Wording:
        asked = question if several else named.get(act, question)
        return Wording(text, asked, act, noun, value, several=several)

    for noun in entry["nouns"]:
        for text in possessives(f"{noun} of {subject}"):
            yield made("rows", text, noun=True, several=True)
        yield made("rows", f"{subject} in {noun}", noun=True, several=True)
        for start in ("together", "sum of", "total of", "total"):
            for text in possessives(f"{noun} of {subject}"):
                yield made("sum", f"{start} {text}", noun=True, several=True)
        yield made("sum", f"{subject} 's together {noun}", noun=True, several=True)
        yield made("sum", f"{subject} together {noun}", noun=True, several=True)
    base = entry["nouns"][0]
    for act, text, noun in _figure(subject, base, entry.get("verb", "")):
        yield made(act, text, noun=noun)
    if "verb" in entry:
        sold = "(how many do|how much do|what do|how many|how many vehicle) {s} sell"
        for text in (*expanded(sold), "how many be sell by {s}"):
            yield made("rows", text.replace("{s}", subject), several=True)
            yield made("sum", text.replace("{s}", subject) + " together", several=True)
        for some in ("", " vehicle"):
            for extreme, act in (
                ("most", "most"),
                ("more", "most"),
                ("fewest", "least"),
                ("fewer", "least"),
            ):
                for between in ("", "of ", "between ", "among "):
                    yield made(act, f"who sell {extreme}{some} {between}{subject}", several=True)
                yield made(act, f"who of {subject} sell {extreme}{some}", several=True)
                yield made(act, f"do {subject} sell {extreme}{some}", several=True)


def _figure(one: str, noun: str, verb: str) -> Iterator[tuple[str, str, bool]]:
    """Yield act, wording and whether it is a noun phrase."""
    other = "{other}"
    both = (f"{noun} of {one} and {other}", f"{one} 's and {other} 's {noun}",
            f"{one} 's {noun} and {other} 's {noun}", f"{one} 's {noun} and {other} 's",
            f"{noun} of {one} and {noun} of {other}", f"{one} and {other} 's {noun}",
            f"{noun} of {one} and of {other}", f"{one} {noun} and {other} {noun}",
            f"{one} and {other} {noun}")  # fmt: skip
    for pair in both:
        yield "compare", f"compare {pair}", False
        yield "compare", f"how do {pair} compare", False
        yield "compare", f"comparison of {pair}", True
        yield "difference", f"difference between {pair}", True
        yield "difference", f"gap between {pair}", True
        yield "difference", f"how much be difference between {pair}", False
        yield "ratio", f"ratio of {pair}", True
        yield "ratio", f"ratio between {pair}", True
        yield "sum", f"sum of {pair}", True
        yield "sum", f"together {pair}", True
        yield "sum", f"total of {pair}", True
        yield "sum", f"total {pair}", True
        yield "sum", f"{pair} together", True
        yield "sum", f"how much be {pair} together", False
    for how in ("with", "to", "against"):
        yield "compare", f"how do {noun} of {one} compare {how} {noun} of {other}", False
        yield "compare", f"how do {noun} of {one} compare {how} {other}", False
        yield "compare", f"how do {one} 's {noun} compare {how} {other} 's {noun}", False
        yield "compare", f"how do {one} 's {noun} compare {how} {other} 's", False
        yield "compare", f"how do {one} 's {noun} compare {how} {other}", False
        yield "compare", f"how do {one} compare {how} {other} in {noun}", False
        yield "compare", f"compare {one} {how} {other} by {noun}", False
        yield "compare", f"compare {one} 's {noun} {how} {other} 's {noun}", False
        yield "compare", f"compare {one} 's {noun} {how} {other} 's", False
        yield "compare", f"compare {noun} of {one} {how} {noun} of {other}", False
    for what in ("in", "of"):
        for word in ("difference", "gap"):
            yield "difference", f"{noun} {word} between {one} and {other}", True
            yield "difference", f"{word} {what} {noun} between {one} and {other}", True
            yield "difference", f"{word} between {one} and {other} {what} {noun}", True
    for more in ("more", "fewer"):
        yield "difference", f"how much {more} be {one} 's {noun} than {other} 's {noun}", False
        yield "difference", f"how much {more} be {one} 's {noun} than {other} 's", False
        yield "difference", f"how much {more} be {noun} of {one} than {noun} of {other}", False
        yield "difference", f"how much {more} be {noun} of {one} than of {other}", False
        yield (
            f"is-{more}",
            f"be {one} 's {noun} {more} than {other} 's [{noun}]".replace("[", "").replace("]", ""),
            False,
        )
        yield f"is-{more}", f"be {one} 's {noun} {more} than {other} 's", False
        yield f"is-{more}", f"be {noun} of {one} {more} than {noun} of {other}", False
        yield f"is-{more}", f"be {noun} of {one} {more} than of {other}", False
        yield f"is-{more}", f"do {one} have {more} {noun} than {other}", False
        yield f"who-{more}", f"who have {more} {noun} {one} or {other}", False
        yield f"who-{more}", f"whose {noun} be {more} {one} 's or {other} 's", False
        yield f"who-{more}", f"whose {noun} be {more} {one} or {other}", False
        yield f"who-{more}", f"who have {more} {noun} between {one} and {other}", False
        yield f"who-{more}", f"who of {one} and {other} have {more} {noun}", False
        yield f"who-{more}", f"who have {more} {noun} of {one} and {other}", False
    yield "difference", f"by how much do {one} 's {noun} exceed {other} 's", False
    yield "difference", f"by how much do {noun} of {one} exceed {noun} of {other}", False
    yield "difference", f"by how much do {one} 's {noun} exceed {other} 's {noun}", False
    yield "ratio", f"how many times {one} 's {noun} be {other} 's", False
    for whose in (f"{noun} of {one} to {noun} of {other}", f"{one} 's {noun} to {other} 's"):
        yield "ratio", f"ratio of {whose}", True
    yield "ratio", f"ratio of {one} 's {noun} to {other} 's {noun}", True
    for extreme, act in (("biggest", "most"), ("most", "most"), ("fewest", "least")):
        yield act, f"who have {extreme} {noun}", False
        yield act, f"whose {noun} be {extreme}", False
        yield act, f"who 's {noun} be {extreme}", False
        yield act, f"{extreme} {noun}", True
    yield "most", f"who lead in {noun}", False
    yield "most", f"who be ahead in {noun}", False
    yield "most", f"who be first in {noun}", False
    yield "most", f"who be number one in {noun}", False
    yield "most", f"who top {noun}", False
    yield "rank", f"rank company by {noun}", False
    yield "rank", f"rank by {noun}", True
    yield "rank", f"{noun} rank", True
    yield "rank", f"rank of company by {noun}", True
    yield "rank", f"company by {noun}", True
    if not verb:
        return
    for some in ("", " vehicle"):
        for extreme, act in (("most", "most"), ("fewest", "least")):
            yield act, f"who {verb} {extreme}{some}", False
            yield act, f"who have {verb} {extreme}{some}", False
            yield (
                f"who-{'more' if act == 'most' else 'fewer'}",
                f"who {verb} {extreme}{some} {one} or {other}",
                False,
            )
        for more in ("more", "fewer"):
            yield f"who-{more}", f"who {verb} {more}{some} {one} or {other}", False
            yield f"who-{more}", f"who {verb} {more}{some} between {one} and {other}", False
            yield f"who-{more}", f"who of {one} and {other} {verb} {more}{some}", False
            yield f"who-{more}", f"between {one} and {other} who {verb} {more}{some}", False
            yield f"who-{more}", f"do {one} or {other} {verb} {more}{some}", False
            yield f"is-{more}", f"do {one} {verb} {more}{some} than {other}", False
            yield f"is-{more}", f"{one} {verb} {more}{some} than {other}", False
            yield "difference", f"how many {more}{some} do {one} {verb} than {other}", False
            yield "difference", f"how much {more}{some} do {one} {verb} than {other}", False
            yield (
                "difference",
                f"by how (much|many){some} do {one} {verb} {more} than {other}".replace(
                    "(much|many)", "much"
                ),
                False,
            )
            yield "difference", f"how many {more}{some} {one} {verb} than {other}", False
            yield "ratio", f"how many time {more}{some} do {one} {verb} than {other}", False
            yield "ratio", f"how many times {more}{some} do {one} {verb} than {other}", False
        yield "ratio", f"how many times as many{some} do {one} {verb} as {other}", False
        yield "ratio", f"how many times as many{some} as {other} do {one} {verb}", False
        yield "sum", f"how many{some} do {one} and {other} {verb} together", False
        yield "sum", f"how many{some} do {one} and {other} together {verb}", False
        yield "sum", f"how many{some} together do {one} and {other} {verb}", False
        yield "sum", f"how many{some} {one} and {other} {verb} together", False
        yield "sum", f"together how many{some} do {one} and {other} {verb}", False
        yield "is-more", f"do {one} out{verb} {other}", False
    for word in ("seller", "bestseller", "vehicle seller", "seller of vehicle"):
        yield "most", f"biggest {word}", True
        yield "most", f"best {word}", True
        yield "most", f"top {word}", True
        yield "least", f"fewest {word}", True

"""Relations: who holds one, towards whom, whether, how many and how much of it, in every order.

owning: verbs, nouns, links -> "who own {company}", "be {company} own by {holder}" ...
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kg.questions.reading.patterns import Wording, possessives


def relation_wordings(entry: Mapping[str, Any]) -> Iterator[Wording]:
    """Yield the wordings of a relation: who holds it, towards whom, whether, and how much of it."""
    one, other = (f"{{{entry[name]}}}" for name in ("subject", "object"))
    asked_of = one if entry.get("symmetric") else other
    acts = entry.get("acts", {})
    for text, noun in _who(entry, asked_of):
        yield Wording(text, entry["asks_subject"], acts.get("subject", "rows"), noun)
    for text, noun in _what(entry, one):
        yield Wording(text, entry["asks_object"], acts.get("object", "rows"), noun)
    for text in _count(entry, asked_of):
        column = entry["object" if entry.get("symmetric") else "subject"]
        yield Wording(text, entry["asks_subject"], "count", column=column)
    for text in _anyone(entry, asked_of):
        yield Wording(text, entry["asks_subject"], "exists")
    for text in _whether(entry, one, other):
        yield Wording(text, entry["asks_whether"], acts.get("whether", "whether"))
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
            yield f"in {sort} do {one} own {link}", False
            yield f"in {sort} do {one} have {link}", False
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
            yield f"{much} {link} have {one} in {other}", False
            yield f"{much} {link} be own by {one} in {other}", False
            yield f"{much} be {link} own by {one} in {other}", False
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
                yield f"{noun} that {one} have {preposition} {other}", True
            yield f"{noun} of {one} in {other}", True
        yield f"size of {one} 's {link} in {other}", True
        yield f"how much be {one} 's {link} in {other}", False
        yield f"what do {one} 's {link} in {other} amount to", False
        yield f"how much do {one} 's {link} in {other} amount to", False

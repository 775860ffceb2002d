"""Alternatives: a sentence's items as they stand, and with lists and alliances of them as one name.

"which of Honda and Nissan" -> who, of these two        "join Honda and Nissan" -> their alliance
"alliance of Honda and Nissan", "the new alliance" -> a name that is yet to be found
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.questions.reading.items import Item, merged
from kg.questions.reading.vocabulary import NAME

_ALLIANCE_WORDS = ("alliance", "partnership", "tie", "tieup", "camp", "grouping", "group", "trio")
_STATES = {
    "new": "forming", "plan": "forming", "planned": "forming", "proposed": "forming",
    "tripartite": "forming", "upcoming": "forming", "latest": "forming", "old": "active",
    "older": "active", "existing": "active", "longstanding": "active", "standing": "active",
}  # fmt: skip
_JOINING = ("join", "joins", "joined", "joining")  # an alliance that is not there yet
_BETWEEN = ("of", "between", "among", "with", "by")


def alternatives(found: Sequence[Item]) -> Iterator[list[Item]]:
    """Yield a sentence's items as they are, then with lists and alliances read as one."""
    whole = list(found)
    yield whole
    together = merged(found)
    if together != whole:
        yield together
    if whole[:1] and whole[0].mark == "why":
        yield [_of_all(one) for one in together]
    for base in (whole, together):
        described = _described_alliance(base)
        if described is not None:
            yield described
    yield from _parted(together)


def _parted(together: Sequence[Item]) -> Iterator[list[Item]]:
    """Yield the items with a list as what is chosen from, what is joined, or what acts as one."""
    for place, one in enumerate(together):
        if len(one.names) < 2 or not _companies(one):
            continue
        before = [each.mark for each in together[:place]]
        if len(before) == 2 and before[0] in _WHICH and before[1] in ("of", "among", "between"):
            who = replace(together[0], mark="who")
            yield [who, replace(one, mark="", among=True), *together[place + 1 :]]
        if before[:1] and before[0] in _WHICH and place + 1 == len(together) and one.gap[:1] == ",":
            yield [
                replace(together[0], mark="who"),
                *together[1:place],
                replace(one, mark="", among=True),
            ]
        if before and before[-1] in _JOINING:
            yield [*together[:place], _pact(one, one), *together[place + 1 :]]
        acting = [each for each in together if each.mark not in ("together", "jointly")]
        if len(acting) < len(together):
            yield [_pact(one, one) if each is one else each for each in acting]


_WHICH = ("which", "who", "what")


def _of_all(item: Item) -> Item:
    """Return several companies as the alliance they are in: "why do Honda and Nissan ally"."""
    return _pact(item, item) if len(item.names) > 1 and _companies(item) else item


def _described_alliance(found: Sequence[Item]) -> list[Item] | None:
    """Return the items with "alliance of Honda and Nissan" as one name that is yet to be found."""
    for place, one in enumerate(found):
        if one.mark not in (*_ALLIANCE_WORDS, "alliances"):
            continue
        if place and found[place - 1].mark in _STATES:
            state = replace(one, mark=NAME, unknown=f"alliance {_STATES[found[place - 1].mark]}")
            return [*found[: place - 1], state, *found[place + 1 :]]
        after = place + 2
        if after < len(found) and found[place + 1].mark in _BETWEEN and _companies(found[after]):
            return [*found[:place], _pact(found[after], one), *found[after + 1 :]]
        if one.mark == "alliance" and _joined(found, place):
            forming = replace(one, mark=NAME, unknown="alliance forming")
            return [*found[:place], forming, *found[place + 1 :]]
        before = place - 2 if place and found[place - 1].mark == "'s" else place - 1
        if before >= 0 and _companies(found[before]):
            return [*found[:before], _pact(found[before], one), *found[place + 1 :]]
    return None


def _joined(found: Sequence[Item], place: int) -> bool:
    """Say whether "the alliance" is one that somebody is to join: it is not there yet."""
    before = [one.mark for one in found[max(place - 2, 0) : place] if one.mark != "the"]
    return bool(before) and before[-1] in _JOINING


def _companies(item: Item) -> bool:
    return item.mark == NAME and all(
        any(entity.kind == "Company" for entity in one) for one in item.names
    )


def _pact(companies: Item, word: Item) -> Item:
    return replace(
        companies,
        start=min(companies.start, word.start),
        end=max(companies.end, word.end),
        unknown="alliance",
    )

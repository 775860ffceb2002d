"""Chains: a name that is said by what it holds: "the owner of Mitsubishi Motors", "its leader".

    "How many cars does the shareholder of Mitsubishi Motors sell?"
    -> how many does (holder of: Mitsubishi Motors) sell -> Nissan Motor

Looked at only where no wording covers the sentence as it stands. Whom it is, the graph says when
the reading is put to it: nobody, one, or several, of which each is a reading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from kg.matching import Entity, Register
from kg.questions.answer import AnswerRow, Named, ask
from kg.questions.reading.items import Item
from kg.questions.reading.lexicon import Lexicon
from kg.questions.reading.vocabulary import NAME, NUMBER
from kg.store.base import Graph

_MOST = 9  # words before or after a name
# What stands for whom: the question that says so, its parameter and the column that is meant.
_ASKED = {
    "holder": ("who-owns", "company", "holder", "Company"),
    "largest holder": ("who-owns", "company", "holder", "Company"),
    "leader": ("who-leads", "alliance", "member", "Alliance"),
}


def chained(found: Sequence[Item], lexicon: Lexicon) -> Iterator[list[Item]]:
    """Yield the items with such a description as one name that is yet to be found."""
    for place, one in enumerate(found):
        if one.mark != NAME or one.unknown or len(one.names) != 1:
            continue
        for start in range(max(0, place - _MOST), place):
            who = _who(found[start:place], one, lexicon.before_name, lexicon)
            if who:
                yield [*found[:start], _meant(found[start : place + 1], who), *found[place + 1 :]]
                break
        for end in range(place + 2, min(len(found), place + _MOST) + 1):
            who = _who(found[place + 1 : end], one, lexicon.after_name, lexicon)
            if who:
                yield [*found[:place], _meant(found[place:end], who), *found[end:]]
                break


def _who(
    words: Sequence[Item], name: Item, said: dict[tuple[str, ...], str], lexicon: Lexicon
) -> str:
    """Return for whom these words beside a name stand; empty where they are not such words."""
    if any(one.mark == NAME or not one.mark for one in words) or not words[0].mark:
        return ""
    who = said.get(lexicon.vocabulary.canonical([one.mark for one in words]), "")
    kinds = {entity.kind for entity in name.names[0]}
    return who if who and _ASKED[who][3] in kinds else ""


def _meant(run: Sequence[Item], who: str) -> Item:
    name = next(one for one in run if one.mark == NAME)
    number = next((one.value for one in run if one.mark == NUMBER), None)
    return replace(
        name, start=run[0].start, end=run[-1].end, gap=run[0].gap, unknown=who, value=number
    )


def is_chain(item: Item | None) -> bool:
    """Say whether a name is one that is said by what it holds."""
    return item is not None and item.unknown in _ASKED


def meant(graph: Graph, item: Item, known: Register) -> list[Entity]:
    """Return whom a description means, as the graph has it now."""
    question, parameter, column, _ = _ASKED[item.unknown]
    found: dict[str, None] = {}
    for entity in item.names[0]:
        rows = ask(graph, question, {parameter: entity.id}, whole=False).rows
        for row in _largest(rows) if item.unknown == "largest holder" else rows:
            if item.value is not None and row.values.get("share") != item.value:
                continue  # "who owns 34% of it" is nobody who owns another part
            if isinstance(who := row.values[column], Named):
                found[who.id] = None
    return [known.by_id[one] for one in found if one in known.by_id]


def _largest(rows: Sequence[AnswerRow]) -> Iterator[AnswerRow]:
    """Yield the rows of the largest stake; all of them where one has no exact size."""
    shares = [v for row in rows if isinstance(v := row.values["share"], Decimal)]
    whole = len(shares) == len(rows)
    yield from (row for row in rows if not whole or row.values["share"] == max(shares))


def told(item: Item, who: Entity) -> str:
    """Return a note on whom a description was taken to mean."""
    return f"{who.label} is meant: the {item.unknown} of {_named(item)}"


def unheard(item: Item) -> str:
    """Return a note on a description that fits nobody."""
    return f"no source says who the {item.unknown} of {_named(item)} is"


def _named(item: Item) -> str:
    held = item.names[0][0].label
    return held if item.unknown == "leader" else f"a stake in {held}"

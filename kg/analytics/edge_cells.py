"""What the cells of a row say, as numbers: the columns of the edge table."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from kg import names
from kg.analytics.edge_shares import Cut, finest

RIGHTS = ("capital", "votes")
STATUSES = ("ended", "disputed", "contemplated", "reported", "announced", "active", "confirmed")
FACTS = tuple(STATUSES.index(one) for one in ("announced", "active", "confirmed"))
DISPUTED, REPORTED = STATUSES.index("disputed"), STATUSES.index("reported")

Texts = Mapping[str, Sequence[str]]  # by column


class Columns(NamedTuple):
    """One number a claim in each; days count from 1 January of year 1, 0 is not stated."""

    owner: "array[int]"
    owned: "array[int]"
    right: "array[int]"  # place in RIGHTS
    low: "array[int]"  # parts of the whole
    high: "array[int]"
    loose: "array[int]"  # parts that the last printed digit leaves open, either way
    status: "array[int]"  # place in STATUSES
    indirect: "array[int]"  # 1: held through others, which are edges themselves
    known_from: "array[int]"
    holds_from: "array[int]"
    holds_until: "array[int]"  # first day it holds no more


CODES = "iibqqqbbiii"


def no_columns() -> Columns:
    """Return columns without a row."""
    return Columns(*(array(code) for code in CODES))


class Stated(NamedTuple):
    """All rows as the claims themselves state them."""

    names: Sequence[str]
    claims: Sequence[str]
    columns: Columns
    whole: int
    place: Callable[[str], int | None]  # row of a claim


def stated(told: Texts) -> Stated:
    """Return texts, column by column, as numbers."""
    pairs = zip(told["holder"], told["company"], strict=True)
    numbers = {name: place for place, name in enumerate(dict.fromkeys(chain.from_iterable(pairs)))}
    places = {claim: place for place, claim in enumerate(told["claim"])}
    whole = finest(told["share"], told["least"], told["most"])
    columns = _columns(told, numbers, Cut(whole)) if places else no_columns()
    return Stated(list(numbers), list(places), columns, whole, places.get)


def _columns(told: Texts, numbers: dict[str, int], cut: Cut) -> Columns:
    """Return texts as numbers, column by column."""
    sizes = map(cut.parts, told["share"], told["least"], told["most"], told["printed"])
    low, high, loose = zip(*sizes, strict=True)
    values = (
        map(numbers.__getitem__, told["holder"]),
        map(numbers.__getitem__, told["company"]),
        map(right, told["right"]),
        low,
        high,
        loose,
        map(status, told["status"]),
        map(indirect, told["directness"]),
        *(map(day, told[name]) for name in ("known", "holds", "until")),
    )
    return Columns(*(array(code, column) for code, column in zip(CODES, values, strict=True)))


@lru_cache
def right(iri: str) -> int:
    """Return the place of a right in RIGHTS."""
    return RIGHTS.index(names.local_name(iri))


@lru_cache
def status(iri: str) -> int:
    """Return the place of a status in STATUSES."""
    return STATUSES.index(names.local_name(iri))


@lru_cache
def indirect(iri: str) -> int:
    """Say of a directness whether it is through others: 1 or 0."""
    return int(iri.endswith("/indirect"))


@lru_cache(100_000)
def day(text: str) -> int:
    """Return a day as a number, 0 where none is stated.

    >>> day("2024-08-01") - day("2024-07-31"), day("")
    (1, 0)
    """
    return date.fromisoformat(text[:10]).toordinal() if text else 0

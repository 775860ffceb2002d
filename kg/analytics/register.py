"""A register of stakes to look things up in: who holds this company, what does this holder hold.

Built once from `Stakes`; every look-up is then as large as its answer. Small tables are grouped in
plain Python, large ones by the sorted columns of `Stakes`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from kg.analytics.fixpoint import Columns, Majority
from kg.analytics.ranges import NOTHING, Range
from kg.analytics.stakes import Row, Stakes

LARGE = 50_000  # stakes that are worth sorting in numpy


@dataclass(frozen=True, slots=True)
class Holding:
    """One direct stake."""

    owner: int
    owned: int
    share: Range  # fraction of the company
    claims: tuple[str, ...]


class Ranked(NamedTuple):
    """One direct stake in whole parts, by its place among the rows."""

    place: int
    owner: int
    low: int
    high: int  # no more than is free above the least of all


class Register:
    """Stakes of one right, looked up by holder and by company; nodes are numbers of `names`.

    There may be more names than the stakes have: those that only another right knows.
    """

    def __init__(self, stakes: Stakes, names: Sequence[str] | None = None) -> None:
        self.stakes = stakes
        self.names = stakes.names if names is None else names
        self._holders: dict[int, list[Holding]] = {}
        self._portfolios: dict[int, list[Holding]] = {}
        self._known: dict[int, Fraction] = {}
        self._ranked: dict[int, list[Ranked]] = {}
        self._below: dict[int, list[tuple[int, int, int]]] = {}
        self.kept: dict[Any, Any] = {}  # what rules made of it once
        self._columns: dict[tuple[type[Majority], Fraction], Columns] = {}

    @cached_property
    def _places(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        by_owner: dict[int, list[int]] = {}
        by_owned: dict[int, list[int]] = {}
        for place, row in enumerate(self.stakes.rows()):
            by_owner.setdefault(row.owner, []).append(place)
            by_owned.setdefault(row.owned, []).append(place)
        return by_owner, by_owned

    @cached_property
    def _rows(self) -> list[Row]:
        return list(self.stakes.rows())

    def columns(self, rule: Majority) -> Columns:
        """Return what the fixpoint needs to know of each company by one rule."""
        key = type(rule), rule.threshold
        if key not in self._columns:
            self._columns[key] = Columns(self.stakes, rule)
        return self._columns[key]

    def __contains__(self, name: str) -> bool:
        return name in self.stakes.numbers

    def node(self, name: str, parameter: str = "company") -> int:
        """Return the number of a name, or raise UnknownNameError with names like it."""
        return self.stakes.number(name, parameter)

    def name(self, node: int) -> str:
        """Return the name of a number."""
        return self.names[node]

    def listed(self, nodes: Iterable[int]) -> str:
        """Return names in words, in order, for a step of a proof."""
        return ", ".join(sorted(map(self.name, nodes)))

    def holders(self, company: int) -> list[Holding]:
        """Return the direct stakes in a company, largest first.

        What others surely hold, one does not: an unknown stake beside one of 90% is 10% at most.
        """
        if company not in self._holders:
            self._holders[company] = [
                self._holding(one.place, one.high) for one in self.ranked(company)
            ]
        return self._holders[company]

    def ranked(self, company: int) -> list[Ranked]:
        """Return the direct stakes in a company as `holders` does, in whole parts."""
        if company not in self._ranked:
            rows = [(place, self._row(place)) for place in self._of(company, 1)]
            free = max(self.stakes.whole - sum(row.low for _, row in rows), 0)
            within = (
                Ranked(place, row.owner, row.low, min(row.high, row.low + free))
                for place, row in rows
            )
            found = [one for one in within if one.high]
            self._ranked[company] = sorted(found, key=lambda one: (-one.low, -one.high, one.owner))
        return self._ranked[company]

    def portfolio(self, holder: int) -> list[Holding]:
        """Return the direct stakes of a holder, largest first, as each stands by itself."""
        if holder not in self._portfolios:
            rows = [(place, self._row(place)) for place in self._of(holder, 0)]
            rows = sorted(
                (one for one in rows if one[1].high), key=lambda one: (-one[1].low, -one[1].high)
            )
            self._portfolios[holder] = [self._holding(place) for place, _ in rows]
        return self._portfolios[holder]

    def below(self, holder: int) -> list[tuple[int, int, int]]:
        """Return what a holder has of which companies, in parts, as `holders` of each counts it."""
        if holder not in self._below:
            owned = dict.fromkeys(self._row(place).owned for place in self._of(holder, 0))
            self._below[holder] = [
                (company, one.low, one.high)
                for company in owned
                for one in self.ranked(company)
                if one.owner == holder
            ]
        return self._below[holder]

    def _of(self, node: int, end: int) -> Sequence[int]:
        if len(self.stakes) < LARGE:
            return self._places[end].get(node, ())
        if node >= len(self.stakes.names):  # a name that only the other right has
            return ()
        index = self.stakes.by_owned if end else self.stakes.by_owner
        return [int(place) for place in index.of(node)]

    def _row(self, place: int) -> Row:
        stakes = self.stakes
        if len(stakes) < LARGE:
            return self._rows[place]
        columns = stakes.owner, stakes.owned, stakes.low, stakes.high
        return Row(*(int(column[place]) for column in columns))

    def _holding(self, place: int, most: int | None = None) -> Holding:
        stakes, (owner, owned, low, high) = self.stakes, self._row(place)
        least = stakes.fraction(low)
        high = high if most is None else most
        share = Range(least, least if high == low else stakes.fraction(high))
        return Holding(owner, owned, share, stakes.claims_of(place))

    def held(self, holders: Collection[int], company: int) -> Range:
        """Return what holders have of a company together, at least and at most."""
        least, most, known = 0, 0, 0
        for one in self.ranked(company):
            known += one.low
            if one.owner in holders:
                least, most = least + one.low, most + one.high
        if not most:
            return NOTHING
        most = max(least, min(most, self.stakes.whole - known + least))
        low = self.stakes.fraction(least)
        return Range(low, low if most == least else self.stakes.fraction(most))

    def known(self, company: int) -> Fraction:
        """Return the part of a company whose holders are surely known; above 1 they conflict."""
        if company not in self._known:
            lows = sum(one.low for one in self.ranked(company))
            self._known[company] = self.stakes.fraction(lows)
        return self._known[company]

    def between(self, holder: int, company: int) -> Holding | None:
        """Return one direct stake, or None where there is none."""
        return next((one for one in self.holders(company) if one.owner == holder), None)

    def say(self, holding: Holding) -> str:
        """Return a stake in words, as a step of a proof.

        A share is written as it is known: one number, a range, or unknown.
        """
        owner, owned = self.name(holding.owner), self.name(holding.owned)
        return f"{owner} holds {share_text(holding.share)} of {owned}"


def share_text(share: Range) -> str:
    """Return a share in words; one that may be anything is unknown, not 0 to 100%."""
    return "an unknown share" if share == Range(Fraction(0), Fraction(1)) else str(share)

"""A register of stakes to look things up in: who holds this company, what does this holder hold.

Built once from `Stakes` by sorting its rows; every look-up is then as large as its answer.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kg.analytics.spans import Span
from kg.analytics.stakes import Stakes
from kg.errors import Candidate, UnknownNameError

_SEARCHED = 20_000  # names that are looked through for one like a wrong one


@dataclass(frozen=True, slots=True)
class Holding:
    """One direct stake."""

    owner: int
    owned: int
    share: Span  # fraction of the company
    claims: tuple[str, ...]


class Register:
    """Stakes of one right, looked up by holder and by company; nodes are numbers of `names`."""

    def __init__(self, stakes: Stakes) -> None:
        self.stakes = stakes
        self.names = stakes.names
        self._rows: dict[int, list[Holding]] = {}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def _by_owner(self) -> NDArray[np.intp]:
        return np.argsort(self.stakes.owner, kind="stable")

    @cached_property
    def _by_owned(self) -> NDArray[np.intp]:
        return np.argsort(self.stakes.owned, kind="stable")

    @cached_property
    def _owners(self) -> NDArray[np.int32]:
        return self.stakes.owner[self._by_owner]

    @cached_property
    def _companies(self) -> NDArray[np.int32]:
        return self.stakes.owned[self._by_owned]

    def __contains__(self, name: str) -> bool:
        return name in self._numbers

    def node(self, name: str, parameter: str = "company") -> int:
        """Return the number of a name, or raise UnknownNameError with names like it."""
        if name in self._numbers:
            return self._numbers[name]
        nearest = get_close_matches(name, self.names[:_SEARCHED], n=3)
        raise UnknownNameError(parameter, name, [Candidate(one, one, one) for one in nearest])

    def name(self, node: int) -> str:
        """Return the name of a number."""
        return self.names[node]

    def holders(self, company: int) -> list[Holding]:
        """Return the direct stakes in a company, largest first; nothing held is left out."""
        if company not in self._rows:
            first, last = np.searchsorted(self._companies, [company, company + 1])
            self._rows[company] = self._sorted(self._by_owned[first:last])
        return self._rows[company]

    def portfolio(self, holder: int) -> list[Holding]:
        """Return the direct stakes of a holder, largest first."""
        first, last = np.searchsorted(self._owners, [holder, holder + 1])
        return self._sorted(self._by_owner[first:last])

    def _sorted(self, rows: NDArray[np.intp]) -> list[Holding]:
        found = [self._holding(int(row)) for row in rows if self.stakes.high[row] > 0]
        return sorted(found, key=lambda one: (-one.share.low, -one.share.high, one.owner))

    def _holding(self, row: int) -> Holding:
        stakes = self.stakes
        share = Span(stakes.fraction(stakes.low[row]), stakes.fraction(stakes.high[row]))
        claims = stakes.claims[row] if stakes.claims is not None else ()
        return Holding(int(stakes.owner[row]), int(stakes.owned[row]), share, claims)

    def held(self, holders: Collection[int], company: int) -> Span:
        """Return what holders have of a company together, at least and at most.

        What others surely hold, they do not: an unknown stake beside one of 90% is 10% at most.
        """
        ours, theirs = Fraction(0), Fraction(0)
        most = Fraction(0)
        for one in self.holders(company):
            if one.owner in holders:
                ours, most = ours + one.share.low, most + one.share.high
            else:
                theirs += one.share.low
        return Span(ours, max(ours, min(most, 1 - theirs)))

    def known(self, company: int) -> Fraction:
        """Return the part of a company whose holders are surely known; above 1 they conflict."""
        return sum((one.share.low for one in self.holders(company)), Fraction(0))

    def between(self, holder: int, company: int) -> Holding | None:
        """Return one direct stake, or None where there is none."""
        return next((one for one in self.holders(company) if one.owner == holder), None)

    def owned_by(self, holders: Collection[int]) -> Iterator[int]:
        """Yield each company in which one of the holders has a stake, once."""
        seen: set[int] = set()
        for holder in holders:
            for one in self.portfolio(holder):
                if one.owned not in seen:
                    seen.add(one.owned)
                    yield one.owned

    def say(self, holding: Holding) -> str:
        """Return a stake in words, as a step of a proof.

        A share is written as it is known: one number, a range, or unknown.
        """
        owner, owned = self.name(holding.owner), self.name(holding.owned)
        return f"{owner} holds {share_text(holding.share)} of {owned}"


def share_text(share: Span) -> str:
    """Return a share in words; one that may be anything is unknown, not 0 to 100%."""
    return "an unknown share" if share == Span(Fraction(0), Fraction(1)) else str(share)

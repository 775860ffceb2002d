"""One possible network of shares, laid out: an owner's holdings, a company's owners, in floats."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kg.analytics.deadline import heed, limited, slices
from kg.analytics.kernels_flow import holders, parting, passage
from kg.analytics.kernels_layout import reach
from kg.analytics.kernels_loops import DENSE, TOO_MANY, UNDETERMINED, escapes
from kg.analytics.layout import Floats, Ints, Longs, lay_out
from kg.analytics.stakes import Stakes
from kg.errors import QueryLimitError

_ROUNDING = 1e-12
_STEPS, _EVERY = 25 * 10**7, 2**62  # of one solution: while somebody waits, about a second; else

_PROBLEMS = {
    TOO_MANY: "stopped: stakes in a loop leave next to nothing to others, which takes too long",
    UNDETERMINED: "undetermined: a loop of more than 3,000 members leaves next to nothing to "
    "others, or stakes in one sum to more than 100 % and it is too near to having no end",
}


def _settled(kernel: Callable[..., Any], *given: Any) -> Any:
    """Return what a kernel returns, or raise QueryLimitError where it can or may not go on."""
    try:
        return kernel(*given, _STEPS if limited() else _EVERY)
    except RuntimeError as error:
        if (problem := _PROBLEMS.get(str(error))) is None:
            raise
        raise QueryLimitError(problem) from error


class Flows:
    """Stakes with one share each (`parts` of the whole), and scratch arrays for its kernels."""

    def __init__(self, stakes: Stakes, parts: Longs) -> None:
        self.layout = layout = lay_out(stakes, parts)
        self.share, self.own = layout.shares(parts, stakes.whole)
        self.rest, free = layout.remaining(parts, stakes.whole)
        self.over = free < -_ROUNDING  # more than the whole: data that cannot be so
        self.free: Floats = np.where(self.over, free, np.maximum(free, 0.0))
        self._straight = np.arange(len(self.share), dtype=np.int32)
        self._mark = np.zeros(layout.nodes, np.int32)
        self._stamp = 0
        self._found = np.empty(layout.nodes, np.int32)
        self._x = np.zeros(layout.nodes)
        self._walks = np.zeros(layout.nodes)
        self._left = self.rest.copy()
        self._known: set[int] = set()

    def below(self, place: int) -> Ints:
        """Return the positions of a node and of all it has a share of."""
        return self._reached(place, self.layout.out_start, self.layout.out_to)

    def above(self, place: int) -> Ints:
        """Return the positions of a node and of all that have a share of it, in order."""
        found = self._reached(place, self.layout.in_start, self.layout.in_from)
        found.sort()
        return found

    def between(self, owner: int | None, company: int | None) -> Ints:
        """Return what an owner has a share of and what has a share of a company, both included."""
        if company is not None:
            above = self.above(company)
            if owner is None:
                return above
            self.below(owner)  # marks what it comes to
            found: Ints = above[self._mark[above] == self._stamp]
            return found
        if owner is not None:
            return self.below(owner)
        return np.arange(self.layout.nodes, dtype=np.int32)

    def _reached(self, place: int, starts: Longs, targets: Ints) -> Ints:
        self._stamp += 1
        count = reach(place, starts, targets, self._mark, self._stamp, self._found)
        return self._found[:count].copy()

    def holdings(
        self, place: int, divided: tuple[Floats, Floats, Floats] | None = None
    ) -> tuple[Ints, Floats]:
        """Return positions and F of one owner for all it reaches, itself included.

        Infinite where wrong sums let the series grow without end.

        divided  shares of edges, `rest` and `free` of companies to take instead
        """
        one = self.layout
        heed()
        self._stamp += 1
        count = _settled(
            passage, place, *(divided or (self.share, self.rest, self.free)), one.group,
            one.starts, one.out_start, one.out_to, one.in_start, one.in_from, one.in_edge, self._x,
            self._mark, self._stamp, self._found,
        )  # fmt: skip
        found = self._found[:count].copy()
        return found, self._x[found]

    def owners(self, place: int) -> tuple[Ints, Floats]:
        """Return positions and F of everyone above one company; no sum above may be wrong."""
        one = self.layout
        above = self.above(place)
        left = self.parting(above)
        _settled(
            holders, place, len(above), above, self.share, self.rest, self.free, left, one.group,
            one.starts, one.out_start, one.out_to, self._straight, one.in_start, one.in_from,
            one.in_edge, self._x, self._walks,
        )  # fmt: skip
        return above, self._x[above]

    def parting(self, places: Ints) -> Floats:
        """Return by position how much of a node never comes back to it, 1 - F[i,i].

        Right at `places`, but for loops with wrong sums. 0 is a closed loop. N[i,i] = 1 / (1 -
        F[i,i]). Each component is worked out once.
        """
        one = self.layout
        groups = one.group[places]
        several = one.starts[groups + 1] - one.starts[groups] > 1
        for group in np.unique(groups[several]).tolist():
            heed()
            first, end = int(one.starts[group]), int(one.starts[group + 1])
            if group not in self._known and not self.over[first:end].any():
                if end - first <= DENSE or not self._swept(first, end):
                    self._eliminated(first, end)
                self._known.add(group)
        return self._left

    def _swept(self, first: int, end: int) -> bool:
        one = self.layout
        return all(
            _settled(
                parting, (first + begin, first + stop), first, end, self.share, self.rest,
                self.free, one.in_start, one.in_from, one.in_edge, self._x, self._left,
            )
            for begin, stop in slices(end - first)
        )  # fmt: skip

    def _eliminated(self, first: int, end: int) -> None:
        one = self.layout
        _settled(
            escapes, first, end, self.rest, self.free, self.share, one.in_start, one.in_from,
            one.in_edge, self._left,
        )  # fmt: skip

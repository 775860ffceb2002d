"""One possible network of shares, laid out: an owner's holdings, a company's owners, in floats."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kg.analytics.deadline import heed, limited, slices
from kg.analytics.kernels_flow import TOO_MANY, holders, passage, returns
from kg.analytics.kernels_layout import reach
from kg.analytics.layout import Floats, Ints, Longs, lay_out
from kg.analytics.stakes import Stakes
from kg.errors import QueryLimitError

_ROUNDING = 1e-12
_STEPS, _EVERY = 25 * 10**7, 2**62  # of one solution: while somebody waits, about a second; else


def _settled(kernel: Callable[..., Any], *given: Any) -> Any:
    """Return what a kernel returns, or raise QueryLimitError where somebody would wait too long."""
    try:
        return kernel(*given, _STEPS if limited() else _EVERY)
    except RuntimeError as error:
        if str(error) != TOO_MANY:
            raise
        problem = "stopped: stakes in a loop leave next to nothing to others, which takes too long"
        raise QueryLimitError(problem) from error


class Flows:
    """Stakes with one share each (`parts` of the whole), and scratch arrays for its kernels."""

    def __init__(self, stakes: Stakes, parts: Longs) -> None:
        self.layout = layout = lay_out(stakes, parts)
        self.share, self.own = layout.shares(parts, stakes.whole)
        held = np.bincount(layout.out_to, weights=self.share, minlength=layout.nodes)
        self.held: Floats = held + self.own
        self.over = self.held > 1 + _ROUNDING  # more than the whole: data that cannot be so
        self._straight = np.arange(len(self.share), dtype=np.int32)
        self._mark = np.zeros(layout.nodes, np.int32)
        self._stamp = 0
        self._found = np.empty(layout.nodes, np.int32)
        self._x = np.zeros(layout.nodes)
        self._walks = np.zeros(layout.nodes)
        self._back = self.own.copy()
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
        self, place: int, share: Floats | None = None, own: Floats | None = None
    ) -> tuple[Ints, Floats]:
        """Return positions and F of one owner for all it reaches, itself included.

        Infinite where wrong sums let the series grow without end.
        """
        one = self.layout
        heed()
        self._stamp += 1
        count = _settled(
            passage, place, self.share if share is None else share,
            self.own if own is None else own,
            one.group, one.starts, one.out_start, one.out_to, one.in_start, one.in_from,
            one.in_edge, self._x, self._mark, self._stamp, self._found,
        )  # fmt: skip
        found = self._found[:count].copy()
        return found, self._x[found]

    def owners(self, place: int) -> tuple[Ints, Floats]:
        """Return positions and F of everyone above one company; no sum above may be wrong."""
        one = self.layout
        above = self.above(place)
        back = self.returning(above)
        _settled(
            holders, place, len(above), above, self.share, self.own, back, one.group, one.starts,
            one.out_start, one.out_to, self._straight, one.in_start, one.in_from, one.in_edge,
            self._x, self._walks,
        )  # fmt: skip
        return above, self._x[above]

    def returning(self, places: Ints) -> Floats:
        """Return by position how much of a node comes back to it, F[i,i]; right at `places`.

        1 is a closed loop. N[i,i] = 1 / (1 - F[i,i]). Each component is worked out once.
        """
        one = self.layout
        groups = one.group[places]
        several = one.starts[groups + 1] - one.starts[groups] > 1
        for group in np.unique(groups[several]).tolist():
            heed()
            if group not in self._known:
                first, end = int(one.starts[group]), int(one.starts[group + 1])
                for begin, stop in slices(end - first):
                    _settled(
                        returns, (first + begin, first + stop), first, end, self.share, self.own,
                        one.out_start, one.out_to, one.in_start, one.in_from, one.in_edge,
                        self._x, self._back,
                    )  # fmt: skip
                self._known.add(group)
        return self._back

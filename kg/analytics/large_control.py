"""Control in large networks: the forest where the data allow it, the general fixpoint elsewhere.

The forest needs at most 100% of each company and a threshold of at least one half. A company of
which more is held spoils it only for those who hold it, directly or through others: they are
worked out one by one, all the others stand in the forest.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from kg.analytics import forest_kernels, kernels_layout, reach_kernels
from kg.analytics.deadline import heed
from kg.analytics.fixpoint import HALF, Majority
from kg.analytics.stakes import VOTES, Stakes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Flags = NDArray[np.bool_]

PIECE = 1_000_000  # pairs that are made at a time


class Pairs(NamedTuple):
    """Some pairs: who controls whom, with how much in hand (parts)."""

    controller: "Ints"
    controlled: "Ints"
    held: "Longs"


class LargeControl:
    """All-pairs control of a network, kept in memory that grows with the companies only."""

    def __init__(self, stakes: Stakes, rule: Majority) -> None:
        self.stakes = stakes
        self.rule = rule
        self.left_out = self._left_out()
        parent, ring, finished = forest_kernels.grow(
            stakes.owner, stakes.owned, stakes.low, self.quota, self.left_out, self.sums
        )
        if not finished:  # deeper than is worth climbing: one by one, the same answer
            self.left_out[:] = True
            parent[:] = -1
            ring[:] = np.arange(len(ring))
        self.ring = ring
        self.order, self.place, self.end, self.parent, self.root = forest_kernels.number(
            parent, ring
        )

    @cached_property
    def sums(self) -> "Longs":
        """Return how much of each company is held at least."""
        return reach_kernels.sums(self.stakes.owned, self.stakes.low, len(self.stakes.names))

    @cached_property
    def quota(self) -> "Longs":
        """Return of each company the parts that just fail to give control."""
        return self._quota(self.stakes.low)

    @cached_property
    def possible_quota(self) -> "Longs":
        """Return the same where a company's own votes are at their most."""
        return self._quota(self.stakes.high)

    def _quota(self, shares: "Longs") -> "Longs":
        stakes = self.stakes
        quota = np.full(len(stakes.names), self.rule.quota(stakes), np.int64)
        if stakes.right == VOTES:
            for row in np.flatnonzero(stakes.owner == stakes.owned).tolist():
                company = int(stakes.owned[row])
                if stakes.right_in(company) == VOTES:
                    quota[company] = self.rule.quota(stakes, int(shares[row]))
        return quota

    def _left_out(self) -> "Flags":
        """Return who is worked out alone: all below one half, else who holds a spoilt company."""
        if self.rule.threshold < HALF:
            return np.ones(len(self.stakes.names), np.bool_)
        spoilt = self.sums > self.stakes.whole
        if not spoilt.any():
            return spoilt
        return reach_kernels.ancestors(spoilt, *self._by_owned, self.stakes.owner)

    @cached_property
    def _by_owned(self) -> "tuple[Longs, Ints]":
        return kernels_layout.grouped(self.stakes.owned, len(self.stakes.names))

    @cached_property
    def _by_owner(self) -> "tuple[Longs, Ints]":
        return kernels_layout.grouped(self.stakes.owner, len(self.stakes.names))

    @cached_property
    def _free(self) -> "Longs":
        return np.maximum(self.stakes.whole - self.sums, 0)

    @cached_property
    def alone(self) -> "Ints":
        """Return the holders that stand outside the forest."""
        return np.flatnonzero(self.left_out & (np.diff(self._by_owner[0]) > 0)).astype(np.int32)

    def controls(self, holder: int, company: int) -> bool:
        """Say whether one certainly controls the other; a comparison, where it is in the forest."""
        if self.left_out[holder]:
            return company in self.group(holder)
        ring = self.ring[holder]
        return bool(holder != company and self.place[ring] <= self.place[company] < self.end[ring])

    def group(self, holder: int) -> "Ints":
        """Return whom a holder certainly controls."""
        if self.left_out[holder]:
            return self._spread(np.array([holder], np.int32)).controlled
        ring = self.ring[holder]
        group: Ints = self.order[self.place[ring] : self.end[ring]]
        others: Ints = group[group != holder]
        return others

    def members(self, root: int) -> list[int]:
        """Return the ring that a node stands for, itself alone where there is none."""
        found: list[int] = []
        for node in self.order[self.place[root] : self.end[root]].tolist():
            if self.ring[node] != root:
                break  # members stand first
            found.append(node)
        return sorted(found)

    def roots(self) -> "tuple[Ints, Ints, Ints]":
        """Return the companies with an owner, the root above each, and how many that ring has."""
        sizes = np.bincount(self.ring, minlength=len(self.ring)).astype(np.int32)
        owned = np.zeros(len(self.ring), np.bool_)
        owned[self.stakes.owned] = True
        companies = np.flatnonzero(owned).astype(np.int32)
        roots = self.root[companies]
        return companies, roots, sizes[roots]

    def joint_holders(self) -> dict[int, list[int]]:
        """Return the roots of two blocs that hold exactly half each, of companies without one."""
        stakes = self.stakes
        alone = self.root[stakes.owned] == stakes.owned
        rows = np.flatnonzero(alone & (stakes.owner != stakes.owned) & (stakes.low > 0))
        key = stakes.owned[rows].astype(np.int64) * len(stakes.names)
        blocs, place = np.unique(key + self.root[stakes.owner[rows]], return_inverse=True)
        held = np.zeros(len(blocs), np.int64)
        np.add.at(held, place, stakes.low[rows])
        company, root = np.divmod(blocs, len(stakes.names))
        voting = stakes.whole - self._own_votes()[company]
        halves = (2 * held == voting) & (np.bincount(company, minlength=1)[company] == 2)
        halves &= root != company  # what the company itself controls is no other
        found: dict[int, list[int]] = {}
        for one, holder in zip(company[halves].tolist(), root[halves].tolist(), strict=True):
            found.setdefault(one, []).append(holder)
        return {one: holders for one, holders in found.items() if len(holders) == 2}

    def _own_votes(self) -> "Longs":
        """Return how much of each company is held by itself, where that is no vote."""
        own = np.zeros(len(self.stakes.names), np.int64)
        if self.stakes.right == VOTES:
            for row in np.flatnonzero(self.stakes.owner == self.stakes.owned).tolist():
                if self.stakes.right_in(int(self.stakes.owned[row])) == VOTES:
                    own[self.stakes.owned[row]] = self.stakes.low[row]
        return own

    def pairs(self) -> Iterator[Pairs]:
        """Yield who certainly controls whom, some pairs at a time, by controller."""
        sizes = self.end[self.ring] - self.place[self.ring] - 1
        sizes[self.left_out] = 0
        sources = np.flatnonzero(sizes).astype(np.int32)
        ends = np.cumsum(sizes[sources])
        first = 0
        while first < len(sources):
            before = ends[first - 1] if first else 0
            last = max(int(np.searchsorted(ends, before + PIECE, "right")), first + 1)
            yield Pairs(
                *reach_kernels.held_in_groups(
                    sources[first:last],
                    self.ring,
                    self.order,
                    self.place,
                    self.end,
                    *self._by_owned,
                    self.stakes.owner,
                    self.stakes.low,
                    int(ends[last - 1] - before),
                )
            )
            first = last
        yield from self._spread_all(self.alone, possible=False)

    def possible_pairs(self) -> Iterator[Pairs]:
        """Yield who possibly, but not certainly, controls whom."""
        inexact = np.zeros(len(self.stakes.names), np.bool_)
        inexact[self.stakes.owned[self.stakes.low != self.stakes.high]] = True
        marked = reach_kernels.ancestors(inexact, *self._by_owned, self.stakes.owner)
        sources = np.flatnonzero(marked & (np.diff(self._by_owner[0]) > 0)).astype(np.int32)
        for piece in self._spread_all(sources, possible=True):
            keep = ~self._certain(piece)
            yield Pairs(piece.controller[keep], piece.controlled[keep], piece.held[keep])

    def _certain(self, pairs: Pairs) -> "Flags":
        """Say of each pair whether it is certain control."""
        ring, place = self.ring[pairs.controller], self.place[pairs.controlled]
        found = (self.place[ring] <= place) & (place < self.end[ring])
        alone = self.left_out[pairs.controller]
        if alone.any():
            many = len(self.stakes.names)
            sources = np.unique(pairs.controller[alone])
            keys = [
                piece.controller.astype(np.int64) * many + piece.controlled
                for piece in self._spread_all(sources, possible=False)
            ]
            asked = pairs.controller[alone].astype(np.int64) * many + pairs.controlled[alone]
            found[alone] = np.isin(asked, np.concatenate(keys))
        return found

    def around(self, members: Sequence[int], company: int) -> Stakes:
        """Return the stakes that decide what `members` as one control, and those in a company."""
        stakes = self.stakes
        inside = np.zeros(len(stakes.names), np.bool_)
        inside[list(members)] = True
        if len(members) == 1:  # round by round a long chain would take for ever
            alone = np.array(members, np.int32)
            inside[next(self._spread_all(alone, possible=True)).controlled] = True
        before = -1
        while before != inside.sum():  # what several control together is more than the union
            heed()
            before = inside.sum()
            together = self._joint(inside)
            inside |= together
        touched = np.zeros(len(stakes.names), np.bool_)
        touched[stakes.owned[inside[stakes.owner]]] = True
        touched[company] = True
        rows = np.flatnonzero(touched[stakes.owned])
        claims = stakes.claims
        return Stakes(
            stakes.names,
            stakes.owner[rows],
            stakes.owned[rows],
            stakes.low[rows],
            stakes.high[rows],
            stakes.whole,
            [claims[row] for row in rows.tolist()] if claims is not None else None,
            stakes.right,
            stakes.voted,
        )

    def _joint(self, inside: "Flags") -> "Flags":
        """Return the companies of which those inside may hold enough, one round of the rule."""
        stakes = self.stakes
        rows = np.flatnonzero(inside[stakes.owner] & (stakes.owner != stakes.owned))
        most = np.zeros(len(inside), np.int64)
        least = np.zeros(len(inside), np.int64)
        np.add.at(most, stakes.owned[rows], stakes.high[rows])
        np.add.at(least, stakes.owned[rows], stakes.low[rows])
        enough: Flags = np.minimum(most, self._free + least) > self.possible_quota
        return enough

    def _spread(self, sources: "Ints") -> Pairs:
        return next(self._spread_all(sources, possible=False))

    def _spread_all(self, sources: "Ints", *, possible: bool) -> Iterator[Pairs]:
        stakes = self.stakes
        most = stakes.high if possible else stakes.low
        quota = self.possible_quota if possible else self.quota
        while len(sources):
            done, controller, controlled, held = reach_kernels.spread(
                sources,
                *self._by_owner,
                stakes.owned,
                stakes.low,
                most,
                self._free,
                quota,
                PIECE,
            )
            yield Pairs(controller, controlled, held)
            sources = sources[done:]

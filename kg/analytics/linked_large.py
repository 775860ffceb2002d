"""Close links by shares in large networks: who has at least so much of whom, no pair wrong.

A kernel decides nearly every pair; what is nearer to the threshold than floats can tell is decided
in whole numbers, and what lies behind wrong sums or shared ranges owner by owner.
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analytics.bounds import Bounds
from kg.analytics.deadline import slices
from kg.analytics.flows import Flows
from kg.analytics.integrated import EXACT_STAKES, LARGEST_LOOP, Method, exact_rows
from kg.analytics.kernels_links import marked_below, owners_above, simple_path_shares
from kg.analytics.large_ownership import LargeNetwork
from kg.analytics.layout import Floats, Ints, Longs
from kg.analytics.simple_paths import Limits
from kg.analytics.stakes import Stakes

_ROUNDING = 1e-9
_FEW = 20_000  # steps to decide one pair
_SMALL = Fraction(1, 10**6)  # a path that brings less is left out


class LargeLinks(NamedTuple):
    """Pairs of owner and company (node numbers), the least and the most of the share."""

    owner: Ints
    owned: Ints
    low: Floats
    high: Floats
    undecided: int  # pairs at the threshold to the last digit of a float, taken as reaching it


def pairs_above(stakes: Stakes, threshold: Fraction, *, simple: bool) -> LargeLinks:
    """Return all pairs with at least the threshold, by simple paths or by corrected ownership."""
    network = LargeNetwork(stakes)
    finder = _Finder(network, threshold, simple=simple)
    certain = finder.pairs(network.least, most=False)
    if stakes.exact:
        owner, owned, share = certain
        return LargeLinks(owner, owned, share, share, finder.undecided)
    owner, owned, high = finder.pairs(network.most, most=True)
    count = len(stakes.names)
    keys = certain[0].astype(np.int64) * count + certain[1]
    order = np.argsort(keys)
    wanted = owner.astype(np.int64) * count + owned
    at = np.minimum(np.searchsorted(keys[order], wanted), max(len(keys) - 1, 0))
    low = np.zeros(len(owner))
    if len(keys):
        known = keys[order][at] == wanted
        low[known] = certain[2][order][at][known]
    for pair in np.flatnonzero(low == 0.0).tolist():
        low[pair] = finder.least(int(owner[pair]), int(owned[pair]))
    return LargeLinks(owner, owned, low, np.maximum(high, low), finder.undecided)


class _Finder:
    def __init__(self, network: LargeNetwork, threshold: Fraction, *, simple: bool) -> None:
        self.network = network
        self.stakes = network.stakes
        self.threshold = threshold
        self.simple = simple
        self.undecided = 0

    def pairs(self, flows: Flows, *, most: bool) -> tuple[Ints, Ints, Floats]:
        """Return owner, company and share of the pairs in one of the two networks."""
        one = flows.layout
        every = np.arange(one.nodes, dtype=np.int32)
        left = flows.parting(every)
        looping = (one.sizes > 1)[one.group] | (flows.own > 0)
        in_share = flows.share[one.in_edge]
        leave = marked_below(flows.over, one.out_start, one.out_to)
        parts = [
            owners_above(
                piece, float(self.threshold), leave, one.in_start, one.in_from, in_share,
                flows.own, left, looping, left <= 0.0,
            )
            for piece in slices(one.nodes)
        ]  # fmt: skip
        owner, company, share, kind, hard = map(np.concatenate, zip(*parts, strict=True))
        more = self._owner_by_owner(one.node[hard], most=most)
        owner = np.concatenate([owner, one.position[more[0]]])
        company = np.concatenate([company, one.position[more[1]]])
        share = np.concatenate([share, more[2]])
        near = np.concatenate([(kind & 1) > 0, np.abs(more[2] - float(self.threshold)) < _ROUNDING])
        if self.simple:
            loops = np.concatenate([(kind & 2) > 0, np.ones(len(more[2]), bool)])
            behind = np.flatnonzero(loops)
            summed, unsure = self._by_paths(flows, owner[behind], company[behind])
            share[behind] = np.minimum(summed, share[behind])
            near[behind] = unsure | (np.abs(share[behind] - float(self.threshold)) < _ROUNDING)
        owner, company = one.node[owner], one.node[company]
        keep = share >= float(self.threshold)
        for pair in np.flatnonzero(near).tolist():
            keep[pair] = self._reaches(int(owner[pair]), int(company[pair]), most=most)
            if keep[pair]:
                share[pair] = max(share[pair], float(self.threshold))
        return owner[keep], company[keep], share[keep]

    def _by_paths(
        self, flows: Flows, owner: Ints, company: Ints
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the sums over simple paths of pairs that stand company by company."""
        one = flows.layout
        in_share = flows.share[one.in_edge]
        ends = np.append(np.flatnonzero(np.diff(company, prepend=-1)), len(company))
        parts = [(np.zeros(0), np.zeros(0, np.bool_))]
        for first, last in slices(len(ends) - 1):
            piece = slice(ends[first], ends[last])
            threshold = float(self.threshold)
            parts.append(
                simple_path_shares(
                    threshold, owner[piece], company[piece], one.in_start, one.in_from, in_share
                )
            )
        summed, unsure = map(np.concatenate, zip(*parts, strict=True))
        return summed, unsure

    def _owner_by_owner(self, companies: Ints, *, most: bool) -> tuple[Ints, Ints, Floats]:
        found: list[tuple[int, int, float]] = []
        for company in companies.tolist():
            held = self.network.owners_of(company)
            share = held.high if most else held.low
            for at in np.flatnonzero(share > float(self.threshold) - 1e-9).tolist():
                if held.nodes[at] != company:
                    found.append((int(held.nodes[at]), company, float(share[at])))
        owner, owned, shares = zip(*found, strict=True) if found else ((), (), ())
        return np.array(owner, np.int32), np.array(owned, np.int32), np.array(shares, np.float64)

    def _reaches(self, owner: int, company: int, *, most: bool) -> bool:
        """Say in whole numbers whether a share is at the threshold."""
        rows = self.network.rows_between(owner, company)
        part = self.stakes.high if most else self.stakes.low
        if self._on_few_paths(rows, part[rows], owner, company) >= self.threshold:
            return True  # exactly, and what is left out only adds to it
        if len(rows) <= EXACT_STAKES:
            high = self.stakes.high[rows]
            low = high if self.stakes.exact else self.stakes.low[rows]
            cut = Stakes(
                self.stakes.names, self.stakes.owner[rows], self.stakes.owned[rows], low, high,
                self.stakes.whole,
            )  # fmt: skip
            bounds = Bounds(cut)
            if bounds.largest_loop <= LARGEST_LOOP:
                method: Method = "paths" if self.simple else "corrected"
                for row in exact_rows(bounds, cut.names, method, owner, company, Limits()):
                    share = row.high if most else row.low
                    return share is None or share >= self.threshold
                return False
        self.undecided += 1
        return True

    def least(self, owner: int, company: int) -> float:
        """Return the least share of a pair that is only possible."""
        if self.simple:
            rows = self.network.rows_between(owner, company)
            return float(self._on_few_paths(rows, self.stakes.low[rows], owner, company))
        held = self.network.held_by(owner)
        return float(held.low[held.nodes == company].sum())

    def _on_few_paths(self, rows: Longs, parts: Longs, owner: int, company: int) -> Fraction:
        """Return exactly what the largest simple paths between two nodes bring."""
        above: dict[int, list[tuple[int, int]]] = {}
        columns = (self.stakes.owner[rows], self.stakes.owned[rows], parts)
        for one, owned, count in zip(*(column.tolist() for column in columns), strict=True):
            above.setdefault(owned, []).append((one, count))
        total = Fraction()
        waiting = [(company, Fraction(1), frozenset((company,)))]
        for _ in range(_FEW):
            if not waiting:
                break
            node, share, path = waiting.pop()
            for one, count in above.get(node, ()):
                through = share * Fraction(count, self.stakes.whole)
                if one == owner:
                    total += through
                elif one not in path and through > _SMALL:
                    waiting.append((one, through, path | {one}))
        return total

"""Shares multiplied along simple paths, for one owner and one company, until a threshold is clear.

Integrated ownership counts all that simple paths count and rounds through loops besides, so it is
never less: F[i,j] >= Phi[i,j]. Where no loop lies between the two they are the same. Else paths are
followed upward from the company, those first that can bring most; what an unfinished path can still
bring is its product times F of where it stands (where all shares are known, without what would come
through the company again). Found, and found with all that is open, are bounds
that close in; the search stops as soon as they are on one side of the threshold.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache, cached_property
from heapq import heappop, heappush
from importlib.util import find_spec
from itertools import count
from typing import TYPE_CHECKING

from kg.analytics.bounds import columns
from kg.analytics.deadline import heed
from kg.analytics.exact import Columns, ExactNetwork, descendants
from kg.analytics.ranges import Certainty, Range
from kg.analytics.simple_paths import LONGEST
from kg.analytics.stakes import Stakes

if TYPE_CHECKING:
    from kg.analytics.large_ownership import LargeNetwork

_AT_LEAST = 50  # steps: small sums come out whole
_AT_MOST = 4_000
_MANY = 200  # owners above a company, from which floats tell faster who has little of it
_ENDLESS = 1e6
_ALMOST = 0.99  # from which a loop is as good as closed, and dividing by the rest says nothing
_ROUNDING = 1e-9  # more than floats are wrong by

_Step = tuple[int, int, float, float]  # an owner, its parts, the same as a share, what it may bring
Integrated = Callable[[int, int], Range]  # F of an owner in a company: the least and the most


class PairPaths:
    """Sums over simple paths in one network, pair by pair."""

    def __init__(self, stakes: Stakes, integrated: Integrated) -> None:
        self.stakes = stakes
        self.integrated = integrated

    @cached_property
    def _low(self) -> Columns:
        return columns(self.stakes, 2)

    @cached_property
    def _high(self) -> Columns:
        return self._low if self.stakes.exact else columns(self.stakes, 3)

    @cached_property
    def over(self) -> bool:
        """Say whether more than all of some company is held: F is then no bound."""
        return any(sum(column.values()) > self.stakes.whole for column in self._low.values())

    def share(
        self, owner: int, company: int, threshold: Fraction, at_least: int = _AT_LEAST
    ) -> Range:
        """Return the sum over paths: exact, or bounds good enough to tell it from a threshold.

        So many steps are made `at_least`, even where that is clear before. Where it cannot be told
        within some thousand steps the bounds are on both sides.
        """
        most = self.integrated(owner, company)
        if not self.over and most.high < threshold:
            return Range(Fraction(0), most.high)
        low = self._summed(self._low, 0, owner, company, threshold, at_least)
        if self._high is self._low:
            return low
        high = self._summed(self._high, 1, owner, company, threshold, at_least)
        most_high = high.high if self.over else min(high.high, most.high)
        return Range(low.low, max(low.low, most_high))

    def reaches(self, owner: int, company: int, threshold: Fraction) -> Certainty:
        """Say whether the sum over paths is at a threshold; looks for no more than that takes."""
        if self._soon(self._low, owner, company, threshold):
            return Certainty.certain
        if self._high is not self._low and not self.over:
            held = self.integrated(owner, company)
            if held.high < threshold:
                return Certainty.impossible
            if held.low < threshold:  # certain it is not: only the most is to be looked at
                if self._soon(self._high, owner, company, threshold):
                    return Certainty.possible
                most = self._summed(self._high, 1, owner, company, threshold, 0)
                return Certainty.impossible if most.high < threshold else Certainty.possible
        return self.share(owner, company, threshold, at_least=0).reaches(threshold, strict=False)

    def _soon(self, columns_: Columns, owner: int, company: int, threshold: Fraction) -> bool:
        """Say whether what is held directly and through one other reaches a threshold already."""
        column, whole = columns_.get(company, {}), self.stakes.whole
        found = column.get(owner, 0) * whole
        for one, parts in column.items():
            if one not in (owner, company) and one in columns_:
                found += parts * columns_[one].get(owner, 0)
        return found * threshold.denominator >= threshold.numerator * whole * whole

    def owners(self, company: int, threshold: Fraction) -> set[int]:
        """Return who may have so much of a company: no one else does, by paths."""
        above = descendants([company], self._high) - {company}
        if len(above) > _MANY and find_spec("numba") is not None and not self.over:
            held = self._large.owners_of(company)
            near = held.high >= float(threshold) - 1e-9
            return set(held.nodes[near].tolist()) - {company}
        return {
            one for one in above if self.over or self.integrated(one, company).high >= threshold
        }

    @cached_property
    def _large(self) -> "LargeNetwork":
        from kg.analytics.large_ownership import LargeNetwork

        return LargeNetwork(self.stakes)

    def _summed(
        self,
        columns_: Columns,
        end: int,
        owner: int,
        company: int,
        threshold: Fraction,
        at_least: int,
    ) -> Range:
        inside = _between(columns_, owner, company)
        network = ExactNetwork(inside, self.stakes.whole)
        if not any(map(network.loops, range(len(network.components)))):
            return Range.of(network.row(owner).get(company) or 0)
        heed()
        search = _Search(inside, self.stakes.whole, owner, company)
        return search.run(threshold, at_least, lambda node: self._bound(owner, node, end, company))

    def _bound(self, owner: int, node: int, end: int, company: int) -> float:
        """Return what comes from a node at most, on ways that do not come by the company again."""
        if self.over:
            return _ENDLESS
        share = self.integrated(owner, node)
        if node == company or not self.stakes.exact:
            return float(share.high if end else share.low) + _ROUNDING
        # F is the chance to meet somebody on a walk up: here to meet the owner, not first the
        # company. With a and b for these two, P(a first) = (F[a] - F[b] F[a,b]) / (1 - round).
        there = float(self.integrated(owner, company).low)
        there_and_back = there * float(self.integrated(company, owner).low)
        if there_and_back > _ALMOST:
            return float(share.low) + _ROUNDING
        first = float(share.low) - float(self.integrated(company, node).low) * there
        return first / (1 - there_and_back) + _ROUNDING


def _between(columns_: Columns, owner: int, company: int) -> Columns:
    """Return the stakes that lie between two, none in the owner."""
    above = descendants([company], columns_)
    held: dict[int, list[int]] = {}
    for node in above:
        for one in columns_.get(node, ()):
            held.setdefault(one, []).append(node)
    inside = descendants([owner], held) & above
    return {
        node: {one: parts for one, parts in columns_[node].items() if one in inside}
        for node in inside
        if node != owner and node in columns_
    }


class _Search:
    """Paths upward from a company to an owner, those that can bring most first."""

    def __init__(self, inside: Columns, whole: int, owner: int, company: int) -> None:
        self.inside = inside
        self.whole = whole
        self.owner = owner
        self.company = company

    def run(self, threshold: Fraction, at_least: int, bound: Callable[[int], float]) -> Range:
        """Return the bounds of the sum once they are on one side of the threshold.

        What is found is exact; what is open is counted in floats, and a little more.
        """
        enough, little = float(threshold) + _ROUNDING, float(threshold) - _ROUNDING
        bound = cache(bound)
        steps: dict[int, list[_Step]] = {}
        found = [0] * (LONGEST + 2)  # in parts of a whole to the power of the links
        near, left_out, rest = 0.0, 0.0, bound(self.company)  # found as a float, and what is not
        places = {node: 1 << at for at, node in enumerate(self.inside)}
        order = count()
        # Paths are taken in the order of what they can bring; companies on them are bits.
        waiting = [(-rest, next(order), self.company, 1, 1.0, places[self.company], 1)]
        while waiting:
            done = next(order)
            clear = near + rest + left_out < little or near >= enough
            if not clear and near > little:
                clear = self._exactly(found) >= threshold
            if done > _AT_MOST or (clear and done > at_least):
                break
            potential, _, node, product, share, path, links = heappop(waiting)
            rest += potential
            if links > LONGEST:
                left_out -= potential
                continue
            if node not in steps:
                steps[node] = self._steps(node, bound)
            for one, parts, part, most in steps[node]:
                if one == self.owner:
                    found[links] += product * parts
                    near += share * part
                elif not path & places[one]:
                    through = share * part
                    rest += (more := through * most)
                    path_on = path | places[one]
                    further = (one, product * parts, through, path_on, links + 1)
                    heappush(waiting, (-more, next(order), *further))
        exactly = self._exactly(found)
        if not waiting and not left_out:
            return Range.of(exactly)
        return Range(exactly, exactly + Fraction(max(rest, 0.0) + left_out + _ROUNDING))

    def _steps(self, node: int, bound: Callable[[int], float]) -> list[_Step]:
        """Return the owners of a company that lead on, each with what may come from it at most."""
        return [
            (one, parts, parts / self.whole, 0.0 if one == self.owner else bound(one))
            for one, parts in self.inside[node].items()
            if one == self.owner or one in self.inside
        ]

    def _exactly(self, found: list[int]) -> Fraction:
        """Return what was found, from parts by the links of the paths."""
        over = sum(parts * self.whole ** (len(found) - at) for at, parts in enumerate(found))
        return Fraction(over, self.whole ** len(found))

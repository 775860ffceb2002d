"""Accumulated ownership: shares multiplied along each path that visits no company twice, and added.

It equals integrated ownership where there are no loops, and is what some rules (of the Bank of
Italy, say) are written in. Around loops the paths are too many to count them all: the count stops
at a limit, and says so.
"""

from dataclasses import dataclass
from fractions import Fraction

from kg.analytics.deadline import heed
from kg.analytics.exact import Columns, ExactNetwork, Row, descendants

LONGEST = 12  # links of a path
MOST_STEPS = 30_000  # for one owner: about 0.1 s


@dataclass(frozen=True, slots=True)
class Limits:
    """Where to stop: links of a path, and steps for one owner."""

    links: int = LONGEST
    steps: int = MOST_STEPS


@dataclass(frozen=True, slots=True)
class Accumulated:
    """Phi of one owner for all it holds; what is `open` is at least so much."""

    shares: dict[int, Fraction]
    open: frozenset[int]  # where paths were left out
    steps: int


def accumulated(network: ExactNetwork, owner: int, row: Row, limits: Limits) -> Accumulated:
    """Return the sums over simple paths from one owner, whose integrated ownership is `row`.

    Only what is in or behind a loop is counted path by path; elsewhere F is that sum.
    """
    behind = behind_loops(network.columns, owner, row, network.whole)
    shares = {
        node: share
        for node, share in row.items()
        if share is not None and node != owner and node not in behind
    }
    if not behind:
        return Accumulated(shares, frozenset(), 0)
    walk = _Walk(network, owner, behind, limits)
    walk.run()
    return Accumulated(shares | walk.found, frozenset(walk.open), walk.steps)


def behind_loops(columns: Columns, owner: int, row: Row, whole: int) -> set[int]:
    """Return what an owner reaches in and through loops that it is not itself a part of."""
    below = {
        node: {one: parts for one, parts in columns.get(node, {}).items() if one in row}
        for node in row
        if node != owner
    }
    network = ExactNetwork(below, whole)
    looping = [
        node for at, group in enumerate(network.components) if network.loops(at) for node in group
    ]
    return descendants(looping, network.holdings) - {owner}


class _Walk:
    """A walk down all simple paths of an owner, deepest first, within limits."""

    def __init__(self, network: ExactNetwork, owner: int, wanted: set[int], limits: Limits) -> None:
        self.network = network
        self.owner = owner
        self.wanted = wanted
        self.limits = limits
        self.found = dict.fromkeys(wanted, Fraction())
        self.open: set[int] = set()
        self.steps = 0
        self._reached: dict[int, set[int]] = {}

    def run(self) -> None:
        """Walk on until every path is counted or the steps are used up."""
        on_path = {self.owner}
        stack = [(self.owner, Fraction(1), iter(self.network.holdings.get(self.owner, ())))]
        while stack:
            node, share, following = stack[-1]
            owned = next(following, None)
            if owned is None:
                stack.pop()
                on_path.discard(node)
            elif owned not in on_path:
                if self.steps >= self.limits.steps:
                    self.open = set(self.wanted)
                    return
                through = share * Fraction(self.network.columns[owned][node], self.network.whole)
                self.steps += 1
                if self.steps % 1_000 == 0:
                    heed()
                if owned in self.wanted:
                    self.found[owned] += through
                if len(stack) >= self.limits.links:
                    self.open |= self._behind(owned)
                else:
                    on_path.add(owned)
                    stack.append((owned, through, iter(self.network.holdings.get(owned, ()))))

    def _behind(self, node: int) -> set[int]:
        """Return what lies behind a node where the walk stops: paths to it may be left out."""
        if node not in self._reached:
            held = self.network.holdings.get(node, ())
            self._reached[node] = descendants(held, self.network.holdings) & self.wanted
        return self._reached[node]

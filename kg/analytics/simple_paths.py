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
MOST_STEPS = 30_000  # for one owner: about 0.02 s


@dataclass(frozen=True, slots=True)
class Limits:
    """Where to stop: links of a path, steps for one owner, and owners of less need no count."""

    links: int = LONGEST
    steps: int = MOST_STEPS
    least: Fraction = Fraction()


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
    """A walk down all simple paths of an owner, deepest first, within limits.

    Products of parts are added up by the links of their paths, as whole numbers: of n links they
    are parts of `whole` to the n.
    """

    def __init__(self, network: ExactNetwork, owner: int, wanted: set[int], limits: Limits) -> None:
        self.network = network
        self.owner = owner
        self.wanted = wanted
        self.limits = limits
        self.open: set[int] = set()
        self.steps = 0
        self._reached: dict[int, set[int]] = {}
        self._summed: list[dict[int, int]] = []
        self._held: dict[int, list[tuple[int, int]]] = {}

    @property
    def found(self) -> dict[int, Fraction]:
        """Return the sums of what is wanted."""
        shares, over = dict.fromkeys(self.wanted, Fraction()), 1
        for summed in self._summed:
            over *= self.network.whole
            for node in summed.keys() & self.wanted:
                shares[node] += Fraction(summed[node], over)
        return shares

    def run(self) -> None:
        """Walk on until every path is counted or the steps are used up."""
        on_path = {self.owner}
        stack = [(self.owner, 1, iter(self._holdings(self.owner)))]
        self._summed = [{}]
        steps, most = 0, self.limits.steps
        while stack:
            node, product, following = stack[-1]
            summed = self._summed[len(stack) - 1]
            for owned, parts in following:
                if owned in on_path:
                    continue
                if steps >= most:
                    self.open, self.steps = set(self.wanted), steps
                    return
                steps += 1
                if steps % 1_000 == 0:
                    heed()
                through = product * parts
                summed[owned] = summed.get(owned, 0) + through
                if len(stack) >= self.limits.links:
                    self.open |= self._behind(owned)
                else:
                    on_path.add(owned)
                    stack.append((owned, through, iter(self._holdings(owned))))
                    if len(stack) > len(self._summed):
                        self._summed.append({})
                    break
            else:
                stack.pop()
                on_path.discard(node)
        self.steps = steps

    def _holdings(self, node: int) -> list[tuple[int, int]]:
        """Return what a node holds, and how many parts of it."""
        if node not in self._held:
            columns, held = self.network.columns, self.network.holdings.get(node, ())
            self._held[node] = [(owned, columns[owned][node]) for owned in held]
        return self._held[node]

    def _behind(self, node: int) -> set[int]:
        """Return what lies behind a node where the walk stops: paths to it may be left out."""
        if node not in self._reached:
            held = self.network.holdings.get(node, ())
            self._reached[node] = descendants(held, self.network.holdings) & self.wanted
        return self._reached[node]

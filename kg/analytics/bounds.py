"""What an owner may hold at most where shares are ranges or unknown.

Integrated ownership grows with every share, so the lowest shares give its lower bound. For the
upper one, taking every share at its highest would give companies more than 100 % of owners. The
best that is possible is found instead: each company with room to spare gives it first to those of
its owners through whom most comes to the owner asked about (a Markov decision process, solved by
policy iteration: every round is exact, each better than the last, and there are finitely many).
Both bounds are attained, so neither can be made tighter from the stakes alone.
"""

from fractions import Fraction

from kg.analytics.exact import Columns, ExactNetwork, Row, descendants
from kg.analytics.stakes import Stakes


class Bounds:
    """The least and the most that owners can hold, given what is known of the direct stakes."""

    def __init__(self, stakes: Stakes) -> None:
        self.whole = stakes.whole
        self.low = columns(stakes, 2)
        self.high = self.low if stakes.exact else columns(stakes, 3)
        self.lowest = ExactNetwork(self.low, self.whole)
        self.highest = self.lowest if stakes.exact else ExactNetwork(self.high, self.whole)
        # Companies whose owners cannot all have their most.
        self.tight = {
            node
            for node, column in self.high.items()
            if sum(self.low.get(node, {}).values()) <= self.whole < sum(column.values())
        }

    @property
    def largest_loop(self) -> int:
        """Return how many members the largest strongly connected component has."""
        return max(map(len, self.highest.components), default=0)

    def rows(self, owner: int) -> tuple[Row, Row]:
        """Return the least and the most of F of one owner, for all it may hold."""
        low = self.lowest.row(owner)
        return low, low if self.highest is self.lowest else self.most(owner)

    def most(self, owner: int) -> Row:
        """Return the most of F of one owner: what it holds where most of every company is its.

        None where it has no end, which takes wrong sums.
        """
        reached = descendants([owner], self.highest.holdings)
        shared = self.tight & reached
        if not shared:
            return self.highest.row(owner)
        inside = {node: self.high[node] for node in reached if node in self.high}
        # Begin with those owners first whom the owner asked about is, or has something of.
        chosen = {
            node: self._divided(node, {one: Fraction(one in reached) for one in self.high[node]})
            for node in shared
        }
        row: Row = {}
        endless: set[int] = set()
        while True:
            network = ExactNetwork(inside | chosen, self.whole, once=True)
            now = network.row(owner)
            endless |= _fallen(row, now)
            row = now | dict.fromkeys(_below(endless, owner, network), None)
            better = self._better(owner, row, chosen)
            if not better:
                return row
            chosen |= better

    def _better(
        self, owner: int, row: Row, chosen: dict[int, dict[int, int]]
    ) -> dict[int, dict[int, int]]:
        """Return for each company that could give the owner more how it would be divided.

        One of which the owner's part has no end has its most already: divided anew, its loop might
        come to an end.
        """
        changed = {}
        for node, parts in chosen.items():
            if row.get(node, 0) is None:
                continue
            worth = {one: _worth(one, owner, row) for one in self.high[node]}
            divided = self._divided(node, worth)
            if _total(divided, worth) > _total(parts, worth):
                changed[node] = divided
        return changed

    def _divided(self, node: int, worth: dict[int, Fraction]) -> dict[int, int]:
        """Return a company's parts: the least to each owner, then room by worth."""
        least = self.low.get(node, {})
        room = self.whole - sum(least.values())
        divided = dict(least)
        for one in sorted(worth, key=lambda one: (-worth[one], one)):
            more = min(room, self.high[node][one] - least.get(one, 0))
            room -= more
            if more:
                divided[one] = least.get(one, 0) + more
        return divided


def _fallen(before: Row, now: Row) -> set[int]:
    """Return the companies of which less is held after a change for the better.

    With sums of at most the whole there is none. With wrong sums the change can cut a loop that
    grows with each round (say two companies that hold 130 % of each other) off from the owner: a
    change by a little less would keep it fed, and then there is no end to what the owner holds.
    """
    return {node for node, share in before.items() if _less(now.get(node, Fraction()), share)}


def _less(now: Fraction | None, before: Fraction | None) -> bool:
    """Say whether a share is smaller than before; None has no end."""
    return now is not None and (before is None or now < before)


def _below(nodes: set[int], owner: int, network: ExactNetwork) -> set[int]:
    """Return these and what they hold, but not through the owner, where walks stop."""
    holdings = {node: held for node, held in network.holdings.items() if node != owner}
    return descendants(nodes, holdings)


# More than any sum of shares: what an owner without end is worth, so that it is served first.
_ENDLESS = Fraction(10**30)


def _worth(one: int, owner: int, row: Row) -> Fraction:
    """Return how much of the owner asked about comes with each part that `one` has."""
    share = Fraction(1) if one == owner else row.get(one, Fraction())
    return _ENDLESS if share is None else share


def _total(parts: dict[int, int], worth: dict[int, Fraction]) -> Fraction:
    return sum((count * worth[one] for one, count in parts.items()), Fraction())


def columns(stakes: Stakes, end: int) -> Columns:
    """Return for each company the parts of its owners, at one end of each range; none of zero."""
    found: dict[int, dict[int, int]] = {}
    for row in stakes.rows():
        if row[end]:
            found.setdefault(row.owned, {})[row.owner] = row[end]
    return found

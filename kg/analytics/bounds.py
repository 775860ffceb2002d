"""What an owner may hold at most where shares are ranges or unknown.

Integrated ownership grows with every share, so the lowest shares give its lower bound. For the
upper one, taking every share at its highest would give companies more than 100 % of owners. The
best that is possible is found instead: each company with room to spare gives it first to those of
its owners through whom most comes to the owner asked about (a Markov decision process, solved by
policy iteration: every round is exact, each better than the last, and there are finitely many).
Both bounds are attained, so neither can be made tighter from the stakes alone.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction

from kg.analytics.exact import Columns, ExactNetwork, Row, descendants
from kg.analytics.stakes import Stakes

# A measure of one owner, from what of each company its walks reach.
Measure = Callable[[Row, int], Row]


def corrected(row: Row, owner: int) -> Row:
    """Return F as it is (Baldone, Brioschi & Paleari 1998)."""
    return row


def brioschi(row: Row, owner: int) -> Row:
    """Return Y = A + AY (Brioschi, Buzzacchi & Colombo 1989): F over what does not come back.

    Without end (None) where all of the owner comes back to itself.
    """
    returning = row.get(owner, Fraction())
    if returning is None or returning >= 1:
        return dict.fromkeys(row)
    return {node: share and share / (1 - returning) for node, share in row.items()}


class Bounds:
    """The least and the most that owners can hold, given what is known of the direct stakes."""

    def __init__(self, stakes: Stakes) -> None:
        self.whole = stakes.whole
        self.low = columns(stakes, stakes.low.tolist())
        self.high = self.low if stakes.exact else columns(stakes, stakes.high.tolist())
        self.lowest = ExactNetwork(self.low, self.whole)
        self.highest = self.lowest if stakes.exact else ExactNetwork(self.high, self.whole)
        # Companies whose owners cannot all have their most.
        self.tight = {
            node
            for node, column in self.high.items()
            if sum(self.low.get(node, {}).values()) <= self.whole < sum(column.values())
        }

    def rows(self, owner: int, measure: Measure = corrected) -> tuple[Row, Row]:
        """Return the bounds of what one owner holds of each company."""
        low = measure(self.lowest.row(owner), owner)
        return low, low if self.highest is self.lowest else self._most(owner, measure)

    def _most(self, owner: int, measure: Measure) -> Row:
        reached = descendants([owner], self.highest.holdings)
        shared = self.tight & reached
        if not shared:
            return measure(self.highest.row(owner), owner)
        inside = {node: self.high[node] for node in reached if node in self.high}
        # Begin with those owners first whom the owner asked about is, or has something of.
        chosen = {
            node: self._divided(node, {one: Fraction(one in reached) for one in self.high[node]})
            for node in shared
        }
        while True:
            row = measure(ExactNetwork(inside | chosen, self.whole).row(owner), owner)
            better = self._better(owner, row, chosen)
            if not better:
                return row
            chosen |= better

    def _better(
        self, owner: int, row: Row, chosen: dict[int, dict[int, int]]
    ) -> dict[int, dict[int, int]]:
        """Return for each company that could give the owner more how it would be divided."""
        changed = {}
        for node, parts in chosen.items():
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


# More than any sum of shares: what an owner without end is worth, so that it is served first.
_ENDLESS = Fraction(10**30)


def _worth(one: int, owner: int, row: Row) -> Fraction:
    share = row.get(one, Fraction())
    return _ENDLESS if share is None else share if one != owner else max(share, Fraction()) + 1


def _total(parts: dict[int, int], worth: dict[int, Fraction]) -> Fraction:
    return sum((count * worth[one] for one, count in parts.items()), Fraction())


def columns(stakes: Stakes, parts: Iterable[int]) -> Columns:
    """Return for each company the parts of each of its owners, without those of nothing."""
    found: dict[int, dict[int, int]] = {}
    rows = zip(stakes.owner.tolist(), stakes.owned.tolist(), parts, strict=True)
    for owner, owned, count in rows:
        if count:
            found.setdefault(owned, {})[owner] = count
    return found

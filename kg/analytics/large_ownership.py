"""Integrated ownership of large networks: floats, one owner or one company at a time.

Set-up is linear in the stakes; an answer costs what it reaches. Figures: benchmarks/README.md.
"""

from typing import NamedTuple

import numpy as np

from kg.analytics.flows import Flows
from kg.analytics.layout import Floats, Ints, Longs
from kg.analytics.stakes import Stakes

_ROUNDS = 50  # of policy iteration; after them the most is taken to be the whole
_ENDLESS = 1e30


class Holdings(NamedTuple):
    """One owner's holdings or one company's owners: node numbers, least and most, 0-1."""

    nodes: Ints
    low: Floats
    high: Floats


class LargeNetwork:
    """A network laid out for questions about single owners and companies."""

    def __init__(self, stakes: Stakes) -> None:
        self.stakes = stakes
        self.least = self.most = Flows(stakes, stakes.low)
        if not stakes.exact:
            self.most = Flows(stakes, stakes.high)
        count = self.most.layout.nodes
        self._scratch = np.zeros(count)
        self._low_parts = self._aligned()
        over = np.zeros(count, bool)
        over[self.most.layout.position[self.least.layout.node]] = self.least.over
        self.tight = self.most.over & ~over  # the owners cannot all have their most
        self.over = over

    def _aligned(self) -> tuple[Floats, Floats]:
        """Return the least shares on the edges of the most."""
        if self.most is self.least:
            return self.least.share, self.least.own
        return self.most.layout.shares(self.stakes.low, self.stakes.whole)

    def held_by(self, owner: int) -> Holdings:
        """Return F of one owner for all it may hold, in topological order."""
        place = int(self.most.layout.position[owner])
        found, high = self.most.holdings(place)
        nodes = self.most.layout.node[found]
        if self.most is self.least:
            return Holdings(nodes, high, high)
        shared = found[self.tight[found]]
        if len(shared):
            high = self._possible(place, found, shared)
        below, low = self.least.holdings(int(self.least.layout.position[owner]))
        return Holdings(nodes, self._spread(self.least.layout.node[below], low, nodes), high)

    def _spread(self, given: Ints, values: Floats, wanted: Ints) -> Floats:
        """Return values by node for other nodes, 0 where there is none."""
        self._scratch[given] = values
        found = self._scratch[wanted]
        self._scratch[given] = 0.0
        return found

    def _possible(self, place: int, found: Ints, shared: Ints) -> Floats:
        """Return the most where owners cannot all have theirs; see `bounds`."""
        share, own = self.most.share.copy(), self.most.own.copy()
        free = np.where(self.tight, 0.0, self.most.free)
        worth = np.zeros(self.most.layout.nodes)
        worth[found] = 1.0
        given: dict[int, float] = {}
        self._divide(shared, worth, share, own, given)
        before = np.zeros(len(found))
        endless: set[int] = set()
        for _ in range(_ROUNDS):
            reached, values = self.most.holdings(place, (share, 1.0 - own, free))
            worth[found] = 0.0
            worth[reached] = np.minimum(values, _ENDLESS)
            endless.update(found[worth[found] < before * (1 - 1e-9) - 1e-12].tolist())
            if endless:
                worth[self._below(endless, place, share)] = _ENDLESS
            high = before = worth[found]
            open_ = shared[worth[shared] < _ENDLESS]  # the others have their most
            worth[place] = 1.0
            if not self._divide(open_, worth, share, own, given):
                return np.where(high >= _ENDLESS, np.inf, high)
        return np.ones(len(found))

    def _below(self, nodes: set[int], owner: int, share: Floats) -> list[int]:
        """Return positions and what they hold, but not through the owner, where walks stop."""
        one = self.most.layout
        seen, waiting = set(nodes), [node for node in nodes if node != owner]
        while waiting:
            node = waiting.pop()
            cut = slice(one.out_start[node], one.out_start[node + 1])
            new = set(one.out_to[cut][share[cut] > 0].tolist()) - seen
            seen |= new
            waiting += new - {owner}
        return list(seen)

    def _divide(
        self, shared: Ints, worth: Floats, share: Floats, own: Floats, given: dict[int, float]
    ) -> bool:
        """Give each company's room to its worthiest owners; say whether that changed anything."""
        one = self.most.layout
        low, own_low = self._low_parts
        changed = False
        for p in shared.tolist():
            cut = slice(one.in_start[p], one.in_start[p + 1])
            edges, owners = one.in_edge[cut], one.in_from[cut]
            least = np.append(low[edges], own_low[p])
            most = np.append(self.most.share[edges], self.most.own[p])
            value = np.append(worth[owners], worth[p])
            order = np.argsort(-value, kind="stable")
            filled = np.minimum(np.cumsum((most - least)[order]), 1.0 - least.sum())
            divided = least.copy()
            divided[order] += np.diff(filled, prepend=0.0)
            total = float(divided @ value)
            before = float(np.append(share[edges], own[p]) @ value) if p in given else -1.0
            if total > before + 1e-13:
                share[edges], own[p] = divided[:-1], divided[-1]
                given[p] = total
                changed = True
        return changed

    def owners_of(self, company: int) -> Holdings:
        """Return F of everyone above one company."""
        place = int(self.most.layout.position[company])
        above = self.most.above(place)
        if self.over[above].any() or self.tight[above].any():
            return self._each(company, above)
        found, high = self.most.owners(place)
        nodes = self.most.layout.node[found]
        if self.most is self.least:
            return Holdings(nodes, high, high)
        certain, low = self.least.owners(int(self.least.layout.position[company]))
        return Holdings(nodes, self._spread(self.least.layout.node[certain], low, nodes), high)

    def _each(self, company: int, above: Ints) -> Holdings:
        """Return the same owner by owner, where wrong sums or ranges leave no shorter way."""
        nodes = self.most.layout.node[above]
        spans = []
        for owner in nodes.tolist():
            held = self.held_by(owner)
            at = held.nodes == company
            spans.append((held.low[at].sum(), held.high[at].sum()))
        low, high = np.array(spans).T
        return Holdings(nodes, low, high)

    def parting(self, nodes: Ints) -> tuple[Floats, Floats]:
        """Return how much of each node never comes back to it, 1 - F[i,i]: at least and at most."""
        places = self.most.layout.position[nodes]
        if self.over[places].any() or self.tight.any():
            held = [self.held_by(node) for node in nodes.tolist()]
            own = [one.nodes == node for node, one in zip(nodes, held, strict=True)]
            pairs = zip(own, held, strict=True)
            low, high = np.array([(one.low[at][0], one.high[at][0]) for at, one in pairs]).T
            return 1.0 - high, 1.0 - low
        least = self.most.parting(places)[places]
        if self.most is self.least:
            return least, least
        places = self.least.layout.position[nodes]
        return least, self.least.parting(places)[places]

    def rows_between(self, owner: int | None, company: int | None) -> Longs:
        """Return the rows of the stakes that what an owner holds of a company can depend on."""
        position = self.most.layout.position
        ends = (None if node is None else int(position[node]) for node in (owner, company))
        return self.most.layout.rows_into(self.most.between(*ends))

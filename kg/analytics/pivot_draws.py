"""Who decides in the end, drawn at random: all orders of all companies, once for each sample.

Holders are drawn before what they hold. In a loop every company begins as its own end and decides
again, with chance 1/2, in each of `ROUNDS` rounds, all at once: no order of the table matters. A
random number belongs to its sample, company, round and block, so that each sample is independent
and none depends on how many are drawn at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from kg.analytics.deadline import heed
from kg.analytics.pivot_games import Holders, PivotGames

ROUNDS = 120  # of a loop; what it comes to by then is near its limit
_AT_ONCE = 2_000_000  # nodes times samples
_FLOATS = 2.0**-53

Nodes = NDArray[np.int32]
Keys = NDArray[np.uint64]
Sums = NDArray[np.float64]
Longs = NDArray[np.int64]
Columns = tuple[Longs, Nodes, Sums, Sums, Sums, Nodes, Longs]


@dataclass(slots=True)
class Drawn:
    """Sums over samples of what ends with, and goes through, each node; and of their squares."""

    samples: int
    sums: Sums  # ends, their squares, through, their squares: a row each, a column a node
    counts: dict[int, dict[int, int]] = field(default_factory=dict)  # company -> end -> samples

    @classmethod
    def empty(cls, samples: int, nodes: int) -> "Drawn":
        """Return it before anything is drawn."""
        return cls(samples, np.zeros((4, nodes)))

    def add(self, ends: Sums, through: Sums) -> None:
        """Add samples: a row a node, a column a sample."""
        for row, found in enumerate((ends, ends * ends, through, through * through)):
            self.sums[row] += found.sum(axis=1)


def draw(
    part: PivotGames, worth: Sequence[float], *, samples: int, seed: int, large: bool = False
) -> Drawn:
    """Return what `samples` independent draws come to; nodes by their place in the groups.

    Of a large table by the kernels, which do not count company by company.
    """
    network = _Placed(part)
    values = np.asarray(worth, dtype=np.float64)
    if large and find_spec("numba") is not None:
        return _compiled(network, values, samples, seed)
    drawn = Drawn.empty(samples, len(network.nodes))
    for first, size in _chunks(samples, len(network.nodes)):
        ends, pivots = network.ends(np.arange(first, first + size, dtype=np.uint64), seed)
        drawn.add(_by_end(ends, values), network.through(pivots, values))
        _count(drawn, network.nodes, ends)
    return drawn


def _compiled(network: "_Placed", values: Sums, samples: int, seed: int) -> Drawn:
    """Draw by the kernels, some hundred samples at a time; companies are not counted one by one."""
    from kg.analytics.pivot_kernels import draws

    columns = network.columns()
    sums = np.zeros((4, len(network.nodes)))
    at_once = max(1, _AT_ONCE // max(len(network.nodes), 1))
    for first in range(0, samples, at_once):
        heed()
        last = min(first + at_once, samples)
        draws(columns, values, first, last, np.uint64(seed), ROUNDS, sums)
    return Drawn(samples, sums)


def _chunks(samples: int, nodes: int) -> Iterator[tuple[int, int]]:
    size = max(1, _AT_ONCE // max(nodes, 1))
    for first in range(0, samples, size):
        heed()
        yield first, min(size, samples - first)


def _by_end(ends: Nodes, values: Sums) -> Sums:
    """Add up, sample by sample, the values of the companies that end with each node."""
    nodes, samples = ends.shape
    cells = ends.astype(np.int64) * samples + np.arange(samples)
    weights = np.repeat(values, samples)
    found = np.bincount(cells.ravel(), weights, nodes * samples)
    return np.asarray(found, np.float64).reshape(nodes, samples)


def _count(drawn: Drawn, nodes: Sequence[int], ends: Nodes) -> None:
    for place, row in enumerate(ends):
        found = drawn.counts.setdefault(nodes[place], {})
        for end, count in zip(*np.unique(row, return_counts=True), strict=True):
            found[nodes[end]] = found.get(nodes[end], 0) + int(count)


class _Placed:
    """Games with nodes numbered in their order: holders first."""

    def __init__(self, part: PivotGames) -> None:
        self.nodes = [node for group in part.groups for node in group]
        place = {node: at for at, node in enumerate(self.nodes)}
        self.groups = [tuple(place[node] for node in group) for group in part.groups]
        self.games = {
            place[node]: Holders(tuple(place[one] for one in found.nodes), found.game)
            for node, found in part.games.items()
        }

    def columns(self) -> Columns:
        """Return the games as columns, for the kernels."""
        count = len(self.nodes)
        starts, sure = np.zeros(count + 1, np.int64), np.full(count, -1, np.int32)
        quota, ocean = np.zeros(count), np.zeros(count)
        holders: list[int] = []
        weights: list[int] = []
        for node in range(count):
            if node in self.games:
                found, game = self.games[node].nodes, self.games[node].game
                extra = len(game.weights) - len(found)
                holders += [*found, *range(-1, -1 - extra, -1)]
                weights += game.weights
                quota[node], ocean[node] = game.reached, game.ocean
                sure[node] = -1 if self.games[node].sure is None else 0
            starts[node + 1] = len(holders)
        groups = np.cumsum([0, *map(len, self.groups)], dtype=np.int64)
        return (
            starts,
            np.asarray(holders, np.int32),
            np.asarray(weights, np.float64),
            quota,
            ocean,
            sure,
            groups,
        )

    def ends(self, samples: Keys, seed: int) -> tuple[Nodes, Nodes]:
        """Return with whom each company ends in each sample, and which holder is its pivot."""
        count = len(self.nodes)
        ends = np.repeat(np.arange(count, dtype=np.int32)[:, None], len(samples), axis=1)
        pivots = ends.copy()  # a company that nobody decides in is its own
        for group in self.groups:
            heed()
            if len(group) == 1:
                if group[0] in self.games:
                    self._decide(group[0], ends, ends, pivots, _key(samples, seed, group[0], 0))
            else:
                self._around(group, ends, pivots, samples, seed)
        return ends, pivots

    def _around(
        self, group: tuple[int, ...], ends: Nodes, pivots: Nodes, samples: Keys, seed: int
    ) -> None:
        """Let a loop decide over and over, half of its companies at a time."""
        for turn in range(ROUNDS):
            heed()
            before = ends.copy()
            for node in group:
                key = _key(samples, seed, node, turn)
                if node in self.games:
                    now = np.flatnonzero(_mixed(key ^ _SALT[3]) & np.uint64(1))
                    self._decide(node, before, ends, pivots, key[now], now)

    def _decide(
        self,
        node: int,
        before: Nodes,
        ends: Nodes,
        pivots: Nodes,
        key: Keys,
        now: "Longs | slice" = slice(None),
    ) -> None:
        """Draw one company in all samples, or in those of `now`."""
        holders = self.games[node]
        if holders.sure is not None:
            ends[node, now], pivots[node, now] = before[holders.sure, now], holders.sure
            return
        above = before[np.asarray(holders.nodes)][:, now]
        chosen = _pivots(holders, above, key)
        decided = chosen >= 0
        at = np.maximum(chosen, 0)
        end = np.where(decided, np.take_along_axis(above, at[None], axis=0)[0], node)
        pivot = np.where(decided, np.asarray(holders.nodes, np.int32)[at], node)
        ends[node, now], pivots[node, now] = end, pivot

    def through(self, pivots: Nodes, values: Sums) -> Sums:
        """Return the value of all companies whose decisions go through each node, itself included.

        Pivots lead from a company up to its end. Where they go round in a loop, once is enough.
        """
        found = np.zeros(pivots.shape)
        found += values[:, None]
        samples = np.arange(pivots.shape[1])
        for group in reversed(self.groups):
            if len(group) > 1:
                self._round(group, pivots, found)
            elif group[0] in self.games:
                (node,) = group
                up = pivots[node] != node
                np.add.at(found, (pivots[node, up], samples[up]), found[node, up])
        return found

    def _round(self, group: tuple[int, ...], pivots: Nodes, found: Sums) -> None:
        inside = set(group)
        for sample in range(pivots.shape[1]):
            above = {node: int(pivots[node, sample]) for node in group}
            come = {node: found[node, sample] for node in group}
            for node, value in come.items():
                seen = {node}
                while (node := above[node]) not in seen:
                    found[node, sample] += value
                    if node not in inside:
                        break
                    seen.add(node)


def _pivots(holders: Holders, above: Nodes, key: Keys) -> NDArray[np.int64]:
    """Return the place of the pivot among the holders in each sample, -1 where it is the rest."""
    game, named = holders.game, len(holders.nodes)
    extra = len(game.weights) - named
    blocks = np.concatenate(
        [above, np.repeat(-1 - np.arange(extra, dtype=np.int32)[:, None], len(key), axis=1)]
    )
    arrival = _unit(_mixed(key ^ _mixed(blocks.astype(np.int64).astype(np.uint64) ^ _SALT[1])))
    places = np.arange(len(blocks), dtype=np.uint64)[:, None]
    order = np.lexsort((_mixed(key ^ _mixed(places ^ _SALT[2])), arrival), axis=0)
    weights = np.asarray(game.weights, dtype=np.float64)[order]
    came = np.take_along_axis(arrival, order, axis=0) * game.ocean
    after = np.cumsum(weights, axis=0) + came
    enough = after >= game.reached
    first = enough.argmax(axis=0)[None]
    pivot = np.take_along_axis(order, first, axis=0)[0]
    without = np.take_along_axis(after - weights, first, axis=0)[0]
    rest = ~enough.any(axis=0) | (without >= game.reached) | (pivot >= named)
    return np.where(rest, -1, pivot)


_SALT = np.array(
    [0x9E3779B97F4A7C15, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3], np.uint64
)


def _key(samples: Keys, seed: int, node: int, turn: int) -> Keys:
    """Return a random number for each sample of one company in one round."""
    place = np.array([(node * ROUNDS + turn + seed * int(_SALT[0])) % 2**64], np.uint64)
    return _mixed(samples * _SALT[0] ^ _mixed(place))


def _mixed(keys: Keys) -> Keys:
    """Return 64 bits each of which depends on every bit of the key (splitmix64)."""
    keys = keys + _SALT[0]
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(keys ^ (keys >> np.uint64(31)))


def _unit(keys: Keys) -> Sums:
    return np.asarray((keys >> np.uint64(11)) * _FLOATS)

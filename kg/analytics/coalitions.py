"""All coalitions of a voting game listed, by how many voters of each weight they have.

For few voters with fine weights, such as shares with many decimals, where a table of all sums below
the quota would be too large. Voters of one weight are alike: twenty equal ones count as 21 choices.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import comb, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analytics.deadline import heed

MOST_LISTED = 2**20
_LARGEST = 2**62  # sums are kept in 64 bits
_EXACT = 2**53  # to where a float counts

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


class Listed(NamedTuple):
    """Coalitions: what each weighs, how many voters it has, and how many there are like it.

    counts  of each weight, how many voters have it; coalitions stand in the order of how many of
            each they have, those of the last weight next to each other
    """

    counts: dict[int, int]
    weight: Longs
    size: Longs
    ways: Longs

    def shapes(self) -> Iterator[tuple[int, int, tuple[int, int, int]]]:
        """Yield each weight, how many have it, and the shape whose middle says how many of these.

        Of one voter's coalitions with c of its kind of m, c in m have it, the others have not.
        """
        after = len(self.weight)
        for weight, many in self.counts.items():
            heed()
            after //= many + 1
            yield weight, many, (-1, many + 1, after)


def listable(weights: Sequence[int], quota: int) -> int:
    """Return how many coalitions would be listed; 0 where numbers would be too large."""
    largest = max(sum(weights), quota)
    return prod(count + 1 for count in Counter(weights).values()) if largest < _LARGEST else 0


def swings_listed(weights: Sequence[int], quota: int) -> Longs:
    """Return how many coalitions of s others each voter swings: a row a voter, a column an s.

    Those that lose without it, less those that lose with it.
    """
    listed = _listed(weights)
    sizes = len(weights) + 1
    kind = np.where(listed.weight < quota, listed.size, sizes)  # the last are those that win
    lost = _counted(kind, listed.ways, sizes)
    found: dict[int, Longs] = {}
    for weight, many, shape in listed.shapes():
        of_it, ways = kind.reshape(shape), listed.ways.reshape(shape)
        with_some = [
            _counted(of_it[:, one].ravel(), ways[:, one].ravel(), sizes)
            for one in range(1, many + 1)
        ]
        without, with_it = np.zeros(sizes, np.int64), np.zeros(sizes, np.int64)
        for count, by_size in enumerate([lost - sum(with_some), *with_some]):
            others = by_size // comb(many, count)
            without += others * comb(many - 1, count)
            with_it += others * (comb(many, count) - comb(many - 1, count))
        found[weight] = without[:-1] - with_it[1:]
    return np.array([found[weight] for weight in weights])


def _counted(kind: Longs, ways: Longs, sizes: int) -> Longs:
    """Return how many losing coalitions there are of each size."""
    most = int(ways.max(initial=1))
    if len(ways) * most < _EXACT:
        weights = None if most == 1 else ways
        return np.bincount(kind, weights, sizes + 1)[:sizes].astype(np.int64)
    found = np.zeros(sizes + 1, np.int64)
    np.add.at(found, kind, ways)
    return found[:sizes]


def oceanic_listed(weights: Sequence[int], ocean: float, quota: float) -> list[float]:
    """Return Shapley-Shubik beside an ocean of that weight; see `voting`.

    A coalition counts for who is not in it, until the ocean with it would reach the quota, and
    against who is, since then: one look at each, for all voters.
    """
    voters = len(weights)
    listed = _listed(weights)
    chance = np.clip((quota - listed.weight.astype(np.float64)) / ocean, 0, 1)
    orders = np.array([1 / (voters * comb(voters - 1, size)) for size in range(voters)] + [0.0])
    more, exactly = _more_than(voters, listed.size, chance)
    until = listed.ways * more * orders[listed.size]
    # of the coalition without this voter, which is one smaller
    since = listed.ways * (more + exactly) * orders[listed.size - 1]
    found: dict[int, float] = {}
    for weight, many, shape in listed.shapes():
        have = np.arange(many + 1)
        before = until.reshape(shape).sum(axis=(0, 2)) @ (many - have)
        after = since.reshape(shape).sum(axis=(0, 2)) @ have
        found[weight] = float(before - after) / many
    return [found[weight] for weight in weights]


def _listed(weights: Sequence[int]) -> Listed:
    counts = dict(Counter(weights))
    weight, size = np.zeros(1, np.int64), np.zeros(1, np.int64)
    ways = np.ones(1, np.int64)
    for one, count in counts.items():
        heed()
        chosen = np.arange(count + 1)
        weight = (weight[:, None] + chosen * one).ravel()
        size = (size[:, None] + chosen).ravel()
        if count > 1:
            ways = (ways[:, None] * np.array([comb(count, k) for k in chosen.tolist()])).ravel()
        else:
            ways = np.repeat(ways, 2)
    return Listed(counts, weight, size, ways)


def _more_than(trials: int, size: Longs, chance: Floats) -> tuple[Floats, Floats]:
    """Return P(more than `size` successes) and P(exactly as many), coalition by coalition."""
    more, exactly = np.zeros(len(size)), np.zeros(len(size))
    for least in range(trials + 1):
        heed()
        of_it = np.flatnonzero(size == least)
        x = chance[of_it]
        exactly[of_it] = comb(trials, least) * x**least * (1 - x) ** (trials - least)
        likely = x > 0.5
        more[of_it[~likely]] = _tail(trials, least, x[~likely])
        more[of_it[likely]] = 1 - _tail(trials, trials - least - 1, 1 - x[likely])
    return more, exactly


def _tail(trials: int, least: int, chance: Floats) -> Floats:
    """Return P(more than so many successes) of chances up to a half (Horner's rule)."""
    odds = chance / (1 - chance)
    total = np.zeros(len(chance))
    for k in range(trials, least, -1):
        total = total * odds + comb(trials, k)
    return np.asarray(total * odds ** (least + 1) * (1 - chance) ** trials)

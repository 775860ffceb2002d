"""All coalitions of a voting game listed, by how many voters of each weight they have.

For few voters with fine weights, such as shares with many decimals, where a table of all sums below
the quota would be too large. Voters of one weight are alike: twenty equal ones count as 21 choices.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import comb, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analytics.deadline import heed

MOST_LISTED = 2**20
_LARGEST = 2**62  # sums are kept in 64 bits

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


class Listed(NamedTuple):
    """Coalitions: what each weighs, how many voters it has, and how many there are like it."""

    weight: Longs
    size: Longs
    ways: Longs


def listable(weights: Sequence[int], quota: int) -> int:
    """Return how many coalitions would be listed; 0 where numbers would be too large."""
    largest = max(sum(weights), quota)
    return prod(count + 1 for count in Counter(weights).values()) if largest < _LARGEST else 0


def swings_listed(weights: Sequence[int], quota: int) -> Longs:
    """Return how many coalitions of s others each voter swings: a row a voter, a column an s."""
    found = np.zeros((len(weights), len(weights)), dtype=np.int64)
    for own, places in _alike(weights):
        others = _without(weights, own)
        swung = (others.weight < quota) & (others.weight + own >= quota)
        row = np.zeros(len(weights), dtype=np.int64)
        np.add.at(row, others.size[swung], others.ways[swung])
        found[places] = row
    return found


def oceanic_listed(weights: Sequence[int], ocean: float, quota: float) -> list[float]:
    """Return Shapley-Shubik beside an ocean of that weight; see `voting`."""
    voters = len(weights)
    orders = np.array([1 / (voters * comb(voters - 1, size)) for size in range(voters)])
    found = [0.0] * voters
    for own, places in _alike(weights):
        others = _without(weights, own)
        left = quota - others.weight.astype(np.float64)
        until = _more_than(voters, others.size, left / ocean)
        since = _more_than(voters, others.size, (left - own) / ocean)
        share = float((others.ways * (until - since) * orders[others.size]).sum())
        for place in places:
            found[place] = share
    return found


def _alike(weights: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    for own in dict.fromkeys(weights):
        heed()
        yield own, [place for place, weight in enumerate(weights) if weight == own]


def _without(weights: Sequence[int], own: int) -> Listed:
    """List the coalitions of all others than one voter."""
    counts = Counter(weights)
    counts[own] -= 1
    return _listed(counts.items())


def _listed(counts: Iterable[tuple[int, int]]) -> Listed:
    weight, size = np.zeros(1, np.int64), np.zeros(1, np.int64)
    ways = np.ones(1, np.int64)
    for one, count in counts:
        chosen = np.arange(count + 1)
        weight = (weight[:, None] + chosen * one).ravel()
        size = (size[:, None] + chosen).ravel()
        ways = (ways[:, None] * np.array([comb(count, k) for k in chosen.tolist()])).ravel()
    return Listed(weight, size, ways)


def _more_than(trials: int, size: Longs, chance: Floats) -> Floats:
    """Return P(more than `size` successes), coalition by coalition."""
    chance = np.clip(chance, 0, 1)
    found = np.zeros(len(size))
    for least in range(trials):
        of_it = size == least
        x = chance[of_it]
        found[of_it] = sum(
            comb(trials, k) * x**k * (1 - x) ** (trials - k) for k in range(least + 1, trials + 1)
        )
    return found

"""Voting power: Banzhaf and Shapley-Shubik, exact by dynamic programming, sampled beyond.

A voting game is weights and a quota in whole numbers. `swings` counts, for each voter, the
coalitions of s others that lose without it and win with it; both indices are sums over it.

Sources: Banzhaf (1965), Shapley & Shubik (1954); generating functions: Mann & Shapley (1962);
oceanic games: Milnor & Shapley (1978), Dubey & Shapley (1979); cases: Straffin (1993).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import comb, gcd

import numpy as np
from numpy.typing import NDArray

from kg.analytics.coalitions import MOST_LISTED, listable, oceanic_listed, swings_listed
from kg.analytics.deadline import heed
from kg.errors import ParameterError

MOST_VOTERS = 60  # coalitions are counted in 64 bits
MOST_BOUNDED = 20  # of them where weights are ranges: all coalitions are looked at
MOST_CELLS = 25_000_000  # of the table of coalitions: 200 MB
_CHUNK = 4_000_000  # numbers drawn at a time

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class VotingGame:
    """Voters with weights; a coalition wins with `quota` or more.

    `ocean` is the weight of countless voters of no weight each: in a random order a part of them
    comes before each voter, in a random coalition half of them is for it. It may reach a quota
    between two whole numbers: `line` is what has to be reached, or surpassed where `quota` is more.
    """

    weights: tuple[int, ...]
    quota: int
    ocean: int = 0
    line: Fraction | None = None

    def __post_init__(self) -> None:
        if min((*self.weights, self.ocean), default=0) < 0:
            raise ParameterError("weights", "a voter cannot have a negative weight")
        if not 0 < self.quota <= sum(self.weights) + self.ocean:
            raise ParameterError(
                "quota", f"{self.quota} is not in 1 to {sum(self.weights) + self.ocean}, all votes"
            )

    @property
    def reached(self) -> float:
        """Return what votes have to come to, with an ocean between whole numbers too."""
        return self.quota if not self.ocean or self.line is None else float(self.line)

    @property
    def exactly(self) -> bool:
        """Say whether it is small enough to count all coalitions."""
        game = _reduced(self)
        few = _cells(game) <= MOST_CELLS or _few_alike(game)
        return len(self.weights) <= MOST_VOTERS and few


@dataclass(frozen=True, slots=True)
class Index:
    """How much one voter decides. Errors are standard errors, 0 where all coalitions count."""

    banzhaf: Fraction  # swings / 2^(n-1): how often it decides if all vote by the toss of a coin
    normalised: Fraction  # swings / swings of all voters
    shapley: Fraction  # part of the orders in which it turns losing into winning
    banzhaf_error: float = 0.0
    shapley_error: float = 0.0


def quota_of(total: int, part: Fraction, *, strict: bool) -> int:
    """Return the least whole number of votes that is above (strict) or at `part` of `total`.

    >>> quota_of(100, Fraction(1, 2), strict=True), quota_of(101, Fraction(1, 2), strict=False)
    (51, 51)
    """
    needed = part * total
    return needed.__floor__() + 1 if strict else needed.__ceil__()


def indices(game: VotingGame, *, samples: int = 100_000, seed: int = 0) -> list[Index]:
    """Return the power of each voter, in the order of the weights.

    Exact to 60 voters where the quota is not too fine, and to 20 where it is; beyond that from
    `samples` random orders and as many coalitions, with the standard error. With an ocean,
    Shapley-Shubik is an integral over its parts, good to about 1e-12.

    >>> [str(one.normalised) for one in indices(VotingGame((4, 3, 2, 1), 6))]
    ['5/12', '1/4', '1/4', '1/12']
    """
    if not game.exactly:
        return _sampled(game, samples, seed)
    coins = _banzhaf_swings(game)
    everyone = sum(coins) or 1
    orders = _oceanic(game) if game.ocean else _shapley(swings(game))
    ways = 2 ** max(len(game.weights) - 1, 0)
    return [
        Index(Fraction(count, ways), Fraction(count, everyone), order)
        for count, order in zip(coins, orders, strict=True)
    ]


def swings(game: VotingGame) -> Counts:
    """Return how many coalitions of s others each voter swings: a row a voter, a column an s."""
    game = _reduced(game)
    if _few_alike(game):
        return swings_listed(game.weights, game.quota)
    voters, table = len(game.weights), _coalitions(game)
    found = np.zeros((voters, voters), dtype=np.int64)
    for row, weight in enumerate(game.weights):
        heed()
        without = _without(table, weight)
        found[row] = without[:voters, max(game.quota - weight, 0) :].sum(axis=1)
    return found


def minimal_winning(game: VotingGame, most: int = 1000) -> tuple[list[tuple[int, ...]], bool]:
    """Return the coalitions that win and need every member, and whether these are all of them.

    Voters are numbers, largest weight first; an ocean is taken to be against.

    >>> minimal_winning(VotingGame((50, 30, 20), 51))
    ([(0, 1), (0, 2)], True)
    """
    found: list[tuple[int, ...]] = []
    for coalition in _needing_all(game):
        if len(found) == most:
            return found, False
        found.append(coalition)
    return found, True


def _needing_all(game: VotingGame) -> Iterator[tuple[int, ...]]:
    """Yield coalitions by adding ever lighter voters until the quota: the last one is needed."""
    order = sorted(range(len(game.weights)), key=lambda voter: -game.weights[voter])
    weights = [game.weights[voter] for voter in order]
    left = list(accumulate(reversed(weights), initial=0))[::-1]
    stack: list[tuple[tuple[int, ...], int, int]] = [((), 0, 0)]
    while stack:
        chosen, place, weight = stack.pop()
        if weight >= game.quota:
            yield chosen
        elif weight + left[place] >= game.quota and place < len(weights):
            stack.append((chosen, place + 1, weight))
            stack.append(((*chosen, order[place]), place + 1, weight + weights[place]))


def _reduced(game: VotingGame) -> VotingGame:
    """Return the same coalitions of voters in the smallest whole numbers."""
    divisor = gcd(*game.weights, game.ocean) or 1
    weights = tuple(one // divisor for one in game.weights)
    return VotingGame(weights, -(-game.quota // divisor), game.ocean // divisor)


def _cells(game: VotingGame) -> int:
    return (len(game.weights) + 1) * game.quota


def _few_alike(game: VotingGame) -> bool:
    """Say whether listing all coalitions is less than a table of all weights below the quota."""
    return 0 < listable(game.weights, game.quota) <= min(MOST_LISTED, _cells(game))


def _coalitions(game: VotingGame) -> Counts:
    """Return how many coalitions of s voters weigh w, for each w below the quota."""
    table = np.zeros((len(game.weights) + 1, game.quota), dtype=np.int64)
    table[0, 0] = 1
    for done, weight in enumerate(game.weights):
        if weight < game.quota:
            heed()
            for size in range(done, -1, -1):
                table[size + 1, weight:] += table[size, : game.quota - weight]
    return table


def _without(table: Counts, weight: int) -> Counts:
    """Return the table with one voter taken out again."""
    if weight >= table.shape[1]:  # it was never in a losing coalition
        return table
    found = table.copy()
    for size in range(1, len(found)):
        found[size, weight:] -= found[size - 1, : found.shape[1] - weight]
    return found


def _shapley(counts: Counts) -> list[Fraction]:
    voters = len(counts)
    orders = [Fraction(1, voters * comb(voters - 1, size)) for size in range(voters)]
    return [
        sum((int(n) * part for n, part in zip(row, orders, strict=True)), Fraction(0))
        for row in counts
    ]


def _banzhaf_swings(game: VotingGame) -> list[int]:
    """Return swings over coalitions of all sizes; half of an ocean is for every coalition."""
    line = Fraction(game.quota) if game.line is None else game.line
    others = line - Fraction(game.ocean, 2)
    quota = others.__floor__() + 1 if game.quota > line else others.__ceil__()
    if quota <= 0 or quota > sum(game.weights):
        return [0] * len(game.weights)
    return [int(row.sum()) for row in swings(VotingGame(game.weights, quota))]


def _oceanic(game: VotingGame) -> list[Fraction]:
    """Integrate over the part t of the ocean that comes before a voter (Milnor & Shapley).

    A voter comes at a moment t, uniform on 0 to 1, when t of the ocean and a coalition of s others
    are there with probability t^s (1-t)^(n-1-s). The integral of that from 0 to x, times the number
    of such coalitions over n, is the chance of more than s successes in n trials of chance x.
    """
    divisor = gcd(*game.weights, game.ocean)
    weights, ocean = [one // divisor for one in game.weights], game.ocean / divisor
    quota = float((game.quota if game.line is None else game.line) / Fraction(divisor))
    if _few_alike(_reduced(game)):
        shares = oceanic_listed(weights, ocean, quota)
        return [Fraction(one).limit_denominator(10**12) for one in shares]
    voters = len(weights)
    table = _coalitions(_reduced(game))
    until = _more_than(voters, np.clip((quota - np.arange(table.shape[1])) / ocean, 0, 1))
    found = []
    for own in weights:
        heed()
        without = _without(table, own)
        since = np.zeros_like(until)  # where the voter alone is enough the ocean has had no time
        since[:, : max(until.shape[1] - own, 0)] = until[:, own:]
        ways = (without[:voters] * (until - since)).sum(axis=1)
        share = sum(
            float(part) / (voters * comb(voters - 1, size)) for size, part in enumerate(ways)
        )
        found.append(Fraction(share).limit_denominator(10**12))
    return found


def _more_than(trials: int, chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return P(more than s successes), a row for each s below `trials`."""
    exactly = np.array(
        [comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(1, trials + 1)]
    )
    return np.asarray(exactly[::-1].cumsum(axis=0)[::-1])


def _sampled(game: VotingGame, samples: int, seed: int) -> list[Index]:
    """Estimate from random orders (Shapley-Shubik) and random coalitions (Banzhaf)."""
    if samples < 1:
        raise ParameterError("samples", "at least one random order is needed")
    random = np.random.default_rng(seed)
    weights = np.array(game.weights, dtype=np.float64)
    pivots, coins = np.zeros(len(weights)), np.zeros(len(weights))
    for size in _chunks(samples, len(weights)):
        heed()
        pivots += _pivots(game, weights, random.random((size, len(weights))))
        coins += _toss(game, weights, random.random((size, len(weights))) < 0.5)
    everyone = coins.sum() or 1.0
    return [
        Index(
            Fraction(int(coin), samples),
            Fraction(int(coin), int(everyone)),
            Fraction(int(pivot), samples),
            _error(coin / samples, samples),
            _error(pivot / samples, samples),
        )
        for coin, pivot in zip(coins, pivots, strict=True)
    ]


def _chunks(samples: int, voters: int) -> Iterator[int]:
    size = max(1, _CHUNK // max(voters, 1))
    for done in range(0, samples, size):
        yield min(size, samples - done)


def _pivots(
    game: VotingGame, weights: NDArray[np.float64], arrival: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Count orders in which each voter is the pivot; each comes at a random moment of 0 to 1."""
    order = np.argsort(arrival, axis=1)
    came = np.take_along_axis(arrival, order, axis=1) * game.ocean
    own = weights[order]
    after = np.cumsum(own, axis=1)
    pivotal = (after - own + came < game.quota) & (after + came >= game.quota)
    return np.bincount(order[pivotal], minlength=len(weights)).astype(np.float64)


def _toss(
    game: VotingGame, weights: NDArray[np.float64], chosen: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Count coalitions of the others that each voter swings."""
    others = (chosen @ weights)[:, None] - chosen * weights + game.ocean / 2
    swung = (others < game.quota) & (others + weights >= game.quota)
    return np.asarray(swung.sum(axis=0), dtype=np.float64)


def _error(part: float, samples: int) -> float:
    return float((part * (1 - part) / samples) ** 0.5)


def bounds(
    low: Sequence[int], high: Sequence[int], quota: int, whole: int
) -> list[tuple[Index, Index]]:
    """Return the least and the most power of each voter whose weights are ranges.

    A swing is certain if it is one for all weights within the ranges, possible if for some; every
    true index lies between. All 2^n coalitions are looked at: to 20 voters. A normalised index has
    no such bounds and is 0 to 1. `whole` is all votes: what others surely have is not one's own.
    """
    voters = len(low)
    if voters > MOST_BOUNDED:
        raise ParameterError("weights", f"{voters} voters; ranges: {MOST_BOUNDED} at most")
    least, most = _sums(low), _sums(high)
    most = np.minimum(most, whole - least[::-1])  # the mirrored coalition is all the others
    size = np.bitwise_count(np.arange(2**voters, dtype=np.uint32))
    return [
        _bounds_of(row, low[row], high[row], quota, (least, most, size)) for row in range(voters)
    ]


def _sums(weights: Sequence[int]) -> Counts:
    """Return the weight of each coalition; bit v of its number says that voter v is in it."""
    found = np.zeros(1, dtype=np.int64)
    for weight in weights:
        found = np.concatenate([found, found + weight])
    return found


def _bounds_of(
    row: int, low: int, high: int, quota: int, sums: tuple[Counts, Counts, NDArray[np.uint8]]
) -> tuple[Index, Index]:
    least, most, size = sums
    voters = (len(size) - 1).bit_length()
    others = np.flatnonzero((np.arange(len(size)) >> row) & 1 == 0)
    with_it = others | (1 << row)
    certain = (most[others] < quota) & (least[with_it] >= quota)
    possible = (least[others] < quota) & (most[with_it] >= quota)
    found = []
    for swung, normalised in ((certain, Fraction(0)), (possible, Fraction(1))):
        counts = np.bincount(size[others[swung]], minlength=voters)[None, :voters]
        found.append(
            Index(
                Fraction(int(swung.sum()), len(others)),
                normalised,
                sum(
                    (
                        Fraction(int(n), voters * comb(voters - 1, s))
                        for s, n in enumerate(counts[0])
                    ),
                    Fraction(0),
                ),
            )
        )
    return found[0], found[1]

"""How often each voter turns losing into winning where voters of one block come together.

The order of the blocks is random, and within a block that of its members; all orders are as likely.
That is Owen's value of a voting game with a priori unions; of blocks of one it is Shapley-Shubik.
With an ocean each block comes at a moment t, uniform on 0 to 1, when t of the ocean is there.

Sources: Owen (1977), Values of games with a priori unions; Milnor & Shapley (1978) for the ocean.
"""

from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from math import comb

from kg.analytics.deadline import heed
from kg.analytics.voting import VotingGame, indices

MOST_COALITIONS = 5_000  # that differ in size or weight, of all who may come before a voter
_MOST_CELLS = 1_000_000  # of the table for a game of many who vote each for themselves

Coalitions = dict[tuple[int, int], int]  # size and weight -> in how many ways


class TooManyCoalitionsError(Exception):
    """The game is too large to count all orders; it can be sampled."""


@lru_cache(maxsize=10_000)
def pivot_chances(game: VotingGame, blocks: tuple[int, ...]) -> tuple[Fraction, ...]:
    """Return for each voter the part of the orders in which it is the pivot; `blocks` number them.

    What is lacking to 1 is the ocean's. Raises TooManyCoalitionsError.

    >>> [str(one) for one in pivot_chances(VotingGame((1, 1, 1, 1), 3), (0, 0, 1, 2))]
    ['1/3', '1/3', '1/6', '1/6']
    """
    heed()
    game = _in_whole_numbers(game)
    members: dict[int, list[int]] = {}
    for voter, block in enumerate(blocks):
        members.setdefault(block, []).append(voter)
    if len(members) == len(blocks) > 12 and (len(blocks) + 1) * game.quota < _MOST_CELLS:
        return tuple(one.shapley for one in indices(game))
    sums = {block: sum(game.weights[one] for one in inside) for block, inside in members.items()}
    found = [Fraction(0)] * len(blocks)
    for block, inside in members.items():
        before = _Before(game, [weight for other, weight in sums.items() if other != block])
        for voter in inside:
            mates = _coalitions(game.weights[one] for one in inside if one != voter)
            for (size, weight), ways in mates.items():
                orders = Fraction(ways, len(inside) * comb(len(inside) - 1, size))
                found[voter] += orders * before.pivot(game.weights[voter], game.quota - weight)
    return tuple(found)


def _in_whole_numbers(game: VotingGame) -> VotingGame:
    """Return a game with an ocean in parts so fine that what it has to reach is a whole number."""
    if not game.ocean or game.line is None:
        return game
    finer = game.line.denominator
    weights = tuple(one * finer for one in game.weights)
    return VotingGame(weights, int(game.line * finer), game.ocean * finer)


class _Before:
    """The other blocks, any of which may have come before."""

    def __init__(self, game: VotingGame, others: list[int]) -> None:
        self.ocean = game.ocean
        self.others = len(others)
        self.coalitions = _coalitions(others)
        self._until: dict[int, list[int]] = {}
        self._known: dict[tuple[int, int], Fraction] = {}

    def pivot(self, own: int, quota: int) -> Fraction:
        """Return how often `own` votes decide where so many are lacking without other blocks."""
        if quota <= 0 or not own:
            return Fraction(0)
        if (own, quota) not in self._known:
            self._known[own, quota] = self._pivot(own, quota)
        return self._known[own, quota]

    def _pivot(self, own: int, quota: int) -> Fraction:
        found = Fraction(0)
        blocks = self.others + 1
        for size in range(blocks):
            ways = 0
            for (came, weight), count in self.coalitions.items():
                if came == size:
                    ways += count * self._orders(size, quota - weight, own)
            found += Fraction(ways, blocks * comb(self.others, size))
        return found / self.ocean**blocks if self.ocean else found

    def _orders(self, size: int, lacking: int, own: int) -> int:
        """Return 0 or 1 where there is no ocean, else the time that decides, in ocean^blocks."""
        if not self.ocean:
            return int(0 < lacking <= own)
        return self._time(lacking)[size] - self._time(lacking - own)[size]

    def _time(self, drops: int) -> list[int]:
        """Return P(more than s of the blocks have come) when so much of the ocean has, for each s.

        The integral of t^s (1-t)^(n-1-s) from 0 to x is that over n C(n-1, s), n the blocks.
        """
        drops = min(max(drops, 0), self.ocean)
        if drops not in self._until:
            blocks, left = self.others + 1, self.ocean - drops
            exactly = [comb(blocks, k) * drops**k * left ** (blocks - k) for k in range(blocks + 1)]
            self._until[drops] = [sum(exactly[size + 1 :]) for size in range(blocks)]
        return self._until[drops]


def _coalitions(weights: Iterable[int]) -> Coalitions:
    found: Coalitions = {(0, 0): 1}
    for own in weights:
        more = dict(found)
        for (size, weight), ways in found.items():
            key = size + 1, weight + own
            more[key] = more.get(key, 0) + ways
        if len(more) > MOST_COALITIONS:
            raise TooManyCoalitionsError
        found = more
    return found

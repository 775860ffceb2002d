"""What the holders of each company decide by vote: one game a company, and the order of companies.

A game's weights are the known stakes, at the least of a range; its `rest` is what nobody is named
for, counted as for `power`. A company without a game has no known holder with votes, or nobody in
it can ever reach the quota: it is its own end.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kg.analytics.exact import components
from kg.analytics.register import Register
from kg.analytics.shareholders import voting_game
from kg.analytics.stakes import VOTES
from kg.analytics.voting import VotingGame
from kg.errors import ParameterError

_MAJORITY = VotingGame((1,), 1)  # of one who has enough and without whom nothing passes


@dataclass(frozen=True, slots=True)
class Declared:
    """What a reader has to know of how votes were counted."""

    quota: Fraction
    strict: bool  # more than the quota is needed, else just it
    rest: str  # as for `power`: ocean, one, many, absent
    voters: int  # how many holders stand for the rest, if many


@dataclass(frozen=True, slots=True)
class Holders:
    """Who votes in one company: the first weights of the game are those of `nodes`."""

    nodes: tuple[int, ...]
    game: VotingGame

    @property
    def sure(self) -> int | None:
        """Return the holder who is the pivot in every order, if there is one."""
        if self.game == _MAJORITY:
            return self.nodes[0]
        everything = sum(self.game.weights) + self.game.ocean
        for node, own in zip(self.nodes, self.game.weights, strict=False):
            if own >= self.game.quota > everything - own:
                return node
        return None


@dataclass(frozen=True, slots=True)
class PivotGames:
    """The games of companies and of all above them.

    groups       strongly connected components, holders first; of more than one member: a loop
    conflicting  companies whose stakes sum to more than all of them: nobody is let decide there
    """

    games: Mapping[int, Holders]
    groups: tuple[tuple[int, ...], ...]
    conflicting: tuple[int, ...]

    def loops(self) -> bool:
        """Say whether any company holds itself through others."""
        return any(len(group) > 1 for group in self.groups)

    def parts(self) -> list["PivotGames"]:
        """Return what has nothing to do with each other apart, loops and all."""
        above = _linked(self)
        found: dict[int, list[tuple[int, ...]]] = {}
        for group in self.groups:
            found.setdefault(above[group[0]], []).append(group)
        return [
            PivotGames(
                {one: self.games[one] for group in groups for one in group if one in self.games},
                tuple(groups),
                (),
            )
            for groups in found.values()
        ]


def pivot_games(register: Register, companies: Collection[int], how: Declared) -> PivotGames:
    """Return the games of companies and of everybody above them."""
    games: dict[int, Holders] = {}
    held: dict[int, list[int]] = {}
    conflicting = []
    seen, waiting = set(companies), list(companies)
    for node in waiting:  # grows while it is walked
        if sum(one.low for one in register.ranked(node)) > register.stakes.whole:
            conflicting.append(node)
            continue
        found = _holders(register, node, how)
        if found is None:
            continue
        games[node] = found
        for owner in found.nodes:
            held.setdefault(owner, []).append(node)
            if owner not in seen:
                seen.add(owner)
                waiting.append(owner)
    groups = tuple(tuple(group) for group in components(waiting, held))
    return PivotGames(games, groups, tuple(conflicting))


def _holders(register: Register, node: int, how: Declared) -> Holders | None:
    """Return the game of one company as `power` makes it, or None where nobody can decide."""
    stakes = register.stakes
    ranked = register.ranked(node)
    voting = [one for one in ranked if one.owner != node and one.low]
    silent = sum(one.low for one in ranked if one.owner == node)  # its own shares
    rest = stakes.whole - silent - sum(one.low for one in voting)
    # Of votes its own are none; of capital the whole stays the whole, as for control.
    whole = stakes.whole - (silent if stakes.right_in(node) == VOTES else 0)
    if not voting:
        return None
    weights = [one.low for one in voting]
    try:
        game, _ = voting_game(weights, rest, whole, how.quota, how.strict, how.rest, how.voters)
    except ParameterError as error:
        if error.parameter != "quota":
            raise
        return None
    found = Holders(tuple(one.owner for one in voting), game)
    # Others beside a majority never decide: without them fewer companies stand in loops.
    return found if found.sure is None else Holders((found.sure,), _MAJORITY)


def _linked(games: PivotGames) -> dict[int, int]:
    """Return for each node one that stands for all it is linked to (union-find)."""
    top = {node: node for group in games.groups for node in group}

    def end(node: int) -> int:
        while top[node] != node:
            top[node] = top[top[node]]
            node = top[node]
        return node

    for node, holders in games.games.items():
        for owner in holders.nodes:
            top[end(owner)] = end(node)
    return {node: end(node) for node in top}

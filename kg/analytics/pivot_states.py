"""Who decides in the end, exactly: networks without loops, where few outcomes are possible.

Holders are decided before what they hold. What companies above have come to is kept jointly, since
two holders with one controller vote as one block: a state is the end of every company that still
votes somewhere below, with its probability. Companies that vote nowhere any more are summed out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kg.analytics.deadline import heed
from kg.analytics.pivot_chances import TooManyCoalitionsError, pivot_chances
from kg.analytics.pivot_games import Holders, PivotGames

MOST_STATES = 2_000
_MOST_WORK = 200_000  # states times companies that still vote

Chances = dict[int, Fraction]
State = tuple[Fraction, list[Chances]]


@dataclass(slots=True)
class Outcome:
    """Of each company, with which chance its decisions end with, and go through, whom."""

    ends: dict[int, Chances] = field(default_factory=dict)
    through: dict[int, Chances] = field(default_factory=dict)


def exact_outcome(part: PivotGames) -> Outcome | None:
    """Return all chances as fractions, or None where there are loops or too many states."""
    if part.loops():
        return None
    order = [node for (node,) in part.groups]
    last = {
        owner: place
        for place, node in enumerate(order)
        if node in part.games
        for owner in part.games[node].nodes
    }
    states = _States()
    found = Outcome()
    work = 0
    try:
        for place, node in enumerate(order):
            heed()
            _decide(states, found, node, part.games.get(node), last.get(node, -1) > place)
            states.forget([one for one in states.live if last[one] <= place])
            work += len(states.known) * (1 + len(states.live))
            if len(states.known) > MOST_STATES or work > _MOST_WORK:
                return None
    except TooManyCoalitionsError:
        return None
    return found


class _States:
    """Joint ends of the companies that still vote, each state with its probability.

    With a state goes, for each of them, the probability that it is so and that a decision of the
    company goes through a node: what pivots are chosen depends on ends alone.
    """

    def __init__(self) -> None:
        self.live: list[int] = []
        self.known: dict[tuple[int, ...], State] = {(): (Fraction(1), [])}

    def forget(self, nodes: Sequence[int]) -> None:
        """Sum out companies."""
        if not nodes:
            return
        kept = [at for at, one in enumerate(self.live) if one not in nodes]
        self.live = [self.live[at] for at in kept]
        known: dict[tuple[int, ...], State] = {}
        for key, (chance, through) in self.known.items():
            short = tuple(key[at] for at in kept)
            before, rows = known.get(short, (Fraction(0), [{} for _ in kept]))
            for row, at in zip(rows, kept, strict=True):
                _add(row, through[at])
            known[short] = before + chance, rows
        self.known = known


def _decide(
    states: _States, found: Outcome, node: int, holders: Holders | None, votes: bool
) -> None:
    """Let the holders of one company decide in every state."""
    ends = found.ends[node] = {}
    through = found.through[node] = {}
    if holders is None:
        ends[node] = through[node] = Fraction(1)
        return
    places = {one: at for at, one in enumerate(states.live)}
    known: dict[tuple[int, ...], State] = {}
    for key, (chance, rows) in states.known.items():
        for end, (part, way) in _outcomes(node, holders, places, key, chance, rows).items():
            ends[end] = ends.get(end, Fraction(0)) + chance * part
            _add(through, way)
            if votes:
                others = rows if part == 1 else [_times(row, part) for row in rows]
                known[(*key, end)] = chance * part, [*others, way]
    if votes:
        states.live.append(node)
        states.known = known


def _outcomes(
    node: int,
    holders: Holders,
    places: dict[int, int],
    key: tuple[int, ...],
    chance: Fraction,
    rows: list[Chances],
) -> dict[int, tuple[Fraction, Chances]]:
    """Return with whom a decision may end in one state: how often, and through whom it goes."""
    above = [key[places[one]] if one in places else one for one in holders.nodes]
    if holders.sure is not None:
        (owner,) = holders.nodes
        alone = rows[places[owner]] if owner in places else {owner: chance}
        return {above[0]: (Fraction(1), alone | {node: chance})}
    extra = len(holders.game.weights) - len(above)
    blocks = (*_numbered(above), *range(-1, -1 - extra, -1))
    pivots = pivot_chances(holders.game, blocks)[: len(above)]
    found: dict[int, tuple[Fraction, Chances]] = {}
    for owner, end, pivot in zip(holders.nodes, above, pivots, strict=True):
        if pivot:
            part, way = found.get(end, (Fraction(0), {}))
            row = rows[places[owner]] if owner in places else {owner: chance}
            _add(way, row, pivot)
            found[end] = part + pivot, way
    rest = 1 - sum(pivots, Fraction(0))
    if rest:
        found[node] = rest, {}
    for part, way in found.values():
        way[node] = part * chance
    return found


def _numbered(ends: list[int]) -> list[int]:
    """Return small numbers for ends, so that like games are counted once."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(end, len(numbers)) for end in ends]


def _add(to: Chances, row: Chances, times: Fraction = Fraction(1)) -> None:
    for node, chance in row.items():
        to[node] = to.get(node, Fraction(0)) + chance * times


def _times(row: Chances, part: Fraction) -> Chances:
    return {node: chance * part for node, chance in row.items()}

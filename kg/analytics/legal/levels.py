"""Control level by level, each by shares or by votes: what either right alone does not show.

A holder with more than half of the shares of one company, which has more than half of the votes in
the next, controls both (Regulation (EU) 2024/1624, art. 53(2)(b) and (c)).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kg.analytics.joint import MAJORITY, Joint
from kg.analytics.legal.case import Case
from kg.analytics.ranges import Certainty
from kg.analytics.register import Holding


@dataclass(frozen=True, slots=True)
class Levels:
    """What one controls, itself included, and by which stakes each company was taken."""

    surely: frozenset[int]
    perhaps: frozenset[int]
    ways: dict[int, tuple[Holding, ...]]  # those high up first

    def takes(self, company: int) -> Certainty:
        """Say whether a company is controlled."""
        if company in self.surely:
            return Certainty.certain
        return Certainty.possible if company in self.perhaps else Certainty.impossible

    def chain(self, company: int) -> list[Holding]:
        """Return the stakes by which a company is controlled."""
        return list(self.ways.get(company, ()))


def apart(case: Case) -> bool:
    """Say whether votes are known apart from capital."""
    return case.votes is not case.capital


def levels(case: Case, node: int | None = None) -> Levels:
    """Return what a holder, by default that of the case, controls by shares or votes."""
    holder = case.pair[0] if node is None else node
    kept, key = case.rights.kept, ("levels", holder)
    if key not in kept:
        ways: dict[int, tuple[Holding, ...]] = {}
        surely = _grown(case, [holder], ways, possible=False)
        exact = case.capital.stakes.exact and case.votes.stakes.exact
        perhaps = surely if exact else _grown(case, [holder], ways, possible=True)
        kept[key] = Levels(surely, perhaps, ways)
    found: Levels = kept[key]
    return found


def _grown(
    case: Case, start: Iterable[int], ways: dict[int, tuple[Holding, ...]], *, possible: bool
) -> frozenset[int]:
    """Return the least group closed under majorities of either right."""
    group, before = frozenset(start), frozenset[int]()
    while group != before:
        before = group
        for register in (case.capital, case.votes):
            joint = Joint.of(register, group, MAJORITY)
            added = (joint.perhaps if possible else joint.surely) - group
            for company in sorted(added):
                if company not in ways:
                    ways[company] = _way(joint, company, ways)
            group |= added
    return group


def _way(joint: Joint, company: int, ways: dict[int, tuple[Holding, ...]]) -> tuple[Holding, ...]:
    """Return the stakes by which a company was taken, after those of the group's own members."""
    chain = joint.chain(company)
    above = [one for stake in chain for one in ways.get(stake.owner, ())]
    return tuple(dict.fromkeys([*above, *chain]))

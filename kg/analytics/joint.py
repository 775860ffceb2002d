"""What a group takes jointly, at least and at most, and by which stakes: the fixpoint with ranges.

`fixpoint.reach` decides; this adds what rules other than control need: thresholds that are met by
just as much, both bounds of what is held, and the chain of stakes that a proof names.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from kg.analytics.deadline import heed
from kg.analytics.fixpoint import Columns, Majority, Reached, reach
from kg.analytics.ranges import Certainty, Range
from kg.analytics.register import Holding, Register
from kg.analytics.stakes import VOTES, Stakes


@dataclass(frozen=True, slots=True)
class Rule:
    """When a company is taken: more than `threshold` of it, or as much where not strict."""

    threshold: Fraction
    strict: bool
    hashed: int = field(init=False, repr=False, compare=False)  # rules are keys all over

    def __post_init__(self) -> None:
        object.__setattr__(self, "hashed", hash((self.threshold, self.strict)))

    def __hash__(self) -> int:
        return self.hashed

    def __str__(self) -> str:
        return f"{'>' if self.strict else '>='} {threshold_text(self.threshold)}"

    def met(self, share: Range) -> Certainty:
        """Say whether a share is enough."""
        return share.reaches(self.threshold, strict=self.strict)

    @property
    def quota(self) -> Majority:
        """Return it as the fixpoint's rule."""
        return Majority(self.threshold) if self.strict else AtLeast(self.threshold)


class AtLeast(Majority):
    """The rule that just as much as the threshold is enough."""

    __slots__ = ()

    def quota(self, stakes: Stakes, without: int = 0) -> int:
        """Return the most parts that do not yet suffice."""
        needed = self.threshold * (stakes.whole - without)
        return needed.__ceil__() - 1


MAJORITY = Rule(Fraction(1, 2), strict=True)


def threshold_text(threshold: Fraction) -> str:
    """Return a threshold as laws write it: 1/3, 2/3, else per cent."""
    return str(threshold) if threshold.denominator == 3 else str(Range.of(threshold))


def has_votes(register: Register, company: int) -> bool:
    """Say whether a register's shares of a company are votes, and no capital that stands in."""
    return register.stakes.right == VOTES == register.stakes.right_in(company)


def without_own(register: Register, share: Range, company: int) -> Range:
    """Return a share of what is not the company's own."""
    own = register.held([company], company)
    least, most = share.low / ((1 - own.low) or 1), share.high / ((1 - own.high) or 1)
    return Range(least, max(least, min(most, Fraction(1))))


def direct_share(register: Register, owner: int, company: int) -> Range:
    """Return a direct stake; where shares are votes, without what the company holds in itself."""
    share = register.held([owner], company)
    return without_own(register, share, company) if has_votes(register, company) else share


@dataclass(frozen=True, slots=True)
class Joint:
    """What a group takes of a network."""

    register: Register
    group: frozenset[int]
    rule: Rule
    certain: Reached
    possible: Reached

    @classmethod
    def of(cls, register: Register, group: Iterable[int], rule: Rule = MAJORITY) -> "Joint":
        """Return all that a group takes."""
        members = sorted(set(group))
        columns: Columns = register.columns(rule.quota)
        certain = reach(columns, members)
        exact = register.stakes.exact
        possible = certain if exact else reach(columns, members, possible=True)
        return cls(register, frozenset(members), rule, certain, possible)

    @property
    def surely(self) -> frozenset[int]:
        """Return the group with all it takes for certain."""
        return self.group | self.certain.added.keys()

    @property
    def perhaps(self) -> frozenset[int]:
        """Return the group with all it may take."""
        return self.group | self.possible.added.keys()

    def takes(self, company: int) -> Certainty:
        """Say whether a company is taken."""
        if company in self.certain.added:
            return Certainty.certain
        return Certainty.possible if company in self.possible.added else Certainty.impossible

    def held(self, company: int) -> Range:
        """Return what the group and all it takes hold of a company.

        The company's own shares are nobody's; where shares are votes they are not among all votes.
        """
        if has_votes(self.register, company):
            return self.of_votes_cast(company)
        return self._held(company)

    def of_votes_cast(self, company: int) -> Range:
        """Return the same where own shares never count, though they are known as capital only."""
        return without_own(self.register, self._held(company), company)

    def _held(self, company: int) -> Range:
        stakes = self.register.stakes
        least = stakes.fraction(self.certain.held.get(company, 0))
        most = least
        if self.possible is not self.certain:
            most = stakes.fraction(self.possible.held.get(company, 0))
        return Range(least, max(least, min(most, Fraction(1))))

    def chain(self, company: int) -> list[Holding]:
        """Return the stakes by which a company is held: first those high up, last its own."""
        steps: list[Holding] = []
        seen: set[int] = set()
        stack = [(company, False)]
        while stack:
            heed()
            node, done = stack.pop()
            if done:
                steps.extend(self._stakes(node, company))
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                above = {one.owner for one in self._stakes(node, company)}
                stack += [(one, False) for one in sorted(above - self.group, reverse=True)]
        return steps

    def _stakes(self, node: int, company: int) -> list[Holding]:
        """Return the stakes by which a node was taken; of the company asked about, all."""
        holders: Iterable[int] = self.perhaps
        if node != company:
            reached = self.certain if node in self.certain.added else self.possible
            before = reached.order[: reached.order.index(node)]
            holders = self.group.union(before)
        found = self.register.holders(node)
        return [one for one in found if one.owner in holders and one.owner != node]

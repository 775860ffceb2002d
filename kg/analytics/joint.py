"""What a group holds jointly: the least fixpoint of "together they hold enough of it".

A company is taken if the group and what it has taken already hold the threshold of it together.
Rings that only hold each other are never taken: nothing outside begins them. With ranges, taken
for certain counts the least of every stake, possibly the most that others leave room for.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from kg.analytics.ranges import Certainty, Range
from kg.analytics.register import Holding, Register


@dataclass(frozen=True, slots=True)
class Rule:
    """When a company is taken: more than `threshold` of it, or as much where not strict."""

    threshold: Fraction
    strict: bool

    def met(self, parts: int, whole: int) -> bool:
        """Say whether so many parts of `whole` are enough."""
        mine, needed = parts * self.threshold.denominator, whole * self.threshold.numerator
        return mine > needed if self.strict else mine >= needed

    def __str__(self) -> str:
        return f"{'>' if self.strict else '>='} {threshold_text(self.threshold)}"


MAJORITY = Rule(Fraction(1, 2), strict=True)


def threshold_text(threshold: Fraction) -> str:
    """Return a threshold as laws write it: 1/3, 2/3, else per cent."""
    return str(threshold) if threshold.denominator == 3 else str(Range.of(threshold))


@dataclass(slots=True)
class Joint:
    """What a group takes; `certain` and `possible` map each company to those who held it then."""

    register: Register
    group: frozenset[int]
    rule: Rule
    certain: dict[int, frozenset[int]] = field(default_factory=dict)
    possible: dict[int, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, register: Register, group: Iterable[int], rule: Rule = MAJORITY) -> "Joint":
        """Return all that a group takes."""
        found = cls(register, frozenset(group), rule)
        found.certain = found._grown(most=False)
        found.possible = found.certain if register.stakes.exact else found._grown(most=True)
        return found

    @property
    def surely(self) -> frozenset[int]:
        """Return the group with all it takes for certain."""
        return self.group | self.certain.keys()

    @property
    def perhaps(self) -> frozenset[int]:
        """Return the group with all it may take."""
        return self.group | self.possible.keys()

    def takes(self, company: int) -> Certainty:
        """Say whether a company is taken."""
        if company in self.certain:
            return Certainty.certain
        return Certainty.possible if company in self.possible else Certainty.impossible

    def held(self, company: int) -> Range:
        """Return what the group and all it takes hold of a company, which itself counts not."""
        least = self.register.held(self.surely - {company}, company).low
        return Range(least, self.register.held(self.perhaps - {company}, company).high)

    def _grown(self, *, most: bool) -> dict[int, frozenset[int]]:
        """Take companies until none is left to take; the order is that in which they fall."""
        taken: dict[int, frozenset[int]] = {}
        holders: dict[int, set[int]] = {}
        edge = sorted(self.group)
        while edge:
            touched = set()
            for holder in edge:
                for one in self.register.portfolio(holder):
                    holders.setdefault(one.owned, set()).add(holder)
                    touched.add(one.owned)
            edge = []
            for company in sorted(touched - self.group - taken.keys()):
                if self._enough(company, holders[company], most=most):
                    taken[company] = frozenset(holders[company])
                    edge.append(company)
        return taken

    def _enough(self, company: int, holders: set[int], *, most: bool) -> bool:
        held = self.register.held(holders - {company}, company)
        parts = held.high if most else held.low
        whole = self.register.stakes.whole
        return self.rule.met(int(parts * whole), whole)

    def chain(self, company: int) -> list[Holding]:
        """Return the stakes by which a company is held: first those high up, last its own."""
        steps: list[Holding] = []
        seen: set[int] = set()
        self._climb(company, steps, seen)
        return steps

    def _climb(self, company: int, steps: list[Holding], seen: set[int]) -> None:
        """Go up from a company; recursion would be as deep as the longest chain."""
        stack = [(company, False)]
        while stack:
            node, done = stack.pop()
            if done:
                steps.extend(self._stakes(node, company))
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                above = {one.owner for one in self._stakes(node, company)}
                stack += [(one, False) for one in sorted(above - self.group, reverse=True)]

    def _stakes(self, node: int, company: int) -> list[Holding]:
        """Return the stakes by which a node was taken; of the company asked about, all."""
        taken = self.certain.get(node) or self.possible.get(node, frozenset())
        holders = self.perhaps if node == company else taken
        return [
            one for one in self.register.holders(node) if one.owner in holders and one.owner != node
        ]

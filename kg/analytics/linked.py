"""Close links: two undertakings so bound that one is no independent guarantor of the other.

    eurosystem    one, with all it majority-owns, holds at least 20 % of the other: whole stakes of
                  its vehicles are added up; or a third party majority-owns both
    path-product  one has at least 20 % of the other by shares multiplied along each path without
                  repeats and added; or a third party has so much of both (Bank of Italy's rule)
    integrated    the same by corrected integrated ownership, which counts loops in full

A majority is more than half, and what is majority-owned counts as its owner's own (least fixpoint).
The rules disagree; say which one was asked. Third parties are kept as one group each: pairs of
their members grow with the square, and are made only when asked for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from kg.analytics.integrated import EXACT_STAKES, Method, Share, ownership
from kg.analytics.shares import exact_share
from kg.analytics.simple_paths import Limits
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

Rule = Literal["eurosystem", "path-product", "integrated"]
RULES: tuple[Rule, ...] = ("eurosystem", "path-product", "integrated")
FIFTH = Fraction(1, 5)
CERTAIN, POSSIBLE = "certain", "possible"
_BY: dict[str, Method] = {"path-product": "paths", "integrated": "corrected"}


@dataclass(frozen=True, slots=True)
class CloseLink:
    """One pair that is closely linked, and by what."""

    company: str
    linked: str
    reason: str  # holding: `company` has so much of `linked`; third party: it has so much of both
    third_party: str | None
    low: Share | None  # what `company` has of `linked` by the rule; None for a third party
    high: Share | None
    certainty: str  # certain, or possible: depends on ranges or unknown shares


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """One that binds others to each other: those it certainly does, and those it may."""

    name: str
    certain: tuple[str, ...]
    possible: tuple[str, ...]

    @property
    def pairs(self) -> int:
        """Return how many pairs of members it links."""
        return (
            (len(self.certain) + len(self.possible))
            * (len(self.certain) + len(self.possible) - 1)
            // 2
        )


@dataclass(frozen=True, eq=False)
class CloseLinks:
    """All close links of a network by one rule: holdings as columns of numbers, and third parties.

    undecided  pairs that lie on the threshold as far as can be told, counted as links
    """

    rule: Rule
    threshold: Fraction
    names: Sequence[str]
    owner: Sequence[int]
    owned: Sequence[int]
    low: Sequence[Share]
    high: Sequence[Share | None]
    groups: "Groups"
    undecided: int = 0

    def holdings(self) -> Iterator[CloseLink]:
        """Yield the links by holding."""
        columns = self.owner, self.owned, self.low, self.high
        for owner, owned, low, high in zip(*columns, strict=True):
            certainty = CERTAIN if low >= self._least else POSSIBLE
            yield CloseLink(
                self.names[owner], self.names[owned], "holding", None, low, high, certainty
            )

    @cached_property
    def _least(self) -> Fraction | float:
        is_exact = all(isinstance(one, Fraction) for one in self.low[:1])
        return self.threshold if is_exact else float(self.threshold)

    def third_parties(self) -> Iterator[ThirdParty]:
        """Yield each third party that binds at least two."""
        for third, (certain, possible) in self.groups.items():
            if len(certain) + len(possible) > 1:
                yield ThirdParty(
                    self.names[third],
                    tuple(self.names[one] for one in sorted(certain)),
                    tuple(self.names[one] for one in sorted(possible)),
                )

    def rows(self, *, expand: bool = True) -> Iterator[CloseLink]:
        """Yield every link; those through third parties pair by pair, unless told not to."""
        yield from self.holdings()
        if expand:
            for third in self.third_parties():
                members = dict.fromkeys(third.certain, CERTAIN) | dict.fromkeys(
                    third.possible, POSSIBLE
                )
                for one, other in combinations(sorted(members), 2):
                    certainty = CERTAIN if members[one] == members[other] == CERTAIN else POSSIBLE
                    yield CloseLink(one, other, "third party", third.name, None, None, certainty)

    def pairs(self) -> set[tuple[str, str]]:
        """Return the certain pairs, each once, names in order."""
        return {
            (min(row.company, row.linked), max(row.company, row.linked))
            for row in self.rows()
            if row.certainty == CERTAIN
        }


# Of each third party, its certain and its possible members, by number.
Groups = dict[int, tuple[set[int], set[int]]]


def close_links(
    graph: "Stakes | nx.DiGraph[Any]",
    rule: Rule = "eurosystem",
    threshold: Decimal | Fraction | str = FIFTH,
) -> CloseLinks:
    """Return all close links of a network by a named rule.

    Exactly the threshold is enough. Raises ParameterError for a rule that does not exist and for a
    threshold that is none.
    Source: Eurosystem collateral rules as in the T2S data model; Bank of Italy's rule for
    path-product; see docs/analytics-ownership.md.

    >>> from kg.analytics.stakes import from_rows
    >>> found = close_links(from_rows([("A", "B", "60%"), ("A", "C", "51%")]))
    >>> [(row.company, row.linked, row.reason) for row in found.rows()]
    [('A', 'B', 'holding'), ('A', 'C', 'holding'), ('B', 'C', 'third party')]
    """
    least = _checked(threshold)
    stakes = as_stakes(graph)
    if rule == "eurosystem":
        from kg.analytics.linked_eurosystem import eurosystem

        columns, groups = eurosystem(stakes, least)
        return CloseLinks(rule, least, stakes.names, *columns, groups)
    if rule not in _BY:
        raise ParameterError("rule", f"{rule!r} is none of {', '.join(RULES)}")
    if len(stakes) > EXACT_STAKES:
        return _large(stakes, rule, least)
    rows = [
        row
        for row in ownership(stakes, _BY[rule], limits=Limits(least=least))
        if row.owner != row.owned and (row.high is None or row.high >= least)
    ]
    numbers = stakes.numbers
    owners, owned = ([numbers[getattr(row, end)] for row in rows] for end in ("owner", "owned"))
    low = [row.low if row.low is not None else Fraction() for row in rows]
    groups = _groups(owners, owned, low, least)
    high = [row.high for row in rows]
    return CloseLinks(rule, least, stakes.names, owners, owned, low, high, groups)


def _large(stakes: Stakes, rule: Rule, least: Fraction) -> CloseLinks:
    from kg.analytics.linked_large import pairs_above

    found = pairs_above(stakes, least, simple=rule == "path-product")
    columns = [column.tolist() for column in found[:4]]
    groups = _groups(columns[0], columns[1], columns[2], float(least))
    names = stakes.names
    return CloseLinks(
        rule, least, names, columns[0], columns[1], columns[2], columns[3], groups, found.undecided
    )


def _checked(threshold: Decimal | Fraction | str) -> Fraction:
    try:
        value = exact_share(threshold)
    except ParameterError as error:
        raise ParameterError("threshold", error.problem) from None
    if not value:
        raise ParameterError("threshold", f"{threshold} is not above 0")
    return value


def _groups(
    owners: Sequence[int], owned: Sequence[int], low: Sequence[Share], least: Share
) -> Groups:
    """Return the companies of which each owner has enough, or may have."""
    groups: Groups = {}
    for owner, company, share in zip(owners, owned, low, strict=True):
        groups.setdefault(owner, (set(), set()))[share < least].add(company)
    return groups

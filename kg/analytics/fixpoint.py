"""Joint majority as a least fixpoint: who is controlled by a holder, or by holders acting as one.

    x controls y if x and the companies that x controls hold together more than the threshold of y

The least such sets: a loop that holds itself up gives no control. Sums are whole numbers, so a
share of exactly the threshold is not more than it.

With ranges there are many ways the shares can really be (completions: each share within its range,
those of one company at most 1 together; what nobody listed holds is dispersed).
  certain    in every completion: all shares at their least are one of them, and a larger share
             never takes control away from who holds it
  possible   in some completion: a set S holds at most min(sum of its mosts, 1 - leasts of others),
             each company's shares can be chosen for S without a word on any other company's, and
             the bound only grows with S; so its fixpoint is reached by one completion
Both are exact; where the leasts of a company already exceed 1 they are taken as they stand.

Source: Mumick, Pirahesh & Ramakrishnan (1990), "The magic of duplicates and aggregates".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from kg.analytics.deadline import heed
from kg.analytics.shares import exact_share
from kg.analytics.stakes import VOTES, Stakes
from kg.errors import ParameterError

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Majority:
    """The rule: more than `threshold` of a company, a fraction from 0 up to but not with 1."""

    threshold: Fraction = HALF

    def quota(self, stakes: Stakes, without: int = 0) -> int:
        """Return the parts that do not yet suffice, of a company without its own `without`."""
        voting = stakes.whole - without
        return self.threshold.numerator * voting // self.threshold.denominator

    def __str__(self) -> str:
        return f"more than {self.threshold}"


def majority(threshold: Decimal | Fraction | float | str) -> Majority:
    """Return the rule of a threshold; raises ParameterError unless it is from 0 to below 1."""
    try:
        value = exact_share(threshold)
    except ParameterError as error:
        raise ParameterError("threshold", error.problem) from None
    if value == 1:
        raise ParameterError("threshold", "nobody holds more than all of a company")
    return Majority(value)


class Columns:
    """What is known of each company as a whole: how much is free, and how much is too little."""

    def __init__(self, stakes: Stakes, rule: Majority) -> None:
        self.stakes = stakes
        self.rule = rule
        self._quota = rule.quota(stakes)
        # A company's own shares carry no votes; of capital they are a part like any other.
        self.quotas: dict[int, tuple[int, int]] = {}
        if stakes.right == VOTES:
            for row in stakes.rows():
                if row.owner == row.owned and stakes.right_in(row.owned) == VOTES:
                    ends = rule.quota(stakes, row.low), rule.quota(stakes, row.high)
                    self.quotas[row.owned] = ends
        self.free = lru_cache(maxsize=None)(self._free)

    def quota(self, company: int, *, possible: bool = False) -> int:
        """Return how many parts of a company just fail to give control."""
        found = self.quotas.get(company)
        return self._quota if found is None else found[possible]

    def needed(self, company: int, *, possible: bool = False) -> Fraction:
        """Return the fraction of a company that has to be exceeded, exactly."""
        own = sum(
            row.high if possible else row.low
            for row in self.stakes.rows_by_owned.get(company, ())
            if company in self.quotas and row.owner == company
        )
        return self.rule.threshold * self.stakes.fraction(self.stakes.whole - own)

    def _free(self, company: int) -> int:
        """Return the parts that are above every holder's least."""
        held = sum(row.low for row in self.stakes.rows_by_owned.get(company, ()))
        return max(self.stakes.whole - held, 0)


@dataclass(frozen=True, slots=True)
class Reached:
    """Whom a holder controls, in the order they came in, with what it then holds of them.

    `held` counts what the holder and all it controls hold, without the company's own shares: the
    least that is for certain control, the most that it can be for possible control.
    """

    order: tuple[int, ...]
    held: dict[int, int]  # of every company that any of them holds, controlled or not
    added: dict[int, int]  # of each controlled company, when it came in


def reach(
    columns: Columns,
    members: Iterable[int],
    *,
    possible: bool = False,
    barred: frozenset[int] = frozenset(),
    given: frozenset[int] = frozenset(),
) -> Reached:
    """Return whom `members`, acting as one, control; `barred` never, `given` as if bought."""
    holdings = columns.stakes.rows_by_owner
    start = frozenset(members)
    inside = set(start | given)
    least: dict[int, int] = {}
    most: dict[int, int] = {}
    added: dict[int, int] = {}
    queue = list(dict.fromkeys([*members, *given]))
    for holder in queue:  # grows while it is walked
        heed()
        for _, company, low, high in holdings.get(holder, ()):
            if company == holder:
                continue
            least[company] = low = least.get(company, 0) + low
            held = low
            if possible:
                most[company] = high = most.get(company, 0) + high
                held = min(high, columns.free(company) + low)
            if company in inside or company in barred:
                continue
            if held > columns.quota(company, possible=possible):
                inside.add(company)
                added[company] = held
                queue.append(company)
    if possible:
        least = {
            company: min(most[company], columns.free(company) + low)
            for company, low in least.items()
        }
    order = tuple(company for company in queue if company not in start)
    return Reached(order, least, added)

"""Close links as the Eurosystem draws them: whole stakes of what is majority-owned are added up."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from kg.analytics.control_pairs import CERTAIN, ControlIndex
from kg.analytics.fixpoint import Majority
from kg.analytics.linked import Groups
from kg.analytics.stakes import Stakes
from kg.collecting import uncollected

Vehicles = tuple[set[int], set[int]]  # certain, possible
Together = tuple[int, int, int, int]  # company, least with all, least with certain ones, most
Held = tuple[list[int], list[int], list[Fraction], list[Fraction | None]]


@uncollected()
def eurosystem(stakes: Stakes, threshold: Fraction) -> tuple[Held, Groups]:
    """Return who holds at least the threshold of whom with its vehicles, and who owns several."""
    index = ControlIndex(stakes, Majority())
    groups: Groups = {}
    for certainty, holder, company in index.numbered():
        group = groups.get(holder)
        if group is None:
            group = groups[holder] = set(), set()
        group[certainty != CERTAIN].add(company)
    return _holdings(stakes, groups, threshold), _outermost(groups)


def _holdings(stakes: Stakes, groups: Groups, threshold: Fraction) -> Held:
    """Add up for each holder what it and its vehicles hold of each company."""
    enough = -(-threshold.numerator * stakes.whole // threshold.denominator)
    free, fraction = _free(stakes), cache(stakes.fraction)  # shares are alike, and dear to make
    found: Held = ([], [], [], [])
    for holder in stakes.rows_by_owner:
        for company, least, low, most in _together(stakes, holder, groups.get(holder)):
            # Others have what they have at least.
            at_most = min(most, free[company] + least)
            if at_most >= enough:
                found[0].append(holder)
                found[1].append(company)
                found[2].append(fraction(low))
                found[3].append(fraction(at_most))
    return found


def _together(stakes: Stakes, holder: int, group: Vehicles | None) -> Iterator[Together]:
    """Yield what a holder has of each company with its vehicles."""
    if group is None:  # each stake stands alone
        for _, company, part, most in stakes.rows_by_owner[holder]:
            if company != holder:
                yield company, part, part, most
        return
    certain, possible = group
    low, high = _sums(stakes, holder, certain)
    least = low
    if possible:
        least, high = _sums(stakes, holder, certain | possible)
    for company, most in high.items():
        yield company, least[company], low.get(company, 0), most


def _sums(stakes: Stakes, holder: int, vehicles: set[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the least and the most parts that a holder and its vehicles have of each company."""
    low: dict[int, int] = {}
    high: dict[int, int] = {}
    for member in (holder, *vehicles):
        for _, owned, least, most in stakes.rows_by_owner.get(member, ()):
            if owned not in (holder, member):
                low[owned] = low.get(owned, 0) + least
                high[owned] = high.get(owned, 0) + most
    return low, high


def _free(stakes: Stakes) -> dict[int, int]:
    """Return how much of each company is not certainly somebody's."""
    held: dict[int, int] = {}
    for _, company, low, _ in stakes.rows():
        held[company] = held.get(company, 0) + low
    return {company: max(stakes.whole - low, 0) for company, low in held.items()}


def _outermost(groups: Groups) -> Groups:
    """Leave out the third parties whose group is within another's; of a loop keep the first."""
    above: dict[int, list[int]] = {}
    for holder, (certain, _) in groups.items():
        for company in certain:
            above.setdefault(company, []).append(holder)
    return {
        holder: members
        for holder, members in groups.items()
        if all(other in members[0] and holder < other for other in above.get(holder, ()))
    }

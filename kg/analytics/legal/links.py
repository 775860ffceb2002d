"""Close links of the Eurosystem and of the Bank of Italy, for one pair: either way, or by a third.

`linked.close_links` decides; here its links are looked up for a pair. Of a large network only what
is above the two is looked at: nothing else can link them.
"""

from fractions import Fraction
from functools import partial

from kg.analytics.joint import Rule
from kg.analytics.legal.case import Case, IntegratedShares, Rights
from kg.analytics.legal.judgement import CAPITAL, Judgement, LegalTest, Measured
from kg.analytics.legal.owners import all_between
from kg.analytics.linked import CERTAIN, CloseLink, CloseLinks, ThirdParty, close_links
from kg.analytics.pair_paths import PairPaths
from kg.analytics.ranges import NOTHING, Certainty, Range, both
from kg.analytics.register import Holding, Register
from kg.analytics.stakes import Stakes

FIFTH = Rule(Fraction(1, 5), strict=False)
SMALL = 5_000  # stakes of which all links are found at once

EUROSYSTEM = LegalTest(
    name="close-links-eurosystem",
    title="Close link",
    source="Eurosystem collateral rules (ECB, T2S data model, T2S.16.690)",
    article="close links",
    right=CAPITAL,
    rule=FIFTH,
    method="stakes of one with all it majority-owns in the other, either way, or one owner of both",
    yes="close link",
    no="no close link",
)
PATH_PRODUCT = LegalTest(
    name="close-links-path-product",
    title="Close link by path products",
    source="Bank of Italy",
    article="close links",
    right=CAPITAL,
    rule=FIFTH,
    method="multiply along paths without repeats and add, either way, or of a third party to both",
    yes="close link",
    no="no close link",
)


def eurosystem(case: Case) -> Judgement:
    """Say whether the two are closely linked as the Eurosystem sees it."""
    verdict, link, third = LinksByPair.of(case).best(case.holder, case.company)
    if third:
        return _by_third(case, EUROSYSTEM, third, verdict)
    if link is None:
        return _unlinked(case, EUROSYSTEM)
    low, high = link.low, link.high
    share = Range(Fraction(low or 0), Fraction(1) if high is None else Fraction(high))
    return _by_holding(case, EUROSYSTEM, link.company, share, verdict)


def path_product(case: Case) -> Judgement:
    """Say whether the two are closely linked by products along paths."""
    found, pair = PairLinks.of(case), case.pair
    verdict, by = found.best(pair)
    if by is None:
        return _unlinked(case, PATH_PRODUCT)
    name = case.capital.name(by)
    if by not in pair:
        return _by_third(case, PATH_PRODUCT, name, verdict)
    company = pair[by == pair[0]]
    share = partial(found.share, by, company)
    return _by_holding(case, PATH_PRODUCT, name, share, verdict)


def _unlinked(case: Case, test: LegalTest) -> Judgement:
    no = Certainty.impossible
    return case.judged(test, NOTHING, [], right=CAPITAL, verdict=no, said=test.no)


def _certainty(certain: bool) -> Certainty:
    return Certainty.certain if certain else Certainty.possible


def _by_holding(
    case: Case, test: LegalTest, holder: str, share: Measured, verdict: Certainty
) -> Judgement:
    company = case.company if holder == case.holder else case.holder
    ends = [case.rights.node(one, "holder") for one in (holder, company)]
    note = f"{holder} holds it of {company}" if holder != case.holder else ""
    stakes = partial(_stakes, case, test, *ends)
    return case.judged(test, share, stakes, right=CAPITAL, verdict=verdict, note=note)


def _by_third(case: Case, test: LegalTest, third: str, verdict: Certainty) -> Judgement:
    node = case.rights.node(third, "holder")
    ends = case.pair

    def stakes() -> list[Holding]:
        return list(dict.fromkeys(one for end in ends for one in _stakes(case, test, node, end)))

    enough = "a majority" if test is EUROSYSTEM else "20% or more"
    may = "has" if verdict is Certainty.certain else "may have"
    said = f"{test.yes}: {third} {may} {enough} of both"
    return case.judged(test, NOTHING, stakes, right=CAPITAL, verdict=verdict, said=said)


def _stakes(case: Case, test: LegalTest, holder: int, company: int) -> list[Holding]:
    if test is EUROSYSTEM:
        return case.joint(CAPITAL, holder).chain(company)
    return all_between(case.capital, holder, company)


class LinksByPair:
    """Close links of the Eurosystem, looked up by the names of two."""

    def __init__(self, found: CloseLinks) -> None:
        self._holdings: dict[frozenset[str], list[CloseLink]] = {}
        self._thirds: dict[str, list[ThirdParty]] = {}  # those by whom each may be bound
        self._certain: set[tuple[str, str]] = set()  # a third party, and one it certainly binds
        for link in found.holdings():
            self._holdings.setdefault(frozenset((link.company, link.linked)), []).append(link)
        for third in found.third_parties():
            self._certain |= {(third.name, one) for one in third.certain}
            for one in {*third.certain, *third.possible}:
                self._thirds.setdefault(one, []).append(third)

    @classmethod
    def of(cls, case: Case) -> "LinksByPair":
        """Return what a case needs; of a small network made once."""
        if len(case.capital.stakes) > SMALL:
            return cls(close_links(stakes_above(case.capital, case.pair), "eurosystem"))
        return cls.of_all(case.rights)

    @classmethod
    def of_all(cls, rights: Rights) -> "LinksByPair":
        """Return the links of a whole network that is small, made once."""
        if "eurosystem" not in rights.kept:
            links = close_links(rights.capital.stakes, "eurosystem")
            rights.kept["eurosystem"] = cls(links)
        found: LinksByPair = rights.kept["eurosystem"]
        return found

    def best(self, one: str, other: str) -> tuple[Certainty, CloseLink | None, str]:
        """Return what links two most certainly: what one has of the other, or who binds both."""
        held = self.holdings(one, other)
        link = next((each for each in held if each.certainty == CERTAIN), held[0] if held else None)
        if link is None or link.certainty != CERTAIN:
            third = self.third(one, other)
            if third is not None and (link is None or third[1] is Certainty.certain):
                return third[1], None, third[0]
        if link is None:
            return Certainty.impossible, None, ""
        return _certainty(link.certainty == CERTAIN), link, ""

    def holdings(self, one: str, other: str) -> list[CloseLink]:
        """Return the links by what one of two holds of the other."""
        return self._holdings.get(frozenset((one, other)), [])

    def third(self, one: str, other: str) -> tuple[str, Certainty] | None:
        """Return who binds two to each other, for certain if anybody does."""
        thirds = [third.name for third in self._thirds.get(one, ())]
        named = {third.name for third in self._thirds.get(other, ())}
        both_ = [name for name in thirds if name in named]
        for name in both_:
            if (name, one) in self._certain and (name, other) in self._certain:
                return name, Certainty.certain
        return (both_[0], Certainty.possible) if both_ else None


class PairLinks:
    """Sums over simple paths between any two of a network; of a large one, above two of it."""

    def __init__(self, paths: PairPaths, numbers: dict[int, int] | None = None) -> None:
        self._paths = paths
        self._numbers = numbers  # of the whole network -> of the part of it
        self._shares: dict[tuple[int, int], Range] = {}
        self._met: dict[tuple[int, int], Certainty] = {}
        self._above: dict[int, set[int]] = {}
        self._alike: tuple[PairLinks, int] | None = None

    @classmethod
    def of(cls, case: Case) -> "PairLinks":
        """Return what a case needs; of a small network made once."""
        stakes = case.capital.stakes
        if len(stakes) > SMALL:
            cut = stakes_above(case.capital, case.pair)
            numbers = {case.votes.node(name): node for node, name in enumerate(cut.names)}
            return cls(PairPaths(cut, IntegratedShares(Register(cut)).share), numbers)
        return cls.of_all(case.rights)

    @classmethod
    def of_all(cls, rights: Rights) -> "PairLinks":
        """Return the sums of a whole network that is small, made once."""
        if "paths" not in rights.kept:
            integrated = partial(rights.integrated, CAPITAL)
            rights.kept["paths"] = cls(PairPaths(rights.capital.stakes, integrated))
        found: PairLinks = rights.kept["paths"]
        return found

    def alike(self, other: "PairLinks", owner: int) -> None:
        """Take the sums of one owner from a network that differs only in the owner's own stakes.

        No path from an owner comes by the stakes in it.
        """
        mine, others = self._paths, other._paths
        if mine.stakes.exact is others.stakes.exact and not (mine.over or others.over):
            self._alike = other, owner

    def best(self, pair: tuple[int, int]) -> tuple[Certainty, int | None]:
        """Return how certainly two are linked, and by what one of them has or a third party."""
        best, by = Certainty.impossible, None
        for holder, company in (pair, pair[::-1]):
            verdict = self.met(holder, company)
            if verdict is Certainty.certain:
                return verdict, holder
            if by is None and verdict is Certainty.possible:
                best, by = verdict, holder
        for third in self.above_both(*pair):
            verdict = both(*(self.met(third, one) for one in pair))
            if verdict is Certainty.certain:
                return verdict, third
            if verdict is Certainty.possible and best is Certainty.impossible:
                best, by = verdict, third
        return best, by

    def share(self, owner: int, company: int) -> Range:
        """Return the sum over paths, near enough to tell it from a fifth."""
        if (owner, company) not in self._shares:
            top, bottom = self._number(owner), self._number(company)
            share = NOTHING
            if top is not None and bottom is not None:
                share = self._paths.share(top, bottom, FIFTH.threshold)
            self._shares[owner, company] = share
        return self._shares[owner, company]

    def met(self, owner: int, company: int) -> Certainty:
        """Say whether an owner has a fifth by paths; direct and the next shortest may tell."""
        key = owner, company
        if self._alike is not None and self._alike[1] == owner:
            return self._alike[0].met(owner, company)
        if key not in self._met:
            top, bottom = self._number(owner), self._number(company)
            if top is None or bottom is None or top not in self._enough(bottom):
                self._met[key] = Certainty.impossible
            else:
                self._met[key] = self._paths.reaches(top, bottom, FIFTH.threshold)
        return self._met[key]

    def _number(self, node: int) -> int | None:
        return node if self._numbers is None else self._numbers.get(node)

    def above_both(self, one: int, other: int) -> list[int]:
        """Return third parties that may have a fifth of both, by integrated shares."""
        named = {} if self._numbers is None else {at: node for node, at in self._numbers.items()}
        ends = [self._number(one), self._number(other)]
        found = set.intersection(*(self._enough(end) for end in ends if end is not None))
        return sorted(named.get(node, node) for node in found - {*ends})

    def _enough(self, company: int) -> set[int]:
        if company not in self._above:
            self._above[company] = self._paths.owners(company, FIFTH.threshold)
        return self._above[company]


def stakes_above(register: Register, pair: tuple[int, int]) -> Stakes:
    """Return the stakes in two companies, in their owners, and so on up."""
    seen = dict.fromkeys(pair)
    rows: list[Holding] = []
    waiting = list(seen)
    while waiting:
        found = register.holders(waiting.pop())
        rows += found
        waiting += [one.owner for one in found if one.owner not in seen]
        seen |= dict.fromkeys(one.owner for one in found)
    numbers = {node: number for number, node in enumerate(seen)}
    whole = register.stakes.whole
    return Stakes(
        [register.name(node) for node in seen],
        [numbers[one.owner] for one in rows],
        [numbers[one.owned] for one in rows],
        [int(one.share.low * whole) for one in rows],
        [int(one.share.high * whole) for one in rows],
        whole,
        [one.claims for one in rows],
        CAPITAL,
    )


CLOSE_LINKS = {EUROSYSTEM: eurosystem, PATH_PRODUCT: path_product}

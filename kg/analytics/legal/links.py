"""Close links of the Eurosystem and of the Bank of Italy, for one pair: either way, or by a third.

`linked.close_links` decides; here its links are looked up for a pair. Of a large network only what
is above the two is looked at: nothing else can link them.
"""

from fractions import Fraction

from kg.analytics.joint import Rule
from kg.analytics.legal.case import Case, Rights
from kg.analytics.legal.judgement import CAPITAL, Judgement, LegalTest
from kg.analytics.legal.owners import all_between
from kg.analytics.linked import CERTAIN, CloseLink, CloseLinks, ThirdParty, close_links
from kg.analytics.linked import Rule as LinkRule
from kg.analytics.ranges import NOTHING, Certainty, Range
from kg.analytics.register import Holding, Register
from kg.analytics.stakes import Stakes
from kg.errors import ParameterError

FIFTH = Rule(Fraction(1, 5), strict=False)
SMALL = 5_000  # stakes of which all links are found at once

EUROSYSTEM = LegalTest(
    name="close-links-eurosystem",
    title="Close link",
    source="Eurosystem collateral rules (General Documentation, T2S)",
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
_RULES: dict[LegalTest, LinkRule] = {EUROSYSTEM: "eurosystem", PATH_PRODUCT: "path-product"}


def eurosystem(case: Case) -> Judgement:
    """Say whether the two are closely linked as the Eurosystem sees it."""
    return _linked(case, EUROSYSTEM)


def path_product(case: Case) -> Judgement:
    """Say whether the two are closely linked by products along paths."""
    return _linked(case, PATH_PRODUCT)


def _linked(case: Case, test: LegalTest) -> Judgement:
    found = _links(case, _RULES[test])
    note = "" if found.rule == _RULES[test] else "integrated shares: loops too large for paths"
    best, by = Certainty.impossible, None
    for link in found.holdings():
        if {link.company, link.linked} == {case.holder, case.company}:
            verdict = _certainty(link.certainty == CERTAIN)
            if best is Certainty.impossible or verdict is Certainty.certain:
                best, by = verdict, link
    if best is Certainty.certain and by is not None:
        return _by_holding(case, test, by, best, note)
    for third in found.third_parties():
        members = {*third.certain, *third.possible}
        if {case.holder, case.company} <= members:
            certain = {case.holder, case.company} <= {*third.certain}
            if certain or best is Certainty.impossible:
                return _by_third(case, test, third, _certainty(certain), note)
    if by is not None:
        return _by_holding(case, test, by, best, note)
    return case.judged(test, NOTHING, [], right=CAPITAL, verdict=best, said=test.no, note=note)


def _certainty(certain: bool) -> Certainty:
    return Certainty.certain if certain else Certainty.possible


def _by_holding(
    case: Case, test: LegalTest, link: CloseLink, verdict: Certainty, note: str
) -> Judgement:
    ends = [case.rights.node(one, "holder") for one in (link.company, link.linked)]
    low = Fraction(link.low or 0)
    share = Range(low, max(low, Fraction(1) if link.high is None else Fraction(link.high)))
    if link.company != case.holder:
        note = f"{link.company} holds it of {link.linked}{note and '; '}{note}"
    return case.judged(
        test, share, _stakes(case, test, *ends), right=CAPITAL, verdict=verdict, note=note
    )


def _by_third(
    case: Case, test: LegalTest, third: ThirdParty, verdict: Certainty, note: str
) -> Judgement:
    node = case.rights.node(third.name, "holder")
    stakes = dict.fromkeys(one for end in case.pair for one in _stakes(case, test, node, end))
    enough = "a majority" if test is EUROSYSTEM else "20% or more"
    may = "has" if verdict is Certainty.certain else "may have"
    said = f"{test.yes}: {third.name} {may} {enough} of both"
    return case.judged(
        test, NOTHING, list(stakes), right=CAPITAL, verdict=verdict, said=said, note=note
    )


def _stakes(case: Case, test: LegalTest, holder: int, company: int) -> list[Holding]:
    if test is EUROSYSTEM:
        return case.joint(CAPITAL, holder).chain(company)
    return all_between(case.capital, holder, company)


def _links(case: Case, rule: LinkRule) -> CloseLinks:
    stakes = case.capital.stakes
    if len(stakes) > SMALL:
        return _counted(_above(case.capital, case.pair), rule)
    return _all_links(case.rights, rule)


def _counted(stakes: Stakes, rule: LinkRule) -> CloseLinks:
    """Return all links; where loops are too large to count paths, by integrated shares."""
    try:
        return close_links(stakes, rule)
    except ParameterError:
        return close_links(stakes, "integrated")


def _all_links(rights: Rights, rule: LinkRule) -> CloseLinks:
    if rule not in rights.links:
        rights.links[rule] = _counted(rights.capital.stakes, rule)
    return rights.links[rule]


def _above(register: Register, pair: tuple[int, int]) -> Stakes:
    """Return the stakes in the two, in their owners, and so on up."""
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

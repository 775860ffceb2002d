"""Majority, the accounting standards and the weakest link: who controls, who has influence."""

from fractions import Fraction

from kg.analytics.joint import MAJORITY, Rule
from kg.analytics.legal.case import Case
from kg.analytics.legal.chains import weakest_links
from kg.analytics.legal.judgement import VOTES, Judgement, LegalTest
from kg.analytics.ranges import Certainty, per_cent

STRICT_MAJORITY = LegalTest(
    name="strict-majority",
    title="Company control by joint majority",
    source="Mumick et al. 1990; Gulino et al. 2021",
    article="company control",
    right=VOTES,
    rule=MAJORITY,
    method="votes of the holder and of all it controls, least fixpoint",
    yes="control",
    no="no control",
)
IFRS_10 = LegalTest(
    name="ifrs-10-control",
    title="Control by a majority of votes",
    source="IFRS 10",
    article="paragraphs 7, B35",
    right=VOTES,
    rule=MAJORITY,
    method="votes held directly and through subsidiaries",
    yes="subsidiary, consolidated",
    no="no majority",
)
IAS_28 = LegalTest(
    name="ias-28-significant-influence",
    title="Significant influence is presumed",
    source="IAS 28",
    article="paragraph 5",
    right=VOTES,
    rule=Rule(Fraction(1, 5), strict=False),
    method="votes held directly and through subsidiaries; those of associates do not count",
    yes="significant influence presumed",
    no="no presumption",
)
WEAKEST_LINK = LegalTest(
    name="weakest-link",
    title="Control rights along chains",
    source="La Porta, Lopez-de-Silanes & Shleifer 1999; Claessens, Djankov & Lang 2000",
    article="cut-off of 20%",
    right=VOTES,
    rule=Rule(Fraction(1, 5), strict=False),
    method="the smallest link of each chain, summed over chains",
    yes="control rights",
    no="too few control rights",
)


def strict_majority(case: Case) -> Judgement:
    """Say whether the holder has a majority together with what it controls."""
    return _majority(case, STRICT_MAJORITY)


def ifrs_10(case: Case) -> Judgement:
    """Say whether the holder consolidates the company by its votes.

    Below a majority the standard asks for judgement (B41-B46): the note gives a power index.
    """
    found = _majority(case, IFRS_10)
    if found.verdict is Certainty.certain:
        return found
    return _majority(case, IFRS_10, f"de facto control (B42-B43) is judgement{_power(case)}")


def _majority(case: Case, test: LegalTest, note: str = "") -> Judgement:
    joint, company = case.joint("votes"), case.pair[1]
    return case.judged(
        test,
        joint.held(company),
        joint.chain(company),
        right="votes",
        verdict=joint.takes(company),
        note=note,
    )


def _power(case: Case) -> str:
    """Return in which part of the orders the holder decides, if all others are on their own."""
    from kg.analytics.voting import VotingGame, indices, quota_of

    company = case.pair[1]
    group = case.joint("votes").surely - {company}
    holdings = case.votes.holders(company)
    whole = case.votes.stakes.whole
    ours = int(case.votes.held(group, company).low * whole)
    others = [int(one.share.low * whole) for one in holdings if one.owner not in group]
    rest = whole - ours - sum(others)
    if not ours or rest < 0:
        return ""
    quota = quota_of(whole, Fraction(1, 2), strict=True)
    game = VotingGame((ours, *others), quota, ocean=rest)
    if not game.exactly:
        return ""
    return f"; Shapley-Shubik power {per_cent(indices(game)[0].shapley, 1)}, the rest dispersed"


def ias_28(case: Case) -> Judgement:
    """Say whether 20% of the votes presume significant influence."""
    joint, company = case.joint("votes"), case.pair[1]
    share = joint.held(company)
    note = "rebuttable" if share.high >= Fraction(1, 5) else "other signs may show it (28.6)"
    if joint.takes(company) is Certainty.certain:
        note = "a subsidiary: IFRS 10 goes before"
    return case.judged(IAS_28, share, joint.chain(company), right="votes", note=note)


def weakest_link(case: Case) -> Judgement:
    """Say whether control rights reach 20%, with the cash flow rights beside them."""
    chains = weakest_links(case.votes, *case.pair)
    steps = [
        f"{' > '.join(map(case.votes.name, one.nodes))}: smallest link {one.smallest}"
        for one in chains.chains
    ]
    flows = case.integrated("capital")
    gap = chains.total - flows
    note = f"cash flow rights {flows}, wedge {gap}"
    if not chains.complete:
        note += "; chains left out, so a lower bound"
        share = chains.at_least
    else:
        share = chains.total
    return case.judged(WEAKEST_LINK, share, chains.stakes, right="votes", steps=steps, note=note)


ACCOUNTING = {
    STRICT_MAJORITY: strict_majority,
    IFRS_10: ifrs_10,
    IAS_28: ias_28,
    WEAKEST_LINK: weakest_link,
}

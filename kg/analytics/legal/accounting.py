"""Majority, the accounting standards and the weakest link: who controls, who has influence."""

from fractions import Fraction
from functools import cache, lru_cache, partial

from kg.analytics.chains import add_up_to, chains_between
from kg.analytics.joint import MAJORITY, Rule
from kg.analytics.legal.case import Case
from kg.analytics.legal.judgement import VOTES, Judgement, LegalTest, Told
from kg.analytics.ranges import Certainty, Range, per_cent

_SHOWN = 20  # chains in a proof, the widest first
_FINE = 10_000  # parts of the votes in a voting game that is only a note

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
    if case.joint("votes").takes(case.pair[1]) is Certainty.certain:
        return _majority(case, IFRS_10)
    return _majority(
        case, IFRS_10, lambda: f"de facto control (B42-B43) is judgement{_power(case)}"
    )


def _majority(case: Case, test: LegalTest, note: Told = "") -> Judgement:
    joint, company = case.joint("votes"), case.pair[1]
    return case.judged(
        test,
        partial(joint.held, company),
        partial(joint.chain, company),
        right="votes",
        verdict=joint.takes(company),
        note=note,
    )


def _power(case: Case) -> str:
    """Return in which part of the orders the holder decides, if all others are on their own.

    Weights are cut to ten-thousandths of the votes, which moves it by less than is printed.
    """
    company = case.pair[1]
    group = case.joint("votes").surely - {company}
    holdings = [one for one in case.votes.holders(company) if one.owner != company]
    ours = case.votes.held(group, company).low
    others = {one.owner: one.share.low for one in holdings if one.owner not in group}
    if not ours or ours + sum(others.values()) > 1:
        return ""
    # In the order of the holdings, so that all who hold alone are one game.
    members = [one.owner for one in holdings if one.owner in group]
    voters = [one.owner for one in holdings if one.owner in others or one.owner == members[0]]
    weights = tuple(round(others.get(one, ours) * _FINE) for one in voters)
    found = _shapley(weights)[voters.index(members[0])]
    return f"; Shapley-Shubik power about {per_cent(found, 1)}, the rest dispersed"


@lru_cache(maxsize=4_096)
def _shapley(weights: tuple[int, ...]) -> list[Fraction]:
    from kg.analytics.voting import VotingGame, indices, quota_of

    whole = max(_FINE, sum(weights))
    quota = quota_of(whole, Fraction(1, 2), strict=True)
    game = VotingGame(weights, quota, ocean=whole - sum(weights))
    return [one.shapley for one in indices(game, samples=10_000)]


def ias_28(case: Case) -> Judgement:
    """Say whether 20% of the votes presume significant influence."""
    joint, company = case.joint("votes"), case.pair[1]
    share = joint.held(company)
    note = "rebuttable" if share.high >= Fraction(1, 5) else "other signs may show it (28.6)"
    if joint.takes(company) is Certainty.certain:
        note = "a subsidiary: IFRS 10 goes before"
    return case.judged(IAS_28, share, partial(joint.chain, company), right="votes", note=note)


def weakest_link(case: Case) -> Judgement:
    """Say whether control rights reach 20%, with the cash flow rights beside them."""
    register, (holder, company) = case.votes, case.pair
    chains = cache(lambda: chains_between(register, holder, company))

    def share() -> Range:
        found = chains()
        return found.total if found.complete else found.at_least

    def note() -> str:
        found, flows = chains(), case.integrated("capital")
        open_ = "" if found.complete else "; chains left out, so a lower bound"
        return f"cash flow rights {flows}, wedge {found.total - flows}{open_}"

    def steps() -> list[str]:
        found = chains().chains
        more = [f"and {len(found) - _SHOWN} more chains"] if len(found) > _SHOWN else []
        return [
            f"{' > '.join(map(register.name, one.nodes))}: smallest link {one.smallest}"
            for one in found[:_SHOWN]
        ] + more

    enough = add_up_to(register, holder, company, WEAKEST_LINK.rule.threshold)
    return case.judged(
        WEAKEST_LINK,
        share,
        lambda: chains().stakes,
        right="votes",
        steps=steps,
        note=note,
        verdict=Certainty.certain if enough else None,
    )


ACCOUNTING = {
    STRICT_MAJORITY: strict_majority,
    IFRS_10: ifrs_10,
    IAS_28: ias_28,
    WEAKEST_LINK: weakest_link,
}

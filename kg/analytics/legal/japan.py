"""Japan's Companies Act: vetoes, special resolutions, and votes lost on mutual holdings.

Votes are those of the holder and of what it controls. The company's own shares have no votes
(art. 308(2)), nor have those of a holder of which the company, with its subsidiaries, has a
quarter of the votes (art. 308(1); Ordinance for Enforcement art. 67, which counts votes that are
themselves suspended): both are left out above and below the line. Where nobody else could vote
such a holder keeps its votes (art. 67(1)): a parent does not lose its own subsidiary.
"""

from fractions import Fraction
from functools import partial

from kg.analytics.joint import Rule
from kg.analytics.legal.case import Case
from kg.analytics.legal.judgement import VOTES, Judgement, LegalTest
from kg.analytics.ranges import Certainty, Range, per_cent
from kg.analytics.register import Holding

ACT = "Companies Act (Japan)"
QUARTER = Rule(Fraction(1, 4), strict=False)
LEAST_TURNOUT = Fraction(1, 3)  # articles may lower the quorum of a majority to this (309(2))

VETO = LegalTest(
    name="japan-veto",
    title="Certain veto on special resolutions",
    source=ACT,
    article="art. 309(2)",
    right=VOTES,
    rule=Rule(Fraction(1, 3), strict=True),
    method="votes of the holder and of all it controls, of all votes",
    yes="veto",
    no="no certain veto",
)
DE_FACTO_VETO = LegalTest(
    name="japan-de-facto-veto",
    title="Veto at a given turnout",
    source=ACT,
    article="art. 309(2)",
    right=VOTES,
    rule=Rule(Fraction(1, 3), strict=True),
    method="votes of the holder and of all it controls, of the votes present",
    yes="de facto veto",
    no="no veto at that turnout",
)
SPECIAL_RESOLUTION = LegalTest(
    name="japan-special-resolution",
    title="Special resolutions passed alone",
    source=ACT,
    article="art. 309(2)",
    right=VOTES,
    rule=Rule(Fraction(2, 3), strict=False),
    method="votes of the holder and of all it controls, of all votes",
    yes="passes special resolutions alone",
    no="cannot pass them alone at full turnout",
)
MUTUAL_HOLDING = LegalTest(
    name="japan-mutual-holding",
    title="Loss of votes on a mutual holding",
    source=ACT,
    article="art. 308(1)",
    right=VOTES,
    rule=QUARTER,
    method="votes that the company, with what it controls, has in the holder",
    yes="the holder's votes are suspended",
    no="the holder keeps its votes",
)


def veto(case: Case) -> Judgement:
    """Say whether the holder can block every special resolution, whoever comes."""
    share, steps = effective(case)
    return _judged(case, VETO, share, steps, _if_fewer_come(share))


def de_facto_veto(case: Case) -> Judgement:
    """Say whether the holder can block at the turnout given, or at any that can be."""
    share, steps = effective(case)
    if case.turnout is not None:
        present = Range(
            share.low / case.turnout.high, min(Fraction(1), share.high / case.turnout.low)
        )
        steps = [*steps, f"turnout {case.turnout}: {present} of the votes present"]
        return _judged(case, DE_FACTO_VETO, present, steps, f"turnout {case.turnout}")
    verdict = share.reaches(Fraction(1, 3), strict=True)
    if verdict is Certainty.impossible and share.high > LEAST_TURNOUT / 3:
        verdict = Certainty.possible
    note = _if_fewer_come(share) or "at every turnout"
    if verdict is Certainty.impossible:
        note = "not even at the least quorum, a third of the votes"
    return _judged(case, DE_FACTO_VETO, share, steps, note, verdict)


def special_resolution(case: Case) -> Judgement:
    """Say whether the holder passes special resolutions alone."""
    share, steps = effective(case)
    enough = min(Fraction(1), share.low * 3 / 2)
    note = f"passes them if turnout is {per_cent(enough)} or less" if 0 < enough < 1 else ""
    return _judged(case, SPECIAL_RESOLUTION, share, steps, note)


def mutual_holding(case: Case) -> Judgement:
    """Say whether the holder cannot vote its shares, since the company has a quarter of it."""
    holder, company = case.pair
    joint = case.joint("votes", company)
    share = joint.of_votes_cast(holder)
    stakes = joint.chain(holder) if share.high else []
    direct = case.votes.between(holder, company)
    note = "" if direct else "the holder has no direct votes to lose"
    resting = [*stakes, *([direct] if direct else [])]
    verdict = _unless_alone(QUARTER.met(share), nobody_else(case))
    if verdict is QUARTER.met(share):
        return case.judged(MUTUAL_HOLDING, share, resting, right="votes", note=note)
    said = f"{share} of the holder is enough, but nobody else could vote"
    if verdict is Certainty.possible:
        said = f"cannot tell: {share} of the holder is enough if anybody else could vote"
    return case.judged(
        MUTUAL_HOLDING, share, resting, right="votes", note=note, verdict=verdict, said=said
    )


def effective(case: Case) -> tuple[Range, list[str]]:
    """Return the holder's part of the votes that can be cast, and what was left out for it."""
    key = "effective", case.pair
    if key not in case.rights.kept:
        case.rights.kept[key] = _effective(case)
    found: tuple[Range, list[str]] = case.rights.kept[key]
    return found


def _effective(case: Case) -> tuple[Range, list[str]]:
    company = case.pair[1]
    joint = case.joint("votes")
    least, most = Fraction(0), Fraction(0)
    silent_least, silent_most = Fraction(0), Fraction(0)
    steps = []
    for one in case.votes.holders(company):
        silent = suspended(case, one)
        ours_surely, ours_perhaps = one.owner in joint.surely, one.owner in joint.perhaps
        if silent is not Certainty.impossible:
            steps.append(f"{case.votes.name(one.owner)}: votes {_silent(silent)} (art. 308)")
        # What is the holder's counts least where it is silent, most where it is not.
        if silent is Certainty.certain or (silent is Certainty.possible and ours_surely):
            silent_least += one.share.low
        if silent is Certainty.certain or (silent is Certainty.possible and not ours_surely):
            silent_most += one.share.high
        if ours_surely and silent is Certainty.impossible:
            least += one.share.low
        if ours_perhaps and silent is not Certainty.certain:
            most += one.share.high
    most = max(least, min(most, joint.held(company).high))
    low = least / (1 - silent_least) if silent_least < 1 else Fraction(0)
    high = min(Fraction(1), most / (1 - silent_most)) if silent_most < 1 else Fraction(most > 0)
    return Range(low, max(low, high)), steps


def suspended(case: Case, stake: Holding) -> Certainty:
    """Say whether a stake in the company cannot be voted: its own shares, or art. 308(1)."""
    if stake.owner == case.pair[1]:
        return Certainty.certain
    return _unless_alone(_mutual(case, stake), nobody_else(case))


def _mutual(case: Case, stake: Holding) -> Certainty:
    """Say whether the company has a quarter of one of its holders."""
    return QUARTER.met(case.joint("votes", case.pair[1]).of_votes_cast(stake.owner))


def nobody_else(case: Case) -> Certainty:
    """Say whether nobody has votes in the company but those of whom it has a quarter."""
    company = case.pair[1]
    key = "nobody else", company
    if key not in case.rights.kept:
        silent_least, silent_most, voting = Fraction(0), Fraction(0), False
        for one in case.votes.holders(company):
            own = one.owner == company
            mutual = Certainty.certain if own else _mutual(case, one)
            if mutual is Certainty.certain:
                silent_least += one.share.low
            if mutual is not Certainty.impossible:
                silent_most += one.share.high
            elif one.share.low:
                voting = True
        found = Certainty.certain if silent_least >= 1 else Certainty.possible
        if voting or silent_most < 1:
            found = Certainty.impossible
        case.rights.kept[key] = found
    kept: Certainty = case.rights.kept[key]
    return kept


def _unless_alone(mutual: Certainty, alone: Certainty) -> Certainty:
    """Return what is left of a suspension where nobody else may be there to vote."""
    if mutual is Certainty.impossible or alone is Certainty.certain:
        return Certainty.impossible
    return mutual if alone is Certainty.impossible else Certainty.possible


def _silent(silent: Certainty) -> str:
    return "suspended" if silent is Certainty.certain else "possibly suspended"


def _if_fewer_come(share: Range) -> str:
    """Return the turnout below which a share blocks; only where it does not block anyway."""
    if not share.high or share.low > Fraction(1, 3):
        return ""
    surely = f"de facto veto if turnout < {per_cent(share.low * 3)}" if share.low else ""
    return surely or f"de facto veto at most if turnout < {per_cent(share.high * 3)}"


def _judged(
    case: Case,
    test: LegalTest,
    share: Range,
    steps: list[str],
    note: str,
    verdict: Certainty | None = None,
) -> Judgement:
    stakes = partial(case.joint("votes").chain, case.pair[1])
    return case.judged(test, share, stakes, right="votes", steps=steps, note=note, verdict=verdict)


JAPAN = {
    VETO: veto,
    DE_FACTO_VETO: de_facto_veto,
    SPECIAL_RESOLUTION: special_resolution,
    MUTUAL_HOLDING: mutual_holding,
}

"""Beneficial owners: the European and British rules, and the three tests that practice knows.

They disagree on one and the same chain, so each has its name. All are written for natural persons;
whether the holder is one is for the reader to judge.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import partial

from kg.analytics.joint import MAJORITY, Joint, Rule
from kg.analytics.legal.case import Case, Rests
from kg.analytics.legal.chains import last_links, linked
from kg.analytics.legal.judgement import CAPITAL, EITHER, Judgement, LegalTest
from kg.analytics.legal.levels import Levels, apart, levels
from kg.analytics.ranges import NOTHING, Certainty, Range, both, either
from kg.analytics.register import Holding, Register
from kg.analytics.stakes import VOTES

AMLR = "Regulation (EU) 2024/1624 (AMLR)"
PRACTICE = "EBA Q&A 2022_6622"
QUARTER_OR_MORE = Rule(Fraction(1, 4), strict=False)
ABOVE_QUARTER = Rule(Fraction(1, 4), strict=True)

AMLR_52 = LegalTest(
    name="amlr-52-ownership",
    title="Beneficial owner by ownership interest",
    source=AMLR,
    article="art. 52",
    right=EITHER,
    rule=QUARTER_OR_MORE,
    method="multiply along each chain, add the chains",
    yes="beneficial owner by ownership",
    no="no ownership interest",
)
AMLR_53 = LegalTest(
    name="amlr-53-control",
    title="Beneficial owner by control",
    source=AMLR,
    article="art. 53",
    right=EITHER,
    rule=MAJORITY,
    method="50% plus one at each level, jointly with what is controlled",
    yes="beneficial owner by control",
    no="no control by shares or votes",
)
AMLR_54 = LegalTest(
    name="amlr-54-mixed",
    title="Ownership and control in different layers",
    source=AMLR,
    article="art. 54",
    right=EITHER,
    rule=QUARTER_OR_MORE,
    method="25% held by companies the holder controls, or 25% of a company that controls it",
    yes="beneficial owner through a mixed chain",
    no="no mixed chain",
)
UK_PSC = LegalTest(
    name="uk-psc",
    title="Person with significant control, shares or votes",
    source="Companies Act 2006 (UK)",
    article="Schedule 1A, paragraphs 2, 3, 18",
    right=EITHER,
    rule=ABOVE_QUARTER,
    method="whole stakes at the end of chains of majority stakes, added; nothing is multiplied",
    yes="person with significant control",
    no="not by shares or votes",
)
MULTIPLICATION = LegalTest(
    name="owner-by-multiplication",
    title="Beneficial owner, multiplication",
    source=PRACTICE,
    article="multiplication",
    right=CAPITAL,
    rule=ABOVE_QUARTER,
    method="multiply along each chain, add the chains",
    yes="owner",
    no="not owner",
)
ROLLING = LegalTest(
    name="owner-by-rolling",
    title="Beneficial owner, rolling threshold",
    source=PRACTICE,
    article="rolling threshold",
    right=CAPITAL,
    rule=ABOVE_QUARTER,
    method="a chain of which every link is above the threshold",
    yes="owner",
    no="not owner",
)
DOMINANCE = LegalTest(
    name="owner-by-dominance",
    title="Beneficial owner, dominance",
    source=PRACTICE,
    article="dominance",
    right=CAPITAL,
    rule=ABOVE_QUARTER,
    method="a chain of majorities whose last link is above the threshold",
    yes="owner",
    no="not owner",
)

# What a rule measures by one right: the share, the stakes it rests on, how certain it is.
Measured = tuple[Range, Rests, Certainty]


def amlr_52(case: Case) -> Judgement:
    """Say whether a quarter is the holder's by multiplied and added chains."""
    return _by_either(case, AMLR_52, lambda one, right: _multiplied(one, right, QUARTER_OR_MORE))


def amlr_53(case: Case) -> Judgement:
    """Say whether the holder has half plus one of shares or votes, 53(2)(c) and 53(3)(a)."""
    note = "control by other means (53(3)(b)-(d), 53(4)) is not judged"
    found = _by_either(case, AMLR_53, _controlled, note)
    return max([found, *_level_by_level(case, note)], key=lambda one: _order(one.verdict))


def amlr_54(case: Case) -> Judgement:
    """Say whether ownership and control meet in different layers."""
    return _by_either(case, AMLR_54, _mixed)


def uk_psc(case: Case) -> Judgement:
    """Say whether the holder has more than a quarter, directly or below chains of majorities."""
    found = _by_either(case, UK_PSC, _below_majorities)
    return replace(found, told=_band(found.share))


def multiplication(case: Case) -> Judgement:
    """Say whether more than a quarter is the holder's by multiplied and added chains."""
    return _found(case, MULTIPLICATION, _multiplied(case, "capital", ABOVE_QUARTER), "capital")


def rolling(case: Case) -> Judgement:
    """Say whether a chain leads from holder to company with each link above a quarter."""
    return _found(case, ROLLING, _best_chain(case, ABOVE_QUARTER), "capital")


def dominance(case: Case) -> Judgement:
    """Say whether a chain of majorities ends in a stake above a quarter."""
    return _found(case, DOMINANCE, _best_chain(case, MAJORITY), "capital")


def _by_either(
    case: Case, test: LegalTest, measure: Callable[[Case, str], Measured], note: str = ""
) -> Judgement:
    """Return what a rule finds by capital or by votes, whichever says more."""
    rights = ("capital",) if case.votes is case.capital else ("capital", "votes")
    found = {right: measure(case, right) for right in rights}
    verdict = either(*(one[2] for one in found.values()))
    right = max(found, key=lambda one: _rank(found[one]))
    return _found(case, test, (*found[right][:2], verdict), right, note)


def _order(verdict: Certainty) -> int:
    return (Certainty.impossible, Certainty.possible, Certainty.certain).index(verdict)


def _level_by_level(case: Case, note: str) -> list[Judgement]:
    """Return what art. 53 finds where shares count at one level and votes at the next."""
    if not apart(case):
        return []
    found, company = levels(case), case.pair[1]
    held = {
        right: _last(_register(case, right), found, frozenset({company}), company)
        for right in ("capital", "votes")
    }
    right = max(held, key=lambda one: (held[one].low, held[one].high))
    measured = held[right], found.chain(company), found.takes(company)
    return [_found(case, AMLR_53, measured, right, note)]


def _last(
    register: Register, control: "Joint | Levels", without: frozenset[int], company: int
) -> Range:
    """Return what is held of a company by all that one controls, but for some."""
    surely = last_links(register, control.surely - without, company)
    perhaps = last_links(register, control.perhaps - without, company)
    return Range(surely.low, max(surely.low, perhaps.high))


def _rank(measured: Measured) -> tuple[int, Fraction, Fraction]:
    """Order by how certain it is, then by share; `max` takes capital where both are equal."""
    share, _, verdict = measured
    return _order(verdict), share.low, share.high


def _found(
    case: Case, test: LegalTest, measured: Measured, right: str, note: str = ""
) -> Judgement:
    share, stakes, verdict = measured
    return case.judged(test, share, stakes, right=right, verdict=verdict, note=note)


def _register(case: Case, right: str) -> Register:
    return case.votes if right == "votes" else case.capital


def _multiplied(case: Case, right: str, rule: Rule) -> Measured:
    share = case.integrated(right)
    met = share.reaches(rule.threshold, strict=rule.strict)
    return share, partial(all_between, _register(case, right), *case.pair), met


def all_between(register: Register, holder: int, company: int) -> list[Holding]:
    """Return every stake on a chain from holder to company, company last."""
    below = _closure([holder], lambda node: [one.owned for one in register.portfolio(node)])
    seen, stack, found = {company}, [company], []
    while stack:
        node = stack.pop()
        for one in register.holders(node):
            if one.owner in below and node != holder:
                found.append(one)
                if one.owner not in seen:
                    seen.add(one.owner)
                    stack.append(one.owner)
    return found[::-1]


def _closure(start: list[int], following: Callable[[int], list[int]]) -> set[int]:
    seen, stack = set(start), list(start)
    while stack:
        for node in following(stack.pop()):
            if node not in seen:
                seen.add(node)
                stack.append(node)
    return seen


def _controlled(case: Case, right: str) -> Measured:
    joint, company = case.joint(right), case.pair[1]
    return joint.held(company), partial(joint.chain, company), joint.takes(company)


def _mixed(case: Case, right: str) -> Measured:
    """Measure art. 54 (a) and (b) and return the one that says more.

    (a) what companies that the holder controls hold of the company; (b) what the holder has,
    multiplied and added, of a company that controls it.
    """
    return max([_held_by_controlled(case, right), *_controllers(case, right)], key=_rank)


def _held_by_controlled(case: Case, right: str) -> Measured:
    holder, company = case.pair
    control = levels(case) if apart(case) else case.joint(right)
    register = _register(case, right)
    share = _last(register, control, frozenset({holder}), company)
    members = control.perhaps - {holder, company}
    ends = [one for one in register.holders(company) if one.owner in members]
    stakes = [stake for one in ends for stake in (*control.chain(one.owner), one)]
    return share, list(dict.fromkeys(stakes)), share.reaches(Fraction(1, 4), strict=False)


def _controllers(case: Case, right: str) -> list[Measured]:
    """Return what the holder has of each direct or higher controller of the company."""
    register, (holder, company) = _register(case, right), case.pair
    registers = (case.capital, case.votes) if apart(case) else (register,)
    above = _closure(
        [company], lambda node: [one.owner for of in registers for one in of.holders(node)]
    )
    found: list[Measured] = []
    for node in sorted(above - {holder, company}):
        control = levels(case, node) if apart(case) else case.joint(right, node)
        takes = control.takes(company)
        if takes is Certainty.impossible:
            continue
        interest = case.integrated(right, holder, node)
        verdict = both(QUARTER_OR_MORE.met(interest), takes)
        if verdict is not Certainty.impossible:
            direct = register.between(holder, node)
            stakes = [*([direct] if direct else []), *control.chain(company)]
            found.append((interest, stakes, verdict))
    return found


def _below_majorities(case: Case, right: str) -> Measured:
    """Measure whole stakes of the holder and of what chains of majority stakes lead to.

    Majority stakes are majorities of votes, whatever is counted at the end.
    """
    register, (holder, company) = _register(case, right), case.pair
    chains = linked(case.votes, holder, MAJORITY, company)
    surely = register.held({holder, *chains.certain} - {company}, company)
    perhaps = register.held({holder, *chains.possible} - {company}, company)
    voting = 1 - _own_votes(register, company)  # the company's own rights are disregarded
    share = Range(surely.low / voting, max(surely.low, perhaps.high) / voting)
    stakes: list[Holding] = []
    for one in register.holders(company):
        if one.owner == holder or one.owner in chains.possible:
            stakes += [*chains.chain(one.owner), one]
    return share, list(dict.fromkeys(stakes)), share.reaches(Fraction(1, 4), strict=True)


def _own_votes(register: Register, company: int) -> Fraction:
    """Return the part of the votes that a company surely holds in itself; of capital nothing."""
    own = register.between(company, company)
    votes = register.stakes.right_in(company) == VOTES
    return own.share.low if own and votes and own.share.low < 1 else Fraction(0)


def _band(share: Range) -> str:
    """Return the band that the register asks for, where one is certain."""
    bands = [
        (Fraction(3, 4), False, "75% or more"),
        (Fraction(1, 2), True, "more than 50% but less than 75%"),
        (Fraction(1, 4), True, "more than 25% but not more than 50%"),
    ]
    for threshold, strict, text in bands:
        verdict = share.reaches(threshold, strict=strict)
        if verdict is not Certainty.impossible:
            return text if verdict is Certainty.certain else ""
    return ""


def _best_chain(case: Case, rule: Rule) -> Measured:
    """Return the chain that ends in the largest stake, its upper links each meeting a rule."""
    register, (holder, company) = case.capital, case.pair
    chains = linked(register, holder, rule, company)
    found: list[Measured] = [(NOTHING, [], Certainty.impossible)]
    for one in register.holders(company):
        if one.owner == holder or one.owner in chains.possible:
            share = register.held([one.owner], company)
            met = share.reaches(Fraction(1, 4), strict=True)
            above = one.owner == holder or one.owner in chains.certain
            verdict = met if above or met is Certainty.impossible else Certainty.possible
            found.append((share, [*chains.chain(one.owner), one], verdict))
    return max(found, key=_rank)


OWNERS = {
    AMLR_52: amlr_52,
    AMLR_53: amlr_53,
    AMLR_54: amlr_54,
    UK_PSC: uk_psc,
    MULTIPLICATION: multiplication,
    ROLLING: rolling,
    DOMINANCE: dominance,
}

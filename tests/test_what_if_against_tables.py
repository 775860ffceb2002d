"""What a what-if tells is what two tables tell: as it is, and written anew with the edits."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics.cells import Findings
from kg.analytics.consequences import World, what_if
from kg.analytics.control_pairs import control
from kg.analytics.edits import StakeEdit
from kg.analytics.legal import judge
from kg.analytics.legal.case import Case
from kg.analytics.markets import MarketShare, hhi
from kg.analytics.merging import Pairs, merge
from kg.analytics.ranges import Certainty, Range
from kg.errors import ParameterError

NAMES = "abcde"
NONE = (Fraction(0), Fraction(0))


def world(written):
    """Return the world of a table: capital and votes of each owner and company, None if empty."""
    pairs = Pairs()
    for row, ((owner, owned), (capital, votes)) in enumerate(written.items(), 2):
        pairs.add(row, owner, owned, capital, votes)
    for one, other in pairwise(NAMES):
        pairs.mention(one, other)
    capital, votes = merge(pairs, Findings())
    shares = [MarketShare(company=one, share=Range.of(Fraction(1, 5))) for one in NAMES]
    return World(capital=capital, votes=votes, markets={"m": shares})


def rewritten(written, edits):
    """Return the table as somebody would write it who makes the edits by hand."""
    after = {pair: list(said) for pair, said in written.items()}
    for one in edits:
        pair, share = (one.owner, one.owned), (one.share.low, one.share.high)
        capital, votes = after.setdefault(pair, [NONE, None])
        if one.kind == "drop" and one.rights == ("capital", "votes"):
            del after[pair]
            continue
        if one.kind == "drop":
            share = NONE
        if "capital" in one.rights:
            after[pair][0] = plus(capital, share) if one.kind == "add" else share
        if one.rights == ("votes",) or (votes is not None and "votes" in one.rights):
            after[pair][1] = plus(votes or NONE, share) if one.kind == "add" else share
    return after


def plus(one, other):
    return tuple(min(Fraction(1), end + more) for end, more in zip(one, other, strict=True))


def spans(most=60):
    ends = st.tuples(st.integers(1, most), st.sampled_from([0, 0, 0, 15]))
    return ends.map(lambda one: (Fraction(one[0], 100), Fraction(one[0] + one[1], 100)))


@st.composite
def tables(draw):
    ends = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))
    pairs = draw(st.lists(ends, min_size=3, max_size=9, unique=True))
    return {pair: (draw(spans()), draw(st.none() | st.just(NONE) | spans())) for pair in pairs}


@st.composite
def stake_edits(draw):
    owner, owned = draw(st.lists(st.sampled_from(NAMES + "z"), min_size=2, max_size=2, unique=True))
    return StakeEdit(
        kind=draw(st.sampled_from(["set", "add", "drop"])),
        owner=owner,
        owned=owned,
        share=Range(*draw(spans())),
        rights=draw(st.sampled_from([("capital", "votes"), ("capital",), ("votes",)])),
    )


def facts(of):
    """Return what a world knows of each pair by each right, and where capital stands in."""
    rights, found = of.rights, {}
    for right, register in (("capital", rights.capital), ("votes", rights.votes)):
        stakes = register.stakes
        for row in stakes.rows():
            pair = stakes.names[row.owner], stakes.names[row.owned]
            share = stakes.fraction(row.low), stakes.fraction(row.high)
            if row.high:
                stands_in = right == "votes" and (row.owner, row.owned) in rights.standing_in
                found[right, *pair] = share, stands_in, stakes.right_in(row.owned)
    return found


def controlled(of):
    return {(one.controller, one.controlled): one.certainty for one in control(of.register.stakes)}


def verdicts(of):
    known = [one for one in (*NAMES, "z") if one in of.register]
    return {
        (one.test.name, holder, company): one.verdict
        for holder in known
        for company in known
        if holder != company
        for one in judge(Case(of.rights, holder, company))
    }


@given(tables(), st.lists(stake_edits(), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_it_is_as_if_the_table_were_written_anew(written, edits):
    before = world(written)
    try:
        after = before.after(edits)
        found = what_if(before, edits)
    except ParameterError:
        return
    anew = world(rewritten(written, edits))
    assert facts(after) == facts(anew)
    told = {(one.kind, one.subject): one for one in found.differences}
    was, now = controlled(before), controlled(anew)
    for pair in {*was, *now}:
        if was.get(pair) != now.get(pair):
            one = told["control", f"{pair[0]} > {pair[1]}"]
            said = [each and each.partition(":")[0] for each in (one.before, one.after)]
            assert said == [was.get(pair), now.get(pair)]
    for (kind, subject), one in told.items():
        assert kind != "control" or one.before != one.after, subject
    were, are = verdicts(before), verdicts(anew)
    for name, holder, company in {*were, *are}:
        subject = f"{name}: {holder} > {company}"
        if (holder, company) in between(before, edits) | between(anew, edits):
            was, now = (each.get((name, holder, company)) for each in (were, are))
            no = Certainty.impossible
            assert ((was or no) is not (now or no)) == (("legal test", subject) in told), subject
    if not any(over(of) for of in (before, anew)):
        merged = [hhi(of.markets["m"], groups(of)).value for of in (before, anew)]
        subject = "concentration", "m: HHI, companies under one control merged"
        assert (merged[0] != merged[1]) == (subject in told)


def between(of, edits):
    """Return holders above and companies below an edited one, by votes or capital."""
    below = {name: {name} for name in (*NAMES, "z")}
    for _ in below:
        for _, owner, owned in facts(of):
            for reached in below.values():
                reached |= {owned} if owner in reached else set()
    return {
        (holder, company)
        for one in edits
        for holder in below
        if one.owned in below[holder]
        for company in below[one.owned]
    }


def over(of):
    """Say whether more than all votes of a company are held."""
    sums = {}
    for (right, _, owned), ((low, _), *_) in facts(of).items():
        sums[right, owned] = sums.get((right, owned), 0) + low
    return max(sums.values(), default=0) > 1


def groups(of):
    """Return companies under one control, each group by its first: control is a forest."""
    links = [pair for pair, certainty in controlled(of).items() if certainty == "certain"]
    found = {name: name for name in (*NAMES, "z")}
    for _ in found:
        for pair in links:
            first = min(found[one] for one in pair)
            found |= dict.fromkeys(pair, first)
    return found

"""Verdicts that are told to be the same in two worlds are those of judging in both."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics.consequences import World
from kg.analytics.edits import StakeEdit
from kg.analytics.legal import TESTS, judge
from kg.analytics.legal.case import Case
from kg.analytics.legal.untouched import Untouched
from kg.analytics.ranges import Range
from kg.analytics.stakes import from_rows
from kg.errors import ParameterError

NAMES = "abcdef"
SHARES = [Fraction(part, 100) for part in (3, 10, 20, 25, 26, 34, 50, 51, 60, 75)]


@st.composite
def stakes(draw, right):
    """Draw stakes, some of them ranges or in their own company, up to all of each company."""
    rows = []
    for owned in NAMES:
        free = Fraction(1)
        for owner in draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4)):
            low, more = draw(st.sampled_from(SHARES)), draw(st.sampled_from([0, 0, 0, 15]))
            if low <= free:
                free -= low
                high = min(Fraction(1), low + Fraction(more, 100))
                rows.append((owner, owned, (low, high)))
    return from_rows(rows or [("a", "b", "1%")], right=right)


@st.composite
def edits(draw):
    owner, owned = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=2, unique=True))
    low = draw(st.sampled_from(SHARES))
    high = draw(st.sampled_from([low, low, min(Fraction(1), low + Fraction(1, 10))]))
    rights = draw(st.sampled_from([("capital", "votes"), ("capital",), ("votes",)]))
    kind = draw(st.sampled_from(["set", "set", "drop"]))
    return StakeEdit(kind=kind, owner=owner, owned=owned, share=Range(low, high), rights=rights)


@given(stakes("capital"), st.none() | stakes("votes"), st.lists(edits(), min_size=1, max_size=2))
@settings(max_examples=80, deadline=None)
def test_what_is_told_to_be_untouched_has_one_verdict(capital, votes, made):
    before = World(capital=capital, votes=votes)
    try:
        after = before.after(made)
    except ParameterError:
        return
    untouched = Untouched(before.rights, after.rights, [one.owned for one in made])
    for holder in before.register.names:
        for company in before.register.names:
            if holder == company:
                continue
            pair = before.register.node(holder), before.register.node(company)
            was, now = (judge(Case(one.rights, holder, company)) for one in (before, after))
            for one, other in zip(was, now, strict=True):
                if untouched.same(one.test, pair):
                    assert one.verdict is other.verdict, (one.test.name, holder, company)


def test_only_chains_of_links_are_judged_again_where_a_link_came_up_elsewhere():
    world = World(capital=from_rows([("a", "b", "40%"), ("c", "d", "30%")]))
    after = world.after([StakeEdit(kind="set", owner="a", owned="b", share=Range.of(Fraction(1)))])
    untouched = Untouched(world.rights, after.rights, ["b"])
    pair = world.register.node("c"), world.register.node("d")
    left = [name for name, test in TESTS.items() if not untouched.same(test, pair)]
    assert left == ["uk-psc", "owner-by-dominance"]


@pytest.mark.parametrize("name", sorted(TESTS))
def test_what_changes_is_not_told_to_be_the_same(name):
    world = World(capital=from_rows([("a", "b", "10%"), ("b", "a", "10%")]))
    edits_ = [
        StakeEdit(kind="set", owner=one, owned=other, share=Range.of(Fraction(9, 10)))
        for one, other in ("ab", "ba")
    ]
    untouched = Untouched(world.rights, world.after(edits_).rights, ["a", "b"])
    pair = world.register.node("a"), world.register.node("b")
    was, now = (
        judge(Case(one.rights, "a", "b"), [TESTS[name]])[0].verdict
        for one in (world, world.after(edits_))
    )
    assert untouched.same(TESTS[name], pair) <= (was is now)

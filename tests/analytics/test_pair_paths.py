"""Path products of one pair against all simple paths counted one by one."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics.chains import MOST_CHAINS, add_up_to, chains_between
from kg.analytics.legal import legal_tests
from kg.analytics.legal.case import IntegratedShares
from kg.analytics.linked import close_links
from kg.analytics.pair_paths import PairPaths
from kg.analytics.register import Register
from kg.analytics.stakes import from_rows
from tests.test_ownership_referee import NODES, WHOLE, networks, stakes_of

FIFTH = Fraction(1, 5)


def by_paths(columns, owner, company):
    def walked(node, path):
        total = Fraction()
        for one, parts in columns.get(node, {}).items():
            if one == owner:
                total += Fraction(parts, WHOLE)
            elif one not in path:
                total += Fraction(parts, WHOLE) * walked(one, path | {one})
        return total

    return walked(company, frozenset((company,)))


@given(networks(most=26), networks(most=8), st.sampled_from([Fraction(1, 20), FIFTH, Fraction(1)]))
@settings(max_examples=150)
def test_bounds_hold_and_are_on_one_side_of_the_threshold(low, more, threshold):
    high = {j: dict(low.get(j, {})) for j in {*low, *more}}
    for j, column in more.items():
        for i, parts in column.items():
            high[j][i] = high[j].get(i, 0) + parts
    stakes = stakes_of(low, high)
    paths = PairPaths(stakes, IntegratedShares(Register(stakes)).share)
    for owner in range(NODES):
        for company in set(range(NODES)) - {owner}:
            found = paths.share(owner, company, threshold)
            least, most = by_paths(low, owner, company), by_paths(high, owner, company)
            assert found.low <= least
            assert (found.low >= threshold) == (least >= threshold)
            if found.high < threshold:
                assert most < threshold
            if least >= threshold and low == high:
                assert least <= found.high


@given(networks())
@settings(max_examples=100)
def test_the_legal_test_is_that_of_all_close_links(columns):
    stakes = stakes_of(columns)
    linked = close_links(stakes, "path-product").pairs()
    for one in range(NODES):
        for other in range(one):
            ends = stakes.names[other], stakes.names[one]
            (found,) = legal_tests(stakes, *ends, tests=["close-links-path-product"])
            assert (found.answer == "yes") == (tuple(sorted(ends)) in linked)


@pytest.fixture(scope="module")
def entangled():
    """Return stakes of twenty companies in each other, some 80% of each."""
    dice = random.Random(3)
    return from_rows(
        (f"n{owner}", f"n{owned}", f"{dice.randint(1000, 7400) / 1000}%")
        for owner in range(20)
        for owned in range(20)
        if owner != owned
    )


def test_paths_beyond_counting_are_bounded(entangled):
    register = Register(entangled)
    integrated = IntegratedShares(register).share
    paths = PairPaths(entangled, integrated)
    for company in range(1, 20):
        found, direct = paths.share(0, company, FIFTH), register.between(0, company)
        assert found.low <= integrated(0, company).low
        assert found.high >= direct.share.low


@given(networks(), st.integers(1, WHOLE))
@settings(max_examples=100)
def test_smallest_links_add_up_as_all_chains_do(columns, parts):
    register, threshold = Register(stakes_of(columns)), Fraction(parts, WHOLE)
    for holder in range(NODES):
        for company in set(range(NODES)) - {holder}:
            chains = chains_between(register, holder, company)
            assert chains.complete
            enough = chains.total.low >= threshold
            assert add_up_to(register, holder, company, threshold) == enough


def test_chains_beyond_counting_are_the_widest_and_a_lower_bound(entangled):
    found = chains_between(Register(entangled), 0, 1)
    assert (len(found.chains), found.complete) == (MOST_CHAINS, False)
    (judged,) = legal_tests(entangled, "n0", "n1", tests=["weakest-link"])
    assert (judged.answer, judged.share.low) == ("yes", found.total.low)
    assert "chains left out, so a lower bound" in judged.note
    assert judged.proof.steps[-2] == f"and {MOST_CHAINS - 20} more chains"

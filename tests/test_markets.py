from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics.markets import MarketShare, hhi, merge, mhhi
from kg.analytics.ranges import Range
from kg.errors import ParameterError


def market(**shares):
    return [
        MarketShare(company=name, share=share if isinstance(share, Range) else per_cent(share))
        for name, share in shares.items()
    ]


def per_cent(low, high=None):
    return Range(Fraction(low) / 100, Fraction(low if high is None else high) / 100)


def held(**holders):
    """Return who holds how much of each company, in per cent: a={"fund": 10}."""
    return {
        company: {one: per_cent(share) for one, share in of.items()}
        for company, of in holders.items()
    }


def ends(found):
    return found.value.low, found.value.high


def test_hhi_of_a_whole_market():
    assert ends(hhi(market(a=50, b=30, c=20))) == (3800, 3800)


def test_merging_a_group_raises_it_by_twice_the_product():
    shares = market(a=50, b=30, c=20)
    merged = hhi(shares, {"b": "alliance", "c": "alliance"})
    assert ends(merged) == (5000, 5000)
    assert merged.value.low - hhi(shares).value.low == 2 * 30 * 20


def test_a_rest_that_nobody_named_makes_an_interval():
    found = hhi(market(a=40, b=30))
    assert ends(found) == (2500, 2500 + 30 * 30)
    assert any(step.startswith("rest 30%") for step in found.proof.steps)


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=4), st.data()
)
def test_the_interval_holds_every_market_and_no_wider_one(bounds, data):
    shares = [Range(Fraction(a, 100), Fraction(min(100, a + b), 100)) for a, b in bounds]
    if sum(one.low for one in shares) > 1:
        return
    found = hhi([MarketShare(company=str(n), share=one) for n, one in enumerate(shares)])
    left = 100 - sum(int(one.low * 100) for one in shares)
    drawn = []
    for one in shares:
        more = data.draw(st.integers(0, min(left, int((one.high - one.low) * 100))))
        left -= more
        drawn.append(int(one.low * 100) + more)
    rest = data.draw(st.integers(0, left))  # one firm; what is left of it countless ones
    value = sum(share**2 for share in drawn) + rest**2
    assert found.value.low <= value <= found.value.high


def test_the_upper_end_is_reached():
    # a 10-40, b 10-40, nothing else known: the worst is one firm of 80%, both at their least.
    shares = [MarketShare(company=name, share=per_cent(10, 40)) for name in "ab"]
    best = max(a**2 + b**2 + (100 - a - b) ** 2 for a, b in product(range(10, 41), repeat=2))
    assert hhi(shares).value.high == best == 80**2 + 2 * 10**2


def test_many_ranges_have_a_bound_that_is_wide_but_true():
    shares = [MarketShare(company=str(n), share=per_cent(5, 8)) for n in range(12)]
    found = hhi(shares)
    assert found.value.low == 12 * 25
    assert 12 * 25 + 40**2 <= found.value.high <= 10_000


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ([], "one company at least"),
        (market(a=60, b=50), "sum to 110%"),
        ([*market(a=50), *market(a=20)], "'a' has 2 shares"),
    ],
    ids=["empty", "above 100%", "twice"],
)
def test_markets_that_are_none_are_refused(shares, message):
    with pytest.raises(ParameterError, match=message):
        hhi(shares)


def test_identical_owners_make_a_duopoly_a_monopoly():
    same = held(a={"x": 50, "y": 50}, b={"x": 50, "y": 50})
    whole, delta = mhhi(market(a=50, b=50), same)
    assert (ends(whole), ends(delta)) == ((10_000, 10_000), (5000, 5000))
    apart = held(a={"x": 100}, b={"y": 100})
    whole, delta = mhhi(market(a=50, b=50), apart)
    assert (ends(whole), ends(delta)) == ((5000, 5000), (0, 0))


def dense(shares, beta, gamma):
    """Return MHHI by the formula of O'Brien & Salop over dense matrices: firms, then holders."""
    weights = np.einsum("ji,ki->jk", gamma, beta)
    return float(np.einsum("j,k,jk->", shares, shares, weights / np.diag(weights)[:, None])) * 1e4


def rights(matrix):
    return {
        f"f{j}": {str(i): per_cent(int(share)) for i, share in enumerate(row)}
        for j, row in enumerate(matrix)
    }


@settings(max_examples=100)
@given(st.integers(0, 2**32 - 1))
def test_mhhi_equals_the_dense_formula(seed):
    random = np.random.default_rng(seed)
    firms, holders = random.integers(2, 6), random.integers(1, 6)
    shares = random.integers(1, 20, firms)
    beta, gamma = random.integers(1, 20, (2, firms, holders))
    found, delta = mhhi(
        market(**{f"f{n}": int(share) for n, share in enumerate(shares)}),
        {
            f"f{j}": {str(i): per_cent(int(beta[j, i])) for i in range(holders)}
            for j in range(firms)
        },
        {
            f"f{j}": {str(i): per_cent(int(gamma[j, i])) for i in range(holders)}
            for j in range(firms)
        },
    )
    expected = dense(shares / 100, beta / 100, gamma / 100)
    assert float(found.value.low) == pytest.approx(expected)
    rest = 1e4 * (1 - shares.sum() / 100) ** 2
    assert float(found.value.high) == pytest.approx(expected + rest)
    assert float(delta.value.low) == pytest.approx(
        expected - 1e4 * float((shares / 100) @ (shares / 100))
    )


def test_companies_whose_holders_nobody_named_have_none_in_common():
    _, delta = mhhi(market(a=50, b=50), held(a={"x": 30}))
    assert ends(delta) == (0, 0)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_ranges_of_stakes_bound_the_delta(seed):
    random = np.random.default_rng(seed)
    low = random.integers(1, 20, (2, 3))
    high = low + random.integers(0, 6, (2, 3))
    true = random.integers(low, high + 1)
    shares = market(a=50, b=50)

    def table(least, most):
        return {
            name: {str(i): per_cent(int(least[j, i]), int(most[j, i])) for i in range(3)}
            for j, name in enumerate("ab")
        }

    _, bounds = mhhi(shares, table(low, high))
    _, exact = mhhi(shares, table(true, true))
    assert bounds.value.low <= exact.value.low <= bounds.value.high


def test_a_delta_without_upper_bound_is_refused():
    with pytest.raises(ParameterError, match="no upper bound"):
        mhhi(market(a=50, b=50), {"a": {"x": per_cent(0, 100)}, "b": {"x": per_cent(10)}})


def test_merged_companies_keep_their_claims():
    shares = [
        MarketShare(company=name, share=per_cent(share), claims=(f"claim {name}",))
        for name, share in (("a", 10), ("b", 20))
    ]
    (one,) = merge(shares, {"a": "g", "b": "g"})
    assert (one.company, one.claims) == ("g", ("claim a", "claim b"))
    assert hhi(shares).to_json()["claims"] == ["claim b", "claim a"]


def test_control_that_is_not_given_of_a_company_is_its_cash_flow():
    held = {one: {"x": Range.of(Fraction(1, 2))} for one in "ab"}
    for control in ({}, {"a": {"x": Range.of(Fraction(1, 2))}}):
        assert mhhi(market(a=50, b=50), held, control)[1].value.low == 5000


def test_own_shares_are_no_common_owner():
    held = {one: {"x": Range.of(Fraction(1, 2)), one: Range.of(Fraction(1, 5))} for one in "ab"}
    assert mhhi(market(a=50, b=50), held)[1].value.low == 5000

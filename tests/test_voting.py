from fractions import Fraction
from itertools import chain, combinations, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics import from_rows, power
from kg.analytics.coalitions import oceanic_listed, swings_listed
from kg.analytics.voting import (
    VotingGame,
    bounds,
    indices,
    minimal_winning,
    quota_of,
)
from kg.analytics.voting import swings as voting_swings
from kg.errors import ParameterError

THIRD = Fraction(1, 3)


@st.composite
def games(draw, most=6):
    weights = tuple(draw(st.lists(st.integers(0, 12), min_size=1, max_size=most)))
    if not sum(weights):
        weights = (1, *weights)
    return VotingGame(weights, draw(st.integers(1, sum(weights))))


def subsets(members):
    members = list(members)
    return chain.from_iterable(combinations(members, size) for size in range(len(members) + 1))


def weight(game, coalition):
    return sum(game.weights[voter] for voter in coalition)


def swings(game, voter):
    others = set(range(len(game.weights))) - {voter}
    return sum(
        weight(game, one) < game.quota <= weight(game, one) + game.weights[voter]
        for one in subsets(others)
    )


def pivots(game, voter):
    found = 0
    for order in permutations(range(len(game.weights))):
        before = weight(game, order[: order.index(voter)])
        found += before < game.quota <= before + game.weights[voter]
    return Fraction(found, factorial(len(game.weights)))


@pytest.mark.parametrize(
    ("weights", "quota", "normalised"),
    [
        ((4, 3, 2, 1), 6, ["5/12", "1/4", "1/4", "1/12"]),
        ((50, 49, 1), 51, ["3/5", "1/5", "1/5"]),
        ((51, 49), 51, ["1", "0"]),
        ((1, 1, 1), 3, ["1/3", "1/3", "1/3"]),
    ],
    ids=["Straffin", "49% decides no more than 1%", "a majority", "unanimity"],
)
def test_banzhaf_in_worked_cases(weights, quota, normalised):
    assert [str(one.normalised) for one in indices(VotingGame(weights, quota))] == normalised


def test_shapley_shubik_in_a_worked_case():
    found = [one.shapley for one in indices(VotingGame((3, 2, 1, 1), 4))]
    assert found == [Fraction(1, 2), *[Fraction(1, 6)] * 3]


@settings(max_examples=150)
@given(games())
def test_both_indices_equal_full_enumeration(game):
    voters = range(len(game.weights))
    counted = [swings(game, voter) for voter in voters]
    for voter, index in zip(voters, indices(game), strict=True):
        assert index.banzhaf == Fraction(counted[voter], 2 ** (len(voters) - 1))
        assert index.normalised == Fraction(counted[voter], sum(counted) or 1)
        assert index.shapley == pivots(game, voter)


@settings(max_examples=100)
@given(games(8))
def test_minimal_winning_coalitions_equal_full_enumeration(game):
    found, complete = minimal_winning(game)
    wins = [
        frozenset(one)
        for one in subsets(range(len(game.weights)))
        if weight(game, one) >= game.quota
    ]
    smallest = {one for one in wins if not any(other < one for other in wins)}
    assert complete
    assert {frozenset(one) for one in found} == smallest
    assert len(found) == len(smallest)


def test_minimal_winning_coalitions_are_bounded():
    found, complete = minimal_winning(VotingGame((1,) * 40, 20), most=50)
    assert (len(found), complete) == (50, False)


@pytest.mark.parametrize(
    ("weights", "quota", "banzhaf", "shapley"),
    [
        # Council of the EEC, 1958: Luxembourg decides nothing.
        ((4, 4, 4, 2, 2, 1), 12, "5/21 5/21 5/21 1/7 1/7 0", "7/30 7/30 7/30 3/20 3/20 0"),
        # Nassau County, 1958 and 1964: three of six districts decide nothing.
        ((9, 9, 7, 3, 1, 1), 16, "1/3 1/3 1/3 0 0 0", "1/3 1/3 1/3 0 0 0"),
        ((31, 31, 28, 21, 2, 2), 58, "1/3 1/3 1/3 0 0 0", "1/3 1/3 1/3 0 0 0"),
        # Security Council: five vetoes and ten others, nine votes with all five.
        (
            (*[7] * 5, *[1] * 10),
            39,
            " ".join(["106/635"] * 5 + ["21/1270"] * 10),
            " ".join(["421/2145"] * 5 + ["4/2145"] * 10),
        ),
    ],
    ids=["EEC", "Nassau 1958", "Nassau 1964", "Security Council"],
)
def test_councils(weights, quota, banzhaf, shapley):
    found = indices(VotingGame(weights, quota))
    assert [one.normalised for one in found] == [Fraction(part) for part in banzhaf.split()]
    assert [one.shapley for one in found] == [Fraction(part) for part in shapley.split()]


FINE = 10**15  # parts: a table of all sums below half would take petabytes


@pytest.mark.parametrize("ocean", [0, 20])
def test_few_voters_with_the_finest_shares_are_counted_exactly(ocean):
    weights = (49, 12, 30, 9, 9)
    coarse = indices(VotingGame(weights, 65, ocean))
    fine = VotingGame(
        (weights[0] * FINE + 1, *(one * FINE for one in weights[1:])), 65 * FINE, ocean * FINE
    )
    assert fine.exactly
    for one, other in zip(coarse, indices(fine), strict=True):
        assert (one.banzhaf, one.normalised) == (other.banzhaf, other.normalised)
        assert float(one.shapley) == pytest.approx(float(other.shapley), abs=1e-11)


def test_a_list_of_coalitions_counts_what_a_table_of_sums_counts():
    game = VotingGame(tuple(range(1, 15)), 53, ocean=7)  # too many to be listed
    assert (voting_swings(game) == swings_listed(game.weights, game.quota)).all()
    listed = oceanic_listed(game.weights, game.ocean, game.quota)
    assert [float(one.shapley) for one in indices(game)] == pytest.approx(listed, abs=1e-11)


def test_an_ocean_meets_a_quota_between_whole_votes():
    with_ocean = VotingGame((2, 1), 3, ocean=5, line=Fraction(8, 3))  # more than a third of 8
    exact = VotingGame((6, 3), 8, ocean=15)
    assert [one.banzhaf for one in indices(with_ocean)] == [Fraction(1, 2)] * 2
    for one, other in zip(indices(with_ocean), indices(exact), strict=True):
        assert float(one.shapley) == pytest.approx(float(other.shapley), abs=1e-11)


def test_equal_voters_are_listed_as_one_kind():
    game = VotingGame((3 * FINE + 1, *[FINE] * 20), 12 * FINE)
    found = indices(game)
    assert game.exactly
    assert sum(one.shapley for one in found) == 1
    assert found[0].shapley == Fraction(1, 7)


def test_twenty_five_holders_with_fine_shares_are_counted_exactly():
    weights = tuple(int(one) for one in np.random.default_rng(1).integers(1, 4000, 25))
    game = VotingGame(weights, quota_of(sum(weights), Fraction(1, 2), strict=True))
    found = indices(game)
    assert sum(one.shapley for one in found) == 1
    assert sum(one.normalised for one in found) == 1
    assert all(one.shapley_error == 0 for one in found)


def test_many_equal_holders_share_power_equally_beyond_enumeration():
    found = indices(VotingGame((2,) * 60, 61))
    assert {one.shapley for one in found} == {Fraction(1, 60)}


def test_sampling_is_seeded_and_says_how_wrong_it_may_be():
    weights = (40, *[1] * 70)
    game = VotingGame(weights, 56)
    assert not game.exactly
    large, *small = indices(game, samples=20_000, seed=3)
    assert indices(game, samples=20_000, seed=3)[0] == large
    # Exact: the large voter decides if 16 to 55 of 70 others came before it, of 71 places.
    assert abs(float(large.shapley) - 40 / 71) < 5 * large.shapley_error
    assert 0 < large.shapley_error < 0.01
    assert abs(float(sum(one.shapley for one in small)) - 31 / 71) < 0.01


@settings(max_examples=20)
@given(games())
def test_sampling_tends_to_the_exact_index(game):
    from kg.analytics.voting import _sampled

    for exact, estimate in zip(indices(game), _sampled(game, 20_000, 1), strict=True):
        assert abs(float(exact.shapley - estimate.shapley)) < 0.025
        assert abs(float(exact.banzhaf - estimate.banzhaf)) < 0.025


def test_one_large_holder_beside_an_ocean():
    # 40% against countless small holders: pivotal while 1/6 to 5/6 of the ocean came before it.
    (index,) = indices(VotingGame((40,), 50, ocean=60))
    assert float(index.shapley) == pytest.approx(2 / 3, abs=1e-11)
    assert index.banzhaf == 1  # half of the ocean is always for it, half against


def test_an_ocean_is_the_limit_of_many_small_holders():
    # Two holders of 30 and 20 beside 50 in many equal parts.
    ocean = indices(VotingGame((30, 20), 51, ocean=50))
    many = indices(VotingGame((30 * 50, 20 * 50, *[50] * 50), 50 * 50 + 1))
    for one, other in zip(ocean, many, strict=False):
        assert float(one.shapley) == pytest.approx(float(other.shapley), abs=0.02)


def test_two_holders_beside_an_ocean_by_the_integral():
    # q=50.5: a=40, b=20, ocean 40. Grid over t, both orders.
    game = VotingGame((400, 200), 505, ocean=400)
    t = (np.arange(200_000) + 0.5) / 200_000
    expected = []
    for own, other in ((400, 200), (200, 400)):
        alone = (t * 400 < 505) & (own + t * 400 >= 505)
        after = (other + t * 400 < 505) & (own + other + t * 400 >= 505)
        expected.append(float(np.mean((1 - t) * alone + t * after)))
    assert [float(one.shapley) for one in indices(game)] == pytest.approx(expected, abs=1e-4)


@settings(max_examples=60)
@given(st.data())
def test_bounds_hold_for_all_weights_within_the_ranges(data):
    low = data.draw(st.lists(st.integers(0, 20), min_size=2, max_size=5))
    high = [one + data.draw(st.integers(0, 8)) for one in low]
    weights = [data.draw(st.integers(a, b)) for a, b in zip(low, high, strict=True)]
    whole = sum(weights) + data.draw(st.integers(0, 5))
    quota = data.draw(st.integers(1, max(1, sum(weights))))
    if quota > sum(weights):
        return
    found = bounds(low, high, quota, whole)
    for (least, most), true in zip(found, indices(VotingGame(tuple(weights), quota)), strict=True):
        assert least.banzhaf <= true.banzhaf <= most.banzhaf
        assert least.shapley <= true.shapley <= most.shapley


def test_bounds_of_exact_weights_are_the_index():
    for (least, most), true in zip(
        bounds([4, 3, 2, 1], [4, 3, 2, 1], 6, 10),
        indices(VotingGame((4, 3, 2, 1), 6)),
        strict=True,
    ):
        assert least.banzhaf == most.banzhaf == true.banzhaf
        assert least.shapley == most.shapley == true.shapley


@pytest.mark.parametrize(
    ("part", "strict", "quota"),
    [(Fraction(1, 2), True, 51), (Fraction(1, 2), False, 50), (Fraction(2, 3), False, 67)],
    ids=["more than half", "half", "two thirds"],
)
def test_quotas_are_whole_votes(part, strict, quota):
    assert quota_of(100, part, strict=strict) == quota


@pytest.mark.parametrize(
    ("weights", "quota", "message"),
    [((1, 2), 4, "not in 1 to 3"), ((1, 2), 0, "not in 1 to 3"), ((-1, 2), 1, "negative")],
    ids=["out of reach", "nothing", "negative"],
)
def test_games_that_are_none_are_refused(weights, quota, message):
    with pytest.raises(ParameterError, match=message):
        VotingGame(weights, quota)


def test_a_quota_out_of_everybody_s_reach_is_said_of_the_company():
    own = from_rows([("h", "y", "25%"), ("y", "y", "58%")])
    with pytest.raises(ParameterError, match="50% of 'y' is out of reach: 42% is not its own"):
        power(own, "y")
    assert power(own, "y", rest="absent").rows[0].index.shapley == 1

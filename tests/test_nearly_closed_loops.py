"""Loops of which next to nothing is left to others: exact to the last digits, or no answer."""

from functools import cache

import pytest

pytest.importorskip("numba", reason="large networks need the extra 'analytics'")

from kg.analytics.bounds import Bounds
from kg.analytics.large_ownership import LargeNetwork
from kg.analytics.ownership_floats import rows
from kg.analytics.simple_paths import Limits
from kg.analytics.stakes import Stakes
from kg.errors import QueryLimitError

WHOLE = 10**15


def ring(members, left, excess=0):
    """Return companies that each hold 99.9% of the next and the rest of the one before.

    Of the second, `left` parts are an outsider's, whose number is `members`; it is held by
    `excess` parts too many. Half of one more company, `members` + 1, is the fourth's.
    """
    most = WHOLE * 999 // 1000
    stakes = {}
    for one in range(members):
        after = (one + 1) % members
        stakes[one, after] = most
        stakes[(one + 2) % members, after] = WHOLE - most
    stakes[2, 1] += excess - left
    if left:
        stakes[members, 1] = left
    stakes[3, members + 1] = WHOLE // 2
    owners, owned = zip(*stakes, strict=True)
    parts = list(stakes.values())
    names = [f"n{one}" for one in range(members + 2)]
    return Stakes(names, owners, owned, parts, parts, WHOLE)


@cache
def exact(left):
    stakes = ring(65, left)
    return stakes, Bounds(stakes).lowest


def held(stakes, owner):
    found = LargeNetwork(stakes).held_by(owner)
    return {node: share for node, share in zip(*found[::2], strict=True) if share}


LEAKS = pytest.mark.parametrize("left", [10**6, 10**3, 1], ids=["1e-9", "1e-12", "1e-15"])


@LEAKS
def test_what_is_held_of_a_loop_is_as_in_fractions(left):
    stakes, fractions = exact(left)
    for owner in (65, 5):
        expected = {node: float(share) for node, share in fractions.row(owner).items()}
        assert held(stakes, owner) == pytest.approx(expected, rel=1e-13)


@LEAKS
def test_who_holds_what_a_loop_holds_is_as_in_fractions(left):
    stakes, fractions = exact(left)
    found = LargeNetwork(stakes).owners_of(66)
    for owner, share in zip(found.nodes.tolist(), found.high.tolist(), strict=True):
        if owner != 66:
            assert share == pytest.approx(float(fractions.row(owner)[66]), rel=1e-13)


@LEAKS
def test_rounds_through_a_loop_are_counted_to_the_last_digits(left):
    stakes, fractions = exact(left)
    row = fractions.row(5)
    expected = float(row[66] / (1 - row[5]))
    for owner, owned in ((5, None), (None, 66)):
        found = rows_of(stakes, owner, owned)
        assert float(found["n5", "n66"]) == pytest.approx(expected, rel=1e-12)


def rows_of(stakes, owner, owned):
    found = rows(stakes, "brioschi", owner, owned, Limits())
    return {(one.owner, one.owned): one.share for one in found}


def test_a_loop_of_two_thousand_is_solved_too():
    assert held(ring(2_100, 10**3), 2_100) == pytest.approx(
        dict.fromkeys(range(2_100), 1.0) | {2_101: 0.5}, rel=1e-13
    )


def test_a_loop_too_large_to_be_solved_is_undetermined_not_endless():
    with pytest.raises(QueryLimitError, match="undetermined"):
        held(ring(3_100, 10**3), 3_100)


def test_a_closed_loop_is_all_its_members():
    network = LargeNetwork(ring(70, 0))
    assert held(ring(70, 0), 5) == pytest.approx(
        dict.fromkeys(range(70), 1.0) | {71: 0.5}, rel=1e-13
    )
    assert network.parting(network.stakes.owner[:70])[0].max() == 0.0


def test_sums_above_the_whole_have_no_end_or_are_undetermined():
    assert held(ring(70, 10**12, excess=10**13), 70)[8] == float("inf")
    with pytest.raises(QueryLimitError, match="undetermined"):
        held(ring(70, 10**6, excess=10**6 // 2), 70)
    over = ring(65, 0, excess=10**9)
    assert held(over, 5)[66] == pytest.approx(float(Bounds(over).lowest.row(5)[66]), rel=1e-9)

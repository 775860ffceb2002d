"""Final owners and network value where loops are too large for fractions: the same, in floats."""

import random
from dataclasses import astuple

import pytest

from kg.analytics import final_rights, from_rows, network_value
from kg.analytics.final_owners import LARGEST_LOOP


def tangled(companies, seed, closed=False):
    """Return a network in which everybody holds some of three others."""
    dice = random.Random(seed)
    rows = []
    for company in range(companies):
        left = 100
        owners = [one for one in dice.sample(range(companies), 3) if one != company]
        for owner in owners:
            share = left if closed and owner == owners[-1] else dice.randint(1, left // 2)
            left -= share
            rows.append((f"c{owner}", f"c{company}", f"{share}%"))
    return from_rows(rows)


def about(row):
    """Return a row's names, and its numbers give or take a billionth."""
    return tuple(
        one if one is None or isinstance(one, str) else pytest.approx(float(one), rel=1e-9)
        for one in astuple(row)
    )


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_floats_say_what_fractions_say(monkeypatch, seed, closed):
    stakes = tangled(12, seed, closed)
    models = ("linear", "threshold", "relative")

    def found():
        return [
            final_rights(stakes),
            final_rights(stakes, "c3"),
            *(network_value(stakes, model=one) for one in models),
        ]

    exact = found()
    monkeypatch.setattr("kg.analytics.final_owners.LARGEST_LOOP", 0)
    for fractions, floats in zip(exact, found(), strict=True):
        assert [astuple(one) for one in floats] == [about(one) for one in fractions]


def test_loops_that_fractions_would_not_end_in_are_answered():
    stakes = tangled(3 * LARGEST_LOOP, 1)
    ends = final_rights(stakes, "c3")
    assert sum(one.share for one in ends) == pytest.approx(1)
    (worth,) = network_value(stakes, of=["c3"])
    assert worth.total > worth.corrected > worth.inside > 0
    assert worth.to_json()["total"] == f"{worth.total:.15g}"

"""Close links by every rule: worked cases, ranges, and large networks against the plain way."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings

from kg.analytics.control_pairs import control
from kg.analytics.integrated import ownership
from kg.analytics.linked import RULES, close_links
from kg.analytics.stakes import Stakes, from_rows
from kg.errors import ParameterError
from tests.test_ownership import table
from tests.test_ownership_referee import networks, stakes_of


def linked(text, rule, **options):
    return {"".join(pair) for pair in close_links(table(text), rule, **options).pairs()}


@pytest.mark.parametrize("rule", RULES)
def test_a_fifth_is_enough_and_less_is_not(rule):
    assert linked("AB.2 CD.1999 EF.2001", rule) == {"AB", "EF"}


def test_whole_stakes_of_vehicles_count_for_the_eurosystem():
    # 0.51 * 0.3 = 15.3 %: no link by shares multiplied, but a vehicle's stake counts in full.
    assert linked("AB.51 BC.3", "eurosystem") == {"AB", "BC", "AC"}
    assert linked("AB.51 BC.3", "path-product") == {"AB", "BC"}
    # Half is no majority: the vehicle's stake is not its owner's, but its product may be enough.
    assert linked("AB.5 BC.4", "eurosystem") == {"AB", "BC"}
    assert linked("AB.5 BC.4", "path-product") == {"AB", "BC", "AC"}


def test_several_stakes_are_added_up():
    assert linked("AB.6 AC.1 BC.1", "eurosystem") == {"AB", "AC"}
    assert linked("AB.6 AC.1 BC.1", "path-product") == {"AB"}
    assert linked("AB.7 AC.7 BD.1 CD.15", "path-product") == {"AB", "AC", "BC"}
    assert linked("AB.7 AC.7 BD.15 CD.15", "path-product") == {
        *("AB", "AC", "AD"), *("BC", "BD", "CD"),
    }  # fmt: skip


def test_third_parties_by_each_rule():
    assert linked("ZA.51 ZB.51", "eurosystem") == {"AZ", "BZ", "AB"}
    assert linked("ZA.5 ZB.51", "eurosystem") == {"AZ", "BZ"}
    assert linked("ZA.2 ZB.2", "path-product") == {"AZ", "BZ", "AB"}


def test_third_parties_own_through_chains():
    found = close_links(table("ZA.6 AB.6 ZC.6"), "eurosystem")
    assert {"".join(pair) for pair in found.pairs()} == {"AZ", "AB", "BZ", "CZ", "AC", "BC"}
    (third,) = found.third_parties()
    assert (third.name, third.certain, third.pairs) == ("Z", ("A", "B", "C"), 3)


def test_a_loop_of_majorities_is_one_group():
    found = close_links(table("AB.6 BA.6 BC.6 AD.6"), "eurosystem")
    assert len(list(found.third_parties())) == 1
    assert {"".join(pair) for pair in found.pairs()} == {"AB", "AC", "AD", "BC", "BD", "CD"}


def test_rules_differ_around_loops():
    # Once to C: .19; with every round B-C-B more: .19 / (1 - .3 * .5) = .2235.
    stakes = "AB.38 BC.5 CB.3"
    assert "AC" not in linked(stakes, "path-product")
    assert "AC" in linked(stakes, "integrated")


def test_what_depends_on_a_range_is_possible():
    rows = close_links(table("AB.1-.3 BC?"), "path-product").rows()
    assert [(row.company + row.linked, row.certainty, row.low, row.high) for row in rows] == [
        ("AB", "possible", Fraction(1, 10), Fraction(3, 10)),
        ("AC", "possible", 0, Fraction(3, 10)),
        ("BC", "possible", 0, 1),
        ("BC", "possible", None, None),
    ]


def test_what_others_certainly_have_cannot_be_linked():
    found = close_links(table("XA.1-.3 YA.85"), "eurosystem")
    assert [row.company for row in found.rows()] == ["Y"]


def test_possible_vehicles_make_possible_links():
    rows = list(close_links(table("AB.4-.6 BC.3"), "eurosystem").rows())
    assert [(row.company + row.linked, row.certainty) for row in rows] == [
        ("AB", "certain"),
        ("AC", "possible"),
        ("BC", "certain"),
    ]


def test_rules_and_thresholds_that_are_none():
    with pytest.raises(ParameterError, match="rule: 'ecb' is none of eurosystem"):
        close_links(table("AB.5"), "ecb")
    with pytest.raises(ParameterError, match=r"threshold: '20' is more than .* write 20%"):
        close_links(table("AB.5"), threshold="20")
    with pytest.raises(ParameterError, match="threshold: 0 is not above 0"):
        close_links(table("AB.5"), threshold="0")
    assert linked("AB.2", "eurosystem", threshold="0.25") == set()
    assert linked("AB.2", "eurosystem", threshold="20%") == linked("AB.2", "eurosystem")


@given(networks())
@settings(max_examples=150)
def test_pairs_are_those_of_the_definition(columns):
    stakes = stakes_of(columns)
    if not len(stakes):
        return
    held = {(row.owner, row.owned): row.share for row in ownership(stakes, "paths")}
    groups = {name: set() for name in stakes.names}
    for row in control(stakes):
        groups[row.controller].add(row.controlled)
    direct = {
        (stakes.names[row.owner], stakes.names[row.owned]): stakes.fraction(row.low)
        for row in stakes.rows()
    }
    fifth = Fraction(1, 5)

    def together(x, y):
        return sum(direct.get((z, y), 0) for z in groups[x] | {x} if z != y) >= fifth

    by_paths, by_vehicles = set(), set()
    for x, y in combinations(stakes.names, 2):
        shares = [held.get((x, y), 0), held.get((y, x), 0)]
        common = any(min(held.get((z, x), 0), held.get((z, y), 0)) >= fifth for z in stakes.names)
        if max(shares) >= fifth or common:
            by_paths.add((x, y))
        owned = any({x, y} <= groups[z] for z in stakes.names)
        if together(x, y) or together(y, x) or owned:
            by_vehicles.add((x, y))
    assert close_links(stakes, "path-product").pairs() == by_paths
    assert close_links(stakes, "eurosystem").pairs() == by_vehicles


@pytest.fixture(scope="module")
def large():
    pytest.importorskip("numba", reason="large networks need the extra 'analytics'")
    from kg.analytics import linked_large

    return linked_large


@pytest.mark.parametrize("simple", [True, False], ids=["paths", "integrated"])
@given(columns=networks())
@settings(max_examples=200)
def test_kernels_find_the_same_pairs(large, simple, columns):
    stakes = stakes_of(columns)
    found = large.pairs_above(stakes, Fraction(1, 5), simple=simple)
    rows = ownership(stakes, "paths" if simple else "corrected")
    names = stakes.names
    pairs = [(names[i], names[j]) for i, j in zip(found.owner, found.owned, strict=True)]
    expected = {
        (r.owner, r.owned) for r in rows if r.owner != r.owned and r.share >= Fraction(1, 5)
    }
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == expected
    assert found.undecided == 0


@pytest.mark.parametrize("simple", [True, False], ids=["paths", "integrated"])
@given(low=networks(), more=networks())
@settings(max_examples=100)
def test_kernels_find_the_same_pairs_with_ranges(large, simple, low, more):
    high = {j: dict(low.get(j, {})) for j in {*low, *more}}
    for j, column in more.items():
        for i, parts in column.items():
            high[j][i] = min(20, high[j].get(i, 0) + parts)
    stakes = stakes_of(low, high)
    fifth = Fraction(1, 5)
    found = large.pairs_above(stakes, fifth, simple=simple)
    names = stakes.names
    got = {
        (names[i], names[j]): low >= 0.2
        for i, j, low in zip(found.owner, found.owned, found.low, strict=True)
    }
    rows = ownership(stakes, "paths" if simple else "corrected")
    expected = {
        (r.owner, r.owned): r.low >= fifth for r in rows if r.owner != r.owned and r.high >= fifth
    }
    assert {pair for pair, sure in got.items() if sure} == {
        pair for pair, sure in expected.items() if sure
    }
    if not simple:  # the most by simple paths is a bound, not the same in both ways
        assert got.keys() == expected.keys()
    assert got.keys() >= expected.keys()


def test_a_made_up_network_has_the_same_links_either_way(large):
    made_up = pytest.importorskip("benchmarks.networks", reason="benchmarks are not shipped")
    made = made_up.network(1200, seed=5, closed=2)
    names = [made.name(node) for node in range(made.nodes)]
    stakes = Stakes(names, made.owner, made.owned, made.parts, made.parts, made_up.WHOLE)
    for rule in ("path-product", "integrated"):
        plain = close_links(stakes, rule)
        found = large.pairs_above(stakes, Fraction(1, 5), simple=rule == "path-product")
        assert set(zip(plain.owner, plain.owned, strict=True)) == set(
            zip(found.owner.tolist(), found.owned.tolist(), strict=True)
        )


def test_no_stakes_no_links():
    for rule in RULES:
        assert list(close_links(from_rows([]), rule).rows()) == []

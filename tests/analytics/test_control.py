"""Control: the kernels against the definition, and certainty against every completion."""

import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg.analytics import control, explain, from_rows
from kg.analytics.control_pairs import ControlIndex
from kg.analytics.fixpoint import Columns, majority, reach
from kg.analytics.stakes import VOTES, Stakes
from kg.errors import ParameterError, UnknownNameError

THRESHOLDS = ["0.5", "0.5", "0.5", "0.2", "0.25", "0.6", "2/3", "0.75"]
PART = 10_000  # a hundredth


def by_definition(graph, members, threshold):
    """Return whom members control: add whom they hold enough of until nothing is left to add."""
    inside = set(members)
    while True:
        news = {
            company
            for company in set(graph) - inside
            if sum(graph[one][company]["share"] for one in inside if graph.has_edge(one, company))
            > threshold
        }
        if not news:
            return inside - set(members)
        inside |= news


@st.composite
def networks(draw, dirty=True, ranges=True):
    """Draw a small cyclic network: rings, self-holdings, exact halves, sums above 100%."""
    count = draw(st.integers(2, 9))
    rows = {}
    for company in range(count):
        left = 100
        owners = draw(st.lists(st.integers(0, count - 1), max_size=5, unique=True))
        for owner in owners:
            share = draw(st.sampled_from([5, 10, 20, 25, 26, 30, 40, 49, 50, 51, 60, 75, 100]))
            if not (dirty and draw(st.integers(0, 15)) == 0):
                share = min(share, left)
            left = max(left - share, 0)
            if share:
                wide = draw(st.sampled_from([0, 0, 0, 10, 60])) if ranges else 0
                rows[owner, company] = share * PART, min(share + wide, 100) * PART
    return Stakes(
        [f"n{number}" for number in range(count)],
        [owner for owner, _ in rows],
        [owned for _, owned in rows],
        [low for low, _ in rows.values()],
        [high for _, high in rows.values()],
    )


def told(stakes, threshold, many):
    return sorted(
        (one.controller, one.controlled, one.held, one.certainty)
        for one in ControlIndex(stakes, majority(threshold), many=many).rows()
    )


@settings(max_examples=80)
@given(networks(), st.sampled_from(THRESHOLDS))
def test_kernels_and_fixpoint_agree(stakes, threshold):
    assert told(stakes, threshold, 0) == told(stakes, threshold, 10**9)


def many_networks(seed, count=250):
    """Return so many random cyclic networks side by side, so that they are quickly compared."""
    dice = random.Random(seed)
    rows, first = {}, 0
    for _ in range(count):
        size = dice.randint(2, 12)
        for company in range(size):
            left = 100
            for owner in dice.sample(range(size), dice.randint(0, min(size, 5))):
                share = dice.choice([10, 20, 25, 26, 30, 40, 49, 50, 51, 60, dice.randint(1, 100)])
                share = min(share, left if dice.random() < 0.99 else 100)
                left = max(left - share, 0)
                wide = dice.choice([10, 60]) if dice.random() < 0.05 else 0
                if share:
                    ends = share * PART, min(share + wide, 100) * PART
                    rows[first + owner, first + company] = ends
        first += size
    ends = [owner for owner, _ in rows], [owned for _, owned in rows]
    parts = [low for low, _ in rows.values()], [high for _, high in rows.values()]
    return Stakes([f"n{number}" for number in range(first)], *ends, *parts)


@pytest.mark.parametrize("threshold", ["0.5", "0.6", "0.25"])
@pytest.mark.parametrize("seed", range(6))
def test_kernels_and_fixpoint_agree_on_thousands_of_networks(seed, threshold):
    stakes = many_networks(seed)
    assert told(stakes, threshold, 0) == told(stakes, threshold, 10**9)


@settings(max_examples=100)
@given(networks(), st.sampled_from(THRESHOLDS))
def test_the_fixpoint_is_that_of_the_definition(stakes, threshold):
    graph = nx.DiGraph()
    graph.add_nodes_from(stakes.names)
    for row in stakes.rows():
        graph.add_edge(
            stakes.names[row.owner], stakes.names[row.owned], share=stakes.fraction(row.low)
        )
    expected = {
        (one, company)
        for one in graph
        for company in by_definition(graph, [one], Fraction(threshold))
    }
    found = told(stakes, threshold, 10**9)
    assert {(x, y) for x, y, _, certainty in found if certainty == "certain"} == expected


@settings(max_examples=80)
@given(networks(), st.sets(st.integers(0, 8), min_size=1, max_size=3))
def test_a_group_is_the_same_by_the_kernels(stakes, members):
    names = [stakes.names[one % len(stakes.names)] for one in sorted(members)]
    small, large = (ControlIndex(stakes, majority("0.5"), many=many) for many in (10**9, 0))
    assert list(large.rows(names)) == list(small.rows(names))
    other = stakes.names[-1]
    assert explain(large, names, other) == explain(small, names, other)


@settings(max_examples=80)
@given(networks(ranges=False))
def test_the_index_answers_every_pair(stakes):
    small = ControlIndex(stakes, majority("0.5"), many=10**9)
    large = ControlIndex(stakes, majority("0.5"), many=0)
    for one in stakes.names:
        assert large.group(one) == small.group(one)
        for other in stakes.names:
            assert large.controls(one, other) == small.controls(one, other)


@settings(max_examples=100)
@given(networks(dirty=False, ranges=False), st.sampled_from(["0.5", "0.6", "2/3"]))
def test_groups_are_disjoint_or_nested(stakes, threshold):
    """The property on which the forest rests."""
    columns = Columns(stakes, majority(threshold))
    groups = [{x, *reach(columns, [x]).order} for x in range(len(stakes.names))]
    for one, other in product(groups, groups):
        assert not one & other or one <= other or other <= one


@st.composite
def coarse(draw):
    """Draw a network in quarters with few ranges, small enough to try every completion."""
    count = draw(st.integers(2, 4))
    rows = {}
    ranges = 0
    for company in range(count):
        left = 4
        for owner in draw(st.lists(st.integers(0, count - 1), max_size=3, unique=True)):
            low = draw(st.integers(0, left))
            high = draw(st.integers(low, 4)) if ranges < 5 else low
            ranges += high > low
            left -= low
            if high:
                rows[owner, company] = low, high
    return count, rows


@settings(max_examples=120)
@given(coarse(), st.sampled_from(["0.5", "0.25", "0.75"]))
@example((3, {(0, 2): (0, 4), (1, 2): (2, 2)}), "0.5")
def test_certain_is_all_completions_and_possible_is_some(network, threshold):
    count, rows = network
    stakes = Stakes(
        [str(number) for number in range(count)],
        [owner for owner, _ in rows],
        [owned for _, owned in rows],
        [low for low, _ in rows.values()],
        [high for _, high in rows.values()],
        whole=4,
    )
    always, ever = None, set()
    for shares in product(*(range(low, high + 1) for low, high in rows.values())):
        sums = Counter()
        for (_, owned), share in zip(rows, shares, strict=True):
            sums[owned] += share
        if max(sums.values(), default=0) > 4:
            continue
        graph = nx.DiGraph()
        graph.add_nodes_from(range(count))
        for (owner, owned), share in zip(rows, shares, strict=True):
            graph.add_edge(owner, owned, share=Fraction(share, 4))
        pairs = {
            (str(x), str(y)) for x in graph for y in by_definition(graph, [x], Fraction(threshold))
        }
        always = pairs if always is None else always & pairs
        ever |= pairs
    for many in (0, 10**9):
        found = told(stakes, threshold, many)
        assert {(x, y) for x, y, _, sure in found if sure == "certain"} == always
        assert {(x, y) for x, y, _, _ in found} == ever


def test_exactly_half_is_no_majority_at_any_fineness():
    for half in ("50%", "0.5", Fraction(1, 2), 0.5, Decimal("0.50000000000")):
        assert control(from_rows([("A", "B", half)])) == []
    assert len(control(from_rows([("A", "B", "50.00000000001%")]))) == 1
    sixths = [("A", "P", 1), ("A", "B", Fraction(1, 6)), ("P", "B", Fraction(1, 3))]
    assert [one.controlled for one in control(from_rows(sixths))] == ["P"]


def test_a_declared_group_acts_as_one():
    family = from_rows([("Ann", "B", "30%"), ("Bob", "B", "25%"), ("B", "C", "51%")])
    assert control(family, by="Ann") == []
    rows = control(family, by=["Ann", "Bob"])
    assert [(one.controller, one.controlled, one.held) for one in rows] == [
        ("Ann + Bob", "B", Decimal("0.55")),
        ("Ann + Bob", "C", Decimal("0.51")),
    ]


@pytest.mark.parametrize(
    "threshold", ["50", "1", "-0.1", "half", "nan", "1/0", "1e999", "1e-999999999", 1.5]
)
def test_a_threshold_that_is_none_is_refused(threshold):
    with pytest.raises(ParameterError, match="threshold"):
        control(from_rows([("A", "B", "60%")]), threshold)


@pytest.mark.parametrize("threshold", ["50%", "1/2", 0.5, Fraction(1, 2), Decimal("0.50")])
def test_a_threshold_however_it_is_written(threshold):
    assert control(from_rows([("A", "B", "50%")]), threshold) == []
    assert len(control(from_rows([("A", "B", "50.01%")]), threshold)) == 1


def test_a_holder_that_is_not_there_is_refused():
    with pytest.raises(UnknownNameError):
        control(from_rows([("A", "B", "60%")]), by="Z")


def test_votes_without_the_companys_own():
    rows = [("A", "B", "45%"), ("B", "B", "20%")]
    assert control(from_rows(rows)) == []
    votes = from_rows(rows, right=VOTES)
    for many in (0, 10**9):
        assert told(votes, "0.5", many) == [("A", "B", Decimal("0.45"), "certain")]


def test_nothing_is_controlled_where_nothing_is_held():
    assert control(nx.DiGraph()) == []
    empty = Stakes([], [], [], [], [])
    assert list(ControlIndex(empty, majority("0.5"), many=0).rows()) == []


def ladder(length, backwards):
    """Return a network in which each company falls to X only after the one before it."""
    places = range(length)[::-1] if backwards else range(length)
    rows = [("X", "W", "60%"), ("X", "Y0", "30%"), ("W", "Y0", "30%")]
    rows += [(f"Y{one}", f"Y{one + 1}", "30%") for one in places]
    return from_rows(rows + [("W", f"Y{one + 1}", "30%") for one in places])


@pytest.mark.parametrize("backwards", [False, True])
def test_long_ladders_of_joint_control(backwards):
    index = ControlIndex(ladder(400, backwards), majority("0.5"), many=0)
    assert len(index.group("X")) == 402
    assert len(index.group("W")) == 0
    assert sum(1 for _ in index.rows()) == 402


def test_a_very_long_chain():
    count = 30_000
    chain = Stakes(
        [str(number) for number in range(count)],
        np.arange(count - 1),
        np.arange(1, count),
        np.full(count - 1, 600_000),
        np.full(count - 1, 600_000),
    )
    index = ControlIndex(chain, majority("0.5"), many=0)
    assert index.controls("0", str(count - 1))
    assert not index.controls("1", "0")
    assert len(index.group("0")) == count - 1


def test_one_spoilt_company_leaves_the_others_in_the_forest():
    rows = [("A", "B", "60%"), ("B", "C", "60%"), ("D", "C", "60%"), ("E", "F", "60%")]
    index = ControlIndex(from_rows(rows), majority("0.5"), many=0)
    names = index.stakes.names
    assert {names[one] for one in np.flatnonzero(index.forest.left_out)} == {"A", "B", "C", "D"}
    assert told(index.stakes, "0.5", 0) == told(index.stakes, "0.5", 10**9)

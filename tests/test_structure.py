from fractions import Fraction

import networkx as nx
import numpy as np
import pytest

from kg.analytics.stakes import from_rows
from kg.analytics.structure import centrality, common_owners, communities, jaccard
from kg.errors import ParameterError, UnknownNameError


@pytest.fixture(scope="module")
def scale_free():
    random = np.random.default_rng(7)
    pairs = {
        (f"n{int(a)}", f"n{int(b)}")
        for a, b in zip(random.zipf(1.6, 900) % 300, random.integers(0, 300, 900), strict=True)
        if a != b
    }
    return from_rows([(a, b, Fraction(1 + n % 40, 1000)) for n, (a, b) in enumerate(sorted(pairs))])


@pytest.mark.parametrize("measure", ["pagerank", "betweenness"])
def test_the_large_way_gives_what_networkx_gives(scale_free, measure):
    one = centrality(scale_free, measure)
    other = centrality(scale_free, measure, small=0)
    assert other.values == pytest.approx(one.values, rel=1e-6, abs=1e-9)
    assert one.method == other.method == "exact"


def test_betweenness_of_a_large_network_is_estimated_and_says_so():
    rows = [(f"n{n}", f"n{n + 1}", "10%") for n in range(1200)]
    found = centrality(from_rows(rows), "betweenness", samples=400, seed=1)
    assert found.method == "estimated from 400 of 1201 nodes, seed 1"
    middle = found.values[600]
    exact = 600 * 600 / (1200 * 1199)
    assert middle == pytest.approx(exact, rel=0.2)


def test_owners_of_much_have_rank_and_degree():
    stakes = from_rows([("top", "a", "60%"), ("top", "b", "60%"), ("a", "c", "60%")])
    for measure in ("pagerank", "holdings"):
        assert centrality(stakes, measure).top(1)[0][0] == "top"
    assert dict(centrality(stakes, "holders").top())["top"] == 0
    assert dict(centrality(stakes, "degree").top()) == {"a": 2, "top": 2, "b": 1, "c": 1}


def test_betweenness_of_a_chain():
    stakes = from_rows([("a", "b", "60%"), ("b", "c", "60%")])
    assert dict(centrality(stakes, "betweenness").top()) == {"a": 0, "b": 0.5, "c": 0}


@pytest.mark.parametrize("small", [2000, 0], ids=["networkx", "networkit"])
def test_two_cliques_are_two_communities(small):
    rows = [
        (f"{clique}{i}", f"{clique}{j}", "20%")
        for clique in "xy"
        for i in range(5)
        for j in range(5)
        if i != j
    ]
    stakes = from_rows([*rows, ("x0", "y0", "1%")])
    found = communities(stakes, small=small)
    assert found == [[f"{clique}{i}" for i in range(5)] for clique in "xy"]
    assert communities(stakes, small=small) == found


def test_both_ways_find_communities_as_good(scale_free):
    graph = nx.Graph()
    for row in scale_free.rows():
        names = scale_free.names[row.owner], scale_free.names[row.owned]
        graph.add_edge(*names, weight=row.low / scale_free.whole)
    scores = [
        nx.community.modularity(graph, communities(scale_free, small=small)) for small in (2000, 0)
    ]
    assert scores[0] == pytest.approx(scores[1], abs=0.05)


def test_common_owners_with_their_stakes_in_each():
    table = from_rows(
        [
            ("fund", "a", "5%"),
            ("fund", "b", "7%"),
            ("x", "a", "50%"),
            ("y", "a", "1%"),
            ("y", "b", "9%"),
        ],
        claims=[("c1",), ("c2",), ("c3",), ("c4",), ("c5",)],
    )
    found = common_owners(table, ["a", "b"])
    assert [(one.holder, {k: str(v) for k, v in one.shares.items()}) for one in found] == [
        ("fund", {"a": "5%", "b": "7%"}),
        ("y", {"a": "1%", "b": "9%"}),
    ]
    assert found[0].claims == ("c1", "c2")
    assert [one.holder for one in common_owners(table, ["a", "b"], least=Fraction(2, 100))] == [
        "fund"
    ]


def test_common_owners_through_chains():
    table = from_rows([("p", "h", "50%"), ("h", "a", "40%"), ("p", "b", "10%")])
    assert common_owners(table, ["a", "b"]) == []
    (found,) = common_owners(table, ["a", "b"], through_chains=True)
    assert (found.holder, {k: str(v) for k, v in found.shares.items()}) == (
        "p", {"a": "20%", "b": "10%"},
    )  # fmt: skip


def test_jaccard_of_portfolios():
    table = from_rows([("x", one, "1%") for one in "abc"] + [("y", one, "1%") for one in "bcd"])
    assert jaccard(table, "x", "y") == Fraction(2, 4)
    assert jaccard(table, "a", "b") == 0


def test_what_cannot_be_measured_says_why():
    table = from_rows([("x", "a", "1%")])
    with pytest.raises(ParameterError, match="pagerank"):
        centrality(table, "fame")
    with pytest.raises(ParameterError, match="two different companies"):
        common_owners(table, ["a", "a"])
    with pytest.raises(UnknownNameError):
        jaccard(table, "x", "z")

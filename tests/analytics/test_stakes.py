"""Stakes: exact whatever the shares are, the same from rows, tables and networkx."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.analytics import (
    World,
    control,
    explain,
    legal_tests,
    network_value,
    ownership,
    read_edit,
    tipping,
    weighted_power,
    what_if,
)
from kg.analytics.shares import decimal_text, read_share, share_span
from kg.analytics.stakes import Stakes, as_stakes, from_digraph, from_rows, to_digraph
from kg.errors import ParameterError, UnknownNameError


def shares(stakes):
    return {
        (stakes.names[row.owner], stakes.names[row.owned]): (
            stakes.fraction(row.low),
            stakes.fraction(row.high),
        )
        for row in stakes.rows()
    }


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("0.125", Fraction(1, 8)),
        ("12.5%", Fraction(1, 8)),
        ("12,5 %", Fraction(1, 8)),
        ("12.5\u00a0%", Fraction(1, 8)),
        ("\uff15\uff10\uff05", Fraction(1, 2)),
        ("1/3", Fraction(1, 3)),
        ("1e-3", Fraction(1, 1000)),
        (".5", Fraction(1, 2)),
        ("100%", Fraction(1)),
        ("0", Fraction(0)),
    ],
)
def test_a_share_is_read_as_it_is_written(text, share):
    assert read_share(text) == share


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("abc", "no number"),
        ("", "no number"),
        ("nan", "no number"),
        ("inf", "no number"),
        ("1e999999999", "no number"),
        ("1/0", "no number"),
        ("1,000.5", "no number"),
        ("-0.1", "negative"),
        ("60", "if per cent is meant, write 60%"),
        ("150%", "more than the whole company"),
        ("9" * 5000, "no number"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_no_share_is_refused(text, why):
    with pytest.raises(ParameterError, match=why):
        read_share(text)


@pytest.mark.parametrize("value", [True, float("nan"), Decimal("Infinity"), -1, 2, ("0.6", "0.4")])
def test_a_value_that_is_no_share_is_refused(value):
    with pytest.raises(ParameterError):
        share_span(value)


def test_every_kind_of_number_is_exact():
    values = [Fraction(1, 3), Decimal("0.1"), 0.1, "10%", 1, None, ("0.2", None), (None, "0.3")]
    stakes = from_rows([("A", f"B{place}", value) for place, value in enumerate(values)])
    third, tenth = Fraction(1, 3), Fraction(1, 10)
    assert [*shares(stakes).values()] == [
        (third, third),
        (tenth, tenth),
        (tenth, tenth),
        (tenth, tenth),
        (1, 1),
        (0, 1),
        (Fraction(1, 5), 1),
        (0, Fraction(3, 10)),
    ]
    assert not stakes.exact


def test_a_share_too_fine_to_add_up_exactly_is_a_range_one_part_wide():
    primes = [10**9 + 7, 10**9 + 9, 998244353]
    stakes = from_rows([(str(prime), "C", Fraction(1, prime)) for prime in primes])
    for (owner, _), (low, high) in shares(stakes).items():
        assert low <= Fraction(1, int(owner)) <= high
        assert high - low <= Fraction(1, stakes.whole)
    assert stakes.whole * 3 < 2**63


def test_two_rows_of_one_pair_are_a_range():
    stakes = from_rows([("A", "B", "0.3"), ("A", "B", "0.5"), ("A", "B", "0.4")])
    assert shares(stakes) == {("A", "B"): (Fraction(3, 10), Fraction(1, 2))}


def test_a_networkx_graph_goes_in_and_comes_out():
    graph = nx.DiGraph()
    graph.add_edge("A", "B", share=Decimal("0.6"), claims=("claim:1",))
    graph.add_edge("B", "C", share_min=0.25, share_max="50%")
    graph.add_edge("C", "D")
    graph.add_node("E")
    stakes = from_digraph(graph)
    assert shares(stakes)["B", "C"] == (Fraction(1, 4), Fraction(1, 2))
    assert shares(stakes)["C", "D"] == (0, 1)
    assert list(stakes.names) == list("ABCDE")
    assert stakes.claims_of(0) == ("claim:1",)
    again = from_digraph(to_digraph(stakes))
    assert shares(again) == shares(stakes)
    assert again.claims == stakes.claims
    assert as_stakes(stakes) is stakes


def test_weights_are_shares_where_no_edge_has_a_share():
    graph = nx.DiGraph()
    graph.add_weighted_edges_from([("A", "B", 0.5)])
    assert shares(from_digraph(graph)) == {("A", "B"): (Fraction(1, 2), Fraction(1, 2))}


def test_columns_and_rows_say_the_same():
    stakes = from_rows([("A", "B", "60%"), ("C", "B", "30%"), ("B", "D", None)])
    columns = zip(
        *(one.tolist() for one in (stakes.owner, stakes.owned, stakes.low, stakes.high)),
        strict=True,
    )
    assert [tuple(row) for row in stakes.rows()] == list(columns)
    assert stakes.by_owned.of(stakes.number("B")).tolist() == [0, 1]
    assert stakes.by_owner.of(stakes.number("B")).tolist() == [2]
    assert stakes.by_owner.of(stakes.number("D")).tolist() == []
    assert stakes.sums.tolist() == [0, 900_000, 0, 0]
    arrays = Stakes(stakes.names, stakes.owner, stakes.owned, stakes.low, stakes.high)
    assert list(arrays.rows()) == list(stakes.rows())
    assert arrays.exact == stakes.exact


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="nearest: Nissan Motor"):
        from_rows([("Renault", "Nissan Motor", "0.15")]).number("Nissan")


def test_a_small_network_loads_no_array_library():
    code = (
        "import sys; from kg.analytics import control, ultimate, from_rows;"
        "rows = [('A', 'B', '60%'), ('B', 'C', None)];"
        "control(from_rows(rows)), ultimate(from_rows(rows));"
        "print(*{'numpy', 'numba', 'duckdb', 'networkx', 'scipy'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@given(st.fractions(0, 1))
def test_decimal_text_is_never_more_than_the_fraction(share):
    text = decimal_text(share)
    assert 0 <= share - Fraction(text) < Fraction(1, 10**15)
    assert "e" not in text


@given(st.decimals(0, 1, places=9))
def test_what_is_written_out_is_read_back(share):
    assert Decimal(decimal_text(Fraction(share))) == share


@pytest.mark.parametrize(
    ("graph", "why"),
    [
        (nx.Graph([("a", "b", {"share": 0.6})]), "edges owner -> owned are needed"),
        ([("a", "b", 0.6)], "not list"),
        (nx.MultiDiGraph([("a", "b", {"share": 0.3})] * 2), "two edges a -> b"),
        (nx.DiGraph([(1, "b"), ("1", "b")]), "two nodes are called '1'"),
        (nx.DiGraph([("a", "b", {"share": 34})]), "write 34% (edge a -> b)"),
        (nx.DiGraph([("a", "b", {"share": [0.6]})]), "no number (edge a -> b)"),
    ],
)
def test_a_graph_that_cannot_be_meant_is_refused_with_what_is_wrong(graph, why):
    with pytest.raises(ParameterError) as wrong:
        as_stakes(graph)
    assert why in str(wrong.value)


def test_a_multigraph_without_parallel_edges_is_a_graph():
    assert len(as_stakes(nx.MultiDiGraph([("a", "b", {"share": 0.3})]))) == 1


def test_nodes_that_are_no_texts_can_be_asked_for_as_they_are():
    graph = nx.DiGraph([(1, 2, {"share": 0.6}), (2, (3, 4), {"share": 0.7})])
    assert [one.controlled for one in control(graph, by=1)] == ["2", "(3, 4)"]
    assert control(graph, by=[1, 2])[0].controller == "1 + 2"
    assert explain(graph, 1, (3, 4)).sentences()[0] == "1 controls (3, 4)."
    assert tipping(graph, 1, 2) == tipping(graph, "1", "2")
    assert ownership(graph, by=2)[0].owned == "(3, 4)"
    with pytest.raises(UnknownNameError, match="'7'"):
        ownership(graph, by=7)


def test_values_of_what_is_not_in_the_network_are_refused():
    graph = nx.DiGraph([("a", "b", {"share": 0.6})])
    assert network_value(graph, {"b": 10})[0].total == 6
    with pytest.raises(UnknownNameError):
        network_value(graph, {"q": 10})


def test_power_of_weights_that_are_no_whole_numbers_is_refused():
    with pytest.raises(ParameterError, match="whole"):
        weighted_power({"a": 1.5, "b": 1}, 2)


def test_votes_and_worlds_take_a_networkx_graph_too():
    graph = nx.DiGraph([("a", "b", {"share": 0.6})])
    votes = nx.DiGraph([("a", "b", {"share": 0.2})])
    (veto,) = legal_tests(graph, "a", "b", votes=votes, tests=["japan-veto"])
    assert veto.verdict.value == "impossible"
    assert what_if(World(capital=graph, votes=votes), [read_edit("drop", "a>b")])

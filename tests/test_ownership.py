"""Integrated ownership: worked cases, loops, ranges, and exact linear algebra as the referee."""

from fractions import Fraction

import networkx as nx
import pytest

from kg.analytics.integrated import Ownership, ownership
from kg.analytics.simple_paths import Limits
from kg.analytics.stakes import from_rows
from kg.errors import ParameterError, UnknownNameError

METHODS = ["corrected", "brioschi", "paths"]
VITALI = "01.1 12.5 13.5 14.2 21.3 24.2 31.3 34.6 41.3 42.5 43.5"


def table(text):
    """Return stakes from "AB.5 BC.2-.4": owner, owned, share or range; `?` is unknown."""
    rows = []
    for word in text.split():
        share = word[2:]
        low, _, high = share.partition("-")
        rows.append((word[0], word[1], None if share == "?" else (low, high) if high else low))
    return from_rows(rows)


def shares(text, method="corrected", **options):
    rows = ownership(table(text), method, **options)
    return {row.owner + row.owned: row.share for row in rows}


def spans(text, method="corrected"):
    return {row.owner + row.owned: (row.low, row.high) for row in ownership(table(text), method)}


def decimals(text):
    return {word[:2]: Fraction(word[2:]) for word in text.split()}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("stakes", "expected"),
    [
        ("01.9 12.51 23.3 24.9", "01.9 02.459 03.1377 04.4131 12.51 13.153 14.459 23.3 24.9"),
        ("AB.5 AC.5 BD.6 CD.4", "AB.5 AC.5 AD.5 BD.6 CD.4"),
        ("AB.5 AC.5 CB.5", "AB.75 AC.5 CB.5"),
        ("HS.75 ST.6", "HS.75 HT.45 ST.6"),
        ("HS.6 HT.4 ST.2", "HS.6 HT.52 ST.2"),
        ("AB.7 BC.6", "AB.7 AC.42 BC.6"),
    ],
    ids=["W6", "W10", "W13a", "W13b", "W13c", "W13d"],
)
def test_worked_cases_without_loops_are_the_same_by_every_method(method, stakes, expected):
    assert shares(stakes, method) == decimals(expected)


def test_state_owned_network_as_declared():  # W18
    rows = from_rows(
        [("Ministry", "Kaasu", "1"), ("Kaasu", "Gasgrid", ".765"), ("Ministry", "Gasgrid", ".235")]
    )
    (row,) = ownership(rows, of="Gasgrid", by="Ministry")
    assert row == Ownership("Ministry", "Gasgrid", Fraction(1), Fraction(1), Fraction(1))


@pytest.mark.parametrize(
    ("stakes", "share"),
    [
        ("BA.4 CA.2 PB? PC?", (0, Fraction(6, 10))),
        ("CB.5 DB.5 PC? PD?", (0, 1)),
        ("PB? BA.6", (0, Fraction(6, 10))),
    ],
    ids=["multiple-indirect-2", "multiple-indirect", "indirect"],
)
def test_an_unknown_link_is_neither_nothing_nor_everything(stakes, share):  # W18
    target = {"BA.4 CA.2 PB? PC?": "A", "CB.5 DB.5 PC? PD?": "B", "PB? BA.6": "A"}[stakes]
    (row,) = ownership(table(stakes), of=target, by="P")
    assert row.share is None
    assert (row.low, row.high) == share


def test_mutual_holding_of_two_makers():  # W24
    loop = "RN.434 NR.15"
    round_trip = Fraction(434 * 150, 10**6)
    assert shares(loop) == {
        "RN": Fraction(434, 1000),
        "NR": Fraction(15, 100),
        "RR": round_trip,
        "NN": round_trip,
    }
    found = shares(loop, "brioschi")
    assert round(float(found["RN"]), 5) == 0.46422
    assert round(float(found["NR"]), 5) == 0.16044
    assert shares(loop, "paths") == {"RN": Fraction(434, 1000), "NR": Fraction(15, 100)}


def test_the_holder_of_a_tenth_holds_all_of_a_loop():  # W5
    found = shares(VITALI + " 451")
    assert {found[f"0{node}"] for node in "12345"} == {1}
    assert found["45"] == 1


def test_a_company_that_holds_itself():
    assert shares("AB.5 BB.2") == {"AB": Fraction(5, 8), "BB": Fraction(2, 10)}
    assert shares("AB.5 BB.2", "brioschi") == {"AB": Fraction(5, 8), "BB": Fraction(1, 4)}
    assert shares("AB.5 BB.2", "paths") == {"AB": Fraction(1, 2)}


def test_a_closed_loop_is_an_answer():
    assert shares("AB1 BA1 BC.5") == dict.fromkeys(["AA", "AB", "BA", "BB"], 1) | {
        "AC": Fraction(1, 2),
        "BC": Fraction(1, 2),
    }
    assert shares("AA1 AB.3") == {"AA": 1, "AB": Fraction(3, 10)}
    assert shares("AB1 BA1 BC.5", "paths") == {
        "AB": 1,
        "BA": 1,
        "AC": Fraction(1, 2),
        "BC": Fraction(1, 2),
    }


def test_a_closed_loop_has_no_end_by_the_uncorrected_method_and_says_why():
    rows = ownership(table("AB1 BA1 BC.5 XC.5"), "brioschi")
    endless = [row for row in rows if row.owner != "X"]
    assert len(endless) == 6
    assert all((row.share, row.high) == (None, None) for row in endless)
    assert {row.note for row in endless if row.owner == "A"} == {
        "infinite: all of A comes back to it through a closed loop"
    }
    assert [row.share for row in rows if row.owner == "X"] == [Fraction(1, 2)]


def test_sums_above_the_whole_are_neither_cut_nor_hidden():
    assert shares("AC.8 BC.7 CD1")["AD"] == Fraction(8, 10)
    (row,) = ownership(table("XA.5 AB1 BA.9"), by="X", of="B")
    assert row.share == 5
    (row,) = ownership(table("XA.5 AB1 BA1"), by="X", of="B")
    assert (row.share, row.high) == (None, None)
    assert row.note.startswith("undefined: ")


def test_owners_share_what_there_is_of_a_company():
    # B and C may each have up to 80 % of D, but not both: A holds 0.8 * 1 + 0.2 * 0.5 at most.
    found = spans("AB1 AC.5 BD.1-.8 CD.1-.8")
    assert found["AD"] == (Fraction(15, 100), Fraction(9, 10))
    assert found["BD"] == (Fraction(1, 10), Fraction(8, 10))


def test_ranges_in_a_loop():
    low, high = spans("AB.2-.3 BC.5 CB.4-.9")["AB"]
    assert low == Fraction(2, 10) / Fraction(8, 10)
    # The most: A has .3, which leaves C .7 of B.
    assert high == Fraction(3, 10) / (1 - Fraction(7, 10) * Fraction(5, 10))


def test_paths_around_loops_stop_and_say_so():
    full = "".join(f" {a}{b}.08" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJ" if a != b)
    rows = ownership(table(full), "paths", limits=Limits(links=4, steps=1000))
    exact = shares(full)
    assert all(row.note.startswith("bounded: paths beyond 4 links or 1,000 steps") for row in rows)
    assert all(row.share is None and row.low < row.high for row in rows)
    assert all(row.high == exact[row.owner + row.owned] for row in rows)


def test_paths_within_the_limits_are_exact():
    found = shares("AB.5 BC.4 CB.5 AC.1", "paths")
    assert found["AB"] == Fraction(5, 10) + Fraction(1, 10) * Fraction(5, 10)
    assert found["AC"] == Fraction(1, 10) + Fraction(5, 10) * Fraction(4, 10)


def test_a_networkx_graph_will_do():
    graph = nx.DiGraph()
    graph.add_edge("A", "B", share="12.5%")
    graph.add_edge("B", "C", share_min="0.2", share_max="0.4")
    rows = ownership(graph, by="A")
    assert [(row.owned, row.share, row.low, row.high) for row in rows] == [
        ("B", Fraction(1, 8), Fraction(1, 8), Fraction(1, 8)),
        ("C", None, Fraction(1, 40), Fraction(1, 20)),
    ]


def test_what_does_not_exist_is_said():
    with pytest.raises(ParameterError, match="method: 'exact' is none of corrected"):
        ownership(table("AB.5"), "exact")
    with pytest.raises(UnknownNameError, match="owner: nothing is called 'Z'"):
        ownership(table("AB.5"), by="Z")
    with pytest.raises(UnknownNameError, match="owned"):
        ownership(table("AB.5"), of="Z")


def test_no_stakes_no_rows():
    assert ownership(from_rows([])) == []

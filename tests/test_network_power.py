"""Who decides in the end where holders vote: worked cases, and properties of small networks."""

import subprocess
import sys
from fractions import Fraction
from itertools import permutations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics import network_power, power
from kg.analytics.pivot_chances import pivot_chances
from kg.analytics.stakes import VOTES, from_rows
from kg.analytics.voting import VotingGame
from kg.errors import ParameterError, UnknownNameError

# Example of the authors' sample code (NPF, 2023): A, B and C are nobody's.
PUBLISHED = [
    ("A", "D", "50%"), ("B", "D", "50%"),
    ("A", "E", "10%"), ("C", "E", "45%"), ("D", "E", "45%"),
    ("C", "F", "40%"), ("E", "F", "60%"),
]  # fmt: skip


def found(rows, **how):
    return network_power(from_rows(rows), **how)


def table(rows, **how):
    return {one.name: (str(one.index), str(one.flow)) for one in found(rows, **how).rows}


def chances(rows, company, **how):
    """Return with which chance each controls one company in the end."""
    rows = found(rows, values={company: 1}, **how).rows
    return {one.name: one.index for one in rows if one.index}


def test_the_top_of_a_chain_of_majorities_decides_all_of_it():
    chain = [("A", "B", "51%"), ("B", "C", "60%"), ("C", "D", "100%")]
    assert table(chain) == {"A": ("4", "4"), "B": ("0", "3"), "C": ("0", "2"), "D": ("0", "1")}


def test_three_holders_of_a_third_each_decide_as_often():
    third = [(holder, "T", "1/3") for holder in "ABC"]
    assert set(chances(third, "T").values()) == {Fraction(1, 3)}


def test_a_small_holder_without_whom_nothing_passes_is_a_pivot_too():
    assert chances([("A", "T", "50%"), ("B", "T", "49%"), ("C", "T", "1%")], "T") == {
        "A": Fraction(2, 3),
        "B": Fraction(1, 6),
        "C": Fraction(1, 6),
    }


def test_holders_with_one_controller_vote_as_one_block():
    apart = [("S1", "T", "30%"), ("S2", "T", "30%"), ("X", "T", "40%")]
    assert chances(apart, "T")["X"] == Fraction(1, 3)
    together = [*apart, ("G", "S1", "100%"), ("G", "S2", "60%"), ("Y", "S2", "40%")]
    assert chances(together, "T") == {"G": Fraction(1)}


def test_holders_that_one_may_control_are_a_block_only_when_it_does():
    # M is X's or Y's with the same chance, N is always M's: with both, 60% of T is one block.
    rows = [
        ("X", "M", "50%"), ("Y", "M", "50%"), ("M", "N", "100%"),
        ("M", "T", "30%"), ("N", "T", "30%"), ("X", "T", "20%"), ("Y", "T", "20%"),
    ]  # fmt: skip
    assert chances(rows, "T") == {"X": Fraction(1, 2), "Y": Fraction(1, 2)}
    # Apart, M and N would leave X and Y something to decide with Z.
    rows = [*rows[:3], ("M", "T", "30%"), ("N", "T", "30%"), ("Z", "T", "40%")]
    assert "Z" not in chances(rows, "T")


def test_the_published_example():
    """60,000 rounds of the authors' algorithm give 2.833, 1.831, 1.335; D, E, F flow 1.83, 2, 1."""
    assert table(PUBLISHED) == {
        "A": ("17/6", "17/6"),
        "B": ("11/6", "11/6"),
        "C": ("4/3", "4/3"),
        "D": ("0", "11/6"),
        "E": ("0", "2"),
        "F": ("0", "1"),
    }


def test_a_loop_of_majorities_is_its_own_end_whichever_is_named_first():
    loop = [("A", "B", "60%"), ("B", "A", "60%"), ("X", "A", "40%"), ("Y", "B", "40%")]
    for rows in (loop, loop[::-1]):
        of = {one.name: one for one in found(rows).rows}
        assert of["X"].index == of["Y"].index == 1  # themselves
        assert of["A"].index + of["B"].index == 2
        assert abs(of["A"].index - 1) < 4 * of["A"].index_error
        assert of["A"].flow == of["B"].flow == 2
        assert of["A"].method == "sampled"


def test_a_loop_through_which_an_outsider_holds_a_majority_is_the_outsiders():
    rows = [("X", "A", "60%"), ("A", "B", "60%"), ("B", "A", "30%")]
    assert table(rows) == {"X": ("3", "3"), "A": ("0", "2"), "B": ("0", "1")}
    assert found(rows).method == "exact"  # beside a majority the others never decide
    through = [("X", "A", "40%"), ("B", "A", "40%"), ("A", "B", "60%")]  # B is always A's
    assert chances(through, "A", samples=1000).get("A", 0) < Fraction(1, 100)


def test_what_has_nothing_to_do_with_a_loop_is_exact_beside_it():
    rows = [("A", "B", "60%"), ("B", "A", "60%"), *[(one, "T", "1/3") for one in "XYZ"]]
    method = {one.name: one.method for one in found(rows).rows}
    assert method["A"] == method["B"] == "sampled"
    assert method["X"] == method["T"] == "exact"


@pytest.mark.parametrize(
    ("rest", "index"),
    [
        ("ocean", Fraction(17, 33)),  # 34 : 66, Milnor & Shapley
        ("one", Fraction(0)),
        ("many", Fraction(11, 21)),  # 66 points before it in 21 places: 17 to 50 of them, by 3.3
        ("absent", Fraction(1)),
    ],
)
def test_holders_whom_nobody_names_count_as_for_power(rest, index):
    stakes = from_rows([("A", "T", "34%")])
    of = network_power(stakes, {"T": 1}, rest=rest)
    rows = {one.name: one for one in of.rows}
    held = rows["A"].index if "A" in rows else 0
    shapley = power(stakes, "T", rest=rest).rows[0].index.shapley
    assert held == pytest.approx(shapley, abs=1e-11)
    assert rows["T"].index + held == 1
    if rest != "many":
        assert held == index


def test_own_shares_are_no_votes_and_a_quota_out_of_reach_lets_nobody_decide():
    rows = [("T", "T", "40%"), ("A", "T", "35%"), ("B", "T", "25%")]
    assert network_power(from_rows(rows, right=VOTES), {"T": 1}).rows[0].name == "A"
    of_capital = [("T", "T", "60%"), ("A", "T", "40%")]
    assert chances(of_capital, "T") == {"T": 1}


def test_a_range_counts_at_its_least_and_an_unknown_share_not_at_all():
    rows = [("A", "T", ("40%", "60%")), ("B", "T", None)]
    assert chances(rows, "T") == chances([("A", "T", "40%")], "T")


def test_stakes_that_sum_to_more_than_all_let_nobody_decide_and_are_named():
    of = found([("A", "T", "60%"), ("B", "T", "60%"), ("T", "U", "70%")])
    assert of.conflicting == ("T",)
    assert {one.name: one.index for one in of.rows}["T"] == 2


def test_a_networkx_graph_is_enough_and_values_are_weighed():
    graph = nx.DiGraph([("A", "B", {"share": 0.6}), ("B", "C", {"share": 0.7})])
    rows = network_power(graph, {"B": 10, "C": 100}).rows
    assert {one.name: one.index for one in rows} == {"A": 110, "B": 0, "C": 0}
    assert {one.name: one.flow for one in rows} == {"A": 110, "B": 110, "C": 100}


def test_a_row_says_where_its_power_comes_from():
    stakes = from_rows(PUBLISHED, claims=[(f"claim-{at}",) for at in range(len(PUBLISHED))])
    of = network_power(stakes)
    proof = of.why("C")
    assert proof.parameters["method"] == "exact"
    assert "C decides in E in 16.6667% of the orders, with the votes of C 45%" in proof.steps
    assert set(proof.claims) == {"claim-3", "claim-5", "claim-6"}
    (passes,) = of.why("E").steps
    assert passes.startswith("E passes on what decides in F in 100%")
    drawn = network_power(stakes, exact=False, seed=7, samples=50).why("C")
    assert drawn.parameters | {"samples": "50", "seed": "7"} == drawn.parameters


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"rest": "tide"}, "none of ocean"),
        ({"samples": 0}, "one draw"),
        ({"quota": Fraction(2)}, "at most all votes"),
        ({"voters": 0}, "one voter"),
        ({"values": {"T": -1}}, "less than nothing"),
    ],
)
def test_what_cannot_be_asked_says_why(how, told):
    with pytest.raises(ParameterError, match=told):
        found([("A", "T", "60%")], **how)
    with pytest.raises(UnknownNameError):
        found([("A", "T", "60%")], values={"Q": 1})


@st.composite
def networks(draw, loops=False):
    """Return stakes among six, in tenths of a company; without loops holders come first."""
    rows = []
    for company in range(1, 6):
        owners = [one for one in range(6 if loops else company) if one != company]
        left = 10
        for owner in draw(st.lists(st.sampled_from(owners), max_size=4, unique=True)):
            share = draw(st.integers(0, left))
            left -= share
            rows.append((f"N{owner}", f"N{company}", Fraction(share, 10)))
    return rows or [("N0", "N1", Fraction(1, 2))]


RESTS = st.sampled_from(["ocean", "one", "absent"])


@settings(max_examples=60, deadline=None)
@given(networks(), RESTS)
def test_the_chances_in_each_company_add_up_to_one(rows, rest):
    of = found(rows, rest=rest)
    assert of.method == "exact"
    assert all(sum(ends.values()) == 1 for ends in of.ends.values())
    assert sum(one.index for one in of.rows) == len({name for row in rows for name in row[:2]})
    for one in of.rows:
        assert one.index <= one.flow
        if one.top:
            assert one.index == one.flow


@settings(max_examples=40, deadline=None)
@given(networks(), RESTS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows, rest, random):
    mixed = random.sample(rows, len(rows))
    assert table(mixed, rest=rest) == table(rows, rest=rest)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(networks(), RESTS)
def test_draws_are_within_their_errors_of_what_is_exact(rows, rest):
    exact = {one.name: one for one in found(rows, rest=rest).rows}
    for one in found(rows, rest=rest, exact=False, samples=4_000).rows:
        true = exact[one.name]
        # A chance below 1/1000 may not be met at all, and then has no error of its own.
        assert abs(one.index - true.index) <= 4 * one.index_error + 0.005
        assert abs(one.flow - true.flow) <= 4 * one.flow_error + 0.005


@settings(max_examples=15, deadline=None)
@given(networks(loops=True), RESTS)
def test_with_loops_all_that_is_decided_is_still_all_there_is(rows, rest):
    of = found(rows, rest=rest, samples=300)
    assert float(sum(one.index for one in of.rows)) == pytest.approx(
        len({name for row in rows for name in row[:2]})
    )


def orders(game, blocks):
    """Return how often each voter is the pivot over all orders that keep blocks together."""
    voters = range(len(blocks))
    kept, pivots = 0, [0] * len(blocks)
    for order in permutations(voters):
        ways = [blocks[one] for one in order]
        if any(ways[at] in ways[: at - 1] and ways[at] != ways[at - 1] for at in voters if at):
            continue
        kept += 1
        came = 0
        for one in order:
            came += game.weights[one]
            if came >= game.quota:
                pivots[one] += 1
                break
    return [Fraction(one, kept) for one in pivots]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 2)), min_size=1, max_size=6), st.data())
def test_pivots_of_blocks_equal_full_enumeration(voters, data):
    weights = tuple(weight for weight, _ in voters)
    game = VotingGame(weights, data.draw(st.integers(1, sum(weights))))
    blocks = tuple(block for _, block in voters)
    assert list(pivot_chances(game, blocks)) == orders(game, blocks)


def test_draws_of_a_small_table_load_no_numba():
    script = (
        "import sys; from kg.analytics import network_power; "
        "from kg.analytics.stakes import from_rows; "
        "rows = [('A', 'B', '40%'), ('B', 'A', '40%'), ('X', 'A', '30%')]; "
        "print(network_power(from_rows(rows), samples=10).method, 'numba' in sys.modules)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["sampled", "False"]


def test_nothing_and_nobody_are_no_error():
    assert found([]).rows == ()
    graph = nx.DiGraph()
    graph.add_node("A")
    assert [(one.name, one.index, one.top) for one in network_power(graph).rows] == [("A", 1, True)]


def test_kernels_draw_the_same_samples(monkeypatch):
    pytest.importorskip("numba", reason="large networks need the extra 'analytics'")
    rows = [
        *PUBLISHED, ("F", "G", "30%"), ("H", "G", "30%"), ("G", "H", "40%"), ("A", "H", "35%"),
    ]  # fmt: skip
    for rest in ("ocean", "one", "many", "absent"):
        plain = found(rows, rest=rest, samples=500, exact=False).rows
        with monkeypatch.context() as patched:
            patched.setattr("kg.analytics.ultimate_power.MANY", 1)
            assert found(rows, rest=rest, samples=500, exact=False).rows == plain


def test_half_beside_an_ocean_decides_always():
    half = {one.name: one for one in network_power(from_rows([("P", "X", "50%")])).rows}
    assert half["P"].index == 2
    two = {"P": "50%", "Q": "10%"}
    rows = network_power(from_rows([(name, "X", share) for name, share in two.items()]), {"X": 1})
    assert {one.name: one.index for one in rows.rows if one.index} == {"P": 1}

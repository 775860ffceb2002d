"""Why one controls another, what tips it, and who is at the top."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics import control, explain, from_rows, largest_holders, tipping, ultimate
from kg.analytics.control_pairs import ControlIndex
from kg.analytics.fixpoint import majority
from kg.analytics.stakes import VOTES, Stakes
from kg.analytics.ultimate_controllers import ultimates

ROWS = [
    ("A", "B", "60%"),
    ("A", "C", "30%"),
    ("B", "C", "30%"),
    ("C", "D", "51%"),
    ("X", "D", "49%"),
    ("A", "E", "60%"),
    ("E", "D", 0),
]


@pytest.fixture(params=[10**9, 0], ids=["small", "large"])
def index(request):
    claims = [(f"claim:{place}",) for place in range(len(ROWS))]
    return ControlIndex(from_rows(ROWS, claims=claims), majority("0.5"), many=request.param)


def test_a_proof_names_each_step_with_its_shares_and_claims(index):
    proof = explain(index, "A", "D")
    assert proof.certainty == "certain"
    assert [step.company for step in proof.steps] == ["B", "C", "D"]  # E is not needed
    holdings = [(one.holder, one.least, one.claims) for one in proof.steps[1].holdings]
    assert holdings == [
        ("A", Decimal("0.3"), ("claim:1",)),
        ("B", Decimal("0.3"), ("claim:2",)),
    ]
    assert proof.sentences() == [
        "A controls D.",
        "B: 60% held by A (claim:0) of its capital, more than 50%.",
        "C: 30% held by A (claim:1) + 30% held by B (claim:2) make 60% of its capital, "
        "more than 50%.",
        "D: 51% held by C (claim:3) of its capital, more than 50%.",
    ]
    assert json.loads(json.dumps(proof.to_json()))["steps"][2]["held"] == "0.51"


def test_a_proof_that_there_is_none_says_what_is_held(index):
    proof = explain(index, "X", "D")
    assert proof.certainty == "none"
    assert proof.sentences()[1].startswith("D: 49% held by X (claim:4) of its capital, not more")
    nothing = explain(index, "D", "A")
    assert nothing.sentences() == [
        "D does not control A.",
        "A: nothing is held of its capital, not more than 50%.",
    ]


def test_a_proof_of_possible_control_says_that_it_may_be():
    ranges = [("B", "C", ("30%", "60%")), ("P", "C", "20%"), ("Q", "C", None)]
    proof = explain(from_rows(ranges), "B", "C")
    assert proof.certainty == "possible"
    assert "at most 60% of its capital, which may be more than 50%" in proof.sentences()[1]
    assert "at most 50%" in explain(from_rows(ranges), "Q", "C").sentences()[1]


def test_a_group_is_one_controller():
    family = from_rows([("Ann", "B", "30%"), ("Bob", "B", "25%")])
    assert explain(family, ["Ann", "Bob"], "B").certainty == "certain"
    assert [tip.amount for tip in tipping(family, ["Ann", "Bob"], "B")] == [Decimal("0.05")]


def test_votes_are_named_and_counted_without_the_companys_own():
    votes = from_rows([("A", "B", "45%"), ("B", "B", "20%")], right=VOTES)
    step = explain(votes, "A", "B").steps[0]
    assert (step.right, step.held, step.needed) == ("votes", Decimal("0.45"), Decimal("0.4"))


@pytest.mark.parametrize(
    ("rows", "tips"),
    [
        ([("A", "B", "40%")], [("gain", "B", "0.1")]),
        ([("A", "B", "50%")], [("gain", "B", "0")]),
        ([("C", "B", "60%"), ("A", "C", 0)], [("gain", "B", "0.5")]),
        (
            [("A", "C", "45%"), ("C", "B", "30%"), ("A", "B", "25%")],
            [("gain", "C", "0.05"), ("gain", "B", "0.25")],
        ),
        ([("A", "B", "70%")], [("lose", "B", "0.2")]),
        (
            [("A", "C", "51%"), ("C", "B", "90%")],
            [("lose", "C", "0.01"), ("lose", "B", "0.4")],
        ),
        # What comes back from B through its own subsidiary does not keep B.
        ([("A", "B", "55%"), ("B", "C", "100%"), ("C", "B", "30%")], [("lose", "B", "0.05")]),
    ],
    ids=["direct", "half", "nothing yet", "on the way", "sale", "sale on the way", "loop"],
)
def test_what_tips_control(rows, tips):
    found = tipping(from_rows(rows), "A", "B")
    assert [(one.kind, one.company, str(one.amount)) for one in found] == tips


@st.composite
def networks(draw):
    rows = {}
    for company in range(5):
        left = 20
        for owner in draw(st.lists(st.integers(0, 4), max_size=3, unique=True)):
            share = draw(st.integers(0, left))
            left -= share
            if owner != company:
                rows[owner, company] = share * 50_000
    return rows


def network(rows):
    ends = [owner for owner, _ in rows], [owned for _, owned in rows]
    return Stakes(list("abcde"), *ends, list(rows.values()), list(rows.values()))


def controls(rows, company, more):
    """Say whether a controls e once it has so many parts more of one company."""
    changed = rows | {(0, company): rows.get((0, company), 0) + more}
    return any(one.controlled == "e" for one in control(network(changed), by="a"))


@settings(max_examples=200)
@given(networks())
def test_a_tip_is_enough_and_no_less_is(rows):
    tips = tipping(network(rows), "a", "e")
    for tip in tips:
        company, parts = "abcde".index(tip.company), int(tip.amount * 1_000_000)
        if tip.kind == "gain":
            assert controls(rows, company, parts + 1)
            assert not controls(rows, company, parts)
        elif rows.get((0, company), 0) >= parts:
            assert not controls(rows, company, -parts)
            assert controls(rows, company, 1 - parts)
    least = int(tips[0].amount * 1_000_000)
    for company in range(1, 5):
        if tips[0].kind == "gain":
            assert not controls(rows, company, least)
        elif rows.get((0, company), 0) >= least > 0:
            assert controls(rows, company, 1 - least)


def at_the_top(rows, company, **how):
    return [
        (one.controller, one.kind)
        for one in ultimate(from_rows(rows), **how)
        if one.company == company
    ]


def test_who_is_at_the_top():
    rows = [("A", "B", "60%"), ("B", "C", "60%"), ("P", "V", "50%"), ("Q", "V", "50%")]
    assert at_the_top(rows, "C") == [("A", "one")]
    assert at_the_top(rows, "V") == [("P", "joint"), ("Q", "joint")]
    dispersed = [(f"holder {place}", "D", "5%") for place in range(20)]
    assert at_the_top(dispersed, "D") == [(None, "none")]
    unknown = [("A", "B", "60%"), ("B", "C", None)]
    found = [one.to_json() for one in ultimate(from_rows(unknown)) if one.company == "C"]
    assert found == [
        {"company": "C", "controller": None, "kind": "none", "certainty": "certain"},
        {"company": "C", "controller": "A", "kind": "one", "certainty": "possible"},
    ]


@settings(max_examples=200)
@given(networks())
def test_the_roots_of_the_forest_are_the_ultimate_controllers(rows):
    found = [
        list(ultimates(ControlIndex(network(rows), majority("0.5"), many=many)))
        for many in (0, 10**9)
    ]
    assert found[0] == found[1]


def test_the_largest_holder_is_followed_whether_or_not_it_controls():
    rows = [("A", "B", "25%"), ("B", "C", "30%"), ("Z", "C", "20%"), ("C", "D", "24.99%")]
    found = {one.company: (one.controller, one.kind) for one in largest_holders(from_rows(rows))}
    assert found == {"B": ("A", "one"), "C": ("A", "one"), "D": (None, "none")}
    half = {one.company: one.controller for one in largest_holders(from_rows(rows), "50%")}
    assert set(half.values()) == {None}


def test_the_largest_holder_may_be_a_circle_a_tie_or_unclear():
    rows = [
        ("A", "B", "40%"),
        ("B", "A", "40%"),
        ("B", "C", "30%"),
        ("P", "V", "50%"),
        ("Q", "V", "50%"),
        ("R", "W", ("30%", "40%")),
        ("S", "W", "35%"),
    ]
    found = {}
    for one in largest_holders(from_rows(rows)):
        found.setdefault(one.company, []).append((one.controller, one.kind))
    assert found["C"] == [("A", "loop"), ("B", "loop")]
    assert found["V"] == [("P", "several"), ("Q", "several")]
    assert found["W"] == [("S", "unclear")]

"""Each row can be asked why, and what the proof adds up is what the row says."""

import json
import re
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from api.cli import app
from kg.analytics import from_rows
from kg.analytics.control_pairs import ControlIndex
from kg.analytics.final_owners import final_rights, network_value
from kg.analytics.fixpoint import majority
from kg.analytics.link_proof import LinkProofs
from kg.analytics.linked import RULES, close_links
from kg.analytics.network_shape import bow_tie
from kg.analytics.ranges import Range
from kg.analytics.shape_proof import PlaceProofs, why_alike, why_central, why_together
from kg.analytics.structure import communities
from kg.analytics.top_proof import why_at_the_top
from kg.analytics.ultimate_controllers import largest_holders, ultimates
from kg.analytics.value_proof import why_final, why_valued

NAMES = "ABCDEF"
HOLDS = re.compile(r"(\w) holds (\S+?)%? of (\w)")


@st.composite
def networks(draw):
    """Return a small network with loops; of each company at most all is held."""
    rows = []
    for company in NAMES:
        owners = draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
        shares = [draw(st.sampled_from([5, 20, 30, 33])) for _ in owners]
        if draw(st.booleans()) and owners:
            shares[0] = 100 - sum(shares[1:])
        rows += [
            (owner, company, f"{share}%")
            for owner, share in zip(owners, shares, strict=True)
            if owner != company
        ]
    return from_rows(rows or [("A", "B", "60%")], claims=None)


def number(text):
    return float(re.search(r"[\d.]+(e-?\d+)?", text)[0])


@given(networks(), st.sampled_from(RULES))
@settings(max_examples=60)
def test_a_link_is_proved_by_what_is_held(stakes, rule):
    found = close_links(stakes, rule)
    proofs = LinkProofs(stakes, found)
    for link in found.rows():
        proof = proofs.of(link)
        if link.third_party:
            assert {link.company, link.linked} <= set(" ".join(proof.steps))
        elif rule == "eurosystem":
            assert proof.steps[-1] == f"together {Range(link.low, link.high)} of {link.linked}"
            held = [HOLDS.fullmatch(line).groups() for line in proof.steps[:-1]]
            own = [Fraction(share) for _, share, company in held if company == link.linked]
            assert sum(own) == link.low * 100
        elif link.low == link.high:
            assert number(proof.steps[0]) == pytest.approx(float(link.low) * 100, rel=1e-5)


@given(networks())
@settings(max_examples=60)
def test_what_ends_with_somebody_is_what_reaches_it_times_what_stays(stakes):
    for right in final_rights(stakes):
        proof = why_final(stakes, right.through, right.company)
        if right.share is None:
            continue
        stays = number(proof.steps[-1].split(": ")[1]) / 100
        reached = 1.0
        if right.through != right.company:
            reached = number(proof.steps[0]) / 100
        elif len(proof.steps) > 2:
            reached = 1 / (1 - number(proof.steps[1]) / 100)
        assert reached * stays == pytest.approx(float(right.share), abs=1e-4)


@given(networks(), st.sampled_from(["linear", "threshold", "relative"]))
@settings(max_examples=60)
def test_what_a_network_is_worth_is_the_sum_of_its_companies(stakes, model):
    for value in network_value(stakes, model=model):
        steps = why_valued(stakes, value.name, model).steps
        if value.inside is None:
            continue
        at = next(place for place, line in enumerate(steps) if " inside, " in line)
        assert sum(map(number, steps[:at])) / 100 == pytest.approx(float(value.inside), abs=1e-4)
        assert number(steps[at]) == pytest.approx(float(value.inside), rel=1e-5)


@given(networks())
@settings(max_examples=60)
def test_a_place_is_proved_by_chains_that_can_be_followed(stakes):
    found = bow_tie(stakes)
    proofs = PlaceProofs(stakes, found)
    core = set(found.members("core"))
    for place in found.rows():
        chain = [HOLDS.fullmatch(line).groups() for line in proofs.of(place.name).steps[1:]]
        if place.part in ("core", "in", "out"):
            ways = [owner for owner, _, _ in chain] + [chain[-1][2]]
            assert all(one[2] == two[0] for one, two in pairwise(chain))
            start, end = ways[0], ways[-1]
            assert (start == place.name) is (place.part != "out")
            assert (end in core) is (place.part != "out")
            assert (start in core) is (place.part != "in")
            assert end == place.name or place.part == "in"
        if place.loop:
            loop = [HOLDS.fullmatch(line).groups() for line in proofs.loop(place.name).steps]
            assert loop[0][0] == loop[-1][2] == place.name


@given(networks())
@settings(max_examples=60)
def test_who_is_at_the_top_is_proved_by_what_it_controls(stakes):
    index = ControlIndex(stakes, majority("0.5"))
    rows = list(ultimates(index))
    why = why_at_the_top(index, rows)
    for row in rows:
        steps = why(row).steps
        assert steps
        if row.kind == "one":
            assert steps[0] == f"{row.controller} controls {row.company}."
            assert steps[-1] == f"nobody controls {row.controller}"
        if row.kind == "none":
            assert all("not more than 50%" in line for line in steps)


def test_what_makes_a_link_possible_is_told():
    stakes = from_rows([("A", "B", ("30%", "80%")), ("B", "C", "50%")])
    found = close_links(stakes, "integrated", "35%")
    (link,) = [one for one in found.rows() if one.linked == "C" and one.company == "A"]
    assert LinkProofs(stakes, found).of(link).steps == (
        "15% to 40% of C is A's, by corrected at most:",
        "  40% = 80% x 50% on A > B > C",
    )


def test_the_rounds_through_a_loop_are_counted_once():
    stakes = from_rows([("A", "B", "50%"), ("B", "A", "50%"), ("P", "A", "30%"), ("B", "C", "51%")])
    steps = why_final(stakes, "A", "C").steps
    assert steps[:3] == (
        "34% of C is A's, by brioschi:",
        "  25.5% = 50% x 51% on A > B > C",
        "  1.33333 times counted again through loops",
    )


def test_what_has_no_end_is_said():
    stakes = from_rows([("A", "B", "100%"), ("B", "A", "100%"), ("B", "C", "60%")])
    assert "all of it comes back to it: without end" in why_final(stakes, "A", "A").steps
    assert why_valued(stakes, "A").steps[-1].endswith("total without end")


def test_who_may_be_as_large_is_named():
    stakes = from_rows([("Q", "D", "20%"), ("C", "D", ("0%", "80%"))])
    index = ControlIndex(stakes, majority("0.5"))
    rows = list(largest_holders(stakes, "0.25"))
    (row,) = rows
    assert row.kind == "unclear"
    steps = why_at_the_top(index, rows, "25%")(row).steps
    assert steps == (
        "Q holds 20% of D, which is not surely 25%",
        f"C holds {Range(Fraction(0), Fraction(4, 5))} of D, which may be as much",
    )


def test_proofs_of_links_that_are_not_listed_are_refused(tmp_path):
    table = tmp_path / "stakes.csv"
    table.write_text("owner,owned,share\nA,B,60%\n")
    for call in (["close-links", "--groups"], ["power", "--coalitions"]):
        told = CliRunner().invoke(app, [*call, "--stakes", str(table), "--explain"])
        assert told.exit_code == 2
        assert "--explain" in told.stderr


def test_the_largest_holders_are_named_one_above_the_other():
    stakes = from_rows([("A", "B", "40%"), ("X", "B", "10%"), ("B", "C", "30%")])
    index = ControlIndex(stakes, majority("0.5"))
    rows = list(largest_holders(stakes, "0.25"))
    why = why_at_the_top(index, rows, "25%")
    assert [why(row).steps for row in rows if row.company == "C"] == [
        ("B holds 30% of C, and nobody surely more", "A holds 40% of B, and nobody surely more")
    ]


def test_a_loop_is_proved_by_control_both_ways():
    index = ControlIndex(from_rows([("A", "B", "60%"), ("B", "A", "70%")]), majority("0.5"))
    rows = list(ultimates(index))
    (own,) = [row for row in rows if row.company == row.controller == "A"]
    assert {"A controls B.", "B controls A."} <= set(why_at_the_top(index, rows)(own).steps)


def test_measures_name_the_stakes_that_they_count():
    stakes = from_rows([("A", "B", "40%"), ("A", "C", "10%"), ("X", "C", "30%")])
    assert why_central(stakes, "C", "holders").steps == (
        "stakes of its own: 0, in it: 2",
        "A holds 10% of C",
        "X holds 30% of C",
    )
    groups = communities(stakes)
    group = next(one for one in groups if "A" in one)
    assert why_together(stakes, "A", group).steps[0].startswith(f"stakes within the {len(group)}")
    assert why_alike(stakes, "A", "X").steps[0] == "1 companies in both, 2 in either"


@pytest.mark.parametrize(
    "command",
    [
        "ultimate",
        "ultimate --at 25%",
        "close-links",
        "close-links --rule path-product",
        "final-owners",
        "network-value",
        "power",
        "network-power",
        "what-if --set A>C=50%",
        "structure",
        "structure --measure loops",
        "structure --measure pagerank",
        "structure --measure communities",
        "structure --measure common-owners --company B --company C",
        "structure --measure jaccard --company A --company B",
    ],
)
def test_commands_on_tables_say_why_where_asked(tmp_path, command):
    table = tmp_path / "stakes.csv"
    table.write_text("owner,owned,share\nA,B,60%\nA,C,30%\nB,C,25%\nC,A,5%\n")
    call = [*command.split(), "--stakes", str(table), "--format", "json"]
    plain, told = (CliRunner().invoke(app, [*call, *more]) for more in ([], ["--explain"]))
    assert (plain.exit_code, told.exit_code) == (0, 0), told.output
    rows = json.loads(told.stdout)
    assert all(row["why"]["steps"] and row["why"]["claims"] for row in rows)
    shown = json.loads(plain.stdout)
    assert len(rows) == len(shown) > 0
    assert not any("why" in row for row in shown)

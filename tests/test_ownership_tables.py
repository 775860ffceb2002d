"""The commands `ownership`, `close-links` and `structure` on a table, and what stands behind."""

import json
from fractions import Fraction

import networkx as nx
import pytest
from hypothesis import given, settings
from typer.testing import CliRunner

from api.cli import app
from kg.analytics.final_owners import final_rights, network_value, weakest_link
from kg.analytics.integrated import ownership
from kg.analytics.network_shape import PARTS, bow_tie
from kg.analytics.ownership_proof import why
from kg.analytics.stakes import from_rows
from kg.errors import ParameterError
from tests.test_ownership import VITALI, table
from tests.test_ownership_referee import networks, stakes_of


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "stakes.csv"

    def asked(text, *words):
        path.write_text("owner,owned,share\n" + "\n".join(text.split()), encoding="utf-8")
        return CliRunner().invoke(app, [words[0], "--stakes", str(path), *words[1:]])

    return asked


def test_ownership_as_json(run):
    done = run("R,N,0.434 N,R,15%", "ownership", "--format", "json", "--owner", "R")
    assert done.exit_code == 0
    share = {"R": "0.0651", "N": "0.434"}
    assert json.loads(done.stdout) == [
        {"owner": "R", "owned": one, "share": share[one], "low": share[one], "high": share[one]}
        for one in ("N", "R")
    ]


def test_a_closed_loop_is_answered_with_a_note(run):
    done = run("A,B,1 B,A,1", "ownership", "--method", "brioschi", "--format", "json")
    assert done.exit_code == 0
    assert all(
        row["share"] is None and "closed loop" in row["note"] for row in json.loads(done.stdout)
    )


def test_ownership_explained(run):
    done = run("A,B,0.6 B,C,0.5", "ownership", "--owner", "A", "--owned", "C", "--explain")
    assert "30% = 60% x 50% on A > B > C" in done.stdout
    assert run("A,B,0.6", "ownership", "--explain").exit_code == 2
    assert run("A,B,0.6", "ownership", "--method", "most").exit_code == 2
    assert run("A,B,0.6", "ownership", "--owner", "Z").exit_code == 2


def test_close_links_as_json(run):
    text = "A,B,0.51 A,C,0.51 B,D,0.2"
    done = run(text, "close-links", "--rule", "eurosystem", "--format", "json")
    pairs = {(row["company"], row["linked"], row["reason"]) for row in json.loads(done.stdout)}
    assert ("B", "C", "third party") in pairs
    assert ("A", "D", "holding") in pairs
    done = run(text, "close-links", "--groups", "--format", "json")
    assert json.loads(done.stdout) == [{"third_party": "A", "certain": ["B", "C"], "possible": []}]
    assert run(text, "close-links", "--rule", "ecb").exit_code == 2


def test_structure_as_csv(run):
    done = run("A,B,0.1 B,C,0.5 C,B,0.5 C,D,0.4", "structure", "--format", "csv")
    assert done.stdout.split() == ["name,part,loop", "A,in,", "B,core,1", "C,core,1", "D,out,"]
    assert run("A,B,0.1", "structure", "--part", "hub").exit_code == 2


def test_bow_tie_of_the_paper():  # W5
    found = bow_tie(table(VITALI + " 451"))
    assert found.members("in") == ["0"]
    assert found.members("core") == ["1", "2", "3", "4"]
    assert found.members("out") == ["5"]


@given(networks())
@settings(max_examples=150)
def test_bow_tie_against_networkx(columns):
    graph = nx.DiGraph((i, j) for j, column in columns.items() for i in column)
    found = bow_tie(stakes_of(columns))
    loops = [one for one in nx.strongly_connected_components(graph) if len(one) > 1]
    assert sorted(map(sorted, loops)) == sorted(found.loops)
    assert sum(found.counts.values()) == len(found.part)
    for name in found.members("in"):
        assert nx.descendants(graph, int(name[1:])) & set(found.loops[0])
    for name in found.members("out"):
        assert nx.ancestors(graph, int(name[1:])) & set(found.loops[0])


@given(networks())
@settings(max_examples=100)
def test_kernels_see_the_same_shape(columns):
    pytest.importorskip("numba", reason="large networks need the extra 'analytics'")
    from kg.analytics.large_shape import shape

    stakes = stakes_of(columns)
    found = bow_tie(stakes)
    part, loops = shape(stakes)
    assert (part, loops) == (found.part, found.loops)
    assert len(PARTS) == 6


def test_shares_as_floats_print_them_are_one_number():
    printed = ["0.0012345678901234567", "0.04481338338846789", "0.5"]  # 19 decimals: above 64 bits
    stakes = from_rows([(owner, "X", share) for owner, share in zip("ABC", printed, strict=True)])
    found = {one.owner: one.share for one in ownership(stakes)}
    assert found["C"] == Fraction(1, 2)
    for owner, share in zip("AB", printed, strict=False):
        assert abs(found[owner] - Fraction(share)) < Fraction(1, 10**15)


def test_two_firms_that_hold_half_of_each_other():  # Elliott, Golub & Jackson 2014
    rights = {(one.company, one.through): one.share for one in final_rights(table("AB.5 BA.5"))}
    third = Fraction(1, 3)
    assert rights == {
        ("A", "A"): 2 * third, ("A", "B"): third, ("B", "A"): third, ("B", "B"): 2 * third
    }  # fmt: skip


def test_a_closed_loop_by_relative_majority_never_ends():
    closed = table("AB.3 CB.4 DB.3 BA1 BC1 BD1")
    found = network_value(closed, model="relative", of=["B"])[0]
    assert (found.total, found.corrected) == (None, 4)


def test_network_value_of_the_paper():  # W5
    found = network_value(table(VITALI + " 451"))
    by_name = {one.name: one for one in found}
    assert [int(by_name[name].total) for name in "012345"] == [6, 50, 27, 49, 55, 1]
    corrected = [float(by_name[name].corrected) for name in "012345"]
    assert corrected == pytest.approx([6, 5, 4.3784, 4.6667, 4.7143, 1], abs=5e-5)
    assert all(one.inside == one.corrected - 1 for one in found)


def test_network_control_by_model():
    stakes = table("AB.6 CB.4")
    inside = {
        model: [one.inside for one in network_value(stakes, model=model)]
        for model in ("linear", "threshold", "relative")
    }
    assert inside["linear"] == [Fraction(6, 10), 0, Fraction(4, 10)]
    assert inside["threshold"] == [1, 0, 0]
    assert [round(float(one), 6) for one in inside["relative"]] == [0.692308, 0, 0.307692]
    with pytest.raises(ParameterError, match="model"):
        network_value(stakes, model="majority")


@given(networks(most=18))
@settings(max_examples=100)
def test_final_rights_of_a_company_add_up(columns):
    stakes = stakes_of(columns)  # some of each company is always held outside
    rights = final_rights(stakes)
    for name in stakes.names:
        assert sum(one.share for one in rights if one.company == name) == 1


def test_value_in_a_closed_loop_never_ends():
    assert {one.share for one in final_rights(table("AB1 BA1"))} == {None}


def test_weakest_link():
    found = weakest_link(table("AB.6 BC.3 AC.1"), "A", "C")
    assert (found.control, found.cash_flow) == (Fraction(4, 10), Fraction(28, 100))
    assert found.wedge == Fraction(12, 100)
    assert found.complete
    assert not weakest_link(table("AB.6 BC.3 CD.3"), "A", "D", links=2).complete


def test_why_names_claims_and_what_is_left():
    proof = why(table("AB.5 BC.5 CB.4"), "A", "B")
    assert proof.row.share == Fraction(5, 8)
    assert proof.explained == Fraction(1, 2)
    assert proof.rest == Fraction(1, 8)
    assert "12.5% on further paths and rounds through loops" in proof.sentences()[-1]
    twice = why(table("RN.434 NR.15"), "R", "N", "brioschi")
    assert twice.rounds == 1 / (1 - Fraction(434 * 15, 10**5))
    assert why(table("AB.5 CD.1"), "A", "D").row.share == 0

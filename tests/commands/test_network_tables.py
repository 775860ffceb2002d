"""Commands on tables: the shape of a network, final owners, network value."""

import json

import pytest
from typer.testing import CliRunner

from api.cli import app

# B and C hold each other: a tenth of B comes back to it.
STAKES = "owner,owned,share\nA,B,60%\nB,C,50%\nC,B,20%\nA,D,10%\nE,D,20%\nE,C,5%\n"


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "stakes.csv"
    path.write_text(STAKES)

    def run(command, *arguments):
        return CliRunner().invoke(app, [command, "--stakes", str(path), *arguments])

    return run


@pytest.fixture
def rows(run):
    def rows(*arguments):
        result = run(*arguments, "--format", "json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return rows


def test_value_ends_with_whoever_is_not_held_whole(rows):
    found = {row["through"]: row["share"] for row in rows("final-owners", "--company", "B")}
    # 1/0.9 times round: of B 0.6 A's and 0.2 nobody's, of C 0.45 nobody's and 0.05 E's.
    assert found == {
        "A": "0.666666666666666",
        "B": "0.222222222222222",
        "C": "0.1",
        "E": "0.011111111111111",
    }
    assert [row for row in rows("final-owners") if row["company"] == "B"] == rows(
        "final-owners", "--company", "B"
    )


def test_network_value_by_shares_and_by_control(rows):
    (linear,) = rows("network-value", "--holder", "A")
    assert linear == {"name": "A", "inside": "1.1", "corrected": "2.1", "total": "2.1"}
    (threshold,) = rows("network-value", "--holder", "A", "--model", "threshold")
    assert threshold["inside"] == "1.6"  # all of B, half of C by it, a tenth of D
    assert len(rows("network-value")) == 5


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["loops"], [{"name": "B", "loop": 1}, {"name": "C", "loop": 1}]),
        (["holdings", "--company", "E"], [{"name": "E", "value": 2.0}]),
        (
            ["jaccard", "--company", "A", "--company", "E"],
            [{"one": "A", "other": "E", "jaccard": "0.333333333333333"}],
        ),
        (
            ["common-owners", "--company", "C", "--company", "D", "--least", "5%"],
            [],
        ),
        (
            ["common-owners", "--company", "C", "--company", "D"],
            [
                {"holder": "E", "company": "C", "low": "0.05", "high": "0.05"},
                {"holder": "E", "company": "D", "low": "0.2", "high": "0.2"},
            ],
        ),
    ],
)
def test_measures_of_the_shape(rows, arguments, found):
    assert rows("structure", "--measure", *arguments) == found


def test_centrality_and_communities_name_everybody_once(rows):
    for measure in ("pagerank", "betweenness", "degree", "holders", "communities"):
        assert sorted(row["name"] for row in rows("structure", "--measure", measure)) == list(
            "ABCDE"
        )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["structure", "--measure", "beauty"], "'beauty' is none of bow-tie"),
        (["structure", "--measure", "jaccard", "--company", "A"], "name two holders"),
        (["structure", "--measure", "common-owners", "--company", "A"], "two different companies"),
        (["structure", "--measure", "degree", "--company", "Q"], "nothing is called 'Q'"),
        (["final-owners", "--company", "Q"], "nothing is called 'Q'"),
        (["network-value", "--holder", "Q"], "nothing is called 'Q'"),
        (["network-value", "--model", "Q"], "'Q' is none of linear, threshold, relative"),
    ],
)
def test_what_is_asked_wrongly_is_told(run, arguments, told):
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr


def test_network_power_of_all_and_the_chances_in_one_company(rows):
    found = {row["name"]: row for row in rows("network-power")}
    # B and C hold each other, but A's majority of B is all that counts there; D: 10 to 90 less E.
    assert found["A"]["method"] == "exact"
    assert float(found["A"]["index"]) == pytest.approx(3 + 5 / 49, abs=1e-5)
    found = {
        row["name"]: row for row in rows("network-power", "--company", "D", "--rest", "absent")
    }
    assert {name: row["index"] for name, row in found.items()} == {"E": "1", "D": "0"}
    (one,) = rows("network-power", "--holder", "E", "--company", "D", "--explain")
    assert one["why"]["steps"][0].startswith("E decides in D in 24.")

"""The worked cases: tables with the answers that are right for them."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from kg.analytics.control_pairs import ControlIndex
from kg.analytics.fixpoint import majority
from kg.analytics.tables import read_stakes
from kg.analytics.ultimate_controllers import ultimates

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))


@pytest.fixture(params=CASES, ids=lambda path: path.stem)
def case(request):
    expected = tomllib.loads(request.param.read_text(encoding="utf-8"))
    table = read_stakes(request.param.with_suffix(".csv"), expected.get("as_of"))
    return table, expected


@pytest.fixture(params=[10**9, 0], ids=["by the definition", "by the kernels"])
def index(request, case):
    table, expected = case
    rule = majority(expected.get("threshold", "0.5"))
    return ControlIndex(table.deciding, rule, many=request.param)


def pairs(index, certainty):
    rows = [one for one in index.rows() if one.certainty == certainty]
    return sorted((one.controller, one.controlled, one.held) for one in rows)


def test_control(index, case):
    _, expected = case
    for certainty, key in (("certain", "control"), ("possible", "possible")):
        rows = expected.get(key, [] if key == "possible" else None)
        if rows is not None:
            right = sorted((x, y, Decimal(held)) for x, y, held in rows)
            assert pairs(index, certainty) == right


def test_ultimate_controllers(index, case):
    _, expected = case
    if "ultimate" not in expected:
        pytest.skip("says nothing of ultimate controllers")
    found = [one for one in ultimates(index) if one.certainty == "certain"]
    assert sorted([one.company, one.controller or "", one.kind] for one in found) == sorted(
        expected["ultimate"]
    )


def test_findings(case):
    table, expected = case
    rules = {one.rule for one in table.findings} - {"as-of"}
    assert rules == set(expected.get("findings", []))


def test_a_wrong_answer_would_be_noticed():
    assert len(CASES) > 20
    table = read_stakes(CASES[0].with_name("half-through-another.csv"))
    assert pairs(ControlIndex(table.deciding, majority("0.49")), "certain") != []

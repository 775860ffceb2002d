"""Spark in local mode against plain Python over the same table: control, controllers, ownership."""

from collections import defaultdict
from pathlib import Path

import pytest

from kg.analytics import control, ultimate
from kg.analytics.fixpoint import majority
from kg.analytics.ownership import ownership
from kg.analytics.tables import read_stakes
from kg.errors import EngineError, TableError, UnknownNameError

CASES = Path(__file__).parent.parent / "analytics" / "cases"
pytestmark = pytest.mark.spark


@pytest.fixture
def load(spark):
    from kg.analytics.engines import spark_table

    return lambda path: spark_table.load(spark, path, None, lambda message: None)


def pairs_of(table, threshold="0.5"):
    from kg.analytics.engines.spark_control import control_pairs

    return control_pairs(table, majority(threshold)).localCheckpoint()


@pytest.mark.parametrize("threshold", ["0.5", "0.2"])
def test_worked_and_random_tables_in_one(load, tmp_path, threshold, many_tables):
    path = tmp_path / "stakes.csv"
    path.write_text(many_tables, encoding="utf-8")
    from kg.analytics.engines.spark_ultimate import ultimate_controllers

    table, stakes = load(path), read_stakes(path).capital
    pairs = pairs_of(table, threshold)
    found = {(row.x, row.y, row.held) for row in pairs.collect()}
    right = {
        (one.controller, one.controlled, int(one.held * table.whole))
        for one in control(stakes, threshold)
    }
    assert len(right) > 50
    assert found == right
    tops = {tuple(row) for row in ultimate_controllers(table, pairs).collect()}
    assert tops == {(one.company, one.controller, one.kind) for one in ultimate(stakes, threshold)}

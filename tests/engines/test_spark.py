"""Spark in local mode against plain Python over the same table: control, controllers, ownership."""

import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from kg.analytics import ownership, ultimate
from kg.analytics.fixpoint import majority
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
def test_random_networks_in_one_table(load, tmp_path, threshold, many_tables, by_networkx):
    path = tmp_path / "stakes.csv"
    path.write_text(many_tables, encoding="utf-8")
    from kg.analytics.engines.spark_ultimate import ultimate_controllers

    table, stakes = load(path), read_stakes(path).capital
    pairs = pairs_of(table, threshold)
    found = {(row.x, row.y, Fraction(row.held, table.whole)) for row in pairs.collect()}
    right = by_networkx(many_tables, threshold)
    assert len(right) > 50
    assert found == right
    tops = {tuple(row) for row in ultimate_controllers(table, pairs).collect()}
    assert tops == {(one.company, one.controller, one.kind) for one in ultimate(stakes, threshold)}


def test_ownership_with_loops_of_an_owner_and_of_a_company(load, tmp_path):
    rows = [
        "a,b,90%",
        "x,b,5%",
        "b,a,100%",
        "b,n,50%",
        "n,n,10%",
        "n,m,30%",
        "m,n,20%",
        "m,end,0.125",
    ]
    path = tmp_path / "stakes.csv"
    path.write_text("\n".join(["owner,owned,share", *rows]), encoding="utf-8")
    from kg.analytics.engines.spark_ownership import OwnershipInSpark

    stakes = read_stakes(path).capital
    engine = OwnershipInSpark(load(path))
    found = {row.node: row.share for row in engine.held_by("x").collect()}
    assert found == pytest.approx({r.owned: float(r.share) for r in ownership(stakes, by="x")})
    found = {row.node: row.share for row in engine.owners_of("m").collect()}
    assert found == pytest.approx({r.owner: float(r.share) for r in ownership(stakes, of="m")})
    with pytest.raises(UnknownNameError, match="nothing is called 'nobody'"):
        engine.held_by("nobody")


def test_ten_thousand_companies_in_partitions(load, tmp_path):
    networks = pytest.importorskip("benchmarks.networks", reason="benchmarks are not shipped")
    duckdb = pytest.importorskip("duckdb", reason="tables are written by the extra 'analytics'")
    from kg.analytics.engines.spark_ownership import OwnershipInSpark

    file, folder = tmp_path / "stakes.parquet", tmp_path / "parts"
    networks.network(10_000).write(file)
    with duckdb.connect() as base:
        base.execute(
            f"COPY (SELECT *, hash(owned) % 4 AS part FROM '{file}') TO '{folder}' "
            "(FORMAT parquet, PARTITION_BY (part))"
        )
    table, stakes = load(folder), read_stakes(file).capital
    found = {(row.x, row.y, row.held) for row in pairs_of(table).collect()}
    reference = control_by_python(stakes)
    assert len(reference) > 8_000
    assert found == reference
    held = defaultdict(int)
    for row in stakes.rows():
        held[row.owner] += 1
    top = stakes.names[max(held, key=held.__getitem__)]
    shares = OwnershipInSpark(table).held_by(top).collect()
    right = {row.owned: float(row.share) for row in ownership(stakes, by=top)}
    assert {row.node: row.share for row in shares} == pytest.approx(right, rel=1e-9, abs=1e-12)


def control_by_python(stakes):
    """Return every pair by the plain fixpoint, holder by holder, without the kernels."""
    from kg.analytics.fixpoint import Columns, reach

    columns = Columns(stakes, majority("0.5"))
    return {
        (stakes.names[holder], stakes.names[company], found.held[company])
        for holder in stakes.rows_by_owner
        for found in [reach(columns, [holder])]
        for company in found.added
    }


def test_what_spark_cannot_do_is_said(load, tmp_path):
    path = tmp_path / "stakes.csv"
    path.write_text("owner,owned,share,votes\nA,B,60%,\n", encoding="utf-8")
    with pytest.raises(EngineError, match=r"the table has votes.*--engine memory or duckdb"):
        load(path)
    path.write_text("owner,owned,share\nA,B,\n", encoding="utf-8")
    with pytest.raises(EngineError, match="1 stakes are ranges or unknown"):
        load(path)
    path.write_text("owner,owned,share\n,,\n", encoding="utf-8")
    with pytest.raises(TableError, match="no stake in this table"):
        load(path)


@pytest.mark.parametrize(
    "arguments",
    [["control"], ["control", "--source", "H"], ["ultimate"], ["ownership", "--owner", "H"]],
    ids=" ".join,
)
def test_commands_answer_alike(spark, arguments):
    path = CASES / "with-a-subsidiary.csv"
    runner = CliRunner()
    memory, sparks = (
        runner.invoke(app, [*arguments, "--stakes", str(path), "--engine", one, "-f", "json"])
        for one in ("memory", "spark")
    )
    assert "spark: 3 stakes" in sparks.stderr
    rows = json.loads(sparks.stdout)
    assert len(rows) == 2
    if arguments[0] == "ownership":
        rows = [row | {name: str(row[name]) for name in ("share", "low", "high")} for row in rows]
    assert rows == json.loads(memory.stdout)


def test_several_as_one_are_refused_and_files_are_kept(spark, tmp_path):
    path = CASES / "with-a-subsidiary.csv"
    call = ["control", "--stakes", str(path), "--engine", "spark"]
    refused = CliRunner().invoke(app, [*call, "--source", "H", "--source", "S"])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "several that act as one are not worked out" in refused.stderr
    written = [CliRunner().invoke(app, [*call, "--output", str(tmp_path / "o")]) for _ in range(2)]
    assert [one.exit_code for one in written] == [0, 2]
    assert spark.read.parquet(str(tmp_path / "o")).count() == 2

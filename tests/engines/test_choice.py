"""Which engine a table is given to, and what is said of it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from kg.analytics.engines.choose import MANY_ROWS, choose, count_rows, free_memory
from kg.analytics.engines.sources import source
from kg.errors import ParameterError

CASES = Path(__file__).parent.parent / "analytics" / "cases"
MOST_MB = 2_000


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(one) for one in arguments])


@pytest.fixture
def many(tmp_path):
    """Return a table of more rows than pass without a word."""
    path = tmp_path / "many.csv"
    rows = "".join(f"o{number},c{number},60%\n" for number in range(MANY_ROWS + 10))
    path.write_text(f"owner,owned,share\n{rows}", encoding="utf-8")
    return path


def test_small_tables_stay_in_memory_without_a_word(run):
    choice = choose(CASES / "chain.csv", "auto", MOST_MB)
    assert (choice.engine, choice.telling) == ("memory", False)
    assert run("control", "--stakes", CASES / "chain.csv").stderr == ""


def test_what_does_not_fit_goes_to_duckdb(many):
    pytest.importorskip("duckdb", reason="the DuckDB engine needs the extra 'analytics'")
    choice = choose(many, "auto", MOST_MB, free=1_000_000)
    assert choice.engine == "duckdb"
    assert choice.reason.endswith("rows need about 0.0 GB, 0.0 GB are free")
    assert choose(many, "auto", MOST_MB, free=10**12)[::2] == ("memory", True)
    assert choose(many.parent, "auto", MOST_MB).engine == "duckdb"


def test_a_folder_is_read_by_duckdb_and_that_is_told(run, many):
    pytest.importorskip("duckdb", reason="the DuckDB engine needs the extra 'analytics'")
    many.with_name("more.csv").write_text("owner,owned,share\nz,o1,51%\n", encoding="utf-8")
    result = run("control", "--stakes", many.parent, "--format", "csv")
    assert result.exit_code == 0
    assert "engine duckdb: the table is a folder of files" in result.stderr
    assert len(result.stdout.splitlines()) == 1 + MANY_ROWS + 10 + 2


def test_rows_are_counted_nearly(many):
    assert count_rows(source(many)) == pytest.approx(MANY_ROWS, rel=0.05)
    assert free_memory() > 10_000_000


def test_a_file_by_mistake_is_refused_with_the_way_out(run, many):
    with many.open("ab") as file:
        file.truncate(3_000_000)
    result = run("control", "--stakes", many, "--most-mb", 1)
    assert result.exit_code == 1
    assert "larger than --most-mb; --engine duckdb reads it out of core" in result.stderr
    assert "[too-large]" in result.stderr


@pytest.mark.parametrize("command", ["control", "ultimate"])
@pytest.mark.parametrize("case", ["with-a-subsidiary", "votes-and-capital", "unknown-shares"])
def test_commands_answer_alike(run, command, case):
    pytest.importorskip("duckdb", reason="the DuckDB engine needs the extra 'analytics'")
    path = CASES / f"{case}.csv"
    answers = [
        run(command, "--stakes", path, "--engine", engine, "--format", "json")
        for engine in ("memory", "duckdb")
    ]
    rows = [sorted(map(str, json.loads(one.stdout))) for one in answers]
    assert rows[0] == rows[1] != []
    assert "duckdb" in answers[1].stderr


def test_ownership_answers_alike(run):
    pytest.importorskip("duckdb", reason="the DuckDB engine needs the extra 'analytics'")
    path = CASES / "vitali-bow-tie.csv"
    for asked in (["--owner", "0"], ["--owned", "4"], ["--owner", "0", "--owned", "4"]):
        memory, duckdb = (
            json.loads(
                run("ownership", "--stakes", path, "-f", "json", "--engine", one, *asked).stdout
            )
            for one in ("memory", "duckdb")
        )
        pairs = [
            {(x["owner"], x["owned"]): float(x["share"]) for x in rows} for rows in (memory, duckdb)
        ]
        assert pairs[0] == pytest.approx(pairs[1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["control", "--engine", "duckdb", "--explain", "A", "B"], "has no --explain"),
        (["ultimate", "--engine", "duckdb", "--at", "25%"], "has no --at"),
        (["ownership", "--engine", "duckdb", "--method", "paths"], "has no --method paths"),
        (["ownership", "--engine", "duckdb"], "name one --owner or one --owned"),
        (["control", "--engine", "memory", "--output", "x.parquet"], "writes no Parquet"),
        (["control", "--engine", "cluster"], "is none of auto, memory, duckdb, spark"),
        (["control", "--engine", "duckdb", "--memory-limit", "lots"], "write 4GB or 800MB"),
        (["control", "--engine", "duckdb", "--spill", "/nowhere"], "cannot be used: No such file"),
    ],
)
def test_what_an_engine_cannot_do_is_said(run, arguments, message):
    pytest.importorskip("duckdb", reason="the DuckDB engine needs the extra 'analytics'")
    result = run(*arguments, "--stakes", CASES / "chain.csv")
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_missing_table_is_said(run):
    result = run("control", "--engine", "duckdb", "--stakes", "nowhere.csv")
    assert result.exit_code == 2
    assert "nowhere.csv: error: cannot be read: No such file" in result.stderr


def test_an_engine_that_is_none():
    with pytest.raises(ParameterError, match="'x' is none of"):
        choose(CASES / "chain.csv", "x", MOST_MB)

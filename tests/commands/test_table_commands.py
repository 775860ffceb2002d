"""Commands on a table of stakes: no graph, rows to stdout, findings to stderr."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app

CASES = Path(__file__).parent.parent / "analytics" / "cases"


@pytest.fixture
def run():
    runner = CliRunner()

    def run(*arguments):
        return runner.invoke(app, [str(one) for one in arguments])

    return run


@pytest.fixture
def table(tmp_path):
    def written(text):
        path = tmp_path / "stakes.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_control_prints_a_plain_list_of_rows(run):
    result = run("control", "--stakes", CASES / "with-a-subsidiary.csv", "--format", "json")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert json.loads(result.stdout) == [
        {"controller": "H", "controlled": "S", "held": "0.6", "certainty": "certain"},
        {"controller": "H", "controlled": "T", "held": "0.6", "certainty": "certain"},
    ]


def test_nobody_controlling_anything_is_an_answer(run):
    result = run("control", "--stakes", CASES / "three-at-thirty.csv", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_csv_and_table_have_the_same_rows(run, table):
    path = table("owner,owned,share\n=A,B,60%\n\x1b[31mC,D,70%\n")
    rows = list(csv.reader(run("control", "--stakes", path, "-f", "csv").stdout.splitlines()))
    assert rows[0] == ["controller", "controlled", "held", "certainty"]
    assert rows[1] == ["'=A", "B", "0.6", "certain"]
    shown = run("control", "--stakes", path).stdout
    assert "=A" in shown
    assert "\x1b" not in shown


def test_findings_go_to_stderr_and_name_row_and_column(run, table):
    path = table("owner,owned,share\nA,B,60%\nC,B,-5%\nD,D,1%\n")
    result = run("control", "--stakes", path, "-f", "json")
    assert result.exit_code == 0
    assert [row["certainty"] for row in json.loads(result.stdout)] == ["certain"]
    assert "row 3, share: '-5%' is negative" in result.stderr
    assert "row 4, owner, owned: D holds shares of itself" in result.stderr


def test_a_threshold_a_day_a_source_and_a_group(run):
    quarter = CASES / "quarter.csv"
    assert json.loads(run("control", "--stakes", quarter, "-f", "json").stdout) == []
    rows = run("control", "--stakes", quarter, "--threshold", "0.25", "-f", "json").stdout
    assert len(json.loads(rows)) == 5
    rows = run("control", "--stakes", quarter, "--source", "A", "--source", "B", "-f", "json")
    assert [row["controller"] for row in json.loads(rows.stdout)] == ["A + B"]
    dated = CASES / "acquired-later.csv"
    rows = run("control", "--stakes", dated, "--as-of", "2022-01-01", "-f", "json").stdout
    assert [row["controlled"] for row in json.loads(rows)] == ["B"]


def test_explain_says_why_and_what_would_tip_it(run):
    path = CASES / "with-a-subsidiary.csv"
    told = run("control", "--stakes", path, "--explain", "H", "T").stdout
    assert "T: 40% held by H (row 3) + 20% held by S (row 4) make 60%" in told
    assert "Selling 10% of T would end H's control." in told
    found = json.loads(run("control", "--stakes", path, "--explain", "S", "T", "-f", "json").stdout)
    assert found["certainty"] == "none"
    assert found["tips"] == [{"kind": "gain", "company": "T", "amount": "0.3"}]


def test_ultimate_by_control_and_by_the_largest_holder(run):
    ring = CASES / "mutual-ring.csv"
    rows = run("ultimate", "--stakes", ring, "--company", "Z", "-f", "json").stdout
    assert [(row["controller"], row["kind"]) for row in json.loads(rows)] == [
        ("P", "loop"),
        ("Q", "loop"),
    ]
    rows = run("ultimate", "--stakes", CASES / "chain.csv", "--at", "25%", "-f", "json").stdout
    assert {row["controller"] for row in json.loads(rows)} == {"0"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--stakes", "nowhere.csv"], 2, "cannot be read"),
        (["--stakes", str(CASES), "--engine", "memory"], 2, "this is a folder"),
        (["--stakes", str(CASES / "chain.toml")], 1, "the first row must name"),
        (["--stakes", str(CASES / "chain.csv"), "--threshold", "50"], 2, "write 50%"),
        (["--stakes", str(CASES / "chain.csv"), "--as-of", "soon"], 2, "not a date"),
        (["--stakes", str(CASES / "chain.csv"), "--source", "Z"], 2, "nothing is called 'Z'"),
        (["--stakes", str(CASES / "chain.csv"), "--explain", "0", "Z"], 2, "nothing is called"),
    ],
)
def test_what_cannot_be_done_says_why_and_has_its_code(run, arguments, code, message):
    result = run("control", *arguments)
    assert result.exit_code == code
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_a_share_that_is_none_is_told_by_the_option(run):
    result = run("ultimate", "--stakes", CASES / "chain.csv", "--at", "25")
    assert (result.exit_code, result.stderr.split(":")[1].strip()) == (2, "at")


def test_it_runs_as_a_module_too():
    command = [sys.executable, "-m", "api.cli", "control", "-f", "json", "--stakes"]
    done = subprocess.run([*command, CASES / "chain.csv"], capture_output=True, text=True)
    assert (done.returncode, len(json.loads(done.stdout))) == (0, 6)


def test_a_small_table_needs_no_store_and_no_array_library():
    path = CASES / "chain.csv"
    code = (
        "import sys; from api.cli import main\n"
        f"sys.argv = ['keiretsu', 'control', '-f', 'json', '--stakes', {str(path)!r}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "unwanted = {'numpy', 'numba', 'duckdb', 'networkx', 'pyoxigraph', 'rdflib', 'fastapi'}\n"
        "print(*unwanted & sys.modules.keys(), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.split() == []
    assert len(json.loads(done.stdout)) == 6


ENDED = "owner,owned,share,since,until\nA,B,60%,2020-01-01,2022-01-01\n"


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_stakes_that_are_all_over_are_an_answer(run, table, engine):
    if engine == "duckdb":
        pytest.importorskip("duckdb")
    path = table(ENDED)
    for source in ([], ["--source", "A"]):
        asked = ["--as-of", "2023-01-01", "--engine", engine, *source, "-f", "json"]
        result = run("control", "--stakes", path, *asked)
        assert (result.exit_code, json.loads(result.stdout)) == (0, [])
        assert "no stake is in force on 2023-01-01" in result.stderr


def test_a_table_of_votes_alone_says_that_capital_is_unknown(run, table):
    result = run("ownership", "--stakes", table("owner,owned,votes\nA,B,60%\n"), "-f", "json")
    row = {"owner": "A", "owned": "B", "share": None, "low": "0", "high": "1"}
    assert json.loads(result.stdout) == [row]
    assert "no column says what share of the capital is held" in result.stderr


def test_an_unknown_source_is_told_by_what_it_is(run, table):
    result = run(
        "control", "--stakes", table("owner,owned,share\nAcme,B,60%\n"), "--source", "Akme"
    )
    assert (result.exit_code, result.stderr) == (
        2,
        "keiretsu: controller: nothing is called 'Akme'; nearest: Acme\n",
    )


def test_the_engine_is_not_told_where_an_option_leaves_no_choice(run, table):
    result = run("ownership", "--stakes", table("owner,owned,share\nA,B,1\n"), "--method", "paths")
    assert result.stderr == ""

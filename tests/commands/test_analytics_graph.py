import csv
import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from api.cli import app
from kg.analytics.inquiries import inquiries

COMMANDS = [
    ["control", "nissan", "mitsubishi-motors"],
    ["ownership", "nissan"],
    ["ultimate", "mitsubishi-motors"],
    ["close-links", "nissan"],
    ["legal-tests", "nissan", "mitsubishi-motors"],
    ["power", "mitsubishi-motors"],
    ["market", "--alliance", "toyota-led"],
    ["structure"],
    ["paths", "toyota", "suzuki"],
    ["what-if", "--set", "nissan>mitsubishi-motors=24.05%"],
    ["ofac", "--blocked", "nissan", "--all"],
    ["final-owners", "mitsubishi-motors"],
    ["network-value", "nissan", "mitsubishi-motors"],
    ["network-power", "mitsubishi-motors"],
]


@pytest.fixture
def run(monkeypatch):
    for name in ("KEIRETSU_STORE", "KEIRETSU_DATA"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments):
        return CliRunner().invoke(app, list(map(str, arguments)))

    return run


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "stakes.csv"
    path.write_text("owner,owned,share\na,b,60%\nb,c,30%\na,c,30%\n")
    return path


def test_every_inquiry_has_a_command():
    assert {command[0] for command in COMMANDS} == {one.name for one in inquiries()}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_command_answers_on_the_graph_in_every_format(run, command):
    shown = run(*command, "--as-of", "2024-08-01")
    assert shown.exit_code == 0, shown.output
    assert "as of 2024-08-01" in shown.stdout
    assert "[1]" in shown.stdout
    answer = json.loads(run(*command, "--format", "json").stdout)
    assert answer["inquiry"] == command[0]
    rows = list(csv.DictReader(run(*command, "--format", "csv").stdout.splitlines()))
    assert len(rows) == len(answer["rows"]) == answer["total"]


def test_the_veto_with_the_claim_it_rests_on(run):
    found = run("legal-tests", "nissan", "mitsubishi-motors", "--as-of", "2024-08-01")
    for part in (
        "veto at 34% (> 1/3)",
        "Companies Act (Japan)",
        "claim:7734c5129a3fe294-04-c",
        "sentence 4",
        "News article 000 (2024)",
    ):
        assert part in found.stdout


def test_why_prints_the_proof(run):
    found = run("control", "nissan", "mitsubishi-motors", "--why")
    assert "not more than 50%" in found.stdout
    assert "would give Nissan Motor control" in found.stdout


def test_the_same_command_takes_a_table(run, table):
    found = json.loads(run("control", "--stakes", table, "--format", "json").stdout)
    assert {row["controlled"] for row in found} == {"b", "c"}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["control", "nisan"], 2, "nearest: Nissan Motor"),
        (["control", "a", "b", "c"], 2, "at most 2"),
        (["control", "nissan", "--source", "honda"], 2, "given twice"),
        (["control", "--as-of", "soon"], 2, "is not a date"),
        (["control", "--policy", "loudest"], 2, "none of all"),
        (["control", "subaru"], 3, "not a no"),
        (["control", "nissan"], 3, "not a no"),
        (["power"], 2, "needs it"),
        (["power", "mitsubishi-motors", "--coalitions"], 2, "is of a table"),
        (["legal-tests", "nissan", "mitsubishi-motors", "--as-of", "2020-01-01"], 3, "2024-07-28"),
    ],
)
def test_what_cannot_be_answered_says_why_and_has_its_code(run, arguments, code, message):
    found = run(*arguments)
    assert found.exit_code == code, found.output
    assert message in " ".join(found.stderr.split())
    assert "Traceback" not in found.output


def test_an_option_of_the_graph_is_refused_beside_a_table(run, table):
    found = run("control", "--stakes", table, "--policy", "latest")
    assert found.exit_code == 2
    assert "is of the graph" in found.stderr


def test_an_answer_on_the_graph_loads_no_numpy_and_no_networkx():
    script = (
        "import sys; from api.cli import app; from typer.testing import CliRunner; "
        "CliRunner().invoke(app, ['control', 'nissan']); CliRunner().invoke(app, ['--help']); "
        "print([one for one in ('numpy', 'networkx', 'numba', 'duckdb') if one in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"

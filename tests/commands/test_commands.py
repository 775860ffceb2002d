import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app

NISSAN = ["who", "is", "allied", "with", "Nissan?"]


@pytest.fixture
def run(monkeypatch):
    for name in ("KEIRETSU_STORE", "KEIRETSU_DATA", "KEIRETSU_PORT"):
        monkeypatch.delenv(name, raising=False)
    runner = CliRunner()

    def run(*arguments, stdin=None):
        return runner.invoke(app, [str(one) for one in arguments], input=stdin)

    return run


def test_ask_prints_the_reading_the_rows_and_the_claims(run):
    result = run("ask", *NISSAN)
    assert result.exit_code == 0
    for part in ("Nissan Motor", "Honda Motor", "Renault", "reported", "relaying Nikkei", "[1]"):
        assert part in result.stdout


def test_ask_and_question_give_the_same_answer(run):
    asked = json.loads(run("ask", "--format", "json", *NISSAN).stdout)
    call = run("question", "who-is-allied-with-whom", "--company", "nissan", "-f", "json")
    named = json.loads(call.stdout)
    for member in ("status", "question", "rows", "claims", "sparql"):
        assert asked[member] == named[member]


def test_a_refusal_is_json_too_and_leaves_with_the_code_of_no_answer(run):
    result = run("ask", "--format", "json", "who owns Nisan?")
    assert result.exit_code == 3
    reply = json.loads(result.stdout)
    assert reply["status"] == "not-understood"
    assert reply["suggestions"][0] == "who owns Nissan Motor?"


def test_both_readings_are_printed(run):
    result = run("ask", "How many cars did Honda sell in 2023?")
    assert result.exit_code == 3
    assert "19,000" in result.stdout
    assert "4,100,000" in result.stdout
    assert "in the fiscal year ending March 2024?" in result.stderr


def test_last_year_is_read_against_a_day_that_is_stated(run):
    sentence = "How many EVs did Tesla sell last year?"
    assert run("ask", sentence).exit_code == 3
    assert "1,800,000" in run("ask", "--today", "2024-06-01", sentence).stdout


def test_csv_has_a_row_for_each_ally(run):
    rows = list(csv.DictReader(run("ask", "-f", "csv", *NISSAN).stdout.splitlines()))
    assert {row["ally"] for row in rows} == {"Honda Motor", "Mitsubishi Motors", "Renault"}


def test_question_without_a_name_lists_the_catalogue(run):
    result = run("question")
    assert result.exit_code == 0
    assert "who-owns" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", "who founded Nissan?"], 3, "not understood"),
        (["ask", "is Honda allied with Renault?"], 3, "no source in the graph says so"),
        (["ask", "who owns Nisan?"], 3, "try: who owns Nissan Motor?"),
        (["question", "who-own"], 2, "did you mean who-owns"),
        (["question", "who-owns", "--as-of", "soon"], 2, "'soon' is not a date"),
        (["question", "who-owns", "--on", "x"], 2, "no such parameter"),
        (["question", "who-owns", "nissan"], 2, "values are given as"),
        (["question", "who-owns", "--company"], 2, "needs a value"),
        (["question", "who-owns", "--company=a", "--company=b"], 2, "given twice"),
        (["question", "stake-between", "--holder", "nissan"], 2, "company"),
        (["query", "SELECT"], 2, "line 1, column 7"),
        (["query", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"], 2, "SERVICE"),
        (["verify", "nowhere.txt"], 2, "cannot be read"),
        (["ask", "--data", "nowhere", "who owns Nissan"], 2, "is not a folder"),
        (["explore", "nisan"], 2, "nearest"),
        (["explore", "-o", "nowhere/x.html"], 2, "cannot be written"),
        (["load", "x.ttl"], 2, "KEIRETSU_STORE"),
        (["dance"], 2, "No such command"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_what_cannot_be_answered_says_why_and_has_its_code(run, arguments, code, message):
    result = run(*arguments)
    assert result.exit_code == code
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_query_prints_rows_with_short_names(run):
    query = "SELECT ?c WHERE { ?c a <https://w3id.org/keiretsu/ontology#Company> }"
    assert "company:nissan-motor" in run("query", query).stdout
    assert "company/nissan-motor" in run("query", "-", "-f", "csv", stdin=query).stdout
    bindings = json.loads(run("query", query, "-f", "json").stdout)["results"]["bindings"]
    assert len(bindings) == 12


def test_check_finds_the_shipped_data_good(run):
    result = run("check")
    assert result.exit_code == 0
    assert "errors: 0, warnings: 1" in result.stderr


def test_check_refuses_a_broken_file_with_its_line(run, tmp_path):
    file = tmp_path / "broken.ttl"
    file.write_text("@prefix a: <https://example.org/> .\na:b a:c .\n")
    result = run("check", file)
    assert result.exit_code == 1
    assert f"{file}:2:9: error:" in result.stdout


def test_load_adds_to_a_folder_store_or_adds_nothing(run, tmp_path, monkeypatch):
    monkeypatch.setenv("KEIRETSU_STORE", str(tmp_path / "store"))
    named = tmp_path / "names.ttl"
    named.write_text(
        "@prefix kei: <https://w3id.org/keiretsu/ontology#> .\n"
        "<https://w3id.org/keiretsu/id/company/alpha> a kei:Company ;\n"
        '  <http://www.w3.org/2000/01/rdf-schema#label> "Alpha Cars" .\n'
    )
    broken = tmp_path / "broken.ttl"
    broken.write_text("<https://example.org/a> <https://example.org/b> .\n")
    assert run("load", named, broken).exit_code == 2
    assert run("question", "who-owns", "--company", "alpha").exit_code == 2
    assert run("load", named).exit_code == 0
    assert run("question", "who-owns", "--company", "alpha").exit_code == 3


def test_explore_writes_one_file_and_says_its_name(run, tmp_path):
    page = tmp_path / "page.html"
    result = run("explore", "nissan", "-o", page)
    assert (result.exit_code, result.stdout.strip()) == (0, str(page))
    assert "Nissan Motor" in page.read_text(encoding="utf-8")


def test_verify_confirms_the_articles(run, seeds):
    for article in sorted(seeds.glob("*.txt")):
        result = run("verify", article)
        assert result.exit_code == 0
        assert "the very text recorded" in result.stderr


def test_verify_tells_which_sentence_was_changed(run, seeds, tmp_path):
    text = next(seeds.glob("000_*.txt")).read_text(encoding="utf-8")
    changed = tmp_path / "changed.txt"
    changed.write_text(text.replace("34%", "43%"), encoding="utf-8")
    result = run("verify", changed)
    assert result.exit_code == 1
    assert result.stdout.count("not in this text") == 4
    assert "36 of 40 claims confirmed; not the very text recorded" in result.stderr


def test_a_data_folder_with_an_error_is_refused_whole(run, tmp_path):
    claims = tmp_path / "claims"
    claims.mkdir()
    (claims / "bad.ttl").write_text("this is no Turtle\n")
    result = run("ask", "--data", tmp_path, "who is allied with whom")
    assert result.exit_code == 2
    assert "bad.ttl:1:" in result.stderr


def test_sentences_are_numbered_with_their_hash(run, tmp_path):
    article = tmp_path / "article.txt"
    article.write_text("One owns Two. Nobody knows why.\n", encoding="utf-8")
    lines = [line.split("\t") for line in run("sentences", article).stdout.splitlines()]
    assert [(number, text) for number, _, text in lines] == [
        ("1", "One owns Two."),
        ("2", "Nobody knows why."),
    ]
    assert all(len(digest) == 64 for _, digest, _ in lines)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--port", "99999"], "less than or equal to 65535"),
        (["serve", "--host", "256.0.0.1", "--port", "8999"], "cannot listen on 256.0.0.1:8999"),
        (["query", "INSERT DATA { <x:a> <x:b> <x:c> }"], "this is an update"),
    ],
    ids=["port", "host", "update"],
)
def test_a_call_that_cannot_be_carried_out_is_refused(run, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.replace("│", " ").split())


def test_a_file_that_is_no_utf_8_is_a_problem_and_not_a_crash(run, tmp_path):
    file = tmp_path / "latin.ttl"
    text = b"@prefix kei: <https://w3id.org/keiretsu/ontology#> .\n<x:a> a kei:Claim .\n# caf\xe9\n"
    file.write_bytes(text)
    result = run("check", file)
    assert result.exit_code == 1
    assert "latin.ttl:" in result.stdout


def test_control_characters_do_not_reach_the_terminal(run):
    result = run("query", "SELECT ('\\u009b31mRED\\u202e' AS ?x) {}")
    assert "RED" in result.stdout
    assert "\u009b" not in result.stdout
    assert "\u202e" not in result.stdout


def test_a_reader_that_has_seen_enough_is_no_failure(tmp_path):
    command = f"{Path(sys.executable).parent / 'keiretsu'} what-is-said | head -1"
    command = command.replace("what-is-said", "question what-is-said-about")
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_example_of_the_documentation_is_good(run, tmp_path, monkeypatch):
    text = (Path(__file__).parents[2] / "docs" / "adding-data.md").read_text(encoding="utf-8")
    files = [tmp_path / "names.ttl", tmp_path / "report-2025.ttl"]
    for file, block in zip(files, re.findall(r"```turtle\n(.*?)```", text, re.DOTALL), strict=True):
        file.write_text(block, encoding="utf-8")
    assert run("check", *files).stdout == ""
    monkeypatch.setenv("KEIRETSU_STORE", str(tmp_path / "store"))
    assert run("load", *files).exit_code == 0
    assert "60%" in run("ask", "who owns Beta").stdout


def test_contradictions_are_told_with_their_verdict(run):
    result = run("contradictions", "toyota-led")
    assert result.exit_code == 0
    assert "5 members stated, 6 named" in result.stdout
    assert run("contradictions", "renault").exit_code == 3


def test_a_row_that_a_contradiction_touches_says_so(run):
    assert "conflict (stance-differs)" in run("question", "agreements-of").stdout

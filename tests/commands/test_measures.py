"""Commands on tables: legal tests, OFAC, power, markets, relation paths, what if."""

import csv
import json

import pytest
from typer.testing import CliRunner

from api.cli import app

MMC = "mitsubishi-motors"
STAKES = """owner,owned,share,votes
renault,nissan,43.4%,15%
nissan,renault,15%,0
nissan,mitsubishi-motors,34%,
mitsubishi-corporation,mitsubishi-motors,20%,
"""
SHARES = """market,company,share,period
japan,toyota,50%,2023
japan,honda,20%,2023
japan,nissan,10%,2023
us,toyota,0.6,2023
us,honda,0.5,2023
"""


@pytest.fixture
def table(tmp_path):
    def written(text=STAKES, name="stakes"):
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def run():
    runner = CliRunner()

    def run(*arguments):
        return runner.invoke(app, [str(one) for one in arguments])

    return run


@pytest.fixture
def rows(run):
    def rows(*arguments):
        result = run(*arguments, "--format", "json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return rows


def test_legal_tests_of_a_pair(rows, table):
    found = rows("legal-tests", "--stakes", table(), "nissan", "mitsubishi-motors")
    by_name = {row["test"]: row for row in found}
    assert by_name["japan-veto"]["words"] == "veto at 34% (> 1/3)"
    assert by_name["japan-veto"]["claims"] == ["row 4"]
    assert by_name["japan-veto"]["stand_in"] is True
    assert len(found) == len(by_name) >= 16


def test_legal_tests_of_a_whole_company(rows, table):
    found = rows(
        "legal-tests", "--stakes", table(), "nissan", "--test", "ias-28-significant-influence"
    )
    assert [(row["holder"], row["answer"]) for row in found] == [("renault", "no")]


def test_legal_tests_as_a_table_say_why(run, table):
    result = run(
        "legal-tests", "--stakes", table(), "nissan", "mitsubishi-motors",
        "--test", "japan-de-facto-veto", "--turnout", "72%", "--explain", "-f", "csv",
    )  # fmt: skip
    (row,) = csv.DictReader(result.stdout.splitlines())
    assert row["answer"] == "yes"
    assert "turnout 72%: 47.2222% of the votes present" in row["why"]
    assert row["claims"] == "row 4"


def test_ofac(rows, table):
    path = table("owner,owned,share\nX,A,50%\nA,B,25%\nY,B,25%\n")
    found = rows("ofac", "--stakes", path, "--blocked", "X", "--blocked", "Y")
    assert [(row["company"], row["held"], row["certainty"]) for row in found] == [
        ("A", "0.5", "certain"),
        ("B", "0.5", "certain"),
    ]


def test_power_of_holders_and_of_plain_weights(rows, table):
    path = table("owner,owned,share\na,x,40%\nb,x,30%\nc,x,30%\n")
    found = rows("power", "--stakes", path, "--company", "x")
    assert {row["normalised"] for row in found} == {"0.333333333333333"}
    assert {row["method"] for row in found} == {"exact"}
    straffin = ["--weight", "a=4", "--weight", "b=3", "--weight", "c=2", "--weight", "d=1"]
    found = rows("power", *straffin, "--quota", "6")
    assert [row["normalised"][:6] for row in found] == ["0.4166", "0.25", "0.25", "0.0833"]
    winning = rows("power", *straffin, "--quota", "6", "--coalitions")
    assert {"coalition": ["a", "b"]} in winning


def test_market(rows, run, table):
    result = run("market", "--shares", table(SHARES, "shares"), "-f", "json")
    assert result.exit_code == 0
    (row,) = json.loads(result.stdout)
    assert (row["market"], row["period"], row["low"], row["high"]) == (
        "japan",
        "2023",
        "3000",
        "3400",
    )
    assert "error: share: shares of us 2023 sum to 110%" in result.stderr


def test_market_with_groups_and_common_owners(rows, table):
    shares = table("market,company,share\nm,a,50%\nm,b,50%\n", "shares")
    stakes = table("owner,owned,share\nx,a,50%\ny,a,50%\nx,b,50%\ny,b,50%\n")
    members = table("alliance,member\ng,a\ng,b\n", "members")
    for more in (["--merge", "g=a,b"], ["--members", members]):
        found = rows("market", "--shares", shares, "--stakes", stakes, *more)
        assert {row["measure"]: row["low"] for row in found} == {
            "HHI": "5000",
            "HHI, groups merged": "10000",
            "MHHI": "10000",
            "MHHI delta": "5000",
        }


def test_paths_over_stakes_and_alliances(rows, table):
    members = table("alliance,member\nhonda-nissan,honda\nhonda-nissan,nissan\n", "members")
    (found,) = rows(
        "paths", "--stakes", table(), "--members", members, "honda", "mitsubishi-motors"
    )
    assert found["nodes"] == ["honda", "honda-nissan", "nissan", "mitsubishi-motors"]


def test_what_if(rows, table):
    found = rows(
        "what-if", "--stakes", table(), "--set", "honda>nissan=51%", "--drop", "renault>nissan",
        "--test", "strict-majority",
    )  # fmt: skip
    assert (found[0]["kind"], found[0]["subject"]) == ("control", "honda > nissan")
    assert (found[0]["before"], found[0]["after"]) == (None, "certain: 51%")
    assert found[0]["why_after"]["claims"] == ["what-if: set honda>nissan=51%"]


def test_what_if_of_an_alliance_and_its_sales(rows, table):
    members = table("alliance,member\nhonda-nissan,honda\nhonda-nissan,nissan\n", "members")
    figures = 'honda,"4,100,000",2023\nnissan,3440000,2023\nmmc,810000,2023\n'
    sales = table(f"company,sales,period\n{figures}", "sales")
    found = rows(
        "what-if", "--stakes", table(), "--members", members, "--sales", sales,
        "--join", "mmc@honda-nissan",
    )  # fmt: skip
    assert [(row["before"], row["after"]) for row in found] == [("7,540,000", "8,350,000")]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ofac", "--blocked", "X"], 2, "nothing is called"),
        (["ofac", "--stakes", "STAKES", "--blocked", "Nobody"], 2, "nothing is called 'Nobody'"),
        (["ofac", "--stakes", "nowhere.csv", "--blocked", "X"], 2, "cannot be read"),
        (["power", "--stakes", "STAKES", "--company", "mazda"], 2, "nothing is called 'mazda'"),
        (["power", "--weight", "a", "--quota", "1"], 2, "write NAME=VOTES"),
        (["power", "--weight", "a=1", "--quota", "5"], 2, "is not in 1 to 1"),
        (["power", "--stakes", "STAKES", "--company", "nissan", "--rest", "x"], 2, "none of ocean"),
        (["market", "--shares", "nowhere.csv"], 2, "cannot be read"),
        (["market", "--shares", "STAKES"], 1, "column company is missing"),
        (["market", "--shares", "SHARES", "--merge", "x"], 2, "write NAME=COMPANY"),
        (["legal-tests", "--stakes", "STAKES", "nissan", "mitsubishi"], 2, "nearest: mitsubishi"),
        (["legal-tests", "--stakes", "STAKES", "a", "b", "c"], 2, "a holder and a company"),
        (["legal-tests", "--stakes", "STAKES", "--test", "x", "nissan", "renault"], 2, "veto"),
        (["legal-tests", "--stakes", "STAKES", "--turnout", "x", "nissan"], 2, "no number"),
        (["paths", "--stakes", "STAKES", "nissan", "toyota"], 2, "nothing is called 'toyota'"),
        (["paths", "--stakes", "STAKES", "--length", "1", "renault", MMC], 3, "no path"),
        (["what-if", "--stakes", "STAKES"], 2, "nothing to change"),
        (["what-if", "--stakes", "STAKES", "--set", "a>b"], 2, "OWNER>OWNED=SHARE"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else None,
)
def test_what_cannot_be_answered_says_why(run, table, arguments, code, message):
    files = {"STAKES": table(), "SHARES": table(SHARES, "shares")}
    result = run(*(files.get(one, one) for one in arguments))
    assert result.exit_code == code
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (
            "market,company,share\nm,a,x\nm,b,-5%\n",
            ["row 2, share: 'x' is no number", "row 3, share: '-5%' is negative"],
        ),
        (
            "market,company,share\nm,a,\nm,,10%\n",
            ["row 2, share: the share is empty", "row 3, company: the cell is empty"],
        ),
        (
            "market,company,share\nm,a,10%\nm,a,20%\n",
            ["row 3, company: a is there again", "taken as the range 10\u201320%"],
        ),
    ],
    ids=["text and negative", "empty", "twice"],
)
def test_bad_market_tables_name_row_and_column_and_go_on(run, table, text, findings):
    result = run("market", "--shares", table(text, "shares"), "-f", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)
    for finding in findings:
        assert finding in " ".join(result.stderr.split())


def test_power_of_every_company_of_a_table(rows, table, run):
    path = table("owner,owned,share\nA,Y,50%\nB,Y,30%\nC,Y,20%\nA,Z,60%\nB,W,90%\nC,W,80%\n")
    found = rows("power", "--stakes", path)
    normalised = [(row["company"], row["holder"], row["normalised"]) for row in found]
    assert normalised == [("Y", "A", "0.6"), ("Y", "B", "0.2"), ("Y", "C", "0.2"), ("Z", "A", "1")]
    told = run("power", "--stakes", path, "--coalitions", "--format", "csv")
    assert told.stdout.splitlines() == ["company,coalition", "Y,A; B", "Y,A; C", "Z,A"]
    assert "stakes in 'W' sum to 170%: no game" in told.stderr


def test_a_market_without_a_name_between_semicolons(rows, table):
    path = table("\ufeffcompany;share\na;50,5%\nb;49,5 %\n")
    (row,) = rows("market", "--shares", path)
    assert (row["market"], row["low"], row["high"]) == ("", "5000.5", "5000.5")


def test_an_empty_market_beside_named_ones_is_left_out_and_told(run, table):
    result = run("market", "--shares", table("market,company,share\nm,a,1\n,b,1\n"), "-f", "json")
    assert [row["claims"] for row in json.loads(result.stdout)] == [["row 2"]]
    assert "row 3, market: the cell is empty" in result.stderr


TREASURY = "owner,owned,share,votes\nA,B,45%,45%\nB,B,20%,20%\nC,B,35%,35%\n"


def test_a_company_has_no_power_in_itself(rows, table):
    votes = rows("power", "--stakes", table(TREASURY))
    assert {row["holder"]: row["shapley"] for row in votes} == {"A": "1", "C": "0"}  # 45 of 80
    capital = rows("power", "--stakes", table("owner,owned,share\nA,B,45%\nB,B,20%\nC,B,35%\n"))
    assert {row["holder"]: row["shapley"] for row in capital} == {"A": "0.5", "C": "0.5"}
    assert all(row["veto"] for row in capital)  # nobody controls by capital, see `control`


def test_votes_that_a_company_holds_in_itself_are_disregarded_in_the_uk(rows, table):
    asked = ("legal-tests", "--stakes", table(TREASURY), "A", "B", "--test", "uk-psc")
    (found,) = rows(*asked)
    assert found["note"] == "more than 50% but less than 75%"

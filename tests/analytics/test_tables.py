"""Tables of stakes: read exactly, wrong cells named, nothing silently counted or left out."""

import csv
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics import large_tables, tables
from kg.analytics.tables import read_stakes
from kg.errors import TableError

HEADER = "owner,owned,share\n"


@pytest.fixture
def table(tmp_path):
    def written(text, name="stakes.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return written


def shares(stakes):
    return {
        (stakes.names[row.owner], stakes.names[row.owned]): (
            stakes.fraction(row.low),
            stakes.fraction(row.high),
        )
        for row in stakes.rows()
    }


def exactly(percent):
    return Fraction(percent, 100), Fraction(percent, 100)


UNKNOWN = (0, 1)


@pytest.mark.parametrize(
    "text",
    [
        "owner,owned,share\nA,B,60%\nA,C,0.25\n",
        "\ufeffowner,owned,share\r\nA,B,60 %\r\nA,C,25%\r\n",
        "Owner\tOwned\tShare\nA\tB\t0.6\nA\tC\t.25\n",
        "owner;owned;share\nA;B;60,0%\nA;C;0,25\n",
        'note,share,owned,owner\n"a, b",60%,B,A\n,25%,C,A\n',
        "\nowner,owned,share\n\nA,B,60%\n , ,\n A , C ,0.25",
    ],
    ids=["plain", "spreadsheet", "tabs", "decimal commas", "other columns", "blanks"],
)
def test_the_same_table_however_it_is_written(table, text):
    found = read_stakes(str(table(text)))
    assert shares(found.capital) == {("A", "B"): exactly(60), ("A", "C"): exactly(25)}
    assert found.findings == ()
    assert found.votes is None


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_encodings(table, encoding):
    found = read_stakes(table(f"{HEADER}Citroën,B,60%\n", encoding=encoding))
    assert shares(found.capital) == {("Citroën", "B"): exactly(60)}
    rules = [(one.rule, one.row) for one in found.findings]
    assert rules == ([("encoding", 2)] if encoding == "cp1252" else [])


@pytest.mark.parametrize(
    ("cell", "rule", "column", "message"),
    [
        ("-10%", "negative", "share", "'-10%' is negative"),
        ("150%", "above-100", "share", "more than the whole company"),
        ("60", "above-100", "share", "write 60%"),
        ("most", "text", "share", "'most' is no number"),
        ("=1+1", "text", "share", "is no number"),
        ("", "unknown-share", "share", "the share is empty"),
        ("  ", "unknown-share", "share", "the share is empty"),
    ],
)
def test_a_share_that_cannot_be_read_is_unknown_and_told(table, cell, rule, column, message):
    found = read_stakes(table(f"{HEADER}A,B,60%\nC,D,{cell}\n"))
    assert shares(found.capital)["C", "D"] == UNKNOWN
    (finding,) = found.findings
    assert (finding.rule, finding.row, finding.column) == (rule, 3, column)
    assert message in finding.message


@pytest.mark.parametrize(
    ("rows", "rule", "row", "message"),
    [
        ("A,B,60%\nA,B,0.6\n", "repeated", 3, "there again (rows 2, 3)"),
        ("A,B,60%\nA,B,40%\n", "repeated", 3, "said differently in rows 2, 3"),
        ("A,B,60%\nC,B,55%\nD,B,1%\n", "sum-above-100", 2, "116%, 16% too much (rows 2, 3, 4)"),
        ("A,B,60%\nB,B,5%\n", "self-holding", 3, "B holds shares of itself"),
        ("A,B,60%\n,C,5%\n", "empty-name", 3, "name is empty"),
        ("A,B,60%\nC,,5%\n", "empty-name", 3, "name is empty"),
        ("A,B,60%\nC,D,0,5\n", "cells", 3, "4 cells under 3 columns"),
    ],
    ids=["twice", "contradiction", "sum", "itself", "no owner", "no company", "cells"],
)
def test_rows_that_do_not_fit_are_told(table, rows, rule, row, message):
    found = read_stakes(table(HEADER + rows))
    (finding,) = found.findings
    assert (finding.rule, finding.row) == (rule, row)
    assert message in finding.message
    assert shares(found.capital)["A", "B"][1] == Fraction(3, 5)


def test_a_contradiction_is_the_range_that_holds_both(table):
    found = read_stakes(table(f"{HEADER}A,B,60%\nA,B,40%\n"))
    assert shares(found.capital) == {("A", "B"): (Fraction(2, 5), Fraction(3, 5))}
    assert "40% to 60%" in found.findings[0].advice
    assert found.capital.claims_of(0) == ("row 2", "row 3")


def test_ranges(table):
    rows = [
        ("25%", "50%", "", (Fraction(1, 4), Fraction(1, 2)), None),
        ("25%", "", "", (Fraction(1, 4), 1), None),
        ("", "50%", "", (0, Fraction(1, 2)), None),
        ("50%", "25%", "", UNKNOWN, "range"),
        ("25%", "50%", "30%", exactly(30), None),
        ("25%", "50%", "60%", (Fraction(1, 4), Fraction(3, 5)), "range"),
        ("x", "50%", "", (0, Fraction(1, 2)), "text"),
    ]
    for low, high, share, right, rule in rows:
        text = f"owner,owned,share,share_min,share_max\nA,B,{share},{low},{high}\n"
        found = read_stakes(table(text))
        assert shares(found.capital)["A", "B"] == right
        assert [one.rule for one in found.findings] == ([rule] if rule else [])


DATED = "owner,owned,share,since,until\nA,B,34.07%,2016-10-20,2024-11-07\nA,B,24.05%,2024-11-07,\n"


@pytest.mark.parametrize(
    ("day", "share"),
    [
        ("2024-11-06", "34.07"),
        ("2024-11-07", "24.05"),
        ("2030-01-01", "24.05"),
    ],
)
def test_only_what_is_in_force_counts(table, day, share):
    found = read_stakes(table(DATED), date.fromisoformat(day))
    assert shares(found.capital) == {("A", "B"): (Fraction(share) / 100, Fraction(share) / 100)}
    assert found.findings == ()


def test_before_the_first_day_nobody_holds_anything_and_that_is_told(table):
    found = read_stakes(table(DATED), date(2016, 10, 19))
    assert (len(found.capital), found.capital.names) == (0, ["A", "B"])
    assert [(one.level, one.rule) for one in found.findings] == [("warning", "none-in-force")]


def test_without_a_day_a_dated_table_is_as_of_today_and_says_so(table):
    found = read_stakes(table(DATED))
    assert [one.rule for one in found.findings] == ["as-of"]
    assert str(found.as_of) in found.findings[0].message


@pytest.mark.parametrize(
    ("since", "until"), [("soon", ""), ("", "2024-13-01"), ("2024-05-01", "2023-01-01")]
)
def test_a_date_that_cannot_be_read_leaves_open_whether_it_is_in_force(table, since, until):
    path = table(f"owner,owned,share,since,until\nA,B,60%,{since},{until}\n")
    found = read_stakes(path, date(2024, 8, 1))
    assert shares(found.capital) == {("A", "B"): (0, Fraction(3, 5))}
    assert [(one.rule, one.row) for one in found.findings] == [("dates", 2)]


def test_votes_beside_capital(table):
    found = read_stakes(
        table("owner,owned,share,votes\nR,N,43.4%,15%\nT,N,,28.4%\nR,M,10%,\nX,N,5%,\n")
    )
    assert shares(found.votes) == {
        ("R", "N"): exactly(15),
        ("T", "N"): (Fraction("0.284"), Fraction("0.284")),
        ("R", "M"): exactly(10),
        ("X", "N"): exactly(5),
    }
    assert shares(found.capital)["T", "N"] == UNKNOWN
    assert found.deciding is found.votes
    assert found.votes.right_in(found.votes.number("N")) == "votes"
    assert found.votes.right_in(found.votes.number("M")) == "capital"
    assert [(one.rule, one.row) for one in found.findings] == [("votes-missing", 5)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "column owner and owned and share is missing"),
        ("a,b\n1,2\n", "it has: a, b"),
        ("owner,owned\nA,B\n", "column share is missing"),
        ("owner,owned,share,owner\nA,B,1,C\n", "column owner is there twice"),
        (HEADER, "no stake in this table can be used"),
        (f"{HEADER},B,1\n", "row 2, owner: the name is empty"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\x1f\x8brest", "gzip"),
        (b"PAR1rest", "cannot be read as Parquet"),
        (b"owner,owned,share\nA,B,\x00\n", ""),
        (HEADER + '"' + "x" * 200_000 + '",B,1\n', "row 2: this is no CSV"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_table_of_which_nothing_can_be_made(table, content, message):
    path = table(content)
    if not message:
        assert shares(read_stakes(path).capital) == {("A", "B"): UNKNOWN}
        return
    with pytest.raises(TableError) as caught:
        read_stakes(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TableError):
            read_stakes(path)


def test_ten_gigabytes_by_mistake_are_not_read(table, tmp_path):
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.write(HEADER.encode())
        file.truncate(10_000_000_000)
    with pytest.raises(TableError, match=r"10\.0 GB is more than the 2,000 MB.*--most-mb"):
        read_stakes(huge)
    with pytest.raises(TableError, match="more than the 1 MB"):
        read_stakes(table(HEADER + "A,B,1%\n" * 200_000), most_mb=1)


def test_a_quotation_mark_that_is_not_closed_is_noticed(table):
    found = read_stakes(table(f'{HEADER}A,B,60%\n"C,D,70%\nE,F,80%\n'))
    assert {(one.rule, one.row) for one in found.findings} == {("lines", 3), ("empty-name", 3)}


def test_of_one_kind_only_the_first_findings_are_told_one_by_one(table):
    rows = "".join(f"A{place},B{place},x\n" for place in range(100))
    findings = read_stakes(table(HEADER + rows)).findings
    assert len(findings) == 21
    assert findings[-1].message == "and 80 more such"


CELLS = {
    "owner": st.sampled_from(["A", "B", "C", " D ", "", "E, Inc", 'F "x"']),
    "owned": st.sampled_from(["A", "B", "C", "D", ""]),
    "share": st.sampled_from(
        ["", "0.5", "50%", "60 %", "x", "-1", "150%", "0.333333333", "1/3", "0"]
    ),
    "share_min": st.sampled_from(["", "", "0.1", "y"]),
    "share_max": st.sampled_from(["", "", "0.4", "0.05"]),
    "votes": st.sampled_from(["", "", "", "30%", "z"]),
    "since": st.sampled_from(["", "", "2020-01-01", "2030", "never"]),
    "until": st.sampled_from(["", "", "2025-01-01", "2021-06-30", "x"]),
}


@settings(max_examples=25)
@given(st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=30), st.booleans())
def test_large_tables_are_read_as_small_ones(tmp_path_factory, rows, dated):
    pytest.importorskip("duckdb")
    path = tmp_path_factory.mktemp("t") / "t.csv"
    names = list(CELLS) if dated else list(CELLS)[:6]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    assert outcome(read_stakes, path) == outcome(read_large, path)


def read_large(path, day):
    return large_tables.read(path, day, most_mb=100, parquet=False)


def outcome(read, path):
    try:
        table = read(path, date(2022, 1, 1))
    except TableError as error:
        return sorted(map(str, error.findings))
    rights = [table.capital] + ([table.votes] if table.votes else [])
    # By name: a large table also keeps the names of those of whom nothing is in force.
    return (
        [list(shares(right).items()) for right in rights],
        [[right.claims_of(place) for place in range(len(right))] for right in rights],
        [right.whole for right in rights],
        {rights[-1].names[one] for one in rights[-1].voted or ()},
        {(rights[-1].names[one], rights[-1].names[of]) for one, of in rights[-1].unstated},
        sorted(map(str, table.findings)),
    )


def test_parquet_of_names_and_of_numbers(tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        for name, query in {
            "names": "SELECT 'A' AS owner, 'B' AS owned, 0.6::DOUBLE AS share "
            "UNION ALL SELECT 'A', 'C', 0.25",
            "edges": "SELECT 0::INT AS owner, 1::INT AS owned, 600000::BIGINT AS low, "
            "600000::BIGINT AS high UNION ALL SELECT 0, 2, 250000, 300000",
        }.items():
            connection.execute(f"COPY ({query}) TO '{tmp_path / name}.parquet'")
    named = read_stakes(tmp_path / "names.parquet")
    assert shares(named.capital) == {("A", "B"): exactly(60), ("A", "C"): exactly(25)}
    edges = read_stakes(tmp_path / "edges.parquet")
    assert shares(edges.capital) == {
        ("0", "1"): exactly(60),
        ("0", "2"): (Fraction(1, 4), Fraction(3, 10)),
    }
    monkeypatch.setattr(large_tables, "_BYTES_A_ROW", 2_000_000_000)
    with pytest.raises(TableError, match="2 rows"):
        read_stakes(tmp_path / "names.parquet")


def test_a_large_file_takes_the_large_path_and_odd_ones_come_back(table, monkeypatch):
    pytest.importorskip("duckdb")
    monkeypatch.setattr(tables, "MANY_BYTES", 0)
    text = f"{HEADER}A,B,60%\nC,D,0,5\n"
    assert shares(read_stakes(table(text)).capital) == {("A", "B"): exactly(60)}
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        path = table(f"{HEADER}Citroën,B,60%\n", encoding=encoding)
        assert shares(read_stakes(path).capital) == {("Citroën", "B"): exactly(60)}
    odd = table("owner,owned,share,,\nA,B,60%,,\nA,C,x,,\n")
    assert shares(read_stakes(odd).capital) == {("A", "B"): exactly(60), ("A", "C"): UNKNOWN}
    tabs = table('share\t"owned"\towner\n60%\tB\tA\n')
    assert shares(read_stakes(tabs).capital) == {("A", "B"): exactly(60)}


@pytest.fixture
def edges(tmp_path):
    duckdb = pytest.importorskip("duckdb", reason="Parquet is read by duckdb")

    def written(*rows):
        values = ", ".join(map(str, rows))
        path = tmp_path / "edges.parquet"
        duckdb.sql(
            f"COPY (SELECT * FROM (VALUES {values}) AS v(owner, owned, low, high)) "
            f"TO '{path}' (FORMAT parquet)"
        )
        return path

    return written


@pytest.mark.parametrize(
    "row", ["(1, 2, 7, 5)", "(1, 2, -1, 5)", "(1, 2, 7, 1000001)", "(NULL, 2, 5, 5)"]
)
def test_an_edge_table_with_a_row_that_is_no_stake_is_refused(edges, row):
    with pytest.raises(TableError, match="rows that are no stakes, such as"):
        read_stakes(edges("(1, 3, 5, 5)", row))


def test_ids_of_an_edge_table_may_be_sparse_or_negative(edges):
    found = read_stakes(edges((-7, 2_000_000_000_000, 600_000, 600_000), (5, -7, 1, 2)))
    assert found.capital.names == ["-7", "5", "2000000000000"]
    assert shares(found.capital)["-7", "2000000000000"] == exactly(60)


def test_rows_of_an_edge_table_for_one_owner_and_company_are_one_stake(edges):
    found = read_stakes(edges((0, 1, 300_000, 300_000), (0, 1, 400_000, 400_000), (2, 1, 5, 5)))
    assert shares(found.capital)["0", "1"] == (Fraction(3, 10), Fraction(4, 10))
    assert [one.rule for one in found.findings] == ["repeated"]

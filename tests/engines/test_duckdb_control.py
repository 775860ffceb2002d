"""Control in DuckDB against the plain fixpoint over networkx, and the worked cases."""

import random
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from kg.analytics import control, ultimate
from kg.analytics.control_pairs import Control
from kg.analytics.shares import read_share
from kg.analytics.tables import read_stakes
from kg.errors import EngineError, ParameterError, TableError, UnknownNameError

pytest.importorskip("duckdb", reason="the DuckDB engine needs the extra 'analytics'")

import duckdb

from kg.analytics.engines.duckdb_answers import control_rows, ultimate_rows, write_control
from kg.analytics.engines.duckdb_control import ControlInDuckDB
from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.duckdb_table import load
from kg.analytics.engines.duckdb_ultimate import find_ultimate
from kg.analytics.fixpoint import majority

CASES = sorted((Path(__file__).parent.parent / "analytics" / "cases").glob("*.toml"))


@pytest.fixture
def found(tmp_path):
    """Return pairs and ultimate controllers as DuckDB finds them; of members only the pairs."""

    def found(path, threshold="0.5", members=(), as_of=None, findings=None, memory="500MB"):
        with Session(memory, tmp_path) as session:
            table = load(session, path, as_of)
            if findings is not None:
                findings += table.findings
            engine = ControlInDuckDB(table, majority(threshold), members)
            engine.run()
            rows = sorted(map(str, control_rows(engine)))
            if members:
                return rows, []
            find_ultimate(engine)
            return rows, sorted(map(str, ultimate_rows(engine)))

    return found


def expected(stakes, threshold="0.5"):
    """Return what plain Python says, without numba."""
    return sorted(map(str, control(stakes, threshold))), sorted(
        map(str, ultimate(stakes, threshold))
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_worked_cases_and_what_is_found_in_them(path, found):
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    threshold, as_of = case.get("threshold", "0.5"), case.get("as_of")
    table = read_stakes(path.with_suffix(".csv"), as_of)
    findings = []
    answer = found(path.with_suffix(".csv"), threshold, as_of=as_of, findings=findings)
    assert answer == expected(table.deciding, threshold)
    certain = [[x, y, Decimal(held)] for x, y, held in case.get("control", [])]
    assert len([row for row in answer[0] if "'certain'" in row]) == len(certain)
    assert sorted(map(str, findings)) == sorted(map(str, table.findings))


@pytest.mark.parametrize("threshold", ["0.5", "0.2", "2/3"])
def test_networkx_by_the_definition(found, tmp_path, many_tables, by_networkx, threshold):
    path = tmp_path / "stakes.csv"
    path.write_text(many_tables, encoding="utf-8")
    with Session("500MB", tmp_path) as session:
        engine = ControlInDuckDB(load(session, path), majority(threshold))
        engine.run()
        pairs = {(x.controller, x.controlled, Fraction(x.held)) for x in control_rows(engine)}
    right = by_networkx(many_tables, threshold)
    assert len(right) > 40
    assert pairs == right


SHARES = ["5%", "10%", "0.2", "25%", "26%", "0.3", "1/3", "49%", "0.5", "50.01%", "60%", "100%"]
VOTES = ["", "", "0", "51%", "30%"]


def network_rows(dice, name, wide, voting):
    """Return rows of a small cyclic network: rings, own shares, halves, sums above 100%."""
    nodes = [f"{name}-{number}" for number in range(dice.randint(2, 8))]
    for company in nodes:
        left = Fraction(1)
        for owner in dice.choices(nodes, k=dice.randint(0, 5)):
            share = dice.choice(SHARES)
            if read_share(share) > left and dice.random() < 0.9:
                continue
            left -= read_share(share)
            high = dice.choice(["", "", "60%", "1"]) if wide else ""
            sizes = f"{share},,"
            if high and read_share(high) >= read_share(share):
                sizes = f",{share},{high}"
            yield f"{owner},{company},{sizes},{dice.choice(VOTES) if voting else ''}"


@pytest.mark.parametrize(
    ("kind", "threshold"),
    [
        *(("exact", one) for one in ("0.5", "0.2", "0")),
        *(("ranges", one) for one in ("0.5", "1/3")),
        *(("votes", one) for one in ("0.5", "0.75")),
        *(("ranges and votes", one) for one in ("0.5", "0.2")),
    ],
)
def test_random_networks(found, tmp_path, kind, threshold):
    dice = random.Random(f"{kind} {threshold}")
    rows = [
        row
        for number in range(150)
        for row in network_rows(dice, f"n{number}", "ranges" in kind, "votes" in kind)
    ]
    text = "\n".join(["owner,owned,share,share_min,share_max,votes", *rows])
    path = tmp_path / "stakes.csv"
    path.write_text(text, encoding="utf-8")
    table = read_stakes(path)
    assert found(path, threshold) == expected(table.deciding, threshold)
    members = table.deciding.names[:3]
    assert found(path, threshold, members)[0] == sorted(
        map(str, control(table.deciding, threshold, members))
    )


@pytest.mark.parametrize("faults", [{}, {"closed": 5, "over": 5}], ids=["clean", "dirty"])
def test_ten_thousand_companies_in_little_memory(tmp_path, found, faults):
    networks = pytest.importorskip("benchmarks.networks", reason="benchmarks are not shipped")
    path = tmp_path / "stakes.parquet"
    networks.network(10_000, **faults).write(path)
    pairs, tops = found(path, memory="28MB")
    right = expected(read_stakes(path).deciding)
    assert len(right[0]) > 9_000
    assert pairs == right[0]
    assert tops == right[1]


def test_a_folder_of_parquet_is_one_table_and_whole_numbers_are_millionths(tmp_path, found):
    folder = tmp_path / "edges"
    with duckdb.connect() as base:
        base.execute(
            "COPY (SELECT * FROM (VALUES (1, 2, 500001, 500001, 0), (2, 3, 300000, 300000, 1), "
            "(1, 3, 200000, 200001, 1)) rows(owner, owned, low, high, part)) "
            f"TO '{folder}' (FORMAT parquet, PARTITION_BY (part))"
        )
    (folder / "_SUCCESS").touch()
    pairs, _ = found(folder)
    assert pairs == [
        str(Control("1", "2", Decimal("0.500001"), "certain")),
        str(Control("1", "3", Decimal("0.500001"), "possible")),
    ]


def test_what_is_written_is_what_is_printed(tmp_path):
    target = tmp_path / "pairs.parquet"
    with Session("500MB", tmp_path) as session:
        engine = ControlInDuckDB(load(session, CASES[0].with_name("chain.csv")), majority("0.5"))
        engine.run()
        write_control(engine, target)
        rows = list(control_rows(engine))
    with duckdb.connect() as base:
        query = f"SELECT controller, controlled, held_parts, whole, certainty FROM '{target}'"
        written = sorted(base.execute(query).fetchall())
    assert [(x, y, Fraction(parts, whole), kind) for x, y, parts, whole, kind in written] == [
        (one.controller, one.controlled, Fraction(one.held), one.certainty) for one in rows
    ]


def test_nothing_is_left_behind(tmp_path):
    with Session("500MB", tmp_path) as session:
        table = load(session, CASES[0].with_name("with-a-subsidiary.csv"))
        assert list(tmp_path.iterdir()) == [session.folder]
        with pytest.raises(UnknownNameError, match="nearest: H"):
            ControlInDuckDB(table, majority("0.5"), ["h"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("owner,owned\nA,B\n", "column share is missing"),
        ("owner,owned,share,share\nA,B,1,1\n", "column share is there twice"),
        ("owner,owned,share\n,,\n", "no stake in this table can be used"),
        ("owner,owned,share\nA,B,50%,7,8\n", "cannot be read: .*Line: 2"),
    ],
    ids=["columns", "twice", "empty", "ragged"],
)
def test_bad_tables_are_refused(tmp_path, text, message):
    path = tmp_path / "stakes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=message), Session("500MB", tmp_path) as session:
        load(session, path)


def test_edges_that_cannot_be_are_refused(tmp_path):
    path = tmp_path / "edges.parquet"
    with duckdb.connect() as base:
        base.execute(
            "COPY (SELECT 1 AS owner, 2 AS owned, 7 AS low, 5 AS high) "
            f"TO '{path}' (FORMAT parquet)"
        )
    with (
        pytest.raises(TableError, match=r"no stakes, such as \(1, 2, 7, 5\)"),
        Session() as session,
    ):
        load(session, path)


def test_too_little_memory_is_said_with_what_to_do(tmp_path):
    networks = pytest.importorskip("benchmarks.networks", reason="benchmarks are not shipped")
    path = tmp_path / "stakes.parquet"
    networks.network(20_000).write(path)
    with pytest.raises(EngineError, match="raise --memory-limit"), Session("1MB") as session:
        load(session, path)
    with pytest.raises(ParameterError, match="is no size; write 4GB"):
        Session("much")


def test_lines_may_end_as_they_did_on_old_machines(tmp_path, found):
    path = tmp_path / "stakes.csv"
    path.write_bytes(b"owner,owned,share\rA,B,60%\rB,C,70%\r")
    assert found(path) == expected(read_stakes(path).deciding)


def test_odd_headers_and_names_are_read(tmp_path, found):
    path = tmp_path / "odd [1]'s.csv"
    path.write_text(
        """OWNER;;it's;Share;owned\n"A""B";;;60,5 %;C'\nC';;;51 %;D\n""", encoding="utf-8"
    )
    assert found(path) == expected(read_stakes(path).deciding)

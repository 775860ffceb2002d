"""Control in DuckDB against the plain fixpoint over networkx, and the worked cases."""

import tomllib
from decimal import Decimal
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.analytics import control, ultimate
from kg.analytics.tables import read_stakes

pytest.importorskip("duckdb", reason="the DuckDB engine needs the extra 'analytics'")

from kg.analytics.engines.duckdb_answers import control_rows, ultimate_rows
from kg.analytics.engines.duckdb_control import ControlInDuckDB
from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.duckdb_table import load
from kg.analytics.engines.duckdb_ultimate import find_ultimate
from kg.analytics.fixpoint import majority

CASES = sorted((Path(__file__).parent.parent / "analytics" / "cases").glob("*.toml"))


@pytest.fixture
def found(tmp_path):
    def found(path, threshold="0.5", members=(), as_of=None):
        with Session("500MB", tmp_path) as session:
            engine = ControlInDuckDB(load(session, path, as_of), majority(threshold), members)
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
def test_worked_cases(path, found):
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    threshold, as_of = case.get("threshold", "0.5"), case.get("as_of")
    table = read_stakes(path.with_suffix(".csv"), as_of)
    answer = found(path.with_suffix(".csv"), threshold, as_of=as_of)
    assert answer == expected(table.deciding, threshold)
    certain = [[x, y, Decimal(held)] for x, y, held in case.get("control", [])]
    assert len([row for row in answer[0] if "'certain'" in row]) == len(certain)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_findings_are_those_of_any_table(path, tmp_path):
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    table = read_stakes(path.with_suffix(".csv"), case.get("as_of"))
    with Session("500MB", tmp_path) as session:
        found = load(session, path.with_suffix(".csv"), case.get("as_of")).findings
    assert sorted(map(str, found)) == sorted(map(str, table.findings))


SHARES = [
    "5%",
    "10%",
    "0.2",
    "25%",
    "26%",
    "0.3",
    "1/3",
    "40%",
    "49%",
    "0.5",
    "50.01%",
    "60%",
    "100%",
]


@st.composite
def tables(draw):
    """Draw a cyclic table: rings, own shares, halves, sums above 100%, ranges, votes."""
    count = draw(st.integers(2, 8))
    wide, voting = draw(st.booleans()), draw(st.booleans())
    rows = []
    for company in range(count):
        left = 1.0
        for owner in draw(
            st.lists(st.integers(0, count - 1), max_size=5, unique=draw(st.booleans()))
        ):
            share = draw(st.sampled_from(SHARES))
            low = float(read(share))
            if low > left and draw(st.integers(0, 9)):
                continue
            left -= low
            high = draw(st.sampled_from(["", "", "", "75%", "1"])) if wide else ""
            low_cell = share if high and read(high) >= read(share) else ""
            votes = draw(st.sampled_from(["", "", "0", "51%", "30%"])) if voting else ""
            cells = ["" if low_cell else share, low_cell, high if low_cell else "", votes]
            rows.append(f"n{owner},n{company},{','.join(cells)}")
    return "\n".join(["owner,owned,share,share_min,share_max,votes", *rows, "z,n0,1%,,,"])


def read(share):
    from kg.analytics.shares import read_share

    return read_share(share)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tables(), st.sampled_from(["0.5", "0.5", "0.2", "1/3", "0.75", "0"]))
def test_random_cyclic_tables(found, tmp_path, text, threshold):
    path = tmp_path / "stakes.csv"
    path.write_text(text, encoding="utf-8")
    table = read_stakes(path)
    assert found(path, threshold) == expected(table.deciding, threshold)
    graph = nx.DiGraph()
    graph.add_edges_from((f"n{k}", f"n{k + 1}") for k in range(2))
    members = [name for name in ("n0", "n1") if name in table.deciding.numbers]
    together = found(path, threshold, members)[0]
    assert together == sorted(map(str, control(table.deciding, threshold, members)))

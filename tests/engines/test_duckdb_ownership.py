"""Integrated ownership in DuckDB against exact fractions, and dense algebra over networkx."""

import pytest

from kg.analytics import ownership
from kg.analytics.tables import read_stakes

pytest.importorskip("duckdb", reason="the DuckDB engine needs the extra 'analytics'")
pytest.importorskip("scipy", reason="loops are solved by scipy, of the extra 'analytics'")

import random

from kg.analytics.engines.duckdb_ownership import OwnershipInDuckDB
from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.duckdb_table import load


def random_table(seed, count=9):
    """Return a cyclic table with self-holdings, sums of at most 100% and closed loops."""
    dice = random.Random(seed)
    rows = []
    for company in range(count):
        left = 100
        for owner in dice.sample(range(count), dice.randint(0, 4)):
            share = min(left, dice.choice([1, 10, 25, 50, 60, 100]))
            left -= share
            if share:
                rows.append(f"n{owner},n{company},{share}%")
    rows += ["a,b,100%", "b,a,100%", "b,n0x,50%", "n1,n0x,30%"]  # a closed loop above n0x
    return "\n".join(["owner,owned,share", *rows])


@pytest.fixture
def loaded(tmp_path):
    with Session("500MB", tmp_path) as session:

        def loaded(text):
            path = tmp_path / "stakes.csv"
            path.write_text(text, encoding="utf-8")
            return load(session, path), read_stakes(path).capital

        yield loaded


def answer(engine):
    table = engine.table
    return dict(
        table.session.run(f"SELECT {table.called('node')}, share FROM share WHERE share > 0")
    )


@pytest.mark.parametrize("most_solved", [3000, 0], ids=["loops solved", "loops gone round"])
@pytest.mark.parametrize("seed", range(6))
def test_held_by_each_owner_is_exact(loaded, seed, most_solved):
    table, stakes = loaded(random_table(seed))
    engine = OwnershipInDuckDB(table, most_solved=most_solved)
    for name in stakes.names:
        engine.held_by(table.number(name, "by"))
        exact = {row.owned: float(row.share) for row in ownership(stakes, by=name)}
        assert answer(engine) == pytest.approx(exact, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("seed", range(6))
def test_owners_of_each_company_are_exact(loaded, seed):
    table, stakes = loaded(random_table(seed))
    engine = OwnershipInDuckDB(table)
    for name in stakes.names:
        engine.owners_of(table.number(name, "of"))
        exact = {row.owner: float(row.share) for row in ownership(stakes, of=name)}
        assert answer(engine) == pytest.approx(exact, rel=1e-9, abs=1e-11)

"""Integrated ownership in DuckDB against exact fractions, and dense algebra over networkx."""

from fractions import Fraction

import pytest

from kg.analytics import ownership
from kg.analytics.tables import read_stakes
from kg.errors import EngineError

pytest.importorskip("duckdb", reason="the DuckDB engine needs the extra 'analytics'")
pytest.importorskip("scipy", reason="loops are solved by scipy, of the extra 'analytics'")

import random

from kg.analytics.engines.duckdb_ownership import OwnershipInDuckDB
from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.duckdb_table import load
from kg.analytics.engines.rounds import MOST_ROUNDS, Remainder


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


@pytest.mark.parametrize(
    ("seed", "most_solved"),
    [(0, 3000), (1, 3000), (2, 3000), (3, 3000), (1, 0), (3, 0)],
    ids=["0", "1", "2", "3", "1 gone round", "3 gone round"],
)
def test_held_by_each_owner_is_exact(loaded, seed, most_solved):
    table, stakes = loaded(random_table(seed))
    engine = OwnershipInDuckDB(table, most_solved=most_solved)
    for name in stakes.names:
        engine.held_by(table.number(name, "by"))
        exact = {row.owned: float(row.share) for row in ownership(stakes, by=name)}
        assert answer(engine) == pytest.approx(exact, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("seed", range(2))
def test_held_is_what_flows_down_a_networkx_graph(loaded, seed, flowing):
    text = random_table(seed)
    table, stakes = loaded(text)
    engine = OwnershipInDuckDB(table)
    for name in stakes.names[:4]:
        engine.held_by(table.number(name, "owner"))
        assert answer(engine) == pytest.approx(flowing(text, name), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_owners_of_each_company_are_exact(loaded, seed):
    table, stakes = loaded(random_table(seed))
    engine = OwnershipInDuckDB(table)
    for name in stakes.names:
        engine.owners_of(table.number(name, "of"))
        exact = {row.owner: float(row.share) for row in ownership(stakes, of=name)}
        assert answer(engine) == pytest.approx(exact, rel=1e-9, abs=1e-11)


LEAKING = "owner,owned,share\nx,a,0.01%\na,b,100%\nb,a,99.99%\nb,end,50%\n"


def test_a_loop_that_hardly_leaks_is_solved_or_refused(loaded):
    table, _ = loaded(LEAKING)
    engine = OwnershipInDuckDB(table)
    engine.held_by(table.number("x", "owner"))
    assert answer(engine) == pytest.approx({"a": 1, "b": 1, "end": 0.5})
    engine.owners_of(table.number("end", "owned"))
    assert answer(engine) == pytest.approx({"a": 0.5, "b": 0.5, "x": 0.5})


def test_a_loop_that_leaks_too_little_for_floats_is_refused(loaded):
    table, stakes = loaded(LEAKING.replace("0.01%", "0.0000001%").replace("99.99%", "99.9999999%"))
    engine = OwnershipInDuckDB(table)
    with pytest.raises(EngineError, match=r"undetermined: .*--engine memory"):
        engine.held_by(table.number("x", "owner"))
    with pytest.raises(EngineError, match=r"undetermined: .*--engine memory"):
        engine.owners_of(table.number("end", "owned"))
    assert {row.owned: row.share for row in ownership(stakes, by="x")}["end"] == Fraction(1, 2)


def test_what_cannot_be_worked_out_is_refused(loaded):
    table, _ = loaded("owner,owned,share\nx,a,50%\na,b,100%\nb,a,100%\n")
    engine = OwnershipInDuckDB(table)
    with pytest.raises(EngineError, match="sum to more than 100 %"):
        engine.held_by(table.number("x", "owner"))
    with pytest.raises(EngineError, match="hold more than 100 %"):
        engine.owners_of(table.number("b", "owned"))


def test_only_ranges_that_matter_are_refused(loaded):
    table, _ = loaded("owner,owned,share\nx,a,50%\na,b,\ny,c,10%\n")
    engine = OwnershipInDuckDB(table)
    engine.held_by(table.number("y", "owner"))
    assert answer(engine) == {"c": 0.1}
    with pytest.raises(EngineError, match=r"ranges or unknown .--engine memory"):
        engine.held_by(table.number("x", "owner"))


def test_rounds_end_or_say_why():
    remainder = Remainder("duckdb", 1e-12)
    assert not any(remainder.small(0.5**n) for n in range(30))
    assert remainder.small(1e-14)
    assert not any(remainder.small(0.5) for _ in range(MOST_ROUNDS - remainder.rounds))
    with pytest.raises(EngineError, match=r"after 5,000 rounds about .* is still to come"):
        remainder.small(0.5)


def test_ten_thousand_companies(tmp_path):
    networks = pytest.importorskip("benchmarks.networks", reason="benchmarks are not shipped")
    path = tmp_path / "stakes.parquet"
    networks.network(10_000, closed=4).write(path)
    stakes = read_stakes(path).capital
    with Session("500MB", tmp_path) as session:
        table = load(session, path)
        engine = OwnershipInDuckDB(table)
        for name in ("p0", "c25", "c5000"):  # the largest holder, one of the core, any
            engine.held_by(table.number(name, "owner"))
            exact = {row.owned: float(row.share) for row in ownership(stakes, by=name)}
            assert answer(engine) == pytest.approx(exact, rel=1e-9, abs=1e-12)
        for name in ("c25", "c9000"):
            engine.owners_of(table.number(name, "owned"))
            exact = {row.owner: float(row.share) for row in ownership(stakes, of=name)}
            assert answer(engine) == pytest.approx(exact, rel=1e-9, abs=1e-12)

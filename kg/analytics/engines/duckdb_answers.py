# ruff: noqa: S608 -- SQL is put together of names of tables and whole numbers; values are bound
"""The DuckDB engine as commands use it: rows streamed, sorted by name, or written as Parquet."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from kg.analytics.control_pairs import CERTAIN, POSSIBLE, Control
from kg.analytics.engines.answer import Answer
from kg.analytics.engines.duckdb_control import ControlInDuckDB
from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.duckdb_table import Table
from kg.analytics.engines.duckdb_ultimate import find_ultimate
from kg.analytics.fixpoint import Majority
from kg.analytics.integrated import Ownership
from kg.analytics.shares import decimal_text
from kg.analytics.ultimate_controllers import Ultimate
from kg.errors import EngineError


class DuckDBEngine:
    """A loaded table, asked once."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.findings = table.findings

    def control(self, rule: Majority, members: Sequence[str] = ()) -> Answer[Control]:
        """Return who controls whom; `members` act as one, else every holder."""
        found = ControlInDuckDB(self.table, rule, members)
        found.run()
        return Answer(lambda: control_rows(found), lambda path: write_control(found, path))

    def ultimate(self, rule: Majority) -> Answer[Ultimate]:
        """Return who is at the top above each company."""
        found = ControlInDuckDB(self.table, rule)
        found.run()
        find_ultimate(found)
        return Answer(lambda: ultimate_rows(found), lambda path: write_ultimate(found, path))

    def ownership(self, owner: str, owned: str) -> Answer[Ownership]:
        """Return integrated ownership, corrected: of one owner, of one company, or of both."""
        from kg.analytics.engines.duckdb_ownership import OwnershipInDuckDB

        found = OwnershipInDuckDB(self.table)
        called = self.table.called("node")
        if owner:
            found.held_by(self.table.number(owner, "owner"))
            where = f"AND node = {self.table.number(owned, 'owned')}" if owned else ""
            query = (
                f"SELECT ? AS owner, {called} AS owned, share FROM share WHERE share > 0 {where}"
            )
        elif owned:
            found.owners_of(self.table.number(owned, "owned"))
            query = f"SELECT {called} AS owner, ? AS owned, share FROM share WHERE share > 0"
        else:
            advice = "name one --owner or one --owned, or take --engine memory"
            raise EngineError("duckdb", "works out one owner or one company at a time", advice)
        self._named(query, owner or owned)
        return Answer(self._owned, lambda path: write_parquet(self.table.session, _OWNED, path))

    def _named(self, query: str, name: str) -> None:
        self.table.session.run(f"CREATE OR REPLACE TABLE owned_share AS {query}", [name])

    def _owned(self) -> Iterator[Ownership]:
        for owner, owned, share in self.table.session.stream(f"{_OWNED} ORDER BY ALL"):
            yield Ownership(owner, owned, share, share, share)


_OWNED = "SELECT owner, owned, share FROM owned_share"


def control_rows(control: ControlInDuckDB) -> Iterator[Control]:
    """Yield every pair: certain ones by controller, then possible ones."""

    @lru_cache(maxsize=100_000)
    def fraction(parts: int) -> Decimal:
        return Decimal(decimal_text(Fraction(parts, control.table.whole)))

    for certainty in (CERTAIN,) if control.exact else (CERTAIN, POSSIBLE):
        query = (
            f"SELECT controller, controlled, held FROM ({_pairs(control, certainty)}) ORDER BY ALL"
        )
        for controller, controlled, held in control.session.stream(query):
            yield Control(controller, controlled, fraction(held), certainty)


def write_control(control: ControlInDuckDB, path: Path) -> None:
    """Write every pair as Parquet: held as a number, and exactly as held_parts of whole."""
    selected = " UNION ALL ".join(
        f"SELECT controller, controlled, held / {control.table.whole} AS held, "
        f"'{certainty}' AS certainty, held AS held_parts, {control.table.whole} AS whole "
        f"FROM ({_pairs(control, certainty)})"
        for certainty in ((CERTAIN,) if control.exact else (CERTAIN, POSSIBLE))
    )
    write_parquet(control.session, selected, path)


def _pairs(control: ControlInDuckDB, certainty: str) -> str:
    called = control.table.called
    controller = called("x")
    if control.members:  # several that act as one have the names of all
        names = " || ' + ' || ".join(called(str(one)) for one in control.members)
        controller = f"(SELECT {names})"
    return (
        f"SELECT {controller} AS controller, {called('y')} AS controlled, held "
        f"FROM {certainty}_held"
    )


def ultimate_rows(control: ControlInDuckDB) -> Iterator[Ultimate]:
    """Yield the ultimate controllers of every company that has an owner; `find_ultimate` first."""
    for row in control.session.stream(f"{_ultimate(control)} ORDER BY ALL"):
        yield Ultimate(*row)


def write_ultimate(control: ControlInDuckDB, path: Path) -> None:
    """Write the same as Parquet."""
    write_parquet(control.session, _ultimate(control), path)


def _ultimate(control: ControlInDuckDB) -> str:
    called = control.table.called
    return (
        f"SELECT {called('company')} AS company, {called('controller')} AS controller, kind, "
        "certainty FROM ultimate"
    )


def write_parquet(session: Session, query: str, path: Path) -> None:
    """Write a query's rows; a file that is there is replaced once the new one is whole."""
    written = path.with_name(f".{path.name}.part")
    target = str(written).replace("'", "''")
    session.run(f"COPY ({query}) TO '{target}' (FORMAT parquet)")
    written.replace(path)
    session.tell(f"written: {path}")

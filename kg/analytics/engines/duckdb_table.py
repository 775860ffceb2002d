# ruff: noqa: S608 -- SQL is put together of names of tables and whole numbers; values are bound
"""A table of stakes of any size in DuckDB, checked as every table is.

    stake(owner, owned, low, high)   capital, a row for each owner and company, in parts of a whole
    vote(owner, owned, low, high)    where the table has votes: those, elsewhere the capital
    called(id, name)                 where owners are text; whole numbers are their own ids

`load` makes these three; `duckdb_cells` reads what the cells say.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from kg.analytics.cells import COLUMNS, ERROR, Findings
from kg.analytics.engines.duckdb_cells import (
    copy_cells,
    note_rows,
    number_rows,
    read_cells,
)
from kg.analytics.engines.duckdb_findings import note_stakes
from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.sources import Source, is_edge_table, refuse, refuse_edges, source
from kg.analytics.stakes import CAPITAL, VOTES, WHOLE
from kg.analytics.tables import column_places, day_of, note_none_in_force, note_unsized
from kg.errors import Candidate, Finding, TableError, UnknownNameError


@dataclass(frozen=True, slots=True)
class Table:
    """What `load` made: the tables in the session, and what was noticed."""

    session: Session
    whole: int
    findings: tuple[Finding, ...]
    as_of: date | None
    named: bool  # owners are text, by the table `called`
    votes: bool

    @property
    def deciding(self) -> str:
        """Return the table that control runs on: votes where there are some, else capital."""
        return "vote" if self.votes else "stake"

    @property
    def right(self) -> str:
        """Return what `deciding` is of."""
        return VOTES if self.votes else CAPITAL

    def exact(self, table: str = "stake") -> bool:
        """Say whether every share is one number."""
        return not self.session.one(f"SELECT 1 FROM {table} WHERE low <> high LIMIT 1")

    def called(self, column: str) -> str:
        """Return SQL for the name of a node whose id a column has."""
        named = f"(SELECT name FROM called WHERE id = {column})"
        return named if self.named else f"{column}::VARCHAR"

    def number(self, name: str, parameter: str) -> int:
        """Return the id of a name; raises UnknownNameError with the nearest names."""
        run = self.session.one
        if self.named:
            found = run("SELECT id FROM called WHERE name = ?", [name])
        elif name.isascii() and name.isdigit() and len(name) < 19:
            query = "SELECT ?::BIGINT FROM stake WHERE owner = ?::BIGINT OR owned = ?::BIGINT"
            found = run(query, [name] * 3)
        else:
            found = None
        if found is None:
            raise UnknownNameError(parameter, name, self._nearest(name) if self.named else [])
        return int(found)

    def _nearest(self, name: str) -> list[Candidate]:
        query = (
            "SELECT name FROM called WHERE jaro_winkler_similarity(lower(name), lower(?)) > 0.7 "
            "ORDER BY jaro_winkler_similarity(lower(name), lower(?)) DESC, name LIMIT 3"
        )
        return [Candidate(one, one, one) for (one,) in self.session.run(query, [name, name])]


def load(session: Session, path: Path, as_of: date | None = None) -> Table:
    """Read a table, checked as `tables.read_stakes` does; raises TableError."""
    found = source(path)
    session.tell(f"reads {len(found.files):,} files, {found.bytes / 1e6:,.1f} MB")
    try:
        return _loaded(session, found, as_of)
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException) as error:
        message = str(error).replace("\n", " ")[:300]
        refuse(path, "file", f"cannot be read: {message}", "write it anew as UTF-8 CSV or Parquet")


def _loaded(session: Session, found: Source, as_of: date | None) -> Table:
    scan, values = _scan(found)
    kinds = {}
    if found.parquet:
        kinds = session.kinds(f"SELECT * FROM {scan} LIMIT 0", values)
        if is_edge_table(kinds):
            return _edges(session, found.path, scan, values)
    places = column_places(found.path, list(kinds) or found.header)
    findings = Findings()
    day = day_of(as_of, places, findings)
    note_unsized(places, findings)
    columns = list(kinds) or [f"c{place}" for place in range(len(found.header))]
    given = {name: columns[place] for name, place in places.items()}
    copy_cells(session, scan, values, given)
    note_rows(session, findings)
    whole = read_cells(session, [name for name in COLUMNS[2:] if name in given], day, findings)
    none_in_force = number_rows(session)
    votes = "votes" in given and bool(
        session.one("SELECT 1 FROM entry WHERE vote_low >= 0 LIMIT 1")
    )
    _merge(session, votes)
    if none_in_force:
        note_none_in_force(day, findings)
    elif not session.count("stake"):
        findings.add(ERROR, "empty", "no stake in this table can be used")
        raise TableError(str(found.path), list(findings))
    note_stakes(session, whole, votes, findings, "entry")
    session.run("DROP TABLE entry")
    return Table(session, whole, tuple(findings), day, named=True, votes=votes)


def _scan(found: Source) -> tuple[str, list[list[str]]]:
    """Return SQL for the rows of a source; of text its columns are c0, c1 ..., none guessed."""
    files = [[str(file) for file in found.files]]
    if found.parquet:
        return "read_parquet(?, hive_partitioning = true)", files
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(found.header)))
    delimiter = found.delimiter
    return (
        "read_csv(?, header = true, all_varchar = true, auto_detect = false, "
        f"delim = '{delimiter}', quote = '\"', escape = '\"', columns = {{{names}}})"
    ), files


def _edges(session: Session, path: Path, scan: str, values: list[list[str]]) -> Table:
    wrong = "low IS NULL OR high < low OR low < 0 OR high > 1000000 OR high IS NULL"
    wrong += " OR owner IS NULL OR owned IS NULL"
    query = f"SELECT owner, owned, low, high FROM {scan} WHERE {wrong}"
    shown = session.run(f"{query} LIMIT 1", values)
    refuse_edges(path, len(shown), shown[0] if shown else ())
    session.run(
        "CREATE TABLE stake AS SELECT owner::BIGINT AS owner, owned::BIGINT AS owned, "
        f"min(low)::BIGINT AS low, max(high)::BIGINT AS high FROM {scan} GROUP BY ALL",
        values,
    )
    findings = Findings()
    note_stakes(session, WHOLE, False, findings, None)
    return Table(session, WHOLE, tuple(findings), None, named=False, votes=False)


def _merge(session: Session, votes: bool) -> None:
    """Make `stake` and `vote`: rows that differ for one owner and company are a range."""
    session.run(
        "CREATE TABLE stake AS SELECT owner, owned, min(low) AS low, max(high) AS high "
        "FROM entry GROUP BY owner, owned"
    )
    if votes:
        session.run(
            "CREATE TABLE vote AS SELECT owner, owned, coalesce(min(vote_low), min(low)) AS low, "
            "coalesce(max(vote_high), max(high)) AS high, bool_or(vote_low IS NOT NULL) AS voted "
            "FROM entry GROUP BY owner, owned"
        )
    session.tell(f"{session.count('stake'):,} stakes")

# ruff: noqa: S608 -- SQL is put together of names of tables and whole numbers; values are bound
"""A table of stakes of any size in DuckDB, checked as every table is: `load` makes

stake(owner, owned, low, high)   capital, a row for each owner and company, in parts of a whole
vote(owner, owned, low, high)    where the table has votes: those, elsewhere the capital
called(id, name)                 where owners are text; whole numbers are their own ids
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np

from kg.analytics.cells import COLUMNS, ERROR, SIZES, Findings, Sizes
from kg.analytics.engines.duckdb_findings import note_stakes
from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.reading import Read, reader
from kg.analytics.engines.sources import Source, is_edge_table, refuse, refuse_edges, source
from kg.analytics.stakes import CAPITAL, VOTES, WHOLE
from kg.analytics.tables import column_places, day_of, unnamed
from kg.errors import Candidate, Finding, TableError, UnknownNameError

_CHUNK = 50_000  # combinations of cells read at a time


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
    kinds = session.kinds(f"SELECT * FROM {scan} LIMIT 0", values)
    if is_edge_table(kinds):
        return _edges(session, found.path, scan, values)
    places = column_places(found.path, list(kinds))
    findings = Findings()
    day = day_of(as_of, places, findings)
    given = {name: list(kinds)[place] for name, place in places.items()}
    _cells(session, scan, values, given)
    _note_unnamed(session, findings)
    whole = _readings(session, [name for name in COLUMNS[2:] if name in given], day, findings)
    _entries(session)
    votes = "votes" in given and bool(
        session.one("SELECT 1 FROM entry WHERE vote_low >= 0 LIMIT 1")
    )
    _merge(session, votes)
    if not session.count("stake"):
        findings.add(ERROR, "empty", "no stake in this table can be used")
        raise TableError(str(found.path), list(findings))
    note_stakes(session, whole, votes, findings, "entry")
    session.run("DROP TABLE entry")
    return Table(session, whole, tuple(findings), day, named=True, votes=votes)


def _scan(found: Source) -> tuple[str, list[list[str]]]:
    """Return SQL for the rows of a source; nothing is guessed from the data."""
    files = [[str(file) for file in found.files]]
    if found.parquet:
        return "read_parquet(?, hive_partitioning = true)", files
    names = ", ".join(f"'{_quoted(name)}': 'VARCHAR'" for name in found.header)
    delimiter = found.delimiter
    return (
        "read_csv(?, header = true, all_varchar = true, auto_detect = false, "
        f"delim = '{delimiter}', quote = '\"', escape = '\"', columns = {{{names}}})"
    ), files


def _quoted(name: str) -> str:
    return name.replace("'", "''")


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


def _cells(session: Session, scan: str, values: list[list[str]], given: dict[str, str]) -> None:
    """Make `cell` (text as written, trimmed) and `called`."""
    columns = ", ".join(
        f"""coalesce(trim("{name.replace('"', '""')}"::VARCHAR, ' \t\u00a0'), '') AS {column}"""
        for column, name in given.items()
    )
    session.run(
        f"CREATE TABLE cell AS SELECT row_number() OVER () + 1 AS row, {columns} FROM {scan}",
        values,
    )
    session.tell(f"{session.count('cell'):,} rows")
    session.run(
        "CREATE TABLE called AS SELECT row_number() OVER () AS id, name FROM "
        "(SELECT owner AS name FROM cell UNION SELECT owned FROM cell) WHERE name <> ''"
    )


def _note_unnamed(session: Session, findings: Findings) -> None:
    for column, other in (("owner", "true"), ("owned", "owner <> ''")):
        where = f"FROM cell WHERE {column} = '' AND {other}"
        rows = session.run(f"SELECT row {where} ORDER BY row LIMIT 20")
        for (row,) in rows:
            unnamed(row, column, findings)
        if len(rows) == 20:
            more = int(session.one(f"SELECT count(*) {where}")) - 20
            findings.more(ERROR, "empty-name", more)


def _readings(session: Session, given: list[str], day: date | None, findings: Findings) -> int:
    """Make `kind` (different cells) and `reading` (what they say); return the parts of a whole."""
    cells = ", ".join(given)
    session.run(
        f"CREATE TABLE kind AS SELECT row_number() OVER () - 1 AS kind, {cells} "
        f"FROM (SELECT DISTINCT {cells} FROM cell)"
    )
    count = session.count("kind")
    holders = session.one(
        "SELECT max(n) FROM (SELECT count(DISTINCT owner) AS n FROM cell GROUP BY owned)"
    )

    def kinds() -> Iterator[tuple[int, Sizes]]:
        for first in range(0, count, _CHUNK):
            query = (
                f"SELECT kind, {cells} FROM kind WHERE kind >= {first} AND kind < {first + _CHUNK}"
            )
            for kind, *texts in session.run(query):
                yield kind, Sizes(**dict(zip(given, texts, strict=True)))

    found = reader(kinds, day, any(name in given for name in SIZES[:3]), holders or 1)
    session.run(
        "CREATE TABLE reading (kind BIGINT, low BIGINT, high BIGINT, vote_low BIGINT, "
        "vote_high BIGINT, in_force BOOLEAN)"
    )
    rows = iter(found)
    while chunk := list(islice(rows, _CHUNK)):
        session.put("reading", _as_columns(chunk))
        _note_troubles(session, chunk, given, findings)
    return found.whole


def _as_columns(chunk: Sequence[Read]) -> dict[str, np.ndarray]:
    """Return readings as columns; -1 stands for no votes, which no share can be."""
    kind, low, high, vote_low, vote_high, in_force, _ = zip(*chunk, strict=True)
    missing = [-1 if one is None else one for one in vote_low]
    missing_high = [-1 if one is None else one for one in vote_high]
    return {
        "kind": np.array(kind, np.int64),
        "low": np.array(low, np.int64),
        "high": np.array(high, np.int64),
        "vote_low": np.array(missing, np.int64),
        "vote_high": np.array(missing_high, np.int64),
        "in_force": np.array(in_force, bool),
    }


def _note_troubles(
    session: Session, chunk: Sequence[Read], given: list[str], findings: Findings
) -> None:
    """Note what is wrong with cells, with the first rows in which they stand."""
    matched = " AND ".join(f"cell.{name} = kind.{name}" for name in given)
    where = f"FROM cell JOIN kind ON {matched} WHERE kind = ? AND owner <> '' AND owned <> ''"
    for read in chunk:
        if not read.troubles:
            continue
        rows = session.run(f"SELECT row {where} ORDER BY row LIMIT 20", [read.kind])
        for (row,) in rows:
            for trouble in read.troubles:
                findings.trouble(row, trouble)
        if len(rows) == 20:
            more = int(session.one(f"SELECT count(*) {where}", [read.kind])) - 20
            for trouble in read.troubles:
                findings.more(trouble.level, trouble.rule, more)


def _entries(session: Session) -> None:
    """Make `entry`: the rows in force, as numbers; the text is no longer needed."""
    cells = [name for name in session.kinds("SELECT * FROM kind") if name != "kind"]
    matched = " AND ".join(f"cell.{name} = kind.{name}" for name in cells)
    session.run(
        "CREATE TABLE entry AS SELECT row, a.id AS owner, b.id AS owned, low, high, "
        "nullif(vote_low, -1) AS vote_low, nullif(vote_high, -1) AS vote_high "
        f"FROM cell JOIN kind ON {matched} JOIN reading USING (kind) "
        "JOIN called a ON a.name = cell.owner JOIN called b ON b.name = cell.owned WHERE in_force"
    )
    for table in ("cell", "kind", "reading"):
        session.run(f"DROP TABLE {table}")


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

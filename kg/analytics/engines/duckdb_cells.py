# ruff: noqa: S608 -- SQL is put together of names of tables and whole numbers; values are bound
"""The cells of a large table in DuckDB: copied as text, read, and made numbers.

    cell(row, owner, owned, share ...)         as written, trimmed; empty where nothing is
    kind(kind, share ...), reading(kind, ...)  different combinations of cells, and what they say
    entry(row, owner, owned, low, high ...)    what is in force, in parts of a whole

Only `entry` and `called` remain.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from kg.analytics.cells import ERROR, SIZES, WARNING, Findings, Sizes
from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.reading import Read, reader
from kg.analytics.tables import unnamed

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHUNK = 50_000  # combinations of cells read at a time


def copy_cells(session: Session, scan: str, values: list[list[str]], given: dict[str, str]) -> None:
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


def note_rows(session: Session, findings: Findings) -> None:
    """Note rows without a name, which are left out, and cells that go over several lines."""
    lines = "SELECT row FROM cell WHERE contains(owner || owned, chr(10)) ORDER BY row LIMIT 20"
    for (row,) in session.run(lines):
        message = "a cell goes over several lines, which then count as one row"
        findings.add(WARNING, "lines", message, row=row, advice="is a quotation mark missing?")
    for column, other in (("owner", "true"), ("owned", "owner <> ''")):
        where = f"FROM cell WHERE {column} = '' AND {other}"
        rows = session.run(f"SELECT row {where} ORDER BY row LIMIT 20")
        for (row,) in rows:
            unnamed(row, column, findings)
        if len(rows) == 20:
            more = int(session.one(f"SELECT count(*) {where}")) - 20
            findings.more(ERROR, "empty-name", more)


def read_cells(session: Session, given: list[str], day: date | None, findings: Findings) -> int:
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


def _as_columns(chunk: Sequence[Read]) -> "dict[str, NDArray[np.generic]]":
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


def number_rows(session: Session) -> bool:
    """Make `entry`: the rows in force, as numbers; the text is no longer needed.

    Says whether there are rows, but none in force.
    """
    cells = [name for name in session.kinds("SELECT * FROM kind") if name != "kind"]
    matched = " AND ".join(f"cell.{name} = kind.{name}" for name in cells)
    session.run(
        "CREATE TABLE entry AS SELECT row, a.id AS owner, b.id AS owned, low, high, "
        "nullif(vote_low, -1) AS vote_low, nullif(vote_high, -1) AS vote_high "
        f"FROM cell JOIN kind ON {matched} JOIN reading USING (kind) "
        "JOIN called a ON a.name = cell.owner JOIN called b ON b.name = cell.owned WHERE in_force"
    )
    named = "SELECT 1 FROM cell WHERE owner <> '' AND owned <> '' LIMIT 1"
    none_in_force = not session.count("entry") and session.one(named) is not None
    for table in ("cell", "kind", "reading"):
        session.run(f"DROP TABLE {table}")
    return none_in_force

"""Tables of stakes as files: what rows and columns say, and what is wrong with them.

    owner,owned,share[,share_min,share_max,votes,since,until]     CSV, TSV or Parquet

Whatever can honestly be computed is computed: what cannot be read becomes unknown, is told as a
finding with its row and column, and never counts as nothing or as all.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from kg.analytics.cells import COLUMNS, DATES, ERROR, SIZES, WARNING, Findings, Sizes, read_sizes
from kg.analytics.merging import Pairs, merge
from kg.analytics.stakes import Stakes
from kg.errors import Finding, TableError, cut

MOST_MB = 2_000  # of a file, unless the caller allows more
MANY_BYTES = 4_000_000  # above this DuckDB reads the file, if it is installed

_MAGIC = {
    b"PK\x03\x04": "a zip or Excel file",
    b"\x1f\x8b": "a gzip file",
    b"\xd0\xcf\x11\xe0": "an Excel file",
    b"%PDF": "a PDF",
    b"SQLite format 3": "an SQLite file",
}


@dataclass(frozen=True, slots=True)
class StakeTable:
    """A table of stakes as read: capital, votes where the table has them, and what was noticed."""

    capital: Stakes
    votes: Stakes | None
    findings: tuple[Finding, ...]
    as_of: date | None

    @property
    def deciding(self) -> Stakes:
        """Return what control runs on: the votes where the table has them, else the capital."""
        return self.votes if self.votes is not None else self.capital


def read_stakes(
    path: Path | str, as_of: date | None = None, *, most_mb: int = MOST_MB
) -> StakeTable:
    """Return the stakes of a CSV, TSV or Parquet file that are in force on `as_of`.

    A table with `since` or `until` is taken as of today unless a day is given; `until` is the
    first day on which the stake is no more. Raises TableError where nothing can be computed.
    """
    path = Path(path)
    head = _head(path, most_mb)
    if head.startswith(b"PAR1"):
        return _read_large(path, as_of, most_mb, parquet=True)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            _refuse(path, "file", f"this is {kind}", "save it as CSV or Parquet")
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16, which DuckDB does not read
    many = path.is_file() and not wide and path.stat().st_size > MANY_BYTES
    if many and find_spec("duckdb") is not None:
        return _read_large(path, as_of, most_mb, parquet=False)
    return _read_small(path, as_of, most_mb)


def _head(path: Path, most_mb: int) -> bytes:
    if path.is_dir():
        _refuse(path, "file", "this is a folder", "name a CSV, TSV or Parquet file")
    try:
        size = path.stat().st_size
        if size > most_mb * 1_000_000:
            refuse_too_large(path, f"{size / 1e9:,.1f} GB", most_mb)
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(16)
    except OSError as error:
        _refuse(path, "file", f"cannot be read: {error.strerror}", "check the name")


def refuse_too_large(path: Path, size: str, most_mb: int) -> NoReturn:
    """Raise TableError: the file is larger than it may be."""
    advice = "is this the file you meant? --most-mb allows more"
    _refuse(path, "too-large", f"{size} is more than the {most_mb:,} MB that are read", advice)


def _refuse(path: Path, rule: str, message: str, advice: str) -> NoReturn:
    found = Finding(level=ERROR, rule=rule, message=message, advice=advice)
    raise TableError(str(path), [found])


def _read_large(path: Path, as_of: date | None, most_mb: int, *, parquet: bool) -> StakeTable:
    if parquet and find_spec("duckdb") is None:
        _refuse(path, "file", "Parquet is read by duckdb", "install keiretsu[analytics]")
    from kg.analytics import large_tables
    from kg.analytics.cell_codes import UnreadableError

    try:
        return large_tables.read(path, as_of, most_mb=most_mb, parquet=parquet)
    except UnreadableError as error:
        if parquet:
            _refuse(path, "file", f"cannot be read as Parquet: {error}", "write it anew")
        return _read_small(path, as_of, most_mb)


def _read_small(path: Path, as_of: date | None, most_mb: int) -> StakeTable:
    findings = Findings()
    rows = records(path, most_mb, findings)
    header = next(rows, (0, []))[1]
    places = column_places(path, header)
    day = day_of(as_of, places, findings)
    note_unsized(places, findings)
    pairs = _pairs(rows, len(header), places, day, findings)
    return finish(path, pairs, findings, day)


def finish(path: Path, pairs: Pairs, findings: Findings, day: date | None) -> StakeTable:
    """Return the table of what was read; raises TableError where there is no stake at all.

    That stakes are over by the day asked for is an answer: nobody holds anything.
    """
    if not pairs.numbers:
        findings.add(ERROR, "empty", "no stake in this table can be used")
        raise TableError(str(path), list(findings))
    if not pairs:
        note_none_in_force(day, findings)
    capital, votes = merge(pairs, findings)
    return StakeTable(capital, votes, tuple(findings), day)


def column_places(path: Path, header: Sequence[str]) -> dict[str, int]:
    """Return where each column that is known stands; raises TableError where one is missing."""
    named = [name.strip().strip("\ufeff").strip().lower().replace(" ", "_") for name in header]
    places = {name: named.index(name) for name in COLUMNS if name in named}
    missing = [name for name in ("owner", "owned") if name not in places]
    if not any(name in places for name in SIZES):
        missing.append("share")
    twice = [name for name in places if named.count(name) > 1]
    seen = ", ".join(cut(name, 30) for name in header[:12]) or "nothing"
    if missing:
        advice = f"the first row must name owner,owned,share; it has: {seen}"
        message = f"column {' and '.join(missing)} is missing"
        refused = Finding(
            level=ERROR, rule="columns", message=message, row=1, column=missing[0], advice=advice
        )
        raise TableError(str(path), [refused])
    if twice:
        message = f"column {twice[0]} is there twice"
        refused = Finding(
            level=ERROR, rule="columns", message=message, row=1, column=twice[0], advice="keep one"
        )
        raise TableError(str(path), [refused])
    return places


def day_of(as_of: date | None, columns: Iterable[str], findings: Findings) -> date | None:
    """Return the day a table is read for: today where it has dates and none is given."""
    if as_of is not None or not set(columns) & set(DATES):
        return as_of
    today = datetime.now(UTC).date()
    findings.add(
        WARNING, "as-of", f"the table has dates: taken as of {today}", advice="--as-of DAY"
    )
    return today


def note_none_in_force(day: date | None, findings: Findings) -> None:
    """Note that every stake of a table begins after the day, or is over by it."""
    advice = "its stakes begin later or are over; --as-of takes another day"
    findings.add(WARNING, "none-in-force", f"no stake is in force on {day}", advice=advice)


def note_unsized(columns: Iterable[str], findings: Findings) -> None:
    """Note that a table has votes and says nothing of the capital."""
    if not set(columns) & set(SIZES[:3]):
        findings.add(
            WARNING,
            "unknown-share",
            "no column says what share of the capital is held: all of it is unknown",
            row=1,
            column="share",
            advice="control and votes are worked out from the votes",
        )


def records(path: Path, most_mb: int, findings: Findings) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a text table that are not blank, with their row in the file.

    Cells may stand between commas, semicolons, tabs or bars, in UTF-8 or UTF-16; else the names
    are read as Windows-1252, which is noted. Raises TableError where there is no such file.
    """
    try:
        with path.open("rb") as file:
            data = file.read(most_mb * 1_000_000 + 1)
    except OSError as error:
        _refuse(path, "file", f"cannot be read: {error.strerror}", "check the name")
    if len(data) > most_mb * 1_000_000:
        refuse_too_large(path, f"over {most_mb:,} MB", most_mb)
    text = _decoded(data, findings)
    first = text[: text.find("\n") if "\n" in text else None]
    delimiter = max(",;\t|", key=first.count)
    row = 0
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            row += 1
            if any(cell.strip() for cell in record):
                yield row, record
    except csv.Error as error:
        message = f"row {row + 1}: this is no CSV: {error}"
        _refuse(path, "csv", message, "quote cells that hold a line break")


def _decoded(data: bytes, findings: Findings) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        findings.add(
            WARNING,
            "encoding",
            f"byte {error.start:,} is not {'UTF-16' if wide else 'UTF-8'}: names are read as "
            "Windows-1252 and may be garbled",
            row=row,
            advice="save the file as UTF-8",
        )
        return data.decode("cp1252", errors="replace")


def _pairs(
    records: Iterable[tuple[int, list[str]]],
    width: int,
    places: dict[str, int],
    day: date | None,
    findings: Findings,
) -> Pairs:
    pairs = Pairs()
    sized = any(name in places for name in SIZES[:3])
    for row, record in records:
        if any(cell.strip() for cell in record[width:]):
            message = f"{len(record)} cells under {width} columns: the row is left out"
            findings.add(ERROR, "cells", message, row=row, advice="quote cells that hold commas")
            continue
        cells = {
            name: record[place].strip() for name, place in places.items() if place < len(record)
        }
        if any("\n" in cell for cell in cells.values()):
            message = "a cell goes over several lines, which then count as one row"
            advice = "is a quotation mark missing?"
            findings.add(WARNING, "lines", message, row=row, advice=advice)
        owner, owned = cells.pop("owner", ""), cells.pop("owned", "")
        if not owner or not owned:
            unnamed(row, "owned" if owner else "owner", findings)
            continue
        reading = read_sizes(Sizes(**cells), day, sized)
        if not reading.in_force:
            pairs.mention(owner, owned)
            continue
        for one in reading.troubles:
            findings.trouble(row, one)
        pairs.add(row, owner, owned, reading.capital, reading.votes)
    return pairs


def unnamed(row: int, column: str, findings: Findings) -> None:
    """Note a stake of which one end has no name."""
    advice = "the row is left out: nobody known holds it" if column == "owner" else ""
    findings.add(
        ERROR,
        "empty-name",
        "the name is empty",
        row=row,
        column=column,
        advice=advice or "left out",
    )

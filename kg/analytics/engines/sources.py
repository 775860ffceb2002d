"""Where a table of stakes lies: one file, or a folder of many with the same columns.

The hand-over format between engines is such a folder of Parquet files, in any layout of folders,
as every tool for large tables writes it. Two kinds of columns:

    owner, owned, share[, share_min, share_max, votes, since, until]     as in any table
    owner, owned, low, high        whole numbers; shares in millionths of a company
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from kg.analytics.cells import ERROR
from kg.errors import Finding, TableError

EDGE_COLUMNS = ("owner", "owned", "low", "high")
WHOLE_NUMBERS = frozenset(
    ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"]
)
_SUFFIXES = {".csv", ".tsv", ".txt"}


@dataclass(frozen=True, slots=True)
class Source:
    """Files that make one table."""

    path: Path
    files: tuple[Path, ...]
    parquet: bool
    delimiter: str = ","
    header: tuple[str, ...] = ()  # of text files

    @property
    def bytes(self) -> int:
        """Return how large the files are together."""
        return sum(file.stat().st_size for file in self.files)


def source(path: Path) -> Source:
    """Return the files of a table; raises TableError where there is none to read."""
    if path.is_dir():
        files = _inside(path)
    elif path.exists():
        files = (path,)
    else:
        refuse(path, "file", "cannot be read: No such file or directory", "check the name")
    first = _first_line(files[0])
    if first.startswith(b"PAR1"):
        return Source(path, files, parquet=True)
    text = first.decode("utf-8-sig", errors="replace")
    delimiter = max(",;\t|", key=text.count)
    header = next(csv.reader(text.splitlines(), delimiter=delimiter), [])
    return Source(path, files, False, delimiter, tuple(name.strip() for name in header))


def _inside(folder: Path) -> tuple[Path, ...]:
    """Return the Parquet files of a folder, else its text files; not what tools leave beside."""
    found = sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and not file.relative_to(folder).parts[-1].startswith((".", "_"))
    )
    parquet = tuple(file for file in found if file.suffix == ".parquet")
    files = parquet or tuple(file for file in found if file.suffix in _SUFFIXES)
    if not files:
        refuse(folder, "file", "no Parquet or CSV file is in this folder", "check the name")
    return files


def _first_line(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.readline(100_000)
    except OSError as error:
        refuse(file, "file", f"cannot be read: {error.strerror}", "check the name")


def is_edge_table(kinds: dict[str, str]) -> bool:
    """Say whether columns of these kinds are an edge table of whole numbers."""
    return set(EDGE_COLUMNS) <= kinds.keys() and all(
        kinds[name] in WHOLE_NUMBERS for name in EDGE_COLUMNS
    )


def refuse_edges(path: Path, wrong: int, shown: Sequence[object]) -> None:
    """Raise TableError where rows of an edge table cannot be."""
    if wrong:
        message = f"it has rows that are no stakes, such as {tuple(shown)}"
        advice = "0 <= low <= high <= 1000000, and no column empty"
        refuse(path, "edges", message, advice)


def refuse(path: Path, rule: str, message: str, advice: str) -> NoReturn:
    """Raise TableError: of this table nothing can be computed."""
    found = Finding(level=ERROR, rule=rule, message=message, advice=advice)
    raise TableError(str(path), [found])

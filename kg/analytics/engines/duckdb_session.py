# ruff: noqa: S608 -- SQL is put together of names of tables and whole numbers; values are bound
"""A DuckDB of our own: bounded memory, a folder to spill into, progress told.

What does not fit is swapped to files in that folder, which is removed at the end. Traps it knows: a
result is always fetched to its end before the connection is used again; nothing is downloaded.
"""

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from kg.errors import EngineError, ParameterError

MEMORY = "4GB"
_SIZE = re.compile(r"\d{1,6}(\.\d{1,3})?\s?([KMGT]i?B)", re.IGNORECASE)
_FETCHED = 20_000  # rows at a time

Tell = Callable[[str], None]


def silent(message: str) -> None:
    """Tell nobody."""


class Session:
    """One run of the DuckDB engine; use it in a `with` statement.

    memory  the most that DuckDB's buffers take, such as "4GB"; the process needs 0.2 to 0.4 GB more
    spill   a folder with room for what does not fit; default: the system's for temporary files
    tell    is called with one line for each step
    """

    def __init__(self, memory: str = MEMORY, spill: Path | None = None, tell: Tell = silent):
        if not _SIZE.fullmatch(memory.strip()):
            raise ParameterError("memory-limit", f"{memory[:40]!r} is no size; write 4GB or 800MB")
        self._tell = tell
        self._began = time.monotonic()
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="keiretsu-duckdb-", dir=spill))
        except OSError as error:
            raise ParameterError("spill", f"{spill} cannot be used: {error.strerror}") from None
        self._base = self._connected(memory.strip())

    def _connected(self, memory: str) -> duckdb.DuckDBPyConnection:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": str(self.folder / "spilled"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
        try:
            base = duckdb.connect(":memory:", config=config)
            base.execute("SET enable_progress_bar = false")  # it draws on stdout, among the rows
            return base
        except duckdb.Error as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise EngineError("duckdb", _first_line(error), "check --memory-limit") from None

    def __enter__(self) -> "Session":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if isinstance(error, duckdb.OutOfMemoryException):
            advice = "raise --memory-limit, or name a --spill folder on a disk with more room"
            raise EngineError("duckdb", _first_line(error), advice) from None

    def tell(self, message: str) -> None:
        """Tell how far it is, with the seconds since the beginning."""
        self._tell(f"duckdb {time.monotonic() - self._began:6.1f} s: {message}")

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows; for those with few."""
        return self._base.execute(sql, list(values)).fetchall()

    def one(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Return the first value of the first row, None without one."""
        rows = self.run(sql, values)
        return rows[0][0] if rows else None

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.one(f"SELECT count(*) FROM {table}"))

    def columns(self, sql: str) -> dict[str, Any]:
        """Return all rows as numpy columns."""
        return self._base.execute(sql).fetchnumpy()

    def put(self, table: str, columns: dict[str, Any]) -> None:
        """Append numpy columns to a table, by name."""
        self._base.register("given", columns)
        self._base.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")
        self._base.unregister("given")

    def kinds(self, sql: str, values: Sequence[Any] = ()) -> dict[str, str]:
        """Return the names of a query's columns, and what they are."""
        found = self._base.execute(sql, list(values)).description or []
        kinds = {str(name): str(kind) for name, kind, *_ in found}
        self._base.fetchall()
        return kinds

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query as they come; on a connection of their own."""
        reader = self._base.cursor()
        try:
            reader.execute(sql)
            while rows := reader.fetchmany(_FETCHED):
                yield from rows
        finally:
            reader.close()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]

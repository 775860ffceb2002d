"""Which engine to take: by how many rows a table has, and how much memory is free.

`auto` never takes Spark: whether there is a cluster, and where, only its user knows.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from kg.analytics.engines.sources import Source, source
from kg.errors import EngineError, ParameterError

Engine = Literal["auto", "memory", "duckdb", "spark"]
ENGINES: tuple[Engine, ...] = ("auto", "memory", "duckdb", "spark")

BYTES_A_ROW = 500  # in memory at the peak, names included: see benchmarks/engines.py
MANY_ROWS = 50_000  # below, no word is lost about the choice
_NEEDED = {"duckdb": ("duckdb", "analytics"), "spark": ("pyspark", "spark")}


class Choice(NamedTuple):
    """An engine, why it was taken, and whether that is worth a line."""

    engine: Engine
    reason: str
    telling: bool = True


def choose(path: Path, engine: str, most_mb: int, free: int | None = None) -> Choice:
    """Return the engine to run a table on; `free` is the free memory, in bytes, if it is known.

    Raises ParameterError for an engine that does not exist, EngineError for one not installed,
    TableError where there is no table.
    """
    if engine not in ENGINES:
        raise ParameterError("engine", f"{engine!r} is none of {', '.join(ENGINES)}")
    if engine != "auto":
        _installed(engine)
        return Choice(engine, "as asked")
    if path.is_dir():
        _installed("duckdb")
        return Choice("duckdb", "the table is a folder of files")
    if not path.is_file():
        return Choice("memory", "", telling=False)  # which says what is wrong with it
    if path.stat().st_size > most_mb * 1_000_000:
        return Choice("memory", "larger than --most-mb; --engine duckdb reads it out of core")
    rows, most = count_rows(source(path)), free_memory() if free is None else free
    need = rows * BYTES_A_ROW
    told = f"{rows:,} rows need about {need / 1e9:,.1f} GB, {most / 1e9:,.1f} GB are free"
    if need < most or find_spec("duckdb") is None:
        return Choice("memory", told, rows > MANY_ROWS)
    return Choice("duckdb", told)


def _installed(engine: str) -> None:
    module, extra = _NEEDED.get(engine, ("", ""))
    if module and find_spec(module) is None:
        raise EngineError(engine, f"{module} is not installed", f"install keiretsu[{extra}]")


def count_rows(table: Source) -> int:
    """Return how many rows a table has: of Parquet exactly, of text by the length of the first."""
    if table.parquet and find_spec("duckdb") is not None:
        import duckdb

        query = "SELECT sum(num_rows) FROM parquet_file_metadata(?)"
        try:
            with duckdb.connect() as base:
                base.execute("SET enable_progress_bar = false")  # it draws on stdout
                found = base.execute(query, [[str(file) for file in table.files]]).fetchone()
        except duckdb.Error:  # reading it says what is wrong
            return 0
        return int(found[0] or 0) if found else 0
    with table.files[0].open("rb") as file:
        head = file.read(1_000_000)
    lines = max(head.count(b"\n"), 1)
    return table.bytes * lines // max(len(head), 1)


def free_memory() -> int:
    """Return the bytes of memory that this process can still take, containers respected."""
    found = [_of_machine(), *_of_containers()]
    return min(found)


def _of_machine() -> int:
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        return int(text.partition("MemAvailable:")[2].split()[0]) * 1024
    except (OSError, IndexError, ValueError):
        names = os.sysconf_names if hasattr(os, "sysconf_names") else {}
        if "SC_PHYS_PAGES" in names:  # half of all there is, where nobody says what is free
            return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
        return 4_000_000_000


def _of_containers() -> list[int]:
    folder = Path("/sys/fs/cgroup")
    try:
        most = (folder / "memory.max").read_text(encoding="ascii").strip()
        used = (folder / "memory.current").read_text(encoding="ascii").strip()
        return [int(most) - int(used)] if most.isdigit() else []
    except (OSError, ValueError):
        return []

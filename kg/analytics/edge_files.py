"""The edge table as files beside a store: `<store>.edges/<token>/`, in Parquet through DuckDB.

    stakes.parquet    one row a claim, whole numbers and the claim's IRI
    names.parquet     the IRIs that `owner` and `owned` index
    replaced.parquet  which rows are overruled or contested, and since when

A folder of files counts only under the token that the store holds (`kg.revisions`), is moved to its
place whole, and takes the older ones away. Where DuckDB is not installed, or the table is small,
nothing is written: it is then read from the store.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

from kg.analytics.edge_cells import Columns
from kg.analytics.edges import EdgeTable
from kg.revisions import files_of
from kg.store.base import Graph

if TYPE_CHECKING:
    import duckdb

LEAST = 5_000  # claims of stakes; fewer are read from the store in a moment
_TYPES = {"b": "int8", "i": "int32", "q": "int64"}


class Filed(Sequence[str]):
    """A column of text in a file, read when it is first looked at."""

    def __init__(self, path: Path, column: str, length: int) -> None:
        self._path, self._column, self._length = path, column, length
        self._read: list[str] | None = None

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if self._read is None:
            import duckdb

            with duckdb.connect() as connection:
                found = _query(connection, self._path, self._column)[self._column]
            self._read = cast("list[str]", found.tolist())
        return self._read[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self[:])


def write(graph: Graph, token: str, table: EdgeTable) -> None:
    """Write a table under a token, if it is worth it and can be; older ones are taken away."""
    place = files_of(graph)
    if place is None or len(table) < LEAST or find_spec("duckdb") is None:
        return
    place.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=place, prefix=".writing-"))
    try:
        write_files(made, table)
        made.rename(place / token)
    except OSError:  # it is there already, or the disk is full: it is but a copy
        shutil.rmtree(made, ignore_errors=True)
    for old in place.iterdir():
        if old.name != token and not old.name.startswith("."):
            shutil.rmtree(old, ignore_errors=True)


def write_files(folder: Path, table: EdgeTable) -> None:
    """Write the three files of a table into a folder."""
    import duckdb
    import numpy as np

    columns = {
        name: np.asarray(column)
        for name, column in zip(Columns._fields, table.columns, strict=True)
    }
    replaced = [
        (place, known, holds) for place, told in table.overruled.items() for known, holds in told
    ]
    replaced += [(place, known, -1) for place, told in table.contested.items() for known in told]
    told = np.array(replaced, np.int64).reshape(-1, 3)
    files: dict[str, dict[str, Any]] = {
        "stakes": {**columns, "claim": np.array(table.claims, object)},
        "names": {"name": np.array(table.names, object)},
        "replaced": {"place": told[:, 0], "known": told[:, 1], "holds": told[:, 2]},
    }
    with duckdb.connect() as connection:
        for name, data in files.items():
            _copy(connection, folder / f"{name}.parquet", data, table.whole)


def _copy(
    connection: "duckdb.DuckDBPyConnection", path: Path, data: dict[str, Any], whole: int
) -> None:
    connection.register("data", data)
    connection.execute(
        f"COPY data TO '{_quoted(path)}' (FORMAT parquet, KV_METADATA {{whole: '{whole}'}})"
    )
    connection.unregister("data")


def read(graph: Graph, token: str) -> EdgeTable | None:
    """Return the table that stands under a token; None where there is none."""
    place = files_of(graph)
    folder = place / token if place is not None else None
    if folder is None or not folder.is_dir() or find_spec("duckdb") is None:
        return None
    return read_files(folder)


def read_files(folder: Path) -> EdgeTable:
    """Return the table of three files; names and claims are read when they are looked at."""
    import duckdb

    stakes, named = folder / "stakes.parquet", folder / "names.parquet"
    with duckdb.connect() as connection:
        found = _query(connection, stakes, ", ".join(f'"{name}"' for name in Columns._fields))
        told = _query(connection, folder / "replaced.parquet", "place, known, holds")
        count, whole = _count(connection, named), _whole(connection, stakes)
    columns = Columns(*(found[name] for name in Columns._fields))
    overruled: dict[int, tuple[tuple[int, int], ...]] = {}
    contested: dict[int, tuple[int, ...]] = {}
    rows = (told[name].tolist() for name in ("place", "known", "holds"))
    for row, known, holds in zip(*rows, strict=True):
        if holds < 0:
            contested[row] = (*contested.get(row, ()), known)
        else:
            overruled[row] = (*overruled.get(row, ()), (known, holds))
    return EdgeTable(
        names=Filed(named, "name", count),
        claims=Filed(stakes, "claim", len(columns.owner)),
        columns=columns,
        overruled=overruled,
        contested=contested,
        whole=whole,
    )


def _query(base: "duckdb.DuckDBPyConnection", path: Path, columns: str) -> dict[str, Any]:
    base.execute("SET enable_progress_bar = false")
    query = f"SELECT {columns} FROM read_parquet('{_quoted(path)}')"  # noqa: S608
    return base.execute(query).fetchnumpy()


def _count(base: "duckdb.DuckDBPyConnection", path: Path) -> int:
    query = f"SELECT num_rows FROM parquet_file_metadata('{_quoted(path)}')"  # noqa: S608
    return int(_one(base, query))


def _whole(base: "duckdb.DuckDBPyConnection", path: Path) -> int:
    query = f"SELECT value FROM parquet_kv_metadata('{_quoted(path)}') WHERE key = 'whole'"  # noqa: S608
    return int(_one(base, query))


def _one(base: "duckdb.DuckDBPyConnection", query: str) -> bytes | int:
    found = base.execute(query).fetchone()
    return 0 if found is None else cast("bytes | int", found[0])


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")

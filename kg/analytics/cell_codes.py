"""The cells of a large table as codes: equal cells have equal codes, and names are kept as bytes.

Many rows are numbered by a kernel as they come out of DuckDB; fewer, or without numba, by DuckDB
itself, which costs more a row and loads nothing.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.analytics.cells import COLUMNS

if TYPE_CHECKING:
    import duckdb

MANY = 50_000  # rows, from which the kernels are worth loading: control loads them as well
_CSV_ROW = 80  # bytes, about; what is longer is read as well


class UnreadableError(Exception):
    """DuckDB cannot read the file; the caller may try otherwise."""


def worth_kernels(rows: int) -> bool:
    """Say whether so many rows are worth loading compiled kernels for, if there are any."""
    return rows >= MANY and find_spec("numba") is not None


class CellCodes:
    """The cells of a table as codes: equal cells have equal codes, -1 is an empty one."""

    def __init__(
        self,
        connection: "duckdb.DuckDBPyConnection",
        source: str,
        path: Path,
        header: dict[str, str],
    ) -> None:
        self.given = [name for name in COLUMNS[2:] if name in header]
        self.codes: dict[str, Any] = {}
        self.names: Sequence[str] = []
        self.texts: dict[str, list[str]] = {}
        quoted = {
            name: '"' + header[name].replace('"', '""') + '"'
            for name in ("owner", "owned", *self.given)
        }
        rows = _rows(connection, source, path)
        if worth_kernels(rows):
            self._number(connection, source, path, quoted, rows)
        else:
            self._join(connection, source, path, quoted)

    def _number(
        self,
        connection: "duckdb.DuckDBPyConnection",
        source: str,
        path: Path,
        quoted: dict[str, str],
        rows: int,
    ) -> None:
        """Give cells numbers as they come; bytes are kept, and no Python text is made."""
        import numpy as np

        from kg.analytics.numbered_texts import NumberedTexts, batches

        wanted = ", ".join(f"{column}::VARCHAR" for column in quoted.values())
        apart = connection.cursor()  # what was asked before may not be read to its end
        relation = apart.sql(f"SELECT {wanted} FROM {source}", params=[str(path)])  # noqa: S608
        nodes, cells = NumberedTexts(rows), {name: NumberedTexts() for name in self.given}
        codes: dict[str, list[Any]] = {name: [] for name in quoted}
        try:
            for owner, owned, *columns in batches(relation):
                for name, found in zip(("owner", "owned"), nodes.add(owner, owned), strict=True):
                    codes[name].append(found)
                for name, column in zip(self.given, columns, strict=True):
                    codes[name].append(cells[name].add(column)[0])
        except OSError as error:
            raise UnreadableError(str(error).partition("\n")[0]) from None
        self.codes = {
            name: np.concatenate(pieces) if pieces else np.empty(0, np.int32)
            for name, pieces in codes.items()
        }
        self.codes["row"] = np.arange(2, len(self.codes["owner"]) + 2)
        self.names = nodes
        self.texts = {name: [*found, ""] for name, found in cells.items()}

    def _join(
        self,
        connection: "duckdb.DuckDBPyConnection",
        source: str,
        path: Path,
        quoted: dict[str, str],
    ) -> None:
        """Let DuckDB number the cells: a table that is not worth loading kernels for."""
        wanted = ", ".join(
            f"nullif(trim({column}::VARCHAR, ' \t\u00a0'), '') AS {name}"
            for name, column in quoted.items()
        )
        run = connection.execute
        run(
            f"CREATE TEMP TABLE cell AS SELECT row_number() OVER () + 1 AS row, {wanted} "  # noqa: S608
            f"FROM {source}",
            [str(path)],
        )
        run(
            "CREATE TEMP TABLE node AS SELECT n, row_number() OVER (ORDER BY place) - 1 AS id "
            "FROM (SELECT n, min(spot) AS place FROM (SELECT owner AS n, 2 * row AS spot FROM cell "
            "UNION ALL SELECT owned, 2 * row + 1 FROM cell) WHERE n IS NOT NULL GROUP BY n)"
        )
        for name in self.given:
            run(
                f"CREATE TEMP TABLE of_{name} AS SELECT n, row_number() OVER () - 1 AS id "  # noqa: S608
                f"FROM (SELECT DISTINCT {name} AS n FROM cell WHERE {name} IS NOT NULL)"
            )
        picked = "".join(f", coalesce(of_{n}.id, -1)::INT AS {n}" for n in self.given)
        joined = "".join(f" LEFT JOIN of_{n} ON of_{n}.n = cell.{n}" for n in self.given)
        coded = (
            "SELECT row, coalesce(a.id, -1)::INT AS owner, coalesce(b.id, -1)::INT AS owned"  # noqa: S608
            f"{picked} FROM cell LEFT JOIN node a ON a.n = owner LEFT JOIN node b ON b.n = owned"
            f"{joined}"
        )
        found = run(coded).fetchnumpy()
        order = found["row"].argsort()
        self.codes = {name: column[order] for name, column in found.items()}
        self.names = _texts(connection, "node")
        self.texts = {name: [*_texts(connection, f"of_{name}"), ""] for name in self.given}


def _rows(connection: "duckdb.DuckDBPyConnection", source: str, path: Path) -> int:
    """Return how many rows there are; of CSV about, as it would have to be read for that."""
    if not source.startswith("read_parquet"):
        return path.stat().st_size // _CSV_ROW
    query = f"SELECT count(*) FROM {source}"  # noqa: S608
    ((rows,),) = connection.execute(query, [str(path)]).fetchall()
    return int(rows)


def _texts(connection: "duckdb.DuckDBPyConnection", table: str) -> list[str]:
    found = connection.execute(f"SELECT n FROM {table} ORDER BY id").fetchnumpy()["n"]  # noqa: S608
    listed: list[str] = found.tolist()
    return listed

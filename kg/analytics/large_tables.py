"""Large tables of stakes: read by DuckDB into columns, cell by cell as small ones are.

Only different cells are parsed, by the very code that reads small tables; rows are numbers from
then on. A Parquet file with whole-number columns owner, owned, low, high is the edge table of
this product (shares in millionths) and is taken as it is.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from kg.analytics.cell_codes import CellCodes, UnreadableError, worth_kernels
from kg.analytics.cells import SIZES, WARNING, Findings, Reading, Sizes, read_sizes
from kg.analytics.merging import Pairs, note_repeats, note_stand_in, tell_self_held, tell_sum
from kg.analytics.shares import UNKNOWN, Span, in_parts, parts_of_a_whole
from kg.analytics.stakes import VOTES, WHOLE, Stakes
from kg.analytics.tables import (
    StakeTable,
    column_places,
    day_of,
    finish,
    note_unsized,
    refuse_too_large,
    unnamed,
)

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    from numpy.typing import NDArray

_SPARSE = 10  # ids a stake, from which most would be of nobody
_BYTES_A_ROW = 40  # of a Parquet file once it is read, about what CSV takes


class Numbered(Sequence[str]):
    """Names of nodes that a table knows by number: "0", "1", ..."""

    def __init__(self, count: int) -> None:
        self._range = range(count)

    def __len__(self) -> int:
        return len(self._range)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [str(one) for one in self._range[place]]
        return str(self._range[place])


class RowClaims(Sequence[tuple[str, ...]]):
    """The rows of a table that stakes rest on, kept as numbers."""

    def __init__(self, rows: "NDArray[np.int64]", more: dict[int, tuple[int, ...]]) -> None:
        self.rows = rows
        self._more = more  # of stakes that stand in several rows, by their place

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, ...]]: ...
    def __getitem__(self, place: int | slice) -> tuple[str, ...] | Sequence[tuple[str, ...]]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        rows = self._more.get(place, (int(self.rows[place]),))
        return tuple(f"row {row}" for row in rows)


def read(path: Path, as_of: date | None, *, most_mb: int, parquet: bool) -> StakeTable:
    """Return the stakes of a large file; raises UnreadableError where DuckDB cannot read it."""
    import duckdb

    with duckdb.connect() as connection:
        try:
            source = _source(connection, path, parquet)
            query = f"SELECT * FROM {source} LIMIT 0"  # noqa: S608
            described = connection.execute(query, [str(path)]).description or []
            kinds = {str(name): str(kind) for name, kind, *_ in described}
            if parquet:
                _bounded(connection, path, most_mb)
            if {"owner", "owned", "low", "high"} <= kinds.keys() and _whole(kinds):
                return _edge_table(connection, source, path)
            places = column_places(path, list(kinds))
            findings = Findings()
            day = day_of(as_of, places, findings)
            note_unsized(places, findings)
            header = {name: list(kinds)[place] for name, place in places.items()}
            columns = CellCodes(connection, source, path, header)
        except duckdb.Error as error:
            raise UnreadableError(str(error).partition("\n")[0]) from None
    return _assemble(path, columns, day, findings)


def _source(connection: "duckdb.DuckDBPyConnection", path: Path, parquet: bool) -> str:
    connection.execute("SET enable_progress_bar = false")
    if parquet:
        return "read_parquet(?)"
    with path.open("rb") as file:
        first = file.readline(100_000).decode("utf-8", errors="replace")
    delimiter = max(",;\t|", key=first.count)
    # Every option is said, so that nothing is guessed from the data.
    return (
        f"read_csv(?, header=true, all_varchar=true, auto_detect=false, delim='{delimiter}', "
        f"quote='\"', escape='\"', columns={{{_typed(first, delimiter)}}})"
    )


def _typed(first: str, delimiter: str) -> str:
    import csv

    names = [
        name.strip("\ufeff")
        for name in next(csv.reader(first.splitlines(), delimiter=delimiter), [])
    ]
    quoted = (name.strip().replace("'", "''") for name in names)
    return ", ".join(f"'{name}': 'VARCHAR'" for name in quoted)


def _bounded(connection: "duckdb.DuckDBPyConnection", path: Path, most_mb: int) -> None:
    counted = connection.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [str(path)])
    rows = int((counted.fetchone() or [0])[0] or 0)
    if rows * _BYTES_A_ROW > most_mb * 1_000_000:
        refuse_too_large(
            path, f"{rows:,} rows, about {rows * _BYTES_A_ROW / 1e9:,.1f} GB,", most_mb
        )


def _whole(kinds: dict[str, str]) -> bool:
    return all("INT" in kinds[name].upper() for name in ("owner", "owned", "low", "high"))


def _edge_table(connection: "duckdb.DuckDBPyConnection", source: str, path: Path) -> StakeTable:
    import numpy as np

    findings = Findings()
    edges = "SELECT owner::BIGINT o, owned::BIGINT d, low::BIGINT l, high::BIGINT h FROM"
    _refuse_what_is_no_stake(connection, source, path)
    found = connection.execute(f"{edges} {source}", [str(path)]).fetchnumpy()
    if not len(found["o"]):
        finish(path, Pairs(), findings, None)
    owner, owned, names = _nodes(found["o"], found["d"])
    key = np.sort(owner.astype(np.int64) * len(names) + owned)
    if again := int((key[1:] == key[:-1]).sum()):
        message = f"rows for an owner and a company that are there already: {again:,}"
        advice = "each is taken as the range from the least to the most"
        findings.add(WARNING, "repeated", message, column="owner, owned", advice=advice)
        once = f"(SELECT owner, owned, min(low) low, max(high) high FROM {source} GROUP BY ALL)"  # noqa: S608
        found = connection.execute(f"{edges} {once}", [str(path)]).fetchnumpy()
        owner, owned, names = _nodes(found["o"], found["d"])
    high = found["l"] if np.array_equal(found["l"], found["h"]) else found["h"]
    stakes = Stakes(names, owner, owned, found["l"], high, WHOLE)
    _note_sums(stakes, findings, "low")
    return StakeTable(stakes, None, tuple(findings), None)


def _refuse_what_is_no_stake(
    connection: "duckdb.DuckDBPyConnection", source: str, path: Path
) -> None:
    from kg.analytics.engines.sources import refuse_edges

    right = "owner IS NOT NULL AND owned IS NOT NULL AND 0 <= low AND low <= high"
    wrong = f"FROM {source} WHERE NOT coalesce({right} AND high <= {WHOLE}, false)"
    row = connection.execute(f"SELECT owner, owned, low, high {wrong} LIMIT 1", [str(path)])
    refused = row.fetchall()
    refuse_edges(path, len(refused), refused[0] if refused else ())


def _nodes(
    owner: "NDArray[np.int64]", owned: "NDArray[np.int64]"
) -> "tuple[NDArray[np.int32], NDArray[np.int32], Sequence[str]]":
    """Return both ends as numbers of nodes, and their names; sparse ids are numbered anew."""
    import numpy as np

    least = min(owner.min(), owned.min())
    most = max(owner.max(), owned.max())
    if least >= 0 and most < _SPARSE * len(owner) + 1_000:
        return owner.astype(np.int32), owned.astype(np.int32), Numbered(int(most) + 1)
    ids, place = np.unique(np.concatenate([owner, owned]), return_inverse=True)
    numbers: NDArray[np.int32] = place.astype(np.int32)
    return numbers[: len(owner)], numbers[len(owner) :], [str(one) for one in ids.tolist()]


def _assemble(path: Path, columns: CellCodes, day: date | None, findings: Findings) -> StakeTable:
    import numpy as np

    codes = columns.codes
    kinds, kind = _kinds(columns)
    sized = any(name in columns.given for name in SIZES[:3])
    readings = [read_sizes(one, day, sized) for one in kinds]
    in_force = np.array([one.in_force for one in readings], bool)[kind]
    for column in ("owner", "owned"):
        other = codes["owner"] >= 0 if column == "owned" else True
        for place in np.flatnonzero((codes[column] < 0) & other).tolist():
            unnamed(int(codes["row"][place]), column, findings)
    keep = np.flatnonzero((codes["owner"] >= 0) & (codes["owned"] >= 0) & in_force)
    troubled = np.array([bool(one.troubles) for one in readings], bool)
    wrong = keep[troubled[kind[keep]]] if troubled.any() else keep[:0]
    for place in wrong.tolist():
        for trouble in readings[int(kind[place])].troubles:
            findings.trouble(int(codes["row"][place]), trouble)
    if not len(keep):
        usable = ((codes["owner"] >= 0) & (codes["owned"] >= 0)).any()
        named = {name: number for number, name in enumerate(columns.names)} if usable else {}
        return finish(path, Pairs(named), findings, day)
    kept = {name: codes[name] for name in ("row", "owner", "owned")}
    if len(keep) < len(kind):
        kept, kind = {name: codes_[keep] for name, codes_ in kept.items()}, kind[keep]
    return StakeTable(*_stakes(columns.names, kept, kind, readings, findings), tuple(findings), day)


def _kinds(columns: CellCodes) -> tuple[list[Sizes], "NDArray[np.int64]"]:
    """Return the different combinations of cells that size and date a stake, and each row's."""
    import numpy as np

    key = np.zeros(len(columns.codes["row"]), np.int64)
    for name in columns.given:
        # Made dense at each step, so that the product of the counts never overflows.
        key = key * len(columns.texts[name]) + columns.codes[name] + 1
        key = _dense(key)
    first = np.zeros(int(key.max(initial=-1)) + 1, np.int64)
    first[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    kinds = [
        Sizes(**{name: columns.texts[name][columns.codes[name][place]] for name in columns.given})
        for place in first.tolist()
    ]
    return kinds, key


def _dense(key: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Return keys numbered without gaps, in their order."""
    import numpy as np

    if key.max(initial=0) > 10 * len(key) + 1_000:
        return np.unique(key, return_inverse=True)[1]
    used = np.bincount(key) > 0
    places: NDArray[np.int64] = (np.cumsum(used) - 1)[key]
    return places


def _stakes(
    names: Sequence[str],
    kept: dict[str, Any],
    kind: "NDArray[np.int64]",
    readings: list[Reading],
    findings: Findings,
) -> tuple[Stakes, Stakes | None]:
    """Return capital and votes, a row for each owner and company; notes what is noteworthy."""
    import numpy as np

    first, again = _repeats(kept, len(names))
    for place, places in again.items():  # what its rows say together, as one more reading
        said = Pairs()
        for one in places:
            said.add(0, "", "", readings[kind[one]].capital, readings[kind[one]].votes)
        kind[first[place]] = len(readings)
        readings.append(Reading(said.capital[0, 0], said.votes.get((0, 0)), True, ()))
    owner, owned, told = kept["owner"], kept["owned"], kept["row"]
    if len(first) < len(kind):
        owner, owned, told, kind = owner[first], owned[first], told[first], kind[first]
    rows = {place: tuple(kept["row"][places].tolist()) for place, places in again.items()}
    claims = RowClaims(told, rows)
    ends = [one.capital for one in readings]
    capital = Stakes(names, owner, owned, *_parts(ends, kind, owned), claims)
    note_repeats(
        (
            (rows_, names[owner[place]], names[owned[place]], ends[kind[place]])
            for place, rows_ in rows.items()
        ),
        findings,
    )
    for place in np.flatnonzero(owner == owned).tolist():
        tell_self_held(int(claims.rows[place]), capital, int(owned[place]), findings)
    _note_sums(capital, findings, "share")
    has_votes = np.array([one.votes is not None for one in readings], bool)[kind]
    if not has_votes.any():
        return capital, None
    voted = frozenset(owned[has_votes].tolist())
    without = np.flatnonzero(~has_votes & np.isin(owned, list(voted)))
    for place in without.tolist():
        row = int(claims.rows[place])
        note_stand_in(row, names[owner[place]], names[owned[place]], findings)
    unstated = frozenset(zip(owner[without].tolist(), owned[without].tolist(), strict=True))
    ends = [one.votes or one.capital for one in readings]
    parts = _parts(ends, kind, owned)
    votes = Stakes(names, owner, owned, *parts, claims, VOTES, voted, unstated)
    _note_sums(votes, findings, "votes", voted)
    return capital, votes


def _repeats(kept: dict[str, Any], count: int) -> tuple["NDArray[np.int64]", dict[int, list[int]]]:
    """Return the first place of each owner and company, in order, and all places of repeats."""
    import numpy as np

    if worth_kernels(len(kept["owner"])):
        from kg.analytics import kernels_layout, name_kernels

        owner, owned = (kept[name].astype(np.int32, copy=False) for name in ("owner", "owned"))
        if not name_kernels.any_twice(*kernels_layout.grouped(owned, count), owner):
            return np.arange(len(owner)), {}
    pair = kept["owner"].astype(np.int64) * count + kept["owned"]
    order = np.argsort(pair, kind="stable")
    begins = np.ones(len(pair), bool)
    begins[1:] = pair[order[1:]] != pair[order[:-1]]
    starts = np.flatnonzero(begins)
    sizes = np.diff(starts, append=len(pair))
    first = np.sort(order[starts])
    repeated = np.flatnonzero(sizes > 1).tolist()
    heads = np.searchsorted(first, order[starts[repeated]]).tolist()
    again = {
        head: order[starts[one] : starts[one] + sizes[one]].tolist()
        for head, one in zip(heads, repeated, strict=True)
    }
    return first, dict(sorted(again.items()))


def _parts(
    ends: list[Span], kind: "NDArray[np.int64]", owned: "NDArray[np.int32]"
) -> tuple["NDArray[np.int64]", "NDArray[np.int64]", int]:
    import numpy as np

    used = [ends[one] for one in np.flatnonzero(np.bincount(kind)).tolist()]
    holders = int(np.bincount(owned).max())
    finest = (end for span in used if span != UNKNOWN for end in span)
    whole = parts_of_a_whole(finest, holders, WHOLE)
    cut = np.array([in_parts(span, whole) for span in ends], np.int64).reshape(-1, 2)
    low = cut[:, 0][kind]
    return low, low if (cut[:, 0] == cut[:, 1]).all() else cut[:, 1][kind], whole


def _note_sums(
    stakes: Stakes, findings: Findings, column: str, only: frozenset[int] | None = None
) -> None:
    import numpy as np

    over = np.flatnonzero(stakes.sums > stakes.whole).tolist()
    for company in over:
        if only is None or company in only:
            tell_sum(stakes, company, int(stakes.sums[company]), findings, column)

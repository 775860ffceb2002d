"""The rows of the edge table out of the bytes that the store writes, for many claims.

Equal cells get one number as they come, so that a cell is read as text once however many rows it
stands in, and no row is ever made of Python objects. The bytes are let go of some at a time.
"""

from collections.abc import Iterator, Mapping
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.analytics.edge_asking import Written
from kg.analytics.edge_cells import CODES, Columns, Stated, day, indirect, right, status
from kg.analytics.edge_shares import Cut, finest
from kg.analytics.numbered_texts import Column, NumberedTexts
from kg.analytics.tsv_kernels import MISSHAPEN, cut_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]

_PART = 1 << 20  # bytes that are cut at once, about
_SIZES = ("share", "least", "most", "printed")
_ALL = np.empty(0, np.uint8)  # no cell is absent: an empty one is known by its length


def numbered(written: Written) -> Stated | None:
    """Return all rows; None where a cell is such that only text by text can tell what it is."""
    rows = _Rows(written.columns)
    written.into(rows)  # type: ignore[arg-type]  # what is written to only has to have `write`
    return rows.stated()


class _Rows:
    """A file for TSV that keeps the numbers of its cells."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._claims, self._names = NumberedTexts(as_is=True), NumberedTexts(as_is=True)
        self._texts = {name: NumberedTexts(as_is=True) for name in columns[3:]}
        self._codes: dict[str, list[Ints]] = {name: [] for name in columns}
        self._pending = bytearray()
        self._header, self._fit, self._due = True, True, _PART

    def write(self, part: bytes) -> int:
        """Take some bytes; they are cut when there are enough of them."""
        if self._fit:
            self._pending += part
        if len(self._pending) >= self._due:
            self._cut()
        return len(part)

    def flush(self) -> None:
        """Do nothing: what is left over is cut in the end."""

    def _cut(self) -> None:
        if self._header:
            del self._pending[: self._pending.index(b"\n") + 1]
            self._header = False
        if self._fit and self._pending:
            data = np.frombuffer(bytes(self._pending), np.uint8)
            cells = np.empty((len(self._columns), len(data)), np.uint8)
            rows = len(data) // len(self._columns)  # at most: each cell ends in a byte of its own
            ends = np.zeros((len(self._columns), rows + 2), np.int32)
            rows, size = cut_rows(data, cells, ends)
            self._fit = rows != MISSHAPEN
            if rows > 0:
                self._number(cells, ends[:, : rows + 1])
                del self._pending[:size]
        self._due = max(_PART, 2 * len(self._pending))  # a row may be long

    def _number(self, cells: "NDArray[np.uint8]", ends: "Ints") -> None:
        claim, holder, company, *others = (
            Column(cells[place, : ends[place, -1]], ends[place], _ALL)
            for place in range(len(self._columns))
        )
        self._codes["claim"].append(self._claims.add(claim)[0])
        for name, found in zip(self._columns[1:3], self._names.add(holder, company), strict=True):
            self._codes[name].append(found)
        for (name, texts), column in zip(self._texts.items(), others, strict=True):
            self._codes[name].append(texts.add(column)[0])

    def stated(self) -> Stated | None:
        """Return what stands in all rows; of several of one claim the last counts."""
        self._cut()
        codes = {name: np.concatenate(parts) for name, parts in self._codes.items() if parts}
        if not codes or not self._fit or self._pending:
            return None
        if min(codes[name].min() for name in self._columns[:3]) < 0:
            return None  # a name is empty
        claim = codes.pop("claim")
        if len(self._claims) < len(claim):
            last = np.empty(len(self._claims), np.int64)
            last[claim] = np.arange(len(claim))
            codes = {name: column[last] for name, column in codes.items()}
        cells = _Cells(len(self._claims), codes, self._texts)
        whole = finest(*map(cells.different, _SIZES[:3]))
        columns = codes["holder"], codes["company"], *cells.read(Cut(whole))
        typed = (column.astype(code) for code, column in zip(CODES, columns, strict=True))
        return Stated(
            self._names, self._claims, Columns(*typed), whole, self._claims.find  # type: ignore[arg-type]
        )  # fmt: skip


class _Cells:
    """The cells of so many rows but for names: their numbers, and the text of each number."""

    def __init__(
        self, rows: int, codes: "dict[str, Ints]", texts: Mapping[str, NumberedTexts]
    ) -> None:
        self._rows, self._codes = rows, codes
        self._texts = {name: [*found, ""] for name, found in texts.items()}  # -1 is an empty cell
        self._used = {name: np.zeros(len(found), bool) for name, found in self._texts.items()}
        for name, used in self._used.items():
            used[codes[name]] = True

    def different(self, name: str) -> list[str]:
        """Return the different cells of a column, none where the store has no such column."""
        return list(compress(self._texts.get(name, ()), self._used.get(name, ())))

    def read(self, cut: Cut) -> "Iterator[NDArray[Any]]":
        """Yield what stands in the columns after the names."""
        yield self._each("right", right)
        yield from self._sizes(cut)
        yield self._each("status", status)
        yield self._each("directness", indirect)
        for name in ("known", "holds", "until"):
            yield self._each(name, day)

    def _each(self, name: str, said: "Callable[[str], int]") -> "NDArray[Any]":
        if name not in self._codes:
            return np.zeros(self._rows, np.int8)
        found = np.zeros(len(self._texts[name]), np.int32)
        found[self._used[name]] = list(map(said, self.different(name)))
        return found[self._codes[name]]

    def _sizes(self, cut: Cut) -> "Longs":
        """Return the least, the most and what is left open; each set of cells is looked at once."""
        given = [name for name in _SIZES if name in self._codes]
        sets = np.column_stack(
            [np.zeros(self._rows, np.int32), *(self._codes[name] for name in given)]
        )
        width = sets.itemsize * sets.shape[1]
        ends = np.arange(0, width * (self._rows + 1), width, dtype=np.int32)
        numbers = NumberedTexts(as_is=True)
        code = numbers.add(Column(sets.ravel().view(np.uint8), ends, _ALL))[0]
        of = np.empty(len(numbers), np.int64)
        of[code] = np.arange(self._rows)  # one of the rows that have it
        cells = {
            name: [self._texts[name][one] for one in sets[of, place].tolist()]
            for place, name in enumerate(given, 1)
        }
        absent = [""] * len(numbers)
        parts = map(cut.parts, *(cells.get(name, absent) for name in _SIZES))
        return np.array(list(parts), np.int64).T[:, code]

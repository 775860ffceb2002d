"""Texts by number, kept as the bytes they came in: Python text is made of those that are shown.

A register has millions of names and an answer a few. Columns come out of DuckDB by Arrow's C
stream interface (https://arrow.apache.org/docs/format/CStreamInterface.html), which needs no other
library; memory of a batch is DuckDB's until the batch is let go.
"""

import ctypes
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from kg.analytics import name_kernels

_LEAST, _MOST = 1 << 16, 1 << 23  # slots to begin with


class Column(NamedTuple):
    """The texts of one column in one batch: text n is data[offsets[n] : offsets[n + 1]]."""

    data: NDArray[np.uint8]
    offsets: NDArray[np.int32]
    valid: NDArray[np.uint8]  # a bit for each, or nothing where there is a text everywhere

    def __len__(self) -> int:
        return len(self.offsets) - 1


_NONE = Column(np.empty(0, np.uint8), np.zeros(1, np.int32), np.empty(0, np.uint8))


class NumberedTexts(Sequence[str]):
    """Different texts in the order in which they first appeared; room for so many to begin with.

    Blanks around a text do not count, unless it is to be taken as it is.
    """

    def __init__(self, expected: int = 0, *, as_is: bool = False) -> None:
        self._count = 0
        self._as_is = as_is
        room = max(_LEAST, min(3 * expected // 2, _MOST))
        self._slots = np.zeros(1 << room.bit_length(), np.uint64)
        self._store = np.empty(_LEAST, np.uint8)
        self._ends = np.zeros(_LEAST, np.int64)

    def add(
        self, column: Column, more: Column = _NONE
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return the numbers of the texts of one column, or of two row by row; -1: it is empty."""
        texts = len(column) + len(more)
        self._make_room(texts, len(column.data) + len(more.data))
        codes, more_codes = np.empty(len(column), np.int32), np.empty(len(more), np.int32)
        self._count, _ = name_kernels.number_texts(
            *column, *more, self._slots, self._store, self._ends, self._count, codes, more_codes,
            self._as_is,
        )  # fmt: skip
        return codes, more_codes

    def _make_room(self, texts: int, size: int) -> None:
        most = self._count + texts
        if 3 * most > 2 * len(self._slots):
            self._slots = np.zeros(1 << (3 * most // 2).bit_length(), np.uint64)
            name_kernels.refill(self._slots, self._store, self._ends, self._count)
        used = int(self._ends[self._count])
        if used + size > len(self._store):
            self._store = _longer(self._store, used, 2 * (used + size))
        if most >= len(self._ends):
            self._ends = _longer(self._ends, self._count + 1, 2 * most + 1)

    def find(self, text: str) -> int | None:
        """Return the number of a text, None where it is not among them."""
        wanted = np.frombuffer(text.encode(), np.uint8)
        found = name_kernels.find(wanted, self._slots, self._store, self._ends)
        return None if found < 0 else int(found)

    def at(self, numbers: Sequence[int]) -> list[str]:
        """Return many texts at once, quicker than one by one."""
        firsts, lasts = self._ends[numbers], self._ends[np.add(numbers, 1)]
        data = memoryview(self._store)  # type: ignore[arg-type]
        pairs = zip(firsts.tolist(), lasts.tolist(), strict=True)
        return [str(data[first:last], "utf-8") for first, last in pairs]

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(self._count))]
        one = place + self._count if place < 0 else place
        if not 0 <= one < self._count:
            raise IndexError(place)
        return self._store[self._ends[one] : self._ends[one + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        ends = self._ends[: self._count + 1].tolist()
        data = self._store[: ends[-1]].tobytes()
        return (data[first:last].decode() for first, last in pairwise(ends))


def _longer(array: NDArray[Any], used: int, size: int) -> NDArray[Any]:
    found = np.zeros(size, array.dtype)
    found[:used] = array[:used]
    return found


class _Array(ctypes.Structure):
    pass


_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]


class _Stream(ctypes.Structure):
    pass


_Stream._fields_ = [
    ("get_schema", ctypes.c_void_p),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))),
    ("private_data", ctypes.c_void_p),
]

_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype = ctypes.c_void_p
_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


def batches(relation: Any) -> Iterator[list[Column]]:
    """Yield the columns of a DuckDB relation, all of type VARCHAR, some rows at a time.

    What is yielded is valid until the next. Raises OSError with DuckDB's words where it fails.
    """
    capsule = relation.__arrow_c_stream__()  # lets go of the stream when it is collected
    stream = _Stream.from_address(_pointer(capsule, b"arrow_array_stream"))
    while True:
        batch = _Array()
        if stream.get_next(ctypes.byref(stream), ctypes.byref(batch)):
            said = stream.get_last_error(ctypes.byref(stream)) or b""
            raise OSError(said.decode(errors="replace"))
        if not batch.release:
            return
        try:
            yield [_column(batch.children[place].contents) for place in range(batch.n_children)]
        finally:
            batch.release(ctypes.byref(batch))


def _column(array: _Array) -> Column:
    if array.offset:  # DuckDB never makes slices
        raise OSError("a batch begins in the middle of its buffers")
    length: int = array.length
    offsets = _buffer(array.buffers[1], 4 * (length + 1)).view(np.int32)
    valid = _buffer(array.buffers[0] if array.null_count else None, (length + 7) // 8)
    return Column(_buffer(array.buffers[2], int(offsets[-1])), offsets, valid)


def _buffer(address: int | None, size: int) -> NDArray[np.uint8]:
    if not address or not size:
        return np.zeros(0 if address is None else size, np.uint8)
    return np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(address))

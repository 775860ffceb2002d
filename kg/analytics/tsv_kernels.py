r"""The loop that cuts rows of SPARQL 1.1 TSV into columns of plain bytes.

<https://x.example/a>     https://x.example/a
_:a                       a
"34\t%"@en                 34, a tab, %
0.34                      0.34
"""

from typing import TYPE_CHECKING

import numpy as np

from kg.analytics.compiling import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Ints = NDArray[np.int32]

_Places = tuple[np.uint64, np.uint64]

MISSHAPEN = -1
_ONE = np.uint64(1)
_TAB, _LINE, _RETURN = np.uint8(9), np.uint8(10), np.uint8(13)
_IRI, _QUOTE, _ESCAPE = np.uint8(ord("<")), np.uint8(ord('"')), np.uint8(ord("\\"))
_BLANK, _COLON = np.uint8(ord("_")), np.uint8(ord(":"))


@inner
def _plain(data: "Bytes", at: np.uint64, cells: "Bytes", put: np.uint64) -> _Places:
    """Copy a cell as it stands, to the tab or the line's end; return where both came to."""
    size = np.uint64(len(data))
    while at < size and data[at] != _TAB and data[at] != _LINE:
        cells[put] = data[at]
        put += _ONE
        at += _ONE
    return at, put


@inner
def _unquoted(data: "Bytes", at: np.uint64, cells: "Bytes", put: np.uint64) -> _Places:
    """Copy a literal in quotes, without its datatype or language."""
    size = np.uint64(len(data))
    while at < size and data[at] != _QUOTE:
        byte = data[at]
        if byte == _ESCAPE and at + _ONE < size:
            at += _ONE
            byte = _meant(data[at])
        cells[put] = byte
        put += _ONE
        at += _ONE
    while at < size and data[at] != _TAB and data[at] != _LINE:
        at += _ONE
    return at, put


@inner
def _meant(escaped: np.uint8) -> np.uint8:
    if escaped == ord("t"):
        return _TAB
    if escaped == ord("n"):
        return _LINE
    return _RETURN if escaped == ord("r") else escaped


@inner
def _cell(data: "Bytes", at: np.uint64, cells: "Bytes", put: np.uint64) -> _Places:
    size = np.uint64(len(data))
    if at < size and data[at] == _QUOTE:
        return _unquoted(data, at + _ONE, cells, put)
    if at < size and data[at] == _IRI:
        at, put = _plain(data, at + _ONE, cells, put)
        return at, put - _ONE
    if at + _ONE < size and data[at] == _BLANK and data[at + _ONE] == _COLON:
        at += _ONE + _ONE
    return _plain(data, at, cells, put)


@compiled
def cut_rows(data: "Bytes", cells: "Bytes", ends: "Ints") -> tuple[int, int]:
    """Write the bytes of each column, and where each cell ends; return how many rows and bytes.

    A row that is not whole is left for the next time. Of one that has not as many cells as there
    are columns, nothing is known, nor of those after it: MISSHAPEN.
    """
    columns, row, at = len(ends), 0, np.uint64(0)
    while True:
        start = at
        for column in range(columns):
            at, put = _cell(data, at, cells[column], np.uint64(ends[column, row]))
            if at >= np.uint64(len(data)):
                return row, int(start)
            if data[at] != (_LINE if column == columns - 1 else _TAB):
                return MISSHAPEN, int(start)
            ends[column, row + 1] = put
            at += _ONE
        row += 1

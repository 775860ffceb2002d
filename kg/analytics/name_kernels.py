"""The loops that number the texts of a column: equal texts get one number, by first appearance.

Texts are compared byte by byte, so numbers are exact; a hash only says where to look. Each slot of
the table holds 32 bits of the hash and the number that was given (plus one; 0 is an empty slot).
"""

from typing import TYPE_CHECKING

import numpy as np

from kg.analytics.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Slots = NDArray[np.uint64]

_AT_ONCE = 256  # texts that are looked up together
_BASIS = np.uint64(14695981039346656037)  # FNV-1a, 64 bits
_PRIME = np.uint64(1099511628211)
_SPREAD = np.uint64(11400714819323198485)
_UPPER = np.uint64(0xFFFFFFFF00000000)
_LOWER = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@compiled
def _trimmed(data: "Bytes", start: int, end: int) -> tuple[int, int]:
    """Return where a text begins and ends without spaces, tabs and no-break spaces around it."""
    while start < end:
        if data[start] == 32 or data[start] == 9:
            start += 1
        elif end - start > 1 and data[start] == 0xC2 and data[start + 1] == 0xA0:
            start += 2
        else:
            break
    while start < end:
        if data[end - 1] == 32 or data[end - 1] == 9:
            end -= 1
        elif end - start > 1 and data[end - 2] == 0xC2 and data[end - 1] == 0xA0:
            end -= 2
        else:
            break
    return start, end


@compiled
def _hash(data: "Bytes", start: int, end: int) -> np.uint64:
    found = _BASIS
    for place in range(start, end):
        found = (found ^ np.uint64(data[place])) * _PRIME
    return (found ^ (found >> _HALF)) * _SPREAD


@compiled
def _same(data: "Bytes", start: int, end: int, store: "Bytes", first: int, last: int) -> bool:
    if end - start != last - first:
        return False
    same = 0
    while same < end - start and data[start + same] == store[first + same]:
        same += 1
    return same == end - start


@compiled
def _number(
    data: "Bytes",
    start: int,
    end: int,
    hashed: np.uint64,
    slots: "Slots",
    store: "Bytes",
    ends: "Longs",
    count: int,
) -> int:
    """Return the number of a text, `count` where it is a new one, which is then stored."""
    mask = np.uint64(len(slots) - 1)
    at = hashed & mask
    upper = hashed & _UPPER
    while slots[at]:
        if slots[at] & _UPPER == upper:
            known = np.int64(slots[at] & _LOWER) - 1
            if _same(data, start, end, store, ends[known], ends[known + 1]):
                return int(known)
        at = (at + np.uint64(1)) & mask
    slots[at] = upper | np.uint64(count + 1)
    ends[count + 1] = ends[count] + end - start
    for place in range(end - start):
        store[ends[count] + place] = data[start + place]
    return count


@compiled
def _warm(
    data: "Bytes",
    offsets: "Ints",
    first: int,
    last: int,
    slots: "Slots",
    store: "Bytes",
    ends: "Longs",
    hashes: "Slots",
    known: "Longs",
) -> int:
    """Hash some texts, and read what looking them up will read: memory then waits for all at once.

    One by one each text would wait three times, for its slot, its place and its bytes.
    """
    mask = np.uint64(len(slots) - 1)
    read, before, until = 0, 0, 0
    for row in range(first, last):
        start, end = _trimmed(data, offsets[row], offsets[row + 1])
        if row > first and _same(data, start, end, data, before, until):
            hashes[row - first] = hashes[row - first - 1]
        else:
            hashes[row - first] = _hash(data, start, end)
        before, until = start, end
    for place in range(last - first):
        again = place > 0 and hashes[place] == hashes[place - 1]
        known[place] = 0 if again else np.int64(slots[hashes[place] & mask] & _LOWER)
    for place in range(last - first):
        known[place] = ends[known[place] - 1] if known[place] else -1
    for place in range(last - first):
        if known[place] >= 0:
            read += store[known[place]]
    return read


@compiled
def number_texts(
    data: "Bytes",
    offsets: "Ints",
    valid: "Bytes",
    more: "Bytes",
    more_offsets: "Ints",
    more_valid: "Bytes",
    slots: "Slots",
    store: "Bytes",
    ends: "Longs",
    count: int,
    codes: "Ints",
    more_codes: "Ints",
) -> tuple[int, int]:
    """Write the numbers of two columns, row by row, -1 where a text is empty; return how many.

    There has to be room for all of these texts in `slots`, `store` and `ends`. The second column
    may be empty; `valid` is a bit for each row, or empty where all have a text.
    """
    last, last_start, last_end, read = -1, 0, 0, 0
    hashes, known = np.empty(_AT_ONCE, np.uint64), np.empty(_AT_ONCE, np.int64)
    more_hashes = np.zeros(_AT_ONCE, np.uint64)
    for first in range(0, len(codes), _AT_ONCE):
        to = min(first + _AT_ONCE, len(codes))
        read += _warm(data, offsets, first, to, slots, store, ends, hashes, known)
        if len(more_codes):
            read += _warm(more, more_offsets, first, to, slots, store, ends, more_hashes, known)
        for row in range(first, to):
            start, end = _trimmed(data, offsets[row], offsets[row + 1])
            if start == end or (len(valid) and not valid[row >> 3] >> (row & 7) & 1):
                codes[row] = -1
            else:
                hashed = hashes[row - first]
                codes[row] = _number(data, start, end, hashed, slots, store, ends, count)
                count = max(count, codes[row] + 1)
            if not len(more_codes):
                continue
            start, end = _trimmed(more, more_offsets[row], more_offsets[row + 1])
            if start == end or (len(more_valid) and not more_valid[row >> 3] >> (row & 7) & 1):
                more_codes[row] = -1
                continue
            # The stakes in one company mostly stand together.
            if last < 0 or not _same(more, start, end, more, last_start, last_end):
                hashed = more_hashes[row - first]
                last = _number(more, start, end, hashed, slots, store, ends, count)
                count = max(count, last + 1)
            more_codes[row] = last
            last_start, last_end = start, end
    return count, read


@compiled
def refill(slots: "Slots", store: "Bytes", ends: "Longs", count: int) -> None:
    """Put all texts that are stored into an empty table of slots."""
    mask = np.uint64(len(slots) - 1)
    for number in range(count):
        hashed = _hash(store, ends[number], ends[number + 1])
        at = hashed & mask
        while slots[at]:
            at = (at + np.uint64(1)) & mask
        slots[at] = (hashed & _UPPER) | np.uint64(number + 1)


@compiled
def find(text: "Bytes", slots: "Slots", store: "Bytes", ends: "Longs") -> int:
    """Return the number of a text, -1 where there is none."""
    hashed = _hash(text, 0, len(text))
    mask = np.uint64(len(slots) - 1)
    at = hashed & mask
    while slots[at]:
        known = np.int64(slots[at] & _LOWER) - 1
        if _same(text, 0, len(text), store, ends[known], ends[known + 1]):
            return int(known)
        at = (at + np.uint64(1)) & mask
    return -1


@compiled
def any_twice(starts: "Longs", rows: "Ints", owner: "Ints") -> bool:
    """Say whether an owner has two rows in one company; rows are grouped by company."""
    seen = np.full(len(starts) - 1, -1, np.int32)
    for company in range(len(starts) - 1):
        for place in range(starts[company], starts[company + 1]):
            one = owner[rows[place]]
            if seen[one] == company:
                return True
            seen[one] = company
    return False

"""The loops that number the texts of a column: equal texts get one number, by first appearance.

Texts are compared byte by byte, so numbers are exact; a hash only says where to look. Each slot of
the table holds 32 bits of the hash and the number that was given (plus one; 0 is an empty slot).
Places are unsigned: numba need not ask whether they count from the end, and eight bytes put
together become one load.
"""

from typing import TYPE_CHECKING

import numpy as np

from kg.analytics.compiling import compiled, inner

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Slots = NDArray[np.uint64]

_AT_ONCE = 256  # texts that are looked up together
_PRIME = np.uint64(14029467366897019727)
_SPREAD = np.uint64(11400714819323198485)
_UPPER = np.uint64(0xFFFFFFFF00000000)
_LOWER = np.uint64(0xFFFFFFFF)
_BLANK = (9, 32, 0xA0, 0xC2)  # at either end there may be a space to cut off
_ONE, _WORD = np.uint64(1), np.uint64(8)  # bytes
_SHIFT, _HALF = np.uint64(3), np.uint64(32)  # bits


@inner
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


@inner
def _word(data: "Bytes", at: np.uint64) -> np.uint64:
    found = np.uint64(0)
    for place in range(8):
        found |= np.uint64(data[at + np.uint64(place)]) << np.uint64(8 * place)
    return found


@inner
def _rest(data: "Bytes", at: np.uint64, size: np.uint64) -> np.uint64:
    """Return the last bytes of a text, fewer than eight, as a word; none past the end is read."""
    if at + _WORD <= np.uint64(len(data)):
        return _word(data, at) & ((_ONE << (size << _SHIFT)) - _ONE)
    found = np.uint64(0)
    for place in range(size):
        byte = np.uint64(place)
        found |= np.uint64(data[at + byte]) << (byte << _SHIFT)
    return found


@inner
def _hash(data: "Bytes", at: np.uint64, size: np.uint64) -> np.uint64:
    found = size * _SPREAD
    while size >= _WORD:
        found = (found ^ _word(data, at)) * _PRIME
        found ^= found >> _HALF
        at += _WORD
        size -= _WORD
    found = (found ^ _rest(data, at, size)) * _PRIME
    found = (found ^ (found >> _HALF)) * _SPREAD
    return found ^ (found >> _HALF)


@inner
def _same(data: "Bytes", at: np.uint64, size: np.uint64, store: "Bytes", first: np.uint64) -> bool:
    while size >= _WORD:
        if _word(data, at) != _word(store, first):
            return False
        at += _WORD
        first += _WORD
        size -= _WORD
    return bool(_rest(data, at, size) == _rest(store, first, size))


@inner
def _number(
    data: "Bytes",
    at: np.uint64,
    size: np.uint64,
    hashed: np.uint64,
    slots: "Slots",
    store: "Bytes",
    ends: "Longs",
    count: int,
) -> int:
    """Return the number of a text, `count` where it is a new one, which is then stored."""
    mask = np.uint64(len(slots) - 1)
    spot = hashed & mask
    upper = hashed & _UPPER
    while slots[spot]:
        if slots[spot] & _UPPER == upper:
            known = slots[spot] & _LOWER
            first = np.uint64(ends[known - _ONE])
            if np.uint64(ends[known]) - first == size and _same(data, at, size, store, first):
                return int(np.int64(known) - 1)
        spot = (spot + _ONE) & mask
    slots[spot] = upper | np.uint64(count + 1)
    first = np.uint64(ends[count])
    ends[count + 1] = np.int64(first + size)
    for place in range(size):
        store[first + np.uint64(place)] = data[at + np.uint64(place)]
    return count


@inner
def _cut(
    data: "Bytes",
    offsets: "Ints",
    valid: "Bytes",
    first: int,
    texts: int,
    starts: "Slots",
    sizes: "Slots",
    hashes: "Slots",
    as_is: bool,
) -> None:
    """Write of some texts where they start, how long they are, and their hashes."""
    for place in range(texts):
        row = first + place
        start, end = int(offsets[row]), int(offsets[row + 1])
        if len(valid) and not valid[row >> 3] >> (row & 7) & 1:
            end = start
        if not as_is and start < end and (data[start] in _BLANK or data[end - 1] in _BLANK):
            start, end = _trimmed(data, start, end)
        starts[place] = start
        sizes[place] = end - start
        hashes[place] = _hash(data, starts[place], sizes[place])


@inner
def _warm(
    texts: int, hashes: "Slots", slots: "Slots", store: "Bytes", ends: "Longs", known: "Longs"
) -> int:
    """Read what looking some texts up will read: memory then waits for all at once.

    One by one each text would wait three times, for its slot, its place and its bytes.
    """
    mask = np.uint64(len(slots) - 1)
    read = 0
    for place in range(texts):
        known[place] = slots[hashes[place] & mask] & _LOWER
    for place in range(texts):
        known[place] = ends[known[place] - 1] if known[place] else 0
    for place in range(texts):
        read += store[known[place]]
    return read


@inner
def _look_up(
    data: "Bytes",
    starts: "Slots",
    sizes: "Slots",
    hashes: "Slots",
    place: int,
    before: int,
    slots: "Slots",
    store: "Bytes",
    ends: "Longs",
    count: int,
) -> int:
    """Return the number of one of some texts that were cut, -1 where it is empty.

    Equal texts often stand together, as the stakes in one company: `before` is the number of the
    text before it.
    """
    at, size, hashed = starts[place], sizes[place], hashes[place]
    if not size:
        return -1
    alike = place and hashes[place - 1] == hashed and sizes[place - 1] == size
    if alike and _same(data, at, size, data, starts[place - 1]):
        return before
    return _number(data, at, size, hashed, slots, store, ends, count)


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
    as_is: bool,
) -> tuple[int, int]:
    """Write the numbers of two columns, row by row, -1 where a text is empty; return how many.

    There has to be room for all of these texts in `slots`, `store` and `ends`. The second column
    may be empty; `valid` is a bit for each row, or empty where all have a text.
    """
    known = np.empty(_AT_ONCE, np.int64)
    starts, sizes, hashes = np.empty((3, _AT_ONCE), np.uint64)
    more_starts, more_sizes, more_hashes = np.empty((3, _AT_ONCE), np.uint64)
    code, more_code, read = -1, -1, 0
    two = len(more_codes) > 0
    for first in range(0, len(codes), _AT_ONCE):
        texts = min(_AT_ONCE, len(codes) - first)
        _cut(data, offsets, valid, first, texts, starts, sizes, hashes, as_is)
        read += _warm(texts, hashes, slots, store, ends, known)
        if two:
            _cut(
                more, more_offsets, more_valid, first, texts,
                more_starts, more_sizes, more_hashes, as_is,
            )  # fmt: skip
            read += _warm(texts, more_hashes, slots, store, ends, known)
        for place in range(texts):
            code = _look_up(data, starts, sizes, hashes, place, code, slots, store, ends, count)
            count += code == count
            codes[first + place] = code
            if two:
                more_code = _look_up(
                    more, more_starts, more_sizes, more_hashes, place, more_code,
                    slots, store, ends, count,
                )  # fmt: skip
                count += more_code == count
                more_codes[first + place] = more_code
    return count, read


@compiled
def refill(slots: "Slots", store: "Bytes", ends: "Longs", count: int) -> None:
    """Put all texts that are stored into an empty table of slots."""
    mask = np.uint64(len(slots) - 1)
    for number in range(count):
        first = np.uint64(ends[number])
        hashed = _hash(store, first, np.uint64(ends[number + 1]) - first)
        spot = hashed & mask
        while slots[spot]:
            spot = (spot + _ONE) & mask
        slots[spot] = (hashed & _UPPER) | np.uint64(number + 1)


@compiled
def find(text: "Bytes", slots: "Slots", store: "Bytes", ends: "Longs") -> int:
    """Return the number of a text, -1 where there is none."""
    size = np.uint64(len(text))
    hashed = _hash(text, np.uint64(0), size)
    mask = np.uint64(len(slots) - 1)
    spot = hashed & mask
    while slots[spot]:
        known = slots[spot] & _LOWER
        first = np.uint64(ends[known - _ONE])
        if np.uint64(ends[known]) - first == size and _same(text, np.uint64(0), size, store, first):
            return int(np.int64(known) - 1)
        spot = (spot + _ONE) & mask
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

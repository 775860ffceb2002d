"""The loops over large networks that need no forest: sums, the general fixpoint."""

from typing import TYPE_CHECKING

import numpy as np

from kg.analytics.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Flags = NDArray[np.bool_]


@compiled
def ancestors(marked: "Flags", starts: "Longs", rows: "Ints", owner: "Ints") -> "Flags":
    """Return who holds a marked company, directly or through others; marked ones included."""
    found = marked.copy()
    queue = np.empty(len(marked), np.int32)
    end = 0
    for node in range(len(marked)):
        if marked[node]:
            queue[end] = node
            end += 1
    at = 0
    while at < end:
        node = queue[at]
        at += 1
        for place in range(starts[node], starts[node + 1]):
            holder = owner[rows[place]]
            if not found[holder]:
                found[holder] = True
                queue[end] = holder
                end += 1
    return found


@compiled
def sums(owned: "Ints", share: "Longs", count: int) -> "Longs":
    """Return how much of each company is held."""
    total = np.zeros(count, np.int64)
    for row in range(len(owned)):
        total[owned[row]] += share[row]
    return total


@compiled
def held_in_groups(
    sources: "Ints",
    ring: "Ints",
    order: "Ints",
    place: "Ints",
    end: "Ints",
    starts: "Longs",
    rows: "Ints",
    owner: "Ints",
    share: "Longs",
    size: int,
) -> "tuple[Ints, Ints, Longs]":
    """Return who controls whom and with how much in hand, for holders that stand in the forest."""
    holder = np.empty(size, np.int32)
    company = np.empty(size, np.int32)
    held = np.zeros(size, np.int64)
    at = 0
    for source in sources:
        begin, stop = place[ring[source]], end[ring[source]]
        for node in order[begin:stop]:
            if node == source:
                continue
            holder[at] = source
            company[at] = node
            for spot in range(starts[node], starts[node + 1]):
                row = rows[spot]
                if owner[row] != node and begin <= place[owner[row]] < stop:
                    held[at] += share[row]
            at += 1
    return holder, company, held


@compiled
def spread(
    sources: "Ints",
    starts: "Longs",
    rows: "Ints",
    owned: "Ints",
    low: "Longs",
    high: "Longs",
    free: "Longs",
    quota: "Longs",
    size: int,
) -> "tuple[int, Ints, Ints, Longs]":
    """Run the fixpoint from each source by itself until `size` pairs are found.

    Returns how many sources were done, and who controls whom with how much in hand. A set holds
    min(sum of high, free + sum of low) of a company. At least one source is always done.
    """
    count = len(quota)
    least = np.zeros(count, np.int64)
    most = np.zeros(count, np.int64)
    stamp = np.full(count, -1, np.int64)
    inside = np.full(count, -1, np.int64)
    queue = np.empty(count, np.int32)
    holder = np.empty(size + count, np.int32)
    company = np.empty(size + count, np.int32)
    held = np.empty(size + count, np.int64)
    done = 0
    pairs = 0
    for source in sources:
        if pairs > size:
            break
        inside[source] = done
        queue[0] = source
        end = 1
        at = 0
        while at < end:
            node = queue[at]
            at += 1
            for place in range(starts[node], starts[node + 1]):
                row = rows[place]
                other = owned[row]
                if other == node:
                    continue
                if stamp[other] != done:
                    stamp[other] = done
                    least[other] = 0
                    most[other] = 0
                least[other] += low[row]
                most[other] += high[row]
                enough = min(most[other], free[other] + least[other]) > quota[other]
                if enough and inside[other] != done:
                    inside[other] = done
                    queue[end] = other
                    end += 1
        for at in range(1, end):
            other = queue[at]
            holder[pairs] = source
            company[pairs] = other
            held[pairs] = min(most[other], free[other] + least[other])
            pairs += 1
        done += 1
    return done, holder[:pairs], company[:pairs], held[:pairs]

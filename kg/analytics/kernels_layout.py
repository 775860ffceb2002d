"""Compiled kernels that lay a network out: rows by node, components in order.

Only imported for large networks: numba takes seconds to load. Compiled code is kept in
`__pycache__` beside this file, or in the user's cache where that cannot be written.
"""

import numpy as np
from numpy.typing import NDArray

from kg.analytics.compiling import compiled

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@compiled
def grouped(nodes: Ints, count: int) -> tuple[Longs, Ints]:
    """Return the rows of each node, in order: those of n are rows[starts[n] : starts[n + 1]]."""
    starts = np.zeros(count + 1, np.int64)
    for node in nodes:
        starts[node + 1] += 1
    for node in range(count):
        starts[node + 1] += starts[node]
    filled = starts[:-1].copy()
    rows = np.empty(len(nodes), np.int32)
    for row in range(len(nodes)):
        node = nodes[row]
        rows[filled[node]] = row
        filled[node] += 1
    return starts, rows


@compiled
def strong_components(starts: Longs, targets: Ints) -> tuple[Ints, int]:
    """Return each node's component, numbered so that none leads to one before it (Tarjan 1972)."""
    count = len(starts) - 1
    number = np.zeros(count, np.int32)  # 0: not met yet
    low = np.zeros(count, np.int32)
    component = np.full(count, -1, np.int32)
    following = starts[:-1].copy()
    stack = np.empty(count, np.int32)
    climb = np.empty(count, np.int32)
    met = stacked = found = 0
    for root in range(count):
        if number[root]:
            continue
        met += 1
        number[root] = low[root] = met
        stack[stacked] = root
        stacked += 1
        climb[0] = root
        depth = 1
        while depth:
            node = climb[depth - 1]
            if following[node] < starts[node + 1]:
                other = targets[following[node]]
                following[node] += 1
                if not number[other]:
                    met += 1
                    number[other] = low[other] = met
                    stack[stacked] = other
                    stacked += 1
                    climb[depth] = other
                    depth += 1
                elif component[other] < 0 and number[other] < low[node]:
                    low[node] = number[other]
                continue
            depth -= 1
            if depth and low[node] < low[climb[depth - 1]]:
                low[climb[depth - 1]] = low[node]
            if low[node] == number[node]:
                while True:
                    stacked -= 1
                    component[stack[stacked]] = found
                    if stack[stacked] == node:
                        break
                found += 1
    for node in range(count):
        component[node] = found - 1 - component[node]
    return component, found


@compiled
def reach(start: int, starts: Longs, targets: Ints, mark: Ints, stamp: int, found: Ints) -> int:
    """Write into `found` all that a node leads to, itself first; return how many."""
    found[0] = start
    mark[start] = stamp
    count = 1
    at = 0
    while at < count:
        node = found[at]
        at += 1
        for edge in range(starts[node], starts[node + 1]):
            other = targets[edge]
            if mark[other] != stamp:
                mark[other] = stamp
                found[count] = other
                count += 1
    return count

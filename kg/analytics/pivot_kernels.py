"""Compiled kernels that draw who decides in the end; for large networks only.

The same numbers as `pivot_draws` in the same order: both draw the same samples. A node is known by
its place, holders first; what stands for the rest of a company is a holder below 0.
"""

import numpy as np
from numpy.typing import NDArray

from kg.analytics.compiling import compiled

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

_A = np.uint64(0x9E3779B97F4A7C15)
_B = np.uint64(0xA0761D6478BD642F)
_C = np.uint64(0xE7037ED1A0B428DB)
_D = np.uint64(0x8EBC6AF09C88C6E3)
_M = np.uint64(0xBF58476D1CE4E5B9)
_N = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_ONE = np.uint64(1)
_FLOATS = 2.0**-53
_FEW = 24  # holders that are sorted by insertion


@compiled
def mixed(key: np.uint64) -> np.uint64:
    """Return 64 bits each of which depends on every bit of the key (splitmix64)."""
    key = key + _A
    key = (key ^ (key >> _30)) * _M
    key = (key ^ (key >> _27)) * _N
    return key ^ (key >> _31)


@compiled
def sort(order: Longs, arrival: Keys, within: Keys, count: int) -> None:
    """Sort by arrival, then by the second key."""
    if count > _FEW:
        first = np.argsort(within[:count], kind="mergesort")
        order[:count] = first[np.argsort(arrival[:count][first], kind="mergesort")]
        return
    for at in range(count):
        order[at] = at
        back = at
        while back and (
            arrival[order[back - 1]] > arrival[at]
            or (arrival[order[back - 1]] == arrival[at] and within[order[back - 1]] > within[at])
        ):
            order[back] = order[back - 1]
            back -= 1
        order[back] = at


@compiled
def pivot(
    holders: Ints,
    weights: Floats,
    quota: float,
    ocean: float,
    ends: Ints,
    key: np.uint64,
    order: Longs,
    arrival: Keys,
    within: Keys,
) -> int:
    """Return the place of the pivot among the holders of one company, -1 where it is the rest."""
    count = len(holders)
    for at in range(count):
        block = ends[holders[at]] if holders[at] >= 0 else holders[at]
        arrival[at] = mixed(key ^ mixed(np.uint64(np.int64(block)) ^ _B)) >> _11
        within[at] = mixed(key ^ mixed(np.uint64(at) ^ _C))
    sort(order, arrival, within, count)
    came = 0.0
    for at in range(count):
        one = order[at]
        drops = arrival[one] * _FLOATS * ocean
        came += weights[one]
        if came + drops >= quota:
            if came - weights[one] + drops >= quota or holders[one] < 0:
                return -1
            return int(one)
    return -1


@compiled
def through(
    groups: Longs, above: Ints, flow: Floats, come: Floats, seen: Longs, sample: int
) -> None:
    """Let values run up from company to pivot; round a loop they pass each node once."""
    nodes = len(above)
    for group in range(len(groups) - 2, -1, -1):
        low, high = groups[group], groups[group + 1]
        if high - low == 1:
            if above[low] != low:
                flow[above[low]] += flow[low]
            continue
        come[low:high] = flow[low:high]
        for first in range(low, high):
            mark = np.int64(sample) * nodes + first
            seen[first] = mark
            node = above[first]
            while seen[node] != mark:
                flow[node] += come[first]
                if node < low or node >= high:
                    break
                seen[node] = mark
                node = above[node]


@compiled
def draws(
    columns: tuple[Longs, Ints, Floats, Floats, Floats, Ints, Longs],
    worth: Floats,
    first_sample: int,
    last_sample: int,
    seed: np.uint64,
    rounds: int,
    sums: Floats,
) -> None:
    """Add to `sums` (ends, ends squared, through, through squared) what each sample comes to.

    The columns: where the holders of each node start, the holders, their weights; of each node the
    quota, the ocean, and the holder who is the pivot in every order, or -1; and where each
    component begins, its members side by side.
    """
    starts, holders, weights, quota, ocean, sure, groups = columns
    nodes = len(starts) - 1
    most = 1
    for node in range(nodes):
        most = max(most, starts[node + 1] - starts[node])
    order = np.empty(most, np.int64)
    arrival, within = np.empty(most, np.uint64), np.empty(most, np.uint64)
    ends, before = np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    above = np.empty(nodes, np.int32)
    seen = np.full(nodes, -1, np.int64)
    index, flow, come = np.empty(nodes), np.empty(nodes), np.empty(nodes)
    for sample in range(first_sample, last_sample):
        for node in range(nodes):
            ends[node] = before[node] = above[node] = node
            index[node], flow[node] = 0.0, worth[node]
        drawn = np.uint64(sample) * _A
        for group in range(len(groups) - 1):
            low, high = groups[group], groups[group + 1]
            turns = rounds if high - low > 1 else 1
            for turn in range(turns):
                for node in range(low, high):
                    before[node] = ends[node]
                for node in range(low, high):
                    first, last = starts[node], starts[node + 1]
                    if first == last:
                        continue
                    key = mixed(drawn ^ mixed(np.uint64(node * rounds + turn) + seed * _A))
                    if turns > 1 and not mixed(key ^ _D) & _ONE:
                        continue
                    at = sure[node]
                    if at < 0:
                        at = pivot(
                            holders[first:last],
                            weights[first:last],
                            quota[node],
                            ocean[node],
                            before,
                            key,
                            order,
                            arrival,
                            within,
                        )
                    if at < 0:
                        ends[node] = above[node] = node
                    else:
                        above[node] = holders[first + at]
                        ends[node] = before[above[node]]
            for node in range(low, high):
                before[node] = ends[node]
        through(groups, above, flow, come, seen, sample)
        for node in range(nodes):
            index[ends[node]] += worth[node]
        for node in range(nodes):
            sums[0, node] += index[node]
            sums[1, node] += index[node] * index[node]
            sums[2, node] += flow[node]
            sums[3, node] += flow[node] * flow[node]

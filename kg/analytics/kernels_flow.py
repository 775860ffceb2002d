"""Compiled kernels of integrated ownership: one owner's holdings, one company's owners.

For an owner i, F[i,j] = A[i,j] + sum of F[i,k] A[k,j] over k != i is solved over what i reaches,
component by component in topological order. Stakes into i are dropped, so that a closed loop that
i belongs to is as good as any other. `rest` and `free` are as in `kernels_loops`.
"""

import numpy as np
from numpy.typing import NDArray

from kg.analytics.compiling import compiled
from kg.analytics.kernels_layout import reach
from kg.analytics.kernels_loops import leaving, solve_component, swept

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@compiled
def passage(
    owner: int,
    share: Floats,
    rest: Floats,
    free: Floats,
    group: Ints,
    starts: Longs,
    out_start: Longs,
    out_to: Ints,
    in_start: Longs,
    in_from: Ints,
    in_edge: Ints,
    x: Floats,
    mark: Ints,
    stamp: int,
    found: Ints,
    most_steps: int,
) -> int:
    """Write F of one owner into x at the positions written into `found`; return how many.

    Where the series has no end (wrong sums only) x is infinite.
    """
    count = reach(owner, out_start, out_to, mark, stamp, found)
    found[:count].sort()
    for t in range(count):
        x[found[t]] = 0.0
    for t in range(out_start[owner], out_start[owner + 1]):
        x[out_to[t]] += share[t]
    at = 0
    while at < count:
        p = found[at]
        first, end = starts[group[p]], starts[group[p] + 1]
        at += end - first
        if end - first == 1:
            if p == owner or x[p] == 0.0:
                continue
            if rest[p] < 1.0:
                x[p] = x[p] / rest[p] if rest[p] > 0.0 else np.inf
        else:
            skip = owner if first <= owner < end else -1
            if skip >= 0:
                x[owner] = 0.0
            if not (x[first:end] > 0.0).any():
                continue
            solve_component(
                first, end, skip, False, x, rest, free, share, in_start, in_from, in_edge,
                in_start, in_from, in_edge, most_steps,
            )  # fmt: skip
        for q in range(first, end):
            if q != owner and x[q] > 0.0:
                for t in range(out_start[q], out_start[q + 1]):
                    if out_to[t] >= end and share[t] > 0.0:
                        x[out_to[t]] += x[q] * share[t]
    back = 1.0 - rest[owner]
    first, end = starts[group[owner]], starts[group[owner] + 1]
    for t in range(in_start[owner], in_start[owner + 1]):
        if first <= in_from[t] < end and share[in_edge[t]] > 0.0:
            back += x[in_from[t]] * share[in_edge[t]]
    x[owner] = back
    return count


@compiled
def parting(
    owners: tuple[int, int],
    first: int,
    end: int,
    share: Floats,
    rest: Floats,
    free: Floats,
    in_start: Longs,
    in_from: Ints,
    in_edge: Ints,
    x: Floats,
    left: Floats,
    most_steps: int,
) -> bool:
    """Write 1 - F[i,i] of members of a component into `left`: what never comes back to each.

    A walk up from i leaves the component, or meets i again; its chances to leave, x, are swept for.
    False where that does not settle.

    owners  the positions of those members, from and up to
    """
    for owner in range(owners[0], owners[1]):
        for p in range(first, end):
            x[p] = leaving(p, first, end, -1, free, share, in_start, in_from, in_edge)
        total = x[owner]
        x[owner] = 0.0
        if not swept(first, end, owner, x, rest, share, in_start, in_from, in_edge, most_steps):
            return False
        for t in range(in_start[owner], in_start[owner + 1]):
            if first <= in_from[t] < end and in_from[t] != owner:
                total += x[in_from[t]] * share[in_edge[t]]
        left[owner] = total
    return True


@compiled
def holders(
    company: int,
    count: int,
    found: Ints,
    share: Floats,
    rest: Floats,
    free: Floats,
    left: Floats,
    group: Ints,
    starts: Longs,
    out_start: Longs,
    out_to: Ints,
    straight: Ints,
    in_start: Longs,
    in_from: Ints,
    in_edge: Ints,
    x: Floats,
    w: Floats,
    most_steps: int,
) -> None:
    """Write F of each owner of one company into x: walks w = N e_j upward, over N[i,i].

    found     the company and all above it, `count` of them, in order
    left      1 - F[i,i] of members of components; 0 there means a closed one: entered, never left
    straight  numbers of the edges by owner: 0, 1, 2 ...
    """
    for t in range(count):
        w[found[t]] = 0.0
    w[company] = 1.0
    at = count - 1
    while at >= 0:
        p = found[at]
        first, end = starts[group[p]], starts[group[p] + 1]
        at -= end - first
        inside = first <= company < end
        if (left[first] if end - first > 1 else rest[first]) <= 0.0:  # closed
            total = 0.0
            for q in range(first, end):
                total += w[q]
            for q in range(first, end):
                x[q] = total
            continue
        if end - first == 1:
            x[p] = 1.0 - rest[p] if inside else w[p]
            w[p] /= rest[p]
        else:
            solve_component(
                first, end, -1, True, w, rest, free, share, out_start, out_to, straight,
                in_start, in_from, in_edge, most_steps,
            )  # fmt: skip
            for q in range(first, end):
                x[q] = 1.0 - left[q] if q == company else w[q] * left[q]
        for q in range(first, end):
            for t in range(in_start[q], in_start[q + 1]):
                if in_from[t] < first:
                    w[in_from[t]] += w[q] * share[in_edge[t]]

"""Compiled kernels of integrated ownership: one owner's holdings, one company's owners.

For an owner i, F[i,j] = A[i,j] + sum of F[i,k] A[k,j] over k != i is solved over what i reaches,
component by component in topological order. A component is a small dense system, or solved by
Gauss-Seidel sweeps (shares are non-negative and leak, so they converge). Stakes into i are dropped,
so that a closed loop that i belongs to is as good as any other.
"""

import numpy as np
from numpy.typing import NDArray

from kg.analytics.compiling import compiled
from kg.analytics.kernels_layout import reach

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

_DENSE = 64  # members of a component that is eliminated at once
_PATIENCE = 400  # sweeps before a larger one is eliminated too
_LARGEST = 1_500  # members of a component that may be
_SWEEPS = 200_000
TOO_MANY = "too many steps"  # what a kernel raises that is to go no further
_SETTLED = 1e-16  # change relative to the largest value


@compiled
def _eliminated(system: NDArray[np.float64], right: Floats) -> bool:
    """Solve in place without pivoting, as an M-matrix allows; False where the series has no end."""
    size = len(right)
    for k in range(size):
        pivot = system[k, k]
        if pivot <= 1e-14:
            return False
        for i in range(k + 1, size):
            factor = system[i, k] / pivot
            if factor != 0.0:
                for j in range(k + 1, size):
                    system[i, j] -= factor * system[k, j]
                right[i] -= factor * right[k]
    for k in range(size - 1, -1, -1):
        for j in range(k + 1, size):
            right[k] -= system[k, j] * right[j]
        right[k] /= system[k, k]
    return True


@compiled
def _dense(
    first: int,
    end: int,
    skip: int,
    x: Floats,
    own: Floats,
    share: Floats,
    near_start: Longs,
    near: Ints,
    edge: Ints,
) -> bool:
    size = end - first
    system = np.zeros((size, size))
    right = np.zeros(size)
    for p in range(first, end):
        i = p - first
        system[i, i] = 1.0
        if p == skip:
            continue
        system[i, i] -= own[p]
        right[i] = x[p]
        for t in range(near_start[p], near_start[p + 1]):
            q = near[t]
            if first <= q < end and q != skip:
                system[i, q - first] -= share[edge[t]]
    settled = _eliminated(system, right)
    for p in range(first, end):
        x[p] = right[p - first]
    return settled


@compiled
def solve_component(
    first: int,
    end: int,
    skip: int,
    x: Floats,
    own: Floats,
    share: Floats,
    near_start: Longs,
    near: Ints,
    edge: Ints,
    most_steps: int,
) -> bool:
    """Solve x = b + (shares of neighbours inside) x for positions first..end, b given in x.

    near  neighbours that x comes from: owners (edges by company), or companies (edges by owner,
          then `edge` numbers them in order)
    skip  a position to leave out, or -1

    Raises RuntimeError where sweeps take more than so many steps: a loop that hardly leaks.
    """
    if end - first <= _DENSE:
        return _dense(first, end, skip, x, own, share, near_start, near, edge)
    a_sweep = near_start[end] - near_start[first] + 1
    given = x[first:end].copy()
    for sweep in range(_SWEEPS):
        if sweep * a_sweep > most_steps:
            raise RuntimeError(TOO_MANY)
        change = largest = 0.0
        for p in range(first, end):
            if p == skip:
                continue
            value = given[p - first]
            for t in range(near_start[p], near_start[p + 1]):
                q = near[t]
                if first <= q < end and q != skip:
                    value += share[edge[t]] * x[q]
            if own[p] > 0.0:
                if own[p] >= 1.0:
                    return False
                value /= 1.0 - own[p]
            change = max(change, abs(value - x[p]))
            largest = max(largest, value)
            x[p] = value
        if change <= _SETTLED * largest:
            return True
        if largest > 1e15:
            return False
        if sweep == _PATIENCE and end - first <= _LARGEST:
            x[first:end] = given
            return _dense(first, end, skip, x, own, share, near_start, near, edge)
    return False


@compiled
def _solve_live(
    first: int,
    end: int,
    skip: int,
    x: Floats,
    own: Floats,
    share: Floats,
    in_start: Longs,
    in_from: Ints,
    in_edge: Ints,
) -> None:
    """Solve a component again without the members that nothing reaches: infinite if that fails.

    Where shares are divided among owners, some are nothing, and a part may be cut off and closed.
    """
    live = x[first:end] > 0.0
    more = True
    while more:
        more = False
        for p in range(first, end):
            if p == skip or live[p - first]:
                continue
            for t in range(in_start[p], in_start[p + 1]):
                q = in_from[t]
                inside = first <= q < end and q != skip and share[in_edge[t]] > 0.0
                if inside and live[q - first]:
                    live[p - first] = more = True
    members = np.flatnonzero(live)
    place = np.full(end - first, -1, np.int64)
    place[members] = np.arange(len(members))
    system = np.eye(len(members))
    right = np.zeros(len(members))
    for i in range(len(members)):
        p = first + members[i]
        right[i] = x[p]
        system[i, i] -= own[p]
        for t in range(in_start[p], in_start[p + 1]):
            q = in_from[t]
            if first <= q < end and place[q - first] >= 0:
                system[i, place[q - first]] -= share[in_edge[t]]
    if len(members) > _LARGEST or not np.isfinite(right).all() or not _eliminated(system, right):
        right[:] = np.inf
    x[first:end] = 0.0
    for i in range(len(members)):
        x[first + members[i]] = right[i]


@compiled
def passage(
    owner: int,
    share: Floats,
    own: Floats,
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
            if own[p] > 0.0:
                x[p] = x[p] / (1.0 - own[p]) if own[p] < 1.0 else np.inf
        else:
            skip = owner if first <= owner < end else -1
            if skip >= 0:
                x[owner] = 0.0
            some = endless = False
            for q in range(first, end):
                some = some or x[q] > 0.0
                endless = endless or x[q] == np.inf
            if not some:
                continue
            given = x[first:end].copy()
            if endless or not solve_component(
                first, end, skip, x, own, share, in_start, in_from, in_edge, most_steps
            ):
                x[first:end] = given
                _solve_live(first, end, skip, x, own, share, in_start, in_from, in_edge)
        for q in range(first, end):
            if q != owner and x[q] > 0.0:
                for t in range(out_start[q], out_start[q + 1]):
                    if out_to[t] >= end and share[t] > 0.0:
                        x[out_to[t]] += x[q] * share[t]
    back = own[owner]
    first, end = starts[group[owner]], starts[group[owner] + 1]
    for t in range(in_start[owner], in_start[owner + 1]):
        if first <= in_from[t] < end and share[in_edge[t]] > 0.0:
            back += x[in_from[t]] * share[in_edge[t]]
    x[owner] = back
    return count


@compiled
def returns(
    owners: tuple[int, int],
    first: int,
    end: int,
    share: Floats,
    own: Floats,
    out_start: Longs,
    out_to: Ints,
    in_start: Longs,
    in_from: Ints,
    in_edge: Ints,
    x: Floats,
    back: Floats,
    most_steps: int,
) -> None:
    """Write F[i,i] of members of a component into `back`: what of each comes back to itself.

    owners  the positions of those members, from and up to
    """
    for owner in range(owners[0], owners[1]):
        x[first:end] = 0.0
        for t in range(out_start[owner], out_start[owner + 1]):
            if out_to[t] < end:
                x[out_to[t]] += share[t]
        total = own[owner]
        if solve_component(
            first, end, owner, x, own, share, in_start, in_from, in_edge, most_steps
        ):
            for t in range(in_start[owner], in_start[owner + 1]):
                if first <= in_from[t] < end:
                    total += x[in_from[t]] * share[in_edge[t]]
        else:
            total = np.inf
        back[owner] = total


@compiled
def holders(
    company: int,
    count: int,
    found: Ints,
    share: Floats,
    own: Floats,
    back: Floats,
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
    back      F[i,i] of members of components; 1 there means a closed one, entered but never left
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
        closed = (back[first] if end - first > 1 else own[first]) >= 1.0 - 1e-15
        if closed:
            total = 0.0
            for q in range(first, end):
                total += w[q]
            for q in range(first, end):
                x[q] = total
            continue
        if end - first == 1:
            x[p] = own[p] if inside else w[p]
            w[p] /= 1.0 - own[p]
        else:
            solve_component(first, end, -1, w, own, share, out_start, out_to, straight, most_steps)
            for q in range(first, end):
                x[q] = back[q] if q == company else w[q] * (1.0 - back[q])
        for q in range(first, end):
            for t in range(in_start[q], in_start[q + 1]):
                if in_from[t] < first:
                    w[in_from[t]] += w[q] * share[in_edge[t]]

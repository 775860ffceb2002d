"""Compiled kernels that solve a loop of stakes, however little of it belongs to others.

Sweeps (Gauss-Seidel) first; a loop of which they do not settle at once is eliminated. Where the
shares of each company sum to at most the whole, that is done without one subtraction: a diagonal is
the sum of what stands beside it and of what leaves the loop (Grassmann, Taksar & Heyman 1985), so
that every figure is right to its last digits though only a part in 10^15 leaves.

    x = b + (owners' x times their shares)        what one owner has of each member
    w = b + (companies' w times the shares)       how often a walk up the owners meets each

Arrays by position: `rest` what a company does not hold of itself, `free` what of it nobody holds,
from whole parts and so exact; less than nothing where the sum is wrong.
"""

import numpy as np
from numpy.typing import NDArray

from kg.analytics.compiling import compiled

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

DENSE = 64  # members of a component that is eliminated at once
_PATIENCE = 400  # sweeps before a larger one is; what settles in them is right to about 1e-14
_LARGEST = 3_000  # members of a component that may be: its matrix takes 72 MB
_SWEEPS = 4_000  # of one larger still
_SETTLED = 4e-16  # change relative to each value
_NOTHING = 1e-14  # a pivot of wrong sums that is next to it has no end, or next to none
_ROUGH = 1e-5  # less leaves too few digits
TOO_MANY = "too many steps"  # what a kernel raises that is to go no further
UNDETERMINED = "undetermined"  # and one that cannot tell


@compiled
def leaving(
    p: int, first: int, end: int, skip: int,
    free: Floats, share: Floats, in_start: Longs, in_from: Ints, in_edge: Ints,
) -> float:  # fmt: skip
    """Return how much of a company is nobody's, or of owners outside first..end (or skipped)."""
    total = float(free[p])
    for t in range(in_start[p], in_start[p + 1]):
        q = in_from[t]
        if q < first or q >= end or q == skip:
            total += share[in_edge[t]]
    return total


@compiled
def factored(
    members: Longs, first: int, end: int, skip: int, rest: Floats,
    free: Floats, share: Floats, in_start: Longs, in_from: Ints, in_edge: Ints,
) -> tuple[Floats, bool]:  # fmt: skip
    """Return I - (shares of owners) over some members as L and U in one array, both negated.

    The diagonal holds the pivots. False where the series has no end. No pivot is looked for, as an
    M-matrix allows.
    """
    size = len(members)
    place = np.full(end - first, -1, np.int64)
    place[members - first] = np.arange(size)
    system = np.zeros((size, size))
    leaves = np.zeros(size)
    sums_hold = True
    for i in range(size):
        p = members[i]
        sums_hold = sums_hold and free[p] >= 0.0
        leaves[i] = leaving(p, first, end, skip, free, share, in_start, in_from, in_edge)
        for t in range(in_start[p], in_start[p + 1]):
            q = in_from[t]
            if first <= q < end and q != skip:
                if place[q - first] >= 0:
                    system[i, place[q - first]] += share[in_edge[t]]
                else:
                    leaves[i] += share[in_edge[t]]
        system[i, i] = rest[p]
    for k in range(size):
        if sums_hold:
            system[k, k] = leaves[k]
            for j in range(k + 1, size):
                system[k, k] += system[k, j]
            if system[k, k] <= 0.0:
                return system, False
        elif system[k, k] <= _NOTHING:
            return system, False
        elif system[k, k] < _ROUGH:
            raise RuntimeError(UNDETERMINED)
        for i in range(k + 1, size):
            factor = system[i, k] / system[k, k]
            system[i, k] = factor
            if factor != 0.0:
                leaves[i] += factor * leaves[k]
                system[i, i] -= factor * system[k, i]
                for j in range(k + 1, i):
                    system[i, j] += factor * system[k, j]
                for j in range(i + 1, size):
                    system[i, j] += factor * system[k, j]
    return system, True


@compiled
def substituted(system: Floats, right: Floats, up: bool) -> None:
    """Solve in place with what `factored` returns: for x, or for walks up, its transpose."""
    size = len(right)
    for k in range(size):
        if up:
            right[k] /= system[k, k]
        if right[k] != 0.0:
            for i in range(k + 1, size):
                right[i] += (system[k, i] if up else system[i, k]) * right[k]
    for k in range(size - 1, -1, -1):
        for j in range(k + 1, size):
            right[k] += (system[j, k] if up else system[k, j]) * right[j]
        if not up:
            right[k] /= system[k, k]


@compiled
def _live(
    first: int, end: int, skip: int, x: Floats,
    share: Floats, in_start: Longs, in_from: Ints, in_edge: Ints,
) -> Longs:  # fmt: skip
    """Return the members that something reaches.

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
    return first + np.flatnonzero(live)


@compiled
def _bearable(size: int, most_steps: int) -> None:
    if size > _LARGEST:
        raise RuntimeError(UNDETERMINED)
    if size * size * size // 3 > most_steps:
        raise RuntimeError(TOO_MANY)


@compiled
def _direct(
    first: int, end: int, skip: int, up: bool, x: Floats, rest: Floats,
    free: Floats, share: Floats, in_start: Longs, in_from: Ints, in_edge: Ints, most_steps: int,
) -> bool:  # fmt: skip
    members = np.arange(first, end)
    if not up:
        members = _live(first, end, skip, x, share, in_start, in_from, in_edge)
    _bearable(len(members), most_steps)
    right = x[members]
    system, ends = factored(
        members, first, end, skip, rest, free, share, in_start, in_from, in_edge
    )
    if ends and np.isfinite(right).all():
        substituted(system, right, up)
    else:
        right[:] = np.inf
        ends = False
    x[first:end] = 0.0
    x[members] = right
    return ends


@compiled
def swept(
    first: int, end: int, skip: int, x: Floats, rest: Floats,
    share: Floats, near_start: Longs, near: Ints, edge: Ints, most_steps: int,
) -> bool:  # fmt: skip
    """Sweep until nothing changes; False, and x as given, where that takes too long."""
    a_sweep = near_start[end] - near_start[first] + 1
    given = x[first:end].copy()
    for sweep in range(_PATIENCE if end - first <= _LARGEST else _SWEEPS):
        if sweep * a_sweep > most_steps:
            raise RuntimeError(TOO_MANY)
        settled = True
        for p in range(first, end):
            if p == skip:
                continue
            value = given[p - first]
            for t in range(near_start[p], near_start[p + 1]):
                q = near[t]
                if first <= q < end and q != skip:
                    value += share[edge[t]] * x[q]
            if rest[p] < 1.0:
                if rest[p] <= 0.0:
                    x[first:end] = given
                    return False
                value /= rest[p]
            settled = settled and abs(value - x[p]) <= _SETTLED * value
            x[p] = value
        if settled:
            return True
    x[first:end] = given
    return False


@compiled
def solve_component(
    first: int, end: int, skip: int, up: bool, x: Floats, rest: Floats, free: Floats, share: Floats,
    near_start: Longs, near: Ints, edge: Ints,
    in_start: Longs, in_from: Ints, in_edge: Ints, most_steps: int,
) -> bool:  # fmt: skip
    """Solve a component in place, b given in x; infinite, and False, where the series has no end.

    up    solve for walks w, else for what is held, x
    near  neighbours that it comes from: companies (edges by owner, then `edge` numbers them in
          order), or owners (edges by company)
    skip  a position to leave out, or -1

    Raises RuntimeError: TOO_MANY steps, UNDETERMINED where it is too large or wrong sums too near.
    """
    small = end - first <= DENSE or not np.isfinite(x[first:end]).all()
    if not small and swept(first, end, skip, x, rest, share, near_start, near, edge, most_steps):
        return True
    return _direct(
        first, end, skip, up, x, rest, free, share, in_start, in_from, in_edge, most_steps
    )


@compiled
def escapes(
    first: int, end: int, rest: Floats,
    free: Floats, share: Floats, in_start: Longs, in_from: Ints, in_edge: Ints, left: Floats,
    most_steps: int,
) -> None:  # fmt: skip
    """Write into `left` how much of each member never comes back to it: 1 / N[i,i].

    Nothing in a closed loop. Raises RuntimeError as `solve_component` does.
    """
    _bearable(end - first, most_steps)
    members = np.arange(first, end)
    system, ends = factored(members, first, end, -1, rest, free, share, in_start, in_from, in_edge)
    if not ends:
        left[first:end] = 0.0
        return
    size = end - first
    for i in range(size):
        right = np.zeros(size - i)
        right[0] = 1.0
        substituted(system[i:, i:], right, False)
        left[first + i] = 1.0 / right[0]

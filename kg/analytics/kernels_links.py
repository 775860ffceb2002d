"""Compiled kernels of close links: every owner with at least some share of every company.

From each company its ownership walks upward, the largest parts first. What has not been walked on
yet, R in all, can add at most R to any one owner (F <= 1), so every owner is decided once its share
so far is at the threshold, or R short of it. Nearly always that is after a few steps.
"""

import numpy as np
from numpy.typing import NDArray

from kg.analytics.compiling import compiled

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_ROUNDING = 1e-9  # nearer to the threshold than that, floats do not decide
_NOTHING = 1e-14
_STEPS = 300_000  # for one company; beyond, it is left to others
_DEEPEST = 200  # links of a path


@compiled
def marked_below(starts: Flags, out_start: Longs, out_to: Ints) -> Flags:
    """Return the marked nodes and everything they lead to."""
    marked = starts.copy()
    waiting = np.empty(len(starts), np.int32)
    count = 0
    for node in range(len(starts)):
        if marked[node]:
            waiting[count] = node
            count += 1
    at = 0
    while at < count:
        node = waiting[at]
        at += 1
        for t in range(out_start[node], out_start[node + 1]):
            if not marked[out_to[t]]:
                marked[out_to[t]] = True
                waiting[count] = out_to[t]
                count += 1
    return marked


@compiled
def owners_above(
    companies: tuple[int, int],
    threshold: float,
    leave: Flags,
    in_start: Longs,
    in_from: Ints,
    in_share: Floats,
    own: Floats,
    parting: Floats,
    looping: Flags,
    closed: Flags,
) -> tuple[Ints, Ints, Floats, NDArray[np.int8], Ints]:
    """Return owner, company and F of pairs at the threshold, and the companies not decided.

    The fourth array says of a pair: 0 decided; 1 so near the threshold that floats cannot tell;
    +2 where a loop lies between, so that F is more than the sum over simple paths.

    companies  from and up to: only pairs with these
    leave   companies to be left out: not decided here
    parting  1 - F[i,i] of each node
    looping  in a component or holding itself; closed: it never leaks
    """
    count = len(in_start) - 1
    owner = np.empty(max(16, 2 * (companies[1] - companies[0])), np.int32)
    company = np.empty(len(owner), np.int32)
    share = np.empty(len(owner))
    kind = np.empty(len(owner), np.int8)
    hard = np.empty(count, np.int32)
    pairs = difficult = 0
    walks = np.zeros(count)
    rest = np.zeros(count)
    met = np.zeros(count, np.bool_)
    tainted = np.zeros(count, np.bool_)
    touched = np.empty(count, np.int32)
    for j in range(companies[0], companies[1]):
        if in_start[j] == in_start[j + 1]:
            continue
        if leave[j] or closed[j]:
            hard[difficult] = j
            difficult += 1
            continue
        touched[0] = j
        many = 1
        met[j] = True
        tainted[j] = looping[j]
        walks[j] = rest[j] = 1.0
        least = 0.05
        steps = 0
        state = 0  # 0 walking, 1 decided, 2 as far as floats go, 3 not here
        while state == 0:
            t = 0
            while t < many and state == 0:
                k = touched[t]
                t += 1
                if rest[k] < least:
                    continue
                mass = rest[k]
                rest[k] = 0.0
                if own[k] > 0.0:
                    walks[k] += mass * own[k] / (1.0 - own[k])
                    mass /= 1.0 - own[k]
                steps += in_start[k + 1] - in_start[k]
                for e in range(in_start[k], in_start[k + 1]):
                    q = in_from[e]
                    part = mass * in_share[e]
                    if not met[q]:
                        met[q] = True
                        tainted[q] = looping[q]
                        touched[many] = q
                        many += 1
                    tainted[q] = tainted[q] or tainted[k]
                    walks[q] += part
                    if closed[q]:
                        state = 3
                    elif in_start[q] < in_start[q + 1] or own[q] > 0.0:
                        rest[q] += part
            if state == 3:
                break
            left = 0.0
            for t in range(many):
                left += rest[touched[t]]
            state = 1
            for t in range(many):
                q = touched[t]
                sure = walks[q] * parting[q]
                if q != j and sure < threshold + _ROUNDING and sure + left > threshold - _ROUNDING:
                    state = 0
                    break
            if left > threshold - _ROUNDING:
                state = 0  # an owner not met yet may still come to the threshold
            elif state == 0 and left < _NOTHING:
                state = 2
            least = min(least / 2, left / 4)
            if steps >= _STEPS and state == 0:
                state = 3
        if state == 3:
            hard[difficult] = j
            difficult += 1
        for t in range(many):
            q = touched[t]
            value = walks[q] * parting[q]
            if state != 3 and q != j and value > threshold - _ROUNDING:
                if pairs == len(owner):
                    owner = np.concatenate((owner, np.empty_like(owner)))
                    company = np.concatenate((company, np.empty_like(company)))
                    share = np.concatenate((share, np.empty_like(share)))
                    kind = np.concatenate((kind, np.empty_like(kind)))
                owner[pairs] = q
                company[pairs] = j
                share[pairs] = value
                kind[pairs] = 2 * tainted[q] + (value < threshold + _ROUNDING)
                pairs += 1
            walks[q] = rest[q] = 0.0
            met[q] = tainted[q] = False
    return owner[:pairs], company[:pairs], share[:pairs], kind[:pairs], hard[:difficult]


@compiled
def simple_path_shares(
    threshold: float,
    owner: Ints,
    company: Ints,
    in_start: Longs,
    in_from: Ints,
    in_share: Floats,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the sums over simple paths of some pairs, and which floats cannot decide.

    The pairs stand company by company. Paths upward are cut where their product is small; all that
    was cut bounds what may be missing, and the cut is made finer until every pair is decided.
    """
    count = len(in_start) - 1
    share = np.zeros(len(owner))
    open_pairs = np.zeros(len(owner), np.bool_)
    total = np.zeros(count)
    on_path = np.zeros(count, np.bool_)
    touched = np.empty(count, np.int32)
    met = np.zeros(count, np.bool_)
    path = np.empty(_DEEPEST, np.int32)
    product = np.empty(_DEEPEST)
    following = np.empty(_DEEPEST, np.int64)
    first = 0
    while first < len(owner):
        j = company[first]
        last = first
        while last < len(owner) and company[last] == j:
            last += 1
        least = 1e-3
        for _ in range(4):
            many = steps = 0
            cut = 0.0
            path[0], product[0], following[0] = j, 1.0, in_start[j]
            on_path[j] = True
            depth = 1
            while depth:
                node = path[depth - 1]
                if following[depth - 1] == in_start[node + 1]:
                    on_path[node] = False
                    depth -= 1
                    continue
                edge = following[depth - 1]
                following[depth - 1] += 1
                above = in_from[edge]
                if on_path[above]:
                    continue
                part = product[depth - 1] * in_share[edge]
                steps += 1
                if not met[above]:
                    met[above] = True
                    touched[many] = above
                    many += 1
                total[above] += part
                if in_start[above] == in_start[above + 1]:
                    continue
                if part < least or depth == _DEEPEST or steps > _STEPS:
                    cut += part
                    continue
                path[depth], product[depth] = above, part
                following[depth] = in_start[above]
                on_path[above] = True
                depth += 1
            undecided = False
            for pair in range(first, last):
                share[pair] = total[owner[pair]]
                open_pairs[pair] = (
                    share[pair] < threshold + _ROUNDING
                    and share[pair] + cut > threshold - _ROUNDING
                )
                undecided = undecided or open_pairs[pair]
            for t in range(many):
                total[touched[t]] = 0.0
                met[touched[t]] = False
            if not undecided or steps > _STEPS:
                break
            least /= 100
        first = last
    return share, open_pairs

"""The loops over large networks: the control forest, its index, and the general fixpoint.

With at most 100% of each company held and a threshold of at least one half, controlled groups are
disjoint or nested (take the first company added to one group that the other also has: their
holders so far are disjoint, and both hold more than half of it). So all control is one forest:
rings of mutual control as one node, under each the groups it controls. Nodes of a group are then
neighbours in one order, and "x controls y" is a comparison of places.

The forest is grown soundly: y goes under z only if the group of z, found so far and without y,
holds more than the quota of y. When no such pair is left, each group is closed under the rule, so
it is the whole group. Where sums or the threshold do not allow this, `spread` runs the fixpoint
from each holder by itself.
"""

from typing import TYPE_CHECKING

import numpy as np

from kg.analytics.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MOST_PASSES = 50  # over the companies without a majority owner; real networks take two or three
_STEPS = 40  # climbed for each stake before the general fixpoint is the better way


@compiled
def grouped(nodes: "Ints", count: int) -> "tuple[Longs, Ints]":
    """Return the rows of each node: those of n are rows[starts[n] : starts[n + 1]]."""
    starts = np.zeros(count + 1, np.int64)
    for node in nodes:
        starts[node + 1] += 1
    for node in range(count):
        starts[node + 1] += starts[node]
    places = starts[:-1].copy()
    rows = np.empty(len(nodes), np.int32)
    for row in range(len(nodes)):
        rows[places[nodes[row]]] = row
        places[nodes[row]] += 1
    return starts, rows


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
def _find(ring: "Ints", node: int) -> int:
    while ring[node] != node:
        ring[node] = ring[ring[node]]
        node = ring[node]
    return node


@compiled
def _contract(ring: "Ints", parent: "Ints", low: int, high: int) -> None:
    """Make one ring of a group and all on the way up from `low`, below it."""
    node = low
    while node != high:
        above = _find(ring, parent[node])
        ring[node] = high
        node = above


@compiled
def majorities(
    owner: "Ints", owned: "Ints", share: "Longs", quota: "Longs", left_out: "Flags"
) -> "tuple[Ints, Ints, Longs]":
    """Return each company's majority owner (-1: none), its ring, and what others hold of it."""
    count = len(quota)
    parent = np.full(count, -1, np.int32)
    held = np.zeros(count, np.int64)
    for row in range(len(owner)):
        company = owned[row]
        if owner[row] == company or left_out[owner[row]]:
            continue
        held[company] += share[row]
        if share[row] > quota[company]:
            parent[company] = owner[row]
    ring = np.arange(count).astype(np.int32)
    seen = np.zeros(count, np.int32)
    for first in range(count):
        node = first
        while node >= 0 and seen[node] == 0:
            seen[node] = first + 1
            node = parent[node]
        if node >= 0 and seen[node] == first + 1:  # met itself: a ring that nobody is above
            member = parent[node]
            while member != node:
                ring[member] = node
                member = parent[member]
    return parent, ring, held


@compiled
def _cut_rings(parent: "Ints", ring: "Ints") -> None:
    for node in range(len(parent)):
        if ring[node] != node:
            parent[ring[node]] = -1


@compiled
def grow(
    owner: "Ints",
    owned: "Ints",
    share: "Longs",
    quota: "Longs",
    left_out: "Flags",
) -> "tuple[Ints, Ints, bool]":
    """Return parent and ring of each node, and whether the forest was finished.

    Rows of holders in `left_out` are not looked at. `ring[n]` leads to the node that stands for
    the ring of n; only such a node's `parent` counts.
    """
    count = len(quota)
    parent, ring, held = majorities(owner, owned, share, quota, left_out)
    open_ = np.zeros(count, np.bool_)  # companies that only several together can control
    for company in range(count):
        open_[company] = parent[company] < 0 and held[company] > quota[company]
    _cut_rings(parent, ring)
    rows = np.zeros(len(owner), np.int32)
    many = 0
    for row in range(len(owner)):
        if open_[owned[row]] and owner[row] != owned[row] and not left_out[owner[row]]:
            rows[many] = row
            many += 1
    return _climb(owner, owned, share, quota, parent, ring, rows[:many])


@compiled
def _climb(
    owner: "Ints",
    owned: "Ints",
    share: "Longs",
    quota: "Longs",
    parent: "Ints",
    ring: "Ints",
    rows: "Ints",
) -> "tuple[Ints, Ints, bool]":
    """Put each open company under the deepest group that controls it, until nothing moves."""
    count = len(quota)
    total = np.zeros(count, np.int64)
    stamp = np.full(count, -1, np.int64)
    starts, places = grouped(owned[rows], count)
    companies = np.flatnonzero(np.diff(starts) > 1)
    steps = 0
    clock = -1
    for turn in range(MOST_PASSES):
        moved = False
        for at in range(len(companies)):
            company = companies[at if turn % 2 == 0 else len(companies) - 1 - at]
            first, last = starts[company], starts[company + 1]
            above = False  # a holder controlled by another, else no two are in one group
            for place in range(first, last):
                holder = owner[rows[places[place]]]
                node = _find(ring, holder)
                above = above or node != holder or parent[node] >= 0
            if not above:
                continue
            clock += 1
            for place in range(first, last):
                row = rows[places[place]]
                node = _find(ring, owner[row])
                while True:
                    steps += 1
                    if stamp[node] != clock:
                        stamp[node] = clock
                        total[node] = 0
                    total[node] += share[row]
                    if parent[node] < 0:
                        break
                    node = _find(ring, parent[node])
            deepest = -1  # groups that hold enough are nested; the least holding is the deepest
            for place in range(first, last):
                node = _find(ring, owner[rows[places[place]]])
                while total[node] <= quota[company] and parent[node] >= 0:
                    node = _find(ring, parent[node])
                if total[node] > quota[company] and (deepest < 0 or total[node] < total[deepest]):
                    deepest = node
            if deepest >= 0:
                moved = _attach(parent, ring, company, deepest) or moved
            if steps > _STEPS * (len(owner) + 1000):
                return parent, ring, False
        if not moved:
            return parent, ring, True
    return parent, ring, False


@compiled
def _attach(parent: "Ints", ring: "Ints", company: int, group: int) -> bool:
    """Put a company under a group that controls it; return whether that is news."""
    own = _find(ring, company)
    node = own
    while node != group and parent[node] >= 0:
        node = _find(ring, parent[node])
    if node == group:
        return False
    node = group
    while node != own and parent[node] >= 0:
        node = _find(ring, parent[node])
    if node == own:
        _contract(ring, parent, group, own)
    else:
        parent[own] = group
    return True


@compiled
def number(parent: "Ints", ring: "Ints") -> "tuple[Ints, Ints, Ints, Ints, Ints]":
    """Return the order of nodes, their place in it, and of each ring its end, parent and root.

    The group of x, with x and its ring, is order[begin : end] where begin is the place of the
    ring's first node: members of a ring stand first, then the groups under it.
    """
    count = len(parent)
    for node in range(count):
        ring[node] = _find(ring, node)
    child = np.full(count, -1, np.int32)
    sibling = np.full(count, -1, np.int32)
    member = np.full(count, -1, np.int32)  # next of the same ring
    for back in range(count):
        node = count - 1 - back
        if ring[node] != node:
            member[node] = member[ring[node]]
            member[ring[node]] = node
        elif parent[node] >= 0:
            above = ring[parent[node]]
            parent[node] = above
            sibling[node] = child[above]
            child[above] = node
    order = np.empty(count, np.int32)
    place = np.empty(count, np.int32)
    end = np.zeros(count, np.int32)
    root = np.empty(count, np.int32)
    at = 0
    for top in range(count):
        if ring[top] != top or parent[top] >= 0:
            continue
        node = top
        while True:
            one = node
            while one >= 0:
                order[at] = one
                place[one] = at
                root[one] = top
                at += 1
                one = member[one]
            if child[node] >= 0:
                node = child[node]
                continue
            end[node] = at
            while node != top and sibling[node] < 0:
                node = parent[node]
                end[node] = at
            if node == top:
                break
            node = sibling[node]
    return order, place, end, parent, root


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

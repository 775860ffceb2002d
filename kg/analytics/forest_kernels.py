"""The loops over large networks that grow the control forest and number it.

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
from kg.analytics.kernels_layout import grouped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MOST_PASSES = 50  # over the companies without a majority owner; real networks take two or three
_PRUNINGS = 3  # rounds in which companies without hope are set aside
_STEPS = 40  # climbed for each stake before the general fixpoint is the better way


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
def _majorities(
    owner: "Ints", owned: "Ints", share: "Longs", quota: "Longs", left_out: "Flags"
) -> "tuple[Ints, Flags]":
    """Return each company's majority owner (-1: none), and who is one of any."""
    parent = np.full(len(quota), -1, np.int32)
    leads = np.zeros(len(quota), np.bool_)
    for row in range(len(owner)):
        company = owned[row]
        if share[row] > quota[company] and owner[row] != company and not left_out[owner[row]]:
            parent[company] = owner[row]
            leads[owner[row]] = True
    return parent, leads


@compiled
def _rings(parent: "Ints") -> "Ints":
    """Return for each node the one that stands for its ring of majorities, which nobody is above.

    All of a ring have their majority owner in it, so nobody else can control any of them.
    """
    count = len(parent)
    ring = np.arange(count).astype(np.int32)
    seen = np.zeros(count, np.int32)
    for first in range(count):
        node = first
        while parent[node] >= 0 and seen[node] == 0:
            seen[node] = first + 1
            node = parent[node]
        if parent[node] >= 0 and seen[node] == first + 1:  # met itself
            member = parent[node]
            while member != node:
                ring[member] = node
                member = parent[member]
            parent[node] = -1
    return ring


@compiled
def _open_rows(
    owner: "Ints",
    owned: "Ints",
    share: "Longs",
    quota: "Longs",
    left_out: "Flags",
    held: "Longs",
    led: "Flags",
    leads: "Flags",
) -> "Ints":
    """Return the stakes that can matter in companies which only several together can control.

    A holder who owns no majority controls nothing, ever: its stakes count only in somebody
    else's hands, so only if it has, or may yet get, somebody above it.
    """
    count = len(quota)
    open_ = np.zeros(count, np.bool_)
    for company in range(count):
        open_[company] = not led[company] and held[company] > quota[company]
    rows = np.empty(len(owner), np.int32)
    many = 0
    for row in range(len(owner)):  # written each time and kept or not: nothing to guess wrong
        rows[many] = row
        many += open_[owned[row]] and owner[row] != owned[row] and not left_out[owner[row]]
    useful = np.zeros(count, np.int64)
    for _ in range(_PRUNINGS):
        for row in rows[:many]:
            useful[owned[row]] = 0
        for row in rows[:many]:
            holder = owner[row]
            counts = leads[holder] or led[holder] or open_[holder]
            useful[owned[row]] += share[row] * counts
        before, many = many, 0
        for row in rows[:before]:
            company, holder = owned[row], owner[row]
            open_[company] &= useful[company] > quota[company]
            rows[many] = row
            many += open_[company] and (leads[holder] or led[holder] or open_[holder])
    return rows[:many].copy()


@compiled
def grow(
    owner: "Ints",
    owned: "Ints",
    share: "Longs",
    quota: "Longs",
    left_out: "Flags",
    held: "Longs",
) -> "tuple[Ints, Ints, bool]":
    """Return parent and ring of each node, and whether the forest was finished.

    Rows of holders in `left_out` are not looked at; `held` is what is held of each company, or
    more. `ring[n]` leads to the node that stands for the ring of n; only its `parent` counts.
    """
    parent, leads = _majorities(owner, owned, share, quota, left_out)
    led = parent >= 0
    ring = _rings(parent)
    rows = _open_rows(owner, owned, share, quota, left_out, held, led, leads)
    return _climb(owner, owned, share, quota, parent, ring, rows)


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
    grouped_rows = rows[places]
    companies = np.flatnonzero(np.diff(starts) > 1)
    top = _trees(parent, ring)
    steps = 0
    clock = 0
    for turn in range(MOST_PASSES):
        moved = False
        for at in range(len(companies)):
            company = companies[at if turn % 2 == 0 else len(companies) - 1 - at]
            mine = grouped_rows[starts[company] : starts[company + 1]]
            clock += 2
            if not _enough(mine, owner, share, top, quota[company], total, stamp, clock):
                continue
            steps += _pile(mine, owner, share, parent, ring, total, stamp, clock + 1)
            group = _deepest(mine, owner, parent, ring, total, quota[company])
            if group >= 0 and _attach(parent, ring, company, group):
                moved = True
                top[_find(top, company)] = _find(top, group)
            if steps > _STEPS * (len(owner) + 1000):
                return parent, ring, False
        if not moved:
            return parent, ring, True
    return parent, ring, False


@compiled
def _trees(parent: "Ints", ring: "Ints") -> "Ints":
    """Return what leads each node to the root of its tree; trees only ever join."""
    top = parent.copy()
    for node in range(len(parent)):
        if ring[node] != node:
            top[node] = ring[node]
        elif top[node] < 0:
            top[node] = node
    return top


@compiled
def _enough(
    rows: "Ints",
    owner: "Ints",
    share: "Longs",
    top: "Ints",
    quota: int,
    total: "Longs",
    stamp: "Longs",
    clock: int,
) -> bool:
    """Say whether the holders in one tree have enough; without that no group has."""
    for row in rows:
        node = _find(top, owner[row])
        if stamp[node] != clock:
            stamp[node] = clock
            total[node] = 0
        total[node] += share[row]
        if total[node] > quota:
            return True
    return False


@compiled
def _pile(
    rows: "Ints",
    owner: "Ints",
    share: "Longs",
    parent: "Ints",
    ring: "Ints",
    total: "Longs",
    stamp: "Longs",
    clock: int,
) -> int:
    """Add up what each group above the holders has of a company; return the steps climbed."""
    steps = 0
    for row in rows:
        node = _find(ring, owner[row])
        while node >= 0:
            steps += 1
            if stamp[node] != clock:
                stamp[node] = clock
                total[node] = 0
            total[node] += share[row]
            node = _find(ring, parent[node]) if parent[node] >= 0 else -1
    return steps


@compiled
def _deepest(
    rows: "Ints", owner: "Ints", parent: "Ints", ring: "Ints", total: "Longs", quota: int
) -> int:
    """Return the deepest group that has enough, -1 for none.

    Groups that have enough contain each other, so the one that has least is the deepest.
    """
    deepest = -1
    for row in rows:
        node = _find(ring, owner[row])
        while total[node] <= quota and parent[node] >= 0:
            node = _find(ring, parent[node])
        if total[node] > quota and (deepest < 0 or total[node] < total[deepest]):
            deepest = node
    return deepest


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
    size = np.zeros(count, np.int32)  # of each ring's group, at first of the ring itself
    depth = np.zeros(count, np.int32)
    deepest = 0
    for node in range(count):
        ring[node] = _find(ring, node)
        size[ring[node]] += 1
    for node in range(count):
        if ring[node] == node and parent[node] >= 0:
            parent[node] = ring[parent[node]]
    for node in range(count):
        if ring[node] == node and parent[node] >= 0:
            above = parent[node]
            steps = 1
            while parent[above] >= 0 and not depth[above]:
                above = parent[above]
                steps += 1
            steps += depth[above]
            deepest = max(deepest, steps)
            one = node
            while depth[one] != steps and parent[one] >= 0:  # and all that was passed
                depth[one] = steps
                steps -= 1
                one = parent[one]
    starts, nodes = grouped(depth, deepest + 1)
    members = size.copy()
    for at in range(count - 1, starts[1] - 1, -1):
        size[parent[nodes[at]]] += size[nodes[at]]
    return _laid_out(parent, ring, size, members, nodes)


@compiled
def _laid_out(
    parent: "Ints", ring: "Ints", size: "Ints", members: "Ints", nodes: "Ints"
) -> "tuple[Ints, Ints, Ints, Ints, Ints]":
    """Give each ring the places after its parent's ring; `nodes` come parents first.

    Every step looks at places of its own, so none has to wait for the one before, as a walk down
    the trees would.
    """
    count = len(parent)
    order, place = np.empty(count, np.int32), np.empty(count, np.int32)
    end, root = np.zeros(count, np.int32), np.empty(count, np.int32)
    free = np.empty(count, np.int32)  # in each group the first place that is not taken
    top = 0
    for node in nodes:
        if ring[node] != node:
            continue
        above = parent[node]
        if above < 0:
            at, root[node] = top, node
            top += size[node]
        else:
            at, root[node] = free[above], root[above]
            free[above] += size[node]
        place[node] = at
        order[at] = node
        free[node] = at + members[node]
        end[node] = at + size[node]
    taken = np.ones(count, np.int32)  # of each ring; its members follow the one it is named for
    for node in range(count):
        if ring[node] != node:
            at = place[ring[node]] + taken[ring[node]]
            taken[ring[node]] += 1
            place[node], order[at], root[node] = at, node, root[ring[node]]
    return order, place, end, parent, root

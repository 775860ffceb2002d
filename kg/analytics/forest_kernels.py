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

from kg.analytics.compiling import compiled, inner
from kg.analytics.kernels_layout import grouped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]
    Flags = NDArray[np.bool_]

MOST_PASSES = 50  # over the companies without a majority owner; real networks take two or three
_STEPS = 40  # climbed for each stake before the general fixpoint is the better way


@inner
def _find(ring: "Ints", node: int) -> int:
    while ring[node] != node:
        ring[node] = ring[ring[node]]
        node = ring[node]
    return node


@inner
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
def _rings(parent: "Ints") -> "tuple[Ints, Ints]":
    """Return what stands for each node's ring of majorities, and the root of each node's tree.

    All of a ring have their majority owner in it, so nobody else can control any of them: what
    stands for it is a root.
    """
    count = len(parent)
    ring = np.arange(count).astype(np.int32)
    top = np.where(parent < 0, ring, np.int32(-1))
    for first in range(count):
        node = first
        while top[node] == -1:
            top[node] = -2 - first  # on the way
            node = parent[node]
        if top[node] < 0:  # met itself
            _close(parent, ring, top, node)
        root = top[node]
        node = first
        while top[node] < 0:
            top[node] = root
            node = parent[node]
    return ring, top


@inner
def _close(parent: "Ints", ring: "Ints", top: "Ints", node: int) -> None:
    """Make a node of a ring stand for it, as a root."""
    top[node] = node
    member = parent[node]
    while member != node:
        ring[member] = top[member] = node
        member = parent[member]
    parent[node] = -1


@compiled
def _open_stakes(
    owner: "Ints",
    owned: "Ints",
    share: "Longs",
    quota: "Longs",
    left_out: "Flags",
    held: "Longs",
    parent: "Ints",
    leads: "Flags",
) -> "tuple[Ints, Longs, Ints, Longs]":
    """Return the companies that only several together can control, and the stakes that matter.

    Where the stakes in each begin, their holders and shares. A holder who owns no majority
    controls nothing, ever: its stakes count only in somebody else's hands, so only if it has, or
    may yet get, somebody above it.
    """
    companies = np.flatnonzero((parent < 0) & (held > quota)).astype(np.int32)
    place = np.full(len(quota), -1, np.int32)
    place[companies] = np.arange(len(companies))
    counts = (leads | (parent >= 0) | (place >= 0)) & ~left_out
    useful = np.zeros(len(companies), np.int64)
    rows = np.empty(len(owner), np.int32)
    many = 0
    for row in range(len(owner)):
        at = place[owned[row]]
        if at >= 0 and counts[owner[row]] and owner[row] != owned[row]:
            useful[at] += share[row]
            rows[many] = row
            many += 1
    place[companies] = -1
    companies = companies[useful > quota[companies]]
    place[companies] = np.arange(len(companies))
    rows = rows[:many][place[owned[rows[:many]]] >= 0]
    starts, order = grouped(place[owned[rows]], len(companies))
    rows = rows[order]
    return companies, starts, owner[rows], share[rows]


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
    companies, starts, holder, part = _open_stakes(
        owner, owned, share, quota, left_out, held, parent, leads
    )
    ring, top = _rings(parent)
    most = _STEPS * (len(owner) + 1000)
    finished = _climb(companies, starts, holder, part, quota, parent, ring, top, most)
    return parent, ring, finished


@compiled
def _climb(
    companies: "Ints",
    starts: "Longs",
    holder: "Ints",
    part: "Longs",
    quota: "Longs",
    parent: "Ints",
    ring: "Ints",
    top: "Ints",
    most: int,
) -> bool:
    """Put each open company under the deepest group that controls it, until nothing moves."""
    total = np.zeros(len(quota), np.int64)  # what each group has of the company that is looked at
    steps = 0
    for turn in range(MOST_PASSES):
        moved = False
        for at in range(len(companies)):
            at = at if turn % 2 == 0 else len(companies) - 1 - at
            company, first, last = companies[at], starts[at], starts[at + 1]
            if not _enough(first, last, holder, part, top, quota[company], total):
                continue
            steps += _pile(first, last, holder, part, parent, ring, total)
            group = _deepest(first, last, holder, parent, ring, total, quota[company])
            _clear(first, last, holder, parent, ring, total)
            if group >= 0 and _attach(parent, ring, company, group):
                moved = True
                top[_find(top, company)] = _find(top, group)
            if steps > most:
                return False
        if not moved:
            return True
    return False


@inner
def _enough(
    first: int,
    last: int,
    holder: "Ints",
    part: "Longs",
    top: "Ints",
    quota: int,
    total: "Longs",
) -> bool:
    """Say whether the holders in one tree have enough; without that no group has."""
    found = False
    for at in range(first, last):
        root = _find(top, holder[at])
        total[root] += part[at]
        found |= total[root] > quota
    for at in range(first, last):
        total[top[holder[at]]] = 0
    return found


@inner
def _pile(
    first: int,
    last: int,
    holder: "Ints",
    part: "Longs",
    parent: "Ints",
    ring: "Ints",
    total: "Longs",
) -> int:
    """Add up what each group above the holders has of a company; return the steps climbed."""
    steps = 0
    for at in range(first, last):
        node = _find(ring, holder[at])
        while node >= 0:
            steps += 1
            total[node] += part[at]
            node = _find(ring, parent[node]) if parent[node] >= 0 else -1
    return steps


@inner
def _clear(
    first: int, last: int, holder: "Ints", parent: "Ints", ring: "Ints", total: "Longs"
) -> None:
    """Forget what was added up; above a group that has nothing all is forgotten already."""
    for at in range(first, last):
        node = _find(ring, holder[at])
        while node >= 0 and total[node]:
            total[node] = 0
            node = _find(ring, parent[node]) if parent[node] >= 0 else -1


@inner
def _deepest(
    first: int,
    last: int,
    holder: "Ints",
    parent: "Ints",
    ring: "Ints",
    total: "Longs",
    quota: int,
) -> int:
    """Return the deepest group that has enough, -1 for none.

    Groups that have enough contain each other, so the one that has least is the deepest.
    """
    deepest = -1
    for at in range(first, last):
        node = _find(ring, holder[at])
        while total[node] <= quota and parent[node] >= 0:
            node = _find(ring, parent[node])
        if total[node] > quota and (deepest < 0 or total[node] < total[deepest]):
            deepest = node
    return deepest


@inner
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
    size = np.zeros(len(ring), np.int32)  # of each ring's group, at first of the ring itself
    for node in range(len(ring)):
        ring[node] = _find(ring, node)
        size[ring[node]] += 1
    depth, deepest = _depths(parent, ring)
    starts, nodes = grouped(depth, deepest + 1)
    offset = depth  # no longer needed: of each group from the place of its parent
    for level in range(deepest, 0, -1):
        for node in nodes[starts[level] : starts[level + 1]]:
            offset[node] = size[parent[node]]
            size[parent[node]] += size[node]
    return _laid_out(parent, ring, size, nodes, starts[1], offset)


@compiled
def _depths(parent: "Ints", ring: "Ints") -> "tuple[Ints, int]":
    """Return how deep each ring stands, and the deepest; point parents to rings.

    Members of a ring that do not stand for it count as roots.
    """
    depth = np.where(parent < 0, np.int32(0), np.int32(-1))
    deepest = 0
    for node in range(len(parent)):
        if ring[node] != node:
            parent[node], depth[node] = -1, 0
        above, steps = node, 0
        while depth[above] < 0:
            parent[above] = ring[parent[above]]
            above = parent[above]
            steps += 1
        steps += depth[above]
        deepest = max(deepest, steps)
        above = node
        while depth[above] < 0:  # all that was passed
            depth[above] = steps
            steps -= 1
            above = parent[above]
    return depth, deepest


@compiled
def _laid_out(
    parent: "Ints", ring: "Ints", size: "Ints", nodes: "Ints", roots: int, offset: "Ints"
) -> "tuple[Ints, Ints, Ints, Ints, Ints]":
    """Give each ring its place; `nodes` come parents first, so many of them without a parent.

    Every step looks at places of its own, so none has to wait for the one before, as a walk down
    the trees would.
    """
    count = len(parent)
    order, place = np.empty(count, np.int32), np.empty(count, np.int32)
    end, root = np.zeros(count, np.int32), np.empty(count, np.int32)
    top = 0
    for node in nodes[:roots]:
        if ring[node] == node:
            place[node], root[node] = top, node
            top += size[node]
    for node in nodes[roots:]:
        above = parent[node]
        place[node], root[node] = place[above] + offset[node], root[above]
    taken = np.ones(count, np.int32)  # of each ring; its members follow the one it is named for
    for node in range(count):
        if ring[node] == node:
            end[node] = place[node] + size[node]
        else:
            place[node], root[node] = place[ring[node]] + taken[ring[node]], root[ring[node]]
            taken[ring[node]] += 1
        order[place[node]] = node
    return order, place, end, parent, root

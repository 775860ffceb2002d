"""A large network as arrays, its nodes renumbered so that owners stand before what they own.

The members of a strongly connected component stand side by side. A stake in oneself is kept apart.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.analytics.kernels_layout import grouped, strong_components
from kg.analytics.stakes import Stakes

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layout:
    """Arrays over positions (places in the order), edges grouped by owner.

    position  of each node            node      at each position
    group     component of a position
    starts    first position of each component, and the end of the last
    out_start, out_to                 edges by owner; `row` of the stakes is each edge's
    in_start, in_from, in_edge        the same edges by company
    """

    position: Ints
    node: Ints
    group: Ints
    starts: Longs
    out_start: Longs
    out_to: Ints
    row: Ints
    in_start: Longs
    in_from: Ints
    in_edge: Ints
    self_row: Ints  # the row of a stake in oneself, or -1

    @property
    def nodes(self) -> int:
        """Return how many nodes there are."""
        return len(self.node)

    def shares(self, parts: Longs, whole: int) -> tuple[Floats, Floats]:
        """Return the share of each edge, and of each position in itself."""
        own = np.zeros(self.nodes)
        some = self.self_row >= 0
        own[some] = parts[self.self_row[some]] / whole
        return parts[self.row] / whole, own

    def remaining(self, parts: Longs, whole: int) -> tuple[Floats, Floats]:
        """Return what each position does not hold of itself, and what of it nobody holds.

        Taken from the whole before they are rounded: a part left in 10^15 is one.
        """
        some = self.self_row >= 0
        rest = np.full(self.nodes, whole, np.int64)
        rest[some] -= parts[self.self_row[some]]
        free = rest.copy()
        np.subtract.at(free, self.out_to, parts[self.row])
        return rest / whole, free / whole

    def rows_into(self, positions: Ints) -> Longs:
        """Return the rows of the stakes in some companies, in order."""
        first = self.in_start[positions]
        counts = self.in_start[positions + 1] - first
        before = np.cumsum(counts) - counts
        edges = self.in_edge[np.repeat(first - before, counts) + np.arange(counts.sum())]
        own = self.self_row[positions]
        return np.sort(np.concatenate([self.row[edges], own[own >= 0]])).astype(np.int64)

    @property
    def sizes(self) -> Longs:
        """Return how many members each component has."""
        return np.diff(self.starts)


def lay_out(stakes: Stakes, parts: Longs) -> Layout:
    """Return the stakes of some parts in topological order of components. Linear in stakes."""
    count = len(stakes.names)
    held = np.flatnonzero(parts > 0).astype(np.int32)
    owner, owned = stakes.owner[held], stakes.owned[held]
    oneself = owner == owned
    self_row = np.full(count, -1, np.int32)
    self_row[owner[oneself]] = held[oneself]
    if oneself.any():
        held, owner, owned = held[~oneself], owner[~oneself], owned[~oneself]
    starts, rows = grouped(owner, count)
    component, found = strong_components(starts, owned[rows])
    group_starts, node = grouped(component, found)
    position = np.empty(count, np.int32)
    position[node] = np.arange(count, dtype=np.int32)
    owner, owned = position[owner], position[owned]
    out_start, rows = grouped(owner, count)
    out_to = owned[rows]
    in_start, in_edge = grouped(out_to, count)
    return Layout(
        position,
        node,
        component[node],
        group_starts,
        out_start,
        out_to,
        held[rows],
        in_start,
        owner[rows][in_edge],
        in_edge,
        self_row[node],
    )

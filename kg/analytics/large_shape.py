"""The bow-tie of a large network, with compiled kernels."""

from typing import TYPE_CHECKING

import numpy as np

from kg.analytics.kernels_links import marked_below
from kg.analytics.layout import Layout, Longs, lay_out
from kg.analytics.stakes import Stakes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int32]

_CORE, _IN, _OUT, _TUBE, _TENDRIL, _OTHER = range(6)  # as in network_shape.PARTS


def shape(stakes: Stakes) -> tuple[list[int], list[list[int]]]:
    """Return the part of each node, and the members of each cross-holding, the largest first."""
    layout = lay_out(stakes, stakes.high)
    groups = np.flatnonzero(layout.sizes > 1)
    loops = [
        sorted(layout.node[layout.starts[group] : layout.starts[group + 1]].tolist())
        for group in groups.tolist()
    ]
    loops.sort(key=lambda loop: (-len(loop), loop[0]))
    part = np.full(layout.nodes, _OTHER)
    if loops:
        part[layout.node] = _parts(layout, layout.position[loops[0]])
    return part.tolist(), loops


def _parts(layout: Layout, core: "Ints") -> "Longs":
    inside = np.zeros(layout.nodes, bool)
    inside[core] = True
    down, up = (layout.out_start, layout.out_to), (layout.in_start, layout.in_from)
    out = marked_below(inside, *down) & ~inside
    into = marked_below(inside, *up) & ~inside
    part = np.full(layout.nodes, _OTHER)
    part[_connected(layout, inside)] = _TENDRIL
    part[marked_below(into, *down) & marked_below(out, *up)] = _TUBE
    part[out] = _OUT
    part[into] = _IN
    part[inside] = _CORE
    return part


def _connected(layout: Layout, inside: "Flags") -> "Flags":
    """Return what hangs together with the core, whichever way."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    edges = (np.ones(len(layout.out_to), np.int8), layout.out_to, layout.out_start)
    _, label = connected_components(csr_array(edges, shape=(layout.nodes, layout.nodes)))
    found: Flags = label == label[np.flatnonzero(inside)[0]]
    return found

"""Stress majorization: distances on the screen that follow distances in the graph.

Each pair of nodes wants to be as far apart as its shortest path is long; near pairs count more.
Source: Gansner, Koren & North (2005), "Graph drawing by stress majorization".
"""

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path
from scipy.sparse.linalg import eigsh

Array = npt.NDArray[np.float64]
Fine = npt.NDArray[np.float32]
Index = npt.NDArray[np.intp]


_FINE = np.float32  # a hundredth of a pixel on any screen, in half the time
# Nearer than this counts as so near: what stands on one point has no direction to go, and the
# force between would drown all others in single precision.
_NEAR = 1e-2
_SMALL = 100  # nodes, up to which all eigenvectors are as quickly found as two


def distances(count: int, start: Index, end: Index) -> Array:
    """Return the length of the shortest path between every two of `count` connected nodes."""
    ones = np.ones(len(start))
    graph = csr_array((ones, (start, end)), shape=(count, count))
    found: Array = shortest_path(graph, directed=False, unweighted=True)
    return found


def spread(far: Array, first: Array, steps: int) -> Array:
    """Move the drawings `first` (candidate, node, 2) for `steps` steps towards less stress."""
    count = len(far)
    weight = 1 / (far + np.eye(count)) ** 2
    np.fill_diagonal(weight, 0)
    pull = np.diag(weight.sum(axis=1)) - weight
    # V is singular along (1, .., 1) only: adding that direction makes it positive definite.
    wanted, factor = (weight * far).astype(_FINE), cho_factor(pull + 1 / count)
    at: Fine = first.astype(_FINE)
    for _ in range(steps):
        pulled = _towards(wanted, at)
        columns = pulled.transpose(1, 0, 2).reshape(count, -1)  # all candidates side by side
        solved = cho_solve(factor, columns.astype(np.float64))
        at = solved.astype(_FINE).reshape(count, len(first), 2).transpose(1, 0, 2)
    return at.astype(np.float64)


def _towards(wanted: Fine, at: Fine) -> Fine:
    """Return B(X) X of the majorization, without building B for each candidate."""
    across = at[:, :, None, 0] - at[:, None, :, 0]
    down = at[:, :, None, 1] - at[:, None, :, 1]
    ratio = wanted / np.maximum(np.sqrt(across * across + down * down), _FINE(_NEAR))
    moved: Fine = ratio.sum(axis=2)[:, :, None] * at - ratio @ at
    return moved


def flat(far: Array) -> Array:
    """Return classical scaling of the distances: the start from which large graphs unfold."""
    squared = far**2
    centred = squared - squared.mean(axis=0) - squared.mean(axis=1)[:, None] + squared.mean()
    if len(far) < _SMALL:
        values, vectors = np.linalg.eigh(-centred / 2)
    else:  # only the two largest are needed, and finding all takes seconds
        values, vectors = eigsh(-centred / 2, k=2, which="LA", v0=np.linspace(1, 2, len(far)))
    at: Array = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 1e-9))
    # An eigenvector's sign is arbitrary; fix it, or two machines draw mirror images.
    largest = np.abs(at).argmax(axis=0)
    signed: Array = at * np.sign(at[largest, [0, 1]])
    return signed

"""What holders have of others in floats, for networks whose loops are too large for fractions."""

from collections.abc import Mapping, Sequence

import numpy as np

from kg.analytics.exact import Columns
from kg.analytics.large_ownership import LargeNetwork
from kg.analytics.layout import Floats
from kg.analytics.stakes import Stakes

Shares = dict[int, float | None]
_FINEST = 10**15  # parts of a company that numpy's whole numbers hold


class FloatNetwork:
    """Answers as `ExactNetwork` does, right to about 1e-12; None is what has no end."""

    def __init__(self, columns: Columns, whole: int, names: Sequence[str]) -> None:
        if whole > _FINEST:
            columns = {owned: _coarser(column, whole) for owned, column in columns.items()}
            whole = _FINEST
        rows = [
            (owner, owned, parts)
            for owned, column in columns.items()
            for owner, parts in column.items()
        ]
        owner, owned, parts = np.array(rows, np.int64).T
        self._network = LargeNetwork(Stakes(names, owner, owned, parts, parts, whole))

    def row(self, owner: int) -> Shares:
        """Return what an owner has of each company, itself included where it holds itself."""
        held = self._network.held_by(owner)
        return _shares(held.nodes.tolist(), held.low)

    def column(self, company: int) -> Shares:
        """Return what each owner has of a company."""
        held = self._network.owners_of(company)
        return _shares(held.nodes.tolist(), held.low)

    def leaving(self, nodes: Sequence[int]) -> list[float]:
        """Return how much of each node never comes back to it: 0 in a closed loop."""
        return [float(one) for one in self._network.parting(np.array(nodes, np.int32))[0]]


def _coarser(column: Mapping[int, int], whole: int) -> dict[int, int]:
    """Return owners in fewer parts: what was all of a company still is, or loops would leak."""
    found = {owner: parts * _FINEST // whole for owner, parts in column.items()}
    if found:
        largest = max(found, key=lambda one: found[one])
        found[largest] += sum(column.values()) * _FINEST // whole - sum(found.values())
    return found


def _shares(nodes: Sequence[int], values: Floats) -> Shares:
    return {
        node: float(one) if np.isfinite(one) else None
        for node, one in zip(nodes, values, strict=True)
    }

"""The loops of a network, solved at once, so that rounds of flow need not go round them.

Taken out of an ownership network, its loops (and what lies between loops) leave a network without
any: flows through that end after as many rounds as its longest chain has links. What flows into
the loops is solved for, by one factorisation, whatever little leaks out of them at a time.

    A[i, k]   the share of k that i holds, both in loops;  N = (I - A)^-1
    down      what an owner has of each, given what it has of them from outside: (I - A^T) x = e
    up        how often a walk up the owners meets each, given where it comes in: x = N e

A closed loop (all of each member held by members) has no N. No share in it comes from outside, so
only a walk upwards can enter it; it then meets every member, and never leaves.
Source: first passage, see `integrated ownership`; Kemeny & Snell (1960), "Finite Markov chains",
chapter 3 (the fundamental matrix of an absorbing chain).
"""

from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

import numpy as np
from scipy.sparse import csc_array, eye_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from kg.errors import EngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse.linalg import SuperLU

    Ids = NDArray[np.int64]
    Floats = NDArray[np.float64]

MOST = 3_000  # companies in loops that are solved at once; a dense inverse of them takes 72 MB
_ROUNDS = 1e6  # visits that a walk may make in loops: each costs a digit in 10^16
_MEMORY = "take --engine memory"


class Loops:
    """Companies in loops, by id, and the stakes between them in parts of a whole."""

    def __init__(self, engine: str, owner: "Ids", owned: "Ids", parts: "Ids", whole: int) -> None:
        self.engine = engine
        self.ids: Ids = np.unique(np.concatenate([owner, owned])).astype(np.int64)
        places = np.searchsorted(self.ids, owner), np.searchsorted(self.ids, owned)
        count = len(self.ids)
        self._closed = self._groups_closed(*places, parts, whole)
        inside = self._closed[places[1]] < 0
        kept = places[0][inside], places[1][inside]
        self._shares = csc_array((parts[inside] / whole, kept), shape=(count, count))

    def __len__(self) -> int:
        return len(self.ids)

    def _groups_closed(self, i: "Ids", k: "Ids", parts: "Ids", whole: int) -> "Ids":
        """Return of each company the number of its closed loop, -1 where it is in none."""
        count = len(self.ids)
        if not count:
            return np.zeros(0, np.int64)
        graph = csc_array((np.ones(len(i)), (i, k)), shape=(count, count))
        _, group = connected_components(graph, connection="strong")
        same = group[i] == group[k]
        held = np.zeros(count, np.int64)
        np.add.at(held, k[same], parts[same])
        leaking = np.unique(group[held < whole])
        return np.where(np.isin(group, leaking), -1, group)

    def down(self, ids: "Ids", mass: "Floats") -> "Floats":
        """Return what an owner has of each company here, given what flows in; of `self.ids`."""
        found = self._checked(self._factored.solve(self._spread(ids, mass), trans="T"))
        if found[self._closed >= 0].any():  # held from outside, though its members hold all of it
            self._endless()
        return found

    def up(self, ids: "Ids", mass: "Floats") -> "Floats":
        """Return how often a walk up the owners meets each; of a closed loop, enters it."""
        return self._checked(self._factored.solve(self._spread(ids, mass)))

    def met(self, visits: "Floats") -> "Floats":
        """Return how likely a walk that visits each so often ever meets it: visits over N[i,i]."""
        found = visits / self.own
        for group in np.unique(self._closed[self._closed >= 0]):
            members = self._closed == group
            found[members] = visits[members].sum()
        return found

    def back(self, company: int) -> float:
        """Return how much of a company comes back to it: 1 - 1 / N[j,j], all in a closed loop."""
        place = int(np.searchsorted(self.ids, company))
        if place == len(self.ids) or self.ids[place] != company:
            return 0.0
        return 1.0 if self._closed[place] >= 0 else float(1 - 1 / self.own[place])

    @cached_property
    def own(self) -> "Floats":
        """Return N[i,i] of each company here, 1 in a closed loop."""
        dense = np.linalg.inv(np.eye(len(self)) - self._shares.toarray())
        self._trusted(dense.sum(axis=0))
        return self._checked(np.ascontiguousarray(np.diag(dense)))

    @cached_property
    def _factored(self) -> "SuperLU":
        try:
            found = splu(csc_array(eye_array(len(self)) - self._shares))
        except RuntimeError:  # singular
            self._endless()
        self._trusted(found.solve(np.ones(len(self)), trans="T"))
        return found

    def _trusted(self, visits: "Floats") -> None:
        """Refuse where so many visits to all, from each, that floats leave too few digits."""
        if not np.isfinite(visits).all() or (np.abs(visits) > _ROUNDS).any():
            problem = "undetermined: stakes in a loop leave next to nothing to others"
            raise EngineError(self.engine, problem, _MEMORY)

    def _spread(self, ids: "Ids", mass: "Floats") -> "Floats":
        spread = np.zeros(len(self))
        spread[np.searchsorted(self.ids, ids)] = mass
        return spread

    def _checked(self, found: "Floats") -> "Floats":
        if not np.isfinite(found).all() or (found < -1e-9).any():
            self._endless()
        return found

    def _endless(self) -> NoReturn:
        problem = "stakes in a loop sum to more than 100 %, so that the shares have no end"
        raise EngineError(self.engine, problem, f"mend the table, or {_MEMORY}, which says where")

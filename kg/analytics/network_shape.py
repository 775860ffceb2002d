"""The bow-tie of a network of stakes: its core, what leads in, what hangs from it, cross-holdings.

Stakes that may be nothing (a range from 0) count as stakes: they may hold the core together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kg.analytics.exact import components, descendants
from kg.analytics.stakes import Stakes, as_stakes

if TYPE_CHECKING:
    import networkx as nx

SMALL = 20_000  # stakes; above, compiled kernels
PARTS = ("core", "in", "out", "tube", "tendril", "other")


@dataclass(frozen=True, slots=True)
class Shape:
    """Where one node stands; `loop` numbers the cross-holding it is part of."""

    name: str
    part: str
    loop: int | None


@dataclass(frozen=True, eq=False)
class BowTie:
    """A network's parts (Broder et al. 2000; Vitali, Glattfelder & Battiston 2011).

    core     the largest strongly connected component: of two as large, the one named first; empty
             where no company holds itself through others
    in, out  what owns the core, what the core owns
    tube     between in and out, past the core; tendril: hangs on one of them; other: apart
    """

    names: "Any"
    part: "list[int]"  # of each node, an index of PARTS
    loops: list[list[int]]  # members of each cross-holding, the largest first

    @property
    def counts(self) -> dict[str, int]:
        """Return how many nodes each part has."""
        found = dict.fromkeys(PARTS, 0)
        for part in self.part:
            found[PARTS[part]] += 1
        return found

    def members(self, part: str) -> list[str]:
        """Return the names of a part."""
        wanted = PARTS.index(part)
        return [self.names[node] for node, one in enumerate(self.part) if one == wanted]

    @cached_property
    def cross_holdings(self) -> list[list[str]]:
        """Return who holds itself through others: each strongly connected component above one."""
        return [[self.names[node] for node in loop] for loop in self.loops]

    def rows(self) -> Iterator[Shape]:
        """Yield where each node stands."""
        inside = {node: at for at, loop in enumerate(self.loops, start=1) for node in loop}
        for node, part in enumerate(self.part):
            yield Shape(self.names[node], PARTS[part], inside.get(node))


def bow_tie(graph: "Stakes | nx.DiGraph[Any]") -> BowTie:
    """Return the shape of a network. Linear in the stakes.

    >>> import networkx as nx
    >>> found = bow_tie(nx.DiGraph(["ab", "bc", "cb", "cd", "ae", "fd"]))
    >>> {part: found.members(part) for part in ("core", "in", "out", "tendril")}
    {'core': ['b', 'c'], 'in': ['a'], 'out': ['d'], 'tendril': ['e', 'f']}
    """
    stakes = as_stakes(graph)
    if len(stakes) > SMALL:
        from kg.analytics.large_shape import shape

        part, loops = shape(stakes)
        return BowTie(stakes.names, part, loops)
    down: dict[int, list[int]] = {}
    up: dict[int, list[int]] = {}
    for row in stakes.rows():
        if row.high:
            down.setdefault(row.owner, []).append(row.owned)
            up.setdefault(row.owned, []).append(row.owner)
    count = len(stakes.names)
    loops = [group for group in components(range(count), down) if len(group) > 1]
    loops.sort(key=lambda group: (-len(group), group[0]))
    return BowTie(stakes.names, _parts(count, loops, down, up), loops)


def _parts(
    count: int, loops: list[list[int]], down: dict[int, list[int]], up: dict[int, list[int]]
) -> list[int]:
    if not loops:
        return [PARTS.index("other")] * count
    core = set(loops[0])
    out = descendants(core, down) - core
    into = descendants(core, up) - core
    below_in = descendants(into, down)
    above_out = descendants(out, up)
    both = {node: [*down.get(node, ()), *up.get(node, ())] for node in {*down, *up}}
    connected = descendants(core, both)
    found = []
    for node in range(count):
        if node in core:
            part = "core"
        elif node in into:
            part = "in"
        elif node in out:
            part = "out"
        elif node in below_in and node in above_out:
            part = "tube"
        else:
            part = "tendril" if node in connected else "other"
        found.append(PARTS.index(part))
    return found

"""Why a node has its place in a network: chains to or from the core, its loop, what is counted."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kg.analytics.network_shape import PARTS, BowTie, bow_tie
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import Range
from kg.analytics.stakes import Row, Stakes, as_stakes

if TYPE_CHECKING:
    import networkx as nx

_MOST = 30  # stakes that a proof lists
_SOURCE = "Broder et al. 2000; Vitali, Glattfelder & Battiston 2011"
_SAYS = {
    "core": "the largest group of companies that all hold each other through others",
    "in": "a chain of stakes leads into the core, none back",
    "out": "a chain of stakes leads here from the core, none back",
    "tube": "a chain leads here from what owns the core, and on to what the core owns",
    "tendril": "hangs on what owns the core, or on what the core owns",
    "other": "no relation leads to the core",
}
Turn = Callable[[int], Iterable[Row]]


def why_placed(graph: "Stakes | nx.DiGraph[Any]", name: str) -> Proof:
    """Return why a node is in its part of the bow-tie. Raises UnknownNameError.

    >>> import networkx as nx
    >>> why_placed(nx.DiGraph(["ab", "bc", "cb"]), "a").rule
    'bow-tie: in'
    """
    stakes = as_stakes(graph)
    stakes.number(name)
    return PlaceProofs(stakes, bow_tie(stakes)).of(name)


@dataclass(frozen=True)
class PlaceProofs:
    """Says of each node of a bow-tie why it is in its part, by chains that can be followed."""

    stakes: Stakes
    found: BowTie

    def of(self, name: str) -> Proof:
        """Return the chains that put a node in its part; of the core the loop it is in."""
        node = self.stakes.numbers[name]
        part = PARTS[self.found.part[node]]
        ways = [way for way in self._ways(node, part) if way]
        says = _SAYS[part] if self.found.loops else "there is no core: nobody holds itself"
        return Proof(
            rule=f"bow-tie: {part}",
            source=_SOURCE,
            steps=(says, *(line for way in ways for line in said(self.stakes, way))),
            claims=claimed(self.stakes, [row for way in ways for row in way]),
        )

    def loop(self, name: str) -> Proof:
        """Return the shortest way on which a company holds itself."""
        node = self.stakes.numbers[name]
        way = self._way(node, self._down, {node})
        return Proof(
            rule="cross-holding: holds itself through others",
            source="strongly connected components; Tarjan 1972",
            steps=tuple(said(self.stakes, way)),
            claims=claimed(self.stakes, way),
        )

    def _ways(self, node: int, part: str) -> list[list[Row]]:
        if part == "core":
            return [self._way(node, self._down, {node})]
        into, out, core = (self._members[one] for one in ("in", "out", "core"))
        if part == "in":
            return [self._way(node, self._down, core)]
        if part == "out":
            return [self._way(node, self._up, core)]
        above, below = self._way(node, self._up, into), self._way(node, self._down, out)
        return [above, below]

    @cached_property
    def _members(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {part: set() for part in PARTS}
        for node, part in enumerate(self.found.part):
            found[PARTS[part]].add(node)
        return found

    def _down(self, node: int) -> Iterable[Row]:
        return (row for row in self.stakes.rows_by_owner.get(node, ()) if row.high)

    def _up(self, node: int) -> Iterable[Row]:
        return (row for row in self.stakes.rows_by_owned.get(node, ()) if row.high)

    def _way(self, start: int, turn: Turn, ends: Collection[int]) -> list[Row]:
        """Return the stakes of a shortest chain to one of the ends, from the owner down."""
        before: dict[int, Row] = {}
        for node in (edge := [start]):  # grows while it is walked
            for row in turn(node):
                other = row.owned if row.owner == node else row.owner
                if other in before or (other == start and start not in ends):
                    continue
                before[other] = row
                if other in ends:
                    return _back(before, other, start, down=turn == self._down)
                edge.append(other)
        return []


def _back(before: dict[int, Row], end: int, start: int, *, down: bool) -> list[Row]:
    way = [before[end]]
    while (node := way[-1].owner if down else way[-1].owned) != start:
        way.append(before[node])
    return way[::-1] if down else way


def said(stakes: Stakes, rows: Sequence[Row]) -> list[str]:
    """Return stakes as lines, at most thirty."""
    lines = [
        f"{stakes.names[row.owner]} holds "
        f"{Range(stakes.fraction(row.low), stakes.fraction(row.high))} of {stakes.names[row.owned]}"
        for row in rows[:_MOST]
    ]
    return [*lines, f"and {len(rows) - _MOST} more"] if len(rows) > _MOST else lines


def claimed(stakes: Stakes, rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the claims of the stakes that are listed."""
    return all_claims(stakes.claims_of(stakes.place(row.owner, row.owned)) for row in rows[:_MOST])


_COUNTED = {
    "pagerank": ("PageRank from the owned to the owner by shares", "Brin & Page 1998"),
    "betweenness": ("shortest paths from owner to owned that lead through it", "Freeman 1977"),
    "degree": ("stakes that touch it", "Freeman 1978"),
    "holders": ("stakes in it", "Freeman 1978"),
    "holdings": ("stakes of its own", "Freeman 1978"),
}
_DAMPING = "0.85"


def why_central(stakes: Stakes, name: str, measure: str, method: str = "") -> Proof:
    """Return what a measure of a node counts: its own stakes and those in it."""
    node = stakes.numbers[name]
    held = list(stakes.rows_by_owned.get(node, ())) if measure != "holdings" else []
    own = list(stakes.rows_by_owner.get(node, ())) if measure != "holders" else []
    rule, source = _COUNTED[measure]
    return Proof(
        rule=rule,
        source=source,
        parameters=({"method": method} if method else {})
        | ({"damping": _DAMPING} if measure == "pagerank" else {}),
        steps=(
            f"stakes of its own: {len(own)}, in it: {len(held)}",
            *said(stakes, [*own, *held]),
        ),
        claims=claimed(stakes, [*own, *held]),
    )


def why_together(stakes: Stakes, name: str, group: Collection[str]) -> Proof:
    """Return the stakes that tie a node to its community, and how many lead elsewhere."""
    node = stakes.numbers[name]
    inside = {stakes.numbers[one] for one in group}
    ties = [*stakes.rows_by_owner.get(node, ()), *stakes.rows_by_owned.get(node, ())]
    within = [row for row in ties if {row.owner, row.owned} <= inside]
    return Proof(
        rule="communities: tied more closely inside than outside",
        source="Blondel et al. 2008 (Louvain), shares as weights",
        parameters={"seed": "0"},
        steps=(
            f"stakes within the {len(group)} members: {len(within)} of {len(ties)}",
            *said(stakes, within),
        ),
        claims=claimed(stakes, within),
    )


def why_held(stakes: Stakes, holder: str, company: str) -> Proof:
    """Return the stake of a holder in one of several companies that it holds."""
    owner, owned = stakes.numbers[holder], stakes.numbers[company]
    rows = [row for row in stakes.rows_by_owned.get(owned, ()) if row.owner == owner]
    return Proof(
        rule="holds each of the companies itself",
        source="house rule",
        steps=tuple(said(stakes, rows)),
        claims=claimed(stakes, rows),
    )


def why_alike(stakes: Stakes, one: str, other: str) -> Proof:
    """Return what two holders both hold, and how many companies either of them does."""
    nodes = [stakes.numbers[one], stakes.numbers[other]]
    rows = [list(stakes.rows_by_owner.get(node, ())) for node in nodes]
    first, second = ({row.owned for row in side if row.high} for side in rows)
    both = [row for side in rows for row in side if row.owned in first & second]
    return Proof(
        rule="Jaccard index of two portfolios",
        source="Jaccard 1912",
        steps=(
            f"{len(first & second)} companies in both, {len(first | second)} in either",
            *said(stakes, both),
        ),
        claims=claimed(stakes, both),
    )

"""How two companies are related: the shortest paths over stakes, alliances and agreements.

A path runs along relations whichever way they point, and each step keeps its kind and its claims.
First the graph is cut to what lies on short routes (two searches that meet), then networkx
enumerates the simple paths of that small graph (Yen 1971).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

import networkx as nx

from kg.analytics.deadline import heed
from kg.analytics.register import Register, share_text
from kg.analytics.stakes import CAPITAL, Stakes
from kg.errors import Candidate, ParameterError, UnknownNameError

MOST_LENGTH = 8
MOST_PATHS = 100
MOST_NODES = 5_000  # of the part in which paths are enumerated
HUB = 1_000  # relations above which a node is an end of a path, never a step


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One tie between two nodes, as somebody claims it."""

    source: str
    target: str
    kind: str  # owns, member of, agrees with ...
    label: str = ""  # "34%", "leads"
    claims: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = f" ({self.label})" if self.label else ""
        return f"{self.source} {self.kind} {self.target}{said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationPath:
    """A way from one node to another; step i holds all relations between nodes i and i + 1."""

    nodes: tuple[str, ...]
    steps: tuple[tuple[Relation, ...], ...]

    def to_json(self) -> dict[str, object]:
        """Return it as a row."""
        return {
            "length": len(self.steps),
            "nodes": list(self.nodes),
            "steps": [
                [
                    {
                        "source": one.source,
                        "kind": one.kind,
                        "target": one.target,
                        "label": one.label,
                        "claims": list(one.claims),
                    }
                    for one in step
                ]
                for step in self.steps
            ],
        }

    def __str__(self) -> str:
        return "; ".join(" and ".join(map(str, step)) for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationPaths:
    """Paths between two nodes, shortest first, and what was left out."""

    paths: tuple[RelationPath, ...]
    complete: bool  # there is no other one up to the length
    hubs: tuple[str, ...] = ()  # nodes that no path was led through
    length: int = MOST_LENGTH  # paths longer than this were not looked for


@dataclass(slots=True)
class Relations:
    """Relations to look up by node."""

    by_node: dict[str, list[Relation]] = field(default_factory=dict)

    def add(self, relations: Iterable[Relation]) -> "Relations":
        """Add relations; a relation of a node with itself leads nowhere and is left out."""
        for one in relations:
            if one.source != one.target:
                self.by_node.setdefault(one.source, []).append(one)
                self.by_node.setdefault(one.target, []).append(one)
        return self

    @classmethod
    def of_graph(cls, graph: "nx.MultiDiGraph[str]") -> "Relations":
        """Return the relations of a networkx graph; edges may have `kind`, `label`, `claims`."""
        return cls().add(
            Relation(
                source=source,
                target=target,
                kind=str(found.get("kind", "owns")),
                label=str(found.get("label", "")),
                claims=tuple(found.get("claims", ())),
            )
            for source, target, found in graph.edges(data=True)
        )

    def neighbours(self, node: str) -> dict[str, list[Relation]]:
        """Return the nodes next to one, each with the relations that lead there."""
        found: dict[str, list[Relation]] = {}
        for one in self.by_node.get(node, ()):
            found.setdefault(one.target if one.source == node else one.source, []).append(one)
        return found

    def degree(self, node: str) -> int:
        """Return how many relations a node has."""
        return len(self.by_node.get(node, ()))


def stake_relations(stakes: Stakes) -> list[Relation]:
    """Return stakes as relations; for a large table cut it first."""
    register = Register(stakes)
    return [
        Relation(
            source=register.name(one.owner),
            target=register.name(one.owned),
            kind="owns" if stakes.right == CAPITAL else "votes in",
            label=share_text(one.share),
            claims=one.claims,
        )
        for owner in sorted(set(stakes.owner.tolist()))
        for one in register.portfolio(owner)
    ]


def membership_relations(members: Mapping[str, Sequence[str]]) -> list[Relation]:
    """Return alliances as relations: each member with its alliance, never with each other."""
    return [
        Relation(source=member, target=alliance, kind="is a member of")
        for alliance, of in members.items()
        for member in of
    ]


def relation_paths(
    relations: Relations,
    start: str,
    end: str,
    *,
    most: int = 5,
    length: int = 6,
    hub: int = HUB,
) -> RelationPaths:
    """Return up to `most` paths of up to `length` steps, shortest first.

    No path leads through a node of more than `hub` relations: half the market would be "related"
    through one index fund. Such nodes are named in the answer.
    """
    _checked(relations, start, end, most, length)
    near, hubs = _between(relations, start, end, length, hub)
    if len(near) > MOST_NODES:
        raise ParameterError(
            "length", f"{len(near)} nodes lie on paths of {length} steps; ask for shorter ones"
        )
    graph: nx.Graph[str] = nx.Graph()
    for node in sorted(near):
        graph.add_edges_from(
            (node, one) for one in sorted(relations.neighbours(node)) if one in near
        )
    found = list(islice(_shortest(graph, start, end, length), most + 1))
    return RelationPaths(
        paths=tuple(_path(relations, one) for one in found[:most]),
        complete=len(found) <= most,
        hubs=tuple(sorted(hubs)),
        length=length,
    )


def _checked(relations: Relations, start: str, end: str, most: int, length: int) -> None:
    for parameter, name in (("start", start), ("end", end)):
        if name not in relations.by_node:
            near = [one for one in relations.by_node if name.lower() in one.lower()][:3]
            raise UnknownNameError(parameter, name, [Candidate(one, one, one) for one in near])
    if start == end:
        raise ParameterError("end", "a path needs two different ends")
    if not 1 <= length <= MOST_LENGTH:
        raise ParameterError("length", f"{length} is not in 1 to {MOST_LENGTH}")
    if not 1 <= most <= MOST_PATHS:
        raise ParameterError("most", f"{most} is not in 1 to {MOST_PATHS}")


def _between(
    relations: Relations, start: str, end: str, length: int, hub: int
) -> tuple[set[str], set[str]]:
    """Return the nodes on routes of up to `length` steps, and the hubs that were not entered.

    Two searches, each for half of the way and then, inside what both found, for the whole of it.
    """
    hubs: set[str] = set()
    half = (length + 1) // 2
    ours = _reach(relations, start, half, hub, hubs)
    theirs = _reach(relations, end, half, hub, hubs)
    inside = set(ours) | set(theirs)
    ours = _reach(relations, start, length, hub, hubs, inside)
    theirs = _reach(relations, end, length, hub, hubs, inside)
    near = {one for one in inside if ours.get(one, length) + theirs.get(one, length) <= length}
    return near | {start, end}, hubs - {start, end}


def _reach(
    relations: Relations,
    start: str,
    length: int,
    hub: int,
    hubs: set[str],
    inside: set[str] | None = None,
) -> dict[str, int]:
    """Return how far each node is, up to `length` steps; hubs are not gone through."""
    found, edge = {start: 0}, [start]
    for distance in range(1, length + 1):
        new = []
        for node in edge:
            for one in relations.neighbours(node):
                if one in found or (inside is not None and one not in inside):
                    continue
                if relations.degree(one) > hub:
                    hubs.add(one)
                    continue
                found[one] = distance
                new.append(one)
        edge = new
    return found


def _shortest(graph: "nx.Graph[str]", start: str, end: str, length: int) -> Iterable[list[str]]:
    """Yield simple paths, shortest first; those of one length in an order that stays the same."""
    if start not in graph or end not in graph or not nx.has_path(graph, start, end):
        return
    for path in nx.shortest_simple_paths(graph, start, end):
        heed()
        if len(path) - 1 > length:
            return
        yield path


def _path(relations: Relations, nodes: Sequence[str]) -> RelationPath:
    steps = [tuple(relations.neighbours(one)[other]) for one, other in pairwise(nodes)]
    return RelationPath(nodes=tuple(nodes), steps=tuple(steps))

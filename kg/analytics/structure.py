"""The shape of a network of stakes: who is central, who belongs together, who owns in common.

Small networks go through networkx; larger ones through scipy and networkit, with the same results
(tested). Stakes that are ranges weigh what they are at least; an unknown share weighs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from kg.analytics.deadline import heed, limited
from kg.analytics.integrated import ownership
from kg.analytics.proof import all_claims
from kg.analytics.ranges import Range
from kg.analytics.register import Register
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import ParameterError

SMALL = 2_000  # stakes that networkx takes without delay
_AT_ONCE = 16  # nodes that betweenness is estimated from in one call while somebody waits
SAMPLED = 1_000  # nodes above which betweenness is estimated from so many
MEASURES = ("pagerank", "betweenness", "degree", "holders", "holdings")

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Centrality:
    """How central each node is."""

    names: Sequence[str]
    measure: str
    method: str  # exact, or how it is estimated
    values: Numbers  # in the order of the names

    def top(self, most: int = 10) -> list[tuple[str, float]]:
        """Return the most central nodes, first the largest; equal ones by name."""
        chosen = np.argsort(-self.values, kind="stable")[: most + 100]
        found = [(self.names[one], float(self.values[one])) for one in chosen]
        return sorted(found, key=lambda one: (-one[1], one[0]))[:most]


def centrality(
    graph: "Stakes | nx.DiGraph[Any]",
    measure: str,
    *,
    samples: int = 256,
    seed: int = 0,
    small: int = SMALL,
) -> Centrality:
    """Return how central each node is.

    pagerank     importance that flows from the owned to the owner with the share as weight: large
                 for the owners of much (Brin & Page 1998, damping 0.85)
    betweenness  part of the shortest paths owner -> owned that run through it (Freeman 1977);
                 above 1,000 nodes estimated from `samples` of them (Geisberger et al. 2008)
    degree, holders, holdings   how many stakes touch it, are in it, are its own
    """
    stakes = as_stakes(graph)
    if measure not in MEASURES:
        raise ParameterError("measure", f"{measure!r} is none of {', '.join(MEASURES)}")
    method = "exact"
    if measure == "pagerank":
        values = _pagerank(stakes, small)
    elif measure == "betweenness":
        values, method = _betweenness(stakes, samples, seed, small)
    else:
        values = _counted(stakes, measure)
    return Centrality(names=stakes.names, measure=measure, method=method, values=values)


def _counted(stakes: Stakes, measure: str) -> Numbers:
    nodes = len(stakes.names)
    counts = {
        "holders": np.bincount(stakes.owned, minlength=nodes),
        "holdings": np.bincount(stakes.owner, minlength=nodes),
    }
    counts["degree"] = counts["holders"] + counts["holdings"]
    return counts[measure].astype(np.float64)


def _pagerank(stakes: Stakes, small: int, damping: float = 0.85) -> Numbers:
    """Return PageRank; above `small` stakes by scipy, without a networkx graph."""
    if len(stakes) <= small:
        found = nx.pagerank(_digraph(stakes).reverse(copy=False), damping, tol=1e-12, max_iter=500)
        return np.array([found[node] for node in range(len(stakes.names))])
    from scipy.sparse import csr_array

    nodes = len(stakes.names)
    weight = stakes.low / stakes.whole
    out = np.bincount(stakes.owned, weights=weight, minlength=nodes)
    part = np.divide(weight, out[stakes.owned], out=np.zeros(len(stakes)), where=weight > 0)
    flow = csr_array((part, (stakes.owner, stakes.owned)), shape=(nodes, nodes))
    rank = np.full(nodes, 1 / nodes)
    for _ in range(500):
        lost = rank[out == 0].sum() / nodes
        new = damping * (flow @ rank + lost) + (1 - damping) / nodes
        moved = float(np.abs(new - rank).sum())
        rank = new
        if moved < 1e-12 * nodes:
            break
    return np.asarray(rank)


def _betweenness(stakes: Stakes, samples: int, seed: int, small: int) -> tuple[Numbers, str]:
    nodes = len(stakes.names)
    if len(stakes) <= small and nodes <= SAMPLED:
        found = nx.betweenness_centrality(_digraph(stakes))
        return np.array([found[node] for node in range(nodes)]), "exact"
    networkit = import_module("networkit")  # only for large networks: it takes a second
    networkit.setSeed(seed, False)
    graph = _networkit(stakes, directed=True)
    if nodes <= SAMPLED:
        run = networkit.centrality.Betweenness(graph, normalized=True).run()
        method = "exact"
    else:
        return _estimated(networkit, graph, min(samples, nodes), seed)
    return np.array(run.scores()), method


def _estimated(networkit: Any, graph: Any, chosen: int, seed: int) -> tuple[Numbers, str]:
    """Return betweenness from so many nodes: at once, or while somebody waits some at a time."""
    nodes = graph.numberOfNodes()
    method = f"estimated from {chosen} of {nodes} nodes, seed {seed}"
    piece = min(chosen, _AT_ONCE) if limited() else chosen
    total = np.zeros(nodes)
    for first in range(0, chosen, piece):
        heed()
        networkit.setSeed(seed + first, False)
        some = min(piece, chosen - first)
        run = networkit.centrality.EstimateBetweenness(graph, some, True).run()
        total += np.array(run.scores()) * (some / chosen)
    return total, method if piece == chosen else f"{method}, {piece} at a time"


def communities(
    graph: "Stakes | nx.DiGraph[Any]", *, seed: int = 0, small: int = SMALL
) -> list[list[str]]:
    """Return groups that are tied more closely inside than outside, largest first.

    Louvain's method (Blondel et al. 2008) on shares as weights, whichever way they run; the same
    seed gives the same groups.
    """
    stakes = as_stakes(graph)
    if len(stakes) <= small:
        ties = _tied(stakes)
        parts = [sorted(one) for one in nx.community.louvain_communities(ties, seed=seed)]
    else:
        parts = _parallel_louvain(stakes, seed)
    named = [sorted(stakes.names[node] for node in part) for part in parts]
    return sorted(named, key=lambda one: (-len(one), one))


def _parallel_louvain(stakes: Stakes, seed: int) -> list[list[int]]:
    networkit = import_module("networkit")  # only for large networks: it takes a second
    networkit.setSeed(seed, False)
    threads = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)  # more would give other groups on every run
    try:
        found = networkit.community.PLM(_networkit(stakes, directed=False)).run().getPartition()
    finally:
        networkit.setNumberOfThreads(threads)
    groups: dict[int, list[int]] = {}
    for node, group in enumerate(found.getVector()):
        groups.setdefault(group, []).append(node)
    return list(groups.values())


def _networkit(stakes: Stakes, *, directed: bool) -> Any:
    networkit = import_module("networkit")  # only for large networks: it takes a second
    # It reads the memory as these types, whatever they are.
    ends = stakes.owner.astype(np.uint64), stakes.owned.astype(np.uint64)
    weight = (stakes.low / stakes.whole).astype(np.float64)
    return networkit.GraphFromCoo(
        (weight, ends),
        n=len(stakes.names),
        weighted=not directed,
        directed=directed,
    )


def _tied(stakes: Stakes) -> "nx.Graph[int]":
    """Return who is tied to whom; stakes in each other add up."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(stakes.names)))
    for row in stakes.rows():
        before = graph.get_edge_data(row.owner, row.owned, {"weight": 0.0})["weight"]
        graph.add_edge(row.owner, row.owned, weight=before + row.low / stakes.whole)
    return graph


def _digraph(stakes: Stakes) -> "nx.DiGraph[int]":
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(stakes.names)))
    weight = (stakes.low / stakes.whole).tolist()
    graph.add_weighted_edges_from(
        zip(stakes.owner.tolist(), stakes.owned.tolist(), weight, strict=True)
    )
    return graph


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonOwner:
    """A holder of each of several companies, with its stake in each of them."""

    holder: str
    shares: dict[str, Range]
    claims: tuple[str, ...]


def common_owners(
    graph: "Stakes | nx.DiGraph[Any]",
    companies: Sequence[str],
    *,
    least: Fraction = Fraction(0),
    through_chains: bool = False,
) -> list[CommonOwner]:
    """Return the holders that all these companies share; largest smallest stake first.

    A holder counts if it surely holds more than `least` of each, or, where `least` is 0, anything
    at all: of how much nothing may be known. Stakes are direct ones; with `through_chains` they
    are integrated (`ownership.ownership`), and rest on all claims of the chains, not listed here.
    """
    register = Register(as_stakes(graph))
    nodes = {one: register.node(one, "companies") for one in dict.fromkeys(companies)}
    if len(nodes) < 2:
        raise ParameterError("companies", "two different companies at least have common owners")
    find = _integrated_holders if through_chains else _direct_holders
    held = {name: find(register, name, nodes[name], least) for name in nodes}
    found = [
        CommonOwner(
            holder=holder,
            shares={name: of[holder][0] for name, of in held.items()},
            claims=all_claims(of[holder][1] for of in held.values()),
        )
        for holder in set.intersection(*(set(of) for of in held.values()))
    ]
    return sorted(found, key=lambda one: (-min(s.low for s in one.shares.values()), one.holder))


Held = dict[str, tuple[Range, tuple[str, ...]]]  # of one company, by holder: share and claims


def _direct_holders(register: Register, name: str, node: int, least: Fraction) -> Held:
    return {
        register.name(one.owner): (one.share, one.claims)
        for one in register.holders(node)
        if not least or one.share.low > least
    }


def _integrated_holders(register: Register, name: str, node: int, least: Fraction) -> Held:
    found: Held = {}
    for row in ownership(register.stakes, of=name):
        low = Fraction(row.low or 0)
        high = Fraction(1) if row.high is None else Fraction(row.high)
        if row.owner != name and (not least or low > least):
            found[row.owner] = Range(low, high), ()
    return found


def jaccard(graph: "Stakes | nx.DiGraph[Any]", one: str, other: str) -> Fraction:
    """Return how alike two portfolios are: companies in both / companies in either.

    Direct stakes; 0 where both are empty. Source: Jaccard (1912); LDBC FinBench TCR10.
    """
    register = Register(as_stakes(graph))
    first, second = (
        {stake.owned for stake in register.portfolio(register.node(name, "holder"))}
        for name in (one, other)
    )
    either = first | second
    return Fraction(len(first & second), len(either)) if either else Fraction(0)

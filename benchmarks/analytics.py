"""Ownership analytics on made-up networks: seconds, memory, and ratios.

    python benchmarks/analytics.py [--companies 10000 100000 1000000] [--seed 1] [--networkx 100000]

For each size: the table read from parquet, with names as text and as an edge table of whole
numbers, all-pairs control with ultimate controllers, integrated ownership of small, top and core
owners, owners of one company, close links, the bow-tie. CPU seconds of all threads, and wall
seconds; memory is the peak of the process so far (each size has a process of its own). The same in
Python over networkx up to the size given, and one pass over the stakes, for ratios.
"""

import argparse
import io
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.networks import Network, network
from kg.analytics.control_pairs import ControlIndex
from kg.analytics.fixpoint import Majority
from kg.analytics.large_control import LargeControl
from kg.analytics.large_ownership import LargeNetwork
from kg.analytics.large_shape import shape
from kg.analytics.linked import close_links
from kg.analytics.linked_large import pairs_above
from kg.analytics.stakes import Stakes, to_digraph
from kg.analytics.tables import read_stakes

SIZES = [10_000, 100_000, 1_000_000]
WARM, RUNS = 25_000, 5  # companies to load the kernels with; times a table is read
SAMPLE = 500  # owners and companies that are asked about
FIFTH = Fraction(1, 5)


class Clock:
    """Measures and prints, one line each."""

    def __init__(self, companies: int) -> None:
        self.companies = companies
        self.cpu: dict[str, float] = {}

    def time(self, name: str, action: Callable[[], Any], times: int = 1) -> Any:
        """Return what an action returns; print its best CPU and wall seconds."""
        best = wall = float("inf")
        for _ in range(times):
            began = time.process_time(), time.perf_counter()
            found = action()
            best = min(best, time.process_time() - began[0])
            wall = min(wall, time.perf_counter() - began[1])
        self.tell(name, best, wall)
        return found

    def tell(self, name: str, cpu: float, wall: float | None = None) -> None:
        """Print one line of the table."""
        self.cpu[name] = cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        shown = f"{wall:.5f}" if wall is not None else ""
        print(f"| {self.companies:,} | {name} | {cpu:.5f} | {shown} | {peak:.2f} |", flush=True)

    def ratio(self, name: str, other: str) -> None:
        """Print how many times one took another's time."""
        if self.cpu.get(other):
            print(f"|  | {name} : {other} | {self.cpu[name] / self.cpu[other]:.1f} x | | |")


def measure(companies: int, seed: int, networkx_to: int) -> None:
    """Measure one size."""
    clock = Clock(companies)
    with tempfile.TemporaryDirectory() as folder:
        named, edges = Path(folder) / "stakes.parquet", Path(folder) / "edges.parquet"
        _write(network(WARM, seed=seed), named, edges)
        _everything(Clock(0), read_stakes(named).capital, quiet=True)
        _write(network(companies, seed=seed), named, edges)
        stakes = clock.time("read the table", lambda: read_stakes(named).capital, RUNS)
        clock.time("parquet to index, names as text", lambda: _index(named), RUNS)
        clock.time("parquet to index, whole numbers", lambda: _index(edges), RUNS)
    _everything(clock, stakes)
    if companies <= networkx_to:
        _over_networkx(clock, stakes)
    for name in ("control, index", "close links, path product", "bow-tie"):
        clock.ratio(name, "one pass over the stakes")


def _write(made: Network, named: Path, edges: Path) -> None:
    made.write(named)
    made.write_edges(edges)


def _index(path: Path) -> LargeControl:
    """Return all-pairs control of a table, ready to be asked."""
    return ControlIndex(read_stakes(path).capital, Majority(), many=1).forest


def _everything(clock: Clock, stakes: Stakes, *, quiet: bool = False) -> None:
    out = sys.stdout
    if quiet:
        sys.stdout = io.StringIO()
    try:
        weights = stakes.low.astype(np.float64)
        clock.time("one pass over the stakes", lambda: np.bincount(stakes.owned, weights), 5)
        clock.time("control, index", lambda: ControlIndex(stakes, Majority(), many=1).forest, RUNS)
        large = clock.time("ownership, set-up", lambda: LargeNetwork(stakes), 3)
        _owners(clock, stakes, large)
        for name, simple in (("path product", True), ("integrated", False)):
            found = clock.time(
                f"close links, {name}",
                partial(pairs_above, stakes, FIFTH, simple=simple),
            )
            if not quiet:
                print(f"|  | pairs | {len(found.owner):,} | undecided {found.undecided} | |")
        clock.time("close links, eurosystem", lambda: close_links(stakes, "eurosystem"))
        clock.time("bow-tie", lambda: shape(stakes), 2)
    finally:
        sys.stdout = out


def _owners(clock: Clock, stakes: Stakes, large: LargeNetwork) -> None:
    dice = np.random.default_rng(0)
    holdings = np.bincount(stakes.owner)
    layout = large.most.layout
    largest = int(layout.sizes.argmax())
    core = int(layout.node[layout.starts[largest]])
    top = np.argsort(-holdings, kind="stable")[:20].tolist()
    reached = {owner: len(large.held_by(owner).nodes) for owner in top}
    worst = max(reached, key=lambda owner: reached[owner])
    clock.time(f"ownership, top owner ({reached[worst]:,})", lambda: large.held_by(worst), 5)
    count = len(large.held_by(core).nodes)
    clock.time(f"ownership, core owner ({count:,})", lambda: large.held_by(core), 5)
    times = _each(large.held_by, dice.choice(stakes.owner, SAMPLE))
    clock.tell("ownership, median owner", float(np.median(times)))
    clock.time("owners of a core company, first (diag N)", lambda: large.owners_of(core))
    clock.time("owners of a core company, again", lambda: large.owners_of(core), 5)
    times = _each(large.owners_of, dice.choice(stakes.owned, SAMPLE))
    clock.tell("owners of a company, mean", float(np.mean(times)))
    clock.tell("owners of a company, worst", float(np.max(times)))


def _each(ask: Callable[[int], Any], nodes: Any) -> list[float]:
    times = []
    for node in nodes.tolist():
        began = time.process_time()
        ask(node)
        times.append(time.process_time() - began)
    return times


def _over_networkx(clock: Clock, stakes: Stakes) -> None:
    """Measure the same rules in plain Python over a networkx graph."""
    import networkx as nx

    graph = clock.time("networkx: build the graph", lambda: to_digraph(stakes))
    shares = {}
    for owner, owned, data in graph.edges(data=True):
        shares[owner, owned] = float(data["share"])
    clock.time("networkx: control", lambda: [_controlled(graph, shares, one) for one in graph])
    holdings = dict(graph.out_degree())
    top = max(holdings, key=lambda one: holdings[one])
    clock.time("networkx: ownership, largest holder", lambda: _frontier(graph, shares, top))
    clock.time("networkx: components", lambda: list(nx.strongly_connected_components(graph)))
    clock.ratio("networkx: control", "control, index")


def _controlled(graph: Any, shares: dict[Any, float], holder: str) -> set[str]:
    held: dict[str, float] = {}
    found: set[str] = set()
    waiting = [holder]
    while waiting:
        for company in graph[one := waiting.pop()]:
            held[company] = held.get(company, 0.0) + shares[one, company]
            if held[company] > 0.5 + 1e-12 and company not in found and company != holder:
                found.add(company)
                waiting.append(company)
    return found


def _frontier(graph: Any, shares: dict[Any, float], holder: str) -> dict[str, float]:
    total: dict[str, float] = {}
    front = {holder: 1.0}
    while front:
        following: dict[str, float] = {}
        for one, part in front.items():
            for company in graph[one]:
                if company != holder:
                    part_of = part * shares[one, company]
                    following[company] = following.get(company, 0.0) + part_of
        for company, part in following.items():
            total[company] = total.get(company, 0.0) + part
        front = {company: part for company, part in following.items() if part > 1e-12}
    return total


def main() -> None:
    """Measure every size, each in a process of its own."""
    asked = argparse.ArgumentParser(description="Measure ownership analytics.")
    asked.add_argument("--companies", type=int, nargs="+", default=SIZES)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--networkx", type=int, default=100_000, help="largest size over networkx")
    given = asked.parse_args()
    print("| companies | | CPU s | wall s | peak GB |\n|---|---|---|---|---|")
    for companies in given.companies:
        process = multiprocessing.get_context("spawn").Process(
            target=measure, args=(companies, given.seed, given.networkx)
        )
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{companies:,} companies: stopped with {process.exitcode}")


if __name__ == "__main__":
    main()

"""The edge projection against the ways without it: seconds from store to stakes.

    python benchmarks/edges.py [stakes ...] [--seed 1] [--runs 3]

A store in memory with so many claims of stakes, as the rules leave them (status and both clocks),
is read by SPARQL into the edge table, kept as Parquet, read back, and made a network of; then one
claim comes, and the table follows. Best of the runs; CPU seconds of all threads.
"""

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.networks import network as made_up
from kg import names
from kg.analytics import edge_files
from kg.analytics.edges import EdgeTable, changed, read
from kg.analytics.network import Asked, network_of
from kg.store.embedded import EmbeddedGraph

TERM, VOCAB = names.TERM, names.VOCAB
TYPED = "http://www.w3.org/2001/XMLSchema#"


def lines(stakes: int, seed: int) -> str:
    """Return claims of a made-up network as N-Quads, with what the rules derive of each."""
    found = made_up(max(stakes * 10 // 21, 10), seed=seed)
    out = []
    rows = zip(found.owner.tolist(), found.owned.tolist(), found.parts.tolist(), strict=True)
    for place, (owner, owned, parts) in enumerate(rows):
        if place == stakes:
            break
        claim, stake = f"<{names.ENTITY}claim/c{place}>", f"<{names.ENTITY}stake/s{place}>"
        document = f"<{names.GRAPH}doc/d{place // 1000}>"
        for name, value, graph in (
            ("states", stake, document),
            ("holder", f"<{names.ENTITY}company/{found.name(owner)}>", f"<{names.PROPOSITIONS}>"),
            ("company", f"<{names.ENTITY}company/{found.name(owned)}>", f"<{names.PROPOSITIONS}>"),
            ("right", f"<{VOCAB}right/capital>", f"<{names.PROPOSITIONS}>"),
            ("share", f'"{parts / 10_000}"^^<{TYPED}decimal>', f"<{names.PROPOSITIONS}>"),
            ("givesStatus", f"<{VOCAB}status/active>", f"<{names.DERIVED}>"),
            ("knownFrom", f'"2024-01-02"^^<{TYPED}date>', f"<{names.DERIVED}>"),
            ("holdsFrom", f'"2024-01-01"^^<{TYPED}date>', f"<{names.DERIVED}>"),
        ):
            subject = stake if graph == f"<{names.PROPOSITIONS}>" else claim
            out.append(f"{subject} <{TERM}{name}> {value} {graph} .\n")
    return "".join(out)


def best(runs: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the least seconds of some runs, and what the last gave."""
    seconds, result = [], None
    for _ in range(runs):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return min(seconds), result


def measure(stakes: int, seed: int, runs: int) -> dict[str, float]:
    """Return seconds of each way for a store of so many stakes."""
    graph = EmbeddedGraph()
    graph.load(lines(stakes, seed).encode())
    told: dict[str, float] = {"stakes": stakes}
    told["from the store"], table = best(1 if stakes > 500_000 else runs, lambda: read(graph))
    assert isinstance(table, EdgeTable)
    with TemporaryDirectory() as folder:
        place = Path(folder)
        told["to parquet"], _ = best(1, lambda: edge_files.write_files(place, table))
        told["from parquet"], kept = best(runs, lambda: edge_files.read_files(place))
        asked = Asked(as_of=date(2025, 1, 1))
        told["network"], found = best(runs, lambda: network_of(graph, kept, asked))
        assert len(found.capital) == len(table)
    claim = table.claims[0]
    told["follow a claim"], _ = best(runs, lambda: changed(graph, table, [claim]))
    together = told["from parquet"] + told["network"]
    told["times faster"] = told["from the store"] / told["from parquet"]
    told["times faster, with network"] = (told["from the store"] + told["network"]) / together
    return told


def main() -> None:
    """Measure and print a line of JSON for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stakes", nargs="*", type=int, default=[100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    for stakes in chosen.stakes:
        told = measure(stakes, chosen.seed, chosen.runs)
        print(json.dumps({name: round(value, 4) for name, value in told.items()}), flush=True)


if __name__ == "__main__":
    main()

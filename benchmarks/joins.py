"""How much quicker are joins than with rdflib's own engine? Both in this process, on the same data.

    python benchmarks/joins.py [--claims 4000] [--times 3]

Questions that need several claims at once (benchmarks/asked.py): CPU milliseconds from the text of
one to its rows as JSON, the least of so many runs. Both engines must find the same rows, or the
benchmark ends. Nothing is printed as a pass.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import geometric_mean

import rdflib
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.asked import JOINS, data
from benchmarks.claims import world


def least(ask: Callable[[], bytes], times: int) -> tuple[float, list[str]]:
    """Return the least CPU milliseconds of some runs, and the rows in order."""
    spent, found = [], b""
    for _ in range(times):
        began = time.process_time()
        found = ask()
        spent.append((time.process_time() - began) * 1000)
    rows = json.loads(found)["results"]["bindings"]
    return min(spent), sorted(
        str(sorted((name, term["value"]) for name, term in row.items())) for row in rows
    )


def of_oxigraph(store: Store, query: str) -> bytes:
    """Return the answer to a SELECT as JSON."""
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    return found.serialize(format=QueryResultsFormat.JSON) or b""


def of_rdflib(graph: rdflib.Graph, query: str) -> bytes:
    """Return the answer to a SELECT as JSON."""
    return graph.query(query).serialize(format="json") or b""


def main() -> None:
    """Ask both, compare the rows, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=4_000)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    company = world(options.claims).company(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.nt"
        print(f"{data(options.claims, path):,} triples; CPU ms, least of {options.times}")
        store, graph = Store(), rdflib.Graph()
        store.bulk_load(path=str(path), format=RdfFormat.N_TRIPLES)
        graph.parse(path, format="nt")
    ratios = []
    print(f"{'':40}{'rows':>8}{'here':>10}{'rdflib':>10}{'ratio':>8}")
    for name, pattern in JOINS.items():
        query = pattern.replace("%s", company)
        ours, rows = least(partial(of_oxigraph, store, query), options.times)
        theirs, others = least(partial(of_rdflib, graph, query), options.times)
        if rows != others:
            raise SystemExit(f"{name}: {len(rows)} rows here, {len(others)} with rdflib")
        ratios.append(theirs / ours)
        print(f"{name:40}{len(rows):8,}{ours:10.2f}{theirs:10.1f}{ratios[-1]:8.0f}", flush=True)
    print(f"least ratio {min(ratios):.0f}, geometric mean {geometric_mean(ratios):.0f}")


if __name__ == "__main__":
    main()

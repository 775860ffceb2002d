"""Companies that all hold each other: legal tests of a pair and a whole company, and what-if.

    python benchmarks/entangled.py [--companies 20] [--holders 4]

Prints milliseconds of CPU (one thread), the least of three runs each; nothing compiled is loaded.
"""

import argparse
import random
import time
from collections.abc import Callable
from typing import Any

from kg.analytics.consequences import World, what_if
from kg.analytics.edits import read_edit
from kg.analytics.legal import legal_tests
from kg.analytics.stakes import Stakes, from_rows


def entangled(companies: int, holders: int, seed: int = 0) -> Stakes:
    """Return stakes of so many holders in each company, up to four fifths of it."""
    dice = random.Random(seed)
    rows = []
    for owned in range(companies):
        others = [one for one in range(companies) if one != owned]
        weights = {one: dice.randint(1, 100) for one in dice.sample(others, holders)}
        whole = sum(weights.values()) * 1.6
        rows += [
            (f"n{one}", f"n{owned}", f"{weight / whole:.5f}") for one, weight in weights.items()
        ]
    return from_rows(rows)


def _least(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(3):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times) * 1000


def main() -> None:
    """Measure what the options say."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--companies", type=int, default=20)
    reader.add_argument("--holders", type=int, default=4)
    given = reader.parse_args()

    def stakes() -> Stakes:
        return entangled(given.companies, given.holders)

    edit = [read_edit("set", "n1>n0=20%")]
    for name, work in (
        ("legal tests, a pair", lambda: legal_tests(stakes(), "n1", "n0")),
        ("legal tests, a company", lambda: legal_tests(stakes(), None, "n0")),
        ("what if", lambda: what_if(World(capital=stakes()), edit)),
    ):
        print(f"| {name} | {_least(work):.0f} ms |", flush=True)


if __name__ == "__main__":
    main()

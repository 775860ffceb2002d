"""How quick is a sentence? On the shipped data, on made-up claims of any number, and from cold.

    python benchmarks/asking.py [--claims 200000] [--times 5]

Asks in process, all of it: reading, finding names, the store, the claims. Prints the median and
the 95th percentile of each kind of sentence, how long the first takes, and a cold start of the
command. Nothing is printed as a pass.
"""

import argparse
import random
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.claims import World, world
from benchmarks.questions import everything_named
from kg.load import load_claims
from kg.questions.sentences import ask_sentence
from kg.settings import read_settings
from kg.store.base import Graph
from kg.store.embedded import EmbeddedGraph
from kg.store.open import open_graph
from tests.questions.score import HERE, read_set

ROOT = Path(__file__).parent.parent
ABOUT = {
    "owners": "Who owns {one}?",
    "stake": "How much of {other} does {one} own?",
    "allies": "Who is allied with {one}?",
    "yes or no": "Is {one} allied with {other}?",
    "sales": "How many cars did {one} sell in Land 3 in 2021?",
    "two at once": "How many vehicles did {one} and {other} sell in Land 3 in 2021?",
    "memberships": "Which alliances does {one} belong to?",
    "home": "Where is {one} based?",
}
OF_ALL = {
    "most of one market": "Which company sold the most vehicles in Land 3 in 2021?",
    "fell most": "Whose sales in Land 3 fell the most in 2021?",
    "largest share": "Which company has the largest market share in Land 3 in 2021?",
    "most of all": "Who sold the most vehicles in 2021?",
}
REFUSED = {
    "unknown name": "Who owns {wrong}?",
    "not understood": "Why does {one} paint its cars?",
}


def milliseconds(graph: Graph, sentences: list[str]) -> list[float]:
    """Return how long each sentence took."""
    found = []
    for sentence in sentences:
        began = time.perf_counter()
        ask_sentence(graph, sentence)
        found.append((time.perf_counter() - began) * 1000)
    return found


def show(label: str, found: list[float]) -> None:
    """Print median and 95th percentile."""
    high = quantiles(found, n=20)[-1] if len(found) > 1 else found[0]
    print(f"  {label:22}{median(found):9.2f}{high:9.2f} ms   ({len(found)} sentences)", flush=True)


def on_the_shipped_data(times: int) -> None:
    """Ask both sets of sentences."""
    graph = open_graph(read_settings({}))
    print(f"shipped data: first sentence {milliseconds(graph, ['Who owns Nissan?'])[0]:.0f} ms")
    groups = [
        group for name in ("development", "held-out") for group in read_set(HERE / f"{name}.txt")
    ]
    sentences = [one for group in groups for one in group.wordings] * times
    replies = {one: ask_sentence(graph, one).status for one in sentences}
    show("all", milliseconds(graph, sentences))
    show(
        "understood", milliseconds(graph, [s for s in sentences if replies[s] != "not-understood"])
    )
    show(
        "not understood",
        milliseconds(graph, [s for s in sentences if replies[s] == "not-understood"]),
    )


def sentences_about(made: World, pattern: str, times: int) -> list[str]:
    """Return a sentence about many companies."""
    dice = random.Random(made.seed)
    found = []
    for _ in range(20 * times):
        one, other = dice.sample(range(made.companies), 2)
        found.append(
            pattern.format(
                one=f"Maker {one} Motor", other=f"Maker {other} Motor", wrong=f"Makr {one} Motr"
            )
        )
    return found


def on_made_up_claims(claims: int, times: int) -> None:
    """Load a world of claims and ask about its companies."""
    made = world(claims)
    graph = EmbeddedGraph()
    load_claims(graph, [], names=everything_named(made))
    load_claims(graph, [one for document in made.documents() for one in document])
    first = milliseconds(graph, ["Who owns Maker 1 Motor?"])[0]
    print(f"{made.claims:,} claims, {made.companies:,} companies: first sentence {first:.0f} ms")
    every: list[float] = []
    for label, pattern in ABOUT.items():
        found = milliseconds(graph, sentences_about(made, pattern, times))
        every += found
        show(label, found)
    show("all of these", every)
    for label, sentence in OF_ALL.items():
        show(label, milliseconds(graph, [sentence]))
    for label, pattern in REFUSED.items():
        show(label, milliseconds(graph, sentences_about(made, pattern, times)))


def from_cold(times: int) -> None:
    """Start the command anew for one sentence each time."""
    call = "from api.cli import main; main()"
    found = []
    for _ in range(max(2, times)):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", call, "ask", "Who owns Mitsubishi Motors?"],
            cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        found.append((time.perf_counter() - began) * 1000)
    print("command, cold")
    show("ask", found)


def main() -> None:
    """Measure all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=200_000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    from_cold(options.times)
    on_the_shipped_data(options.times)
    on_made_up_claims(options.claims, options.times)


if __name__ == "__main__":
    main()

"""How quick are loading, deriving and asking? And how much quicker than rdflib's own engine?

    python benchmarks/questions.py [--claims 200000] [--same 5000] [--dense]

Loads made-up claims (benchmarks/claims.py), asks each question about many companies, and runs the
same .rq files on the same data of the size `--same` with rdflib. Nothing is printed as a pass.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parent.parent))

from pyoxigraph import Quad, RdfFormat, parse, serialize

from benchmarks.claims import World, world
from kg import names, ontology
from kg.checks import check_files, names_of
from kg.claims import Claim
from kg.derive import derive
from kg.load import load_claims, load_files
from kg.matching import register
from kg.quads import all_quads, nquads
from kg.questions.answer import ask
from kg.questions.catalogue import question
from kg.store.embedded import EmbeddedGraph

ASKED = 60  # companies a question is asked about


def timed(label: str, what: Callable[[], object], count: int = 0) -> None:
    """Run something once and print how long it took."""
    began = time.perf_counter()
    what()
    seconds = time.perf_counter() - began
    rate = f"{count / seconds:10,.0f} claims/s" if count else ""
    print(f"{label:44}{seconds * 1000:12,.1f} ms{rate}", flush=True)


def everything_named(made: World) -> Iterator[Quad]:
    """Yield what claims refer to: companies and documents, code lists and the ontology."""
    yield from made.named()
    yield from ontology.code_quads()
    yield from ontology.ontology_quads()


def loaded(made: World) -> EmbeddedGraph:
    """Load a world from claims, printing what each step took."""
    graph = EmbeddedGraph()
    load_claims(graph, [], names=everything_named(made))
    claims = [one for document in made.documents() for one in document]
    timed("load Claim objects", lambda: load_claims(graph, claims), len(claims))
    timed("  of which writing, into another store", lambda: write(claims), len(claims))
    timed("derive everything anew", lambda: derive(graph), made.claims)
    timed("register of names", lambda: register(graph))
    return graph


def write(claims: list[Claim]) -> None:
    """Write claims into a store of their own, deriving nothing."""
    EmbeddedGraph().load("".join(nquads(claims)).encode())


def one_more(graph: EmbeddedGraph, made: World) -> None:
    """Load one more document of ten claims, from objects and from a file, and check it."""
    more = World(made.claims + 20, made.companies, made.alliances, made.seed)
    number = made.sources
    load_claims(graph, [], names=[*more.source_named(number), *more.source_named(number + 1)])
    timed("one more document, Claim objects", lambda: load_claims(graph, more.document(number)))
    with tempfile.TemporaryDirectory() as folder:
        (path,) = files(more, Path(folder), [number + 1])
        known = names_of(graph)
        check_files([path], known)  # the shapes are read the first time
        timed("check one document", lambda: check_files([path], known))
        timed("one more document, file", lambda: load_files(graph, [path]))
        timed("register of names after it", lambda: register(graph))


def files(made: World, folder: Path, numbers: list[int]) -> list[Path]:
    """Write some documents as N-Triples files, and return their paths."""
    paths = []
    for number in numbers:
        path = folder / f"made-{number}.nt"
        # Periods are told by their names alone.
        quads = [
            quad.triple
            for quad in all_quads(made.document(number))
            if str(quad.graph_name) != f"<{names.ENTITIES}>"
        ]
        path.write_bytes(serialize(quads, format=RdfFormat.N_TRIPLES) or b"")
        paths.append(path)
    return paths


def from_files(made: World) -> None:
    """Load a world from one file a document."""
    graph = EmbeddedGraph()
    load_claims(graph, [], names=everything_named(made))
    with tempfile.TemporaryDirectory() as folder:
        paths = files(made, Path(folder), list(range(made.sources)))
        timed("load files", lambda: load_files(graph, paths), made.claims)


def cases(made: World) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield each question on one company with the values it is asked with."""
    dice = random.Random(made.seed)
    companies = [made.company(number) for number in dice.choices(range(made.companies), k=ASKED)]
    by_parameter = {
        "who-is-allied-with-whom": "company",
        "members-of-alliance": "member",
        "who-owns": "company",
        "what-it-owns": "holder",
        "sales-of": "subject",
        "market-share-of": "subject",
        "sales-growth-of": "subject",
        "based-in": "company",
        "what-is-said-about": "about",
        "sales-by-market": "subject",
        "sales-by-powertrain": "subject",
        "sales-over-time": "subject",
        "market-share-over-time": "subject",
        "cross-holdings": "company",
        "agreements-of": "company",
        "competitors-of": "company",
        "events-of": "actor",
        "earnings-of": "subject",
        "rank-of": "subject",
        "sales-mix-of": "subject",
        "who-leads": "member",
        "how-it-is-described": "about",
        "plans-and-policies": "actor",
        "policies-in-market": "target",
        "timeline-of": "company",
        "who-reported-it": "about",
        "forecasts": "about",
        "groups-of": "company",
    }
    for name, parameter in by_parameter.items():
        yield name, [{parameter: one} for one in companies]
    days = {"since": "2018-01-01", "until": "2019-01-01"}
    yield "what-changed", [{"about": one} | days for one in companies]
    alliances = [made.alliance(number) for number in dice.choices(range(made.alliances), k=ASKED)]
    for name in ("combined-sales-of-alliance", "what-an-alliance-is-for", "how-far-is-an-alliance"):
        yield name, [{"alliance": one} for one in alliances]
    stakes = (
        (one, made.company((int(one.rpartition("-")[2]) + 1) % made.companies)) for one in companies
    )
    pairs = list(stakes)
    yield "stake-between", [{"holder": one, "company": other} for one, other in pairs]
    for name in ("shared-alliances", "common-owners", "agreements-between", "how-are-connected"):
        yield name, [{"company": one, "partner": other} for one, other in pairs]
    yield "sales-compared", [{"subject": one, "other": other} for one, other in pairs]


def times(values: list[dict[str, str]], what: Callable[[dict[str, str]], object]) -> list[float]:
    """Return the milliseconds of each call."""
    found = []
    for one in values:
        began = time.perf_counter()
        what(one)
        found.append((time.perf_counter() - began) * 1000)
    return found


def asked(graph: EmbeddedGraph, made: World) -> dict[str, list[float]]:
    """Ask everything, evidence included; return the milliseconds by question."""
    found: dict[str, list[float]] = {}
    for name, values in cases(made):
        ask(graph, name, values[0])
        found[name] = times(values, lambda one, name=name: ask(graph, name, one))  # type: ignore[misc]
    return found


def rdflib_asked(graph: EmbeddedGraph, made: World) -> dict[str, list[float]]:
    """Run the same .rq files with rdflib on the same data: rows only, no evidence."""
    from rdflib import Graph, URIRef
    from rdflib.plugins.sparql import prepareQuery

    triples = {quad.triple for quad in parse(graph.dump(), RdfFormat.N_QUADS)}
    text = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    held = Graph().parse(data=text, format="nt")
    found: dict[str, list[float]] = {}
    for name, values in cases(made):
        query = prepareQuery(question(name).sparql)
        found[name] = times(
            values[:8],
            lambda one, query=query: list(  # type: ignore[misc]
                held.query(query, initBindings={k: URIRef(v) for k, v in one.items()})
            ),
        )
    return found


def print_times(found: dict[str, list[float]], peer: dict[str, list[float]] | None = None) -> None:
    """Print median and 95th percentile, and the ratio to a peer's median."""
    for name, each in found.items():
        line = f"  {name:26}{median(each):9.2f}{quantiles(each, n=20)[-1]:9.2f}"
        if peer is not None:
            other = median(peer[name])
            line += f"   rdflib{other:10.1f}   ratio{other / median(each):8.0f}"
        print(line, flush=True)


def main() -> None:
    """Measure one size, then a smaller one beside rdflib."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=200_000)
    parser.add_argument("--same", type=int, default=5_000, help="size for both engines")
    parser.add_argument("--dense", action="store_true", help="five times the claims a company")
    options = parser.parse_args()
    made = world(options.claims, dense=options.dense)
    print(f"{made.claims:,} claims, {made.sources:,} documents, {made.companies:,} companies")
    graph = loaded(made)
    one_more(graph, made)
    print(f"{'memory':44}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:12,.0f} MB")
    print("questions on one company, ms: median, 95th percentile")
    print_times(asked(graph, made))
    del graph
    small = world(options.same, dense=options.dense)
    print(f"{small.claims:,} claims, both engines")
    from_files(small)
    graph = loaded(small)
    print_times(asked(graph, small), rdflib_asked(graph, small))


if __name__ == "__main__":
    main()

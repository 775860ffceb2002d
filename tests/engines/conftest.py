"""What the engines are held against, and one Spark session for the whole run."""

import random
import shutil
import warnings
from fractions import Fraction

import networkx as nx
import pytest

from kg.analytics.shares import read_share

# Compiling Java for each step takes most of the time where tables are small.
QUICK = {
    "spark_sql_shuffle_partitions": "2",
    "spark_sql_adaptive_enabled": "false",
    "spark_sql_codegen_wholeStage": "false",
    "spark_sql_codegen_factoryMode": "NO_CODEGEN",
}


def pytest_collection_modifyitems(config, items):
    if "spark" in (config.option.markexpr or ""):
        return
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(
                pytest.mark.skip(reason="starts a JVM, a minute or two: pytest -m spark")
            )


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    pytest.importorskip("pyspark", reason="the Spark engine needs the extra 'spark'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none on the PATH")
    from kg.analytics.engines.spark_table import session

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = session("local[2]", "1g", **QUICK)
    yield made
    made.stop()


@pytest.fixture
def many_tables():
    """Return one table of many small cyclic networks: dirty, with own shares and exact halves."""
    dice = random.Random(5)
    rows = ["owner,owned,share"]
    for network in range(60):
        for company in range(7):
            left, dirty = 100, dice.random() < 0.1
            for owner in dice.sample(range(7), dice.randint(0, 4)):
                share = dice.choice([5, 20, 26, 30, 49, 50, 51, 60, 100])
                share = share if dirty else min(share, left)
                left -= share
                if share > 0:
                    rows.append(f"{network}-{owner},{network}-{company},{share}%")
    return "\n".join(rows)


def graph_of(text):
    """Return a table of exact shares as a networkx graph."""
    graph = nx.DiGraph()
    for row in text.splitlines()[1:]:
        owner, owned, share = row.split(",")
        graph.add_edge(owner, owned, share=read_share(share))
    return graph


@pytest.fixture
def by_networkx():
    """Return who controls whom by the definition alone, over a networkx graph."""

    def pairs(text, threshold):
        graph = graph_of(text)
        return {
            (holder, company, held)
            for part in nx.weakly_connected_components(graph)
            for holder in part
            for company, held in controlled(graph.subgraph(part), holder, Fraction(threshold))
        }

    return pairs


def controlled(graph, holder, threshold):
    inside, before = {holder}, set()

    def held(company):
        stakes = graph.in_edges(company, data="share")
        return sum(share for one, _, share in stakes if one in inside and one != company)

    while inside != before:
        before = set(inside)
        inside |= {company for company in graph if held(company) > threshold}
    return [(company, held(company)) for company in inside - {holder}]


@pytest.fixture
def flowing():
    """Return what an owner holds by following its shares down a networkx graph, link by link."""

    def shares(text, owner):
        graph = graph_of(text)
        mass, found = {owner: 1.0}, dict.fromkeys(graph, 0.0)
        while max(mass.values(), default=0) > 1e-15:
            following = {}
            for one, much in mass.items():
                for _, company, share in graph.out_edges(one, data="share"):
                    following[company] = following.get(company, 0.0) + much * float(share)
            for company, much in following.items():
                found[company] += much
            following.pop(owner, None)  # nothing flows back through the owner
            mass = following
        return {company: share for company, share in found.items() if share}

    return shares

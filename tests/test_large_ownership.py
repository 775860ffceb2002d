"""`ownership` on tables above its limit for fractions: the same rows in floats."""

import random
from fractions import Fraction
from itertools import product

import networkx as nx
import pytest

pytest.importorskip("numba", reason="large networks need the extra 'analytics'")
networks = pytest.importorskip("benchmarks.networks", reason="benchmarks are not shipped")

from kg.analytics.bounds import Bounds  # noqa: E402
from kg.analytics.integrated import EXACT_STAKES, ownership  # noqa: E402
from kg.analytics.large_ownership import LargeNetwork  # noqa: E402
from kg.analytics.linked import close_links  # noqa: E402
from kg.analytics.stakes import Stakes  # noqa: E402
from kg.errors import ParameterError  # noqa: E402


def stakes_of(made, extra=()):
    """Return a made-up network, with more stakes (owner, owned, low, high) beside it."""
    names = [made.name(node) for node in range(made.nodes)]
    columns = [made.owner, made.owned, made.parts, made.parts]
    columns = [[*column.tolist(), *(row[at] for row in extra)] for at, column in enumerate(columns)]
    return Stakes(names, *columns, networks.WHOLE)


@pytest.fixture(scope="module")
def made():
    return networks.network(3000, seed=2, closed=3)


@pytest.fixture(scope="module")
def stakes(made):
    found = stakes_of(made)
    assert len(found) > EXACT_STAKES
    return found


def test_all_rows_in_floats_are_those_in_fractions(stakes):
    bounds = Bounds(stakes)
    names = stakes.names
    expected = {
        (names[owner], names[owned]): float(share)
        for owner in bounds.low and bounds.highest.holdings
        for owned, share in bounds.rows(owner)[0].items()
        if share
    }
    found = {(row.owner, row.owned): row.share for row in ownership(stakes)}
    assert found == pytest.approx(expected, rel=1e-12)


def test_closed_loops_have_no_end_by_brioschi_in_floats_either(stakes):
    rows = ownership(stakes, "brioschi")
    endless = [row for row in rows if row.share is None]
    assert endless
    assert all(row.high is None and row.note.startswith("infinite") for row in endless)


@pytest.mark.parametrize("method", ["corrected", "brioschi", "paths"])
def test_one_company_of_a_large_table_is_exact(stakes, method):
    rows = ownership(stakes, method, of=stakes.names[int(stakes.owned[-20])])
    assert rows
    assert all(isinstance(row.low, Fraction) for row in rows)


def test_all_paths_of_a_large_table_are_too_many(stakes):
    with pytest.raises(ParameterError, match="one owner"):
        ownership(stakes, "paths")


def test_ranges_in_a_large_table(made):
    company = 2990
    fresh = [(made.nodes - 1 - at, company, 500, 9000) for at in range(2)]
    held = {(int(i), int(j)) for i, j in zip(made.owner, made.owned, strict=True)}
    fresh = [row for row in fresh if row[:2] not in held]
    stakes = stakes_of(made, fresh)
    bounds = Bounds(stakes)
    rows = {(row.owner, row.owned): row for row in ownership(stakes)}
    for owner, *_ in fresh:
        low, high = bounds.rows(owner)
        row = rows[stakes.names[owner], stakes.names[company]]
        assert (row.low, row.high) == pytest.approx((float(low[company]), float(high[company])))


def test_close_links_of_a_large_table(stakes):
    found = close_links(stakes, "integrated")
    rows = ownership(stakes)
    expected = {(r.owner, r.owned) for r in rows if r.owner != r.owned and r.share >= 0.2 - 1e-12}
    links = {(one.company, one.linked) for one in found.holdings()}
    assert links == expected
    assert {one.certainty for one in found.holdings()} == {"certain"}
    assert found.undecided == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_stakes_between_two_nodes(seed):
    dice, nodes = random.Random(seed), range(40)
    pairs = list(dict.fromkeys(tuple(dice.choices(nodes, k=2)) for _ in range(70)))
    rows = [(owner, owned, 0, dice.choice([0, 10, 20])) for owner, owned in pairs]
    stakes = Stakes([f"n{node}" for node in nodes], *zip(*rows, strict=True), 100)
    network, graph = LargeNetwork(stakes), nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((owner, owned) for owner, owned, _, high in rows if high)
    for owner, company in [*product(nodes[:12], nodes[:12]), *product([3, None], [None, 5])]:
        below = nodes if owner is None else nx.descendants(graph, owner) | {owner}
        above = nodes if company is None else nx.ancestors(graph, company) | {company}
        expected = [
            at for at, (_, owned, _, high) in enumerate(rows)
            if high and owned in below and owned in above
        ]  # fmt: skip
        assert network.rows_between(owner, company).tolist() == expected

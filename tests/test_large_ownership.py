"""`ownership` on tables above its limit for fractions: the same rows in floats."""

from fractions import Fraction

import pytest

pytest.importorskip("numba", reason="large networks need the extra 'analytics'")
networks = pytest.importorskip("benchmarks.networks", reason="benchmarks are not shipped")

from kg.analytics.bounds import Bounds  # noqa: E402
from kg.analytics.integrated import EXACT_STAKES, ownership  # noqa: E402
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

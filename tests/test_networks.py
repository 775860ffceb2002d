"""The generator of made-up networks: what the benchmarks and comparisons stand on."""

import hashlib

import pytest

np = pytest.importorskip("numpy", reason="made-up networks need the extra 'analytics'")
networks = pytest.importorskip("benchmarks.networks", reason="benchmarks are not shipped")


def sums(made):
    return np.bincount(made.owned, weights=made.parts)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_same_seed_writes_the_same_bytes(tmp_path, suffix):
    pytest.importorskip("duckdb", reason="writing tables needs the extra 'analytics'")
    digests = set()
    for number, seed in enumerate((7, 7, 8)):
        path = tmp_path / f"{number}.{suffix}"
        networks.network(500, seed=seed, closed=2, over=2).write(path)
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 2


@pytest.mark.parametrize("seed", range(5))
def test_a_network_is_a_clean_table(seed):
    made = networks.network(3000, seed=seed)
    pairs = set(zip(made.owner.tolist(), made.owned.tolist(), strict=True))
    assert len(pairs) == len(made.owner)
    assert (made.owner != made.owned).all()
    assert made.parts.min() >= 1
    assert sums(made).max() <= networks.WHOLE
    led = len(np.unique(made.owned[made.parts > networks.WHOLE // 2]))
    assert 0.78 < led / made.companies < 0.88


def test_faults_are_as_many_as_asked_for():
    made = networks.network(3000, closed=4, over=6)
    assert (sums(made) > networks.WHOLE).sum() == 6
    sealed = (made.parts == networks.WHOLE) & (made.owner < made.companies)
    owned_by = dict(zip(made.owned[sealed].tolist(), made.owner[sealed].tolist(), strict=True))
    in_rings = {one for one in owned_by if owned_by.get(owned_by[one]) == one}
    assert len(in_rings) >= 4  # two of the four are rings of two

import pytest

from kg.analytics import edges
from kg.analytics.inquiries.asking import ask
from kg.documents import shipped_folder
from kg.load import load_folder

VETO = {
    "holder": ["nissan"],
    "company": ["mitsubishi-motors"],
    "test": ["japan-veto"],
    "as_of": ["2024-08-01"],
}


def test_analytics_give_the_same_on_every_store(store):
    load_folder(store, shipped_folder())
    (row,) = ask(store, "legal-tests", VETO).rows
    assert row["words"] == "veto at 34% (> 1/3)"
    assert row["claims"]
    assert ask(store, "paths", {"start": ["toyota"], "end": ["suzuki"]}).total == 1


def test_kernels_read_the_same_on_every_store(store, monkeypatch):
    pytest.importorskip("numba", reason="the kernels need the extra 'analytics'")
    load_folder(store, shipped_folder())
    plain = edges.read(store)
    monkeypatch.setattr(edges, "MANY", 1)
    by_kernels = edges.read(store)
    assert isinstance(plain.claims, list)
    assert not isinstance(by_kernels.claims, list)
    assert sorted(by_kernels.rows()) == sorted(plain.rows())

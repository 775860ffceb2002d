import random

import pytest

from kg import names, revisions
from kg.analytics import edge_files
from kg.analytics.edges import changed, edges, read
from kg.derive import derive
from kg.load import load_claims, remove_documents
from kg.store.embedded import EmbeddedGraph

from .conftest import NAMED, SEEN, random_documents, random_names, told


def rows(table):
    return sorted(table.rows())


@pytest.mark.parametrize("seed", range(8))
def test_the_table_follows_random_loads_and_removals(empty_graph, seed):
    dice = random.Random(seed)
    documents = random_documents(seed, documents=8)
    named = random_names(documents)
    held = []
    for step in range(14):
        if held and dice.random() < 0.4:
            gone = held.pop(dice.randrange(len(held)))
            remove_documents(empty_graph, [documents[gone][0].source])
        else:
            chosen = dice.choice([one for one in range(8) if one not in held] or held)
            held = [one for one in held if one != chosen] + [chosen]
            load_claims(empty_graph, documents[chosen], names=named, replace=True)
        assert rows(edges(empty_graph)) == rows(read(empty_graph)), f"step {step}"


def test_a_table_in_memory_is_not_read_anew_after_a_load(seen, monkeypatch):
    edges(seen)
    load_claims(seen, [told("ab", "a", "b", "0.123456789", source="register")], names=NAMED)
    asked = []
    monkeypatch.setattr(type(seen), "texts", lambda *args: asked.append(args))
    table = edges(seen)
    assert not asked
    assert len(table) == len(SEEN) + 1
    assert table.whole == 10**9


def test_what_is_written_without_the_rules_is_seen_too(seen, empty_graph):
    table = edges(seen)
    other = EmbeddedGraph()
    other.load(seen.dump())
    assert rows(edges(other)) == rows(table)
    derive(seen)
    assert rows(edges(seen)) == rows(table)


def test_a_change_of_no_claims_changes_nothing(seen):
    table = edges(seen)
    assert changed(seen, table, []) is table
    assert rows(changed(seen, table, table.claims)) == rows(table)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    pytest.importorskip("duckdb", reason="the files need DuckDB, of the extra `analytics`")
    monkeypatch.setattr(edge_files, "LEAST", 1)
    graph = EmbeddedGraph(tmp_path / "store")
    load_claims(graph, SEEN, names=NAMED)
    return graph


def files(graph):
    return [one.name for one in revisions.files_of(graph).iterdir()]


def test_a_store_in_a_folder_keeps_the_table_beside_it(folder):
    table = edges(folder)
    base = revisions.revision(folder).base
    assert files(folder) == [base]
    kept = edge_files.read(folder, base)
    assert rows(kept) == rows(table)
    assert kept.whole == table.whole


def test_the_kept_table_is_brought_up_to_date_by_what_a_load_touched(folder):
    edges(folder)
    base = revisions.revision(folder).base
    load_claims(folder, [told("ab", "a", "b", "0.6", source="register")], names=NAMED)
    remove_documents(folder, [names.entity("doc", "new")])
    now = revisions.revision(folder)
    assert now.base == base
    assert names.entity("claim", "ab") in now.touched
    kept = edge_files.read(folder, base)
    assert rows(changed(folder, kept, now.touched)) == rows(read(folder))
    assert rows(kept) != rows(read(folder))


def test_another_process_reads_the_kept_table(folder):
    edges(folder)
    load_claims(folder, [told("ab", "a", "b", "0.6", source="register")], names=NAMED)
    expected, place = rows(read(folder)), folder.folder
    folder._store.flush()
    del folder._store
    again = EmbeddedGraph(place)
    assert rows(edges(again)) == expected


def test_a_kept_table_does_not_count_once_everything_was_derived_anew(folder):
    edges(folder)
    base = revisions.revision(folder).base
    derive(folder)
    assert revisions.revision(folder).base != base
    assert rows(edges(folder)) == rows(read(folder))
    assert files(folder) == [revisions.revision(folder).base]


def cut_short(folder):
    with revisions.derived(folder):
        assert revisions.revision(folder) is None
        assert revisions.in_flux(folder)
        raise KeyboardInterrupt


def test_a_derivation_cut_short_leaves_no_token(folder):
    edges(folder)
    with pytest.raises(KeyboardInterrupt):
        cut_short(folder)
    assert revisions.revision(folder) is None
    assert not revisions.in_flux(folder)
    assert rows(edges(folder)) == rows(read(folder))


def test_a_store_in_memory_has_no_files(seen):
    assert revisions.revision(seen) is None
    assert revisions.files_of(seen) is None

"""Backups of every kind of store, restored into every kind; and what keeps them from it."""

import gc
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from api.app import create_app
from kg.errors import StoreError
from kg.names import ONTOLOGY
from kg.settings import Remote, Settings
from kg.store.backups import back_up, check_backup, restore_folder, restore_into
from kg.store.embedded import EmbeddedGraph
from kg.store.remote import RemoteGraph

A, P, ONE = (NamedNode(f"https://x.example/{name}") for name in ("a", "p", "graph"))
TOKEN = "a-token-for-tests-only"


def quad(text):
    return Quad(A, P, Literal(text), ONE)


def content(graph):
    """Return what a graph holds but for the ontology, which a running server needs."""
    quads = parse(graph.dump(), RdfFormat.N_QUADS)
    return {quad for quad in quads if quad.graph_name != NamedNode(ONTOLOGY)}


def folder_store(path, *texts):
    graph = EmbeddedGraph(path)
    graph.change([], [quad(text) for text in texts])
    return graph


def test_every_store_can_be_backed_up_and_restored(store, tmp_path):
    store.change([], [quad("kept"), quad("日産")])
    told = back_up(store, tmp_path / "backup")
    assert told.quads == len(list(parse(store.dump(), RdfFormat.N_QUADS)))
    assert check_backup(tmp_path / "backup") == told
    store.change([one for one in store.graphs() if one != ONTOLOGY], [quad("later")])
    restore_into(store, tmp_path / "backup")
    assert {one.object.value for one in content(store)} == {"kept", "日産"}
    assert restore_folder(tmp_path / "backup", tmp_path / "restored") is None
    again = EmbeddedGraph(tmp_path / "restored")
    assert {one.object.value for one in content(again)} == {"kept", "日産"}


def test_a_backup_is_of_one_moment_while_others_write(tmp_path):
    graph = folder_store(tmp_path / "store", "before")
    back_up(graph, tmp_path / "backup")
    graph.change([], [quad("after")])
    restore_folder(tmp_path / "backup", tmp_path / "restored")
    assert content(EmbeddedGraph(tmp_path / "restored")) == {quad("before")}
    assert content(graph) == {quad("before"), quad("after")}


def test_what_stands_in_no_named_graph_is_restored_through_a_server_too(keiretsu_own, tmp_path):
    address, token = keiretsu_own
    graph = RemoteGraph(Remote(url=address, token=token, seconds=20))
    graph.update("INSERT DATA { <x:a> <x:p> 'plain' }")
    back_up(graph, tmp_path / "backup")
    graph.update("CLEAR DEFAULT ; INSERT DATA { <x:a> <x:p> 'later' }")
    restore_into(graph, tmp_path / "backup")
    graph.save(tmp_path / "again.nq")
    graph.close()
    lines = (tmp_path / "again.nq").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("<x:a>")] == ['<x:a> <x:p> "plain" .']


def test_the_store_before_is_kept_beside_the_restored_one(tmp_path):
    graph = folder_store(tmp_path / "store", "old")
    back_up(graph, tmp_path / "backup")
    graph.change([], [quad("newer")])
    del graph
    gc.collect()
    kept = restore_folder(tmp_path / "backup", tmp_path / "store")
    assert content(EmbeddedGraph(tmp_path / "store")) == {quad("old")}
    assert kept is not None
    assert content(EmbeddedGraph(kept)) == {quad("old"), quad("newer")}


def spoilt(backup):
    (backup / "store.nq").write_bytes(b"")


def shortened(backup):
    told = json.loads((backup / "backup.json").read_text())
    (backup / "backup.json").write_text(json.dumps(told | {"quads": 7}))


def emptied(backup):
    shutil.rmtree(backup)
    backup.mkdir()


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (spoilt, "is not as it was written"),
        (shortened, "says that it holds 7"),
        (emptied, "is no backup"),
        (lambda backup: (backup / "store.nq").unlink(), "cannot be read"),
        (lambda backup: (backup / "backup.json").write_text("{}"), "is no backup"),
    ],
    ids=["spoilt", "count", "empty", "no quads", "no manifest"],
)
def test_a_backup_that_is_not_whole_changes_nothing(tmp_path, harm, problem):
    memory = EmbeddedGraph()
    memory.change([], [quad("other")])
    back_up(memory, tmp_path / "backup")
    harm(tmp_path / "backup")
    graph = folder_store(tmp_path / "store", "mine")
    del graph
    gc.collect()
    with pytest.raises(StoreError, match=problem):
        restore_folder(tmp_path / "backup", tmp_path / "store")
    with pytest.raises(StoreError, match=problem):
        restore_into(memory, tmp_path / "backup")
    assert content(EmbeddedGraph(tmp_path / "store")) == {quad("mine")}
    assert content(memory) == {quad("other")}
    assert {one.name for one in tmp_path.iterdir()} <= {"backup", "store"}


def test_a_copied_folder_that_is_spoilt_is_refused(tmp_path):
    back_up(folder_store(tmp_path / "other", "other"), tmp_path / "backup")
    (tmp_path / "backup" / "store" / "CURRENT").unlink()
    with pytest.raises(StoreError, match="cannot be read"):
        restore_folder(tmp_path / "backup", tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_a_backup_goes_into_a_new_folder_only(tmp_path):
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "mine.txt").write_text("not to be lost")
    with pytest.raises(StoreError, match="is there already; name a new folder"):
        back_up(EmbeddedGraph(), tmp_path / "backup")
    with pytest.raises(StoreError, match="cannot be written"):
        back_up(EmbeddedGraph(), tmp_path / "backup" / "mine.txt" / "below")
    assert [one.name for one in (tmp_path / "backup").iterdir()] == ["mine.txt"]


def test_a_store_that_is_open_is_not_restored(tmp_path):
    graph = folder_store(tmp_path / "store", "mine")
    back_up(graph, tmp_path / "backup")
    with pytest.raises(StoreError, match="another process may have it open"):
        restore_folder(tmp_path / "backup", tmp_path / "store")
    assert content(graph) == {quad("mine")}


@pytest.mark.parametrize(
    ("token", "sent", "status"),
    [("", TOKEN, 403), (TOKEN, "", 401), (TOKEN, "another-token-123456", 401), (TOKEN, TOKEN, 200)],
    ids=["none set", "none sent", "wrong", "right"],
)
def test_the_whole_store_is_given_to_whoever_has_the_token(graph, token, sent, status):
    with TestClient(create_app(Settings(token=token), graph)) as client:
        headers = {"Authorization": f"Bearer {sent}"} if sent else {}
        found = client.get("/backup", headers=headers)
    assert found.status_code == status
    if status == 200:
        assert set(parse(found.content, RdfFormat.N_QUADS)) == set(
            parse(graph.dump(), RdfFormat.N_QUADS)
        )


def command(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *map(str, arguments)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_folder_store_is_backed_up_and_restored_while_it_is_served(tmp_path, keiretsu_on):
    folder = {"KEIRETSU_STORE": str(tmp_path / "store")}
    with keiretsu_on(tmp_path / "store") as address:
        locked = command("backup", tmp_path / "none", **folder)
        assert (locked.returncode, "another process" in locked.stderr) == (2, True)
        served = {"KEIRETSU_STORE": address, "KEIRETSU_STORE_TOKEN": TOKEN}
        done = command("backup", tmp_path / "backup", **served)
        assert (done.returncode, "quads kept in" in done.stderr) == (0, True)
        refused = command("restore", tmp_path / "backup", **folder)
        assert (refused.returncode, "another process" in refused.stderr) == (2, True)
        restored = command("restore", tmp_path / "backup", **served)
        assert (restored.returncode, "quads restored" in restored.stderr) == (0, True)
        asked = command("ask", "who owns Mitsubishi Motors?", **served)
        assert "34%" in asked.stdout
    done = command("restore", tmp_path / "backup", **folder)
    assert (done.returncode, "the store before is kept in" in done.stderr) == (0, True)
    assert "34%" in command("ask", "who owns Mitsubishi Motors?", **folder).stdout


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_a_store_in_memory_is_neither_backed_up_nor_restored(tmp_path, name):
    done = command(name, tmp_path / "backup", KEIRETSU_STORE="memory:")
    assert (done.returncode, "KEIRETSU_STORE: name a folder" in done.stderr) == (2, True)
    assert not Path(tmp_path / "backup").exists()

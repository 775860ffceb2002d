"""A folder store whose process is killed at any moment keeps what it acknowledged, whole."""

import gc
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from kg import contradictions, inventory, names
from kg.derive import derive
from kg.settings import Settings
from kg.store.embedded import EmbeddedGraph
from kg.store.open import open_graph

# The benchmark `make`s it longer: KILLS=1000 pytest tests/stores/test_durable.py
KILLS = int(os.environ.get("KILLS", "25"))
LONGEST = 0.35  # seconds a process is left alive: about five loads, or the first opening
DERIVED = (names.DERIVED, names.COMPARISONS)


@pytest.fixture
def world(tmp_path, documents):
    """Return a data folder, and one of documents to be added."""
    data, more = tmp_path / "data", tmp_path / "more"
    (data / "claims").mkdir(parents=True)
    more.mkdir()
    shutil.copy(documents / "world.ttl", data)
    shutil.copy(documents / "first.ttl", data / "claims")
    text = (documents / "first.ttl").read_text(encoding="utf-8")
    for number in range(40):
        other = text.replace("claim:first-", f"claim:extra{number}-")
        other = other.replace("doc:first", f"doc:extra{number}")
        (more / f"extra-{number}.ttl").write_text(other, encoding="utf-8")
    return data, more


@pytest.fixture
def writer(world, tmp_path):
    command = [sys.executable, Path(__file__).parent / "writer.py", tmp_path / "store", *world]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    yield process
    process.stdin.close()
    process.wait(20)
    process.stdout.close()


def killed_after(writer, seconds, begin):
    """Let a process write for some seconds, kill it, and return what it acknowledged."""
    print(begin, file=writer.stdin, flush=True)
    said = writer.stdout.readline().split()
    early = [] if said[0] == "process" else [said]
    while said[0] != "process":
        said = writer.stdout.readline().split()
        early.append(said)
    time.sleep(seconds)
    os.kill(int(said[1]), signal.SIGKILL)
    lines = iter(writer.stdout.readline, "ended\n")
    return [one for one in (*early, *(line.split() for line in lines)) if one[0] != "process"]


def derived(quads):
    return {one for one in quads if one.graph_name.value.startswith(DERIVED)}


def claims_by_document(quads):
    found = {}
    for one in quads:
        if one.predicate.value == names.term("source"):
            found.setdefault(names.local_name(one.object.value), set()).add(one.subject)
    return found


def test_a_process_killed_at_any_moment_loses_nothing_that_it_acknowledged(writer, world, tmp_path):
    rng = random.Random(int.from_bytes(os.urandom(4)))
    loaded, edited, opened = set(), set(), 0
    whole = None
    for kill in range(4 * KILLS):
        if kill >= KILLS and loaded and edited:
            break  # a busy machine needs more kills until one comes after a load or an edit
        said = killed_after(writer, rng.uniform(0, LONGEST), kill * 100)
        opened += ["open"] in said
        loaded |= {f"extra{one[1]}" for one in said if one[0] == "loaded"}
        edited |= {one[1] for one in said if one[0] == "edited"}
        graph = open_graph(Settings(store=tmp_path / "store", data=world[0]))
        quads = set(parse(graph.dump(), RdfFormat.N_QUADS))
        claims = claims_by_document(quads)
        whole = whole or len(claims["first"])
        # A document is there with all its claims or not at all; one that was acknowledged is.
        assert {len(found) for found in claims.values()} == {whole}
        assert loaded <= claims.keys()
        edits = [one for one in quads if one.subject.value.startswith("https://x.example/edit/")]
        numbers = [names.local_name(one.subject.value) for one in edits]
        assert {numbers.count(one) for one in numbers} <= {2}
        assert edited <= set(numbers)
        # What is derived is what follows from the claims, no more and no less.
        again = EmbeddedGraph()
        again.change([], quads)
        derive(again)
        contradictions.renew(again)
        assert derived(parse(again.dump(), RdfFormat.N_QUADS)) == derived(quads)
        assert inventory.fingerprint(graph)
        assert not graph.has_graph(names.UNFINISHED)
        del graph
        gc.collect()
    assert opened > KILLS // 4  # the kills came at different moments
    assert loaded
    assert edited


def test_a_second_process_on_a_folder_is_told_what_to_do(tmp_path, keiretsu_on):
    with keiretsu_on(tmp_path / "store"):
        environment = {**os.environ, "KEIRETSU_STORE": str(tmp_path / "store")}
        done = subprocess.run(
            [sys.executable, "-c", "from api.cli import main; main()", "ask", "who owns Nissan?"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (done.returncode, done.stdout) == (2, "")
    said = " ".join(done.stderr.split())
    assert re.search(r"another process may have it open; stop that, or work through it", said)
    assert "KEIRETSU_STORE=http://" in said
    assert "Traceback" not in said

"""Stores of every kind for the same tests; servers are real processes on ports of the system."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from kg.names import ONTOLOGY, Iri
from kg.settings import Remote
from kg.store.embedded import EmbeddedGraph
from kg.store.remote import INCOMING, RemoteGraph

BIN = Path(sys.executable).parent
TOKEN = "a-token-for-tests-only"
_PATIENCE = 30  # seconds for a server to come up

# Small enough to start in two seconds; it listens on loopback only.
_VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 50
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 10
CheckpointInterval = 60
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
ThreadsPerQuery = 2
CaseMode = 2
DirsAllowed = .

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
MaxKeepAlives = 8
KeepAliveTimeout = 10
Charset = UTF-8

[SPARQL]
ResultSetMaxRows = 100000
MaxQueryExecutionTime = 30
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def running(command, address, **more):
    """Run a server until the end of the block; it must answer at `address` before."""
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more
    )
    try:
        wait_for(address, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def wait_for(address, process):
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"{process.args[0]} ended with {process.returncode} before it answered")
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"{process.args[0]} did not answer at {address} in {_PATIENCE} s")


@pytest.fixture(scope="session", autouse=True)
def ended_in_order():
    """End the servers too when the tests are told to end, by a time limit say."""
    before = signal.signal(signal.SIGTERM, lambda *_: pytest.exit("told to end", 143))
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def oxigraph():
    """Return the address of Oxigraph's own server."""
    address = f"127.0.0.1:{free_port()}"
    with running([BIN / "oxigraph", "serve", "--bind", address], f"http://{address}/"):
        yield f"http://{address}"


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory):
    """Return the address of a Virtuoso."""
    if shutil.which("virtuoso-t") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Virtuoso: install Debian's package virtuoso-opensource-7-bin")
        pytest.skip("no Virtuoso: install Debian's package virtuoso-opensource-7-bin")
    folder = tmp_path_factory.mktemp("virtuoso")
    http = free_port()
    ini = _VIRTUOSO.format(sql=free_port(), http=http)
    (folder / "virtuoso.ini").write_text(ini, encoding="ascii")
    command = ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]
    address = f"http://127.0.0.1:{http}"
    with running(command, f"{address}/sparql", cwd=folder):
        yield address


@contextmanager
def serving(**environment):
    """Run a Keiretsu server that may be written to; give its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    given = {**os.environ, "KEIRETSU_TOKEN": TOKEN, "KEIRETSU_STORE": "", **environment}
    command = [BIN / "python", "-c", "from api.cli import main; main()", "serve"]
    with running([*command, "--port", str(port)], f"{address}/healthz", env=given):
        yield address


@pytest.fixture(scope="session")
def keiretsu():
    """Return the address of a running Keiretsu server with an update service."""
    with serving() as address:
        yield address


@pytest.fixture
def keiretsu_own():
    """Return the address and the token of a Keiretsu server that nobody else has written to."""
    with serving() as address:
        yield address, TOKEN


@pytest.fixture
def keiretsu_on():
    """Return a function that serves a folder store for the length of a block."""
    return lambda folder: serving(KEIRETSU_STORE=str(folder))


def emptied(graph, kept=()):
    """Return a remote graph without anything in it, what other tests left aside included."""
    left = [Iri(one) for one in graph._all_graphs() if one.startswith(INCOMING)]
    graph.change([one for one in (*graph.graphs(), *left) if one not in kept], [])
    return graph


KINDS = ("memory", "folder", "oxigraph", "virtuoso", "keiretsu")


def opened(kind, request):
    if kind == "memory":
        return EmbeddedGraph()
    if kind == "folder":
        return EmbeddedGraph(request.getfixturevalue("tmp_path") / "store")
    login = {
        "oxigraph": {},
        "virtuoso": {"user": "dba", "password": "dba"},  # Virtuoso's own first password
        "keiretsu": {"token": TOKEN},
    }[kind]
    address = request.getfixturevalue(kind)
    if kind == "keiretsu":
        return emptied(_of_the_house(address, login), [Iri(ONTOLOGY)])
    return emptied(RemoteGraph(Remote(url=address, seconds=20, **login)))


def _of_the_house(address, login):
    """Open a Keiretsu server: it has to hold the ontology, or its default graph is its own."""
    said = "<https://x.example/> a <http://www.w3.org/2002/07/owl#Ontology>"
    update = f"INSERT DATA {{ GRAPH <{ONTOLOGY}> {{ {said} }} }}"
    headers = {"Authorization": f"Bearer {login['token']}"}
    httpx2.post(f"{address}/update", data={"update": update}, headers=headers).raise_for_status()
    return RemoteGraph(Remote(url=address, seconds=20, **login))


@pytest.fixture(params=KINDS)
def store(request):
    """Return an empty store of each kind in turn."""
    graph = opened(request.param, request)
    yield graph
    if isinstance(graph, RemoteGraph):
        graph.close()

"""SPARQL servers to measure, each with the same data: started, filled, asked where it answers.

Every one is a process of this machine, listens on loopback only, and is ended with its children.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
GRAPH = "https://example.org/benchmark"
_TICKS = os.sysconf("SC_CLK_TCK")
_LONGEST_START = 120.0  # seconds

_KEIRETSU = """
import socket, sys
from pathlib import Path
from api import server
from api.app import create_app
from kg.settings import Settings
from kg.store.embedded import EmbeddedGraph
graph = EmbeddedGraph()
graph.load(Path(sys.argv[1]).read_bytes())
seconds = float(sys.argv[3])
app = create_app(Settings(query_seconds=seconds, query_mb=int(sys.argv[4])), graph)
app.state.queries.start()
server.run(app, [socket.create_server(("127.0.0.1", int(sys.argv[2])))])
"""
_RDFLIB = """
import sys, uvicorn
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint
graph = Graph().parse(sys.argv[1], format="nt")
app = SparqlEndpoint(graph=graph, path="/sparql")
uvicorn.run(app, port=int(sys.argv[2]), log_level="critical")
"""
_INI = """
[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 60000
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 1000000
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs: where it takes queries, and the process that all its processes come from."""

    name: str
    url: str
    pid: int

    def target(self, query: str) -> str:
        """Return the URL that asks a query."""
        return f"{self.url}?query={urllib.parse.quote(query, safe='')}"


class Absent(Exception):  # noqa: N818 - it is no error of ours
    """Why a server cannot be measured here."""


def processes(pid: int) -> dict[int, list[str]]:
    """Return the fields of /proc/PID/stat, from the state on, of a process and its descendants."""
    stats: dict[int, list[str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            stats[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
    found, new = {pid}, {pid}
    while new:
        new = {one for one, stat in stats.items() if int(stat[1]) in new} - found
        found |= new
    return {one: stats[one] for one in found if one in stats}


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process, its descendants and those of them that have ended."""
    return sum(sum(map(int, stat[11:15])) for stat in processes(pid).values()) / _TICKS


def memory_mb(pid: int) -> float:
    """Return the memory that a process and its descendants have in common and each alone (PSS)."""
    total = 0
    for one in processes(pid):
        try:
            rolled = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(rolled.partition("Pss:")[2].split()[0])
    return total / 1024


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(server: Server, query: str, seconds: float = 60) -> bytes:
    """Return an answer as SPARQL JSON."""
    wanted = {"Accept": "application/sparql-results+json"}
    request = urllib.request.Request(server.target(query), headers=wanted)
    with urllib.request.urlopen(request, timeout=seconds) as response:
        return bytes(response.read())


@contextmanager
def _process(
    command: list[str], environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        command,
        cwd=cwd or ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _await(server: Server, process: "subprocess.Popen[bytes]") -> Server:
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Absent(f"it ended at its start with {process.returncode}")
        try:
            ask(server, "ASK {}", 5)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return server
    raise Absent(f"it did not answer within {_LONGEST_START:g} seconds")


@contextmanager
def keiretsu(triples: Path, seconds: float = 10, query_mb: int = 1024) -> Iterator[Server]:
    """Run our own server, as `keiretsu serve` does, on N-Triples."""
    port = free_port()
    command = [
        sys.executable,
        "-c",
        _KEIRETSU,
        str(triples),
        str(port),
        str(seconds),
        str(query_mb),
    ]
    with _process(command, {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}) as process:
        server = Server("keiretsu", f"http://127.0.0.1:{port}/sparql", process.pid)
        yield _await(server, process)


@contextmanager
def oxigraph(triples: Path) -> Iterator[Server]:
    """Run Oxigraph's own server in memory."""
    found = shutil.which("oxigraph") or str(Path(sys.executable).parent / "oxigraph")
    if not Path(found).exists():
        raise Absent("no `oxigraph` command; it is in the package oxigraph")
    address = f"127.0.0.1:{free_port()}"
    with _process([found, "serve", "-b", address, "--union-default-graph"]) as process:
        server = _await(Server("oxigraph", f"http://{address}/query", process.pid), process)
        filled = urllib.request.Request(
            f"http://{address}/store?graph={GRAPH}",
            data=triples.read_bytes(),
            headers={"Content-Type": "application/n-triples"},
            method="PUT",
        )
        urllib.request.urlopen(filled, timeout=300).close()
        yield server


@contextmanager
def virtuoso(triples: Path) -> Iterator[Server]:
    """Run Virtuoso on an empty database of its own."""
    if not shutil.which("virtuoso-t") or not shutil.which("isql-vt"):
        raise Absent("no `virtuoso-t` and `isql-vt`; they are in Debian's virtuoso-opensource")
    port, sql = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(triples, Path(folder) / "data.nt")
        ini = Path(folder) / "v.ini"
        ini.write_text(_INI.format(folder=folder, sql=sql, port=port))
        command = ["virtuoso-t", "+foreground", "+configfile", str(ini)]
        with _process(command, cwd=Path(folder)) as process:
            server = Server("virtuoso", f"http://127.0.0.1:{port}/sparql", process.pid)
            _await(server, process)
            load = f"ld_dir('{folder}', 'data.nt', '{GRAPH}'); rdf_loader_run(); checkpoint;"
            subprocess.run(
                ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"],
                check=True,
                capture_output=True,
                timeout=300,
            )
            yield server


@contextmanager
def rdflib_endpoint(triples: Path, python: str = sys.executable) -> Iterator[Server]:
    """Run rdflib-endpoint with rdflib's own engine, with an interpreter that has it."""
    has = subprocess.run([python, "-c", "import rdflib_endpoint"], capture_output=True, check=False)
    if has.returncode:
        raise Absent("no package rdflib-endpoint; name an interpreter with --rdflib-python")
    port = free_port()
    with _process([python, "-c", _RDFLIB, str(triples), str(port)]) as process:
        server = Server("rdflib-endpoint", f"http://127.0.0.1:{port}/sparql", process.pid)
        yield _await(server, process)

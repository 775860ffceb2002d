"""What does a question over HTTP cost, beside Oxigraph's server, Virtuoso and rdflib-endpoint?

    python -m benchmarks.http [--claims 4000] [--seconds 4] [--rdflib-python PATH]

The same data and queries on loopback, one server after the other, `wrk` with 16 connections.
CPU is that of all processes of a server. Nothing is printed as a pass.

repeated   one small question again and again
new        the same question, each time with another comment, so that no answer is at hand
join       a larger one, new each time, with one connection
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from benchmarks.asked import JOIN, SMALL, data
from benchmarks.claims import world
from benchmarks.servers import (
    Absent,
    Server,
    ask,
    cpu_seconds,
    keiretsu,
    oxigraph,
    rdflib_endpoint,
    virtuoso,
)

_LUA = """
local count = 0
local run = os.time()
wrk.headers["Accept"] = "application/sparql-results+json"
request = function()
  count = count + 1
  if NEW then return wrk.format("GET", PATH .. "%23" .. run .. "-" .. count) end
  return wrk.format("GET", PATH)
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What a load found: requests a second, CPU microseconds of one, milliseconds of latency."""

    rate: float
    cpu: float
    p50: str
    p99: str
    bad: int


def loaded(server: Server, query: str, *, new: bool, connections: int, seconds: int) -> Load:
    """Ask one query for some seconds and return what it cost."""
    target = server.target(query + "\n")
    base, path = target.split("/", 3)[:3], "/" + target.split("/", 3)[3]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"NEW = {'true' if new else 'false'}\nPATH = [==[{path}]==]\n{_LUA}")
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", "--latency", "--timeout", "60s"]
        command += ["-s", script.name, "/".join(base)]
        subprocess.run([*command, "-d1s"], capture_output=True, check=True)
        before = cpu_seconds(server.pid)
        done = subprocess.run(
            [*command, f"-d{seconds}s"], capture_output=True, check=True, text=True
        ).stdout
        spent = cpu_seconds(server.pid) - before
    count = int(_number(r"(\d+) requests in", done))
    bad = int(_number(r"Non-2xx or 3xx responses: (\d+)", done))
    latency = dict(re.findall(r"(50|99)%\s+(\S+)", done))
    each = spent / count * 1e6 if count else 0.0
    return Load(count / seconds, each, latency.get("50", "-"), latency.get("99", "-"), bad)


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) if found else 0.0


Started = Callable[[Path], AbstractContextManager[Server]]


def measured(server: Server, company: str, seconds: int) -> Iterator[tuple[str, Load]]:
    """Yield what each kind of load found."""
    slow = server.name == "rdflib-endpoint"
    many, small = 4 if slow else 16, SMALL % company
    yield "repeated", loaded(server, small, new=False, connections=many, seconds=seconds)
    yield "new", loaded(server, small, new=True, connections=many, seconds=seconds)
    yield (
        "join",
        loaded(
            server, JOIN % company, new=True, connections=1, seconds=seconds * (5 if slow else 1)
        ),
    )


def main() -> None:
    """Measure each server in turn and print it beside Oxigraph's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=4_000)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rdflib-python", default=sys.executable)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("benchmarks/http needs `wrk`, which is a Debian package")
    peer = partial(rdflib_endpoint, python=options.rdflib_python)
    servers: dict[str, Started] = {
        "oxigraph": oxigraph, "keiretsu": keiretsu, "virtuoso": virtuoso, "rdflib-endpoint": peer,
    }  # fmt: skip
    company = world(options.claims).company(1)
    with tempfile.TemporaryDirectory() as folder:
        triples = Path(folder) / "data.nt"
        print(f"{data(options.claims, triples):,} triples, 1 thread of wrk on the same machine")
        print(f"{'':16}{'':10}{'req/s':>9}{'CPU us':>9}{'p50':>9}{'p99':>9}{': oxigraph CPU':>16}")
        first: dict[str, float] = {}
        for name, start in servers.items():
            try:
                with start(triples) as server:
                    rows = ask(server, SMALL % company).count(b'"holder"') - 1
                    print(f"{name}: {rows} rows", flush=True)
                    for kind, found in measured(server, company, options.seconds):
                        ratio = found.cpu / first.setdefault(kind, found.cpu or 1.0)
                        bad = f"  {found.bad} refused" if found.bad else ""
                        print(
                            f"{name:16}{kind:10}{found.rate:9,.1f}{found.cpu:9,.0f}{found.p50:>9}"
                            f"{found.p99:>9}{ratio:16.2f}{bad}",
                            flush=True,
                        )
            except Absent as reason:
                print(f"{name}: not measured: {reason}")


if __name__ == "__main__":
    main()

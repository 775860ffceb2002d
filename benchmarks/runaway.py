"""Are runaway queries stopped, and does anyone else notice?

    python benchmarks/runaway.py [--claims 4000] [--limit 3] [--seconds 20]

Small questions, each new, are asked by two clients: first alone, then while six others send one
runaway after the other (benchmarks/runaways.py) and wait as long as Retry-After says. Prints the
latency of both, their ratio, when each kind of runaway ended and how, and the memory of all
processes. After the server has ended none of them may be left. Nothing is printed as a pass.
"""

import argparse
import http.client
import json
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

# In place of this folder: in it `http` is another file.
sys.path.insert(0, str(Path(__file__).parent.parent) if sys.path.pop(0) else "")

from benchmarks.claims import world
from benchmarks.http import SMALL, data
from benchmarks.runaways import RUNAWAYS
from benchmarks.servers import Server, keiretsu, memory_mb, processes

_CLIENTS = 2
_TROUBLED = 6


class Clients:
    """Threads that ask until they are told to stop."""

    def __init__(self, server: Server, limit: float) -> None:
        self.server = server
        self.limit = limit
        self.latencies: list[float] = []  # ms of small questions
        self.refused = 0
        self.ended: dict[str, list[tuple[float, str]]] = defaultdict(list)
        self.over = threading.Event()

    def small(self, question: str, number: int) -> None:
        """Ask small questions, some hundred a second."""
        for count in range(10**9):
            if self.over.is_set():
                return
            began = time.perf_counter()
            status, _, _ = self._asked(f"{question} # {number} {count} {began}")
            self.latencies.append((time.perf_counter() - began) * 1000)
            self.refused += status != 200
            time.sleep(0.005)

    def runaway(self, first: int) -> None:
        """Send one runaway after the other."""
        for name in islice(cycle(RUNAWAYS), first, None):
            began = time.perf_counter()
            status, wait, how = self._asked(RUNAWAYS[name])
            self.ended[name].append((time.perf_counter() - began, f"{status} {how}"))
            if self.over.wait(wait):
                return

    def _asked(self, query: str) -> tuple[int, float, str]:
        """Return the status, the seconds of Retry-After and what a problem says."""
        parts = urlsplit(self.server.target(query))
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.limit + 30)
        try:
            connection.request("GET", f"{parts.path}?{parts.query}")
            response = connection.getresponse()
            body = response.read()
        except (http.client.HTTPException, ConnectionError) as error:
            return 200, 0.0, f"broken off: {type(error).__name__}"
        finally:
            connection.close()
        if response.status == 200:
            return 200, 0.0, f"{len(body)} bytes"
        wait = float(response.headers.get("Retry-After", 0))
        return response.status, wait, json.loads(body)["detail"]


@contextmanager
def asking(targets: list[threading.Thread], over: threading.Event) -> Iterator[None]:
    """Run threads for as long as the block runs."""
    for one in targets:
        one.start()
    try:
        yield
    finally:
        over.set()
        for one in targets:
            one.join()


def phase(server: Server, options: argparse.Namespace, question: str, troubled: int) -> Clients:
    """Ask for some seconds with so many runaway clients beside, watching the memory."""
    clients = Clients(server, options.limit)
    threads = [
        threading.Thread(target=clients.small, args=(question, number))
        for number in range(_CLIENTS)
    ]
    threads += [threading.Thread(target=clients.runaway, args=(n,)) for n in range(troubled)]
    most = memory_mb(server.pid)
    with asking(threads, clients.over):
        until = time.monotonic() + options.seconds
        while time.monotonic() < until:
            time.sleep(0.5)
            most = max(most, memory_mb(server.pid))
    print(
        f"{'beside runaways' if troubled else 'alone':18}{len(clients.latencies):8} small"
        f"{median(clients.latencies):9.2f}{quantiles(clients.latencies, n=100)[-1]:9.2f}"
        f"{max(clients.latencies):9.2f}{clients.refused:9}{most:9,.0f} MB",
        flush=True,
    )
    return clients


def main() -> None:
    """Measure alone and beside runaways, and print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=4_000)
    parser.add_argument("--limit", type=float, default=3.0, help="seconds a query may run")
    parser.add_argument("--seconds", type=int, default=20, help="of each phase")
    options = parser.parse_args()
    question = SMALL % world(options.claims).company(1)
    with tempfile.TemporaryDirectory() as folder:
        triples = Path(folder) / "data.nt"
        print(f"{data(options.claims, triples):,} triples, limit {options.limit:g} s")
        print(f"{'':32}{'p50 ms':>9}{'p99 ms':>9}{'worst':>9}{'refused':>9}{'memory':>12}")
        with keiretsu(triples, options.limit) as server:
            phase(server, argparse.Namespace(**{**vars(options), "seconds": 2}), question, 0)
            alone = phase(server, options, question, 0)
            beside = phase(server, options, question, _TROUBLED)
            below = set(processes(server.pid))
        ratio = quantiles(beside.latencies, n=100)[-1] / quantiles(alone.latencies, n=100)[-1]
        print(f"ratio of the 99th percentiles: {ratio:.1f}")
        for name, ends in beside.ended.items():
            longest = max(seconds for seconds, _ in ends)
            how = sorted({how[:70] for _, how in ends})
            print(f"{name:20}{len(ends):4} times, longest {longest:6.2f} s: {'; '.join(how)}")
        left = [pid for pid in below if Path(f"/proc/{pid}").exists()]
        print(f"processes at work: {len(below)}, left after the end: {len(left)}")


if __name__ == "__main__":
    main()

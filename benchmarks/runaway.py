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
import os
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.asked import SMALL, data
from benchmarks.claims import world
from benchmarks.runaways import RUNAWAYS
from benchmarks.servers import Server, keiretsu, memory_mb, processes

_CLIENTS = 2
_TROUBLED = 6


Ended = dict[str, list[tuple[float, str]]]  # seconds and how, by the name of a runaway


def asked(server: Server, query: str, limit: float) -> tuple[int, float, str]:
    """Return the status, the seconds of Retry-After and what a problem says."""
    parts = urlsplit(server.target(query))
    connection = http.client.HTTPConnection(parts.netloc, timeout=limit + 30)
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


def small(server: Server, question: str, seconds: float, limit: float) -> list[float]:
    """Ask small questions, each new, and return their milliseconds."""
    found: list[float] = []
    until = time.monotonic() + seconds
    while (began := time.monotonic()) < until:
        status, _, how = asked(server, f"{question} # {threading.get_ident()} {began}", limit)
        found.append((time.monotonic() - began) * 1000)
        if status != 200:
            print(f"a small question was refused: {how}")
        time.sleep(0.005)
    return found


def runaways(server: Server, first: int, seconds: float, limit: float) -> Ended:
    """Send one runaway after the other, and return when and how each ended."""
    ended: Ended = {}
    until = time.monotonic() + seconds
    for name in islice(cycle(RUNAWAYS), first, None):
        if (began := time.monotonic()) > until:
            break
        status, wait, how = asked(server, RUNAWAYS[name], limit)
        ended.setdefault(name, []).append((time.monotonic() - began, f"{status} {how}"))
        time.sleep(wait)
    return ended


def troubles(server: Server, clients: int, seconds: float, limit: float) -> Ended:
    """Send runaways from several threads; in a process of its own, not to hold up the others."""
    together: Ended = {}
    os.nice(19)  # reading large answers is not to hold up the server either
    with ThreadPoolExecutor(max(1, clients)) as threads:
        sent = [threads.submit(runaways, server, first, seconds, limit) for first in range(clients)]
        for one in sent:
            for name, ends in one.result().items():
                together.setdefault(name, []).extend(ends)
    return together


def phase(
    server: Server, question: str, seconds: float, limit: float, troubled: int
) -> tuple[list[float], Ended]:
    """Ask for some seconds with so many runaway clients beside, watching the memory."""
    with ProcessPoolExecutor(1) as process, ThreadPoolExecutor(_CLIENTS) as threads:
        trouble = process.submit(troubles, server, troubled, seconds, limit)
        asking = [threads.submit(small, server, question, seconds, limit) for _ in range(_CLIENTS)]
        most = 0.0
        while not all(one.done() for one in asking):
            most = max(most, memory_mb(server.pid))
            time.sleep(1)
        found = [one for done in asking for one in done.result()]
        ended = trouble.result()
    print(
        f"{'beside runaways' if troubled else 'alone':18}{len(found):8} small{median(found):9.2f}"
        f"{quantiles(found, n=100)[-1]:9.2f}{max(found):9.2f}{most:9,.0f} MB",
        flush=True,
    )
    return found, ended


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
        print(f"{'':32}{'p50 ms':>9}{'p99 ms':>9}{'worst':>9}{'memory':>12}")
        with keiretsu(triples, options.limit) as server:
            phase(server, question, 2, options.limit, 0)
            alone, _ = phase(server, question, options.seconds, options.limit, 0)
            beside, ended = phase(server, question, options.seconds, options.limit, _TROUBLED)
            below = set(processes(server.pid))
        ratio = quantiles(beside, n=100)[-1] / quantiles(alone, n=100)[-1]
        print(f"ratio of the 99th percentiles: {ratio:.1f}")
        for name, ends in ended.items():
            longest = max(seconds for seconds, _ in ends)
            how = sorted({how[:70] for _, how in ends})
            print(f"{name:20}{len(ends):4} times, longest {longest:6.2f} s: {'; '.join(how)}")
        left = [pid for pid in below if Path(f"/proc/{pid}").exists()]
        print(f"processes at work: {len(below)}, left after the end: {len(left)}")


if __name__ == "__main__":
    main()

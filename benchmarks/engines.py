"""The engines side by side: memory kernels, DuckDB out of core, Spark in local mode.

    python benchmarks/engines.py [--sizes 10000 100000 1000000] [--spark-to 100000]

Each run is a process of its own, from the table on disk to all answers counted: seconds by the
clock, of the processor (JVM included; of the measure alone, once the table is read, without JVM),
and peak memory (resident, JVM included). Networks are those
of networks.py; every engine must count the same, or the run fails.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

Answer = tuple[int, ...]
Run = tuple[Answer, float]  # and CPU seconds of the measure alone
ENGINES = ["memory", "duckdb 4GB", "duckdb 1GB", "spark"]


def memory(path: Path, measure: str, limit: str) -> Run:
    """Run the kernels."""
    from kg.analytics.control_pairs import ControlIndex
    from kg.analytics.fixpoint import majority
    from kg.analytics.integrated import ownership
    from kg.analytics.tables import read_stakes

    table = read_stakes(path)
    began = time.process_time()
    if measure == "control":
        index = ControlIndex(table.deciding, majority("0.5"), many=0)
        count = sum(len(piece.controller) for _, piece in index.pieces())
        return (count,), time.process_time() - began
    found = ownership(table.capital, by="p0")
    total = round(sum(float(row.share or 0) for row in found))
    return (len(found), total), time.process_time() - began


def duckdb(path: Path, measure: str, limit: str) -> Run:
    """Run SQL within a limit of memory."""
    from kg.analytics.engines import duckdb_table
    from kg.analytics.engines.duckdb_control import ControlInDuckDB
    from kg.analytics.engines.duckdb_ownership import OwnershipInDuckDB
    from kg.analytics.engines.duckdb_session import Session
    from kg.analytics.fixpoint import majority

    with Session(limit) as session:
        table = duckdb_table.load(session, path)
        began = time.process_time()
        if measure == "control":
            ControlInDuckDB(table, majority("0.5")).run()
            return (session.count("certain_held"),), time.process_time() - began
        OwnershipInDuckDB(table).held_by(table.number("p0", "owner"))
        ((rows, total),) = session.run("SELECT count(*), sum(share) FROM share")
        return (rows, round(total)), time.process_time() - began


def spark(path: Path, measure: str, limit: str) -> Run:
    """Run DataFrames in local[2], with 2 GB for the JVM's heap."""
    from pyspark.sql import functions as f

    from kg.analytics.engines import spark_control, spark_ownership, spark_table
    from kg.analytics.fixpoint import majority

    session = spark_table.session("local[2]", "2g", spark_sql_shuffle_partitions="4")
    table = spark_table.load(session, path, None, lambda message: None)
    if measure == "control":
        answer: Answer = (spark_control.control_pairs(table, majority("0.5")).count(),)
    else:
        held = spark_ownership.OwnershipInSpark(table).held_by("p0")
        rows, total = held.agg(f.count("*"), f.sum("share")).collect()[0]
        answer = rows, round(total)
    session.stop()
    return answer, 0.0


RUN: dict[str, Callable[[Path, str, str], Run]] = {
    "memory": memory,
    "duckdb": duckdb,
    "spark": spark,
}


def tree(process: int) -> tuple[float, float]:
    """Return CPU seconds and resident GB of a process and all below it, by /proc."""
    below: dict[int, list[int]] = {}
    usage: dict[int, tuple[float, float]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(folder.name))
        ticks = int(fields[11]) + int(fields[12])
        usage[int(folder.name)] = (
            ticks / os.sysconf("SC_CLK_TCK"),
            int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e9,
        )
    found, waiting = [0.0, 0.0], [process]
    while waiting:
        one = waiting.pop()
        cpu, resident = usage.get(one, (0.0, 0.0))
        found = [found[0] + cpu, found[1] + resident]
        waiting += below.get(one, [])
    return found[0], found[1]


def measured(engine: str, path: Path, measure: str) -> tuple[Run, float, float, float]:
    """Run one engine in a process of its own; return its answer, wall, CPU and peak."""
    name, _, limit = engine.partition(" ")
    command = [sys.executable, __file__, "--one", name, str(path), measure, limit or "4GB"]
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    cpu, peak = 0.0, 0.0
    while running.poll() is None:
        now, resident = tree(running.pid)
        cpu, peak = max(cpu, now), max(peak, resident)
        time.sleep(0.1)
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = max(cpu, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    output = running.communicate()[0]
    if running.returncode:
        raise SystemExit(f"{engine} failed on {path}")
    answer, alone = json.loads(output.splitlines()[-1])
    return (tuple(answer), alone), wall, cpu, peak


def main() -> None:
    """Print a table of Markdown."""
    asked = argparse.ArgumentParser(description="Seconds and memory of each engine.")
    asked.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    asked.add_argument("--spark-to", type=int, default=100_000, help="largest size for Spark")
    asked.add_argument("--engines", nargs="+", default=ENGINES)
    asked.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.one:
        engine, path, measure, limit = given.one
        print(json.dumps(RUN[engine](Path(path), measure, limit)))
        return
    from networks import network

    columns = "engine | wall s | CPU s | over memory (CPU) | of which the measure | peak GB | rows"
    print(f"| | companies | {columns} |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for size in given.sizes:
            path = Path(folder) / f"{size}.parquet"
            network(size).write(path)
            for measure in ("control", "ownership"):
                compare(given, path, size, measure)


def compare(given: argparse.Namespace, path: Path, size: int, measure: str) -> None:
    """Print a row for each engine."""
    base, right = 0.0, None
    for engine in given.engines:
        if engine == "spark" and size > given.spark_to:
            continue
        if engine == "memory":
            measured(engine, path, measure)  # once to compile
        (answer, alone), wall, cpu, peak = measured(engine, path, measure)
        right = right or answer
        if answer != right:
            raise SystemExit(f"{engine} counts {answer}, not {right}")
        base = base or cpu
        figures = f"{wall:.1f} | {cpu:.1f} | {cpu / base:.1f}x | {alone:.2f} | {peak:.2f}"
        row = f"| {measure} | {size:,} | {engine} | {figures} | {answer[0]:,} |"
        print(row, flush=True)


if __name__ == "__main__":
    main()

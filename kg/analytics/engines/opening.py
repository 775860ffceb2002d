"""Open an engine on a table; it lasts as long as the `with` statement."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from kg.analytics.control_pairs import Control
from kg.analytics.engines.answer import Answer
from kg.analytics.engines.choose import Engine
from kg.analytics.fixpoint import Majority
from kg.analytics.integrated import Ownership
from kg.analytics.ultimate_controllers import Ultimate
from kg.errors import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What an engine may take.

    tell    is told how far it is, a line at a time
    memory  DuckDB: the most for its buffers; Spark: of the driver, such as "4GB"
    spill   DuckDB: a folder for what does not fit
    master  Spark: where the cluster is; empty: as spark-submit says, else all threads here
    """

    tell: Callable[[str], None]
    memory: str = "4GB"
    spill: Path | None = None
    master: str = ""


class Opened(Protocol):
    """A table in an engine, to be asked once."""

    findings: tuple[Finding, ...]

    def control(self, rule: Majority, members: Sequence[str] = ()) -> Answer[Control]:
        """Return who controls whom."""

    def ultimate(self, rule: Majority) -> Answer[Ultimate]:
        """Return who is at the top above each company."""

    def ownership(self, owner: str, owned: str) -> Answer[Ownership]:
        """Return who holds how much, directly and through others."""


@contextmanager
def opened(engine: Engine, path: Path, as_of: date | None, means: Means) -> Iterator[Opened]:
    """Open "duckdb" or "spark" on a table; raises TableError and EngineError."""
    if engine == "duckdb":
        from kg.analytics.engines import duckdb_table
        from kg.analytics.engines.duckdb_answers import DuckDBEngine
        from kg.analytics.engines.duckdb_session import Session

        with Session(means.memory, means.spill, means.tell) as session:
            yield DuckDBEngine(duckdb_table.load(session, path, as_of))
        return
    from kg.analytics.engines import spark_table
    from kg.analytics.engines.spark_answers import SparkEngine

    before = spark_table.running()
    spark = before or spark_table.session(means.master, means.memory)
    try:
        yield SparkEngine(spark_table.load(spark, path, as_of, means.tell))
    finally:
        if before is None:
            spark.stop()

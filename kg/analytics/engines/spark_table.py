"""A table of stakes as a Spark DataFrame, from partitioned Parquet or CSV.

Only different cells come to the driver, where the code for all tables reads them; they go back as
a broadcast table. Needs pyspark (the extra `spark`) and a Java of at least 17.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kg.analytics.cells import COLUMNS, ERROR, SIZES, WARNING, Findings, Sizes
from kg.analytics.engines.reading import reader
from kg.analytics.engines.sources import is_edge_table, refuse, refuse_edges, source
from kg.analytics.stakes import WHOLE
from kg.analytics.tables import column_places, day_of
from kg.errors import EngineError, Finding, ParameterError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_MOST_KINDS = 5_000_000  # different cells that come to the driver
_SQL = {"int": "INTEGER", "bigint": "BIGINT", "smallint": "SMALLINT", "tinyint": "TINYINT"}
_MEMORY = "take --engine memory or duckdb"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SparkTable:
    """Stakes, one for each owner and company, exact; owners are text, or numbers in edge tables."""

    stakes: "DataFrame"
    whole: int
    findings: tuple[Finding, ...]
    tell: Tell


def session(master: str, memory: str = "2g", **settings: str) -> "SparkSession":
    """Return the session of this process, or a new one; quiet, and adaptive to small tables.

    master  such as "local[2]", "yarn", "spark://host:7077"; empty: as spark-submit says
    """
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    maker = SparkSession.builder.appName("keiretsu")
    maker = maker.config("spark.driver.memory", _of_jvm(memory))
    maker = maker.config("spark.ui.showConsoleProgress", "false").config(
        "spark.ui.enabled", "false"
    )
    if master:
        maker = maker.master(master)
    for name, value in settings.items():
        maker = maker.config(name.replace("_", "."), value)
    try:
        return maker.getOrCreate()
    except (PySparkException, OSError, RuntimeError) as error:
        advice = "Java 17 or newer must be on the PATH or at JAVA_HOME; is --master right?"
        raise EngineError("spark", f"does not start: {str(error)[:200]}", advice) from None


def running() -> "SparkSession | None":
    """Return the session that this process has already."""
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession()


def _of_jvm(memory: str) -> str:
    """Return a size as Java reads it: 1.5GB is 1500m."""
    found = re.fullmatch(
        r"(\d{1,6}(?:\.\d{1,3})?)\s?([MGT])(?:i?B)?", memory.strip(), re.IGNORECASE
    )
    if found is None:
        raise ParameterError("memory-limit", f"{memory[:40]!r} is no size; write 4GB or 800MB")
    return f"{int(float(found[1]) * {'m': 1, 'g': 1000, 't': 1_000_000}[found[2]])}m"


def load(spark: "SparkSession", path: Path, as_of: date | None, tell: Tell) -> SparkTable:
    """Read a table; raises TableError, or EngineError where it has ranges or votes.

    Files are listed on the driver; executors must see the same path (a shared disk, or one
    machine).
    """
    found = source(path)
    names = [str(file) for file in found.files]
    if found.parquet:
        rows = spark.read.parquet(*names)
    else:
        rows = spark.read.csv(names, header=True, sep=found.delimiter, escape='"', multiLine=True)
    tell(f"spark: reads {len(names):,} files")
    if is_edge_table({name: _SQL.get(kind, kind) for name, kind in rows.dtypes}):
        return _edges(rows, path, tell)
    places = column_places(path, rows.columns)
    findings = Findings()
    day = day_of(as_of, places, findings)
    given = {name: rows.columns[place] for name, place in places.items()}
    if "votes" in given:
        raise EngineError("spark", "the table has votes", _MEMORY)
    return _texts(rows, path, given, day, findings, tell)


def _edges(rows: "DataFrame", path: Path, tell: Tell) -> SparkTable:
    from pyspark.sql import functions as f

    wrong = f.expr(
        "owner IS NULL OR owned IS NULL OR NOT coalesce(0 <= low AND low <= high AND "
        "high <= 1000000, false)"
    )
    shown = rows.where(wrong).select("owner", "owned", "low", "high").head(1)
    refuse_edges(path, len(shown), tuple(shown[0]) if shown else ())
    return _merged(rows.select("owner", "owned", "low", "high"), WHOLE, Findings(), tell)


def _texts(
    rows: "DataFrame",
    path: Path,
    given: dict[str, str],
    day: date | None,
    findings: Findings,
    tell: Tell,
) -> SparkTable:
    from pyspark.sql import functions as f

    cells = rows.select(
        *(
            f.coalesce(f.trim(f.col(f"`{column}`").cast("string")), f.lit("")).alias(name)
            for name, column in given.items()
        )
    )
    unnamed = cells.where("owner = '' OR owned = ''").count()
    if unnamed:
        message = f"{unnamed:,} rows are left out: owner or owned is empty"
        findings.add(ERROR, "empty-name", message, column="owner, owned")
    sizing = [name for name in COLUMNS[2:] if name in given]
    read, whole = _read(cells, sizing, day, findings)
    stakes = cells.where("owner <> '' AND owned <> ''").join(f.broadcast(read), sizing)
    if not stakes.head(1):
        refuse(path, "empty", "no stake in this table can be used", "check the columns")
    return _merged(
        stakes.where("in_force").select("owner", "owned", "low", "high"), whole, findings, tell
    )


def _read(
    cells: "DataFrame", sizing: list[str], day: date | None, findings: Findings
) -> tuple["DataFrame", int]:
    """Return what each combination of cells says, and into how many parts companies are cut."""
    from pyspark.sql import functions as f

    different = cells.select(*sizing).distinct().limit(_MOST_KINDS + 1).collect()
    if len(different) > _MOST_KINDS:
        problem = f"shares and days are written in more than {_MOST_KINDS:,} ways"
        raise EngineError("spark", problem, "write low and high in millionths, or " + _MEMORY)

    def kinds() -> Iterator[tuple[int, Sizes]]:
        for number, row in enumerate(different):
            yield number, Sizes(**row.asDict())

    counted = cells.groupBy("owned").agg(f.count_distinct("owner").alias("n")).agg(f.max("n"))
    holders = counted.head()
    found = reader(
        kinds, day, any(name in sizing for name in SIZES[:3]), holders[0] if holders else 1
    )
    rows = []
    for one, texts in zip(found, different, strict=True):
        rows.append((*texts, one.low, one.high, one.in_force))
        for trouble in one.troubles:
            message = f"{trouble.message} (rows with this cell)"
            findings.add(
                trouble.level, trouble.rule, message, column=trouble.column, advice=trouble.advice
            )
    kind = ", ".join(
        [*(f"{name} string" for name in sizing), "low long, high long, in_force boolean"]
    )
    return cells.sparkSession.createDataFrame(rows, kind), found.whole


def _merged(rows: "DataFrame", whole: int, findings: Findings, tell: Tell) -> SparkTable:
    """Return one row for each owner and company, all exact; notes companies above 100%."""
    from pyspark.sql import functions as f

    stakes = (
        rows.groupBy("owner", "owned")
        .agg(f.min("low").cast("long").alias("low"), f.max("high").cast("long").alias("high"))
        .localCheckpoint()
    )
    ranges = stakes.where("low <> high").count()
    if ranges:
        raise EngineError("spark", f"{ranges:,} stakes are ranges or unknown", _MEMORY)
    over = stakes.groupBy("owned").agg(f.sum("low").alias("total")).where(f"total > {whole}")
    for owned, total in over.orderBy("owned").limit(20).collect():
        message = f"shares of {owned} add up to {total / whole:.4%}"
        findings.add(ERROR, "sum-above-100", message, column="share", advice="taken as they stand")
    own = stakes.where("owner = owned").count()
    if own:
        findings.add(WARNING, "self-holding", f"{own:,} companies hold shares of themselves")
    tell(f"spark: {stakes.count():,} stakes")
    return SparkTable(stakes, whole, tuple(findings), tell)

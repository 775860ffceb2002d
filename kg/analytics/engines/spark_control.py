"""Control as Spark DataFrames: the rounds of `duckdb_control`, for a cluster; see there why.

Stakes that cannot matter are left out beforehand; each round joins only the pairs found last, and
cuts its plan off (localCheckpoint), or plans would grow with the rounds.
"""

from typing import TYPE_CHECKING

from kg.analytics.engines.spark_table import SparkTable
from kg.analytics.fixpoint import Majority
from kg.analytics.stakes import Stakes

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def control_pairs(table: SparkTable, rule: Majority) -> "DataFrame":
    """Return every pair (x, y, held): x controls y; held is theirs of y together, in parts."""
    from pyspark.sql import functions as f

    quota = rule.quota(Stakes([], [], [], [], [], table.whole))
    alone, lead, joint = _prepared(table, quota)
    pairs = alone.select(f.col("owner").alias("x"), f.col("owned").alias("y")).localCheckpoint()
    own = joint.join(alone.select("owner").distinct(), "owner", "left_semi")
    part = own.select(f.col("owner").alias("x"), f.col("owned").alias("y"), "low").localCheckpoint()
    fresh, number = pairs, 0
    while found := fresh.count():
        number += 1
        table.tell(f"spark: control, round {number}: {found:,} new pairs")
        touched = _joined(fresh, joint.select("owner", "owned", "low"))
        touched = touched.join(pairs, ["x", "y"], "left_anti").localCheckpoint()
        part = part.unionByName(touched).localCheckpoint()
        enough = (
            part.join(touched.select("x", "y").distinct(), ["x", "y"], "left_semi")
            .groupBy("x", "y")
            .agg(f.sum("low").alias("held"))
            .where(f"held > {quota}")
            .select("x", "y")
        )
        led = _joined(fresh, lead).select("x", "y")
        fresh = led.unionByName(enough).join(pairs, ["x", "y"], "left_anti").localCheckpoint()
        pairs = pairs.unionByName(fresh).localCheckpoint()
    return _held(table, pairs)


def _prepared(table: SparkTable, quota: int) -> tuple["DataFrame", "DataFrame", "DataFrame"]:
    """Return the stakes that control alone, leads among them, and joint ones that can matter."""
    from pyspark.sql import functions as f

    others = table.stakes.where("owner <> owned")
    candidates = (
        others.groupBy("owned")
        .agg(f.sum("low").alias("total"), f.max("low").alias("most"))
        .where(f"total > {quota}")
        .withColumn("led", f.expr(f"most > {quota} AND total - most <= {quota}"))
        .select("owned", "led")
        .localCheckpoint()
    )
    alone = others.where(f"low > {quota}").select("owner", "owned").localCheckpoint()
    lead = alone.join(candidates.where("led"), "owned", "left_semi").localCheckpoint()
    acting = (
        alone.select("owner").union(candidates.select(f.col("owned").alias("owner"))).distinct()
    )
    joint = (
        others.join(candidates.where("NOT led"), "owned", "left_semi")
        .join(acting, "owner", "left_semi")
        .localCheckpoint()
    )
    return alone, lead, joint


def _joined(fresh: "DataFrame", stakes: "DataFrame") -> "DataFrame":
    """Return what the companies found last hold, as parts of their controllers."""
    held = stakes.withColumnsRenamed({"owner": "through", "owned": "y"})
    return (
        fresh.withColumnRenamed("y", "through")
        .join(held, "through")
        .where("x <> y")
        .drop("through")
    )


def _held(table: SparkTable, pairs: "DataFrame") -> "DataFrame":
    """Return each pair with what x and all it controls hold of y, in parts."""
    from pyspark.sql import functions as f

    held = table.stakes.where("owner <> owned").selectExpr("owner", "owned AS y", "low")
    of_each = pairs.join(held, "y")
    itself = of_each.where("owner = x")
    group = pairs.withColumnRenamed("y", "owner")
    through = of_each.join(group, ["x", "owner"], "left_semi")
    return (
        itself.select("x", "y", "low")
        .unionByName(through.select("x", "y", "low"))
        .groupBy("x", "y")
        .agg(f.sum("low").alias("held"))
    )

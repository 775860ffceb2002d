"""Ultimate controllers as Spark DataFrames, from the pairs of `spark_control`.

Kinds as in `ultimate_controllers`; top, ring and bloc as in `duckdb_ultimate`.
"""

from typing import TYPE_CHECKING

from kg.analytics.engines.spark_table import SparkTable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_KIND = (
    "CASE WHEN itself THEN 'none' WHEN tops = 1 THEN 'one' WHEN rings = 1 THEN 'loop' "
    "ELSE 'several' END"
)


def ultimate_controllers(table: SparkTable, pairs: "DataFrame") -> "DataFrame":
    """Return (company, controller, kind): who is at the top above each owned company."""
    from pyspark.sql import functions as f

    tops = _tops(table, pairs.select("x", "y").localCheckpoint())
    of_owned = tops.join(
        table.stakes.selectExpr("owned AS company").distinct(), "company", "left_semi"
    )
    joint = _joint(table, tops)
    alone = of_owned.where("itself").join(joint, "company", "left_anti")
    return (
        of_owned.where("NOT itself")
        .select("company", f.col("top").alias("controller"), "kind")
        .unionByName(joint.withColumn("kind", f.lit("joint")))
        .unionByName(
            alone.selectExpr("company", "CASE WHEN false THEN top END AS controller", "kind")
        )
    )


def _tops(table: SparkTable, pairs: "DataFrame") -> "DataFrame":
    """Return (company, top, itself, kind) for all that is a company or an owner."""
    from pyspark.sql import functions as f

    back = pairs.selectExpr("y AS x", "x AS y")
    mutual = pairs.join(back, ["x", "y"], "left_semi").localCheckpoint()
    below = pairs.join(back, ["x", "y"], "left_anti").selectExpr("y AS top").distinct()
    nodes = (
        table.stakes.selectExpr("owned AS company").union(table.stakes.select("owner")).distinct()
    )
    tops = (
        pairs.selectExpr("y AS company", "x AS top")
        .unionByName(nodes.withColumn("top", f.col("company")))
        .join(below, "top", "left_anti")
        .localCheckpoint()
    )
    ring = mutual.groupBy("y").agg(f.min("x").alias("least"))
    ring = ring.select(f.col("y").alias("top"), f.least("y", "least").alias("ring"))
    counted = (
        tops.join(ring, "top", "left")
        .groupBy("company")
        .agg(
            f.count("*").alias("tops"),
            f.count_distinct(f.coalesce("ring", "top")).alias("rings"),
            f.bool_and(f.col("company") == f.col("top")).alias("itself"),
        )
    )
    kind = f.expr(_KIND).alias("kind")
    return tops.join(counted, "company").select("company", "top", "itself", kind).localCheckpoint()


def _joint(table: SparkTable, tops: "DataFrame") -> "DataFrame":
    """Return (company, controller) where nobody controls and two blocs hold exactly half each."""
    from pyspark.sql import functions as f

    held = table.stakes.where("owner <> owned AND low > 0")
    free = tops.where("itself").selectExpr("company AS owned").distinct()
    whole = held.groupBy("owned").agg(f.sum("low").alias("all")).where(f"all = {table.whole}")
    above = tops.groupBy("company").agg(f.sort_array(f.collect_list("top")).alias("tops"))
    blocs = (
        held.join(free, "owned", "left_semi")
        .join(whole, "owned", "left_semi")
        .join(above.withColumnRenamed("company", "owner"), "owner")
        .groupBy("owned", "tops")
        .agg(f.sum("low").alias("parts"))
        .localCheckpoint()
    )
    halves = blocs.groupBy("owned").agg(
        f.count("*").alias("count"),
        f.bool_and(f.expr(f"2 * parts = {table.whole} AND NOT array_contains(tops, owned)")).alias(
            "half"
        ),
    )
    found = blocs.join(halves.where("count = 2 AND half"), "owned", "left_semi")
    return found.select(f.col("owned").alias("company"), f.explode("tops").alias("controller"))

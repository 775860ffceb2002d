"""Integrated ownership as Spark DataFrames: the flow of `duckdb_ownership`, for a cluster.

The driver holds the loops among what is reached, where they are at most some thousand companies,
and nothing else; there mass is put round all loops at once. Larger loops are gone round by rounds.
"""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kg.analytics.engines.loops import MOST, Loops
from kg.analytics.engines.rounds import Remainder
from kg.analytics.engines.spark_table import SparkTable
from kg.errors import EngineError, UnknownNameError

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

TOLERANCE = 1e-12


class OwnershipInSpark:
    """Integrated ownership of one owner, or of one company, at a time."""

    def __init__(
        self, table: SparkTable, tolerance: float = TOLERANCE, most_solved: int = MOST
    ) -> None:
        self.table = table
        self.tolerance = tolerance
        self.most_solved = most_solved
        self._stakes = table.stakes.where("low > 0")

    def held_by(self, owner: str) -> "DataFrame":
        """Return (node, share): F of one owner for all it reaches; the owner is absorbing."""
        from pyspark.sql import functions as f

        same = f.col("owner") == self._known(owner, "by")
        mass = self._stakes.where(same).select(f.col("owned").alias("node"), self._share())
        edges = self._stakes.where(~same).selectExpr("owner AS source", "owned AS target", "low")
        flow, loops = self._cut(edges, mass, owner)
        return self._run(mass.withColumnRenamed("share", "mass"), flow, loops, up=False)

    def owners_of(self, company: str) -> "DataFrame":
        """Return (node, share): F of everyone above one company, for it."""
        from pyspark.sql import functions as f

        start = self._stakes.sparkSession.range(1).select(
            self._known(company, "of").alias("node"), f.lit(1.0).alias("mass")
        )
        edges = self._stakes.selectExpr("owned AS source", "owner AS target", "low")
        flow, loops = self._cut(edges, start, None)
        if loops is None or loops.over(self._sums(loops)):
            problem = "loops above this company are too large, or hold more than 100 %"
            raise EngineError("spark", problem, "ask by one owner (--by), or take --engine memory")
        visits = self._run(start, flow, loops, up=True)
        return self._first_passage(visits, loops, company)

    def _known(self, name: str, parameter: str) -> "Column":
        from pyspark.sql import functions as f

        kind = dict(self._stakes.dtypes)["owner"]
        wanted = f.lit(name).cast(kind)
        found = self.table.stakes.where((f.col("owner") == wanted) | (f.col("owned") == wanted))
        if not found.head(1):
            raise UnknownNameError(parameter, name, [])
        return wanted

    def _share(self) -> "Column":
        from pyspark.sql import functions as f

        return (f.col("low") / self.table.whole).alias("share")

    def _cut(
        self, edges: "DataFrame", start: "DataFrame", owner: str | None
    ) -> tuple["DataFrame", "_Knot | None"]:
        """Return the stakes that mass can come to, without their loops, and the loops."""
        from pyspark.sql import functions as f

        reached = start.select("node").distinct().localCheckpoint()
        border = reached
        while border.head(1):
            border = (
                edges.join(border.withColumnRenamed("node", "source"), "source", "left_semi")
                .select(f.col("target").alias("node"))
                .distinct()
                .join(reached, "node", "left_anti")
                .localCheckpoint()
            )
            reached = reached.unionByName(border).localCheckpoint()
        inside = reached.withColumnRenamed("node", "source")
        flow = edges.join(inside, "source", "left_semi").localCheckpoint()
        knot = flow if owner is None else flow.where(f.col("target") != f.lit(owner))
        knot = self._peeled(knot)
        members = knot.select("source").distinct().count()
        self.table.tell(f"spark: {flow.count():,} stakes reached, {members:,} companies in loops")
        if members > self.most_solved:
            return flow.select("source", "target", self._share()), None
        rest = flow.join(knot, ["source", "target"], "left_anti").localCheckpoint()
        loops = _Knot(knot.collect(), self.table.whole, down=owner is not None)
        return rest.select("source", "target", self._share()), loops

    def _peeled(self, knot: "DataFrame") -> "DataFrame":
        """Return what is in loops, or between them: all else is peeled off, ends first."""
        before, count = -1, knot.count()
        while count != before:
            sources = knot.selectExpr("source AS target").distinct()
            targets = knot.selectExpr("target AS source").distinct()
            knot = knot.join(sources, "target", "left_semi").join(targets, "source", "left_semi")
            knot = knot.localCheckpoint()
            before, count = count, knot.count()
        return knot

    def _run(
        self, mass: "DataFrame", flow: "DataFrame", loops: "_Knot | None", *, up: bool
    ) -> "DataFrame":
        """Return (node, share): rounds until nothing flows, or little enough."""
        from pyspark.sql import functions as f

        remainder = Remainder("spark", self.tolerance)
        mass = mass.localCheckpoint()
        shares = mass.limit(0)
        while largest := (mass.agg(f.max("mass")).head() or [0])[0]:
            if loops is None and remainder.small(largest):
                self.table.tell(f"spark: {remainder}")
                break
            if loops is not None and loops.nodes:
                mass = self._solved(mass, loops, up)
            shares = shares.unionByName(mass).localCheckpoint()
            mass = (
                mass.join(flow.withColumnRenamed("source", "node"), "node")
                .groupBy("target")
                .agg(f.sum(f.col("mass") * f.col("share")).alias("mass"))
                .withColumnRenamed("target", "node")
                .localCheckpoint()
            )
        return shares.groupBy("node").agg(f.sum("mass").alias("share"))

    def _solved(self, mass: "DataFrame", loops: "_Knot", up: bool) -> "DataFrame":
        """Return the mass after what has come into the loops was put all round them."""
        here = self._frame(loops.nodes).localCheckpoint()
        entered = mass.join(here, "node", "left_semi").collect()
        if not entered:
            return mass
        rows = loops.solved({row.node: row.mass for row in entered}, up)
        outside = mass.join(here, "node", "left_anti")
        return outside.unionByName(self._frame(rows, "mass")).localCheckpoint()

    def _frame(
        self, rows: "list[Hashable] | dict[Hashable, float]", value: str = ""
    ) -> "DataFrame":
        kind = dict(self._stakes.dtypes)["owner"]
        spark = self._stakes.sparkSession
        if isinstance(rows, dict):
            return spark.createDataFrame(list(rows.items()), f"node {kind}, {value} double")
        return spark.createDataFrame([(node,) for node in rows], f"node {kind}")

    def _sums(self, loops: "_Knot") -> list[int]:
        from pyspark.sql import functions as f

        here = self._frame(loops.nodes).withColumnRenamed("node", "owned")
        held = self._stakes.join(here, "owned", "left_semi")
        return [
            row.total for row in held.groupBy("owned").agg(f.sum("low").alias("total")).collect()
        ]

    def _first_passage(self, visits: "DataFrame", loops: "_Knot", company: str) -> "DataFrame":
        """Turn visits into shares: over N[i,i] in loops; of its own, only what comes back."""
        from pyspark.sql import functions as f

        own = self._known(company, "of")
        if not loops.nodes:
            return visits.where(f.col("node") != own)
        here = self._frame(loops.nodes).localCheckpoint()
        found = visits.join(here, "node", "left_semi").collect()
        met = loops.met({row.node: row.share for row in found}, company)
        outside = visits.join(here, "node", "left_anti").where(f.col("node") != own)
        return outside.unionByName(self._frame(met, "share"))


class _Knot:
    """`Loops` under the names of the table."""

    def __init__(
        self, rows: "Sequence[tuple[Hashable, Hashable, int]]", whole: int, down: bool
    ) -> None:
        numbers: dict[Hashable, int] = {}
        ends = [[numbers.setdefault(row[place], len(numbers)) for row in rows] for place in (0, 1)]
        self.nodes = list(numbers)
        self._numbers = numbers
        self._whole = whole
        source, target = (np.array(one, np.int64) for one in ends)
        parts = np.array([row[2] for row in rows], np.int64)
        owner, owned = (source, target) if down else (target, source)
        self._loops = Loops("spark", owner, owned, parts, whole)

    def over(self, sums: list[int]) -> bool:
        """Say whether more than all of a company is held."""
        return any(total > self._whole for total in sums)

    def solved(self, entered: dict[Hashable, float], up: bool) -> dict[Hashable, float]:
        """Return what is at each, from what has come in."""
        ids = np.array([self._numbers[node] for node in entered], np.int64)
        mass = np.array(list(entered.values()))
        found = (self._loops.up if up else self._loops.down)(ids, mass)
        return self._named(found)

    def met(self, visits: dict[Hashable, float], company: str) -> dict[Hashable, float]:
        """Return the shares of those in loops."""
        spread = np.zeros(len(self.nodes))
        for node, count in visits.items():
            spread[self._numbers[node]] = count
        found = self._loops.met(spread)
        for node, number in self._numbers.items():
            if str(node) == company:
                found[number] = self._loops.back(number)
        return self._named(found)

    def _named(self, found: "np.ndarray") -> dict[Hashable, float]:
        return {node: float(one) for node, one in zip(self.nodes, found, strict=True) if one > 0}

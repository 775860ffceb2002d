"""The Spark engine as commands use it: rows streamed by name, or written as Parquet."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.analytics.control_pairs import CERTAIN, Control
from kg.analytics.engines.answer import Answer
from kg.analytics.engines.spark_control import control_pairs
from kg.analytics.engines.spark_table import SparkTable
from kg.analytics.engines.spark_ultimate import ultimate_controllers
from kg.analytics.fixpoint import Majority
from kg.analytics.integrated import Ownership
from kg.analytics.shares import decimal_text
from kg.analytics.ultimate_controllers import Ultimate
from kg.errors import EngineError, ParameterError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class SparkEngine:
    """A loaded table, asked once."""

    def __init__(self, table: SparkTable) -> None:
        self.table = table
        self.findings = table.findings

    def control(self, rule: Majority, members: Sequence[str] = ()) -> Answer[Control]:
        """Return who controls whom; `members`: at most one holder."""
        from pyspark.sql import functions as f

        if len(members) > 1:
            advice = "take --engine duckdb or memory"
            raise EngineError("spark", "several that act as one are not worked out", advice)
        pairs = control_pairs(self.table, rule)
        if members:
            pairs = pairs.where(f.col("x").cast("string") == members[0])
        named = pairs.selectExpr(
            "string(x) AS controller",
            "string(y) AS controlled",
            "held AS held_parts",
            f"{self.table.whole}L AS whole",
        )
        return Answer(lambda: self._pairs(named), _writer(named))

    def _pairs(self, named: "DataFrame") -> Iterator[Control]:
        for row in _sorted(named):
            held = Decimal(decimal_text(Fraction(row.held_parts, row.whole)))
            yield Control(row.controller, row.controlled, held, CERTAIN)

    def ultimate(self, rule: Majority) -> Answer[Ultimate]:
        """Return who is at the top above each company."""
        tops = ultimate_controllers(self.table, control_pairs(self.table, rule))
        named = tops.selectExpr(
            "string(company) AS company", "string(controller) AS controller", "kind"
        )
        return Answer(
            lambda: (Ultimate(a, b, kind, CERTAIN) for a, b, kind in _sorted(named)), _writer(named)
        )

    def ownership(self, owner: str, owned: str) -> Answer[Ownership]:
        """Return integrated ownership, corrected: of one owner, of one company, or of both."""
        from pyspark.sql import functions as f

        from kg.analytics.engines.spark_ownership import OwnershipInSpark

        if not (owner or owned):
            advice = "name one --owner or one --owned, or take --engine memory"
            raise EngineError("spark", "works out one owner or one company at a time", advice)
        engine = OwnershipInSpark(self.table)
        found = engine.held_by(owner) if owner else engine.owners_of(owned)
        node = f.col("node").cast("string")
        if owner:
            named = found.select(f.lit(owner).alias("owner"), node.alias("owned"), "share")
            named = named.where(f.col("owned") == owned) if owned else named
        else:
            named = found.select(node.alias("owner"), f.lit(owned).alias("owned"), "share")
        named = named.where("share > 0")
        return Answer(
            lambda: (Ownership(a, b, share, share, share) for a, b, share in _sorted(named)),
            _writer(named),
        )


def _sorted(rows: "DataFrame") -> Iterator[Any]:
    yield from rows.orderBy(*rows.columns).toLocalIterator()


def _writer(rows: "DataFrame") -> Any:
    def write(path: Path) -> None:
        from pyspark.errors import AnalysisException

        try:
            rows.write.parquet(str(path))
        except AnalysisException as error:
            raise ParameterError("output", str(error).partition("\n")[0][:200]) from None

    return write

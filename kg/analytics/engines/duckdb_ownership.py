# ruff: noqa: S608 -- SQL is put together of names of tables and whole numbers; values are bound
"""Integrated ownership as SQL: what flows from one owner, or up from one company, round by round.

    held_by(i)     mass starts at i's direct stakes and is multiplied down along stakes. i is
                   absorbing: what comes back to it is F[i,i] and goes no further (first passage)
    owners_of(j)   mass starts at j and is multiplied up; F[i,j] = visits at i over N[i,i]

Only the stakes that can be reached are touched. Their loops, found by peeling off what no loop
goes through, are solved at once (`loops`) where they are at most some thousand companies; the
rounds then end by themselves, exact to rounding. Larger loops are gone round until what is left,
estimated from how fast the last rounds shrank, is below the tolerance.
Source: Vitali, Glattfelder & Battiston (2011), doi:10.1371/journal.pone.0025995, appendix.
"""

import numpy as np

from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.duckdb_table import Table
from kg.analytics.engines.loops import MOST, Loops
from kg.analytics.engines.rounds import Remainder
from kg.errors import EngineError

TOLERANCE = 1e-12


class OwnershipInDuckDB:
    """Answers about one owner or one company at a time; `share(node, share)` has the last one."""

    def __init__(self, table: Table, tolerance: float = TOLERANCE, most_solved: int = MOST) -> None:
        self.table = table
        self.session: Session = table.session
        self.tolerance = tolerance
        self.most_solved = most_solved

    def held_by(self, owner: int) -> None:
        """Make `share`: F of one owner for all it reaches."""
        self._sql(
            "CREATE OR REPLACE TABLE mass AS SELECT owned AS node, "
            f"low / {self.table.whole} AS mass FROM stake WHERE owner = {owner} AND high > 0"
        )
        self._reach("mass", "owner", "owned", owner)
        self._flow(
            f"SELECT owner AS source, owned AS target, low, high FROM stake WHERE owner <> {owner} "
            "AND high > 0 AND owner IN (SELECT node FROM reached)"
        )
        self._exact(f"owner = {owner}")
        self._run(self._loops(left_out=owner))

    def owners_of(self, company: int) -> None:
        """Make `share`: F of everyone above one company, for it."""
        self._sql(
            f"CREATE OR REPLACE TABLE mass AS SELECT {company}::BIGINT AS node, 1::DOUBLE AS mass"
        )
        self._reach("mass", "owned", "owner", None)
        self._flow(
            "SELECT owned AS source, owner AS target, low, high FROM stake WHERE high > 0 "
            "AND owned IN (SELECT node FROM reached)"
        )
        self._exact("false")
        loops = self._loops(left_out=None)
        if loops is None or self._dirty_loops():
            problem = "loops above this company are too large, or hold more than 100 %"
            raise EngineError("duckdb", problem, "ask by one owner (--by), or take --engine memory")
        self._run(loops, up=True)
        self._first_passage(loops, company)

    def _sql(self, statement: str) -> None:
        self.session.run(statement)

    def _reach(self, start: str, source: str, target: str, absorbing: int | None) -> None:
        """Make `reached`: all that mass can come to, breadth first."""
        self._sql(f"CREATE OR REPLACE TABLE reached AS SELECT DISTINCT node FROM {start}")
        self._sql("CREATE OR REPLACE TABLE border AS FROM reached")
        stop = "" if absorbing is None else f"AND {source} <> {absorbing}"
        while self.session.count("border"):
            self._sql(
                f"CREATE OR REPLACE TABLE border AS SELECT DISTINCT {target} AS node FROM stake "
                f"WHERE {source} IN (SELECT node FROM border) AND high > 0 {stop} "
                f"AND {target} NOT IN (SELECT node FROM reached)"
            )
            self._sql("INSERT INTO reached FROM border")
        self.session.tell(f"{self.session.count('reached'):,} reached")

    def _flow(self, selected: str) -> None:
        self._sql(
            f"CREATE OR REPLACE TABLE flow AS SELECT *, low / {self.table.whole} AS share "
            f"FROM ({selected})"
        )

    def _exact(self, first: str) -> None:
        """Refuse ranges among the stakes that matter."""
        ranges = (
            "SELECT (SELECT count(*) FROM flow WHERE low <> high) + "
            f"(SELECT count(*) FROM stake WHERE {first} AND low <> high)"
        )
        if count := int(self.session.one(ranges)):
            problem = f"{count:,} of the stakes that matter here are ranges or unknown"
            advice = "--engine memory works out the least and the most that is possible"
            raise EngineError("duckdb", problem, advice)

    def _loops(self, left_out: int | None) -> Loops | None:
        """Return the loops of `flow` taken out of it; None where they are too large."""
        other = "" if left_out is None else f" WHERE target <> {left_out}"
        self._sql(f"CREATE OR REPLACE TABLE knot AS SELECT source, target, low FROM flow{other}")
        before = -1
        while (count := self.session.count("knot")) != before:
            before = count
            self._sql(
                "CREATE OR REPLACE TABLE knot AS FROM knot WHERE source IN "
                "(SELECT target FROM knot) AND target IN (SELECT source FROM knot)"
            )
        members = int(self.session.one("SELECT count(DISTINCT source) FROM knot"))
        self.session.tell(f"{members:,} companies in loops, {count:,} stakes between them")
        if members > self.most_solved:
            return None
        found = self.session.columns("SELECT source, target, low FROM knot")
        self._sql("CREATE OR REPLACE TABLE flow AS FROM flow ANTI JOIN knot USING (source, target)")
        down = left_out is not None
        owner, owned = ("source", "target") if down else ("target", "source")
        return Loops("duckdb", found[owner], found[owned], found["low"], self.table.whole)

    def _dirty_loops(self) -> bool:
        over = (
            "SELECT 1 FROM (SELECT owned, sum(low) AS total FROM stake WHERE owned IN "
            f"(SELECT source FROM knot) GROUP BY owned) WHERE total > {self.table.whole} LIMIT 1"
        )
        return bool(self.session.one(over))

    def _run(self, loops: Loops | None, *, up: bool = False) -> None:
        """Make `share` from `mass` and `flow`: rounds until nothing flows, or little enough."""
        remainder = Remainder("duckdb", self.tolerance)
        self._sql("CREATE OR REPLACE TABLE share AS FROM mass LIMIT 0")
        while largest := self.session.one("SELECT max(mass) FROM mass"):
            if loops is not None and len(loops):
                self._solve(loops, up)
            elif loops is None and remainder.small(float(largest)):
                self.session.tell(str(remainder))
                break
            self._sql("INSERT INTO share FROM mass")
            self._sql(
                "CREATE OR REPLACE TABLE mass AS SELECT target AS node, sum(mass * share) AS mass "
                "FROM mass JOIN flow ON source = node GROUP BY target"
            )
        self._sql(
            "CREATE OR REPLACE TABLE share AS "
            "SELECT node, sum(mass) AS share FROM share GROUP BY node"
        )
        self.session.tell(f"{self.session.count('share'):,} shares")

    def _solve(self, loops: Loops, up: bool) -> None:
        """Put what has come into the loops all round them."""
        inside = "node IN (SELECT source FROM knot)"
        found = self.session.columns(f"SELECT node, mass FROM mass WHERE {inside}")
        if not len(found["node"]):
            return
        solved = (loops.up if up else loops.down)(found["node"], found["mass"])
        kept = np.flatnonzero(solved > 0)
        self._sql(f"DELETE FROM mass WHERE {inside}")
        self.session.put("mass", {"node": loops.ids[kept], "mass": solved[kept]})

    def _first_passage(self, loops: Loops, company: int) -> None:
        """Turn visits into shares: over N[i,i] in loops; of its own, only what comes back."""
        found = self.session.columns(
            "SELECT node, share FROM share WHERE node IN (SELECT source FROM knot)"
        )
        self._sql(f"DELETE FROM share WHERE node = {company} OR node IN (SELECT source FROM knot)")
        if not len(loops):
            return
        visits = np.zeros(len(loops))
        visits[np.searchsorted(loops.ids, found["node"])] = found["share"]
        met = loops.met(visits)
        own = np.searchsorted(loops.ids, company)
        if own < len(loops) and loops.ids[own] == company:
            met[own] = loops.back(company)
        kept = np.flatnonzero(met > 0)
        self.session.put("share", {"node": loops.ids[kept], "share": met[kept]})

# ruff: noqa: S608 -- SQL is put together of names of tables and whole numbers; values are bound
"""Control as SQL: the least fixpoint of joint majority, in rounds over new pairs only.

    x controls y if x and the companies that x controls hold together more than the threshold of y

The rule is `fixpoint`'s, for any threshold and any sums; nothing is assumed of the data. What makes
it quick is what can be left out beforehand without changing the answer (q: the quota of y):

    lead        a stake above q, where all others of y together are not: y goes with its lead alone
    candidate   y of which all holders together have more than q; others nobody controls
    source      an owner of some stake above q; the first company of a group comes by one stake
    joint       stakes in a candidate without lead, of a source or of a candidate; no other owner is
                in a group, or has one

Each round joins the pairs that the last one found (semi-naive evaluation) with leads and joint
stakes; joint parts are kept in `part`, and only what was touched is summed again. Parts are whole
numbers, so that exactly the threshold is never more than it. With ranges the same runs twice: with
all shares at their least (certain), and with what a group can have at most (possible),
min(sum of highs, free + sum of lows), where free is what is above everybody's least.

Sources: Mumick, Pirahesh & Ramakrishnan (1990), "The magic of duplicates and aggregates"; for
rounds over new rows only, Bancilhon & Ramakrishnan (1986), "An amateur's introduction to recursive
query processing strategies".
"""

from collections.abc import Sequence

from kg.analytics.engines.duckdb_session import Session
from kg.analytics.engines.duckdb_table import Table
from kg.analytics.fixpoint import Majority
from kg.analytics.stakes import Stakes

_GROUP = -1  # the id of several holders that act as one
_AT_MOST = "least(sum(high), any_value(free) + sum(low))"


class ControlInDuckDB:
    """All pairs of a loaded table: `certain(x, y)`, with ranges `possible(x, y)`, made by `run`."""

    def __init__(self, table: Table, rule: Majority, members: Sequence[str] = ()) -> None:
        self.table = table
        self.session: Session = table.session
        self.rule = rule
        self.members = [table.number(name, "source") for name in members]
        self.exact = table.exact(table.deciding)

    def run(self) -> None:
        """Make the tables of pairs."""
        self._quotas()
        for pairs in ["certain"] if self.exact else ["certain", "possible"]:
            self._prepare(possible=pairs == "possible")
            self._fixpoint(pairs)
            self._held(pairs)
        if not self.exact:  # what is certain is not told again
            self._sql("""
                DELETE FROM possible_held USING certain
                WHERE possible_held.x = certain.x AND possible_held.y = certain.y""")

    def _sql(self, statement: str) -> None:
        self.session.run(statement)

    def _quotas(self) -> None:
        """Make `limits`: of each company what is free, and the parts that just fail to control.

        A company's own shares carry no votes, so of votes they shrink what has to be exceeded; of
        capital they are a part like any other.
        """
        whole, deciding = self.table.whole, self.table.deciding
        plain = self.rule.quota(Stakes([], [], [], [], [], whole))
        own = "false"
        if self.table.votes:
            own = "owner = owned AND owned IN (SELECT owned FROM vote WHERE voted)"
        threshold = self.rule.threshold
        share = (
            f"{threshold.numerator}::HUGEINT * ({whole} - coalesce(sum({{}}) FILTER ({own}), 0))"
        )
        quota = f"({share} // {threshold.denominator})::BIGINT" if self.table.votes else str(plain)
        self._sql(f"""
            CREATE TABLE limits AS
            SELECT owned, greatest({whole} - sum(low), 0)::BIGINT AS free,
                   {quota.format("low")} AS quota, {quota.format("high")} AS possible_quota
            FROM {deciding} GROUP BY owned""")

    def _prepare(self, *, possible: bool) -> None:
        """Make `holding` (stakes that can matter) and from it `lead`, `joint` and `alone`."""
        high, quota = ("high", "possible_quota") if possible else ("low", "quota")
        selected = f"owner, owned, low, {high} AS high, free, {quota} AS quota"
        as_one = ""
        if self.members:
            listed = ", ".join(map(str, self.members))
            selected = (
                f"CASE WHEN owner IN ({listed}) THEN {_GROUP} ELSE owner END AS owner, owned, "
                f"sum(low)::BIGINT AS low, sum({high})::BIGINT AS high, "
                f"any_value(free) AS free, any_value({quota}) AS quota"
            )
            as_one = f"AND owned NOT IN ({listed}) GROUP BY 1, 2"
        self._sql(f"""
            CREATE OR REPLACE TABLE holding AS
            SELECT *, least(high, free + low) AS worth
            FROM (SELECT {selected} FROM {self.table.deciding} JOIN limits USING (owned)
                  WHERE owner <> owned {as_one})""")
        self._sql(f"""
            CREATE OR REPLACE TABLE candidate AS
            SELECT owned,
                   max(worth) > any_value(quota)
                   AND least(sum(high) - arg_max(high, worth),
                             any_value(free) + sum(low) - arg_max(low, worth)) <= any_value(quota)
                   AS led
            FROM holding GROUP BY owned
            HAVING {_AT_MOST} > any_value(quota)""")
        self._sql("""
            CREATE OR REPLACE TABLE alone AS
            SELECT owner, owned FROM holding WHERE worth > quota""")
        self._sql("""
            CREATE OR REPLACE TABLE lead AS
            SELECT owner, owned FROM alone
            WHERE owned IN (SELECT owned FROM candidate WHERE led)""")
        self._sql("""
            CREATE OR REPLACE TABLE joint AS
            SELECT owner, owned, low, high, free, quota FROM holding
            WHERE owned IN (SELECT owned FROM candidate WHERE NOT led) AND high > 0
              AND (owner IN (SELECT owner FROM alone) OR owner IN (SELECT owned FROM candidate))""")
        self._sql("DROP TABLE holding")

    def _fixpoint(self, pairs: str) -> None:
        """Make the table of pairs, round by round."""
        asked = f"WHERE owner = {_GROUP}" if self.members else ""
        self._sql(f"CREATE TABLE {pairs} AS SELECT owner AS x, owned AS y FROM alone {asked}")
        self._sql(f"CREATE OR REPLACE TABLE fresh AS FROM {pairs}")
        self._sql(f"""
            CREATE OR REPLACE TABLE part AS
            SELECT owner AS x, owned AS y, low, high, free, quota
            FROM joint SEMI JOIN (SELECT owner FROM alone {asked}) USING (owner)""")
        number = 0
        while found := self.session.count("fresh"):
            number += 1
            self.session.tell(f"{pairs} control, round {number}: {found:,} new pairs")
            self._round(pairs)
            self._sql(f"INSERT INTO {pairs} FROM fresh")

    def _round(self, pairs: str) -> None:
        """Replace the pairs found last by those that follow from them."""
        self._sql(f"""
            CREATE OR REPLACE TABLE touched AS
            SELECT x, s.owned AS y, low, high, free, quota
            FROM fresh JOIN joint s ON s.owner = fresh.y
            WHERE s.owned <> x
              AND NOT EXISTS (FROM {pairs} p WHERE p.x = fresh.x AND p.y = s.owned)""")
        self._sql("INSERT INTO part FROM touched")
        self._sql(f"""
            CREATE OR REPLACE TABLE fresh AS
            SELECT x, y FROM (
                SELECT fresh.x, lead.owned AS y FROM fresh JOIN lead ON lead.owner = fresh.y
                WHERE lead.owned <> fresh.x
                UNION ALL
                SELECT x, y FROM part SEMI JOIN touched USING (x, y)
                GROUP BY x, y HAVING {_AT_MOST} > any_value(quota)) found
            WHERE NOT EXISTS (FROM {pairs} p WHERE p.x = found.x AND p.y = found.y)""")

    def _held(self, pairs: str) -> None:
        """Make `<pairs>_held`: each pair with what x and all it controls hold of y, in parts."""
        high = "s.high" if pairs == "possible" else "s.low"
        mine = "s.owner = p.x"
        if self.members:
            mine = f"s.owner IN ({', '.join(map(str, self.members))})"
        stakes = f"""
            SELECT p.x, p.y, s.low, {high} AS high
            FROM {pairs} p JOIN {self.table.deciding} s ON s.owned = p.y AND s.owner <> s.owned"""
        self._sql(f"""
            CREATE TABLE {pairs}_held AS
            SELECT x, y, {_AT_MOST}::BIGINT AS held
            FROM ({stakes} AND {mine}
                  UNION ALL
                  {stakes} JOIN {pairs} g ON g.x = p.x AND g.y = s.owner)
            JOIN (SELECT owned AS y, free FROM limits) USING (y)
            GROUP BY x, y""")
        self.session.tell(f"{pairs} control: {self.session.count(pairs):,} pairs")

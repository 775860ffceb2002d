"""The network of a graph: from claims to stakes, on a day and as known by a day.

    found = network(graph, as_of=date(2024, 8, 1))
    found.capital, found.votes      `Stakes`: different facts, never merged
    found.deciding                  what control runs on: votes, with capital where none are stated
    found.memberships, ...          what relation paths run along besides stakes

Nothing is taken for a fact that no source says as one; what was left out is told with its claims.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kg.analytics.alliances_known import Agreed, Member, agreements, memberships
from kg.analytics.edges import EdgeTable, edges
from kg.analytics.network_rows import Clocks, selected
from kg.analytics.network_stakes import Gathered, gathered
from kg.analytics.ranges import per_cent
from kg.analytics.stakes import CAPITAL, VOTES, Stakes
from kg.contradictions.picks import POLICIES, Picker
from kg.errors import ParameterError
from kg.names import Iri
from kg.store.base import Graph

_MOST_TOLD = 20  # claims named in one remark
_WHY = {
    "denial": "denials of a stake",
    "contested": "claims of a stake that somebody denies",
    "not a fact": "claims that report, plan or consider a stake; nobody says it as a fact",
    "indirect": "stakes held through others, which count through these",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something to know about what a number was worked out from, and the claims it is about."""

    rule: str
    text: str
    claims: tuple[str, ...] = ()  # the first twenty
    count: int = 0  # of all


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a network is asked for: both clocks, the policy, and what counts."""

    as_of: date
    known_by: date | None = None
    policy: str = "all"
    reported: bool = False  # what a source reports and no party confirmed counts too
    rounded: bool = False  # a printed figure stands for all that its last digit leaves open

    @property
    def clocks(self) -> Clocks:
        """Return both days as the edge table counts them."""
        days = [one.toordinal() for one in (self.as_of, self.known_by) if one is not None]
        return Clocks(*days)


@dataclass(frozen=True, kw_only=True)
class Network:
    """Who holds how much of whom, by right, and what was left out of it."""

    graph: Graph
    asked: Asked
    capital: Stakes
    votes: Stakes | None  # None: no source says anything of votes
    hidden: tuple[str, ...] = ()  # claims that the policy did not take
    remarks: tuple[Remark, ...] = ()
    table: EdgeTable = field(repr=False)

    @cached_property
    def deciding(self) -> Stakes:
        """Return the votes, with capital where none are stated: what control runs on."""
        if self.votes is None:
            return self.capital
        from kg.analytics.legal.case import merged_rights

        return merged_rights(self.capital, self.votes)[0]

    def of(self, right: str) -> Stakes:
        """Return the stakes of one right; without any where nothing is said of it."""
        if right == VOTES:
            return self.votes or Stakes([], [], [], [], [], right=VOTES)
        return self.capital

    @cached_property
    def memberships(self) -> tuple[Member, ...]:
        """Return who is in which alliance, each with its status."""
        return memberships(self.graph, self.asked.as_of, self.asked.known_by)

    @cached_property
    def agreements(self) -> tuple[Agreed, ...]:
        """Return who agreed what with whom."""
        return agreements(self.graph, self.asked.as_of, self.asked.known_by)


def network(
    graph: Graph,
    *,
    as_of: date | None = None,
    known_by: date | None = None,
    policy: str = "all",
    reported: bool = False,
    rounded: bool = False,
) -> Network:
    """Return the network of a graph on the day `as_of`, by default today.

    known_by  only from what could be known by that day
    policy    where several claims of one stake differ: all (from the least to the most), latest, or
              most-authoritative
    reported  stakes that a source reports, and no party has confirmed, count as facts
    rounded   "34%" stands for 33.5% to 34.5%

    Raises ParameterError for a policy that does not exist.
    """
    if policy not in POLICIES:
        raise ParameterError("policy", f"{policy!r} is none of {', '.join(POLICIES)}")
    asked = Asked(
        as_of=as_of or date.today(),
        known_by=known_by,
        policy=policy,
        reported=reported,
        rounded=rounded,
    )
    return network_of(graph, edges(graph), asked)


def network_of(graph: Graph, table: EdgeTable, asked: Asked) -> Network:
    """Return the network that an edge table holds, for one way of asking."""
    chosen = selected(table, asked.clocks, reported=asked.reported)

    def pick(claims: list[str]) -> list[str]:
        if asked.policy == "all":
            return claims
        known = [Iri(one) for one in claims]
        return [str(one) for one in Picker(graph, known).pick(asked.policy, known)]

    capital, votes = (
        gathered(table, chosen.rows, right, pick, rounded=asked.rounded)
        for right in (CAPITAL, VOTES)
    )
    return Network(
        graph=graph,
        asked=asked,
        capital=capital.stakes,
        votes=votes.stakes if len(votes.stakes) else None,
        hidden=tuple(capital.hidden + votes.hidden),
        remarks=(
            *_contradictions([capital, votes]),
            *_over(capital.stakes),
            *_over(votes.stakes),
            *_left_out(table, chosen.left_out),
        ),
        table=table,
    )


def _left_out(table: EdgeTable, places: dict[str, list[int]]) -> list[Remark]:
    return [
        Remark(
            rule=f"left out: {why}",
            text=f"{len(found)} {_WHY[why]}",
            claims=tuple(str(table.claims[one]) for one in found[:_MOST_TOLD]),
            count=len(found),
        )
        for why, found in sorted(places.items())
    ]


def _contradictions(found: Sequence[Gathered]) -> list[Remark]:
    several = [claims for one in found for claims in one.contradicting]
    if not several:
        return []
    listed = tuple(claim for claims in several for claim in claims)
    return [
        Remark(
            rule="claims differ",
            text=f"of {len(several)} stakes the claims contradict each other: "
            "each is taken from the least to the most",
            claims=listed[:_MOST_TOLD],
            count=len(listed),
        )
    ]


def _over(stakes: Stakes) -> list[Remark]:
    """Return a remark for each company of which more than all is said to be held."""
    totals: dict[int, int] = {}
    if len(stakes) < 50_000:
        for row in stakes.rows():
            totals[row.owned] = totals.get(row.owned, 0) + row.low
        over = {node: total for node, total in totals.items() if total > stakes.whole}
    else:
        import numpy as np

        places = np.flatnonzero(stakes.sums > stakes.whole).tolist()
        over = {node: int(stakes.sums[node]) for node in places}
    first = sorted(over.items())[:_MOST_TOLD]
    claims = _claims_in(stakes, [node for node, _ in first])
    return [
        Remark(
            rule="over-whole",
            text=f"stakes ({stakes.right}) in {stakes.names[node]} add up to "
            f"{per_cent(stakes.fraction(total))}: sources contradict each other",
            claims=claims[node],
            count=len(claims[node]),
        )
        for node, total in first
    ]


def _claims_in(stakes: Stakes, companies: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, dict[str, None]] = {one: {} for one in companies}
    for place, row in enumerate(stakes.rows()) if companies else ():
        if row.owned in found:
            found[row.owned] |= dict.fromkeys(stakes.claims_of(place))
    return {one: tuple(claims)[:_MOST_TOLD] for one, claims in found.items()}

"""Network power: how often each holder decides in the end, company by company, and through whom.

In every company all orders of its holders are as likely, and the holder with whom the votes are
enough is the pivot; holders whose own decisions end with the same one come as one block. So power
runs from a company to its pivot, to that one's pivot, up to an end that nobody decides in.

    index[i] = sum over j of v[j] P(decisions of j end with i)              Network Power Index
    flow[i]  = sum over j of v[j] P(decisions of j end with or pass i)      Network Power Flow

Both count i itself, as published. Who is no end has an index only where holders that nobody names
decide; without them the index of all adds up to the sum of v.

Sources: Mizuno, Doi & Kurizaki, PLoS ONE 15(8), 2020, e0237862 (index) and 18(8), 2023, e0290229
(flow); their sample code NPF (2023): more than half of the votes, blocks by label, own labels to
begin with. It lets values go round loops fifty times and scales the flow afterwards; here a value
passes whoever it meets once. Without loops both are the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING, Any

from kg.analytics.pivot_games import Declared, PivotGames, pivot_games
from kg.analytics.pivot_states import exact_outcome
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import decimal_text, per_cent
from kg.analytics.register import Register
from kg.analytics.shareholders import RESTS
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

_SOURCE = "Mizuno, Doi & Kurizaki 2020, 2023"
MANY = 50_000  # stakes, from which the kernels are worth loading
_SHOWN = 12  # companies in a proof, those that weigh most first
EXACT, SAMPLED = "exact", "sampled"

Chances = Mapping[int, Fraction]
Told = tuple[str, tuple[str, ...]]  # a step of a proof, and its claims


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPower:
    """What one node decides in the end, and what passes through it, in the unit of the values."""

    name: str
    index: Fraction
    flow: Fraction
    index_error: float = 0.0  # standard errors; 0 where all orders are counted
    flow_error: float = 0.0
    top: bool  # nobody is known to have votes in it
    method: str  # exact or sampled

    def to_json(self) -> dict[str, object]:
        """Return it as a row: numbers as decimal text."""
        return {
            "name": self.name,
            "index": decimal_text(self.index),
            "flow": decimal_text(self.flow),
            "index_error": self.index_error,
            "flow_error": self.flow_error,
            "top": self.top,
            "method": self.method,
        }


@dataclass(frozen=True, kw_only=True)
class NetworkPowers:
    """The power of everybody who has some, largest index first, and how it was found."""

    rows: tuple[NetworkPower, ...]
    how: Declared
    samples: int  # drawn, where not all orders are counted
    seed: int
    conflicting: tuple[str, ...]  # companies whose stakes sum to more than 100%: nobody decides
    register: Register = field(repr=False)
    games: PivotGames = field(repr=False)
    ends: Mapping[int, Chances] = field(repr=False)  # company -> with whom it ends, how often
    through: Mapping[int, Chances] = field(repr=False)  # the same of those it passes, if counted
    worth: Mapping[int, Fraction] = field(repr=False)

    @cached_property
    def _row(self) -> dict[str, NetworkPower]:
        return {one.name: one for one in self.rows}

    @property
    def method(self) -> str:
        """Return how it was found, over all rows."""
        return " and ".join(sorted({one.method for one in self.rows})) or EXACT

    def why(self, name: str) -> Proof:
        """Return where the power of one row comes from: companies, and who votes there for it."""
        row, node = self._row[name], self.register.node(name, "holder")
        told = self._told(row, node)
        steps = [*self._own(row, node), *(step for step, _ in told[:_SHOWN])]
        if len(told) > _SHOWN:
            steps.append(f"and in {len(told) - _SHOWN} more companies")
        given = {
            "quota": f"{'>' if self.how.strict else '>='} {per_cent(self.how.quota)}",
            "rest": self.how.rest,
            "weights": "what each holds at least",
            "method": row.method,
        }
        if row.method == SAMPLED:
            given |= {"samples": str(self.samples), "seed": str(self.seed)}
        claims = all_claims(claims for _, claims in told[:_SHOWN])
        return Proof(
            rule="network power",
            source=_SOURCE,
            parameters=given,
            steps=tuple(steps),
            claims=claims,
        )

    def _own(self, row: NetworkPower, node: int) -> list[str]:
        """Return in words how much of a node's own value ends with itself."""
        part = self.ends.get(node, {}).get(node)
        if not part or not self.worth.get(node):
            return []
        if row.top:
            return [f"nobody is known to have votes in {row.name}: it is its own end"]
        if any(node in group for group in self.games.groups if len(group) > 1):
            return [f"it ends with {row.name} itself, in a loop, in {per_cent(part)} of the draws"]
        return [f"those who are not named decide in {row.name} in {per_cent(part)} of the orders"]

    def _told(self, row: NetworkPower, node: int) -> list[Told]:
        """Return what is to be said of each company below a node, those that weigh most first."""
        name = self.register.name
        found = []
        for company, through in self.through.items():
            chance = through.get(node, Fraction(0))
            if chance and company != node:
                weight = self.worth.get(company, Fraction(0)) * chance
                found.append((-weight, name(company), company))
        if not found and row.method == EXACT:
            return [] if self._own(row, node) else [(f"{row.name} decides in no company", ())]
        if not found:  # too many companies to have counted each: what it holds itself
            held = self.register.portfolio(node)
            return [(self.register.say(one), one.claims) for one in held]
        return [self._step(node, company) for _, _, company in sorted(found)]

    def _step(self, node: int, company: int) -> Told:
        """Return in words how often one decides in a company, or is passed, and by whose votes."""
        name = self.register.name
        ends = self.ends[company].get(node)
        voting, claims = [], []
        for one in self.register.holders(company):
            of = (self.ends if ends else self.through).get(one.owner, {})
            chance = Fraction(1) if one.owner == node else of.get(node, Fraction(0))
            if chance and one.owner != company:
                certain = "" if chance == 1 else f" ({per_cent(chance)} of the time)"
                voting.append(f"{name(one.owner)} {one.share}{certain}")
                claims.append(one.claims)
        part = per_cent(ends or self.through[company][node])
        does = f"{name(node)} decides in" if ends else f"{name(node)} passes on what decides in"
        by = f", with the votes of {', '.join(voting)}" if voting else ""
        return f"{does} {name(company)} in {part} of the orders{by}", all_claims(claims)


def network_power(
    graph: "Stakes | nx.DiGraph[Any]",
    values: Mapping[str, Fraction | int] | None = None,
    *,
    quota: Fraction = Fraction(1, 2),
    strict: bool = True,
    rest: str = "ocean",
    voters: int = 20,
    samples: int = 10_000,
    seed: int = 0,
    exact: bool = True,
) -> NetworkPowers:
    """Return the network power index and flow of each node; each is worth 1, or its value.

    With `values={"B": 1}` the index is the chance of each to control B in the end: they add up
    to 1. Exact where no company holds itself through others and few outcomes are possible, else
    from `samples` seeded draws with standard errors; `exact=False` always draws. What nobody is
    named for counts as for `power`: where it decides, the company is its own end.

    >>> from kg.analytics.stakes import from_rows
    >>> table = from_rows([("A", "B", "60%"), ("B", "C", "40%"), ("X", "C", "60%")])
    >>> [(one.name, str(one.index), str(one.flow)) for one in network_power(table).rows]
    [('A', '2', '2'), ('X', '2', '2'), ('B', '0', '1'), ('C', '0', '1')]
    """
    how = _declared(quota, strict, rest, voters, samples)
    stakes = as_stakes(graph)
    register = Register(stakes)
    worth = _worth(stakes, values)
    games = pivot_games(register, list(worth), how)
    found = _Found(stakes, worth, samples, seed)
    if exact:
        for part in games.parts():
            found.take(part)
    else:
        found.sample(games)
    return NetworkPowers(
        rows=found.rows(games),
        how=how,
        samples=samples,
        seed=seed,
        conflicting=tuple(map(register.name, games.conflicting)),
        register=register,
        games=games,
        ends=found.ends,
        through=found.through,
        worth=worth,
    )


def _declared(quota: Fraction, strict: bool, rest: str, voters: int, samples: int) -> Declared:
    if rest not in RESTS:
        raise ParameterError("rest", f"{rest!r} is none of {', '.join(RESTS)}")
    if samples < 1:
        raise ParameterError("samples", "at least one draw is needed")
    if not 0 < quota <= 1:
        raise ParameterError("quota", "is more than nothing and at most all votes")
    if voters < 1:
        raise ParameterError("voters", "the rest has one voter at least")
    return Declared(quota, strict, rest, voters)


def _worth(stakes: Stakes, values: Mapping[str, Fraction | int] | None) -> dict[int, Fraction]:
    if values is None:
        return dict.fromkeys(range(len(stakes.names)), Fraction(1))
    found = {stakes.number(name): Fraction(value) for name, value in values.items()}
    if min(found.values(), default=0) < 0:
        raise ParameterError("values", "a company cannot be worth less than nothing")
    return {node: value for node, value in found.items() if value}


class _Found:
    """What was found so far, part by part."""

    def __init__(
        self, stakes: Stakes, worth: Mapping[int, Fraction], samples: int, seed: int
    ) -> None:
        self.stakes, self.worth = stakes, worth
        self.samples, self.seed = samples, seed
        self.index: dict[int, tuple[Fraction, float]] = {}
        self.flow: dict[int, tuple[Fraction, float]] = {}
        self.sampled: set[int] = set()
        self.ends: dict[int, Chances] = {}
        self.through: dict[int, Chances] = {}

    def take(self, part: PivotGames) -> None:
        """Add one part: exactly where it is small enough."""
        found = exact_outcome(part)
        if found is None:
            self.sample(part)
            return
        self.ends |= found.ends
        self.through |= found.through
        for sums, chances in ((self.index, found.ends), (self.flow, found.through)):
            for company, row in chances.items():
                for node, chance in row.items():
                    before = sums.get(node, (Fraction(0), 0.0))[0]
                    sums[node] = before + self.worth.get(company, 0) * chance, 0.0

    def sample(self, part: PivotGames) -> None:
        """Add one part from draws."""
        from kg.analytics.pivot_draws import draw

        nodes = [node for group in part.groups for node in group]
        worth = [float(self.worth.get(node, 0)) for node in nodes]
        large = len(self.stakes) >= MANY
        found = draw(part, worth, samples=self.samples, seed=self.seed, large=large)
        self.sampled.update(nodes)
        for place, node in enumerate(nodes):
            ends, ends_squared, through, through_squared = found.sums[:, place]
            self.index[node] = _mean(ends, ends_squared, self.samples)
            self.flow[node] = _mean(through, through_squared, self.samples)
        counted = {
            company: {node: Fraction(count, self.samples) for node, count in row.items()}
            for company, row in found.counts.items()
        }
        self.ends |= counted
        self.through |= counted  # whom it passes is summed up, not counted company by company

    def rows(self, games: PivotGames) -> tuple[NetworkPower, ...]:
        """Return a row for everybody who has any power."""
        names = self.stakes.names
        found = [
            NetworkPower(
                name=names[node],
                index=self.index.get(node, (Fraction(0), 0.0))[0],
                flow=flow,
                index_error=self.index.get(node, (Fraction(0), 0.0))[1],
                flow_error=error,
                top=node not in games.games,
                method=SAMPLED if node in self.sampled else EXACT,
            )
            for node, (flow, error) in self.flow.items()
            if flow
        ]
        return tuple(sorted(found, key=lambda one: (-one.index, -one.flow, one.name)))


def _mean(total: float, square: float, samples: int) -> tuple[Fraction, float]:
    """Return the mean of samples and its standard error."""
    mean = total / samples
    spread = max(square / samples - mean * mean, 0.0)
    if spread < 1e-12 * max(mean * mean, 1e-12):  # nothing but what floats lose
        spread = 0.0
    return Fraction(mean).limit_denominator(10**12), sqrt(spread / max(samples - 1, 1))

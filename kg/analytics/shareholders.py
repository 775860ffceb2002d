"""The power of a company's shareholders: its stakes as a voting game, with what is not known.

The float, whose holders the table does not name, is declared: `absent` (it does not vote, the
quota is one of the votes that are listed), `one` (a single block), `ocean` (countless small
holders) or `many` (so many equal ones).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import Range, decimal_text, per_cent
from kg.analytics.register import Holding, Register
from kg.analytics.stakes import VOTES, Stakes, as_stakes
from kg.analytics.voting import (
    MOST_BOUNDED,
    Index,
    VotingGame,
    bounds,
    indices,
    minimal_winning,
    quota_of,
)
from kg.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

RESTS = ("ocean", "one", "many", "absent")
_SOURCE = "Banzhaf 1965; Shapley & Shubik 1954"
_OTHERS = "(others)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """One voter's weight and power; bounds where some weight is a range."""

    holder: str
    share: Range
    index: Index
    least: Index | None = None
    most: Index | None = None
    veto: bool  # no coalition wins without it
    claims: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return it as a row: fractions as decimal text."""
        row: dict[str, object] = {
            "holder": self.holder,
            **self.share.to_json(),
            "banzhaf": decimal_text(self.index.banzhaf),
            "normalised": decimal_text(self.index.normalised),
            "shapley": decimal_text(self.index.shapley),
            "banzhaf_error": self.index.banzhaf_error,
            "shapley_error": self.index.shapley_error,
            "veto": self.veto,
            "claims": list(self.claims),
        }
        if self.least and self.most:
            row["banzhaf_bounds"] = Range(self.least.banzhaf, self.most.banzhaf).to_json()
            row["shapley_bounds"] = Range(self.least.shapley, self.most.shapley).to_json()
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerReport:
    """All voters of one company or game."""

    rows: tuple[Power, ...]
    method: str  # exact or sampled
    rest: str  # how the float is counted
    rest_share: Fraction
    winning: tuple[tuple[str, ...], ...]  # minimal winning coalitions
    all_winning: bool  # whether these are all
    proof: Proof


def power(
    graph: "Stakes | nx.DiGraph[Any]",
    company: str,
    *,
    quota: Fraction = Fraction(1, 2),
    strict: bool = True,
    rest: str = "ocean",
    voters: int = 20,
    samples: int = 100_000,
    seed: int = 0,
    most_winning: int = 100,
) -> PowerReport:
    """Return the voting power of each direct holder of a company.

    Ranges: the point is what each holder has at least, what is missing counts with the rest. With
    `rest="one"` and to 19 holders `least` and `most` bound both indices over all weights within
    the ranges.
    """
    stakes = as_stakes(graph)
    register = Register(stakes)
    node = register.node(company)
    own = register.between(node, node)  # carries no votes, whoever directs the company
    holdings = [one for one in register.holders(node) if one.owner != node]
    if not holdings:
        raise ParameterError("company", f"the table has no holder of {company!r}")
    if register.known(node) > 1:
        raise ParameterError(
            "company", f"stakes in {company!r} sum to {per_cent(register.known(node))}: no game"
        )
    names = [register.name(one.owner) for one in holdings]
    weights = [int(one.share.low * stakes.whole) for one in holdings]
    silent = int(own.share.low * stakes.whole) if own else 0
    float_ = stakes.whole - sum(weights) - silent
    # Of votes they are none; of capital the whole stays the whole, as for control.
    whole = stakes.whole - (silent if stakes.right_in(node) == VOTES else 0)
    if rest != "absent" and quota_of(whole, quota, strict=strict) > stakes.whole - silent:
        others = per_cent(Fraction(stakes.whole - silent, stakes.whole))
        problem = f"{per_cent(quota)} of {company!r} is out of reach: {others} is not its own"
        raise ParameterError("company", problem)
    game, blocks = voting_game(weights, float_, whole, quota, strict, rest, voters)
    report = _report(game, names, samples, seed, most_winning)
    rows = [
        replace(row, share=one.share, claims=one.claims)
        for row, one in zip(report.rows, holdings, strict=False)
    ]
    if blocks:
        rows.append(_together(report.rows[len(holdings) :], Fraction(float_, stakes.whole)))
    if not stakes_exact(holdings) and rest == "one" and len(holdings) < MOST_BOUNDED:
        needed = quota_of(whole, quota, strict=strict)
        rows = _bounded(rows, holdings, stakes.whole, whole, needed)
    return replace(
        report,
        rows=tuple(rows),
        rest=rest,
        rest_share=Fraction(float_, stakes.whole),
        winning=tuple(tuple(_merged(one)) for one in report.winning),
        proof=_why(register, holdings, game, quota, strict, rest, report.method),
    )


def weighted_power(
    weights: dict[str, int], quota: int, *, samples: int = 100_000, seed: int = 0, most: int = 100
) -> PowerReport:
    """Return the power of voters with plain whole weights and a quota in the same unit.

    >>> [str(one.index.shapley) for one in weighted_power({"a": 3, "b": 2, "c": 1, "d": 1}, 4).rows]
    ['1/2', '1/6', '1/6', '1/6']
    """
    if not all(isinstance(one, int) for one in (*weights.values(), quota)):
        raise ParameterError("weights", "weights and the quota are whole numbers")
    game = VotingGame(tuple(weights.values()), quota)
    return _report(game, list(weights), samples, seed, most)


def holders_of(
    graph: "Stakes | nx.DiGraph[Any]", companies: Iterable[str]
) -> tuple[dict[str, dict[str, Range]], tuple[str, ...]]:
    """Return the direct holders of companies with their shares, and the claims of these stakes.

    A company that the table does not know has none.
    """
    register = Register(as_stakes(graph))
    found = {one: register.holders(register.node(one)) for one in companies if one in register}
    claims = all_claims(stake.claims for held in found.values() for stake in held)
    return (
        {one: {register.name(s.owner): s.share for s in held} for one, held in found.items()},
        claims,
    )


def stakes_exact(holdings: Sequence[Holding]) -> bool:
    """Say whether every share is one number."""
    return all(one.share.exact for one in holdings)


def voting_game(
    weights: list[int],
    float_: int,
    whole: int,
    quota: Fraction,
    strict: bool,
    rest: str,
    voters: int,
) -> tuple[VotingGame, int]:
    """Return the game, and how many of its last voters stand for the float; `whole`: all votes."""
    if rest not in RESTS:
        raise ParameterError("rest", f"{rest!r} is none of {', '.join(RESTS)}")
    if rest == "absent":
        return VotingGame(tuple(weights), quota_of(sum(weights), quota, strict=strict)), 0
    needed = quota_of(whole, quota, strict=strict)
    if rest == "ocean" or not float_:
        return VotingGame(tuple(weights), needed, ocean=float_, line=quota * whole), 0
    if rest == "one":
        return VotingGame((*weights, float_), needed), 1
    if voters < 1:
        raise ParameterError("voters", "the rest has one voter at least")
    scaled = [one * voters for one in weights]  # so that equal parts are whole numbers
    needed = quota_of(whole * voters, quota, strict=strict)
    return VotingGame((*scaled, *[float_] * voters), needed), voters


def _report(game: VotingGame, names: list[str], samples: int, seed: int, most: int) -> PowerReport:
    names = names + [_OTHERS] * (len(game.weights) - len(names))
    everything = sum(game.weights) + game.ocean
    winning, all_winning = minimal_winning(game, most)
    rows = [
        Power(
            holder=name,
            share=Range.of(Fraction(weight, everything)),
            index=index,
            veto=everything - weight < game.quota,
        )
        for name, weight, index in zip(
            names, game.weights, indices(game, samples=samples, seed=seed), strict=True
        )
    ]
    method = "exact" if game.exactly else "sampled"
    return PowerReport(
        rows=tuple(rows),
        method=method,
        rest="absent",
        rest_share=Fraction(0),
        winning=tuple(tuple(names[voter] for voter in one) for one in winning),
        all_winning=all_winning,
        proof=Proof(
            rule="voting power",
            source=_SOURCE,
            parameters={"quota": f"{game.quota} of {everything}", "method": method},
            steps=(
                *(f"{name} has {votes}" for name, votes in zip(names, game.weights, strict=False)),
                f"a coalition wins with {game.quota} of {everything} votes",
            ),
        ),
    )


def _together(blocks: Sequence[Power], share: Fraction) -> Power:
    """Return the voters that stand for the float as one row: their powers summed."""
    found = [one.index for one in blocks]
    index = Index(
        sum((one.banzhaf for one in found), Fraction(0)),
        sum((one.normalised for one in found), Fraction(0)),
        sum((one.shapley for one in found), Fraction(0)),
        sum(one.banzhaf_error for one in found),
        sum(one.shapley_error for one in found),
    )
    veto = len(blocks) == 1 and blocks[0].veto
    return Power(holder=_OTHERS, share=Range.of(share), index=index, veto=veto)


def _merged(coalition: tuple[str, ...]) -> list[str]:
    others = coalition.count(_OTHERS)
    named = [one for one in coalition if one != _OTHERS]
    return named + ([_OTHERS if others == 1 else f"{others} of {_OTHERS}"] if others else [])


def _bounded(
    rows: list[Power], holdings: Sequence[Holding], parts: int, whole: int, quota: int
) -> list[Power]:
    """Return rows with bounds; the rest is the last voter, and has what the holders have not.

    parts  of the company, of which shares are fractions; `whole` of them have votes
    """
    low = [int(one.share.low * parts) for one in holdings]
    high = [int(one.share.high * parts) for one in holdings]
    if len(rows) == len(holdings):  # no rest at the point used, so none at all
        found = bounds(low, high, quota, whole)
    else:
        rest = max(0, whole - sum(high)), whole - sum(low)
        found = bounds([*low, rest[0]], [*high, rest[1]], quota, whole)
    return [
        replace(row, least=least, most=most) for row, (least, most) in zip(rows, found, strict=True)
    ]


def _why(
    register: Register,
    holdings: Sequence[Holding],
    game: VotingGame,
    quota: Fraction,
    strict: bool,
    rest: str,
    method: str,
) -> Proof:
    point = "exact shares" if stakes_exact(holdings) else "what each holds at least"
    everything = sum(game.weights) + game.ocean
    return Proof(
        rule="voting power",
        source=_SOURCE,
        parameters={
            "quota": f"{'>' if strict else '>='} {per_cent(quota)}",
            "rest": rest,
            "weights": point,
            "method": method,
        },
        steps=(
            *(register.say(one) for one in holdings),
            f"a coalition wins with {game.quota} of {everything} votes",
        ),
        claims=all_claims(one.claims for one in holdings),
    )

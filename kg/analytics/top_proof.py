"""Why somebody is at the top above a company, or nobody is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kg.analytics.control_pairs import ControlIndex
from kg.analytics.control_proof import ControlProof, explain
from kg.analytics.fixpoint import majority
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import Range, per_cent
from kg.analytics.stakes import Row, Stakes, as_stakes
from kg.analytics.ultimate_controllers import JOINT, LOOP, UNCLEAR, Ultimate, ultimates

if TYPE_CHECKING:
    import networkx as nx

_MOST = 10  # holders that a proof lists


def why_ultimate(
    graph: "Stakes | nx.DiGraph[Any]", company: str, threshold: Decimal | Fraction | str = "0.5"
) -> list[Proof]:
    """Return for each ultimate controller of a company why it is one, or why there is none.

    Raises UnknownNameError, and ParameterError on a threshold that is none.

    >>> from kg.analytics.stakes import from_rows
    >>> why_ultimate(from_rows([("A", "B", "34%")]), "B")[0].steps
    ('B: 34% held by A of its capital, not more than 50%.',)
    """
    index = ControlIndex(as_stakes(graph), majority(threshold))
    index.stakes.number(company)
    rows = list(ultimates(index))
    why = why_at_the_top(index, rows)
    return [why(row) for row in rows if row.company == company]


def why_at_the_top(
    index: ControlIndex, rows: Sequence[Ultimate], at: str = ""
) -> Callable[[Ultimate], Proof]:
    """Return what says why a row is so; `at` is that of `largest_holders`, if they were asked."""
    if at:
        return lambda row: _why_largest(index.stakes, row, at)
    return TopProofs(index, rows).of


@dataclass(frozen=True)
class TopProofs:
    """Says of each row of ultimate controllers why it is one."""

    index: ControlIndex
    rows: Sequence[Ultimate]  # all of them, or all about the companies asked about
    tops: Mapping[str, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        tops: dict[str, list[str]] = {}
        for row in self.rows:
            if row.controller is not None:
                tops.setdefault(row.company, []).append(row.controller)
        object.__setattr__(self, "tops", tops)

    def of(self, row: Ultimate) -> Proof:
        """Return who controls, and by what; of `none` and `joint` who holds what is not enough."""
        proofs = [explain(self.index, one, company) for one, company in self._pairs(row)]
        lines = [line for proof in proofs for line in _lines(proof)]
        if row.controller is not None and row.kind != JOINT and row.kind != LOOP:
            lines.append(f"nobody controls {row.controller}")
        return Proof(
            rule=f"ultimate controller: {row.kind}",
            source="Mumick, Pirahesh & Ramakrishnan 1990",
            parameters={"threshold": f"> {per_cent(self.index.rule.threshold)}"},
            steps=tuple(dict.fromkeys(lines)),
            claims=all_claims(
                one.claims for proof in proofs for step in proof.steps for one in step.holdings
            ),
        )

    def _pairs(self, row: Ultimate) -> Iterable[tuple[str, str]]:
        """Return whose control of whom has to be explained."""
        if row.controller is None:
            return [(one, row.company) for one in self._blocs(row.company)]
        if row.controller != row.company:
            return [(row.controller, row.company)]
        others = [one for one in self.tops[row.company] if one != row.company]
        return [pair for one in others[:1] for pair in ((one, row.company), (row.company, one))]

    def _blocs(self, company: str) -> list[str]:
        """Return who is at the top above the largest holders of a company, each once."""
        stakes = self.index.stakes
        rows = stakes.rows_by_owned[stakes.numbers[company]]
        holders = sorted(rows, key=lambda row: (-row.low, -row.high))[:_MOST]
        names = [stakes.names[row.owner] for row in holders if stakes.names[row.owner] != company]
        return list(dict.fromkeys(top for one in names for top in self.tops.get(one) or [one]))


def _lines(proof: ControlProof) -> list[str]:
    """Return the steps of a proof; of one that fails without its verdict, which the step says."""
    return proof.sentences() if proof.certainty != "none" else proof.sentences()[1:]


def _why_largest(stakes: Stakes, row: Ultimate, at: str) -> Proof:
    """Return the largest holders one above the other, from a company to who is at the top."""
    nobody = row.controller is None
    chain = _largest(stakes, stakes.numbers[row.company]) if nobody else _chain(stakes, row)
    ending = f"which is not surely {at}" if nobody else "and nobody surely more"
    lines = [f"{_said(stakes, one)}, {ending}" for one in chain]
    rivals = [one for owned in {one.owned for one in chain} for one in _rivals(stakes, owned)]
    if row.kind == UNCLEAR:
        lines += [f"{_said(stakes, one)}, which may be as much" for one in rivals]
    return Proof(
        rule="the largest holder, followed upwards",
        source="the global ultimate owner of Orbis, as its documentation defines it",
        parameters={"at least": at},
        steps=tuple(dict.fromkeys(lines)),
        claims=all_claims(
            stakes.claims_of(stakes.place(one.owner, one.owned)) for one in (*chain, *rivals)
        ),
    )


def _said(stakes: Stakes, row: Row) -> str:
    share = Range(stakes.fraction(row.low), stakes.fraction(row.high))
    return f"{stakes.names[row.owner]} holds {share} of {stakes.names[row.owned]}"


def _rivals(stakes: Stakes, company: int) -> list[Row]:
    """Return the stakes that may be larger than the one that is largest at the least."""
    most = max(row.low for row in stakes.rows_by_owned[company])
    rows = stakes.rows_by_owned[company]
    return [row for row in rows if row.low < row.high >= most and row.owner != company][:_MOST]


def _chain(stakes: Stakes, row: Ultimate) -> list[Row]:
    """Return the stakes of largest holders that lead from a company to its top."""
    start, end = stakes.numbers[row.company], stakes.numbers[str(row.controller)]
    ways = [[start]]
    seen = {start}
    for way in ways:  # grows while it is walked
        largest = _largest(stakes, way[-1])
        for one in largest:
            if one.owner == end:
                return _rows(stakes, [*way, end])
            if one.owner not in seen:
                seen.add(one.owner)
                ways.append([*way, one.owner])
    return []


def _largest(stakes: Stakes, company: int) -> list[Row]:
    rows = [row for row in stakes.rows_by_owned.get(company, ()) if row.owner != company]
    most = max((row.low for row in rows), default=0)
    return [row for row in rows if row.low == most]


def _rows(stakes: Stakes, way: Sequence[int]) -> list[Row]:
    return [
        row
        for owned, owner in pairwise(way)
        for row in stakes.rows_by_owned[owned]
        if row.owner == owner
    ]

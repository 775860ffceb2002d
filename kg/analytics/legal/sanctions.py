"""OFAC's 50 percent rule: what is blocked because blocked persons own half of it.

Blocked persons and entities that are blocked by them count together, whole stakes, again and
again until nothing more is blocked. Ownership counts, not votes or control (FAQ 398, 401).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from kg.analytics.joint import Joint, Rule
from kg.analytics.legal.case import Case
from kg.analytics.legal.judgement import CAPITAL, Judgement, LegalTest
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import Certainty, Range
from kg.analytics.register import Register
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

HALF = Rule(Fraction(1, 2), strict=False)
OFAC = LegalTest(
    name="ofac-50-percent",
    title="Blocked by ownership",
    source="OFAC (US Treasury)",
    article="50 Percent Rule, FAQ 398 and 401",
    right=CAPITAL,
    rule=HALF,
    method="stakes of blocked persons and of entities they block, added; nothing is multiplied",
    yes="blocked if the holder is",
    no="not blocked by the holder alone",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A company of which blocked persons own something, together and at each level."""

    company: str
    held: Range  # by all that is blocked
    certainty: Certainty
    holders: tuple[str, ...]  # blocked direct holders
    proof: Proof

    def to_json(self) -> dict[str, object]:
        """Return it as a row; `held` is the least if blocked for certain, else the most."""
        certain = self.certainty is Certainty.certain
        ends = self.held.to_json()
        return {
            "company": self.company,
            "held": ends["low" if certain else "high"],
            **ends,
            "certainty": self.certainty.value,
            "holders": list(self.holders),
            "claims": list(self.proof.claims),
            "why": self.proof.to_json(),
        }


def ofac(
    graph: "Stakes | nx.DiGraph[Any]", blocked: Iterable[str], *, all_held: bool = False
) -> list[Blocked]:
    """Return what is blocked, or possibly is, besides the persons named; by name.

    With `all_held` also companies in which blocked persons have less than half. Raises
    UnknownNameError for a blocked person that the table does not know.

    >>> from kg.analytics.stakes import from_rows
    >>> chain = from_rows([("X", "A", "50%"), ("A", "B", "50%"), ("B", "C", "49.9%")])
    >>> [(row.company, str(row.held)) for row in ofac(chain, ["X"])]
    [('A', '50%'), ('B', '50%')]
    """
    register = Register(as_stakes(graph))
    group = [register.node(one, "blocked") for one in blocked]
    if not group:
        raise ParameterError("blocked", "name one blocked person at least")
    joint = Joint.of(register, group, HALF)
    companies = set(joint.possible.added)
    if all_held:
        touched = {one.owned for node in joint.perhaps for one in register.portfolio(node)}
        companies |= touched - joint.group
    return [_row(joint, company) for company in sorted(companies, key=register.name)]


def _row(joint: Joint, company: int) -> Blocked:
    register, held = joint.register, joint.held(company)
    stakes = joint.chain(company)
    named = register.listed(joint.group)
    return Blocked(
        company=register.name(company),
        held=held,
        certainty=joint.takes(company),
        holders=tuple(register.name(one.owner) for one in stakes if one.owned == company),
        proof=Proof(
            rule=OFAC.name,
            source=f"{OFAC.source}, {OFAC.article}",
            parameters={"threshold": str(HALF), "blocked": named},
            steps=(*map(register.say, stakes), f"together {held} of {register.name(company)}"),
            claims=all_claims(one.claims for one in stakes),
        ),
    )


def ofac_pair(case: Case) -> Judgement:
    """Say whether blocking the holder, with others already blocked, blocks the company."""
    holder, company = case.pair
    others = [case.rights.node(one, "blocked") for one in sorted(case.blocked)]
    joint = Joint.of(case.capital, [holder, *others], HALF)
    return case.judged(
        OFAC,
        partial(joint.held, company),
        partial(joint.chain, company),
        right="capital",
        verdict=joint.takes(company),
        note=f"beside {case.capital.listed(others)}" if others else "",
    )


SANCTIONS = {OFAC: ofac_pair}

"""What tips control: the least extra stake that would give it, the least sale that would end it.

Control needs more than the threshold, so a gain is an amount that has to be exceeded, while a sale
of just the amount named is enough. One purchase or sale, in one company, by the holder or what it
controls: the company itself, or one on the way to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kg.analytics.cells import per_cent
from kg.analytics.control_pairs import ControlIndex
from kg.analytics.control_proof import Trace
from kg.analytics.fixpoint import majority, reach
from kg.analytics.shares import decimal_text
from kg.analytics.stakes import Stakes, as_stakes, holders_named

if TYPE_CHECKING:
    import networkx as nx

GAIN, LOSE = "gain", "lose"


@dataclass(frozen=True, slots=True)
class Tip:
    """One stake that would change who controls a company; a fraction of `company`, 0-1.

    gain   more than `amount` of `company`, bought by the controller, gives it control
    lose   `amount` of `company`, sold by the controller or what it controls, ends its control
    """

    kind: str
    company: str
    amount: Decimal

    def sentence(self, controller: str) -> str:
        """Return it as a sentence about the controller."""
        amount = per_cent(Fraction(self.amount))
        if self.kind == GAIN:
            return f"More than {amount} more of {self.company} would give {controller} control."
        return f"Selling {amount} of {self.company} would end {controller}'s control."

    def to_json(self) -> dict[str, str]:
        """Return it as a row."""
        return {"kind": self.kind, "company": self.company, "amount": format(self.amount, "f")}


def tipping(
    graph: "Stakes | nx.DiGraph[Any]",
    controller: str | Sequence[str],
    controlled: str,
    threshold: Decimal | Fraction | float | str = "0.5",
) -> list[Tip]:
    """Return what would give, or end, certain control of one company; the smallest first.

    The stake in the company itself is always there; one in a company on the way to it where that
    is smaller. Of ranges the least counts. Raises UnknownNameError, ParameterError.

    >>> from kg.analytics.stakes import from_rows
    >>> tipping(from_rows([("A", "B", "40%"), ("C", "B", "60%")]), "A", "B")
    [Tip(kind='gain', company='B', amount=Decimal('0.1'))]
    """
    index = ControlIndex(as_stakes(graph), majority(threshold))
    return tips(index, holders_named(controller), controlled)


def tips(index: ControlIndex, controllers: Sequence[str], controlled: str) -> list[Tip]:
    """Return the same of a network that is already indexed."""
    members = [index.stakes.number(name, "controller") for name in controllers]
    company = index.stakes.number(controlled, "controlled")
    has_it = company in reach(index.columns, members).added
    found = (_losses if has_it else _gains)(index, members, company)
    names = index.stakes.names
    return [
        Tip(LOSE if has_it else GAIN, names[one], Decimal(decimal_text(amount)))
        for amount, one in found
    ]


def _gains(index: ControlIndex, members: list[int], company: int) -> list[tuple[Fraction, int]]:
    """Return the direct purchase, and before it a smaller one on the way, if there is one."""
    held = reach(index.columns, members).held
    direct = _lacking(index, company, held.get(company, 0))
    cheaper = sorted(
        (amount, one)
        for one, parts in held.items()
        if one != company and (amount := _lacking(index, one, parts)) < direct and amount >= 0
    )
    for amount, one in cheaper:
        if company in reach(index.columns, members, given=frozenset([one])).added:
            return [(amount, one), (direct, company)]
    return [(direct, company)]


def _lacking(index: ControlIndex, company: int, held: int) -> Fraction:
    return index.columns.needed(company) - index.stakes.fraction(held)


def _losses(index: ControlIndex, members: list[int], company: int) -> list[tuple[Fraction, int]]:
    """Return the sale in the company itself, and before it a smaller one on the way."""
    found: list[tuple[Fraction, int]] = []
    for one in Trace(index.columns, members).needed_companies(company):
        # What only comes back through the company itself does not hold it.
        without = reach(index.columns, members, barred=frozenset([one]))
        if one == company or company not in without.added:
            found.append((-_lacking(index, one, without.held.get(one, 0)), one))
    direct = next(tip for tip in found if tip[1] == company)
    smallest = min(found)
    return [direct] if smallest[0] >= direct[0] else [smallest, direct]

"""Where value and rights end: final owners, network value, and the weakest link of a chain.

Shares of a range count at their least; what nobody is known to hold ends with `unknown`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from kg.analytics.bounds import columns
from kg.analytics.chains import LONGEST, chains_between
from kg.analytics.exact import Columns, ExactNetwork, descendants
from kg.analytics.register import Register
from kg.analytics.shares import decimal_text
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

Model = Literal["linear", "threshold", "relative"]
Value = Fraction | None
MOST_CHAINS = 10_000
_SQUARED = 10**30  # parts of a company by relative majority: squares do not divide evenly


@dataclass(frozen=True, slots=True)
class FinalRight:
    """The part of a company's value that ends outside the network of `through`.

    R[i,j] = C[i] V[i,j] with C[i] = 1 - what is held of i (Elliott, Golub & Jackson 2014): value of
    `company` that reaches `through` and stays with whoever outside holds the rest of `through`.
    """

    through: str
    company: str
    share: Value

    def to_json(self) -> dict[str, str | None]:
        """Return it as a row."""
        return {"through": self.through, "company": self.company, "share": _text(self.share)}


def _text(value: Value) -> str | None:
    return None if value is None else decimal_text(value)


def final_rights(graph: "Stakes | nx.DiGraph[Any]", of: str | None = None) -> list[FinalRight]:
    """Return through whom all value of each company ends; of one company they add up to 1.

    None where value goes round a closed loop and never ends (or sums are above 100 %).

    >>> from kg.analytics.stakes import from_rows
    >>> [(one.through, str(one.share)) for one in final_rights(from_rows([("A", "B", "0.6")]), "B")]
    [('A', '3/5'), ('B', '2/5')]
    """
    stakes = as_stakes(graph)
    low = columns(stakes, 2)
    nodes: Collection[int] = range(len(stakes.names))
    wanted = set(nodes)
    if of is not None:  # only those above it have to do with it
        wanted = {stakes.number(of, "company")}
        nodes = sorted(descendants(wanted, low))
        low = {node: low[node] for node in nodes if node in low}
    kept = {node: 1 - Fraction(sum(low.get(node, {}).values()), stakes.whole) for node in nodes}
    found = [
        FinalRight(stakes.names[i], stakes.names[j], _times(share, kept[i]))
        for i, row in _series(low, stakes.whole, nodes).items()
        for j, share in row.items()
        if j in wanted and (share is None or kept[i])
    ]
    return sorted(found, key=lambda one: (one.company, one.through))


def _times(share: Value, factor: Fraction) -> Value:
    return None if share is None else share * factor


def _series(low: Columns, whole: int, nodes: Iterable[int]) -> dict[int, dict[int, Value]]:
    """Return V = I + A + A^2 ... by rows; None without end."""
    network = ExactNetwork(low, whole)
    rows: dict[int, dict[int, Value]] = {}
    for node in nodes:
        row = network.row(node)
        back = row.pop(node, Fraction())
        if back is None or back >= 1:
            rows[node] = dict.fromkeys([node, *row])
        else:
            times = 1 / (1 - back)
            line: dict[int, Value] = {one: _times(share, times) for one, share in row.items()}
            line[node] = times
            rows[node] = line
    return rows


@dataclass(frozen=True, slots=True)
class NetworkValue:
    """What a node is worth or controls in a network, in the unit of the values given.

    total      c_net = V v: its own value, and all that it has of others', loops counted again
    corrected  diag(V)^-1 V v: loops through itself counted once
    inside     corrected, without its own value (c_int)
    """

    name: str
    total: Value
    corrected: Value
    inside: Value

    def to_json(self) -> dict[str, str | None]:
        """Return it as a row."""
        values = {"inside": self.inside, "corrected": self.corrected, "total": self.total}
        return {"name": self.name} | {name: _text(value) for name, value in values.items()}


def network_value(
    graph: "Stakes | nx.DiGraph[Any]",
    values: Mapping[str, Fraction | int] | None = None,
    model: Model = "linear",
    of: Sequence[str] | None = None,
) -> list[NetworkValue]:
    """Return the network value of each node, or of some; each is worth 1 unless values are given.

    linear     by shares as they are: value
    threshold  who has more than half of a company has all of it: control
    relative   each holder's share squared over the sum of squares: control by relative majority
    Source: Vitali, Glattfelder & Battiston (2011), doi:10.1371/journal.pone.0025995, appendix S1.
    """
    stakes = as_stakes(graph)
    given = {stakes.number(name, "values"): Fraction(one) for name, one in (values or {}).items()}
    worth = [given.get(node, Fraction(values is None)) for node in range(len(stakes.names))]
    weights, whole = _weights(stakes, model)
    network = ExactNetwork(weights, whole)
    found = []
    for name in stakes.names if of is None else of:
        node = stakes.number(name, "holder")
        row = network.row(node)
        back = row.pop(node, Fraction())
        inside = Fraction()
        for one, share in row.items():
            inside += worth[one] * (share or 0)
        endless = back is None or None in row.values()
        corrected = None if endless else worth[node] + inside
        total = None
        if corrected is not None and back is not None and back < 1:
            total = corrected / (1 - back)
        found.append(NetworkValue(name, total, corrected, None if endless else inside))
    return found


def contributions(
    stakes: Stakes, name: str, model: Model = "linear"
) -> tuple[dict[str, Value], Value]:
    """Return what a holder has of each other company by a model, and what comes back to itself.

    None stands for what has no end.
    """
    weights, whole = _weights(stakes, model)
    node = stakes.number(name, "holder")
    row = ExactNetwork(weights, whole).row(node)
    back = row.pop(node, Fraction())
    return {stakes.names[one]: share for one, share in row.items()}, back


def _weights(stakes: Stakes, model: Model) -> tuple[Columns, int]:
    low = columns(stakes, 2)
    if model == "linear":
        return low, stakes.whole
    if model == "threshold":
        return {
            owned: next(
                ({one: stakes.whole} for one, parts in column.items() if 2 * parts > stakes.whole),
                column,
            )
            for owned, column in low.items()
        }, stakes.whole
    if model != "relative":
        raise ParameterError("model", f"{model!r} is none of linear, threshold, relative")
    return {owned: _squared(column) for owned, column in low.items()}, _SQUARED


def _squared(column: Mapping[int, int]) -> dict[int, int]:
    """Return parts of a company by the squares of shares; they add up to just all of it.

    Were they less, by a hair, a closed loop would seem to lose something each time round.
    """
    total = sum(parts * parts for parts in column.values())
    squared = {one: parts * parts * _SQUARED // total for one, parts in column.items() if parts}
    if squared:
        largest = max(squared, key=lambda one: squared[one])
        squared[largest] += _SQUARED - sum(squared.values())
    return squared


@dataclass(frozen=True, slots=True)
class WeakestLink:
    """Control against cash flow along chains; the wedge is what control exceeds cash flow by."""

    owner: str
    company: str
    control: Fraction  # each chain's smallest link, added up
    cash_flow: Fraction  # each chain's shares multiplied, added up
    complete: bool  # False: chains beyond the limit are left out

    @property
    def wedge(self) -> Fraction:
        """Return control less cash flow."""
        return self.control - self.cash_flow


def weakest_link(
    graph: "Stakes | nx.DiGraph[Any]", owner: str, company: str, links: int = LONGEST
) -> WeakestLink:
    """Return control and cash-flow rights along all chains without repeats, at the least shares.

    Source: La Porta, Lopez-de-Silanes & Shleifer (1999); Claessens, Djankov & Lang (2000).

    >>> from kg.analytics.stakes import from_rows
    >>> found = weakest_link(from_rows([("A", "B", "0.6"), ("B", "C", "0.3")]), "A", "C")
    >>> str(found.control), str(found.cash_flow), str(found.wedge)
    ('3/10', '9/50', '3/25')
    """
    register = Register(as_stakes(graph))
    top, bottom = register.node(owner, "owner"), register.node(company)
    found = chains_between(register, top, bottom, links, most=MOST_CHAINS)
    cash = sum((one.product for one in found.chains), Fraction())
    return WeakestLink(owner, company, found.total.low, cash, found.complete)

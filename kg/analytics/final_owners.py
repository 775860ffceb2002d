"""Where value and rights end: final owners, network value, and the weakest link of a chain.

Shares of a range count at their least; what nobody is known to hold ends with `unknown`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from kg.analytics.bounds import columns
from kg.analytics.chains import LONGEST, chains_between
from kg.analytics.exact import Columns, ExactNetwork, descendants
from kg.analytics.integrated import LARGEST_LOOP
from kg.analytics.register import Register
from kg.analytics.shares import decimal_text
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

    from kg.analytics.value_floats import FloatNetwork

Model = Literal["linear", "threshold", "relative"]
Value = Fraction | float | None
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
    if value is None:
        return None
    return decimal_text(value) if isinstance(value, Fraction) else f"{value:.15g}"


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
        for i, j, share in _series(low, stakes, sorted(wanted), nodes)
        if share is None or kept[i]
    ]
    return sorted(found, key=lambda one: (one.company, one.through))


def _times(share: Value, factor: Fraction) -> Value:
    return None if share is None else share * factor


def _series(
    low: Columns, stakes: Stakes, wanted: Sequence[int], nodes: Iterable[int]
) -> Iterator[tuple[int, int, Value]]:
    """Yield V = I + A + A^2 ... of wanted companies, number by number; None without end."""
    network = _network(low, stakes.whole, stakes.names)
    if isinstance(network, ExactNetwork):
        for node in nodes:
            row = network.row(node)
            leaving = _leaving(row.pop(node, Fraction()))
            shares: dict[int, Value] = {**row, node: Fraction(1)}
            for one in shares.keys() & wanted:
                yield node, one, _divided(shares[one], leaving)
        return
    for company in wanted:
        column = network.column(company)
        column[company] = 1.0
        owners = list(column)
        for node, part in zip(owners, network.leaving(owners), strict=True):
            yield node, company, _divided(column[node], part or None)


def _leaving(back: Value) -> Value:
    """Return what never comes back; None where all of it does, or more."""
    return None if back is None or back >= 1 else 1 - back


def _divided(share: Value, leaving: Value) -> Value:
    return None if share is None or leaving is None else share / leaving


def _network(low: Columns, whole: int, names: Sequence[str]) -> "ExactNetwork | FloatNetwork":
    """Return a network to ask for rows: in fractions, unless its loops are too large for these."""
    network = ExactNetwork(low, whole)
    if max(map(len, network.components), default=0) <= LARGEST_LOOP:
        return network
    from kg.analytics.value_floats import FloatNetwork

    return FloatNetwork(low, whole, names)


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
    network = _network(*_weights(stakes, model), stakes.names)
    found = []
    for name in stakes.names if of is None else of:
        node = stakes.number(name, "holder")
        row, leaving = _row(network, node)
        endless = None in row.values()
        inside: Fraction | float = Fraction()
        for one, share in row.items():
            inside += worth[one] * (share or 0)
        corrected = None if endless else worth[node] + inside
        total = _divided(corrected, leaving)
        found.append(NetworkValue(name, total, corrected, None if endless else inside))
    return found


def _row(network: "ExactNetwork | FloatNetwork", node: int) -> tuple[dict[int, Value], Value]:
    """Return what a node has of others, and how much of itself never comes back to it.

    What has no end is None, as is the latter where all of it comes back.
    """
    row: dict[int, Value] = {**network.row(node)}
    back = row.pop(node, Fraction())
    if back and not isinstance(network, ExactNetwork):
        return row, network.leaving([node])[0] or None
    if back is None:  # without end itself, and so is all
        return dict.fromkeys(row) | {node: None}, None
    return row, _leaving(back)


def contributions(
    stakes: Stakes, name: str, model: Model = "linear"
) -> tuple[dict[str, Value], Value]:
    """Return what a holder has of each other company by a model, and what comes back to itself.

    None stands for what has no end.
    """
    network = _network(*_weights(stakes, model), stakes.names)
    row, leaving = _row(network, stakes.number(name, "holder"))
    back = None if leaving is None else 1 - leaving
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

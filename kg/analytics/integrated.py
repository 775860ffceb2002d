"""Integrated ownership: how much of a company is an owner's, directly and through others.

    corrected  nothing flows back through the owner (Baldone, Brioschi & Paleari 1998;
               Vitali, Glattfelder & Battiston 2011): at most 100 %, loops or not
    brioschi   A + A^2 + A^3 ... (Brioschi, Buzzacchi & Colombo 1989): counts cross-holdings again
               each time round; has no end where all of an owner comes back to itself
    paths      products along paths that visit no company twice, added; bounded around loops

The three agree where there are no loops. Shares are exact fractions up to some thousand stakes,
floats (to about 1e-12) above. Ranges and unknown shares give the least and the most possible.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from kg.analytics.bounds import Bounds
from kg.analytics.exact import Row, descendants
from kg.analytics.simple_paths import Limits, accumulated
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

Method = Literal["corrected", "brioschi", "paths"]
METHODS: tuple[Method, ...] = ("corrected", "brioschi", "paths")
EXACT_STAKES = 5_000  # above, floats
LARGEST_LOOP = 60  # members of a loop that is solved in fractions
_SAME = Fraction(1, 10**12)  # a share too fine for whole parts is a range one part wide
MOST_ROWS = 5_000_000

ENDLESS = "infinite: all of {} comes back to it through a closed loop"
OVER = "undefined: stakes in a loop sum to more than 100 %, so that the series has no end"
LEFT_OUT = "bounded: paths beyond {} links or {:,} steps are left out; they add up to high"

Share = Fraction | float
# Of each company: the least, the most (None without end), and what there is to say.
_Measured = dict[int, tuple[Fraction | None, Fraction | None, str]]


@dataclass(frozen=True, slots=True)
class Ownership:
    """What one owner holds of one company by a method; fractions of the company.

    share is None where it is not one number: a range, or without end (then high is None too).
    """

    owner: str
    owned: str
    share: Share | None
    low: Share | None
    high: Share | None
    note: str = ""


def ownership(
    graph: "Stakes | nx.DiGraph[Any]",
    method: Method = "corrected",
    *,
    of: str | None = None,
    by: str | None = None,
    limits: Limits | None = None,
) -> list[Ownership]:
    """Return who holds how much of what, sorted by owner and company; those of nothing left out.

    of      only what is held of this company
    by      only what this owner holds
    limits  where `paths` stops

    An owner that holds itself through others has a row for that, but by `paths`.
    Raises ParameterError for a method that does not exist and for more than five million rows,
    UnknownNameError for a name that the table does not have.
    Source: see the module; formulae in docs/analytics-ownership.md.

    >>> import networkx as nx
    >>> chain = nx.DiGraph()
    >>> chain.add_weighted_edges_from([("A", "B", "0.6"), ("B", "C", "0.5")], weight="share")
    >>> [(row.owner, row.owned, float(row.share)) for row in ownership(chain, of="C")]
    [('A', 'C', 0.3), ('B', 'C', 0.5)]
    """
    if method not in METHODS:
        raise ParameterError("method", f"{method!r} is none of {', '.join(METHODS)}")
    stakes = as_stakes(graph)
    owned = None if of is None else stakes.number(of, "owned")
    owner = None if by is None else stakes.number(by, "owner")
    rows = _rows(stakes, method, owner, owned, limits or Limits())
    return sorted(rows, key=lambda row: (row.owner, row.owned))


def _rows(
    stakes: Stakes, method: Method, owner: int | None, owned: int | None, limits: Limits
) -> Iterable[Ownership]:
    if len(stakes) <= EXACT_STAKES:
        bounds = Bounds(stakes)
        if bounds.largest_loop <= LARGEST_LOOP:
            return exact_rows(bounds, stakes.names, method, owner, owned, limits)
    from kg.analytics.ownership_floats import rows

    return rows(stakes, method, owner, owned, limits)


def exact_rows(
    bounds: Bounds,
    names: Sequence[str],
    method: Method,
    owner: int | None,
    owned: int | None,
    limits: Limits,
) -> Iterator[Ownership]:
    """Yield the rows of `ownership` in exact fractions; owner and owned by number."""
    for one in _owners(bounds, owned) if owner is None else [owner]:
        measured = _MEASURES[method](bounds, one, limits)
        for node in measured if owned is None else {owned} & measured.keys():
            low, high, note = measured[node]
            if high is None or high > 0:
                near = low is not None and high is not None and high - low <= _SAME
                share = low if near else None
                yield Ownership(names[one], names[node], share, low, high, note.format(names[one]))


def _owners(bounds: Bounds, owned: int | None) -> Iterable[int]:
    """Return who may hold something; of one company, only those above it."""
    if owned is None:
        return bounds.highest.holdings
    return descendants([owned], bounds.high) & bounds.highest.holdings.keys()


def _corrected(bounds: Bounds, owner: int, limits: Limits) -> _Measured:
    low, high = bounds.rows(owner)
    return {
        node: (low.get(node, Fraction()), most, "" if most is not None else OVER)
        for node, most in high.items()
    }


def _brioschi(bounds: Bounds, owner: int, limits: Limits) -> _Measured:
    low, high = bounds.rows(owner)
    note = ENDLESS if high.get(owner) == 1 else OVER
    least, most = _repeated(low, owner), _repeated(high, owner)
    return {
        node: (least.get(node, Fraction()), share, "" if share is not None else note)
        for node, share in most.items()
    }


def _repeated(row: Row, owner: int) -> Row:
    """Return Y = F / (1 - F[i,i]): each holding again for every time round, without end at 1."""
    returning = row.get(owner, Fraction())
    if returning is None or returning >= 1:
        return dict.fromkeys(row)
    return {node: share and share / (1 - returning) for node, share in row.items()}


def _paths(bounds: Bounds, owner: int, limits: Limits) -> _Measured:
    low, high = bounds.rows(owner)
    others = (share for node, share in high.items() if node != owner)
    if not any(share is None or share >= limits.least for share in others):
        return {}  # all of it is less: the paths bring no more than that
    least = accumulated(bounds.lowest, owner, low, limits)
    most = least
    if bounds.highest is not bounds.lowest:
        most = accumulated(bounds.highest, owner, bounds.highest.row(owner), limits)
    found: _Measured = {}
    for node, whole in high.items():
        if node == owner:
            continue
        summed = most.shares.get(node, Fraction())
        left_out = node in least.open or node in most.open
        at_most = whole if left_out else summed if whole is None else min(summed, whole)
        note = LEFT_OUT.format(limits.links, limits.steps) if left_out else ""
        found[node] = least.shares.get(node, Fraction()), at_most, note
    return found


_MEASURES: dict[Method, Callable[[Bounds, int, Limits], _Measured]] = {
    "corrected": _corrected,
    "brioschi": _brioschi,
    "paths": _paths,
}

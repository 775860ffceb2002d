"""Stakes as columns: the one input of every measure, from a table, a graph or a networkx graph.

Shares are whole numbers of parts (`whole` parts make all of a company), so that sums are exact and
50.0% is never a majority by rounding. A share is exact (low = high), a range, or unknown
(0 to whole). Capital and votes are different facts: one `Stakes` for each.

Two ways in, over the same rows: `rows()`, `rows_by_owner` and `rows_by_owned` are plain Python and
load nothing, for tables of some thousand stakes; `owner`, `owned`, `low`, `high`, `by_owner` and
`by_owned` are numpy, which is loaded when the first of them is read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from kg.analytics.shares import UNKNOWN, Share, Span, in_parts, parts_of_a_whole, share_span
from kg.errors import Candidate, ParameterError, UnknownNameError

if TYPE_CHECKING:
    import networkx as nx
    import numpy as np
    from numpy.typing import NDArray

    Nodes = NDArray[np.int32]
    Parts = NDArray[np.int64]

WHOLE = 1_000_000  # parts of a company, unless a table has finer shares
CAPITAL, VOTES = "capital", "votes"


class Row(NamedTuple):
    """One stake: numbers of its owner and its company, the least and the most, in parts."""

    owner: int
    owned: int
    low: int
    high: int


class Index(NamedTuple):
    """Rows grouped by a node: those of node n are `rows[starts[n] : starts[n + 1]]`."""

    starts: "NDArray[np.int64]"
    rows: "NDArray[np.int64]"

    def of(self, node: int) -> "NDArray[np.int64]":
        """Return the numbers of the rows of a node."""
        return self.rows[self.starts[node] : self.starts[node + 1]]


class Stakes:
    """Direct stakes of one right (capital or votes), a row each; no two for one owner and owned.

    names   of the nodes: IRIs of companies, or what the table says; `owner` and `owned` index it
    low     the least that the share can be, in parts of `whole`
    high    the most; equal to low where the share is exact
    claims  for each row the claims it rests on, or None where the table has none
    right   what the shares are of: "capital" or "votes"
    voted   the companies whose votes are given, where `right` is votes and others stand in with
            their capital; None means all
    unstated  pairs of owner and company in `voted`: others' votes are given, theirs are not
    """

    def __init__(
        self,
        names: Sequence[str],
        owner: "Sequence[int] | Nodes",
        owned: "Sequence[int] | Nodes",
        low: "Sequence[int] | Parts",
        high: "Sequence[int] | Parts",
        whole: int = WHOLE,
        claims: Sequence[tuple[str, ...]] | None = None,
        right: str = CAPITAL,
        voted: frozenset[int] | None = None,
        unstated: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        self.voted = voted
        self.unstated = unstated
        self.names = names
        self.whole = whole
        self.claims = claims
        self.right = right
        self._columns: tuple[Any, Any, Any, Any] = (owner, owned, low, high)

    def __len__(self) -> int:
        return len(self._columns[0])

    @cached_property
    def owner(self) -> "Nodes":
        """Return the number of each row's owner."""
        return cast("Nodes", _array(self._columns[0], "int32"))

    @cached_property
    def owned(self) -> "Nodes":
        """Return the number of each row's company."""
        return cast("Nodes", _array(self._columns[1], "int32"))

    @cached_property
    def low(self) -> "Parts":
        """Return the least of each share, in parts."""
        return cast("Parts", _array(self._columns[2], "int64"))

    @cached_property
    def high(self) -> "Parts":
        """Return the most of each share, in parts."""
        return cast("Parts", _array(self._columns[3], "int64"))

    @cached_property
    def exact(self) -> bool:
        """Say whether every share is one number."""
        low, high = self._columns[2:]
        if low is high:
            return True
        if isinstance(low, list):
            return bool(low == high)
        return bool((self.low == self.high).all())

    def rows(self) -> Iterator[Row]:
        """Return every stake as plain numbers, in order; loads no numpy for a small table."""
        return map(Row, *self._lists)

    @cached_property
    def _lists(self) -> tuple[list[int], list[int], list[int], list[int]]:
        listed = [
            column.tolist() if hasattr(column, "tolist") else list(column)
            for column in self._columns
        ]
        return listed[0], listed[1], listed[2], listed[3]

    @cached_property
    def rows_by_owner(self) -> dict[int, list[Row]]:
        """Return the stakes that each owner holds, by its number."""
        return self._grouped(0)

    @cached_property
    def rows_by_owned(self) -> dict[int, list[Row]]:
        """Return the stakes in each company, by its number."""
        return self._grouped(1)

    def _grouped(self, end: int) -> dict[int, list[Row]]:
        found: dict[int, list[Row]] = {}
        for row in self.rows():
            found.setdefault(row[end], []).append(row)
        return found

    @cached_property
    def by_owner(self) -> Index:
        """Return the numbers of the rows, grouped by owner (numpy)."""
        return _index(self.owner, len(self.names))

    @cached_property
    def by_owned(self) -> Index:
        """Return the numbers of the rows, grouped by company (numpy)."""
        return _index(self.owned, len(self.names))

    def places_in(self, company: int) -> list[int]:
        """Return the numbers of the rows of stakes in a company."""
        if len(self) > 100_000:
            return list(self.by_owned.of(company).tolist())
        return self._places_by_owned.get(company, [])

    @cached_property
    def _places_by_owned(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for place, row in enumerate(self.rows()):
            found.setdefault(row.owned, []).append(place)
        return found

    @cached_property
    def sums(self) -> "Parts":
        """Return how much of each company is held at least, by its number, in parts (numpy)."""
        import numpy as np

        total = np.zeros(len(self.names), np.int64)
        np.add.at(total, self.owned, self.low)
        return total

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Return the number of each name."""
        return {name: number for number, name in enumerate(self.names)}

    def number(self, name: str, parameter: str = "company") -> int:
        """Return the number of a name; raises UnknownNameError with the nearest names."""
        name = str(name)  # as from_digraph takes nodes
        look_up = getattr(self.names, "find", None)  # texts that know their numbers by themselves
        found = look_up(name) if look_up else self.numbers.get(name)
        if found is not None:
            return int(found)
        raise UnknownNameError(parameter, name, _nearest(name, self.names))

    def named(self, numbers: Sequence[int]) -> list[str]:
        """Return the names of many numbers."""
        all_at_once = getattr(self.names, "at", None)
        return list(all_at_once(numbers)) if all_at_once else [self.names[one] for one in numbers]

    def right_in(self, company: int) -> str:
        """Return what the shares of one company are of: its votes, or its capital."""
        stands_in = self.voted is not None and company not in self.voted
        return CAPITAL if stands_in else self.right

    def states(self, owner: int, company: int) -> bool:
        """Say whether a stake's share is of `right` itself; else its capital stands in."""
        return self.right_in(company) == self.right and (owner, company) not in self.unstated

    def place(self, owner: int, owned: int) -> int:
        """Return the place of the row of an owner and a company; raises KeyError without one."""
        if "_places" not in self.__dict__ and len(self) > 100_000:
            rows = self.by_owned.of(owned)
            for row in rows[self.owner[rows] == owner].tolist():
                return int(row)
        return self._places[owner, owned]

    @cached_property
    def _places(self) -> dict[tuple[int, int], int]:
        return {(row.owner, row.owned): place for place, row in enumerate(self.rows())}

    def claims_of(self, row: int) -> tuple[str, ...]:
        """Return the claims that a row, by its place, rests on."""
        return self.claims[row] if self.claims is not None else ()

    def fraction(self, parts: int) -> Fraction:
        """Return so many parts as an exact fraction of a company."""
        return Fraction(int(parts), self.whole)


def _array(column: Any, kind: str) -> Any:
    import numpy as np

    return np.asarray(column, dtype=kind)


def _index(nodes: "Nodes", count: int) -> Index:
    import numpy as np

    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(nodes, minlength=count), out=starts[1:])
    return Index(starts, np.argsort(nodes, kind="stable"))


def _nearest(name: str, names: Sequence[str]) -> list[Candidate]:
    from rapidfuzz import fuzz, process

    choices = names[:100_000]
    found = process.extract(name, choices, scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    return [Candidate(one, one, one) for one, _, _ in found]


def from_rows(
    rows: Iterable[tuple[str, str, "Share | tuple[Share, Share]"]],
    *,
    right: str = CAPITAL,
    whole: int = WHOLE,
    claims: Sequence[tuple[str, ...]] | None = None,
) -> Stakes:
    """Return stakes from (owner, owned, share); a pair as share is a range, None is unknown.

    Two rows for one owner and company that differ make a range from the least to the most.
    Raises ParameterError where a share is no number from 0 to 1.

    >>> stakes = from_rows([("A", "B", "60%"), ("B", "C", ("0.25", "0.5"))])
    >>> [(row.low, row.high) for row in stakes.rows()]
    [(600000, 600000), (250000, 500000)]
    """
    numbers: dict[str, int] = {}
    spans: dict[tuple[int, int], Span] = {}
    resting: dict[tuple[int, int], tuple[str, ...]] = {}
    for place, (owner, owned, share) in enumerate(rows):
        pair = _numbered(numbers, owner), _numbered(numbers, owned)
        low, high = share_span(share)
        before = spans.get(pair, (low, high))
        spans[pair] = min(low, before[0]), max(high, before[1])
        if claims is not None:
            resting[pair] = (*resting.get(pair, ()), *claims[place])
    return from_spans(
        list(numbers), spans, right=right, least=whole, claims=resting if claims else None
    )


def _numbered(numbers: dict[str, int], name: str) -> int:
    return numbers.setdefault(name, len(numbers))


def from_spans(
    names: Sequence[str],
    spans: dict[tuple[int, int], Span],
    *,
    right: str = CAPITAL,
    least: int = WHOLE,
    claims: dict[tuple[int, int], tuple[str, ...]] | None = None,
    voted: frozenset[int] | None = None,
    unstated: frozenset[tuple[int, int]] = frozenset(),
) -> Stakes:
    """Return stakes from exact shares by the numbers of owner and company."""
    most = max(Counter(owned for _, owned in spans).values(), default=1)
    ends = (end for span in spans.values() if span is not UNKNOWN for end in span)
    whole = parts_of_a_whole(ends, most, least)
    cut = [in_parts(span, whole) for span in spans.values()]
    return Stakes(
        names,
        [owner for owner, _ in spans],
        [owned for _, owned in spans],
        [low for low, _ in cut],
        [high for _, high in cut],
        whole,
        [claims.get(pair, ()) for pair in spans] if claims is not None else None,
        right,
        voted,
        unstated,
    )


def from_digraph(graph: "nx.DiGraph[Any]", share: str = "share", *, right: str = CAPITAL) -> Stakes:
    """Return the stakes of a networkx graph, edges owner -> owned.

    Attributes of an edge: `share` (or `weight`, where no edge has that), or a range in
    `share_min` and `share_max`; an edge without is a stake of unknown size; `claims` if there are.
    Nodes go by their text: 1 is "1". Raises ParameterError for what is no directed graph, two
    edges for one owner and company, and a share that is none, with its edge.
    """
    numbers = _texts_of_nodes(graph)
    edges = list(graph.edges(data=True))
    if share == "share" and not any(share in found for _, _, found in edges):
        share = "weight"
    spans: dict[tuple[int, int], Span] = {}
    for owner, owned, found in edges:
        pair = numbers[str(owner)], numbers[str(owned)]
        if pair in spans:
            raise ParameterError("graph", f"two edges {owner} -> {owned}: make one of them")
        spans[pair] = _edge_span(owner, owned, _edge_share(found, share))
    given = [tuple(found.get("claims", ())) for _, _, found in edges]
    claims = dict(zip(spans, given, strict=True)) if any(given) else None
    return from_spans(list(numbers), spans, right=right, claims=claims)


def _texts_of_nodes(graph: "nx.DiGraph[Any]") -> dict[str, int]:
    if not getattr(graph, "is_directed", bool)():
        needed = "edges owner -> owned are needed: a networkx.DiGraph, or Stakes"
        raise ParameterError("graph", f"{needed}, not {type(graph).__name__}")
    numbers: dict[str, int] = {}
    for number, node in enumerate(graph):
        if numbers.setdefault(str(node), number) != number:
            raise ParameterError("graph", f"two nodes are called {str(node)!r}")
    return numbers


def _edge_span(owner: object, owned: object, share: Any) -> Span:
    try:
        return share_span(share)
    except ParameterError as wrong:
        where = f"{wrong.problem} (edge {owner} -> {owned})"
        raise ParameterError(wrong.parameter, where) from None


def _edge_share(found: dict[str, Any], share: str) -> Any:
    if found.get(share) is not None:
        return found[share]
    return found.get("share_min"), found.get("share_max")


def to_digraph(stakes: Stakes) -> "nx.DiGraph[str]":
    """Return a networkx graph: `share` as an exact fraction, or `share_min` and `share_max`."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(stakes.names)
    for place, (owner, owned, low, high) in enumerate(stakes.rows()):
        ends = stakes.fraction(low), stakes.fraction(high)
        found: dict[str, Any] = (
            {"share": ends[0]} if low == high else {"share_min": ends[0], "share_max": ends[1]}
        )
        if stakes.claims is not None:
            found["claims"] = stakes.claims[place]
        graph.add_edge(stakes.names[owner], stakes.names[owned], **found)
    return graph


def as_stakes(graph: "Stakes | nx.DiGraph[Any]") -> Stakes:
    """Return stakes as they are, or those of a networkx graph."""
    return graph if isinstance(graph, Stakes) else from_digraph(graph)


def holders_named(names: str | Iterable[str]) -> list[str]:
    """Return the names of one holder, or of several that act as one."""
    if isinstance(names, str) or not isinstance(names, Iterable):
        return [str(names)]
    return [str(name) for name in names]

"""Why is this owner's share of that company what it is: the paths it comes on, largest first."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

from kg.analytics.bounds import columns
from kg.analytics.exact import Columns
from kg.analytics.integrated import Method, Ownership, Share, ownership
from kg.analytics.stakes import Stakes, as_stakes

if TYPE_CHECKING:
    import networkx as nx

_STEPS = 5_000  # the best paths come first; what is left out is told as the rest


@dataclass(frozen=True, slots=True)
class Link:
    """One stake of a path, with the claims it rests on."""

    owner: str
    owned: str
    low: Fraction
    high: Fraction
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """One way from the owner to the company; the share is the product of its links' least."""

    links: tuple[Link, ...]
    share: Fraction


@dataclass(frozen=True, slots=True)
class OwnershipProof:
    """The share, the paths that explain most of it, and what remains.

    explained  what the listed paths add up to
    rest       what more paths, and rounds through loops, bring; None where there is no end
    rounds     1 / (1 - what comes back to the owner): what `brioschi` multiplies `corrected` by
    """

    row: Ownership
    method: Method
    paths: tuple[Path, ...]
    explained: Fraction
    rest: Share | None
    rounds: Share | None
    at_most: bool = False  # the most that shares can be is explained, not the least

    def sentences(self) -> list[str]:
        """Return the proof as lines for people."""
        at = " at most" if self.at_most else ""
        name, owned = self.row.owner, self.row.owned
        lines = [f"{_span(self.row)} of {owned} is {name}'s, by {self.method}{at}:"]
        for path in self.paths:
            ends = [link.high if self.at_most else link.low for link in path.links]
            chain = " x ".join(map(_percent, ends))
            via = " > ".join([path.links[0].owner, *(link.owned for link in path.links)])
            lines.append(f"  {_percent(path.share)} = {chain} on {via}")
        if self.rest:
            lines.append(f"  {_percent(self.rest)} on further paths and rounds through loops")
        if self.rounds is not None and self.rounds != 1:
            lines.append(f"  {float(self.rounds):.6g} times counted again through loops")
        if self.row.note:
            lines.append(f"  {self.row.note}")
        return lines


def why(
    graph: "Stakes | nx.DiGraph[Any]",
    owner: str,
    owned: str,
    method: Method = "corrected",
    *,
    most: int = 10,
) -> OwnershipProof:
    r"""Return where an owner's share of a company comes from, the largest paths first.

    Of ranges the least is explained. Raises UnknownNameError for names that are not in the table.

    >>> from kg.analytics.stakes import from_rows
    >>> proof = why(from_rows([("A", "B", "0.6"), ("B", "C", "0.5"), ("A", "C", "0.1")]), "A", "C")
    >>> print("\n".join(proof.sentences()))
    40% of C is A's, by corrected:
      30% = 60% x 50% on A > B > C
      10% = 10% on A > C
    """
    stakes = as_stakes(graph)
    for name, parameter in ((owner, "owner"), (owned, "owned")):
        stakes.number(name, parameter)
    rows = ownership(stakes, method, by=owner, of=owned)
    row = rows[0] if rows else Ownership(owner, owned, Fraction(), Fraction(), Fraction())
    return on_paths(stakes, columns(stakes, 2), row, method, most=most)


def on_paths(
    stakes: Stakes,
    shares: Columns,
    row: Ownership,
    method: Method,
    *,
    most: int = 10,
    at_most: bool = False,
) -> OwnershipProof:
    """Return on which paths what an owner has comes to it; `shares` are at their least or most."""
    top, bottom = stakes.numbers[row.owner], stakes.numbers[row.owned]
    found = _largest(shares, stakes.whole, top, bottom, most)
    paths = tuple(Path(_links(stakes, nodes), share) for share, nodes in found)
    explained = sum((path.share for path in paths), Fraction())
    rounds = _rounds(stakes, row.owner) if method == "brioschi" else None
    whole = row.high if at_most else row.low
    once = whole if whole is None or not rounds else whole / rounds
    rest = None if once is None else max(once - explained, 0)
    if isinstance(rest, float) and rest < 1e-12:
        rest = 0.0
    return OwnershipProof(row, method, paths, explained, rest, rounds, at_most)


def _largest(
    low: Columns, whole: int, top: int, bottom: int, most: int
) -> list[tuple[Fraction, list[int]]]:
    """Return the paths with the largest products, upward from the company, best first."""
    found: list[tuple[Fraction, list[int]]] = []
    waiting: list[tuple[float, list[int]]] = [(-1.0, [bottom])]
    for _ in range(_STEPS):
        if not waiting or len(found) == most:
            break
        share, path = heapq.heappop(waiting)
        if path[0] == top and len(path) > 1:
            found.append((_product(low, whole, path), path))
            continue
        for one, parts in low.get(path[0], {}).items():
            if one not in path or one == top:
                heapq.heappush(waiting, (share * parts / whole, [one, *path]))
    return found


def _product(low: Columns, whole: int, path: Sequence[int]) -> Fraction:
    shares = (Fraction(low[owned][owner], whole) for owner, owned in pairwise(path))
    return prod(shares, start=Fraction(1))


def _links(stakes: Stakes, nodes: Sequence[int]) -> tuple[Link, ...]:
    found = []
    for owner, owned in pairwise(nodes):
        row = next(row for row in stakes.rows_by_owned[owned] if row.owner == owner)
        ends = stakes.fraction(row.low), stakes.fraction(row.high)
        names = stakes.names[owner], stakes.names[owned]
        found.append(Link(*names, *ends, stakes.claims_of(stakes.place(owner, owned))))
    return tuple(found)


def _rounds(stakes: Stakes, owner: str) -> Share | None:
    rows = ownership(stakes, "corrected", by=owner, of=owner)
    back = rows[0].low if rows else Fraction()
    return None if back is None or back >= 1 else 1 / (1 - back)


def _span(row: Ownership) -> str:
    if row.share is not None or row.low is None:
        return _percent(row.share) if row.share is not None else "A share without end"
    high = "more without end" if row.high is None else _percent(row.high)
    return f"{_percent(row.low)} to {high}"


def _percent(share: Share) -> str:
    return f"{float(share) * 100:.6g}%"

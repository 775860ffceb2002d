"""Why is this owner's share of that company what it is: the paths it comes on, largest first."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kg.analytics.bounds import columns
from kg.analytics.exact import Columns
from kg.analytics.integrated import Method, Ownership, Share, ownership
from kg.analytics.stakes import Stakes, as_stakes

if TYPE_CHECKING:
    import networkx as nx

_STEPS = 20_000


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

    def sentences(self) -> list[str]:
        """Return the proof as lines for people."""
        lines = [f"{_span(self.row)} of {self.row.owned} is {self.row.owner}'s, by {self.method}:"]
        for path in self.paths:
            chain = " x ".join(_percent(link.low) for link in path.links)
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
    top, bottom = stakes.number(owner, "owner"), stakes.number(owned, "owned")
    rows = ownership(stakes, method, by=owner, of=owned)
    row = rows[0] if rows else Ownership(owner, owned, Fraction(), Fraction(), Fraction())
    low = columns(stakes, 2)
    found = _largest(low, stakes.whole, top, bottom, most)
    paths = tuple(Path(_links(stakes, nodes), share) for share, nodes in found)
    explained = sum((path.share for path in paths), Fraction())
    rounds = _rounds(stakes, owner) if method == "brioschi" else None
    rest = None if row.low is None else max(row.low - explained, 0)
    if isinstance(rest, float) and rest < 1e-12:
        rest = 0.0
    return OwnershipProof(row, method, paths, explained, rest, rounds)


def _largest(
    low: Columns, whole: int, top: int, bottom: int, most: int
) -> list[tuple[Fraction, list[int]]]:
    """Return the paths with the largest products, upward from the company, best first."""
    found: list[tuple[Fraction, list[int]]] = []
    waiting: list[tuple[Fraction, list[int]]] = [(Fraction(-1), [bottom])]
    for _ in range(_STEPS):
        if not waiting or len(found) == most:
            break
        share, path = heapq.heappop(waiting)
        if path[0] == top and len(path) > 1:
            found.append((-share, path))
            continue
        for one, parts in low.get(path[0], {}).items():
            if one not in path or one == top:
                heapq.heappush(waiting, (share * Fraction(parts, whole), [one, *path]))
    return found


def _links(stakes: Stakes, nodes: Sequence[int]) -> tuple[Link, ...]:
    found = []
    rows = {(row.owner, row.owned): (place, row) for place, row in enumerate(stakes.rows())}
    for owner, owned in pairwise(nodes):
        place, row = rows[owner, owned]
        ends = stakes.fraction(row.low), stakes.fraction(row.high)
        names = stakes.names[owner], stakes.names[owned]
        found.append(Link(*names, *ends, stakes.claims_of(place)))
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

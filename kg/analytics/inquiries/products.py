"""The largest products of shares along chains of stakes: why an owner holds so much."""

from fractions import Fraction
from heapq import heappop, heappush

from kg.analytics.ranges import per_cent
from kg.analytics.stakes import Stakes

_MOST_PATHS = 10
_MOST_STEPS = 5_000


def products(stakes: Stakes, owner: str, owned: str) -> list[str]:
    """Return chains from an owner to a company in words, the largest product first.

    Only the ten largest; shares that are ranges count with their most.
    """
    start, end = stakes.numbers[owner], stakes.numbers[owned]
    waiting: list[tuple[Fraction, tuple[int, ...]]] = [(Fraction(-1), (start,))]
    told: list[str] = []
    for _ in range(_MOST_STEPS):
        if not waiting or len(told) == _MOST_PATHS:
            return told
        product, path = heappop(waiting)
        if len(path) > 1 and path[-1] == end:
            told.append(_said(stakes, path, -product))
            continue
        for row in stakes.rows_by_owner.get(path[-1], ()):
            if row.high and (row.owned not in path or row.owned == end):
                share = stakes.fraction(row.high)
                heappush(waiting, (product * share, (*path, row.owned)))
    return [*told, "further chains are not looked for"]


def _said(stakes: Stakes, path: tuple[int, ...], product: Fraction) -> str:
    parts = []
    for one, other in zip(path, path[1:], strict=False):
        row = next(row for row in stakes.rows_by_owner[one] if row.owned == other)
        low, high = stakes.fraction(row.low), stakes.fraction(row.high)
        share = per_cent(high) if low == high else f"{per_cent(low)} to {per_cent(high)}"
        parts.append(f"{stakes.names[one]} holds {share} of {stakes.names[other]}")
    return f"{'; '.join(parts)}: {per_cent(product)}"

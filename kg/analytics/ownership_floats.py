"""The rows of `ownership` for large tables: exact where they depend on few stakes, else floats."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import numpy as np

from kg.analytics.bounds import Bounds, columns
from kg.analytics.exact import ExactNetwork, Row
from kg.analytics.integrated import (
    ENDLESS,
    EXACT_STAKES,
    LARGEST_LOOP,
    LEFT_OUT,
    MOST_ROWS,
    OVER,
    Method,
    Ownership,
    exact_rows,
)
from kg.analytics.large_ownership import Holdings, LargeNetwork
from kg.analytics.layout import Floats, Ints, Longs
from kg.analytics.simple_paths import Limits, accumulated
from kg.analytics.stakes import Stakes
from kg.errors import ParameterError

_SAME = 1e-12  # floats that near are one number


def rows(
    stakes: Stakes, method: Method, owner: int | None, owned: int | None, limits: Limits
) -> Iterator[Ownership]:
    """Yield who holds how much of what; numbers of nodes select. See `ownership`."""
    network = LargeNetwork(stakes)
    if owner is not None or owned is not None:
        between = network.rows_between(owner, owned)
        if len(between) <= EXACT_STAKES:
            bounds = Bounds(_part(stakes, between))
            if bounds.largest_loop <= LARGEST_LOOP:
                yield from exact_rows(bounds, stakes.names, method, owner, owned, limits)
                return
    if method == "paths":
        yield from _path_rows(network, owner, owned, limits)
    elif owner is not None:
        yield from _held(network, method, owner, owned)
    elif owned is not None:
        yield from _owners(network, method, owned)
    else:
        yield from _everyone(network, method)


def _part(stakes: Stakes, rows: Longs) -> Stakes:
    low = stakes.low[rows]
    high = low if stakes.exact else stakes.high[rows]
    return Stakes(stakes.names, stakes.owner[rows], stakes.owned[rows], low, high, stakes.whole)


def _everyone(network: LargeNetwork, method: Method) -> Iterator[Ownership]:
    count = 0
    for owner in np.unique(network.stakes.owner).tolist():
        for count, row in enumerate(_held(network, method, owner, None), start=count + 1):  # noqa: B020
            if count > MOST_ROWS:
                message = f"more than {MOST_ROWS:,} rows; name an owner or a company"
                raise ParameterError("owner", message)
            yield row


def _held(
    network: LargeNetwork, method: Method, owner: int, owned: int | None
) -> Iterator[Ownership]:
    held = network.held_by(owner)
    own = held.nodes == owner
    low, high = held.low, held.high
    if method == "brioschi":
        low, high = _repeated(network, held, held.nodes[own])
    names = network.stakes.names
    for place in range(len(held.nodes)) if owned is None else np.flatnonzero(held.nodes == owned):
        yield from _row(names[owner], names[held.nodes[place]], low[place], high[place])


def _owners(network: LargeNetwork, method: Method, owned: int) -> Iterator[Ownership]:
    held = network.owners_of(owned)
    low, high = held.low, held.high
    if method == "brioschi":
        low, high = _repeated(network, held, held.nodes)
    names = network.stakes.names
    for place, owner in enumerate(held.nodes.tolist()):
        yield from _row(names[owner], names[owned], low[place], high[place])


def _repeated(network: LargeNetwork, held: Holdings, owners: Ints) -> tuple[Floats, Floats]:
    """Return Y = F / (1 - F[i,i]): nan where an owner all comes back to itself."""
    least, most = network.parting(owners)
    return _divided(held.low, most), _divided(held.high, least)


def _divided(shares: Floats, parting: Floats) -> Floats:
    leaving = np.where(parting > 0, parting, np.nan)
    return np.where(shares > 0, shares / leaving, 0.0)


def _row(owner: str, owned: str, low: float, high: float) -> Iterator[Ownership]:
    if np.isnan(high) or np.isinf(high):
        note = ENDLESS.format(owner) if np.isnan(high) else OVER
        yield Ownership(owner, owned, None, float(low) if np.isfinite(low) else None, None, note)
    elif high > 0:
        share = float(low) if high - low <= _SAME else None
        yield Ownership(owner, owned, share, float(low), float(high))


def _path_rows(
    network: LargeNetwork, owner: int | None, owned: int | None, limits: Limits
) -> Iterator[Ownership]:
    """Yield sums over simple paths of one owner; F, which is never less, bounds what is open."""
    if owner is None:
        raise ParameterError("owner", "paths through so many stakes are counted for one owner only")
    stakes = network.stakes
    part = _part(stakes, network.rows_between(owner, None))
    held = network.held_by(owner)
    whole = dict(zip(held.nodes.tolist(), held.high.tolist(), strict=True))
    ends = []
    for end, shares in ((2, held.low), (3, held.high)):
        row = cast("Row", dict(zip(held.nodes.tolist(), shares.tolist(), strict=True)))
        found = ExactNetwork(columns(part, end), stakes.whole)
        ends.append(accumulated(found, owner, row, limits))
    least, most = ends
    for node in whole.keys() - {owner} if owned is None else {owned} & whole.keys():
        left_out = node in least.open or node in most.open
        low = float(least.shares.get(node, 0))
        high = whole[node] if left_out else min(float(most.shares.get(node, 0)), whole[node])
        note = LEFT_OUT.format(limits.links, limits.steps) if left_out else ""
        for one in _row(stakes.names[owner], stakes.names[node], low, high):
            yield replace(one, note=note or one.note)

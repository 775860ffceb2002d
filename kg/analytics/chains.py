"""Chains of stakes from a holder down to a company: each once, no company visited twice.

The weakest link of a chain is its control rights, the product its cash-flow rights (La Porta,
Lopez-de-Silanes & Shleifer 1999; Claessens, Djankov & Lang 2000).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count, pairwise
from math import prod
from typing import NamedTuple

from kg.analytics.deadline import heed
from kg.analytics.ranges import Range, total
from kg.analytics.register import Holding, Register

MOST_CHAINS = 200
MOST_STEPS = 20_000
LONGEST = 12  # links
SMALL = 5_000  # stakes, of which ways are kept for every holder


@dataclass(frozen=True, slots=True)
class Chain:
    """Stakes from a holder down to a company, each the owner of the next."""

    stakes: tuple[Holding, ...]
    smallest: Range  # its smallest link

    @property
    def nodes(self) -> tuple[int, ...]:
        """Return the companies along it, holder first."""
        return (self.stakes[0].owner, *(one.owned for one in self.stakes))

    @property
    def product(self) -> Fraction:
        """Return its shares multiplied, each at its least."""
        return prod((one.share.low for one in self.stakes), start=Fraction(1))


@dataclass(frozen=True, slots=True)
class Chains:
    """All chains between two nodes that visit no company twice, or as many as were looked at."""

    chains: tuple[Chain, ...]
    complete: bool

    @property
    def total(self) -> Range:
        """Return the sum of the smallest links."""
        return total(one.smallest for one in self.chains)

    @property
    def at_least(self) -> Range:
        """Return the sum as a lower bound: what was left out may make it all of the company."""
        found = self.total
        return Range(found.low, max(Fraction(1), found.high))

    @property
    def stakes(self) -> tuple[Holding, ...]:
        """Return the stakes of all chains, each once."""
        return tuple(
            {(one.owner, one.owned): one for chain in self.chains for one in chain.stakes}.values()
        )


def chains_between(
    register: Register, holder: int, company: int, links: int = LONGEST, most: int = MOST_CHAINS
) -> Chains:
    """Return the chains from a holder to a company, of so many links and so many at most."""
    found: list[Chain] = []
    walk = _Walk(register, holder, company, links)
    for chain in walk.chains():
        if len(found) == most:
            return Chains(tuple(found), complete=False)
        found.append(chain)
    return Chains(tuple(found), not walk.cut)


def add_up_to(register: Register, holder: int, company: int, threshold: Fraction) -> bool:
    """Say whether smallest links surely add up to a threshold; chains are counted until they do."""
    least = threshold * register.stakes.whole
    if _two_links(register, holder, company) >= least:
        return True
    if any(found >= least for found in some_sums(register, holder, company)):
        return True
    found = 0
    for place, (low, *_) in enumerate(_Walk(register, holder, company, LONGEST).widest()):
        found += low
        # None of those to come is wider.
        if found >= least or found + low * (MOST_CHAINS - place - 1) < least:
            break
    return found >= least


def _two_links(register: Register, holder: int, company: int) -> int:
    """Return the smallest links of chains of one link and of two, added up, in parts."""
    held = {owned: low for owned, low, _ in register.below(holder) if owned != company}
    held[holder] = register.stakes.whole
    return sum(min(one.low, held.get(one.owner, 0)) for one in register.ranked(company))


def some_sums(register: Register, holder: int, company: int) -> Iterator[int]:
    """Yield smallest links of some chains added up, in parts; each time of some more of them.

    All ways of so many links up from the company are looked at, each with the widest way down to
    where it ends. They are different chains, so their sum is no more than that of all.
    """
    widest, arrived = ways_down(register, holder, company).ways, 0
    edge = [(register.stakes.whole, company, frozenset((company,)))]
    for links in range(1, LONGEST):
        heed()
        found, further = 0, []
        for low, node, passed in edge:
            for _, owner, least, _ in register.ranked(node):
                smallest = min(low, least)
                if owner == holder:
                    arrived += smallest
                elif owner in widest and owner not in passed:
                    way = widest[owner]
                    if len(way.nodes) + links <= LONGEST + 1 and passed.isdisjoint(way.nodes):
                        found += min(way.low, smallest)
                    further.append((smallest, owner, passed | {owner}))
        yield arrived + found
        if not further or len(further) > MOST_CHAINS:
            return
        edge = further


class Way(NamedTuple):
    """A chain from a holder down to a company, none wider: its smallest link at least, at most."""

    low: int
    high: int
    nodes: tuple[int, ...]  # holder first


# What is held by each: company, parts at least, parts at most.
Downward = Callable[[int], Sequence[tuple[int, int, int]]]


@dataclass(frozen=True, slots=True)
class WaysDown:
    """The widest way from a holder to each company that a chain to the one asked about can pass."""

    below: Downward
    ways: Mapping[int, Way]
    complete: bool


def ways_down(register: Register, holder: int, company: int) -> WaysDown:
    """Return the widest ways; of a small network worked out once for all companies."""
    small = len(register.stakes) <= SMALL
    key = "ways down", holder, None if small else company
    if key not in register.kept:
        below, complete = (register.below, True) if small else _above(register, company)
        register.kept[key] = WaysDown(below, _widest(register, holder, below), complete)
    found: WaysDown = register.kept[key]
    return found


def _above(register: Register, company: int) -> tuple[Downward, bool]:
    """Return what is held on the way down to a company, and whether that is all of it."""
    held: dict[int, list[tuple[int, int, int]]] = {}
    waiting, seen = [company], {company}
    for node in waiting:  # grows while it is walked
        heed()
        for _, owner, low, high in register.ranked(node):
            held.setdefault(owner, []).append((node, low, high))
            if owner not in seen and len(seen) < MOST_STEPS:
                seen.add(owner)
                waiting.append(owner)
    return lambda node: held.get(node, ()), len(seen) < MOST_STEPS


def _widest(
    register: Register,
    holder: int,
    below: Downward,
    barred: frozenset[int] = frozenset(),
    last: int | None = None,
) -> dict[int, Way]:
    """Return the widest ways that go through none of some companies, up to a last one."""
    whole = register.stakes.whole
    found: dict[int, Way] = {}
    best: dict[int, tuple[int, int]] = {}  # what waits and is worse never comes up
    waiting: list[tuple[int, int, tuple[int, ...]]] = [(-whole, -whole, (holder,))]
    while waiting and last not in found:
        low, high, nodes = heappop(waiting)
        if nodes[-1] in found:
            continue
        found[nodes[-1]] = Way(-low, -high, nodes)
        for owned, least, most in below(nodes[-1]):
            if owned not in found and owned not in barred:
                ends = max(low, -least), max(high, -most)
                if ends <= best.setdefault(owned, ends):
                    best[owned] = ends
                    heappush(waiting, (*ends, (*nodes, owned)))
    return found


class _Walk:
    """A walk up from the company: there are fewer owners above it than companies below a holder.

    What is not below the holder is left out, and the rest taken in the order of how wide a chain it
    can still become.
    """

    def __init__(self, register: Register, holder: int, company: int, links: int) -> None:
        self.register = register
        self.holder = holder
        self.company = company
        self.links = links
        self.cut = False

    def chains(self) -> Iterator[Chain]:
        """Yield every chain, the widest first, and remember whether one was cut off."""
        register = self.register
        for low, high, nodes in self.widest():
            stakes = [register.between(one, other) for one, other in pairwise(nodes)]
            smallest = Range(register.stakes.fraction(low), register.stakes.fraction(high))
            yield Chain(tuple(one for one in stakes if one), smallest)

    def widest(self) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Yield the smallest link of each chain, at least and at most, in parts, and its nodes."""
        heed()
        register, whole, order = self.register, self.register.stakes.whole, count()
        down = ways_down(register, self.holder, self.company)
        self.cut = not down.complete
        start = _Open(-whole, -whole, 0, next(order), -whole, -whole, (self.company,), None)
        waiting = [start] if self.company in down.ways else []
        while waiting:
            one = heappop(waiting)
            node, passed = one.path[0], frozenset(one.path)
            if node == self.holder:
                yield -one.low, -one.high, one.path
                continue
            if one.step > MOST_STEPS:
                self.cut = True
                return
            if one.way is None and not passed.isdisjoint(down.ways[node].nodes[:-1]):
                # The widest way goes through what is below: look for one that does not.
                barred = frozenset(one.path[1:])
                way = _widest(register, self.holder, down.below, barred, node).get(node)
                if way is not None:
                    heappush(waiting, one.by(way, next(order)))
                continue
            for _, owner, least, most in register.ranked(node):
                if owner in down.ways and owner not in passed:
                    if owner != self.holder and len(one.path) >= self.links:
                        self.cut = True
                        continue
                    ends, path = (max(one.low, -least), max(one.high, -most)), (owner, *one.path)
                    further = _Open(*ends, 0, 0, *ends, path, None)
                    heappush(waiting, further.by(down.ways[owner], next(order), sure=False))


class _Open(NamedTuple):
    """The lower part of a chain, in the order in which it is followed up; parts are negative."""

    can_low: int  # how wide a chain it can become
    can_high: int
    links: int  # to go; who is nearest comes first, or among equals none would arrive
    step: int
    low: int
    high: int
    path: tuple[int, ...]
    way: Way | None  # on to the holder, where that is sure

    def by(self, way: Way, step: int, *, sure: bool = True) -> "_Open":
        """Return it as it is followed up by a way."""
        ends = max(self.low, -way.low), max(self.high, -way.high)
        _, _, _, _, low, high, path, _ = self
        return _Open(*ends, len(way.nodes), step, low, high, path, way if sure else None)

"""Chains of stakes from a holder down to a company: each once, no company visited twice.

The weakest link of a chain is its control rights, the product its cash-flow rights (La Porta,
Lopez-de-Silanes & Shleifer 1999; Claessens, Djankov & Lang 2000).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count
from math import prod

from kg.analytics.deadline import heed
from kg.analytics.ranges import Range, total
from kg.analytics.register import Holding, Register

MOST_CHAINS = 200
MOST_STEPS = 20_000
LONGEST = 12  # links


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
    found = Fraction()
    for place, chain in enumerate(_Walk(register, holder, company, LONGEST).chains()):
        found += chain.smallest.low
        if found >= threshold or place + 1 == MOST_CHAINS:
            break
    return found >= threshold


class _Walk:
    """A walk up from the company: there are fewer owners above it than companies below a holder."""

    def __init__(self, register: Register, holder: int, company: int, links: int) -> None:
        self.register = register
        self.holder = holder
        self.company = company
        self.links = links
        self.cut = False

    def chains(self) -> Iterator[Chain]:
        """Yield every chain, about the widest first, and remember whether one was cut off."""
        heed()
        whole, order = self.register.stakes.whole, count()
        nothing: tuple[Holding, ...] = ()
        waiting = [(-whole, -whole, next(order), nothing, frozenset((self.company,)))]
        while waiting:
            low, high, step, below, path = heappop(waiting)
            if step > MOST_STEPS:
                self.cut = True
                return
            for one, least, most in self.register.parts(below[0].owner if below else self.company):
                smallest = min(-low, least), min(-high, most)
                if one.owner == self.holder:
                    yield Chain((one, *below), Range(*(Fraction(end, whole) for end in smallest)))
                elif one.owner not in path:
                    if len(below) + 1 < self.links:
                        ends = -smallest[0], -smallest[1]
                        further = (one, *below), path | {one.owner}
                        heappush(waiting, (*ends, next(order), *further))
                    else:
                        self.cut = True

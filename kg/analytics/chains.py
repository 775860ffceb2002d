"""Chains of stakes from a holder down to a company: each once, no company visited twice.

The weakest link of a chain is its control rights, the product its cash-flow rights (La Porta,
Lopez-de-Silanes & Shleifer 1999; Claessens, Djankov & Lang 2000).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
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
        return tuple(dict.fromkeys(one for chain in self.chains for one in chain.stakes))


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


class _Walk:
    """A walk up from the company: there are fewer owners above it than companies below a holder."""

    def __init__(self, register: Register, holder: int, company: int, links: int) -> None:
        self.register = register
        self.holder = holder
        self.company = company
        self.links = links
        self.cut = False

    def chains(self) -> Iterator[Chain]:
        """Yield every chain, and remember whether one was cut off."""
        steps = 0
        whole = Fraction(1)
        stack: list[tuple[tuple[Holding, ...], Fraction, Fraction]] = [((), whole, whole)]
        while stack:
            heed()
            below, low, high = stack.pop()
            top = below[0].owner if below else self.company
            on_path = {top, *(one.owned for one in below)}
            for one in self.register.holders(top):
                steps += 1
                if steps > MOST_STEPS:
                    self.cut = True
                    return
                least, most = min(low, one.share.low), min(high, one.share.high)
                if one.owner == self.holder:
                    yield Chain((one, *below), Range(least, most))
                elif one.owner not in on_path:
                    if len(below) + 1 < self.links:
                        stack.append(((one, *below), least, most))
                    else:
                        self.cut = True

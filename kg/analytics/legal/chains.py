"""Chains of stakes from a holder down to a company, where a rule looks at their single links."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kg.analytics.joint import Rule
from kg.analytics.ranges import NOTHING, Certainty, Range, total
from kg.analytics.register import Holding, Register

MOST_CHAINS = 1_000
MOST_STEPS = 100_000
LONGEST = 12  # links


@dataclass(frozen=True, slots=True)
class Chain:
    """Stakes from a holder down to a company, each the owner of the next."""

    stakes: tuple[Holding, ...]

    @property
    def nodes(self) -> tuple[int, ...]:
        """Return the companies along it, holder first."""
        return (self.stakes[0].owner, *(one.owned for one in self.stakes))

    @property
    def smallest(self) -> Range:
        """Return its smallest link."""
        return Range(
            min(one.share.low for one in self.stakes), min(one.share.high for one in self.stakes)
        )


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
        return Range(self.total.low, max(Fraction(1), self.total.high))

    @property
    def stakes(self) -> tuple[Holding, ...]:
        """Return the stakes of all chains, each once."""
        return tuple(dict.fromkeys(one for chain in self.chains for one in chain.stakes))


def weakest_links(register: Register, holder: int, company: int) -> Chains:
    """Return the chains from a holder to a company, up to 12 links, 1,000 chains."""
    found: list[Chain] = []
    walk = _Walk(register, holder, company)
    for chain in walk.chains():
        if len(found) == MOST_CHAINS:
            return Chains(tuple(found), complete=False)
        found.append(chain)
    return Chains(tuple(found), not walk.cut)


class _Walk:
    """A walk up from the company: there are fewer owners above it than companies below a holder."""

    def __init__(self, register: Register, holder: int, company: int) -> None:
        self.register = register
        self.holder = holder
        self.company = company
        self.cut = False

    def chains(self) -> Iterator[Chain]:
        """Yield every chain, and remember whether one was cut off."""
        steps = 0
        stack: list[tuple[Holding, ...]] = [()]
        while stack:
            below = stack.pop()
            top = below[0].owner if below else self.company
            on_path = {one.owned for one in below}
            for one in self.register.holders(top):
                steps += 1
                if steps > MOST_STEPS:
                    self.cut = True
                    return
                if one.owner == self.holder:
                    yield Chain((one, *below))
                elif one.owner not in on_path and one.owner != top:
                    if len(below) + 1 < LONGEST:
                        stack.append((one, *below))
                    else:
                        self.cut = True


@dataclass(frozen=True, slots=True)
class Linked:
    """What a holder reaches through single links that each meet a rule; the link to each."""

    certain: dict[int, Holding]
    possible: dict[int, Holding]

    def chain(self, node: int) -> list[Holding]:
        """Return the links down to a node, holder first."""
        links: list[Holding] = []
        while node in self.possible:
            link = self.certain.get(node) or self.possible[node]
            links.insert(0, link)
            node = link.owner
        return links


def linked(register: Register, holder: int, rule: Rule, company: int) -> Linked:
    """Return what a holder reaches by single links; not through the company asked about."""
    return Linked(
        _reached(register, holder, rule, company, most=False),
        _reached(register, holder, rule, company, most=True),
    )


def _reached(
    register: Register, holder: int, rule: Rule, company: int, *, most: bool
) -> dict[int, Holding]:
    found: dict[int, Holding] = {}
    edge = [holder]
    while edge:
        new = []
        for node in edge:
            for one in register.portfolio(node):
                if one.owned in found or one.owned in (holder, company):
                    continue
                met = rule.met(register.held([node], one.owned))
                if met is Certainty.certain or (most and met is Certainty.possible):
                    found[one.owned] = one
                    new.append(one.owned)
        edge = new
    return found


def last_links(register: Register, through: frozenset[int], company: int) -> Range:
    """Return what these hold of a company together; nothing where they hold none."""
    return register.held(through - {company}, company) if through else NOTHING

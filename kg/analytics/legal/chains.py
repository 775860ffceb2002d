"""Single links that each meet a rule, from a holder down: what they lead to, and by which ones."""

from dataclasses import dataclass

from kg.analytics.joint import Rule, direct_share, has_votes, without_own
from kg.analytics.ranges import NOTHING, Certainty, Range
from kg.analytics.register import Holding, Register


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
            for one, met in _links(register, node, rule):
                if one.owned in found or one.owned in (holder, company):
                    continue
                if most or met is Certainty.certain:
                    found[one.owned] = one
                    new.append(one.owned)
        edge = new
    return found


def _links(register: Register, node: int, rule: Rule) -> list[tuple[Holding, Certainty]]:
    """Return the stakes of a holder that meet a rule each by itself, or may."""
    if (node, rule) not in register.kept:
        judged = [
            (one, rule.met(direct_share(register, node, one.owned)))
            for one in register.portfolio(node)
            if one.owned != node
        ]
        register.kept[node, rule] = [pair for pair in judged if pair[1] is not Certainty.impossible]
    found: list[tuple[Holding, Certainty]] = register.kept[node, rule]
    return found


def last_links(register: Register, through: frozenset[int], company: int) -> Range:
    """Return what these hold of a company together; nothing where they hold none.

    Where shares are votes, of those that the company does not hold in itself.
    """
    share = register.held(through - {company}, company) if through else NOTHING
    return without_own(register, share, company) if has_votes(register, company) else share

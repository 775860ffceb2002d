"""Why two companies are closely linked: the stakes added up, the paths, or who owns both."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kg.analytics.bounds import columns
from kg.analytics.exact import Columns
from kg.analytics.integrated import Method, Ownership, Share
from kg.analytics.joint import MAJORITY, Joint
from kg.analytics.linked import CloseLink, CloseLinks
from kg.analytics.ownership_proof import on_paths
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import per_cent
from kg.analytics.register import Register
from kg.analytics.stakes import Stakes, as_stakes

if TYPE_CHECKING:
    import networkx as nx

SOURCES = {
    "eurosystem": "Eurosystem collateral rules (T2S data model)",
    "path-product": "Bank of Italy's rule",
    "integrated": "Bank of Italy's rule, by Vitali, Glattfelder & Battiston 2011",
}
_BY: dict[str, Method] = {"path-product": "paths", "integrated": "corrected"}
_Part = tuple[list[str], tuple[str, ...]]  # lines, claims


def why_linked(graph: "Stakes | nx.DiGraph[Any]", found: CloseLinks, link: CloseLink) -> Proof:
    """Return why one of the links that were found in a network is one.

    >>> from kg.analytics.linked import close_links
    >>> from kg.analytics.stakes import from_rows
    >>> stakes = from_rows([("A", "B", "60%"), ("B", "C", "30%")])
    >>> found = close_links(stakes, "path-product", "15%")
    >>> why_linked(stakes, found, list(found.rows())[1]).steps
    ("18% of C is A's, by paths:", '  18% = 60% x 30% on A > B > C')
    """
    return LinkProofs(as_stakes(graph), found).of(link)


@dataclass(frozen=True)
class LinkProofs:
    """Says of each close link of a network why it is one."""

    stakes: Stakes
    found: CloseLinks

    @cached_property
    def _register(self) -> Register:
        return Register(self.stakes)

    @cached_property
    def _ends(self) -> tuple[Columns, Columns]:
        """Return the columns of stakes at their least and at their most."""
        return columns(self.stakes, 2), columns(self.stakes, 3)

    @cached_property
    def _shares(self) -> dict[tuple[str, str], tuple[Share, Share | None]]:
        """Return what each holder of enough has, at least and at most."""
        return {
            (one.company, one.linked): (one.low or Fraction(), one.high)
            for one in self.found.holdings()
        }

    def of(self, link: CloseLink) -> Proof:
        """Return why a link is one; of a third party, what it has of both."""
        parts = list(self._parts(link))
        return Proof(
            rule=f"close links, {self.found.rule}: {link.reason}",
            source=SOURCES[self.found.rule],
            parameters={"threshold": f">= {per_cent(self.found.threshold)}"},
            steps=tuple(line for lines, _ in parts for line in lines),
            claims=all_claims(claims for _, claims in parts),
        )

    def _parts(self, link: CloseLink) -> Iterator[_Part]:
        if link.third_party is None:
            yield self._held(link.company, link.linked)
            return
        for company in (link.company, link.linked):
            yield self._held(link.third_party, company)

    def _held(self, owner: str, company: str) -> _Part:
        if self.found.rule == "eurosystem":
            return self._with_vehicles(owner, company)
        low, high = self._shares[owner, company]
        row = Ownership(owner, company, low if low == high else None, low, high)
        at_most = low < self.found.threshold  # possible: by the most that shares can be
        proof = on_paths(
            self.stakes, self._ends[at_most], row, _BY[self.found.rule], at_most=at_most
        )
        claims = all_claims(link.claims for path in proof.paths for link in path.links)
        return proof.sentences(), claims

    def _with_vehicles(self, owner: str, company: str) -> _Part:
        """Return the stakes of an owner and of what it majority-owns, each as a whole."""
        register = self._register
        node = register.node(company)
        joint = Joint.of(register, [register.node(owner)], MAJORITY)
        stakes = joint.chain(node)
        total = f"together {joint.held(node)} of {company}"
        return [*map(register.say, stakes), total], all_claims(one.claims for one in stakes)

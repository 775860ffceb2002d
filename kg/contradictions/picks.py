"""Policies: which of several claims to take, and why.

    all                 every claim; nothing is picked
    latest              the claims that could be known last
    most-authoritative  the claims of the document with the most authority; among these what the
                        source says itself before what it passes on, and what it says as a fact
                        before what it reports or expects

A policy picks one claim or several that it cannot tell apart; it never draws lots.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg import names, ontology
from kg.names import Iri
from kg.store.base import Graph

POLICIES = ("all", "latest", "most-authoritative")

_STANDING = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?known_from ?holds_from ?modality ?authority ?publisher
WHERE {
  VALUES ?claim { %s }
  ?claim kei:source ?source ; kei:modality ?modality .
  OPTIONAL { ?claim kei:knownFrom ?known_from }
  OPTIONAL { ?claim kei:holdsFrom ?holds_from }
  OPTIONAL { ?claim kei:relays ?publisher }
  OPTIONAL { ?source kei:authority ?authority }
}
"""
_FACT = ("confirmed", "stated", "announced")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a policy looks at in one claim."""

    known_from: str = ""
    holds_from: str = ""
    authority: int = 0  # strength of the code of list `authority`
    relayed: bool = False
    fact: bool = False


class Picker:
    """Knows the standing of some claims, and picks among them."""

    def __init__(self, graph: Graph, claims: Iterable[str]) -> None:
        self._standing = _read(graph, sorted(set(claims)))

    def pick(self, policy: str, claims: Sequence[Iri]) -> list[Iri]:
        """Return the claims that a policy takes of `claims`; all of them under `all`."""
        if policy == "all":
            return list(claims)
        rank = _RANKS[policy]
        best = max((rank(self._of(claim)) for claim in claims), default=None)
        return [claim for claim in claims if rank(self._of(claim)) == best]

    def last_day(self, clock: str, claims: Iterable[Iri]) -> str:
        """Return the last `knownFrom` or `holdsFrom` of some claims; empty if one has none."""
        name = "known_from" if clock == "knownFrom" else "holds_from"
        days = [getattr(self._of(claim), name) for claim in claims]
        return max(days) if all(days) else ""

    def _of(self, claim: Iri) -> Standing:
        return self._standing.get(claim, Standing())


_RANKS: Mapping[str, Callable[[Standing], tuple[object, ...]]] = {
    "latest": lambda one: (one.known_from,),
    "most-authoritative": lambda one: (one.authority, not one.relayed, one.fact),
}


def _read(graph: Graph, claims: Sequence[str]) -> dict[str, Standing]:
    if not claims:
        return {}
    strengths = {code.iri: code.strength or 0 for code in ontology.code_list("authority")}
    found: dict[str, Standing] = {}
    for row in graph.select(_STANDING % " ".join(f"<{names.iri(one)}>" for one in claims)).rows:
        values = {name: getattr(term, "value", "") for name, term in row.items()}
        found[values["claim"]] = Standing(
            values.get("known_from", ""),
            values.get("holds_from", ""),
            strengths.get(Iri(values.get("authority", "")), 0),
            "publisher" in values,
            names.local_name(values["modality"]) in _FACT,
        )
    return found

"""Control as it stands now, kept in the store for SPARQL: who controls whom, and why.

    x kei:controls y                      one edge for each certain control, alone or through others
    y kei:ultimateController x            where nobody but y's own loop controls x
    finding kei:controller, kei:controlled, kei:heldShare, kei:byRule, kei:restsOn ...

A finding carries its proof: the rule, the share held, the claims of every stake that the answer
needs, and both clocks (of the last of these claims). Each controller has a named graph of its own,
so that a load renews only what it can change. As in `comparisons`, nothing is written by hand.

Kept for stores of up to some thousand stakes, where it costs next to nothing; what changes with
the day asked about is for `kg.analytics.inquiries`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice

from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.analytics.edges import EdgeTable, edges, keep
from kg.analytics.stakes import Stakes
from kg.names import Iri
from kg.quads import RDF_TYPE, to_term
from kg.store.base import Graph

MOST_STAKES = 10_000
MOST_FINDINGS = 20_000
RULE = names.code("control-rule", "joint-majority")
CONTROLS = names.term("controls")
ULTIMATE = names.term("ultimateController")

_DATE = NamedNode(names.PREFIXES["xsd"] + "date")
_TOO_MANY = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?stake WHERE { ?stake kei:right ?right } OFFSET %d LIMIT 1
"""
_KEPT = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?graph ?controller ?controlled
WHERE { GRAPH ?graph { ?finding kei:controller ?controller ; kei:controlled ?controlled } }
"""
_HELD = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?company
WHERE {
  { VALUES ?company { %s } ?stake kei:company ?company }
  UNION { VALUES ?company { %s } ?finding kei:controlled ?company }
}
LIMIT 1
"""
_AT_ONCE = 1000  # companies a query
Pair = tuple[str, str]  # controller, controlled


def graph_of(controller: str) -> Iri:
    """Return the named graph for what one controls."""
    kind = names.kind_of(controller)
    if kind:
        return Iri(f"{names.CONTROL}/{kind}-{names.local_name(controller)}")
    return Iri(f"{names.CONTROL}/{hashlib.sha256(controller.encode()).hexdigest()[:16]}")


def too_many(graph: Graph) -> bool:
    """Say whether a store has so many stakes that no findings are kept: their lack says nothing."""
    return bool(graph.texts(_TOO_MANY % MOST_STAKES))


def follow(graph: Graph, since: int, pairs: Iterable[Pair]) -> None:
    """Renew what a load that began at version `since` can have changed.

    `pairs` are those that its claims are or were about; without a company among them whose stakes
    or findings the store knows, nothing is done.
    """
    changed = {other for _, other in pairs}
    nodes = [f"<{names.iri(one)}>" for one in sorted(changed)]
    for start in range(0, len(nodes), _AT_ONCE):
        values = " ".join(nodes[start : start + _AT_ONCE])
        if graph.texts(_HELD % (values, values)):
            renew(graph, since, changed)
            return


def renew(graph: Graph, since: int | None = None, changed: Iterable[str] | None = None) -> int:
    """Work control out anew and keep it; return how many findings there are.

    since    the version of the store before a load, so that the edge table can follow it
    changed  the companies whose stakes a change is about; None means any. Without a stake among
             them nothing is done.
    """
    if since is not None:
        keep(graph, since)
    kept = _kept(graph)
    if too_many(graph):
        graph.replace(set(kept), []) if kept else None
        return 0
    table = edges(graph)
    found = _now(graph, table) if len(table) else None
    pairs = dict(found.pairs) if found is not None else {}
    affected = {one for one, _ in (*pairs, *(pair for held in kept.values() for pair in held))}
    if changed is not None:
        affected = _affected(found.stakes if found else None, pairs, kept, set(changed))
    emptied = [graph_of(one) for one in sorted(affected) if graph_of(one) in kept]
    quads = [] if found is None else [*found.quads(affected)]
    if emptied or quads:
        graph.replace(emptied, quads)
    return len(pairs)


def _kept(graph: Graph) -> dict[Iri, set[Pair]]:
    """Return the graphs that hold findings now, and of whom about whom."""
    kept: dict[Iri, set[Pair]] = {}
    for named, controller, controlled in graph.texts(_KEPT):
        if named.startswith(names.CONTROL):
            kept.setdefault(Iri(named), set()).add((controller, controlled))
    return kept


def _affected(
    stakes: Stakes | None,
    pairs: Iterable[Pair],
    kept: dict[Iri, set[Pair]],
    changed: set[str],
) -> set[str]:
    """Return the holders whose findings can be others after stakes in some companies changed.

    A holder gains or loses control first of a company whose stakes changed: it was a controller of
    that one before, or is above it now. Whoever it controls may have another one at the top.
    """
    before = {pair for held in kept.values() for pair in held}
    found = {one for one, other in before if other in changed} | changed
    if stakes is not None:
        edge = [stakes.numbers[one] for one in changed if one in stakes.numbers]
        above = set(edge)
        for node in edge:  # grows while it is walked
            for row in stakes.rows_by_owned.get(node, ()):
                if row.owner not in above:
                    above.add(row.owner)
                    edge.append(row.owner)
        found |= {stakes.names[node] for node in above}
    return found | {other for one, other in (*before, *pairs) if one in found}


def latest(table: EdgeTable, today: date) -> date:
    """Return the last day, today at the latest, on which anything in a table began or ended.

    It is so today as it was on that day; and a store made tomorrow of the same data is the same.
    """
    columns = table.columns
    replaced = (holds for told in table.overruled.values() for _, holds in told)
    days = {*columns.holds_from, *columns.holds_until, *replaced}
    return date.fromordinal(max((one for one in days if 0 < one <= today.toordinal()), default=1))


class _Now:
    """Control in one network, and the quads that say it."""

    def __init__(self, stakes: Stakes, table: EdgeTable) -> None:
        from kg.analytics.control_pairs import CERTAIN, ControlIndex
        from kg.analytics.fixpoint import Majority

        self.stakes, self.table = stakes, table
        self.index = ControlIndex(stakes, Majority())
        rows = islice(self.index.rows(), MOST_FINDINGS)
        self.pairs = {
            (one.controller, one.controlled): one.held for one in rows if one.certainty == CERTAIN
        }
        self.above: dict[str, set[str]] = {}
        for controller, controlled in self.pairs:
            self.above.setdefault(controlled, set()).add(controller)

    def quads(self, controllers: set[str]) -> Iterator[Quad]:
        """Yield what is kept of some controllers."""
        for (controller, controlled), held in self.pairs.items():
            if controller in controllers:
                yield from self._finding(controller, controlled, held)

    def _finding(self, controller: str, controlled: str, held: Decimal) -> Iterator[Quad]:
        graph = NamedNode(graph_of(controller))
        one, other = NamedNode(controller), NamedNode(controlled)
        digest = hashlib.sha256(f"{RULE}\n{controller}\n{controlled}".encode()).hexdigest()[:16]
        finding = NamedNode(names.entity("control-finding", digest))
        yield Quad(one, NamedNode(CONTROLS), other, graph)
        # At the top is whom nobody controls but those that it controls itself.
        if all((controller, above) in self.pairs for above in self.above.get(controller, ())):
            yield Quad(other, NamedNode(ULTIMATE), one, graph)
        yield Quad(finding, RDF_TYPE, NamedNode(names.term("ControlFinding")), graph)
        yield Quad(finding, NamedNode(names.term("controller")), one, graph)
        yield Quad(finding, NamedNode(names.term("controlled")), other, graph)
        yield Quad(finding, NamedNode(names.term("heldShare")), to_term(held, Decimal), graph)
        yield Quad(finding, NamedNode(names.term("byRule")), NamedNode(RULE), graph)
        claims = self._claims(controller, controlled)
        for claim in claims:
            yield Quad(finding, NamedNode(names.term("restsOn")), NamedNode(claim), graph)
        yield from self._clocks(finding, claims, graph)

    def _claims(self, controller: str, controlled: str) -> Sequence[str]:
        """Return the claims of the stakes that the answer needs."""
        from kg.analytics.control_proof import explain
        from kg.analytics.proof import all_claims

        proof = explain(self.index, controller, controlled)
        return all_claims(one.claims for step in proof.steps for one in step.holdings)

    def _clocks(
        self, finding: NamedNode, claims: Sequence[str], graph: NamedNode
    ) -> Iterator[Quad]:
        """Yield since when all these claims could be known, and since when all of them hold."""
        columns, places = self.table.columns, [self.table.places[one] for one in claims]
        for property_, days in (
            (names.term("knownFrom"), columns.known_from),
            (names.term("holdsFrom"), columns.holds_from),
        ):
            last = max((int(days[place]) for place in places), default=0)
            if last:
                day = Literal(date.fromordinal(last).isoformat(), datatype=_DATE)
                yield Quad(finding, NamedNode(property_), day, graph)


def _now(graph: Graph, table: EdgeTable) -> _Now:
    from kg.analytics.network import Asked, network_of

    asked = Asked(as_of=latest(table, date.today()))
    return _Now(network_of(graph, table, asked).deciding, table)

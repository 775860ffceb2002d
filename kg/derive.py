"""Derived edges: what the rules in ontology/rules/ make of the claims.

Nothing derived is ever written by hand. The rules run in the order of their names, and a later
rule sees what an earlier one made. Each is run for some claims, ?claim:

    clocks, status       are about one claim
    overrules, contests  about a claim and others on the same pair: member and alliance, or
                         holder and company
    direct edges         about a pair

So a change derives anew, besides the claims that came, what stands on the pairs they are about,
and leaves the rest alone; the result is the same as deriving everything.

When everything is derived anew, the rules read and write names of their own in a graph of its own
(graph/derived/next) until the last has run. Then one update puts what they made in its place, so
that a reader sees all of the old or all of the new.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from pyoxigraph import NamedNode, Quad

from kg import names, ontology, revisions
from kg.store.base import Graph, Row

Pair = tuple[str, str]  # member and alliance, or holder and company

_DERIVED = NamedNode(names.DERIVED)
_NEXT = names.Iri(names.GRAPH + "derived/next")
_MADE_BY_RULES = re.compile(r"CONSTRUCT \{(.*?)\}", re.DOTALL)
_EVERY = "VALUES ?claim { UNDEF }"  # stands in each rule where the claims are put in
_AT_ONCE = 1000  # claims a query: more gain nothing, and the text of the query grows

_PREFIX = "PREFIX kei: <https://w3id.org/keiretsu/ontology#>\n"
_DATED = _PREFIX + (
    "SELECT DISTINCT ?claim WHERE { { VALUES ?node { %s } ?claim kei:source ?node } UNION "
    "{ VALUES ?node { %s } ?stated kei:period ?node . ?claim kei:states ?stated } }"
)
_CORRECTED = _PREFIX + "SELECT ?claim WHERE { VALUES ?newer { %s } ?newer kei:supersedes ?claim }"
_PAIRS = _PREFIX + (
    "SELECT DISTINCT ?one ?other WHERE {"
    " { VALUES ?claim { %s } ?claim kei:states ?held ."
    " ?held kei:member ?one ; kei:alliance ?other } UNION"
    " { VALUES ?claim { %s } ?claim kei:states ?held ."
    " ?held kei:holder ?one ; kei:company ?other } }"
)
_ON_PAIRS = _PREFIX + (
    "SELECT DISTINCT ?claim WHERE {"
    " { VALUES (?one ?other) { %s } ?held kei:member ?one ; kei:alliance ?other ."
    " ?claim kei:states ?held } UNION"
    " { VALUES (?one ?other) { %s } ?held kei:holder ?one ; kei:company ?other ."
    " ?claim kei:states ?held } }"
)
_MADE = (
    f"SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ %s }} GRAPH {_DERIVED} {{ ?s ?p ?o }} }}",
    f"SELECT ?s ?p ?o WHERE {{ VALUES (?s ?o) {{ %s }} GRAPH {_DERIVED} {{ ?s ?p ?o }} }}",
)


@dataclass(frozen=True, slots=True)
class Touched:
    """Claims that came, went or changed, and the pairs that they are or were about."""

    claims: frozenset[str]
    pairs: frozenset[Pair]

    def __or__(self, other: "Touched") -> "Touched":
        return Touched(self.claims | other.claims, self.pairs | other.pairs)


def touched(graph: Graph, claims: Iterable[str]) -> Touched:
    """Return what a change of `claims` touches, as the graph stands: ask before and after it."""
    changed = set(claims)
    changed |= {row["claim"] for row in _ask(graph, _CORRECTED, changed)}
    pairs = {(row["one"], row["other"]) for row in _ask(graph, _PAIRS, changed)}
    return Touched(frozenset(changed), frozenset(pairs))


def claims_dated_by(graph: Graph, nodes: Iterable[str]) -> set[str]:
    """Return the claims whose clocks stand on what is said of `nodes`: documents and periods."""
    return {row["claim"] for row in _ask(graph, _DATED, nodes)}


def derive(graph: Graph) -> int:
    """Derive everything anew and return how many triples the rules made."""
    with revisions.derived(graph):
        graph.change([_NEXT], [])  # of a derivation that was cut short
        texts = _rules()
        properties = sorted({one for text in texts for one in _properties(text)})
        made = _run(graph, [_renamed(text, properties) for text in texts], ["UNDEF"], _NEXT)
        graph.update(_into_place(properties))
        graph.change([_NEXT], [])
        return made


def rederive(graph: Graph, change: Touched) -> int:
    """Derive anew what a change touches and return how many triples the rules made."""
    on_pairs = {row["claim"] for row in _ask(graph, _ON_PAIRS, change.pairs)}
    claims = change.claims | on_pairs
    with revisions.derived(graph, claims):
        graph.change([], [], removed=[*_made(graph, claims, change.pairs)])
        return _run(graph, _rules(), list(_blocks(map(_node, sorted(claims)))), names.DERIVED)


def _made(graph: Graph, claims: Iterable[str], pairs: Iterable[Pair]) -> Iterator[Quad]:
    """Yield what was derived about some claims and pairs."""
    for query, values in zip(_MADE, (map(_node, claims), map(_row, pairs)), strict=True):
        for block in _blocks(values):
            for row in graph.select(query % block).rows:
                yield Quad(row["s"], row["p"], row["o"], _DERIVED)  # type: ignore[arg-type]


def _rules() -> list[str]:
    return [ontology.rule(rule) for rule in ontology.rules()]


def _properties(rule: str) -> set[str]:
    """Return the local names of the properties that a rule makes."""
    found = _MADE_BY_RULES.search(rule)
    return set(re.findall(r"kei:(\w+)", found[1])) if found else set()


def _renamed(rule: str, properties: Iterable[str]) -> str:
    """Return a rule that reads and writes these properties by names that nobody else knows."""
    either = "|".join(properties)
    return re.sub(rf"kei:({either})\b", rf"<{_NEXT}#\1>", rule)


def _into_place(properties: Iterable[str]) -> str:
    """Return the update that puts what was derived anew in the place of what was there."""
    moves = [
        f"INSERT {{ GRAPH {_DERIVED} {{ ?s <{names.term(one)}> ?o }} }}"
        f" WHERE {{ GRAPH <{_NEXT}> {{ ?s <{_NEXT}#{one}> ?o }} }}"
        for one in properties
    ]
    return " ;\n".join([f"CLEAR SILENT GRAPH {_DERIVED}", *moves, f"CLEAR SILENT GRAPH <{_NEXT}>"])


def _run(graph: Graph, rules: Sequence[str], blocks: Sequence[str], into: names.Iri) -> int:
    """Run each rule for blocks of claims; what they are put into must hold nothing about them.

    The block UNDEF stands for every claim: one query over all is twice as fast as many over some.
    """
    return sum(
        graph.insert(rule.replace(_EVERY, f"VALUES ?claim {{ {block} }}"), into)
        for rule in rules
        for block in blocks
    )


def _ask(
    graph: Graph, query: str, values: Iterable[str] | Iterable[Pair]
) -> Iterator[dict[str, str]]:
    """Yield the rows of a query, as text, with `values` put in for its %s as terms."""
    nodes = (_node(one) if isinstance(one, str) else _row(one) for one in values)
    for block in _blocks(nodes):
        for row in graph.select(query % ((block,) * query.count("%s"))).rows:
            yield _texts(row)


def _texts(row: Row) -> dict[str, str]:
    return {name: term.value for name, term in row.items() if isinstance(term, NamedNode)}


def _node(iri: str) -> str:
    return str(NamedNode(names.iri(iri)))


def _row(pair: Pair) -> str:
    return f"({_node(pair[0])} {_node(pair[1])})"


def _blocks(values: Iterable[str]) -> Iterator[str]:
    """Yield values joined, so many at once."""
    rest = iter(values)
    for first in rest:
        yield " ".join(chain([first], islice(rest, _AT_ONCE - 1)))

"""What the store is asked for the edge table, in SPARQL."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from kg import names
from kg.analytics.edge_cells import Texts
from kg.store.base import Graph

_AT_ONCE = 1000  # claims a query
_STAKES = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?holder ?company ?right ?status ?known ?holds {sizes}
WHERE {{
  %s
  ?claim kei:states ?stake .
  ?stake kei:holder ?holder ; kei:company ?company ; kei:right ?right .
  ?claim kei:givesStatus ?status ; kei:knownFrom ?known ; kei:holdsFrom ?holds .
  {optional}
}}
"""
_ALWAYS = ("claim", "holder", "company", "right", "status", "known", "holds")
_OPTIONAL = {
    "share": "?stake kei:share ?share",
    "least": "?stake kei:shareMin ?least",
    "most": "?stake kei:shareMax ?most",
    "directness": "?stake kei:directness ?directness",
    "until": "?claim kei:holdsUntil ?until",
    "printed": "?claim kei:printed ?printed",
}
_ANY = "PREFIX kei: <https://w3id.org/keiretsu/ontology#> SELECT ?{name} WHERE {{ {said} }} LIMIT 1"
OVERRULED = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?known ?holds
WHERE {
  %s
  ?newer kei:overrules ?claim ; kei:knownFrom ?known ; kei:holdsFrom ?holds .
}
"""
CONTESTED = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?known
WHERE {
  %s
  ?denial kei:contests ?claim ; kei:knownFrom ?known .
}
"""

Row = tuple[str, ...]

_MANY = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim
WHERE {{ ?claim kei:states ?stake . ?stake kei:holder ?holder }}
OFFSET {before} LIMIT 1
"""


def many(graph: Graph, claims: int) -> bool:
    """Say whether there are so many claims of stakes, or more."""
    return bool(graph.texts(_MANY.format(before=claims - 1)))


def told(graph: Graph, claims: Iterable[str] | None) -> Texts:
    """Return what claims of stakes say, column by column."""
    optional = list(_OPTIONAL) if claims is not None else _stated(graph)
    rows = {row[0]: row for row in ask(graph, _query(optional), claims)}
    if not rows:
        return dict.fromkeys([*_ALWAYS, *_OPTIONAL], ())
    found = zip([*_ALWAYS, *optional], zip(*rows.values(), strict=True), strict=True)
    return dict.fromkeys(_OPTIONAL, ("",) * len(rows)) | dict(found)


class Written:
    """What all claims of stakes say, as TSV: its columns, and what writes it."""

    def __init__(self, graph: Graph) -> None:
        self._graph, self._optional = graph, _stated(graph)
        self.columns = (*_ALWAYS, *self._optional)

    def into(self, file: BinaryIO) -> None:
        """Write the rows, with a header, some at a time."""
        self._graph.tsv(_query(self._optional) % "", file)


def _stated(graph: Graph) -> list[str]:
    """Return what some claim states of that which not all do.

    What a store has none of is not asked for: each part of a query costs every claim a look.
    """
    return [
        name for name, said in _OPTIONAL.items() if graph.texts(_ANY.format(name=name, said=said))
    ]


def _query(optional: Iterable[str]) -> str:
    return _STAKES.format(
        sizes=" ".join(f"?{name}" for name in optional),
        optional=" ".join(f"OPTIONAL {{ {_OPTIONAL[name]} }}" for name in optional),
    )


def ask(graph: Graph, query: str, claims: Iterable[str] | None) -> Iterator[Row]:
    """Yield the rows of a query: of all claims, or of some, so many at a time."""
    if claims is None:
        yield from graph.texts(query % "")
        return
    nodes = [f"<{names.iri(claim)}>" for claim in claims]
    for start in range(0, len(nodes), _AT_ONCE):
        values = " ".join(nodes[start : start + _AT_ONCE])
        yield from graph.texts(query % f"VALUES ?claim {{ {values} }}")

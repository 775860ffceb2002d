"""What a store says of itself: a SPARQL 1.1 Service Description, and VoID with DCAT.

The figures are counted, once for each version of the store. The addresses are those under which
the service was asked, so that a description fits wherever it is served.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg import names
from kg.quads import RDF_TYPE
from kg.store.base import Graph, Term, sees_all

Node = NamedNode | BlankNode

DATASET = NamedNode(names.BASE + "dataset")

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_DCTERMS = names.PREFIXES["dcterms"]
_FORMATS = "http://www.w3.org/ns/formats/"
_LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"
_XSD_INTEGER = NamedNode(names.PREFIXES["xsd"] + "integer")
_MOST_GRAPHS = 1000  # named graphs that are listed; the rest can be asked for

_INPUTS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
_RESULTS = (
    *(f"SPARQL_Results_{name}" for name in ("JSON", "XML", "CSV", "TSV")),
    *_INPUTS,
    "TriG",
    "N-Quads",
)

_PREFIX = "PREFIX kei: <https://w3id.org/keiretsu/ontology#>\n"
_COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s ?p ?o }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) WHERE { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s a ?o }",
    "documents": _PREFIX + "SELECT (COUNT(DISTINCT ?d) AS ?n) WHERE { ?d a kei:Document }",
}
_CLASSES = _PREFIX + (
    "SELECT ?kind (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s a ?kind . "
    "FILTER(STRSTARTS(STR(?kind), STR(kei:))) } GROUP BY ?kind ORDER BY ?kind"
)
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a store holds, counted."""

    counts: dict[str, int]  # by the name of a VoID property
    classes: dict[str, int]  # how many instances, by class
    graphs: dict[str, int]  # how many triples, by named graph


_figures: WeakKeyDictionary[Graph, tuple[int, Figures]] = WeakKeyDictionary()


def figures(graph: Graph) -> Figures:
    """Return what a graph holds; it is counted once for each version of the store."""
    version, made = _figures.get(graph, (-1, None))
    if made is None or version != graph.version:
        version = graph.version
        counts = {name: _whole(graph.select(query).rows[0]["n"]) for name, query in _COUNTS.items()}
        made = Figures(counts, _counted(graph, _CLASSES, "kind"), _counted(graph, _GRAPHS, "g"))
        _figures[graph] = (version, made)
    return made


def _counted(graph: Graph, query: str, column: str) -> dict[str, int]:
    rows = graph.select(query).rows
    return {getattr(row[column], "value", ""): _whole(row["n"]) for row in rows}


def _whole(term: Term) -> int:
    return int(term.value) if isinstance(term, Literal) else 0


def service_triples(graph: Graph, endpoint: str, *, writable: bool) -> Iterator[Triple]:
    """Yield the Service Description of the endpoint at an address."""
    held = figures(graph)
    service, dataset = NamedNode(endpoint), BlankNode()
    yield _is_a(service, _SD + "Service")
    yield Triple(service, NamedNode(_SD + "endpoint"), service)
    for language in ("SPARQL11Query", *(["SPARQL11Update"] if writable else [])):
        yield Triple(service, NamedNode(_SD + "supportedLanguage"), NamedNode(_SD + language))
    for name in _RESULTS:
        yield Triple(service, NamedNode(_SD + "resultFormat"), NamedNode(_FORMATS + name))
    for name in _INPUTS:
        yield Triple(service, NamedNode(_SD + "inputFormat"), NamedNode(_FORMATS + name))
    united = sees_all(graph)
    for feature in (*(["UnionDefaultGraph"] if united else []), "EmptyGraphs"):
        yield Triple(service, NamedNode(_SD + "feature"), NamedNode(_SD + feature))
    yield Triple(service, NamedNode(_SD + "defaultDataset"), dataset)
    yield _is_a(dataset, _SD + "Dataset")
    default = BlankNode()
    yield Triple(dataset, NamedNode(_SD + "defaultGraph"), default)
    yield _is_a(default, _SD + "Graph")
    if united:  # its own alone are not counted
        yield _count(default, "triples", held.counts["triples"])
    for name, triples in list(held.graphs.items())[:_MOST_GRAPHS]:
        yield from _named_graph(dataset, name, triples)


def _named_graph(dataset: Node, name: str, triples: int) -> Iterator[Triple]:
    entry, content = BlankNode(), BlankNode()
    yield Triple(dataset, NamedNode(_SD + "namedGraph"), entry)
    yield _is_a(entry, _SD + "NamedGraph")
    yield Triple(entry, NamedNode(_SD + "name"), NamedNode(name))
    yield Triple(entry, NamedNode(_SD + "graph"), content)
    yield _is_a(content, _SD + "Graph")
    yield _count(content, "triples", triples)


def dataset_triples(graph: Graph, root: str) -> Iterator[Triple]:
    """Yield VoID and DCAT of what is served below an address (with a / at its end)."""
    held = figures(graph)
    for kind in (_VOID + "Dataset", _DCAT + "Dataset"):
        yield _is_a(DATASET, kind)
    yield _said(DATASET, "title", "Keiretsu: companies, what they own, sell and agree on")
    yield _said(
        DATASET, "description", "Who owns whom, who is allied with whom, and which source says so."
    )
    yield Triple(DATASET, NamedNode(_DCTERMS + "license"), NamedNode(_LICENCE))
    yield Triple(DATASET, NamedNode(_VOID + "sparqlEndpoint"), NamedNode(root + "sparql"))
    yield Triple(DATASET, NamedNode(_VOID + "uriSpace"), Literal(names.ENTITY))
    for vocabulary in (names.TERM, names.PREFIXES["skos"], _DCTERMS):
        yield Triple(DATASET, NamedNode(_VOID + "vocabulary"), NamedNode(vocabulary))
    for name, count in held.counts.items():
        yield _count(DATASET, name, count)
    for kind, count in held.classes.items():
        part = BlankNode()
        yield Triple(DATASET, NamedNode(_VOID + "classPartition"), part)
        yield Triple(part, NamedNode(_VOID + "class"), NamedNode(kind))
        yield _count(part, "entities", count)
    yield from _distribution(root)


def _distribution(root: str) -> Iterator[Triple]:
    """Yield how the data are had: by SPARQL, and graph by graph."""
    access = BlankNode()
    yield Triple(DATASET, NamedNode(_DCAT + "distribution"), access)
    yield _is_a(access, _DCAT + "Distribution")
    service = NamedNode(root + "sparql")
    for name in ("accessURL", "accessService"):
        yield Triple(access, NamedNode(_DCAT + name), service)
    yield Triple(access, NamedNode(_DCTERMS + "license"), NamedNode(_LICENCE))
    yield _is_a(service, _DCAT + "DataService")
    yield Triple(service, NamedNode(_DCAT + "endpointURL"), service)
    yield Triple(service, NamedNode(_DCAT + "servesDataset"), DATASET)
    yield _said(service, "title", "SPARQL 1.1 endpoint")


def _is_a(node: Node, kind: str) -> Triple:
    return Triple(node, RDF_TYPE, NamedNode(kind))


def _said(node: Node, name: str, text: str) -> Triple:
    return Triple(node, NamedNode(_DCTERMS + name), Literal(text, language="en"))


def _count(node: Node, name: str, count: int) -> Triple:
    return Triple(node, NamedNode(_VOID + name), Literal(str(count), datatype=_XSD_INTEGER))

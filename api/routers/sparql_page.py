"""The page of `/sparql`: an editor with worked examples, all of it served from here.

Yasgui's editor and result views are vendored; `sparql.js` joins them and draws the table itself,
from text alone. The query is kept behind the `#` of the address: a link holds it, no log does.
"""

import base64
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from pyoxigraph import NamedNode

from api.negotiation import ranked
from kg import names, ontology
from kg.examples import examples
from kg.settings import Settings
from kg.store.worker import ROWS, TRIPLES

HTML = "text/html"

# Scripts, styles and answers of this server alone. The editor sets styles from its script, which
# needs no exception; the one style attribute it writes, in the tooltip of a mistake, is named.
_UNDERLINE = base64.b64encode(sha256(b"text-decoration:underline").digest()).decode()
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    f"style-src-attr 'unsafe-hashes' 'sha256-{_UNDERLINE}'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_HEADERS = {"Content-Security-Policy": POLICY, "Vary": "Accept"}
_USUAL = ("kei", "rdf", "rdfs", "owl", "xsd", "skos", "dcterms", "prov", "schema", "sh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way to download an answer."""

    name: str
    media_type: str
    suffix: str
    of: str  # rows or triples


FORMATS = (
    Format(name="CSV", media_type="text/csv", suffix="csv", of="rows"),
    Format(name="TSV", media_type="text/tab-separated-values", suffix="tsv", of="rows"),
    Format(name="JSON", media_type="application/sparql-results+json", suffix="srj", of="rows"),
    Format(name="XML", media_type="application/sparql-results+xml", suffix="srx", of="rows"),
    Format(name="Turtle", media_type="text/turtle", suffix="ttl", of="triples"),
    Format(name="JSON-LD", media_type="application/ld+json", suffix="jsonld", of="triples"),
    Format(name="RDF/XML", media_type="application/rdf+xml", suffix="rdf", of="triples"),
    Format(name="N-Triples", media_type="application/n-triples", suffix="nt", of="triples"),
)


def prefers_page(accept: str) -> bool:
    """Say whether a caller would rather read a page than data.

    >>> prefers_page("text/html,application/xml;q=0.9,*/*;q=0.8"), prefers_page("*/*")
    (True, False)
    """
    return ranked(accept, [*ROWS, *TRIPLES, HTML])[:1] == [HTML]


def editor_page(request: Request) -> Response:
    """Return the editor, for a browser that asks `/sparql` without a query."""
    settings: Settings = request.app.state.settings
    return Response(_page(settings), headers=_HEADERS, media_type=HTML)


@cache
def _page(settings: Settings) -> str:
    drawing = Environment(
        loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return drawing.get_template("sparql.html").render(
        examples=examples(), formats=FORMATS, settings=settings, known=_known()
    )


def _known() -> dict[str, Any]:
    """Return what the editor completes and the table shortens: prefixes and terms."""
    prefixes = {prefix: iri for prefix, iri in names.PREFIXES.items() if iri.startswith(names.BASE)}
    prefixes |= {scheme: f"{names.VOCAB}{scheme}/" for scheme in ontology.schemes()}
    prefixes |= {prefix: names.PREFIXES[prefix] for prefix in _USUAL}
    return {
        "prefixes": prefixes,
        "classes": _typed("Class"),
        "properties": _typed("ObjectProperty", "DatatypeProperty"),
        "base": names.BASE,
        "terms": names.TERM,
        "codes": names.VOCAB,
    }


def _typed(*kinds: str) -> list[str]:
    """Return the ontology's terms of some kinds, sorted."""
    wanted = {names.PREFIXES["owl"] + kind for kind in kinds}
    return sorted(
        quad.subject.value
        for quad in ontology.ontology_quads()
        if isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, NamedNode)
        and quad.object.value in wanted
        and quad.subject.value.startswith(names.TERM)
    )

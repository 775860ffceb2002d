"""The forms in which one company or alliance can be had, and which of them a caller wants.

Without a wish it is JSON, as programs have had it from the beginning; a browser says that it would
rather have HTML. An address that ends in a suffix asks for that form whatever is accepted.
"""

import json
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from fastapi import Request
from pyoxigraph import Triple
from starlette.exceptions import HTTPException

from api.negotiation import ranked
from kg import ontology
from kg.entity_rdf import prefixes


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One form."""

    suffix: str
    name: str
    media_type: str


JSON = Format(suffix="json", name="JSON", media_type="application/json")
HTML = Format(suffix="html", name="HTML", media_type="text/html")
TURTLE = Format(suffix="ttl", name="Turtle", media_type="text/turtle")
JSON_LD = Format(suffix="jsonld", name="JSON-LD", media_type="application/ld+json")
N_TRIPLES = Format(suffix="nt", name="N-Triples", media_type="application/n-triples")
FORMATS = (JSON, HTML, TURTLE, JSON_LD, N_TRIPLES)
_MEDIA_TYPES = {one.media_type: one for one in FORMATS}


def wanted(request: Request, suffix: str = "") -> Format:
    """Return the form that a request asks for, or raise 406 with those there are."""
    if suffix:
        return next(one for one in FORMATS if one.suffix == suffix)
    taken = ranked(", ".join(request.headers.getlist("accept")), _MEDIA_TYPES)
    if not taken:
        told = ", ".join(f"{one.media_type} (.{one.suffix})" for one in FORMATS)
        raise HTTPException(406, f"this can be had as {told}", {"Vary": "Accept"})
    return _MEDIA_TYPES[taken[0]]


def headers(path: str, chosen: Format, clocks: str) -> dict[str, str]:
    """Return what every form says: what else there is, and where this form itself is."""
    others = ", ".join(
        f'<{path}.{one.suffix}{clocks}>; rel="alternate"; type="{one.media_type}"'
        for one in FORMATS
    )
    where = f"{path}.{chosen.suffix}{clocks}"
    return {"Vary": "Accept", "Link": others, "Content-Location": where}


def serialised(triples: list[Triple], chosen: Format) -> str:
    """Return triples as Turtle, JSON-LD or N-Triples."""
    if chosen == JSON_LD:
        return json.dumps(linked_data(triples), ensure_ascii=False)
    form = ox.RdfFormat.TURTLE if chosen == TURTLE else ox.RdfFormat.N_TRIPLES
    written = ox.serialize(triples, format=form, prefixes=prefixes() if chosen == TURTLE else None)
    return (written or b"").decode()


def linked_data(triples: list[Triple]) -> Any:
    """Return triples as JSON-LD that carries the context of the ontology with it."""
    import rdflib

    plain = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    graph = rdflib.Graph(bind_namespaces="none").parse(data=plain, format="nt")
    context = json.loads(ontology.context())["@context"]
    return json.loads(graph.serialize(format="json-ld", context=context))

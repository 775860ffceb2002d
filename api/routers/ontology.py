"""`/ontology`: the terms, code lists, rules and shapes as a page and as RDF, by Accept.

The page is drawn from `kg.ontology_page`; the RDF holds the terms of all modules, their
alignments and the code lists. Both are made at the first request and kept.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException

from api.negotiation import ranked
from api.problems import responses
from kg import names, ontology
from kg.ontology_page import reference

router = APIRouter(prefix="/ontology", tags=["ontology"])

# Nothing but its own style sheet: the page has no script, no picture and no form.
_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_HTML, _JSON_LD, _TURTLE = "text/html", "application/ld+json", "text/turtle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One serialisation of the whole ontology."""

    suffix: str
    name: str
    media_type: str

    @property
    def path(self) -> str:
        """Return where it is served."""
        return f"/ontology.{self.suffix}"


DOWNLOADS = (
    Download(suffix="ttl", name="Turtle", media_type=_TURTLE),
    Download(suffix="jsonld", name="JSON-LD", media_type=_JSON_LD),
    Download(suffix="rdf", name="RDF/XML", media_type="application/rdf+xml"),
    Download(suffix="nt", name="N-Triples", media_type="application/n-triples"),
)
_ALTERNATES = ", ".join(
    [f'<{one.path}>; rel="alternate"; type="{one.media_type}"' for one in DOWNLOADS]
    + [f'<{names.TERM.removesuffix("#")}>; rel="canonical"']
)
_HEADERS = {"Vary": "Accept", "Link": _ALTERNATES}
_OFFERS = {one.media_type: one.suffix for one in DOWNLOADS}


@router.get(
    "",
    summary="What do the terms, code lists, rules and shapes mean?",
    operation_id="show_ontology",
    response_class=Response,
    responses=responses(406) | {200: {"content": {offer: {} for offer in (_HTML, *_OFFERS)}}},
)
def show_ontology(request: Request) -> Response:
    """Show the ontology as a page or, by Accept, as Turtle, JSON-LD, RDF/XML or N-Triples."""
    offers = [_HTML, *_OFFERS]
    wanted = ranked(request.headers.get("accept", ""), offers)
    if not wanted:
        raise HTTPException(406, f"the ontology can be had as {', '.join(offers)}", _HEADERS)
    if wanted[0] == _HTML:
        return Response(
            _page(), headers=_HEADERS | {"Content-Security-Policy": _POLICY}, media_type=_HTML
        )
    suffix = _OFFERS[wanted[0]]
    where = {"Content-Location": f"/ontology.{suffix}"}
    return Response(_serialised(suffix), headers=_HEADERS | where, media_type=wanted[0])


# Beside, not below the prefix: /ontology.ttl.
@router.get(
    ".{suffix}",
    summary="The whole ontology as a file",
    operation_id="download_ontology",
    response_class=Response,
    responses=responses(404) | {200: {"content": {offer: {} for offer in _OFFERS}}},
)
def download_ontology(suffix: str) -> Response:
    """Return the ontology as ttl, jsonld, rdf or nt."""
    for one in DOWNLOADS:
        if one.suffix == suffix:
            return Response(_serialised(suffix), media_type=one.media_type)
    known = ", ".join(one.suffix for one in DOWNLOADS)
    raise HTTPException(404, f"there is no /ontology.{suffix}; the files end in {known}")


@router.get(
    "/context.jsonld",
    summary="The JSON-LD context",
    operation_id="ontology_context",
    response_class=Response,
    responses={200: {"content": {_JSON_LD: {}}}},
)
def ontology_context() -> Response:
    """Return the names and types of the terms for JSON-LD."""
    return Response(ontology.context(), media_type=_JSON_LD)


@router.get(
    "/{module}.ttl",
    summary="One module of the ontology as Turtle",
    operation_id="download_ontology_module",
    response_class=Response,
    responses=responses(404) | {200: {"content": {_TURTLE: {}}}},
)
def download_module(module: str) -> Response:
    """Return the file of a module."""
    _known(module)
    return Response(ontology.module(module), media_type=_TURTLE)


@router.get(
    "/{module}",
    summary="One module of the ontology",
    operation_id="show_ontology_module",
    response_class=RedirectResponse,
    status_code=303,
    responses=responses(404, 406),
)
def show_module(module: str, request: Request) -> Response:
    """Lead to the module's part of the page or, by Accept, to its file."""
    _known(module)
    wanted = ranked(request.headers.get("accept", ""), [_HTML, _TURTLE])
    headers = {"Vary": "Accept"}
    if not wanted:
        raise HTTPException(406, f"a module can be had as {_HTML} or {_TURTLE}", headers)
    page = f"/ontology#module-{module}"
    where = page if wanted[0] == _HTML else f"/ontology/{module}.ttl"
    return RedirectResponse(where, 303, headers)


def _known(module: str) -> None:
    if module not in ontology.modules():
        known = ", ".join(ontology.modules())
        raise HTTPException(404, f"there is no module '{module}'; the modules are {known}")


@cache
def _page() -> str:
    loader = PackageLoader("api")
    drawing = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    drawing.filters |= {"local": names.local_name, "short": _short, "linked": _linked}
    return drawing.get_template("ontology.html").render(
        whole=reference(), downloads=DOWNLOADS, terms=names.TERM, vocab=names.VOCAB
    )


def _linked(text: str) -> Markup:
    """Return a text, escaped, with each `kei:term` in it leading to that term."""
    known = {term.name for term in reference().terms()}

    def link(found: re.Match[str]) -> str:
        return f'<a href="#{found[1]}">{found[1]}</a>' if found[1] in known else found[0]

    return Markup(re.sub(r"\bkei:(\w+)", link, str(escape(text))))  # noqa: S704  escaped above


def _short(iri: str) -> str:
    """Return an IRI as `prefix:name` by the prefixes of the ontology's files."""
    fitting = [
        (len(start), f"{prefix}:{iri[len(start) :]}")
        for prefix, start in (ontology.prefixes() | names.PREFIXES).items()
        if iri.startswith(start)
    ]
    return max(fitting, default=(0, iri))[1]


@cache
def _serialised(suffix: str) -> str:
    """Return terms, alignments and codes in a format; rdflib writes what people read."""
    import rdflib

    quads = chain(ontology.ontology_quads(), ontology.code_quads())
    triples = {ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    plain = "".join(sorted(f"{triple} .\n" for triple in triples))
    if suffix == "nt":
        return plain
    graph = rdflib.Graph(bind_namespaces="none").parse(data=plain, format="nt")
    for prefix, iri in ontology.prefixes().items():
        graph.bind(prefix, iri)
    written = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}[suffix]
    return graph.serialize(format=written, auto_compact=True)

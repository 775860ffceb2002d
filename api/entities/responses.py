"""One company or alliance as it is asked for; errors of a page are pages too."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from api.entities.formats import (
    FORMATS,
    HTML,
    JSON,
    Format,
    headers,
    linked_data,
    serialised,
    wanted,
)
from api.entities.kinds import Clocks, Kind
from api.entities.pages import POLICY, asked, missing_page, page
from api.entities.portrait import portrait
from api.problems import status_of
from kg.companies import Profile
from kg.entity_rdf import everything_said, triples_about
from kg.errors import KgError
from kg.matching import Entity
from kg.questions.answer import to_json
from kg.store.base import Graph

CONTENT: Mapping[str, Any] = {one.media_type: {} for one in FORMATS}
_MANY = 300  # claims; a page about more does not hold them as linked data, but leads to them
PAGE_HEADERS = {"Content-Security-Policy": POLICY, "Vary": "Accept"}


def clocks_of(as_of: str, known_by: str) -> dict[str, str]:
    """Return those of the two clocks that are set."""
    return {name: day for name, day in (("as_of", as_of), ("known_by", known_by)) if day}


def entity_response(
    request: Request, graph: Graph, kind: Kind, text: str, clocks: Clocks, suffix: str = ""
) -> Response:
    """Return what is known of the company or alliance that a text names.

    Raises HTTPException 406, and KgError where something else than a page is asked for.
    """
    chosen = wanted(request, suffix)
    try:
        found = kind.profile(graph, text, clocks)
        body = _body(graph, kind, found, clocks, chosen)
    except KgError as error:
        if chosen != HTML:
            raise
        return missing_response(kind, error, clocks)
    told = headers(kind.address(found.about.slug), chosen, asked(clocks))
    if chosen == HTML:
        told |= {"Content-Security-Policy": POLICY}
    return Response(body, headers=told, media_type=chosen.media_type)


def _body(graph: Graph, kind: Kind, found: Profile, clocks: Clocks, chosen: Format) -> str | bytes:
    if chosen == JSON:
        return bytes(JSONResponse(entity_json(found)).body)
    said = everything_said(graph, found.about.id, dict(clocks))
    answers = [*found.answers.values(), *found.shared, said]
    if chosen != HTML:
        return serialised(triples_about(graph, found.about.id, answers), chosen)
    embedded = triples_about(graph, found.about.id, answers if len(said.rows) <= _MANY else ())
    shown = portrait(graph, kind, found, clocks)
    return page(kind, found.about, shown, clocks, linked_data(embedded))


def missing_response(kind: Kind, error: KgError, clocks: Clocks) -> Response:
    """Return the page that says why there is none."""
    status, title = status_of(error)
    if status >= 500:
        raise error
    nearest = getattr(error, "candidates", ())
    body = missing_page(kind, title, str(error), nearest, clocks)
    return Response(body, status, PAGE_HEADERS, HTML.media_type)


def entity_json(found: Profile) -> dict[str, Any]:
    """Return a profile as JSON data."""
    answers = {name: to_json(answer) for name, answer in found.answers.items()}
    return {
        **named(found.about),
        "identifiers": list(found.about.identifiers),
        "answers": answers,
        "silences": {
            name: one.silence.text for name, one in found.silent.items() if one.silence is not None
        },
    }


def named(entity: Entity) -> dict[str, Any]:
    """Return an entity as JSON data."""
    return {
        "id": entity.id,
        "slug": entity.slug,
        "label": entity.label,
        "kind": entity.kind,
        "aliases": list(entity.aliases),
    }

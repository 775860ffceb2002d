"""`/companies` and `/alliances`: search as you type, and one of them whole, as page or data."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field

from api.deps import GraphDep, only
from api.entities.formats import FORMATS, HTML
from api.entities.kinds import ALLIANCES, COMPANIES, KINDS, Kind
from api.entities.pages import list_page
from api.entities.responses import CONTENT, PAGE_HEADERS, clocks_of, entity_response, named
from api.negotiation import ranked
from api.problems import responses
from kg.matching import register
from kg.store.base import Graph

router = APIRouter(tags=["companies"])

Day = Annotated[str, Query(description="A day, such as 2024-08-01.")]
Typed = Annotated[str, Query(max_length=200, description="The first letters of a name.")]
Sought = Literal["company", "alliance", "group", "any"]

_CLASSES = {
    "company": frozenset({"Company"}),
    "alliance": frozenset({"Alliance"}),
    "group": frozenset({"CompanyGroup"}),
    "any": frozenset({"Company", "Alliance", "CompanyGroup", "PublicBody", "Person"}),
}
_ON_A_PAGE = 100
_FORMS = "Without an Accept header it is JSON; `.json`, `.html`, `.ttl`, `.jsonld` and `.nt` after "
_FORMS += "the name ask for that form."


class Found(BaseModel):
    """An entity that a search found."""

    id: str = Field(examples=["https://w3id.org/keiretsu/id/company/nissan-motor"])
    slug: str = Field(examples=["nissan-motor"])
    label: str = Field(examples=["Nissan Motor"])
    kind: str = Field(examples=["Company"])
    aliases: list[str] = Field(examples=[["Nissan", "Nissan Motor Co., Ltd."]])


class EntityProfile(Found):
    """A company or alliance, with the answer of every question that has something about it."""

    identifiers: list[str]
    answers: dict[str, dict[str, Any]]
    silences: dict[str, str]  # why a question has no answer, by question


def _searched(
    request: Request, graph: Graph, kind: Kind, typed: str, classes: frozenset[str], limit: int
) -> Response:
    page = ranked(request.headers.get("accept", ""), ["application/json", HTML.media_type])
    if page[:1] == [HTML.media_type]:
        found = register(graph).search(typed, kind.classes, _ON_A_PAGE + 1)
        listed = list_page(kind, found[:_ON_A_PAGE], typed, more=len(found) > _ON_A_PAGE)
        return Response(listed, headers=PAGE_HEADERS, media_type=HTML.media_type)
    found = register(graph).search(typed, classes, limit)
    return JSONResponse([named(one) for one in found], headers={"Vary": "Accept"})


_LISTED: dict[int | str, dict[str, Any]] = {
    200: {"model": list[Found], "content": {HTML.media_type: {}}}
}
_WHOLE: dict[int | str, dict[str, Any]] = {200: {"model": EntityProfile, "content": dict(CONTENT)}}


@router.get(
    "/companies",
    summary="Which companies have a name like this?",
    operation_id="search_companies",
    response_class=JSONResponse,
    responses=responses(422) | _LISTED,
    dependencies=[only("q", "kind", "limit")],
)
def search_companies(
    request: Request,
    graph: GraphDep,
    q: Typed = "",
    kind: Annotated[Sought, Query(description="What to search.")] = "company",
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 10,
) -> Response:
    """Search as you type: names that begin so first, then near ones; all of them without `q`."""
    return _searched(request, graph, COMPANIES, q, _CLASSES[kind], limit)


@router.get(
    "/alliances",
    summary="Which alliances have a name like this?",
    operation_id="search_alliances",
    response_class=JSONResponse,
    responses=responses(422) | _LISTED,
    dependencies=[only("q", "limit")],
)
def search_alliances(
    request: Request,
    graph: GraphDep,
    q: Typed = "",
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 10,
) -> Response:
    """Search as you type among alliances; all of them without `q`."""
    return _searched(request, graph, ALLIANCES, q, ALLIANCES.classes, limit)


def _form(kind: Kind, suffix: str) -> Callable[..., Response]:
    def form(
        request: Request, graph: GraphDep, entity: str, as_of: Day = "", known_by: Day = ""
    ) -> Response:
        return entity_response(request, graph, kind, entity, clocks_of(as_of, known_by), suffix)

    return form


# Before the plain addresses, which are wider.
for _kind in KINDS.values():
    for _one in FORMATS:
        router.add_api_route(
            f"/{_kind.folder}/{{entity}}.{_one.suffix}",
            _form(_kind, _one.suffix),
            include_in_schema=False,
            dependencies=[only("as_of", "known_by")],
        )


@router.get(
    "/companies/{company}",
    summary="What is known about a company?",
    description=f"Answer every question about one company; a slug, LEI or name. {_FORMS}",
    operation_id="get_company",
    response_class=JSONResponse,
    responses=responses(404, 406, 422) | _WHOLE,
    dependencies=[only("as_of", "known_by")],
)
def get_company(
    request: Request, graph: GraphDep, company: str, as_of: Day = "", known_by: Day = ""
) -> Response:
    """Answer every question about one company."""
    return entity_response(request, graph, COMPANIES, company, clocks_of(as_of, known_by))


@router.get(
    "/alliances/{alliance}",
    summary="What is known about an alliance?",
    description=f"Answer every question about one alliance; a slug or name. {_FORMS}",
    operation_id="get_alliance",
    response_class=JSONResponse,
    responses=responses(404, 406, 422) | _WHOLE,
    dependencies=[only("as_of", "known_by")],
)
def get_alliance(
    request: Request, graph: GraphDep, alliance: str, as_of: Day = "", known_by: Day = ""
) -> Response:
    """Answer every question about one alliance."""
    return entity_response(request, graph, ALLIANCES, alliance, clocks_of(as_of, known_by))


@router.get(
    "/id/{kind}/{slug}",
    summary="From the name of a company or alliance to what is known about it",
    operation_id="follow_name",
    status_code=303,
    response_class=RedirectResponse,
    responses=responses(404, 422),
)
def follow_name(kind: Literal["company", "alliance"], slug: str) -> Response:
    """Lead from what an IRI of the graph names to the document about it (httpRange-14)."""
    return RedirectResponse(KINDS[kind].address(slug), 303)

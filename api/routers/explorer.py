"""`/`: the graph as a page; `/explorer/...`: what that page asks for as a reader goes on."""

from collections.abc import Callable
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.deps import only
from api.entities.kinds import COMPANIES
from api.entities.responses import missing_response
from api.problems import responses
from api.routers.sparql_page import prefers_page
from kg.errors import KgError
from viz.document import as_json
from viz.page import CONTENT_SECURITY_POLICY, Pictures
from viz.view import View, view_of

T = TypeVar("T")

router = APIRouter(tags=["explorer"])

Day = Annotated[str, Query(description="A day, such as 2024-08-01.")]
Company = Annotated[str, Query(description="What the picture is about: name, slug or LEI.")]
Hops = Annotated[int, Query(ge=1, le=3, description="How far it goes from there.")]
Many = Annotated[list[str], Query(max_length=60)]
_EXPANDED = "Things expanded, in order: company/nissan-motor, or company/nissan-motor~owners."
_PATH = "Two ends: the ways between them are shown."
_LAYER = "Links to work out as well: integrated, control."

# What the page keeps in its address for itself; Python works out nothing from it.
_OWN = ("hide", "off", "modality", "source", "least", "group", "focus", "view", "theme")
_VIEW = ("company", "hops", "expanded", "path", "layer", "as_of", "known_by")
_ADDRESSES = {
    "home": "/",
    "scene": "/explorer/scene",
    "file": "/explorer/file",
    "search": "/companies",
    "analytics": "/analytics",
    "sparql": "/sparql",
    "pages": [
        ["/sparql", "SPARQL"],
        ["/companies", "Companies"],
        ["/docs", "API"],
        ["/ontology", "Ontology"],
    ],
}


def _declared(
    company: Company = "",
    hops: Hops = 1,
    expanded: Annotated[Many, Query(description=_EXPANDED)] = [],  # noqa: B006
    path: Annotated[Many, Query(description=_PATH)] = [],  # noqa: B006
    layer: Annotated[Many, Query(description=_LAYER)] = [],  # noqa: B006
    as_of: Day = "",
    known_by: Day = "",
) -> None:
    """Declare the parameters of a view, for its three routes; `_view` reads them."""


def _view(request: Request) -> View:
    """Return the view that an address asks for; layers that are only filters are the page's."""
    values = {name: request.query_params.getlist(name) for name in _VIEW}
    worked_out = [one for one in values["layer"] if one not in ("capital", "votes")]
    if request.query_params.get("group"):
        worked_out.append("control")
    return view_of(values | {"layer": worked_out})


async def _worked_out(request: Request, work: Callable[[], T]) -> T:
    """Return what `work` gives, worked out on a thread that no other route needs."""
    return await to_thread.run_sync(work, limiter=request.app.state.picture_limiter)


@router.get(
    "/",
    response_class=HTMLResponse,
    summary="The graph as a page",
    operation_id="explorer",
    responses=responses(404, 422),
    dependencies=[only(*_VIEW, *_OWN), Depends(_declared)],
)
async def explorer(request: Request) -> Response:
    """Show companies, stakes and alliances; each line tells its evidence on a click."""
    pictures: Pictures = request.app.state.pictures

    def page() -> str:
        view = _view(request)
        return pictures.drawn(view).page(inline=False, static="/static", addresses=_ADDRESSES)

    try:
        html = await _worked_out(request, page)
    except KgError as error:
        if not prefers_page(request.headers.get("accept", "")):
            raise
        return missing_response(COMPANIES, error, {})
    return HTMLResponse(html, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})


@router.get(
    "/explorer/scene",
    summary="A picture as data: places, facts and the claims they rest on",
    operation_id="explorer_scene",
    responses=responses(404, 422),
    dependencies=[only(*_VIEW), Depends(_declared)],
)
async def scene(request: Request) -> Response:
    """Return what the page shows for this view; what stood in the view before has not moved."""
    pictures: Pictures = request.app.state.pictures
    view = _view(request)

    def content() -> str:
        return as_json(pictures.drawn(view).content(_ADDRESSES))

    text = await _worked_out(request, content)
    return Response(text, media_type="application/json")


@router.get(
    "/explorer/file",
    response_class=HTMLResponse,
    summary="A picture as one HTML file that needs no server",
    operation_id="explorer_file",
    responses=responses(404, 422),
    dependencies=[only(*_VIEW, *_OWN), Depends(_declared)],
)
async def file(request: Request) -> HTMLResponse:
    """Return the page of a view as a file, with the filters of the address set."""
    pictures: Pictures = request.app.state.pictures
    view = _view(request)
    own = [(k, v) for k, v in request.query_params.multi_items() if k in (*_OWN, "layer", "path")]

    def page() -> str:
        network = pictures.drawn(view)
        return network.page(inline=True, state=urlencode(own))

    headers = {"Content-Disposition": 'attachment; filename="keiretsu.html"'}
    return HTMLResponse(await _worked_out(request, page), headers=headers)

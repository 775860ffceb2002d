"""`/`: the graph as a page."""

import threading
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.deps import GraphDep, only
from api.problems import responses
from kg.store.base import Graph
from viz.page import CONTENT_SECURITY_POLICY, render
from viz.scenes import scene_of

router = APIRouter(tags=["explorer"])

Day = Annotated[str, Query(description="A day, such as 2024-08-01.")]


_KEPT = 64  # pages; a picture is laid out once for each state of the store


class Pages:
    """The pages made so far of one graph, thrown away when the graph changes."""

    def __init__(self) -> None:
        self._version = -1
        self._made: dict[tuple[str, str, str], str] = {}
        self._lock = threading.Lock()  # one layout at a time: it takes a whole processor

    def page(self, graph: Graph, company: str, as_of: str, known_by: str) -> str:
        """Return a page, laid out anew only when it has to be."""
        with self._lock:
            return self._page(graph, (company, as_of, known_by))

    def _page(self, graph: Graph, key: tuple[str, str, str]) -> str:
        if self._version != graph.version:
            self._version, self._made = graph.version, {}
        if key not in self._made:
            if len(self._made) >= _KEPT:
                self._made.pop(next(iter(self._made)))  # the oldest
            clocks = {
                name: day for name, day in zip(("as_of", "known_by"), key[1:], strict=True) if day
            }
            self._made[key] = render(scene_of(graph, key[0], clocks), inline=False)
        return self._made[key]


@router.get(
    "/",
    response_class=HTMLResponse,
    summary="The graph as a page",
    operation_id="explorer",
    responses=responses(404, 422),
    dependencies=[only("company", "as_of", "known_by")],
)
def explorer(
    request: Request,
    graph: GraphDep,
    company: Annotated[str, Query(description="Only this company and those around it.")] = "",
    as_of: Day = "",
    known_by: Day = "",
) -> HTMLResponse:
    """Show companies, stakes and alliances; each line tells its evidence on a click."""
    pages: Pages = request.app.state.pages
    page = pages.page(graph, company, as_of, known_by)
    return HTMLResponse(page, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})

"""`/companies/{company}/charts/{chart}.svg` and the same for alliances: figures to look at."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from api.deps import GraphDep, only
from api.entities.kinds import ALLIANCES, COMPANIES, Kind
from api.entities.responses import clocks_of
from api.problems import responses
from api.routers.companies import Day
from kg.store.base import Graph

router = APIRouter(tags=["charts"])

_SVG = "image/svg+xml"
Theme = Annotated[Literal["light", "dark"], Query(description="On which ground.")]
Size = Annotated[Literal["wide", "narrow"], Query(description="For a page or for a phone.")]


def chart_response(
    graph: Graph,
    kind: Kind,
    entity: str,
    chart: str,
    as_of: str,
    known_by: str,
    theme: str,
    size: str,
) -> Response:
    """Return a chart as SVG; 404 where there are no figures for it."""
    clocks = clocks_of(as_of, known_by)
    found = kind.profile(graph, entity, clocks)
    charts = kind.charts(graph, found, clocks)
    if chart not in charts:
        known = ", ".join(charts) or "none"
        raise HTTPException(
            404, f"there is no chart '{chart[:40]}' of {found.about.label}; there are: {known}"
        )
    try:
        from viz.chart_drawing import draw_chart

        drawn = draw_chart(charts[chart], theme, size)
    except ImportError as error:
        raise HTTPException(501, f"charts need the extra `keiretsu[viz]`: {error}") from error
    return Response(drawn, media_type=_SVG)


def _route(kind: Kind) -> Callable[..., Response]:
    def draw(
        request: Request,
        graph: GraphDep,
        entity: str,
        chart: str,
        as_of: Day = "",
        known_by: Day = "",
        theme: Theme = "light",
        size: Size = "wide",
    ) -> Response:
        return chart_response(graph, kind, entity, chart, as_of, known_by, theme, size)

    return draw


for _kind in (COMPANIES, ALLIANCES):
    router.add_api_route(
        f"/{_kind.folder}/{{entity}}/charts/{{chart}}.svg",
        _route(_kind),
        summary=f"Figures of {'a company' if _kind == COMPANIES else 'an alliance'} as a picture",
        description=f"Charts: {', '.join(_kind.chart_names)}; those for which there are figures. "
        "What is not said as a fact is drawn unlike what is; what is unknown is not drawn.",
        operation_id=f"draw_{_kind.name}",
        response_class=Response,
        responses=responses(404, 422, 501) | {200: {"content": {_SVG: {}}}},
        dependencies=[only("as_of", "known_by", "theme", "size")],
    )

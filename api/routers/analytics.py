"""`/analytics`: control, ownership, legal tests and the other analyses of the graph.

One route for each inquiry of the catalogue; its parameters are the inquiry's. The work is bounded:
a network that is too large is refused, and what takes too long is answered with a problem.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

from anyio import move_on_after, to_thread
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.deps import GraphDep, SettingsDep
from api.negotiation import ranked
from api.problems import responses
from api.report_tables import to_csv
from kg.analytics.deadline import deadline
from kg.analytics.inquiries import inquiries, inquiry
from kg.analytics.inquiries.asking import Report, ask, to_json
from kg.analytics.inquiries.inquiry import COMMON, DATE, FLAG, WHOLE, Inquiry, Parameter
from kg.errors import QueryLimitError
from kg.questions.catalogue import ENTITY_KINDS
from kg.settings import Settings
from kg.store.base import Graph

router = APIRouter(tags=["analytics"])

_JSON, _CSV = "application/json", "text/csv"
_MOST_VALUES = 60  # of one call


@router.get("/analytics", summary="Which analyses are there?", operation_id="list_analytics")
def list_analytics() -> list[dict[str, Any]]:
    """List every analysis with its parameters, columns, method, source and an example."""
    return [describe(one) for one in inquiries()]


def describe(one: Inquiry) -> dict[str, Any]:
    """Return an inquiry as JSON data."""
    query = "&".join(f"{name}={value}" for name, value in one.example.items())
    return {
        "name": one.name,
        "question": one.english,
        "about": one.about,
        "method": one.method,
        "source": one.source,
        "parameters": [
            {
                "name": p.name,
                "kind": p.kind,
                "required": p.required,
                "many": p.many,
                "default": p.default,
                "meaning": p.meaning,
            }
            for p in (*one.parameters, *COMMON)
        ],
        "columns": [{"name": c.name, "kind": c.kind, "meaning": c.meaning} for c in one.columns],
        "example": f"/analytics/{one.name}" + (f"?{query}" if query else ""),
    }


def _values(request: Request) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for place, (name, value) in enumerate(request.query_params.multi_items()):
        if place >= _MOST_VALUES:
            raise HTTPException(422, f"more than {_MOST_VALUES} values; ask for less at once")
        values.setdefault(name, []).append(value)
    return values


def _ended(seconds: float, graph: Graph, name: str, values: dict[str, list[str]]) -> Report:
    """Return a report, made in this thread; nobody waits for it longer, so it ends by itself."""
    with deadline(seconds):
        return ask(graph, name, values)


async def _asked(request: Request, graph: Graph, settings: Settings, name: str) -> Report:
    """Return a report, or raise QueryLimitError when it takes too long."""
    work = partial(_ended, settings.query_seconds, graph, name, _values(request))
    with move_on_after(settings.query_seconds), suppress(QueryLimitError):
        return await to_thread.run_sync(
            work, abandon_on_cancel=True, limiter=request.app.state.analysis_limiter
        )
    raise QueryLimitError(
        f"stopped after {settings.query_seconds:g} seconds; name a company, or use the command "
        f"line: keiretsu {name}"
    )


def _route(name: str) -> Callable[[Request, Graph, Settings], Awaitable[Response]]:
    async def answer(request: Request, graph: GraphDep, settings: SettingsDep) -> Response:
        media_types = ranked(request.headers.get("accept", ""), [_JSON, _CSV])
        if not media_types:
            raise HTTPException(406, f"an answer can be had as {_JSON} or {_CSV}")
        report = await _asked(request, graph, settings, name)
        headers = {"Vary": "Accept", "X-Total-Count": str(report.total)}
        if media_types[0] == _CSV:
            headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
            return Response(to_csv(report), headers=headers, media_type=_CSV)
        return JSONResponse(to_json(report), headers=headers)

    return answer


def _openapi(parameter: Parameter, example: str | None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if parameter.kind == DATE:
        schema["format"] = "date"
    elif parameter.kind == FLAG:
        schema["type"] = "boolean"
    elif parameter.kind == WHOLE:
        schema |= {"type": "integer", "minimum": parameter.least, "maximum": parameter.most}
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    if parameter.default:
        default = parameter.default
        schema["default"] = {"true": True, "false": False}.get(default, default)
        if parameter.kind == WHOLE:
            schema["default"] = int(default)
    how = " IRI, slug, LEI or name." if parameter.kind in ENTITY_KINDS else ""
    entry = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.meaning}.{how}",
        "schema": {"type": "array", "items": schema} if parameter.many else schema,
    }
    if example is None:
        return entry
    return entry | {"example": [example] if parameter.many else example}


def _example(one: Inquiry) -> dict[str, Any]:
    """Return the shape of an answer, for the documentation."""
    row = {column.name: column.meaning for column in one.columns}
    return {
        "inquiry": one.name,
        "question": one.english,
        "status": "answered",
        "method": one.method,
        "source": one.source,
        "rows": [row | {"claims": ["IRI of a claim"]}],
        "total": 1,
        "offset": 0,
        "findings": [],
        "silence": None,
        "claims": [],
    }


for _one in inquiries():
    router.add_api_route(
        f"/analytics/{_one.name}",
        _route(_one.name),
        summary=_one.english,
        description=f"{_one.about} Method: {_one.method}. Source: {_one.source}. Rows: "
        + "; ".join(f"**{column.name}** {column.meaning}" for column in _one.columns),
        operation_id=f"analyse_{_one.name.replace('-', '_')}",
        responses=responses(404, 406, 422, 503)
        | {
            200: {
                "description": "The answer, with the claims it rests on",
                "content": {_JSON: {"example": _example(_one)}, _CSV: {}},
            }
        },
        openapi_extra={
            "parameters": [
                _openapi(parameter, _one.example.get(parameter.name))
                for parameter in (*_one.parameters, *COMMON)
            ]
        },
    )


@router.get("/analytics/{name}", include_in_schema=False)
def unknown_inquiry(name: str) -> Response:
    """Answer 404 with the analyses whose names are close."""
    inquiry(name)
    return Response(status_code=404)

"""`/questions`: the catalogue, and one route for each question in it.

Nobody writes a route for a new question: its .rq file is the route, its parameters and its page
in the documentation.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.deps import GraphDep
from api.negotiation import ranked
from api.problems import responses
from api.tables import to_csv
from kg import ontology
from kg.errors import ParameterError
from kg.questions.answer import ask, to_json
from kg.questions.catalogue import ENTITY_KINDS, Parameter, described, question, questions
from kg.store.base import Graph

router = APIRouter(tags=["questions"])

_JSON, _CSV = "application/json", "text/csv"


@router.get("/questions", summary="Which questions can be asked?", operation_id="list_questions")
def list_questions() -> list[dict[str, Any]]:
    """List every question with its parameters, columns, example and wordings."""
    return [described(one) for one in questions().values()]


def answer_response(graph: Graph, name: str, request: Request) -> Response:
    """Return the answer to a question, as JSON or CSV by the Accept header."""
    media_types = ranked(request.headers.get("accept", ""), [_JSON, _CSV])
    if not media_types:
        raise HTTPException(406, f"an answer can be had as {_JSON} or {_CSV}")
    found = ask(graph, name, _values(request))
    headers = {"Vary": "Accept"}
    if media_types[0] == _CSV:
        headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return Response(to_csv(found), headers=headers, media_type=_CSV)
    return JSONResponse(to_json(found), headers=headers)


def _values(request: Request) -> dict[str, str]:
    """Return the query's parameters; one that is given twice has no one value."""
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in values:
            raise ParameterError(name, "is given twice; give it once")
        values[name] = value
    return values


def _route(name: str) -> Callable[[Request, Graph], Response]:
    def answer(request: Request, graph: GraphDep) -> Response:
        return answer_response(graph, name, request)

    return answer


def _openapi(parameter: Parameter, example: str | None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if parameter.kind == "date":
        schema["format"] = "date"
    elif parameter.kind.startswith("code:"):
        scheme = parameter.kind.removeprefix("code:")
        schema["enum"] = [one.code for one in ontology.code_list(scheme)]
    how = " IRI, slug, LEI or name." if parameter.kind in ENTITY_KINDS else ""
    if parameter.kind == "period":
        how = " 2023, Q1 2024, Apr 2023 to Mar 2024, year to March 2024, fiscal 2023, or an IRI."
    entry = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.meaning}.{how}",
        "schema": schema,
    }
    return entry | ({"example": example} if example else {})


for _name, _question in questions().items():
    router.add_api_route(
        f"/questions/{_name}",
        _route(_name),
        summary=_question.english,
        description="Rows: "
        + "; ".join(f"**{column.name}** {column.meaning}" for column in _question.columns),
        operation_id=_name.replace("-", "_"),
        responses=responses(404, 422) | {200: {"content": {_JSON: {}, _CSV: {}}}},
        openapi_extra={
            "parameters": [
                _openapi(one, _question.example.get(one.name)) for one in _question.parameters
            ]
        },
    )


@router.get(
    "/contradictions",
    summary="Where do sources contradict each other?",
    operation_id="list_contradictions",
    responses=responses(404, 422) | {200: {"content": {_JSON: {}, _CSV: {}}}},
    openapi_extra={
        "parameters": [_openapi(p, None) for p in question("contradictions").parameters]
    },
)
def contradictions(request: Request, graph: GraphDep) -> Response:
    """Answer as the question `contradictions` does."""
    return answer_response(graph, "contradictions", request)


@router.get("/questions/{name}", include_in_schema=False)
def unknown_question(name: str) -> Response:
    """Answer 404 with the questions whose names are close."""
    question(name)
    return Response(status_code=404)

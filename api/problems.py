"""Problem bodies (RFC 9457): one table from errors to status codes, used everywhere.

{"type": ".../problems/unknown-name", "title": "Unknown name", "status": 404,
 "detail": "company: nothing is called 'nisan'; nearest: Nissan Motor",
 "parameter": "company", "candidates": [{"id": ..., "label": ..., "slug": ...}]}
"""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from kg import names
from kg.errors import (
    AmbiguousNameError,
    KgError,
    NameSyntaxError,
    NotSupportedError,
    ParameterError,
    QueryError,
    QueryLimitError,
    StoreError,
    UnknownNameError,
    UnknownQuestionError,
    UploadError,
)

MEDIA_TYPE = "application/problem+json"

# The first class that fits decides: children stand before their parents.
_TABLE: tuple[tuple[type[KgError], int, str], ...] = (
    (UnknownNameError, 404, "Unknown name"),
    (AmbiguousNameError, 422, "Ambiguous name"),
    (ParameterError, 422, "Bad parameter"),
    (UnknownQuestionError, 404, "Unknown question"),
    (QueryLimitError, 503, "Query stopped at its limit"),
    # SPARQL 1.1 Protocol, 2.1.7: 400 is for what is malformed, 5xx for what is not carried out.
    (NotSupportedError, 501, "Not supported"),
    (QueryError, 400, "Bad query"),
    (NameSyntaxError, 400, "Bad IRI"),
    (UploadError, 400, "Bad file"),
    (StoreError, 503, "Store unavailable"),
    (KgError, 500, "Internal error"),
)


class Problem(BaseModel):
    """An RFC 9457 problem body."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=[names.BASE + "problems/unknown-name"])
    title: str = Field(examples=["Unknown name"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["company: nothing is called 'nisan'; nearest: Nissan Motor"])
    instance: str = Field(examples=["/questions/who-owns"])


def problem(request: Request, status: int, title: str, detail: str, **more: Any) -> JSONResponse:
    """Return a problem body for `request`; `more` are its extension members."""
    body = Problem(
        type=names.BASE + "problems/" + names.slug(title),
        title=title,
        status=status,
        detail=detail,
        instance=request.url.path,
        **{name: value for name, value in more.items() if value},
    )
    headers = {"Retry-After": "1"} if status == 503 else None
    return JSONResponse(body.model_dump(), status, headers, MEDIA_TYPE)


def status_of(error: KgError) -> tuple[int, str]:
    """Return the status code and the title of an error of the library."""
    return next((s, t) for kind, s, t in _TABLE if isinstance(error, kind))


def _kg_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, KgError):
        raise error
    status, title = status_of(error)
    more = {
        name: getattr(error, name)
        for name in ("parameter", "line", "column", "nearest", "suggestions")
        if hasattr(error, name)
    }
    candidates = [asdict(one) for one in getattr(error, "candidates", ())]
    return problem(request, status, title, str(error), candidates=candidates, **more)


def _bad_request(request: Request, error: Exception) -> JSONResponse:
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    fields = [
        {"field": str(one["loc"][-1]), "where": str(one["loc"][0]), "message": one["msg"]}
        for one in errors
    ]
    detail = "; ".join(f"{one['field']}: {one['message']}" for one in fields)
    first = fields[0]["field"] if fields else ""
    return problem(request, 422, "Bad parameter", detail, parameter=first, errors=fields)


def _http_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    title = HTTPStatus(error.status_code).phrase
    response = problem(request, error.status_code, title, str(error.detail))
    response.headers.update(error.headers or {})
    return response


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem body."""
    app.add_exception_handler(KgError, _kg_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of problem bodies for these statuses."""
    return {
        status: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": "A problem"}
        for status in statuses
    }

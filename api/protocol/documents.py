"""The routes of the protocols in OpenAPI: plain routes do not document themselves."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from api import problems
from api.protocol.rdf import MULTIPART
from kg.store.worker import ROWS, TRIPLES
from kg.uploads import FORMATS

Schema = dict[str, Any]

_TEXT: Schema = {"schema": {"type": "string"}}
_BEARER: list[Schema] = [{"token": []}]
_EXAMPLE = {
    "example": "SELECT ?company ?name WHERE { ?company a "
    "<https://w3id.org/keiretsu/ontology#Company> ; "
    "<http://www.w3.org/2000/01/rdf-schema#label> ?name }"
}


def install(app: FastAPI) -> None:
    """Add the protocols to the OpenAPI document of an application."""
    own = app.openapi

    def openapi() -> Schema:
        if app.openapi_schema is None:
            document = own()
            document["paths"] |= _paths()
            schemes = document["components"].setdefault("securitySchemes", {})
            schemes["token"] = {
                "type": "http",
                "scheme": "bearer",
                "description": "The value of KEIRETSU_TOKEN of this server.",
            }
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _paths() -> Schema:
    return {
        "/sparql": {"get": _query_by_get(), "post": _query_by_post()},
        "/update": {"post": _update()},
        "/graphs": _graph_store(
            [
                _field("graph", "IRI of a named graph."),
                _field("default", "Without a value: the store's own default graph."),
            ],
            "",
        ),
        "/graphs/{path}": _graph_store(
            [{"name": "path", "in": "path", "required": True, "schema": {"type": "string"}}],
            "_by_url",
        ),
        "/.well-known/void": {"get": _void()},
    }


def _query_by_get() -> Schema:
    query = _field("query", "A SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE query.")
    return _operation(
        "Run a SPARQL query",
        "sparql_get",
        "The union of all named graphs is the default graph. Without any field: the SPARQL 1.1 "
        "Service Description, or a page where HTML is preferred.",
        {"200": _answers(TRIPLES, ROWS, {"text/html": None})},
        (400, 406, 414, 431, 501, 503),
        parameters=[query | _EXAMPLE, *_graphs("default-graph-uri", "named-graph-uri")],
    )


def _query_by_post() -> Schema:
    form = {
        "schema": {
            "type": "object",
            "properties": {"query": {"type": "string"}, "update": {"type": "string"}},
        }
    }
    return _operation(
        "Run a SPARQL query, or an update",
        "sparql_post",
        "An update needs the token, as at /update; a query needs none.",
        {"200": _answers(ROWS, TRIPLES), "204": {"description": "The update is done."}},
        (400, 401, 403, 406, 413, 415, 501, 503),
        parameters=_graphs("default-graph-uri", "named-graph-uri"),
        requestBody=_body(
            {
                "application/sparql-query": _TEXT,
                "application/x-www-form-urlencoded": form,
                "application/sparql-update": _TEXT,
            }
        ),
        security=[{}, *_BEARER],
    )


def _update() -> Schema:
    form = {
        "schema": {
            "type": "object",
            "required": ["update"],
            "properties": {"update": {"type": "string"}},
        }
    }
    return _operation(
        "Run a SPARQL update",
        "sparql_update",
        "All of it or nothing. What follows from the claims is derived anew before it answers. "
        "LOAD and SERVICE are not supported.",
        {"204": {"description": "The update is done."}},
        (400, 401, 403, 413, 415, 501, 503),
        parameters=_graphs("using-graph-uri", "using-named-graph-uri"),
        requestBody=_body(
            {"application/sparql-update": _TEXT, "application/x-www-form-urlencoded": form}
        ),
        security=_BEARER,
    )


def _graph_store(parameters: list[Schema], suffix: str) -> Schema:
    body = _body(dict.fromkeys((*FORMATS, MULTIPART), _TEXT))
    made = {
        "201": {
            "description": "A new graph.",
            "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
        },
        "204": {"description": "The graph was there."},
    }
    gone = {"204": {"description": "The graph is gone."}}
    writing = (400, 401, 403, 413, 415, 503)
    told = "SPARQL 1.1 Graph Store HTTP Protocol."
    adding = told + " POST to /graphs itself makes a new graph."
    return {
        "parameters": parameters,
        "get": _operation(
            "Read a graph",
            "graph_get" + suffix,
            told,
            {"200": _answers(TRIPLES)},
            (400, 404, 406, 503),
        ),
        "put": _operation(
            "Replace a graph",
            "graph_put" + suffix,
            told,
            made,
            writing,
            requestBody=body,
            security=_BEARER,
        ),
        "post": _operation(
            "Add to a graph",
            "graph_post" + suffix,
            adding,
            made,
            writing,
            requestBody=body,
            security=_BEARER,
        ),
        "delete": _operation(
            "Take a graph away",
            "graph_delete" + suffix,
            told,
            gone,
            (400, 401, 403, 404, 503),
            security=_BEARER,
        ),
    }


def _void() -> Schema:
    return _operation(
        "What is served here, in VoID and DCAT",
        "void",
        "Counts, licence, endpoint.",
        {"200": _answers(TRIPLES)},
        (406,),
    )


def _operation(
    summary: str,
    name: str,
    description: str,
    answers: Schema,
    refusals: tuple[int, ...],
    **more: Any,
) -> Schema:
    refused = {str(status): _refusal() for status in refusals}
    return {
        "tags": ["SPARQL"],
        "summary": summary,
        "operationId": name,
        "description": description,
        "responses": answers | refused,
        **more,
    }


def _refusal() -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": "A problem", "content": {problems.MEDIA_TYPE: {"schema": schema}}}


def _answers(*offers: Mapping[str, object]) -> Schema:
    content = {media_type: _TEXT for each in offers for media_type in each}
    return {"description": "The answer.", "content": content}


def _body(content: Schema) -> Schema:
    return {"required": True, "content": content}


def _field(name: str, description: str) -> Schema:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string"},
    }


def _graphs(*names: str) -> list[Schema]:
    many = {"type": "array", "items": {"type": "string", "format": "uri"}}
    told = "IRI of a graph (SPARQL 1.1 Protocol); may be given several times."
    return [_field(name, told) | {"schema": many} for name in names]

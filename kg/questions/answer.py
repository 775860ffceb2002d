"""Asking: values become terms, rows become an answer that carries its claims whole.

ask(graph, "who-owns", {"company": "nissan"}) -> Answer
  values -> terms         kg.matching, never text
  rows   -> values        entities and codes with their labels
  claim columns           collected, and loaded whole (kg.evidence)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg import names, ontology
from kg.errors import Candidate, ParameterError, UnknownNameError, cut
from kg.evidence import Evidence, evidence
from kg.matching import Register, register
from kg.names import Iri
from kg.quads import from_term, to_term
from kg.questions.catalogue import ENTITY_KINDS, Column, Parameter, Question, question
from kg.store.base import Graph, Row, Term

_PYTHON: dict[str, type] = {
    "date": date,
    "decimal": Decimal,
    "fraction": Decimal,
    "integer": int,
    "boolean": bool,
    "string": str,
}


@dataclass(frozen=True, slots=True)
class Named:
    """An entity, code or period in an answer."""

    id: str
    label: str


Value = Named | str | int | bool | Decimal | date | None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row: a value by column, and the claims it rests on."""

    values: dict[str, Value]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question found, and what it rests on."""

    question: Question
    reading: str  # the question in words, as it was understood
    parameters: dict[str, Value]
    status: str  # answered, no-data
    rows: tuple[AnswerRow, ...]
    claims: dict[str, Evidence]  # by id: every claim a row rests on, whole
    sparql: str  # what was run; it can be sent to /sparql as it is


def ask(graph: Graph, name: str, values: Mapping[str, str] | None = None) -> Answer:
    """Return the answer to the question `name`.

    Raises UnknownQuestionError, or ParameterError (UnknownNameError, AmbiguousNameError) naming
    the parameter.
    """
    asked = question(name)
    known = register(graph)
    terms = bind(asked, values or {}, known)
    found = graph.select(asked.sparql, terms)
    rows = _rows(asked, [row for row in found.rows if not _mirrored(asked, row, terms)], known)
    claims = evidence(graph, [claim for row in rows for claim in row.claims])
    parameters = {
        one.name: _value(terms.get(one.name), one.kind, known) for one in asked.parameters
    }
    return Answer(
        question=asked,
        reading=_reading(asked, parameters),
        parameters=parameters,
        status="answered" if rows else "no-data",
        rows=tuple(rows),
        claims=claims,
        sparql=with_values(asked.sparql, terms),
    )


def bind(asked: Question, values: Mapping[str, str], known: Register) -> dict[str, Term]:
    """Return the values of a question's parameters as terms, or raise ParameterError."""
    for name in values:
        if asked.parameter(name) is None:
            takes = ", ".join(one.name for one in asked.parameters)
            raise ParameterError(name, f"{asked.name} has no such parameter; it takes {takes}")
        if not values[name].strip():
            raise ParameterError(name, "is empty; give a value or leave it out")
    terms: dict[str, Term] = {}
    for one in asked.parameters:
        if one.name in values:
            terms[one.name] = _term(one, values[one.name], known)
        elif one.required:
            raise ParameterError(one.name, f"{asked.name} needs it: {one.meaning}")
    return terms


def _term(parameter: Parameter, text: str, known: Register) -> Term:
    kinds = ENTITY_KINDS.get(parameter.kind)
    if kinds is not None:
        return NamedNode(known.resolve(text, kinds, parameter.name).id)
    if parameter.kind.startswith("code:"):
        return _code(parameter, text)
    kind = _PYTHON[parameter.kind]
    try:
        value = from_term(Literal(text), kind)
    except ValueError:
        wanted = "a date such as 2024-08-01" if kind is date else f"of kind {parameter.kind}"
        raise ParameterError(parameter.name, f"{cut(text)!r} is not {wanted}") from None
    return to_term(value, kind)


def _code(parameter: Parameter, text: str) -> Term:
    scheme = parameter.kind.removeprefix("code:")
    codes = ontology.code_list(scheme)
    for one in codes:
        if text.casefold() in (one.code, one.iri, one.label.casefold()):
            return NamedNode(one.iri)
    candidates = [Candidate(one.iri, one.label, one.code) for one in codes]
    raise UnknownNameError(parameter.name, text, candidates)


def _mirrored(asked: Question, row: Row, terms: Mapping[str, Term]) -> bool:
    """Say whether a row of a symmetric question is the other way round of one that is kept."""
    if asked.symmetric is None or not terms.keys().isdisjoint(asked.symmetric):
        return False
    first, second = asked.symmetric
    return str(row.get(first)) > str(row.get(second))


def _rows(asked: Question, found: Sequence[Row], known: Register) -> list[AnswerRow]:
    """Return one row for equal values, with the claims of all of them, in the query's order."""
    merged: dict[tuple[Value, ...], tuple[dict[str, Value], dict[str, None]]] = {}
    plain = [one for one in asked.columns if one.kind not in ("claim", "claims")]
    evident = [one for one in asked.columns if one.kind in ("claim", "claims")]
    for row in found:
        values = {one.name: _value(row.get(one.name), one.kind, known) for one in plain}
        _, claims = merged.setdefault(tuple(values.values()), (values, {}))
        claims.update(dict.fromkeys(claim for one in evident for claim in _claims(row, one)))
    return [AnswerRow(values, tuple(sorted(claims))) for values, claims in merged.values()]


def _claims(row: Row, column: Column) -> list[str]:
    term = row.get(column.name)
    return term.value.split() if isinstance(term, NamedNode | Literal) else []


def _value(term: Term | None, kind: str, known: Register) -> Value:
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return Named(term.value, known.label(term.value))
    if not isinstance(term, Literal):
        return str(term)
    try:
        value = from_term(term, _PYTHON.get(kind, str))
    except (ValueError, InvalidOperation):
        return term.value
    return value if isinstance(value, str | int | bool | Decimal | date) else term.value


def _reading(asked: Question, parameters: Mapping[str, Value]) -> str:
    """Return the question in words with the values it was asked with."""
    given = [
        f"{name.replace('_', ' ')}: {shown.label if isinstance(shown, Named) else shown}"
        for name, shown in parameters.items()
        if shown is not None
    ]
    return f"{asked.english.rstrip('?')} ({'; '.join(given)})?" if given else asked.english


def with_values(sparql: str, terms: Mapping[str, Term]) -> str:
    """Return a query with its values written in, as terms, so that it can be run anywhere.

    A parameter is used in the outermost group of every .rq file, so that one VALUES block there
    says the same as binding it.
    """
    if not terms:
        return sparql
    variables = " ".join(f"?{name}" for name in terms)
    row = " ".join(str(term) for term in terms.values())
    block = f"WHERE {{\n  VALUES ({variables}) {{ ({row}) }}"
    return sparql.replace("WHERE {", block, 1)


def to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON data: what the API sends and the command line prints."""
    return {
        "question": answer.question.name,
        "title": answer.question.title,
        "reading": answer.reading,
        "status": answer.status,
        "parameters": {name: json_value(value) for name, value in answer.parameters.items()},
        "as_of": json_value(answer.parameters.get("as_of")),
        "known_by": json_value(answer.parameters.get("known_by")),
        "columns": [
            {"name": one.name, "kind": one.kind, "meaning": one.meaning}
            for one in answer.question.columns
        ],
        "rows": [
            {name: json_value(value) for name, value in row.values.items()}
            | {"claims": list(row.claims)}
            for row in answer.rows
        ],
        "claims": [one.to_json() for one in answer.claims.values()],
        "sparql": answer.sparql,
    }


def json_value(value: Value) -> Any:
    """Return a value as JSON data; decimals as numbers, as short as they can be written."""
    if isinstance(value, Named):
        return {"id": value.id, "label": value.label, "slug": names.local_name(value.id)}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def iri_of(value: Value) -> Iri:
    """Return the IRI of a named value; for callers that know the column is one."""
    if not isinstance(value, Named):
        raise TypeError(f"{value!r} has no IRI")
    return Iri(value.id)

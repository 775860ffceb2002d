"""Asking: values become terms, rows become an answer that carries its claims whole.

ask(graph, "who-owns", {"company": "nissan"}) -> Answer
  values -> terms         kg.matching, never text
  rows   -> values        entities and codes with their labels
  claim columns           collected, and loaded whole (kg.evidence)
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg import names
from kg.evidence import Evidence, evidence
from kg.matching import Register, register
from kg.names import Iri
from kg.quads import from_term, to_term
from kg.questions.binding import PYTHON, bind
from kg.questions.catalogue import Column, Question, question
from kg.questions.disagreement import Contradiction, Silence, chosen, silence, touching
from kg.store.base import Graph, Row, Term, with_values


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
    hidden: tuple[AnswerRow, ...] = ()  # rows that the policy did not take
    contradictions: tuple[Contradiction, ...] = ()  # those that touch these rows
    silence: Silence | None = None  # why there is no row
    claims: dict[str, Evidence]  # by id: every claim a row rests on, whole
    sparql: str  # what was run; it can be sent to /sparql as it is


def ask(
    graph: Graph, name: str, values: Mapping[str, str] | None = None, *, whole: bool = True
) -> Answer:
    """Return the answer to the question `name`.

    Without `whole` claims and contradictions are left out: `with_evidence` adds those of some rows.
    Raises UnknownQuestionError, or ParameterError (UnknownNameError, AmbiguousNameError) naming
    the parameter.
    """
    asked = question(name)
    known = register(graph)
    terms = bind(asked, values or {}, known)
    policy = names.local_name(getattr(terms.pop("policy", None), "value", "all"))
    found = _found(graph, asked, terms, known)
    rows, hidden = chosen(graph, found, asked.key, policy)
    claims = [claim for row in found for claim in row.claims]
    parameters = {p.name: _value(terms.get(p.name), p.kind, known) for p in asked.parameters}
    if asked.key:
        parameters["policy"] = policy
    return Answer(
        question=asked,
        reading=_reading(asked, parameters),
        parameters=parameters,
        status="answered" if rows else "no-data",
        rows=tuple(rows),
        hidden=tuple(hidden),
        contradictions=_touching(graph, asked, claims, terms) if whole else (),
        silence=None if rows else _silence(graph, asked, terms, known),
        claims=evidence(graph, claims) if whole else {},
        sparql=with_values(asked.sparql, terms),
    )


def with_evidence(graph: Graph, answer: Answer, rows: Sequence[AnswerRow]) -> Answer:
    """Return an answer that was asked without `whole` with the claims of some of its rows."""
    claims = list(dict.fromkeys(claim for row in rows for claim in row.claims))
    known_by = answer.parameters.get("known_by")
    clocks = {"known_by": Literal(str(known_by))} if known_by else {}
    return replace(
        answer,
        contradictions=_touching(graph, answer.question, claims, clocks),
        claims=evidence(graph, claims),
    )


def _touching(
    graph: Graph, asked: Question, claims: Sequence[str], clocks: Mapping[str, Term]
) -> tuple[Contradiction, ...]:
    return () if asked.name in _ABOUT_CLAIMS else touching(graph, claims, clocks)


def rows_about(
    graph: Graph, name: str, parameter: str, subjects: Sequence[str], clocks: Mapping[str, str]
) -> list[AnswerRow]:
    """Return the rows of the question `name` about any of `subjects` (IRIs), asked at once.

    `clocks` holds `as_of` and `known_by` as ISO days where given; the question takes those it
    has.
    """
    asked, known = question(name), register(graph)
    terms: dict[str, Term | list[Term]] = {
        **_clocks(asked, clocks),
        parameter: [NamedNode(one) for one in subjects],
    }
    return _rows(asked, graph.select(asked.sparql, terms).rows, known) if subjects else []


def sparql_on(name: str, clocks: Mapping[str, str]) -> str:
    """Return the query of the question `name` with those of `clocks` put in that it takes."""
    asked = question(name)
    return with_values(asked.sparql, _clocks(asked, clocks))


def _clocks(asked: Question, clocks: Mapping[str, str]) -> dict[str, Term]:
    taken = {one.name for one in asked.parameters}
    days = {name: day for name, day in clocks.items() if day and name in taken}
    return {name: to_term(date.fromisoformat(day), date) for name, day in days.items()}


# Questions whose rows are contradictions themselves.
_ABOUT_CLAIMS = ("contradictions", "comparisons")


def _found(
    graph: Graph, asked: Question, terms: Mapping[str, Term], known: Register
) -> list[AnswerRow]:
    # What was asked for is what a row says of it: some stores give a name back as plain text.
    given = {one.name: terms[one.name] for one in asked.columns if one.name in terms}
    rows = [{**row, **given} for row in graph.select(asked.sparql, terms).rows]
    return _rows(asked, [row for row in rows if not _mirrored(asked, row, terms)], known)


def _silence(graph: Graph, asked: Question, terms: Mapping[str, Term], known: Register) -> Silence:
    """Return why nothing was found, by asking once more without the two clocks."""
    if asked.name in _OF_FINDINGS and _unfound(graph):
        return Silence("not-worked-out", _UNFOUND)
    clocks = {name: getattr(terms[name], "value", "") for name in _CLOCKS if name in terms}
    if not clocks:
        return silence(graph, [], {})
    timeless = {name: term for name, term in terms.items() if name not in clocks}
    rows = _found(graph, asked, timeless, known)
    return silence(graph, [claim for row in rows for claim in row.claims], clocks)


def _unfound(graph: Graph) -> bool:
    from kg.analytics.control_findings import too_many  # loads numpy: only where nothing was found

    return too_many(graph)


# Questions whose rows rest on control that is worked out beforehand.
_OF_FINDINGS = ("who-controls", "group-of")
_UNFOUND = (
    "control is not worked out beforehand in a store of so many stakes; that nothing is found says "
    "nothing: ask `keiretsu control`"
)
_CLOCKS = ("as_of", "known_by")


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
        value = from_term(term, PYTHON.get(kind, str))
    except (ValueError, InvalidOperation):
        return term.value
    return value if isinstance(value, str | int | bool | Decimal | date) else term.value


def _reading(asked: Question, parameters: Mapping[str, Value]) -> str:
    """Return the question in words with the values it was asked with."""
    given = [
        f"{name.replace('_', ' ')}: {shown.label if isinstance(shown, Named) else shown}"
        for name, shown in parameters.items()
        if shown is not None and (name, shown) != ("policy", "all")
    ]
    return f"{asked.english.rstrip('?')} ({'; '.join(given)})?" if given else asked.english


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
        "rows": [_row_json(row) for row in answer.rows],
        "hidden": [_row_json(row) for row in answer.hidden],
        "contradictions": [asdict(one) for one in answer.contradictions],
        "silence": asdict(answer.silence) if answer.silence else None,
        "claims": [one.to_json() for one in answer.claims.values()],
        "sparql": answer.sparql,
    }


def _row_json(row: AnswerRow) -> dict[str, Any]:
    values = {name: json_value(value) for name, value in row.values.items()}
    return values | {"claims": list(row.claims)}


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

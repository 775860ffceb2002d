"""Every kind of answer as a `Result`: answers, replies to sentences, reports of analyses, rows."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.analytics.inquiries.asking import Report
from kg.evidence import Evidence
from kg.quads import from_term
from kg.questions.answer import Answer, Named, Value
from kg.questions.reply import Reply
from kg.store.base import Rows, Term
from viz.results import Line, Record, Result, names_of
from viz.sections import clash, section, source_line

_NOTHING = "nothing of the kind follows from what the graph knows; that is not a no"


def of_answer(answer: Answer) -> Result:
    """Return the answer to a named question."""
    shown = section(answer, most=len(answer.rows))
    records = [_record(row.values, _claims(answer.claims, row.claims)) for row in answer.rows]
    plain = [one.name for one in answer.question.columns if not one.kind.startswith("claim")]
    clashes = [f"{clash([one])}: {one.text}" for one in answer.contradictions]
    return Result(
        title=answer.reading,
        status=answer.status,
        told=(*clashes, *([answer.silence.text] if answer.silence else [])),
        headings=shown.headings,
        lines=tuple(
            Line(
                cells=tuple(cell.text for cell in fact.cells),
                claims=fact.claims,
                source=fact.source,
                firm=fact.firm,
            )
            for fact in shown.facts
        ),
        columns=names_of(records) or (*plain, "claims", "sources"),
        records=tuple(records),
        sparql=answer.sparql,
        found=answer,
    )


def of_reply(reply: Reply) -> Result:
    """Return the reply to a sentence, with its verdict, its arithmetic and what must be said."""
    told = [reply.verdict.capitalize(), reply.calculation.text if reply.calculation else ""]
    told += [*reply.notes, *(f"Try: {one}" for one in reply.suggestions)]
    if reply.status not in ("answered", "no-data"):
        told.insert(0, reply.status.replace("-", " ").capitalize())
    made = Result(title=reply.reading or reply.sentence)
    if reply.answer is not None:
        rows = replace(reply.answer, rows=reply.rows, claims=dict(reply.claims))
        made = of_answer(rows)
        told += [one for one in made.told if one not in told]
    return replace(
        made,
        title=reply.reading or reply.sentence,
        status=reply.status,
        told=tuple(one for one in told if one),
        alternatives=tuple(of_reply(one) for one in reply.alternatives),
        found=reply,
    )


def of_report(report: Report) -> Result:
    """Return what an analysis found."""
    columns = [one.name for one in report.inquiry.columns]
    numbers = {one.name for one in report.inquiry.columns if one.kind in ("fraction", "number")}
    columns += ["why"] if any(row.get("why") for row in report.rows) else []
    shown = [one for one in columns if any(_filled(row.get(one)) for row in report.rows)]
    records = [
        _record(
            {one: _number(row.get(one)) if one in numbers else row.get(one) for one in columns},
            _claims(report.claims, row["claims"]),
        )
        for row in report.rows
    ]
    more = report.total - len(report.rows)
    told = [f"{one.rule}: {one.text}" for one in report.remarks]
    told += [report.silence.text] if report.silence else []
    told += [_NOTHING] if report.status == "none-found" else []
    told += [f"{more} more rows: ask for them with offset and limit"] if more > 0 else []
    lines = [
        _line([_text(row.get(one)) for one in shown], _claims(report.claims, row["claims"]))
        for row in report.rows
    ]
    return Result(
        title=report.reading,
        status=report.status,
        told=(*told, f"Method: {report.method}"),
        headings=tuple(one.replace("_", " ").capitalize() for one in shown),
        lines=tuple(lines),
        columns=names_of(records) or (*columns, "claims", "sources"),
        records=tuple(records),
        found=report,
    )


def of_rows(found: Rows, query: str) -> Result:
    """Return the rows of a SPARQL query."""
    records = [{name: _term(row.get(name)) for name in found.columns} for row in found.rows]
    return Result(
        title=f"SPARQL: {len(records)} rows",
        headings=found.columns,
        lines=tuple(Line(cells=tuple(_text(one[n]) for n in found.columns)) for one in records),
        columns=found.columns,
        records=tuple(records),
        sparql=query,
        found=found,
    )


def _line(cells: Sequence[str], claims: tuple[Evidence, ...]) -> Line:
    return Line(cells=tuple(cells), claims=claims, source=source_line(claims))


def _claims(held: dict[str, Evidence], ids: Sequence[str]) -> tuple[Evidence, ...]:
    return tuple(held[one] for one in ids if one in held)


def _record(values: dict[str, Value] | dict[str, Any], claims: tuple[Evidence, ...]) -> Record:
    """Return a row to work with: things by name and by IRI, numbers as numbers."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        made[name] = _plain(value)
        if isinstance(value, Named):
            made[f"{name}_id"] = value.id
        elif isinstance(value, dict) and "id" in value:
            made[f"{name}_id"] = value["id"]
    made["claims"] = [one.id for one in claims]
    made["sources"] = list(dict.fromkeys(one.source.label for one in claims))
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, Named):
        return value.label
    if isinstance(value, dict) and "label" in value:
        return value["label"]
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return float(value) if isinstance(value, Decimal) else value


def _number(value: Any) -> Any:
    """Return an exact number that is written as text ("0.34", "1/3") as a float."""
    try:
        return float(Fraction(value)) if isinstance(value, str) else value
    except (ValueError, ZeroDivisionError):
        return value


def _filled(value: Any) -> bool:
    return value not in (None, "", [], ())


def _text(value: Any) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, list):
        return "; ".join(map(_text, plain))
    if isinstance(plain, dict):
        return "; ".join(map(_text, plain.get("steps", plain.values())))
    return f"{plain:,}" if isinstance(plain, int | float) else str(plain)


def _term(term: Term | None) -> Any:
    """Return an RDF term as a Python value: IRIs as text, literals by their datatype."""
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return term.value
    if not isinstance(term, Literal):
        return str(term)
    kind = _KINDS.get(term.datatype.value.partition("#")[2], str)
    try:
        value = from_term(term, kind)
    except (ValueError, ArithmeticError):
        return term.value
    return float(value) if isinstance(value, Decimal) else value


_KINDS: dict[str, type] = {"integer": int, "decimal": Decimal, "boolean": bool}

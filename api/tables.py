"""Answers as tables: the same columns for a terminal, a CSV file and a spreadsheet."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from kg.questions.answer import Answer, AnswerRow, Named, Value
from kg.questions.catalogue import Question
from viz.words import per_cent


def columns(answer: Answer) -> dict[str, str]:
    """Return the columns that hold values, in order: kind by name."""
    found = answer.question.columns
    return {one.name: one.kind for one in found if not one.kind.startswith("claim")}


def to_csv(answer: Answer) -> str:
    """Return an answer as CSV (RFC 4180): values, their IRIs, the claims and the documents."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    named = [name for name, kind in columns(answer).items() if kind == "iri"]
    writer.writerow([*columns(answer), *(f"{name}_id" for name in named), "claims", "sources"])
    for row in answer.rows:
        writer.writerow(
            [
                *(_cell(row.values[name]) for name in columns(answer)),
                *(_iri(row.values[name]) for name in named),
                " ".join(row.claims),
                "; ".join(sources(answer, row)),
            ]
        )
    return out.getvalue()


def questions_csv(found: Iterable[Question]) -> str:
    """Return questions as CSV: name, text, values (those that it needs first) and an example."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["name", "question", "needs", "takes", "example"])
    for one in found:
        needs = [p.name for p in one.parameters if p.required]
        takes = [p.name for p in one.parameters if not p.required]
        example = " ".join(f"{name}={value}" for name, value in one.example.items())
        writer.writerow([one.name, one.english, " ".join(needs), " ".join(takes), example])
    return out.getvalue()


def sources(answer: Answer, row: AnswerRow) -> list[str]:
    """Return the documents a row rests on, and the publishers they pass on, without repeats."""
    relayed: dict[str, set[str]] = {}
    for claim in (answer.claims[one] for one in row.claims):
        publishers = relayed.setdefault(claim.source.label, set())
        publishers |= {one.label for one in claim.relays}
    return [
        f"{document}, relaying {', '.join(sorted(publishers))}" if publishers else document
        for document, publishers in relayed.items()
    ]


def shown(value: Value, kind: str) -> str:
    """Return a value as text for people: names by their label, fractions as per cent."""
    if value is None:
        return ""
    if kind == "fraction" and isinstance(value, Decimal):
        return per_cent(value)
    if isinstance(value, Named):
        return value.label
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value:,f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:,}"
    return str(value)


def _iri(value: Value) -> str:
    return value.id if isinstance(value, Named) else ""


def _cell(value: Value) -> str:
    """Return a value for CSV; text that a spreadsheet would run as a formula is quoted."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int | date) or value is None:
        return "" if value is None else str(value).lower()
    return unrun(value.label if isinstance(value, Named) else value)


def unrun(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text

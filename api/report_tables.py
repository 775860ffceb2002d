"""Reports of inquiries as tables: the same cells for a terminal, a CSV file and a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from api.tables import unrun
from kg.analytics.inquiries.asking import Report
from kg.analytics.inquiries.inquiry import Row


def headings(report: Report) -> list[str]:
    """Return the columns in which a row says anything, and `why` where it was asked for."""
    found = [
        one.name
        for one in report.inquiry.columns
        if one.kind != "steps"
        and any(row.get(one.name) not in (None, "", []) for row in report.rows)
    ]
    return [*found, *(["why"] if any(row.get("why") for row in report.rows) else [])]


def shown(value: Any) -> str:
    """Return a cell as text: things by their names, lists joined, a proof as its steps."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(map(shown, value))
    if isinstance(value, dict):
        if "label" in value:
            return str(value["label"])
        steps = value.get("steps", [f"{name} {shown(one)}" for name, one in value.items()])
        return "; ".join(map(str, steps))
    return str(value)


def sources(report: Report, row: Row) -> list[str]:
    """Return the documents that a row rests on, without repeats."""
    claims = (report.claims[one] for one in row["claims"] if one in report.claims)
    return list(dict.fromkeys(one.source.label for one in claims))


def to_csv(report: Report) -> str:
    """Return a report as CSV (RFC 4180): values, the IRIs of things, claims and documents."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = [one for one in report.inquiry.columns if one.kind != "steps"]
    things = [one.name for one in columns if one.kind == "iri"]
    why = any(row.get("why") for row in report.rows)
    names = [one.name for one in columns] + (["why"] if why else [])
    writer.writerow([*names, *(f"{name}_id" for name in things), "claims", "sources"])
    for row in report.rows:
        ids = [(row[name] or {}).get("id", "") for name in things]
        cells = [unrun(shown(row.get(name))) for name in names]
        writer.writerow([*cells, *ids, " ".join(row["claims"]), "; ".join(sources(report, row))])
    return out.getvalue()


def lines(report: Report) -> Iterator[str]:
    """Yield what is to be known beside the rows: findings, and why there is no row."""
    for one in report.remarks:
        yield f"{one.rule}: {one.text}"
    if report.silence is not None:
        yield report.silence.text
    elif not report.total:
        yield "nothing of the kind follows from what the graph knows; that is not a no"

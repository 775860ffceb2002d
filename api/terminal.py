"""What the command line prints for people: tables to stdout, plain when it is no terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.plain_text import plain
from api.tables import columns, shown, sources
from kg import names
from kg.errors import QueryError
from kg.questions.answer import Answer
from kg.questions.catalogue import Question
from kg.settings import Settings
from kg.store.base import Graph
from kg.verify import Verification

_ROW_TYPES = {"table": "text/csv", "csv": "text/csv", "json": "application/sparql-results+json"}
_TRIPLE_TYPES = {"table": "text/turtle", "csv": "text/turtle", "json": "application/ld+json"}

_PIECE = 1_000  # rows of which the widths are measured together


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to `main`: a reader that has seen enough is no failure."""
        raise BrokenPipeError


def open_console() -> Console:
    """Return where output goes; wide where it is no terminal."""
    console = _Console(highlight=False)
    return console if console.is_terminal else _Console(highlight=False, width=200)


def as_text(words: object, style: str = "") -> Text:
    """Return words as text that is printed as it stands: no markup, no control characters."""
    return Text(plain(words), style=style)


def new_table(headings: Iterable[str]) -> Table:
    """Return an empty table with headings."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(as_text(heading), overflow="fold")
    return table


def print_answer(answer: Answer) -> None:
    """Print the reading, the rows, and below them each claim with its document."""
    console = open_console()
    console.print(as_text(answer.reading, "italic"))
    if not answer.rows:
        return
    numbers = {claim: str(place) for place, claim in enumerate(answer.claims, start=1)}
    filled = {
        name: kind
        for name, kind in columns(answer).items()
        if any(row.values[name] is not None for row in answer.rows)
    }
    table = new_table([*(name.replace("_", " ") for name in filled), "source", "claims"])
    for row in answer.rows:
        cells = [as_text(shown(row.values[name], kind)) for name, kind in filled.items()]
        cited = ", ".join(numbers[claim] for claim in row.claims)
        table.add_row(*cells, as_text("; ".join(sources(answer, row))), as_text(cited))
    console.print(table)
    console.print()
    if answer.hidden:
        console.print(
            as_text(f"hidden by the policy: {len(answer.hidden)} rows; --policy all", "bold")
        )
    for one in answer.contradictions:
        console.print(as_text(f"{one.verdict} ({one.kind}): {one.text}", "bold"))
    for claim in answer.claims.values():
        console.print(as_text(f"[{numbers[claim.id]}] {claim.says}"))
        place = f"sentence {claim.sentence}" if claim.sentence else ""
        relayed = f"relaying {', '.join(one.label for one in claim.relays)}" if claim.relays else ""
        where = [claim.modality.label, relayed, claim.source.label, place, names.short(claim.id)]
        console.print(as_text("    " + "; ".join(part for part in where if part), "dim"))
        if claim.note:
            console.print(as_text(f"    note: {claim.note}", "dim"))


def print_questions(found: Iterable[Question]) -> None:
    """Print the catalogue: name, question, values."""
    table = new_table(["name", "question", "values"])
    for one in found:
        values = " ".join(
            f"--{p.name.replace('_', '-')}" if p.required else f"[--{p.name.replace('_', '-')}]"
            for p in one.parameters
        )
        table.add_row(as_text(one.name), as_text(one.english), as_text(values))
    open_console().print(table)


def print_result(graph: Graph, settings: Settings, text: str, form: str) -> None:
    """Run a query within its limits and print what it found."""
    from kg.store.open import open_queries
    from kg.store.worker import Request

    queries = open_queries(graph, settings)
    try:
        reply = queries.run(Request(text, (_ROW_TYPES[form],), (_TRIPLE_TYPES[form],)))
    finally:
        queries.close()
    body = reply.body.decode()
    if form == "table" and reply.media_type == "text/csv":
        _print_rows(body)
    else:
        typer.echo(body, nl=False)


def _print_rows(body: str) -> None:
    import csv

    rows: Any = csv.reader(body.splitlines())
    try:
        table = new_table(next(rows))
    except StopIteration:
        raise QueryError("the query selects no column") from None
    for row in rows:
        table.add_row(*(as_text(names.short(cell)) for cell in row))
    open_console().print(table)


def print_verification(found: Verification) -> None:
    """Print each claim of the document with what became of its sentence."""
    table = new_table(["claim", "sentence", "verdict"])
    for one in found.claims:
        verdict = "confirmed" if one.confirmed else "not in this text"
        if one.found_at and not one.confirmed:
            verdict = f"is sentence {one.found_at} here"
        table.add_row(as_text(names.short(one.claim)), as_text(str(one.sentence)), as_text(verdict))
    open_console().print(table)
    confirmed = sum(one.confirmed for one in found.claims)
    text = "the very text recorded" if found.same_text else "not the very text recorded"
    typer.echo(
        f"{names.short(found.source)}: {confirmed} of {len(found.claims)} claims confirmed; {text}",
        err=True,
    )


def print_rows(rows: Iterator[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print rows as a table, so many at a time that any number of them can be."""
    while piece := list(islice(rows, _PIECE)):
        table = new_table(name.replace("_", " ") for name in columns)
        for row in piece:
            table.add_row(*(as_text("" if row[name] is None else row[name]) for name in columns))
        open_console().print(table)

"""Asking: in words, by name, in SPARQL."""

import json
import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands import (
    NO_ANSWER,
    DataOption,
    Format,
    FormatOption,
    app,
    errors_told,
    opened,
    settings,
)
from kg.errors import QueryError

if TYPE_CHECKING:
    from kg.questions.answer import Answer
    from kg.questions.reply import Reply


def show(answer: "Answer", form: Format) -> None:
    """Print an answer; without rows, leave with the code that says so."""
    from api.tables import to_csv

    if form is Format.json:
        from kg.questions.answer import to_json

        typer.echo(json.dumps(to_json(answer), indent=2, ensure_ascii=False))
    elif form is Format.csv:
        typer.echo(to_csv(answer), nl=False)
    else:
        from api.terminal import print_answer

        print_answer(answer)
    if not answer.rows:
        why = answer.silence.text if answer.silence else "no row is left"
        typer.echo(f"keiretsu: {why}", err=True)
        raise typer.Exit(NO_ANSWER)


@app.command()
def ask(
    sentence: Annotated[list[str], typer.Argument(help="A question in plain English.")],
    form: FormatOption = Format.table,
    data: DataOption = None,
    today: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day that `last year` is read against."),
    ] = None,
) -> None:
    """Ask in words: `keiretsu ask "who is allied with Nissan?"`."""
    from kg.questions.modelled import replied
    from kg.questions.reply import reply_json

    day = today.date() if today else None
    with errors_told():
        reply = replied(opened(data), " ".join(sentence), settings(data), day)
    if form is Format.json:
        typer.echo(json.dumps(reply_json(reply), indent=2, ensure_ascii=False))
    elif form is Format.csv and reply.answer:
        from api.tables import to_csv

        typer.echo(to_csv(as_answer(reply)), nl=False)
    else:
        from api.replying import print_reply

        print_reply(reply)
    if reply.status != "answered":
        typer.echo(f"keiretsu: {told(reply)}", err=True)
        raise typer.Exit(NO_ANSWER)


def told(reply: "Reply") -> str:
    """Return why there is no answer, in one line, and what would do."""
    kind = reply.status.replace("-", " ")
    told = f"{kind}: {'; '.join(reply.notes)}" if reply.notes else kind
    return told + "".join(f"\n  try: {one}" for one in reply.suggestions)


def as_answer(reply: "Reply") -> "Answer":
    """Return the answer of a reply with the reply's own rows and claims."""
    if reply.answer is None:
        raise ValueError("nothing was asked")
    return replace(reply.answer, rows=reply.rows, claims=dict(reply.claims), reading=reply.reading)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog="Without NAME the questions are listed. Values: --company nissan --as-of 2024-08-01",
)
def question(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Name of a question.")] = None,
    form: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """Ask by name: `keiretsu question who-owns --company mitsubishi-motors`."""
    from kg.questions.answer import ask as ask_question
    from kg.questions.catalogue import questions

    if name is None:
        from api.terminal import print_questions

        print_questions(questions().values())
        return
    with errors_told():
        answer = ask_question(opened(data), name, _values(context.args))
    show(answer, form)


@app.command()
def questions(
    like: Annotated[str, typer.Argument(help="Only those with this word.")] = "",
    form: FormatOption = Format.table,
) -> None:
    """List the questions that can be asked by name: `keiretsu questions stake`."""
    from kg.questions.catalogue import described, having

    found = having(like)
    if form is Format.json:
        listed = [described(one) for one in found]
        typer.echo(json.dumps(listed, indent=2, ensure_ascii=False))
    elif form is Format.csv:
        from api.tables import questions_csv

        typer.echo(questions_csv(found), nl=False)
    else:
        from api.terminal import print_questions

        print_questions(found)
    if not found:
        typer.echo(f"keiretsu: no question has the word {like!r}", err=True)
        raise typer.Exit(NO_ANSWER)


@app.command()
def contradictions(
    about: Annotated[str, typer.Argument(help="Only those about this company or alliance.")] = "",
    form: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """Show where sources contradict each other, by how much, and whom each policy believes."""
    from kg.questions.answer import ask as ask_question

    with errors_told():
        found = ask_question(opened(data), "contradictions", {"about": about} if about else {})
    show(found, form)


def _values(arguments: list[str]) -> dict[str, str]:
    """Return `--as-of 2024-08-01 --company=nissan` as values by parameter name."""
    values: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        option, given, value = argument.partition("=")
        if not option.startswith("--"):
            raise typer.BadParameter(f"{argument!r}: values are given as --company nissan")
        name = option.removeprefix("--").replace("-", "_")
        found = value if given else next(rest, None)
        if found is None:
            raise typer.BadParameter(f"{option} needs a value")
        if name in values:
            raise typer.BadParameter(f"{option} is given twice")
        values[name] = found
    return values


@app.command()
def query(
    text: Annotated[str, typer.Argument(help="SPARQL, or - for standard input.")],
    form: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """Ask in SPARQL 1.1: `keiretsu query "SELECT ..."`."""
    from api.terminal import print_result

    with errors_told():
        found = opened(data)
        chosen = settings(data)
        print_result(found, chosen, _standard_input() if text == "-" else text, form.value)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise QueryError(f"standard input is not UTF-8: {error.reason}") from None

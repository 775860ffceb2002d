"""The command line. Data go to stdout, messages to stderr.

Exit codes: 0 answered or nothing wrong; 1 a check or verification found something wrong;
2 the call itself is wrong (an option, a name, a file, a query); 3 no answer (not understood,
or nothing in the graph says so).
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.errors import DocumentError, KgError, NotUnderstoodError
from kg.settings import Settings, read_settings

if TYPE_CHECKING:
    from kg.questions.answer import Answer
    from kg.store.base import Graph

WRONG, USAGE, NO_ANSWER = 1, 2, 3

app = typer.Typer(
    name="keiretsu",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
    help="""Who owns whom, who is allied with whom, and which source says so.

    Ask in words: **ask**. Ask by name: **question**. Ask in SPARQL: **query**.
    See it: **explore**, **serve**. Trust it: **check**, **verify**.

    Exit codes: 0 answered; 1 something is wrong with the data; 2 the call is wrong; 3 no answer.
    """,
)


class Format(Enum):
    """How data are printed."""

    table = "table"
    json = "json"
    csv = "csv"


FormatOption = Annotated[Format, typer.Option("--format", "-f", help="How to print the answer.")]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", envvar="KEIRETSU_DATA", help="Folder of claims; default: the shipped."),
]


def main() -> None:
    """Run the command line; every foreseen error becomes one line on stderr."""
    try:
        app()
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def errors_told() -> Iterator[None]:
    """Print a foreseen error and leave with its code."""
    try:
        yield
    except NotUnderstoodError as error:
        typer.echo(f"keiretsu: {error}", err=True)
        raise typer.Exit(NO_ANSWER) from None
    except KgError as error:
        typer.echo(f"keiretsu: {error}", err=True)
        raise typer.Exit(USAGE) from None


def settings(data: Path | None = None) -> Settings:
    """Return the settings of the environment, with a data folder given on the command line."""
    environment = dict(os.environ)
    if data is not None:
        environment["KEIRETSU_DATA"] = str(data)
    return read_settings(environment)


def opened(data: Path | None = None) -> "Graph":
    """Return the graph that the environment and `data` name."""
    from kg.store.open import open_graph

    return open_graph(settings(data))


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
        typer.echo("keiretsu: nothing in the graph says so; that is not a no", err=True)
        raise typer.Exit(NO_ANSWER)


@app.command()
def ask(
    sentence: Annotated[list[str], typer.Argument(help="A question in plain English.")],
    form: FormatOption = Format.table,
    data: DataOption = None,
) -> None:
    """Ask in words: `keiretsu ask "who is allied with Nissan?"`."""
    from kg.questions.sentences import ask_sentence

    with errors_told():
        answer = ask_sentence(opened(data), " ".join(sentence))
    show(answer, form)


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
        print_result(found, chosen, sys.stdin.read() if text == "-" else text, form.value)


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files; default: all data.")] = None,
    data: DataOption = None,
) -> None:
    """Check claims before they are loaded: syntax, shapes and sums, with file and line."""
    from kg.checks import check_files
    from kg.load import data_files, shipped_folder

    with errors_told():
        folder = settings(data).data or shipped_folder()
        problems = check_files(files or data_files(folder), context=data_files(folder))
    for problem in problems:
        typer.echo(problem)
    errors = sum(problem.severity == "error" for problem in problems)
    typer.echo(f"keiretsu: {errors} errors, {len(problems) - errors} warnings", err=True)
    raise typer.Exit(WRONG if errors else 0)


@app.command()
def verify(
    article: Annotated[Path, typer.Argument(help="The article's text, as a UTF-8 file.")],
    data: DataOption = None,
) -> None:
    """Hold an article against the claims made from it: is each sentence where they say?"""
    from api.terminal import print_verification
    from kg.verify import verify as hold_against

    with errors_told():
        found = hold_against(opened(data), _text(article))
    print_verification(found)
    raise typer.Exit(0 if found.confirmed else WRONG)


def _text(path: Path) -> str:
    from kg.errors import Problem

    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(
            [Problem(file=str(path), message=f"cannot be read: {error}", rule="file")]
        ) from error


@app.command()
def explore(
    company: Annotated[str, typer.Argument(help="Only this company and those around it.")] = "",
    output: Annotated[Path, typer.Option("--output", "-o", help="HTML file to write.")] = Path(
        "keiretsu.html"
    ),
    as_of: Annotated[str, typer.Option(help="As it was on this day.")] = "",
    known_by: Annotated[str, typer.Option(help="From what could be known by this day.")] = "",
    data: DataOption = None,
) -> None:
    """Write the graph as one HTML file that needs nothing else, not even a network."""
    from viz.page import render
    from viz.scenes import scene_of

    clocks = {name: day for name, day in (("as_of", as_of), ("known_by", known_by)) if day}
    with errors_told():
        page = render(scene_of(opened(data), company, clocks))
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        typer.echo(f"keiretsu: {output} cannot be written: {error.strerror}", err=True)
        raise typer.Exit(USAGE) from None
    typer.echo(output)


@app.command()
def serve(
    host: Annotated[str, typer.Option(envvar="KEIRETSU_HOST", help="Address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="KEIRETSU_PORT", help="Port.")] = 8000,
    data: DataOption = None,
) -> None:
    """Serve questions, SPARQL and the explorer over HTTP."""
    with errors_told():
        chosen = settings(data)
        _serve(chosen, host, port)


def _serve(chosen: Settings, host: str, port: int) -> None:
    import uvicorn

    from api.app import create_app

    application = create_app(chosen)
    typer.echo(
        f"Keiretsu is at http://{host}:{port}/ (questions at /docs); Ctrl+C ends it", err=True
    )
    uvicorn.run(application, host=host, port=port, log_level="warning")

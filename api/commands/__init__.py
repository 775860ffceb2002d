"""The commands of `keiretsu`, by what they are for; here is what they share."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.errors import KgError
from kg.settings import Settings, read_settings

if TYPE_CHECKING:
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
    See it: **explore**, **serve**. Trust it: **check**, **verify**. Add to it: **load**.

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


@contextmanager
def errors_told() -> Iterator[None]:
    """Print a foreseen error and leave with its code."""
    try:
        yield
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

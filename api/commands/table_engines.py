"""`--engine` of the commands on tables: which, with what means, and its answer printed."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands import USAGE, WRONG, Format
from api.plain_text import plain
from kg.errors import EngineError, ParameterError, TableError

if TYPE_CHECKING:
    from kg.analytics.engines.answer import Answer
    from kg.analytics.engines.opening import Opened

# Options that only say something of a table.
OF_A_TABLE = ("most_mb", "engine", "memory", "spill", "master", "output")

EngineOption = Annotated[
    str,
    typer.Option("--engine", help="auto, memory, duckdb (beyond memory) or spark (a cluster)."),
]
MemoryOption = Annotated[
    str, typer.Option("--memory-limit", help="duckdb: most memory; spark: the driver's.")
]
SpillOption = Annotated[
    Path | None, typer.Option("--spill", help="duckdb: folder for what does not fit in memory.")
]
MasterOption = Annotated[
    str, typer.Option("--master", help="spark: where, as local[2], yarn, spark://host:7077.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="duckdb, spark: write Parquet, print nothing.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a command was told of engines."""

    engine: str
    memory: str
    spill: Path | None
    master: str
    output: Path | None


@contextmanager
def beyond_memory(
    stakes: Path | None, wanted: Wanted, as_of: Any, most_mb: int, no: Sequence[str] = ()
) -> "Iterator[Opened | None]":
    """Open the engine for a table; None where it is for memory.

    `no` are options given that only memory has. What is chosen, progress and findings go to stderr.
    """
    from kg.analytics.engines.choose import choose

    if stakes is None:
        raise ParameterError("--stakes", "name the table: --stakes FILE.csv")
    with _refusals_told():
        choice = choose(
            stakes, "memory" if wanted.engine == "auto" and no else wanted.engine, most_mb
        )
        if choice.telling and choice.reason and wanted.engine == "auto" and not no:
            _tell(f"engine {choice.engine}: {choice.reason}")
        if choice.engine == "memory":
            if wanted.output is not None:
                advice = "take --engine duckdb or spark, or --format csv"
                raise EngineError("memory", "writes no Parquet", advice)
            yield None
            return
        if no:
            advice = "take --engine memory, on a part of the table if need be"
            raise EngineError(choice.engine, f"has no {' and no '.join(no)}", advice)
        with _opened(choice.engine, stakes, wanted, as_of) as engine:
            yield engine


@contextmanager
def _opened(engine: Any, stakes: Path, wanted: Wanted, as_of: Any) -> "Iterator[Opened]":
    from kg.analytics.engines.opening import Means, opened

    means = Means(tell=_tell, memory=wanted.memory, spill=wanted.spill, master=wanted.master)
    with opened(engine, stakes, as_of, means) as found:
        for finding in found.findings:
            typer.echo(plain(f"{stakes}: {finding}"), err=True)
        yield found


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except TableError as error:
        _tell(str(error))
        missing = any(one.rule == "file" for one in error.findings)
        raise typer.Exit(USAGE if missing else WRONG) from None


def _tell(message: str) -> None:
    typer.echo(plain(f"keiretsu: {message}"), err=True)


def print_answer(
    answer: "Answer[Any]",
    shaped: Callable[[Any], dict[str, Any]],
    columns: Sequence[str],
    form: Format,
    output: Path | None,
) -> None:
    """Print the rows of an engine as they come, or have them written."""
    from api.commands.analytics_tables import print_rows

    if output is not None:
        answer.write(output)
    else:
        print_rows((shaped(row) for row in answer.rows()), columns, form)

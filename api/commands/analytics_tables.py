"""Analytics on a table of stakes: no graph needed. Rows to stdout, findings to stderr.

`read_stakes` is how a command gets its table: what is wrong with it is told, and it goes on.
"""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands import USAGE, WRONG, Format, FormatOption, app, errors_told
from api.commands.inquiring import COMPANY_OPTION, NAMES_OPTION, company_named, or_graph, pair_named
from api.commands.table_engines import (
    OF_A_TABLE,
    EngineOption,
    MasterOption,
    MemoryOption,
    OutputOption,
    SpillOption,
    Wanted,
    beyond_memory,
    print_answer,
)
from api.plain_text import plain
from kg.errors import ParameterError, TableError

if TYPE_CHECKING:
    from kg.analytics.control_pairs import ControlIndex
    from kg.analytics.tables import StakeTable

ExplainOption = Annotated[bool, typer.Option("--explain", help="Say why, row by row.")]
StakesOption = Annotated[
    Path | None,
    typer.Option(
        "--stakes", help="Table: owner,owned,share[,share_min,share_max,votes,since,until]."
    ),
]
AsOfOption = Annotated[str, typer.Option("--as-of", help="The day, 2024-08-01; default: today.")]
MostOption = Annotated[int, typer.Option("--most-mb", help="Largest table to read, megabytes.")]
ThresholdOption = Annotated[str, typer.Option("--threshold", help="More than this gives control.")]

Row = dict[str, Any]
MOST_MB = 2_000


def read_table(stakes: Path | None, as_of: str = "", most_mb: int = MOST_MB) -> "StakeTable":
    """Return the table of a command, with what is wrong with it told on stderr.

    Leaves with code 1 where nothing can be computed, 2 where no table or a wrong day is given.
    """
    from kg.analytics.tables import read_stakes

    if stakes is None:
        raise ParameterError("--stakes", "name the table: --stakes FILE.csv")
    try:
        table = read_stakes(stakes, day_given(as_of), most_mb=most_mb)
    except TableError as error:
        typer.echo(f"keiretsu: {plain(str(error))}", err=True)
        missing = any(one.rule == "file" for one in error.findings)
        raise typer.Exit(USAGE if missing else WRONG) from None
    for finding in table.findings:
        typer.echo(plain(f"{stakes}: {finding}"), err=True)
    return table


def day_given(text: str) -> Any:
    """Return the day of `--as-of`, None without; raises ParameterError."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date() if text else None
    except ValueError:
        raise ParameterError("--as-of", f"{text!r} is not a date; write 2024-08-01") from None


def print_rows(rows: Iterator[Row], columns: Sequence[str], form: Format) -> None:
    """Print rows as they come: a JSON list, CSV, or a table."""
    if form is Format.json:
        _print_json(rows)
    elif form is Format.csv:
        _print_csv(rows, columns)
    else:
        from api.terminal import print_rows as print_table

        print_table(rows, columns)


def _print_json(rows: Iterator[Row]) -> None:
    before = "[\n"
    for row in rows:
        sys.stdout.write(before + json.dumps(row, ensure_ascii=False))
        before = ",\n"
    sys.stdout.write("[]\n" if before == "[\n" else "\n]\n")


def _print_csv(rows: Iterator[Row], columns: Sequence[str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row[name] is None else _unrun(str(row[name])) for name in columns])


def _unrun(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@app.command()
@or_graph(
    "control",
    {"source": "controller"},
    table_only=OF_A_TABLE,
    translate=pair_named,
    more=NAMES_OPTION,
)
def control(
    stakes: StakesOption = None,
    form: FormatOption = Format.table,
    threshold: ThresholdOption = "0.5",
    as_of: AsOfOption = "",
    source: Annotated[
        list[str] | None,
        typer.Option("--source", help="Only what this holder controls; several act as one."),
    ] = None,
    explain: Annotated[
        tuple[str, str] | None,
        typer.Option("--explain", help="Why, or why not: controller and company.", metavar="X Y"),
    ] = None,
    most_mb: MostOption = MOST_MB,
    engine: EngineOption = "auto",
    memory: MemoryOption = "4GB",
    spill: SpillOption = None,
    master: MasterOption = "",
    output: OutputOption = None,
) -> None:
    """Say who controls whom, alone or through others: `keiretsu control --stakes FILE.csv`.

    More than half is needed, never just half; **possible** is what depends on unknown shares.
    """
    from kg.analytics.control_pairs import ControlIndex
    from kg.analytics.fixpoint import majority

    wanted = Wanted(engine=engine, memory=memory, spill=spill, master=master, output=output)
    columns = ["controller", "controlled", "held", "certainty"]
    no = ["--explain"] if explain else []
    with errors_told(), beyond_memory(stakes, wanted, day_given(as_of), most_mb, no) as beyond:
        rule = majority(threshold)
        if beyond is not None:
            answer = beyond.control(rule, source or [])
            print_answer(answer, lambda one: one.to_json(), columns, form, output)
            return
        index = ControlIndex(read_table(stakes, as_of, most_mb).deciding, rule)
        if explain is not None:
            _explain(index, *explain, form)
            return
        rows = (one.to_json() for one in index.rows(source or None))
        print_rows(rows, columns, form)


def _explain(index: "ControlIndex", controller: str, controlled: str, form: Format) -> None:
    from kg.analytics.control_proof import explain
    from kg.analytics.tips import tips

    proof = explain(index, controller, controlled)
    found = tips(index, [controller], controlled)
    if form is Format.json:
        told = proof.to_json() | {"tips": [one.to_json() for one in found]}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for sentence in [*proof.sentences(), *(one.sentence(controller) for one in found)]:
            typer.echo(plain(sentence))


@app.command()
@or_graph("ultimate", table_only=OF_A_TABLE, translate=company_named, more=COMPANY_OPTION)
def ultimate(
    stakes: StakesOption = None,
    form: FormatOption = Format.table,
    threshold: ThresholdOption = "0.5",
    as_of: AsOfOption = "",
    at: Annotated[
        str,
        typer.Option("--at", help="Instead, follow the largest holder of at least this, as 25%."),
    ] = "",
    company: Annotated[
        str, typer.Option("--company", help="Only the controllers of this company.")
    ] = "",
    most_mb: MostOption = MOST_MB,
    engine: EngineOption = "auto",
    memory: MemoryOption = "4GB",
    spill: SpillOption = None,
    master: MasterOption = "",
    output: OutputOption = None,
    explain: ExplainOption = False,
) -> None:
    """Say who is at the top above each company: `keiretsu ultimate --stakes FILE.csv`.

    One holder, a **loop** of companies that control each other, two **joint** holders of half
    each, or **none**.
    """
    from api.commands.measured_rows import print_measures, proved
    from kg.analytics.control_pairs import ControlIndex
    from kg.analytics.fixpoint import majority
    from kg.analytics.top_proof import why_at_the_top
    from kg.analytics.ultimate_controllers import Ultimate, largest_holders, ultimates

    wanted = Wanted(engine=engine, memory=memory, spill=spill, master=master, output=output)
    columns = ["company", "controller", "kind", "certainty"]
    given = ("--at", at), ("--company", company), ("--explain", explain)
    no = [name for name, value in given if value]
    with errors_told(), beyond_memory(stakes, wanted, day_given(as_of), most_mb, no) as beyond:
        rule = majority(threshold)
        if beyond is not None:
            answer = beyond.ultimate(rule)
            print_answer(answer, lambda one: one.to_json(), columns, form, output)
            return
        deciding = read_table(stakes, as_of, most_mb).deciding
        if company:
            deciding.number(company)
        index = ControlIndex(deciding, rule)
        found = largest_holders(deciding, at) if at else ultimates(index)
        why = None
        if explain:
            found = list(found)
            why = why_at_the_top(index, found, at)
        told = (one for one in found if not company or one.company == company)
        print_measures(proved(told, Ultimate.to_json, why), columns, form, explain)

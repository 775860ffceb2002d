"""Integrated ownership and close links, on a table of stakes."""

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands import Format, FormatOption, app, errors_told
from api.commands.analytics_tables import (
    MOST_MB,
    AsOfOption,
    ExplainOption,
    MostOption,
    StakesOption,
    day_given,
    print_rows,
    read_table,
)
from api.commands.inquiring import (
    COMPANY_OPTION,
    NAMES_OPTION,
    RIGHT_OPTION,
    company_named,
    or_graph,
    owner_named,
)
from api.commands.measured_rows import print_measures, proved
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
from kg.errors import ParameterError

if TYPE_CHECKING:
    from kg.analytics.linked import CloseLink

_HELD = ["owner", "owned", "share", "low", "high"]
_LINKS = ["company", "linked", "reason", "third_party", "low", "high", "certainty"]
_GROUPS = ["third_party", "certain", "possible"]


@app.command()
@or_graph(
    "ownership",
    table_only=OF_A_TABLE,
    translate=owner_named,
    more={**NAMES_OPTION, **RIGHT_OPTION},
)
def ownership(
    stakes: StakesOption = None,
    form: FormatOption = Format.table,
    method: Annotated[
        str, typer.Option("--method", help="corrected, brioschi or paths.")
    ] = "corrected",
    owner: Annotated[str, typer.Option("--owner", help="Only what this one holds.")] = "",
    owned: Annotated[str, typer.Option("--owned", help="Only what is held of this one.")] = "",
    explain: Annotated[
        bool, typer.Option("--explain", help="Why: the paths, for one --owner and --owned.")
    ] = False,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
    engine: EngineOption = "auto",
    memory: MemoryOption = "4GB",
    spill: SpillOption = None,
    master: MasterOption = "",
    output: OutputOption = None,
) -> None:
    """Say how much is whose, directly and through others: `keiretsu ownership --stakes FILE.csv`.

    **corrected** counts loops once, **brioschi** each time round, **paths** path by path. Shares
    that are ranges give the least and the most; then `share` is empty.
    """
    from kg.analytics.integrated import ownership as measured
    from kg.analytics.ownership_proof import why

    wanted = Wanted(engine=engine, memory=memory, spill=spill, master=master, output=output)
    no = [f"--method {method}"] if method != "corrected" else []
    no += ["--explain"] if explain else []
    with errors_told(), beyond_memory(stakes, wanted, day_given(as_of), most_mb, no) as beyond:
        if beyond is not None:
            print_answer(beyond.ownership(owner, owned), _held_cells, _HELD, form, output)
            return
        capital = read_table(stakes, as_of, most_mb).capital
        if explain:
            if not (owner and owned):
                raise ParameterError("--explain", "name one --owner and one --owned")
            proof = why(capital, owner, owned, method)  # type: ignore[arg-type]
            for sentence in proof.sentences():
                typer.echo(plain(sentence))
            return
        found = measured(capital, method, by=owner or None, of=owned or None)  # type: ignore[arg-type]
        columns = [*_HELD, "note"] if any(row.note for row in found) else _HELD
        rows = ({name: _cell(getattr(row, name)) for name in columns} for row in found)
        print_rows(rows, columns, form)


@app.command("close-links")
@or_graph(
    "close-links", table_only=("most_mb", "groups"), translate=company_named, more=COMPANY_OPTION
)
def close_links(
    stakes: StakesOption = None,
    form: FormatOption = Format.table,
    rule: Annotated[
        str, typer.Option("--rule", help="eurosystem, path-product or integrated.")
    ] = "eurosystem",
    threshold: Annotated[
        str, typer.Option("--threshold", help="As much as this is a link.")
    ] = "0.2",
    groups: Annotated[
        bool, typer.Option("--groups", help="Third parties with their members, not pair by pair.")
    ] = False,
    explain: ExplainOption = False,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say who is closely linked: 20 % of the other, or a third party with so much of both.

    **eurosystem** adds whole stakes of what is majority-owned; **path-product** multiplies shares
    along paths; they disagree, so name the one that you need.
    """
    from kg.analytics.link_proof import LinkProofs
    from kg.analytics.linked import close_links as linked

    with errors_told():
        if groups and explain:
            raise ParameterError("--explain", "each link is explained, not groups: leave out one")
        capital = read_table(stakes, as_of, most_mb).capital
        found = linked(capital, rule, threshold)  # type: ignore[arg-type]
        if groups:
            rows = (
                dict(zip(_GROUPS, (one.name, list(one.certain), list(one.possible)), strict=True))
                for one in found.third_parties()
            )
            print_rows(rows, _GROUPS, form)
        else:
            why = LinkProofs(capital, found).of if explain else None
            shown = proved(found.rows(), _link_row, why)
            print_measures(shown, _LINKS, form, explain)


def _link_row(link: "CloseLink") -> dict[str, Any]:
    return {name: _cell(getattr(link, name)) for name in _LINKS}


def _held_cells(row: Any) -> dict[str, Any]:
    return {name: _cell(getattr(row, name)) for name in _HELD}


def _cell(value: Any) -> Any:
    """Return a fraction as decimal text: exact where it ends, else 15 digits."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Fraction):
        from kg.analytics.shares import decimal_text

        return decimal_text(value)
    return format(value, "f") if isinstance(value, Decimal) else value

"""What if: edits of a table of stakes and of what stands beside it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands import Format, FormatOption, app, errors_told
from api.commands.analytics_tables import (
    MOST_MB,
    AsOfOption,
    ExplainOption,
    MostOption,
    Row,
    StakesOption,
    read_table,
)
from api.commands.inquiring import or_graph
from api.commands.measured_rows import print_measures
from api.commands.measures_tables import (
    MembersOption,
    SharesOption,
    listed,
)

if TYPE_CHECKING:
    from kg.analytics.consequences import World
    from kg.analytics.tables import StakeTable

EditOption = list[str] | None


@app.command(name="what-if")
@or_graph(
    "what-if",
    {"set_": "set", "tests": "test"},
    tables=("stakes", "members", "shares", "sales"),
    table_only=("most_mb",),
)
def what_if(
    stakes: StakesOption = None,
    set_: Annotated[EditOption, typer.Option("--set", help='"honda>nissan=51%"')] = None,
    add: Annotated[EditOption, typer.Option("--add", help='"honda>nissan=10%"')] = None,
    drop: Annotated[EditOption, typer.Option("--drop", help='"nissan>mitsubishi"')] = None,
    join: Annotated[EditOption, typer.Option("--join", help='"mazda@alliance"')] = None,
    leave: Annotated[EditOption, typer.Option("--leave", help='"nissan@alliance"')] = None,
    members: MembersOption = None,
    shares: SharesOption = None,
    sales: Annotated[
        Path | None, typer.Option("--sales", help="Sales: company,sales[,period,metric].")
    ] = None,
    tests: Annotated[
        list[str] | None, typer.Option("--test", help="Only this legal test; repeatable.")
    ] = None,
    form: FormatOption = Format.table,
    explain: ExplainOption = False,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say what edits would change: `keiretsu what-if --stakes F --set "honda>nissan=51%"`.

    All edits are made in one go, drops first; each may be given several times. Told are
    differences in control, legal tests, concentration of markets and totals of alliances.
    """
    from kg.analytics.consequences import what_if as changed
    from kg.analytics.edits import read_edit

    with errors_told():
        written = {"drop": drop, "set": set_, "add": add, "leave": leave, "join": join}
        edits = [read_edit(kind, text) for kind, texts in written.items() for text in texts or []]
        world = _world(read_table(stakes, as_of, most_mb), members, sales, shares)
        found = changed(world, edits, tests=tests)
        if found.untested:
            typer.echo(f"keiretsu: at least {found.untested} more pairs were not tested", err=True)
        if found.unseen:
            typer.echo(f"keiretsu: {found.unseen} holders further up were not looked at", err=True)
        columns = ["kind", "subject", "before", "after"]
        rows = (one.to_json() for one in found.differences)
        print_measures(map(_with_steps, rows) if explain else rows, columns, form, explain)


def _with_steps(row: Row) -> Row:
    """Return a difference with the steps and claims of both its proofs, for one cell each."""
    sides = [(side, row[f"why_{side}"]) for side in ("before", "after") if row[f"why_{side}"]]
    steps = [f"{side}: {step}" for side, proof in sides for step in proof["steps"]]
    claims = dict.fromkeys(one for _, proof in sides for one in proof["claims"])
    return row | {"why": {"steps": steps, "claims": list(claims)}, "claims": list(claims)}


def _world(
    table: "StakeTable", members: Path | None, sales: Path | None, shares: Path | None
) -> "World":
    from kg.analytics.consequences import World
    from kg.analytics.listings import read_market_shares, read_members, read_sales

    markets = listed(shares, read_market_shares) if shares is not None else {}
    return World(
        capital=table.capital,
        votes=table.votes,
        alliances=listed(members, read_members) if members is not None else {},
        sales=listed(sales, read_sales) if sales is not None else (),
        markets={" ".join(key).strip(): of for key, of in markets.items()},
    )

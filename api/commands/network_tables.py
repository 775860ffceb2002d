"""The shape of a network, final owners, network value and power, on a table or the graph."""

from collections.abc import Callable, Iterable, Sequence
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
from api.commands.inquiring import (
    COMPANIES_OPTION,
    COMPANY_OPTION,
    HOLDERS_OPTION,
    companies_named,
    company_named,
    holders_named,
    or_graph,
)
from api.commands.measured_rows import print_measures, proved
from kg.errors import ParameterError

if TYPE_CHECKING:
    from kg.analytics.proof import Proof
    from kg.analytics.stakes import Stakes

MeasureOption = Annotated[
    str,
    typer.Option(
        "--measure",
        help="bow-tie, loops, pagerank, betweenness, degree, holders, holdings, communities, "
        "common-owners, jaccard.",
    ),
]
_CENTRAL = ("pagerank", "betweenness", "degree", "holders", "holdings")
_COLUMNS = {
    "bow-tie": ["name", "part", "loop"],
    "loops": ["name", "loop"],
    "communities": ["name", "community"],
    "common-owners": ["holder", "company", "low", "high"],
    "jaccard": ["one", "other", "jaccard"],
} | {measure: ["name", "value"] for measure in _CENTRAL}


@app.command()
@or_graph("structure", table_only=("most_mb",))
def structure(
    stakes: StakesOption = None,
    measure: MeasureOption = "bow-tie",
    company: Annotated[
        list[str] | None,
        typer.Option("--company", help="Only these; whose owners or holdings are compared."),
    ] = None,
    least: Annotated[
        str, typer.Option("--least", help="With common-owners: more than this of each.")
    ] = "",
    form: FormatOption = Format.table,
    part: Annotated[
        str, typer.Option("--part", help="Only core, in, out, tube, tendril or other.")
    ] = "",
    explain: ExplainOption = False,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say what shape a network has: `keiretsu structure --stakes FILE.csv --measure pagerank`.

    Where each stands in the bow-tie, or its loops, who is central, who belongs together, who owns
    several companies, how alike two portfolios are.
    """
    with errors_told():
        if measure not in _COLUMNS:
            raise ParameterError("--measure", f"{measure!r} is none of {', '.join(_COLUMNS)}")
        capital = read_table(stakes, as_of, most_mb).capital
        method = ""
        if measure in ("bow-tie", "loops"):
            rows = _shape(capital, measure, part)
        elif measure == "communities":
            rows = _communities(capital)
        elif measure in _CENTRAL:
            method, rows = _central(capital, measure)
        else:
            rows = _compared(capital, measure, company or [], least)
        if company and measure not in ("common-owners", "jaccard"):
            chosen = {capital.names[capital.number(one)] for one in company}
            rows = [row for row in rows if row["name"] in chosen]
        shown = proved(rows, dict, _proofs(capital, measure, method) if explain else None)
        print_measures(shown, _COLUMNS[measure], form, explain)


def _proofs(capital: "Stakes", measure: str, method: str) -> "Callable[[Row], Proof]":
    """Return what says why a row of a measure is so."""
    from kg.analytics.shape_proof import PlaceProofs, why_alike, why_central, why_held, why_together

    if measure in ("bow-tie", "loops"):
        from kg.analytics.network_shape import bow_tie

        places = PlaceProofs(capital, bow_tie(capital))
        of = places.of if measure == "bow-tie" else places.loop
        return lambda row: of(row["name"])
    if measure == "communities":
        from kg.analytics.structure import communities

        groups = communities(capital)
        return lambda row: why_together(capital, row["name"], groups[row["community"] - 1])
    if measure == "jaccard":
        return lambda row: why_alike(capital, row["one"], row["other"])
    if measure == "common-owners":
        return lambda row: why_held(capital, row["holder"], row["company"])
    return lambda row: why_central(capital, row["name"], measure, method)


def _shape(capital: "Stakes", measure: str, part: str) -> Iterable[Row]:
    from kg.analytics.network_shape import PARTS, bow_tie

    if part and part not in PARTS:
        raise ParameterError("--part", f"{part!r} is none of {', '.join(PARTS)}")
    found = bow_tie(capital)
    counted = ", ".join(f"{name} {count:,}" for name, count in found.counts.items())
    typer.echo(f"keiretsu: {counted}; loops {len(found.loops):,}", err=True)
    if measure == "loops":
        return [
            {"name": member, "loop": number}
            for number, loop in enumerate(found.cross_holdings, start=1)
            for member in loop
        ]
    return (
        {"name": one.name, "part": one.part, "loop": one.loop}
        for one in found.rows()
        if not part or one.part == part
    )


def _communities(capital: "Stakes") -> Iterable[Row]:
    from kg.analytics.structure import communities

    return [
        {"name": member, "community": number}
        for number, group in enumerate(communities(capital), start=1)
        for member in group
    ]


def _central(capital: "Stakes", measure: str) -> tuple[str, Iterable[Row]]:
    """Return how a measure was found, and the nodes by it."""
    from kg.analytics.structure import centrality

    found = centrality(capital, measure)
    typer.echo(f"keiretsu: {measure}, {found.method}", err=True)
    rows = [{"name": name, "value": value} for name, value in found.top(len(capital.names))]
    return found.method, rows


def _compared(
    capital: "Stakes", measure: str, companies: Sequence[str], least: str
) -> Iterable[Row]:
    """Return who holds each of some companies, or how alike what two hold is."""
    from kg.analytics.inquiries.inquiry import share
    from kg.analytics.shares import decimal_text
    from kg.analytics.structure import common_owners, jaccard

    if measure == "jaccard":
        if len(companies) != 2:
            raise ParameterError("--company", "name two holders whose portfolios are compared")
        value = decimal_text(jaccard(capital, *companies))
        return [{"one": companies[0], "other": companies[1], "jaccard": value}]
    found = common_owners(capital, companies, least=share("--least", least or "0"))
    return [
        {"holder": one.holder, "company": name, **of.to_json()}
        for one in found
        for name, of in one.shares.items()
    ]


@app.command("final-owners")
@or_graph("final-owners", table_only=("most_mb",), translate=company_named, more=COMPANY_OPTION)
def final_owners(
    stakes: StakesOption = None,
    company: Annotated[str, typer.Option("--company", help="Only of this company.")] = "",
    explain: ExplainOption = False,
    form: FormatOption = Format.table,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say through whom the value of companies ends: `keiretsu final-owners --stakes FILE.csv`.

    What of a company reaches a holder and stays with it, or with owners of it that are not in the
    table; of one company it adds up to 1. A range counts at its least.
    """
    from kg.analytics.final_owners import FinalRight, final_rights
    from kg.analytics.value_proof import why_final

    with errors_told():
        capital = read_table(stakes, as_of, most_mb).capital
        rows = proved(
            final_rights(capital, company or None),
            FinalRight.to_json,
            (lambda one: why_final(capital, one.through, one.company)) if explain else None,
        )
        print_measures(rows, ["company", "through", "share"], form, explain)


@app.command("network-value")
@or_graph("network-value", table_only=("most_mb",), translate=holders_named, more=HOLDERS_OPTION)
def network_value(
    stakes: StakesOption = None,
    holder: Annotated[
        list[str] | None, typer.Option("--holder", help="Only this one; repeatable.")
    ] = None,
    model: Annotated[
        str, typer.Option("--model", help="linear, threshold or relative.")
    ] = "linear",
    explain: ExplainOption = False,
    form: FormatOption = Format.table,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say what holders' companies are worth: `keiretsu network-value --stakes FILE.csv`.

    Every company is worth 1. **inside** is what one has of others, **corrected** adds itself,
    **total** counts again what comes back to it. A range counts at its least.
    """
    from kg.analytics.final_owners import NetworkValue
    from kg.analytics.final_owners import network_value as valued
    from kg.analytics.value_proof import why_valued

    with errors_told():
        capital = read_table(stakes, as_of, most_mb).capital
        rows = proved(
            valued(capital, model=model, of=holder or None),  # type: ignore[arg-type]
            NetworkValue.to_json,
            (lambda one: why_valued(capital, one.name, model)) if explain else None,  # type: ignore[arg-type]
        )
        print_measures(rows, ["name", "inside", "corrected", "total"], form, explain)


@app.command("network-power")
@or_graph(
    "network-power",
    {"reach": "at_least"},
    table_only=("most_mb",),
    translate=companies_named,
    more=COMPANIES_OPTION,
)
def network_power(
    stakes: StakesOption = None,
    company: Annotated[
        list[str] | None,
        typer.Option("--company", help="Only what this one decides; repeatable."),
    ] = None,
    holder: Annotated[
        list[str] | None, typer.Option("--holder", help="Only this row; repeatable.")
    ] = None,
    quota: Annotated[str, typer.Option("--quota", help="More than this part wins.")] = "1/2",
    reach: Annotated[bool, typer.Option("--at-least", help="The quota itself wins.")] = False,
    rest: Annotated[
        str, typer.Option("--rest", help="Holders not named: ocean, one, many or absent.")
    ] = "ocean",
    voters: Annotated[int, typer.Option("--voters", help="How many, with --rest many.")] = 20,
    samples: Annotated[
        int, typer.Option("--samples", help="Draws where not all orders are counted.")
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="Of the draws.")] = 0,
    explain: ExplainOption = False,
    form: FormatOption = Format.table,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say who decides in the end where holders vote: `keiretsu network-power --stakes FILE.csv`.

    Mizuno's indices: **index** is what ends with one (NPI), **flow** what ends with or passes it
    (NPF). Every company is worth 1, or only those of --company: then the index is a chance.
    """
    from kg.analytics.inquiries.inquiry import share
    from kg.analytics.ultimate_power import NetworkPower
    from kg.analytics.ultimate_power import network_power as powers

    with errors_told():
        deciding = read_table(stakes, as_of, most_mb).deciding
        wanted = {deciding.names[deciding.number(one, "--holder")] for one in holder or ()}
        found = powers(
            deciding,
            dict.fromkeys(company, 1) if company else None,
            quota=share("--quota", quota),
            strict=not reach,
            rest=rest,
            voters=voters,
            samples=samples,
            seed=seed,
        )
        for name in found.conflicting[:20]:
            typer.echo(f"keiretsu: stakes in {name} sum to more than 100%: no game", err=True)
        columns = ["name", "index", "flow", "index_error", "flow_error", "top", "method"]
        rows = proved(
            (one for one in found.rows if not wanted or one.name in wanted),
            NetworkPower.to_json,
            (lambda one: found.why(one.name)) if explain else None,
        )
        print_measures(rows, columns, form, explain)

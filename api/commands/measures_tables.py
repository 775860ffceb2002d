"""Legal tests, sanctions, voting power, markets and relation paths, on tables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from api.commands import NO_ANSWER, USAGE, WRONG, Format, FormatOption, app, errors_told
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
    COMPANY_OPTION,
    GRAPH_MARKETS,
    company_named,
    or_graph,
    pair_given,
)
from api.commands.measured_rows import print_measures
from api.plain_text import plain
from kg.errors import Finding, ParameterError, TableError

if TYPE_CHECKING:
    from kg.analytics.markets import MarketShare
    from kg.analytics.shareholders import PowerReport
    from kg.analytics.stakes import Stakes
    from kg.analytics.tables import StakeTable

MembersOption = Annotated[
    Path | None, typer.Option("--members", help="Alliances: a table alliance,member.")
]
SharesOption = Annotated[
    Path | None,
    typer.Option("--shares", help="Markets: company,share[,share_min,share_max,market,period]."),
]
Found = TypeVar("Found")


@app.command()
@or_graph("ofac", {"all_held": "all"}, table_only=("most_mb",))
def ofac(
    blocked: Annotated[
        list[str], typer.Option("--blocked", help="A blocked person; several count together.")
    ],
    stakes: StakesOption = None,
    form: FormatOption = Format.table,
    all_held: Annotated[
        bool, typer.Option("--all", help="Also companies of which they hold less than half.")
    ] = False,
    explain: ExplainOption = False,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say what is blocked by OFAC's 50 percent rule: `keiretsu ofac --stakes F --blocked X`.

    Just half is enough; whole stakes of all that is blocked are added, nothing is multiplied.
    """
    from kg.analytics.legal import ofac as blocked_by

    with errors_told():
        found = blocked_by(read_table(stakes, as_of, most_mb).capital, blocked, all_held=all_held)
        print_measures(
            (one.to_json() for one in found), ["company", "held", "certainty", "holders"],
            form, explain,
        )  # fmt: skip


@app.command()
@or_graph(
    "power",
    {"reach": "at_least"},
    tables=("stakes", "weights"),
    table_only=("most_mb", "coalitions"),
    translate=company_named,
    more=COMPANY_OPTION,
)
def power(
    stakes: StakesOption = None,
    company: Annotated[str, typer.Option("--company", help="Whose holders vote.")] = "",
    weights: Annotated[
        list[str] | None, typer.Option("--weight", help="Instead: a voter, as NAME=VOTES.")
    ] = None,
    quota: Annotated[
        str, typer.Option("--quota", help="Part of the votes, or with --weight their number.")
    ] = "1/2",
    reach: Annotated[
        bool, typer.Option("--at-least", help="The quota itself wins; default: more than it.")
    ] = False,
    rest: Annotated[
        str, typer.Option("--rest", help="Holders not named: ocean, one, many or absent.")
    ] = "ocean",
    voters: Annotated[int, typer.Option("--voters", help="How many, with --rest many.")] = 20,
    samples: Annotated[int, typer.Option("--samples", help="Where too many to count.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", help="Of the samples.")] = 0,
    coalitions: Annotated[
        bool, typer.Option("--coalitions", help="List minimal winning coalitions instead.")
    ] = False,
    explain: ExplainOption = False,
    form: FormatOption = Format.table,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say what votes decide: Banzhaf and Shapley-Shubik, `keiretsu power --stakes F --company Y`.

    Without --company of every company of the table.
    Or of plain weights: `keiretsu power --weight a=4 --weight b=3 --weight c=2 --quota 6`.
    """
    with errors_told():
        if coalitions and explain:
            raise ParameterError("--explain", "coalitions are listed, not explained: leave out one")
        means: dict[str, Any] = {"samples": samples, "seed": seed}
        if weights:
            needed = _whole("--quota", quota) + (0 if reach or quota.isdigit() else 1)
            games = _weighted(weights, needed, means)
        elif stakes is not None:
            means |= {"quota": _part("--quota", quota), "rest": rest, "voters": voters}
            deciding = read_table(stakes, as_of, most_mb).deciding
            games = _voted(deciding, company, means | {"strict": not reach})
        else:
            raise ParameterError("--stakes", "name a table, or voters as --weight NAME=VOTES")
        if coalitions:
            print_measures(_winning(games), [*([] if weights else ["company"]), "coalition"], form)
            return
        columns = ["holder", "low", "high", "banzhaf", "normalised", "shapley", "veto"]
        columns = [*([] if weights else ["company"]), *columns, "method", "rest"]
        rows = (row for of, found in games for row in _game(of, found, explain=explain))
        print_measures(rows, columns, form, explain)


Games = Iterator[tuple[Row, "PowerReport"]]


def _game(of: Row, found: "PowerReport", *, explain: bool) -> Iterator[Row]:
    told = {"method": found.method, "rest": found.rest}
    more = {"why": found.proof.to_json()} if explain else {}
    return (of | one.to_json() | told | more for one in found.rows)


def _weighted(weights: Sequence[str], needed: int, means: dict[str, Any]) -> Games:
    from kg.analytics.shareholders import weighted_power

    yield {}, weighted_power(_weights(weights), needed, **means)


def _voted(deciding: "Stakes", company: str, means: dict[str, Any]) -> Games:
    """Yield the game of one company, or of every company that can have one."""
    from kg.analytics.shareholders import power as power_of

    if company:
        yield {"company": company}, power_of(deciding, company, **means)
        return
    for node in deciding.rows_by_owned:
        name = deciding.names[node]
        try:
            yield {"company": name}, power_of(deciding, name, **means)
        except ParameterError as error:
            if error.parameter != "company":
                raise
            typer.echo(plain(f"keiretsu: {error.problem}"), err=True)


def _winning(games: Games) -> Iterator[Row]:
    for of, found in games:
        yield from (of | {"coalition": list(one)} for one in found.winning)
        if not found.all_winning:
            typer.echo("keiretsu: there are more coalitions than are listed", err=True)


@app.command()
@or_graph(
    "market",
    tables=("shares", "stakes", "members"),
    table_only=("most_mb",),
    more=GRAPH_MARKETS,
)
def market(
    shares: SharesOption = None,
    stakes: StakesOption = None,
    merge: Annotated[
        list[str] | None, typer.Option("--merge", help="Count as one: NAME=COMPANY,COMPANY.")
    ] = None,
    members: MembersOption = None,
    form: FormatOption = Format.table,
    explain: ExplainOption = False,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say how concentrated markets are: `keiretsu market --shares FILE.csv`.

    HHI; with groups or alliances merged by **--merge** and **--members**; MHHI, which counts owners
    in common, with **--stakes**. Shares below 100% give an interval.
    """
    from kg.analytics.listings import read_market_shares, read_members

    with errors_told():
        if shares is None:
            raise ParameterError("--shares", "name the table: --shares FILE.csv")
        groups = _groups(merge or [])
        alliances = listed(members, read_members) if members is not None else {}
        held = read_table(stakes, as_of, most_mb) if stakes is not None else None
        rows = (
            {"market": name, "period": period, **row}
            for (name, period), companies in listed(shares, read_market_shares).items()
            for row in _concentration(companies, groups, alliances, held)
        )
        print_measures(rows, ["market", "period", "measure", "low", "high"], form, explain)


def _concentration(
    companies: "Sequence[MarketShare]",
    groups: Mapping[str, str],
    alliances: Mapping[str, Sequence[str]],
    held: "StakeTable | None",
) -> Iterator[Row]:
    from kg.analytics.markets import hhi, mhhi, tied
    from kg.analytics.shareholders import holders_of

    yield hhi(companies).to_json()
    names = [one.company for one in companies]
    if groups or alliances:
        merged = hhi(companies, tied(names, groups, alliances)).to_json()
        yield merged | {"measure": "HHI, groups merged"}
    if held is not None:
        flows, claims = holders_of(held.capital, names)
        rights = holders_of(held.votes, names)[0] if held.votes is not None else None
        for one in mhhi(companies, flows, rights, claims):
            yield one.to_json()


@app.command(name="legal-tests")
@or_graph("legal-tests", {"tests": "test"}, table_only=("most_mb",), translate=pair_given)
def legal_tests(
    names: Annotated[list[str], typer.Argument(help="Holder and company, or a company alone.")],
    stakes: StakesOption = None,
    turnout: Annotated[
        str, typer.Option("--turnout", help="Part of the votes at meetings, as 72%.")
    ] = "",
    tests: Annotated[
        list[str] | None, typer.Option("--test", help="Only this test; repeatable.")
    ] = None,
    blocked: Annotated[
        list[str] | None, typer.Option("--blocked", help="Who is blocked besides the holder.")
    ] = None,
    form: FormatOption = Format.table,
    explain: ExplainOption = False,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Put a stake to every named legal test: `keiretsu legal-tests --stakes F nissan mmc`.

    Each test with its law, threshold, answer (yes, no, cannot tell), margin and the stakes it
    rests on. Rules of thumb for finding cases, no legal advice.
    """
    from kg.analytics.legal import legal_tests as tested

    with errors_told():
        if len(names) > 2:
            raise ParameterError("names", "give a holder and a company, or a company alone")
        table = read_table(stakes, as_of, most_mb)
        found = tested(
            table.capital, names[0] if len(names) == 2 else None, names[-1], votes=table.votes,
            turnout=_part("--turnout", turnout) if turnout else None, blocked=blocked or (),
            tests=tests,
        )  # fmt: skip
        columns = ["test", "holder", "company", "answer", "words", "margin", "note", "source"]
        shown = [one for one in columns if len(names) == 1 or one not in ("holder", "company")]
        print_measures((one.to_json() for one in found), shown, form, explain)


@app.command()
@or_graph("paths", tables=("stakes", "members"), table_only=("most_mb",))
def paths(
    start: Annotated[str, typer.Argument(help="Where the paths begin.")],
    end: Annotated[str, typer.Argument(help="Where they end.")],
    stakes: StakesOption = None,
    members: MembersOption = None,
    most: Annotated[int, typer.Option("--most", help="How many paths.")] = 5,
    length: Annotated[int, typer.Option("--length", help="Steps of the longest.")] = 6,
    hub: Annotated[
        int, typer.Option("--hub", help="No path through a node of more relations.")
    ] = 1_000,
    form: FormatOption = Format.table,
    as_of: AsOfOption = "",
    most_mb: MostOption = MOST_MB,
) -> None:
    """Say how two companies are related, by stakes and alliances: `keiretsu paths --stakes F X Y`.

    The shortest paths, whichever way relations point; no path leads through a hub.
    """
    from kg.analytics.listings import read_members
    from kg.analytics.paths import Relations, membership_relations, relation_paths, stake_relations

    with errors_told():
        relations = Relations().add(stake_relations(read_table(stakes, as_of, most_mb).capital))
        if members is not None:
            relations.add(membership_relations(listed(members, read_members)))
        found = relation_paths(relations, start, end, most=most, length=length, hub=hub)
    for one in found.hubs:
        typer.echo(plain(f"keiretsu: not through {one}: a hub (--hub)"), err=True)
    if not found.complete:
        typer.echo("keiretsu: there are more paths (--most)", err=True)
    rows = (one.to_json() | {"path": str(one)} for one in found.paths)
    print_measures(rows, ["length", "path"], form)
    if not found.paths:
        typer.echo(f"keiretsu: no path of up to {length} steps", err=True)
        raise typer.Exit(NO_ANSWER)


def listed(path: Path, read: Callable[[Path], tuple[Found, tuple[Finding, ...]]]) -> Found:
    """Return what a table beside the stakes holds, with what is wrong with it told."""
    try:
        found, findings = read(path)
    except TableError as error:
        typer.echo(f"keiretsu: {plain(str(error))}", err=True)
        missing = any(one.rule == "file" for one in error.findings)
        raise typer.Exit(USAGE if missing else WRONG) from None
    for finding in findings:
        typer.echo(plain(f"{path}: {finding}"), err=True)
    return found


def _weights(texts: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in texts:
        name, equals, votes = text.rpartition("=")
        if not equals or not name or name in found:
            raise ParameterError("--weight", f"{text!r}: write NAME=VOTES, each name once")
        found[name] = _whole("--weight", votes)
    return found


def _whole(parameter: str, text: str) -> int:
    if not text.strip().isdigit() or len(text) > 12:
        raise ParameterError(parameter, f"{text!r} is no whole number of votes")
    return int(text)


def _part(parameter: str, text: str) -> Fraction:
    from kg.analytics.shares import read_share

    try:
        return read_share(text)
    except ParameterError as error:
        raise ParameterError(parameter, error.problem) from None


def _groups(texts: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        name, equals, companies = text.partition("=")
        listed = [one.strip() for one in companies.split(",") if one.strip()]
        if not (equals and name.strip() and listed):
            raise ParameterError("--merge", f"{text!r}: write NAME=COMPANY,COMPANY")
        for one in listed:
            if one in found:
                raise ParameterError("--merge", f"{one!r} is in two groups")
            found[one] = name.strip()
    return found

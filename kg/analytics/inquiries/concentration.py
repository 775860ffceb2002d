"""Markets and alliances, on the graph: concentration, and combined sales held against totals."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from kg import names
from kg.analytics.figures_known import Figure, figures
from kg.analytics.inquiries.inquiry import (
    ALLIANCE,
    MARKET,
    TEXT,
    Column,
    Context,
    Found,
    Inquiry,
    Parameter,
    Row,
)
from kg.analytics.inquiries.verdicts import plain_row
from kg.analytics.network import Remark
from kg.analytics.ranges import decimal_text
from kg.errors import ParameterError

if TYPE_CHECKING:
    from kg.analytics.alliances import MemberSales
    from kg.analytics.alliances_known import Member
    from kg.analytics.markets import MarketShare

_NO_FACT = "only reported, expected or on a condition: not counted (reported=true counts them)"


def _market(context: Context) -> Found:
    if context.values.one("alliance"):
        return _combined(context)
    market, powertrain = context.values.one("market"), context.values.one("powertrain")
    shares = [
        one
        for one in figures(context.network, "MarketShare")
        if (not market or one.market == market)
        and (not powertrain or one.powertrain == powertrain)
        and _in_period(context, one)
    ]
    words = f"of {context.label(market)}" if market else ""
    if not shares:
        silent = "no source in the graph gives a figure for a market share as asked"
        return Found(rows=[], words=words, silent=f"{silent}; that is not a no")
    remarks = _left_out(context, shares)
    rows: list[Row] = []
    for (place, kind, period), of in _markets(context, shares).items():
        head = {"market": place, "powertrain": kind, "period": period}
        try:
            rows += [head | row for row in _concentration(context, of)]
        except ParameterError as error:
            text = f"{context.label(place)}, {context.label(period)}: {error.problem}"
            remarks.append(Remark(rule="shares", text=text))
    return Found(rows=rows, words=words, complete=plain_row, remarks=remarks)


def _in_period(context: Context, one: Figure) -> bool:
    period = context.values.one("period")
    return not period or period in (names.local_name(one.period), context.label(one.period))


def _counts(context: Context, one: Figure) -> bool:
    return one.fact or context.network.asked.reported


def _left_out(context: Context, shares: Sequence[Figure]) -> list[Remark]:
    """Return remarks on shares that are no company's, or no facts."""
    groups = [one for one in shares if one.type != "Company"]
    unsure = [one for one in shares if one.type == "Company" and not _counts(context, one)]
    found = []
    for rule, text, listed in (
        (
            "left out: no company",
            "shares of groups or kinds of cars, which companies make up",
            groups,
        ),
        ("left out: not a fact", f"shares are {_NO_FACT}", unsure),
    ):
        claims = [claim for one in listed for claim in one.claims]
        if listed:
            told = f"{len(listed)} {text}"
            found.append(Remark(rule=rule, text=told, claims=tuple(claims[:20]), count=len(claims)))
    return found


def _markets(
    context: Context, shares: Sequence[Figure]
) -> "dict[tuple[str, str, str], list[MarketShare]]":
    from kg.analytics.markets import MarketShare

    found: dict[tuple[str, str, str], list[MarketShare]] = {}
    for one in shares:
        if one.type == "Company" and _counts(context, one):
            share = MarketShare(company=one.subject, share=one.value, claims=one.claims)
            found.setdefault((one.market, one.powertrain, one.period), []).append(share)
    return found


def _concentration(context: Context, shares: "Sequence[MarketShare]") -> Iterator[Row]:
    from kg.analytics.markets import hhi, mhhi, tied
    from kg.analytics.shareholders import holders_of

    companies = [one.company for one in shares]
    yield hhi(shares).to_json()
    merged = context.values.one("merge")
    if merged != "none":
        controlled = controllers(context, companies) if merged in ("control", "both") else {}
        alliances = allied(context) if merged in ("alliances", "both") else {}
        groups = tied(companies, controlled, alliances)
        if groups:
            yield hhi(shares, groups).to_json() | {"measure": f"HHI, {_MERGED[merged]} merged"}
    flows, claims = holders_of(context.network.capital, companies)
    if any(flows.values()):
        stated = context.network.votes is not None  # capital stands in where they are not
        control = holders_of(context.network.deciding, companies)[0] if stated else None
        for one in mhhi(shares, flows, control, claims):
            yield one.to_json()


_MERGED = {"alliances": "allies", "control": "companies under one control", "both": "both"}


def allied(context: Context) -> dict[str, list[str]]:
    """Return the members of each alliance that count."""
    found: dict[str, list[str]] = {}
    for one in context.network.memberships:
        if one.counts(reported=context.network.asked.reported):
            found.setdefault(one.alliance, []).append(one.member)
    return found


def controllers(
    context: Context, companies: Iterable[str], among: Collection[str] | None = None
) -> dict[str, str]:
    """Return for each company who certainly controls it and most besides, of all or `among` some.

    Of companies that control each other one is told to be above the others.
    """
    from kg.analytics.control_pairs import CERTAIN, control

    wanted = set(companies)
    groups: dict[str, list[str]] = {}
    for one in control(context.network.deciding):
        if one.certainty == CERTAIN and (among is None or one.controller in among):
            groups.setdefault(one.controller, []).append(one.controlled)
    found: dict[str, str] = {}
    for holder in sorted(groups, key=lambda one: (len(groups[one]), one)):
        found.pop(holder, None)  # who controls it and no more besides is controlled by it
        found |= dict.fromkeys(wanted & set(groups[holder]), holder)
    return found


def _combined(context: Context) -> Found:
    """Return the combined sales of an alliance, each member once, beside published totals."""
    from kg.analytics.alliances import alliance_totals

    alliance = context.values.one("alliance")
    members = [
        one
        for one in context.network.memberships
        if one.alliance == alliance and one.counts(reported=True)
    ]
    words = f"of {context.label(alliance)}"
    if not members:
        silent = f"no source in the graph names a member of {context.label(alliance)} as asked"
        return Found(rows=[], words=words, silent=f"{silent}; that is not a no")
    sold = [
        one
        for one in figures(context.network, "Sales")
        if (
            not context.values.one("powertrain")
            or one.powertrain == context.values.one("powertrain")
        )
        and (not context.values.one("market") or one.market == context.values.one("market"))
        and _in_period(context, one)
    ]
    inside = [one.member for one in members]
    counted = [_sold(one) for one in sold if one.subject in inside and _counts(context, one)]
    published = [one for one in sold if one.subject == alliance]
    found = alliance_totals(
        alliance,
        inside,
        counted,
        consolidated=controllers(context, inside, among=inside),
        published=[_sold(one) for one in published],
    )
    rows = [_total_row(one.to_json()) for one in found]
    held = {claim for one in found for told in one.reconciled for claim in told.claims}
    rows += [_published_row(one) for one in published if not held.intersection(one.claims)]
    return Found(
        rows=rows,
        words=words,
        method="combined sales, each member once; a published total is a claim of its own",
        complete=plain_row,
        remarks=_about_members(context, members),
        silent="" if rows else "no source in the graph gives sales of a member; that is not a no",
    )


def _about_members(context: Context, members: "Sequence[Member]") -> list[Remark]:
    text = "; ".join(f"{context.label(one.member)} ({one.status})" for one in members)
    claims = tuple(dict.fromkeys(claim for one in members for claim in one.claims))
    return [Remark(rule="members", text=text, claims=claims[:20], count=len(claims))]


def _sold(one: Figure) -> "MemberSales":
    from kg.analytics.alliances import MemberSales

    return MemberSales(
        member=one.subject,
        period=one.period,
        value=one.value,
        metric=f"{one.powertrain} {one.market}",
        claims=one.claims,
    )


def _total_row(row: Row) -> Row:
    kind, _, market = row["metric"].partition(" ")
    published = [
        f"{_amount(one)}: {_AGREES[one['agrees']]}, difference {_amount(one['difference'])}"
        for one in row["published"]
    ]
    claims = [*row["claims"], *(claim for one in row["published"] for claim in one["claims"])]
    return {
        "market": market,
        "powertrain": kind,
        "period": row["period"],
        "measure": "combined sales, vehicles",
        "low": row["low"],
        "high": row["high"],
        "parts": row["members"],
        "missing": row["missing"],
        "consolidated": row["consolidated"],
        "published": published,
        "claims": claims,
        "why": row["why"],
    }


_AGREES = {True: "agrees with the sum", False: "differs from the sum", None: "members are missing"}


def _amount(span: Row) -> str:
    low, high = span["low"], span["high"]
    return str(low) if low == high else f"{low} to {high}"


def _published_row(one: Figure) -> Row:
    from kg.analytics.figures_known import UNBOUNDED

    return {
        "market": one.market,
        "powertrain": one.powertrain,
        "period": one.period,
        "measure": f"published total ({one.modality}), vehicles",
        "low": decimal_text(one.value.low),
        "high": None if one.value.high >= UNBOUNDED else decimal_text(one.value.high),
        "parts": [],
        "missing": [],
        "published": [],
        "claims": list(one.claims),
    }


MARKETS = Inquiry(
    name="market",
    english="How concentrated is a market, and how much does an alliance sell?",
    about="HHI, with allies or companies under one control merged; MHHI with common owners, where "
    "stakes are known. Shares below 100% give an interval. With `alliance`: its combined sales, "
    "each member once, beside the totals that sources publish.",
    method="sum of squared shares, times 10,000",
    source="Hirschman 1964; O'Brien & Salop 2000; Azar, Schmalz & Tecu 2018",
    parameters=(
        Parameter(name="market", kind=MARKET, meaning="only this market"),
        Parameter(name="alliance", kind=ALLIANCE, meaning="combined sales of this alliance"),
        Parameter(name="powertrain", kind=TEXT, meaning="only these vehicles, by their code"),
        Parameter(name="period", kind=TEXT, meaning="only this period: 2023"),
        Parameter(
            name="merge", kind=TEXT, default="both",
            choices=("none", "alliances", "control", "both"), meaning="who counts as one",
        ),
    ),
    columns=(
        Column(name="market", kind="iri", meaning="where"),
        Column(name="powertrain", kind="text", meaning="which vehicles"),
        Column(name="period", kind="iri", meaning="when"),
        Column(name="measure", kind="text", meaning="what is measured"),
        Column(name="low", kind="number", meaning="at least"),
        Column(name="high", kind="number", meaning="at most"),
        Column(name="parts", kind="iris", meaning="whose figures were added"),
        Column(name="missing", kind="iris", meaning="members without a figure"),
        Column(name="published", kind="text", meaning="published totals beside the sum"),
    ),
    run=_market,
    example={"alliance": "honda-nissan-mitsubishi"},
)  # fmt: skip

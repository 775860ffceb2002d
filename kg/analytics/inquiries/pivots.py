"""Who decides in the end by the orders in which holders vote, on the graph."""

from kg.analytics.inquiries.inquiry import (
    AGENT,
    COMPANY,
    WHOLE,
    Column,
    Context,
    Found,
    Inquiry,
    Parameter,
    Row,
)
from kg.analytics.inquiries.routes import unknown_part
from kg.analytics.inquiries.voting import GAME, SEED, quota_of
from kg.analytics.network import Remark
from kg.analytics.proof import all_claims
from kg.analytics.stakes import Stakes


def _network_power(context: Context) -> Found:
    from kg.analytics.ultimate_power import network_power

    values, stakes = context.values, context.network.deciding
    companies, holders = values.many("company"), values.many("holder")
    words = f"in {' and '.join(map(context.label, companies))}" if companies else ""
    missing = [one for one in (*companies, *holders) if one not in stakes.numbers]
    if missing or not len(stakes):
        of = f" of {' and '.join(map(context.label, missing))}" if missing else ""
        silent = f"no source in the graph says who holds what{of} as asked; that is not a no"
        return Found(rows=[], words=words, silent=silent)
    found = network_power(
        stakes,
        dict.fromkeys(companies, 1) if companies else None,
        quota=quota_of(values.one("quota")),
        strict=not values.flag("at_least"),
        rest=values.one("rest"),
        voters=values.whole("voters"),
        samples=values.whole("samples"),
        seed=values.whole("seed"),
    )

    def complete(row: Row, why: bool) -> Row:
        proof = found.why(row["name"])
        claims = proof.claims or _near(stakes, row["name"])
        return row | {"claims": list(claims)} | ({"why": proof.to_json()} if why else {})

    remarks = [remark for one in companies for remark in _unknown(context, one)]
    if found.conflicting:
        listed = ", ".join(map(context.label, found.conflicting[:5]))
        text = f"stakes sum to more than 100%, so that nobody is let decide: {listed}"
        remarks.append(Remark(rule="stakes conflict", text=text))
    return Found(
        rows=[one.to_json() for one in found.rows if not holders or one.name in holders],
        words=words,
        method=f"{found.method}; holders not named: {found.how.rest}",
        complete=complete,
        remarks=remarks,
    )


def _near(stakes: Stakes, name: str) -> tuple[str, ...]:
    """Return the claims of the stakes in one and of its own: of who decides nowhere."""
    node = stakes.numbers[name]
    held = (*stakes.rows_by_owned.get(node, ()), *stakes.rows_by_owner.get(node, ())[:100])
    return all_claims(stakes.claims_of(stakes.place(one.owner, one.owned)) for one in held)


def _unknown(context: Context, company: str) -> list[Remark]:
    return unknown_part(context.network, company, context.label(company))


NETWORK_POWER = Inquiry(
    name="network-power",
    english="Who decides in the end, and through whom, where holders vote?",
    about="Every company is worth 1, or only those named. In each, all orders of its holders are "
    "as likely, the one with whom the votes are enough decides, and holders who are decided by the "
    "same one vote as one block. `index` is what ends with one, `flow` what ends with or passes "
    "it, itself included. With `company` the index is the chance to control it in the end, and all "
    "add up to 1. A range counts at its least; holders whom no source names count as `rest` says, "
    "and where they decide a company is its own end.",
    method="exact without loops and few outcomes, else sampled with standard errors",
    source="Mizuno, Doi & Kurizaki 2020, 2023",
    parameters=(
        Parameter(name="company", kind=COMPANY, many=True, meaning="only what this one decides"),
        Parameter(name="holder", kind=AGENT, many=True, meaning="only these rows"),
        *GAME,
        Parameter(
            name="samples", kind=WHOLE, default="10000", least=1, most=100_000,
            meaning="draws where not all orders are counted",
        ),
        SEED,
    ),
    columns=(
        Column(name="name", kind="iri", meaning="who decides"),
        Column(name="index", kind="number", meaning="what ends with it (NPI), in companies"),
        Column(name="flow", kind="number", meaning="what ends with or passes it (NPF)"),
        Column(name="index_error", kind="number", meaning="standard error; 0 where exact"),
        Column(name="flow_error", kind="number", meaning="standard error of the flow"),
        Column(name="top", kind="text", meaning="nobody is known to have votes in it"),
        Column(name="method", kind="text", meaning="exact or sampled"),
    ),
    run=_network_power,
    example={"company": "mitsubishi-motors"},
)  # fmt: skip

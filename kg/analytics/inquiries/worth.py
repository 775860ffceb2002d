"""Where the value of a company ends, and what a holder's network is worth, on the graph."""

from kg.analytics.inquiries.inquiry import (
    AGENT,
    COMPANY,
    TEXT,
    Column,
    Context,
    Found,
    Inquiry,
    Parameter,
    Row,
)
from kg.analytics.inquiries.routes import claims_between, unknown_part
from kg.analytics.proof import all_claims


def _final_owners(context: Context) -> Found:
    from kg.analytics.final_owners import final_rights
    from kg.analytics.value_proof import why_final

    company, stakes = context.values.one("company"), context.network.capital
    words = f"of {context.label(company)}"
    node = stakes.numbers.get(company)
    if node is None or not stakes.rows_by_owned.get(node):
        label = context.label(company)
        silent = f"no source in the graph says who holds {label} as asked; that is not a no"
        return Found(rows=[], words=words, silent=silent)

    def complete(row: Row, why: bool) -> Row:
        """Add the claims of the way there, and of what is held of where it ends."""
        held = stakes.rows_by_owned.get(stakes.numbers[row["through"]], ())
        places = (stakes.place(one.owner, one.owned) for one in held)
        ends = map(stakes.claims_of, places)
        way = claims_between(stakes, row["through"], company)
        told = {"why": why_final(stakes, row["through"], company).to_json()} if why else {}
        return dict(row) | {"claims": list(all_claims([way, *ends]))} | told

    return Found(
        rows=[one.to_json() for one in final_rights(stakes, company)],
        words=words,
        complete=complete,
        remarks=unknown_part(context.network, company, context.label(company)),
    )


FINAL_OWNERS = Inquiry(
    name="final-owners",
    english="Through whom does the value of a company end?",
    about="Of each holder that nobody is known to own whole: what of the company reaches it and "
    "stays with it, or with owners of it whom no source names. Loops are gone round until "
    "everything has left them; all parts add up to the whole company. A range counts at its least.",
    method="R = diag(1 - sums of A) (I - A)^-1",
    source="Elliott, Golub & Jackson 2014",
    parameters=(Parameter(name="company", kind=COMPANY, required=True, meaning="the company"),),
    columns=(
        Column(name="through", kind="iri", meaning="who has it in the end, or whose owners have"),
        Column(name="company", kind="iri", meaning="the company"),
        Column(name="share", kind="fraction", meaning="0-1; none in a loop that is closed"),
    ),
    run=_final_owners,
    example={"company": "mitsubishi-motors"},
)


def _network_value(context: Context) -> Found:
    from kg.analytics.final_owners import network_value
    from kg.analytics.value_proof import why_valued

    model = context.values.one("model")
    stakes, chosen = context.network.capital, context.values.many("holder")
    words = f"of {' and '.join(map(context.label, chosen))}" if chosen else ""
    missing = [one for one in chosen if one not in stakes.numbers]
    if missing or not len(stakes):
        of = f" of {' and '.join(map(context.label, missing))}" if missing else ""
        silent = f"no source in the graph says who holds what{of} as asked; that is not a no"
        return Found(rows=[], words=words, silent=silent)

    def complete(row: Row, why: bool) -> Row:
        held = stakes.rows_by_owner.get(stakes.numbers[row["name"]], ())
        places = (stakes.place(one.owner, one.owned) for one in held[:100])
        claims = all_claims(map(stakes.claims_of, places))
        told = {"why": why_valued(stakes, row["name"], model).to_json()} if why else {}  # type: ignore[arg-type]
        return dict(row) | {"claims": list(claims)} | told

    found = network_value(stakes, model=model, of=chosen or None)  # type: ignore[arg-type]
    ordered = sorted(found, key=lambda one: (-(one.inside or 0), one.name))
    return Found(rows=[one.to_json() for one in ordered], words=words, complete=complete)


NETWORK_VALUE = Inquiry(
    name="network-value",
    english="What are a holder's companies worth, counted in companies?",
    about="Every company is worth 1. `inside` is what a holder has of others, directly and through "
    "others; `corrected` adds itself; `total` counts what comes back to it again. By `threshold` "
    "more than half of a company is all of it, by `relative` the largest holders count for more. "
    "A range counts at its least.",
    method="(I - A)^-1 v, corrected for loops by diag((I - A)^-1)^-1",
    source="Vitali, Glattfelder & Battiston 2011",
    parameters=(
        Parameter(name="holder", kind=AGENT, many=True, meaning="only these; else everybody"),
        Parameter(
            name="model", kind=TEXT, default="linear", choices=("linear", "threshold", "relative"),
            meaning="how much of a company a stake stands for",
        ),
    ),
    columns=(
        Column(name="name", kind="iri", meaning="who holds"),
        Column(name="inside", kind="number", meaning="of others, in companies"),
        Column(name="corrected", kind="number", meaning="with itself"),
        Column(name="total", kind="number", meaning="with what comes back to it counted again"),
    ),
    run=_network_value,
    example={"holder": "nissan"},
)  # fmt: skip

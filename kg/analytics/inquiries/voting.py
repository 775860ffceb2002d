"""What the votes of a company's holders decide, on the graph; how games of votes are described."""

from fractions import Fraction

from kg.analytics.inquiries.inquiry import (
    COMPANY,
    FLAG,
    SHARE,
    TEXT,
    WHOLE,
    Column,
    Context,
    Found,
    Inquiry,
    Parameter,
    Row,
    share,
)
from kg.analytics.inquiries.routes import unknown_part
from kg.analytics.inquiries.verdicts import UNSAID, plain_row
from kg.analytics.network import Remark
from kg.errors import ParameterError

# How much wins, and who votes beside the holders that are named.
GAME = (
    Parameter(name="quota", kind=SHARE, default="1/2", meaning="more than this part wins"),
    Parameter(name="at_least", kind=FLAG, default="false", meaning="the quota itself wins"),
    Parameter(
        name="rest", kind=TEXT, default="ocean", choices=("ocean", "one", "many", "absent"),
        meaning="holders whom no source names: countless small ones, one, several, or silent",
    ),
    Parameter(
        name="voters", kind=WHOLE, default="20", least=1, most=200, meaning="how many, if `many`"
    ),
)  # fmt: skip
SEED = Parameter(name="seed", kind=WHOLE, default="0", most=10**9, meaning="of the draws")


def _power(context: Context) -> Found:
    from kg.analytics.shareholders import power

    values, stakes = context.values, context.network.deciding
    company = values.one("company")
    label = context.label(company)
    node = stakes.numbers.get(company)
    if node is None or not stakes.rows_by_owned.get(node):
        silent = f"{UNSAID} who holds votes or capital of {label} as asked; that is not a no"
        return Found(rows=[], words=f"in {label}", silent=silent)
    found = power(
        stakes,
        company,
        quota=quota_of(values.one("quota")),
        strict=not values.flag("at_least"),
        rest=values.one("rest"),
        voters=values.whole("voters"),
        samples=values.whole("samples"),
        seed=values.whole("seed"),
    )
    listed = "; ".join(" + ".join(map(context.label, one)) for one in found.winning)
    more = "" if found.all_winning else "; there are more"
    proof = found.proof.to_json()
    rows: list[Row] = [one.to_json() | {"why": proof} for one in found.rows]
    return Found(
        rows=rows,
        words=f"in {label}",
        method=f"{found.method}; holders not named: {found.rest}",
        complete=plain_row,
        remarks=[
            Remark(
                rule="minimal winning coalitions", text=(listed or "none of those named") + more
            ),
            *unknown_part(context.network, company, label),
        ],
    )


def quota_of(text: str) -> Fraction:
    """Return the part of the votes that a quota names; ParameterError if that is nothing."""
    found = share("quota", text)
    if not found:
        raise ParameterError("quota", "is more than nothing")
    return found


POWER = Inquiry(
    name="power",
    english="What do the votes of a company's holders decide?",
    about="Banzhaf and Shapley-Shubik of each direct holder, exact or sampled with its error. "
    "Holders whom no source names count as `rest` says.",
    method="exact to some sixty holders, else sampled",
    source="Banzhaf 1965; Shapley & Shubik 1954",
    parameters=(
        Parameter(name="company", kind=COMPANY, required=True, meaning="whose holders vote"),
        *GAME,
        Parameter(
            name="samples", kind=WHOLE, default="100000", least=1, most=1_000_000,
            meaning="where too many to count",
        ),
        SEED,
    ),
    columns=(
        Column(name="holder", kind="iri", meaning="who votes"),
        Column(name="low", kind="fraction", meaning="its part of the votes at least"),
        Column(name="high", kind="fraction", meaning="at most"),
        Column(name="banzhaf", kind="fraction", meaning="how often it decides"),
        Column(name="normalised", kind="fraction", meaning="the same as a part of all"),
        Column(name="shapley", kind="fraction", meaning="Shapley-Shubik index"),
        Column(name="veto", kind="text", meaning="nothing passes without it"),
    ),
    run=_power,
    example={"company": "mitsubishi-motors"},
)  # fmt: skip

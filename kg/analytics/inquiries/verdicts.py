"""Named legal tests, OFAC's rule and voting power, on the graph."""

from fractions import Fraction

from kg.analytics.inquiries.inquiry import (
    AGENT,
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
from kg.analytics.inquiries.routes import leads, unknown_part
from kg.analytics.network import Remark
from kg.errors import ParameterError

_UNSAID = "no source in the graph says"


def plain_row(row: Row, why: bool) -> Row:
    """Return a row of a measure, with its proof only if asked for."""
    return row if why else {name: value for name, value in row.items() if name != "why"}


def _legal(context: Context) -> Found:
    from kg.analytics.legal import legal_tests

    network, values = context.network, context.values
    holder, company = values.one("holder"), values.one("company")
    words = f"of {context.label(holder)} in " if holder else "of "
    words += context.label(company)
    known = set(network.deciding.names) | set(network.capital.names)
    for one, role in ((company, "holds anything of"), (holder, "is held by or holds")):
        if one and one not in known:
            silent = f"{_UNSAID} who {role} {context.label(one)} as asked; that is not a no"
            return Found(rows=[], words=words, silent=silent)
    if not holder and company not in {network.deciding.names[one] for one in _held(context)}:
        silent = f"{_UNSAID} who holds anything of {context.label(company)}; that is not a no"
        return Found(rows=[], words=words, silent=silent)
    turnout = values.one("turnout")
    found = legal_tests(
        network.capital,
        holder or None,
        company,
        votes=network.votes,
        turnout=share("turnout", turnout) if turnout else None,
        blocked=values.many("blocked"),
        tests=values.many("test") or None,
    )
    return Found(
        rows=[one.to_json() for one in found],
        words=words,
        complete=plain_row,
        remarks=[
            *_unled(context, holder, company),
            *unknown_part(network, company, context.label(company)),
        ],
    )


def _held(context: Context) -> set[int]:
    return {row.owned for row in context.network.deciding.rows()}


def _unled(context: Context, holder: str, company: str) -> list[Remark]:
    """Return a remark where nothing is known to lead from the holder to the company."""
    stakes = context.network.deciding
    if not holder or leads(stakes, holder, company):
        return []
    text = (
        f"{_UNSAID} that {context.label(holder)} holds anything of {context.label(company)}, "
        "directly or through others: a no here is by what is known"
    )
    return [Remark(rule="nothing known", text=text)]


LEGAL_TESTS = Inquiry(
    name="legal-tests",
    english="What does each named legal test say of a holder and a company?",
    about="Each test with its law, threshold, answer (yes, no, cannot tell), margin and the claims "
    "it rests on. Rules of thumb for finding cases, no legal advice.",
    method="each test names its own",
    source="named in each row",
    parameters=(
        Parameter(
            name="holder", kind=AGENT,
            meaning="whose stake; without it all direct holders, and those above who meet a test",
        ),
        Parameter(name="company", kind=COMPANY, required=True, meaning="the company held"),
        Parameter(name="test", kind=TEXT, many=True, meaning="only this test, by its name"),
        Parameter(name="turnout", kind=SHARE, meaning="part of the votes that comes to meetings"),
        Parameter(
            name="blocked", kind=AGENT, many=True, meaning="who is blocked besides the holder"
        ),
    ),
    columns=(
        Column(name="test", kind="text", meaning="name of the test"),
        Column(name="holder", kind="iri", meaning="whose stake"),
        Column(name="company", kind="iri", meaning="in which company"),
        Column(name="answer", kind="text", meaning="yes, no, cannot tell"),
        Column(name="words", kind="text", meaning="what it comes to, and by how much"),
        Column(name="margin", kind="text", meaning="how far from the threshold"),
        Column(name="note", kind="text", meaning="what it leaves open or stands on"),
        Column(name="source", kind="text", meaning="the law, standard or guideline"),
    ),
    run=_legal,
    example={"holder": "nissan", "company": "mitsubishi-motors", "as_of": "2024-08-01"},
)  # fmt: skip


def _ofac(context: Context) -> Found:
    from kg.analytics.legal import ofac

    blocked, stakes = context.values.many("blocked"), context.network.capital
    words = f"if {' and '.join(map(context.label, blocked))} is blocked"
    missing = [one for one in blocked if one not in stakes.numbers]
    if len(missing) == len(blocked):
        listed = " or ".join(map(context.label, missing))
        silent = f"{_UNSAID} that {listed} holds anything; that is not a no"
        return Found(rows=[], words=words, silent=silent)
    known = [one for one in blocked if one not in missing]
    found = ofac(stakes, known, all_held=context.values.flag("all"))
    remarks = [
        Remark(rule="nothing known", text=f"{_UNSAID} that {context.label(one)} holds anything")
        for one in missing
    ]
    for one in found[:5]:
        remarks += unknown_part(context.network, one.company, context.label(one.company))
    return Found(
        rows=[one.to_json() for one in found], words=words, complete=plain_row, remarks=remarks
    )


OFAC = Inquiry(
    name="ofac",
    english="What is blocked because blocked persons own half of it?",
    about="Just half is enough; whole stakes of all that is blocked are added, again and again; "
    "nothing is multiplied. Ownership counts, not control.",
    method="least fixpoint of joint ownership of at least half",
    source="OFAC (US Treasury), 50 Percent Rule, FAQ 398 and 401",
    parameters=(
        Parameter(
            name="blocked", kind=AGENT, many=True, required=True,
            meaning="a blocked person; several count together",
        ),
        Parameter(
            name="all", kind=FLAG, default="false",
            meaning="also companies of which they hold less than half",
        ),
    ),
    columns=(
        Column(name="company", kind="iri", meaning="the company"),
        Column(name="held", kind="fraction", meaning="by all that is blocked, 0-1"),
        Column(name="certainty", kind="text", meaning="certain, possible, impossible"),
        Column(name="holders", kind="iris", meaning="blocked direct holders"),
    ),
    run=_ofac,
    example={"blocked": "nissan", "all": "true"},
)  # fmt: skip


def _power(context: Context) -> Found:
    from kg.analytics.shareholders import power

    values, stakes = context.values, context.network.deciding
    company = values.one("company")
    label = context.label(company)
    node = stakes.numbers.get(company)
    if node is None or not stakes.rows_by_owned.get(node):
        silent = f"{_UNSAID} who holds votes or capital of {label} as asked; that is not a no"
        return Found(rows=[], words=f"in {label}", silent=silent)
    found = power(
        stakes,
        company,
        quota=_quota(values.one("quota")),
        strict=not values.flag("at_least"),
        rest=values.one("rest"),
        voters=values.whole("voters"),
        samples=max(1, values.whole("samples")),
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


def _quota(text: str) -> Fraction:
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
        Parameter(name="quota", kind=SHARE, default="1/2", meaning="more than this part wins"),
        Parameter(name="at_least", kind=FLAG, default="false", meaning="the quota itself wins"),
        Parameter(
            name="rest", kind=TEXT, default="ocean", choices=("ocean", "one", "many", "absent"),
            meaning="holders whom no source names: countless small ones, one, several, or silent",
        ),
        Parameter(
            name="voters", kind=WHOLE, default="20", least=1, most=200,
            meaning="how many, if `many`",
        ),
        Parameter(
            name="samples", kind=WHOLE, default="100000", least=1, most=1_000_000,
            meaning="where too many to count",
        ),
        Parameter(name="seed", kind=WHOLE, default="0", most=10**9, meaning="of the samples"),
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

"""Control and ultimate controllers, on the graph."""

from typing import TYPE_CHECKING

from kg.analytics.inquiries.inquiry import (
    AGENT,
    COMPANY,
    SHARE,
    Column,
    Context,
    Found,
    Inquiry,
    Parameter,
    Row,
    few,
)
from kg.analytics.inquiries.routes import claims_between, unknown_part
from kg.analytics.proof import all_claims

if TYPE_CHECKING:
    from kg.analytics.control_pairs import ControlIndex

_THRESHOLD = Parameter(
    name="threshold", kind=SHARE, default="0.5", meaning="more than this gives control"
)
_MOST_PAIRS = 500_000
CERTAINTY = Column(
    name="certainty", kind="text", meaning="certain, possible (it depends on unknown shares), none"
)


def _control(context: Context) -> Found:
    from kg.analytics.control_pairs import ControlIndex
    from kg.analytics.fixpoint import majority

    values, stakes = context.values, context.network.deciding
    index = ControlIndex(stakes, majority(values.one("threshold")))
    by, company = values.many("controller"), values.one("controlled")
    silent = _unheard(context, [*by, company])
    if silent:
        return Found(rows=[], words=_by(context, by, company), silent=silent)
    rows: list[Row] = [one.to_json() for one in few(index.rows(by or None), _MOST_PAIRS)]
    if company:
        rows = [one for one in rows if one["controlled"] == company]
        if by and not rows:
            nothing = {"controller": " + ".join(by), "controlled": company, "held": None}
            rows = [nothing | {"certainty": "none"}]

    def complete(row: Row, why: bool) -> Row:
        return _explained(index, by or [row["controller"]], row, why)

    return Found(
        rows=rows,
        words=_by(context, by, company),
        complete=complete,
        remarks=[
            remark
            for one in dict.fromkeys([company, *_held_directly(context, by)])
            if one
            for remark in unknown_part(context.network, one, context.label(one))
        ],
    )


def _explained(index: "ControlIndex", by: list[str], row: Row, why: bool) -> Row:
    """Return a row with the claims of its proof, and the proof and what tips it if asked for."""
    from kg.analytics.control_proof import explain
    from kg.analytics.tips import tips

    proof = explain(index, by, row["controlled"])
    row = dict(row)
    if row["held"] is None and proof.steps:
        row["held"] = str(proof.steps[-1].held)
    claims = all_claims(one.claims for step in proof.steps for one in step.holdings)
    row["claims"] = list(claims)
    if why:
        told = tips(index, by, row["controlled"])
        sentences = [*proof.sentences(), *(one.sentence(" + ".join(by)) for one in told)]
        row["why"] = proof.to_json() | {
            "steps": sentences,
            "tips": [one.to_json() for one in told],
        }
    return row


def _held_directly(context: Context, by: list[str]) -> list[str]:
    """Return the first companies that holders have a direct stake in."""
    stakes = context.network.deciding
    numbers = [stakes.numbers[one] for one in by if one in stakes.numbers]
    owned = [row.owned for node in numbers for row in stakes.rows_by_owner.get(node, ())]
    return [stakes.names[one] for one in dict.fromkeys(owned)][:10]


def _by(context: Context, by: list[str], company: str) -> str:
    acting = " and ".join(map(context.label, by))
    parts = [f"by {acting}" + (" acting as one" if len(by) > 1 else "") if by else ""]
    parts.append(f"of {context.label(company)}" if company else "")
    return " ".join(part for part in parts if part)


def _unheard(context: Context, names: list[str]) -> str:
    """Return why nothing can be said of some companies; nothing where something is known."""
    numbers = context.network.deciding.numbers
    missing = [one for one in names if one and one not in numbers]
    if missing or not numbers:
        of = f" of {' and '.join(map(context.label, missing))}" if missing else ""
        return f"no source in the graph says who holds what{of} as asked; that is not a no"
    return ""


CONTROL = Inquiry(
    name="control",
    english="Who controls whom, alone or through others?",
    about="More than half of the votes is needed, never just half; where no votes are stated "
    "capital stands in. What a holder controls counts as its own. Several controllers act as one.",
    method="least fixpoint of joint majority",
    source="Mumick, Pirahesh & Ramakrishnan 1990",
    parameters=(
        Parameter(
            name="controller", kind=AGENT, many=True, meaning="who controls; several act as one"
        ),
        Parameter(name="controlled", kind=COMPANY, meaning="the company controlled"),
        _THRESHOLD,
    ),
    columns=(
        Column(name="controller", kind="iri", meaning="who controls"),
        Column(name="controlled", kind="iri", meaning="whom"),
        Column(name="held", kind="fraction", meaning="by it and all it controls, 0-1"),
        CERTAINTY,
    ),
    run=_control,
    example={"controller": "nissan"},
)


def _ultimate(context: Context) -> Found:
    from kg.analytics.control_pairs import ControlIndex
    from kg.analytics.fixpoint import majority
    from kg.analytics.top_proof import why_at_the_top
    from kg.analytics.ultimate_controllers import Ultimate, largest_holders, ultimates

    values, stakes = context.values, context.network.deciding
    company, at = values.one("company"), values.one("at")
    words = f"of {context.label(company)}" if company else ""
    silent = _unheard(context, [company])
    if silent:
        return Found(rows=[], words=words, silent=silent)
    index = ControlIndex(stakes, majority(values.one("threshold")))
    found = list(largest_holders(stakes, at) if at else ultimates(index))
    told = [one for one in found if not company or one.company == company]
    proof = why_at_the_top(index, found, at)

    def complete(row: Row, why: bool) -> Row:
        told = proof(Ultimate(**row))
        done = dict(row) | {"claims": _claims_of_top(context, row, at) or list(told.claims)}
        if row["controller"] is None and unknown_part(context.network, row["company"], ""):
            done["certainty"] = "by what is known"
        if why:
            done["why"] = told.to_json()
        return done

    return Found(
        rows=[one.to_json() for one in told],
        words=words,
        complete=complete,
        method=f"largest holder of at least {at}, followed upwards" if at else "",
        remarks=unknown_part(context.network, company, context.label(company)) if company else [],
    )


def _claims_of_top(context: Context, row: Row, at: str) -> list[str]:
    """Return the claims of a row that go further than its proof; of nobody, of its stakes."""
    if row["controller"] is None:
        return _direct_claims(context, row["company"])
    if at or row["controller"] == row["company"]:
        stakes = context.network.deciding
        return list(claims_between(stakes, row["controller"], row["company"]))
    return []


def _direct_claims(context: Context, company: str) -> list[str]:
    stakes = context.network.deciding
    rows = stakes.rows_by_owned.get(stakes.numbers[company], ())
    places = (stakes.place(row.owner, row.owned) for row in rows)
    return list(all_claims(map(stakes.claims_of, places)))


ULTIMATE = Inquiry(
    name="ultimate",
    english="Who is at the top above a company?",
    about="Who controls it and is controlled by nobody: one, a loop of companies that control each "
    "other, two joint holders of half each, or nobody.",
    method="least fixpoint of joint majority",
    source="Mumick, Pirahesh & Ramakrishnan 1990; with `at` the global ultimate owner of Orbis",
    parameters=(
        Parameter(name="company", kind=COMPANY, meaning="only above this company"),
        Parameter(
            name="at", kind=SHARE, meaning="instead, follow the largest holder of at least this"
        ),
        _THRESHOLD,
    ),
    columns=(
        Column(name="company", kind="iri", meaning="the company"),
        Column(name="controller", kind="iri", meaning="who is at the top"),
        Column(name="kind", kind="text", meaning="one, several, loop, joint, none"),
        CERTAINTY,
    ),
    run=_ultimate,
    example={"company": "mitsubishi-motors"},
)

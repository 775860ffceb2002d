"""Control, ultimate controllers, integrated ownership and close links, on the graph."""

from typing import TYPE_CHECKING

from kg.analytics.inquiries.inquiry import (
    AGENT,
    COMPANY,
    SHARE,
    TEXT,
    Column,
    Context,
    Found,
    Inquiry,
    Parameter,
    Row,
    few,
)
from kg.analytics.inquiries.routes import claims_between, unknown_part
from kg.analytics.network import Remark
from kg.analytics.proof import all_claims
from kg.errors import ParameterError

if TYPE_CHECKING:
    from kg.analytics.control_pairs import ControlIndex

_THRESHOLD = Parameter(
    name="threshold", kind=SHARE, default="0.5", meaning="more than this gives control"
)
_MOST_PAIRS = 500_000
_CERTAINTY = Column(
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
        _CERTAINTY,
    ),
    run=_control,
    example={"controller": "nissan"},
)


def _ultimate(context: Context) -> Found:
    from kg.analytics.control_pairs import ControlIndex
    from kg.analytics.fixpoint import majority
    from kg.analytics.ultimate_controllers import largest_holders, ultimates

    values, stakes = context.values, context.network.deciding
    company, at = values.one("company"), values.one("at")
    words = f"of {context.label(company)}" if company else ""
    silent = _unheard(context, [company])
    if silent:
        return Found(rows=[], words=words, silent=silent)
    index = ControlIndex(stakes, majority(values.one("threshold")))
    found = largest_holders(stakes, at) if at else ultimates(index)
    rows = [one.to_json() for one in found if not company or one.company == company]

    def complete(row: Row, why: bool) -> Row:
        if row["controller"] is None:
            open_ = unknown_part(context.network, row["company"], "")
            told = {"certainty": "by what is known"} if open_ else {}
            return dict(row) | told | {"claims": _direct_claims(context, row["company"])}
        if at or row["controller"] == row["company"]:
            claims = claims_between(stakes, row["controller"], row["company"])
            return dict(row) | {"claims": list(claims)}
        asked = {"controlled": row["company"], "held": ""}
        explained = _explained(index, [row["controller"]], asked, why)
        return dict(row) | {
            name: explained[name] for name in ("claims", "why") if name in explained
        }

    return Found(
        rows=rows,
        words=words,
        complete=complete,
        method=f"largest holder of at least {at}, followed upwards" if at else "",
        remarks=unknown_part(context.network, company, context.label(company)) if company else [],
    )


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
        _CERTAINTY,
    ),
    run=_ultimate,
    example={"company": "mitsubishi-motors"},
)


def _ownership(context: Context) -> Found:
    from kg.analytics.integrated import ownership

    values = context.values
    stakes = context.network.of(values.one("right"))
    by, of = values.one("owner"), values.one("owned")
    words = " ".join(
        part
        for part in (
            f"of {context.label(of)}" if of else "",
            f"by {context.label(by)}" if by else "",
            f"({values.one('right')})",
        )
        if part
    )
    missing = [one for one in (by, of) if one and one not in stakes.numbers]
    if missing or not len(stakes):
        named = f" of {' and '.join(map(context.label, missing))}" if missing else ""
        silent = f"no source in the graph says who holds {values.one('right')}{named} as asked"
        return Found(rows=[], words=words, silent=f"{silent}; that is not a no")
    if not (by or of) and len(stakes) > _MOST_ALL_PAIRS:
        raise ParameterError("owner", f"of {len(stakes):,} stakes name an owner or a company")
    method = values.one("method")
    found = ownership(stakes, method, by=by or None, of=of or None)  # type: ignore[arg-type]
    rows: list[Row] = [
        {
            "owner": one.owner,
            "owned": one.owned,
            "share": _decimal(one.share),
            "low": _decimal(one.low),
            "high": _decimal(one.high),
            "note": one.note,
        }
        for one in found
    ]

    def complete(row: Row, why: bool) -> Row:
        done = dict(row) | {"claims": list(claims_between(stakes, row["owner"], row["owned"]))}
        if why:
            done["why"] = _why_owned(context, row, method)
        return done

    return Found(rows=rows, words=words, method=_METHODS[method], complete=complete)


_MOST_ALL_PAIRS = 20_000
_METHODS = {
    "corrected": "corrected: nothing flows back through the owner",
    "brioschi": "A + A^2 + A^3 ...: cross-holdings count again each time round",
    "paths": "products along paths that visit no company twice, added; bounded around loops",
}


def _decimal(value: object) -> str | None:
    from fractions import Fraction

    from kg.analytics.ranges import decimal_text

    if value is None:
        return None
    return decimal_text(value) if isinstance(value, Fraction) else f"{value:.15g}"


def _why_owned(context: Context, row: Row, method: str) -> Row:
    """Return the paths that an owner's share comes on, largest first."""
    from kg.analytics.ownership_proof import why

    stakes = context.network.of(context.values.one("right"))
    proof = why(stakes, row["owner"], row["owned"], method)  # type: ignore[arg-type]
    return {
        "rule": f"integrated ownership, {method}",
        "source": OWNERSHIP.source,
        "parameters": {"right": stakes.right},
        "steps": proof.sentences(),
    }


OWNERSHIP = Inquiry(
    name="ownership",
    english="How much of a company is an owner's, directly and through others?",
    about="Shares multiply along a chain and chains add up; loops count as the method says. Ranges "
    "and unknown shares give the least and the most.",
    method=_METHODS["corrected"],
    source="Baldone, Brioschi & Paleari 1998; Vitali, Glattfelder & Battiston 2011; "
    "Brioschi, Buzzacchi & Colombo 1989",
    parameters=(
        Parameter(name="owner", kind=AGENT, meaning="only what this owner holds"),
        Parameter(name="owned", kind=COMPANY, meaning="only what is held of this company"),
        Parameter(
            name="method", kind=TEXT, default="corrected", choices=tuple(_METHODS),
            meaning="how loops count",
        ),
        Parameter(
            name="right", kind=TEXT, default="capital", choices=("capital", "votes"),
            meaning="capital or votes: two different facts",
        ),
    ),
    columns=(
        Column(name="owner", kind="iri", meaning="who holds"),
        Column(name="owned", kind="iri", meaning="what"),
        Column(name="share", kind="fraction", meaning="0-1; empty when it is a range"),
        Column(name="low", kind="fraction", meaning="at least, 0-1"),
        Column(name="high", kind="fraction", meaning="at most, 0-1"),
        Column(name="note", kind="text", meaning="what there is to say about it"),
    ),
    run=_ownership,
    example={"owner": "nissan"},
)  # fmt: skip


def _close_links(context: Context) -> Found:
    from kg.analytics.linked import close_links

    values, stakes = context.values, context.network.capital
    company, rule = values.one("company"), values.one("rule")
    words = f"of {context.label(company)}" if company else ""
    if not len(stakes) or (company and company not in stakes.numbers):
        named = f" of {context.label(company)}" if company else ""
        silent = f"no source in the graph says who holds what{named} as asked; that is not a no"
        return Found(rows=[], words=words, silent=silent)
    if not company and len(stakes) > _MOST_ALL_PAIRS:
        raise ParameterError("company", f"of {len(stakes):,} stakes name a company")
    found = close_links(stakes, rule, values.share("threshold"))  # type: ignore[arg-type]
    rows: list[Row] = [
        {
            "company": one.company,
            "linked": one.linked,
            "reason": one.reason,
            "third_party": one.third_party,
            "low": _decimal(one.low),
            "high": _decimal(one.high),
            "certainty": one.certainty,
        }
        for one in found.rows()
        if not company or company in (one.company, one.linked)
    ]

    def complete(row: Row, _why: bool) -> Row:
        third = row["third_party"]
        ends = [(third, row["company"]), (third, row["linked"])] if third else []
        ends = ends or [(row["company"], row["linked"])]
        return dict(row) | {
            "claims": list(all_claims(claims_between(stakes, *pair) for pair in ends))
        }

    undecided = [
        Remark(rule="undecided", text=f"{found.undecided} pairs lie on the threshold, and count")
    ]
    return Found(
        rows=rows,
        words=words,
        method=_RULES[rule],
        complete=complete,
        remarks=undecided if found.undecided else [],
    )


_RULES = {
    "eurosystem": "whole stakes of what is majority-owned are added up, or a common parent",
    "path-product": "products along paths without repeats, added; or a third party has so much",
    "integrated": "corrected integrated ownership; or a third party has so much",
}
CLOSE_LINKS = Inquiry(
    name="close-links",
    english="Which companies are so bound that one is no independent guarantor of the other?",
    about="One holds at least 20% of the other by the rule, or a third party binds both. The rules "
    "disagree: say which one is asked.",
    method=_RULES["eurosystem"],
    source="Eurosystem collateral rules (T2S data model); Bank of Italy's rule for path-product",
    parameters=(
        Parameter(name="company", kind=COMPANY, meaning="only links of this company"),
        Parameter(
            name="rule", kind=TEXT, default="eurosystem", choices=tuple(_RULES),
            meaning="which rule",
        ),
        Parameter(name="threshold", kind=SHARE, default="0.2", meaning="just so much is enough"),
    ),
    columns=(
        Column(name="company", kind="iri", meaning="one"),
        Column(name="linked", kind="iri", meaning="the other"),
        Column(name="reason", kind="text", meaning="holding, or third party"),
        Column(name="third_party", kind="iri", meaning="who binds both"),
        Column(name="low", kind="fraction", meaning="what one has of the other at least"),
        Column(name="high", kind="fraction", meaning="at most"),
        _CERTAINTY,
    ),
    run=_close_links,
    example={"company": "mitsubishi-motors"},
)  # fmt: skip

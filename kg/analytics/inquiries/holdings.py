"""Integrated ownership and close links, on the graph."""

from typing import TYPE_CHECKING

from kg.analytics.inquiries.control import CERTAINTY
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
)
from kg.analytics.inquiries.routes import claims_between
from kg.analytics.network import Remark
from kg.analytics.proof import all_claims
from kg.errors import ParameterError

if TYPE_CHECKING:
    from kg.analytics.linked import CloseLink


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
    from kg.analytics.link_proof import LinkProofs
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
    links = [one for one in found.rows() if not company or company in (one.company, one.linked)]
    rows = [_link_row(one) for one in links]
    proofs = LinkProofs(stakes, found)
    by_row = {_place(row): one for row, one in zip(rows, links, strict=True)}

    def complete(row: Row, why: bool) -> Row:
        third = row["third_party"]
        ends = [(third, row["company"]), (third, row["linked"])] if third else []
        ends = ends or [(row["company"], row["linked"])]
        claims = all_claims(claims_between(stakes, *pair) for pair in ends)
        told = {"why": proofs.of(by_row[_place(row)]).to_json()} if why else {}
        return dict(row) | {"claims": list(claims)} | told

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


def _link_row(link: "CloseLink") -> Row:
    return {
        "company": link.company,
        "linked": link.linked,
        "reason": link.reason,
        "third_party": link.third_party,
        "low": _decimal(link.low),
        "high": _decimal(link.high),
        "certainty": link.certainty,
    }


def _place(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in ("company", "linked", "reason", "third_party"))


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
        CERTAINTY,
    ),
    run=_close_links,
    example={"company": "mitsubishi-motors"},
)  # fmt: skip

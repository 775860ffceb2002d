"""What if: edits of stakes and memberships, and the differences they make, on the graph."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.analytics.figures_known import figures
from kg.analytics.inquiries.concentration import allied, controllers
from kg.analytics.inquiries.inquiry import (
    TEXT,
    Column,
    Context,
    Found,
    Inquiry,
    Parameter,
    Row,
)
from kg.analytics.inquiries.names_given import resolve
from kg.analytics.network import Remark
from kg.analytics.proof import all_claims
from kg.errors import ParameterError

if TYPE_CHECKING:
    from kg.analytics.alliances import MemberSales
    from kg.analytics.consequences import World
    from kg.analytics.edits import Edit
    from kg.analytics.markets import MarketShare

_KINDS = ("drop", "set", "add", "leave", "join")  # the order in which they are made
_MOST_EDITS = 50


def _what_if(context: Context) -> Found:
    from kg.analytics.consequences import what_if

    edits = _edits(context)
    if not edits:
        raise ParameterError("set", f"nothing to change: give one of {', '.join(_KINDS)}")
    found = what_if(_world(context), edits, tests=context.values.many("test") or None)
    remarks = []
    if found.untested:
        remarks.append(Remark(rule="untested", text=f"{found.untested} more pairs were not tested"))
    return Found(
        rows=[one.to_json() for one in found.differences],
        words=f"after {'; '.join(map(str, edits))}",
        remarks=remarks,
        complete=_complete,
    )


def _complete(row: Row, why: bool) -> Row:
    proofs = [row[name] for name in ("why_before", "why_after") if row[name]]
    claims = all_claims(one["claims"] for one in proofs)
    kept = row if why else {name: one for name, one in row.items() if name[:3] != "why"}
    return dict(kept) | {"claims": [one for one in claims if ":" in one and " " not in one]}


def _edits(context: Context) -> "list[Edit]":
    from kg.analytics.edits import MemberEdit, StakeEdit, read_edit

    found: list[Edit] = []
    for kind in _KINDS:
        for text in context.values.many(kind):
            edit = read_edit(kind, text)
            if isinstance(edit, StakeEdit):
                owner = resolve(context.known, "agent", edit.owner, kind)
                owned = resolve(context.known, "company", edit.owned, kind)
                found.append(replace(edit, owner=owner, owned=owned))
            elif isinstance(edit, MemberEdit):
                company = resolve(context.known, "company", edit.company, kind)
                alliance = resolve(context.known, "alliance", edit.alliance, kind)
                found.append(replace(edit, company=company, alliance=alliance))
    if len(found) > _MOST_EDITS:
        raise ParameterError("set", f"{len(found)} edits; {_MOST_EDITS} at most in one call")
    return found


def _world(context: Context) -> "World":
    from kg.analytics.consequences import World

    alliances = allied(context)
    members = sorted({member for of in alliances.values() for member in of})
    return World(
        capital=context.network.capital,
        votes=context.network.votes,
        alliances=alliances,
        sales=_sales(context, members),
        consolidated={
            company: parent
            for company, parent in controllers(context, members).items()
            if parent != company
        },
        markets=_markets(context),
    )


def _sales(context: Context, members: Sequence[str]) -> "list[MemberSales]":
    from kg.analytics.alliances import MemberSales

    return [
        MemberSales(
            member=one.subject,
            period=context.label(one.period) if one.period else "no period",
            value=one.value,
            metric=f"vehicles ({one.powertrain}, {context.label(one.market)})",
            claims=one.claims,
        )
        for one in figures(context.network, "Sales")
        if one.type == "Company" and (one.fact or context.network.asked.reported)
    ]


def _markets(context: Context) -> "dict[str, list[MarketShare]]":
    from kg.analytics.markets import MarketShare

    found: dict[str, list[MarketShare]] = {}
    for one in figures(context.network, "MarketShare"):
        if one.type == "Company" and (one.fact or context.network.asked.reported):
            place = f"{context.label(one.market)} ({one.powertrain}) {context.label(one.period)}"
            share = MarketShare(company=one.subject, share=one.value, claims=one.claims)
            found.setdefault(place.strip(), []).append(share)
    return found


def _edit_parameter(kind: str, meaning: str) -> Parameter:
    return Parameter(name=kind, kind=TEXT, many=True, meaning=meaning)


WHAT_IF = Inquiry(
    name="what-if",
    english="What would edits of stakes and memberships change?",
    about="All edits are made in one go, drops first. Told are differences in control, the named "
    "legal tests, the concentration of markets and the totals of alliances.",
    method="every measure before and after; only what differs",
    source="named in each proof",
    parameters=(
        _edit_parameter("set", "a stake is so much: honda>nissan=51%"),
        _edit_parameter("add", "so much more of it is held: honda>nissan=10%"),
        _edit_parameter("drop", "a stake is held no more: nissan>mitsubishi-motors"),
        _edit_parameter("join", "a company becomes a member: mazda@toyota-led"),
        _edit_parameter("leave", "a member leaves: suzuki@toyota-led"),
        Parameter(name="test", kind=TEXT, many=True, meaning="only this legal test, by its name"),
    ),
    columns=(
        Column(name="kind", kind="text", meaning="control, legal test, concentration, alliance"),
        Column(name="subject", kind="text", meaning="of whom or what"),
        Column(name="before", kind="text", meaning="as it is"),
        Column(name="after", kind="text", meaning="as it would be"),
    ),
    run=_what_if,
    example={"set": "nissan>mitsubishi-motors=24.05%"},
)

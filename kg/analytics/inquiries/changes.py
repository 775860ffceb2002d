"""What if: edits of stakes and memberships, and the differences they make, on the graph."""

from collections import Counter
from collections.abc import Iterable, Sequence
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
    from kg.analytics.figures_known import Figure
    from kg.analytics.markets import MarketShare

_KINDS = ("drop", "set", "add", "leave", "join")  # the order in which they are made
_MOST_EDITS = 50


def _what_if(context: Context) -> Found:
    from kg.analytics.consequences import what_if

    edits = _edits(context)
    if not edits:
        raise ParameterError("set", f"nothing to change: give one of {', '.join(_KINDS)}")
    remarks: list[Remark] = []
    world = _world(context, edits, remarks)
    found = what_if(world, edits, tests=context.values.many("test") or None)
    if found.untested:
        text = f"at least {found.untested} more pairs were not tested"
        remarks.append(Remark(rule="untested", text=text))
    if found.unseen:
        text = f"{found.unseen} holders further up were not looked at"
        remarks.append(Remark(rule="unseen", text=text))
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
                if owner == owned:
                    raise ParameterError(kind, f"{text!r}: both are {context.label(owner)}")
                found.append(replace(edit, owner=owner, owned=owned))
            elif isinstance(edit, MemberEdit):
                company = resolve(context.known, "company", edit.company, kind)
                alliance = resolve(context.known, "alliance", edit.alliance, kind)
                found.append(replace(edit, company=company, alliance=alliance))
    if len(found) > _MOST_EDITS:
        raise ParameterError("set", f"{len(found)} edits; {_MOST_EDITS} at most in one call")
    return found


def _world(context: Context, edits: "Sequence[Edit]", remarks: list[Remark]) -> "World":
    from kg.analytics.consequences import World

    alliances = allied(context)
    members = {member for of in alliances.values() for member in of} | _joining(edits)
    return World(
        capital=context.network.capital,
        votes=context.network.votes,
        alliances=alliances,
        sales=_sales(context),
        consolidated=controllers(context, members, among=members),
        markets=_markets(context, remarks),
    )


def _joining(edits: "Sequence[Edit]") -> set[str]:
    from kg.analytics.edits import MemberEdit

    return {one.company for one in edits if isinstance(one, MemberEdit)}


def _counted(context: Context, kind: str) -> "list[Figure]":
    reported = context.network.asked.reported
    found = figures(context.network, kind)
    return [one for one in found if one.type == "Company" and (one.fact or reported)]


def _sales(context: Context) -> "list[MemberSales]":
    from kg.analytics.alliances import MemberSales

    found = _counted(context, "Sales")
    told = _told(context, {place for one in found for place in (one.market, one.period)})
    return [
        MemberSales(
            member=one.subject,
            period=told[one.period] or "no period",
            value=one.value,
            metric=f"vehicles ({one.powertrain}, {told[one.market]})",
            claims=one.claims,
        )
        for one in found
    ]


def _markets(context: Context, remarks: list[Remark]) -> "dict[str, list[MarketShare]]":
    from kg.analytics.markets import MarketShare, merge

    counted = _counted(context, "MarketShare")
    told = _told(context, {place for one in counted for place in (one.market, one.period)})
    found: dict[str, list[MarketShare]] = {}
    for one in counted:
        place = f"{told[one.market]} ({one.powertrain}) {told[one.period]}".strip()
        share = MarketShare(company=one.subject, share=one.value, claims=one.claims)
        found.setdefault(place, []).append(share)
    for place, shares in list(found.items()):
        try:
            merge(shares, {})
        except ParameterError as error:
            remarks.append(Remark(rule="shares", text=f"{place}: {error.problem}; left out"))
            del found[place]
    return found


def _told(context: Context, things: Iterable[str]) -> dict[str, str]:
    """Return how things are named here: by label, or where two have the same by themselves."""
    labels = {one: context.label(one) if one else "" for one in things}
    times = Counter(labels.values())
    return {one: label if times[label] == 1 else one for one, label in labels.items()}


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

"""Combined sales of an alliance: each member once, and held against what sources publish.

A member whose sales another member already consolidates is left out. A total is of one period and
one metric; members without a figure are missing, and a total that misses one is a lower bound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import Range, decimal_text, total
from kg.errors import ParameterError


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSales:
    """What one member sold, or what is published of the whole alliance."""

    member: str
    period: str
    value: Range  # units
    metric: str = "vehicles"
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One published total beside the sum of the members."""

    published: Range
    difference: Range  # published less sum
    agrees: bool | None  # None: members are missing, nothing can be said
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllianceTotal:
    """The combined sales of an alliance in one period."""

    alliance: str
    period: str
    metric: str
    value: Range  # of the members that have a figure
    members: tuple[str, ...]  # counted
    consolidated: Mapping[str, str]  # left out: member -> the member that counts its sales
    missing: tuple[str, ...]
    reconciled: tuple[Reconciled, ...]
    proof: Proof

    def to_json(self) -> dict[str, object]:
        """Return it as a row."""
        return {
            "alliance": self.alliance,
            "period": self.period,
            "metric": self.metric,
            **self.value.to_json(),
            "members": list(self.members),
            "consolidated": dict(self.consolidated),
            "missing": list(self.missing),
            "published": [
                {
                    **one.published.to_json(),
                    "difference": one.difference.to_json(),
                    "agrees": one.agrees,
                    "claims": list(one.claims),
                }
                for one in self.reconciled
            ],
            "claims": list(self.proof.claims),
            "why": self.proof.to_json(),
        }


def alliance_totals(
    alliance: str,
    members: Sequence[str],
    sales: Sequence[MemberSales],
    *,
    consolidated: Mapping[str, str] | None = None,
    published: Sequence[MemberSales] = (),
) -> list[AllianceTotal]:
    """Return the combined sales for each period and metric for which a member has a figure.

    `consolidated` maps a subsidiary to the parent whose figures contain it; it is left out only
    where that parent, or a parent of it, is a member too. Two figures of one member for one period
    must not be summed: give one, or a range that holds both.
    """
    counted = list(dict.fromkeys(members))
    left_out = _contained(counted, consolidated or {})
    figures = _figures(sales, counted)
    return [
        _total(alliance, key, counted, left_out, figures[key], published) for key in sorted(figures)
    ]


Period = tuple[str, str]  # and metric


def _contained(members: Sequence[str], parents: Mapping[str, str]) -> dict[str, str]:
    """Return members that a member contains, by the topmost one: chains are followed."""
    found = {}
    for member in members:
        above, seen = parents.get(member), {member}
        while above is not None and above not in seen:
            if above in members:
                found[member] = above
            seen.add(above)
            above = parents.get(above)
        if above is not None:
            raise ParameterError("consolidated", f"{above!r} would contain itself")
    return found


def _figures(
    sales: Sequence[MemberSales], members: Sequence[str]
) -> dict[Period, dict[str, MemberSales]]:
    found: dict[Period, dict[str, MemberSales]] = {}
    for one in sales:
        if one.member not in members:
            continue
        of_period = found.setdefault((one.period, one.metric), {})
        if one.member in of_period:
            raise ParameterError("sales", f"{one.member!r} has two figures for {one.period}")
        of_period[one.member] = one
    return found


def _total(
    alliance: str,
    key: Period,
    members: Sequence[str],
    left_out: Mapping[str, str],
    figures: Mapping[str, MemberSales],
    published: Sequence[MemberSales],
) -> AllianceTotal:
    period, metric = key
    used = [figures[one] for one in members if one in figures and one not in left_out]
    missing = tuple(one for one in members if one not in figures and one not in left_out)
    value = total(one.value for one in used)
    totals = [one for one in published if (one.member, one.period, one.metric) == (alliance, *key)]
    return AllianceTotal(
        alliance=alliance,
        period=period,
        metric=metric,
        value=value,
        members=tuple(one.member for one in used),
        consolidated=dict(left_out),
        missing=missing,
        reconciled=tuple(_reconciled(one, value, bool(missing)) for one in totals),
        proof=Proof(
            rule="combined sales, each member once",
            source="house rule",
            parameters={"period": period, "metric": metric},
            steps=(
                *(f"{one.member}: {_amount(one.value)}" for one in used),
                *(f"{one}: left out, {above} counts it" for one, above in left_out.items()),
                *(f"{one}: no figure" for one in missing),
                f"sum {_amount(value)}",
            ),
            claims=all_claims(one.claims for one in [*used, *totals]),
        ),
    )


def _reconciled(published: MemberSales, value: Range, missing: bool) -> Reconciled:
    fits = published.value.overlaps(value)
    too_small = published.value.high < value.low  # missing members could only add
    return Reconciled(
        published=published.value,
        difference=published.value - value,
        agrees=(False if too_small else None) if missing else fits,
        claims=published.claims,
    )


def _amount(value: Range) -> str:
    low, high = (f"{Fraction(one).__floor__():,}" for one in (value.low, value.high))
    if value.low.denominator != 1 or value.high.denominator != 1:
        low, high = decimal_text(value.low), decimal_text(value.high)
    return low if value.exact else f"{low} to {high}"

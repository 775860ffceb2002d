"""Concentration of a market: HHI, with groups or alliances merged, and MHHI with common owners.

HHI is the sum of squared market shares, times 10,000. Where shares do not make up the whole
market it is an interval: the rest is at least countless firms (adds nothing), at most one.

Sources: Hirschman (1964); O'Brien & Salop (2000), Azar, Schmalz & Tecu (2018) for MHHI.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import NOTHING, Range, decimal_text, per_cent, total
from kg.errors import ParameterError

SCALE = 10_000
MOST_CORNERS = 10  # shares that are ranges; beyond, the upper bound is a wider one


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketShare:
    """What part of a market one company has."""

    company: str
    share: Range  # fraction of the market
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """One index of one market, times 10,000, with why."""

    measure: str  # HHI, MHHI, MHHI delta
    value: Range
    known: Range  # part of the market whose companies are known
    proof: Proof

    def to_json(self) -> dict[str, object]:
        """Return it as a row."""
        return {
            "measure": self.measure,
            **self.value.to_json(),
            "known": self.known.to_json(),
            "claims": list(self.proof.claims),
            "why": self.proof.to_json(),
        }


def hhi(shares: Sequence[MarketShare], merged: Mapping[str, str] | None = None) -> Concentration:
    """Return the Herfindahl-Hirschman index; `merged` gives the group of a company.

    >>> half = [MarketShare(company=one, share=Range.of(Fraction(1, 2))) for one in "ab"]
    >>> str(hhi(half).value.low), str(hhi(half, {"a": "g", "b": "g"}).value.low)
    ('5000', '10000')
    """
    firms = merge(shares, merged or {})
    spans = [one.share for one in firms]
    low = sum((one.low**2 for one in spans), Fraction(0))
    value = Range(low * SCALE, _most(spans) * SCALE)
    steps = [f"{one.company}: {one.share} squared" for one in firms]
    return Concentration(
        measure="HHI",
        value=value,
        known=total(spans),
        proof=Proof(
            rule="Herfindahl-Hirschman index",
            source="Hirschman 1964",
            parameters={"merged": _groups(merged or {})} if merged else {},
            steps=(*steps, *_about_rest(total(spans)), f"sum x 10,000 = {_shown(value)}"),
            claims=all_claims(one.claims for one in firms),
        ),
    )


def merge(shares: Sequence[MarketShare], groups: Mapping[str, str]) -> list[MarketShare]:
    """Return a market in which companies of one group are one; largest share first."""
    _checked(shares)
    found: dict[str, list[MarketShare]] = {}
    for one in shares:
        found.setdefault(groups.get(one.company, one.company), []).append(one)
    firms = [
        MarketShare(
            company=name,
            share=total(one.share for one in parts),
            claims=all_claims(one.claims for one in parts),
        )
        for name, parts in found.items()
    ]
    return sorted(firms, key=lambda one: (-one.share.low, -one.share.high, one.company))


def tied(
    companies: Sequence[str], controlled: Mapping[str, str], alliances: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Return the group of each company that a parent or an alliance ties to others.

    A company in two alliances makes them one group.
    """
    import networkx as nx

    ties: nx.Graph[str] = nx.Graph(controlled.items())
    ties.add_edges_from(
        (f"@{alliance}", member) for alliance, members in alliances.items() for member in members
    )
    groups: dict[str, str] = {}
    for tied in nx.connected_components(ties):
        inside = sorted(one for one in companies if one in tied)
        groups |= dict.fromkeys(inside, " + ".join(inside))
    return groups


def _checked(shares: Sequence[MarketShare]) -> None:
    if not shares:
        raise ParameterError("shares", "a market needs one company at least")
    for name, times in Counter(one.company for one in shares).items():
        if times > 1:
            raise ParameterError("shares", f"{name!r} has {times} shares in one market")
    for one in shares:
        if not 0 <= one.share.low <= one.share.high <= 1:
            raise ParameterError("shares", f"{one.company!r}: {one.share} is outside 0-100%")
    least = total(one.share for one in shares).low
    if least > 1:
        raise ParameterError(
            "shares", f"they sum to {per_cent(least)}; are they rounded? give ranges"
        )


def _most(spans: Sequence[Range]) -> Fraction:
    """Return the largest sum of squares: a convex function is largest at a corner.

    At a corner each share but one is at a bound, and the one takes what is left: the unnamed
    rest, or a company whose range allows it.
    """
    ranged = [one for one in spans if not one.exact]
    fixed = [one.low for one in spans if one.exact]
    if len(ranged) > MOST_CORNERS:
        bound = sum((one.high**2 for one in spans), Fraction(0))
        return min(Fraction(1), bound + (1 - sum(one.low for one in spans)) ** 2)
    sums = (_corner(ranged, corner, fixed) for corner in product((0, 1), repeat=len(ranged)))
    return max(one for found in sums for one in found)


def _corner(
    ranged: Sequence[Range], corner: Sequence[int], fixed: Sequence[Fraction]
) -> Iterable[Fraction]:
    """Yield sums of squares with ranges at these ends, or with one of them between."""
    ends = [one.high if up else one.low for one, up in zip(ranged, corner, strict=True)]
    squares = sum((one**2 for one in [*fixed, *ends]), Fraction(0))
    left = 1 - sum(fixed) - sum(ends)
    if left >= 0:
        yield squares + left**2
    for one, end in zip(ranged, ends, strict=True):
        between = end + left
        if one.low <= between <= one.high:
            yield squares - end**2 + between**2


def _about_rest(known: Range) -> list[str]:
    if known.low >= 1:
        return []
    rest = Range(max(Fraction(0), 1 - known.high), 1 - known.low)
    return [f"rest {rest}: nothing if countless firms, its square if one"]


def _groups(merged: Mapping[str, str]) -> str:
    found: dict[str, list[str]] = {}
    for company, group in sorted(merged.items()):
        found.setdefault(group, []).append(company)
    return "; ".join(f"{group} = {' + '.join(parts)}" for group, parts in found.items())


def _shown(value: Range) -> str:
    low, high = (decimal_text(Fraction(round(one * 100), 100)) for one in (value.low, value.high))
    return low if value.exact else f"{low} to {high}"


Holders = Mapping[str, Mapping[str, Range]]  # company -> holder -> fraction of it


def mhhi(
    shares: Sequence[MarketShare],
    holders: Holders,
    control: Holders | None = None,
    claims: Iterable[str] = (),
) -> tuple[Concentration, Concentration]:
    """Return the modified HHI and its delta, MHHI - HHI, of companies with common owners.

    `holders` are cash-flow rights (beta), `control` rights of control (gamma; where it has none of
    a company: the same). A company without known holder, and every holder that is not named,
    shares no owner with any other; its own shares are no owner's. The rest of the market is
    counted as in HHI, with no owner in common. Groups are not merged: each company has its owners.

    MHHI = sum over j, k of s_j s_k (sum_i g_ij b_ik) / (sum_i g_ij b_ij), x 10,000.
    """
    plain, firms = hhi(shares), merge(shares, {})
    flows, controls = _others(firms, holders), _others(firms, control or {})
    rights = {one.company: controls.get(one.company) or flows[one.company] for one in firms}
    delta = _delta(firms, flows, rights)
    said = "as given" if control is not None else "equal to cash-flow rights"
    proof = Proof(
        rule="modified Herfindahl-Hirschman index",
        source="O'Brien & Salop 2000",
        parameters={
            "control": said,
            "companies": "each by itself",
            "holders not named": "none in common",
        },
        steps=(
            *_common(firms, holders),
            f"HHI {_shown(plain.value)}, delta {_shown(delta)}",
        ),
        claims=all_claims([plain.proof.claims, claims]),
    )
    return (
        Concentration(measure="MHHI", value=plain.value + delta, known=plain.known, proof=proof),
        Concentration(measure="MHHI delta", value=delta, known=plain.known, proof=proof),
    )


def _others(firms: Sequence[MarketShare], holders: Holders) -> Holders:
    """Return the holders of each company without the company itself."""
    return {
        firm.company: {
            one: part for one, part in holders.get(firm.company, {}).items() if one != firm.company
        }
        for firm in firms
    }


def _delta(firms: Sequence[MarketShare], beta: Holders, gamma: Holders) -> Range:
    exact = all(
        span.exact
        for rights in (beta, gamma)
        for one in firms
        for span in rights.get(one.company, {}).values()
    )
    return _exact_delta(firms, beta, gamma) if exact else _ranged_delta(firms, beta, gamma)


def _exact_delta(firms: Sequence[MarketShare], beta: Holders, gamma: Holders) -> Range:
    """Sum owner by owner, never over all pairs of companies; market shares may be ranges."""
    bounds = []
    for bound in ("low", "high"):
        share = {one.company: getattr(one.share, bound) for one in firms}
        weighed: dict[str, Fraction] = {}
        stakes: dict[str, Fraction] = {}
        own = Fraction(0)
        for company, part in share.items():
            rights, flows = gamma.get(company, {}), beta.get(company, {})
            itself = _times(rights, flows)
            for holder, right in rights.items():
                if itself:
                    weighed[holder] = weighed.get(holder, Fraction(0)) + part * right.low / itself
            for holder, flow in flows.items():
                stakes[holder] = stakes.get(holder, Fraction(0)) + part * flow.low
            own += part**2 if itself else 0
        crossed = sum((value * stakes.get(one, 0) for one, value in weighed.items()), Fraction(0))
        bounds.append((crossed - own) * SCALE)
    return Range(*bounds)


def _times(rights: Mapping[str, Range], flows: Mapping[str, Range]) -> Fraction:
    return sum(
        (right.low * flows[holder].low for holder, right in rights.items() if holder in flows),
        Fraction(0),
    )


def _ranged_delta(firms: Sequence[MarketShare], beta: Holders, gamma: Holders) -> Range:
    """Bound each pair of companies by the bounds of its parts; wide, but never wrong."""
    low, high = Fraction(0), Fraction(0)
    for j, k in product(firms, repeat=2):
        if j is k:
            continue
        across = _product(gamma.get(j.company, {}), beta.get(k.company, {}))
        itself = _product(gamma.get(j.company, {}), beta.get(j.company, {}))
        weight = j.share * k.share
        low += weight.low * across.low / itself.high if itself.high else 0
        if across.high and not itself.low:
            raise ParameterError(
                "holders", f"nothing is surely held of {j.company!r}: MHHI has no upper bound"
            )
        high += weight.high * across.high / itself.low if itself.low else 0
    return Range(low * SCALE, high * SCALE)


def _product(rights: Mapping[str, Range], flows: Mapping[str, Range]) -> Range:
    return sum(
        (right * flows[holder] for holder, right in rights.items() if holder in flows), NOTHING
    )


def _common(firms: Sequence[MarketShare], holders: Holders) -> list[str]:
    """Return who holds parts of several companies of the market, as steps of a proof."""
    held: dict[str, list[str]] = {}
    for one in firms:
        for holder, share in holders.get(one.company, {}).items():
            held.setdefault(holder, []).append(f"{share} of {one.company}")
    return [f"{one} holds {' and '.join(of)}" for one, of in held.items() if len(of) > 1]

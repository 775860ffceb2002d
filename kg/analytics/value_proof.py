"""Why a value ends with somebody, and what a network is worth: the parts that are added up."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kg.analytics.final_owners import Model, contributions
from kg.analytics.ownership_proof import why
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import per_cent
from kg.analytics.stakes import Stakes, as_stakes

if TYPE_CHECKING:
    import networkx as nx

_MOST = 30  # companies of a network that a proof lists
_MOST_CLAIMS = 200  # stakes whose claims it names
_SHARES = {
    "linear": "shares as they are",
    "threshold": "more than half is all",
    "relative": "squares of shares over the sum of squares",
}


def why_final(graph: "Stakes | nx.DiGraph[Any]", through: str, company: str) -> Proof:
    """Return why so much of a company's value ends with a holder, or with owners of it unnamed.

    Raises UnknownNameError for names that are not in the table.
    """
    stakes = as_stakes(graph)
    top, node = stakes.number(through, "through"), stakes.number(company, "company")
    rows = stakes.rows_by_owned.get(top, ())
    held = stakes.fraction(sum(row.low for row in rows))
    steps = [f"{company} begins with all of its value"]
    claims = [stakes.claims_of(stakes.place(row.owner, row.owned)) for row in rows]
    if top != node:
        proof = why(stakes, through, company, "brioschi")
        steps = proof.sentences()
        claims += [link.claims for path in proof.paths for link in path.links]
    elif (back := contributions(stakes, company)[1]) is None:
        steps.append("all of it comes back to it: without end")
    elif back:
        steps.append(f"{per_cent(Fraction(back))} of it comes back to it, and is divided again")
    steps.append(f"{per_cent(held)} of {through} is held in the table: {per_cent(1 - held)} stays")
    return Proof(
        rule="final owners: R = diag(1 - sums of A) (I - A)^-1",
        source="Elliott, Golub & Jackson 2014",
        parameters={"ranges": "at their least"},
        steps=tuple(steps),
        claims=all_claims(claims),
    )


def why_valued(graph: "Stakes | nx.DiGraph[Any]", name: str, model: Model = "linear") -> Proof:
    """Return what a holder's network is worth by what of each company, largest first.

    Each company is worth 1. Raises UnknownNameError, and ParameterError for an unknown model.
    """
    stakes = as_stakes(graph)
    parts, back = contributions(stakes, name, model)
    ordered = sorted(parts.items(), key=lambda one: (-(one[1] or 0), one[0]))
    steps = [
        f"{per_cent(Fraction(share))} of {company}"
        if share is not None
        else f"{company} without end"
        for company, share in ordered[:_MOST]
    ]
    if len(ordered) > _MOST:
        rest = sum((share or Fraction() for _, share in ordered[_MOST:]), Fraction())
        steps.append(f"{float(rest):.6g} in {len(ordered) - _MOST} more companies")
    inside = sum((share or Fraction() for share in parts.values()), Fraction())
    steps.append(f"{float(inside):.6g} inside, and itself: {float(inside + 1):.6g} corrected")
    if back is None:
        steps.append("all of it comes back to it: total without end")
    elif back:
        part = per_cent(Fraction(back))
        steps.append(f"{part} of it comes back to it: total / (1 - {part})")
    return Proof(
        rule="network value: (I - A)^-1 v, loops through itself counted once",
        source="Vitali, Glattfelder & Battiston 2011",
        parameters={"model": model, "shares": _SHARES[model]},
        steps=tuple(steps),
        claims=_below(stakes, stakes.number(name)),
    )


def _below(stakes: Stakes, holder: int) -> tuple[str, ...]:
    """Return the claims of the stakes that lead down from a holder, those nearest to it first."""
    claims: list[tuple[str, ...]] = []
    seen, edge = {holder}, [holder]
    for node in edge:  # grows while it is walked
        for row in stakes.rows_by_owner.get(node, ()):
            if row.low and len(claims) < _MOST_CLAIMS:
                claims.append(stakes.claims_of(stakes.place(row.owner, row.owned)))
                if row.owned not in seen:
                    seen.add(row.owned)
                    edge.append(row.owned)
    return all_claims(claims)

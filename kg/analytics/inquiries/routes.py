"""Which stakes lie between two nodes, and the claims they rest on: what a number goes back to."""

from kg.analytics.deadline import heed
from kg.analytics.network import Network, Remark
from kg.analytics.ranges import per_cent
from kg.analytics.stakes import Stakes

_MOST_CLAIMS = 200  # of one row; a proof names the others


def below(stakes: Stakes, start: int) -> set[int]:
    """Return what a node has a part of, directly or through others."""
    found, edge = {start}, [start]
    for node in edge:  # grows while it is walked
        heed()
        for row in stakes.rows_by_owner.get(node, ()):
            if row.owned not in found and row.high:
                found.add(row.owned)
                edge.append(row.owned)
    return found


def above(stakes: Stakes, start: int) -> set[int]:
    """Return who has a part of a node, directly or through others."""
    found, edge = {start}, [start]
    for node in edge:  # grows while it is walked
        heed()
        for row in stakes.rows_by_owned.get(node, ()):
            if row.owner not in found and row.high:
                found.add(row.owner)
                edge.append(row.owner)
    return found


def claims_between(stakes: Stakes, owner: str, owned: str) -> tuple[str, ...]:
    """Return the claims of all stakes on ways from an owner to a company."""
    numbers = stakes.numbers
    if owner not in numbers or owned not in numbers:
        return ()
    inside = below(stakes, numbers[owner]) & above(stakes, numbers[owned])
    claims: dict[str, None] = {}
    for node in sorted(inside):
        heed()
        for row in stakes.rows_by_owner.get(node, ()):
            if row.owned in inside:
                claims |= dict.fromkeys(stakes.claims_of(stakes.place(row.owner, row.owned)))
        if len(claims) >= _MOST_CLAIMS:
            break
    return tuple(claims)[:_MOST_CLAIMS]


def leads(stakes: Stakes, owner: str, owned: str) -> bool:
    """Say whether anything is known to lead from an owner to a company."""
    numbers = stakes.numbers
    if owner not in numbers or owned not in numbers:
        return False
    return numbers[owned] in below(stakes, numbers[owner])


def unknown_part(network: Network, company: str, label: str) -> list[Remark]:
    """Return a remark on how much of a company nobody is known to hold."""
    stakes = network.deciding
    node = stakes.numbers.get(company)
    if node is None:
        return []
    rows = stakes.rows_by_owned.get(node, [])
    if not rows:
        return []
    least = stakes.fraction(sum(row.low for row in rows))
    if least >= 1:
        return []
    return [
        Remark(
            rule="holders unknown",
            text=f"who holds {per_cent(1 - least)} of {label} no source in the graph says",
        )
    ]

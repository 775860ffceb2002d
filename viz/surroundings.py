"""Which things a picture shows: where it begins, how far it goes, what was expanded since.

A node brings at most `MOST_AT_ONCE` neighbours, the largest stakes first; the rest is counted, so
that a page can offer it. Nobody is served a hairball.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import networkx as nx

from kg import names
from viz.relations import Relations
from viz.scene import Link
from viz.view import MOST_DRAWN, Step

MOST_AT_ONCE = 25
_MOST_ROUNDS = 3  # from each end of a path: six steps
_MOST_ON_THE_WAY = 4_000  # things looked at between two ends
_MOST_PATHS = 3


def relation_of(node: str, link: Link) -> str:
    """Return what the far end of `link` is to `node`: one of viz.view.RELATIONS."""
    if link.kind == "membership":
        return "alliances" if link.start == node else "members"
    return "holdings" if link.start == node else "owners"


def far_end(node: str, link: Link) -> str:
    """Return the other end of a link."""
    return link.end if link.start == node else link.start


def neighbours(node: str, relations: Relations, relation: str = "") -> list[str]:
    """Return what a node is linked with, largest stakes and leading members first."""
    own = [
        link
        for link in relations.of([node])
        if node in (link.start, link.end) and relation in ("", relation_of(node, link))
    ]
    own.sort(key=lambda link: (-(link.share or 0), link.role != "lead", link.id))
    return list(dict.fromkeys(far_end(node, link) for link in own if link.start != link.end))


def around(start: str, hops: int, relations: Relations) -> list[str]:
    """Return a node and what is at most `hops` away; an alliance on the way is no step."""
    shown, edge = {start: None}, [start]
    for _ in range(hops):
        edge = list(_next(edge, shown, relations)) if len(shown) < MOST_DRAWN else []
    return list(shown)[:MOST_DRAWN]


def _next(edge: list[str], shown: dict[str, None], relations: Relations) -> Iterator[str]:
    relations.of(edge)  # one query for all
    for node in edge:
        for other in neighbours(node, relations)[:MOST_AT_ONCE]:
            fresh = other not in shown
            shown[other] = None
            if names.kind_of(other) == "alliance":
                yield from _take(shown, neighbours(other, relations)[:MOST_AT_ONCE])
            elif fresh:
                yield other


def _take(shown: dict[str, None], found: Iterable[str]) -> list[str]:
    fresh = [one for one in found if one not in shown]
    shown.update(dict.fromkeys(fresh))
    return fresh


def expanded(shown: Iterable[str], step: Step, relations: Relations) -> list[str]:
    """Return the next neighbours that an expansion adds to what is shown."""
    here = set(shown)
    if step.id not in here:
        return []
    found = neighbours(step.id, relations, step.relation)
    return [one for one in found if one not in here][:MOST_AT_ONCE]


def hidden_neighbours(shown: Iterable[str], relations: Relations) -> dict[str, dict[str, int]]:
    """Return how many neighbours of each node are not shown, by relation."""
    here = set(shown)
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    seen: set[tuple[str, str, str]] = set()
    for link in relations.of(here):
        for node in {link.start, link.end} & here:
            key = (node, relation_of(node, link), far_end(node, link))
            if key[2] not in here and key not in seen:
                seen.add(key)
                counted[node][key[1]] += 1
    return {node: dict(sorted(count.items())) for node, count in counted.items()}


def paths(start: str, end: str, relations: Relations) -> list[tuple[str, ...]]:
    """Return the shortest ways between two things, shortest first; empty when none is near.

    Stakes and memberships are walked in both directions, up to six steps.
    Source of the order: Yen (1971), by networkx.
    """
    walked: nx.Graph[str] = nx.Graph()
    walked.add_nodes_from((start, end))
    edge = [start, end]
    for _ in range(_MOST_ROUNDS):
        links = relations.of(edge)
        walked.add_edges_from((link.start, link.end) for link in links if link.start != link.end)
        if nx.has_path(walked, start, end):
            return _shortest(walked, start, end)
        asked = set(edge)
        near = (other for link in links for other in (link.start, link.end))
        edge = [one for one in dict.fromkeys(near) if one not in asked][:_MOST_ON_THE_WAY]
    return []


def _shortest(walked: "nx.Graph[str]", start: str, end: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for way in nx.shortest_simple_paths(walked, start, end):
        if found and len(way) > len(found[0]):
            break  # as short as the shortest, or it is a detour
        found.append(tuple(way))
        if len(found) == _MOST_PATHS:
            break
    return found

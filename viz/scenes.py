"""Answers to scenes: asks the questions a picture needs and turns their rows into nodes and links.

Everything shown was answered by a question; nothing here reads the store itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kg import names, ontology
from kg.errors import ParameterError
from kg.hubs import hubs
from kg.matching import Register, register
from kg.store.base import Graph
from viz.computed import computed_links
from viz.facts import Facts, facts_about
from viz.grounds import behind, days, held_by, notices, shown_claims, with_end
from viz.relations import Relations
from viz.scene import Hub, Link, Node, Scene
from viz.surroundings import around, expanded, hidden_neighbours, paths
from viz.view import MOST_DRAWN, View, long_id

_KINDS = frozenset({"Company", "Alliance", "CompanyGroup"})
BEGIN = frozenset({"Company", "Alliance", "CompanyGroup", "Person", "PublicBody"})
_HUBS = 40


def scene_of(graph: Graph, company: str = "", clocks: Mapping[str, str] | None = None) -> Scene:
    """Return the picture of a company and its surroundings, or of all companies.

    `clocks` holds `as_of` and `known_by` where given. Raises ParameterError.
    """
    return scene_for(graph, View(company=company, clocks=dict(clocks or {})))


def scene_for(graph: Graph, view: View) -> Scene:
    """Return what a view shows. Raises ParameterError for an unknown name or too much at once."""
    known = register(graph)
    focus = _begin(known, view.company) if view.company else ""
    everything = [iri for iri, entity in known.by_id.items() if entity.kind in _KINDS]
    told = Scene(
        title=known.label(focus) if focus else "Companies, stakes and alliances",
        focus=focus,
        as_of=view.clocks.get("as_of", ""),
        known_by=view.clocks.get("known_by", ""),
        questions=behind(view.clocks),
    )
    if not focus and not view.path and len(everything) > MOST_DRAWN:
        return replace(told, hubs=_hubs(graph, known), remark=_too_many(len(everything)))
    relations = Relations(graph, view.clocks)
    shown, ways = _shown(view, focus, everything, relations, known)
    return _filled(graph, view, told, shown, ways, relations)


def _begin(known: Register, text: str) -> str:
    """Return the IRI of what a view begins with: as an address shortens it, or by any name."""
    iri = long_id(text)
    entity = known.by_id.get(iri)
    return iri if entity and entity.kind in BEGIN else known.resolve(text, BEGIN, "company").id


def _too_many(count: int) -> str:
    return (
        f"{count:,} companies and alliances are too many for one picture. "
        "Search for one, or begin with a well-connected one."
    )


def _hubs(graph: Graph, known: Register) -> tuple[Hub, ...]:
    return tuple(
        Hub(id=iri, label=known.label(iri), count=count) for iri, count in hubs(graph, _HUBS)
    )


def _shown(
    view: View, focus: str, everything: Sequence[str], relations: Relations, known: Register
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the things a view shows, and the ways between the ends it asks for."""
    shown = dict.fromkeys(around(focus, view.hops, relations) if focus else [])
    if not focus and len(everything) <= MOST_DRAWN:
        links = relations.all(everything)
        shown = dict.fromkeys(everything)
        shown.update(dict.fromkeys(end for link in links for end in (link.start, link.end)))
    ways: list[tuple[str, ...]] = []
    if view.path:
        for end in view.path:
            if end not in known.by_id:
                raise ParameterError("path", f"no company or alliance is called {end}")
        ways = paths(view.path[0], view.path[1], relations)
        shown.update(dict.fromkeys([*view.path, *(node for way in ways for node in way)]))
    for step in view.expanded:
        shown.update(dict.fromkeys(expanded(shown, step, relations)))
    return list(shown), ways


def _filled(
    graph: Graph, view: View, told: Scene, shown: Sequence[str],
    ways: Sequence[tuple[str, ...]], relations: Relations,
) -> Scene:  # fmt: skip
    here = set(shown)
    stated = [link for link in relations.of(here) if {link.start, link.end} <= here]
    facts = facts_about(graph, shown, view.clocks)
    links = [*stated, *_computed(graph, view, here, stated)]
    more = hidden_neighbours(here, relations)
    known = register(graph)
    linked = {end for link in links for end in (link.start, link.end)}
    told_of = linked | facts.figures.keys() | {told.focus, *view.path}
    here = {iri for iri in here if names.kind_of(iri) != "group" or iri in told_of}
    labels = {iri: known.label(iri) for iri in here}
    today = view.clocks.get("as_of") or date.today().isoformat()
    held = held_by(graph, (), links)
    links = [with_end(link, held, labels, today) for link in links]
    nodes = tuple(_node(iri, known, facts, links, more.get(iri, {})) for iri in sorted(here))
    evidence = shown_claims({**held, **held_by(graph, nodes, ())})
    return replace(
        told,
        nodes=nodes,
        links=tuple(links),
        evidence=evidence,
        notices=notices(graph, nodes, links, view.clocks),
        days=days(evidence.values()),
        layers=view.layers,
        ends=view.path,
        paths=tuple(ways),
        remark=_remark(view, ways, shown),
    )


def _computed(graph: Graph, view: View, here: set[str], stated: Iterable[Link]) -> list[Link]:
    holders = {link.start for link in stated if link.kind == "stake"}
    return [
        link
        for layer in view.layers
        for link in computed_links(graph, layer, here, holders, view.clocks)
    ]


def _remark(view: View, ways: Sequence[tuple[str, ...]], shown: Sequence[str]) -> str:
    if view.path and not ways:
        return (
            "No way of six steps or fewer by stakes and alliances is known between these two. "
            "That does not mean there is none."
        )
    return "" if shown else "Nothing is known at these dates. That does not mean there is none."


def _node(
    iri: str, known: Register, facts: Facts, links: Iterable[Link], more: dict[str, int]
) -> Node:
    """Return one thing as a node, with its figures and notes."""
    kind, entity = names.kind_of(iri), known.by_id.get(iri)
    sold = facts.sold(iri)
    status = ""
    if kind == "alliance":
        own = [link.status for link in links if link.end == iri]
        status = "ended" if iri in facts.over else _weakest(own)
    return Node(
        id=iri,
        label=known.label(iri),
        aliases=entity.aliases if entity else (),
        kind=kind,
        country=facts.country(iri),
        sales=float(sold) if sold is not None else None,
        sales_text=facts.sold_text(iri),
        status=status,
        status_label=ontology.label(names.code("status", status)) or "" if status else "",
        figures=tuple(facts.figures.get(iri, ())),
        notes=tuple(facts.notes.get(iri, ())),
        claims=facts.homes[iri].claims if iri in facts.homes else (),
        identifiers=entity.identifiers if entity else (),
        page=_page(iri, kind),
        more=more,
    )


def _page(iri: str, kind: str) -> str:
    folder = {"company": "companies", "alliance": "alliances"}.get(kind)
    house = iri.startswith(names.ENTITY)
    return f"/{folder}/{names.local_name(iri)}" if folder and house else ""


def _weakest(statuses: Iterable[str]) -> str:
    """Return the least certain of some status codes: an alliance is as certain as that."""
    order = {code.code: code.strength or 0 for code in ontology.code_list("status")}
    found = {one for one in statuses if one}
    # Who has left says nothing of those who stayed.
    return min(found - {"ended"} or found, key=lambda one: order[one], default="")

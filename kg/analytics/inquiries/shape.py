"""The shape of the network, and how two companies are related, on the graph."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.analytics.inquiries.inquiry import (
    AGENT,
    SHARE,
    TEXT,
    WHOLE,
    Column,
    Context,
    Found,
    Inquiry,
    Parameter,
    Row,
)
from kg.analytics.inquiries.verdicts import plain_row
from kg.analytics.network import Remark
from kg.analytics.proof import Proof, all_claims
from kg.analytics.shares import decimal_text
from kg.errors import ParameterError

if TYPE_CHECKING:
    from kg.analytics.paths import RelationPath
    from kg.analytics.structure import CommonOwner

_MOST_CENTRAL = 1_000


def _structure(context: Context) -> Found:
    stakes, measure = context.network.capital, context.values.one("measure")
    words = f"by {measure}"
    if not len(stakes):
        silent = "no source in the graph says who holds what as asked; that is not a no"
        return Found(rows=[], words=words, silent=silent)
    found = _MEASURES.get(measure, _centrality)(context)
    found.words = words
    chosen = set(context.values.many("company"))
    if chosen and measure not in ("common-owners", "jaccard"):
        found.rows = [row for row in found.rows if row["name"] in chosen]
    return found


def _bow_tie(context: Context) -> Found:
    from kg.analytics.network_shape import bow_tie
    from kg.analytics.shape_proof import PlaceProofs

    found = bow_tie(context.network.capital)
    proofs = PlaceProofs(context.network.capital, found)
    part = context.values.one("part")
    counted = ", ".join(f"{name} {count:,}" for name, count in found.counts.items())
    return Found(
        rows=[
            {"name": one.name, "part": one.part, "loop": one.loop}
            for one in found.rows()
            if not part or one.part == part
        ],
        method="strongly connected components; Broder et al. 2000, Vitali et al. 2011",
        remarks=[Remark(rule="counts", text=f"{counted}; loops {len(found.loops):,}")],
        complete=_touching(context, lambda row: proofs.of(row["name"])),
    )


def _loops(context: Context) -> Found:
    from kg.analytics.network_shape import bow_tie
    from kg.analytics.shape_proof import PlaceProofs

    found = bow_tie(context.network.capital)
    proofs = PlaceProofs(context.network.capital, found)
    return Found(
        rows=[
            {"name": member, "part": "loop", "loop": number}
            for number, loop in enumerate(found.cross_holdings, start=1)
            for member in loop
        ],
        method="strongly connected components: who holds itself through others",
        complete=_touching(context, lambda row: proofs.loop(row["name"])),
        remarks=[Remark(rule="counts", text=f"loops {len(found.loops):,}")],
    )


def _centrality(context: Context) -> Found:
    from kg.analytics.shape_proof import why_central
    from kg.analytics.structure import centrality

    stakes = context.network.capital
    found = centrality(stakes, context.values.one("measure"))
    return Found(
        rows=[
            {"name": name, "part": found.measure, "value": f"{value:.6g}"}
            for name, value in found.top(_MOST_CENTRAL)
        ],
        method=f"{found.measure}, {found.method}",
        complete=_touching(
            context, lambda row: why_central(stakes, row["name"], found.measure, found.method)
        ),
    )


def _communities(context: Context) -> Found:
    from kg.analytics.shape_proof import why_together
    from kg.analytics.structure import communities

    stakes = context.network.capital
    groups = communities(stakes)
    return Found(
        rows=[
            {"name": member, "part": "community", "loop": number}
            for number, group in enumerate(groups, start=1)
            for member in group
        ],
        method="Louvain on shares, whichever way they run; Blondel et al. 2008",
        complete=_touching(
            context, lambda row: why_together(stakes, row["name"], groups[row["loop"] - 1])
        ),
    )


def _common(context: Context) -> Found:
    from kg.analytics.structure import common_owners

    chosen = context.values.many("company")
    known = context.network.capital.numbers
    missing = [one for one in chosen if one not in known]
    if missing:
        listed = " and ".join(map(context.label, missing))
        silent = f"no source in the graph says who holds {listed} as asked; that is not a no"
        return Found(rows=[], silent=silent)
    found = common_owners(context.network.capital, chosen, least=context.values.share("least"))
    return Found(
        rows=[
            {
                "name": one.holder,
                "part": "common owner",
                "value": "; ".join(f"{share} of {name}" for name, share in one.shares.items()),
                "claims": list(one.claims),
                "why": _why_common(context, one).to_json(),
            }
            for one in found
        ],
        method="direct stakes in each of the companies",
        complete=plain_row,
    )


def _why_common(context: Context, one: "CommonOwner") -> Proof:
    least = context.values.one("least")
    return Proof(
        rule="holds each of the companies itself",
        source="house rule",
        parameters={"least": f"> {least}"},
        steps=tuple(f"{one.holder} holds {share} of {name}" for name, share in one.shares.items()),
        claims=one.claims,
    )


def _alike(context: Context) -> Found:
    from kg.analytics.shape_proof import why_alike
    from kg.analytics.structure import jaccard

    chosen = context.values.many("company")
    if len(chosen) != 2:
        raise ParameterError("company", "name two holders whose portfolios are compared")
    stakes = context.network.capital
    missing = [one for one in chosen if one not in stakes.numbers]
    if missing:
        listed = " and ".join(map(context.label, missing))
        silent = f"no source in the graph says what {listed} holds as asked; that is not a no"
        return Found(rows=[], silent=silent)
    value = decimal_text(jaccard(stakes, *chosen))
    return Found(
        rows=[{"name": one, "part": "jaccard", "value": value} for one in chosen],
        method="companies in both portfolios over companies in either; Jaccard 1912",
        complete=_touching(context, lambda _row: why_alike(stakes, *chosen)),
    )


def _touching(context: Context, proof: Callable[[Row], Proof]) -> Callable[[Row, bool], Row]:
    """Return what gives a row the claims of the stakes of its node, and why if asked for."""
    stakes = context.network.capital

    def complete(row: Row, why: bool) -> Row:
        node = stakes.numbers[row["name"]]
        rows = [*stakes.rows_by_owner.get(node, ()), *stakes.rows_by_owned.get(node, ())]
        places = (stakes.place(one.owner, one.owned) for one in rows[:100])
        claims = all_claims(map(stakes.claims_of, places))
        return dict(row) | {"claims": list(claims)} | ({"why": proof(row).to_json()} if why else {})

    return complete


_MEASURES = {
    "bow-tie": _bow_tie,
    "loops": _loops,
    "communities": _communities,
    "common-owners": _common,
    "jaccard": _alike,
}
_CENTRAL = ("pagerank", "betweenness", "degree", "holders", "holdings")
STRUCTURE = Inquiry(
    name="structure",
    english="What is the shape of the network of stakes?",
    about="The bow-tie (core, in, out, tube, tendril, other), loops of cross-holdings, who is "
    "central, who belongs together, who owns several companies, and how alike two portfolios are.",
    method="named with the measure",
    source="Broder et al. 2000; Brin & Page 1998; Freeman 1977; Blondel et al. 2008",
    parameters=(
        Parameter(
            name="measure", kind=TEXT, default="bow-tie", choices=(*_MEASURES, *_CENTRAL),
            meaning="what is looked at",
        ),
        Parameter(
            name="company", kind=AGENT, many=True,
            meaning="only these; with common-owners the companies, two at least; with jaccard two "
            "holders",
        ),
        Parameter(
            name="part", kind=TEXT, meaning="with bow-tie, only this part",
            choices=("core", "in", "out", "tube", "tendril", "other"),
        ),
        Parameter(
            name="least", kind=SHARE, default="0",
            meaning="with common-owners, only who holds more than this of each",
        ),
    ),
    columns=(
        Column(name="name", kind="iri", meaning="a company or holder"),
        Column(name="part", kind="text", meaning="where it stands, or the measure"),
        Column(name="loop", kind="number", meaning="number of its loop or community"),
        Column(name="value", kind="text", meaning="how central; or what it holds"),
    ),
    run=_structure,
)  # fmt: skip


def _paths(context: Context) -> Found:
    from kg.analytics.alliances_known import relations as known_relations
    from kg.analytics.paths import Relations, relation_paths, stake_relations

    values, network = context.values, context.network
    start, end = values.one("start"), values.one("end")
    reported = network.asked.reported
    found = Relations().add(stake_relations(network.capital))
    if network.votes is not None:
        found.add(stake_relations(network.votes))
    found.add(known_relations(network.memberships, network.agreements, reported=reported))
    words = f"from {context.label(start)} to {context.label(end)}"
    missing = [context.label(one) for one in (start, end) if one not in found.by_node]
    if missing:
        silent = f"no source in the graph says as a fact how {' or '.join(missing)} is related"
        return Found(rows=[], words=words, silent=f"{silent} to anything as asked")
    paths = relation_paths(
        found,
        start,
        end,
        most=values.whole("most"),
        length=values.whole("length"),
        hub=values.whole("hub"),
    )
    remarks = [
        Remark(rule="hub", text=f"no path was led through {context.label(one)}: a hub")
        for one in paths.hubs
    ]
    if not paths.complete:
        remarks.append(Remark(rule="more", text="there are more paths; ask with a larger `most`"))
    rows: list[Row] = [
        one.to_json()
        | {
            "path": str(one),
            "claims": list(all_claims(rel.claims for step in one.steps for rel in step)),
            "why": _why_related(one).to_json(),
        }
        for one in paths.paths
    ]
    return Found(rows=rows, words=words, remarks=remarks, complete=plain_row)


def _why_related(path: "RelationPath") -> Proof:
    return Proof(
        rule="k shortest simple paths over stakes, alliances and agreements",
        source="Yen 1971",
        parameters={"steps": str(len(path.steps))},
        steps=tuple(str(relation) for step in path.steps for relation in step),
        claims=all_claims(relation.claims for step in path.steps for relation in step),
    )


PATHS = Inquiry(
    name="paths",
    english="How are two companies related, by stakes, alliances and agreements?",
    about="The shortest paths, whichever way relations point; each step with its claims. What no "
    "source says as a fact makes no step, unless reported=true. No path leads through a hub.",
    method="k shortest simple paths",
    source="Yen 1971",
    parameters=(
        Parameter(name="start", kind=AGENT, required=True, meaning="where the paths begin"),
        Parameter(name="end", kind=AGENT, required=True, meaning="where they end"),
        Parameter(
            name="most", kind=WHOLE, default="5", least=1, most=100, meaning="how many paths"
        ),
        Parameter(
            name="length", kind=WHOLE, default="6", least=1, most=8, meaning="steps of the longest"
        ),
        Parameter(
            name="hub", kind=WHOLE, default="1000", most=10**6,
            meaning="no path through a node of more relations",
        ),
    ),
    columns=(
        Column(name="length", kind="number", meaning="steps"),
        Column(name="path", kind="text", meaning="the path in words"),
        Column(name="nodes", kind="iris", meaning="what it leads through"),
        Column(name="steps", kind="steps", meaning="each step's relations with their claims"),
    ),
    run=_paths,
    example={"start": "toyota", "end": "suzuki"},
)  # fmt: skip

"""What a picture rests on: its claims whole, what contradicts what, the queries behind it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg import evidence as proof
from kg.questions.answer import sparql_on
from kg.questions.catalogue import question
from kg.store.base import Graph
from viz.asking import rows_of
from viz.relations import label_in
from viz.scene import Behind, Evidence, Link, Node, Notice
from viz.words import membership, published, stake

# Which questions a panel rests on: what it is about, and the parameters that it fills.
_BEHIND: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("everything", "who-owns", ()),
    ("everything", "members-of-alliance", ()),
    ("everything", "sales-of", ()),
    ("company", "who-owns", ("company",)),
    ("company", "what-it-owns", ("holder",)),
    ("company", "members-of-alliance", ("member",)),
    ("company", "sales-of", ("subject",)),
    ("company", "market-share-of", ("subject",)),
    ("alliance", "members-of-alliance", ("alliance",)),
    ("alliance", "sales-of", ("subject",)),
    ("group", "sales-of", ("subject",)),
    ("group", "market-share-of", ("subject",)),
    ("stake", "stake-between", ("holder", "company")),
    ("membership", "members-of-alliance", ("member", "alliance")),
)


def cited(nodes: Iterable[Node], links: Iterable[Link]) -> set[str]:
    """Return every claim that a picture rests on."""
    cited = {claim for link in links for claim in link.claims}
    for node in nodes:
        cited.update(node.claims)
        cited.update(claim for figure in node.figures for claim in figure.claims)
        cited.update(claim for _, claims in node.notes for claim in claims)
    return cited


def with_end(
    link: Link, held: Mapping[str, proof.Evidence], labels: Mapping[str, str], today: str
) -> Link:
    """Return a link as ended, with the day of its end, where all its claims know one."""
    until = proof.over_since([held[claim] for claim in link.claims if claim in held], today)
    if not until or link.kind not in ("stake", "membership"):
        return link
    start, end = labels[link.start], labels[link.end]
    told = (
        stake(start, end, link.label, link.right, "ended")
        if link.kind == "stake"
        else membership(start, end, link.role, "ended")
    )
    return replace(link, until=until, status="ended", status_label="ended", sentence=told)


def days(evidence: Iterable[Evidence]) -> dict[str, tuple[str, ...]]:
    """Return the days on which what is shown changes: by what holds, and by what is known."""
    held, known = set(), set()
    for claim in evidence:
        held |= {claim.holds_from, claim.holds_until} - {""}
        known |= {claim.known_from} - {""}
    return {"as_of": tuple(sorted(held)), "known_by": tuple(sorted(known))}


def notices(
    graph: Graph, nodes: Sequence[Node], links: Iterable[Link], clocks: Mapping[str, str]
) -> tuple[Notice, ...]:
    """Return the contradictions among the claims shown, each with what it is about."""
    subjects = _subjects(nodes, links)
    found: dict[tuple[str, ...], Notice] = {}
    (rows,) = rows_of(graph, [("contradictions", "about")], [node.id for node in nodes], clocks)
    for row in rows:
        about = Counter(label for claim in row.claims for label in subjects.get(claim, ()))
        if about:
            text = f"{about.most_common(1)[0][0]}: {row.values['text']}"
            verdict = label_in(row, "verdict")
            found[row.claims] = Notice(text=text, verdict=verdict, claims=row.claims)
    return tuple(found.values())


def _subjects(nodes: Iterable[Node], links: Iterable[Link]) -> dict[str, list[str]]:
    """Return for each claim the names of what it says something of: the far end of a link."""
    labels = {node.id: node.label for node in nodes}
    found: dict[str, list[str]] = {}
    for link in links:
        for claim in link.claims:
            found.setdefault(claim, []).append(labels[link.end])
    for node in nodes:
        for claim in (c for one in node.figures for c in one.claims):
            found.setdefault(claim, []).append(node.label)
        for claim in (c for _, claims in node.notes for c in claims):
            found.setdefault(claim, []).append(node.label)
    return found


def behind(clocks: Mapping[str, str]) -> tuple[Behind, ...]:
    """Return the queries that panels rest on, with the clocks in; a page puts its node in."""
    return tuple(
        Behind(about=about, title=question(name).title, parameters=parameters,
               sparql=sparql_on(name, clocks))
        for about, name, parameters in _BEHIND
    )  # fmt: skip


def _shown(claim: proof.Evidence) -> Evidence:
    return Evidence(
        id=claim.id,
        says=claim.says,
        modality=claim.modality.label,
        source=claim.source.title,
        publisher=claim.source.publisher.label if claim.source.publisher else "",
        published=published(claim.source),
        relays=tuple(one.label for one in claim.relays),
        speaker=tuple(one.label for one in claim.speaker),
        locator=f"sentence {claim.sentence}" if claim.sentence else "",
        printed=claim.printed,
        note=claim.note,
        url=claim.source.url,
        quotation=claim.quotation or "",
        known_from=claim.known_from,
        holds_from=claim.holds_from,
        holds_until=claim.holds_until,
    )


def held_by(
    graph: Graph, nodes: Iterable[Node], links: Iterable[Link]
) -> dict[str, proof.Evidence]:
    """Return every claim that a picture rests on, whole, by id."""
    return proof.evidence(graph, cited(nodes, links))


def shown_claims(held: Mapping[str, proof.Evidence]) -> dict[str, Evidence]:
    """Return claims as a panel shows them."""
    return {iri: _shown(claim) for iri, claim in held.items()}

"""A small made-up world of stakes, and random ones: claims as a register would bring them."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.claims import Claim, Stake
from kg.load import load_claims
from kg.names import Iri
from kg.quads import RDF_TYPE
from kg.store.embedded import EmbeddedGraph

LABEL = NamedNode(names.PREFIXES["rdfs"] + "label")
Told = Callable[..., Claim]


def company(slug: str) -> Iri:
    return names.entity("company", slug)


def entities(*slugs: str) -> Iterator[Quad]:
    for slug in slugs:
        node, graph = NamedNode(company(slug)), NamedNode(names.ENTITIES)
        yield Quad(node, RDF_TYPE, NamedNode(names.term("Company")), graph)
        yield Quad(node, LABEL, Literal(slug.replace("-", " ").title()), graph)


def document(slug: str, published: str, authority: str = "news") -> Iterator[Quad]:
    node, graph = NamedNode(names.entity("doc", slug)), NamedNode(names.ENTITIES)
    day = NamedNode(names.PREFIXES["xsd"] + "date")
    yield Quad(node, RDF_TYPE, NamedNode(names.term("Document")), graph)
    yield Quad(node, LABEL, Literal(slug), graph)
    for name in ("publishedEarliest", "publishedLatest", "recorded"):
        value = Literal(published, datatype=day)
        yield Quad(node, NamedNode(names.term(name)), value, graph)
    code = NamedNode(names.code("authority", authority))
    yield Quad(node, NamedNode(names.term("authority")), code, graph)


def told(
    id: str,
    holder: str,
    owned: str,
    share: str = "",
    *,
    source: str,
    right: str = "capital",
    least: str = "",
    most: str = "",
    since: str = "",
    until: str = "",
    modality: str = "stated",
    indirect: bool = False,
    printed: str = "",
    supersedes: str = "",
) -> Claim:
    """Return a claim that one company holds a stake in another."""
    return Claim(
        id=names.entity("claim", id),
        source=names.entity("doc", source),
        says=f"{holder} holds {share or 'some'} of {owned}.",
        modality=names.code("modality", modality),
        printed=printed,
        supersedes=names.entity("claim", supersedes) if supersedes else None,
        states=Stake(
            holder=company(holder),
            company=company(owned),
            right=names.code("right", right),
            share=Decimal(share) if share else None,
            share_min=Decimal(least) if least else None,
            share_max=Decimal(most) if most else None,
            valid_from=date.fromisoformat(since) if since else None,
            valid_to=date.fromisoformat(until) if until else None,
            directness=names.code("directness", "indirect") if indirect else None,
        ),
    )


# Nissan's buy-back of 2024 (before and after), and Renault's votes in a trust since 2023.
SEEN = [
    told("nm-1", "nissan", "mmc", "0.3407", source="old", since="2016-10-20", printed="34.07%"),
    told("nm-2", "nissan", "mmc", "0.2405", source="new", since="2024-11-08", printed="24.05%"),
    told("rn-c", "renault", "nissan", "0.434", source="old", since="2005-01-01"),
    told("rn-v1", "renault", "nissan", "0.434", source="old", right="votes", since="2005-01-01"),
    told("rn-v2", "renault", "nissan", "0.15", source="mid", right="votes", since="2023-11-08"),
    told("nr-c", "nissan", "renault", "0.15", source="old", since="2005-01-01"),
    told("nr-v1", "nissan", "renault", "0", source="old", right="votes", since="2005-01-01"),
    told("nr-v2", "nissan", "renault", "0.15", source="mid", right="votes", since="2023-11-08"),
]
NAMED = [
    *entities("nissan", "mmc", "renault", "a", "b", "c", "d", "e"),
    *document("old", "2016-11-01"),
    *document("mid", "2023-11-10"),
    *document("new", "2024-11-10"),
    *document("register", "2024-01-01", "official-register"),
    *document("rumour", "2024-02-01"),
]


@pytest.fixture
def seen(empty_graph: EmbeddedGraph) -> EmbeddedGraph:
    """A graph of Nissan, Renault and Mitsubishi Motors before and after 2023 and 2024."""
    load_claims(empty_graph, SEEN, names=NAMED)
    return empty_graph


@pytest.fixture
def known(empty_graph: EmbeddedGraph) -> Callable[..., EmbeddedGraph]:
    """Return what makes a graph of some claims."""

    def made(*claims: Claim) -> EmbeddedGraph:
        load_claims(empty_graph, claims, names=NAMED)
        return empty_graph

    return made


MODALITIES = ["stated"] * 5 + ["announced", "confirmed", "reported", "denied", "contemplated"]


def random_documents(seed: int, documents: int = 6, claims: int = 8) -> list[list[Claim]]:
    """Return made-up documents of stakes among five companies: contradictions, ends, denials."""
    dice = random.Random(seed)
    found: list[list[Claim]] = []
    for number in range(documents):
        source = dice.choice(["old", "mid", "new", "register", "rumour"]) + f"-{number}"
        found.append([_random_claim(dice, source, place) for place in range(claims)])
    return found


def _random_claim(dice: random.Random, source: str, place: int) -> Claim:
    holder, owned = dice.sample("abcde", 2)
    since = date(2015, 1, 1) + timedelta(days=dice.randrange(4000))
    share = str(Decimal(dice.randrange(1, 100)) / 100)
    size = dice.choice([{"share": share}] * 4 + [{"least": share}, {}])
    return told(
        f"{source}-{place}",
        holder,
        owned,
        source=source,
        right=dice.choice(["capital", "capital", "votes"]),
        since=since.isoformat() if dice.random() < 0.8 else "",
        until=(since + timedelta(days=900)).isoformat() if dice.random() < 0.2 else "",
        modality=dice.choice(MODALITIES),
        indirect=dice.random() < 0.1,
        **size,
    )


def random_names(documents: list[list[Claim]]) -> list[Quad]:
    """Return what names the companies and dates the documents of a random world."""
    quads = [*entities(*"abcde")]
    for claims in documents:
        slug = names.local_name(claims[0].source)
        kind, _, number = slug.partition("-")
        day = date({"old": 2015, "mid": 2019}.get(kind, 2023), 1 + int(number) % 12, 1)
        authority = "official-register" if kind == "register" else "news"
        quads += document(slug, day.isoformat(), authority)
    return quads

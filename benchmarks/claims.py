"""Made-up claims of any number, the same for the same seed: what the benchmarks and tests load.

    world(200_000).documents() -> 20,000 documents of 10 claims on 25,000 companies

As in the two articles there are some eight claims a company and five members an alliance; in a
dense world five times as many claims a company, and some twenty members an alliance. Companies
differ in weight, as real ones do: a few are written about often, most seldom. Of 100 claims 55 are
figures, 25 memberships, 15 stakes, 5 responses and what else.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TypedDict

from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.claims import (
    Claim,
    Location,
    MarketShare,
    Membership,
    Observation,
    Proposition,
    Sales,
    SalesGrowth,
    Stake,
)
from kg.names import Iri
from kg.quads import RDF_TYPE, to_term

CLAIMS_EACH = 10  # claims a document
_YEARS = [names.entity("period", f"{year}-01-01--{year}-12-31") for year in range(2015, 2025)]
_MODALITIES = [*["stated"] * 12, *["reported"] * 4, "announced", "confirmed", "planned", "denied"]
_POWERTRAINS = [names.code("powertrain", one) for one in ("all", "all", "battery-electric")]
_LABEL = NamedNode(names.PREFIXES["rdfs"] + "label")
_TITLE = NamedNode(names.PREFIXES["dcterms"] + "title")


class _Where(TypedDict):
    subject: Iri
    market: Iri
    period: Iri
    powertrain: Iri


@dataclass(frozen=True)
class World:
    """How large a made-up world is."""

    claims: int
    companies: int
    alliances: int
    seed: int = 1

    @property
    def sources(self) -> int:
        """Return the number of documents."""
        return -(-self.claims // CLAIMS_EACH)

    def company(self, number: int) -> Iri:
        """Return the IRI of a company, counted from 0."""
        return names.entity("company", f"maker-{number}")

    def alliance(self, number: int) -> Iri:
        """Return the IRI of an alliance, counted from 0."""
        return names.entity("alliance", f"pact-{number}")

    def market(self, number: int) -> Iri:
        """Return the IRI of one of 20 markets."""
        return names.entity("market", f"land-{number}")

    def source(self, number: int) -> Iri:
        """Return the IRI of a document, counted from 0."""
        return names.entity("doc", f"made-{number}")

    def documents(self) -> Iterator[list[Claim]]:
        """Yield the claims of each document; any one can be made without the others."""
        for number in range(self.sources):
            yield self.document(number)

    def document(self, number: int) -> list[Claim]:
        """Return the claims of one document."""
        dice = random.Random(f"{self.seed} {number}")
        count = min(CLAIMS_EACH, self.claims - number * CLAIMS_EACH)
        return [self._claim(dice, number, place + 1) for place in range(count)]

    def _claim(self, dice: random.Random, number: int, place: int) -> Claim:
        sentence = f"{self.seed} {number} {place}"
        modality = dice.choice(_MODALITIES)
        answers = place > 1 and dice.random() < 0.03
        return Claim(
            id=names.entity("claim", f"made-{number}-{place}"),
            source=self.source(number),
            sentence=place,
            sentence_sha256=sha256(sentence.encode()).hexdigest(),
            says=f"What document {number} says in its sentence {place}.",
            modality=names.code("modality", "no-comment" if answers else modality),
            states=None if answers else self._proposition(dice),
            responds_to=names.entity("claim", f"made-{number}-{place - 1}") if answers else None,
            speaker=(self.company(_skewed(dice, self.companies)),) if answers else (),
        )

    def _proposition(self, dice: random.Random) -> Proposition:
        kind = dice.random()
        one = self.company(_skewed(dice, self.companies))
        if kind < 0.56:
            return self._figure(dice, one)
        if kind < 0.82:
            return self._membership(dice)
        if kind < 0.975:
            return self._stake(dice, one)
        return Location(subject=one, country=self.market(dice.randrange(20)))

    def _figure(self, dice: random.Random, subject: Iri) -> Observation:
        where: _Where = {
            "subject": subject,
            "market": self.market(dice.randrange(20)),
            "period": dice.choice(_YEARS),
            "powertrain": dice.choice(_POWERTRAINS),
        }
        kind = dice.random()
        if kind < 0.6:
            return Sales(value=Decimal(dice.randrange(1, 9000) * 1000), **where)
        if kind < 0.8:
            return SalesGrowth(value=Decimal(dice.randrange(-300, 300)) / 1000, **where)
        return MarketShare(value=Decimal(dice.randrange(1, 300)) / 1000, **where)

    def _membership(self, dice: random.Random) -> Membership:
        # A company is in up to three alliances, so that sources speak of the same memberships.
        number = _skewed(dice, self.companies)
        alliance = (number * 7 + dice.choice((0, 0, 1, 5)) * 31) % self.alliances
        lead = number % 11 == 0
        return Membership(
            alliance=self.alliance(alliance),
            member=self.company(number),
            role=names.code("role", "lead" if lead else "member"),
            stage=names.code("stage", dice.choice(["current"] * 8 + ["former", "prospective"])),
        )

    def _stake(self, dice: random.Random, holder: Iri) -> Stake:
        company = (
            int(holder.rpartition("-")[2]) + dice.randrange(1, min(9, self.companies))
        ) % self.companies
        return Stake(
            holder=holder,
            company=self.company(company),
            right=names.code("right", dice.choice(("capital", "capital", "votes"))),
            share=Decimal(dice.randrange(1, 600)) / 1000,
        )

    def named(self) -> Iterator[Quad]:
        """Yield the names of all companies, alliances, markets and documents, with their dates."""
        for number in range(self.companies):
            yield from _named(self.company(number), "Company", f"Maker {number} Motor")
        for number in range(self.alliances):
            yield from _named(self.alliance(number), "Alliance", f"Pact {number}")
        for number in range(20):
            yield from _named(self.market(number), "Market", f"Land {number}")
        for number in range(self.sources):
            yield from self.source_named(number)

    def source_named(self, number: int) -> Iterator[Quad]:
        """Yield the name of one document, and the days on which it may have been published."""
        iri = self.source(number)
        yield from _named(iri, "Document", f"Report {number}")
        graph, node = NamedNode(names.ENTITIES), NamedNode(iri)
        yield Quad(node, _TITLE, Literal(f"Report {number}"), graph)
        first = date(2015, 1, 1) + timedelta(days=number * 37 % 3650)
        for name, day in (("Earliest", first), ("Latest", first + timedelta(days=6))):
            property_ = NamedNode(names.term(f"published{name}"))
            yield Quad(node, property_, to_term(day, date), graph)


def world(claims: int, seed: int = 1, *, dense: bool = False) -> World:
    """Return a world with so many claims, and companies and alliances to match."""
    companies, alliances = (claims // 40, claims // 250) if dense else (claims // 8, claims // 16)
    return World(claims, max(8, companies), max(2, alliances), seed)


def _skewed(dice: random.Random, count: int) -> int:
    """Return a number below `count`, low ones more often."""
    return int(count * dice.random() ** 1.5)


def _named(iri: Iri, kind: str, label: str) -> Iterator[Quad]:
    graph, node = NamedNode(names.ENTITIES), NamedNode(iri)
    yield Quad(node, RDF_TYPE, NamedNode(names.term(kind)), graph)
    yield Quad(node, _LABEL, Literal(label), graph)

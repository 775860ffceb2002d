"""Figures of a graph on a day: market shares and sales, read for measures, with their claims.

Several claims of one figure come to what they all allow, or where they contradict each other to
the range from the least to the most; or a policy picks. What is only reported, expected or given
on a condition is no fact, and is left out unless asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from pyoxigraph import Literal, NamedNode

from kg import names
from kg.analytics.network import Network
from kg.analytics.ranges import Range
from kg.contradictions.intervals import exact
from kg.contradictions.picks import Picker
from kg.names import Iri
from kg.store.base import Row

FACTS = ("stated", "announced", "confirmed")

_FIGURES = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?kind ?subject ?type ?market ?powertrain ?period ?value ?low ?high ?modality ?printed ?claim
  ?as_of ?known_by
WHERE {
  ?figure a ?kind ; kei:subject ?subject ; kei:powertrain ?powertrain .
  OPTIONAL { ?subject a ?type }
  OPTIONAL { ?figure kei:market ?market }
  OPTIONAL { ?figure kei:period ?period }
  OPTIONAL { ?figure kei:value ?value }
  OPTIONAL { ?figure kei:low ?low }
  OPTIONAL { ?figure kei:high ?high }
  FILTER(BOUND(?value) || BOUND(?low) || BOUND(?high))
  ?claim kei:states ?figure ; kei:modality ?modality ;
    kei:knownFrom ?known_from ; kei:holdsFrom ?holds_from .
  OPTIONAL { ?claim kei:printed ?printed }
  FILTER(COALESCE(?known_from <= ?known_by, true))
  FILTER(COALESCE(?holds_from <= ?as_of, true))
  FILTER NOT EXISTS {
    ?newer kei:overrules ?claim .
    FILTER EXISTS { ?newer kei:knownFrom ?known FILTER(COALESCE(?known <= ?known_by, true)) }
    FILTER EXISTS { ?newer kei:holdsFrom ?holds FILTER(COALESCE(?holds <= ?as_of, true)) }
  }
}
ORDER BY ?subject ?period ?claim
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What is known of one figure, from all the claims of it that count."""

    subject: str
    type: str  # local name of the subject's class
    market: str  # IRI, empty where the source names none
    powertrain: str  # code
    period: str  # IRI, empty where the source states none
    value: Range
    modality: str  # the firmest
    claims: tuple[str, ...]
    hidden: tuple[str, ...] = ()  # claims that the policy did not take

    @property
    def fact(self) -> bool:
        """Say whether a source says it as a fact."""
        return self.modality in FACTS


def figures(network: Network, kind: str) -> list[Figure]:
    """Return the figures of a kind ("MarketShare", "Sales") under the clocks of a network."""
    asked = network.asked
    day = NamedNode(names.PREFIXES["xsd"] + "date")
    terms = {
        clock: Literal(value.isoformat(), datatype=day)
        for clock, value in (("as_of", asked.as_of), ("known_by", asked.known_by))
        if value is not None
    } | {"kind": NamedNode(names.term(kind))}
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in network.graph.select(_FIGURES, terms).rows:
        key = tuple(_text(row, one) for one in ("subject", "market", "powertrain", "period"))
        groups.setdefault(key, []).append(row)
    return [_figure(network, rows, asked.rounded) for rows in groups.values()]


def _figure(network: Network, rows: list[Row], rounded: bool) -> Figure:
    facts = [row for row in rows if _modality(row) in FACTS]
    used = facts or rows
    claims = sorted({Iri(_text(row, "claim")) for row in used})
    taken = claims
    if len(claims) > 1 and network.asked.policy != "all":
        taken = Picker(network.graph, claims).pick(network.asked.policy, claims)
    chosen = [row for row in used if _text(row, "claim") in taken]
    first = chosen[0]
    return Figure(
        subject=_text(first, "subject"),
        type=names.local_name(_text(first, "type")),
        market=_text(first, "market"),
        powertrain=names.local_name(_text(first, "powertrain")),
        period=_text(first, "period"),
        value=_joined(_span(row, rounded) for row in chosen),
        modality=_modality(first),
        claims=tuple(map(str, taken)),
        hidden=tuple(str(one) for one in claims if one not in taken),
    )


def _joined(spans: Iterable[Range]) -> Range:
    """Return what all allow; where they contradict each other, from the least to the most."""
    listed = list(spans)
    low, high = max(one.low for one in listed), min(one.high for one in listed)
    if low <= high:
        return Range(low, high)
    return Range(min(one.low for one in listed), max(one.high for one in listed))


UNBOUNDED = Fraction(10**15)  # more than any number of vehicles


def _span(row: Row, rounded: bool) -> Range:
    value, low, high = (_text(row, one) for one in ("value", "low", "high"))
    most = Fraction(1) if _text(row, "kind").endswith("MarketShare") else UNBOUNDED
    if not value:
        return Range(Fraction(low or 0), Fraction(high) if high else most)
    if rounded:
        from decimal import Decimal

        open_ = exact(Decimal(value), _text(row, "printed"))
        if open_.low is not None and open_.high is not None:
            return Range(max(Fraction(0), Fraction(open_.low)), min(most, Fraction(open_.high)))
    return Range.of(Fraction(value))


def _modality(row: Row) -> str:
    return names.local_name(_text(row, "modality"))


def _text(row: Row, name: str) -> str:
    return getattr(row.get(name), "value", "")

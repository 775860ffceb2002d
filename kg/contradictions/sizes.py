"""Stakes of one holder in one company that sources give different sizes on one day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from kg import names
from kg.contradictions.comparison import CONFLICT, Comparison
from kg.contradictions.intervals import Interval, exact
from kg.contradictions.labels import Labels
from kg.contradictions.rows import grouped, text_of
from kg.names import Iri
from kg.store.base import Graph, Row

# Stakes of one holder in one company by one right, where there are several: of a register, few.
_ALIKE = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT (GROUP_CONCAT(STR(?stake); SEPARATOR=" ") AS ?stakes)
WHERE {
  %s
  ?stake kei:company ?about ; kei:right ?right ; kei:holder ?holder .
}
GROUP BY ?about ?right ?holder
HAVING(COUNT(?stake) > 1)
"""
# A stake of a later day takes the place of one: what is left to compare are those of one day.
_STAKES = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
PREFIX status: <https://w3id.org/keiretsu/vocab/status/>
SELECT ?about ?right ?holder ?day ?low ?high ?claim ?source ?printed
WHERE {
  VALUES ?stake { %s }
  ?stake kei:company ?about ; kei:right ?right ; kei:holder ?holder .
  OPTIONAL { ?stake kei:share|kei:shareMin ?low }
  OPTIONAL { ?stake kei:share|kei:shareMax ?high }
  ?claim kei:states ?stake ; kei:source ?source ; kei:givesStatus ?status ; kei:holdsFrom ?day .
  FILTER(?status IN (status:active, status:announced, status:confirmed))
  FILTER NOT EXISTS { ?other kei:overrules|kei:contests ?claim }
  OPTIONAL { ?claim kei:printed ?printed }
}
"""
_AT_ONCE = 1000  # stakes a query
_PER_CENT = Decimal("0.01")  # a share is printed to a per cent at least: 60% is not 55% to 65%


@dataclass(frozen=True, slots=True)
class _Size:
    """A stake as one claim of one document gives it."""

    claim: Iri
    source: str
    interval: Interval
    shown: str


def find(graph: Graph, only: str, known: Labels) -> Iterator[Comparison]:
    """Yield each two documents that give one stake sizes which cannot both be right.

    `only` are the VALUES for `?about`, empty for all companies. Several stakes of one document may
    be parcels of a whole, and are not held against each other.
    """
    found = graph.select(_ALIKE % only).rows
    stakes = sorted({one for row in found for one in text_of(row, "stakes").split()})
    rows: list[Row] = []
    for start in range(0, len(stakes), _AT_ONCE):
        terms = " ".join(f"<{names.iri(one)}>" for one in stakes[start : start + _AT_ONCE])
        rows += graph.select(_STAKES % terms).rows
    for (about, right, holder, day), same in grouped(rows, "about", "right", "holder", "day"):
        for one, other in combinations(sorted(_sizes(same), key=_order), 2):
            if one.source == other.source or one.interval.overlaps(other.interval):
                continue
            what = f"{known.label(holder)}, {known.label(right)}"
            yield Comparison(
                kind="different-values",
                verdict=CONFLICT,
                about=(Iri(about),),
                claims=tuple(sorted((one.claim, other.claim))),
                text=f"{one.shown} against {other.shown} of it ({what}) on {day}",
                difference=_middle(other) - _middle(one),
                unit="fraction",
            )


def _sizes(rows: Iterable[Row]) -> Iterator[_Size]:
    for row in rows:
        claim, source = Iri(text_of(row, "claim")), text_of(row, "source")
        low, high, printed = (text_of(row, name) for name in ("low", "high", "printed"))
        if low and low == high:
            yield _Size(claim, source, _rounded(Decimal(low), printed), low)
        elif low or high:
            bounds = (Decimal(one) if one else None for one in (low, high))
            yield _Size(claim, source, Interval(*bounds), f"{low or 0} to {high or 1}")


def _rounded(share: Decimal, printed: str) -> Interval:
    """Return what a share stands for: by its last digit, and by a per cent at most."""
    read = exact(share, printed)
    half = _PER_CENT / 2
    return Interval(
        max(share - half, read.low or share - half), min(share + half, read.high or share + half)
    )


def _order(size: _Size) -> tuple[Decimal, Iri]:
    return _middle(size), size.claim


def _middle(size: _Size) -> Decimal:
    low, high = size.interval.low, size.interval.high
    known = [one for one in (low, high) if one is not None]
    return sum(known, Decimal(0)) / len(known)

"""Figures held against each other: two values for one thing, and totals against their parts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product

from kg import names
from kg.contradictions.comparison import AGREE, COMPATIBLE, CONFLICT, POSSIBLE, Comparison
from kg.contradictions.intervals import Interval, exact
from kg.contradictions.labels import Labels
from kg.contradictions.rows import text_of
from kg.names import Iri
from kg.store.base import Graph, Row

_FIGURES = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?figure ?kind ?subject ?market ?powertrain ?period ?value ?low ?high ?printed
WHERE {
  %s
  ?figure kei:subject ?subject ; kei:powertrain ?powertrain ; a ?kind .
  FILTER(?kind IN (kei:Sales, kei:SalesGrowth, kei:MarketShare))
  OPTIONAL { ?figure kei:market ?market }
  OPTIONAL { ?figure kei:period ?period }
  OPTIONAL { ?figure kei:value ?value }
  OPTIONAL { ?figure kei:low ?low }
  OPTIONAL { ?figure kei:high ?high }
  FILTER(BOUND(?value) || BOUND(?low) || BOUND(?high))
  ?claim kei:states ?figure .
  OPTIONAL { ?claim kei:printed ?printed }
  FILTER NOT EXISTS { ?newer kei:overrules ?claim }
}
ORDER BY ?figure ?claim
"""
# Figures that there may be something to compare with: more than one for a thing and period, or with
# and without a period; and what an alliance sold. Of a whole register these are few.
_ALIKE = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?figures
WHERE {
  {
    SELECT (GROUP_CONCAT(STR(?figure); SEPARATOR=" ") AS ?figures)
    WHERE {
      %s
      ?figure kei:subject ?subject ; kei:powertrain ?powertrain ; a ?kind .
      FILTER(?kind IN (kei:Sales, kei:SalesGrowth, kei:MarketShare))
      OPTIONAL { ?figure kei:market ?market }
      OPTIONAL { ?figure kei:period ?period }
    }
    GROUP BY ?subject ?kind ?market ?powertrain
    HAVING(COUNT(?figure) > COUNT(DISTINCT ?period))
  } UNION {
    %s
    ?subject a kei:Alliance .
    ?sold kei:subject ?subject ; a kei:Sales .
    BIND(STR(?sold) AS ?figures)
  }
}
"""
_AT_ONCE = 1000  # figures a query
_MEMBERS = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
PREFIX status: <https://w3id.org/keiretsu/vocab/status/>
SELECT DISTINCT ?alliance ?member
WHERE {
  %s
  ?membership kei:alliance ?alliance ; kei:member ?member .
  ?claim kei:states ?membership ; kei:givesStatus ?status .
  FILTER(?status NOT IN (status:ended, status:disputed))
  FILTER NOT EXISTS { ?newer kei:overrules|kei:contests ?claim }
}
"""
_UNITS = {"Sales": "vehicle", "SalesGrowth": "fraction", "MarketShare": "fraction"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One proposition with a number, and the claims that state it."""

    kind: str
    subject: Iri
    market: str
    powertrain: str
    period: str  # empty: the source states none
    value: Decimal | None
    interval: Interval
    claims: tuple[Iri, ...]


# Rows of each proposition by period, by what two figures must share to be about the same thing:
# kind, subject, market, powertrain.
Things = dict[tuple[str, ...], dict[str, list[Sequence[Row]]]]


def find(graph: Graph, about: Sequence[Iri] | None) -> Iterator[Comparison]:
    """Yield every pair of figures about one thing, and every total with the sum of its parts."""
    known = Labels(graph)
    things = _by_thing(graph, "figure", _alike(graph, about))
    for periods in things.values():
        for same in periods.values():
            if len(same) > 1:
                yield from _pairs(combinations(_figures(same), 2), known)
        stated = [rows for period, same in periods.items() if period for rows in same]
        if stated and "" in periods:
            yield from _pairs(product(_figures(periods[""]), _figures(stated)), known)
    yield from _totals(graph, things, known)


def _figures(rows: Sequence[Sequence[Row]]) -> list[Figure]:
    """Return propositions as figures; made only for what there is something to compare with."""
    return [_figure(one) for one in rows]


def _pairs(pairs: Iterable[tuple[Figure, Figure]], known: Labels) -> Iterator[Comparison]:
    for one, other in pairs:
        fits = one.interval.overlaps(other.interval)
        unstated = one.period != other.period
        verdict = COMPATIBLE if fits else POSSIBLE if unstated else CONFLICT
        yield Comparison(
            kind="different-values",
            verdict=verdict,
            about=(one.subject,),
            claims=tuple(sorted({*one.claims, *other.claims})),
            text=f"{_words(one, known)} against {_words(other, known)}",
            difference=one.interval.gap(other.interval) if fits else _distance(one, other),
            unit=_UNITS[one.kind],
        )


def _distance(one: Figure, other: Figure) -> Decimal:
    if one.value is not None and other.value is not None:
        return abs(one.value - other.value)
    return one.interval.gap(other.interval)


def _totals(graph: Graph, things: Things, known: Labels) -> Iterator[Comparison]:
    totals = [
        total
        for (kind, subject, _, _), periods in things.items()
        if kind == "Sales" and names.kind_of(subject) == "alliance"
        for same in periods.values()
        for total in _figures(same)
    ]
    if not totals:
        return
    members: dict[Iri, set[Iri]] = defaultdict(set)
    alliances = sorted({one.subject for one in totals})
    for row in graph.select(_MEMBERS % _values("alliance", alliances)).rows:
        members[Iri(text_of(row, "alliance"))].add(Iri(text_of(row, "member")))
    parts = _by_thing(
        graph, "subject", sorted({one for found in members.values() for one in found})
    )
    for total in totals:
        if members[total.subject]:
            yield from _sums(total, sorted(members[total.subject]), parts, known)


def _sums(
    total: Figure, members: Sequence[Iri], parts: Things, known: Labels
) -> Iterator[Comparison]:
    """Yield a total against the sum of its members, for each period that all of them have."""
    own = [parts.get(("Sales", one, total.market, total.powertrain), {}) for one in members]
    for period in sorted(set.intersection(*(set(periods) for periods in own)) - {""}):
        if total.period in ("", period):
            figures = [_figures(periods[period]) for periods in own]
            summed = Interval(Decimal(0), Decimal(0))
            for part in map(_range, figures):
                summed = summed.plus(part)
            yield _against_sum(total, summed, figures, period, known)


def _range(figures: Sequence[Figure]) -> Interval:
    """Return what one member may have sold: sources that differ give a range, never two sums."""
    lows = [one.interval.low for one in figures]
    highs = [one.interval.high for one in figures]
    return Interval(
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
    )


def _against_sum(
    total: Figure, summed: Interval, own: Sequence[Sequence[Figure]], period: str, known: Labels
) -> Comparison:
    fits = total.interval.overlaps(summed)
    same_period = total.period == period
    good, bad = (AGREE, CONFLICT) if same_period else (COMPATIBLE, POSSIBLE)
    claims = {claim for figures in own for one in figures for claim in one.claims}
    low, high = (
        f"{bound:,.0f}" if bound is not None else "?" for bound in (summed.low, summed.high)
    )
    return Comparison(
        kind="sum-differs",
        verdict=good if fits else bad,
        about=(total.subject,),
        claims=tuple(sorted({*total.claims, *claims})),
        text=f"{_words(total, known)} against {low} to {high}, the sum of its members "
        f"({known.label(period)})",
        difference=total.interval.gap(summed),
        unit="vehicle",
    )


def _words(figure: Figure, known: Labels) -> str:
    low, high = figure.interval.low, figure.interval.high
    if figure.value is not None:
        shown = f"{figure.value:,f}"
    else:
        shown = f"more than {low:,.0f}" if low is not None else f"less than {high:,.0f}"
    period = known.label(figure.period) if figure.period else "period not stated"
    return f"{shown} ({period})"


def _alike(graph: Graph, about: Sequence[Iri] | None) -> list[Iri]:
    """Return the figures that there may be something to compare with."""
    only = _values("subject", about)
    rows = graph.select(_ALIKE % (only, only)).rows
    return sorted({Iri(one) for row in rows for one in text_of(row, "figures").split()})


def _by_thing(graph: Graph, column: str, wanted: Sequence[Iri]) -> Things:
    """Return the rows of propositions with a number, by what they are about and by period.

    `wanted` holds the propositions themselves (column `figure`), or their subjects (`subject`).
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for start in range(0, len(wanted), _AT_ONCE):
        values = _values(column, wanted[start : start + _AT_ONCE])
        for row in graph.select(_FIGURES % values).rows:
            rows[text_of(row, "figure")].append(row)
    found: Things = defaultdict(lambda: defaultdict(list))
    for same in rows.values():
        kind, *rest = (text_of(same[0], n) for n in ("kind", "subject", "market", "powertrain"))
        found[names.local_name(kind), *rest][text_of(same[0], "period")].append(same)
    return found


def _figure(rows: Sequence[Row]) -> Figure:
    row = rows[0]
    value, low, high = (_number(row, name) for name in ("value", "low", "high"))
    printed = next(filter(None, (text_of(one, "printed") for one in rows)), "")
    return Figure(
        kind=names.local_name(text_of(row, "kind")),
        subject=Iri(text_of(row, "subject")),
        market=text_of(row, "market"),
        powertrain=text_of(row, "powertrain"),
        period=text_of(row, "period"),
        value=value,
        interval=exact(value, printed) if value is not None else Interval(low, high),
        claims=tuple(sorted({Iri(text_of(one, "claim")) for one in rows})),
    )


def _values(variable: str, about: Sequence[Iri] | None) -> str:
    """Return the VALUES that restrict a query to some things; nothing for all of them."""
    if about is None:
        return ""
    return f"VALUES ?{variable} {{ {' '.join(f'<{names.iri(one)}>' for one in about)} }}"


def _number(row: Row, name: str) -> Decimal | None:
    text = text_of(row, name)
    return Decimal(text) if text else None

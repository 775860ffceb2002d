"""What is not a figure: who is a member, who denies it, what was agreed, how many are named."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kg import names
from kg.contradictions import sizes, wholes
from kg.contradictions.comparison import CONFLICT, POSSIBLE, Comparison
from kg.contradictions.labels import Labels
from kg.contradictions.rows import claims_of, grouped, text_of
from kg.names import Iri
from kg.store.base import Graph, Row

_PREFIXES = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
PREFIX stage: <https://w3id.org/keiretsu/vocab/stage/>
PREFIX status: <https://w3id.org/keiretsu/vocab/status/>
"""
_DENIALS = """
SELECT ?about ?claim ?other WHERE {
  %s
  ?claim kei:contests ?other ; kei:states ?held .
  ?held kei:alliance|kei:company ?about .
}
"""
_STAGES = """
SELECT ?about ?member ?claim ?source ?stage WHERE {
  %s
  ?membership kei:alliance ?about ; kei:member ?member ; kei:stage ?stage .
  ?claim kei:states ?membership ; kei:source ?source .
  FILTER NOT EXISTS { ?newer kei:overrules ?claim }
}
"""
_AGREEMENTS = """
SELECT ?about ?party ?agreement ?kind ?at ?claim ?source ?modality WHERE {
  %s
  ?agreement kei:party ?about ; kei:party ?party ; kei:agreementKind ?kind ; kei:at ?at .
  ?claim kei:states ?agreement ; kei:source ?source ; kei:modality ?modality .
}
"""
_COUNTS = """
SELECT ?about ?count ?claim ?member ?other WHERE {
  %s
  ?stated a kei:MemberCount ; kei:alliance ?about ; kei:count ?count .
  ?claim kei:states ?stated .
  ?membership kei:alliance ?about ; kei:member ?member .
  ?other kei:states ?membership ; kei:givesStatus ?status .
  FILTER(?status != status:ended)
  FILTER NOT EXISTS { ?newer kei:overrules ?other }
}
"""
_AT_ODDS = """
SELECT ?about ?claim ?other WHERE {
  %s
  ?claim kei:atOddsWith ?other ; kei:states ?assessed .
  ?assessed kei:about ?about .
}
"""


def find(graph: Graph, about: Sequence[Iri] | None) -> Iterator[Comparison]:
    """Yield what claims about the standing of companies and alliances do not agree on."""
    known = Labels(graph)
    only = "" if about is None else f"VALUES ?about {{ {_terms(about)} }}"

    def rows(query: str) -> Sequence[Row]:
        return graph.select(_PREFIXES + query % only).rows

    yield from _linked(
        rows(_DENIALS), "affirmed-and-denied", CONFLICT, "one says so, one denies it"
    )
    yield from _linked(
        rows(_AT_ODDS), "description-differs", POSSIBLE, "the descriptions do not fit together"
    )
    yield from _stages(rows(_STAGES), known)
    yield from _agreements(rows(_AGREEMENTS), known)
    yield from _counts(rows(_COUNTS))
    yield from wholes.find(rows(wholes.STAKES), known)
    yield from sizes.find(graph, only, known)


def _terms(about: Iterable[Iri]) -> str:
    return " ".join(f"<{names.iri(one)}>" for one in about)


def _linked(rows: Sequence[Row], kind: str, verdict: str, text: str) -> Iterator[Comparison]:
    """Yield claims that one of them says it disagrees with, one for each thing it is about."""
    for (about, _), same in grouped(rows, "about", "claim"):
        claims = claims_of(same, "claim", "other")
        yield Comparison(kind=kind, verdict=verdict, about=(Iri(about),), claims=claims, text=text)


def _stages(rows: Sequence[Row], known: Labels) -> Iterator[Comparison]:
    """Yield each membership that is current for one document and still to come for another."""
    for (about, member), same in grouped(rows, "about", "member"):
        by_source: dict[str, set[str]] = defaultdict(set)
        for row in same:
            by_source[text_of(row, "source")].add(text_of(row, "stage"))
        stages = sorted({stage for found in by_source.values() for stage in found})
        if len({frozenset(found) for found in by_source.values()}) > 1:
            words = " against ".join(known.label(stage) for stage in stages)
            yield Comparison(
                kind="stance-differs",
                verdict=POSSIBLE,
                about=(Iri(about),),
                claims=claims_of(same, "claim"),
                text=f"the place of {known.label(member)} in it: {words}",
            )


def _agreements(rows: Sequence[Row], known: Labels) -> Iterator[Comparison]:
    """Yield steps of the same parties at the same time that documents describe differently."""
    parties: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        parties[text_of(row, "agreement")].add(text_of(row, "party"))
    groups: dict[tuple[frozenset[str], str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[frozenset(parties[text_of(row, "agreement")]), text_of(row, "at")].append(row)
    for (who, at), same in groups.items():
        by_source: dict[str, dict[str, str]] = defaultdict(dict)
        for row in same:
            by_source[text_of(row, "source")][text_of(row, "agreement")] = _step(row, known)
        if len({frozenset(steps) for steps in by_source.values()}) > 1:
            said = sorted("; ".join(sorted(set(steps.values()))) for steps in by_source.values())
            yield Comparison(
                kind="stance-differs",
                verdict=CONFLICT,
                about=tuple(Iri(party) for party in sorted(who)),
                claims=claims_of(same, "claim"),
                text=f"the step of {at}: {' against '.join(said)}",
            )


def _step(row: Row, known: Labels) -> str:
    return f"{known.label(text_of(row, 'kind'))} ({known.label(text_of(row, 'modality'))})"


def _counts(rows: Sequence[Row]) -> Iterator[Comparison]:
    for (about, stated), same in grouped(rows, "about", "count"):
        counted = len({text_of(row, "member") for row in same})
        if counted != int(stated):
            yield Comparison(
                kind="count-differs",
                verdict=CONFLICT,
                about=(Iri(about),),
                claims=claims_of(same, "claim", "other"),
                text=f"{stated} members stated, {counted} named",
                difference=Decimal(abs(counted - int(stated))),
            )

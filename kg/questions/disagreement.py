"""What an answer must not hide: rows that contradict each other, and why there are none at all.

rows alike in a question's key -> a policy picks -> kept, hidden
claims of the answer           -> contradictions they take part in
no row under the two clocks    -> never heard, not yet so, no longer so, not yet known
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import names
from kg.contradictions.picks import Picker
from kg.contradictions.rows import text_of
from kg.names import Iri
from kg.store.base import Graph, Row, Term

if TYPE_CHECKING:
    from kg.questions.answer import AnswerRow

_TAKING_PART = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT DISTINCT ?comparison WHERE { VALUES ?claim { %s } ?comparison kei:between ?claim }
"""
_TOUCHING = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?comparison ?kind ?verdict ?text ?difference ?known_from
WHERE {
  VALUES ?comparison { %s }
  ?comparison kei:comparisonKind ?kind ; kei:verdict ?verdict ;
    kei:text ?text ; kei:knownFrom ?known_from .
  ?verdict kei:strength ?strength .
  FILTER(?strength >= 2)
  OPTIONAL { ?comparison kei:difference ?difference }
}
ORDER BY ?text
"""
_DAYS = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?known_from ?holds_from ?holds_until
WHERE {
  VALUES ?claim { %s }
  ?claim kei:knownFrom ?known_from ; kei:holdsFrom ?holds_from .
  OPTIONAL { ?claim kei:holdsUntil ?holds_until }
}
"""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A contradiction that touches an answer; the question `contradictions` tells it whole."""

    id: str
    kind: str
    verdict: str
    text: str
    difference: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Why there is no row: never-heard, not-yet, no-longer, not-yet-known or not-worked-out.

    The last is of control in a store that is too large to have it worked out beforehand.
    """

    code: str
    text: str


def chosen(
    graph: Graph, rows: Sequence["AnswerRow"], key: Sequence[str], policy: str
) -> tuple[list["AnswerRow"], list["AnswerRow"]]:
    """Return the rows that a policy keeps and those it hides, each in their order."""
    if policy == "all" or not key:
        return list(rows), []
    groups: dict[tuple[object, ...], list[AnswerRow]] = defaultdict(list)
    for row in rows:
        groups[tuple(row.values[column] for column in key)].append(row)
    picker = Picker(graph, {claim for row in rows for claim in row.claims})
    kept: set[int] = set()
    for same in groups.values():
        claims = sorted({Iri(claim) for row in same for claim in row.claims})
        picked = set(picker.pick(policy, claims))
        kept |= {id(row) for row in same if picked & set(row.claims)}
    return [r for r in rows if id(r) in kept], [r for r in rows if id(r) not in kept]


def touching(
    graph: Graph, claims: Iterable[str], clocks: Mapping[str, Term]
) -> tuple[Contradiction, ...]:
    """Return the contradictions that some claims take part in, as known by the day asked for."""
    wanted = _terms(claims)
    if not wanted:
        return ()
    # Most claims contradict nothing: ask that first, it is the quicker question.
    found = _terms(comparison for (comparison,) in graph.texts(_TAKING_PART % wanted))
    if not found:
        return ()
    known_by = getattr(clocks.get("known_by"), "value", "")
    # Held against the day here: Virtuoso 7.2 loses rows when it has VALUES and a range to filter.
    rows = graph.select(_TOUCHING % found).rows
    return tuple(
        Contradiction(
            text_of(row, "comparison"),
            names.local_name(text_of(row, "kind")),
            names.local_name(text_of(row, "verdict")),
            text_of(row, "text"),
            text_of(row, "difference"),
        )
        for row in rows
        if not known_by or text_of(row, "known_from") <= known_by
    )


def silence(graph: Graph, claims: Iterable[str], clocks: Mapping[str, str]) -> Silence:
    """Return why claims that would answer are not seen under the clocks that were asked with.

    `claims` are those of the same question without clocks; none means that nobody said so.
    """
    wanted = _terms(claims)
    rows = graph.select(_DAYS % wanted).rows if wanted else []
    if not rows:
        return Silence("never-heard", "no source in the graph says so; that is not a no")
    known_by, as_of = clocks.get("known_by", ""), clocks.get("as_of", "")
    known = [row for row in rows if not known_by or text_of(row, "known_from") <= known_by]
    if not known:
        first = min(text_of(row, "known_from") for row in rows)
        return Silence("not-yet-known", f"not known by {known_by}; known from {first}")
    begun = [row for row in known if not as_of or text_of(row, "holds_from") <= as_of]
    if not begun:
        first = min(text_of(row, "holds_from") for row in known)
        return Silence("not-yet", f"not so on {as_of} as far as is known; it holds from {first}")
    last = max(text_of(row, "holds_until") for row in begun)
    if not last:  # the answer needs several claims, and what is missing are others of them
        return _still_to_come(rows, clocks)
    return Silence("no-longer", f"no longer so on {as_of or known_by}; it held until {last}")


def _still_to_come(rows: Sequence[Row], clocks: Mapping[str, str]) -> Silence:
    """Return why an answer that needs several claims is not there: not all of them are."""
    known, holds = (max(text_of(row, n) for row in rows) for n in ("known_from", "holds_from"))
    known_by, as_of = clocks.get("known_by", ""), clocks.get("as_of", "")
    if known_by and known > known_by:
        return Silence("not-yet-known", f"not known by {known_by}; known from {known}")
    return Silence("not-yet", f"not so on {as_of} as far as is known; it holds from {holds}")


def _terms(claims: Iterable[str]) -> str:
    return " ".join(f"<{names.iri(claim)}>" for claim in sorted(set(claims)))

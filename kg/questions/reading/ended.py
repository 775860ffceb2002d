"""Ended: what a source tells of as over is no answer to a question in the present tense.

"Who owns Iskra?"  -> whoever does; a stake that was over when it became known is told in a note
"Who owned Iskra?" -> all of them
"""

from collections.abc import Sequence

from kg import names
from kg.questions.answer import AnswerRow, Named
from kg.questions.reading.asked import Asked
from kg.questions.reading.words import words
from kg.store.base import Graph

_OVER = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?until
WHERE {
  VALUES ?claim { %s }
  ?claim kei:holdsUntil ?until ; kei:knownFrom ?known .
  FILTER(?until <= ?known)
}
"""
_OF_ONE = frozenset(
    {"who-owns", "what-it-owns", "stake-between", "members-of-alliance", "who-leads"}
)
_OF_TWO = frozenset(
    {"who-is-allied-with-whom", "shared-alliances", "common-owners", "cross-holdings"}
)
ABOUT_ENDS = ("premise-leave", "sold")  # acts that ask whether it is over
_PAST = frozenset({"was", "were", "did", "had", "formerly", "previously", "once", "ever", "used"})
_PRESENT = frozenset({"is", "are", "does", "do", "has", "have", "s"})
_PAST_VERBS = frozenset({"owned", "held", "belonged", "led", "joined", "left"})


def in_the_past(text: str) -> bool:
    """Say whether a question is about what was: "who owned", not "who is owned by"."""
    said = {one.key for one in words(text)}
    return bool(said & _PAST) or bool(said & _PAST_VERBS and not said & _PRESENT)


def over(graph: Graph, asked: Asked, text: str) -> tuple[AnswerRow, ...]:
    """Return the rows of a question in the present tense that are told of as over."""
    if asked.parameters.get("as_of") or in_the_past(text):
        return ()
    return finished(graph, asked)


def finished(graph: Graph, asked: Asked) -> tuple[AnswerRow, ...]:
    """Return the rows that are told of as over, whatever tense is asked in."""
    name = asked.question.name
    if name not in _OF_ONE | _OF_TWO:
        return ()
    claims = sorted({claim for row in asked.rows for claim in row.claims})
    if not claims:
        return ()
    values = " ".join(f"<{names.iri(one)}>" for one in claims)
    ended = {row[0] for row in graph.texts(_OVER % values)}
    ended = {one for one in claims if one in ended or names.iri(one) in ended}
    whole = all if name in _OF_ONE else any
    return tuple(row for row in asked.rows if ended and whole(one in ended for one in row.claims))


def last_days(graph: Graph, rows: Sequence[AnswerRow]) -> list[str]:
    """Return the first days on which what the rows say was no longer so, as ISO dates."""
    claims = sorted({claim for row in rows for claim in row.claims})
    values = " ".join(f"<{names.iri(one)}>" for one in claims)
    return sorted({row[1] for row in graph.texts(_OVER % values)})


def told(asked: Asked, rows: tuple[AnswerRow, ...]) -> str:
    """Return a note that says what is over."""
    given = set(asked.parameters)
    who = dict.fromkeys(
        value.label
        for row in rows
        for name, value in row.values.items()
        if isinstance(value, Named) and name in _WHO and name not in given
    )
    return f"no longer so: {', '.join(who)}" if who else "it is told of as over"


_WHO = ("holder", "company", "member", "alliance", "ally", "partner")

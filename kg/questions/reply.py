"""A reply to a sentence: how it was read, what was found, and if nothing, which kind of nothing.

answered         rows, a yes or no, or a number that was worked out, with the claims
no-data          understood; no source says so, or it is known without the number or day asked for
ambiguous        understood in several ways: each with its own reply
not-understood   a word, name or wording that is not known, with questions that would do
false-premise    the question takes something for granted that the graph does not bear out
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kg.evidence import Evidence
from kg.questions.answer import Answer, AnswerRow, Value, json_value, to_json

ANSWERED, NO_DATA, AMBIGUOUS = "answered", "no-data", "ambiguous"
NOT_UNDERSTOOD, FALSE_PREMISE = "not-understood", "false-premise"


@dataclass(frozen=True, slots=True)
class Calculation:
    """A number that was worked out from rows, with the arithmetic in words."""

    operation: str  # count, sum, difference, ratio, change, most ...
    value: Value
    unit: str
    text: str  # "1,800,000 - 1,570,000 = 230,000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is said back to a sentence."""

    sentence: str
    status: str
    reading: str = ""  # the question in words, as it was understood
    question: str = ""  # the named question that was asked
    parameters: Mapping[str, Value] = field(default_factory=dict)
    rows: tuple[AnswerRow, ...] = ()
    verdict: str = ""  # yes, no or unknown, where it was asked whether
    calculation: Calculation | None = None
    notes: tuple[str, ...] = ()  # what must be said with it
    suggestions: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # words or names that were not understood
    alternatives: tuple["Reply", ...] = ()  # the readings of an ambiguous sentence
    claims: Mapping[str, Evidence] = field(default_factory=dict)
    answer: Answer | None = None  # the answer the rows were taken from
    chosen_by: str = "rules"  # or the name of a model that picked the question

    def with_notes(self, *notes: str) -> "Reply":
        """Return it with more notes."""
        return replace(self, notes=(*self.notes, *(one for one in notes if one)))


def reply_json(reply: Reply) -> dict[str, Any]:
    """Return a reply as JSON data: what `/ask` sends and `ask --format json` prints."""
    answer = to_json(reply.answer) if reply.answer else {}
    made = {
        "status": reply.status,
        "reading": reply.reading,
        "question": reply.question,
        "parameters": {name: json_value(value) for name, value in reply.parameters.items()},
        "rows": [_row(row) for row in reply.rows],
        "suggestions": list(reply.suggestions),
        "claims": [one.to_json() for one in reply.claims.values()],
        "sentence": reply.sentence,
        "verdict": reply.verdict or None,
        "calculation": _calculation(reply.calculation),
        "notes": list(reply.notes),
        "unknown": list(reply.unknown),
        "alternatives": [reply_json(one) for one in reply.alternatives],
        "chosen_by": reply.chosen_by,
    }
    return made | {name: answer[name] for name in _OF_THE_ANSWER if name in answer}


_OF_THE_ANSWER = ("columns", "hidden", "contradictions", "silence", "sparql")


def _row(row: AnswerRow) -> dict[str, Any]:
    values = {name: json_value(value) for name, value in row.values.items()}
    return values | {"claims": list(row.claims)}


def _calculation(made: Calculation | None) -> dict[str, Any] | None:
    if made is None:
        return None
    value = json_value(made.value)
    return {"operation": made.operation, "value": value, "unit": made.unit, "text": made.text}

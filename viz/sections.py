"""Answers as facts to read: rows of cells in words, each with the claims it rests on.

    Answer -> Section -> pages (api.entity_pages), notebooks (viz.notebook)

Columns that belong together become one cell: a share and its bounds, a figure and whether its
period is inferred. Columns that say nothing, or repeat what was asked about, are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kg import names
from kg.evidence import Evidence
from kg.questions.answer import Answer, AnswerRow, Named, Value
from kg.questions.catalogue import Column
from kg.questions.disagreement import Contradiction
from viz.words import amount, per_cent

MOST_FACTS = 100  # of one section on a page; the rest is in the answer itself
NOT_STATED = "not stated"

_FIRM = frozenset(
    [names.code("status", one) for one in ("active", "confirmed")]
    + [names.code("modality", one) for one in ("stated", "announced", "confirmed")]
)
# Ids of claims, which the evidence of a row tells whole.
_TECHNICAL = frozenset({"latest", "authoritative"})
_HEADINGS = {
    "at": "When",
    "says": "What is said",
    "text": "What",
    "due": "By when",
    "modality": "How firmly",
    "powertrain": "Which vehicles",
    "about": "In answer to",
    "back_share": "Share held in return",
    "back_right": "Right of that",
    "back_status": "Status of that",
    "partner_right": "Right in the other",
    "partner_share": "Share in the other",
    "partner_status": "Status there",
    "low": "Vehicles together",
    "counted": "Members counted",
    "missing": "Without a figure",
    "published": "Published total",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One value in words."""

    text: str
    thing: str = ""  # IRI, where it is an entity
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row."""

    cells: tuple[Cell, ...]
    claims: tuple[Evidence, ...]
    firm: bool  # said as a fact: not reported, planned, disputed ...

    @property
    def source(self) -> str:
        """Return in a line who says so: "News article (2024), sentence 4, passing on Nikkei"."""
        return source_line(self.claims)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one question found."""

    name: str  # of the question
    title: str
    reading: str  # the question in words, as it was understood
    headings: tuple[str, ...]
    facts: tuple[Fact, ...]
    left_out: int  # rows past the cap
    contradictions: tuple[Contradiction, ...]
    sparql: str


def clash(contradictions: Sequence[Contradiction]) -> str:
    """Return how contradictions are announced: not all of them are certain."""
    certain = any(one.verdict == "conflict" for one in contradictions)
    return f"Sources {'' if certain else 'may '}contradict each other"


def section(answer: Answer, about: str = "", most: int = MOST_FACTS) -> Section:
    """Return an answer as a section; columns that only repeat the entity `about` are left out."""
    columns = _columns(answer, about)
    return Section(
        name=answer.question.name,
        title=answer.question.title,
        reading=answer.reading,
        headings=tuple(heading(one) for one in columns),
        facts=tuple(_fact(answer, row, columns) for row in answer.rows[:most]),
        left_out=max(0, len(answer.rows) - most),
        contradictions=answer.contradictions,
        sparql=answer.sparql,
    )


def heading(column: Column) -> str:
    """Return the heading of a column: its unit where it is vehicles."""
    if column.name == "value" and column.meaning.startswith("vehicles"):
        return "Vehicles"
    return _HEADINGS.get(column.name, column.name.replace("_", " ").capitalize())


def is_firm(row: AnswerRow) -> bool:
    """Say whether a row is said as a fact, by its status or modality where it has one."""
    said = [row.values.get(name) for name in ("status", "modality")]
    codes = [one.id for one in said if isinstance(one, Named)]
    return all(code in _FIRM for code in codes)


def source_line(claims: Sequence[Evidence]) -> str:
    """Return in a line who makes some claims."""
    if len(claims) == 1:
        claim = claims[0]
        parts = [claim.source.label]
        if claim.sentence:
            parts.append(f"sentence {claim.sentence}")
        if claim.relays:
            parts.append(f"passing on {', '.join(one.label for one in claim.relays)}")
        return ", ".join(parts)
    documents = list(dict.fromkeys(claim.source.label for claim in claims))
    named = ", ".join(documents[:2]) + (f" and {len(documents) - 2} more" * (len(documents) > 2))
    return f"{len(claims)} claims: {named}" if claims else ""


def _columns(answer: Answer, about: str) -> list[Column]:
    """Return the columns to show, in order."""
    found = answer.question.columns
    known = {one.name for one in found}
    return [
        one
        for one in found
        if not one.kind.startswith("claim")
        and one.name not in _TECHNICAL
        and not _folded(one.name, known)
        and _says_something(answer, one.name, known, about)
    ]


def _folded(name: str, known: set[str]) -> bool:
    """Say whether a column is told within the cell of another."""
    bounds = {"low", "low_open", "high"} if "value" in known else {"low_open", "high"}
    stem, _, end = name.rpartition("_")
    return name in bounds | {"period_basis", "stated"} or (end in ("min", "max") and stem in known)


def _says_something(answer: Answer, name: str, known: set[str], about: str) -> bool:
    beside = {one for one in known if _folded(one, known) and one != "stated"}
    related = {name} | (beside if name in ("value", "low") or name.endswith("share") else set())
    values = [[row.values.get(one) for one in related] for row in answer.rows]
    if all(value is None for row in values for value in row):
        return name.endswith("share") and f"{name}_min" in known
    return not about or any(_id(row, name) != about for row in answer.rows)


def _id(row: AnswerRow, name: str) -> str:
    value = row.values.get(name)
    return value.id if isinstance(value, Named) else ""


def _fact(answer: Answer, row: AnswerRow, columns: Sequence[Column]) -> Fact:
    return Fact(
        cells=tuple(_cell(row, one) for one in columns),
        claims=tuple(answer.claims[one] for one in row.claims if one in answer.claims),
        firm=is_firm(row),
    )


def _cell(row: AnswerRow, column: Column) -> Cell:
    value, name = row.values[column.name], column.name
    if isinstance(value, Named):
        basis = _id(row, "period_basis") if name == "period" else ""
        inferred = " (inferred)" if names.local_name(basis) == "inferred" else ""
        return Cell(text=value.label + inferred, thing=value.id if column.kind == "iri" else "")
    if name in ("value", "low") and "high" in row.values:
        return Cell(text=figure(row), number=True)
    if f"{name}_min" in row.values:
        bounds = (_decimal(row, name), _decimal(row, f"{name}_min"), _decimal(row, f"{name}_max"))
        stated = any(one is not None for one in bounds)
        return Cell(text=per_cent(*bounds) if stated else NOT_STATED, number=True)
    if value is None and column.kind in ("fraction", "decimal"):
        return Cell(text=NOT_STATED, number=True)
    if name == "at" and row.values.get("stated") is False:
        return Cell(text=f"{value} (day of the source)")
    return Cell(text=text_of(value, column.kind), number=isinstance(value, int | Decimal))


def figure(row: AnswerRow) -> str:
    """Return a count or its bounds in words; unknown is never 0."""
    value, low, high = (_decimal(row, name) for name in ("value", "low", "high"))
    if value is None and low is not None and low == high:
        value = low
    if value is not None:
        return amount(value)
    if low is not None and high is not None:
        return f"{amount(low)} to {amount(high)}"
    if low is not None:
        return f"{'more than' if row.values.get('low_open') else 'at least'} {amount(low)}"
    return f"at most {amount(high)}" if high is not None else NOT_STATED


def text_of(value: Value, kind: str) -> str:
    """Return a value in words: fractions as per cent, names by their label."""
    if value is None:
        return ""
    if isinstance(value, Named):
        return value.label
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        if kind != "fraction":
            return amount(value)
        return per_cent(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _decimal(row: AnswerRow, name: str) -> Decimal | None:
    value = row.values.get(name)
    return value if isinstance(value, Decimal) else None

"""The catalogue: what each .rq file asks, read from its header.

    # Who holds stakes in a company, and how large are they?     the question, first line
    # @title   Owners
    # @param   company   company?   the company asked about      name, kind (? optional), meaning
    # @row     share     decimal    fraction 0-1                 name, kind, meaning with unit
    # @key       holder company     rows alike in these may contradict: adds the value `policy`
    # @symmetric company ally       without a value for the first, each pair is listed once
    # @example company=nissan
    # @ask     who owns {company}                                a sentence it understands

The file is refused when a parameter is not in its SELECT list, because the engine would then
silently leave it free, and when it uses BOUND, which does not see a value that is bound from
outside: an optional value is tested with COALESCE(?day <= ?as_of, true).
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import process

from kg.errors import KgError, UnknownQuestionError

_AGENTS = frozenset({"Company", "Alliance", "CompanyGroup", "PublicBody", "Person"})
ENTITY_KINDS: dict[str, frozenset[str]] = {
    "company": frozenset({"Company"}),
    "alliance": frozenset({"Alliance"}),
    "agent": _AGENTS,
    "group": frozenset({"CompanyGroup"}),
    "market": frozenset({"Market"}),
    "period": frozenset({"Period"}),
    "thing": _AGENTS | {"Market"},
    "source": _AGENTS | {"Document", "Publisher"},
}
PLAIN_KINDS = frozenset({"date", "decimal", "integer", "string"})
ROW_KINDS = PLAIN_KINDS | {"fraction", "iri", "code", "boolean", "claim", "claims"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value a question takes."""

    name: str
    kind: str  # company, alliance, agent, market, period, code:<scheme>, date, decimal ...
    required: bool
    meaning: str


POLICY = Parameter(
    "policy", "code:policy", False, "which of several differing claims to take; all by default"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a question's rows; the unit is in its meaning."""

    name: str
    # iri, code, decimal, fraction (0-1, shown as per cent), integer, boolean, date, string;
    # claim and claims are evidence
    kind: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One .rq file."""

    name: str
    english: str
    title: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    symmetric: tuple[str, str] | None
    key: tuple[str, ...]  # rows alike in these columns answer the same: a policy picks of them
    example: dict[str, str]
    sentences: tuple[str, ...]
    sparql: str

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter of that name, if there is one."""
        return next((one for one in self.parameters if one.name == name), None)


@cache
def questions() -> dict[str, Question]:
    """Return every question by name, in the order of their names."""
    found = sorted(
        (file for file in files("kg.questions").iterdir() if file.name.endswith(".rq")),
        key=lambda file: file.name,
    )
    return {
        (name := file.name.removesuffix(".rq")): parse(name, file.read_text(encoding="utf-8"))
        for file in found
    }


def question(name: str) -> Question:
    """Return one question, or raise UnknownQuestionError with the names that are close."""
    known = questions()
    if name not in known:
        near = process.extract(name, list(known), limit=3, score_cutoff=60)
        raise UnknownQuestionError(name, [one for one, _, _ in near])
    return known[name]


def described(one: Question) -> dict[str, Any]:
    """Return a question as JSON data."""
    query = "&".join(f"{name}={value}" for name, value in one.example.items())
    return {
        "name": one.name,
        "question": one.english,
        "title": one.title,
        "parameters": [
            {"name": p.name, "kind": p.kind, "required": p.required, "meaning": p.meaning}
            for p in one.parameters
        ],
        "columns": [{"name": c.name, "kind": c.kind, "meaning": c.meaning} for c in one.columns],
        "example": f"/questions/{one.name}?{query}",
        "sentences": list(one.sentences),
    }


def having(word: str) -> list[Question]:
    """Return the questions that have a word in their name, text, title or wordings."""
    wanted = word.casefold()
    return [
        one
        for one in questions().values()
        if wanted in " ".join((one.name, one.english, one.title, *one.sentences)).casefold()
    ]


def parse(name: str, text: str) -> Question:
    """Return what an .rq file asks, or raise KgError saying what its header lacks."""
    header = [line[1:].strip() for line in text.split("PREFIX", 1)[0].splitlines()]
    tags = [line[1:].split(maxsplit=1) for line in header if line.startswith("@")]
    values: dict[str, list[str]] = {}
    for tag, *rest in tags:
        values.setdefault(tag, []).append(rest[0] if rest else "")
    key = tuple(" ".join(values.get("key", [])).split())
    made = Question(
        name=name,
        english=header[0],
        title=_one(name, "title", values),
        parameters=(
            *(_parameter(name, line) for line in values.get("param", ())),
            *([POLICY] if key else []),
        ),
        columns=tuple(_column(name, line) for line in values.get("row", ())),
        symmetric=_pair(name, values.get("symmetric", [])),
        key=key,
        example=_example(name, _one(name, "example", values)),
        sentences=tuple(values.get("ask", ())),
        sparql=text,
    )
    _check_query(made)
    return made


def _one(name: str, tag: str, values: dict[str, list[str]]) -> str:
    if len(values.get(tag, [])) != 1:
        raise KgError(f"{name}.rq: the header needs exactly one @{tag}")
    return values[tag][0]


def _parameter(name: str, line: str) -> Parameter:
    parameter, kind, meaning = _three(name, "param", line)
    plain = kind.removesuffix("?")
    if plain not in ENTITY_KINDS and plain not in PLAIN_KINDS and not plain.startswith("code:"):
        raise KgError(f"{name}.rq: parameter {parameter} has the unknown kind {plain}")
    return Parameter(parameter, plain, not kind.endswith("?"), meaning)


def _column(name: str, line: str) -> Column:
    column, kind, meaning = _three(name, "row", line)
    if kind not in ROW_KINDS:
        raise KgError(f"{name}.rq: column {column} has the unknown kind {kind}")
    return Column(column, kind, meaning)


def _three(name: str, tag: str, line: str) -> list[str]:
    parts = line.split(maxsplit=2)
    if len(parts) != 3:
        raise KgError(f"{name}.rq: @{tag} {line} needs a name, a kind and a meaning")
    return parts


def _example(name: str, line: str) -> dict[str, str]:
    parts = [part.partition("=") for part in line.split()]
    if not all(parameter and value for parameter, _, value in parts):
        raise KgError(f"{name}.rq: @example {line} is not written <parameter>=<value> ...")
    return {parameter: value for parameter, _, value in parts}


def _pair(name: str, lines: list[str]) -> tuple[str, str] | None:
    if not lines:
        return None
    pair = lines[0].split()
    if len(pair) != 2:
        raise KgError(f"{name}.rq: @symmetric {lines[0]} does not name two columns")
    return pair[0], pair[1]


def _check_query(question: Question) -> None:
    _, select, body = question.sparql.partition("SELECT")
    if not select:
        raise KgError(f"{question.name}.rq: holds no SELECT")
    selected = set(re.findall(r"\?(\w+)", body.split("WHERE", 1)[0]))
    bound = [p.name for p in question.parameters if p != POLICY]
    columns = [c.name for c in question.columns]
    wanted = bound + columns
    missing = [name for name in wanted if name not in selected]
    if missing:
        raise KgError(f"{question.name}.rq: not in the SELECT list: {', '.join(missing)}")
    if not set(question.key) <= set(columns):
        raise KgError(f"{question.name}.rq: @key names columns that are not there")
    if re.search(r"\bBOUND\b", body, re.IGNORECASE):
        raise KgError(f"{question.name}.rq: BOUND does not see values; use COALESCE(..., true)")

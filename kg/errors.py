"""What can go wrong, as one family. Catch KgError to catch all of them.

KgError
├── NameSyntaxError    text that is no IRI
├── ClaimError         a source says something that cannot be so
├── DocumentError      a file that cannot be read or is refused; carries its problems
├── TableError         a table of which nothing can be computed; carries its findings
├── ParameterError     a question was asked with a wrong value
│   ├── UnknownNameError    no entity has that name; carries the nearest
│   ├── UnknownCodeError    a code list has no such code; carries those it has
│   └── AmbiguousNameError  several have it; carries them
├── UnknownQuestionError    no question has that name; carries the nearest
├── ModelError         the optional model could not be asked, or its choice cannot be used
├── EngineError        an engine cannot work out what is asked; says what to do
├── QueryError         SPARQL that is malformed or not allowed
│   ├── QueryLimitError     SPARQL that was stopped at its limit
│   └── NotSupportedError   SPARQL in order that nothing here carries out
├── UploadError        a file that was sent and cannot be read
├── StoreError         the store cannot be opened or written
└── SettingError       an environment variable has a value that cannot be used
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass


def cut(text: str, most: int = 80) -> str:
    """Return text short enough to be said back in a message."""
    return text if len(text) <= most else text[: most - 3] + "..."


class KgError(Exception):
    """Catch this to catch all of them; the API answers its message as a problem body."""


class NameSyntaxError(KgError):
    """Text that cannot be an IRI: it has spaces, angle brackets or no scheme."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{cut(text)!r} is not an IRI")


class ClaimError(KgError):
    """A source says something that cannot be so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in one file: where, what, by which rule, and what to do."""

    file: str
    message: str
    rule: str  # a shape, or the name of the reader's own rule
    line: int | None = None
    column: int | None = None
    node: str = ""  # the claim or entity it is about
    advice: str = ""
    severity: str = "error"  # error, warning, info

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        advice = f" ({self.advice})" if self.advice else ""
        return f"{place}: {self.severity}: {self.message}{advice} [{self.rule}]"


class DocumentError(KgError):
    """A document that is refused; nothing of it is loaded. `problems` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing noticed in a table: where, what, what was made of it, and what to do.

    An error is a cell or sum that cannot be right; a warning is read as it stands and may be meant.
    Rows are counted as a spreadsheet counts them: the header is row 1.
    """

    level: str  # error, warning
    rule: str  # e.g. "sum-above-100"
    message: str
    row: int | None = None
    column: str = ""
    advice: str = ""

    def __str__(self) -> str:
        row = f"row {self.row}" if self.row else ""
        place = ", ".join(part for part in (row, self.column) if part)
        advice = f" ({self.advice})" if self.advice else ""
        return f"{self.level}: {place + ': ' if place else ''}{self.message}{advice} [{self.rule}]"


class TableError(KgError):
    """A table of which nothing can be computed; `findings` say why."""

    def __init__(self, table: str, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(f"{table}: {one}" for one in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that may have been meant."""

    id: str
    label: str
    slug: str


class ParameterError(KgError):
    """A question was asked with a value it cannot use; `parameter` names it."""

    def __init__(self, parameter: str, problem: str) -> None:
        super().__init__(f"{parameter}: {problem}")
        self.parameter = parameter
        self.problem = problem


class UnknownNameError(ParameterError):
    """Nothing in the graph has that name; `candidates` are the nearest."""

    def __init__(self, parameter: str, name: str, nearest: Sequence[Candidate]) -> None:
        hint = f"; nearest: {', '.join(c.label for c in nearest)}" if nearest else ""
        super().__init__(parameter, f"nothing is called {cut(name)!r}{hint}")
        self.name = name
        self.candidates = tuple(nearest)


class UnknownCodeError(ParameterError):
    """A code list has no such code; `candidates` are those it has."""

    def __init__(self, parameter: str, code: str, codes: Sequence[Candidate]) -> None:
        known = ", ".join(one.slug for one in codes)
        super().__init__(parameter, f"{cut(code)!r} is none of {known}")
        self.candidates = tuple(codes)


class AmbiguousNameError(ParameterError):
    """Several things have that name; `candidates` are all of them."""

    def __init__(self, parameter: str, name: str, meant: Sequence[Candidate]) -> None:
        options = ", ".join(f"{c.label} ({c.slug})" for c in meant)
        super().__init__(parameter, f"{cut(name)!r} may mean {options}; say which")
        self.name = name
        self.candidates = tuple(meant)


class UnknownQuestionError(KgError):
    """No question has that name; `nearest` are names that are close."""

    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        hint = f"; did you mean {', '.join(nearest)}?" if nearest else ""
        super().__init__(f"no question is called {cut(name)!r}{hint}")
        self.name = name
        self.nearest = tuple(nearest)


class EngineError(KgError):
    """An engine of analytics is missing, too small, or cannot do this; `advice` is what to do."""

    def __init__(self, engine: str, problem: str, advice: str) -> None:
        super().__init__(f"engine {engine}: {problem} ({advice})")
        self.engine = engine
        self.problem = problem
        self.advice = advice


class QueryError(KgError):
    """SPARQL that is malformed or not allowed; the position is counted from 1."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(place + message)
        self.problem = message
        self.line = line
        self.column = column

    @classmethod
    def from_syntax(cls, error: SyntaxError) -> "QueryError":
        """Return an engine's complaint, with the position it only writes into its message."""
        found = re.fullmatch(r"error at (\d+):(\d+): (.*)", str(error.msg), re.DOTALL)
        if found is None:
            return cls(str(error.msg), error.lineno, error.offset)
        message = found[3] if len(found[3]) <= 200 else found[3][:200] + "..."
        return cls(message, int(found[1]), int(found[2]))


class QueryLimitError(QueryError):
    """SPARQL that was stopped because it ran too long or used too much."""


class NotSupportedError(QueryError):
    """SPARQL that is well-formed and asks for what nothing here does: SERVICE, LOAD, a function."""


class UploadError(KgError):
    """A file that was sent cannot be read; the message says why of "it"."""


class StoreError(KgError):
    """The store cannot be opened, read or written."""


class SettingError(KgError):
    """An environment variable has a value that cannot be used."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable}: {problem}")
        self.variable = variable


class ModelError(KgError):
    """The optional model could not be asked, or answered nothing that can be used."""

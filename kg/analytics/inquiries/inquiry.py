"""What an analysis of the graph is: its parameters, its columns, how it counts, and what it gives.

An `Inquiry` is at once a route, a command and a page of the documentation, as a question is. What
it finds are rows as the measures give them, with IRIs for names; `asking` makes an answer of them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from kg.analytics.deadline import limited
from kg.analytics.network import Network, Remark
from kg.errors import ParameterError, cut
from kg.matching import Register

Row = dict[str, Any]
_T = TypeVar("_T")

AGENT, COMPANY, ALLIANCE, MARKET = "agent", "company", "alliance", "market"
SHARE, WHOLE, TEXT, FLAG, DATE = "share", "integer", "text", "boolean", "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value that an inquiry takes."""

    name: str
    kind: str
    meaning: str
    required: bool = False
    many: bool = False  # may be given several times
    default: str = ""
    choices: tuple[str, ...] = ()
    least: int = 0  # smallest and largest whole number
    most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the rows."""

    name: str
    kind: str  # iri, fraction, number, text
    meaning: str


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one call: IRIs for names, text for the rest, each as often as it was given."""

    given: Mapping[str, Sequence[str]]
    parameters: Mapping[str, Parameter]

    def many(self, name: str) -> list[str]:
        """Return all values of a parameter."""
        return list(self.given.get(name, ()))

    def one(self, name: str) -> str:
        """Return the value of a parameter, its default, or nothing."""
        found = self.given.get(name, ())
        return found[0] if found else self.parameters[name].default

    def flag(self, name: str) -> bool:
        """Return whether something is asked for."""
        return self.one(name) == "true"

    def whole(self, name: str) -> int:
        """Return a whole number; it was looked at when it came in."""
        return int(self.one(name))

    def share(self, name: str) -> Fraction:
        """Return a fraction of a whole."""
        return share(name, self.one(name))


def share(name: str, text: str) -> Fraction:
    """Return a share as it is written, or raise ParameterError naming the parameter."""
    from kg.analytics.shares import read_share

    try:
        return read_share(text)
    except ParameterError as error:
        raise ParameterError(name, error.problem) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an inquiry works on."""

    network: Network
    values: Values
    known: Register

    def label(self, iri: str) -> str:
        """Return the name of a thing."""
        return self.known.label(iri)


@dataclass(slots=True, kw_only=True)
class Found:
    """What an inquiry found."""

    rows: Sequence[Row]
    words: str = ""  # what was asked, after the title: "by Nissan Motor"
    method: str = ""  # where it is another one than usual
    remarks: list[Remark] = field(default_factory=list)
    # Adds claims and, if asked for, why to a row; only rows that are shown go through it.
    complete: Callable[[Row, bool], Row] = lambda row, _: row
    silent: str = ""  # why nothing can be said, where nothing is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """One analysis of the graph."""

    name: str  # as in the address: "legal-tests"
    english: str  # the question it answers
    about: str  # how it counts, in a few sentences
    method: str
    source: str  # law, standard or paper
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    run: Callable[[Context], Found]
    example: Mapping[str, str] = field(default_factory=dict)

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter by name, those of every inquiry included."""
        return next((one for one in (*self.parameters, *COMMON) if one.name == name), None)


COMMON = (
    Parameter(
        name="as_of", kind=DATE, meaning="as it was on this day (valid time); today if left out"),
    Parameter(
        name="known_by", kind=DATE, meaning="from what could be known by this day (knowledge time)"
    ),
    Parameter(
        name="policy",
        kind=TEXT,
        meaning="where claims of one stake differ: all (from the least to the most), latest, "
        "most-authoritative",
        default="all",
        choices=("all", "latest", "most-authoritative"),
    ),
    Parameter(
        name="reported", kind=FLAG, default="false",
        meaning="what a source reports and no party has confirmed counts as a fact too",
    ),
    Parameter(
        name="rounded", kind=FLAG, default="false",
        meaning="a printed figure stands for all its last digit leaves open: 34% is 33.5-34.5%",
    ),
    Parameter(name="why", kind=FLAG, default="false", meaning="the proof of each row with it"),
    Parameter(
        name="limit", kind=WHOLE, default="100", most=1000, meaning="most rows of one answer"
    ),
    Parameter(name="offset", kind=WHOLE, default="0", most=10**9, meaning="rows to skip"),
)  # fmt: skip


def few(rows: Iterable[_T], most: int) -> Iterator[_T]:
    """Yield rows, not more than an answer can be made of while somebody waits."""
    for count, row in enumerate(rows):
        if count == most and limited():
            raise ParameterError("controller", f"more than {most:,} pairs; name a company")
        yield row


def checked(parameter: Parameter, text: str) -> str:
    """Return the value of a parameter that is no name, or raise ParameterError."""
    if not text.strip():
        raise ParameterError(parameter.name, "is empty; give a value or leave it out")
    if parameter.choices and text not in parameter.choices:
        listed = ", ".join(parameter.choices)
        raise ParameterError(parameter.name, f"{cut(text)!r} is none of {listed}")
    if parameter.kind == FLAG and text not in ("true", "false"):
        raise ParameterError(parameter.name, f"{cut(text)!r} is neither true nor false")
    if parameter.kind == WHOLE and not _is_whole(text, parameter.least, parameter.most):
        within = f"from {parameter.least} to {parameter.most}"
        problem = f"{cut(text)!r} is no whole number {within}"
        raise ParameterError(parameter.name, problem)
    if parameter.kind == SHARE:
        share(parameter.name, text)
    return text


def _is_whole(text: str, least: int, most: int) -> bool:
    plain = text.isascii() and text.isdigit() and len(text) < 20
    return plain and least <= int(text) <= most

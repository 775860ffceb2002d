"""Answers in a notebook: a table to look at, rows to work with, claims under each row.

Every answer becomes a `Result`, whatever was asked: a question, a sentence, an analysis, SPARQL.
Its page is escaped throughout and needs no script, so that a notebook may show it as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.evidence import Evidence

if TYPE_CHECKING:
    from jinja2 import Environment

Record = Mapping[str, Any]

_SHOWN = 100  # rows in a page; `to_dicts()` has all of them
_LINES = 20  # rows in plain text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row as it is shown."""

    cells: tuple[str, ...]
    claims: tuple[Evidence, ...] = ()
    source: str = ""  # in a line
    firm: bool = True


@dataclass(frozen=True, kw_only=True, repr=False)
class Result:
    """What was found. Iterating gives the rows as `to_dicts()` does."""

    title: str  # the question as it was understood
    status: str = "answered"
    told: tuple[str, ...] = ()  # a verdict, a calculation, notes, why there is no row
    headings: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    columns: tuple[str, ...] = ()  # of the records
    records: tuple[Record, ...] = ()
    alternatives: tuple["Result", ...] = ()  # the readings of an ambiguous sentence
    sparql: str = ""
    found: Any = None  # the Answer, Reply, Report or Rows itself

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one dictionary a row: values, IRIs of things, claims and sources.

        Shares and changes are fractions, sales are vehicles; None is unknown, never 0.
        """
        return [dict(one) for one in self.records]

    def to_pandas(self) -> Any:
        """Return the rows as a pandas DataFrame. Raises ImportError without pandas."""
        frames = _imported("pandas", "to_pandas()")
        return frames.DataFrame(self.to_dicts(), columns=list(self.columns))

    def to_polars(self) -> Any:
        """Return the rows as a polars DataFrame. Raises ImportError without polars."""
        frames = _imported("polars", "to_polars()")
        rows = [[one.get(name) for name in self.columns] for one in self.records]
        schema = list(self.columns)
        return frames.DataFrame(
            rows, schema=schema, orient="row", strict=False, infer_schema_length=None
        )

    def __repr__(self) -> str:
        shown = [" | ".join(line.cells) for line in self.lines[:_LINES]]
        head = [" | ".join(self.headings)] if shown else []
        more = [f"... {len(self) - _LINES} more"] if len(self) > _LINES else []
        others = [repr(one) for one in self.alternatives]
        return "\n".join([self.title, *self.told, *head, *shown, *more, *others])

    def _repr_html_(self) -> str | None:
        try:
            template = _environment().get_template("result.html")
        except ImportError:
            return None  # without Jinja a notebook shows the plain text
        return template.render(result=self, most=_SHOWN)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(self, self._repr_html_())


def bundle(shown: object, html: str | None) -> dict[str, str]:
    """Return what a notebook chooses from: the page if there is one, and plain text."""
    return {"text/plain": repr(shown)} | ({"text/html": html} if html else {})


def rendered(name: str, **values: Any) -> str | None:
    """Return a template filled in, or None without Jinja."""
    try:
        return _environment().get_template(name).render(**values)
    except ImportError:
        return None


def names_of(records: Iterable[Record]) -> tuple[str, ...]:
    """Return the columns of some records in the order in which they first appear."""
    return tuple(dict.fromkeys(name for one in records for name in one))


def _imported(package: str, asker: str) -> Any:
    try:
        return import_module(package)
    except ImportError:
        told = f"{asker} needs {package}, which is not installed: pip install {package}"
        raise ImportError(told) from None


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from viz.claim_words import FILTERS
    from viz.words import printed

    made = Environment(
        loader=PackageLoader("viz"),
        autoescape=True,
        finalize=printed,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= FILTERS
    return made

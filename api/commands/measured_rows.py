"""Rows of measures as they are printed, with why they are so where that is asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from api.commands import Format
from api.commands.analytics_tables import Row, print_rows

if TYPE_CHECKING:
    from kg.analytics.proof import Proof

T = TypeVar("T")


def proved(
    things: Iterable[T], row: Callable[[T], Row], why: "Callable[[T], Proof] | None"
) -> Iterator[Row]:
    """Yield things as rows, each with its proof if that is asked for."""
    for one in things:
        if why is None:
            yield row(one)
        else:
            proof = why(one)
            yield row(one) | {"why": proof.to_json(), "claims": list(proof.claims)}


def print_measures(
    rows: Iterator[Row], columns: Sequence[str], form: Format, explain: bool = False
) -> None:
    """Print rows: whole as JSON, else their columns, with their steps where asked for."""
    if form is Format.json:
        print_rows(rows, columns, form)
        return
    shown = [*columns, *(["why", "claims"] if explain else [])]
    print_rows(({name: _flat(row.get(name)) for name in shown} for row in rows), shown, form)


def _flat(value: Any) -> Any:
    """Return a value for one cell: lists joined, a proof as its steps."""
    if isinstance(value, dict):
        return "; ".join(value.get("steps", [f"{key} {one}" for key, one in value.items()]))
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value

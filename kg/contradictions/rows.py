"""Rows of the queries that look for contradictions: their text, their claims, those alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.names import Iri
from kg.store.base import Row


def text_of(row: Row, name: str) -> str:
    """Return a column as plain text, empty where it is unbound."""
    return getattr(row.get(name), "value", "")


def claims_of(rows: Iterable[Row], *columns: str) -> tuple[Iri, ...]:
    """Return the claims that stand in some columns of rows, sorted."""
    return tuple(sorted({Iri(text_of(row, column)) for row in rows for column in columns}))


def grouped(rows: Iterable[Row], *columns: str) -> Iterator[tuple[list[str], list[Row]]]:
    """Yield the rows that are alike in some columns, with what they share."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(text_of(row, column) for column in columns)].append(row)
    for shared, same in groups.items():
        yield list(shared), same

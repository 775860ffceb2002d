"""The edge projection: every claim of a stake as one row of numbers, read from the store.

The store is the truth. The table is read from it once, follows each load by reading again only the
claims that the load touched (`kg.revisions`), and can always be read anew. What a question needs
to know of a claim stands in its row: how much, how certain, both clocks, and what overrules or
contests it and since when, so that any day can be asked for without asking the store.

    store --read--> EdgeTable --keep--> EdgeTable of the next version
                       |  ^
                       v  |             beside a store in a folder: `kg.analytics.edge_files`
                    parquet
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from importlib.util import find_spec
from typing import TypeVar
from weakref import WeakKeyDictionary

from kg import revisions
from kg.analytics.edge_asking import CONTESTED, OVERRULED, Written, ask, many, told
from kg.analytics.edge_cells import CODES, RIGHTS, Columns, Stated, day, no_columns, stated
from kg.analytics.stakes import WHOLE
from kg.store.base import Graph

MANY = 50_000  # claims of stakes, from which the kernels are worth loading

Told = TypeVar("Told")
Replaced = Mapping[int, tuple[tuple[int, int], ...]]  # row -> since when known, since when so
Denied = Mapping[int, tuple[int, ...]]  # row -> since when known


@dataclass(frozen=True, kw_only=True)
class EdgeTable:
    """Every claim of a stake in one version of a store. It is never changed, only replaced."""

    names: Sequence[str]  # IRIs of holders and companies; `owner` and `owned` index them
    claims: Sequence[str]  # IRI of each row's claim
    columns: Columns
    overruled: Replaced
    contested: Denied
    whole: int = WHOLE  # parts of a company

    def __len__(self) -> int:
        return len(self.columns.owner)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Return the number of each name."""
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def places(self) -> dict[str, int]:
        """Return the row of each claim."""
        return {claim: place for place, claim in enumerate(self.claims)}

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Yield the rows with names and fractions for numbers, for comparing two tables."""
        for place, (owner, owned, right, low, high, loose, *rest) in enumerate(
            zip(*self.columns, strict=True)
        ):
            ends = (Decimal(int(one)) / self.whole for one in (low, high, loose))
            yield (
                str(self.claims[place]), str(self.names[owner]), str(self.names[owned]),
                RIGHTS[right], *ends, *map(int, rest),
                tuple(sorted(self.overruled.get(place, ()))),
                tuple(sorted(self.contested.get(place, ()))),
            )  # fmt: skip


EMPTY = EdgeTable(names=[], claims=[], columns=no_columns(), overruled={}, contested={})

_tables: WeakKeyDictionary[Graph, tuple[int, EdgeTable]] = WeakKeyDictionary()


def edges(graph: Graph) -> EdgeTable:
    """Return the edge table of a graph as it stands; read anew only where it has to be."""
    version = graph.version
    known = _tables.get(graph)
    if known is not None and known[0] == version:
        return known[1]
    table = _filed(graph)
    new = table is None
    if table is None:
        table = read(graph)
    if revisions.in_flux(graph) or graph.version != version:
        return table  # somebody wrote while it was read
    _tables[graph] = version, table
    if new:
        _file(graph, table)
    return table


def _filed(graph: Graph) -> EdgeTable | None:
    """Return the table kept beside a store, brought up to date; None where there is none."""
    revision = revisions.revision(graph)
    if revision is None:
        return None
    from kg.analytics import edge_files

    kept = edge_files.read(graph, revision.base)
    return None if kept is None else changed(graph, kept, revision.touched)


def _file(graph: Graph, table: EdgeTable) -> None:
    revision = revisions.revision(graph)
    if revision is not None and not revision.touched:
        from kg.analytics import edge_files

        edge_files.write(graph, revision.base, table)


def keep(graph: Graph, since: int) -> None:
    """Bring the table in memory up to date with a load that began at version `since`.

    All that was written since then must have been derived by `kg.derive`, which says what it
    touched; without a table of that version, or where everything was derived, it is read when it
    is next asked for.
    """
    version, table = _tables.get(graph, (-1, EMPTY))
    if version < since:
        return
    touched = revisions.touched_since(graph, version)
    if touched is not None:
        now = graph.version
        _tables[graph] = now, changed(graph, table, touched) if touched else table


def read(graph: Graph, claims: Iterable[str] | None = None) -> EdgeTable:
    """Return the rows of all claims of stakes in the store, or of some claims."""
    found = _numbered(graph) if claims is None else None
    if found is None:
        found = stated(told(graph, claims))
    replaced: dict[int, tuple[tuple[int, int], ...]] = {}
    for claim, known, holds in ask(graph, OVERRULED, claims):
        place = found.place(claim)
        if place is not None:
            replaced[place] = (*replaced.get(place, ()), (day(known), day(holds)))
    denied: dict[int, tuple[int, ...]] = {}
    for claim, known in ask(graph, CONTESTED, claims):
        place = found.place(claim)
        if place is not None:
            denied[place] = (*denied.get(place, ()), day(known))
    return EdgeTable(
        names=found.names,
        claims=found.claims,
        columns=found.columns,
        overruled=replaced,
        contested=denied,
        whole=found.whole,
    )


def _numbered(graph: Graph) -> Stated | None:
    """Return all claims by compiled kernels, where they are worth loading; else None."""
    if find_spec("numba") is None or not many(graph, MANY):
        return None
    from kg.analytics import edge_numbers

    return edge_numbers.numbered(Written(graph))


def changed(graph: Graph, table: EdgeTable, claims: Iterable[str]) -> EdgeTable:
    """Return a table in which the rows of some claims are read anew: gone, come or other."""
    touched = set(claims)
    if not touched:
        return table
    fresh = read(graph, touched)
    if max(table.whole, fresh.whole) > table.whole:
        table = _finer(table, fresh.whole)
    return _joined(_without(table, touched), fresh)


def _finer(table: EdgeTable, whole: int) -> EdgeTable:
    """Return a table whose shares are counted in smaller parts."""
    times = whole // table.whole
    finer = {
        name: array("q", (int(part) * times for part in getattr(table.columns, name)))
        for name in ("low", "high", "loose")
    }
    return _with(table, columns=table.columns._replace(**finer), whole=whole)


def _with(table: EdgeTable, columns: Columns, whole: int) -> EdgeTable:
    return EdgeTable(
        names=table.names,
        claims=table.claims,
        columns=columns,
        overruled=table.overruled,
        contested=table.contested,
        whole=whole,
    )


def _without(table: EdgeTable, claims: set[str]) -> EdgeTable:
    """Return a copy without the rows of some claims; the last rows take their places."""
    columns = Columns(
        *(array(code, _bytes(one)) for code, one in zip(CODES, table.columns, strict=True))
    )
    listed = list(table.claims)
    overruled, contested = dict(table.overruled), dict(table.contested)
    gone = [place for place, claim in enumerate(listed) if claim in claims]
    for place in reversed(gone):
        last = len(listed) - 1
        for column in columns:
            column[place] = column[last]
            column.pop()
        listed[place] = listed[last]
        listed.pop()
        _moved(overruled, last, place)
        _moved(contested, last, place)
    left = EdgeTable(
        names=table.names,
        claims=listed,
        columns=columns,
        overruled=overruled,
        contested=contested,
        whole=table.whole,
    )
    left.__dict__["numbers"] = table.numbers
    return left


def _bytes(column: "array[int]") -> bytes:
    return memoryview(column).tobytes()


def _moved(by_row: dict[int, Told], last: int, place: int) -> None:
    by_row.pop(place, None)
    if place != last and last in by_row:
        by_row[place] = by_row.pop(last)


def _joined(table: EdgeTable, more: EdgeTable) -> EdgeTable:
    """Return a table with further rows; their shares are counted in the parts of the first."""
    known = table.numbers.keys() >= set(more.names)
    numbers = table.numbers if known else dict(table.numbers)
    before, times = len(table), table.whole // more.whole
    place_of = [numbers.setdefault(name, len(numbers)) for name in more.names]
    for column, name, added in zip(table.columns, Columns._fields, more.columns, strict=True):
        if name in ("owner", "owned"):
            column.extend(place_of[one] for one in added)
        elif name in ("low", "high", "loose"):
            column.extend(one * times for one in added)
        else:
            column.extend(added)
    joined = EdgeTable(
        names=table.names if known else list(numbers),
        claims=[*table.claims, *more.claims],
        columns=table.columns,
        overruled={**table.overruled, **_shifted(more.overruled, before)},
        contested={**table.contested, **_shifted(more.contested, before)},
        whole=table.whole,
    )
    joined.__dict__["numbers"] = numbers  # known here, and dear to make again
    return joined


def _shifted(by_row: Mapping[int, Told], by: int) -> dict[int, Told]:
    return {place + by: found for place, found in by_row.items()}

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
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from kg import names, revisions
from kg.analytics.edge_shares import Cut, finest
from kg.analytics.stakes import WHOLE
from kg.store.base import Graph

RIGHTS = ("capital", "votes")
STATUSES = ("ended", "disputed", "contemplated", "reported", "announced", "active", "confirmed")
FACTS = tuple(STATUSES.index(one) for one in ("announced", "active", "confirmed"))
DISPUTED, REPORTED = STATUSES.index("disputed"), STATUSES.index("reported")

_AT_ONCE = 1000  # claims a query
_STAKES = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?holder ?company ?right ?status ?known ?holds {sizes}
WHERE {{
  %s
  ?claim kei:states ?stake .
  ?stake kei:holder ?holder ; kei:company ?company ; kei:right ?right .
  ?claim kei:givesStatus ?status ; kei:knownFrom ?known ; kei:holdsFrom ?holds .
  {optional}
}}
"""
_ALWAYS = ("claim", "holder", "company", "right", "status", "known", "holds")
_OPTIONAL = {
    "share": "?stake kei:share ?share",
    "least": "?stake kei:shareMin ?least",
    "most": "?stake kei:shareMax ?most",
    "directness": "?stake kei:directness ?directness",
    "until": "?claim kei:holdsUntil ?until",
    "printed": "?claim kei:printed ?printed",
}
_ANY = "PREFIX kei: <https://w3id.org/keiretsu/ontology#> SELECT ?{name} WHERE {{ {said} }} LIMIT 1"
_OVERRULED = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?known ?holds
WHERE {
  %s
  ?newer kei:overrules ?claim ; kei:knownFrom ?known ; kei:holdsFrom ?holds .
}
"""
_CONTESTED = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim ?known
WHERE {
  %s
  ?denial kei:contests ?claim ; kei:knownFrom ?known .
}
"""

Row = tuple[str, ...]
Texts = Mapping[str, Sequence[str]]  # by column
Told = TypeVar("Told")
Replaced = Mapping[int, tuple[tuple[int, int], ...]]  # row -> since when known, since when so
Denied = Mapping[int, tuple[int, ...]]  # row -> since when known


class Columns(NamedTuple):
    """One number a claim in each; days count from 1 January of year 1, 0 is not stated."""

    owner: "array[int]"
    owned: "array[int]"
    right: "array[int]"  # place in RIGHTS
    low: "array[int]"  # parts of the whole
    high: "array[int]"
    loose: "array[int]"  # parts that the last printed digit leaves open, either way
    status: "array[int]"  # place in STATUSES
    indirect: "array[int]"  # 1: held through others, which are edges themselves
    known_from: "array[int]"
    holds_from: "array[int]"
    holds_until: "array[int]"  # first day it holds no more


_CODES = "iibqqqbbiii"


def no_columns() -> Columns:
    """Return columns without a row."""
    return Columns(*(array(code) for code in _CODES))


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
    told = _told(graph, claims)
    whole, numbers = finest(told["share"], told["least"], told["most"]), _numbers(told)
    places = {claim: place for place, claim in enumerate(told["claim"])}
    replaced: dict[int, tuple[tuple[int, int], ...]] = {}
    for claim, known, holds in _ask(graph, _OVERRULED, claims):
        if claim in places:
            place = places[claim]
            replaced[place] = (*replaced.get(place, ()), (day(known), day(holds)))
    denied: dict[int, tuple[int, ...]] = {}
    for claim, known in _ask(graph, _CONTESTED, claims):
        if claim in places:
            denied[places[claim]] = (*denied.get(places[claim], ()), day(known))
    return EdgeTable(
        names=list(numbers),
        claims=list(places),
        columns=_columns(told, numbers, Cut(whole)) if places else no_columns(),
        overruled=replaced,
        contested=denied,
        whole=whole,
    )


def _told(graph: Graph, claims: Iterable[str] | None) -> Texts:
    """Return what claims of stakes say, column by column."""
    # What a store has none of is not asked for: each part of a query costs every claim a look.
    asked = [
        name
        for name, said in _OPTIONAL.items()
        if claims is not None or graph.texts(_ANY.format(name=name, said=said))
    ]
    query = _STAKES.format(
        sizes=" ".join(f"?{name}" for name in asked),
        optional=" ".join(f"OPTIONAL {{ {_OPTIONAL[name]} }}" for name in asked),
    )
    rows = {row[0]: row for row in _ask(graph, query, claims)}
    if not rows:
        return dict.fromkeys([*_ALWAYS, *_OPTIONAL], ())
    found = zip([*_ALWAYS, *asked], zip(*rows.values(), strict=True), strict=True)
    return dict.fromkeys(_OPTIONAL, ("",) * len(rows)) | dict(found)


def _ask(graph: Graph, query: str, claims: Iterable[str] | None) -> Iterator[Row]:
    """Yield the rows of a query: of all claims, or of some, so many at a time."""
    if claims is None:
        yield from graph.texts(query % "")
        return
    nodes = [f"<{names.iri(claim)}>" for claim in claims]
    for start in range(0, len(nodes), _AT_ONCE):
        values = " ".join(nodes[start : start + _AT_ONCE])
        yield from graph.texts(query % f"VALUES ?claim {{ {values} }}")


def _numbers(told: Texts) -> dict[str, int]:
    """Return the number of each holder and company, as they come."""
    pairs = zip(told["holder"], told["company"], strict=True)
    return {name: number for number, name in enumerate(dict.fromkeys(chain.from_iterable(pairs)))}


def _columns(told: Texts, numbers: dict[str, int], cut: Cut) -> Columns:
    """Return texts as numbers, column by column."""
    sizes = map(cut.parts, told["share"], told["least"], told["most"], told["printed"])
    low, high, loose = zip(*sizes, strict=True)
    values = (
        map(numbers.__getitem__, told["holder"]),
        map(numbers.__getitem__, told["company"]),
        map(_right, told["right"]),
        low,
        high,
        loose,
        map(_status, told["status"]),
        map(_indirect, told["directness"]),
        *(map(day, told[name]) for name in ("known", "holds", "until")),
    )
    return Columns(*(array(code, column) for code, column in zip(_CODES, values, strict=True)))


@lru_cache
def _right(iri: str) -> int:
    return RIGHTS.index(names.local_name(iri))


@lru_cache
def _status(iri: str) -> int:
    return STATUSES.index(names.local_name(iri))


@lru_cache
def _indirect(iri: str) -> int:
    return int(iri.endswith("/indirect"))


@lru_cache(100_000)
def day(text: str) -> int:
    """Return a day as a number, 0 where none is stated.

    >>> day("2024-08-01") - day("2024-07-31"), day("")
    (1, 0)
    """
    return date.fromisoformat(text[:10]).toordinal() if text else 0


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
        *(array(code, _bytes(one)) for code, one in zip(_CODES, table.columns, strict=True))
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


def _moved(told: dict[int, Told], last: int, place: int) -> None:
    told.pop(place, None)
    if place != last and last in told:
        told[place] = told.pop(last)


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


def _shifted(told: Mapping[int, Told], by: int) -> dict[int, Told]:
    return {place + by: found for place, found in told.items()}

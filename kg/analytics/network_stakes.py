"""Rows of the edge table that count become stakes: one for each holder and company, of one right.

Several claims of one stake: what they all allow, where they agree; from the least to the most of
them, where they contradict each other; or those that a policy picks. Which says no size is no
contradiction to one that does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

from kg.analytics.edge_cells import RIGHTS
from kg.analytics.edges import EdgeTable
from kg.analytics.network_rows import LARGE
from kg.analytics.stakes import Stakes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Pick = Callable[[list[str]], list[str]]  # of several claims those that a policy takes


@dataclass(slots=True)
class Gathered:
    """Stakes of one right, and what became of claims on the way."""

    stakes: Stakes
    hidden: list[str] = field(default_factory=list)  # claims that the policy did not take
    contradicting: list[tuple[str, ...]] = field(default_factory=list)  # claims of one stake


class ClaimsOfRows(Sequence[tuple[str, ...]]):
    """The claims of each stake, looked up when they are asked for."""

    def __init__(
        self, claims: Sequence[str], rows: "NDArray[np.int64]", more: dict[int, tuple[str, ...]]
    ) -> None:
        self._claims, self._rows, self._more = claims, rows, more

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> tuple[str, ...]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[str, ...]]: ...
    def __getitem__(self, place: int | slice) -> tuple[str, ...] | Sequence[tuple[str, ...]]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        return self._more.get(place) or (str(self._claims[int(self._rows[place])]),)


def gathered(
    table: EdgeTable, rows: Any, right: str, pick: Pick, *, rounded: bool, large: int = LARGE
) -> Gathered:
    """Return the stakes that some rows say, of one right."""
    code = RIGHTS.index(right)
    gather = _Gather(table, pick, rounded)
    if len(table) >= large:
        return gather.by_columns(rows, code)
    return gather.by_rows([row for row in rows if table.columns.right[row] == code], right)


@dataclass(slots=True)
class _Gather:
    table: EdgeTable
    pick: Pick
    rounded: bool

    def by_rows(self, rows: Sequence[int], right: str) -> Gathered:
        columns = self.table.columns
        pairs: dict[tuple[int, int], list[int]] = {}
        for row in rows:
            pairs.setdefault((columns.owner[row], columns.owned[row]), []).append(row)
        found = Gathered(Stakes([], [], [], [], []))
        numbers: dict[int, int] = {}
        spans, claims = [], []
        for pair, same in pairs.items():
            for end in pair:
                numbers.setdefault(end, len(numbers))
            span, resting = self.joined(same, found)
            spans.append(span)
            claims.append(resting)
        found.stakes = Stakes(
            [self.table.names[one] for one in numbers],
            [numbers[owner] for owner, _ in pairs],
            [numbers[owned] for _, owned in pairs],
            [low for low, _ in spans],
            [high for _, high in spans],
            self.table.whole,
            claims,
            right,
        )
        return found

    def span(self, row: int) -> tuple[int, int]:
        """Return the least and the most that one claim says."""
        columns = self.table.columns
        low, high = int(columns.low[row]), int(columns.high[row])
        loose = int(columns.loose[row]) if self.rounded else 0
        return max(0, low - loose), min(self.table.whole, high + loose)

    def joined(
        self, rows: Sequence[int], found: Gathered
    ) -> tuple[tuple[int, int], tuple[str, ...]]:
        """Return what several claims of one stake come to, and which of them it rests on."""
        claims = {str(self.table.claims[row]): row for row in rows}
        if len(claims) == 1:
            return self.span(rows[0]), tuple(claims)
        taken = self.pick(sorted(claims))
        found.hidden += [claim for claim in sorted(claims) if claim not in taken]
        spans = [self.span(claims[claim]) for claim in taken]
        low, high = max(low for low, _ in spans), min(high for _, high in spans)
        if low > high:
            low, high = min(low for low, _ in spans), max(high for _, high in spans)
            found.contradicting.append(tuple(taken))
        return (low, high), tuple(taken)

    def by_columns(self, rows: "NDArray[np.int64]", code: int) -> Gathered:
        """Return the same by numpy: single claims at once, stakes of several one by one."""
        import numpy as np

        columns = {name: np.asarray(one) for name, one in self.table.columns._asdict().items()}
        rows = rows[columns["right"][rows] == code]
        owner, owned = columns["owner"][rows], columns["owned"][rows]
        key = owner.astype(np.int64) * (len(self.table.names) + 1) + owned
        ordered = np.sort(key)
        if (ordered[1:] == ordered[:-1]).any():  # else every stake has one claim
            order = np.argsort(key, kind="stable")
            key, rows = key[order], rows[order]
        first = np.r_[True, key[1:] != key[:-1]] if len(key) else np.zeros(0, bool)
        starts = np.flatnonzero(first)
        single = rows[starts]
        owner, owned = columns["owner"][single], columns["owned"][single]
        low, high = columns["low"][single], columns["high"][single]
        if self.rounded:
            loose = columns["loose"][single]
            low, high = np.maximum(0, low - loose), np.minimum(self.table.whole, high + loose)
        found, more = Gathered(Stakes([], [], [], [], [])), {}
        low, high = low.copy(), high.copy()
        for place, same in _several(starts, rows):
            (low[place], high[place]), more[place] = self.joined(same, found)
        used = np.zeros(len(self.table.names), bool)
        used[owner] = used[owned] = True
        number = (np.cumsum(used) - 1).astype(np.int32)
        found.stakes = Stakes(
            _Chosen(self.table.names, np.flatnonzero(used)),
            number[owner],
            number[owned],
            low,
            low if np.array_equal(low, high) else high,
            self.table.whole,
            ClaimsOfRows(self.table.claims, single, more),
            RIGHTS[code],
        )
        return found


def _several(
    starts: "NDArray[np.int64]", rows: "NDArray[np.int64]"
) -> Iterator[tuple[int, list[int]]]:
    """Yield each stake of more than one row, with its rows."""
    import numpy as np

    ends = np.r_[starts[1:], len(rows)] if len(starts) else starts
    for place in np.flatnonzero(ends - starts > 1).tolist():
        yield place, rows[starts[place] : ends[place]].tolist()


class _Chosen(Sequence[str]):
    """Some names of many, made into text when they are asked for."""

    def __init__(self, names: Sequence[str], used: "NDArray[np.int64]") -> None:
        self._names, self._used = names, used

    def __len__(self) -> int:
        return len(self._used)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [str(self._names[one]) for one in self._used[place].tolist()]
        return str(self._names[int(self._used[place])])

    def __iter__(self) -> Iterator[str]:
        return iter(self[:])

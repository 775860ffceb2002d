"""Which claims of the edge table count, on a day and as known by a day: as `who-owns` has it.

A claim counts that could be known and holds under both clocks, that no claim of a later day
overrules, that nobody denies, and that is said as a fact: active, announced or confirmed. Two
ways to the same rows: plain Python for some thousand, numpy for more; tested against each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.analytics.edge_cells import DISPUTED, FACTS, REPORTED
from kg.analytics.edges import EdgeTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGE = 50_000  # rows from which numpy is worth loading
_NEVER = 10_000_000  # a day after all others


@dataclass(frozen=True, slots=True)
class Clocks:
    """The day asked about, and the day by which it had to be known, as numbers of days."""

    as_of: int
    known_by: int = _NEVER

    def overruled(self, told: Iterable[tuple[int, int]]) -> bool:
        """Say whether one of some newer claims could be known and holds."""
        return any(known <= self.known_by and holds <= self.as_of for known, holds in told)

    def contested(self, told: Iterable[int]) -> bool:
        """Say whether one of some denials could be known."""
        return any(known <= self.known_by for known in told)


@dataclass(slots=True)
class Selected:
    """Rows that count, and those that stand under both clocks but do not, by why."""

    rows: "Sequence[int] | NDArray[np.int64]"
    left_out: dict[str, list[int]] = field(default_factory=dict)


def selected(
    table: EdgeTable, clocks: Clocks, *, reported: bool = False, large: int = LARGE
) -> Selected:
    """Return the rows that count; `reported` adds what a source reports and nobody confirmed."""
    if len(table) >= large:
        return _by_columns(table, clocks, reported)
    found: list[int] = []
    chosen = Selected(found)
    columns = table.columns
    days = zip(columns.known_from, columns.holds_from, columns.holds_until, strict=True)
    for place, (known, holds, until) in enumerate(days):
        if known > clocks.known_by or holds > clocks.as_of or 0 < until <= clocks.as_of:
            continue
        if clocks.overruled(table.overruled.get(place, ())):
            continue
        why = _why_not(table, clocks, place, reported)
        if why:
            chosen.left_out.setdefault(why, []).append(place)
        else:
            found.append(place)
    return chosen


def _why_not(table: EdgeTable, clocks: Clocks, place: int, reported: bool) -> str:
    """Return why a row that stands does not count; nothing where it does."""
    status = int(table.columns.status[place])
    if status == DISPUTED:
        return "denial"
    if clocks.contested(table.contested.get(place, ())):
        return "contested"
    if status not in FACTS and not (reported and status == REPORTED):
        return "not a fact"
    return "indirect" if table.columns.indirect[place] else ""


def _by_columns(table: EdgeTable, clocks: Clocks, reported: bool) -> Selected:
    import numpy as np

    known, holds, until, status, indirect = (
        np.asarray(getattr(table.columns, name))
        for name in ("known_from", "holds_from", "holds_until", "status", "indirect")
    )
    stands = (known <= clocks.known_by) & (holds <= clocks.as_of)
    stands &= (until == 0) | (until > clocks.as_of)
    for place, told in table.overruled.items():
        if clocks.overruled(told):
            stands[place] = False
    counts = np.isin(status, [*FACTS, REPORTED] if reported else FACTS) & (indirect == 0)
    for place, denied in table.contested.items():
        if clocks.contested(denied):
            counts[place] = False
    chosen = Selected(np.flatnonzero(stands & counts))
    for place in np.flatnonzero(stands & ~counts).tolist():
        why = _why_not(table, clocks, place, reported)
        chosen.left_out.setdefault(why, []).append(place)
    return chosen

"""Cells of a large table as whole numbers: only different ones are read, by the usual code.

An engine finds the different combinations of cells (a table of a hundred million stakes has some
thousand of them); they are parsed here, and joined back there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kg.analytics.cells import Sizes, Trouble, read_sizes
from kg.analytics.shares import UNKNOWN, in_parts, parts_of_a_whole
from kg.analytics.stakes import WHOLE

Kinds = Callable[[], Iterator[tuple[int, Sizes]]]  # called twice


class Read(NamedTuple):
    """What one combination of cells says: parts of a whole, votes None where it has none."""

    kind: int
    low: int
    high: int
    vote_low: int | None
    vote_high: int | None
    in_force: bool
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads combinations of cells; `whole` parts make all of a company."""

    kinds: Kinds
    as_of: date | None
    sized: bool  # the table has a column that sizes capital
    whole: int

    def __iter__(self) -> Iterator[Read]:
        for kind, sizes in self.kinds():
            said = read_sizes(sizes, self.as_of, self.sized)
            low, high = in_parts(said.capital, self.whole)
            votes = in_parts(said.votes, self.whole) if said.votes else None
            least, most = votes or (None, None)
            yield Read(kind, low, high, least, most, said.in_force, said.troubles)


def reader(kinds: Kinds, as_of: date | None, sized: bool, holders: int) -> Reader:
    """Return a reader that cuts companies finely enough for every share; see `shares`.

    holders  the most holders that any company has, so that their parts add up in 64 bits
    """
    denominators = {
        end.denominator: end
        for _, sizes in kinds()
        for said in [read_sizes(sizes, as_of, sized)]
        for span in (said.capital, said.votes)
        if span is not None and span is not UNKNOWN
        for end in span
    }
    return Reader(kinds, as_of, sized, parts_of_a_whole(denominators.values(), holders, WHOLE))

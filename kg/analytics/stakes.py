"""Stakes as columns: the one input of every measure, from a table, a graph or a networkx graph.

Shares are whole numbers of parts (`whole` parts make all of a company), so that sums are exact and
50.0% is never a majority by rounding. A share is exact (low = high), a range, or unknown
(0 to whole). Capital and votes are different facts: one `Stakes` for each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Nodes = NDArray[np.int32]
    Parts = NDArray[np.int64]

WHOLE = 1_000_000  # parts of a company, unless a table has finer shares


@dataclass(frozen=True, slots=True, eq=False)
class Stakes:
    """Direct stakes of one right (capital or votes), a row each; no two for one owner and owned.

    names   of the nodes: IRIs of companies, or what the table says; `owner` and `owned` index it
    low     the least that the share can be, in parts of `whole`
    high    the most; equal to low where the share is exact
    claims  for each row the claims it rests on, or None where the table has none
    """

    names: Sequence[str]
    owner: "Nodes"
    owned: "Nodes"
    low: "Parts"
    high: "Parts"
    whole: int = WHOLE
    claims: Sequence[tuple[str, ...]] | None = None

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def exact(self) -> bool:
        """Say whether every share is one number."""
        return bool((self.low == self.high).all())

    def fraction(self, parts: int) -> Fraction:
        """Return so many parts as an exact fraction of a company."""
        return Fraction(int(parts), self.whole)

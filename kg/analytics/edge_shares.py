"""Shares of claims as whole numbers of parts, as fine as the store needs them.

"0.34"                     340000 of 1000000
nothing                    0 to the whole: unknown
"0.2" as the least         200000 to the whole
"0.34", printed "34%"      5000 either way, if a printed figure is taken for a rounded one
"""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

from kg.analytics.stakes import WHOLE
from kg.contradictions.intervals import exact

FINEST = 12  # digits after the point; of 10^12 parts nine million holdings add up in 64 bits


def finest(*columns: Iterable[str]) -> int:
    """Return into how many parts a whole has to be cut for the shares in some columns."""
    longest = max(map(_digits, set().union(*columns)), default=0)
    return max(WHOLE, int(10 ** min(longest, FINEST)))


def _digits(text: str) -> int:
    return len(text.partition(".")[2])


class Cut:
    """Cuts shares into parts of a whole."""

    def __init__(self, whole: int) -> None:
        self.whole = whole
        self.parts = lru_cache(100_000)(self._parts)

    def _parts(self, share: str, least: str, most: str, printed: str) -> tuple[int, int, int]:
        """Return the least, the most, and what the last printed digit leaves open.

        A share that is too fine becomes a range one part wide.
        """
        if not share:
            low = self._part(least, ROUND_FLOOR) if least else 0
            return low, self._part(most, ROUND_CEILING) if most else self.whole, 0
        value, most_it_is = Decimal(share), exact(Decimal(share), printed).high
        loose = most_it_is - value if most_it_is is not None else Decimal(0)
        return (
            self._part(share, ROUND_FLOOR),
            self._part(share, ROUND_CEILING),
            int((loose * self.whole).to_integral_value(ROUND_CEILING)),
        )

    def _part(self, text: str, rounding: str) -> int:
        return int((Decimal(text) * self.whole).to_integral_value(rounding))

"""Figures as intervals: what a printed number can mean, and whether two can both be right.

"8.35 million" -> 8,345,000 to 8,355,000      "over 8 million" -> above 8,000,000
"""

import re
from dataclasses import dataclass
from decimal import Decimal

_SCALES = {
    "%": Decimal("0.01"),
    "per cent": Decimal("0.01"),
    "percent": Decimal("0.01"),
    "thousand": Decimal(1_000),
    "million": Decimal(1_000_000),
    "billion": Decimal(1_000_000_000),
}
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Interval:
    """Every value a figure may stand for; None is unbounded."""

    low: Decimal | None
    high: Decimal | None

    def overlaps(self, other: "Interval") -> bool:
        """Say whether one value can satisfy both."""
        return not (_below(self.high, other.low) or _below(other.high, self.low))

    def plus(self, other: "Interval") -> "Interval":
        """Return the interval of the sum: roundings add up."""
        return Interval(_sum(self.low, other.low), _sum(self.high, other.high))

    def gap(self, other: "Interval") -> Decimal:
        """Return the distance between two intervals; 0 where they overlap."""
        gaps = [
            above - below
            for below, above in ((self.high, other.low), (other.high, self.low))
            if below is not None and above is not None
        ]
        return max([Decimal(0), *gaps])


def _below(high: Decimal | None, low: Decimal | None) -> bool:
    return high is not None and low is not None and high < low


def _sum(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else a + b


def exact(value: Decimal, printed: str = "") -> Interval:
    """Return what a value stands for, by the last digit that is printed.

    >>> rounded = exact(Decimal(8350000), "8.35 million")
    >>> int(rounded.low), int(rounded.high)
    (8345000, 8355000)
    >>> exact(Decimal(810000)).high
    Decimal('815000')
    """
    half = _last_place(value, printed) * _HALF
    return Interval(value - half, value + half)


def _last_place(value: Decimal, printed: str) -> Decimal:
    """Return the weight of the last digit that says something."""
    found = re.search(r"(\d[\d,]*)(?:\.(\d+))?\s*(%|[a-z ]+)?", printed.lower())
    if found is None or not found[2]:
        return Decimal(1).scaleb(_exponent(value))
    scale = _SCALES.get((found[3] or "").strip(), Decimal(1))
    return Decimal(1).scaleb(-len(found[2])) * scale


def _exponent(value: Decimal) -> int:
    """Return the power of ten of the last digit that is not 0: 810000 is 81 times 10^4."""
    whole, _, part = format(abs(value), "f").partition(".")
    if part.strip("0"):
        return -len(part.rstrip("0"))
    return len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0

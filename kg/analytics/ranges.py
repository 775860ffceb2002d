"""Numbers that may be ranges: [low, high], exact fractions, and how they stand to a threshold.

A share that is known to lie between 25% and 50% is never one number; what is above, at or below a
threshold is then certain, possible or impossible.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from kg.analytics import shares


class Certainty(Enum):
    """What can be said when a number is only known within bounds."""

    certain = "certain"
    possible = "possible"
    impossible = "impossible"

    @property
    def answer(self) -> str:
        """Return it as the answer to a yes-or-no question."""
        return {"certain": "yes", "possible": "cannot tell", "impossible": "no"}[self.value]

    def __invert__(self) -> "Certainty":
        opposite = {"certain": "impossible", "impossible": "certain"}
        return Certainty(opposite.get(self.value, "possible"))


def both(*parts: Certainty) -> Certainty:
    """Return how certain it is that all of these hold."""
    if Certainty.impossible in parts:
        return Certainty.impossible
    return Certainty.possible if Certainty.possible in parts else Certainty.certain


def either(*parts: Certainty) -> Certainty:
    """Return how certain it is that one of these holds at least."""
    return ~both(*(~part for part in parts))


@dataclass(frozen=True, slots=True)
class Range:
    """Every value a number may have; low equals high where it is exact."""

    low: Fraction
    high: Fraction

    @classmethod
    def of(cls, value: Fraction | int) -> "Range":
        """Return an exact number."""
        return cls(Fraction(value), Fraction(value))

    @property
    def exact(self) -> bool:
        """Say whether it is one number."""
        return self.low == self.high

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Range") -> "Range":
        return Range(self.low - other.high, self.high - other.low)

    def __mul__(self, other: "Range") -> "Range":
        """Multiply two numbers that are not negative."""
        return Range(self.low * other.low, self.high * other.high)

    def overlaps(self, other: "Range") -> bool:
        """Say whether both may be the same number."""
        return self.low <= other.high and other.low <= self.high

    def reaches(self, threshold: Fraction, *, strict: bool) -> Certainty:
        """Say whether it is above a threshold, or at it where the test is not strict.

        >>> Range.of(Fraction(1, 2)).reaches(Fraction(1, 2), strict=True).value
        'impossible'
        >>> Range(Fraction(1, 4), Fraction(1)).reaches(Fraction(1, 2), strict=True).value
        'possible'
        """
        above, below = threshold.numerator, threshold.denominator
        for end, certainty in ((self.low, Certainty.certain), (self.high, Certainty.possible)):
            # In whole numbers: comparing fractions takes several times as long.
            more = end.numerator * below - above * end.denominator
            if more > 0 or (more == 0 and not strict):
                return certainty
            if self.high is self.low:
                break
        return Certainty.impossible

    def __str__(self) -> str:
        if self.exact:
            return per_cent(self.low)
        return f"{per_cent(self.low)[:-1]}\u2013{per_cent(self.high)}"

    def to_json(self) -> dict[str, str]:
        """Return both bounds as decimal text."""
        return {"low": decimal_text(self.low), "high": decimal_text(self.high)}


NOTHING = Range(Fraction(0), Fraction(0))


def total(spans: Iterable[Range]) -> Range:
    """Return the sum of numbers: bounds add up."""
    return sum(spans, NOTHING)


def decimal_text(number: Fraction) -> str:
    """Return a number as decimal text, below zero too.

    >>> decimal_text(Fraction(17, 50)), decimal_text(Fraction(-1, 3)), decimal_text(Fraction(5000))
    ('0.34', '-0.333333333333333', '5000')
    """
    return shares.decimal_text(number) if number >= 0 else f"-{shares.decimal_text(-number)}"


def per_cent(number: Fraction, places: int = 4) -> str:
    """Return a fraction as per cent; what would be rounded onto a whole step keeps its digits.

    >>> per_cent(Fraction(34, 100)), per_cent(Fraction(1, 3)), per_cent(Fraction(500001, 10**6))
    ('34%', '33.3333%', '50.0001%')
    """
    text = decimal_text(Fraction(round(number * 100 * 10**places), 10**places))
    return f"{text}%"


def points(number: Fraction) -> str:
    """Return a difference of two shares in percentage points, to hundredths where that says it.

    >>> points(Fraction(34, 100) - Fraction(1, 3)), points(Fraction(1, 10**6))
    ('0.67', '0.0001')
    """
    shown = decimal_text(Fraction(round(number * 10_000), 100))
    return shown if shown.strip("-") != "0" or not number else decimal_text(number * 100)

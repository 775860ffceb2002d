"""Shares as they are written, read exactly: 0.125, "12.5%", "12,5 %", 1/8, a range, nothing.

A share is a fraction of a company, 0-1. It is exact, a range (least, most), or unknown (0 to 1);
it is never rounded here.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

from kg.errors import ParameterError, cut

UNKNOWN = (Fraction(0), Fraction(1))

Span = tuple[Fraction, Fraction]  # the least and the most that a share can be
Share = Fraction | Decimal | int | float | str | None

# Bounded on purpose: 1e999999999 is a number of which no memory holds the digits.
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")
_RATIO = re.compile(r"\d{1,18}/\d{1,18}")
_PER_CENT = ("%", "\uff05", "\u066a")


@lru_cache(maxsize=100_000)
def read_share(text: str) -> Fraction:
    """Return a share as it is written: `0.125`, `12.5%`, `12,5 %` or `1/8`.

    Raises ParameterError where it is no number, negative, or more than all of a company.

    >>> read_share("12.5%"), read_share("0.125"), read_share("12,5 %")
    (Fraction(1, 8), Fraction(1, 8), Fraction(1, 8))
    """
    plain = text.replace("\u00a0", " ").replace("\u202f", " ").strip()
    per_cent = plain.endswith(_PER_CENT)
    if per_cent:
        plain = plain[:-1].rstrip()
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    return _checked(_number(plain, text) / (100 if per_cent else 1), text, per_cent)


def _number(plain: str, text: str) -> Fraction:
    if _NUMBER.fullmatch(plain):
        return Fraction(Decimal(plain))
    if _RATIO.fullmatch(plain):
        over, _, under = plain.partition("/")
        if int(under):
            return Fraction(int(over), int(under))
    raise ParameterError("share", f"{cut(text, 40)!r} is no number")


def _checked(share: Fraction, text: object, per_cent: bool = False) -> Fraction:
    if share < 0:
        raise ParameterError("share", f"{cut(str(text), 40)!r} is negative")
    if share > 1:
        hint = "" if per_cent or share > 100 else f"; if per cent is meant, write {text}%"
        raise ParameterError(
            "share", f"{cut(str(text), 40)!r} is more than the whole company{hint}"
        )
    return share


def exact_share(value: Share) -> Fraction:
    """Return one share as an exact fraction; a float is taken as it prints (0.1 is one tenth)."""
    if isinstance(value, str):
        return read_share(value)
    if isinstance(value, bool) or value is None:
        raise ParameterError("share", f"{value!r} is no number")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ParameterError("share", f"{value} is no number")
    if isinstance(value, Fraction | Decimal | int):
        return _checked(Fraction(value), value)
    try:
        return read_share(repr(float(value)))
    except (TypeError, ValueError):
        raise ParameterError("share", f"{cut(repr(value), 40)} is no number") from None


def share_span(value: "Share | tuple[Share, Share]") -> Span:
    """Return the least and the most that a share can be.

    None and empty text are unknown: anything from nothing to all. In a pair, each end may be so.
    Raises ParameterError where an end is no share or the least is above the most.
    """
    least, most = value if isinstance(value, tuple) else (value, value)
    span = (
        UNKNOWN[0] if _missing(least) else exact_share(least),
        UNKNOWN[1] if _missing(most) else exact_share(most),
    )
    if span[0] > span[1]:
        raise ParameterError("share", f"the least, {least}, is above the most, {most}")
    return span


def _missing(value: Share) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def parts_of_a_whole(shares: Iterable[Fraction], holders: int, least: int) -> int:
    """Return into how many parts to cut a company so that every share is a whole number of them.

    At least `least` parts, and few enough that the shares of `holders` holders add up in 64 bits.
    A share that is too fine for that stays out: `in_parts` holds it as a range one part wide, and
    parts are made as small as they can be, so that the range is narrow.
    """
    most = 2**62 // max(holders, 1)
    whole = least
    denominators = sorted({share.denominator for share in shares})
    for denominator in denominators:
        finer = lcm(whole, denominator)
        if finer <= most:
            whole = finer
    if any(whole % denominator for denominator in denominators):
        while whole * 10 <= most:
            whole *= 10
    return whole


def in_parts(span: Span, whole: int) -> tuple[int, int]:
    """Return a share in parts of `whole`: its least rounded down, its most rounded up."""
    low, high = span
    return (
        low.numerator * whole // low.denominator,
        -(-high.numerator * whole // high.denominator),
    )


def decimal_text(share: Fraction) -> str:
    """Return a fraction as decimal text: exact where it ends, else cut after 15 digits.

    >>> decimal_text(Fraction(1, 8)), decimal_text(Fraction(1, 3))
    ('0.125', '0.333333333333333')
    """
    rest, twos, fives = share.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    digits = max(twos, fives) if rest == 1 else 15
    shifted = share.numerator * 10**digits // share.denominator
    text = f"{shifted:0{digits + 1}d}"
    text = f"{text[:-digits]}.{text[-digits:]}".rstrip("0") if digits else text
    return text.removesuffix(".")

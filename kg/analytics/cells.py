"""One row of a table of stakes: what its cells say, and what is wrong with them.

A cell that cannot be read never counts as nothing or as all: the share is then unknown, and a
date that cannot be read leaves open whether the stake is in force.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from kg.analytics.shares import UNKNOWN, Span, decimal_text, read_share
from kg.errors import Finding, ParameterError, cut

ERROR, WARNING = "error", "warning"
SHOWN = 20  # findings of one rule that are told one by one

COLUMNS = ("owner", "owned", "share", "share_min", "share_max", "votes", "since", "until")
SIZES = ("share", "share_min", "share_max", "votes")
DATES = ("since", "until")


class Sizes(NamedTuple):
    """The cells of one row that say how much and when, as they are written."""

    share: str = ""
    share_min: str = ""
    share_max: str = ""
    votes: str = ""
    since: str = ""
    until: str = ""


class Trouble(NamedTuple):
    """What is wrong with one cell, whatever row it stands in."""

    level: str
    rule: str
    column: str
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the cells of one row say: capital and votes as ranges, and whether it is in force."""

    capital: Span
    votes: Span | None
    in_force: bool
    troubles: tuple[Trouble, ...]


@lru_cache(maxsize=200_000)
def read_sizes(sizes: Sizes, as_of: date | None, sized: bool = True) -> Reading:
    """Return what the cells say on the day `as_of`; `sized` says the table has shares at all."""
    troubles: list[Trouble] = []
    capital = _capital(sizes, troubles) if sized else UNKNOWN
    votes = _cell(sizes, "votes", troubles) if sizes.votes else None
    from_, to = _day(sizes, "since", troubles), _day(sizes, "until", troubles)
    if isinstance(from_, date) and isinstance(to, date) and to <= from_:
        advice = "a stake ends after it begins; it is taken as possibly in force"
        troubles.append(
            Trouble(
                ERROR, "dates", "until", f"{sizes.until} is not after since {sizes.since}", advice
            )
        )
        from_ = to = False
    in_force = as_of is None or not (
        (isinstance(from_, date) and as_of < from_) or (isinstance(to, date) and as_of >= to)
    )
    if False in (from_, to):
        capital = (Fraction(0), capital[1])
        votes = (Fraction(0), votes[1]) if votes else None
    return Reading(capital, votes, in_force, tuple(troubles) if in_force else ())


def _capital(sizes: Sizes, troubles: list[Trouble]) -> Span:
    written = [name for name in SIZES[:3] if getattr(sizes, name)]
    spans = {name: _cell(sizes, name, troubles) for name in written}
    share = spans.get("share")
    if not written:
        advice = "unknown: anything from nothing to all; write share_min and share_max if known"
        if not sizes.votes:
            troubles.append(
                Trouble(WARNING, "unknown-share", "share", "the share is empty", advice)
            )
        return UNKNOWN
    if not spans.keys() & {"share_min", "share_max"}:
        return share or UNKNOWN
    least, most = spans.get("share_min", UNKNOWN)[0], spans.get("share_max", UNKNOWN)[1]
    if least > most:
        message = f"{sizes.share_min} is more than share_max {sizes.share_max}"
        troubles.append(Trouble(ERROR, "range", "share_min", message, "taken as unknown"))
        return share or UNKNOWN
    if share is None or share == UNKNOWN:
        return least, most
    if not least <= share[0] <= most:
        message = f"{sizes.share} is outside the range {sizes.share_min} to {sizes.share_max}"
        advice = "taken as the range that holds all of them"
        troubles.append(Trouble(ERROR, "range", "share", message, advice))
        return min(least, share[0]), max(most, share[1])
    return share


def _cell(sizes: Sizes, name: str, troubles: list[Trouble]) -> Span:
    try:
        share = read_share(getattr(sizes, name))
    except ParameterError as error:
        advice = "taken as unknown: anything from nothing to all"
        troubles.append(Trouble(ERROR, _rule(error.problem), name, error.problem, advice))
        return UNKNOWN
    return share, share


def _rule(problem: str) -> str:
    for word, rule in (("negative", "negative"), ("more than", "above-100"), ("no number", "text")):
        if word in problem:
            return rule
    return "share"


def _day(sizes: Sizes, name: str, troubles: list[Trouble]) -> date | bool | None:
    """Return the day of a cell: None if it is empty, False if it cannot be read."""
    text = getattr(sizes, name)
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?", text)
    try:
        if found is None:
            raise ValueError(text)
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        advice = "write 2024-08-01; whether the stake is in force is taken as open"
        troubles.append(Trouble(ERROR, "dates", name, f"{cut(text, 40)!r} is no date", advice))
        return False


class Findings:
    """What was noticed in a table; of one rule only the first are kept one by one."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(
        self,
        level: str,
        rule: str,
        message: str,
        *,
        row: int | None = None,
        column: str = "",
        advice: str = "",
    ) -> None:
        """Note one thing."""
        self._counts[level, rule] += 1
        if self._counts[level, rule] <= SHOWN:
            found = Finding(
                level=level, rule=rule, message=message, row=row, column=column, advice=advice
            )
            self._kept.append(found)

    def trouble(self, row: int, one: Trouble) -> None:
        """Note what is wrong with a cell of a row."""
        self.add(one.level, one.rule, one.message, row=row, column=one.column, advice=one.advice)

    def more(self, level: str, rule: str, count: int) -> None:
        """Note that so many more were seen and not told one by one."""
        self._counts[level, rule] += count

    def __iter__(self) -> Iterator[Finding]:
        yield from sorted(self._kept, key=lambda one: (one.row or 0, one.level))
        for (level, rule), count in self._counts.items():
            if count > SHOWN:
                yield Finding(level=level, rule=rule, message=f"and {count - SHOWN:,} more such")


def per_cent(share: Fraction) -> str:
    """Return a fraction as per cent, exact where it ends."""
    return f"{decimal_text(share * 100)}%"

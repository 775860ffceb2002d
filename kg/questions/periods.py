"""Periods: the words a person has for a span of time, as the entity that figures refer to.

"2023", "Q1 2024", "first half of 2024", "Apr 2023 to Mar 2024", "year to March 2024" -> its days
"fiscal 2023"              -> the twelve months of the graph that begin in 2023 (see below)
IRI, period:<first>--<last> -> that
"""

import calendar
import re
from collections.abc import Callable
from datetime import date

from kg import names
from kg.claims import period_days
from kg.errors import AmbiguousNameError, ClaimError, UnknownNameError
from kg.matching import Entity, Register, key
from kg.names import Iri
from kg.questions.catalogue import ENTITY_KINDS

Days = tuple[date, date]  # first and last

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_HALVES = {"first": 1, "second": 2, "1": 1, "2": 2, "1st": 1, "2nd": 2}
_QUARTERS = _HALVES | {"third": 3, "fourth": 4, "3": 3, "4": 4, "3rd": 3, "4th": 4}
_DAYS = re.compile(r"(?:.*/|period:)?(\d{4}-\d\d-\d\d--\d{4}-\d\d-\d\d)")
_FISCAL = re.compile(r"(?:fiscal year|fiscal|financial year|fy) ?(\d{4})")


def find_period(text: str, known: Register, parameter: str) -> Iri:
    """Return the period that a text names; one that no figure refers to is one too.

    Raises UnknownNameError with the nearest periods of the graph, AmbiguousNameError where a fiscal
    year can be several.
    """
    kind = ENTITY_KINDS["period"]
    days = days_of(text)
    if days is not None and days[0] <= days[1]:
        return names.entity("period", f"{days[0]}--{days[1]}")
    fiscal = _FISCAL.fullmatch(key(text))
    found = _fiscal(int(fiscal[1]), known) if fiscal else []
    if len(found) == 1:
        return found[0].id
    if found:
        raise AmbiguousNameError(parameter, text, [one.candidate for one in found])
    nearest = [one.candidate for one in known.nearest(text, kind)]
    raise UnknownNameError(parameter, text, nearest)


def days_of(text: str) -> Days | None:
    """Return the first and last day of a period in words, or None if it is no such words.

    >>> days_of("first half of 2024")
    (datetime.date(2024, 1, 1), datetime.date(2024, 6, 30))
    """
    exact = _DAYS.fullmatch(text.strip())
    if exact and text.strip().startswith((exact[1], "period:", names.entity("period", ""))):
        try:
            return period_days(names.entity("period", exact[1]))
        except ClaimError:
            return None
    for pattern, read in _WORDS:
        match = pattern.fullmatch(key(text))
        if match:
            return read(match)
    return None


def _fiscal(year: int, known: Register) -> list[Entity]:
    """Return the fiscal years of the graph that a year can mean.

    They are twelve months that are no calendar year. A fiscal year is called after the year it
    begins in (Japan) or after the one it ends in (America): without one that begins in the year,
    it is one that ends in it.
    """
    periods = [
        (entity, *days)
        for entity in known.by_id.values()
        if entity.kind == "Period" and (days := days_of(entity.slug)) is not None
    ]
    yearly = [one for one in periods if one[1].month > 1 and _after_a_year(one[1]) == one[2]]
    begun = [entity for entity, first, _ in yearly if first.year == year]
    return begun or [entity for entity, _, last in yearly if last.year == year]


def _after_a_year(first: date) -> date | None:
    """Return the last of the twelve months that begin on a day, if that is the first of a month."""
    return _month_end(first.year + 1, first.month - 1) if first.day == 1 else None


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _span(year: int, first: int, months: int) -> Days:
    return date(year, first, 1), _month_end(year, first + months - 1)


def _calendar(match: re.Match[str]) -> Days:
    return _span(int(match["year"]), 1, 12)


def _half(match: re.Match[str]) -> Days:
    return _span(int(match["year"]), 6 * _HALVES[match["part"]] - 5, 6)


def _quarter(match: re.Match[str]) -> Days:
    return _span(int(match["year"]), 3 * _QUARTERS[match["part"]] - 2, 3)


def _months(match: re.Match[str]) -> Days:
    """Return "Apr 2023 to Mar 2024", "Jan to Jun 2024", "June 2024"."""
    first, last = match["first"] or match["last"], match["last"]
    begin = date(int(match["begun"] or match["year"]), _MONTHS[first[:3]], 1)
    return begin, _month_end(int(match["year"]), _MONTHS[last[:3]])


def _year_to(match: re.Match[str]) -> Days:
    year, month = int(match["year"]), _MONTHS[match["last"][:3]]
    begin = date(year, 1, 1) if month == 12 else date(year - 1, month + 1, 1)
    return begin, _month_end(year, month)


_NAMES = "|".join(
    f"{full.casefold()}|{full[:3].casefold()}" for full in calendar.month_name if full
)
_FOURTH = "first|second|third|fourth|1st|2nd|3rd|4th"
_YEAR = r"(?P<year>[12]\d{3})"
_WORDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Days]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?:calendar |the year |year |calendar year )?{_YEAR}", _calendar),
        (rf"h(?P<part>[12]) ?{_YEAR}", _half),
        (rf"(?:the )?(?P<part>first|second|1st|2nd) half (?:of )?{_YEAR}", _half),
        (rf"q(?P<part>[1-4]) ?{_YEAR}", _quarter),
        (
            rf"(?:the )?(?P<part>{_FOURTH}) quarter (?:of )?{_YEAR}",
            _quarter,
        ),
        (
            rf"(?:(?P<first>{_NAMES})(?: (?P<begun>[12]\d{{3}}))? (?:to|through|until) )?"
            rf"(?P<last>{_NAMES}) {_YEAR}",
            _months,
        ),
        (
            r"(?:the )?(?:(?:fiscal|financial) )?year "
            r"(?:to|ended|ending|ended in|ending in|that ended in) "
            rf"(?P<last>{_NAMES}) {_YEAR}",
            _year_to,
        ),
    )
)

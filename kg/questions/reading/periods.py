"""Periods in a sentence: calendar and fiscal years, halves, quarters, months, days, the two clocks.

"in the first half of 2024" -> 2024-01-01 to 2024-06-30
"fiscal 2023"               -> a fiscal year named 2023: by its begin or by its end, both readings
"as of August 2024"         -> the clock as_of: 2024-08-31, the last day of it
"last year"                 -> only against a stated day; without one it is refused
"""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

_MONTHS = [name.casefold() for name in calendar.month_name if name]
_MONTH = "(?:" + "|".join(f"{m}|{m[:3]}\\.?" for m in _MONTHS) + "|sept\\.?)"
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|(?:the )?(?P<d1>\d\d?)(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH}),? (?P<y1>{_YEAR})"
    rf"|(?P<m2>{_MONTH}) (?P<d2>\d\d?)(?:st|nd|rd|th)?,? (?P<y2>{_YEAR})"
    rf"|(?P<m3>{_MONTH})(?: of)?,? (?P<y3>{_YEAR})|(?P<m4iso>{_YEAR}-\d\d)(?![-\d])"
    rf"|(?:the end of )?(?P<y4>{_YEAR})(?![-/\d])"
)
_IN = r"(?:(?:in|during|for|over|of|throughout|at|on|from) )?(?:the )?"
_FISCAL = r"(?:fiscal(?: years?)?|financial years?|business years?|fy)"
_ENDING = r"(?:that |which )?(?:ending|ended|ends|to|through|up to|leading up to|until)"
_PARTS = {
    "first": 1, "1st": 1, "1": 1, "second": 2, "2nd": 2, "2": 2,
    "third": 3, "3rd": 3, "3": 3, "fourth": 4, "4th": 4, "last": 4, "4": 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class When:
    """A stretch of time as a sentence names it."""

    kind: str  # exact, fiscal, between, month, quarter, by, as_of, known_by, relative, unreadable
    text: str
    start: int
    end: int
    first: date | None = None
    last: date | None = None
    year: int = 0  # the number a fiscal year is named by, or a year said to be the calendar's
    part: tuple[int, int] | None = None  # (2, 4): the second of four quarters; (1, 2): a half
    month: int = 0  # of a month without a year

    def moved(self, text: str, start: int, end: int) -> "When":
        """Return it with the place where it was found."""
        return When(
            self.kind, text, start, end, self.first, self.last, self.year, self.part, self.month
        )


def _month(text: str) -> int:
    return next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(text.casefold()[:3]))


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _years(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def part_of(first: date, number: int, of: int) -> tuple[date, date]:
    """Return the first and last day of a half or quarter of the year that begins on `first`.

    >>> part_of(date(2024, 4, 1), 1, 4)
    (datetime.date(2024, 4, 1), datetime.date(2024, 6, 30))
    """
    months = 12 // of
    begin = first.month - 1 + months * (number - 1)
    close = begin + months - 1
    start = date(first.year + begin // 12, begin % 12 + 1, 1)
    return start, _last_day(first.year + close // 12, close % 12 + 1)


def _date_span(match: re.Match[str]) -> tuple[date, date]:
    """Return the first and last day of what `_DATE` found. Raises ValueError for no such day."""
    found = match.groupdict()
    if found["iso"]:
        day = date.fromisoformat(found["iso"])
        return day, day
    for d, m, y in (("d1", "m1", "y1"), ("d2", "m2", "y2")):
        if found[d]:
            day = date(int(found[y]), _month(found[m]), int(found[d]))
            return day, day
    if found["m3"]:
        year, month = int(found["y3"]), _month(found["m3"])
        return date(year, month, 1), _last_day(year, month)
    if found["m4iso"]:
        year, month = int(found["m4iso"][:4]), int(found["m4iso"][5:])
        return date(year, month, 1), _last_day(year, month)
    return _years(int(found["y4"]))


def _clock(kind: str) -> "Callable[[re.Match[str]], When]":
    def made(match: re.Match[str]) -> When:
        return When(kind, "", 0, 0, *_date_span(match))

    return made


def _part(match: re.Match[str]) -> When:
    found = match.groupdict()
    if found["months"]:
        return _months(found)
    of = 4 if (found["what"] or found["q"] or found["q2"]).casefold().startswith("q") else 2
    nth = (found["nth"] or found["n"] or found["n2"]).casefold()
    number = of if nth == "last" else _PARTS[nth]
    if number > of:
        return When("unreadable", "", 0, 0)
    if found["fy"]:
        return When("fiscal", "", 0, 0, year=_full(found["year"]), part=(number, of))
    year = found["year"] or found["short"]
    if not year:
        return When("quarter", "", 0, 0, part=(number, of))
    return When("exact", "", 0, 0, *part_of(date(_full(year), 1, 1), number, of))


def _months(found: Mapping[str, str | None]) -> When:
    """Return the first or last three or six months of a year, as the quarter or half they are."""
    of = 4 if found["months"] in ("three", "3") else 2
    number = 1 if found["end"] == "first" else 2 if found["end"] == "second" else of
    if found["fy"]:
        return When("fiscal", "", 0, 0, year=_full(found["year"] or ""), part=(number, of))
    if not found["year"]:
        return When("quarter", "", 0, 0, part=(number, of))
    return When("exact", "", 0, 0, *part_of(date(int(found["year"]), 1, 1), number, of))


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _fiscal_end(match: re.Match[str]) -> When:
    month, year = _month(match["m"]), int(match["y"])
    last = _last_day(year, month)
    begin = date(year, 1, 1) if month == 12 else date(year - 1, month + 1, 1)
    return When("exact", "", 0, 0, begin, last)


def _fiscal_end_without_year(match: re.Match[str]) -> When:
    return When("year-to", "", 0, 0, month=_month(match["m"]))


def _fiscal(match: re.Match[str]) -> When:
    return When("fiscal", "", 0, 0, year=_full(match["y"]))


def _split_year(match: re.Match[str]) -> When:
    one, two = int(match["y"]), int(str(match["y"])[: 4 - len(match["z"])] + match["z"])
    if two != one + 1:
        return _between_years(one, two)
    return When("fiscal", "", 0, 0, year=one, part=(0, 1))  # named by both of its years


def _between_years(one: int, two: int) -> When:
    if two < one:
        return When("unreadable", "", 0, 0)
    return When("between", "", 0, 0, date(one, 1, 1), date(two, 12, 31))


def _between(match: re.Match[str]) -> When:
    return _between_years(int(match["a"]), int(match["b"]))


def _between_days(match: re.Match[str]) -> When:
    first, last = date.fromisoformat(match["i"]), date.fromisoformat(match["j"])
    return When("between", "", 0, 0, first, last)


def _since(match: re.Match[str]) -> When:
    return When("between", "", 0, 0, date(int(match["a"]), 1, 1), None)


def _by(match: re.Match[str]) -> When:
    return When("by", "", 0, 0, *_date_span(match))


def _exact(match: re.Match[str]) -> When:
    return When("exact", "", 0, 0, *_date_span(match))


def _calendar(match: re.Match[str]) -> When:
    year = int(match["y"])
    return When("exact", "", 0, 0, *_years(year), year=year)


def _month_alone(match: re.Match[str]) -> When:
    return When("month", "", 0, 0, month=_month(match["m"]))


def _relative(match: re.Match[str]) -> When:
    return When("relative", "", 0, 0)


_RELATIVE = (
    r"(?:in |during |over |for )?(?:the )?"
    r"(?:last|this|next|previous|past|current|recent|coming|latest)"
    r" (?:(?:two|three|four|five|few|\d+) )?(?:calendar |fiscal )?"
    r"(?:years?|quarters?|months?|weeks?|half)"
    r"|yesterday|tomorrow|(?:a|one|two|three|five|ten|\d+) (?:years?|months?) (?:ago|earlier)"
)
_PATTERNS: tuple[tuple[str, Callable[[re.Match[str]], When]], ...] = (
    (rf"(?:as (?:of|at|on)|by the state of)(?: the)? (?:{_DATE})", _clock("as_of")),
    (rf"(?:as )?known (?:by|on|until|as of) (?:{_DATE})", _clock("known_by")),
    (rf"{_IN}(?:{_FISCAL}|years?|12 months|twelve months) {_ENDING} (?:the )?(?:end of )?(?:in )?"
     rf"(?P<m>{_MONTH})(?: 31| 30)?,? (?P<y>{_YEAR})", _fiscal_end),
    (rf"{_IN}(?:{_FISCAL}|years?) {_ENDING} (?:in )?(?P<m>{_MONTH})", _fiscal_end_without_year),
    (rf"{_IN}fye? ?(?P<m>{_MONTH}) (?P<y>{_YEAR})", _fiscal_end),
    (rf"{_IN}(?:(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th)[ -](?P<what>half|quarter)"
     rf"|(?P<q>[qh])(?P<n>[1-4])|(?P<n2>[1-4])(?P<q2>[qh])"
     rf"|(?P<end>first|last|final|second) (?P<months>three|six|3|6) months)"
     rf"(?:(?: of|,| in)?(?: the)?(?: year)? (?P<fy>{_FISCAL} ?)?(?P<year>{_YEAR})"
     rf"|(?<=[1-4qhQH])[ ']?(?P<short>[12]\d)(?![\d%.,]))?", _part),
    (rf"{_IN}{_FISCAL} ?(?P<y>{_YEAR})[/-](?P<z>\d\d(?:\d\d)?)(?!\d)", _split_year),
    (rf"{_IN}(?P<y>{_YEAR})/(?P<z>\d\d(?:\d\d)?)(?!\d)", _split_year),
    (rf"{_IN}{_FISCAL} ?'?(?P<y>{_YEAR}|\d\d)(?!\d)", _fiscal),
    (rf"(?:from|between) (?P<i>{_YEAR}-\d\d-\d\d) (?:to|and|until) "
     rf"(?P<j>{_YEAR}-\d\d-\d\d)", _between_days),
    (rf"(?:from|between) (?P<a>{_YEAR}) (?:to|and|until|through|till) (?P<b>{_YEAR})", _between),
    (rf"(?P<a>{_YEAR}) ?(?:-|–|to) ?(?P<b>{_YEAR})(?!-)", _between),  # noqa: RUF001
    (rf"since (?P<a>{_YEAR})", _since),
    (rf"(?:by|before|until)(?: the)?(?: year)? (?:{_DATE})", _by),
    (rf"{_IN}calendar (?:year )?(?P<y>{_YEAR})", _calendar),
    (rf"{_IN}(?:last|this|past|previous) (?:calendar )?year,? ?[(,]? ?(?P<y>{_YEAR})\)?",
     _calendar),
    (rf"{_IN}(?:years? )?(?:{_DATE})", _exact),
    (rf"(?:in|during|of|this|on) (?P<m>{_MONTH})(?! \d)", _month_alone),
    (_RELATIVE, _relative),
)  # fmt: skip


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], When]], ...]:
    """Return the patterns; most sentences name no time and need none of them."""
    return tuple(
        (re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.IGNORECASE), made)
        for pattern, made in _PATTERNS
    )


_QUICK = re.compile(
    rf"\d|\b(?:{'|'.join(_MONTHS)}|quarter|half|years?|months?|weeks?|yesterday|tomorrow)\b",
    re.IGNORECASE,
)


def periods(text: str, today: date | None = None) -> list[When]:
    """Return the periods of a text in their order; the same words are never read twice."""
    if not _QUICK.search(text):
        return []
    found: list[When] = []
    for pattern, made in _compiled():
        for match in pattern.finditer(text):
            if not any(match.start() < one.end and one.start < match.end() for one in found):
                found.append(_read(match, made, today))
    return sorted(found, key=lambda one: one.start)


def _read(match: re.Match[str], made: Callable[[re.Match[str]], When], today: date | None) -> When:
    try:
        when = made(match)
    except ValueError:
        when = When("unreadable", "", 0, 0)
    if when.kind == "relative" and today is not None:
        when = _against(match[0].casefold(), today)
    return when.moved(match[0].strip(), match.start(), match.end())


def _against(text: str, today: date) -> When:
    """Return "last year" and "this year" against a stated day; anything else stays unread."""
    if text.endswith("year") and "fiscal" not in text and not re.search(r"two|three|\d|few", text):
        shift = {"last": -1, "previous": -1, "this": 0, "current": 0, "next": 1}
        for name, by in shift.items():
            if re.search(rf"\b{name}\b", text):
                return When("exact", "", 0, 0, *_years(today.year + by))
    return When("relative", "", 0, 0)


def spans(local: str) -> tuple[date, date] | None:
    """Return first and last day of a period by its name: `2023-04-01--2024-03-31`."""
    first, _, last = local.partition("--")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None

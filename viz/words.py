"""Numbers and relations in words, the same in a picture, a table and a panel."""

import re
from decimal import Decimal

from kg.evidence import Source

_MILLION = Decimal(1_000_000)
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def unturned(text: str) -> str:
    """Return text in which nothing invisible turns the letters after it round.

    A name with such a letter could make a sentence read as another one. Source: Unicode Standard
    Annex 9, explicit directional embeddings, overrides and isolates.

    >>> unturned("Acme \u202egnidloH")
    'Acme \ufffdgnidloH'
    """
    return _TURNING.sub("\ufffd", text)


def printed(value: object) -> object:
    """Return what a template prints for `value`: text as `unturned`, markup still markup."""
    return type(value)(unturned(value)) if isinstance(value, str) else value


def amount(number: Decimal) -> str:
    """Return a count as people write it.

    >>> amount(Decimal("3440000")), amount(Decimal("19000"))
    ('3.44 million', '19,000')
    """
    if abs(number) >= _MILLION:
        return f"{_short(number / _MILLION)} million"
    return f"{number:,.0f}" if number == number.to_integral_value() else f"{number:,f}"


def per_cent(
    share: Decimal | None, least: Decimal | None = None, most: Decimal | None = None
) -> str:
    """Return a fraction as per cent; `?` where nothing is known, never 0.

    >>> per_cent(Decimal("0.34")), per_cent(None), per_cent(None, Decimal("0.25"), Decimal("0.5"))
    ('34%', '?', '25\u201350%')
    """
    if share is not None:
        return f"{_short(share * 100)}%"
    if least is not None and most is not None:
        return f"{_short(least * 100)}\u2013{_short(most * 100)}%"
    if least is not None:
        return f"\u2265 {_short(least * 100)}%"
    return f"\u2264 {_short(most * 100)}%" if most is not None else "?"


def _short(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def stake(holder: str, company: str, label: str, right: str, status: str) -> str:
    """Return a stake as a sentence: capital is owned, votes are held, a report is no fact."""
    share = "an unknown share" if label == "?" else label
    certain = status in ("active", "confirmed")
    if status == "ended":
        return f"{holder} {'held' if right == 'votes' else 'owned'} {share} of " + (
            f"the votes in {company}" if right == "votes" else company
        )
    said = "" if certain else _SAID.get(status, "is reported to ")
    if right == "votes":
        return f"{holder} {said}{'holds' if certain else 'hold'} {share} of the votes in {company}"
    return f"{holder} {said}{'owns' if certain else 'own'} {share} of {company}"


_SAID = {"disputed": "is said, and denied, to ", "contemplated": "may come to "}


def membership(member: str, alliance: str, role: str, status: str) -> str:
    """Return a membership as a sentence; what is not confirmed does not sound so."""
    verb = {
        "reported": "is reported to be",
        "announced": "is announced as",
        "contemplated": "may become",
        "disputed": "is said, and denied, to be",
        "ended": "was",
    }.get(status, "is")
    place = "the leader" if role == "lead" else "a member"
    if role == "lead" and verb == "is":
        return f"{member} leads the {alliance}"
    return f"{member} {verb} {place} of the {alliance}"


def published(source: Source) -> str:
    """Return when a document came out, with what is not printed marked as such."""
    first, last = source.published_earliest, source.published_latest
    if not first and not last:
        return "date not stated"
    day = first or last if first == last or not (first and last) else f"{first} to {last}"
    return day if source.date_basis in ("", "stated") else f"{day} ({source.date_basis})"

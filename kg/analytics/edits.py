"""Edits of a what-if: stakes set, added or dropped, members joining or leaving, and their language.

    set   "honda>nissan=51%"         the stake is so much, whatever it was
    add   "honda>nissan=10%"         so much more of it is held
    drop  "nissan>mitsubishi"        it is held no more
    join  "mazda@alliance"           a company becomes a member of an alliance
    leave "nissan@alliance"          it is one no more

A share is a fraction or per cent, or a range: "honda>nissan=30%..40%". An edit is of capital and
votes alike; ` votes` or ` capital` at its end makes it one of that right alone.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kg.analytics.ranges import NOTHING, Range, per_cent
from kg.analytics.shares import in_parts, parts_of_a_whole, share_span
from kg.analytics.stakes import CAPITAL, VOTES, Row, Stakes
from kg.errors import ParameterError, cut

SET, ADD, DROP, JOIN, LEAVE = "set", "add", "drop", "join", "leave"
KINDS = (SET, ADD, DROP, JOIN, LEAVE)
_RIGHTS = (CAPITAL, VOTES)
_OWN = "a company's stake in itself cannot be edited"
_FORMS = {
    SET: "OWNER>OWNED=SHARE",
    ADD: "OWNER>OWNED=SHARE",
    DROP: "OWNER>OWNED",
    JOIN: "COMPANY@ALLIANCE",
    LEAVE: "COMPANY@ALLIANCE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StakeEdit:
    """A stake that is set, added to or dropped."""

    kind: str  # set, add or drop
    owner: str
    owned: str
    share: Range = NOTHING
    rights: tuple[str, ...] = _RIGHTS

    def __str__(self) -> str:
        share = "" if self.kind == DROP else f"={self.share}"
        right = f" {self.rights[0]}" if len(self.rights) == 1 else ""
        return f"{self.kind} {self.owner}>{self.owned}{share}{right}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEdit:
    """A company that joins or leaves an alliance."""

    kind: str  # join or leave
    company: str
    alliance: str

    def __str__(self) -> str:
        return f"{self.kind} {self.company}@{self.alliance}"


Edit = StakeEdit | MemberEdit


def read_edit(kind: str, text: str) -> Edit:
    """Return an edit as it is written; raises ParameterError that says how to write it.

    >>> str(read_edit("set", "honda > nissan = 51%"))
    'set honda>nissan=51%'
    """
    if kind not in KINDS:
        raise ParameterError("edit", f"{kind!r} is none of {', '.join(KINDS)}")
    if kind in (JOIN, LEAVE):
        company, at, alliance = (part.strip() for part in text.rpartition("@"))
        if not (company and at and alliance):
            raise _unreadable(kind, text)
        return MemberEdit(kind=kind, company=company, alliance=alliance)
    return _stake_edit(kind, text)


def _stake_edit(kind: str, text: str) -> StakeEdit:
    found = re.fullmatch(r"(.*?)(?:\s+(capital|votes))?\s*", text, re.DOTALL)
    pair, right = (found[1], found[2]) if found else (text, None)
    rights = (right,) if right else _RIGHTS
    share = NOTHING
    if kind != DROP:
        pair, equals, written = pair.rpartition("=")
        if not equals:
            raise _unreadable(kind, text)
        share = _share(kind, written)
    owner, arrow, owned = (part.strip() for part in pair.partition(">"))
    if not (owner and arrow and owned):
        raise _unreadable(kind, text)
    if owner == owned:
        raise ParameterError(kind, f"{cut(text)!r}: {_OWN}")
    return StakeEdit(kind=kind, owner=owner, owned=owned, share=share, rights=rights)


def _share(kind: str, text: str) -> Range:
    least, dots, most = (part.strip() for part in text.partition(".."))
    if not least and not most:
        raise ParameterError(kind, "the share is empty; write 51% or 30%..40%")
    try:
        return Range(*share_span((least, most) if dots else least))
    except ParameterError as error:
        raise ParameterError(kind, error.problem) from None


def _unreadable(kind: str, text: str) -> ParameterError:
    return ParameterError(kind, f"{cut(text)!r} is not written {_FORMS[kind]}")


Pair = tuple[str, str]
Said = dict[Pair, tuple[Range, tuple[str, ...]]]  # how much, and on which claims it rests


def edited(
    capital: Stakes, votes: Stakes | None, edits: Sequence[Edit]
) -> tuple[Stakes, Stakes | None]:
    """Return capital and votes after the edits, made in order; the old ones stay.

    Votes after them are those that are stated: the others follow the capital. To drop votes alone
    is to state that there are none. A stake that was edited rests on the edit, and one that was
    added to on its claims as well. Raises ParameterError where a dropped stake is not there, or
    where companies would be held for more than 100% (that were not before).
    """
    mine = [one for one in edits if isinstance(one, StakeEdit)]
    if not mine:
        return capital, votes
    pairs = {(one.owner, one.owned) for one in mine}
    only_votes = capital.right == VOTES and votes is None
    if only_votes and capital.voted is not None:
        raise ParameterError("edit", "these are votes with capital among them: give both apart")
    before = votes if votes is not None else Stakes([], [], [], [], [], capital.whole, right=VOTES)
    held, cast = _said(capital, pairs), _said(before, pairs)
    for one in mine:
        if one.owner == one.owned:
            raise ParameterError(one.kind, f"{str(one)!r}: {_OWN}")
        if only_votes:
            _only_votes(one, held)
        else:
            _made(one, held, cast)
    for (owner, owned), (share, _) in [*held.items(), *cast.items()]:
        if share.low > 1:
            raise ParameterError(ADD, f"{owner!r} would hold {share} of {owned!r}")
    companies = {one.owned for one in mine}
    found = _rebuilt(capital, pairs, held), _rebuilt(before, pairs, cast)
    for was, now in zip((capital, before), found, strict=True):
        _checked(was, now, companies)
    return found[0], found[1] if len(found[1]) else None


def _stated(stakes: Stakes) -> Iterator[tuple[int, Row]]:
    """Yield the stakes of which the right itself is stated, with their places."""
    for place, row in enumerate(stakes.rows()):
        if stakes.states(row.owner, row.owned):
            yield place, row


def _said(stakes: Stakes, pairs: set[Pair]) -> Said:
    """Return what is said of these pairs by the right itself."""
    found: Said = {}
    for place, row in _stated(stakes):
        pair = stakes.names[row.owner], stakes.names[row.owned]
        if pair in pairs:
            share = Range(stakes.fraction(row.low), stakes.fraction(row.high))
            found[pair] = share, stakes.claims_of(place)
    return found


def _made(edit: StakeEdit, held: Said, cast: Said) -> None:
    """Make one edit of what is said of capital, and of votes where they are stated."""
    pair = edit.owner, edit.owned
    of_capital, of_votes = (right in edit.rights for right in _RIGHTS)
    if edit.kind == DROP:
        if not (pair in held or (pair in cast and of_votes)):
            raise ParameterError(DROP, f"{edit.owner!r} holds nothing of {edit.owned!r}")
        if of_capital:
            held.pop(pair, None)
            if of_votes:
                cast.pop(pair, None)
        else:
            cast[pair] = NOTHING, (f"what-if: {edit}",)
        return
    if edit.kind == ADD and not of_capital and pair not in cast:
        problem = f"votes of {edit.owner!r} in {edit.owned!r} are not stated"
        raise ParameterError(ADD, problem)
    if of_capital:
        _put(edit, held)
    if of_votes and (pair in cast or not of_capital):
        _put(edit, cast)


def _only_votes(edit: StakeEdit, cast: Said) -> None:
    """Make one edit where nothing is said of capital at all."""
    if VOTES not in edit.rights:
        raise ParameterError(edit.kind, f"{str(edit)!r}: only votes are known, no capital")
    if edit.kind != DROP:
        _put(edit, cast)
    elif cast.pop((edit.owner, edit.owned), None) is None:
        raise ParameterError(DROP, f"{edit.owner!r} holds nothing of {edit.owned!r}")


def _put(edit: StakeEdit, said: Said) -> None:
    pair, claim = (edit.owner, edit.owned), f"what-if: {edit}"
    share, resting = said.get(pair, (NOTHING, ())) if edit.kind == ADD else (NOTHING, ())
    share += edit.share
    said[pair] = Range(share.low, max(share.low, min(share.high, Fraction(1)))), (*resting, claim)


def _rebuilt(stakes: Stakes, pairs: set[Pair], said: Said) -> Stakes:
    """Return what is stated of the right itself, with other stakes between these pairs."""
    names, numbers = list(stakes.names), dict(stakes.numbers)
    for name in (name for pair in said for name in pair):
        if name not in numbers:
            numbers[name] = len(names)
            names.append(name)
    ends = [end for share, _ in said.values() for end in (share.low, share.high)]
    whole = parts_of_a_whole(ends, len(stakes) + len(said), stakes.whole)
    times = whole // stakes.whole
    rows = [
        (row.owner, row.owned, row.low * times, row.high * times, stakes.claims_of(place))
        for place, row in _stated(stakes)
        if (stakes.names[row.owner], stakes.names[row.owned]) not in pairs
    ]
    rows += [
        (numbers[owner], numbers[owned], *in_parts((share.low, share.high), whole), claims)
        for (owner, owned), (share, claims) in said.items()
    ]
    return Stakes(
        names,
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        [row[3] for row in rows],
        whole,
        [row[4] for row in rows],
        stakes.right,
    )


def _checked(before: Stakes, after: Stakes, companies: set[str]) -> None:
    was, now = _sums(before, companies), _sums(after, companies)
    for company in sorted(companies):
        if now.get(company, 0) > max(Fraction(1), was.get(company, Fraction(0))):
            raise ParameterError(
                "edit",
                f"stakes in {company!r} would sum to {per_cent(now[company])}; "
                "lower or drop another in the same call",
            )


def _sums(stakes: Stakes, companies: set[str]) -> dict[str, Fraction]:
    found: dict[str, int] = {}
    for _, row in _stated(stakes):
        name = stakes.names[row.owned]
        if name in companies:
            found[name] = found.get(name, 0) + row.low
    return {name: stakes.fraction(parts) for name, parts in found.items()}


def rejoined(
    alliances: Mapping[str, Sequence[str]], edits: Iterable[Edit]
) -> dict[str, tuple[str, ...]]:
    """Return who is a member of each alliance after the edits; an unknown alliance is a new one.

    Raises ParameterError where a company leaves what it is not in or joins what it is in.
    """
    found = {alliance: tuple(members) for alliance, members in alliances.items()}
    for one in edits:
        if not isinstance(one, MemberEdit):
            continue
        members = found.get(one.alliance, ())
        if (one.company in members) is (one.kind == JOIN):
            said = "already a member" if one.kind == JOIN else "no member"
            raise ParameterError(one.kind, f"{one.company!r} is {said} of {one.alliance!r}")
        if one.kind == JOIN:
            found[one.alliance] = (*members, one.company)
        else:
            found[one.alliance] = tuple(each for each in members if each != one.company)
    return found

"""Rows of a table become stakes: one for each owner and company, and the sums are looked at.

Two rows for one owner and company that say the same count once; two that differ contradict each
other, and the stake is then the range that holds both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kg.analytics.cells import ERROR, WARNING, Findings, per_cent
from kg.analytics.shares import Span
from kg.analytics.stakes import VOTES, Stakes, from_spans
from kg.errors import cut

Pair = tuple[int, int]


@dataclass(slots=True)
class Pairs:
    """What the rows in force say of each owner and company, in order of first appearance."""

    numbers: dict[str, int] = field(default_factory=dict)
    capital: dict[Pair, Span] = field(default_factory=dict)
    votes: dict[Pair, Span] = field(default_factory=dict)
    rows: dict[Pair, tuple[int, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def mention(self, owner: str, owned: str) -> Pair:
        """Return the numbers of two names, new ones if need be; a stake that is over has names."""
        holder = self.numbers.setdefault(owner, len(self.numbers))
        return holder, self.numbers.setdefault(owned, len(self.numbers))

    def add(self, row: int, owner: str, owned: str, capital: Span, votes: Span | None) -> None:
        """Add what one row says."""
        pair = self.mention(owner, owned)
        self.rows[pair] = (*self.rows.get(pair, ()), row)
        self.capital[pair] = _hull(self.capital.get(pair), capital)
        if votes is not None:
            self.votes[pair] = _hull(self.votes.get(pair), votes)


def _hull(before: Span | None, now: Span) -> Span:
    if before is None or before == now:
        return now
    return min(before[0], now[0]), max(before[1], now[1])


def merge(pairs: Pairs, findings: Findings) -> tuple[Stakes, Stakes | None]:
    """Return capital, and votes where any row has them; notes repeats, self-holdings and sums."""
    names = list(pairs.numbers)
    resting = {pair: tuple(f"row {row}" for row in rows) for pair, rows in pairs.rows.items()}
    note_repeats(
        (
            (rows, names[owner], names[owned], pairs.capital[owner, owned])
            for (owner, owned), rows in pairs.rows.items()
            if len(rows) > 1
        ),
        findings,
    )
    capital = from_spans(names, pairs.capital, claims=resting)
    note_self_held(capital, [pairs.rows[pair][0] for pair in pairs.capital], findings)
    note_sums(capital, findings, "share")
    if not pairs.votes:
        return capital, None
    voted = frozenset(owned for _, owned in pairs.votes)
    spans = {pair: pairs.votes.get(pair, span) for pair, span in pairs.capital.items()}
    unstated = frozenset(
        pair for pair in pairs.rows if pair[1] in voted and pair not in pairs.votes
    )
    for (owner, owned), rows in pairs.rows.items():
        if (owner, owned) in unstated:
            note_stand_in(rows[0], names[owner], names[owned], findings)
    votes = from_spans(names, spans, right=VOTES, claims=resting, voted=voted, unstated=unstated)
    note_sums(votes, findings, "votes", voted)
    return capital, votes


def note_stand_in(row: int, owner: str, owned: str, findings: Findings) -> None:
    """Note that a holder's capital stands in for votes that others have and it has not."""
    findings.add(
        WARNING,
        "votes-missing",
        f"{cut(owned)} has votes for other holders, none for {cut(owner)}",
        row=row,
        column="votes",
        advice="its share is taken as its votes",
    )


def note_repeats(
    repeats: Iterable[tuple[Sequence[int], str, str, Span]], findings: Findings
) -> None:
    """Note each owner and company with several rows: the same again, or a contradiction."""
    for rows, owner, owned, (low, high) in repeats:
        told = f"{cut(owner)} in {cut(owned)}"
        where = ", ".join(str(row) for row in rows[:10])
        if low == high:
            message, advice = f"{told} is there again (rows {where})", "counted once"
        else:
            message = f"{told} is said differently in rows {where}"
            advice = f"taken as the range {per_cent(low)} to {per_cent(high)}"
        findings.add(
            WARNING, "repeated", message, row=rows[-1], column="owner, owned", advice=advice
        )


def note_self_held(stakes: Stakes, rows: Sequence[int], findings: Findings) -> None:
    """Note each company that holds itself."""
    for row, stake in zip(rows, stakes.rows(), strict=True):
        if stake.owner == stake.owned:
            tell_self_held(row, stakes, stake.owned, findings)


def tell_self_held(row: int, stakes: Stakes, company: int, findings: Findings) -> None:
    """Note that a company holds itself."""
    findings.add(
        WARNING,
        "self-holding",
        f"{cut(stakes.names[company])} holds shares of itself",
        row=row,
        column="owner, owned",
        advice="kept, gives nobody control; where votes are given, they are not among the votes",
    )


def note_sums(
    stakes: Stakes, findings: Findings, column: str, only: frozenset[int] | None = None
) -> None:
    """Note each company of which more than all is held."""
    sums: dict[int, int] = {}
    for row in stakes.rows():
        sums[row.owned] = sums.get(row.owned, 0) + row.low
    for company, total in sums.items():
        if total > stakes.whole and (only is None or company in only):
            tell_sum(stakes, company, total, findings, column)


def tell_sum(stakes: Stakes, company: int, total: int, findings: Findings, column: str) -> None:
    """Note that more than all of a company is held: by how much, and which rows add up to it."""
    told = [claim for place in stakes.places_in(company) for claim in stakes.claims_of(place)]
    numbers = ", ".join(one.removeprefix("row ") for one in told[:10])
    over = stakes.fraction(total) - Fraction(1)
    where = f" (rows {numbers}{', ...' if len(told) > 10 else ''})" if told else ""
    findings.add(
        ERROR,
        "sum-above-100",
        f"{column} of {cut(stakes.names[company])} add up to {per_cent(over + 1)}, "
        f"{per_cent(over)} too much{where}",
        row=int(told[0].removeprefix("row ")) if told else None,
        column=column,
        advice="taken as they stand; control of it is worked out by the general rule",
    )

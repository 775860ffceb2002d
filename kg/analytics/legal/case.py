"""A case: one holder, one company, and the stakes as capital and as votes.

Votes are their own fact. Where a stake's votes are not stated its capital stands in, and every
finding that rests on such a stake says so. Votes of 0 are stated votes: a neutralised block, a
suspended cross-holding or treasury shares are given as that.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from math import lcm
from typing import Any

from kg.analytics.bounds import Bounds
from kg.analytics.deadline import heed
from kg.analytics.exact import Row
from kg.analytics.integrated import EXACT_STAKES, LARGEST_LOOP, ownership
from kg.analytics.joint import MAJORITY, Joint, Rule
from kg.analytics.legal.judgement import Judgement, LegalTest, Measured, Told, margin
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import NOTHING, Certainty, Range
from kg.analytics.register import Holding, Register
from kg.analytics.stakes import CAPITAL, VOTES, Stakes

Pair = tuple[int, int]
Rests = Sequence[Holding] | Callable[[], Sequence[Holding]]  # the stakes a judgement rests on
FLOAT_ERROR = Fraction(1, 10**11)  # of integrated shares in large tables, which are floats


class Rights:
    """Capital and votes over the same nodes; made once for all cases of a table."""

    def __init__(self, capital: Stakes, votes: Stakes | None = None) -> None:
        merged, self.standing_in = _voting(capital, votes)
        self.capital = Register(capital, merged.names)
        self.votes = self.capital if merged is capital else Register(merged)
        self.only_votes = capital.right == VOTES and votes is None
        self.kept: dict[Any, Any] = {}  # what tests make once for all cases of a network
        self._joint: dict[tuple[str, int, Rule], Joint] = {}
        self._shares = {
            CAPITAL: IntegratedShares(self.capital),
            VOTES: IntegratedShares(self.votes),
        }

    def node(self, name: str, parameter: str) -> int:
        """Return the number of a name; both registers number names alike."""
        return self.votes.node(name, parameter)

    @cached_property
    def _registers(self) -> tuple[Register, ...]:
        """Return the votes, and the capital where that is another register."""
        return (self.votes,) if self.votes is self.capital else (self.votes, self.capital)

    def owners(self, company: int) -> list[int]:
        """Return who has votes or capital of a company, the largest votes first."""
        found = (one.owner for register in self._registers for one in register.ranked(company))
        return list(dict.fromkeys(found))

    def owned(self, holder: int) -> list[int]:
        """Return the companies of which a holder has votes or capital."""
        found = (one.owned for register in self._registers for one in register.portfolio(holder))
        return list(dict.fromkeys(found))

    def above(self, companies: Iterable[int]) -> list[int]:
        """Return companies and who is above them by either right, the nearest first."""
        return _walked(companies, self.owners)

    def below(self, companies: Iterable[int], most: int) -> list[int]:
        """Return companies and what is below them by either right, so many at most."""
        return _walked(companies, self.owned, most)

    def joint(self, right: str, node: int, rule: Rule) -> Joint:
        """Return what a holder takes by a rule."""
        key = right if self.votes is not self.capital else CAPITAL, node, rule
        if key not in self._joint:
            register = self.votes if right == VOTES else self.capital
            self._joint[key] = Joint.of(register, [node], rule)
        return self._joint[key]

    def integrated(self, right: str, holder: int, company: int) -> Range:
        """Return the integrated share of a company, at least and at most."""
        return self._shares[right].share(holder, company)


def _walked(
    starts: Iterable[int], further: Callable[[int], Iterable[int]], most: int | None = None
) -> list[int]:
    seen = dict.fromkeys(starts)
    found = list(seen)
    for node in found:  # grows while it is walked
        heed()
        for one in further(node):
            if one not in seen and (most is None or len(found) < most):
                seen[one] = None
                found.append(one)
    return found


class IntegratedShares:
    """Integrated shares of one right; what one owner has is solved for all companies at once."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._rows: dict[int, tuple[Row, Row]] = {}
        self._shares: dict[Pair, Range] = {}

    @cached_property
    def _bounds(self) -> Bounds | None:
        """Return exact bounds, or None where there is too much for fractions."""
        if len(self._register.stakes) > EXACT_STAKES:
            return None
        bounds = Bounds(self._register.stakes)
        largest = max(map(len, bounds.highest.components), default=0)
        return bounds if largest <= LARGEST_LOOP else None

    def share(self, holder: int, company: int) -> Range:
        """Return what a holder has of a company, at least and at most."""
        if max(holder, company) >= len(self._register.stakes.names):
            return NOTHING
        if self._bounds is None:
            return _solved(self._register, holder, company)
        if (holder, company) not in self._shares:
            self._shares[holder, company] = self._looked_up(self._bounds, holder, company)
        return self._shares[holder, company]

    def _looked_up(self, bounds: Bounds, holder: int, company: int) -> Range:
        if holder not in self._rows:
            self._rows[holder] = bounds.rows(holder)
        low, high = (row.get(company, NOTHING.low) for row in self._rows[holder])
        # A sum without end comes from stakes above 100%: nothing is said but that it is much.
        return Range(low or NOTHING.low, Fraction(1) if high is None else high)


def _solved(register: Register, holder: int, company: int) -> Range:
    """Return a share of a large network, from floats: their error is in the range."""
    names = register.name(holder), register.name(company)
    for row in ownership(register.stakes, by=names[0], of=names[1]):
        low, high = Fraction(row.low or 0), Fraction(1 if row.high is None else row.high)
        return Range(max(low - FLOAT_ERROR, Fraction(0)), high + FLOAT_ERROR)
    return NOTHING


def _voting(capital: Stakes, votes: Stakes | None) -> tuple[Stakes, frozenset[Pair]]:
    """Return the votes, with capital where none are stated, and the stakes where that is so."""
    if votes is None and capital.right == VOTES:
        return capital, frozenset()
    if votes is None or not len(votes):
        return capital, frozenset((row.owner, row.owned) for row in capital.rows())
    if votes.voted is not None and votes.names == capital.names:  # merged when it was read
        silent = (row for row in votes.rows() if not votes.states(row.owner, row.owned))
        return votes, frozenset((row.owner, row.owned) for row in silent)
    return merged_rights(capital, votes)


def merged_rights(capital: Stakes, votes: Stakes) -> tuple[Stakes, frozenset[Pair]]:
    """Return stakes of votes with the names of `capital` first, and where capital stands in."""
    names = list(capital.names)
    numbers = dict(capital.numbers)
    for name in votes.names:
        if name not in numbers:
            numbers[name] = len(names)
            names.append(name)
    place = [numbers[name] for name in votes.names]
    whole = lcm(capital.whole, votes.whole)
    scale = whole // capital.whole, whole // votes.whole
    rows: dict[Pair, tuple[int, int, tuple[str, ...]]] = {}
    for at, row in enumerate(capital.rows()):
        low, high = row.low * scale[0], row.high * scale[0]
        rows[row.owner, row.owned] = low, high, capital.claims_of(at)
    stated = set()
    for at, row in enumerate(votes.rows()):
        pair = place[row.owner], place[row.owned]
        if not votes.states(row.owner, row.owned):
            continue
        stated.add(pair)
        low, high = row.low * scale[1], row.high * scale[1]
        rows[pair] = low, high, votes.claims_of(at)
    voted = frozenset(owned for _, owned in stated)
    standing_in = frozenset(rows.keys() - stated)
    return (
        Stakes(
            names,
            [owner for owner, _ in rows],
            [owned for _, owned in rows],
            [low for low, _, _ in rows.values()],
            [high for _, high, _ in rows.values()],
            whole,
            [claims for _, _, claims in rows.values()],
            VOTES,
            voted,
            frozenset(pair for pair in standing_in if pair[1] in voted),
        ),
        standing_in,
    )


@dataclass(slots=True)
class Case:
    """What every test of one holder and one company looks at."""

    rights: Rights
    holder: str
    company: str
    turnout: Range | None = None
    blocked: frozenset[str] = frozenset()

    @property
    def capital(self) -> Register:
        """Return the stakes of capital."""
        return self.rights.capital

    @property
    def votes(self) -> Register:
        """Return the stakes of votes, with capital where none are stated."""
        return self.rights.votes

    @property
    def pair(self) -> Pair:
        """Return the numbers of holder and company, the same in both registers."""
        return self.rights.node(self.holder, "holder"), self.rights.node(self.company, "company")

    def joint(self, right: str, node: int | None = None, rule: Rule = MAJORITY) -> Joint:
        """Return what a holder takes by a rule, by default the case's own by majority."""
        return self.rights.joint(right, self.pair[0] if node is None else node, rule)

    def integrated(
        self, right: str, holder: int | None = None, company: int | None = None
    ) -> Range:
        """Return a share through all chains: products along each, added, round loops once."""
        above = self.pair[0] if holder is None else holder
        below = self.pair[1] if company is None else company
        return self.rights.integrated(right, above, below)

    def stands_in(self, stakes: Iterable[Holding], right: str) -> bool:
        """Say whether the one right of these stakes is taken for the other, which is not stated."""
        if right == "capital":
            return self.rights.only_votes
        return any((one.owner, one.owned) in self.rights.standing_in for one in stakes)

    def say(self, stakes: Sequence[Holding], right: str) -> list[str]:
        """Return stakes as steps of a proof; a test of capital may climb by votes."""
        register = self.votes if right == VOTES else self.capital
        return [f"{register.say(one)}{self._of_what(one, right)}" for one in stakes]

    def _of_what(self, stake: Holding, right: str) -> str:
        if self.stands_in([stake], right):
            return ", votes not stated"
        if right == VOTES or self.votes is self.capital:
            return ""
        either = self.capital.portfolio(stake.owner), self.capital.holders(stake.owned)
        return "" if any(stake in found for found in either) else " (votes)"

    def judged(
        self,
        test: LegalTest,
        share: Measured,
        stakes: Rests,
        *,
        right: str,
        steps: Sequence[str] | Callable[[], Sequence[str]] = (),
        note: Told = "",
        said: str = "",
        verdict: Certainty | None = None,
    ) -> Judgement:
        """Return what a test with a threshold finds of a share.

        What only a reader wants may be given as what makes it: many are judged, few are read.
        """
        if verdict is None:
            verdict = test.rule.met(share() if callable(share) else share)
        return Judgement(
            test=test,
            holder=self.holder,
            company=self.company,
            verdict=verdict,
            measured=share,
            told=note,
            said=said,
            stood_in=partial(self._stood_in, stakes, right),
            why=partial(self._why, test, share, stakes, right, steps, said),
        )

    def _stood_in(self, stakes: Rests, right: str) -> bool:
        rights = [right] if right in (CAPITAL, VOTES) else [CAPITAL, VOTES]
        resting = stakes() if callable(stakes) else stakes
        return any(self.stands_in(resting, one) for one in rights)

    def _why(
        self,
        test: LegalTest,
        share: Measured,
        stakes: Rests,
        right: str,
        steps: Sequence[str] | Callable[[], Sequence[str]],
        said: str,
    ) -> Proof:
        resting = stakes() if callable(stakes) else stakes
        shown = steps() if callable(steps) else steps
        edge = said or margin(test.rule, share() if callable(share) else share)
        return Proof(
            rule=f"{test.name}: {test.method}",
            source=f"{test.source}, {test.article}",
            parameters={"threshold": str(test.rule), "right": right},
            steps=(*self.say(resting, right), *shown, edge),
            claims=all_claims(one.claims for one in resting),
        )

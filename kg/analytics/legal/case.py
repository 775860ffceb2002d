"""A case: one holder, one company, and the stakes as capital and as votes.

Votes are their own fact. Where a stake's votes are not stated its capital stands in, and every
finding that rests on such a stake says so. Votes of 0 are stated votes: a neutralised block, a
suspended cross-holding or treasury shares are given as that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from kg.analytics.joint import MAJORITY, Joint, Rule
from kg.analytics.legal.judgement import Judgement, LegalTest, in_words, margin
from kg.analytics.ownership import ownership
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import NOTHING, Certainty, Range
from kg.analytics.register import Holding, Register
from kg.analytics.stakes import VOTES, Stakes

Pair = tuple[int, int]
FLOAT_ERROR = Fraction(1, 10**11)  # of integrated shares in large tables, which are floats


class Rights:
    """Capital and votes over the same nodes; made once for all cases of a table."""

    def __init__(self, capital: Stakes, votes: Stakes | None = None) -> None:
        self.capital = Register(capital)
        merged, self.standing_in = _voting(capital, votes)
        self.votes = self.capital if merged is capital else Register(merged)
        self.only_votes = capital.right == VOTES and votes is None
        self._integrated: dict[tuple[int, int, int], Range] = {}

    def node(self, name: str, parameter: str) -> int:
        """Return the number of a name; both registers number names alike."""
        return self.votes.node(name, parameter)

    def integrated(self, register: Register, holder: int, company: int) -> Range:
        """Return the integrated share of a company, at least and at most."""
        key = id(register), holder, company
        if key not in self._integrated:
            self._integrated[key] = _integrated(register, holder, company)
        return self._integrated[key]


def _integrated(register: Register, holder: int, company: int) -> Range:
    if max(holder, company) >= len(register.names):
        return NOTHING
    names = register.name(holder), register.name(company)
    for row in ownership(register.stakes, by=names[0], of=names[1]):
        if row.low is None:
            break
        high = Fraction(1) if row.high is None else row.high
        if isinstance(row.low, Fraction) and isinstance(high, Fraction):
            return Range(row.low, high)
        return Range(Fraction(row.low) - FLOAT_ERROR, Fraction(high) + FLOAT_ERROR)
    return NOTHING


def _voting(capital: Stakes, votes: Stakes | None) -> tuple[Stakes, frozenset[Pair]]:
    """Return the votes, with capital where none are stated, and the stakes where that is so."""
    if votes is None and capital.right == VOTES:
        return capital, frozenset()
    if votes is None or not len(votes):
        return capital, frozenset((row.owner, row.owned) for row in capital.rows())
    if votes.voted is not None and votes.names == capital.names:  # merged when it was read
        silent = (row for row in votes.rows() if row.owned not in votes.voted)
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
        if votes.right_in(row.owned) != VOTES:
            continue
        stated.add(pair)
        low, high = row.low * scale[1], row.high * scale[1]
        rows[pair] = low, high, votes.claims_of(at)
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
            frozenset(owned for _, owned in stated),
        ),
        frozenset(rows.keys() - stated),
    )


@dataclass(slots=True)
class Case:
    """What every test of one holder and one company looks at."""

    rights: Rights
    holder: str
    company: str
    turnout: Range | None = None
    blocked: frozenset[str] = frozenset()
    _joint: dict[tuple[str, int, Rule], Joint] = field(default_factory=dict)

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
        node = self.pair[0] if node is None else node
        key = right, node, rule
        if key not in self._joint:
            register = self.votes if right == "votes" else self.capital
            self._joint[key] = Joint.of(register, [node], rule)
        return self._joint[key]

    def integrated(
        self, right: str, holder: int | None = None, company: int | None = None
    ) -> Range:
        """Return a share through all chains: products along each, added, round loops once."""
        register = self.votes if right == "votes" else self.capital
        above = self.pair[0] if holder is None else holder
        below = self.pair[1] if company is None else company
        return self.rights.integrated(register, above, below)

    def stands_in(self, stakes: Iterable[Holding], right: str) -> bool:
        """Say whether the one right of these stakes is taken for the other, which is not stated."""
        if right == "capital":
            return self.rights.only_votes
        return any((one.owner, one.owned) in self.rights.standing_in for one in stakes)

    def say(self, stakes: Sequence[Holding], right: str) -> list[str]:
        """Return stakes as steps of a proof."""
        register = self.votes if right == "votes" else self.capital
        return [
            f"{register.say(one)}{', votes not stated' if self.stands_in([one], right) else ''}"
            for one in stakes
        ]

    def judged(
        self,
        test: LegalTest,
        share: Range,
        stakes: Sequence[Holding],
        *,
        right: str,
        steps: Sequence[str] = (),
        note: str = "",
        verdict: Certainty | None = None,
    ) -> Judgement:
        """Return what a test with a threshold finds of a share."""
        if test.rule is None:
            raise TypeError(f"{test.name} has no threshold")
        if verdict is None:
            verdict = share.reaches(test.rule.threshold, strict=test.rule.strict)
        edge = margin(test.rule, share)
        rights = [right] if right in ("capital", "votes") else ["capital", "votes"]
        return Judgement(
            test=test,
            holder=self.holder,
            company=self.company,
            verdict=verdict,
            share=share,
            words=in_words(test, verdict, share),
            margin=edge,
            note=note,
            stand_in=any(self.stands_in(stakes, one) for one in rights),
            proof=Proof(
                rule=f"{test.name}: {test.method}",
                source=f"{test.source}, {test.article}",
                parameters={"threshold": str(test.rule), "right": right},
                steps=(*self.say(stakes, right), *steps, edge),
                claims=all_claims(one.claims for one in stakes),
            ),
        )

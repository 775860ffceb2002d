"""A case: one holder, one company, and the stakes as capital and as votes.

Votes are their own fact. Where a stake's votes are not stated its capital stands in, and every
finding that rests on such a stake says so. Votes of 0 are stated votes: a neutralised block, a
suspended cross-holding or treasury shares are given as that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.analytics.joint import MAJORITY, Joint, Rule
from kg.analytics.legal.finding import Finding, LegalTest, in_words, margin
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import Certainty, Range
from kg.analytics.register import Holding, Register
from kg.analytics.stakes import Stakes

Pair = tuple[int, int]


class Rights:
    """Capital and votes over the same nodes; made once for all cases of a table."""

    def __init__(self, capital: Stakes, votes: Stakes | None = None) -> None:
        self.capital = Register(capital)
        merged, self.standing_in = _voting(capital, votes)
        self.votes = self.capital if merged is capital else Register(merged)
        self.votes_stated = votes is not None and len(votes) > 0

    def node(self, name: str, parameter: str) -> int:
        """Return the number of a name; both registers number names alike."""
        return self.votes.node(name, parameter)


def _voting(capital: Stakes, votes: Stakes | None) -> tuple[Stakes, frozenset[Pair]]:
    """Return the votes, with capital where none are stated, and the stakes where that is so."""
    if capital.right == "votes" and votes is None:
        return capital, frozenset()
    pairs = frozenset((row.owner, row.owned) for row in capital.rows())
    if votes is None or not len(votes):
        return capital, pairs
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
    whole = capital.whole * votes.whole
    rows: dict[Pair, tuple[int, int, tuple[str, ...]]] = {}
    for at, row in enumerate(capital.rows()):
        low, high = row.low * votes.whole, row.high * votes.whole
        rows[row.owner, row.owned] = low, high, capital.claims_of(at)
    stated = set()
    for at, row in enumerate(votes.rows()):
        pair = place[row.owner], place[row.owned]
        stated.add(pair)
        low, high = row.low * capital.whole, row.high * capital.whole
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
            "votes",
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

    def stands_in(self, stakes: Iterable[Holding]) -> bool:
        """Say whether the capital of one of these stakes is taken for its votes."""
        return any((one.owner, one.owned) in self.rights.standing_in for one in stakes)

    def say(self, stakes: Sequence[Holding], right: str) -> list[str]:
        """Return stakes as steps of a proof."""
        register = self.votes if right == "votes" else self.capital
        steps = []
        for one in stakes:
            of = right if (one.owner, one.owned) not in self.rights.standing_in else "capital"
            stand_in = " (votes not stated)" if right == "votes" and of == "capital" else ""
            steps.append(f"{register.say(one)}, {of}{stand_in}")
        return steps

    def finding(
        self,
        test: LegalTest,
        share: Range,
        stakes: Sequence[Holding],
        *,
        right: str,
        steps: Sequence[str] = (),
        note: str = "",
        verdict: Certainty | None = None,
    ) -> Finding:
        """Return what a test with a threshold finds of a share."""
        if test.rule is None:
            raise TypeError(f"{test.name} has no threshold")
        if verdict is None:
            verdict = share.reaches(test.rule.threshold, strict=test.rule.strict)
        edge = margin(test.rule, share)
        return Finding(
            test=test,
            holder=self.holder,
            company=self.company,
            verdict=verdict,
            share=share,
            words=in_words(test, verdict, share),
            margin=edge,
            note=note,
            stand_in=right == "votes" and self.stands_in(stakes),
            proof=Proof(
                rule=f"{test.name}: {test.method}",
                source=f"{test.source}, {test.article}",
                parameters={"threshold": str(test.rule), "right": right},
                steps=(*self.say(stakes, right), *steps, edge),
                claims=all_claims(one.claims for one in stakes),
            ),
        )

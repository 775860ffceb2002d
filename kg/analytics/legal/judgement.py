"""What a legal test is, and what it finds: yes, no or cannot tell, by how much, and why."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from kg.analytics.joint import Rule, threshold_text
from kg.analytics.proof import Proof
from kg.analytics.ranges import Certainty, Range, points

# Text, or what makes it once somebody asks.
Told = str | Callable[[], str]
Measured = Range | Callable[[], Range]

CAPITAL, VOTES, EITHER = "capital", "votes", "capital or votes"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalTest:
    """One named test: where it is written, what it looks at, and how it counts."""

    name: str
    title: str
    source: str  # the law, standard or guideline
    article: str
    right: str  # capital, votes, or either of them
    rule: Rule  # the threshold
    method: str
    yes: str  # what follows where it is met
    no: str

    def to_json(self) -> dict[str, object]:
        """Return what the test is, without any finding."""
        return {
            "name": self.name,
            "title": self.title,
            "source": self.source,
            "article": self.article,
            "right": self.right,
            "threshold": str(self.rule),
            "method": self.method,
        }


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one test says of one holder and one company; its words are made when asked for."""

    test: LegalTest
    holder: str
    company: str
    verdict: Certainty
    measured: Measured = field(repr=False, compare=False)
    told: Told = field(repr=False, compare=False)
    said: str = ""  # what it comes to, where that is more than a share and a threshold
    stood_in: Callable[[], bool] = field(repr=False, compare=False)
    why: Callable[[], Proof] = field(repr=False, compare=False)

    @cached_property
    def share(self) -> Range:
        """Return what was held against the threshold."""
        return self.measured() if callable(self.measured) else self.measured

    @cached_property
    def stand_in(self) -> bool:
        """Say whether votes are not stated somewhere and capital was taken."""
        return self.stood_in()

    @cached_property
    def note(self) -> str:
        """Return what the test leaves open, or stands on: empty where nothing."""
        return self.told if isinstance(self.told, str) else self.told()

    @property
    def answer(self) -> str:
        """Return yes, no or cannot tell."""
        return self.verdict.answer

    @property
    def words(self) -> str:
        """Return what it comes to: "veto at 34% (> 1/3)"."""
        return self.said or in_words(self.test, self.verdict, self.share)

    @property
    def margin(self) -> str:
        """Return how far the share is from the threshold."""
        return "" if self.said else margin(self.test.rule, self.share)

    @cached_property
    def proof(self) -> Proof:
        """Return the rule, the stakes it rests on and the arithmetic."""
        return self.why()

    @property
    def claims(self) -> tuple[str, ...]:
        """Return the claims of the stakes it rests on."""
        return self.proof.claims

    def to_json(self) -> dict[str, object]:
        """Return it as a row."""
        return {
            "test": self.test.name,
            "holder": self.holder,
            "company": self.company,
            "answer": self.answer,
            "words": self.words,
            "margin": self.margin,
            "share": self.share.to_json(),
            "threshold": str(self.test.rule),
            "right": self.test.right,
            "stand_in": self.stand_in,
            "note": self.note,
            "source": f"{self.test.source}, {self.test.article}",
            "claims": list(self.claims),
            "why": self.proof.to_json(),
        }


def in_words(test: LegalTest, verdict: Certainty, share: Range) -> str:
    """Return what a test with a threshold says: "veto at 34% (> 1/3)"."""
    if verdict is Certainty.certain:
        return f"{test.yes} at {share} ({test.rule})"
    if verdict is Certainty.impossible:
        return f"{test.no} at {share} (not {test.rule})"
    return f"cannot tell: {share} may be {test.rule} ({test.yes}) or not"


def margin(rule: Rule, share: Range) -> str:
    """Return how far a share is from a threshold, in percentage points.

    >>> margin(Rule(Fraction(1, 3), strict=True), Range.of(Fraction(34, 100)))
    '34% > 1/3 by 0.67 points'
    >>> margin(Rule(Fraction(1, 5), strict=False), Range.of(Fraction(1, 5)))
    '20% = 20%, which is enough'
    """
    edge = threshold_text(rule.threshold)
    below, above = share.low - rule.threshold, share.high - rule.threshold
    if share.exact and below == 0:
        return f"{share} = {edge}, which is {'not ' if rule.strict else ''}enough"
    if below >= 0:
        return f"{share} > {edge} by {_between(below, above)} points"
    if above <= 0:
        return f"{share} < {edge} by {_between(-above, -below)} points"
    return f"{share} is {points(-below)} points below {edge} to {points(above)} above"


def _between(least: Fraction, most: Fraction) -> str:
    return points(least) if least == most else f"{points(least)} to {points(most)}"

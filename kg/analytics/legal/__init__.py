"""Named legal tests over one graph, side by side: where they agree, and where they do not.

Each test names its law, its threshold and its method, and answers yes, no or cannot tell, by how
much, and on which stakes. A test is a rule of thumb for finding cases, never legal advice.
"""

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kg.analytics.deadline import heed
from kg.analytics.legal.accounting import ACCOUNTING
from kg.analytics.legal.case import Case, Rights
from kg.analytics.legal.japan import JAPAN
from kg.analytics.legal.judgement import Judgement, LegalTest
from kg.analytics.legal.links import CLOSE_LINKS
from kg.analytics.legal.owners import OWNERS
from kg.analytics.legal.sanctions import SANCTIONS, Blocked, ofac
from kg.analytics.ranges import Certainty, Range
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import Candidate, ParameterError, UnknownCodeError

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "TESTS",
    "Blocked",
    "Judgement",
    "LegalTest",
    "judge",
    "legal_tests",
    "ofac",
    "tests_named",
]

_ALL: dict[LegalTest, Callable[[Case], Judgement]] = {
    **ACCOUNTING,
    **JAPAN,
    **OWNERS,
    **SANCTIONS,
    **CLOSE_LINKS,
}
TESTS: dict[str, LegalTest] = {test.name: test for test in _ALL}
MOST_HOLDERS = 200  # of one company, each through every test


def legal_tests(
    capital: "Stakes | nx.DiGraph[Any]",
    holder: str | None,
    company: str,
    *,
    votes: "Stakes | nx.DiGraph[Any] | None" = None,
    turnout: Fraction | Range | None = None,
    blocked: Collection[str] = (),
    tests: Sequence[str] | None = None,
) -> list[Judgement]:
    """Return what every named test says of a holder and a company, in the order of TESTS.

    Without a holder: of all direct holders, and of those further up for whom a test is met or may
    be. `votes` are given apart from capital, which stands in where they are not. `turnout` is the
    part of the votes that comes to meetings. Raises UnknownNameError for unknown names,
    UnknownCodeError for unknown tests.
    """
    rights = Rights(as_stakes(capital), None if votes is None else as_stakes(votes))
    chosen = tests_named(tests)
    present = _turnout(turnout)
    if holder is not None:
        return judge(Case(rights, holder, company, present, frozenset(blocked)), chosen)
    found = []
    for name, direct in _holders(rights, company):
        judgements = judge(Case(rights, name, company, present, frozenset(blocked)), chosen)
        found += [one for one in judgements if direct or one.verdict is not Certainty.impossible]
    return found


def judge(case: Case, tests: Sequence[LegalTest] | None = None) -> list[Judgement]:
    """Return what tests, by default all, say of one case."""
    if case.pair[0] == case.pair[1]:
        raise ParameterError("holder", f"{case.holder!r} is the company itself")
    found = []
    for test in _ALL if tests is None else tests:
        heed()
        found.append(_ALL[test](case))
    return found


def tests_named(names: Sequence[str] | None) -> list[LegalTest]:
    """Return tests by name, or all; raises UnknownCodeError with those there are."""
    known = [Candidate(one.name, one.title, one.name) for one in _ALL]
    for name in names or ():
        if name not in TESTS:
            raise UnknownCodeError("tests", name, known)
    return [TESTS[name] for name in names] if names else list(_ALL)


def _turnout(turnout: Fraction | Range | None) -> Range | None:
    if turnout is None:
        return None
    found = turnout if isinstance(turnout, Range) else Range.of(turnout)
    if not 0 < found.low <= found.high <= 1:
        raise ParameterError("turnout", f"{found} is not above 0 and up to 100%")
    return found


def _holders(rights: Rights, company: str) -> list[tuple[str, bool]]:
    """Return who is above a company, those who hold it directly first, and whether they do."""
    node = rights.node(company, "company")
    direct = {one for one in rights.owners(node) if one != node}
    above = rights.above([node])[1:]
    if not above:
        raise ParameterError("company", f"nobody is known to hold {company!r}")
    if len(above) > MOST_HOLDERS:
        raise ParameterError(
            "holder", f"{len(above)} are above {company!r}; name one (at most {MOST_HOLDERS})"
        )
    return [(rights.votes.name(one), one in direct) for one in above]

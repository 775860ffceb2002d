"""Ultimate controllers: who controls a company and is controlled by nobody.

    one      one such holder
    several  more than one: only where more than all of a company is said to be held, or with a
             threshold below one half
    loop     companies that control each other, and nobody else controls: each of them is named
    joint    nobody controls it, and two, each with what it controls, hold exactly half: both
    none     nobody: its holders are dispersed, or all are too small

`largest_holders` is the other usual reading: follow the largest holder of at least some share
upwards (as in Orbis, with 25% or 50%), whether or not it controls.
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.analytics.control_pairs import CERTAIN, POSSIBLE, ControlIndex
from kg.analytics.fixpoint import majority
from kg.analytics.shares import exact_share
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

_PIECE = 10_000  # companies whose names are made at a time
ONE, SEVERAL, LOOP, JOINT, NONE, UNCLEAR = "one", "several", "loop", "joint", "none", "unclear"


class Ultimate(NamedTuple):
    """Who is at the top above one company; a row for each controller, one without for none."""

    company: str
    controller: str | None
    kind: str  # one, several, loop, joint, none, unclear
    certainty: str  # certain, possible

    def to_json(self) -> dict[str, str | None]:
        """Return it as a row."""
        return {
            "company": self.company,
            "controller": self.controller,
            "kind": self.kind,
            "certainty": self.certainty,
        }


def ultimate(
    graph: "Stakes | nx.DiGraph[Any]",
    threshold: Decimal | Fraction | float | str = "0.5",
) -> list[Ultimate]:
    """Return the ultimate controllers of every company that has an owner.

    A possible one may control the company and is certainly controlled by nobody.
    Raises ParameterError on a threshold that is none.

    >>> from kg.analytics.stakes import from_rows
    >>> [one.controller for one in ultimate(from_rows([("A", "B", "60%"), ("B", "C", "60%")]))]
    ['A', 'A']
    """
    return list(ultimates(ControlIndex(as_stakes(graph), majority(threshold))))


def ultimates(index: ControlIndex) -> Iterator[Ultimate]:
    """Yield the ultimate controllers of every company that has an owner, in order of names."""
    if index.large and index.stakes.exact and not index.forest.left_out.any():
        yield from _at_the_roots(index)
        return
    above = _Above(index)
    names = index.stakes.names
    for company in sorted(index.stakes.rows_by_owned):
        kind, tops = above.tops(company)
        told = tops if tops else [None]
        for top in told:
            yield Ultimate(names[company], None if top is None else names[top], kind, CERTAIN)
        for top in above.possible_tops(company):
            yield Ultimate(names[company], names[top], ONE, POSSIBLE)


def _at_the_roots(index: ControlIndex) -> Iterator[Ultimate]:
    """Yield the same of a large network that is one forest: its roots are at the top."""
    forest = index.forest
    joint = forest.joint_holders()
    companies, roots, sizes = forest.roots()
    for first in range(0, len(companies), _PIECE):
        piece = slice(first, first + _PIECE)
        below, above = companies[piece], roots[piece]
        plain = (sizes[piece] == 1) & (above != below)
        named = (index.stakes.named(one.tolist()) for one in (below, above))
        places = zip(below.tolist(), above.tolist(), *named, plain.tolist(), strict=True)
        for company, root, name, top, simple in places:
            if simple:
                yield Ultimate(name, top, ONE, CERTAIN)
            else:
                yield from _unlike(index, company, root, joint)


def _unlike(
    index: ControlIndex, company: int, root: int, joint: dict[int, list[int]]
) -> Iterator[Ultimate]:
    """Yield the rows of a company that is not under just one other."""
    names, forest = index.stakes.names, index.forest
    tops = forest.members(root)
    kind = LOOP
    if tops == [company]:
        tops = sorted(top for one in joint.get(company, ()) for top in forest.members(one))
        kind = JOINT if tops else NONE
    elif len(tops) == 1:
        kind = ONE
    told: list[int | None] = [*tops]
    for top in told or [None]:
        yield Ultimate(names[company], None if top is None else names[top], kind, CERTAIN)


class _Above:
    """Who controls each company, turned round from who is controlled by each."""

    def __init__(self, index: ControlIndex) -> None:
        self.stakes = index.stakes
        self.columns = index.columns
        self.certain: dict[int, set[int]] = defaultdict(set)
        self.possible: dict[int, set[int]] = defaultdict(set)
        for certainty, holder, company in index.numbered():
            side = self.certain if certainty == CERTAIN else self.possible
            side[company].add(holder)
        self._tops: dict[int, frozenset[int]] = {}

    def tops(self, company: int) -> tuple[str, list[int]]:
        """Return how many are at the top above a company, and who."""
        tops = self._above(company)
        if tops == {company}:
            joint = self._joint(company)
            return (JOINT, joint) if joint else (NONE, [])
        if len(tops) == 1:
            return ONE, list(tops)
        loops = all(tops - {one} <= self.certain[one] for one in tops)
        return LOOP if loops else SEVERAL, sorted(tops)

    def _above(self, company: int) -> frozenset[int]:
        """Return the tops of a company, itself where nobody else is above it."""
        if company not in self._tops:
            above = self.certain.get(company, set()) | {company}
            self._tops[company] = frozenset(one for one in above if self._is_top(one))
        return self._tops[company]

    def _is_top(self, one: int) -> bool:
        """Say whether all that control it are controlled by it."""
        return all(one in self.certain.get(other, ()) for other in self.certain.get(one, ()))

    def _joint(self, company: int) -> list[int]:
        """Return two blocs that hold exactly half each, and together all, else nobody.

        Where one of them is what the company itself controls, only one other is left.
        """
        blocs: dict[frozenset[int], int] = defaultdict(int)
        own = 0
        for row in self.stakes.rows_by_owned[company]:
            if row.low != row.high:
                return []
            if row.owner == company:
                own = row.low if company in self.columns.quotas else 0
                continue
            if row.low:
                blocs[self._above(row.owner)] += row.low
        half = self.stakes.whole - own
        others = len([tops for tops in blocs if company not in tops])
        if len(blocs) == others == 2 and all(2 * parts == half for parts in blocs.values()):
            return sorted(one for tops in blocs for one in tops)
        return []

    def possible_tops(self, company: int) -> list[int]:
        """Return who may be at the top above a company and is not certainly."""
        return sorted(
            one
            for one in self.possible.get(company, ())
            if one not in self._above(company) and self._is_top(one)
        )


def largest_holders(
    graph: "Stakes | nx.DiGraph[Any]", at: Decimal | Fraction | float | str = "0.25"
) -> list[Ultimate]:
    """Return, for every company that has an owner, where its largest holders of `at` lead.

    Followed upwards while a largest holder has at least `at` (a fraction, 0-1; reaching it is
    enough). Equal largest holders are all followed. A range counts with its least, and is
    `unclear` where another holder may be as large.
    Source: the global ultimate owner of Orbis, as its documentation defines it.
    """
    stakes = as_stakes(graph)
    try:
        least = exact_share(at) * stakes.whole
    except ParameterError as error:
        raise ParameterError("at", error.problem) from None
    next_ = {company: _largest(stakes, company, least) for company in stakes.rows_by_owned}
    return [row for company in sorted(next_) for row in _led(stakes, company, next_)]


def _largest(stakes: Stakes, company: int, least: Fraction) -> tuple[list[int], bool]:
    """Return the largest holders that reach `least`, and whether that is beyond doubt."""
    rows = [row for row in stakes.rows_by_owned[company] if row.owner != company]
    top = max((row.low for row in rows), default=0)
    largest = [row.owner for row in rows if row.low == top and top >= least and top > 0]
    doubt = any(row.high > top and row.high >= least and row.owner not in largest for row in rows)
    doubt = doubt or (
        len(largest) > 1 and any(row.high > row.low for row in rows if row.owner in largest)
    )
    return largest, not doubt


def _led(
    stakes: Stakes, company: int, next_: dict[int, tuple[list[int], bool]]
) -> Iterator[Ultimate]:
    seen = {company}
    clear = True
    queue, ends = [company], []
    loop = False
    while queue:
        at = queue.pop()
        holders, sure = next_.get(at, ([], True))
        clear = clear and sure
        if not holders and at != company:
            ends.append(at)
        loop = loop or any(one in seen for one in holders)
        fresh = [one for one in holders if one not in seen]
        seen.update(fresh)
        queue.extend(fresh)
    if not ends and loop:
        ends = _circle(company, next_)
    kind = NONE if not ends else ONE if len(ends) == 1 else LOOP if loop else SEVERAL
    kind = kind if clear else UNCLEAR
    told: list[int | None] = [*sorted(ends)]
    for end in told or [None]:
        name = None if end is None else stakes.names[end]
        yield Ultimate(stakes.names[company], name, kind, CERTAIN if clear else POSSIBLE)


def _circle(company: int, next_: dict[int, tuple[list[int], bool]]) -> list[int]:
    """Return the companies that the largest holders go round in."""
    path: list[int] = []
    at = company
    while at not in path:
        path.append(at)
        at = next_[at][0][0]
    return path[path.index(at) :]

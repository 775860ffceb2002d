"""Which verdicts are the same in two worlds, told from what they rest on, without judging twice.

An edit of a few stakes leaves most answers as they were. What each test looks at is compared:
whom a holder takes, what it then has of the company, single links, shares through all chains. Where
that shows nothing the pair is to be judged in both worlds: `same` is never wrong, only sometimes
unable to tell.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cached_property

from kg.analytics.chains import add_up_to
from kg.analytics.joint import MAJORITY, Joint, Rule, direct_share
from kg.analytics.legal import accounting, japan, links, owners, sanctions
from kg.analytics.legal.case import Case, Pair, Rights
from kg.analytics.legal.chains import linked
from kg.analytics.legal.judgement import Judgement, LegalTest
from kg.analytics.ranges import Certainty, Range
from kg.analytics.register import Register
from kg.analytics.stakes import CAPITAL, VOTES

RIGHTS = (CAPITAL, VOTES)
Sides = tuple[Rights, Rights]  # before and after


class Untouched:
    """What edits of the stakes in some companies leave as it was.

    before, after  the rights of both worlds
    companies      those in which stakes were edited
    """

    def __init__(self, before: Rights, after: Rights, companies: Iterable[str]) -> None:
        self.sides: Sides = before, after
        known = [one for one in companies if one in after.votes]
        self.edited = frozenset(after.votes.node(one) for one in known)
        names = before.votes.names
        self._comparable = names == after.votes.names[: len(names)] and (
            _with_own_votes(before) == _with_own_votes(after)
        )
        self._wholes = {
            right: tuple(_register(side, right).stakes.whole for side in self.sides)
            for right in RIGHTS
        }
        apart = any(side.votes is not side.capital for side in self.sides)
        self.rights = RIGHTS if apart else (CAPITAL,)
        self._small = all(len(side.capital.stakes) <= links.SMALL for side in self.sides)
        self._kept: dict[tuple[str, Rule, int | None], bool] = {}
        self._both: dict[tuple[str, Rule, int], tuple[Joint, Joint]] = {}
        self._cast_alike: dict[Pair, bool] = {}
        tests: dict[LegalTest, Callable[[Pair], bool]] = {
            accounting.STRICT_MAJORITY: self._taken_by_votes,
            accounting.IFRS_10: self._taken_by_votes,
            accounting.IAS_28: self._taken_by_votes,
            accounting.WEAKEST_LINK: self._weakest_link,
            japan.VETO: self._votes_cast,
            japan.DE_FACTO_VETO: self._votes_cast,
            japan.SPECIAL_RESOLUTION: self._votes_cast,
            japan.MUTUAL_HOLDING: self._mutual,
            owners.AMLR_52: lambda pair: all(
                self._integrated(right, pair, owners.QUARTER_OR_MORE) for right in self.rights
            ),
            owners.AMLR_53: self._controlled,
            owners.AMLR_54: self._mixed,
            owners.UK_PSC: lambda pair: self._linked(VOTES, MAJORITY, self.rights, pair),
            owners.MULTIPLICATION: lambda pair: self._integrated(
                CAPITAL, pair, owners.ABOVE_QUARTER
            ),
            owners.ROLLING: lambda pair: self._linked(
                CAPITAL, owners.ABOVE_QUARTER, (CAPITAL,), pair
            ),
            owners.DOMINANCE: lambda pair: self._linked(CAPITAL, MAJORITY, (CAPITAL,), pair),
            sanctions.OFAC: lambda pair: self._taken(CAPITAL, sanctions.HALF, pair),
            links.EUROSYSTEM: self._eurosystem,
            links.PATH_PRODUCT: self._path_product,
        }
        self._tests = {test.name: tell for test, tell in tests.items()}

    def same(self, test: LegalTest, pair: Pair) -> bool:
        """Say whether a test surely has one verdict of a holder and a company in both worlds."""
        return self._comparable and self._tests[test.name](pair)

    def _joints(self, right: str, rule: Rule, node: int) -> tuple[Joint, Joint]:
        key = right, rule, node
        if key not in self._both:
            before, after = (side.joint(right, node, rule) for side in self.sides)
            self._both[key] = before, after
        return self._both[key]

    def _group(self, right: str, rule: Rule, node: int) -> bool:
        """Say whether a holder takes the same companies."""
        key = right, rule, node
        if key not in self._kept:
            before, after = self._joints(*key)
            self._kept[key] = (
                before.certain.added.keys() == after.certain.added.keys()
                and before.possible.added.keys() == after.possible.added.keys()
            )
        return self._kept[key]

    def _held(self, right: str, rule: Rule, pair: Pair) -> bool:
        """Say whether a holder, with what it takes, has as much of a company."""
        (before, after), company = self._joints(right, rule, pair[0]), pair[1]
        whole, whole_after = self._wholes[right]
        for was, now in ((before.certain, after.certain), (before.possible, after.possible)):
            if was.held.get(company, 0) * whole_after != now.held.get(company, 0) * whole:
                return False
        return self._own(right, company)

    def _own(self, right: str, company: int) -> bool:
        """Say whether a company's own shares, which are left out, are as they were."""
        if company not in self.edited:
            return True
        return not any(
            _register(side, right).between(company, company) is not None for side in self.sides
        )

    def _taken(self, right: str, rule: Rule, pair: Pair) -> bool:
        return self._group(right, rule, pair[0]) and self._held(right, rule, pair)

    def _taken_by_votes(self, pair: Pair) -> bool:
        return self._taken(VOTES, MAJORITY, pair)

    def _votes_cast(self, pair: Pair) -> bool:
        """Compare whose votes can be cast in a company, and which of them are the holder's."""
        if pair not in self._cast_alike:
            self._cast_alike[pair] = self._taken_by_votes(pair) and (
                (pair[1] not in self.edited and self._silent_alike(pair[1]))
                or self._cast(0, *pair) == self._cast(1, *pair)
            )
        return self._cast_alike[pair]

    def _mutual(self, pair: Pair) -> bool:
        """Compare what a company has of its holder, and whether anybody else could vote."""
        alone, still = (japan.nobody_else(_case(side, (pair[1], pair[1]))) for side in self.sides)
        return alone is still and self._taken_by_votes(pair[::-1])

    def _silent_alike(self, company: int) -> bool:
        """Say whether a company has as much of each of its owners: who has to be silent."""
        key = "silent", MAJORITY, company
        if key not in self._kept:
            owned = self.sides[0].votes.ranked(company)
            self._kept[key] = self._group(VOTES, MAJORITY, company) and all(
                self._held(VOTES, MAJORITY, (company, one.owner)) for one in owned
            )
        return self._kept[key]

    def _cast(self, at: int, holder: int, company: int) -> dict[int, tuple[Range, Certainty]]:
        """Return the stakes in a company that are the holder's, or that may not be voted."""
        side = self.sides[at]
        perhaps = self._joints(VOTES, MAJORITY, holder)[at].perhaps
        return {
            owner: (share, silent)
            for owner, (share, silent) in _silent(side, company).items()
            if owner in perhaps or silent is not Certainty.impossible
        }

    def _integrated(self, right: str, pair: Pair, rule: Rule) -> bool:
        before, after = (rule.met(side.integrated(right, *pair)) for side in self.sides)
        return before is after

    def _controlled(self, pair: Pair) -> bool:
        if len(self.rights) > 1:  # levels by either right
            return self._judged_alike(owners.amlr_53, pair)
        return self._taken(CAPITAL, MAJORITY, pair)

    def _judged_alike(self, test: Callable[[Case], Judgement], pair: Pair) -> bool:
        before, after = (test(_case(side, pair)).verdict for side in self.sides)
        return before is after

    def _mixed(self, pair: Pair) -> bool:
        if len(self.rights) > 1:
            return self._judged_alike(owners.amlr_54, pair)
        return self._mixed_by(CAPITAL, pair)

    def _mixed_by(self, right: str, pair: Pair) -> bool:
        holder, company = pair
        if not self._group(right, MAJORITY, holder):
            return False
        takes_some = self._joints(right, MAJORITY, holder)[0].perhaps - {holder, company}
        if takes_some and (company in self.edited or not self._held(right, MAJORITY, pair)):
            return False
        before, after = (_controllers(side, right, company) for side in self.sides)
        return before == after and all(
            self._integrated(right, (holder, node), owners.QUARTER_OR_MORE)
            for node in before
            if node != holder
        )

    def _linked(self, right: str, rule: Rule, ends: Iterable[str], pair: Pair) -> bool:
        """Compare single links that each meet a rule, and the stakes at the end of them."""
        holder, company = pair
        if not self._links(right, rule):
            return False
        if company not in self.edited:
            return True
        chains = linked(_register(self.sides[0], right), holder, rule, company)
        through = {holder, *chains.possible} - {company}
        return all(self._own(end, company) for end in ends) and all(
            self._exactly(end, (one, company)) for end in ends for one in through
        )

    def _links(self, right: str, rule: Rule) -> bool:
        """Say whether all single links that meet a rule are the same."""
        key = right, rule, None
        if key not in self._kept:
            registers = [_register(side, right) for side in self.sides]
            self._kept[key] = all(
                rule.met(direct_share(registers[0], one, to))
                is rule.met(direct_share(registers[1], one, to))
                for to in self.edited
                for one in {stake.owner for each in registers for stake in each.ranked(to)}
            )
        return self._kept[key]

    def _exactly(self, right: str, pair: Pair) -> bool:
        """Say whether a direct stake is one number, the same in both worlds, or in none of them."""
        shares = []
        for side in self.sides:
            found = _register(side, right).between(*pair)
            shares.append(found.share if found else Range.of(0))
        return shares[0] == shares[1] and shares[0].exact

    def _weakest_link(self, pair: Pair) -> bool:
        least: Fraction = accounting.WEAKEST_LINK.rule.threshold
        sides = self.sides[:1] if self._only_raised() else self.sides
        return all(add_up_to(side.votes, *pair, least) for side in sides)

    def _only_raised(self) -> bool:
        """Say whether no stake is less than before at its least: what added up still does."""
        key = "raised", MAJORITY, None
        if key not in self._kept:
            whole, whole_after = self._wholes[VOTES]
            self._kept[key] = all(
                was.low * whole_after <= now.get(was.owner, 0) * whole
                for to in self.edited
                for now in [{one.owner: one.low for one in self.sides[1].votes.ranked(to)}]
                for was in self.sides[0].votes.ranked(to)
            )
        return self._kept[key]

    def _eurosystem(self, pair: Pair) -> bool:
        if not self._small:
            return False
        before, after = (
            links.LinksByPair.of_all(side).best(*map(side.votes.name, pair))[0]
            for side in self.sides
        )
        return before is after

    def _path_product(self, pair: Pair) -> bool:
        if not self._small:
            return False
        before, after = (each.best(pair)[0] for each in self._paths)
        return before is after

    @cached_property
    def _paths(self) -> tuple[links.PairLinks, links.PairLinks]:
        before, after = (links.PairLinks.of_all(side) for side in self.sides)
        if len(self.edited) == 1:
            after.alike(before, *self.edited)
        return before, after


def _case(side: Rights, pair: Pair) -> Case:
    return Case(side, side.votes.name(pair[0]), side.votes.name(pair[1]))


def _silent(side: Rights, company: int) -> dict[int, tuple[Range, Certainty]]:
    """Return the stakes in a company, and whether each cannot be voted."""
    key = "silent", company
    if key not in side.kept:
        case = _case(side, (company, company))
        side.kept[key] = {
            one.owner: (one.share, japan.suspended(case, one))
            for one in side.votes.holders(company)
        }
    found: dict[int, tuple[Range, Certainty]] = side.kept[key]
    return found


def _register(side: Rights, right: str) -> Register:
    return side.votes if right == VOTES else side.capital


def _with_own_votes(side: Rights) -> set[str]:
    """Return the companies that hold own shares whose votes are disregarded."""
    stakes = side.votes.stakes
    return {
        stakes.names[row.owned]
        for row in stakes.rows()
        if row.owner == row.owned and stakes.right == stakes.right_in(row.owned) == VOTES
    }


def _controllers(side: Rights, right: str, company: int) -> dict[int, Certainty]:
    """Return who above a company takes it, or may."""
    key = "controllers", right, company
    if key not in side.kept:
        register = _register(side, right)
        seen, waiting = {company}, [company]
        for node in waiting:  # grows while it is walked
            new = [one.owner for one in register.ranked(node) if one.owner not in seen]
            seen.update(new)
            waiting += new
        takes = {one: side.joint(right, one, MAJORITY).takes(company) for one in waiting[1:]}
        side.kept[key] = {
            one: found for one, found in takes.items() if found is not Certainty.impossible
        }
    found: dict[int, Certainty] = side.kept[key]
    return found

"""What if: the difference that edits of stakes and memberships make, before and after, with why.

Compared are control, the named legal tests, the concentration of markets and the totals of
alliances. Only what changes is returned.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, partial

from kg.analytics.alliances import AllianceTotal, MemberSales, alliance_totals
from kg.analytics.deadline import heed
from kg.analytics.edits import Edit, StakeEdit, edited, rejoined
from kg.analytics.joint import MAJORITY, Joint
from kg.analytics.legal import judge, tests_named
from kg.analytics.legal.case import Case, Rights
from kg.analytics.legal.judgement import Judgement, LegalTest
from kg.analytics.legal.untouched import Untouched
from kg.analytics.markets import Concentration, MarketShare, hhi, tied
from kg.analytics.proof import Proof, all_claims
from kg.analytics.ranges import Certainty, decimal_text
from kg.analytics.register import Register
from kg.analytics.stakes import Stakes, as_stakes
from kg.errors import ParameterError

Told = Callable[[], Proof]  # a proof that is made when somebody asks

MOST_ABOVE = 200  # holders above the edited companies, the nearest
MOST_BELOW = 2_000  # companies below an edited one
MOST_PAIRS = 200  # holder and company that go through the legal tests


@dataclass(frozen=True, kw_only=True)
class World:
    """What there is: stakes, and where they are known alliances, sales and markets."""

    capital: Stakes
    votes: Stakes | None = None
    alliances: Mapping[str, Sequence[str]] = field(default_factory=dict)  # members of each
    sales: Sequence[MemberSales] = ()
    consolidated: Mapping[str, str] = field(default_factory=dict)  # subsidiary -> parent
    markets: Mapping[str, Sequence[MarketShare]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "capital", as_stakes(self.capital))
        object.__setattr__(self, "votes", None if self.votes is None else as_stakes(self.votes))

    @cached_property
    def rights(self) -> Rights:
        """Return capital and votes to look things up in."""
        return Rights(self.capital, self.votes)

    @property
    def register(self) -> Register:
        """Return the votes, with capital where none are stated: what control runs on."""
        return self.rights.votes

    def after(self, edits: Sequence[Edit]) -> "World":
        """Return what there would be after the edits; raises ParameterError where they cannot be.

        Votes that are not stated follow the capital.
        """
        names = set(self.capital.names) | set(self.votes.names if self.votes else ())
        for one in edits:
            if isinstance(one, StakeEdit) and one.kind == "drop":
                for parameter, name in (("owner", one.owner), ("owned", one.owned)):
                    if name not in names:
                        self.capital.number(name, parameter)
        capital, votes = edited(self.capital, self.votes, edits)
        return World(
            capital=capital,
            votes=votes,
            alliances=rejoined(self.alliances, edits),
            sales=self.sales,
            consolidated=self.consolidated,
            markets=self.markets,
        )


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is otherwise after the edits; None: it was not, or is no more."""

    kind: str  # control, legal test, concentration, alliance
    subject: str
    before: str | None
    after: str | None
    told_before: Told | None = field(repr=False, compare=False)
    told_after: Told | None = field(repr=False, compare=False)

    @cached_property
    def why_before(self) -> Proof | None:
        """Return why it was so."""
        return self.told_before() if self.told_before else None

    @cached_property
    def why_after(self) -> Proof | None:
        """Return why it is so now."""
        return self.told_after() if self.told_after else None

    def to_json(self) -> dict[str, object]:
        """Return it as a row."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "before": self.before,
            "after": self.after,
            "why_before": self.why_before.to_json() if self.why_before else None,
            "why_after": self.why_after.to_json() if self.why_after else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What edits change, and how many pairs of holder and company were not tested for it."""

    differences: tuple[Difference, ...]
    untested: int = 0  # beyond the 200 nearest to the edits, at least so many
    unseen: int = 0  # holders above the edits, beyond the 200 nearest, whose control may differ


def what_if(world: World, edits: Sequence[Edit], *, tests: Sequence[str] | None = None) -> Outcome:
    """Return what the edits change, all made in one go: control first, then tests and figures.

    A legal test is another one after than before where its answer differs; holders above and
    companies below an edit are tested too.

    >>> from kg.analytics.edits import read_edit
    >>> from kg.analytics.stakes import from_rows
    >>> world = World(capital=from_rows([("a", "b", "40%")]))
    >>> found = what_if(world, [read_edit("set", "a>b=51%")])
    >>> (found.differences[0].subject, found.differences[0].after)
    ('a > b', 'certain: 51%')
    """
    if not edits:
        raise ParameterError("edit", "nothing to change: set, add, drop, join or leave something")
    after = world.after(edits)
    touched = sorted({one.owned for one in edits if isinstance(one, StakeEdit)})
    pairs = _pairs(world, after, edits)
    return Outcome(
        differences=(
            *_control(world, after, touched),
            *_legal(world, after, pairs[:MOST_PAIRS], tests_named(tests), touched),
            *_concentration(world, after),
            *_totals(world, after),
        ),
        untested=max(0, len(pairs) - MOST_PAIRS),
        unseen=max(0, *(len(_above(one, touched)) - MOST_ABOVE for one in (world, after))),
    )


Shown = tuple[str, Told]  # what it is, and why, if asked


def _control(before: World, after: World, touched: Sequence[str]) -> Iterator[Difference]:
    was, now = (_controlled(world, touched, (before, after)) for world in (before, after))
    yield from _differences("control", was, now)


def _controlled(
    world: World, touched: Sequence[str], both: tuple[World, World]
) -> dict[str, Shown]:
    """Return what is controlled by whoever is above an edited company, before or after.

    Nothing else can change: whom an edited company does not belong to has no new votes anywhere.
    """
    register = world.register
    near = {name for one in both for name in _above(one, touched)[:MOST_ABOVE]}
    above = sorted(name for name in near if name in register)
    found: dict[str, Shown] = {}
    for name in above:
        joint = Joint.of(register, [register.node(name)])
        for company in joint.possible.added:
            found[f"{name} > {register.name(company)}"] = _held(joint, company)
    return found


def _above(world: World, touched: Sequence[str]) -> list[str]:
    """Return these companies and who is above them by votes or capital, the nearest first."""
    register = world.register
    found = world.rights.above(register.node(one) for one in touched if one in register)
    return [register.name(node) for node in found]


def _held(joint: Joint, company: int) -> Shown:
    text = f"{joint.takes(company).value}: {joint.held(company)}"
    return text, partial(_why_held, joint, company)


def _why_held(joint: Joint, company: int) -> Proof:
    register, held = joint.register, joint.held(company)
    stakes = joint.chain(company)
    return Proof(
        rule="company control",
        source="Mumick et al. 1990",
        parameters={"threshold": str(joint.rule)},
        steps=(*map(register.say, stakes), f"together {held} of {register.name(company)}"),
        claims=all_claims(one.claims for one in stakes),
    )


Named = tuple[str, str]  # holder, company


def _pairs(before: World, after: World, edits: Sequence[Edit]) -> list[Named]:
    """Return holders and companies between which an edit lies, the edited stakes first."""
    stakes = [one for one in edits if isinstance(one, StakeEdit)]
    pairs: dict[Named, None] = {(one.owner, one.owned): None for one in stakes}
    for one in stakes:
        above, below = (
            dict.fromkeys(name for world in (before, after) for name in near(world, [one.owned]))
            for near in (_nearest_above, _below)
        )
        pairs |= {(holder, one.owned): None for holder in above}
        pairs |= {(holder, company): None for company in below for holder in above}
    return [(holder, company) for holder, company in pairs if holder != company]


def _nearest_above(world: World, touched: Sequence[str]) -> list[str]:
    return _above(world, touched)[:MOST_ABOVE]


def _below(world: World, touched: Sequence[str]) -> list[str]:
    register = world.register
    known = [register.node(one) for one in touched if one in register]
    return [register.name(node) for node in world.rights.below(known, MOST_BELOW)]


def _legal(
    before: World,
    after: World,
    pairs: Sequence[Named],
    tests: Sequence[LegalTest],
    touched: Sequence[str],
) -> Iterator[Difference]:
    untouched = Untouched(before.rights, after.rights, touched)
    numbers = before.register.stakes.numbers
    both = numbers.keys() & after.register.stakes.numbers.keys()
    for holder, company in pairs:
        heed()
        left = list(tests)
        if holder in both and company in both:
            pair = numbers[holder], numbers[company]
            left = [one for one in tests if not untouched.same(one, pair)]
        if not left:
            continue
        was, now = (_tested(world, holder, company, left) for world in (before, after))
        for name in dict.fromkeys([*was, *now]):
            one, other = was.get(name), now.get(name)
            if _verdict(one) is not _verdict(other):
                yield _judged(f"{name}: {holder} > {company}", one, other)


def _verdict(judgement: Judgement | None) -> Certainty:
    """Return a verdict; of somebody who is not there nothing is true."""
    return judgement.verdict if judgement else Certainty.impossible


def _tested(
    world: World, holder: str, company: str, tests: Sequence[LegalTest]
) -> dict[str, Judgement]:
    if holder not in world.register or company not in world.register:
        return {}
    return {one.test.name: one for one in judge(Case(world.rights, holder, company), tests)}


def _judged(subject: str, was: Judgement | None, now: Judgement | None) -> Difference:
    return Difference(
        kind="legal test",
        subject=subject,
        before=was.words if was else None,
        after=now.words if now else None,
        told_before=was.why if was else None,
        told_after=now.why if now else None,
    )


def _concentration(before: World, after: World) -> Iterator[Difference]:
    for market in before.markets:
        was, now = (_measured(world, market) for world in (before, after))
        yield from _differences("concentration", was, now)


def _measured(world: World, market: str) -> dict[str, Shown]:
    shares = world.markets[market]
    companies = [one.company for one in shares]
    controlled = _control_groups(world, companies)
    merged = tied(companies, controlled, world.alliances)
    return {
        f"{market}: HHI, companies under one control merged": _index(hhi(shares, controlled)),
        f"{market}: HHI, allies merged too": _index(hhi(shares, merged)),
    }


def _index(found: Concentration) -> Shown:
    ends = (found.value.low, found.value.high)
    low, high = (decimal_text(Fraction(round(end * 10), 10)) for end in ends)
    return low if low == high else f"{low} to {high}", lambda: found.proof


def _control_groups(world: World, companies: Sequence[str]) -> dict[str, str]:
    """Return the company of highest rank that certainly controls each, where there is one."""
    register = world.register
    known = [register.node(one) for one in companies if one in register]
    top: dict[str, str] = {}
    sizes: dict[int, int] = {}
    covered: set[int] = set()  # whoever is controlled controls no more than its controller
    for node in _with_majorities(register, world.rights.above(known)):
        if node in covered:
            continue
        added = Joint.of(register, [node]).certain.added
        covered |= added.keys()
        for company in known:
            if company in added and len(added) > sizes.get(company, 0):
                top[register.name(company)], sizes[company] = register.name(node), len(added)
    return top


def _with_majorities(register: Register, companies: Sequence[int]) -> list[int]:
    """Return who has a majority of one of these alone, the furthest up first: control begins so."""
    columns = register.columns(MAJORITY.quota)
    found = {
        one.owner: None
        for company in companies
        for one in register.ranked(company)
        if one.owner != company and one.low > columns.quota(company)
    }
    return list(found)[::-1]


def _totals(before: World, after: World) -> Iterator[Difference]:
    was, now = (_summed(world) for world in (before, after))
    yield from _differences("alliance", was, now)


def _summed(world: World) -> dict[str, Shown]:
    found: dict[str, Shown] = {}
    for alliance, members in world.alliances.items():
        for one in alliance_totals(alliance, members, world.sales, consolidated=world.consolidated):
            found[f"{alliance}, {one.period}, {one.metric}"] = _total(one)
    return found


def _total(one: AllianceTotal) -> Shown:
    amount = one.proof.steps[-1].removeprefix("sum ")
    missing = f", without {', '.join(one.missing)}" if one.missing else ""
    return f"{amount}{missing}", lambda: one.proof


def _differences(
    kind: str, was: Mapping[str, Shown], now: Mapping[str, Shown]
) -> Iterator[Difference]:
    for subject in sorted({*was, *now}):
        before, after = was.get(subject), now.get(subject)
        if before is None or after is None or before[0] != after[0]:
            yield Difference(
                kind=kind,
                subject=subject,
                before=before[0] if before else None,
                after=after[0] if after else None,
                told_before=before[1] if before else None,
                told_after=after[1] if after else None,
            )

"""Why one controls another: the rule, the companies in the order they come in, the shares summed.

Only the steps that the answer needs are kept, and of each step only as many holdings, largest
first, as it takes to be more than the threshold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kg.analytics.cells import per_cent
from kg.analytics.control_pairs import CERTAIN, POSSIBLE, ControlIndex
from kg.analytics.fixpoint import Columns, Reached, majority, reach
from kg.analytics.shares import decimal_text
from kg.analytics.stakes import Row, Stakes, as_stakes, holders_named

if TYPE_CHECKING:
    import networkx as nx

NONE = "none"


@dataclass(frozen=True, slots=True)
class Holding:
    """One stake that a step counts: fractions, 0-1, and the claims or table rows it rests on."""

    holder: str
    least: Decimal
    most: Decimal
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One company comes under control: by whose holdings, how much they are and had to exceed."""

    company: str
    holdings: tuple[Holding, ...]
    held: Decimal  # least for certain control, most for possible control
    needed: Decimal  # held has to be more than this
    right: str  # capital or votes


@dataclass(frozen=True, slots=True)
class ControlProof:
    """Whether one controls another, and why: a rule and its trace."""

    controller: str
    controlled: str
    certainty: str  # certain, possible, none
    rule: str
    threshold: Decimal
    steps: tuple[Step, ...]  # of `none`: the one step that fails

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values; fractions are decimal text."""
        told = asdict(self)
        told["threshold"] = str(self.threshold)
        told["sentences"] = self.sentences()
        for step in told["steps"]:
            step["held"], step["needed"] = str(step["held"]), str(step["needed"])
            for one in step["holdings"]:
                one["least"], one["most"] = str(one["least"]), str(one["most"])
        return told

    def sentences(self) -> list[str]:
        """Return it as sentences, one a step."""
        verdict = {
            CERTAIN: f"{self.controller} controls {self.controlled}.",
            POSSIBLE: f"{self.controller} may control {self.controlled}: it depends on shares "
            "that are not exactly known.",
            NONE: f"{self.controller} does not control {self.controlled}.",
        }
        return [verdict[self.certainty], *(_sentence(self, step) for step in self.steps)]


def _sentence(proof: ControlProof, step: Step) -> str:
    parts = [f"{_span(one)} held by {one.holder}{_resting(one)}" for one in step.holdings]
    ranged = any(one.least != one.most for one in step.holdings)
    bound = "" if not ranged else "at least " if proof.certainty == CERTAIN else "at most "
    total = f" make {bound}{_shown(step.held)}" if len(parts) > 1 or ranged else ""
    compared = "not more than" if proof.certainty == NONE else "more than"
    may = "which may be " if proof.certainty == POSSIBLE and ranged else ""
    sum_ = " + ".join(parts) + total if parts else "nothing is held"
    return f"{step.company}: {sum_} of its {step.right}, {may}{compared} {_shown(step.needed)}."


def _span(one: Holding) -> str:
    if one.least == one.most:
        return _shown(one.least)
    return f"{_shown(one.least)} to {_shown(one.most)}"


def _resting(one: Holding) -> str:
    return f" ({', '.join(one.claims)})" if one.claims else ""


def _shown(share: Decimal) -> str:
    return per_cent(Fraction(share))


def explain(
    graph: "Stakes | nx.DiGraph[Any] | ControlIndex",
    controller: str | Sequence[str],
    controlled: str,
    threshold: Decimal | Fraction | float | str = "0.5",
) -> ControlProof:
    """Return why `controller` (or several as one) controls `controlled`, or what it lacks.

    Raises UnknownNameError, and ParameterError on a threshold that is none.
    """
    index = graph if isinstance(graph, ControlIndex) else None
    if index is None:
        index = ControlIndex(as_stakes(graph), majority(threshold))  # type: ignore[arg-type]
    stakes = index.stakes
    names = holders_named(controller)
    members = [stakes.number(name, "controller") for name in names]
    company = stakes.number(controlled, "controlled")
    columns = index.columns_for(members, company)
    trace = Trace(columns, members)
    certainty, steps = trace.of(company)
    return ControlProof(
        " + ".join(names),
        controlled,
        certainty,
        f"least fixpoint of joint majority: more than {per_cent(index.rule.threshold)} is held by "
        "the controller and what it controls",
        trace.decimal(index.rule.threshold),
        steps,
    )


class Trace:
    """The fixpoint of some members, cut down to what one company needs."""

    def __init__(self, columns: Columns, members: list[int]) -> None:
        self.columns = columns
        self.stakes = columns.stakes
        self.members = members

    def of(self, company: int) -> tuple[str, tuple[Step, ...]]:
        """Return how certain control of a company is, and the steps to it."""
        found = reach(self.columns, self.members)
        if company in found.added:
            return CERTAIN, self._steps(found, company, possible=False)
        if not self.stakes.exact:
            maybe = reach(self.columns, self.members, possible=True)
            if company in maybe.added:
                return POSSIBLE, self._steps(maybe, company, possible=True)
            found = maybe
        inside = {*self.members, *found.order}
        rows = [row for row in self._holders(company) if row.owner in inside]
        return NONE, (self._step(company, rows, possible=not self.stakes.exact),)

    def needed_companies(self, company: int) -> list[int]:
        """Return the companies on which certain control of one rests, itself the last."""
        found = reach(self.columns, self.members)
        return [one for one, _ in self._slice(found, company, possible=False)]

    def _steps(self, found: Reached, company: int, *, possible: bool) -> tuple[Step, ...]:
        chosen = self._slice(found, company, possible=possible)
        return tuple(self._step(one, rows, possible=possible) for one, rows in chosen)

    def _slice(
        self, found: Reached, company: int, *, possible: bool
    ) -> list[tuple[int, list[Row]]]:
        """Return the companies needed for one, in order, each with the rows that suffice."""
        when = {one: place for place, one in enumerate(found.order)}
        wanted = {company}
        steps: list[tuple[int, list[Row]]] = []
        for one in reversed(found.order[: when[company] + 1]):
            if one not in wanted:
                continue
            rows = [
                row
                for row in self._holders(one)
                if row.owner in self.members or when.get(row.owner, len(when)) < when[one]
            ]
            chosen = self._enough(one, rows, possible=possible)
            steps.append((one, chosen))
            wanted |= {row.owner for row in chosen} - set(self.members)
        return steps[::-1]

    def _holders(self, company: int) -> list[Row]:
        rows = self.stakes.rows_by_owned.get(company, ())
        return [row for row in rows if row.owner != company]

    def _enough(self, company: int, rows: Iterable[Row], *, possible: bool) -> list[Row]:
        chosen: list[Row] = []
        for row in sorted(rows, key=lambda one: -(one.high if possible else one.low)):
            chosen.append(row)
            quota = self.columns.quota(company, possible=possible)
            if self._sum(company, chosen, possible=possible) > quota:
                break
        return chosen

    def _sum(self, company: int, rows: list[Row], *, possible: bool) -> int:
        least = sum(row.low for row in rows)
        if not possible:
            return least
        return min(sum(row.high for row in rows), self.columns.free(company) + least)

    def _step(self, company: int, rows: list[Row], *, possible: bool) -> Step:
        stakes = self.stakes
        holdings = tuple(
            Holding(
                stakes.names[row.owner],
                self.decimal(stakes.fraction(row.low)),
                self.decimal(stakes.fraction(row.high)),
                stakes.claims_of(stakes.place(row.owner, company)),
            )
            for row in rows
        )
        return Step(
            stakes.names[company],
            holdings,
            self.decimal(stakes.fraction(self._sum(company, rows, possible=possible))),
            self.decimal(self.columns.needed(company, possible=possible)),
            stakes.right_in(company),
        )

    @staticmethod
    def decimal(share: Fraction) -> Decimal:
        """Return a fraction as a decimal, exact where it ends."""
        return Decimal(decimal_text(share))

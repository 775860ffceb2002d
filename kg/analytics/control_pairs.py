"""Control: who decides in a company, alone or through what it controls.

    more than half of B is A's                          A controls B
    half of C is A's, a little is B's                   A controls C with B
    exactly half of D is A's                            nobody controls D

`control` lists every pair, `ControlIndex` answers single questions, `control_proof.explain` says
why. Small networks are worked out in plain Python from the definition (`fixpoint`), large ones by
kernels that are tested against it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from kg.analytics.fixpoint import Columns, Majority, Reached, majority, reach
from kg.analytics.shares import decimal_text
from kg.analytics.stakes import Stakes, as_stakes, holders_named
from kg.errors import ParameterError

if TYPE_CHECKING:
    import networkx as nx

    from kg.analytics.large_control import LargeControl, Pairs

MANY = 50_000  # stakes, from which the kernels are worth loading
CERTAIN, POSSIBLE = "certain", "possible"


@dataclass(frozen=True, slots=True)
class Control:
    """One controls another. `held` is what the controller and all it controls hold of it.

    A fraction, 0-1, without the company's own shares: with certain control the least that it is,
    with possible control the most that it can be.
    """

    controller: str
    controlled: str
    held: Decimal
    certainty: str  # certain: whatever unknown shares are; possible: for some of what they can be

    def to_json(self) -> dict[str, str]:
        """Return it as a row, the fraction as decimal text."""
        return {
            "controller": self.controller,
            "controlled": self.controlled,
            "held": format(self.held, "f"),
            "certainty": self.certainty,
        }


def control(
    graph: "Stakes | nx.DiGraph[Any]",
    threshold: Decimal | Fraction | float | str = "0.5",
    by: str | Sequence[str] | None = None,
) -> list[Control]:
    """Return who controls whom: the least fixpoint of joint majority.

    `by` is one holder, or several that act as one (a family, a concert); else every holder.
    More than `threshold` is needed, never just as much. Shares that are ranges give possible
    control beside certain control; what is nowhere said controls nothing.
    Source: see `fixpoint`. Raises ParameterError on a threshold that is none, UnknownNameError.

    >>> from kg.analytics.stakes import from_rows
    >>> control(from_rows([("A", "B", "60%"), ("A", "C", "30%"), ("B", "C", "30%")]))[1].held
    Decimal('0.6')
    """
    index = ControlIndex(as_stakes(graph), majority(threshold))
    return list(index.rows(by))


class ControlIndex:
    """Who controls whom in one network, asked by name."""

    def __init__(self, stakes: Stakes, rule: Majority, *, many: int = MANY) -> None:
        self.stakes = stakes
        self.rule = rule
        self.large = len(stakes) >= many and find_spec("numba") is not None
        self._reached: dict[tuple[int, bool], Reached] = {}

    @cached_property
    def columns(self) -> Columns:
        """Return what the fixpoint has to know of each company."""
        return Columns(self.stakes, self.rule)

    def columns_for(self, members: Sequence[int], company: int) -> Columns:
        """Return the columns that questions about some holders and one company need.

        Of a large network these are the companies that they, or what they control, hold.
        """
        if not self.large:
            return self.columns
        return Columns(self.forest.around(members, company), self.rule)

    @cached_property
    def forest(self) -> "LargeControl":
        """Return the index of a large network."""
        from kg.analytics.large_control import LargeControl

        return LargeControl(self.stakes, self.rule)

    def controls(self, controller: str, controlled: str) -> bool:
        """Say whether one certainly controls the other."""
        pair = self._number(controller, "controller"), self._number(controlled, "controlled")
        if self.large:
            return self.forest.controls(*pair)
        return pair[1] in self.reached(pair[0]).added

    def group(self, controller: str) -> list[str]:
        """Return all that one certainly controls, in the order of the network's names."""
        holder = self._number(controller, "controller")
        found = self.forest.group(holder).tolist() if self.large else self.reached(holder).order
        return [self.stakes.names[one] for one in sorted(found)]

    def reached(self, holder: int, *, possible: bool = False) -> Reached:
        """Return whom one holder controls, by the fixpoint from it alone."""
        key = holder, possible
        if key not in self._reached:
            self._reached[key] = reach(self.columns, [holder], possible=possible)
        return self._reached[key]

    def rows(self, by: str | Sequence[str] | None = None) -> Iterator[Control]:
        """Yield who controls whom, by controller: certain pairs, then possible ones."""
        if by is not None:
            yield from self._of_group(holders_named(by))
        elif self.large:
            yield from self._large_rows()
        else:
            for holder in range(len(self.stakes.names)):
                if holder in self.stakes.rows_by_owner:
                    yield from self._of(self.stakes.names[holder], [holder])

    def _of_group(self, names: list[str]) -> Iterator[Control]:
        members = [self._number(name, "controller") for name in names]
        if not members:
            raise ParameterError("controller", "name at least one holder")
        yield from self._of(" + ".join(names), members)

    def _of(self, name: str, members: list[int]) -> Iterator[Control]:
        columns = self.columns_for(members, members[0])
        certain = reach(columns, members)
        yield from self._told(name, certain, certain.added, CERTAIN)
        if not self.stakes.exact:
            possible = reach(columns, members, possible=True)
            yield from self._told(
                name, possible, possible.added.keys() - certain.added.keys(), POSSIBLE
            )

    def _told(self, name: str, found: Reached, companies: Any, certainty: str) -> Iterator[Control]:
        for company in sorted(companies):
            held = self.fraction(found.held[company])
            yield Control(name, self.stakes.names[company], held, certainty)

    def _large_rows(self) -> Iterator[Control]:
        for certainty, pieces in self.pieces():
            texts: dict[int, Decimal] = {}
            for holder, company, held in zip(*(one.tolist() for one in pieces), strict=True):
                if held not in texts:
                    texts[held] = self.fraction(held)
                names = self.stakes.names
                yield Control(names[holder], names[company], texts[held], certainty)

    def pieces(self) -> "Iterator[tuple[str, Pairs]]":
        """Yield the pairs of a large network as columns of numbers, with their certainty."""
        for piece in self.forest.pairs():
            yield CERTAIN, piece
        if not self.stakes.exact:
            for piece in self.forest.possible_pairs():
                yield POSSIBLE, piece

    def numbered(self) -> Iterator[tuple[str, int, int]]:
        """Yield certainty, controller and controlled as numbers, every pair."""
        if self.large:
            for certainty, piece in self.pieces():
                ends = piece.controller.tolist(), piece.controlled.tolist()
                for holder, company in zip(*ends, strict=True):
                    yield certainty, holder, company
            return
        for holder in self.stakes.rows_by_owner:
            certain = self.reached(holder).added
            for company in certain:
                yield CERTAIN, holder, company
            if not self.stakes.exact:
                for company in self.reached(holder, possible=True).added.keys() - certain.keys():
                    yield POSSIBLE, holder, company

    def fraction(self, parts: int) -> Decimal:
        """Return parts as a fraction of a company; exact where it ends."""
        return Decimal(decimal_text(self.stakes.fraction(parts)))

    def _number(self, name: str, parameter: str) -> int:
        return self.stakes.number(name, parameter)

"""Cuts a stage into cells, one for each connected part of a picture, by their weights."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A rectangle of the stage, px; y grows downwards."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def inset(self, margin: float) -> "Cell":
        """Return the cell without `margin` on each side."""
        return Cell(
            left=self.left + margin,
            top=self.top + margin,
            width=max(self.width - 2 * margin, 1.0),
            height=max(self.height - 2 * margin, 1.0),
        )

    def cut(self, portion: float) -> tuple["Cell", "Cell"]:
        """Return two cells, `portion` and the rest, cut across the longer side."""
        if self.width >= self.height:
            first, rest = self.width * portion, self.width * (1 - portion)
            return (
                Cell(left=self.left, top=self.top, width=first, height=self.height),
                Cell(left=self.left + first, top=self.top, width=rest, height=self.height),
            )
        first, rest = self.height * portion, self.height * (1 - portion)
        return (
            Cell(left=self.left, top=self.top, width=self.width, height=first),
            Cell(left=self.left, top=self.top + first, width=self.width, height=rest),
        )


def treemap(weights: Sequence[float], room: Cell) -> list[Cell]:
    """Return a cell of `room` for each weight, in order, with areas in proportion.

    The list is halved where the weights balance best, again and again.

    >>> [cell.width for cell in treemap([3, 1], Cell(left=0, top=0, width=100, height=10))]
    [75.0, 25.0]
    """
    if len(weights) < 2:
        return [room] * len(weights)
    running = list(accumulate(weights))
    half = running[-1] / 2
    at = min(range(1, len(weights)), key=lambda cut: abs(running[cut - 1] - half))
    first, second = room.cut(running[at - 1] / running[-1])
    return treemap(weights[:at], first) + treemap(weights[at:], second)

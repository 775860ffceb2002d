"""What makes a drawing hard to read, counted for many drawings at once.

A drawing is rated with the sizes things really have on the screen: a name under its circle, a
percentage on its line, an alliance as a box. All arrays begin with the axis of the candidates;
a lower score is better, and the weights are in points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from viz.stress import distances

Array = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]
Found = npt.NDArray[np.bool_]

SIDES = ("below", "above", "right", "left")

BODIES_OVERLAP = 40.0
LINE_THROUGH_BODY = 30.0
NAMES_OVERLAP = 20.0
CROSSING = 12.0
NAME_ON_BODY = 16.0
VALUE_HIDDEN = 12.0
NAME_OUTSIDE = 12.0
LINE_TOO_SHORT = 8.0
LINE_THROUGH_NAME = 14.0
UNEVEN = 14.0
NARROW_ANGLE = 5.0
LINE_THROUGH_VALUE = 5.0
NOT_QUITE_STRAIGHT = 1.0
STRESS = 60.0
TOO_SMALL = 10.0

_GAP = 12.0  # px of air round a body
_NAME_HEIGHT = 17.0
_VALUE_HEIGHT = 14.0
_LENGTH = 150.0  # px a line should have on average
_VALUE_AIR = 56.0  # px of line to be seen beside the value
# Names look best below; the other sides must earn their place.
_SIDE_COST = np.array([0.0, 0.15, 0.6, 0.6])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Something to place: half its width and height, and the width of a name beside it."""

    id: str
    width: float  # half
    height: float  # half
    name: float = 0.0  # whole width; 0 when the name is inside


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A straight line between two shapes, and the width of what is written on it."""

    start: str
    end: str
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The middle of a shape, and on which side of it the name stands."""

    x: float
    y: float
    side: str = SIDES[0]


class Rating:
    """Rates drawings of one set of shapes and lines."""

    def __init__(self, shapes: Sequence[Shape], lines: Sequence[Line]) -> None:
        at = {shape.id: position for position, shape in enumerate(shapes)}
        self.size = np.array([[shape.width, shape.height] for shape in shapes])
        self.name = np.array([[shape.name / 2, _NAME_HEIGHT / 2] for shape in shapes])
        self.named = np.array([shape.name > 0 for shape in shapes])
        self.start = np.array([at[line.start] for line in lines], dtype=np.intp)
        self.end = np.array([at[line.end] for line in lines], dtype=np.intp)
        self.value = np.array([[line.value / 2, _VALUE_HEIGHT / 2] for line in lines])
        self.value = self.value.reshape(-1, 2)
        self.valued = self.value[:, 0] > 0
        self.bodies = _pairs(len(shapes))
        self.far = distances(len(shapes), self.start, self.end)
        self.apart, self.joined = self._line_pairs(len(lines))
        self.forks = self._forks()
        self.foreign = np.array(
            [[body not in ends for body in range(len(shapes))] for ends in self._ends()], dtype=bool
        ).reshape(len(lines), len(shapes))

    @property
    def load(self) -> int:
        """How many comparisons one drawing costs."""
        return 6 * len(self.start) * len(self.size) + len(self.apart[0]) + 5 * len(self.size) ** 2

    def __call__(self, at: Array, frame: tuple[float, float]) -> Array:
        """Return the score of each drawing of `at` (candidate, shape, 2) inside `frame`."""
        return (
            self._bodies(at)
            + self._lines(at)
            + self._straight(at)
            + self._stress(at)
            + self._values(at)
            + self.names(at, frame)[1]
        )

    def names(self, at: Array, frame: tuple[float, float]) -> tuple[Index, Array]:
        """Return the best side for each name (an index into SIDES) and what the names cost."""
        centres = at[:, :, None, :] + self._offsets()
        count, shapes = at.shape[:2]
        flat = centres.reshape(count, shapes * 4, 2)
        half = np.repeat(self.name, 4, axis=0)
        own = np.repeat(np.arange(shapes), 4)
        cost = LINE_THROUGH_NAME * self._lines_on(at, flat, half).sum(axis=1)
        on_body = _overlap(flat[:, :, None], half[:, None], at[:, None, :], self.size + 8)
        on_body[:, np.arange(shapes * 4), own] = False
        cost += NAME_ON_BODY * on_body.sum(axis=2)
        cost += NAME_OUTSIDE * ~_both(np.abs(flat) + half <= np.array(frame) / 2)
        cost = cost.reshape(count, shapes, 4) + _SIDE_COST
        side = cost.argmin(axis=2)
        chosen = np.take_along_axis(centres, side[:, :, None, None], axis=2)[:, :, 0]
        first, second = self.bodies
        touch = _overlap(
            chosen[:, first], self.name[first] + 5, chosen[:, second], self.name[second]
        )
        touch &= self.named[first] & self.named[second]
        total = (cost.min(axis=2) * self.named).sum(axis=1) + NAMES_OVERLAP * touch.sum(axis=1)
        return side, total + VALUE_HIDDEN * self._values_on(at, chosen, self.name, self.named)

    def _offsets(self) -> Array:
        """Return where a name's middle is for each side, seen from its shape (shape, 4, 2)."""
        down = self.size[:, 1] + 3 + self.name[:, 1]
        along = self.size[:, 0] + 5 + self.name[:, 0]
        none = np.zeros_like(down)
        sides = [(none, down), (none, -down), (along, none), (-along, none)]
        return np.stack([np.stack(side, axis=-1) for side in sides], axis=1)

    def _bodies(self, at: Array) -> Array:
        first, second = self.bodies
        overlap = _overlap(
            at[:, first], self.size[first] + _GAP, at[:, second], self.size[second] + _GAP
        )
        return np.asarray(BODIES_OVERLAP * overlap.sum(axis=1))

    def _lines(self, at: Array) -> Array:
        if not len(self.start):
            return np.zeros(len(at))
        through = self._lines_on(at, at, self.size + 7) & self.foreign
        score = LINE_THROUGH_BODY * through.sum(axis=(1, 2))
        score = score + CROSSING * self._crossings(at)
        along = at[:, self.end] - at[:, self.start]
        length = np.linalg.norm(along, axis=2) + 1e-9
        needed = 26 + np.where(self.valued, 2 * self.value[:, 0] + _VALUE_AIR, 0)
        seen = length - self._hidden(along / length[:, :, None])
        score += LINE_TOO_SHORT * np.clip(1 - seen / needed, 0, 2).sum(axis=1)
        score += UNEVEN * length.std(axis=1) / length.mean(axis=1)
        score += TOO_SMALL * np.clip(1 - length.mean(axis=1) / _LENGTH, 0, 1)
        return np.asarray(score + NARROW_ANGLE * self._narrow(along / length[:, :, None]))

    def _hidden(self, direction: Array) -> Array:
        """Return how much of each line lies under the two shapes it joins."""
        steep = np.abs(direction) + 1e-9
        cover = [np.min(self.size[ends] / steep, axis=2) for ends in (self.start, self.end)]
        return np.asarray(cover[0] + cover[1])

    def _narrow(self, direction: Array) -> Array:
        first, second, outward = self.joined
        cosine = (direction[:, first] * direction[:, second]).sum(axis=2) * outward
        return np.asarray(np.clip((cosine - 0.9) * 10, 0, 1).sum(axis=1))

    def _crossings(self, at: Array) -> Array:
        first, second = self.apart
        a, b = at[:, self.start[first]], at[:, self.end[first]]
        c, d = at[:, self.start[second]], at[:, self.end[second]]
        met = (_turn(a, b, c) != _turn(a, b, d)) & (_turn(c, d, a) != _turn(c, d, b))
        return np.asarray(met.sum(axis=1), dtype=float)

    def _stress(self, at: Array) -> Array:
        """Rate how far distances on the screen are from distances in the graph, at any scale."""
        first, second = self.bodies
        if not len(first):
            return np.zeros(len(at))
        ratio = np.linalg.norm(at[:, first] - at[:, second], axis=2) / self.far[first, second]
        spread = ratio / np.maximum(ratio.mean(axis=1, keepdims=True), 1e-9) - 1
        return np.asarray(STRESS * (spread**2).mean(axis=1))

    def _straight(self, at: Array) -> Array:
        """Rate what is nearly level, which looks like a slip, against what is level or mirrored."""
        first, second = self.bodies
        off = np.abs(at[:, first] - at[:, second])
        nearly = (off > 0.5) & (off < 14)
        level = off <= 0.5
        slips = nearly.sum(axis=(1, 2)) - 0.5 * level.sum(axis=(1, 2))
        hub, left, right = self.forks.T
        uneven = np.abs(at[:, left] + at[:, right] - 2 * at[:, hub])
        mirrored = ((uneven <= 1) & (np.abs(at[:, left] - at[:, hub]) > 9)).sum(axis=(1, 2))
        return np.asarray(NOT_QUITE_STRAIGHT * (slips - 0.4 * mirrored))

    def _values(self, at: Array) -> Array:
        """Rate what is written on lines against bodies, other lines and other values."""
        if not self.valued.any():
            return np.zeros(len(at))
        everything = np.ones(len(self.size), dtype=bool)
        score = VALUE_HIDDEN * self._values_on(at, at, self.size + 2, everything)
        middle = (at[:, self.start] + at[:, self.end]) / 2
        crossed = self._lines_on(at, middle, self.value)
        crossed[:, np.arange(len(self.start)), np.arange(len(self.start))] = False
        score += LINE_THROUGH_VALUE * (crossed & self.valued).sum(axis=(1, 2))
        first, second = _pairs(len(self.start))
        touch = _overlap(middle[:, first], self.value[first], middle[:, second], self.value[second])
        touch &= self.valued[first] & self.valued[second]
        return np.asarray(score + VALUE_HIDDEN * touch.sum(axis=1))

    def _values_on(self, at: Array, boxes: Array, half: Array, which: Found) -> Array:
        middle = (at[:, self.start] + at[:, self.end]) / 2
        touch = _overlap(middle[:, :, None], self.value[:, None], boxes[:, None], half)
        counted = (touch & self.valued[:, None] & which).sum(axis=(1, 2))
        return np.asarray(counted, dtype=float)

    def _lines_on(self, at: Array, boxes: Array, half: Array) -> Found:
        """Return which line touches which box (candidate, line, box)."""
        a, b = at[:, self.start][:, :, None], at[:, self.end][:, :, None]
        away = (a + b) / 2 - boxes[:, None]
        reach = (b - a) / 2
        span = np.abs(reach)
        near = _both(np.abs(away) <= half + span)
        turn = np.abs(reach[..., 0] * away[..., 1] - reach[..., 1] * away[..., 0])
        reached = half[:, 0] * span[..., 1] + half[:, 1] * span[..., 0]
        return np.asarray(near & (turn <= reached))

    def _forks(self) -> Index:
        """Return the triples (hub, one end, other end) of two lines that meet."""
        ends = self._ends()
        forks = []
        for a, b in zip(self.joined[0], self.joined[1], strict=True):
            (hub,) = ends[a] & ends[b]
            forks.append((hub, *(ends[a] - {hub}), *(ends[b] - {hub})))
        return np.array(forks, dtype=np.intp).reshape(-1, 3)

    def _ends(self) -> list[set[int]]:
        return [{int(a), int(b)} for a, b in zip(self.start, self.end, strict=True)]

    def _line_pairs(self, count: int) -> tuple[tuple[Index, Index], tuple[Index, Index, Array]]:
        """Return the pairs of lines that share no end, and those that share one.

        The third array of the latter is +1 when both leave the shared end alike, else -1.
        """
        ends = self._ends()
        apart = [(a, b) for a, b in combinations(range(count), 2) if not ends[a] & ends[b]]
        joined = [(a, b) for a, b in combinations(range(count), 2) if len(ends[a] & ends[b]) == 1]
        alike = [
            1.0 if self.start[a] == self.start[b] or self.end[a] == self.end[b] else -1.0
            for a, b in joined
        ]
        return _columns(apart), (*_columns(joined), np.array(alike))


def _overlap(a: Array, half_a: Array, b: Array, half_b: Array) -> Found:
    return _both(np.abs(a - b) < half_a + half_b)


def _both(found: Found) -> Found:
    # Much faster than .all(axis=-1), which is slow over so short an axis.
    both: Found = found[..., 0] & found[..., 1]
    return both


def _turn(a: Array, b: Array, c: Array) -> Found:
    along, aside = b - a, c - a
    return np.asarray(along[..., 0] * aside[..., 1] > along[..., 1] * aside[..., 0])


def _pairs(count: int) -> tuple[Index, Index]:
    first, second = np.triu_indices(count, k=1)
    return first, second


def _columns(pairs: list[tuple[int, int]]) -> tuple[Index, Index]:
    table = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return table[:, 0], table[:, 1]

"""Where everything goes: positions worked out here, so that the browser need not.

Each connected part gets its own cell of the stage, many drawings of it are rated (viz.faults)
and the best one is improved by small moves. The unconnected stand in rows below. The same input
gives the same picture; past a few hundred shapes only stress and room for the bodies count.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, pi, sqrt

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from viz.cells import Cell, treemap
from viz.faults import SIDES, Array, Line, Rating, Shape
from viz.stress import distances, flat, spread

STAGE = (680.0, 606.0)
NARROW = (372.0, 620.0)  # a phone held upright
NARROW_LIMIT = 60  # shapes; a phone cannot show more of them at once

_SHAPES = 20  # a stage holds so many shapes before it has to grow
_LONGEST = 200.0  # px, on average: short lines read better than a filled stage
_MARGIN = 12.0
_ROW = 84.0
_SEED = 20240728
_RATED = 330  # shapes in one part; more are too many to compare line by line
_WORK = 12_000_000  # comparisons to spend on the moves of one picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The middle of a shape, and on which side of it the name stands."""

    x: float
    y: float
    side: str = SIDES[0]


def place(
    shapes: Sequence[Shape], lines: Sequence[Line], stage: tuple[float, float] = STAGE
) -> dict[str, Place]:
    """Return a place for each of `shapes`, around the middle of the stage at (0, 0).

    A picture too large for the stage will be seen from further away: bodies shrink, names keep
    their size. So it is laid out as it will be seen, and then enlarged.
    """
    away = sqrt(max(1.0, len(shapes) / _SHAPES))
    seen = [_seen(shape, away, named=len(shapes) <= NARROW_LIMIT) for shape in shapes]
    parts = _parts(seen, lines)
    rows = _rows([part[0] for part in parts if len(part) == 1], stage[0])
    joined = [part for part in parts if len(part) > 1]
    step = _ROW if len(shapes) <= NARROW_LIMIT else _ROW / 2.4
    upper = max(stage[1] - len(rows) * step, 0.6 * stage[1]) if joined else 0.0
    room = Cell(left=-stage[0] / 2, top=-stage[1] / 2, width=stage[0], height=upper)
    work = _WORK * min(2.0, max(1.0, len(shapes) / _SHAPES))
    places: dict[str, Place] = {}
    cells = treemap([_weight(part) for part in joined], room)
    for part, cell in zip(joined, cells, strict=True):
        places |= _settled(part, _within(part, lines), cell, work * len(part) / len(shapes))
    places |= _standing(rows, room.top + upper if joined else -len(rows) * step / 2, step, stage[0])
    return {
        shape: replace(spot, x=round(spot.x * away, 1), y=round(spot.y * away, 1))
        for shape, spot in places.items()
    }


def _seen(shape: Shape, away: float, *, named: bool) -> Shape:
    """Return a shape as it looks from `away`; a box holds its name and shrinks late."""
    shrink = away if shape.name else max(1.0, away / 2)
    return replace(
        shape,
        width=shape.width / shrink,
        height=shape.height / shrink,
        name=shape.name if named else 0.0,
    )


def _weight(part: list[Shape]) -> float:
    """Return the room a part wants: bodies and names with some air round them."""
    return float(np.prod(2 * _half(part) + 40, axis=1).sum())


def _parts(shapes: Sequence[Shape], lines: Sequence[Line]) -> list[list[Shape]]:
    """Return the connected parts, the largest first, else in the order given."""
    near: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        near[line.start].append(line.end)
        near[line.end].append(line.start)
    part_of: dict[str, int] = {}
    for number, shape in enumerate(shapes):
        waiting = [] if shape.id in part_of else [shape.id]
        while waiting:
            found = waiting.pop()
            part_of[found] = number
            waiting += [other for other in near[found] if other not in part_of]
    parts: defaultdict[int, list[Shape]] = defaultdict(list)
    for shape in shapes:
        parts[part_of[shape.id]].append(shape)
    return sorted(parts.values(), key=len, reverse=True)


def _within(part: list[Shape], lines: Sequence[Line]) -> list[Line]:
    ids = {shape.id for shape in part}
    return [line for line in lines if line.start in ids and line.start != line.end]


def _rows(loose: list[Shape], width: float) -> list[list[Shape]]:
    """Break the unconnected shapes into rows as wide as the stage, evenly filled."""
    if not loose:
        return []
    widest = max(max(shape.name, 2 * shape.width) for shape in loose) + 30
    across = max(1, int(width // widest))
    count = ceil(len(loose) / across)
    even = ceil(len(loose) / count)
    return [loose[at : at + even] for at in range(0, len(loose), even)]


def _standing(rows: list[list[Shape]], top: float, step: float, width: float) -> dict[str, Place]:
    places = {}
    for number, row in enumerate(rows):
        apart = min(width / len(row), 190.0)
        left = -apart * (len(row) - 1) / 2
        for column, shape in enumerate(row):
            places[shape.id] = Place(x=left + column * apart, y=top + (number + 0.45) * step)
    return places


def _settled(part: list[Shape], lines: list[Line], cell: Cell, work: float) -> dict[str, Place]:
    """Return the best drawing found of one connected part inside its cell."""
    cell = cell.inset(_MARGIN)
    at = _start(part, lines)
    frame = (cell.width, cell.height)
    if len(part) > _RATED:
        best = _centred(_pushed(_fitted(at, part, frame, lines)[0], part))
        sides = np.zeros(len(part), dtype=int)
    else:
        rating = Rating(part, lines)
        best = _centred(_improved(rating, _fitted(at, part, frame, lines), frame, work))
        sides = rating.names(best[None], frame)[0][0]
    best = best + np.array(cell.middle)
    return {
        shape.id: Place(x=float(x), y=float(y), side=SIDES[side])
        for shape, (x, y), side in zip(part, best, sides, strict=True)
    }


def _centred(at: Array) -> Array:
    return np.asarray(at - (at.min(axis=0) + at.max(axis=0)) / 2)


def _start(part: list[Shape], lines: list[Line]) -> Array:
    """Return candidate drawings: stress from many random starts, each turned many ways."""
    at = {shape.id: position for position, shape in enumerate(part)}
    start = np.array([at[line.start] for line in lines], dtype=np.intp)
    end = np.array([at[line.end] for line in lines], dtype=np.intp)
    far = distances(len(part), start, end)
    draw = np.random.default_rng(_SEED)
    if len(part) > _RATED:
        return spread(far, flat(far)[None], 40)
    count = max(2, min(40, 12_000 // len(part) ** 2))
    first = draw.normal(size=(count, len(part), 2))
    if len(part) > 2:
        first[0] = flat(far) + draw.normal(scale=0.01, size=(len(part), 2))
    drawings = spread(far, first, 60)
    turns = draw.uniform(0, 2 * pi, size=max(2, min(24, 4_000 // len(part) ** 2)))
    turned = [drawings @ _rotation(turn) for turn in [0.0, *turns]]
    return np.concatenate(turned)


def _rotation(turn: float) -> Array:
    return np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])


def _fitted(
    drawings: Array, part: list[Shape], frame: tuple[float, float], lines: list[Line]
) -> Array:
    """Stretch drawings to fill `frame`, as far as lines stay short, with all inside it."""
    low, high = drawings.min(axis=1, keepdims=True), drawings.max(axis=1, keepdims=True)
    room = np.array(frame) - 2 * _half(part).max(axis=0)
    centred = drawings - (low + high) / 2
    # Never so far out of proportion that neighbours look unrelated.
    factor = np.maximum(room, 40) / np.maximum(high - low, 0.05)
    factor = np.minimum(factor, 1.7 * factor.min(axis=2, keepdims=True))
    stretched = centred * factor
    at = {shape.id: position for position, shape in enumerate(part)}
    start, end = [at[line.start] for line in lines], [at[line.end] for line in lines]
    length = np.linalg.norm(stretched[:, start] - stretched[:, end], axis=2).mean(axis=1)
    shrink = np.minimum(1, _LONGEST / np.maximum(length, 1))
    return _inside(stretched * shrink[:, None, None], part, frame)


def _inside(drawings: Array, part: list[Shape], frame: tuple[float, float]) -> Array:
    reach = np.maximum(np.array(frame) / 2 - _half(part), 0)
    return np.clip(drawings, -reach, reach)


def _half(part: list[Shape]) -> Array:
    return np.array(
        [
            [max(shape.width, shape.name / 2), shape.height + (10 if shape.name else 2)]
            for shape in part
        ]
    )


def _improved(rating: Rating, drawings: Array, frame: tuple[float, float], work: float) -> Array:
    """Return the best of `drawings` after small moves that each lowered its score.

    Several of the best are tried side by side; half-way the best of them goes on alone.
    """
    draw = np.random.default_rng(_SEED)
    at_once = max(4, min(96, 400_000 // rating.load))
    batches = [drawings[at : at + 64] for at in range(0, len(drawings), 64)]
    score = np.concatenate([rating(batch, frame) for batch in batches])
    chosen = score.argsort(kind="stable")[: max(1, at_once // 12)]
    best, score = drawings[chosen], score[chosen]
    rounds = int(min(320, work / (at_once * rating.load)))
    wide = np.maximum(rating.size, rating.name * [1, 0] + [0, 8])
    reach = np.maximum(np.array(frame) / 2 - wide - 2, 0)
    for number in range(rounds):
        if number == rounds // 2:
            best, score = best[[score.argmin()]], score[[score.argmin()]]
        far = 90 * (1 - number / rounds) + 3
        each = np.repeat(np.arange(len(best)), at_once // len(best))
        moved = np.clip(_moves(best[each], far, draw), -reach, reach)
        found = rating(moved, frame)
        for chain in range(len(best)):
            mine = np.flatnonzero(each == chain)
            winner = mine[found[mine].argmin()]
            if found[winner] < score[chain]:
                best[chain], score[chain] = moved[winner], found[winner]
    return np.asarray(best[score.argmin()])


def _moves(drawings: Array, far: float, draw: np.random.Generator) -> Array:
    """Return a variant of each drawing: a shape moved, lined up, exchanged, or a pair moved."""
    moved, count = drawings.copy(), len(drawings)
    every = np.arange(count)
    which, other = draw.integers(0, drawings.shape[1], size=(2, count))
    axis = draw.integers(0, 2, size=count)
    kind = draw.choice(4, size=count, p=[0.5, 0.3, 0.1, 0.1])
    shift = draw.normal(scale=far, size=(count, 2))
    alone, line_up, swap, pair = (every[kind == code] for code in range(4))
    moved[alone, which[alone]] += shift[alone]
    moved[line_up, which[line_up], axis[line_up]] = drawings[line_up, other[line_up], axis[line_up]]
    moved[swap, which[swap]] = drawings[swap, other[swap]]
    moved[swap, other[swap]] = drawings[swap, which[swap]]
    moved[pair, which[pair]] += shift[pair]
    moved[pair, other[pair]] += shift[pair]
    return moved


def _pushed(at: Array, part: list[Shape]) -> Array:
    """Push overlapping bodies of a large drawing apart, a little at a time."""
    half = np.array([[shape.width, shape.height] for shape in part]) + 8
    for _ in range(30):
        pairs = cKDTree(at).query_pairs(float(2 * half.max()), output_type="ndarray")
        first, second = pairs[:, 0], pairs[:, 1]
        apart = at[second] - at[first]
        lack = half[first] + half[second] - np.abs(apart)
        bad = (lack > 0).all(axis=1)
        if not bad.any():
            break
        at = _apart(at, first[bad], second[bad], apart[bad], lack[bad])
    return at


def _apart(
    at: Array,
    first: npt.NDArray[np.intp],
    second: npt.NDArray[np.intp],
    apart: Array,
    lack: Array,
) -> Array:
    """Move each pair along the axis where it overlaps least."""
    least = lack.argmin(axis=1)
    rows = np.arange(len(first))
    push = np.zeros_like(apart)
    push[rows, least] = (lack[rows, least] / 2 + 0.5) * np.where(apart[rows, least] < 0, -1, 1)
    moved = at.copy()
    np.add.at(moved, first, -push)
    np.add.at(moved, second, push)
    return moved

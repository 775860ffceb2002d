"""Where everything goes: positions worked out here, so that the browser need not.

Each connected part gets its own cell of the stage, many drawings of it are rated (viz.faults)
and the best one is improved by small moves. The unconnected stand in rows below. The same input
gives the same picture; past a few hundred shapes only stress and room for the bodies count.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, sqrt

import numpy as np

from viz.cells import Cell, treemap
from viz.drawings import best_drawing, half_sizes
from viz.faults import SIDES, Line, Place, Shape
from viz.room import Room

STAGE = (680.0, 606.0)
NARROW = (372.0, 620.0)  # a phone held upright
NARROW_LIMIT = 60  # shapes; a phone cannot show more of them at once

_SHAPES = 20  # a stage holds so many shapes before it has to grow
_MARGIN = 12.0
_NARROWEST = 0.15  # of a small cell, which would else be all margin
_ROW = 84.0
_JOINED = 0.6  # of the height, at least, for what is joined
_WORK = 6_000_000  # comparisons to spend on the moves of one picture


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
    if joined and len(shapes) > NARROW_LIMIT:  # a crowd of strangers takes no more than its part
        step = min(step, (1 - _JOINED) * stage[1] / max(len(rows), 1))
    upper = max(stage[1] - len(rows) * step, _JOINED * stage[1]) if joined else 0.0
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


def place_more(
    shapes: Sequence[Shape], lines: Sequence[Line], fixed: Mapping[str, Place]
) -> dict[str, Place]:
    """Return places for all of `shapes`; those in `fixed` keep theirs, to the pixel.

    Each new one stands near those it is joined to, where it covers nothing and crosses least.
    """
    room = Room([one for one in shapes if one.id in fixed], fixed, lines)
    near: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        near[line.start].append(line.end)
        near[line.end].append(line.start)
    waiting = [shape for shape in shapes if shape.id not in fixed]
    while waiting:
        # Those that hang on something placed come first; the others get a place below.
        shape = next((one for one in waiting if any(room.has(n) for n in near[one.id])), waiting[0])
        waiting.remove(shape)
        room.add(shape, near[shape.id])
    return {shape.id: room.places[shape.id] for shape in shapes}


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
    return float(np.prod(2 * half_sizes(part) + 40, axis=1).sum())


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
    cell = cell.inset(min(_MARGIN, _NARROWEST * min(cell.width, cell.height)))
    at, sides = best_drawing(part, lines, (cell.width, cell.height), work)
    at = at + np.array(cell.middle)
    return {
        shape.id: Place(x=float(x), y=float(y), side=SIDES[side])
        for shape, (x, y), side in zip(part, at, sides, strict=True)
    }

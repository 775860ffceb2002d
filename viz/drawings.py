"""Drawings of one connected part: many starts, rated (viz.faults), and the best one improved.

Everything random comes from one seed. A part too large to compare line by line is unfolded by
stress alone, and its bodies are pushed apart.
"""

from collections.abc import Sequence
from math import pi

import numpy as np
from scipy.spatial import cKDTree

from viz.faults import Array, Index, Line, Rating, Shape
from viz.stress import distances, flat, spread

_LONGEST = 200.0  # px, on average: short lines read better than a filled stage
_SEED = 20240728
_UNFOLDED = 9  # steps of stress for a large part: it begins near where it ends
_RATED = 160  # shapes in one part; more are too many to compare line by line


def best_drawing(
    part: Sequence[Shape], lines: Sequence[Line], frame: tuple[float, float], work: float
) -> tuple[Array, Index]:
    """Return where each shape stands round the middle of `frame`, and its name's side.

    `work` is the number of comparisons to spend on small moves.
    """
    drawings = _fitted(_start(part, lines), part, frame, lines)
    if len(part) > _RATED:
        return _centred(_pushed(drawings[0], part)), np.zeros(len(part), dtype=np.intp)
    rating = Rating(part, lines)
    best = _centred(_improved(rating, drawings, frame, work))
    return best, rating.names(best[None], frame)[0][0]


def half_sizes(part: Sequence[Shape]) -> Array:
    """Return half the width and height of each shape with its name below it."""
    return np.array(
        [
            [max(shape.width, shape.name / 2), shape.height + (10 if shape.name else 2)]
            for shape in part
        ]
    )


def _centred(at: Array) -> Array:
    return np.asarray(at - (at.min(axis=0) + at.max(axis=0)) / 2)


def _start(part: Sequence[Shape], lines: Sequence[Line]) -> Array:
    """Return candidate drawings: stress from many random starts, each turned many ways."""
    at = {shape.id: position for position, shape in enumerate(part)}
    start = np.array([at[line.start] for line in lines], dtype=np.intp)
    end = np.array([at[line.end] for line in lines], dtype=np.intp)
    far = distances(len(part), start, end)
    draw = np.random.default_rng(_SEED)
    if len(part) > _RATED:
        # Twins stand on one point in a flat start, and would stay there.
        apart = draw.normal(scale=0.05, size=(len(part), 2))
        return spread(far, (flat(far) + apart)[None], _UNFOLDED)
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
    drawings: Array, part: Sequence[Shape], frame: tuple[float, float], lines: Sequence[Line]
) -> Array:
    """Stretch drawings to fill `frame`, as far as lines stay short, with all inside it."""
    low, high = drawings.min(axis=1, keepdims=True), drawings.max(axis=1, keepdims=True)
    room = np.array(frame) - 2 * half_sizes(part).max(axis=0)
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


def _inside(drawings: Array, part: Sequence[Shape], frame: tuple[float, float]) -> Array:
    reach = np.maximum(np.array(frame) / 2 - half_sizes(part), 0)
    return np.clip(drawings, -reach, reach)


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
        moved = np.clip(_moves(rating, best[each], far, draw), -reach, reach)
        found = rating(moved, frame)
        for chain in range(len(best)):
            mine = np.flatnonzero(each == chain)
            winner = mine[found[mine].argmin()]
            if found[winner] < score[chain]:
                best[chain], score[chain] = moved[winner], found[winner]
    return np.asarray(best[score.argmin()])


def _moves(rating: Rating, drawings: Array, far: float, draw: np.random.Generator) -> Array:
    """Return a variant of each drawing: a shape or a pair moved, lined up, mirrored, exchanged."""
    moved, count = drawings.copy(), len(drawings)
    every = np.arange(count)
    which, other = draw.integers(0, drawings.shape[1], size=(2, count))
    axis = draw.integers(0, 2, size=count)
    kind = draw.choice(5, size=count, p=[0.45, 0.2, 0.1, 0.1, 0.15])
    shift = draw.normal(scale=far, size=(count, 2))
    alone, line_up, swap, pair, mirror = (every[kind == code] for code in range(5))
    moved[alone, which[alone]] += shift[alone]
    moved[line_up, which[line_up], axis[line_up]] = drawings[line_up, other[line_up], axis[line_up]]
    moved[swap, which[swap]] = drawings[swap, other[swap]]
    moved[swap, other[swap]] = drawings[swap, which[swap]]
    moved[pair, which[pair]] += shift[pair]
    moved[pair, other[pair]] += shift[pair]
    if len(rating.forks):
        hub, first, second = rating.forks[draw.integers(0, len(rating.forks), size=len(mirror))].T
        turned = drawings[mirror, first, axis[mirror]]
        moved[mirror, second, axis[mirror]] = 2 * drawings[mirror, hub, axis[mirror]] - turned
        moved[mirror, second, 1 - axis[mirror]] = drawings[mirror, first, 1 - axis[mirror]]
    return moved


def _pushed(at: Array, part: Sequence[Shape]) -> Array:
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
    first: Index,
    second: Index,
    apart: Array,
    lack: Array,
) -> Array:
    """Move each pair along the axis where it overlaps least."""
    least = lack.argmin(axis=1)
    rows = np.arange(len(first))
    push = np.zeros_like(apart)
    push[rows, least] = (lack[rows, least] / 2 + 0.5) * np.where(apart[rows, least] < 0, -1, 1)
    # One that lies on many goes the mean of their ways: all of them together would throw it out.
    count = np.bincount(first, minlength=len(at)) + np.bincount(second, minlength=len(at))
    moved = np.zeros_like(at)
    np.add.at(moved, first, -push)
    np.add.at(moved, second, push)
    return np.asarray(at + moved / np.maximum(count, 1)[:, None])

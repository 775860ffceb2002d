"""Room for newcomers: where something new can stand in a drawing whose places are taken.

Candidates lie on rings round what the newcomer is joined to; each is rated by what it would cover
and cross. Nothing that stands already is moved.
"""

from collections.abc import Mapping, Sequence
from math import pi

import numpy as np

from viz.faults import Array, Line, Place, Shape

_RINGS = np.array([105.0, 150.0, 210.0, 290.0, 400.0, 560.0, 800.0])
_TURNS = np.arange(24) * (2 * pi / 24)
_NAME = 10.0  # px, half the height of a name
_AIR = 10.0
_COVERS, _CROSSES, _FAR = 60.0, 6.0, 0.02


class Room:
    """The places taken so far, and the lines between them."""

    def __init__(
        self, shapes: Sequence[Shape], places: Mapping[str, Place], lines: Sequence[Line]
    ) -> None:
        self.places: dict[str, Place] = {one.id: places[one.id] for one in shapes}
        self._at = [(spot.x, spot.y) for spot in self.places.values()]
        self._half = [_half(one) for one in shapes]
        self._lines = [
            (self._middle(line.start), self._middle(line.end))
            for line in lines
            if line.start in self.places and line.end in self.places
        ]

    def has(self, shape: str) -> bool:
        """Say whether something stands already."""
        return shape in self.places

    def add(self, shape: Shape, joined: Sequence[str]) -> None:
        """Give `shape` a place near what it is joined to."""
        anchors = [self._middle(one) for one in joined if self.has(one)]
        at = self._best(shape, anchors) if anchors else self._below()
        self.places[shape.id] = Place(x=round(float(at[0]), 1), y=round(float(at[1]), 1))
        self._at.append((float(at[0]), float(at[1])))
        self._half.append(_half(shape))
        self._lines += [(at, anchor) for anchor in anchors]

    def _middle(self, shape: str) -> Array:
        spot = self.places[shape]
        return np.array([spot.x, spot.y])

    def _below(self) -> Array:
        if not self._at:
            return np.zeros(2)
        at = np.array(self._at)
        return np.array([float(at[:, 0].mean()), float(at[:, 1].max()) + 90])

    def _best(self, shape: Shape, anchors: Sequence[Array]) -> Array:
        middle = np.mean(anchors, axis=0)
        ring = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)
        spots = (middle + _RINGS[:, None, None] * ring).reshape(-1, 2)
        cost = (
            _COVERS * self._covered(spots, shape)
            + _CROSSES * self._crossed(spots, anchors)
            + _FAR * np.linalg.norm(spots - middle, axis=1)
            - _FAR * np.linalg.norm(spots - np.mean(self._at, axis=0), axis=1) / 2
        )
        return np.asarray(spots[int(cost.argmin())])

    def _covered(self, spots: Array, shape: Shape) -> Array:
        half = np.array(self._half) + _half(shape) + _AIR
        apart = np.abs(spots[:, None] - np.array(self._at))
        touches = (apart[..., 0] < half[:, 0]) & (apart[..., 1] < half[:, 1])
        return np.asarray(touches.sum(axis=1), dtype=float) + self._on_lines(spots, shape)

    def _on_lines(self, spots: Array, shape: Shape) -> Array:
        """Count the lines that pass nearer to each spot than the shape is wide."""
        if not self._lines:
            return np.zeros(len(spots))
        start, end = (np.array([line[side] for line in self._lines]) for side in (0, 1))
        along = end - start
        length = np.maximum((along**2).sum(axis=1), 1e-9)
        part = np.clip(((spots[:, None] - start) * along).sum(axis=2) / length, 0, 1)
        foot = start + part[..., None] * along
        near = np.linalg.norm(spots[:, None] - foot, axis=2) < max(shape.height, 12.0) + 6
        return np.asarray(near.sum(axis=1) / 3, dtype=float)

    def _crossed(self, spots: Array, anchors: Sequence[Array]) -> Array:
        if not self._lines:
            return np.zeros(len(spots))
        start, end = (np.array([line[side] for line in self._lines]) for side in (0, 1))
        count = np.zeros(len(spots))
        for anchor in anchors:
            own = _turns(spots[:, None], anchor, start) != _turns(spots[:, None], anchor, end)
            other = _turns(start, end, spots[:, None]) != _turns(start, end, anchor)
            count += (own & other).sum(axis=1)
        return count


def _half(shape: Shape) -> Array:
    """Return half the room of a shape with its name under it."""
    name = _NAME * 2 if shape.name else 0.0
    return np.array([max(shape.width, shape.name / 2), shape.height + name])


def _turns(a: Array, b: Array, c: Array) -> Array:
    along, aside = b - a, c - a
    return np.asarray(along[..., 0] * aside[..., 1] > along[..., 1] * aside[..., 0])

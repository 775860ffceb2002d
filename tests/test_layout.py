"""Positions: steady, legible, and true to what is a member of what."""

import runpy
from itertools import combinations
from pathlib import Path

import pytest

from viz.elements import lines, link_elements, node_element, shapes
from viz.faults import Line, Shape
from viz.layout import NARROW, STAGE, place

SAMPLE = runpy.run_path(str(Path(__file__).parent / "fixtures" / "scene.py"))["sample"]()
SHAPES = shapes(node_element(node, 4_100_000) for node in SAMPLE.nodes)
LINES = lines(link_elements(SAMPLE.links))
STAGES = pytest.mark.parametrize("stage", [STAGE, NARROW], ids=["desk", "phone"])


def boxes(stage):
    """Return the rectangle of each body and of each name: left, top, right, bottom."""
    places = place(SHAPES, LINES, stage)
    bodies, names = {}, {}
    for shape in SHAPES:
        x, y, side = places[shape.id].x, places[shape.id].y, places[shape.id].side
        bodies[shape.id] = around(x, y, shape.width, shape.height)
        if shape.name:
            right, down = {"below": (0, 1), "above": (0, -1), "right": (1, 0), "left": (-1, 0)}[
                side
            ]
            x += right * (shape.width + 5 + shape.name / 2)
            y += down * (shape.height + 3 + 8.5)
            names[shape.id] = around(x, y, shape.name / 2, 8.5)
    return bodies, names


def around(x, y, width, height):
    return x - width, y - height, x + width, y + height


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def crosses(box, start, end, steps=400):
    points = (
        (
            start[0] + (end[0] - start[0]) * step / steps,
            start[1] + (end[1] - start[1]) * step / steps,
        )
        for step in range(steps + 1)
    )
    return any(box[0] < x < box[2] and box[1] < y < box[3] for x, y in points)


def test_the_same_scene_gets_the_same_places():
    assert place(SHAPES, LINES) == place(SHAPES, LINES)


@STAGES
def test_no_two_names_and_no_two_bodies_overlap(stage):
    bodies, names = boxes(stage)
    for found in (bodies, names):
        touching = [(a, b) for a, b in combinations(found, 2) if overlap(found[a], found[b])]
        assert not touching


@STAGES
def test_no_name_lies_on_another_body(stage):
    bodies, names = boxes(stage)
    assert not [
        (name, body)
        for name in names
        for body in bodies
        if name != body and overlap(names[name], bodies[body])
    ]


@STAGES
def test_no_line_runs_through_an_alliance_that_it_does_not_join(stage):
    bodies, _ = boxes(stage)
    places = place(SHAPES, LINES, stage)
    alliances = [node.id for node in SAMPLE.nodes if node.kind == "alliance"]
    for line in LINES:
        ends = [(places[end].x, places[end].y) for end in (line.start, line.end)]
        for alliance in set(alliances) - {line.start, line.end}:
            assert not crosses(bodies[alliance], *ends)


def test_the_unconnected_stand_in_a_row_below():
    places = place(SHAPES, LINES)
    joined = {end for line in LINES for end in (line.start, line.end)}
    loose = [places[shape.id] for shape in SHAPES if shape.id not in joined]
    assert len({spot.y for spot in loose}) == 1
    assert loose[0].y > max(places[shape].y for shape in joined)


@pytest.mark.parametrize(
    ("shapes", "lines"),
    [
        ([], []),
        ([Shape(id="a", width=8, height=8, name=50)], []),
        ([Shape(id=str(n), width=8, height=8, name=50) for n in range(30)], []),
        ([Shape(id=i, width=8, height=8) for i in "ab"], [Line(start="a", end="b")] * 2),
        ([Shape(id="a", width=8, height=8)], [Line(start="a", end="a")]),
    ],
    ids=["empty", "one", "only unconnected", "two lines between two", "a line to itself"],
)
def test_small_scenes_are_placed(shapes, lines):
    places = place(shapes, lines)
    assert set(places) == {shape.id for shape in shapes}
    assert len({(spot.x, spot.y) for spot in places.values()}) == len(shapes)


@pytest.mark.parametrize("count", [100, 500], ids=["rated", "too many to rate"])
def test_larger_scenes_are_placed_apart(count):
    shapes = [Shape(id=str(n), width=10, height=10, name=60) for n in range(count)]
    lines = [Line(start=str(n), end=str((n * 7) % (n or 1))) for n in range(1, count)]
    places = place(shapes, lines)
    assert len({(spot.x, spot.y) for spot in places.values()}) == count


def test_many_twins_neither_fly_off_nor_stand_on_one_point():
    shapes = [Shape(id=str(n), width=10, height=10, name=60) for n in range(500)]
    lines = [Line(start="0", end=str(n)) for n in range(1, 460)]
    lines += [Line(start=str(n - 1), end=str(n)) for n in range(460, 500)]
    places = place(shapes, lines)
    away = (len(shapes) / 20) ** 0.5
    assert all(
        abs(spot.x) < STAGE[0] * away and abs(spot.y) < STAGE[1] * away for spot in places.values()
    )
    assert len({(spot.x, spot.y) for spot in places.values()}) == len(shapes)


def test_pairs_beside_a_large_part_have_room_for_both():
    shapes = [Shape(id=str(n), width=8, height=8, name=60) for n in range(300)]
    lines = [Line(start=str(n), end=str(n // 2)) for n in range(1, 200)]
    lines += [Line(start=str(n), end=str(n + 1)) for n in range(200, 300, 2)]
    places = place(shapes, lines)
    assert len({(spot.x, spot.y) for spot in places.values()}) == len(shapes)

"""Growth: where no source states by how much sales changed, what the figures of two periods say."""

from collections.abc import Mapping
from dataclasses import replace

from kg.matching import Entity, Register
from kg.questions.reading.asked import Asked, put
from kg.questions.reading.reading import Read
from kg.store.base import Graph

_STATED, _FIGURES = "sales-growth-of", "sales-over-time"
_ACTS = ("change-of", "direction")


def from_figures(
    graph: Graph,
    read: Read,
    entities: Mapping[str, tuple[Entity, ...]],
    known: Register,
    adjectives: Mapping[str, str],
) -> Asked | None:
    """Return the changes that follow from figures; None where none do or others were asked for.

    Raises NotCoveredError where the figures cannot take a condition.
    """
    wording = read.frame.wording
    if wording.question != _STATED or wording.act not in _ACTS:
        return None
    over_time = replace(read.frame, wording=replace(wording, question=_FIGURES))
    asked = put(graph, replace(read, frame=over_time), entities, known, adjectives)
    rows = [row for row in asked.rows if row.values.get("change") is not None]
    if not rows:
        return None
    return replace(asked.narrowed(rows, "worked out from the figures of two periods"), others=())

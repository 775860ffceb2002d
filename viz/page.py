"""The explorer page: one view in, one HTML text out, whole or for a server.

    Pictures(graph).drawn(view) -> CompanyNetwork -> page or JSON

A picture is laid out once for each state of the store, and what was drawn before keeps its place:
on another day, and after an expansion.
"""

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.collecting import uncollected
from kg.store.base import Graph
from viz.view import View

if TYPE_CHECKING:
    from viz.network import CompanyNetwork

# What a server must send with a page that is not in one file; that one carries its own.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_KEPT = 128  # pictures


class Pictures:
    """The pictures drawn so far of one graph, thrown away when the graph changes."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._version = -1
        self._drawn: dict[tuple[object, ...], CompanyNetwork] = {}
        self._lock = threading.RLock()  # one layout at a time: it takes a whole processor

    def drawn(self, view: View) -> "CompanyNetwork":
        """Return the picture of a view, laid out anew only where it has to be.

        Raises ParameterError for an unknown name or too much at once.
        """
        with self._lock:
            if self._version != self._graph.version:
                self._version, self._drawn = self._graph.version, {}
            if view.key not in self._drawn:
                with uncollected():
                    made = self._draw(view)
                if len(self._drawn) >= _KEPT:
                    self._drawn.pop(next(iter(self._drawn)))  # the oldest
                self._drawn[view.key] = made
            return self._drawn[view.key]

    def _draw(self, view: View) -> "CompanyNetwork":
        # pyvis takes half a second to import; only a drawing is worth it.
        from viz.network import draw
        from viz.scenes import scene_for

        scene = scene_for(self._graph, view)
        earlier = _earlier(view)
        if earlier is None:
            return draw(scene)
        before = self.drawn(earlier)
        if view.clocks:  # what changes on other days is known from the timeless picture alone
            scene = replace(scene, days=before.scene.days)
        return draw(scene, before)


def _earlier(view: View) -> View | None:
    """Return the view whose places this one keeps: on any day, then before its last step."""
    if view.clocks or view.layers:
        return view.timeless
    if view.expanded:
        return replace(view, expanded=view.expanded[:-1])
    return replace(view, path=()) if view.path else None

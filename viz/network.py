"""A pyvis network that is safe to open: our template, our vis-network, positions given.

    draw(scene) -> CompanyNetwork -> generate_html() / write_html("file.html")

What a pyvis user knows goes on working: `add_node`, `add_edge`, `nodes`, `edges`, `options`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from markupsafe import Markup
from pyvis.network import Network

from kg.errors import KgError
from viz.document import TEMPLATES, document, environment
from viz.elements import Element, lines, link_elements, node_element, options, shapes
from viz.layout import NARROW, NARROW_LIMIT, STAGE, Place, place
from viz.scene import Scene
from viz.style import style


class CompanyNetwork(Network):  # type: ignore[misc]  # pyvis has no types
    """A directed pyvis network whose page loads nothing from the net and runs no data."""

    def __init__(self, scene: Scene | None = None) -> None:
        self.scene = scene or Scene(title="")
        self.left_out = 0  # nodes of the answer that the picture has no room for
        super().__init__(directed=True, heading=self.scene.title, cdn_resources="in_line")
        self.template_dir, self.path = str(TEMPLATES), "explorer.html"
        self.templateEnv = environment(TEMPLATES)
        self.options = options()

    def set_options(self, options: str | Mapping[str, Any]) -> None:
        """Take vis-network options as JSON or as a mapping, with their spaces kept."""
        self.options = json.loads(options) if isinstance(options, str) else dict(options)

    def set_template_dir(
        self, template_directory: str, template_file: str = "explorer.html"
    ) -> None:
        """Use another template; what it prints is escaped as in ours."""
        self.template_dir, self.path = template_directory, template_file
        self.templateEnv = environment(Path(template_directory))

    def from_DOT(self, dot: str) -> NoReturn:  # noqa: N802  # pyvis' name
        """Refuse: pyvis pastes the file into a script."""
        raise KgError("a CompanyNetwork takes nodes and edges, not DOT files")

    def generate_html(self, name: str = "", local: bool = True, notebook: bool = False) -> str:
        """Return the whole page as one text that needs no other file."""
        self.html = self.page(inline=True)
        return self.html

    def page(self, *, inline: bool, static: str = "") -> str:
        """Return the page, whole or with its scripts and styles under the address `static`."""
        template = self.templateEnv.get_template(self.path)
        return document(template, self.content(), inline=inline, static=static)

    def write_html(
        self,
        name: str | Path,
        local: bool = True,
        notebook: bool = False,
        open_browser: bool = False,
    ) -> Path:
        """Write the page to one file in UTF-8, with no folder beside it, and return its path."""
        path = Path(name)
        path.write_text(self.generate_html(), encoding="utf-8", newline="\n")
        return path

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame that keeps it from the notebook."""
        frame = Markup(
            '<iframe sandbox="allow-scripts allow-downloads" width="100%" height="680" '
            'srcdoc="{}"></iframe>'
        )
        return str(frame.format(self.generate_html()))

    def arrange(self) -> None:
        """Give every node a place; those that have one keep it, new ones stand below."""
        fresh = [node for node in self.nodes if "x" not in node or "y" not in node]
        if len(fresh) == len(self.nodes):
            _stand(fresh, place(shapes(fresh), lines(self.edges), STAGE))
            if len(fresh) <= NARROW_LIMIT:
                narrow = place(shapes(fresh), lines(self.edges), NARROW)
                for node in fresh:
                    spot = narrow[node["id"]]
                    node["narrow"] = {"x": spot.x, "y": spot.y, "side": spot.side}
        elif fresh:
            lowest = max(node["y"] for node in self.nodes if "y" in node)
            _stand(fresh, place(shapes(fresh), [], STAGE), down=lowest + 90)

    def content(self) -> dict[str, Any]:
        """Return what the page is filled with: the drawing, the facts and the style."""
        self.arrange()
        scene = self.scene
        return {
            "title": scene.title,
            "focus": scene.focus,
            "asOf": scene.as_of,
            "knownBy": scene.known_by,
            "licence": scene.licence,
            "leftOut": self.left_out,
            "nodes": self.nodes,
            "edges": self.edges,
            "options": self.options,
            "facts": {
                "nodes": {node.id: _filled(node) for node in scene.nodes},
                "links": {link.id: _filled(link) for link in scene.links},
                "evidence": {key: _filled(claim) for key, claim in scene.evidence.items()},
            },
            "style": style(),
        }


def draw(scene: Scene) -> CompanyNetwork:
    """Return `scene` as a pyvis network with every node in its place."""
    known = {node.id for node in scene.nodes}
    for link in scene.links:
        if not {link.start, link.end} <= known:
            raise KgError(f"{link.id}: the link ends at a node that the scene does not have")
    network = CompanyNetwork(scene)
    most = max((node.sales or 0 for node in scene.nodes), default=0)
    # pyvis' own adding scans the lists each time; its two indexes must agree with `nodes`.
    network.nodes = [node_element(node, most) for node in scene.nodes]
    network.node_ids = [node["id"] for node in network.nodes]
    network.node_map = {node["id"]: node for node in network.nodes}
    network.edges = link_elements(scene.links)
    network.arrange()
    return network


def _stand(nodes: list[Element], places: Mapping[str, Place], down: float = 0.0) -> None:
    for node in nodes:
        spot = places[node["id"]]
        node |= {"x": spot.x, "y": spot.y + down, "side": spot.side}


def _filled(thing: Any) -> dict[str, Any]:
    """Return the fields that say something; an empty one is not sent."""
    return {key: value for key, value in asdict(thing).items() if value not in ("", (), None)}

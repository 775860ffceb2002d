"""A pyvis network that is safe to open: our template, our vis-network, positions given.

    draw(scene) -> CompanyNetwork -> generate_html() / write_html("file.html")

What a pyvis user knows goes on working: `add_node`, `add_edge`, `nodes`, `edges`, `options`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from markupsafe import Markup
from pyvis.network import Network

from kg.errors import KgError
from viz.document import TEMPLATES, document, environment
from viz.elements import Element, lines, link_elements, node_element, options, shapes
from viz.faults import SIDES, Place
from viz.layout import NARROW, NARROW_LIMIT, STAGE, place, place_more
from viz.scene import Evidence, Scene
from viz.style import style
from viz.view import MOST_DRAWN


class CompanyNetwork(Network):  # type: ignore[misc]  # pyvis has no types
    """A directed pyvis network whose page loads nothing from the net and runs no data."""

    def __init__(self, scene: Scene | None = None) -> None:
        self.scene = scene or Scene(title="")
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

    def page(
        self, *, inline: bool, static: str = "", addresses: Mapping[str, Any] | None = None,
        state: str = "",
    ) -> str:  # fmt: skip
        """Return the page, whole or with its scripts and styles under the address `static`.

        `state` holds the filters and the selection it opens with, as they stand in an address.
        """
        template = self.templateEnv.get_template(self.path)
        content = self.content(addresses) | {"state": state}
        return document(template, content, inline=inline, static=static)

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

    def svg(self, theme: str = "light") -> str:
        """Return the picture as SVG text that runs nothing and loads nothing."""
        from viz.svg import svg

        self.arrange()
        return svg(self.scene, self.nodes, self.edges, theme)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show the page in a notebook, in a frame that keeps it from the notebook, and as SVG.

        Where a notebook is only read, on a code host for example, the SVG is what is seen.
        """
        frame = Markup(
            '<iframe sandbox="allow-scripts allow-downloads" width="100%" height="680" '
            'title="{}" srcdoc="{}"></iframe>'
        )
        page = str(frame.format(self.scene.title, self.generate_html()))
        return {"text/html": page, "image/svg+xml": self.svg(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        count = f"{len(self.nodes)} nodes, {len(self.edges)} relations"
        return f"<CompanyNetwork {self.scene.title!r}: {count}>"

    def arrange(self) -> None:
        """Give every node a place; those that have one keep it to the pixel."""
        fresh = [node for node in self.nodes if "x" not in node or "y" not in node]
        if fresh:
            _stand(fresh, self._places(STAGE, {node["id"]: node for node in self.nodes}))
        narrow = {node["id"]: node["narrow"] for node in self.nodes if "narrow" in node}
        lacking = [node for node in self.nodes if "narrow" not in node]
        if lacking and len(self.nodes) <= NARROW_LIMIT:
            spots = self._places(NARROW, narrow)
            for node in lacking:
                node["narrow"] = _spot(spots[node["id"]])

    def _places(
        self, stage: tuple[float, float], held: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Place]:
        """Return places of all nodes; `held` says where some of them stand already."""
        fixed = {
            key: Place(x=one["x"], y=one["y"], side=one.get("side", SIDES[0]))
            for key, one in held.items()
            if "x" in one and "y" in one
        }
        if fixed:
            return place_more(shapes(self.nodes), lines(self.edges), fixed)
        return place(shapes(self.nodes), lines(self.edges), stage)

    def content(self, addresses: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what the page is filled with: the drawing, the facts and the style.

        `addresses` says where a server answers what the page asks for later; a file has none.
        """
        self.arrange()
        scene = self.scene
        claims, documents = _claims(scene.evidence)
        return {
            "title": scene.title,
            "focus": scene.focus,
            "asOf": scene.as_of,
            "knownBy": scene.known_by,
            "licence": scene.licence,
            "remark": scene.remark,
            "hubs": [asdict(one) for one in scene.hubs],
            "days": scene.days,
            "layers": scene.layers,
            "paths": scene.paths,
            "server": dict(addresses or {}),
            "nodes": self.nodes,
            "edges": self.edges,
            "options": self.options,
            "facts": {
                "nodes": {node.id: _filled(node) for node in scene.nodes},
                "links": {link.id: _filled(link) for link in scene.links},
                "evidence": claims,
                "documents": documents,
                "notices": [asdict(one) for one in scene.notices],
                "questions": [asdict(one) for one in scene.questions],
            },
            "style": style(),
        }


def draw(scene: Scene, before: "CompanyNetwork | None" = None) -> CompanyNetwork:
    """Return `scene` as a pyvis network with every node in its place.

    What stands in the picture `before` stands in this one at the same place. Of more than
    MOST_DRAWN nodes none is drawn: the facts are there for a table, and the scene says so.
    """
    known = {node.id for node in scene.nodes}
    for link in scene.links:
        if not {link.start, link.end} <= known:
            raise KgError(f"{link.id}: the link ends at a node that the scene does not have")
    if len(scene.nodes) > MOST_DRAWN:
        return CompanyNetwork(replace(scene, remark=_TOO_MANY.format(len(scene.nodes))))
    network = CompanyNetwork(scene)
    most = max((node.sales or 0 for node in scene.nodes), default=0)
    # pyvis' own adding scans the lists each time; its two indexes must agree with `nodes`.
    network.nodes = [node_element(node, most) for node in scene.nodes]
    network.node_ids = [node["id"] for node in network.nodes]
    network.node_map = {node["id"]: node for node in network.nodes}
    network.edges = link_elements(scene.links)
    if before is not None:
        _keep(before, network)
    network.arrange()
    return network


_TOO_MANY = (
    "{:,} companies and alliances are too many for one picture; the table has them all. "
    "Collapse or hide some, or ask for one company."
)


def _keep(before: CompanyNetwork, network: CompanyNetwork) -> None:
    for node in network.nodes:
        held = before.node_map.get(node["id"], {})
        node |= {key: held[key] for key in ("x", "y", "side", "narrow") if key in held}


def _stand(nodes: list[Element], places: Mapping[str, Place]) -> None:
    for node in nodes:
        node |= _spot(places[node["id"]])


def _spot(place: Place) -> dict[str, Any]:
    return {"x": place.x, "y": place.y, "side": place.side}


def _filled(thing: Any) -> dict[str, Any]:
    """Return the fields that say something; an empty one is not sent."""
    found = ((one.name, getattr(thing, one.name)) for one in fields(thing))
    return {
        name: [_filled(one) if is_dataclass(one) else one for one in value]
        if isinstance(value, tuple)
        else value
        for name, value in found
        if value not in ("", (), None, {})
    }


_OF_A_DOCUMENT = ("source", "publisher", "published", "url")


def _claims(evidence: Mapping[str, Evidence]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return claims, each with the place of its document in a list: many share one."""
    places: dict[tuple[str, ...], int] = {}
    claims = {}
    for key, claim in evidence.items():
        document = tuple(str(getattr(claim, name)) for name in _OF_A_DOCUMENT)
        place = places.setdefault(document, len(places))
        own = {k: v for k, v in _filled(claim).items() if k not in _OF_A_DOCUMENT}
        claims[key] = own | {"document": place}
    return claims, [dict(zip(_OF_A_DOCUMENT, one, strict=True)) for one in places]

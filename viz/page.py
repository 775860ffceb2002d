"""The explorer page: one scene in, one HTML text out, whole or for a server.

Small pictures are shown as they are; from SOFT_CAP nodes on the page says that the table reads
better, and past HARD_CAP only the best-connected nodes are drawn and the page says how many
are left out.
"""

from collections import Counter
from dataclasses import replace

from viz.scene import Scene

SOFT_CAP = 300
HARD_CAP = 1500

# What a server must send with `render(scene, inline=False)`; the whole page carries its own.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def render(scene: Scene, *, inline: bool = True, static: str = "/static") -> str:
    """Return the page of `scene`.

    `inline` makes one file that needs no network. Without it the page links to the files of
    `viz/static` under the address `static` and runs under CONTENT_SECURITY_POLICY.
    """
    # pyvis takes half a second to import; only a drawing is worth it.
    from viz.network import draw

    shown = capped(scene)
    network = draw(shown)
    network.left_out = len(scene.nodes) - len(shown.nodes)
    return network.page(inline=inline, static=static)


def capped(scene: Scene, most: int = HARD_CAP) -> Scene:
    """Return `scene` with at most `most` nodes, the best-connected, in their old order."""
    if len(scene.nodes) <= most:
        return scene
    degree = Counter(end for link in scene.links for end in (link.start, link.end))
    # The node the picture is about stays, whatever its degree.
    ranked = sorted(scene.nodes, key=lambda node: (node.id != scene.focus, -degree[node.id]))
    kept = {node.id for node in ranked[:most]}
    return replace(
        scene,
        nodes=tuple(node for node in scene.nodes if node.id in kept),
        links=tuple(link for link in scene.links if {link.start, link.end} <= kept),
    )

"""Analytics over ownership: control, integrated ownership, legal tests, power, markets.

Every function takes a `networkx.DiGraph` (edges owner -> owned, attribute `share`) or `Stakes`,
and returns plain results. Nothing here knows the store but `network`.

    from kg.analytics import control, explain, ultimate
    control(nx.DiGraph([("A", "B", {"share": "0.6"})]))

Each is loaded when it is first asked for; no module has the name of a function, so that the name
always means the function.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.analytics.control_pairs import ControlIndex, control
    from kg.analytics.control_proof import explain
    from kg.analytics.final_owners import final_rights, network_value, weakest_link
    from kg.analytics.integrated import ownership
    from kg.analytics.linked import close_links
    from kg.analytics.network_shape import bow_tie
    from kg.analytics.ownership_proof import why
    from kg.analytics.stakes import Stakes, from_digraph, from_rows, to_digraph
    from kg.analytics.tables import read_stakes
    from kg.analytics.tips import tipping
    from kg.analytics.ultimate_controllers import largest_holders, ultimate

_FROM = {
    "why": "ownership_proof",
    "weakest_link": "final_owners",
    "ownership": "integrated",
    "network_value": "final_owners",
    "final_rights": "final_owners",
    "close_links": "linked",
    "bow_tie": "network_shape",
    "ControlIndex": "control_pairs",
    "Stakes": "stakes",
    "control": "control_pairs",
    "explain": "control_proof",
    "from_digraph": "stakes",
    "from_rows": "stakes",
    "largest_holders": "ultimate_controllers",
    "read_stakes": "tables",
    "tipping": "tips",
    "to_digraph": "stakes",
    "ultimate": "ultimate_controllers",
}

__all__ = [
    "ControlIndex",
    "Stakes",
    "bow_tie",
    "close_links",
    "control",
    "explain",
    "final_rights",
    "from_digraph",
    "from_rows",
    "largest_holders",
    "network_value",
    "ownership",
    "read_stakes",
    "tipping",
    "to_digraph",
    "ultimate",
    "weakest_link",
    "why",
]


def __getattr__(name: str) -> object:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FROM[name]}"), name)

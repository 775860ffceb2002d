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
    from kg.analytics.alliances import alliance_totals
    from kg.analytics.consequences import World, what_if
    from kg.analytics.control_pairs import ControlIndex, control
    from kg.analytics.control_proof import explain
    from kg.analytics.edits import read_edit
    from kg.analytics.final_owners import final_rights, network_value, weakest_link
    from kg.analytics.integrated import ownership
    from kg.analytics.legal import legal_tests, ofac
    from kg.analytics.link_proof import why_linked
    from kg.analytics.linked import close_links
    from kg.analytics.markets import hhi, mhhi
    from kg.analytics.network_shape import bow_tie
    from kg.analytics.ownership_proof import why
    from kg.analytics.paths import relation_paths
    from kg.analytics.shape_proof import why_placed
    from kg.analytics.shareholders import power, weighted_power
    from kg.analytics.stakes import Stakes, from_digraph, from_rows, to_digraph
    from kg.analytics.structure import centrality, common_owners, communities, jaccard
    from kg.analytics.tables import read_stakes
    from kg.analytics.tips import tipping
    from kg.analytics.top_proof import why_ultimate
    from kg.analytics.ultimate_controllers import largest_holders, ultimate
    from kg.analytics.ultimate_power import network_power
    from kg.analytics.value_proof import why_final, why_valued

_FROM = {
    "ControlIndex": "control_pairs",
    "Stakes": "stakes",
    "World": "consequences",
    "alliance_totals": "alliances",
    "bow_tie": "network_shape",
    "centrality": "structure",
    "close_links": "linked",
    "common_owners": "structure",
    "communities": "structure",
    "control": "control_pairs",
    "explain": "control_proof",
    "final_rights": "final_owners",
    "from_digraph": "stakes",
    "from_rows": "stakes",
    "hhi": "markets",
    "jaccard": "structure",
    "largest_holders": "ultimate_controllers",
    "legal_tests": "legal",
    "mhhi": "markets",
    "network_power": "ultimate_power",
    "network_value": "final_owners",
    "ofac": "legal",
    "ownership": "integrated",
    "power": "shareholders",
    "read_edit": "edits",
    "read_stakes": "tables",
    "relation_paths": "paths",
    "tipping": "tips",
    "to_digraph": "stakes",
    "ultimate": "ultimate_controllers",
    "weakest_link": "final_owners",
    "weighted_power": "shareholders",
    "what_if": "consequences",
    "why": "ownership_proof",
    "why_final": "value_proof",
    "why_linked": "link_proof",
    "why_placed": "shape_proof",
    "why_ultimate": "top_proof",
    "why_valued": "value_proof",
}

__all__ = [
    "ControlIndex",
    "Stakes",
    "World",
    "alliance_totals",
    "bow_tie",
    "centrality",
    "close_links",
    "common_owners",
    "communities",
    "control",
    "explain",
    "final_rights",
    "from_digraph",
    "from_rows",
    "hhi",
    "jaccard",
    "largest_holders",
    "legal_tests",
    "mhhi",
    "network_power",
    "network_value",
    "ofac",
    "ownership",
    "power",
    "read_edit",
    "read_stakes",
    "relation_paths",
    "tipping",
    "to_digraph",
    "ultimate",
    "weakest_link",
    "weighted_power",
    "what_if",
    "why",
    "why_final",
    "why_linked",
    "why_placed",
    "why_ultimate",
    "why_valued",
]


def __getattr__(name: str) -> object:
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FROM[name]}"), name)

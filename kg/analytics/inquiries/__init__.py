"""Inquiries: the analyses that can be asked of the graph, each a route and a command.

ask(graph, "control", {"controller": ["nissan"], "as_of": ["2024-08-01"]}) -> Report
"""

from functools import cache
from importlib import import_module
from typing import cast

from kg.analytics.inquiries.inquiry import Inquiry
from kg.errors import UnknownQuestionError

# Loaded when first asked for: the command line must start at once.
_WHERE = {
    "control": ("control", "CONTROL"),
    "ownership": ("holdings", "OWNERSHIP"),
    "ultimate": ("control", "ULTIMATE"),
    "close-links": ("holdings", "CLOSE_LINKS"),
    "legal-tests": ("verdicts", "LEGAL_TESTS"),
    "power": ("voting", "POWER"),
    "market": ("concentration", "MARKETS"),
    "structure": ("shape", "STRUCTURE"),
    "paths": ("shape", "PATHS"),
    "what-if": ("changes", "WHAT_IF"),
    "ofac": ("verdicts", "OFAC"),
    "final-owners": ("worth", "FINAL_OWNERS"),
    "network-value": ("worth", "NETWORK_VALUE"),
    "network-power": ("pivots", "NETWORK_POWER"),
}


def inquiries() -> list[Inquiry]:
    """Return all inquiries."""
    return [inquiry(name) for name in _WHERE]


@cache
def inquiry(name: str) -> Inquiry:
    """Return an inquiry by its name; raises UnknownQuestionError with those that are close."""
    if name not in _WHERE:
        from rapidfuzz import process

        near = [str(one) for one, _, _ in process.extract(name, list(_WHERE), limit=2)]
        raise UnknownQuestionError(name, near)
    module, constant = _WHERE[name]
    return cast("Inquiry", getattr(import_module(f"{__name__}.{module}"), constant))

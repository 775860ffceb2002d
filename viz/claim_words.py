"""What templates need to show claims: dates in words, and only links that lead to the web."""

from collections.abc import Callable, Mapping
from typing import Any

from kg.evidence import Evidence
from viz.words import published


def weblink(url: str) -> str:
    """Return an address if it is one of the web, else nothing: `javascript:` is none.

    >>> weblink("https://example.org/a"), weblink("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    return url if url.lower().startswith(("https://", "http://")) else ""


def locator(claim: Evidence) -> str:
    """Return where in its document a claim stands: "sentence 4, headline"."""
    where = [f"sentence {claim.sentence}" if claim.sentence else "", claim.segment]
    return ", ".join(filter(None, where))


FILTERS: Mapping[str, Callable[..., Any]] = {
    "weblink": weblink,
    "locator": locator,
    "published": published,
}

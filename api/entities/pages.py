"""Pages of companies and alliances: text first, readable without a script, and nothing can run.

Whatever comes from the graph is printed by templates that escape it; what it says as linked data
stands in a block that no browser runs, written so that it cannot end the block.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template

from api.entities.formats import FORMATS
from api.entities.kinds import Clocks, Kind, address
from api.entities.portrait import Portrait
from kg.errors import Candidate
from kg.matching import Entity
from viz.claim_words import FILTERS
from viz.sections import clash
from viz.words import printed

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


def page(kind: Kind, about: Entity, shown: Portrait, clocks: Clocks, linked_data: Any) -> str:
    """Return the page of a company or alliance as HTML."""
    return _template("entity.html").render(
        kind=kind,
        about=about,
        here=kind.address(about.slug),
        shown=shown,
        clocks=clocks,
        asked=asked(clocks),
        formats=FORMATS,
        linked_data=linked_data,
    )


def list_page(kind: Kind, found: Sequence[Entity], typed: str, *, more: bool) -> str:
    """Return companies or alliances by name as HTML; `more` says that these are not all."""
    return _template("entities.html").render(kind=kind, found=found, typed=typed, more=more)


def missing_page(
    kind: Kind, title: str, told: str, nearest: Sequence[Candidate], clocks: Clocks
) -> str:
    """Return a page that says why there is none, with the nearest names."""
    return _template("missing.html").render(
        kind=kind, title=title, told=told, nearest=nearest, clocks=clocks
    )


def asked(clocks: Clocks, **more: str) -> str:
    """Return the end of an address that keeps the clocks: "?as_of=2024-08-01", or nothing."""
    fields = {**clocks, **more}
    return f"?{urlencode(fields)}" if fields else ""


def _template(name: str) -> Template:
    return _environment().get_template(name)


def _quoted(text: str) -> str:
    return quote(text, safe="")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=ChoiceLoader([PackageLoader("api"), PackageLoader("viz")]),
        autoescape=True,
        finalize=printed,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {**FILTERS, "address": address, "clash": clash, "quoted": _quoted}
    return made

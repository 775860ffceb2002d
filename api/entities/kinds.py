"""The two kinds of thing that have pages: companies and alliances."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from kg import names
from kg.companies import ALLIANCE, COMPANY, Profile, alliance_profile, profile
from kg.store.base import Graph
from viz.chart_figures import NAMES, alliance_charts, company_charts
from viz.charts import Chart

Clocks = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of thing: where it is served and how it is asked about."""

    name: str  # "company"
    folder: str  # "companies"
    classes: frozenset[str]
    profile: Callable[[Graph, str, Clocks], Profile]
    charts: Callable[[Graph, Profile, Clocks], dict[str, Chart]]

    def address(self, slug: str) -> str:
        """Return where the one with a slug is."""
        return f"/{self.folder}/{quote(slug, safe='')}"

    @property
    def chart_names(self) -> tuple[str, ...]:
        """Return the charts that one of them may have."""
        return NAMES[self.name]


COMPANIES = Kind(
    name="company", folder="companies", classes=COMPANY, profile=profile, charts=company_charts
)
ALLIANCES = Kind(
    name="alliance",
    folder="alliances",
    classes=ALLIANCE,
    profile=alliance_profile,
    charts=alliance_charts,
)
KINDS = {one.name: one for one in (COMPANIES, ALLIANCES)}


def address(iri: str) -> str:
    """Return where the page of a thing is, or nothing if it has none.

    >>> address("https://w3id.org/keiretsu/id/alliance/toyota-led")
    '/alliances/toyota-led'
    """
    kind = KINDS.get(names.kind_of(iri))
    return kind.address(names.local_name(iri)) if kind else ""

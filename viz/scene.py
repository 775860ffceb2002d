"""What a picture shows, before anyone decides how it looks.

    answers (kg.questions) -> Scene -> CompanyNetwork (pyvis) -> page

A scene is plain data: every node, link and figure names the claims it rests on, and `evidence`
holds those claims whole.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One claim, as the panel beside the picture shows it."""

    id: str
    says: str  # in our own words
    modality: str  # label, e.g. "reported"
    source: str  # title of the document
    publisher: str = ""
    published: str = ""  # "between 2024-07-28 and 2024-08-03 (inferred)", or a day
    relays: tuple[str, ...] = ()  # "Nikkei"
    speaker: tuple[str, ...] = ()
    locator: str = ""  # "sentence 4"
    printed: str = ""  # the figure as printed
    note: str = ""
    url: str = ""
    quotation: str = ""  # only from texts the user added


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number about a node: sales, a share of a market, a change."""

    measure: str  # "Vehicles sold", "Market share"
    text: str  # "3.44 million", "14.9%", "more than 8 million"
    market: str = ""
    powertrain: str = ""
    period: str = ""
    qualifier: str = ""  # "conditional, period inferred"; empty for a plain fact
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A company, alliance, group, person or state."""

    id: str  # IRI
    label: str
    aliases: tuple[str, ...] = ()
    kind: str  # company, alliance, group, person, body
    country: str = ""
    sales: float | None = None  # vehicles, world, the latest year; None is unknown, never 0
    sales_text: str = ""  # "3.44 million vehicles, world, Apr 2023 - Mar 2024"
    status: str = ""  # alliances: code, e.g. "reported"
    status_label: str = ""
    figures: tuple[Figure, ...] = ()
    notes: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (sentence, claims): responses, plans
    claims: tuple[str, ...] = ()
    query: str = ""  # address of the question that answers for this node


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A stake (from holder to company) or a membership (from member to alliance)."""

    id: str
    kind: str  # stake, membership
    start: str
    end: str
    label: str = ""  # "34%", "?" when the share is unknown; empty for a membership
    sentence: str = ""  # "Nissan Motor owns 34% of Mitsubishi Motors"
    share: float | None = None  # fraction 0-1
    right: str = ""  # capital, votes
    role: str = ""  # lead, member
    status: str = ""  # active, announced, reported, contemplated, disputed, ended
    status_label: str = ""
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture's content. `as_of` is valid time, `known_by` knowledge time; empty is any."""

    title: str
    focus: str = ""  # IRI of the node the picture is about, if one
    as_of: str = ""
    known_by: str = ""
    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()
    evidence: dict[str, Evidence] = field(default_factory=dict)
    licence: str = ""

"""What a picture shows, before anyone decides how it looks.

    View -> answers (kg.questions) -> Scene -> CompanyNetwork (pyvis) -> page

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
    known_from: str = ""  # ISO days, as the clocks count them
    holds_from: str = ""
    holds_until: str = ""  # the first day it holds no longer


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
    identifiers: tuple[str, ...] = ()  # LEI, addresses elsewhere
    page: str = ""  # address of its page on a server
    more: dict[str, int] = field(default_factory=dict)  # neighbours not shown, by relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A stake (holder to company), a membership (member to alliance) or what follows from stakes.

    `integrated` is what a holder has of a company directly and through others, `control` says
    that it controls it: both are worked out and no source states them.
    """

    id: str
    kind: str  # stake, membership, integrated, control
    start: str
    end: str
    label: str = ""  # "34%", "?" when the share is unknown; empty for a membership
    sentence: str = ""  # "Nissan Motor owns 34% of Mitsubishi Motors"
    share: float | None = None  # fraction 0-1
    most: float | None = None  # of a range; fraction 0-1
    right: str = ""  # capital, votes
    role: str = ""  # lead, member
    status: str = ""  # active, announced, reported, contemplated, disputed, ended
    status_label: str = ""
    since: str = ""  # ISO days, where known
    until: str = ""
    why: tuple[str, ...] = ()  # the steps by which a computed one was found
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Claims that contradict each other, in words."""

    text: str
    verdict: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A well-connected thing to begin with, where all of them would be too many to draw."""

    id: str
    label: str
    count: int  # relations


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A query that panels about one kind of thing rest on; the page fills in which thing."""

    about: str  # company, alliance, group, stake, membership, everything
    title: str
    parameters: tuple[str, ...]  # variables that the thing is: one, both ends of a link, or none
    sparql: str


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
    notices: tuple[Notice, ...] = ()
    layers: tuple[str, ...] = ()  # which computed links were worked out: integrated, control
    ends: tuple[str, ...] = ()  # the two a way was asked for between
    paths: tuple[tuple[str, ...], ...] = ()  # ways between the two ends asked for, as ids of nodes
    days: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of change, by clock
    hubs: tuple[Hub, ...] = ()
    questions: tuple[Behind, ...] = ()
    remark: str = ""  # something to say above the picture
    licence: str = ""

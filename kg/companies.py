"""One company or alliance, whole: every question that has something to say about it, asked at once.

profile(graph, "nissan")                     -> Profile: answers, and the questions without one
alliance_profile(graph, "toyota-led")        -> the same for an alliance
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg import names
from kg.matching import Entity, register
from kg.questions.answer import Answer, Named, ask
from kg.store.base import Graph

COMPANY = frozenset({"Company"})
ALLIANCE = frozenset({"Alliance"})

# Which parameter of which question the company is, in the order in which they are told.
_ABOUT: Mapping[str, str] = {
    "based-in": "company",
    "contradictions": "about",
    "members-of-alliance": "member",
    "who-leads": "member",
    "who-is-allied-with-whom": "company",
    "who-owns": "company",
    "what-it-owns": "holder",
    "cross-holdings": "company",
    "sales-of": "subject",
    "sales-over-time": "subject",
    "sales-growth-of": "subject",
    "sales-mix-of": "subject",
    "market-share-of": "subject",
    "market-share-over-time": "subject",
    "rank-of": "subject",
    "earnings-of": "subject",
    "agreements-of": "company",
    "competitors-of": "company",
    "groups-of": "company",
    "plans-and-policies": "actor",
    "events-of": "actor",
    "how-it-is-described": "about",
    "who-declined-to-comment": "speaker",
    "timeline-of": "company",
}
_ABOUT_ALLIANCES: Mapping[str, str] = {
    "contradictions": "about",
    "how-far-is-an-alliance": "alliance",
    "members-of-alliance": "alliance",
    "who-leads": "alliance",
    "what-an-alliance-is-for": "alliance",
    "combined-sales-of-alliance": "alliance",
    "sales-of": "subject",
    "sales-over-time": "subject",
    "sales-growth-of": "subject",
    "market-share-of": "subject",
    "market-share-over-time": "subject",
    "rank-of": "subject",
    "how-it-is-described": "about",
    "timeline-of": "company",
}
_PARTNERS = 8  # of a company that are looked at for owners they have in common


@dataclass(frozen=True, slots=True)
class Profile:
    """A company or alliance and the answers about it, by question."""

    about: Entity
    answers: dict[str, Answer]
    silent: dict[str, Answer]  # those without a row, which say why
    shared: tuple[Answer, ...] = field(default=())  # owners in common with one other company


def profile(graph: Graph, company: str, clocks: Mapping[str, str] | None = None) -> Profile:
    """Return what is known about the company that `company` names.

    `clocks` holds `as_of` and `known_by` where given; each question takes those it has. Raises
    UnknownNameError or AmbiguousNameError.
    """
    found = register(graph).resolve(company, COMPANY, "company")
    made = _asked(graph, found, _ABOUT, clocks or {})
    shared = (
        ask_about(graph, "common-owners", {"company": found.id, "partner": one}, clocks or {})
        for one in _partners(made)
    )
    return Profile(found, made.answers, made.silent, tuple(one for one in shared if one.rows))


def alliance_profile(
    graph: Graph, alliance: str, clocks: Mapping[str, str] | None = None
) -> Profile:
    """Return what is known about the alliance that `alliance` names, as `profile` does."""
    found = register(graph).resolve(alliance, ALLIANCE, "alliance")
    return _asked(graph, found, _ABOUT_ALLIANCES, clocks or {})


def _asked(
    graph: Graph, found: Entity, about: Mapping[str, str], clocks: Mapping[str, str]
) -> Profile:
    asked = {
        name: ask_about(graph, name, {parameter: found.id}, clocks)
        for name, parameter in about.items()
    }
    return Profile(
        found,
        {name: answer for name, answer in asked.items() if answer.rows},
        {name: answer for name, answer in asked.items() if not answer.rows},
    )


def _partners(found: Profile) -> list[str]:
    """Return the companies that a company has to do with, without a repeat."""
    if "who-owns" not in found.answers:
        return []  # nobody's stake in it is known
    columns = {
        "who-is-allied-with-whom": "ally",
        "competitors-of": "competitor",
        "what-it-owns": "company",
    }
    met = [
        row.values[column]
        for name, column in columns.items()
        for row in (found.answers[name].rows if name in found.answers else ())
    ]
    ids = dict.fromkeys(one.id for one in met if isinstance(one, Named))
    companies = [one for one in ids if names.kind_of(one) == "company" and one != found.about.id]
    return companies[:_PARTNERS]


def ask_about(
    graph: Graph, name: str, values: Mapping[str, str], clocks: Mapping[str, str]
) -> Answer:
    """Ask a question with those of `clocks` that it takes."""
    from kg.questions.catalogue import question

    taken = {one.name for one in question(name).parameters}
    return ask(graph, name, {**values, **{k: v for k, v in clocks.items() if k in taken}})

"""One company, whole: every question that has something to say about it, asked at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from kg.matching import Entity, register
from kg.questions.answer import Answer, ask
from kg.store.base import Graph

COMPANY = frozenset({"Company"})

# Which parameter of which question the company is.
_ABOUT: Mapping[str, str] = {
    "based-in": "company",
    "who-is-allied-with-whom": "company",
    "members-of-alliance": "member",
    "who-owns": "company",
    "what-it-owns": "holder",
    "agreements-of": "company",
    "sales-of": "subject",
    "sales-growth-of": "subject",
    "market-share-of": "subject",
    "plans-and-policies": "actor",
    "who-declined-to-comment": "speaker",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A company and the answers about it, by question; those without data are left out."""

    company: Entity
    answers: dict[str, Answer]


def profile(graph: Graph, company: str, clocks: Mapping[str, str] | None = None) -> Profile:
    """Return what is known about the company that `company` names.

    `clocks` holds `as_of` and `known_by` where given; each question takes those it has. Raises
    UnknownNameError or AmbiguousNameError.
    """
    found = register(graph).resolve(company, COMPANY, "company")
    answers: dict[str, Answer] = {}
    for name, parameter in _ABOUT.items():
        answer = ask_about(graph, name, {parameter: found.id}, clocks or {})
        if answer.rows:
            answers[name] = answer
    return Profile(found, answers)


def ask_about(
    graph: Graph, name: str, values: Mapping[str, str], clocks: Mapping[str, str]
) -> Answer:
    """Ask a question with those of `clocks` that it takes."""
    from kg.questions.catalogue import question

    taken = {one.name for one in question(name).parameters}
    return ask(graph, name, {**values, **{k: v for k, v in clocks.items() if k in taken}})

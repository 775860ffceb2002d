"""Values of a question as terms: the barrier between what someone typed and what is run.

{"company": "nissan", "as_of": "2024-08-01"} -> {company: <.../nissan-motor>, as_of: "..."^^date}
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from kg import ontology
from kg.errors import Candidate, ParameterError, UnknownCodeError, cut
from kg.matching import Register
from kg.quads import from_term, to_term
from kg.questions.catalogue import ENTITY_KINDS, Parameter, Question
from kg.questions.periods import find_period
from kg.store.base import Term

PYTHON: dict[str, type] = {
    "date": date,
    "decimal": Decimal,
    "fraction": Decimal,
    "integer": int,
    "boolean": bool,
    "string": str,
}


def bind(asked: Question, values: Mapping[str, str], known: Register) -> dict[str, Term]:
    """Return the values of a question's parameters as terms, or raise ParameterError."""
    for name in values:
        if asked.parameter(name) is None:
            takes = ", ".join(one.name for one in asked.parameters)
            raise ParameterError(name, f"{asked.name} has no such parameter; it takes {takes}")
        if not values[name].strip():
            raise ParameterError(name, "is empty; give a value or leave it out")
    terms: dict[str, Term] = {}
    for one in asked.parameters:
        if one.name in values:
            terms[one.name] = _term(one, values[one.name], known)
        elif one.required:
            raise ParameterError(one.name, f"{asked.name} needs it: {one.meaning}")
    return terms


def _term(parameter: Parameter, text: str, known: Register) -> Term:
    kinds = ENTITY_KINDS.get(parameter.kind)
    if parameter.kind == "period":
        return NamedNode(find_period(text, known, parameter.name))
    if kinds is not None:
        return NamedNode(known.resolve(text, kinds, parameter.name).id)
    if parameter.kind.startswith("code:"):
        return _code(parameter, text)
    kind = PYTHON[parameter.kind]
    try:
        value = from_term(Literal(text), kind)
    except ValueError:
        wanted = "a date such as 2024-08-01" if kind is date else f"of kind {parameter.kind}"
        raise ParameterError(parameter.name, f"{cut(text)!r} is not {wanted}") from None
    return to_term(value, kind)


def _code(parameter: Parameter, text: str) -> Term:
    scheme = parameter.kind.removeprefix("code:")
    codes = ontology.code_list(scheme)
    for one in codes:
        if text.casefold() in (one.code, one.iri, one.label.casefold()):
            return NamedNode(one.iri)
    candidates = [Candidate(one.iri, one.label, one.code) for one in codes]
    raise UnknownCodeError(parameter.name, text, candidates)

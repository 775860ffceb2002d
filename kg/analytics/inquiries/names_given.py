"""Names that somebody typed, as things of the graph: slug, LEI, IRI or any unambiguous name."""

from kg.errors import ParameterError
from kg.matching import Register
from kg.questions.catalogue import ENTITY_KINDS


def resolve(known: Register, kind: str, text: str, parameter: str) -> str:
    """Return the IRI of what is named; raises UnknownNameError, AmbiguousNameError."""
    if not text.strip():
        raise ParameterError(parameter, "is empty; give a name or leave it out")
    return known.resolve(text, ENTITY_KINDS[kind], parameter).id

"""What a query may not do: call another endpoint. Decided by parsing, never by text search.

A text without the word SERVICE (however escaped) cannot call out and is passed at once; any
other is parsed, so that a string or a comment with the word in it does no harm.
"""

import re
from collections.abc import Iterable

from kg.errors import QueryError

_SUSPICIOUS = re.compile(r"service|\\u", re.IGNORECASE)


def refuse_outbound_calls(query: str) -> None:
    """Raise QueryError if `query` has a SERVICE clause, SILENT or not."""
    if not _SUSPICIOUS.search(query):
        return
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        parsed = parseQuery(query)
    except ParseException as error:
        raise QueryError(f"cannot be parsed: {error.msg}", error.lineno, error.column) from error
    if _has_service(parsed):
        raise QueryError("SERVICE is refused: a query may not call another endpoint")


def _has_service(node: object) -> bool:
    if getattr(node, "name", None) == "ServiceGraphPattern":
        return True
    if isinstance(node, dict):  # rdflib's nodes; pyparsing's results only claim to be mappings
        return any(_has_service(child) for child in node.values())
    if isinstance(node, Iterable) and not isinstance(node, str):
        return any(_has_service(child) for child in node)
    return False

r"""What a query may not do: call another endpoint. Decided by parsing, never by text search.

A text without the word SERVICE (however escaped) cannot call out and is passed at once; any
other is parsed, so that a string or a comment with the word in it does no harm. This parser and
the engine must read the same: they differ on escapes of ASCII characters, which are refused
(`"\u0022 # "` ends a string for one of them only), and on a lone carriage return, which ends a
comment for the engine.
"""

import re
from collections.abc import Iterable

from kg.errors import QueryError

_SUSPICIOUS = re.compile(r"service|\\u", re.IGNORECASE)
_ESCAPED_ASCII = re.compile(r"\\u(0000)?00[0-7]", re.IGNORECASE)


def refuse_outbound_calls(query: str) -> None:
    """Raise QueryError if `query` has a SERVICE clause, SILENT or not."""
    if not _SUSPICIOUS.search(query):
        return
    if _ESCAPED_ASCII.search(query):
        raise QueryError("an ASCII character is written as a \\u escape; write the character")
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        calls_out = _has_service(parseQuery(re.sub(r"\r\n?", "\n", query)))
    except ParseException as error:
        raise QueryError(f"cannot be parsed: {error.msg}", error.lineno, error.column) from error
    except (RecursionError, ValueError) as error:
        raise QueryError(f"cannot be parsed: {error}") from error
    if calls_out:
        raise QueryError("SERVICE is refused: a query may not call another endpoint")


def _has_service(node: object) -> bool:
    if getattr(node, "name", None) == "ServiceGraphPattern":
        return True
    if isinstance(node, dict):  # rdflib's nodes; pyparsing's results only claim to be mappings
        return any(_has_service(child) for child in node.values())
    if isinstance(node, Iterable) and not isinstance(node, str):
        return any(_has_service(child) for child in node)
    return False

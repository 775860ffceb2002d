r"""The bare words of a SPARQL text: what is a keyword and not a string, comment, IRI or name.

    "SELECT * { ?service ex:service 'SERVICE' } # service"  ->  SELECT

Enough to refuse what a query may not do, by the grammar's own tokens (SPARQL 1.1, 19.8) and not by
searching the text. The worker that runs the query cannot open a connection in any case.
"""

import re
from collections.abc import Iterator

from kg.errors import QueryError

_TOKEN = re.compile(
    r"""
    \#[^\r\n]*                                              # comment
    | '''(?:[^'\\]|\\.|'(?!''))*'''
    | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"                   # long strings
    | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*"         # strings
    | <[^<>"{}|^`\\\x00-\x20]*>                             # IRI
    | [?$]\w+ | @[A-Za-z][A-Za-z0-9-]*                      # variable, language
    | [\w.-]*:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*              # prefixed name, blank node
    | (?P<word>[^\W\d]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
# An escaped ASCII character may be read before the tokens are cut, or after: never let it in.
_ESCAPED_ASCII = re.compile(r"\\u(0000)?00[0-7]", re.IGNORECASE)
_UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}


def bare_words(query: str) -> Iterator[str]:
    """Yield the words of a query that may be keywords, in capitals and in order."""
    for token in _TOKEN.finditer(query):
        if token["word"]:
            yield token["word"].upper()


def refuse_what_is_no_query(query: str) -> None:
    """Raise QueryError if the text would call another endpoint or change the store."""
    if _ESCAPED_ASCII.search(query):
        raise QueryError("an ASCII character is written as a \\u escape; write the character")
    words = list(bare_words(query))
    if "SERVICE" in words:
        raise QueryError("SERVICE is refused: a query may not call another endpoint")
    form = next((word for word in words if word not in ("PREFIX", "BASE")), "")
    if form in _UPDATES:
        raise QueryError(f"{form} is refused: this is an update, and only queries are answered")


def names_its_graphs(query: str) -> bool:
    """Say whether a query has a FROM or FROM NAMED clause of its own."""
    return "FROM" in bare_words(query)

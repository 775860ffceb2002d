r"""The tokens of a SPARQL text, and what they may not say.

    "SELECT * { ?s ?service ex:service 'SERVICE' } # service"  ->  words SELECT

Enough to refuse what a text may not do by the grammar's own tokens (SPARQL 1.1, 19.8) and not by
searching it. The engine's reader is looser than the grammar in one thing: a keyword need not end
where a word ends (`trueSERVICE`, `SERVICESILENT`, `SERVICE:x`), so that a word is looked at for
what it holds. The worker that runs a query cannot open a connection in any case.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.errors import NotSupportedError, QueryError

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
    | (?P<string>'''(?:[^'\\]|\\.|'(?!''))*''' | \"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
        | '(?:[^'\\\r\n]|\\.)*' | "(?:[^"\\\r\n]|\\.)*")
    | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:\w(?:[\w.-]*[\w-])?)?:
        (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<number>\d+)
    | (?P<mark>[{}()\[\];] | >> | <<(?![^<>"{}|^`\\\x00-\x20]*>))
    """,
    re.VERBOSE | re.DOTALL,
)
# An escaped ASCII character may be read before the tokens are cut, or after: never let it in.
_ESCAPED_ASCII = re.compile(r"\\u00[0-7]|\\U000000[0-7]")
# Where it stands does not matter: an answer that is not kept for later is only slower.
_CHANGING = re.compile(r"(NOW|RAND|UUID|BNODE)[\s#(]")
_CHANGING_WORDS = ("NOW", "RAND", "UUID", "BNODE")  # to look for these alone is ten times quicker
UPDATES = {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
_OPENING, _CLOSING = ("{", "(", "[", "<<"), ("}", ")", "]", ">>")
_DEEPEST = 200  # brackets of any kind open at once in an update
_OPERANDS = {"variable", "string", "language", "iri", "name", "word", "number"}
_NAMES_FOLLOW = {"PREFIX", "WITH", "USING", "NAMED", "GRAPH", "TO", "ADD", "MOVE", "COPY", "SILENT"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token: comments are none. A word is in capitals."""

    kind: str  # word, name, iri, mark, variable, string, language, number
    text: str
    start: int  # where it begins in the text, counted from 0
    depth: int  # how many braces are open around it


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a SPARQL text in order."""
    depth = 0
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind == "comment":
            continue
        depth -= found[0] == "}"
        yield Token(kind, found[0].upper() if kind == "word" else found[0], found.start(), depth)
        depth += found[0] == "{"


def bare_words(query: str) -> Iterator[str]:
    """Yield the words of a query that may be keywords, in capitals and in order."""
    return (token.text for token in tokens(query) if token.kind == "word")


def refuse_what_is_no_query(query: str) -> None:
    """Raise QueryError if the text would change the store or call another endpoint.

    It is NotSupportedError where a call is written as the grammar has it.
    """
    _refuse_escapes(query)
    if "SERVICE" in query.upper():
        refuse_calls([*tokens(query)])
    form = next((word for word in bare_words(query) if word not in ("PREFIX", "BASE")), "")
    if form in UPDATES:
        raise QueryError(f"{form} is refused: this is an update, and only queries are answered")


def refuse_outside_data(update: str) -> None:
    """Raise QueryError if an update would call another endpoint or load from anywhere."""
    _refuse_escapes(update)
    found = [*tokens(update)]
    _refuse_deep(found)
    capitals = update.upper()
    if "SERVICE" in capitals or "LOAD" in capitals:
        _refuse_loads(found)
        refuse_calls(found)


def refuse_calls(found: Sequence[Token]) -> None:
    """Raise QueryError if SERVICE is among the tokens of a text, however it is written."""
    _refuse_what_reads_two_ways(found)
    for token, before, after in zip(found, _shifted(found, -1), _shifted(found, 1), strict=True):
        called = token.kind == "word" and "SERVICE" in token.text
        # `SERVICE:x {` is a call to `:x`, and `service:of` a name like any other.
        named = token.kind == "name" and "SERVICE" in token.text.partition(":")[0].upper()
        if called or (named and after == "{" and before != "GRAPH"):
            kind = NotSupportedError if token.text == "SERVICE" else QueryError
            raise kind("SERVICE is refused: nothing here may call another endpoint")


def _refuse_loads(found: Sequence[Token]) -> None:
    for token, before in zip(found, _shifted(found, -1), strict=True):
        named = token.kind == "name" and "LOAD" in token.text.partition(":")[0].upper()
        loaded = token.kind == "word" and "LOAD" in token.text
        if loaded or (named and token.depth == 0 and before not in _NAMES_FOLLOW):
            kind = NotSupportedError if token.text == "LOAD" else QueryError
            raise kind("LOAD is refused: send the triples themselves")


def _refuse_deep(found: Sequence[Token]) -> None:
    """Refuse what the engine reads by calling itself, until it has no stack left and all ends."""
    open_now = 0
    for token in found:
        if token.kind == "mark":
            open_now += (token.text in _OPENING) - (token.text in _CLOSING)
            if open_now > _DEEPEST:
                raise QueryError(f"the update is nested more than {_DEEPEST} deep")


def _shifted(found: Sequence[Token], by: int) -> list[str]:
    """Return for each token the text of the one before (-1) or after (1) it."""
    texts = [token.text for token in found]
    return ["", *texts[:-1]] if by < 0 else [*texts[1:], ""]


def _refuse_what_reads_two_ways(found: Sequence[Token]) -> None:
    """Refuse `?a<?b#>` in an expression: an IRI, or less-than and a comment that hides the rest."""
    within = 0  # parentheses open in the innermost braces
    outer: list[int] = []
    last = ""
    for token in found:
        if token.kind == "iri" and within and last and _could_hide(token.text):
            raise QueryError(f"{token.text} may be an IRI or a comparison; put a space after <")
        if token.kind == "mark":
            if token.text == "{":
                outer.append(within)
                within = 0
            elif token.text == "}":
                within = outer.pop() if outer else 0
            within = max(within + (token.text == "(") - (token.text == ")"), 0)
        last = token.text if token.kind in _OPERANDS or token.text == ")" else ""


def _could_hide(iri: str) -> bool:
    """Say whether `<...>`, read as less-than, would begin a comment or a string."""
    before = re.split("[#']", iri)[0]
    return before != iri and "//" not in before


def _refuse_escapes(text: str) -> None:
    if _ESCAPED_ASCII.search(text):
        raise QueryError("an ASCII character is written as a \\u escape; write the character")


def names_its_graphs(query: str) -> bool:
    """Say whether a query has a FROM or FROM NAMED clause of its own."""
    return "FROM" in query.upper() and "FROM" in bare_words(query)


def changes_by_itself(query: str) -> bool:
    """Say whether the answer may differ though the store does not: NOW, RAND, UUID, BNODE."""
    capitals = query.upper()
    for word in _CHANGING_WORDS:
        if word in capitals:
            return _CHANGING.search(capitals) is not None
    return False

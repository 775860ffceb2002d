"""What calls out, written as what does not, so that the rest of a text can be read and refused.

    SERVICE SILENT <x:> { ... }       -> GRAPH          <x:> { ... }   which has the same grammar
    LOAD SILENT <x:> INTO GRAPH <y:>  -> INSERT DATA {}                which does nothing

Nothing is ever loaded: LOAD SILENT is a load that failed, which SPARQL 1.1 Update, 3.1.4 counts as
done. All else that calls out is refused, but as malformed (400) only where it is.
"""

from collections.abc import Sequence
from itertools import pairwise

from kg.errors import QueryError
from kg.sparql_update import after_prologue, parts
from kg.sparql_words import Token, refuse_calls, tokens

_NAMES = ("iri", "name")


def without_calls(text: str) -> str:
    """Return a text that has GRAPH for each SERVICE, every token of it in its old place.

    Raises QueryError if a call is still in it, written as the grammar has none.
    """
    found = [*tokens(text)]
    for token, after in [*pairwise(found)]:
        if token.kind == "word" and token.text == "SERVICE":
            text = _written(text, token, "GRAPH")
            if after.text == "SILENT":
                text = _written(text, after, "")
    refuse_calls([*tokens(text)])
    return text


def without_loads(update: str, *, silent: bool = False) -> str:
    """Return an update that does nothing where it would LOAD, or LOAD SILENT alone (`silent`).

    Raises QueryError where LOAD is malformed.
    """
    if "LOAD" not in update.upper():
        return update
    for part in reversed(parts([*tokens(update)])):
        operation = part[after_prologue(part) :]
        if not operation or operation[0].text != "LOAD":
            continue
        is_silent = _is_silent(update, operation)
        if is_silent or not silent:
            start, end = operation[0].start, operation[-1].start + len(operation[-1].text)
            lines = "\n" * update.count("\n", start, end)
            update = f"{update[:start]}INSERT DATA {{}}{lines}{update[end:]}"
    return update


def _is_silent(update: str, load: Sequence[Token]) -> bool:
    """Say whether a LOAD is silent, or raise QueryError if it is none (SPARQL 1.1, rule 31)."""
    silent = len(load) > 1 and load[1].text == "SILENT"
    rest = load[2 if silent else 1 :]
    words = tuple(token.text for token in rest[1:3])
    names = [token for token in (*rest[:1], *rest[3:]) if token.kind in _NAMES]
    if len(rest) not in (1, 4) or len(names) != len(rest) - len(words):
        whole = False
    else:
        whole = words in ((), ("INTO", "GRAPH"))
    if not whole:
        line = update.count("\n", 0, load[0].start) + 1
        column = load[0].start - update.rfind("\n", 0, load[0].start)
        raise QueryError("LOAD takes an IRI, and INTO GRAPH with another", line, column)
    return silent


def _written(text: str, token: Token, word: str) -> str:
    end = token.start + len(token.text)
    return text[: token.start] + word.ljust(len(token.text)) + text[end:]

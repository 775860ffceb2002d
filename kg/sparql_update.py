"""The operations of a SPARQL 1.1 update text: cut apart by its tokens, never evaluated here.

    PREFIX ex: <...> DELETE { ?s ex:p ?o } USING ex:g WHERE { ... } ; INSERT DATA { ... }
    -> DELETE with a pattern, INSERT DATA

An update may be sent with `using-graph-uri`, which says USING for each of its operations (SPARQL
1.1 Protocol, 2.2.3); the engine knows no such parameter, so the clauses are written in.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyoxigraph as ox

from kg.errors import QueryError
from kg.names import Iri
from kg.sparql_words import UPDATES, Token, tokens

_BLANKED = re.compile(r"[^\r\n]")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an update."""

    prologue: str  # all PREFIX and BASE of the update, on one line
    text: str  # the operation without its prologue
    words: tuple[str, ...]  # its keywords outside of any braces: DELETE WHERE, INSERT DATA, ...
    start: int  # where `text` begins in the update, which has the same length without them
    where: int = -1  # where WHERE stands in `text`; -1: it has none

    @property
    def of_data(self) -> bool:
        """Say whether it only adds or removes triples that it lists."""
        return self.words[1:] == ("DATA",)

    @property
    def is_plain(self) -> bool:
        """Say whether it takes no longer than its text, or what it empties, is long."""
        return self.of_data or self.words[0] in ("CLEAR", "DROP", "CREATE")

    @property
    def is_short(self) -> bool:
        """Say whether it is DELETE WHERE { p }, short for DELETE { p } WHERE { p }."""
        return [token.text for token in tokens(self.text[: self.where])] == ["DELETE"]

    @property
    def of_pattern(self) -> bool:
        """Say whether it matches a pattern: what may run long."""
        return self.where >= 0


def operations(update: str) -> list[Operation]:
    """Return the operations of an update; what else is malformed is left for the engine to tell.

    Raises QueryError where an operation begins with no word for one, as in `DELETEWHERE {`, which
    the engine would read as two, and where PREFIX or BASE gets a second meaning.
    """
    prologue, body = _split(update)
    found: list[Operation] = []
    for part in parts([*tokens(body)]):
        if part[0].text not in UPDATES:
            raise QueryError(f"{part[0].text[:40]!r} begins no operation of an update")
        end = part[-1].start + len(part[-1].text)
        one = _operation(prologue, body[part[0].start : end], part)
        if one.words[0] in ("INSERT", "DELETE", "WITH") and not (one.of_data or one.of_pattern):
            line, column = body.count("\n", 0, end) + 1, end - body.rfind("\n", 0, end)
            raise QueryError(f"{one.words[0]} needs DATA or a WHERE", line, column)
        found.append(one)
    return found


def _split(update: str) -> tuple[str, str]:
    """Return all PREFIX and BASE of an update on one line, and the rest with blanks for them.

    The grammar lets each operation have a prologue; the engine takes one, at the start.
    """
    body, declared = update, [""]
    meanings: dict[str, str] = {}
    for number, part in enumerate(parts([*tokens(update)])):
        begin = after_prologue(part)
        if not begin:
            continue
        _check_meanings(part[:begin], meanings, first=number == 0)
        declared.extend(token.text for token in part[:begin])
        last = part[begin - 1]
        start, end = part[0].start, last.start + len(last.text)
        blank = _BLANKED.sub(" ", update[start:end])
        body = body[:start] + blank + body[end:]
    return " ".join(declared), body


def _check_meanings(prologue: Sequence[Token], meanings: dict[str, str], *, first: bool) -> None:
    """Raise QueryError where moving a prologue to the start would change what it says."""
    for at, token in enumerate(prologue):
        if token.text == "BASE" and not first:
            raise QueryError("BASE is taken at the start of an update only")
        if token.text == "PREFIX" and at + 2 < len(prologue):
            name, iri = prologue[at + 1].text, prologue[at + 2].text
            if not first and meanings.get(name, iri) != iri:
                raise QueryError(f"the prefix {name} is given a second meaning; use another")
            meanings[name] = iri


def in_one_prologue(update: str) -> str:
    """Return an update as the engine takes it: with its PREFIX and BASE at the start."""
    if not any(after_prologue(part) for part in parts([*tokens(update)])[1:]):
        return update
    return "\n".join(_split(update))


def forgiving(update: str) -> str:
    """Return an update that takes CLEAR and DROP of a graph that is not there as done.

    The engine calls that a failure, as SPARQL 1.1 Update, 3.2.1 would have it; the W3C's own
    protocol tests (update_base_uri) clear a graph that nobody has made.
    """
    found = [*tokens(update)]
    for first, after in reversed([*pairwise(found)]):
        if first.text in ("CLEAR", "DROP") and first.depth == 0 and after.text == "GRAPH":
            update = f"{update[: after.start]}SILENT {update[after.start :]}"
    return update


def _operation(prologue: str, text: str, part: Sequence[Token]) -> Operation:
    outside = [token for token in part if token.kind == "word" and token.depth == 0]
    start = part[0].start
    where = [token.start - start for token in outside if token.text == "WHERE"]
    words = tuple(token.text for token in outside)
    return Operation(prologue, text, words, start, where[0] if where else -1)


def parts(found: Sequence[Token]) -> list[list[Token]]:
    """Return the tokens between the semicolons that part operations."""
    cut: list[list[Token]] = [[]]
    for token in found:
        if token.text == ";" and token.depth == 0:
            cut.append([])
        else:
            cut[-1].append(token)
    return [part for part in cut if part]


def after_prologue(part: Sequence[Token]) -> int:
    """Return how many tokens of a part are its PREFIX and BASE."""
    at = 0
    while at < len(part) and part[at].text in ("PREFIX", "BASE"):
        at += 3 if part[at].text == "PREFIX" else 2
    return at


def with_graphs(update: str, using: Sequence[Iri], using_named: Sequence[Iri]) -> str:
    """Return an update with USING written into each operation that matches a pattern.

    Raises QueryError when an operation names graphs of its own (SPARQL 1.1 Protocol, 2.2.3).
    """
    clauses = " ".join(
        [*(f"USING <{g}>" for g in using), *(f"USING NAMED <{g}>" for g in using_named)]
    )
    if not clauses:
        return in_one_prologue(update)
    update = in_one_prologue(update)
    for one in reversed(operations(update)):
        if {"USING", "WITH"} & set(one.words):
            raise QueryError("the update names graphs (USING or WITH) and so does its request")
        if not one.of_pattern:
            continue
        at = one.start + one.where
        # DELETE WHERE { p } takes no USING; what it is short for does.
        pattern = one.text[one.where + len("WHERE") :] if one.is_short else ""
        update = f"{update[:at]}{pattern} {clauses} {update[at:]}"
    return update


def solutions(one: Operation, wanted: str) -> str:
    """Return a query that finds what the WHERE of an operation does: `wanted` as after SELECT.

    It looks at the graphs that WITH or USING name.
    """
    named = {"USING": "FROM", "NAMED": "FROM NAMED"}
    pattern = one.text[one.where + len("WHERE") :]
    clauses = []
    for token, after in pairwise([*tokens(one.text[: one.where])]):
        if token.depth == 0 and token.text in named and after.text != "NAMED":
            clauses.append(f"{named[token.text]} {after.text}")
    within = _within(one)
    if within and not clauses:
        pattern = f"{{ GRAPH {within} {pattern} }}"
    return f"{one.prologue} SELECT {wanted} {' '.join(clauses)} WHERE {pattern}"


def _within(one: Operation) -> str:
    """Return the graph that WITH names."""
    first, *rest = tokens(one.text)
    return rest[0].text if first.text == "WITH" and rest else ""


def templates(one: Operation, variable: str) -> tuple[str, str, str]:
    """Return what WITH names, what goes and what comes of an operation: each as INSERT DATA.

    A variable is an IRI there: its name after `variable`. What an operation has not is "".
    """
    within = _within(one)
    graph = f"INSERT DATA {{ GRAPH {within} {{ <x:> <x:> <x:> }} }}" if within else ""
    if one.is_short:
        return "", _as_data(one.text[one.where + len("WHERE") :], variable), ""
    found = {"DELETE": "", "INSERT": ""}
    head = [*tokens(one.text[: one.where])]
    for at, token in enumerate(head):
        if token.depth == 0 and token.text in found:
            end = next((t.start + 1 for t in head[at:] if t.text == "}" and t.depth == 0), None)
            block = one.text[token.start + len(token.text) : end]
            found[token.text] = _as_data(block, variable)
    return graph, found["DELETE"], found["INSERT"]


def _as_data(template: str, variable: str) -> str:
    """Return a template as data: with IRIs for its variables."""
    for token in reversed([*tokens(template)]):
        if token.kind == "variable":
            end = token.start + len(token.text)
            template = f"{template[: token.start]}<{variable}{token.text[1:]}>{template[end:]}"
    return f"INSERT DATA {template}"


def check_syntax(update: str, base: str = "") -> None:
    """Raise QueryError with the position if the engine cannot read an update; nothing is run.

    The text is read whole before its first operation is run, and here that one must fail.
    """
    prologue, body = _split(update)
    failing = f"{prologue} CREATE GRAPH <x:> ; CREATE GRAPH <x:> ;\n"
    try:
        ox.Store().update(failing + body, base_iri=base or None)
    except SyntaxError as error:
        found = QueryError.from_syntax(error)
        line = found.line - 1 if found.line and found.line > 1 else None
        raise QueryError(found.problem, line, found.column if line else None) from None
    except (OSError, RuntimeError, ValueError):
        return


def listed_quads(found: Sequence[Operation], base: str = "") -> Iterator[ox.Quad]:
    """Yield the quads that INSERT DATA and DELETE DATA operations list."""
    for one in found:
        if one.of_data:
            scratch = ox.Store()
            listed = re.sub("^DELETE", "INSERT", one.text, flags=re.IGNORECASE)
            scratch.update(one.prologue + listed, base_iri=base or None)
            yield from scratch

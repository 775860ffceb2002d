"""Where the WHEREs of a SPARQL query begin, and which variables each of them reads by itself.

SELECT ?a ?day WHERE { { SELECT ?a WHERE { ?a x:on ?day } } }
-> the outer one reads none, the inner one ?a and ?day
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from kg.sparql_words import Token, bare_words, tokens

# With one of these a variable may have no value in some row.
_MAY_LEAVE_UNBOUND = {"OPTIONAL", "UNION", "AS", "UNDEF", "MINUS", "FILTER", "EXISTS"}


@dataclass(slots=True)
class _Select:
    """One SELECT or CONSTRUCT: what it reads, without what its subqueries do."""

    depth: int  # braces open around it
    place: int = -1  # just after the brace of its WHERE; -1: not there yet
    open_now: int = 0  # parentheses in its head: in them something is computed
    read: set[str] = field(default_factory=set)

    def take(self, token: Token) -> None:
        """Note a variable; one that the head only passes on is not read."""
        if token.text in ("(", ")"):
            self.open_now += 1 if token.text == "(" else -1
        elif token.kind == "variable" and (self.place >= 0 or self.open_now > 0):
            self.read.add(token.text[1:])


@lru_cache(maxsize=256)
def places(query: str) -> tuple[tuple[int, frozenset[str]], ...]:
    """Return for each WHERE the place after its brace, and the variables read in it, in order.

    Those of GROUP BY, HAVING and ORDER BY, and of what the SELECT computes, are read in it too.
    """
    found: list[_Select] = []
    around: list[_Select] = []
    last = ""
    for token in tokens(query):
        if token.kind == "word" and token.text in ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE"):
            around.append(_Select(token.depth))
            found.append(around[-1])
        elif token.text == "}":
            while around and token.depth < around[-1].depth:
                around.pop()
        elif token.text == "{" and last == "WHERE" and around:
            around[-1].place = token.start + 1
        elif around:
            around[-1].take(token)
        last = token.text if token.kind == "word" else ""
    return tuple((one.place, frozenset(one.read)) for one in found if one.place >= 0)


def binds_all(query: str, columns: Iterable[str]) -> bool:
    """Say whether these columns of a SELECT surely have a value in every row; if unsure, no."""
    groups = places(query)
    simple = len(groups) == 1 and not _MAY_LEAVE_UNBOUND.intersection(bare_words(query))
    return simple and groups[0][1].issuperset(columns)

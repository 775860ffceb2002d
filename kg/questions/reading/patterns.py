"""Patterns: a wording with its slots and what it means, and how choices in it are written out.

"who (own|hold) {company}" -> "who own {company}", "who hold {company}"
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

_CHOICE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say something: the text with its slots, and what it means."""

    text: str  # "who own {company}"
    question: str
    act: str = "rows"
    noun: bool = False  # can follow "what is" and "list"
    column: str = ""
    premise: str = ""  # what it takes for granted: a stake, a membership
    fixed: Mapping[str, str] = field(default_factory=dict)
    several: bool = False  # may be asked of several at once, one after the other

    @property
    def slots(self) -> tuple[str, ...]:
        """Return its slots in their order."""
        return tuple(_SLOT.findall(self.text)) if "{" in self.text else ()


@cache
def expanded(text: str) -> tuple[str, ...]:
    """Return every text that choices and options stand for.

    >>> expanded("be (b|c) [d]")
    ('be b d', 'be b', 'be c d', 'be c')
    """
    match = _CHOICE.search(text)
    if match is None:
        return (" ".join(text.split()),)
    options = match[1].split("|") if match[1] is not None else [*match[2].split("|"), ""]
    before, after = text[: match.start()], text[match.end() :]
    return tuple(one for option in options for one in expanded(before + option + after))


def possessives(text: str) -> Iterator[str]:
    """Yield a noun phrase as it is, with a possessive and with the name before the noun.

    >>> list(possessives("owner of {company}"))
    ['owner of {company}', "{company} 's owner", '{company} owner']
    """
    yield text
    match = re.search(r"^(.*?) (?:of|by|for) (\{\w+\})(.*)$", text)
    if match and "{" not in match[1]:
        yield f"{match[2]} 's {match[1]}{match[3]}"
        yield f"{match[2]} {match[1]}{match[3]}"

"""Articles: how a text is cut into numbered sentences, so that a claim can point at one.

The text itself never enters the graph. A claim keeps the sentence's number and SHA-256, and
whoever holds the article can check both.

    text -> lines -> sentences -> number + SHA-256

The cut is part of the data format: changing it would move every number. A line is never joined
with the next; a heading is a sentence; white space is folded before hashing, so that another
copy of the same words gives the same hash.
"""

import hashlib
import re
from dataclasses import dataclass

# A stop ends a sentence where a space and a capital, digit or opening quotation mark follow,
# unless what stands before it is an abbreviation such as "U.S." or an initial.
_STOP = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?][\"\u201d\u2019]))(?<!\b[A-Z]\.)\s+(?=[A-Z0-9\"\u201c\u2018])"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text and where it stands, counted from 1."""

    number: int
    line: int
    text: str

    @property
    def sha256(self) -> str:
        """Return the hash of the sentence's UTF-8 text with white space folded."""
        return text_sha256(" ".join(self.text.split()))


def sentences(text: str) -> list[Sentence]:
    r"""Return the sentences of `text` in order.

    >>> [s.text for s in sentences("U.S. sales fell. Why?\n\nA heading")]
    ['U.S. sales fell.', 'Why?', 'A heading']
    """
    found: list[Sentence] = []
    for line, words in enumerate(text.splitlines(), start=1):
        for part in _STOP.split(words.strip()):
            if part:
                found.append(Sentence(len(found) + 1, line, part))
    return found


def text_sha256(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()

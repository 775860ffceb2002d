"""Words of a sentence, each with its place in the text, compared without case and accents.

"Who owns Citroën's shares?" -> who owns citroen 's shares
"""

import re
import unicodedata
from dataclasses import dataclass

# "%" alone is a word, that of "34%" belongs to its number; "tie-up" is one word.
_WORD = re.compile(r"tie-?ups?\b|\w+|(?<![\d ])%|(?<!\d) %", re.IGNORECASE)
_APOSTROPHES = "'’ʼ`"  # noqa: RUF001 as people type them
_NEGATED = {"isn", "aren", "wasn", "weren", "don", "doesn", "didn", "hasn", "haven", "won", "can"}


_ONE_WORD = {"%": "percent", "tieup": "tieup"}
_BEFORE_IS = {"who", "what", "where", "how", "when", "why", "which", "there", "it", "that", "here"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as it is compared, as it was written, and where it stands."""

    key: str
    written: str
    start: int
    end: int
    gap: str = ""  # what stands between it and the word before

    @property
    def capital(self) -> bool:
        """Say whether it is written as names are."""
        return self.written[:1].isupper()


def fold(text: str) -> str:
    """Return a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return plain if plain.isascii() else "".join(c for c in plain if not unicodedata.combining(c))


def words(text: str) -> list[Word]:
    """Return the words of a text; an English possessive ending is the word `'s`.

    >>> [word.key for word in words("Who's Nissan's ally?")]
    ['who', 'is', 'nissan', "'s", 'ally']
    """
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        gap, written = text[end : match.start()], match[0]
        key = _ONE_WORD.get(fold(written).strip().replace("-", "").rstrip("s"), fold(written))
        if key == "t" and gap in _APOSTROPHES and found and found[-1].key in _NEGATED:
            key = "not"
        elif key == "s" and gap != "" and gap in _APOSTROPHES:
            key = "is" if found and found[-1].key in _BEFORE_IS else "'s"
        elif found and _is_plural_possessive(gap):
            found.append(Word("'s", gap[0], end, end + 1, ""))
        found.append(Word(key, written, match.start(), match.end(), gap))
        end = match.end()
    return found


def _is_plural_possessive(gap: str) -> bool:
    """Say whether a gap is that of "Japanese brands' share"."""
    return gap[:1] != "" and gap[0] in _APOSTROPHES[:2] and gap[1:] == " "

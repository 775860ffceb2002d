"""Text from data as a terminal may safely print it."""

import re

# Control characters, and those that turn the direction of writing: a terminal would obey them.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(words: object) -> str:
    """Return text with a mark in place of each character that a terminal would obey."""
    return _OBEYED.sub("\ufffd", str(words))

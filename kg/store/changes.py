"""What became of a store, so that a copy of it can be kept up at the cost of the change alone.

store -> Change(version, what was run) -> the same on the copy
"""

import re
from dataclasses import dataclass

# Run twice these give two results: the copy has to be made anew.
_CHANGING = re.compile(
    r"\b(?:RAND|NOW|UUID|STRUUID|BNODE|SAMPLE|GROUP_CONCAT|LIMIT|OFFSET|LOAD)\b", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\u", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Change:
    """One transaction: an update as it was run, or data that were added."""

    update: str = ""
    base: str = ""  # resolves relative IRIs of the update
    added: bytes = b""  # N-Quads; N-Triples if there is a graph
    graph: str = ""  # that the data were added to

    @property
    def repeatable(self) -> bool:
        """Say whether running it again elsewhere surely gives the same."""
        data_only = not re.search(r"\bWHERE\b", self.update, re.IGNORECASE)
        return data_only or not (_CHANGING.search(self.update) or _ESCAPE.search(self.update))

"""What became of a store, so that a copy of it can be kept up at the cost of the change alone.

store -> Change(version, what was run) -> the same on the copy
"""

import re
from dataclasses import dataclass

# Run twice these give two results: the copy has to be made anew.
_CHANGING = re.compile(
    r"\b(?:RAND|NOW|UUID|STRUUID|BNODE|SAMPLE|GROUP_CONCAT|LIMIT|OFFSET|LOAD)\b", re.IGNORECASE
)
_NEW_NODES = re.compile(r"_:|[\[(]|<<|\{\|")  # as short for a blank node; more than is needed
_ESCAPE = re.compile(r"\\u", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Change:
    """One transaction: an update as it was run, or data that were added."""

    update: str = ""
    base: str = ""  # resolves relative IRIs of the update
    added: bytes = b""  # N-Quads; N-Triples if there is a graph
    graph: str = ""  # that the data were added to
    settled: bool = False  # an update whose patterns are solved: it has but one result

    @property
    def repeatable(self) -> bool:
        """Say whether running it again elsewhere surely gives the same."""
        if self.settled:
            return True
        data_only = not re.search(r"\bWHERE\b", self.update, re.IGNORECASE)
        return data_only or not (_CHANGING.search(self.update) or _ESCAPE.search(self.update))

    @property
    def names_nodes(self) -> bool:
        """Say whether running it again surely gives the same names to new blank nodes, if any."""
        return self.settled or not (_NEW_NODES.search(self.update) or b"_:" in self.added)

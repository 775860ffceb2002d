"""What runs below this process, as Linux tells it."""

import os
from pathlib import Path


def descendants(pid: int | None = None) -> set[int]:
    """Return the processes that a process started, and those that they started, dead ones too."""
    children: dict[int, set[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, set()).add(int(stat.parent.name))
    found: set[int] = set()
    new = {os.getpid() if pid is None else pid}
    while new:
        new = set().union(*(children.get(one, set()) for one in new))
        found |= new
    return found

"""The library: claims in, answers out. No HTTP, no HTML, no terminal.

names, errors, settings     what everything else leans on
claims, quads, readers/     what sources say, and its form in the graph
ontology, shapes, checks    what may be said
store/, load, derive        where it is kept, and what follows from it
matching, questions/        who is meant, what is asked, what is answered

    import kg
    kg.open().ask("who owns Mitsubishi Motors?")     # docs/notebooks.md
"""

from importlib import import_module
from typing import Any

# What `kg.open` gives draws pictures too, so it stands above the library, which imports nothing of
# it: this is the one place that knows where it is.
_ABOVE = {"open": ("viz.notebook", "open_book")}


def __getattr__(name: str) -> Any:
    if name not in _ABOVE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, what = _ABOVE[name]
    return getattr(import_module(module), what)

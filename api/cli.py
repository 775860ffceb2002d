"""The command line: `keiretsu`. Data go to stdout, messages to stderr.

Exit codes: 0 answered or nothing wrong; 1 a check or verification found something wrong;
2 the call itself is wrong (an option, a name, a file, a query); 3 no answer (not understood,
or nothing in the graph says so).
"""

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from api.commands import app as _app

if TYPE_CHECKING:
    from api.commands import app

__all__ = ["app", "main"]

_COMMANDS = (
    "analytics_tables", "asking", "data", "keeping", "measures_tables", "network_tables",
    "ownership_tables", "pages", "what_if_tables",
)  # fmt: skip
_OF_ASKING = ("ask", "question", "questions", "query", "contradictions")


def _with_commands(*modules: str) -> None:
    """Import modules of commands, each of which adds its own to the one app."""
    for name in modules:
        import_module(f"api.commands.{name}")


def __getattr__(name: str) -> Any:
    """Return `app` with every command; `main` asks with fewer, as they take time to import."""
    if name != "app":
        raise AttributeError(name)
    _with_commands(*_COMMANDS)
    return _app


def main() -> None:
    """Run the command line: whoever only asks does not wait for the commands that work out."""
    asks = sys.argv[1:2] and sys.argv[1] in _OF_ASKING
    _with_commands(*(("asking",) if asks else _COMMANDS))
    app = _app
    try:
        app()
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()

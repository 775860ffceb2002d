"""The command line: `keiretsu`. Data go to stdout, messages to stderr.

Exit codes: 0 answered or nothing wrong; 1 a check or verification found something wrong;
2 the call itself is wrong (an option, a name, a file, a query); 3 no answer (not understood,
or nothing in the graph says so).
"""

import os
import sys

from api.commands import (
    analytics_tables,
    app,
    asking,
    data,
    keeping,
    measures_tables,
    network_tables,
    ownership_tables,
    pages,
    what_if_tables,
)

__all__ = [
    "analytics_tables",
    "app",
    "asking",
    "data",
    "keeping",
    "main",
    "measures_tables",
    "network_tables",
    "ownership_tables",
    "pages",
    "what_if_tables",
]


def main() -> None:
    """Run the command line."""
    try:
        app()
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

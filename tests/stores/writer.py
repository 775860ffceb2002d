"""Writes to a folder store in process after process, until each is killed: for test_durable.

    python writer.py STORE DATA DOCUMENTS        then a line on standard input for each process

A process says its number, `open` once the store is, and what it wrote only when that is done:
`loaded N`, `edited N`. Modules are imported once and processes forked, so that many can be killed.
"""

import os
import sys
from itertools import count
from pathlib import Path

from kg.edits import Edits
from kg.load import load_files
from kg.settings import Settings
from kg.store.open import open_graph

EDIT = (
    "PREFIX kei: <https://w3id.org/keiretsu/ontology#>\n"
    "PREFIX id: <https://w3id.org/keiretsu/id/>\n"
    "INSERT DATA {{ GRAPH <https://x.example/edits> {{\n"
    "  <https://x.example/edit/{0}> kei:number {0} ; kei:twice {0} }} }}"
)


def say(*words):
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def write(store, data, documents, begin):
    graph = open_graph(Settings(store=Path(store), data=Path(data)))
    say("open")
    edits = Edits(graph, None)  # its worker processes are for patterns only
    for number in count(begin):
        if number % 3:
            load_files(graph, [Path(documents) / f"extra-{number % 40}.ttl"], replace=True)
            say("loaded", number % 40)
        else:
            edits.update(EDIT.format(number))
            say("edited", number)


def main(store, data, documents):
    for line in sys.stdin:
        process = os.fork()
        if process == 0:
            write(store, data, documents, int(line))
        say("process", process)
        os.waitpid(process, 0)
        say("ended")


if __name__ == "__main__":
    main(*sys.argv[1:])

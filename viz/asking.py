"""The questions of a picture, asked about many things and several at a time.

A store answers on its own threads; a large picture has a dozen questions, and two are answered in
the time of one where there are two processors.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from kg.questions.answer import AnswerRow, rows_about
from kg.store.base import Graph

Asked = tuple[str, str]  # a question, and the parameter that the things are

_AT_ONCE = 500  # things a query
_THREADS = 2
_FEW = 60  # things, up to which a thread takes longer to start than the answer to come


def rows_of(
    graph: Graph, questions: Sequence[Asked], things: Sequence[str], clocks: Mapping[str, str]
) -> list[list[AnswerRow]]:
    """Return the rows of each of `questions` about any of `things` (IRIs), in that order."""
    parts = list(_blocks(things))
    calls = [(name, parameter, part) for name, parameter in questions for part in parts]

    def ask(call: tuple[str, str, list[str]]) -> list[AnswerRow]:
        return rows_about(graph, *call, clocks)

    if len(things) <= _FEW:
        answers = list(map(ask, calls))
    else:
        with ThreadPoolExecutor(_THREADS) as pool:
            answers = list(pool.map(ask, calls))
    each = len(parts)
    return [
        list(chain.from_iterable(answers[at : at + each]))
        for at in range(0, len(questions) * each, each)
    ] if each else [[] for _ in questions]  # fmt: skip


def _blocks(things: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(things), _AT_ONCE):
        yield list(things[at : at + _AT_ONCE])

"""Each kind of runaway ends at its limit with a reason; small queries are answered meanwhile."""

import asyncio

import pytest

from benchmarks.runaways import RUNAWAYS
from kg.errors import QueryError, QueryLimitError
from kg.store.bounded import BoundedQueries
from kg.store.worker import Request
from tests.processes import descendants

ROWS_AS, TRIPLES_AS = ("application/sparql-results+json",), ("application/n-triples",)


@pytest.fixture
def bounded(graph):
    running = descendants()
    queries = BoundedQueries(graph, seconds=1, memory_mb=300, answer_mb=1)
    yield queries
    queries.close()
    assert descendants() <= running


def asked(text):
    return Request(text, ROWS_AS, TRIPLES_AS)


@pytest.mark.parametrize("name", RUNAWAYS)
def test_it_is_stopped_and_the_next_query_answered(bounded, name):
    with pytest.raises(QueryLimitError, match="stopped"):
        bounded.run(asked(RUNAWAYS[name]))
    assert b"true" in bounded.run(asked("ASK { ?s ?p ?o }")).body


def test_all_at_once_leave_the_small_ones_their_workers(bounded):
    async def together():
        await bounded.answer(asked("ASK {}"))
        troubles = [
            asyncio.ensure_future(bounded.answer(asked(one))) for one in [*RUNAWAYS.values()] * 2
        ]
        await asyncio.sleep(0.3)
        small = [
            await bounded.answer(asked(f"ASK {{ ?s ?p ?o }} # {number}")) for number in range(20)
        ]
        ends = await asyncio.gather(*troubles, return_exceptions=True)
        bounded.close()
        return small, ends

    small, ends = asyncio.run(together())
    assert all(b"true" in one.body for one in small)
    assert all(isinstance(one, QueryLimitError) for one in ends)


def test_many_long_queries_give_way_when_others_wait(graph):
    queries = BoundedQueries(graph, seconds=30, memory_mb=300, answer_mb=1, workers=4)

    async def together():
        await queries.answer(asked("ASK {}"))
        long = [
            asyncio.ensure_future(queries.answer(asked(f"{RUNAWAYS['cross product']} # {number}")))
            for number in range(8)
        ]
        await asyncio.sleep(1)
        answered = await asyncio.wait_for(queries.answer(asked("ASK { ?s ?p ?o }")), 10)
        for one in long:
            one.cancel()
        ends = await asyncio.gather(*long, return_exceptions=True)
        queries.close()
        return answered, ends

    answered, ends = asyncio.run(together())
    assert b"true" in answered.body
    given_way = [one for one in ends if isinstance(one, QueryError)]
    assert given_way
    assert all("stopped for others" in str(one) for one in given_way)

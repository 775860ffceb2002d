"""Queries sent ahead to a worker that is still at another: each gets its own answer, in time."""

import asyncio
import json
import time

import pytest

from kg.errors import QueryLimitError
from kg.store.bounded import BoundedQueries
from kg.store.worker import Request

JSON = ("application/sparql-results+json",)
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture
def queries(graph):
    made = BoundedQueries(graph, seconds=2, memory_mb=500, answer_mb=200, workers=4, kept_mb=0)
    yield made
    made.close()


async def number(queries, wanted):
    reply = await queries.answer(Request(f"SELECT ({wanted} AS ?n) {{}}", JSON, ()))
    (row,) = json.loads(reply.body)["results"]["bindings"]
    return int(row["n"]["value"])


async def timed(asking):
    began = time.monotonic()
    await asking
    return time.monotonic() - began


def run(queries, scenario):
    async def whole():
        await asyncio.gather(*(number(queries, one) for one in range(4)))  # workers are there
        try:
            return await scenario()
        finally:
            queries.close()

    return asyncio.run(whole())


def test_each_of_many_at_once_gets_its_own_answer(queries):
    async def scenario():
        return await asyncio.gather(*(number(queries, one) for one in range(300)))

    assert run(queries, scenario) == list(range(300))


@pytest.mark.parametrize("text", [RUNAWAY, LARGE], ids=["runaway", "large"])
def test_what_is_sent_ahead_behind_a_long_query_is_answered_by_another(queries, text):
    async def scenario():
        long = [
            asyncio.create_task(queries.answer(Request(f"{text} # {one}", JSON, ())))
            for one in range(3)
        ]
        small = asyncio.gather(*(timed(number(queries, one)) for one in range(30)))
        took = await small
        for one in long:
            one.cancel()
        await asyncio.gather(*long, return_exceptions=True)
        return took

    assert max(run(queries, scenario)) < 1.5  # the long ones have two seconds


def test_who_leaves_while_his_query_is_ahead_harms_nobody(queries):
    async def scenario():
        asked = [asyncio.create_task(number(queries, one)) for one in range(60)]
        await asyncio.sleep(0)
        for one in asked[::2]:
            one.cancel()
        found = await asyncio.gather(*asked, return_exceptions=True)
        return found[1::2], await number(queries, 99)

    assert run(queries, scenario) == (list(range(1, 60, 2)), 99)


def test_a_change_is_seen_by_whoever_asks_after_it(queries, graph):
    count = Request("SELECT (COUNT(*) AS ?n) { GRAPH <x:g> { ?s ?p ?o } }", JSON, ())

    async def counted():
        (row,) = json.loads((await queries.answer(count)).body)["results"]["bindings"]
        return int(row["n"]["value"])

    async def scenario():
        seen = []
        for one in range(5):
            before = [asyncio.create_task(number(queries, other)) for other in range(10)]
            await asyncio.sleep(0)
            graph.update(f"INSERT DATA {{ GRAPH <x:g> {{ <x:s> <x:p> {one} }} }}")
            seen.append(await counted())
            assert await asyncio.gather(*before) == list(range(10))
        return seen

    assert run(queries, scenario) == [1, 2, 3, 4, 5]


def test_a_runaway_still_ends_at_its_limit_with_others_behind_it(queries):
    async def scenario():
        long = asyncio.create_task(queries.answer(Request(RUNAWAY, JSON, ())))
        await asyncio.gather(*(number(queries, one) for one in range(30)))
        with pytest.raises(QueryLimitError, match="stopped after 2 seconds"):
            await long
        return await number(queries, 7)

    assert run(queries, scenario) == 7

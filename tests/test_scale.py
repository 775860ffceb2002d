"""What a load derives is what deriving everything would: for any order, and after any change."""

import random
from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from benchmarks.claims import World
from kg import names
from kg.derive import derive
from kg.load import load_claims, remove_documents
from kg.quads import proposition_iri

# Few companies and much said of each, so that claims meet.
SMALL = World(claims=160, companies=6, alliances=3, seed=7)
DERIVED = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{names.DERIVED}> {{ ?s ?p ?o }} }}"
STATED = f"SELECT DISTINCT ?stated WHERE {{ ?claim <{names.term('states')}> ?stated }}"
HELD = f"SELECT DISTINCT ?s WHERE {{ GRAPH <{names.PROPOSITIONS}> {{ ?s ?p ?o }} }}"


def derived(graph):
    return {(row["s"], row["p"], row["o"]) for row in graph.select(DERIVED).rows}


def column(graph, query):
    return {next(iter(row.values())) for row in graph.select(query).rows}


def assert_as_anew(graph):
    before = derived(graph)
    derive(graph)
    assert before == derived(graph)


@pytest.fixture(scope="module")
def whole():
    """Return what is derived where the whole small world is loaded at once."""
    from kg.store.embedded import EmbeddedGraph

    made = EmbeddedGraph()
    load_claims(made, [one for each in SMALL.documents() for one in each], names=SMALL.named())
    kinds = {predicate.value for _, predicate, _ in derived(made)}
    assert {names.term(kind) for kind in ("overrules", "contests", "memberOf", "leads")} <= kinds
    return derived(made)


@pytest.mark.parametrize("seed", range(4))
def test_documents_in_any_order_derive_the_same(empty_graph, whole, seed):
    order = random.Random(seed).sample(list(SMALL.documents()), SMALL.sources)
    load_claims(empty_graph, [], names=SMALL.named())
    for claims in order:
        load_claims(empty_graph, claims)
    assert derived(empty_graph) == whole
    assert_as_anew(empty_graph)


def test_documents_beside_the_shipped_ones_derive_the_same(graph, whole):
    shipped = derived(graph)
    for claims in SMALL.documents():
        load_claims(graph, claims)
    assert shipped <= derived(graph)
    load_claims(graph, [], names=SMALL.named())
    assert derived(graph) == shipped | whole
    assert_as_anew(graph)


def test_names_that_come_after_their_claims_set_the_clocks(empty_graph, whole):
    load_claims(empty_graph, [one for each in SMALL.documents() for one in each])
    load_claims(empty_graph, [], names=SMALL.named())
    assert derived(empty_graph) == whole


@pytest.mark.parametrize("number", range(0, SMALL.sources, 3))
def test_a_document_that_is_taken_out_leaves_nothing(empty_graph, number):
    load_claims(
        empty_graph, [one for each in SMALL.documents() for one in each], names=SMALL.named()
    )
    remove_documents(empty_graph, [SMALL.source(number)])
    assert not [s for s, _, _ in derived(empty_graph) if f"/made-{number}-" in s.value]
    assert column(empty_graph, STATED) == column(empty_graph, HELD)
    assert_as_anew(empty_graph)


@pytest.mark.parametrize("number", range(1, SMALL.sources, 3))
def test_a_document_that_is_replaced_derives_as_if_it_had_always_been_so(empty_graph, number):
    load_claims(
        empty_graph, [one for each in SMALL.documents() for one in each], names=SMALL.named()
    )
    other = SMALL.document((number + 5) % SMALL.sources)
    claims = [
        replace(one, id=own.id, source=own.source, responds_to=one.responds_to and own.id)
        for own, one in zip(SMALL.document(number), other, strict=True)
    ]
    load_claims(empty_graph, claims, replace=True)
    assert column(empty_graph, STATED) == column(empty_graph, HELD)
    assert_as_anew(empty_graph)


def test_a_correction_touches_what_it_corrects(empty_graph):
    first, second = (
        [one for one in SMALL.document(number) if one.states is not None] for number in (0, 1)
    )
    load_claims(empty_graph, first, names=SMALL.named())
    load_claims(empty_graph, [replace(one, supersedes=first[0].id) for one in second])
    assert_as_anew(empty_graph)
    remove_documents(empty_graph, [SMALL.source(1)])
    assert_as_anew(empty_graph)


def test_only_what_a_document_touches_is_derived_anew(graph):
    shipped = names.entity("claim", "b1529ee35cea87c4-01-a")
    mark = Quad(NamedNode(shipped), NamedNode("x:p"), Literal("x"), NamedNode(names.DERIVED))
    graph.change([], [mark])
    load_claims(graph, SMALL.document(0), names=SMALL.named())
    assert (mark.subject, mark.predicate, mark.object) in derived(graph)


def test_a_load_that_fails_changes_nothing(empty_graph):
    load_claims(empty_graph, SMALL.document(0), names=SMALL.named())
    before = sorted(empty_graph.dump().splitlines())

    def broken():
        yield from SMALL.document(1)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        load_claims(empty_graph, broken())
    assert sorted(empty_graph.dump().splitlines()) == before


def test_a_made_up_world_is_the_same_each_time():
    assert list(SMALL.documents()) == list(SMALL.documents())
    assert proposition_iri(SMALL.document(0)[0].states).startswith(names.ENTITY)

import random

import pytest

from kg import names
from kg.analytics import control_findings
from kg.analytics.control_pairs import CERTAIN, control
from kg.analytics.network import network
from kg.evidence import evidence
from kg.load import load_claims, remove_documents
from kg.shapes import check_shapes

from .conftest import NAMED, company, random_documents, random_names, told

KEPT = """
SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), "derived/control")) }
"""
EDGES = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?one ?other WHERE { ?one kei:%s ?other }
"""
FINDING = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?held ?rule ?claim ?known ?holds
WHERE {
  ?finding kei:controller <%s> ; kei:controlled <%s> ; kei:heldShare ?held ; kei:byRule ?rule ;
    kei:restsOn ?claim ; kei:knownFrom ?known ; kei:holdsFrom ?holds .
}
"""
CHAIN = [
    told("ab", "a", "b", "0.6", source="old", since="2010-01-01"),
    told("ac", "a", "c", "0.3", source="old", since="2011-01-01"),
    told("bc", "b", "c", "0.3", source="mid", since="2012-01-01"),
    told("dc", "d", "c", "0.1", source="old"),
]


def edge(graph, name):
    return {tuple(map(names.local_name, row)) for row in graph.texts(EDGES % name)}


def test_control_through_others_is_an_edge_with_its_proof(known):
    graph = known(*CHAIN)
    assert edge(graph, "controls") == {("a", "b"), ("a", "c")}
    assert edge(graph, "ultimateController") == {("b", "a"), ("c", "a")}
    rows = graph.texts(FINDING % (company("a"), company("c")))
    assert {row[0] for row in rows} == {"0.6"}
    assert {row[1] for row in rows} == {names.code("control-rule", "joint-majority")}
    claims = {names.local_name(row[2]) for row in rows}
    assert claims == {"ab", "ac", "bc"}
    assert {row[3:] for row in rows} == {("2023-11-10", "2012-01-01")}
    assert len(evidence(graph, [row[2] for row in rows])) == 3


def test_a_loop_has_each_of_its_companies_at_the_top(known):
    graph = known(
        told("ab", "a", "b", "0.6", source="old"),
        told("ba", "b", "a", "0.6", source="old"),
        told("bc", "b", "c", "0.6", source="old"),
    )
    assert ("c", "a") in edge(graph, "ultimateController")
    assert ("c", "b") in edge(graph, "ultimateController")


def test_a_load_takes_away_what_is_no_more(known):
    graph = known(*CHAIN)
    load_claims(
        graph,
        [told("ab-2", "a", "b", "0.4", source="new", since="2024-06-01")],
        names=NAMED,
    )
    assert edge(graph, "controls") == set()
    remove_documents(graph, [names.entity("doc", "new")])
    assert edge(graph, "controls") == {("a", "b"), ("a", "c")}


def test_a_load_without_stakes_writes_no_finding(known, monkeypatch):
    graph = known(*CHAIN)
    monkeypatch.setattr(control_findings, "_kept", lambda graph: pytest.fail("looked for findings"))
    control_findings.follow(graph, graph.version, [(company("a"), names.entity("alliance", "x"))])


@pytest.mark.parametrize("seed", range(8))
def test_following_loads_comes_to_the_same_as_working_all_out_anew(empty_graph, seed):
    dice = random.Random(seed)
    documents = random_documents(seed, documents=8)
    named, held = random_names(documents), []
    for _ in range(10):
        if held and dice.random() < 0.4:
            remove_documents(empty_graph, [documents[held.pop()][0].source])
        else:
            chosen = dice.choice([one for one in range(8) if one not in held])
            held.append(chosen)
            load_claims(empty_graph, documents[chosen], names=named)
        followed = sorted(empty_graph.texts(KEPT))
        control_findings.renew(empty_graph)
        assert sorted(empty_graph.texts(KEPT)) == followed
        assert edge(empty_graph, "controls") == {
            (names.local_name(one.controller), names.local_name(one.controlled))
            for one in control(network(empty_graph).deciding)
            if one.certainty == CERTAIN
        }


def test_a_large_store_has_no_findings(known, monkeypatch):
    graph = known(*CHAIN)
    monkeypatch.setattr(control_findings, "MOST_STAKES", 2)
    assert control_findings.renew(graph) == 0
    assert graph.texts(KEPT) == []


def test_findings_have_the_shape_they_promise(known):
    from rdflib import Graph as Rdf

    graph = known(*CHAIN)
    triples = graph.construct("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    lines = "".join(f"{one.subject} {one.predicate} {one.object} .\n" for one in triples)
    found = check_shapes(Rdf().parse(data=lines, format="nt"), file="findings")
    assert [one for one in found if one.rule.startswith("Control")] == []

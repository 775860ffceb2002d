from dataclasses import replace

import pytest

from kg.evidence import evidence
from kg.hubs import hubs
from kg.names import GRAPH
from viz.grounds import with_end
from viz.scenes import scene_of


def links(scene, kind):
    return {
        (one.start.rpartition("/")[2], one.end.rpartition("/")[2]): one
        for one in scene.links
        if one.kind == kind
    }


def nodes(scene):
    return {one.id.rpartition("/")[2]: one for one in scene.nodes}


def test_the_whole_graph_has_every_company_alliance_and_group_with_a_figure(graph):
    shown = nodes(scene_of(graph))
    kinds = [one.kind for one in shown.values()]
    assert (kinds.count("company"), kinds.count("alliance"), kinds.count("group")) == (12, 3, 1)


def test_a_stake_has_its_per_cent_and_its_claims(graph):
    scene = scene_of(graph)
    stake = links(scene, "stake")["nissan-motor", "mitsubishi-motors"]
    assert (stake.label, stake.share, stake.right) == ("34%", 0.34, "capital")
    assert stake.sentence == "Nissan Motor owns 34% of Mitsubishi Motors"
    assert [scene.evidence[claim].locator for claim in stake.claims] == ["sentence 4"]


def test_what_is_reported_does_not_look_confirmed(graph):
    scene = scene_of(graph)
    assert nodes(scene)["honda-nissan-mitsubishi"].status == "reported"
    assert nodes(scene)["renault-nissan-mitsubishi"].status == "active"
    reported = links(scene, "membership")["honda-motor", "honda-nissan-mitsubishi"]
    assert reported.sentence == (
        "Honda Motor is reported to be a member of the Honda–Nissan–Mitsubishi alliance"  # noqa: RUF001
    )


def test_a_company_is_shown_with_its_surroundings_only(graph):
    shown = nodes(scene_of(graph, "renault"))
    assert set(shown) == {
        "renault",
        "renault-nissan-mitsubishi",
        "nissan-motor",
        "mitsubishi-motors",
    }


def test_size_is_the_vehicles_sold_and_unknown_is_not_zero(graph):
    shown = nodes(scene_of(graph))
    assert shown["honda-motor"].sales == 4_100_000
    assert shown["tesla"].sales is None  # only its electric vehicles are stated
    assert [figure.text for figure in shown["tesla"].figures] == ["1.8 million"]


def test_a_lower_bound_is_said_as_one(graph):
    figures = nodes(scene_of(graph))["honda-nissan-mitsubishi"].figures
    assert {figure.text for figure in figures} == {"more than 8 million", "8.35 million"}


def test_both_clocks_reach_the_picture(graph):
    assert scene_of(graph, clocks={"known_by": "2020-01-01"}).links == ()
    then = scene_of(graph, "nissan", {"as_of": "2024-01-01"})
    assert set(nodes(then)) >= {"renault"}
    assert "honda-motor" not in nodes(then)


def test_every_claim_that_is_cited_is_there_whole(graph):
    scene = scene_of(graph)
    cited = {claim for one in (*scene.nodes, *scene.links) for claim in one.claims}
    cited |= {claim for node in scene.nodes for one in node.figures for claim in one.claims}
    cited |= {claim for node in scene.nodes for _, claims in node.notes for claim in claims}
    assert cited <= set(scene.evidence)
    assert all(scene.evidence[claim].says for claim in cited)


@pytest.mark.parametrize("name", ["honda-motor", "byd"], ids=["asked for comment", "not asked"])
def test_a_company_that_declined_to_comment_says_so(graph, name):
    notes = nodes(scene_of(graph))[name].notes
    declined = [text for text, _ in notes if "declines to comment" in text]
    assert len(declined) == (name == "honda-motor")


def test_what_is_over_is_told_as_over(graph):
    scene = scene_of(graph)
    labels = {node.id: node.label for node in scene.nodes}
    stake = next(one for one in scene.links if one.kind == "stake")
    held = evidence(graph, stake.claims)
    over = {iri: replace(claim, holds_until="2030-04-01") for iri, claim in held.items()}
    ended = with_end(stake, over, labels, "2030-04-01")
    assert (ended.status, ended.until) == ("ended", "2030-04-01")
    assert ended.sentence == "Nissan Motor owned 34% of Mitsubishi Motors"
    assert with_end(stake, over, labels, "2030-03-31") is stake
    assert with_end(stake, held, labels, "2030-04-01") is stake


def test_the_best_connected_come_first(graph):
    found = hubs(graph, 3)
    assert found[0] == ("https://w3id.org/keiretsu/id/alliance/toyota-led", 6)
    assert [count for _, count in found] == sorted((c for _, c in found), reverse=True)
    assert len(found) == 3


def test_the_words_of_a_source_are_shown_where_a_claim_holds_them(graph):
    stake = next(one for one in scene_of(graph).links if one.kind == "stake")
    graph.update(
        f"INSERT DATA {{ GRAPH <{GRAPH}doc/quoted> {{ <{stake.claims[0]}> "
        '<https://w3id.org/keiretsu/ontology#quotation> "Thirty-four per cent." } }'
    )
    assert scene_of(graph).evidence[stake.claims[0]].quotation == "Thirty-four per cent."

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics.paths import (
    Relation,
    Relations,
    membership_relations,
    relation_paths,
    stake_relations,
)
from kg.analytics.stakes import from_rows
from kg.errors import ParameterError, UnknownNameError


@pytest.fixture
def relations():
    stakes = from_rows(
        [("renault", "nissan", "43.4%"), ("nissan", "renault", "15%"), ("nissan", "mmc", "34%")],
        claims=[("c1",), ("c2",), ("c3",)],
    )
    members = {"honda-nissan": ["honda", "nissan"]}
    return Relations().add([*stake_relations(stakes), *membership_relations(members)])


def test_a_path_runs_over_stakes_and_alliances_with_their_claims(relations):
    (path,) = relation_paths(relations, "honda", "mmc").paths
    assert path.nodes == ("honda", "honda-nissan", "nissan", "mmc")
    assert [step[0].kind for step in path.steps] == ["is a member of", "is a member of", "owns"]
    assert path.steps[2][0].claims == ("c3",)
    assert str(path).endswith("nissan owns mmc (34%)")


def test_a_step_holds_all_relations_between_two_nodes(relations):
    (path,) = relation_paths(relations, "renault", "nissan").paths
    assert {one.label for one in path.steps[0]} == {"43.4%", "15%"}


def test_no_path_leads_through_a_hub():
    fund = [Relation(source="fund", target=f"c{n}", kind="owns") for n in range(50)]
    long = [Relation(source=a, target=b, kind="owns") for a, b in (("c0", "x"), ("x", "c1"))]
    found = relation_paths(Relations().add([*fund, *long]), "c0", "c1", hub=20)
    assert [path.nodes for path in found.paths] == [("c0", "x", "c1")]
    assert found.hubs == ("fund",)
    assert len(relation_paths(Relations().add(fund), "fund", "c1", hub=20).paths) == 1


def test_paths_are_bounded_and_say_so():
    rows = [(a, b, "1%") for a in "abcdefgh" for b in "abcdefgh" if a != b]
    found = relation_paths(Relations().add(stake_relations(from_rows(rows))), "a", "b", most=7)
    assert (len(found.paths), found.complete) == (7, False)
    assert [len(path.steps) for path in found.paths] == [1, 2, 2, 2, 2, 2, 2]


@settings(max_examples=150)
@given(
    st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=16),
    st.integers(1, 5),
)
def test_the_cut_loses_no_path(pairs, length):
    graph = nx.MultiDiGraph([(str(a), str(b)) for a, b in pairs if a != b])
    if "0" not in graph or "1" not in graph:
        return
    found = relation_paths(Relations.of_graph(graph), "0", "1", most=100, length=length)
    every = nx.all_simple_paths(nx.Graph(graph), "0", "1", cutoff=length)
    assert sorted(path.nodes for path in found.paths) == sorted(map(tuple, every))[:100]
    lengths = [len(path.steps) for path in found.paths]
    assert lengths == sorted(lengths)


@pytest.mark.parametrize(
    ("start", "end", "more", "error", "message"),
    [
        ("hond", "mmc", {}, UnknownNameError, "honda"),
        ("mmc", "mmc", {}, ParameterError, "two different ends"),
        ("honda", "mmc", {"length": 9}, ParameterError, "1 to 8"),
        ("honda", "mmc", {"most": 0}, ParameterError, "1 to 100"),
    ],
    ids=["unknown", "one end", "too long", "none"],
)
def test_what_cannot_be_searched_says_why(relations, start, end, more, error, message):
    with pytest.raises(error, match=message):
        relation_paths(relations, start, end, **more)

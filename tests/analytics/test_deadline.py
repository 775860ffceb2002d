"""Work that somebody waits for ends when its time is over, wherever it is."""

import random
from datetime import date
from fractions import Fraction
from threading import Thread
from threading import enumerate as enumerate_threads
from time import sleep

import pytest

from kg.analytics.consequences import World, what_if
from kg.analytics.deadline import deadline, ended, heed, slices
from kg.analytics.edges import edges
from kg.analytics.edits import read_edit
from kg.analytics.inquiries.asking import ask_on
from kg.analytics.integrated import ownership
from kg.analytics.legal import legal_tests
from kg.analytics.linked import close_links
from kg.analytics.network import Asked, Network
from kg.analytics.shareholders import power
from kg.analytics.stakes import from_rows
from kg.analytics.structure import centrality
from kg.errors import ParameterError, QueryLimitError


@pytest.fixture(scope="module")
def entangled():
    """Return stakes of thirty companies in each other, about 80% of each."""
    dice = random.Random(7)
    return from_rows(
        (f"n{owner}", f"n{owned}", f"{dice.randint(1000, 4500) / 1000}%")
        for owner in range(30)
        for owned in range(30)
        if owner != owned
    )


@pytest.mark.parametrize(
    "work",
    [
        lambda stakes: close_links(stakes, "path-product"),
        lambda stakes: ownership(stakes, "paths"),
        lambda stakes: legal_tests(stakes, None, "n3"),
        lambda stakes: power(stakes, "n3"),
        lambda stakes: what_if(World(capital=stakes), [read_edit("set", "n1>n3=1%")]),
    ],
    ids=["close links", "paths", "legal tests", "power", "what if"],
)
def test_it_ends(entangled, work):
    with pytest.raises(QueryLimitError, match="longer than it may"), deadline(0.0):
        work(entangled)


def busy():
    while True:
        pass


def test_what_never_looks_at_the_clock_is_ended_too():
    with pytest.raises(QueryLimitError, match="longer than it may"), deadline(0.01):
        ended(busy)


def test_what_is_in_time_is_returned_and_nothing_comes_after():
    with deadline(60.0):
        assert ended(lambda: 7) == 7
    with deadline(0.0):  # over before it began: only what goes on is ended
        assert ended(lambda: 7) == 7
    assert ended(lambda: 7) == 7


def test_nothing_is_raised_once_the_work_has_ended(monkeypatch):
    """Threads whose time is over at random moments, of work that takes about as long."""
    monkeypatch.setattr("kg.analytics.deadline._GRACE", 1e-4)
    dice = random.Random(5)
    found = []

    def run(many):
        try:
            with deadline(dice.random() * many * 3e-8):
                found.append(ended(lambda: sum(one for one in range(many))) == sum(range(many)))
        except QueryLimitError:
            found.append(True)
        found.append(sum(one for one in range(300)) == 44_850)

    def runs():
        for _ in range(150):
            run(dice.randrange(200, 40_000))

    threads = [Thread(target=runs) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [True] * 900
    assert not any(one.name == "deadline" for one in enumerate_threads())


def test_what_others_use_too_is_not_broken_off():
    shared = {"__name__": "kg.store.made_up", "sleep": sleep}
    exec("def read():\n    for _ in range(60): sleep(0.01)\n    return 7", shared)
    with pytest.raises(QueryLimitError), deadline(0.01):
        ended(lambda: [shared["read"](), busy()])
    with deadline(0.01):
        assert ended(shared["read"]) == 7


def network_of(graph, stakes):
    asked = Asked(as_of=date(2024, 1, 1))
    return Network(graph=graph, asked=asked, capital=stakes, votes=None, table=edges(graph))


def test_a_long_chain_is_ended_on_the_graph(empty_graph):
    chain = from_rows((f"n{one}", f"n{one + 1}", "60%") for one in range(3_000))
    found = network_of(empty_graph, chain)
    with pytest.raises(QueryLimitError, match="longer than it may"), deadline(0.05):
        ask_on(found, "control", {})


def test_more_pairs_than_an_answer_is_made_of_are_refused_only_while_somebody_waits(
    empty_graph, monkeypatch
):
    monkeypatch.setattr("kg.analytics.inquiries.control._MOST_PAIRS", 5)
    chain = from_rows((f"n{one}", f"n{one + 1}", "60%") for one in range(4))
    found = network_of(empty_graph, chain)
    assert ask_on(found, "control", {}).total == 10
    with deadline(60.0), pytest.raises(ParameterError, match="more than 5 pairs"):
        ask_on(found, "control", {})


def test_slices_cover_everything_and_end_in_time():
    assert list(slices(1000)) == [(0, 1000)]
    with deadline(60.0):
        pieces = list(slices(1000))
    assert len(pieces) > 1
    assert [one for first, last in pieces for one in range(first, last)] == list(range(1000))
    with deadline(0.0), pytest.raises(QueryLimitError):
        list(slices(1000))


@pytest.mark.parametrize("simple", [True, False], ids=["by paths", "integrated"])
def test_kernels_called_in_slices_find_the_same(simple):
    pytest.importorskip("numba")
    from kg.analytics.linked_large import pairs_above

    names = "abcdefgh"
    stakes = from_rows((one, of, "0.1") for one in names for of in names if one != of)
    whole = pairs_above(stakes, Fraction(1, 10), simple=simple)
    with deadline(600.0):
        pieces = pairs_above(stakes, Fraction(1, 10), simple=simple)
    assert len(whole.owner)
    assert [list(one) for one in whole[:4]] == [list(one) for one in pieces[:4]]
    with pytest.raises(QueryLimitError), deadline(0.0):
        pairs_above(stakes, Fraction(1, 10), simple=simple)


def test_betweenness_of_a_large_network_is_estimated_some_nodes_at_a_time():
    pytest.importorskip("networkit")
    chain = from_rows((f"n{one}", f"n{one + 1}", "60%") for one in range(3_000))
    with deadline(600.0):
        found = centrality(chain, "betweenness", samples=64)
    assert found.method == "estimated from 64 of 3001 nodes, seed 0, 16 at a time"
    assert 0.1 < max(found.values) < 1.0  # 0.5 in the middle
    with pytest.raises(QueryLimitError), deadline(0.0):
        centrality(chain, "betweenness")


def test_a_loop_that_hardly_leaks_is_given_up_while_somebody_waits(monkeypatch):
    pytest.importorskip("numba")
    from kg.analytics.large_ownership import LargeNetwork

    ring = [(f"n{one}", f"n{(one + 1) % 80}", "0.999") for one in range(80)]
    back = [(f"n{(one + 1) % 80}", f"n{one}", "0.00099") for one in range(80)]
    stakes = from_rows([*ring, *back])
    monkeypatch.setattr("kg.analytics.flows._STEPS", 500)
    for ask_ in (lambda of: of.held_by(0), lambda of: of.owners_of(0)):
        with deadline(600.0), pytest.raises(QueryLimitError, match="leave next to nothing"):
            ask_(LargeNetwork(stakes))
        assert ask_(LargeNetwork(stakes)).low.max() <= 1


def test_an_inner_end_is_never_later_and_outside_there_is_none():
    with deadline(0.0), deadline(60.0), pytest.raises(QueryLimitError):
        heed()
    heed()

"""Work that somebody waits for ends when its time is over, wherever it is."""

import random

import pytest

from kg.analytics.consequences import World, what_if
from kg.analytics.deadline import deadline, heed
from kg.analytics.edits import read_edit
from kg.analytics.integrated import ownership
from kg.analytics.legal import legal_tests
from kg.analytics.linked import close_links
from kg.analytics.shareholders import power
from kg.analytics.stakes import from_rows
from kg.errors import QueryLimitError


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


def test_an_inner_end_is_never_later_and_outside_there_is_none():
    with deadline(0.0), deadline(60.0), pytest.raises(QueryLimitError):
        heed()
    heed()

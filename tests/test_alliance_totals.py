from fractions import Fraction

import pytest

from kg.analytics.alliances import MemberSales, alliance_totals
from kg.analytics.ranges import Range
from kg.errors import ParameterError


def sold(member, low, high=None, period="2023", **more):
    value = Range(Fraction(low), Fraction(low if high is None else high))
    return MemberSales(member=member, period=period, value=value, **more)


SALES = [
    sold("honda", 4_100_000, claims=("h",)),
    sold("nissan", 3_440_000, claims=("n",)),
    sold("mitsubishi", 810_000, claims=("m",)),
]
MEMBERS = ["honda", "nissan", "mitsubishi"]


def test_three_makers_together_sell_what_the_article_says():
    published = [sold("three", 8_345_000, 8_355_000, claims=("total",))]
    (found,) = alliance_totals("three", MEMBERS, SALES, published=published)
    assert found.value.low == found.value.high == 8_350_000
    (checked,) = found.reconciled
    assert checked.agrees is True
    assert (checked.difference.low, checked.difference.high) == (-5000, 5000)
    assert found.proof.claims == ("h", "n", "m", "total")


def test_a_published_total_that_differs_is_shown_with_the_difference():
    published = [sold("three", 8_000_000)]
    (found,) = alliance_totals("three", MEMBERS, SALES, published=published)
    assert found.reconciled[0].agrees is False
    assert found.reconciled[0].difference.low == -350_000


def test_a_subsidiary_is_not_counted_beside_the_member_that_consolidates_it():
    consolidated = {"mitsubishi": "holding", "holding": "nissan"}
    (found,) = alliance_totals("three", MEMBERS, SALES, consolidated=consolidated)
    assert found.value.low == 7_540_000
    assert found.consolidated == {"mitsubishi": "nissan"}
    assert found.members == ("honda", "nissan")
    # A parent that is no member leaves its subsidiary in.
    (found,) = alliance_totals("three", MEMBERS, SALES, consolidated={"mitsubishi": "other"})
    assert found.value.low == 8_350_000


def test_a_member_without_a_figure_is_missing_and_nothing_is_concluded():
    published = [sold("three", 9_000_000), sold("three", 1_000_000)]
    (found,) = alliance_totals("three", [*MEMBERS, "renault"], SALES, published=published)
    assert found.missing == ("renault",)
    # More than the rest is possible, less than what is known is not.
    assert [one.agrees for one in found.reconciled] == [None, False]


def test_each_member_counts_once_and_each_period_by_itself():
    sales = [*SALES, sold("honda", 4_000_000, period="2022")]
    found = alliance_totals("three", [*MEMBERS, "honda"], sales)
    assert [(one.period, one.value.low) for one in found] == [
        ("2022", 4_000_000),
        ("2023", 8_350_000),
    ]
    assert found[0].missing == ("nissan", "mitsubishi")


def test_ranges_add_up():
    (found,) = alliance_totals("two", ["a", "b"], [sold("a", 10, 20), sold("b", 5)])
    assert (found.value.low, found.value.high) == (15, 25)
    assert found.to_json()["why"]["steps"][-1] == "sum 15 to 25"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"sales": [*SALES, SALES[0]]}, "two figures"),
        ({"sales": SALES, "consolidated": {"a": "b", "b": "a"}, "members": ["a"]}, "itself"),
    ],
    ids=["two figures", "a ring of parents"],
)
def test_what_cannot_be_summed_is_refused(more, message):
    members = more.pop("members", MEMBERS)
    with pytest.raises(ParameterError, match=message):
        alliance_totals("three", members, more.pop("sales"), **more)

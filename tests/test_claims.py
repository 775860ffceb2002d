from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal

import pytest

from kg import names
from kg.claims import (
    PROPOSITIONS,
    Agreement,
    Claim,
    Location,
    Observation,
    Proposition,
    Rank,
    Sales,
    Stake,
    period_days,
)
from kg.errors import ClaimError

ALPHA, BETA = names.entity("company", "alpha"), names.entity("company", "beta")
CAPITAL = names.code("right", "capital")
ALL = names.code("powertrain", "all")


def stake(**more):
    return Stake(**{"holder": ALPHA, "company": BETA, "right": CAPITAL} | more)


def sales(**more):
    return Sales(subject=ALPHA, powertrain=ALL, **more)


def claim(**more):
    fixed = {
        "id": names.entity("claim", "a"),
        "source": names.entity("doc", "one"),
        "says": "Alpha owns part of Beta.",
        "modality": names.code("modality", "stated"),
        "states": stake(),
    }
    return Claim(**fixed | more)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"share": Decimal(34)}, "share 34 is outside 0-1; is it a per cent figure"),
        ({"share": Decimal("-0.1")}, "share -0.1 is outside 0-1"),
        ({"share_min": Decimal("1.01")}, "share 1.01 is outside 0-1"),
        ({"share_max": Decimal(50)}, "share 50 is outside 0-1"),
        ({"share": Decimal("0.3"), "share_min": Decimal("0.2")}, "exact or a range, not both"),
        ({"share": Decimal("0.3"), "share_max": Decimal("0.4")}, "exact or a range, not both"),
        (
            {"share_min": Decimal("0.5"), "share_max": Decimal("0.2")},
            "share from 0.5 to 0.2 runs backwards",
        ),
        ({"company": ALPHA}, "alpha cannot hold itself without saying how"),
    ],
    ids=[
        "per cent",
        "negative",
        "least over one",
        "most over one",
        "exact and at least",
        "exact and at most",
        "backwards",
        "of itself",
    ],
)
def test_a_stake_that_cannot_be_is_refused(fields, problem):
    with pytest.raises(ClaimError, match=problem):
        stake(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"share": Decimal(0)},
        {"share": Decimal(1)},
        {"share_min": Decimal("0.5")},
        {"share_min": Decimal("0.5"), "share_max": Decimal("0.5")},
        {"company": ALPHA, "directness": names.code("directness", "indirect")},
    ],
    ids=["unknown", "nothing", "everything", "at least", "range of one point", "of itself, how"],
)
def test_a_stake_may_be_exact_a_range_or_unknown(fields):
    assert stake(**fields).holder == ALPHA


@pytest.mark.parametrize("party", [(), (ALPHA,), (ALPHA, ALPHA)], ids=["none", "one", "twice"])
def test_an_agreement_needs_two_parties(party):
    with pytest.raises(ClaimError, match="at least two parties"):
        Agreement(party=party, agreement_kind=names.code("agreement-kind", "joint-development"))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "needs a value, a bound or a trend"),
        ({"low": Decimal(2), "high": Decimal(1)}, "figure from 2 to 1 runs backwards"),
        (
            {"value": Decimal(1), "period": names.entity("period", "2023")},
            "is not named <first day>--<last day>",
        ),
        (
            {"value": Decimal(1), "period": names.entity("period", "2023-01-01--2022-12-31")},
            "period 2023-01-01--2022-12-31 runs backwards",
        ),
    ],
    ids=["no figure", "backwards", "period badly named", "period backwards"],
)
def test_a_figure_that_cannot_be_is_refused(fields, problem):
    with pytest.raises(ClaimError, match=problem):
        sales(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"value": Decimal(0)},
        {"low": Decimal(8), "low_open": True},
        {"high": Decimal(8)},
        {"trend": names.code("trend", "falling")},
    ],
    ids=["exact", "more than", "at most", "trend"],
)
def test_a_figure_is_exact_bounded_or_in_words(fields):
    assert sales(**fields).subject == ALPHA


def test_the_period_of_a_rank_has_to_be_named_well_too():
    with pytest.raises(ClaimError, match="is not named"):
        Rank(
            subject=ALPHA,
            rank=1,
            measure=names.code("measure", "units-sold"),
            among=BETA,
            period=names.entity("period", "2023"),
        )


def test_a_period_says_its_first_and_last_day():
    period = names.entity("period", "2023-04-01--2024-03-31")
    assert period_days(period) == (date(2023, 4, 1), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"states": None}, "states one proposition or answers one claim"),
        ({"responds_to": names.entity("claim", "b")}, "states one proposition or answers one"),
        ({"sentence_sha256": "abc"}, "is not 64 lower-case hex digits"),
        ({"sentence_sha256": "A" * 64}, "is not 64 lower-case hex digits"),
        ({"sentence": 0}, "sentence 0: sentences are counted from 1"),
    ],
    ids=["nothing stated", "states and answers", "short hash", "upper-case hash", "sentence 0"],
)
def test_a_claim_that_cannot_be_is_refused(fields, problem):
    with pytest.raises(ClaimError, match=problem):
        claim(**fields)


def test_a_claim_may_answer_another_instead_of_stating_something():
    answered = names.entity("claim", "b")
    assert claim(states=None, responds_to=answered).responds_to == answered


def test_a_claim_is_never_edited():
    with pytest.raises(FrozenInstanceError):
        claim().says = "something else"


def test_every_class_of_propositions_is_listed():
    def leaves(cls):
        below = cls.__subclasses__()
        return {leaf for one in below for leaf in leaves(one)} if below else {cls.__name__}

    assert leaves(Proposition) - {"Observation"} == {cls.__name__ for cls in PROPOSITIONS}
    assert Observation not in PROPOSITIONS


def test_equal_content_makes_equal_propositions():
    one = Location(subject=ALPHA, country=BETA)
    assert one == Location(subject=ALPHA, country=BETA)
    assert stake(share=Decimal("0.34")) == stake(share=Decimal("0.340"))

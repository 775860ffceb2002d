from datetime import date, timedelta
from fractions import Fraction
from itertools import chain

import pytest

from kg import names
from kg.analytics.control_pairs import control
from kg.analytics.edges import edges
from kg.analytics.integrated import ownership
from kg.analytics.network import Asked, network, network_of
from kg.analytics.network_rows import selected
from kg.analytics.network_stakes import gathered
from kg.errors import ParameterError
from kg.load import load_claims
from kg.questions.answer import ask

from .conftest import company, random_documents, random_names, told


def shares(stakes):
    """Return the stakes as {(owner, owned): (least, most)}, fractions of the whole."""
    return {
        (names.local_name(stakes.names[row.owner]), names.local_name(stakes.names[row.owned])): (
            stakes.fraction(row.low),
            stakes.fraction(row.high),
        )
        for row in stakes.rows()
    }


def part(found, owner, owned, right="capital"):
    low, high = shares(found.of(right))[owner, owned]
    return float(low) if low == high else (float(low), float(high))


@pytest.mark.parametrize(
    ("as_of", "known_by", "share"),
    [
        (date(2024, 10, 1), None, 0.3407),
        (date(2024, 11, 8), None, 0.2405),
        (date(2024, 11, 8), date(2024, 11, 9), 0.3407),
        (date(2025, 6, 1), date(2024, 11, 10), 0.2405),
        (None, None, 0.2405),
    ],
    ids=["before", "after", "after, not yet known", "after, known", "today"],
)
def test_the_buy_back_is_seen_on_both_clocks(seen, as_of, known_by, share):
    assert part(network(seen, as_of=as_of, known_by=known_by), "nissan", "mmc") == share


def test_before_the_first_stake_there_is_none(seen):
    assert len(network(seen, as_of=date(2004, 1, 1)).capital) == 0
    assert len(network(seen, known_by=date(2004, 1, 1)).capital) == 0


def test_votes_and_capital_are_never_merged(seen):
    found = network(seen, as_of=date(2024, 1, 1))
    assert part(found, "renault", "nissan") == 0.434
    assert part(found, "renault", "nissan", "votes") == 0.15
    before = network(seen, as_of=date(2023, 1, 1))
    assert part(before, "renault", "nissan", "votes") == 0.434
    assert shares(before.of("votes"))["nissan", "renault"] == (0, 0)


def test_control_runs_on_votes_with_capital_where_none_are_stated(seen):
    deciding = shares(network(seen, as_of=date(2024, 1, 1)).deciding)
    assert deciding["renault", "nissan"] == (Fraction(15, 100),) * 2
    assert deciding["nissan", "mmc"] == (Fraction(3407, 10_000),) * 2


def test_the_loop_of_capital_is_counted_right(seen):
    found = ownership(
        network(seen, as_of=date(2024, 1, 1)).capital, by=company("renault"), of=company("renault")
    )
    assert float(found[0].share) == pytest.approx(0.434 * 0.15)
    around = ownership(
        network(seen, as_of=date(2024, 1, 1)).capital,
        "brioschi",
        by=company("renault"),
        of=company("nissan"),
    )
    assert float(around[0].share) == pytest.approx(0.46422, abs=1e-5)


def test_claims_that_contradict_each_other_make_a_range_or_are_picked(known):
    graph = known(
        told("one", "a", "b", "0.30", source="register", since="2020-01-01"),
        told("other", "a", "b", "0.34", source="rumour", since="2020-01-01"),
    )
    everything = network(graph)
    assert part(everything, "a", "b") == (0.30, 0.34)
    (differing,) = (one for one in everything.remarks if one.rule == "claims differ")
    assert len(differing.claims) == 2
    assert part(network(graph, policy="latest"), "a", "b") == 0.34
    picked = network(graph, policy="most-authoritative")
    assert part(picked, "a", "b") == 0.30
    assert picked.hidden == (names.entity("claim", "other"),)


def test_claims_that_agree_come_to_what_all_allow(known):
    graph = known(
        told("band", "a", "b", least="0.25", most="0.5", source="register", since="2020-01-01"),
        told("some", "a", "b", source="old", since="2020-01-01"),
        told("exact", "a", "b", "0.34", source="rumour", since="2020-01-01"),
    )
    assert part(network(graph), "a", "b") == 0.34
    assert not network(graph).remarks


def test_a_share_that_nobody_states_is_unknown(known):
    graph = known(
        told("some", "a", "b", source="old"), told("least", "a", "c", least="0.2", source="old")
    )
    assert part(network(graph), "a", "b") == (0, 1)
    assert part(network(graph), "a", "c") == (0.2, 1)


def test_a_printed_figure_may_stand_for_a_rounded_one(seen):
    found = network(seen, as_of=date(2024, 10, 1), rounded=True)
    assert part(found, "nissan", "mmc") == (0.34065, 0.34075)


@pytest.mark.parametrize("modality", ["reported", "planned", "contemplated", "denied"])
def test_what_no_source_says_as_a_fact_is_none(known, modality):
    graph = known(told("one", "a", "b", "0.6", source="old", modality=modality))
    found = network(graph)
    assert len(found.capital) == 0
    (left,) = found.remarks
    assert left.rule.startswith("left out")
    assert left.claims == (names.entity("claim", "one"),)
    counted = len(network(graph, reported=True).capital)
    assert counted == (1 if modality in ("reported", "planned") else 0)


def test_a_stake_that_somebody_denies_is_left_out_once_the_denial_is_known(known):
    graph = known(
        told("one", "a", "b", "0.6", source="old", since="2010-01-01"),
        told("no", "a", "b", "0.6", source="new", since="2010-01-01", modality="denied"),
    )
    assert len(network(graph).capital) == 0
    assert "left out: contested" in [one.rule for one in network(graph).remarks]
    assert len(network(graph, known_by=date(2020, 1, 1)).capital) == 1


def test_indirect_stakes_do_not_count_twice(known):
    graph = known(
        told("ab", "a", "b", "0.5", source="old"),
        told("bc", "b", "c", "0.5", source="old"),
        told("ac", "a", "c", "0.25", source="old", indirect=True),
    )
    found = network(graph)
    assert ("a", "c") not in shares(found.capital)
    assert "left out: indirect" in [one.rule for one in found.remarks]


def test_more_than_all_of_a_company_is_told_and_not_cut(known):
    graph = known(
        told("ab", "a", "b", "0.7", source="old"), told("cb", "c", "b", "0.6", source="old")
    )
    found = network(graph)
    (over,) = (one for one in found.remarks if one.rule == "over-whole")
    assert "130%" in over.text
    assert len(over.claims) == 2
    assert part(found, "a", "b") == 0.7


def test_half_is_no_majority_and_a_hair_more_is(known):
    graph = known(
        told("ab", "a", "b", "0.5", source="old"),
        told("ac", "a", "c", "0.5000000001", source="old"),
    )
    assert {one.controlled for one in control(network(graph).deciding)} == {company("c")}


def test_an_unknown_policy_is_an_error(seen):
    with pytest.raises(ParameterError, match="policy"):
        network(seen, policy="loudest")


def test_every_stake_has_the_claims_it_rests_on(seen):
    capital = network(seen, as_of=date(2024, 1, 1)).capital
    place = capital.place(capital.numbers[company("nissan")], capital.numbers[company("mmc")])
    assert capital.claims_of(place) == (names.entity("claim", "nm-1"),)


CLOCKS = [
    (date(2015, 1, 1) + timedelta(days=days), known)
    for days in range(0, 4200, 300)
    for known in (None, date(2016, 1, 1), date(2020, 1, 1))
]


@pytest.mark.parametrize("seed", range(6))
def test_the_same_claims_count_as_in_the_question_who_owns(empty_graph, seed):
    documents = random_documents(seed)
    load_claims(empty_graph, chain(*documents), names=random_names(documents))
    table = edges(empty_graph)
    for as_of, known_by in CLOCKS:
        asked = Asked(as_of=as_of, known_by=known_by)
        rows = selected(table, asked.clocks).rows
        found = {str(table.claims[row]) for row in rows}
        values = {"as_of": as_of.isoformat()}
        if known_by is not None:
            values["known_by"] = known_by.isoformat()
        said = {
            claim
            for row in ask(empty_graph, "who-owns", values).rows
            if row.values["status"].label in ("active", "announced", "confirmed")
            for claim in row.claims
        }
        direct = {claim for claim in said if not table.columns.indirect[table.places[claim]]}
        assert found == direct


@pytest.mark.parametrize("seed", range(6))
def test_the_way_of_large_tables_finds_the_same(empty_graph, seed):
    documents = random_documents(seed)
    load_claims(empty_graph, chain(*documents), names=random_names(documents))
    table = edges(empty_graph)
    for as_of, known_by in CLOCKS[::5]:
        for reported in (False, True):
            clocks = Asked(as_of=as_of, known_by=known_by).clocks
            small = selected(table, clocks, reported=reported)
            large = selected(table, clocks, reported=reported, large=0)
            assert list(small.rows) == large.rows.tolist()
            assert small.left_out == large.left_out
            for right in ("capital", "votes"):
                one = gathered(table, small.rows, right, list, rounded=True)
                other = gathered(table, large.rows, right, list, rounded=True, large=0)
                assert shares(one.stakes) == shares(other.stakes)
                assert sorted(one.contradicting) == sorted(other.contradicting)
                assert _claims(one.stakes) == _claims(other.stakes)


def _claims(stakes):
    return {
        (stakes.names[row.owner], stakes.names[row.owned]): stakes.claims_of(place)
        for place, row in enumerate(stakes.rows())
    }


def test_a_network_of_a_kept_table_is_that_of_the_graph(seen):
    asked = Asked(as_of=date(2024, 10, 1))
    found = network_of(seen, edges(seen), asked)
    assert shares(found.capital) == shares(network(seen, as_of=date(2024, 10, 1)).capital)

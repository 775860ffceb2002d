from fractions import Fraction

import pytest

from kg.analytics.alliances import MemberSales
from kg.analytics.consequences import World, what_if
from kg.analytics.edits import edited, read_edit, rejoined
from kg.analytics.markets import MarketShare
from kg.analytics.ranges import Range
from kg.analytics.stakes import from_rows
from kg.analytics.tables import read_stakes
from kg.errors import ParameterError, UnknownNameError

ROWS = [("nissan", "mmc", "34%"), ("renault", "nissan", "43.4%"), ("nissan", "renault", "15%")]


@pytest.fixture
def world():
    return World(
        capital=from_rows(ROWS, claims=[("c1",), ("c2",), ("c3",)]),
        alliances={"honda-nissan": ("honda", "nissan")},
        sales=[
            MemberSales(member=name, period="2023", value=Range.of(Fraction(units)))
            for name, units in (("honda", 410), ("nissan", 344), ("mmc", 81))
        ],
        markets={
            "japan": [
                MarketShare(company=name, share=Range.of(Fraction(share, 100)))
                for name, share in (("honda", 20), ("nissan", 10), ("mmc", 5), ("toyota", 65))
            ]
        },
    )


def changed(world, *edits, **more):
    found = what_if(world, [read_edit(kind, text) for kind, text in edits], **more)
    return {(one.kind, one.subject): (one.before, one.after) for one in found.differences}


def test_a_merger_changes_control_tests_and_concentration(world):
    found = changed(world, ("set", "honda>nissan=51%"), tests=["strict-majority", "japan-veto"])
    assert found[("control", "honda > nissan")] == (None, "certain: 51%")
    assert found[("legal test", "strict-majority: honda > nissan")] == (
        None, "control at 51% (> 50%)",
    )  # fmt: skip
    # Through Nissan, Honda has the veto that Nissan has.
    assert found[("legal test", "japan-veto: honda > mmc")] == (None, "veto at 34% (> 1/3)")
    assert found[("concentration", "japan: HHI, companies under one control merged")] == (
        "4750", "5150",
    )  # fmt: skip
    # They were allied before: merged as allies nothing changes.
    assert ("concentration", "japan: HHI, allies merged too") not in found


def test_a_buy_back_ends_the_veto(world):
    found = changed(world, ("set", "nissan>mmc=24.05%"), tests=["japan-veto"])
    assert found == {
        ("legal test", "japan-veto: nissan > mmc"): (
            "veto at 34% (> 1/3)",
            "no certain veto at 24.05% (not > 1/3)",
        )
    }


def test_several_edits_are_made_in_one_go(world):
    found = changed(
        world,
        ("drop", "renault>nissan"),
        ("set", "honda>nissan=60%"),
        ("join", "mmc@honda-nissan"),
        tests=["strict-majority"],
    )
    assert found[("alliance", "honda-nissan, 2023, vehicles")] == ("754", "835")
    assert found[("concentration", "japan: HHI, allies merged too")] == ("5150", "5450")


def test_a_member_that_leaves_takes_its_sales_along(world):
    found = changed(world, ("leave", "honda@honda-nissan"))
    assert found[("alliance", "honda-nissan, 2023, vehicles")] == ("754", "344")
    assert found[("concentration", "japan: HHI, allies merged too")] == ("5150", "4750")


def test_each_difference_says_why_on_both_sides(world):
    (found,) = what_if(
        world, [read_edit("set", "nissan>mmc=24.05%")], tests=["japan-veto"]
    ).differences
    assert found.why_before.claims == ("c1",)
    assert found.why_after.claims == ("what-if: set nissan>mmc=24.05%",)
    assert found.to_json()["why_after"]["steps"]


def test_votes_follow_the_capital_where_none_are_stated():
    capital = from_rows(ROWS)
    votes = from_rows([("renault", "nissan", "15%")], right="votes")
    world = World(capital=capital, votes=votes)
    found = changed(world, ("set", "nissan>mmc=60%"), tests=["strict-majority"])
    assert ("control", "nissan > mmc") in found
    # Nissan's votes are stated: both rights are edited, or one alone.
    assert ("control", "renault > nissan") in changed(world, ("set", "renault>nissan=51%"))
    assert ("control", "renault > nissan") not in changed(
        world, ("set", "renault>nissan=51% capital")
    )
    assert ("control", "renault > nissan") in changed(world, ("set", "renault>nissan=51% votes"))


def test_votes_may_be_edited_where_none_were_stated(world):
    found = changed(world, ("set", "nissan>mmc=0 votes"), tests=["japan-veto", "uk-psc"])
    assert ("legal test", "japan-veto: nissan > mmc") in found
    assert ("legal test", "uk-psc: nissan > mmc") not in found  # by shares it still is one


def table(text, tmp_path):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    return read_stakes(tmp_path / "t.csv")


def test_an_edit_leaves_whose_votes_are_given_as_it_was(tmp_path):
    # d has 20% of itself, but nobody's votes in it are given: 45% of its capital is no majority.
    found = table("owner,owned,share,votes\na,b,30%,40%\nc,d,45%,\nd,d,20%,\n", tmp_path)
    world = World(capital=found.capital, votes=found.votes)
    assert changed(world, ("set", "c>d=46%"), tests=["strict-majority"]) == {}
    after = world.after([read_edit("set", "a>b=35%")]).rights
    assert after.standing_in == {(2, 3), (3, 3)}
    assert after.votes.stakes.right_in(3) == "capital"


def test_votes_that_a_table_leaves_empty_follow_an_edit_of_capital(tmp_path):
    found = table("owner,owned,share,votes\na,b,30%,40%\nc,b,10%,\nc,d,45%,\n", tmp_path)
    world = World(capital=found.capital, votes=found.votes)
    assert ("control", "c > d") in changed(world, ("set", "c>d=60% capital"))
    assert ("control", "c > b") in changed(world, ("set", "c>b=60% capital"))
    assert ("control", "a > b") not in changed(world, ("set", "a>b=60% capital"))


def test_to_drop_votes_alone_is_to_state_that_there_are_none():
    world = World(
        capital=from_rows([("a", "b", "60%"), ("c", "d", "60%")]),
        votes=from_rows([("a", "b", "55%"), ("e", "d", "5%")], right="votes"),
    )
    for pair in ("a>b", "c>d"):
        found = changed(world, ("drop", f"{pair} votes"), tests=["uk-psc"])
        assert list(found) == [("control", pair.replace(">", " > "))]  # by shares it still is one
    # What has votes and no capital can be dropped as well.
    assert len(world.after([read_edit("drop", "e>d")]).votes) == 1


def test_whoever_holds_through_capital_without_votes_is_tested():
    world = World(
        capital=from_rows([("top", "h", "60%"), ("h", "b", "40%")]),
        votes=from_rows([("h", "b", "0"), ("x", "b", "10%")], right="votes"),
    )
    found = changed(world, ("set", "h>b=50% capital"), tests=["owner-by-multiplication"])
    assert ("legal test", "owner-by-multiplication: top > b") in found


def test_companies_that_control_each_other_are_one_in_a_market():
    stakes = [("x", "y", "60%"), ("y", "x", "60%"), ("y", "z", "30%")]
    shares = {"x": 20, "y": 30, "z": 50}
    market = [
        MarketShare(company=one, share=Range.of(Fraction(part, 100)))
        for one, part in shares.items()
    ]
    found = changed(World(capital=from_rows(stakes), markets={"m": market}), ("set", "y>z=51%"))
    merged = ("concentration", "m: HHI, companies under one control merged")
    assert found[merged] == ("5000", "10000")


def test_an_edit_too_fine_for_whole_parts_is_a_narrow_range():
    rows = [(f"o{number}", "b", "0.0001%") for number in range(3)]
    after, _ = edited(from_rows(rows), None, [read_edit("set", "o1>b=0.1234567890123456789012")])
    assert after.whole * len(after) < 2**63
    (row,) = (row for row in after.rows() if row.high - row.low == 1)
    assert after.fraction(row.low) < Fraction("0.1234567890123456789012") < after.fraction(row.high)


def test_where_only_votes_are_known_edits_are_of_them():
    world = World(capital=from_rows([("a", "b", "30%")], right="votes"))
    assert ("control", "c > b") in changed(world, ("set", "c>b=60%"))
    with pytest.raises(ParameterError, match="only votes are known"):
        changed(world, ("set", "c>b=60% capital"))


def test_what_does_not_change_is_not_told(world):
    assert changed(world, ("set", "nissan>mmc=34%")) == {}


def stakes_after(*edits):
    found, _ = edited(from_rows(ROWS), None, [read_edit(kind, text) for kind, text in edits])
    return {
        (found.names[row.owner], found.names[row.owned]): (
            found.fraction(row.low), found.fraction(row.high),
        )
        for row in found.rows()
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "pair", "share"),
    [
        ("set", "nissan>mmc=1/3", ("nissan", "mmc"), ("1/3", "1/3")),
        ("add", "nissan>mmc=10%", ("nissan", "mmc"), ("44/100", "44/100")),
        ("add", "honda > mmc = 0.1", ("honda", "mmc"), ("1/10", "1/10")),
        ("set", "honda>mmc=10%..20%", ("honda", "mmc"), ("1/10", "1/5")),
        ("set", "new = name>mmc=5%", ("new = name", "mmc"), ("1/20", "1/20")),
    ],
    ids=["a third, exactly", "on top", "a new holder", "a range", "an odd name"],
)
def test_edits_of_stakes(kind, text, pair, share):
    assert stakes_after((kind, text))[pair] == tuple(map(Fraction, share))


def test_a_dropped_stake_is_gone_and_the_first_table_stays():
    table = from_rows(ROWS)
    after, _ = edited(table, None, [read_edit("drop", "nissan>mmc")])
    assert (len(table), len(after)) == (3, 2)


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("set", "honda-nissan", "OWNER>OWNED=SHARE"),
        ("set", "honda>nissan", "OWNER>OWNED=SHARE"),
        ("set", "honda>=51%", "OWNER>OWNED=SHARE"),
        ("set", "honda>nissan=", "the share is empty"),
        ("set", "honda>nissan=half", "is no number"),
        ("set", "honda>nissan=120%", "more than the whole"),
        ("set", "honda>nissan=40%..30%", "above the most"),
        ("set", "nissan>nissan=5%", "in itself"),
        ("drop", "honda", "OWNER>OWNED"),
        ("join", "honda", "COMPANY@ALLIANCE"),
        ("swap", "a>b", "none of set, add"),
    ],
)
def test_edits_that_cannot_be_read_say_how_to_write_them(kind, text, message):
    with pytest.raises(ParameterError, match=message):
        read_edit(kind, text)


@pytest.mark.parametrize(
    ("kind", "text", "error", "message"),
    [
        ("drop", "honda>nissan", UnknownNameError, "honda"),
        ("drop", "mmc>nissan", ParameterError, "holds nothing"),
        ("set", "honda>nissan=60%", ParameterError, "would sum to 103.4%"),
        ("add", "renault>nissan=60%", ParameterError, "would hold 103.4%"),
        ("join", "nissan@honda-nissan", ParameterError, "already a member"),
        ("leave", "mmc@honda-nissan", ParameterError, "no member"),
        ("add", "nissan>mmc=1% votes", ParameterError, "not stated"),
    ],
)
def test_edits_that_cannot_be_made_say_why(world, kind, text, error, message):
    with pytest.raises(error, match=message):
        what_if(world, [read_edit(kind, text)])


def test_nothing_to_change_is_an_error(world):
    with pytest.raises(ParameterError, match="nothing to change"):
        what_if(world, [])


def test_an_alliance_is_founded_by_its_first_member():
    assert rejoined({}, [read_edit("join", "a@new"), read_edit("join", "b@new")]) == {
        "new": ("a", "b")
    }


def test_what_is_left_out_of_a_large_network_is_counted(monkeypatch):
    monkeypatch.setattr("kg.analytics.consequences.MOST_ABOVE", 2)
    monkeypatch.setattr("kg.analytics.consequences.MOST_PAIRS", 1)
    rows = [("a", "b", "60%"), ("z", "a", "60%"), ("y", "z", "60%")]
    found = what_if(World(capital=from_rows(rows)), [read_edit("set", "a>b=10%")], tests=["uk-psc"])
    assert (found.unseen, found.untested) == (2, 0)
    assert [one.subject for one in found.differences] == ["a > b", "uk-psc: a > b"]

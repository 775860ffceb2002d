from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics.joint import MAJORITY, Joint, Rule
from kg.analytics.legal import TESTS, legal_tests
from kg.analytics.register import Register
from kg.analytics.stakes import from_rows
from kg.errors import ParameterError, UnknownCodeError, UnknownNameError

CLOSE_LINKS = {"close-links-eurosystem", "close-links-path-product"}
SEEDS = [
    ("nissan", "mitsubishi-motors", "34%"),
    ("mitsubishi-corporation", "mitsubishi-motors", "20%"),
]


def stakes(rows, right="capital"):
    return from_rows(rows, right=right)


def judged(rows, holder, company, test, **more):
    (found,) = legal_tests(stakes(rows), holder, company, tests=[test], **more)
    return found


def test_nissan_has_a_veto_in_mitsubishi_motors_by_the_claim_it_rests_on():
    table = from_rows(SEEDS, claims=[("claim:7734-04-c",), ("claim:other",)])
    (found,) = legal_tests(table, "nissan", "mitsubishi-motors", tests=["japan-veto"])
    assert found.answer == "yes"
    assert found.words == "veto at 34% (> 1/3)"
    assert found.margin == "34% > 1/3 by 0.67 points"
    assert found.claims == ("claim:7734-04-c",)
    assert found.stand_in  # the source says "owns", not "votes"


def test_a_rounded_figure_still_gives_a_certain_veto():
    found = judged([("a", "b", ("0.335", "0.345"))], "a", "b", "japan-veto")
    assert found.answer == "yes"
    assert found.words == "veto at 33.5\u201334.5% (> 1/3)"


def test_after_the_buy_back_there_is_no_certain_veto_but_one_at_low_turnout():
    found = judged([("nissan", "mmc", "24.05%")], "nissan", "mmc", "japan-veto")
    assert (found.answer, found.note) == ("no", "de facto veto if turnout < 72.15%")
    influence = judged(
        [("nissan", "mmc", "24.05%")], "nissan", "mmc", "ias-28-significant-influence"
    )
    assert influence.answer == "yes"


@pytest.mark.parametrize(
    ("turnout", "answer"),
    [(Fraction(72, 100), "yes"), (Fraction(7215, 10000), "no"), (Fraction(8, 10), "no")],
    ids=["below 72.15%", "at it", "above it"],
)
def test_a_veto_at_a_given_turnout(turnout, answer):
    rows = [("nissan", "mmc", "24.05%")]
    found = judged(rows, "nissan", "mmc", "japan-de-facto-veto", turnout=turnout)
    assert found.answer == answer


@pytest.mark.parametrize(
    ("share", "answer"),
    [("34%", "yes"), ("24.05%", "cannot tell"), ("11%", "no")],
    ids=["whoever comes", "it depends", "not even at the least quorum"],
)
def test_a_veto_without_a_turnout(share, answer):
    assert judged([("a", "b", share)], "a", "b", "japan-de-facto-veto").answer == answer


@pytest.mark.parametrize(
    ("share", "test", "answer"),
    [
        ("50%", "strict-majority", "no"),
        ("50.0001%", "strict-majority", "yes"),
        ("50%", "ofac-50-percent", "yes"),
        ("49.9999%", "ofac-50-percent", "no"),
        ("20%", "ias-28-significant-influence", "yes"),
        ("19.9999%", "ias-28-significant-influence", "no"),
        ("1/3", "japan-veto", "no"),
        ("33.3334%", "japan-veto", "yes"),
        ("2/3", "japan-special-resolution", "yes"),
        ("66.6666%", "japan-special-resolution", "no"),
        ("25%", "amlr-52-ownership", "yes"),
        ("25%", "uk-psc", "no"),
        ("25%", "owner-by-multiplication", "no"),
        ("25.0001%", "uk-psc", "yes"),
        ("50%", "amlr-53-control", "no"),
    ],
)
def test_thresholds_are_met_exactly_as_written(share, test, answer):
    assert judged([("a", "b", share)], "a", "b", test).answer == answer


# What looks at one direct stake alone; the others need one back, or one between.
OF_ONE_STAKE = sorted(set(TESTS) - {"japan-mutual-holding", "amlr-54-mixed", *CLOSE_LINKS})


@pytest.mark.parametrize("test", OF_ONE_STAKE)
def test_an_unknown_share_is_never_a_yes_or_no_by_itself(test):
    assert judged([("a", "b", None)], "a", "b", test).answer == "cannot tell"


@pytest.mark.parametrize("test", OF_ONE_STAKE)
def test_what_others_surely_hold_bounds_an_unknown_share(test):
    found = judged([("a", "b", None), ("c", "b", "90%")], "a", "b", test)
    assert found.answer == "no"


def test_accounting_texts():
    # ACCA: H holds > 50% of S, H 40% and S 20% of T: T is a subsidiary at 60%.
    rows = [("H", "S", "60%"), ("H", "T", "40%"), ("S", "T", "20%")]
    found = judged(rows, "H", "T", "ifrs-10-control")
    assert (found.answer, str(found.share)) == ("yes", "60%")
    assert str(judged(rows, "H", "T", "amlr-52-ownership").share) == "52%"
    # ACCA: 75% and 60%: effective 45%, a subsidiary nevertheless.
    rows = [("H", "S", "75%"), ("S", "T", "60%")]
    assert judged(rows, "H", "T", "ifrs-10-control").answer == "yes"
    assert str(judged(rows, "H", "T", "owner-by-multiplication").share) == "45%"
    # Irish Revenue, s.418: 75% entitlement, all links exactly 50: no control.
    rows = [("A", "B", "50%"), ("A", "C", "50%"), ("C", "B", "50%")]
    assert str(judged(rows, "A", "B", "amlr-52-ownership").share) == "75%"
    assert judged(rows, "A", "B", "strict-majority").answer == "no"


def test_holdings_of_associates_do_not_count_for_significant_influence():
    rows = [("A", "B", "45%"), ("B", "C", "40%"), ("A", "C", "10%")]
    found = judged(rows, "A", "C", "ias-28-significant-influence")
    assert (found.answer, str(found.share)) == ("no", "10%")


def test_owner_tests_disagree_on_one_chain():
    # 30% of a company that holds 60%: rolling says yes, multiplication 18% and dominance no.
    rows = [("P", "H", "30%"), ("H", "T", "60%")]
    answers = {
        one.test.name: one.answer
        for one in legal_tests(stakes(rows), "P", "T")
        if one.test.name.startswith("owner")
    }
    assert answers == {
        "owner-by-multiplication": "no",
        "owner-by-rolling": "yes",
        "owner-by-dominance": "no",
    }
    # 60% of a company that holds 30%: dominance and PSC say yes, multiplication 18% no.
    rows = [("P", "H", "60%"), ("H", "T", "30%")]
    assert judged(rows, "P", "T", "owner-by-dominance").answer == "yes"
    assert judged(rows, "P", "T", "uk-psc").answer == "yes"
    assert judged(rows, "P", "T", "amlr-52-ownership").answer == "no"


def test_uk_psc_adds_whole_stakes_and_multiplies_nothing():
    rows = [("P", "H", "51%"), ("H", "T", "15%"), ("P", "T", "11%"), ("P", "X", "50%")]
    found = judged([*rows, ("X", "T", "40%")], "P", "T", "uk-psc")
    assert str(found.share) == "26%"  # X is no majority stake: its 40% do not count
    assert found.note == "more than 25% but not more than 50%"


def test_joint_control_is_no_majority_stake_for_uk_psc():
    # P controls C through two halves, but no single link into C is a majority stake.
    rows = [
        ("P", "A", "60%"), ("P", "B", "60%"),
        ("A", "C", "30%"), ("B", "C", "30%"), ("C", "T", "40%"),
    ]  # fmt: skip
    assert judged(rows, "P", "C", "strict-majority").answer == "yes"
    assert judged(rows, "P", "T", "uk-psc").answer == "no"


def test_amlr_54_sees_ownership_and_control_in_different_layers():
    # (a) a controlled company holds 25%: 51% x 25% = 12.75% by multiplication.
    rows = [("P", "H", "51%"), ("H", "T", "25%")]
    assert judged(rows, "P", "T", "amlr-52-ownership").answer == "no"
    assert judged(rows, "P", "T", "amlr-54-mixed").answer == "yes"
    # (b) 25% of a company that controls: 25% x 51% = 12.75%.
    rows = [("P", "H", "25%"), ("H", "T", "51%")]
    assert judged(rows, "P", "T", "amlr-54-mixed").answer == "yes"
    assert (
        judged([("P", "H", "24.9%"), ("H", "T", "51%")], "P", "T", "amlr-54-mixed").answer == "no"
    )


def test_weakest_link_sums_the_smallest_links_of_all_chains():
    rows = [("F", "A", "60%"), ("A", "T", "30%"), ("F", "B", "10%"), ("B", "T", "40%")]
    found = judged(rows, "F", "T", "weakest-link")
    assert str(found.share) == "40%"
    assert found.note == "cash flow rights 22%, wedge 18%"


def test_a_quarter_of_the_holder_suspends_its_votes_and_makes_others_weigh_more():
    rows = [("A", "B", "30%"), ("B", "A", "25%"), ("C", "B", "30%")]
    assert judged(rows, "A", "B", "japan-mutual-holding").answer == "yes"
    assert judged(rows, "A", "B", "japan-veto").answer == "no"
    found = judged(rows, "C", "B", "japan-veto")
    assert found.answer == "yes"  # 30 of 70
    assert any("suspended" in step for step in found.proof.steps)
    assert judged([*rows[::2], ("B", "A", "24.9%")], "C", "B", "japan-veto").answer == "no"


def test_a_mutual_holding_counts_what_subsidiaries_have():
    rows = [("A", "B", "30%"), ("B", "A", "10%"), ("B", "S", "80%"), ("S", "A", "15%")]
    assert judged(rows, "A", "B", "japan-mutual-holding").answer == "yes"


@pytest.mark.parametrize(
    ("rows", "mutual", "veto"),
    [
        ([("A", "B", "100%")], "no", "yes"),
        ([("A", "B", "80%"), ("B", "B", "20%")], "no", "yes"),
        ([("A", "B", "60%"), ("C", "B", "40%"), ("B", "C", "25%")], "no", "yes"),
        ([("A", "B", "99%"), ("C", "B", "1%")], "yes", "no"),
        ([("A", "B", "99%")], "yes", "no"),
        (
            [("A", "B", "60%"), ("C", "B", "40%"), ("B", "C", ("20%", "30%"))],
            "cannot tell",
            "cannot tell",
        ),
    ],
    ids=["alone", "beside own shares", "all mutual", "1% can vote", "1% unknown", "the other may"],
)
def test_a_mutual_holder_keeps_its_votes_where_nobody_else_could_vote(rows, mutual, veto):
    """The exception in art. 67(1) of the Ordinance: else nobody could pass anything."""
    rows = [*rows, ("B", "A", "30%")]
    assert judged(rows, "A", "B", "japan-mutual-holding").answer == mutual
    assert judged(rows, "A", "B", "japan-veto").answer == veto


def test_what_amlr_53_leaves_out_is_not_the_majority_of_votes():
    """A majority of the votes is control by other means, 53(3)(a), and is worked out."""
    capital = stakes([("a", "b", "10%"), ("c", "b", "90%")])
    votes = stakes([("a", "b", "60%"), ("c", "b", "40%")], right="votes")
    (found,) = legal_tests(capital, "a", "b", votes=votes, tests=["amlr-53-control"])
    assert found.answer == "yes"
    assert "53(3)(b)-(d)" in found.note


def test_amlr_53_and_54_take_each_level_by_shares_or_by_votes():
    capital = stakes([("P", "H", "60%"), ("Q", "H", "40%"), ("H", "T", "30%"), ("R", "T", "70%")])
    votes = stakes(
        [("P", "H", "10%"), ("Q", "H", "90%"), ("H", "T", "60%"), ("R", "T", "40%")], right="votes"
    )
    control, mixed = legal_tests(
        capital, "P", "T", votes=votes, tests=["amlr-53-control", "amlr-54-mixed"]
    )
    assert control.answer == "yes"  # shares of H, votes of T
    assert control.proof.steps[:2] == ("P holds 60% of H", "H holds 60% of T")
    assert mixed.answer == "yes"
    # Q has the votes of H and H has the shares of U.
    capital = stakes([("Q", "H", "40%"), ("P", "H", "60%"), ("H", "U", "30%")])
    votes = stakes([("Q", "H", "90%"), ("P", "H", "10%"), ("H", "U", "0")], right="votes")
    (mixed,) = legal_tests(capital, "Q", "U", votes=votes, tests=["amlr-54-mixed"])
    assert mixed.answer == "yes"


def test_votes_and_capital_are_different_facts():
    capital = stakes([("renault", "nissan", "43.4%"), ("nissan", "renault", "15%")])
    votes = stakes([("renault", "nissan", "15%"), ("nissan", "renault", "0")], right="votes")
    found = {one.test.name: one for one in legal_tests(capital, "renault", "nissan", votes=votes)}
    assert str(found["strict-majority"].share) == "15%"
    assert not found["strict-majority"].stand_in
    assert found["ias-28-significant-influence"].answer == "no"
    assert str(found["owner-by-multiplication"].share) == "43.4%"
    assert found["uk-psc"].answer == "yes"  # by shares, if not by votes
    assert found["ofac-50-percent"].answer == "no"


def test_capital_stands_in_for_votes_that_are_not_stated_and_says_so():
    capital = stakes([("A", "B", "60%"), ("C", "D", "60%")])
    votes = stakes([("A", "B", "10%")], right="votes")
    one = legal_tests(capital, "A", "B", votes=votes, tests=["strict-majority"])[0]
    other = legal_tests(capital, "C", "D", votes=votes, tests=["strict-majority"])[0]
    assert (one.answer, one.stand_in) == ("no", False)
    assert (other.answer, other.stand_in) == ("yes", True)
    assert other.proof.steps[0] == "C holds 60% of D, votes not stated"


def test_a_whole_company_gives_its_holders_and_those_above_for_whom_something_is_met():
    rows = [("P", "H", "60%"), ("H", "T", "51%"), ("Q", "H", "1%"), ("R", "T", "1%")]
    found = legal_tests(stakes(rows), None, "T", tests=["strict-majority"])
    assert [(one.holder, one.answer) for one in found] == [("H", "yes"), ("R", "no"), ("P", "yes")]


def test_whoever_has_capital_of_a_company_and_no_votes_is_a_holder_too():
    capital = stakes([("a", "b", "60%"), ("top", "a", "90%"), ("c", "b", "40%")])
    found = legal_tests(capital, None, "b", votes=stakes([("a", "b", "0")], right="votes"))
    assert {one.holder for one in found} == {"a", "c", "top"}


def test_every_judgement_is_json_with_its_law_and_its_why():
    for one in legal_tests(stakes(SEEDS), "nissan", "mitsubishi-motors"):
        row = one.to_json()
        assert row["source"]
        assert row["why"]["steps"]
        assert row["answer"] in ("yes", "no", "cannot tell")


@pytest.mark.parametrize(
    ("holder", "company", "more", "error", "message"),
    [
        ("nisan", "mitsubishi-motors", {}, UnknownNameError, "nearest: nissan"),
        ("nissan", "mitsubishi", {}, UnknownNameError, "nearest: mitsubishi"),
        ("nissan", "nissan", {}, ParameterError, "the company itself"),
        (None, "nissan", {}, ParameterError, "nobody is known to hold"),
        ("nissan", "mitsubishi-motors", {"tests": ["veto"]}, UnknownCodeError, "japan-veto"),
        ("nissan", "mitsubishi-motors", {"turnout": Fraction(2)}, ParameterError, "turnout"),
    ],
    ids=["holder", "company", "both one", "nobody", "test", "turnout"],
)
def test_what_cannot_be_tested_says_why(holder, company, more, error, message):
    with pytest.raises(error, match=message):
        legal_tests(stakes(SEEDS), holder, company, **more)


# --- the fixpoint below the tests


def test_two_holders_take_a_third_company_jointly():
    # W4: ab60 ac52 ba20 bc16: a controls b, and c with 68%.
    rows = [("a", "b", "60%"), ("a", "c", "52%"), ("b", "a", "20%"), ("b", "c", "16%")]
    register = Register(stakes(rows))
    joint = Joint.of(register, [register.node("a")])
    assert {register.name(one) for one in joint.certain.added} == {"b", "c"}
    assert str(joint.held(register.node("c"))) == "68%"


def test_a_ring_that_only_holds_itself_is_taken_by_nobody():
    rows = [("a", "b", "60%"), ("b", "a", "60%"), ("x", "a", "10%")]
    register = Register(stakes(rows))
    assert not Joint.of(register, [register.node("x")]).possible.added


COMPANIES = "abcde"


@st.composite
def networks(draw):
    """Draw stakes in tenths with ranges, columns of 100% at most in their least."""
    rows = []
    for owned in COMPANIES:
        left = 10
        for owner in COMPANIES:
            low = draw(st.integers(0, 4))
            if owner == owned or not draw(st.booleans()) or low > left:
                continue
            left -= low
            high = draw(st.sampled_from([low, low, low + 1, 10]))
            rows.append((owner, owned, low, high))
    return rows


def enough(tenths, rule):
    return tenths > 5 if rule.strict else tenths >= 5


def taken(rows, start, rule):
    """Return what one company takes of exact rows, by the definition and nothing else."""
    group = {start}
    while True:
        more = {
            owned
            for owned in COMPANIES
            if owned not in group
            and enough(sum(s for a, b, s in rows if b == owned and a in group - {owned}), rule)
        }
        if not more:
            return group - {start}
        group |= more


@settings(max_examples=150)
@given(networks(), st.sampled_from([MAJORITY, Rule(Fraction(1, 2), strict=False)]), st.data())
def test_certain_and_possible_hold_for_every_network_within_the_ranges(rows, rule, data):
    register = Register(
        from_rows([(a, b, (Fraction(low, 10), Fraction(high, 10))) for a, b, low, high in rows])
    )
    if not rows:
        return
    start = data.draw(st.sampled_from(sorted({a for a, *_ in rows})))
    joint = Joint.of(register, [register.node(start)], rule)
    exact, left = [], {b: 10 - sum(low for _, c, low, _ in rows if c == b) for b in COMPANIES}
    for a, b, low, high in rows:
        more = data.draw(st.integers(0, max(0, min(high - low, left[b]))))
        left[b] -= more
        exact.append((a, b, low + more))
    found = taken(exact, start, rule)
    assert {register.name(one) for one in joint.certain.added} <= found
    assert found <= {register.name(one) for one in joint.possible.added}


@settings(max_examples=60)
@given(networks())
def test_certain_and_possible_are_as_tight_as_can_be(rows):
    """The lowest shares give exactly what is certain; some assignment gives each possible one."""
    if not rows:
        return
    register = Register(
        from_rows([(a, b, (Fraction(low, 10), Fraction(high, 10))) for a, b, low, high in rows])
    )
    start = rows[0][0]
    joint = Joint.of(register, [register.node(start)])
    lowest = [(a, b, low) for a, b, low, _ in rows]
    assert {register.name(one) for one in joint.certain.added} == taken(lowest, start, MAJORITY)
    came = [start, *(register.name(one) for one in joint.possible.order)]
    best = []

    def order(name):
        return came.index(name) if name in came else len(came)

    for company in COMPANIES:
        column = [row for row in rows if row[1] == company]
        left = 10 - sum(row[2] for row in column)
        for a, b, low, high in sorted(column, key=lambda row: order(row[0])):
            more = min(high - low, left)
            left -= more
            best.append((a, b, low + more))
    # Whoever came first at their highest takes all that is possible, since shares only help.
    assert taken(best, start, MAJORITY) == set(came) - {start}


@settings(max_examples=100)
@given(networks())
def test_a_chain_ends_with_the_stakes_in_the_company(rows):
    rows = [(a, b, low) for a, b, low, _ in rows if low]
    if not rows:
        return
    register = Register(from_rows([(a, b, Fraction(s, 10)) for a, b, s in rows]))
    joint = Joint.of(register, [register.node(rows[0][0])])
    for company in joint.certain.added:
        steps = joint.chain(company)
        last = [one for one in steps if one.owned == company]
        assert sum(one.share.low for one in last) == joint.held(company).low > Fraction(1, 2)
        explained = set(joint.group)
        for one in steps:  # whoever holds was explained before
            assert one.owner in explained | {each.owned for each in steps}


def test_every_subset_of_holders_has_what_it_has():
    rows = [("a", "x", "10%"), ("b", "x", ("20%", "60%")), ("c", "x", "30%")]
    register = Register(stakes(rows))
    node, names = register.node("x"), "abc"
    for group in chain.from_iterable(combinations(names, size) for size in range(4)):
        held = register.held({register.node(one) for one in group}, node)
        low = sum({"a": 10, "b": 20, "c": 30}[one] for one in group)
        assert held.low == Fraction(low, 100)
        assert held.high == held.low + (Fraction(40, 100) if "b" in group else 0)


def test_a_networkx_graph_will_do():
    import networkx as nx

    graph = nx.DiGraph([("a", "b", {"share": "34%", "claims": ["c1"]})])
    (found,) = legal_tests(graph, "a", "b", tests=["japan-veto"])
    assert (found.words, found.claims) == ("veto at 34% (> 1/3)", ("c1",))


def test_close_links_of_both_rules_side_by_side():
    # A majority-owned vehicle's whole stake counts for the Eurosystem; 60% x 30% = 18% does not.
    rows = [("c", "v", "60%"), ("v", "i", "30%")]
    found = judged(rows, "c", "i", "close-links-eurosystem")
    assert (found.answer, found.words) == ("yes", "close link at 30% (>= 20%)")
    assert judged(rows, "c", "i", "close-links-path-product").answer == "no"
    # 40% x 50% = 20%: a link by products, none by majorities.
    rows = [("c", "v", "40%"), ("v", "i", "50%")]
    assert judged(rows, "c", "i", "close-links-eurosystem").answer == "no"
    assert judged(rows, "c", "i", "close-links-path-product").answer == "yes"


@pytest.mark.parametrize("test", sorted(CLOSE_LINKS))
def test_close_links_run_either_way_and_through_third_parties(test):
    back = judged([("c", "i", "25%"), ("c", "x", "1%")], "i", "c", test)
    assert (back.answer, back.note) == ("yes", "c holds it of i")
    third = judged([("z", "a", "51%"), ("z", "b", "60%")], "a", "b", test)
    assert third.answer == "yes"
    assert third.words.startswith("close link: z has")
    assert third.proof.steps[-1] == third.words
    assert judged([("z", "a", "51%"), ("z", "b", "19%")], "a", "b", test).answer == "no"
    assert judged([("a", "b", None)], "a", "b", test).answer == "cannot tell"


@pytest.mark.parametrize("test", sorted(CLOSE_LINKS))
def test_close_links_of_a_large_table_look_only_above_the_pair(test, monkeypatch):
    monkeypatch.setattr("kg.analytics.legal.links.SMALL", 0)
    rows = [("z", "a", "51%"), ("z", "b", "60%"), ("b", "c", "30%"), ("q", "r", "99%")]
    assert judged(rows, "a", "b", test).answer == "yes"
    assert judged(rows, "b", "c", test).answer == "yes"
    assert judged(rows, "a", "r", test).answer == "no"


@settings(max_examples=60)
@given(networks())
def test_the_weakest_link_is_that_of_the_measure_of_its_name(rows):
    from kg.analytics import weakest_link

    rows = [(a, b, Fraction(low, 10)) for a, b, low, _ in rows if low]
    nodes = {a for a, *_ in rows} | {b for _, b, _ in rows}
    if not {"a", "b"} <= nodes:
        return
    (found,) = legal_tests(from_rows(rows), "a", "b", tests=["weakest-link"])
    assert found.share.low == weakest_link(from_rows(rows), "a", "b").control


def test_a_company_s_own_shares_are_not_among_its_votes():
    capital = stakes([("a", "b", "46%"), ("b", "b", "10%")])
    votes = stakes([("a", "b", "46%"), ("b", "b", "10%")], right="votes")
    (found,) = legal_tests(capital, "a", "b", votes=votes, tests=["strict-majority"])
    assert (found.answer, found.words) == ("yes", "control at 51.1111% (> 50%)")
    (found,) = legal_tests(capital, "a", "b", votes=votes, tests=["japan-veto"])
    assert str(found.share) == "51.1111%"
    (found,) = legal_tests(capital, "a", "b", tests=["ofac-50-percent"])
    assert str(found.share) == "46%"  # of the capital they are a part


def test_own_votes_of_a_company_on_the_way_are_disregarded_by_uk_psc():
    # 25% beside 60% self-held is 25 of 40: a majority stake.
    votes = stakes([("x", "a", "25%"), ("a", "a", "60%")], right="votes")
    capital = [("x", "a", "25%"), ("a", "a", "60%"), ("a", "b", "30%")]
    assert judged(capital, "x", "b", "uk-psc", votes=votes).answer == "yes"
    assert judged(capital, "x", "b", "uk-psc").answer == "no"  # of capital the whole stays whole


def test_own_shares_of_the_holder_have_no_votes_in_the_quarter():
    # 24% beside 10% own shares is 24 of 90 (Companies Act 308(2)), as capital too.
    rows = [("b", "a", "24%"), ("a", "a", "10%"), ("a", "b", "40%")]
    found = judged(rows, "a", "b", "japan-mutual-holding")
    assert (found.answer, str(found.share)) == ("yes", "26.6667%")
    assert judged(rows, "a", "b", "japan-veto").answer == "no"


def test_own_votes_are_disregarded_by_amlr_54_as_by_53():
    capital = stakes([("b", "a", "51%"), ("a", "c", "15%"), ("c", "c", "40%")])
    votes = stakes([("a", "c", "15%"), ("c", "c", "40%")], right="votes")
    (found,) = legal_tests(capital, "b", "c", votes=votes, tests=["amlr-54-mixed"])
    assert (found.answer, str(found.share)) == ("yes", "25%")


@pytest.mark.parametrize(
    ("rows", "holder", "company", "test", "answer"),
    [
        # A is B's and silent, since C has a third of it: B's own 30 to 35% are of half the votes.
        (
            [("B", "A", "51%"), ("C", "A", "33%"), ("B", "C", ("30%", "35%")), ("A", "C", "50%")],
            *("B", "C", "japan-special-resolution", "cannot tell"),
        ),
        # B votes its 25 to 30% beside C's 50%, or is silent and C has 50% of 75% at most.
        (
            [
                *[("B", "C", "60%"), ("C", "D", "50%"), ("B", "D", ("25%", "30%"))],
                ("D", "B", ("15%", "45%")),
            ],
            *("B", "D", "japan-special-resolution", "yes"),
        ),
    ],
)
def test_silent_votes_of_the_holder_s_own_group_are_no_part_of_the_whole(
    rows, holder, company, test, answer
):
    assert judged(rows, holder, company, test).answer == answer


def test_a_proof_of_capital_says_which_links_are_votes_of_whom_no_capital_is_known():
    capital = stakes([("b", "c", "60%")])
    votes = stakes([("z", "b", "70%")], right="votes")
    (found,) = legal_tests(capital, "z", "c", votes=votes, tests=["uk-psc"])
    assert found.to_json()["answer"] == "yes"
    assert found.proof.steps[:2] == ("z holds 70% of b (votes)", "b holds 60% of c")


@pytest.mark.parametrize("large", [False, True])
def test_every_test_takes_those_who_have_only_votes(large):
    more = [(f"h{n}", f"c{n}", "60%") for n in range(5_001 if large else 1)]
    capital = stakes([("b", "c", "60%"), *more])
    votes = stakes([("z", "b", "70%"), ("b", "y", "60%")], right="votes")
    for holder, company in (("z", "c"), ("b", "y"), ("z", "y"), ("y", "z"), ("c", "z")):
        for found in legal_tests(capital, holder, company, votes=votes, blocked=["z", "y"]):
            assert found.to_json()["words"]

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.analytics.legal import ofac
from kg.analytics.stakes import from_rows
from kg.errors import ParameterError, UnknownNameError


def blocked(rows, *persons, **more):
    return {
        row.company: (row.certainty.value, str(row.held))
        for row in ofac(from_rows(rows), persons, **more)
    }


def test_the_treasury_s_own_examples():
    chain = [("X", "A", "50%"), ("A", "B", "50%")]
    assert blocked(chain, "X") == {"A": ("certain", "50%"), "B": ("certain", "50%")}
    diamond = [("X", "A", "50%"), ("X", "B", "50%"), ("A", "C", "25%"), ("B", "C", "25%")]
    assert blocked(diamond, "X")["C"] == ("certain", "50%")
    with_its_own = [("X", "A", "50%"), ("X", "B", "10%"), ("A", "B", "40%")]
    assert blocked(with_its_own, "X")["B"] == ("certain", "50%")


def test_the_treasury_s_examples_of_direct_and_indirect_parts():
    """Published with FAQ 401: a part held through a blocked company counts, through another not."""
    direct = [("X", "A", "50%"), ("X", "B", "10%"), ("A", "B", "40%")]
    assert blocked(direct, "X")["B"] == ("certain", "50%")
    one_blocked = [("X", "A", "50%"), ("X", "B", "25%"), ("A", "C", "25%"), ("B", "C", "25%")]
    assert blocked(one_blocked, "X").keys() == {"A"}
    none_blocked = [("X", "A", "25%"), ("X", "B", "25%"), ("A", "C", "50%"), ("B", "C", "50%")]
    assert blocked(none_blocked, "X") == {}


def test_blocked_persons_count_together():
    rows = [("X", "A", "25%"), ("Y", "A", "25%"), ("Z", "A", "50%")]
    assert blocked(rows, "X") == {}
    assert blocked(rows, "X", "Y") == {"A": ("certain", "50%")}


def test_nothing_is_multiplied_and_a_link_below_half_blocks_nothing():
    rows = [("X", "A", "49.9%"), ("A", "B", "100%")]
    assert blocked(rows, "X") == {}
    assert blocked(rows, "X", all_held=True) == {"A": ("impossible", "49.9%")}


def test_ranges_may_block():
    rows = [("X", "A", ("40%", "60%")), ("A", "B", "70%")]
    assert blocked(rows, "X") == {"A": ("possible", "40\u201360%"), "B": ("possible", "0\u201370%")}


def test_the_proof_names_the_chain_and_its_claims():
    table = from_rows([("X", "A", "50%"), ("A", "B", "55%")], claims=[("c1",), ("c2",)])
    row = next(row for row in ofac(table, ["X"]) if row.company == "B")
    assert row.proof.steps == ("X holds 50% of A", "A holds 55% of B", "together 55% of B")
    assert row.to_json()["claims"] == ["c1", "c2"]
    assert row.holders == ("A",)


def test_who_is_blocked_must_be_known():
    with pytest.raises(UnknownNameError, match="blocked"):
        ofac(from_rows([("X", "A", "50%")]), ["Nobody"])
    with pytest.raises(ParameterError, match="one blocked person"):
        ofac(from_rows([("X", "A", "50%")]), [])


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")).filter(
            lambda pair: pair[0] != pair[1]
        ),
        st.integers(1, 20),
        min_size=1,
        max_size=15,
    )
)
def test_it_is_the_least_set_that_is_closed(shares):
    rows = [(a, b, Fraction(share, 100)) for (a, b), share in shares.items()]
    rows += [("x", b, Fraction(40, 100)) for b in "ab"]
    found = {row.company for row in ofac(from_rows(rows), ["x"])}
    group, before = {"x"}, set()
    while group != before:
        before = set(group)
        for company in "abcdef":
            if sum(s for a, b, s in rows if b == company and a in before - {company}) * 2 >= 1:
                group.add(company)
    assert found == group - {"x"}

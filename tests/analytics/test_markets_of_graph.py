from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg import names, ontology
from kg.analytics.inquiries.asking import ask
from kg.claims import Claim, MarketShare, Membership, Sales
from kg.errors import ParameterError
from kg.load import load_claims
from kg.quads import RDF_TYPE

from .conftest import LABEL, NAMED, company, told

YEAR = names.entity("period", "2023-01-01--2023-12-31")
JAPAN = names.entity("market", "jp")
PACT = names.entity("alliance", "pact")


def thing(iri, kind, label):
    node, graph = NamedNode(iri), NamedNode(names.ENTITIES)
    yield Quad(node, RDF_TYPE, NamedNode(names.term(kind)), graph)
    yield Quad(node, LABEL, Literal(label), graph)


def figure(kind, subject, value="", *, source="new", modality="stated", low="", number=0):
    local = names.local_name(subject)
    return Claim(
        id=names.entity("claim", f"{kind.__name__}-{local}-{source}-{number}".lower()),
        source=names.entity("doc", source),
        says=f"{subject}: {value or low}.",
        modality=names.code("modality", modality),
        states=kind(
            subject=subject,
            powertrain=names.code("powertrain", "all"),
            market=JAPAN,
            period=YEAR,
            value=Decimal(value) if value else None,
            low=Decimal(low) if low else None,
        ),
    )


def member(slug):
    return Claim(
        id=names.entity("claim", f"member-{slug}"),
        source=names.entity("doc", "new"),
        says=f"{slug} is in the pact.",
        modality=names.code("modality", "stated"),
        states=Membership(
            alliance=PACT,
            member=company(slug),
            role=names.code("role", "member"),
            stage=names.code("stage", "current"),
        ),
    )


@pytest.fixture
def asked(empty_graph):
    def asked(name, claims, **values):
        more = [*thing(JAPAN, "Market", "Japan"), *thing(PACT, "Alliance", "Pact")]
        load_claims(empty_graph, claims, names=[*NAMED, *more, *ontology.code_quads()])
        return ask(empty_graph, name, {key: [value] for key, value in values.items()})

    return asked


def measures(report):
    return {row["measure"]: (float(row["low"]), float(row["high"])) for row in report.rows}


SHARES = [figure(MarketShare, company(one), share) for one, share in (("a", "0.4"), ("b", "0.4"))]


def test_shares_below_all_give_an_interval(asked):
    found = measures(asked("market", SHARES, market="jp"))
    assert found["HHI"] == (3200, 3600)


def test_allies_and_companies_under_one_control_are_merged(asked):
    allied = asked("market", [*SHARES, member("a"), member("b")], market="jp", merge="alliances")
    assert measures(allied)["HHI, allies merged"] == (6400, 6800)
    held = told("ab", "a", "b", "0.6", source="old")
    controlled = asked("market", [held], market="jp", merge="control")
    merged = measures(controlled)["HHI, companies under one control merged"]
    assert merged == (6400, 6800)
    assert any("sale" not in claim for row in controlled.rows for claim in row["claims"])


def test_claims_that_differ_make_a_range_or_are_picked(asked):
    other = figure(MarketShare, company("a"), "0.5", source="register")
    both = measures(asked("market", [*SHARES, other], market="jp", merge="none"))
    low, high = both["HHI"]
    assert low < 3200 + 1
    assert high >= 0.5**2 * 10_000 + 1600
    picked = asked(
        "market", [*SHARES, other], market="jp", merge="none", policy="most-authoritative"
    )
    assert measures(picked)["HHI"] == (4100, 4200)


def test_shares_of_more_than_the_whole_are_told_and_left_out(asked):
    third = figure(MarketShare, company("c"), "0.4")
    report = asked("market", [*SHARES, third], market="jp")
    assert report.rows == ()
    assert any("sum" in one.text or "120" in one.text for one in report.remarks)


def test_what_is_no_fact_is_not_counted_unless_asked_for(asked):
    expected = figure(MarketShare, company("c"), "0.2", modality="conditional")
    report = asked("market", [*SHARES, expected], market="jp", merge="none")
    assert measures(report)["HHI"] == (3200, 3600)
    assert any(one.rule == "left out: not a fact" for one in report.remarks)
    more = asked("market", [*SHARES, expected], market="jp", merge="none", reported="true")
    assert measures(more)["HHI"] == (3600, 3600)


def test_a_subsidiary_is_counted_within_its_parent_and_a_member_without_sales_is_missing(asked):
    claims = [
        *(member(one) for one in "abc"),
        figure(Sales, company("a"), "1000"),
        figure(Sales, company("b"), "300"),
        figure(Sales, PACT, "1100"),
        told("ab", "a", "b", "0.6", source="new"),
    ]
    (row,) = asked("market", claims, alliance="pact").rows
    assert (row["low"], row["high"]) == ("1000", "1000")
    assert [one["slug"] for one in row["parts"]] == ["a"]
    assert [one["slug"] for one in row["missing"]] == ["c"]
    assert row["consolidated"] == {"B": "A"}
    assert row["published"] == ["1100: members are missing, difference 100"]


def test_a_subsidiary_is_counted_once_whoever_is_above_its_parent(asked):
    claims = [
        *(member(one) for one in "abc"),
        *(figure(Sales, company(one), "100") for one in "abc"),
        told("ab", "a", "b", "0.6", source="new"),
        told("da", "d", "a", "0.6", source="new"),  # no member
        told("ba", "b", "c", "0.6", source="new"),
        told("cb", "c", "b", "0.4", source="new"),
    ]
    (row,) = asked("market", claims, alliance="pact").rows
    assert row["consolidated"] == {"B": "A", "C": "A"}


def test_members_that_control_each_other_are_counted_once(asked):
    claims = [
        *(member(one) for one in "ab"),
        *(figure(Sales, company(one), "100") for one in "ab"),
        told("ab", "a", "b", "0.6", source="new"),
        told("ba", "b", "a", "0.6", source="new"),
    ]
    (row,) = asked("market", claims, alliance="pact").rows
    assert row["consolidated"] == {"A": "B"}


def test_a_subsidiary_that_joins_is_counted_within_its_parent(asked):
    claims = [
        *(member(one) for one in "ac"),
        *(figure(Sales, company(one), "100") for one in "abc"),
        told("ab", "a", "b", "0.6", source="new"),
    ]
    assert not asked("what-if", claims, join="b@pact").rows
    (row,) = asked("what-if", claims, leave="c@pact").rows
    assert (row["before"], row["after"]) == ("200", "100")


def test_a_market_that_cannot_be_measured_does_not_stop_a_what_if(asked):
    third = figure(MarketShare, company("c"), "0.4")
    report = asked("what-if", [*SHARES, third], set="a>b=60%", test="strict-majority")
    assert {row["kind"] for row in report.rows} == {"control", "legal test"}
    assert any("120%" in one.text for one in report.remarks)


def test_two_names_of_one_company_are_no_two_ends_of_a_stake(asked):
    with pytest.raises(ParameterError, match="both are A"):
        asked("what-if", SHARES, set=f"a>{company('a')}=5%")


def test_a_what_if_moves_the_concentration_of_the_graph(asked):
    report = asked("what-if", SHARES, set="a>b=60%", test="strict-majority")
    kinds = {row["kind"] for row in report.rows}
    assert "concentration" in kinds


def test_votes_of_another_company_do_not_end_common_ownership(asked):
    held = [told(f"c{one}", "c", one, "0.4", source="new") for one in "ab"]
    votes = told("vd", "e", "d", "0.4", source="new", right="votes")
    report = asked("market", [*held, votes, *SHARES], market="jp")
    assert measures(report)["MHHI delta"] == (3200, 3200)

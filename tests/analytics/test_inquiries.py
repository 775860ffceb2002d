from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.analytics.inquiries import inquiries, inquiry
from kg.analytics.inquiries.asking import ask, to_json
from kg.errors import AmbiguousNameError, ParameterError, UnknownNameError, UnknownQuestionError
from kg.load import load_claims
from kg.questions.catalogue import ENTITY_KINDS

from .conftest import NAMED, company, told

ALIAS = NamedNode(names.PREFIXES["skos"] + "altLabel")
ENTITIES = NamedNode(names.ENTITIES)

JAPAN = {"holder": ["nissan"], "company": ["mmc"], "test": ["japan-veto"]}
OWNERS = [
    told("ab", "a", "b", "0.6", source="old"),
    told("ac", "a", "c", "0.3", source="old"),
    told("bc", "b", "c", "0.3", source="mid"),
    told("dc", "d", "c", "0.2", source="old"),
]


def found(graph, name, **values):
    return ask(graph, name, {key: [one] for key, one in values.items()})


def slugs(report, *columns):
    return [
        tuple(row[one]["slug"] if isinstance(row[one], dict) else row[one] for one in columns)
        for row in report.rows
    ]


def claims(row):
    return {names.local_name(one) for one in row["claims"]}


@pytest.mark.parametrize("one", inquiries(), ids=lambda one: one.name)
def test_every_inquiry_answers_its_example_on_the_shipped_data(graph, one):
    report = ask(graph, one.name, {name: [value] for name, value in one.example.items()})
    assert report.status in ("answered", "none-found")
    told_of = to_json(report)
    assert told_of["reading"]
    assert told_of["method"]
    assert told_of["source"]
    assert all(row["claims"] for row in told_of["rows"] if row.get("answer") != "no")
    whole = {claim["id"] for claim in told_of["claims"]}
    assert all(claim in whole for row in told_of["rows"] for claim in row["claims"])
    assert names.ENTITY + "company/" not in " ".join(
        str(value) for row in told_of["rows"] for value in row.values() if isinstance(value, str)
    )


@pytest.mark.parametrize("one", inquiries(), ids=lambda one: one.name)
def test_every_computed_row_says_why_where_asked(graph, one):
    values = {name: [value] for name, value in one.example.items()}
    for row in to_json(ask(graph, one.name, values | {"why": ["true"]}))["rows"]:
        proofs = [row[name] for name in ("why", "why_before", "why_after") if row.get(name)]
        # A published total is a claim, and not computed.
        assert proofs or row["measure"].startswith("published total")
        assert all(proof["rule"] and proof["source"] and proof["steps"] for proof in proofs)
    plain = to_json(ask(graph, one.name, values))["rows"]
    assert not any(name.startswith("why") for row in plain for name in row)


@pytest.mark.parametrize("one", inquiries(), ids=lambda one: one.name)
def test_every_inquiry_says_what_it_takes_and_gives(one):
    assert one.english.endswith("?")
    assert one.about.endswith(".")
    assert one.method
    assert one.source
    parameters = {parameter.name for parameter in one.parameters}
    assert len(parameters) == len(one.parameters)
    assert set(one.example) <= parameters | {"as_of"}
    kinds = set(ENTITY_KINDS) | {"share", "integer", "text", "boolean"}
    assert {parameter.kind for parameter in one.parameters} <= kinds


def test_the_veto_of_the_shipped_claim_with_its_sentence(graph):
    report = found(
        graph, "legal-tests", holder="nissan", company="mitsubishi-motors", as_of="2024-08-01"
    )
    veto = next(row for row in report.rows if row["test"] == "japan-veto")
    assert veto["words"] == "veto at 34% (> 1/3)"
    (claim,) = (report.claims[one] for one in veto["claims"])
    assert (claim.sentence, claim.printed) == (4, "34%")
    assert claim.source.label == "News article 000 (2024)"
    assert any("66%" in one.text for one in report.remarks)


@pytest.mark.parametrize(
    ("as_of", "known_by", "answer"),
    [
        ("2024-10-01", "", "yes"),
        ("2024-11-08", "", "no"),
        ("2024-11-08", "2024-11-09", "yes"),
        ("2024-11-08", "2024-11-10", "no"),
    ],
)
def test_the_veto_goes_with_the_buy_back_once_it_is_known(seen, as_of, known_by, answer):
    values = JAPAN | {"as_of": [as_of]} | ({"known_by": [known_by]} if known_by else {})
    (row,) = ask(seen, "legal-tests", values).rows
    assert row["answer"] == answer


def test_after_the_buy_back_influence_stays_and_the_veto_depends_on_turnout(seen):
    values = JAPAN | {"as_of": ["2024-12-01"]}
    values |= {"test": ["ias-28-significant-influence", "japan-de-facto-veto"]}
    influence, veto = ask(seen, "legal-tests", values).rows
    assert influence["answer"] == "yes"
    assert veto["answer"] == "cannot tell"
    assert "72.15%" in veto["note"]


def test_capital_and_votes_give_different_answers(seen):
    capital = found(seen, "ownership", owner="renault", owned="nissan", as_of="2024-01-01")
    votes = found(
        seen, "ownership", owner="renault", owned="nissan", as_of="2024-01-01", right="votes"
    )
    assert capital.rows[0]["share"] == "0.434"
    assert votes.rows[0]["share"] == "0.15"
    assert claims(votes.rows[0]) >= {"rn-v2"}
    assert "rn-c" not in claims(votes.rows[0])


def test_control_names_the_claims_it_needs_and_says_why(known):
    report = found(known(*OWNERS), "control", controller="a", why="true")
    assert slugs(report, "controlled", "held") == [("b", "0.6"), ("c", "0.6")]
    assert [claims(row) for row in report.rows] == [{"ab"}, {"ab", "ac", "bc"}]
    steps = " ".join(report.rows[1]["why"]["steps"])
    assert "60% held by A" in steps


def test_two_that_act_as_one(known):
    report = ask(known(*OWNERS), "control", {"controller": ["b", "d"], "controlled": ["c"]})
    (row,) = report.rows
    assert row["certainty"] == "none"
    assert row["held"] == "0.5"
    assert "B and D acting as one" in report.reading


def test_nothing_known_is_silence_and_never_a_no(known):
    report = found(known(*OWNERS), "control", controller="e")
    assert report.status == "no-data"
    assert "not a no" in report.silence.text


def test_what_does_not_hold_yet_is_said_to(seen):
    report = found(seen, "power", company="mmc", as_of="2010-01-01")
    assert (report.status, report.silence.code) == ("no-data", "not-yet")
    assert "2016-10-20" in report.silence.text


def test_a_company_of_which_most_is_unknown_is_not_certainly_uncontrolled(seen):
    (row,) = found(seen, "ultimate", company="mmc").rows
    assert (row["controller"], row["certainty"]) == (None, "by what is known")


def test_pages_have_a_total(known):
    graph = known(*OWNERS)
    first = found(graph, "ownership", limit="2")
    rest = found(graph, "ownership", limit="2", offset="2")
    assert first.total == rest.total == 4
    assert len(first.rows) == 2
    pairs = slugs(first, "owner", "owned") + slugs(rest, "owner", "owned")
    assert len(set(pairs)) == 4


def test_a_what_if_takes_names_and_tells_claims(seen):
    report = ask(
        seen,
        "what-if",
        {"set": ["nissan>mmc=51%"], "test": ["strict-majority"], "as_of": ["2024-10-01"]},
    )
    kinds = {row["kind"] for row in report.rows}
    assert "control" in kinds
    assert "legal test" in kinds
    assert "Nissan > Mmc" in " ".join(row["subject"] for row in report.rows)
    assert any(claims(row) == {"nm-1"} for row in report.rows)


def test_ofac_counts_capital_up_to_just_half(known):
    graph = known(
        told("ab", "a", "b", "0.5", source="old"), told("bc", "b", "c", "0.5", source="old")
    )
    report = found(graph, "ofac", blocked="a")
    assert slugs(report, "company", "certainty") == [("b", "certain"), ("c", "certain")]


def test_paths_run_over_stakes_and_alliances_and_tell_what_is_no_fact(graph):
    report = found(graph, "paths", start="toyota", end="mazda")
    (row,) = report.rows
    assert [one["label"] for one in row["nodes"]] == ["Toyota", "Toyota-led alliance", "Mazda"]
    facts = found(graph, "paths", start="honda", end="mitsubishi-motors")
    steps = {one["label"] for row in facts.rows for step in row["steps"] for one in step}
    assert "reported" not in steps
    more = found(graph, "paths", start="honda", end="mitsubishi-motors", reported="true")
    labels = {one["label"] for row in more.rows for step in row["steps"] for one in step}
    assert "reported" in labels


def test_combined_sales_count_each_member_once_beside_the_published_total(graph):
    report = found(graph, "market", alliance="honda-nissan-mitsubishi", powertrain="all")
    total, published = report.rows
    assert total["low"] == total["high"] == "8350000"
    assert len(total["parts"]) == 3
    assert total["published"] == ["8350000: agrees with the sum, difference 0"]
    assert (published["low"], published["high"]) == ("8000000", None)
    assert "reported" in report.remarks[0].text


def test_a_market_without_shares_of_companies_says_what_it_left_out(graph):
    report = found(graph, "market", market="CN")
    assert report.rows == ()
    assert any(one.rule == "left out: no company" for one in report.remarks)


def test_the_policy_hides_claims_and_says_so(known):
    graph = known(
        told("one", "a", "b", "0.30", source="register", since="2020-01-01"),
        told("other", "a", "b", "0.60", source="rumour", since="2020-01-01"),
    )
    unsure = found(graph, "control", controller="a", controlled="b")
    assert unsure.rows[0]["certainty"] == "possible"
    latest = found(graph, "control", controller="a", controlled="b", policy="latest")
    assert latest.rows[0]["certainty"] == "certain"
    (hidden,) = (one for one in latest.remarks if one.rule == "hidden")
    assert hidden.claims == (names.entity("claim", "one"),)


@pytest.mark.parametrize(
    ("name", "values", "error", "message"),
    [
        ("control", {"controller": ["nisan"]}, UnknownNameError, "nothing is called 'nisan'"),
        ("control", {"holder": ["nissan"]}, ParameterError, "has no such parameter"),
        ("control", {"threshold": ["half"]}, ParameterError, "threshold"),
        ("control", {"as_of": ["soon"]}, ParameterError, "'soon' is not a date"),
        ("control", {"as_of": ["2024-01-01", "2024-01-02"]}, ParameterError, "given twice"),
        ("control", {"policy": ["loudest"]}, ParameterError, "is none of all, latest"),
        ("control", {"reported": ["maybe"]}, ParameterError, "neither true nor false"),
        ("control", {"limit": ["100000"]}, ParameterError, "whole number from 0 to 1000"),
        ("control", {"limit": ["-1"]}, ParameterError, "whole number"),
        ("legal-tests", {"holder": ["nissan"]}, ParameterError, "needs it"),
        ("legal-tests", {"company": ["mmc"], "test": ["x"]}, ParameterError, "none of"),
        ("power", {"company": [""]}, ParameterError, "is empty"),
        ("what-if", {}, ParameterError, "nothing to change"),
        ("what-if", {"set": ["nissan=51%"]}, ParameterError, "OWNER>OWNED"),
        ("what-if", {"drop": ["nissan>nowhere"]}, UnknownNameError, "nowhere"),
        ("contrl", {}, UnknownQuestionError, "did you mean control"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(seen, name, values, error, message):
    with pytest.raises(error, match=message):
        ask(seen, name, values)


def test_an_ambiguous_name_is_answered_with_the_candidates(known):
    graph = known(*OWNERS)
    load_claims(graph, [], names=[Quad(NamedNode(company("c")), ALIAS, Literal("Bee"), ENTITIES)])
    load_claims(graph, [], names=[Quad(NamedNode(company("d")), ALIAS, Literal("Bee"), ENTITIES)])
    with pytest.raises(AmbiguousNameError) as error:
        ask(graph, "control", {"controller": ["bee"]})
    assert {one.slug for one in error.value.candidates} == {"c", "d"}


def test_an_error_of_a_measure_names_things_and_not_their_iris(seen):
    with pytest.raises(ParameterError) as error:
        ask(seen, "legal-tests", {"holder": ["mmc"], "company": ["mmc"]})
    assert company("mmc") not in str(error.value)


def test_a_network_that_is_too_large_is_refused(seen):
    with pytest.raises(ParameterError, match="too many to answer at once"):
        ask(seen, "control", {}, most_stakes=1)


def test_a_network_is_as_large_as_its_votes(empty_graph):
    claims = [told(one, one, "x", "0.1", source="new", right="votes") for one in "ab"]
    load_claims(empty_graph, claims, names=NAMED)
    with pytest.raises(ParameterError, match="2 stakes are too many"):
        ask(empty_graph, "control", {}, most_stakes=1)


def test_the_day_is_today_where_none_is_given(seen):
    assert found(seen, "control").network.asked.as_of == date.today()


def test_an_inquiry_is_found_by_its_name():
    assert inquiry("close-links").name == "close-links"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("paths", {"start": "nissan", "end": "renault", "most": "0"}),
        ("paths", {"start": "nissan", "end": "renault", "length": "9"}),
        ("power", {"company": "nissan", "rest": "many", "voters": "0"}),
        ("network-power", {"samples": "0"}),
    ],
)
def test_a_whole_number_out_of_its_bounds_is_refused_with_the_bounds(seen, name, values):
    with pytest.raises(ParameterError, match=r"no whole number from 1 to"):
        found(seen, name, **values)


def test_who_has_only_votes_is_related_by_them(known):
    graph = known(*OWNERS, told("eb", "e", "b", "0.7", source="mid", right="votes"))
    (path,) = found(graph, "paths", start="e", end="a", most="1").rows
    assert path["path"] == "E votes in B (70%); A owns B (60%)"
    assert claims(path) == {"eb", "ab"}

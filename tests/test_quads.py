from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import claims, names
from kg.claims import PROPOSITIONS, Claim
from kg.quads import camel, claim_quads, from_term, plain, proposition_iri, to_term
from kg.readers import rdf

ALPHA, BETA, GAMMA = (names.entity("company", name) for name in ("alpha", "beta", "gamma"))
ALLIANCE = names.entity("alliance", "alpha-beta")
HOME = names.entity("market", "home")
YEAR = names.entity("period", "2023-01-01--2023-12-31")
ALL = names.code("powertrain", "all")
SCOPE = (names.code("scope", "basic-software"), names.code("scope", "spare-parts"))
FIGURE = {"subject": ALPHA, "powertrain": ALL, "market": HOME, "period": YEAR}

SAMPLES = [
    claims.Stake(
        holder=ALPHA,
        company=BETA,
        right=names.code("right", "votes"),
        share_min=Decimal("0.2"),
        share_max=Decimal("0.25"),
        directness=names.code("directness", "direct"),
        valid_from=date(2020, 1, 1),
        valid_to=date(2021, 1, 1),
    ),
    claims.Membership(
        alliance=ALLIANCE,
        member=ALPHA,
        role=names.code("role", "lead"),
        stage=names.code("stage", "current"),
        valid_at=date(2020, 1, 1),
    ),
    claims.AllianceState(
        alliance=ALLIANCE, state=names.code("alliance-state", "forming"), text="soon"
    ),
    claims.AllianceScope(alliance=ALLIANCE, scope=SCOPE),
    claims.MemberCount(alliance=ALLIANCE, count=5),
    claims.Distinction(
        alliance=ALLIANCE, different_from=names.entity("alliance", "other"), text="not the same"
    ),
    claims.Agreement(
        party=(ALPHA, BETA),
        agreement_kind=names.code("agreement-kind", "joint-development"),
        scope=SCOPE,
        beneficiary=GAMMA,
        at="2024-03",
    ),
    claims.Sales(**FIGURE, low=Decimal(8000000), low_open=True, high=Decimal(9000000)),
    claims.SalesGrowth(**FIGURE, value=Decimal("-0.017")),
    claims.MarketShare(**FIGURE, trend=names.code("trend", "falling")),
    claims.SalesMix(**FIGURE, value=Decimal("0.5"), part=(names.entity("market", "away"), HOME)),
    claims.Earnings(**FIGURE, trend=names.code("trend", "almost-none"), cause="discounts"),
    claims.Rank(
        subject=ALPHA, rank=2, measure=names.code("measure", "units-sold"), among=HOME, period=YEAR
    ),
    claims.Location(subject=ALPHA, country=HOME, place="Alphaville"),
    claims.Plan(
        actor=(ALPHA, BETA),
        text="thirty models",
        scope=SCOPE,
        low=Decimal(30),
        low_open=True,
        unit=names.code("unit", "vehicle-model"),
        due="2030",
        at="2022",
    ),
    claims.Policy(
        issuer=names.entity("body", "council"),
        text='keep "their" goods out',
        market=HOME,
        target=names.entity("market", "away"),
        scope=SCOPE,
        effective="XXXX-08-01",
    ),
    claims.Event(
        actor=(ALPHA, BETA),
        event_kind=names.code("event-kind", "forecast-cut"),
        text="cut",
        cause="costs",
        at="2023",
    ),
    claims.Competition(party=(ALPHA,), against=(BETA,), text="in scale"),
    claims.Assessment(
        about=(ALPHA, BETA), assessment_kind=names.code("assessment-kind", "motive"), text="costs"
    ),
]
KINDS = [type(sample).__name__ for sample in SAMPLES]


def claim(states, **more):
    return Claim(
        id=names.entity("claim", "a"),
        source=names.entity("doc", "one"),
        says="In our own words.",
        modality=names.code("modality", "stated"),
        states=states,
        **more,
    )


def read_back(*originals):
    """Return claims as they come back from their quads; periods are told by their names alone."""
    period = ox.NamedNode(names.ENTITIES)
    quads = [q for one in originals for q in claim_quads(one) if q.graph_name != period]
    return rdf.claims(quads, Path("none.ttl"))


def test_there_is_a_sample_of_every_kind():
    assert [cls.__name__ for cls in PROPOSITIONS] == KINDS


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_a_claim_comes_back_from_its_quads_as_it_was(sample):
    assert read_back(claim(sample)) == [claim(sample)]


def test_a_claim_with_every_field_comes_back_as_it_was():
    whole = claim(
        SAMPLES[0],
        sentence=3,
        sentence_sha256="0" * 64,
        segment=names.code("segment", "caption"),
        relays=(names.entity("publisher", "herald"), names.entity("publisher", "post")),
        speaker=(ALPHA, BETA),
        printed='"25%" - über\n',
        period_basis=names.code("basis", "inferred"),
        confidence=Decimal("0.9"),
        supersedes=names.entity("claim", "z"),
        recorded=date(2024, 1, 1),
        note="odd",
    )
    assert read_back(whole) == [whole]


def test_a_response_comes_back_as_it_was():
    response = replace(claim(SAMPLES[0]), states=None, responds_to=names.entity("claim", "b"))
    assert read_back(response) == [response]


def test_a_document_of_several_claims_comes_back_whole():
    several = [
        replace(claim(sample), id=names.entity("claim", str(number)))
        for number, sample in enumerate(SAMPLES)
    ]
    assert read_back(*several) == several


@pytest.mark.parametrize("sample", SAMPLES, ids=KINDS)
def test_who_says_it_does_not_change_the_name_of_what_is_said(sample):
    def stated(one):
        return {q.object for q in claim_quads(one) if q.predicate.value == names.term("states")}

    other = replace(
        claim(sample),
        id=names.entity("claim", "b"),
        source=names.entity("doc", "two"),
        modality=names.code("modality", "denied"),
        printed="otherwise",
    )
    assert stated(claim(sample)) == stated(other) == {ox.NamedNode(proposition_iri(sample))}


def stake(**more):
    return claims.Stake(holder=ALPHA, company=BETA, right=names.code("right", "capital"), **more)


@pytest.mark.parametrize(
    ("one", "same"),
    [
        (stake(share=Decimal("0.34")), stake(share=Decimal("0.340"))),
        (stake(share=Decimal("0.34")), stake(share=Decimal("34E-2"))),
        (stake(share=Decimal(1)), stake(share=Decimal("1.0"))),
        (stake(share=Decimal(0)), stake(share=Decimal("0.00"))),
        (
            claims.Competition(party=(ALPHA, BETA), against=(GAMMA,)),
            claims.Competition(party=(BETA, ALPHA), against=(GAMMA,)),
        ),
        (
            claims.Competition(party=(ALPHA, BETA), against=(GAMMA,)),
            claims.Competition(party=(ALPHA, BETA, BETA), against=(GAMMA,)),
        ),
    ],
    ids=["trailing zero", "exponent", "whole number", "zero", "order of parties", "party twice"],
)
def test_equal_content_has_one_name_however_it_is_written(one, same):
    assert proposition_iri(one) == proposition_iri(same)


@pytest.mark.parametrize(
    "other",
    [
        stake(),
        stake(share=Decimal("0.35")),
        stake(share_min=Decimal("0.34")),
        stake(share=Decimal("0.34"), valid_from=date(2020, 1, 1)),
        replace(stake(share=Decimal("0.34")), holder=GAMMA),
        replace(stake(share=Decimal("0.34")), right=names.code("right", "votes")),
        replace(stake(share=Decimal("0.34")), holder=BETA, company=ALPHA),
    ],
    ids=["unknown", "share", "at least", "dated", "holder", "right", "the other way round"],
)
def test_different_content_has_different_names(other):
    assert proposition_iri(stake(share=Decimal("0.34"))) != proposition_iri(other)


def test_all_samples_have_different_names():
    assert len({proposition_iri(sample) for sample in SAMPLES}) == len(SAMPLES)


def test_a_claim_stands_in_its_documents_graph_and_what_it_states_among_the_propositions():
    graphs = {}
    for quad in claim_quads(claim(SAMPLES[0])):
        graphs.setdefault(quad.graph_name.value, set()).add(quad.subject.value)
    assert graphs == {
        names.document_graph(names.entity("doc", "one")): {names.entity("claim", "a")},
        names.PROPOSITIONS: {proposition_iri(SAMPLES[0])},
    }


def test_a_period_is_described_by_the_days_in_its_name():
    quads = claim_quads(claim(claims.Sales(**FIGURE, value=Decimal(1))))
    told = {
        names.local_name(quad.predicate.value): quad.object.value
        for quad in quads
        if quad.subject == ox.NamedNode(YEAR)
    }
    assert told == {
        "type": names.term("Period"),
        "label": "2023",
        "start": "2023-01-01",
        "end": "2023-12-31",
    }


@pytest.mark.parametrize(
    ("number", "text"),
    [("0.340", "0.34"), ("1E+6", "1000000"), ("100", "100"), ("0.0", "0"), ("-0.0170", "-0.017")],
    ids=["trailing zero", "exponent", "whole", "zero", "negative"],
)
def test_a_number_is_written_plainly(number, text):
    assert plain(Decimal(number)) == text


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (names.Iri("x:y"), names.Iri),
        (Decimal("0.34"), Decimal),
        (7, int),
        (True, bool),
        (False, bool),
        (date(2024, 8, 1), date),
        ("two\nlines", str),
    ],
    ids=["iri", "decimal", "integer", "true", "false", "date", "text"],
)
def test_a_value_comes_back_from_its_term(value, kind):
    assert from_term(to_term(value, kind), kind) == value


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        (ox.Literal("x"), names.Iri),
        (ox.BlankNode("x"), names.Iri),
        (ox.NamedNode("x:y"), str),
        (ox.Literal("half"), Decimal),
        (ox.Literal("Infinity"), Decimal),
        (ox.Literal("1.5"), int),
        (ox.Literal("2023-02-30"), date),
        (ox.Literal("yes"), bool),
    ],
    ids=[
        "text for iri",
        "blank for iri",
        "iri for text",
        "word for number",
        "infinite",
        "fraction for integer",
        "no such day",
        "word for boolean",
    ],
)
def test_a_term_of_another_kind_is_refused(term, kind):
    with pytest.raises(ValueError, match="should be a"):
        from_term(term, kind)


def test_a_field_name_is_a_property_name():
    assert camel("share_min") == "shareMin"
    assert camel("sentence_sha256") == "sentenceSha256"

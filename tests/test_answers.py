import json
from collections import Counter
from decimal import Decimal

import pytest

from kg import names
from kg.errors import (
    AmbiguousNameError,
    ParameterError,
    UnknownCodeError,
    UnknownQuestionError,
)
from kg.load import load_files
from kg.matching import register
from kg.questions.answer import Named, ask, iri_of, json_value, to_json
from kg.questions.binding import bind
from kg.questions.catalogue import question, questions
from tests.test_catalogue import MADE_UP_ONLY

ALLIES = "who-is-allied-with-whom"
CLOCKS = [
    {},
    {"as_of": "2010-01-01"},
    {"as_of": "2023-03-01"},
    {"as_of": "2024-08-01"},
    {"known_by": "2020-01-01"},
    {"known_by": "2024-08-03"},
    {"as_of": "2023-12-31", "known_by": "2030-01-01"},
]
NARROWED = [
    (ALLIES, {"ally": "nissan"}),
    (ALLIES, {"company": "honda", "ally": "nissan"}),
    (ALLIES, {"alliance": "toyota-led"}),
    (ALLIES, {"company": "nissan", "ally": "mitsubishi-motors"}),
    ("members-of-alliance", {"member": "nissan"}),
    ("members-of-alliance", {"alliance": "toyota-led", "member": "nissan"}),
    ("market-share-of", {"market": "US"}),
    ("market-share-of", {"powertrain": "new-energy"}),
    ("market-share-of", {"subject": "japanese-brands", "powertrain": "all", "market": "CN"}),
    ("sales-of", {"market": "world", "powertrain": "electric-as-printed"}),
    ("sales-growth-of", {"market": "US"}),
    ("stake-between", {"holder": "renault", "company": "nissan"}),
    ("what-a-source-says", {"source": "001"}),
    ("plans-and-policies", {"actor": "united-states"}),
]
NARROWED_IDS = [f"{name} {' '.join(values.values())}" for name, values in NARROWED]


def clocks_of(name, clocks):
    return {key: value for key, value in clocks.items() if question(name).parameter(key)}


def values_of(name):
    """Return the values to ask a question with: its example and, where it needs none, none.

    Nothing for those that the shipped articles do not answer.
    """
    if name in MADE_UP_ONLY:
        return []
    needs = any(one.required for one in question(name).parameters)
    return [question(name).example] if needs else [question(name).example, {}]


def counted(rows, name):
    """Return rows of terms as text, without their order and that of the claims in a cell."""
    kinds = {one.name: one.kind for one in question(name).columns}

    def cell(row, column):
        term = row.get(column)
        if term is None:
            return ""
        return " ".join(sorted(term.value.split())) if kinds[column] == "claims" else str(term)

    return Counter(tuple(cell(row, column) for column in kinds) for row in rows)


def assert_same_rows_when_bound_and_when_written(graph, name, values):
    bound = graph.select(question(name).sparql, bind(question(name), values, register(graph)))
    written = graph.select(ask(graph, name, values).sparql)
    assert counted(bound.rows, name) == counted(written.rows, name), values
    return bound.rows


@pytest.mark.parametrize("name", questions())
def test_values_give_the_same_rows_bound_and_written_into_the_query(graph, name):
    for values in values_of(name):
        assert assert_same_rows_when_bound_and_when_written(graph, name, values)
        for clocks in CLOCKS:
            taken = {**values, **clocks_of(name, clocks)}
            assert_same_rows_when_bound_and_when_written(graph, name, taken)


@pytest.mark.parametrize(("name", "values"), NARROWED, ids=NARROWED_IDS)
def test_narrowing_gives_the_same_rows_both_ways(graph, name, values):
    assert_same_rows_when_bound_and_when_written(graph, name, values)


@pytest.mark.parametrize(("name", "values"), NARROWED, ids=NARROWED_IDS)
def test_every_row_is_of_the_value_asked_for(graph, name, values):
    answer = ask(graph, name, values)
    for row in answer.rows:
        for parameter, value in answer.parameters.items():
            if parameter in row.values and value is not None:
                assert row.values[parameter] == value


@pytest.mark.parametrize(("name", "values"), NARROWED, ids=NARROWED_IDS)
def test_narrowing_keeps_rows_and_makes_none(graph, name, values):
    needed = {one.name for one in question(name).parameters if one.required}
    least = {key: value for key, value in values.items() if key in needed}
    pairs = question(name).symmetric or ()

    def facts(asked):
        rows = [row.values for row in ask(graph, name, asked).rows]
        return {
            (
                frozenset(row[end].id for end in pairs),
                *(str(value) for key, value in row.items() if key not in pairs),
            )
            for row in rows
        }

    for clocks in ({}, clocks_of(name, {"as_of": "2024-08-01", "known_by": "2024-08-03"})):
        assert facts({**values, **clocks}) <= facts({**least, **clocks})


@pytest.mark.parametrize("name", questions())
def test_every_row_rests_on_claims_and_the_answer_carries_them(graph, name):
    for values in values_of(name):
        answer = ask(graph, name, values)
        assert answer.rows
        assert all(row.claims for row in answer.rows)
        assert set(answer.claims) == {claim for row in answer.rows for claim in row.claims}
        for claim in answer.claims.values():
            assert claim.says
            assert claim.modality.label
            assert claim.source.title
            assert claim.sentence
            assert claim.known_from == "2024-08-03"


def nulls(item, path="claims"):
    if isinstance(item, dict):
        return [found for key, one in item.items() for found in nulls(one, f"{path}.{key}")]
    if isinstance(item, list):
        return [found for one in item for found in nulls(one, path)]
    return [path] if item is None or item == "" else []


@pytest.mark.parametrize("name", questions())
def test_an_answer_is_json_data_and_its_claims_say_only_what_they_say(graph, name):
    for values in values_of(name):
        data = json.loads(json.dumps(to_json(ask(graph, name, values))))
        assert (data["question"], data["status"]) == (name, "answered")
        assert nulls(data["claims"]) == []
        columns = {one["name"] for one in data["columns"] if "claim" not in one["kind"]}
        for row in data["rows"]:
            assert row.keys() == columns | {"claims"}


def test_an_answer_says_how_it_was_understood(graph):
    answer = ask(graph, "who-owns", {"company": "mitsubishi", "as_of": "2024-08-01"})
    assert answer.reading == (
        "Who holds stakes in a company, and how large are they "
        "(company: Mitsubishi Motors; as of: 2024-08-01)?"
    )
    data = to_json(answer)
    assert data["as_of"] == "2024-08-01"
    assert data["known_by"] is None
    assert data["parameters"]["company"]["slug"] == "mitsubishi-motors"
    assert data["rows"][0]["share"] == 0.34


def test_a_question_without_values_reads_as_it_stands(graph):
    assert ask(graph, ALLIES).reading == questions()[ALLIES].english


@pytest.mark.parametrize("name", ["company", "as_of", "known_by"])
@pytest.mark.parametrize("nothing", ["", " "], ids=["empty", "blank"])
def test_an_empty_value_is_no_way_to_ask_for_everything(graph, name, nothing):
    with pytest.raises(ParameterError, match=f"{name}: is empty"):
        ask(graph, ALLIES, {name: nothing})


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("who-owns", {"company": "toyota"}),
        ("who-owns", {"company": "mitsubishi-motors", "as_of": "2010-01-01"}),
        ("stake-between", {"holder": "honda", "company": "nissan"}),
        ("sales-growth-of", {"market": "FR"}),
    ],
    ids=["nobody known", "before it was seen", "no stake between", "no figure"],
)
def test_what_is_not_in_the_graph_is_no_data_never_nought(graph, name, values):
    answer = ask(graph, name, values)
    assert (answer.status, answer.rows, answer.claims) == ("no-data", (), {})
    assert to_json(answer)["status"] == "no-data"


def test_nothing_was_known_before_the_first_article(graph):
    for name in questions():
        for values in values_of(name):
            answer = ask(graph, name, {**values, "known_by": "2020-01-01"})
            assert answer.status == "no-data", name


@pytest.mark.parametrize("name", [name for name, one in questions().items() if one.symmetric])
def test_without_a_company_each_pair_is_listed_once(graph, name):
    first, second = question(name).symmetric
    rows = [
        (frozenset((row.values[first].id, row.values[second].id)), row.claims)
        for row in ask(graph, name).rows
    ]
    assert len(set(rows)) == len(rows)
    assert all(len(pair) == 2 for pair, _ in rows)


@pytest.mark.parametrize("name", [name for name, one in questions().items() if one.symmetric])
@pytest.mark.parametrize("company", ["nissan", "honda", "mitsubishi-motors", "renault"])
def test_with_a_company_every_pair_of_it_is_listed_from_its_side(graph, name, company):
    first, second = question(name).symmetric
    mine = register(graph).resolve(company, frozenset({"Company"}), first).id
    own = ask(graph, name, {first: company}).rows
    every = [
        row
        for row in ask(graph, name).rows
        if mine in (row.values[first].id, row.values[second].id)
    ]
    assert {row.values[first].id for row in own} <= {mine}
    assert len(own) == len(every)
    assert {row.values[second].id for row in own} == {
        end.id for row in every for end in (row.values[first], row.values[second])
    } - {mine}


@pytest.mark.parametrize(
    ("name", "values", "parameter", "problem"),
    [
        ("who-owns", {"firm": "nissan"}, "firm", "who-owns has no such parameter; it takes com"),
        ("stake-between", {"holder": "nissan"}, "company", "stake-between needs it: the company"),
        ("who-owns", {"as_of": "soon"}, "as_of", "'soon' is not a date such as 2024-08-01"),
        ("who-owns", {"as_of": "2024-02-30"}, "as_of", "is not a date"),
        ("who-owns", {"known_by": "01.08.2024"}, "known_by", "is not a date"),
        ("sales-of", {"powertrain": "steam"}, "powertrain", "'steam' is none of all, fuel"),
        ("sales-of", {"powertrain": "petrol, diesel"}, "powertrain", "is none of all, fuel"),
        ("who-owns", {"company": "Nisan"}, "company", "nothing is called 'Nisan'; nearest: Niss"),
        ("who-owns", {"company": "toyota-led"}, "company", "nothing is called 'toyota-led'"),
        ("sales-of", {"market": "Honda"}, "market", "nothing is called 'Honda'"),
    ],
    ids=[
        "unknown parameter",
        "required parameter missing",
        "no date",
        "no such day",
        "day in another spelling",
        "unknown code",
        "two codes",
        "unknown company",
        "alliance for company",
        "company for market",
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(graph, name, values, parameter, problem):
    with pytest.raises(ParameterError) as refused:
        ask(graph, name, values)
    assert refused.value.parameter == parameter
    assert problem in refused.value.problem


def test_an_unknown_code_comes_with_all_that_there_are(graph):
    with pytest.raises(UnknownCodeError, match="powertrain: 'steam' is none of all, ") as unknown:
        ask(graph, "sales-of", {"powertrain": "steam"})
    assert {"all", "fuel", "new-energy"} <= {one.slug for one in unknown.value.candidates}


@pytest.mark.parametrize(
    "code",
    [
        "electric-as-printed",
        "Electric vehicles (as printed)",
        "https://w3id.org/keiretsu/vocab/powertrain/electric-as-printed",
    ],
    ids=["code", "label", "iri"],
)
def test_a_code_is_known_by_name_label_and_iri(graph, code):
    answer = ask(graph, "sales-of", {"subject": "tesla", "powertrain": code})
    assert answer.status == "answered"


def test_a_name_of_two_companies_is_refused_with_both(graph, write):
    text = 'company:other a kei:Company ; rdfs:label "Other" ; skos:altLabel "Nissan" .'
    load_files(graph, [write("more", text)])
    with pytest.raises(AmbiguousNameError) as ambiguous:
        ask(graph, ALLIES, {"company": "Nissan"})
    assert ambiguous.value.parameter == "company"
    assert {one.slug for one in ambiguous.value.candidates} == {"other", "nissan-motor"}


def test_an_unknown_question_is_refused(graph):
    with pytest.raises(UnknownQuestionError, match="no question is called 'who-eats-whom'"):
        ask(graph, "who-eats-whom")


HOSTILE = [
    "https://x> } DROP ALL #",
    "https://w3id.org/keiretsu/id/company/nissan-motor> . ?x ?y ?z . <x:y",
    "<https://w3id.org/keiretsu/id/company/nissan-motor>",
    "nissan> } INSERT DATA { <x:a> <x:b> <x:c> } #",
    '2024-08-01"^^<http://www.w3.org/2001/XMLSchema#date>) } UNION { ?s ?p ?o } #',
    "?company",
    "UNDEF) (UNDEF",
    "all\n} SELECT * WHERE { ?s ?p ?o }",
    "https://w3id.org/keiretsu/vocab/powertrain/all>) } #",
]
HOSTILE_IDS = [
    "iri that closes",
    "iri with a pattern",
    "iri in brackets",
    "name with an update",
    "date with a union",
    "variable",
    "no value",
    "second query",
    "code that closes",
]


@pytest.mark.parametrize("value", HOSTILE, ids=HOSTILE_IDS)
def test_no_value_can_smuggle_sparql(graph, value):
    for name, asked in questions().items():
        for parameter in asked.parameters:
            with pytest.raises(ParameterError) as refused:
                ask(graph, name, {**asked.example, parameter.name: value})
            assert refused.value.parameter == parameter.name


def test_a_claim_with_code_in_its_text_does_no_harm(graph, write):
    text = (
        'claim:odd a kei:Claim ; kei:source doc:odd ; kei:says "} ; DROP ALL # \\"" ; '
        "kei:modality <vocab/modality/stated> ; kei:states [ a kei:Location ; "
        'kei:subject company:tesla ; kei:country market:US ; kei:place "\\" } #" ] .'
    )
    day = '"2024-01-01"^^xsd:date'
    names_file = f'doc:odd a kei:Document ; rdfs:label "Odd" ; kei:recorded {day} .'
    load_files(graph, [write("odd", text), write("names", names_file)])
    answer = ask(graph, "based-in", {"company": "tesla"})
    assert [row.values["place"] for row in answer.rows] == ['" } #']
    assert [claim.says for claim in answer.claims.values()] == ['} ; DROP ALL # "']
    assert len(ask(graph, ALLIES).rows) == 21


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("0.34"), 0.34),
        (Decimal("4100000.0"), 4100000),
        (None, None),
        (True, True),
        ("text", "text"),
        (Named(names.entity("company", "alpha"), "Alpha"), "alpha"),
    ],
    ids=["fraction", "whole number", "nothing", "boolean", "text", "named"],
)
def test_a_value_becomes_plain_json(value, expected):
    found = json_value(value)
    assert (found["slug"] if isinstance(found, dict) else found) == expected
    assert type(found) is not Decimal


def test_only_a_named_value_has_an_iri():
    assert iri_of(Named("x:y", "Y")) == "x:y"
    with pytest.raises(TypeError, match="has no IRI"):
        iri_of("Y")

"""The facts of the two articles, as the questions that a reader of them would ask."""

import re
from datetime import date
from decimal import Decimal

import pytest
from pyoxigraph import NamedNode

from kg import names
from kg.questions.answer import Named, ask

FIRST, SECOND = "7734c5129a3fe294", "b1529ee35cea87c4"  # articles 000 and 001
HNM, RNM = "honda-nissan-mitsubishi", "renault-nissan-mitsubishi"
HONDA, NISSAN, MITSUBISHI = "honda-motor", "nissan-motor", "mitsubishi-motors"
FISCAL = "2023-04-01--2024-03-31"
ALLIES, MEMBERS = "who-is-allied-with-whom", "members-of-alliance"

# Competency question, question and values -> columns; below it the rows, "-" for nothing.
FACTS = """
CQ04 based-in company=mitsubishi-motors -> country place
    JP -
    JP Tokyo
CQ05 based-in -> company country
    honda-motor JP
    nissan-motor JP
    mitsubishi-motors JP
    renault FR
CQ10 stake-between holder=nissan company=mitsubishi -> holder company share right status
    nissan-motor mitsubishi-motors 0.34 capital active
CQ11-since-when stake-between holder=nissan company=mitsubishi -> since share_min share_max
    - - -
CQ11-as-of-2024 stake-between holder=nissan company=mitsubishi as_of=2024-08-01 -> share
    0.34
CQ11-as-of-2010 stake-between holder=nissan company=mitsubishi as_of=2010-01-01 -> share
CQ11-known-by-2020 stake-between holder=nissan company=mitsubishi known_by=2020-01-01 -> share
CQ13 who-owns -> holder company
    nissan-motor mitsubishi-motors
CQ14 who-is-allied-with-whom company=nissan -> ally alliance status
    honda-motor honda-nissan-mitsubishi reported
    mitsubishi-motors honda-nissan-mitsubishi reported
    mitsubishi-motors renault-nissan-mitsubishi active
    renault renault-nissan-mitsubishi active
CQ16-CQ19 members-of-alliance alliance=honda-nissan-mitsubishi -> member role status
    honda-motor member reported
    nissan-motor member reported
    mitsubishi-motors member reported
CQ17 who-declined-to-comment -> speaker response
    honda-motor no-comment
    mitsubishi-motors no-comment
    nissan-motor not-disclosed
CQ22-CQ25 agreements-of company=honda -> partner kind modality at
    nissan-motor strategic-alliance contemplated 2024-03
    nissan-motor comprehensive-cooperation announced 2024-03
    nissan-motor joint-development hearsay -
    nissan-motor model-complement contemplated -
    mitsubishi-motors model-complement contemplated -
CQ27 members-of-alliance alliance=renault-nissan-mitsubishi -> member status
    renault active
    nissan-motor active
    mitsubishi-motors active
CQ27-Honda members-of-alliance alliance=renault-nissan-mitsubishi member=honda -> member
CQ30 who-is-allied-with-whom company=honda ally=renault -> alliance
CQ30-from-Honda who-is-allied-with-whom company=honda -> ally alliance
    nissan-motor honda-nissan-mitsubishi
    mitsubishi-motors honda-nissan-mitsubishi
CQ30-from-Renault who-is-allied-with-whom company=renault -> ally alliance
    nissan-motor renault-nissan-mitsubishi
    mitsubishi-motors renault-nissan-mitsubishi
CQ31 members-of-alliance alliance=toyota-led -> member role status
    toyota-motor lead active
    daihatsu member active
    suzuki member active
    subaru member active
    mazda member active
    hino member active
CQ33 what-is-said-about about=renault-nissan-mitsubishi as_of=2023-03-01 -> about kind
    renault-nissan-mitsubishi AllianceState
CQ33-the-new-one what-is-said-about about=honda-nissan-mitsubishi as_of=2023-03-01 -> about kind
CQ33-the-other what-is-said-about about=toyota-led as_of=2023-03-01 -> about kind
CQ33-members members-of-alliance as_of=2024-01-01 -> alliance member
    renault-nissan-mitsubishi renault
    renault-nissan-mitsubishi nissan-motor
    renault-nissan-mitsubishi mitsubishi-motors
CQ37-Honda sales-of subject=honda -> value market powertrain period
    4100000 world all 2023-04-01--2024-03-31
    19000 world electric-as-printed 2023-01-01--2023-12-31
CQ37-Nissan sales-of subject=nissan -> value market powertrain period
    3440000 world all 2023-04-01--2024-03-31
    140000 world electric-as-printed 2023-01-01--2023-12-31
CQ38 sales-of subject=mitsubishi -> value powertrain period
    810000 all 2023-04-01--2024-03-31
CQ39 sales-of subject=honda-nissan-mitsubishi -> value low low_open high period
    - 8000000 True - -
    8350000 - - - 2023-04-01--2024-03-31
CQ40 sales-of subject=toyota-led -> value low high period
    16000000 - - -
CQ42 market-share-of subject=japanese-brands market=China powertrain=all -> share trend period
    0.226 - 2021-01-01--2021-12-31
    0.2 - 2022-01-01--2022-12-31
    0.17 - 2023-01-01--2023-12-31
    0.149 - 2024-01-01--2024-06-30
    - formerly-dominant -
    - falling -
CQ42-by-2023 market-share-of subject=japanese-brands market=China as_of=2023-12-31 -> share
    0.226
    0.2
    0.17
CQ42-elsewhere market-share-of subject=japanese-brands market=US -> share trend
CQ44 sales-growth-of market=China -> subject change period
    toyota-motor -0.017 2023-01-01--2023-12-31
    honda-motor -0.101 2023-01-01--2023-12-31
    nissan-motor -0.161 2023-01-01--2023-12-31
CQ45 sales-of powertrain=electric-as-printed -> subject value market period
    nissan-motor 140000 world 2023-01-01--2023-12-31
    honda-motor 19000 world 2023-01-01--2023-12-31
    tesla 1800000 world 2023-01-01--2023-12-31
    byd 1570000 world 2023-01-01--2023-12-31
CQ49 market-share-of subject=nissan -> market trend share
    US falling -
    CN falling -
CQ49-China market-share-of subject=nissan market=China -> market trend
    CN falling
CQ52 market-share-of subject=japanese-brands powertrain=new-energy -> trend share market period
    almost-none - - -
CQ57 plans-and-policies actor=united-states -> kind due modality
    Policy XXXX-08-01 announced
CQ58 plans-and-policies actor=toyota -> kind due modality
    Plan 2030 planned
CQ62 based-in company=tesla -> country
"""


def plain(value):
    """Return a value of an answer as a test writes it: a thing by the last part of its IRI."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return names.local_name(value.id) if isinstance(value, Named) else str(value or "-")


def facts(graph, name, values, columns):
    rows = [row.values for row in ask(graph, name, values).rows]
    return {tuple(plain(row[column]) for column in columns.split()) for row in rows}


def cases():
    """Yield each entry of FACTS: question, values, columns, expected rows."""
    for entry in re.split(r"\n(?=CQ)", FACTS.strip()):
        first, *rows = entry.splitlines()
        asked, _, columns = first.partition(" -> ")
        number, name, *values = asked.split()
        expected = {tuple(row.split()) for row in rows}
        yield pytest.param(
            name, dict(value.split("=") for value in values), columns, expected, id=number
        )


@pytest.mark.parametrize(("name", "values", "columns", "expected"), list(cases()))
def test_a_question_finds_the_facts_of_the_articles(graph, name, values, columns, expected):
    assert facts(graph, name, values, columns) == expected


# Competency question, columns, pattern, expected rows: what no question asks yet.
QUERIES = [
    (
        "CQ06 ranks",
        "?subject ?rank ?among",
        "?r a kei:Rank ; kei:subject ?subject ; kei:rank ?rank ; kei:among ?among",
        {
            (HONDA, "2", "japanese-makers"),
            (NISSAN, "3", "japanese-makers"),
            ("CN", "1", "world"),
        },
    ),
    (
        "CQ12 no control",
        "?edge ?to",
        "company:nissan-motor ?edge ?to FILTER(?edge IN (kei:controls, kei:ownsStakeIn))",
        {("ownsStakeIn", MITSUBISHI)},
    ),
    (
        "CQ15 who reported the joining",
        "?doc ?sentence ?publisher",
        "?c kei:source ?doc ; kei:sentence ?sentence ; kei:relays ?publisher ; kei:states ?m . "
        "?m kei:member company:mitsubishi-motors",
        {(FIRST, "3", "nikkei"), (SECOND, "2", "nikkei")},
    ),
    (
        "CQ16 status source by source",
        "?doc ?sentence ?modality",
        "?c kei:source ?doc ; kei:sentence ?sentence ; kei:modality ?modality ; kei:states ?m . "
        f"?m kei:member company:mitsubishi-motors ; kei:alliance alliance:{HNM}",
        {(FIRST, "1", "stated"), (FIRST, "3", "reported"), (SECOND, "2", "planned")},
    ),
    ("CQ18 nobody denied", "?c", "?c kei:modality <vocab/modality/denied>", set()),
    (
        "CQ20 scope of the new alliance",
        "?doc ?scope",
        f"?c kei:source ?doc ; kei:states ?s . ?s kei:alliance alliance:{HNM} ; kei:scope ?scope",
        {(FIRST, "in-vehicle-software"), (SECOND, "in-vehicle-software")},
    ),
    (
        "CQ21 basic software",
        "?party ?beneficiary ?modality",
        "?a kei:scope <vocab/scope/basic-software> ; kei:party ?party ; "
        "kei:beneficiary ?beneficiary . ?c kei:states ?a ; kei:modality ?modality",
        {(HONDA, MITSUBISHI, "hearsay"), (NISSAN, MITSUBISHI, "hearsay")},
    ),
    (
        "CQ23 two alliances",
        "?one ?other",
        "?d a kei:Distinction ; kei:alliance ?one ; kei:differentFrom ?other",
        {(HNM, RNM)},
    ),
    (
        "CQ25 what the cooperation covers",
        "?doc ?scope",
        "?a kei:at '2024-03' ; kei:scope ?scope . ?c kei:states ?a ; kei:source ?doc",
        {
            (FIRST, "ev-components"),
            (FIRST, "ai-software-platform"),
            (SECOND, "electric-vehicles"),
            (SECOND, "joint-procurement"),
            (SECOND, "power-platform"),
            (SECOND, "spare-parts"),
        },
    ),
    (
        "CQ28 reorganised",
        "?actor ?at",
        "?e kei:eventKind <vocab/event-kind/reorganisation> ; kei:actor ?actor ; kei:at ?at",
        {("renault", "2023"), (NISSAN, "2023"), (MITSUBISHI, "2023")},
    ),
    (
        "CQ32 five makers, six names",
        "?count (COUNT(DISTINCT ?member) AS ?members)",
        "?n a kei:MemberCount ; kei:alliance ?alliance ; kei:count ?count . "
        "?m kei:alliance ?alliance ; kei:member ?member",
        {("5", "6")},
    ),
    (
        "CQ47 half of Nissan's sales",
        "?part ?value ?period ?publisher",
        "?s a kei:SalesMix ; kei:subject company:nissan-motor ; kei:part ?part ; "
        "kei:value ?value ; kei:period ?period . ?c kei:states ?s ; kei:relays ?publisher",
        {("US", "0.5", FISCAL, "reuters"), ("CN", "0.5", FISCAL, "reuters")},
    ),
    (
        "CQ53 new energy against fuel",
        "?powertrain ?trend",
        "?s kei:subject market:CN ; kei:powertrain ?powertrain ; kei:trend ?trend",
        {("new-energy", "rising"), ("fuel", "falling")},
    ),
    (
        "CQ55 first-quarter earnings",
        "?subject ?trend ?period ?cause",
        "?e kei:subject ?subject ; kei:trend ?trend ; kei:period ?period ; kei:cause ?cause",
        {(NISSAN, "almost-none", "2024-04-01--2024-06-30", "heavy discounts in the United States")},
    ),
    (
        "CQ56 forecast",
        "?actor",
        "?e kei:eventKind <vocab/event-kind/forecast-cut> ; kei:actor ?actor",
        {(NISSAN,)},
    ),
    (
        "CQ57 policy",
        "?market ?target ?scope",
        "?p a kei:Policy ; kei:market ?market ; kei:target ?target ; kei:scope ?scope",
        {("US", "CN", "in-vehicle-software")},
    ),
    (
        "CQ58 more than thirty models",
        "?actor ?low ?open ?unit ?due ?at",
        "?p kei:actor ?actor ; kei:low ?low ; kei:lowOpen ?open ; kei:unit ?unit ; "
        "kei:due ?due ; kei:at ?at",
        {
            (one, "30", "true", "vehicle-model", "2030", "2022")
            for one in ("toyota-motor", HONDA, "japanese-makers")
        },
    ),
    (
        "CQ65 who is relayed",
        "?doc ?sentence ?publisher",
        "?c kei:source ?doc ; kei:sentence ?sentence ; kei:relays ?publisher",
        {(FIRST, "3", "nikkei"), (FIRST, "7", "reuters"), (SECOND, "2", "nikkei")},
    ),
    (
        "CQ66 what is not said as a fact",
        "?modality ?doc ?sentence",
        "?c kei:modality ?modality ; kei:source ?doc ; kei:sentence ?sentence FILTER(?modality IN "
        "(<vocab/modality/planned>, <vocab/modality/contemplated>, <vocab/modality/hearsay>, "
        "<vocab/modality/conditional>))",
        {
            ("planned", SECOND, "2"),
            ("planned", FIRST, "4"),
            ("planned", SECOND, "26"),
            ("contemplated", FIRST, "10"),
            ("contemplated", SECOND, "6"),
            ("hearsay", SECOND, "5"),
            ("conditional", SECOND, "12"),
            ("conditional", FIRST, "14"),
        },
    ),
    (
        "CQ67 CQ68 no date and no publisher are printed",
        "?doc ?basis",
        "?doc a kei:Document ; kei:dateBasis ?basis "
        "FILTER NOT EXISTS { ?doc dcterms:publisher|kei:publisher ?publisher }",
        {(FIRST, "inferred"), (SECOND, "inferred")},
    ),
]
PROLOGUE = f"BASE <{names.BASE}> " + " ".join(
    f"PREFIX {prefix}: <{namespace}>" for prefix, namespace in names.PREFIXES.items()
)


@pytest.mark.parametrize(
    ("columns", "pattern", "expected"),
    [row[1:] for row in QUERIES],
    ids=[row[0] for row in QUERIES],
)
def test_the_graph_holds_the_facts_of_the_articles(graph, columns, pattern, expected):
    group = "GROUP BY ?count" if "COUNT" in columns else ""
    found = graph.select(f"{PROLOGUE} SELECT DISTINCT {columns} WHERE {{ {pattern} }} {group}")
    assert {
        tuple(
            names.local_name(term.value) if isinstance(term, NamedNode) else term.value
            for term in (row[column] for column in found.columns)
        )
        for row in found.rows
    } == expected


def test_reported_is_not_confirmed(graph):
    rows = ask(graph, ALLIES, {"alliance": HNM}).rows
    assert len(rows) == 3
    assert {plain(row.values["status"]) for row in rows} == {"reported"}


def test_two_companies_sit_in_two_alliances(graph):
    # CQ29
    alliances: dict[str, set[str]] = {}
    for member, alliance in facts(graph, MEMBERS, {}, "member alliance"):
        alliances.setdefault(member, set()).add(alliance)
    assert {member for member, held in alliances.items() if len(held) > 1} == {NISSAN, MITSUBISHI}


def test_the_parts_of_the_new_alliance_add_up_to_its_total(graph):
    # CQ39: neither contradicts the other, and both are more than 8 million
    parts = [
        Decimal(value)
        for company in (HONDA, NISSAN, MITSUBISHI)
        for value, period in facts(graph, "sales-of", {"subject": company}, "value period")
        if period == FISCAL
    ]
    assert sum(parts) == 8350000


def test_the_stake_carries_its_evidence(graph):
    answer = ask(graph, "who-owns", {"company": "mitsubishi"})
    (claim,) = answer.claims.values()
    assert (claim.printed, claim.sentence, claim.modality.label) == ("34%", 4, "stated")
    assert claim.relays == ()
    assert claim.source.publisher is None
    assert (claim.source.published_earliest, claim.source.published_latest) == (
        "2024-07-28",
        "2024-08-03",
    )
    assert claim.source.date_basis == "inferred"


def test_a_relayed_claim_names_who_is_relayed(graph):
    answer = ask(graph, "what-a-source-says", {"source": "Reuters"})
    assert {ref.label for claim in answer.claims.values() for ref in claim.relays} == {"Reuters"}
    assert {claim.sentence for claim in answer.claims.values()} == {7}


def test_an_answer_carries_what_is_odd_about_its_claims(graph):
    # CQ59: per company or together cannot be told
    (claim,) = ask(graph, "plans-and-policies", {"actor": "toyota"}).claims.values()
    assert "not said whether each of them or all together" in claim.note
    assert claim.printed == "more than 30"


def test_a_response_carries_the_claim_it_answers(graph):
    answer = ask(graph, "who-declined-to-comment", {"speaker": "nissan"})
    (row,) = answer.rows
    response, answered = sorted((answer.claims[one] for one in row.claims), key=lambda c: c.states)
    assert response.responds_to == answered.id
    assert [ref.label for ref in answered.relays] == ["Nikkei"]
    assert "Mitsubishi Motors will join" in row.values["about"]


def test_no_claim_is_made_of_the_headlines_after_the_article(graph):
    # CQ72: the article ends with sentence 15
    sentences = facts(graph, "what-a-source-says", {"source": "000"}, "sentence")
    assert max(int(number) for (number,) in sentences) == 15


def test_nothing_of_the_articles_was_known_before_they_appeared(graph):
    # CQ70
    for day, status in ((date(2024, 8, 2), "no-data"), (date(2024, 8, 3), "answered")):
        assert ask(graph, "what-a-source-says", {"known_by": day.isoformat()}).status == status

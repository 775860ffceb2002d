"""What an analyst asks: made-up reports with what the shipped articles do not have.

Each line of CASES: the question and its values -> columns, and the rows expected in any order. A
thing is written by the last part of its IRI; - is empty.
"""

import shlex
from decimal import Decimal

import pytest

from kg.errors import AmbiguousNameError, UnknownNameError
from kg.load import load_files
from kg.quads import plain as number
from kg.questions.answer import Named, ask
from kg.questions.periods import days_of

CASES = {
    # Stakes
    "cross-holdings company=alpha -> partner share back_share": ["beta | 0.1 | 0.05"],
    "cross-holdings -> company partner share back_share": ["alpha | beta | 0.1 | 0.05"],
    "cross-holdings company=gamma -> partner": [],
    "cross-holdings company=alpha as_of=2022-06-30 -> partner": [],
    "cross-holdings company=alpha known_by=2023-01-31 -> partner": [],
    "common-owners company=alpha partner=beta as_of=2023-06-01"
    " -> holder right share status partner_share": [
        "gamma | capital | 0.2 | active | 0.15",
        "gamma | votes | 0.2 | disputed | 0.15",
    ],
    "common-owners company=alpha partner=beta as_of=2024-01-01 -> holder": [],
    "common-owners company=alpha partner=beta known_by=2023-01-31 -> holder": [],
    # Alliances
    "shared-alliances company=beta partner=alpha -> alliance role partner_role status": [
        "alpha-beta | member | lead | active"
    ],
    "shared-alliances company=beta partner=alpha known_by=2023-01-01 -> alliance": [],
    # Sales: 120 was corrected to 110 in June 2024; what was denied or forecast does not count
    "sales-ranking market=world period=2023 powertrain=all -> subject value": [
        "beta | 220",
        "beta | 210",
        "alpha | 110",
    ],
    "sales-ranking market=world period=2023 powertrain=all known_by=2024-05-31 -> subject value": [
        "beta | 220",
        "beta | 210",
        "alpha | 120",
    ],
    "sales-ranking market=world period=2024 -> subject": [],
    "sales-by-market subject=alpha period=2022 -> market value worldwide fraction": [
        "world | 100 | 100 | 1",
        "home | 40 | 100 | 0.4",
    ],
    "sales-by-powertrain subject=alpha period=2023 -> powertrain value all_kinds fraction": [
        "all | 110 | 110 | 1",
        "battery-electric | 30 | 110 | 0.2727",
    ],
    "sales-by-powertrain subject=beta period=2022 -> value low low_open all_kinds fraction": [
        "- | 200 | true | - | -"
    ],
    "sales-over-time subject=alpha market=world powertrain=all -> period value previous change": [
        "2022-01-01--2022-12-31 | 100 | - | -",
        "2023-01-01--2023-12-31 | 110 | 100 | 0.1",
    ],
    "sales-over-time subject=alpha powertrain=all known_by=2024-05-31 as_of=2023-12-31"
    " market=world -> value change": ["100 | -", "120 | 0.2"],
    "sales-over-time subject=beta market=world -> value low previous change": [
        "- | 200 | - | -",
        "210 | - | - | -",
        "220 | - | - | -",
    ],
    "market-share-over-time subject=alpha -> market share previous change": [
        "home | 0.25 | - | -",
        "home | 0.3 | 0.25 | 0.05",
    ],
    "combined-sales-of-alliance alliance=alpha-beta period=2023 powertrain=all"
    " -> low high members counted missing published difference": [
        "320 | 330 | 2 | 2 | - | 340 | -"
    ],
    "combined-sales-of-alliance alliance=alpha-beta period=2023 powertrain=all known_by=2024-05-31"
    " -> low high members counted missing difference": ["330 | 340 | 3 | 2 | Delta | -"],
    "combined-sales-of-alliance alliance=alpha-beta period=2022 market=world"
    " -> low high counted missing published": ["300 | - | 2 | - | -"],
    "sales-compared subject=beta other=alpha period=2023"
    " -> value other_value difference ratio same_period": [
        "210 | 110 | 100 | 1.9091 | true",
        "220 | 110 | 110 | 2 | true",
    ],
    "sales-compared subject=beta other=alpha period=2022 -> value": [],
    # Reports and time
    "who-reported-it about=beta publisher=herald known_by=2024-05-31 -> document relayed claims": [
        "early | - | early-a",
        "early | - | early-b",
        "early | - | early-d",
        "early | - | early-f",
        "early | - | early-j",
        "late | herald | late-d",
    ],
    "forecasts about=alpha -> kind modality period": ["Sales | forecast | 2024-01-01--2024-12-31"],
    "forecasts about=alpha known_by=2024-01-31 -> kind": [],
    "groups-of company=alpha -> group": ["home-makers"],
    "timeline-of company=delta -> at stated kind claims": [
        "2024-05-01 | true | Membership | corrected-b",
    ],
    "timeline-of company=delta as_of=2024-04-30 -> at stated kind claims": [
        "2022-07-01 | true | Membership | early-g",
    ],
    "what-changed about=alpha since=2024-03-01 until=2024-12-31 -> day change claims": [
        "2024-06-01 | known | corrected-a",
        "2024-06-01 | replaced | corrected-a late-a",
    ],
    "what-changed about=gamma since=2023-06-01 until=2024-01-31 -> day change claims": [
        "2024-01-01 | ended | early-d",
    ],
    "what-changed about=delta since=2024-03-01 until=2024-05-31 -> day change claims": [
        "2024-05-01 | began | corrected-b",
    ],
    "how-are-connected company=alpha partner=beta -> link via via_link": [
        "Stake | - | -",
        "Membership | alpha-beta | Membership",
        "Stake | gamma | Stake",
    ],
    "how-are-connected company=delta partner=beta as_of=2024-04-01 -> link via via_link": [
        "Membership | alpha-beta | Membership",
    ],
    "how-are-connected company=delta partner=beta -> link via": [],
}


@pytest.fixture
def reports(graph, documents):
    """Load the made-up reports beside what is shipped."""
    load_files(graph, [documents / "world.ttl", documents / "analysts-named.ttl"])
    load_files(graph, [documents / "analysts.ttl"])
    return graph


def written(value):
    """Return a value as the table writes it."""
    if isinstance(value, Named):
        return value.id.replace("#", "/").rsplit("/", 1)[1]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return number(value)
    return "-" if value in (None, "") else str(value)


def asked(graph, case):
    """Return the rows of a case."""
    question, _, columns = case.partition(" -> ")
    name, *values = shlex.split(question)
    rows = ask(graph, name, dict(value.split("=") for value in values)).rows
    return [
        " | ".join(
            " ".join(claim.rsplit("/", 1)[1] for claim in row.claims)
            if column == "claims"
            else written(row.values[column])
            for column in columns.split()
        )
        for row in rows
    ]


@pytest.mark.parametrize(("case", "expected"), CASES.items(), ids=CASES)
def test_an_analyst_question_has_its_answer(reports, case, expected):
    assert sorted(asked(reports, case)) == sorted(expected)


def test_the_largest_seller_stands_first(reports):
    rows = asked(reports, "sales-ranking market=world period=2023 powertrain=all -> value")
    assert rows == ["220", "210", "110"]


def test_a_timeline_is_in_the_order_of_its_days(graph):
    days = asked(graph, "timeline-of company=nissan -> at")
    assert days == sorted(days)
    assert {"2023", "2024-03"} <= set(days)


SHIPPED = {
    "combined-sales-of-alliance alliance=honda-nissan-mitsubishi"
    " -> low high members counted missing published difference": [
        "8350000 | 8350000 | 3 | 3 | - | 8350000 | 0",
        "159000 | 159000 | 3 | 2 | Mitsubishi Motors | - | -",
    ],
    "sales-compared subject=toyota-led other=honda-nissan-mitsubishi -> ratio same_period": [
        "1.9162 | false"
    ],
    "market-share-over-time subject=japanese-brands -> share previous change": [
        "0.226 | - | -",
        "0.2 | 0.226 | -0.026",
        "0.17 | 0.2 | -0.03",
        "0.149 | - | -",
    ],
    "sales-ranking period=2023 -> subject value": [
        "tesla | 1800000",
        "byd | 1570000",
        "nissan-motor | 140000",
        "honda-motor | 19000",
    ],
    "shared-alliances company=nissan partner=renault -> alliance status": [
        "renault-nissan-mitsubishi | active"
    ],
    "competitors-of company=nissan -> competitor": ["byd", "tesla"],
    "who-leads -> alliance member status": ["toyota-led | toyota-motor | active"],
    "who-leads alliance=toyota-led as_of=2020-01-01 -> member": [],
    "rank-of subject=nissan -> rank measure among": ["3 | units-sold | japanese-makers"],
    "earnings-of subject=nissan -> trend cause": [
        "almost-none | heavy discounts in the United States"
    ],
    "events-of actor=renault -> kind at": ["reorganisation | 2023"],
    "sales-mix-of part=china -> subject share": ["nissan-motor | 0.5"],
    "policies-in-market market=us -> issuer target effective": ["united-states | CN | XXXX-08-01"],
    "agreements-between company=nissan partner=renault -> kind": [],
    "how-far-is-an-alliance alliance=honda-nissan-mitsubishi -> state": ["forming"],
    "what-an-alliance-is-for alliance=honda-nissan-mitsubishi -> scope modality": [
        "in-vehicle-software | planned",
        "in-vehicle-software | stated",
    ],
    "how-it-is-described about=nissan kind=motive -> text": [
        "Nissan's shrinking market share in the United States and China"
    ],
}


@pytest.mark.parametrize(("case", "expected"), SHIPPED.items(), ids=SHIPPED)
def test_the_articles_answer_it(graph, case, expected):
    assert sorted(asked(graph, case)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("H1 2024", "2024-01-01", "2024-06-30"),
        ("the first half of 2024", "2024-01-01", "2024-06-30"),
        ("second half 2023", "2023-07-01", "2023-12-31"),
        ("Q1 2024", "2024-01-01", "2024-03-31"),
        ("third quarter of 2024", "2024-07-01", "2024-09-30"),
        ("Apr 2023 to Mar 2024", "2023-04-01", "2024-03-31"),
        ("Jan to Jun 2024", "2024-01-01", "2024-06-30"),
        ("February 2024", "2024-02-01", "2024-02-29"),
        ("fiscal year to March 2024", "2023-04-01", "2024-03-31"),
        ("year ended December 2023", "2023-01-01", "2023-12-31"),
        ("period:2023-04-01--2024-03-31", "2023-04-01", "2024-03-31"),
    ],
)
def test_a_period_is_read_from_its_words(text, first, last):
    assert tuple(str(day) for day in days_of(text)) == (first, last)


@pytest.mark.parametrize("text", ["some day", "Q5 2024", "2023-02-30--2023-03-01", "3023 BC", "x"])
def test_what_is_no_period_is_not_read_as_one(graph, text):
    assert days_of(text) is None
    with pytest.raises(UnknownNameError) as refused:
        ask(graph, "sales-of", {"period": text})
    assert refused.value.parameter == "period"


def test_a_fiscal_year_is_the_one_of_the_graph_or_a_question_back(graph, write):
    only = {"subject": "honda", "period": "fiscal 2023"}
    assert [row.values["value"] for row in ask(graph, "sales-of", only).rows] == [4100000]
    more = 'period:2023-07-01--2024-06-30 a kei:Period ; rdfs:label "Jul 2023 to Jun 2024" .'
    load_files(graph, [write("more", more)])
    with pytest.raises(AmbiguousNameError):
        ask(graph, "sales-of", only)


def test_a_period_that_no_figure_is_for_is_no_data(graph):
    assert ask(graph, "sales-of", {"subject": "honda", "period": "1999"}).status == "no-data"


def test_a_figure_without_a_period_is_none_of_a_period(graph):
    assert ask(graph, "sales-of", {"subject": "toyota-led", "period": "2023"}).rows == ()

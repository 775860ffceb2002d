from decimal import Decimal

import pytest

from kg.contradictions import find
from kg.contradictions.intervals import Interval, exact
from kg.load import load_files
from kg.questions.answer import ask, to_json

STATED = "<vocab/modality/stated>"


@pytest.fixture
def heard(graph, write):
    """Load claims of one more document, of 2025 unless said otherwise, on the shipped data."""

    def loaded(*states, modality=STATED, day="2025-05-01", authority="news", name="late", more=""):
        names = (
            f'doc:{name} a kei:Document ; rdfs:label "{name}" ; dcterms:title "{name}" ;'
            f" kei:authority <vocab/authority/{authority}> ;"
            f' kei:publishedEarliest "{day}"^^xsd:date ; kei:publishedLatest "{day}"^^xsd:date .'
        )
        claims = "\n".join(
            f'claim:{name}-{number} a kei:Claim ; kei:source doc:{name} ; kei:says "So." ;'
            f" kei:modality {modality} {more} ; kei:states [ {stated} ] ."
            for number, stated in enumerate(states)
        )
        load_files(graph, [write(f"{name}-names", names), write(name, claims)])
        return graph

    return loaded


def sales(subject, value, period="2023-04-01--2024-03-31"):
    when = f"; kei:period period:{period}" if period else ""
    return (
        f"a kei:Sales ; kei:subject {subject} ; kei:powertrain <vocab/powertrain/all> ;"
        f" kei:market market:world ; kei:value {value} {when}"
    )


def stake(holder, company, share, right="capital"):
    return (
        f"a kei:Stake ; kei:holder company:{holder} ; kei:company company:{company} ;"
        f" kei:right <vocab/right/{right}> ; kei:share {share}"
    )


def rows(graph, question="contradictions", **values):
    return [
        {name: getattr(value, "label", value) for name, value in row.values.items()}
        for row in ask(graph, question, values).rows
    ]


def kinds(graph, **values):
    return sorted((row["kind"], row["verdict"]) for row in rows(graph, **values))


@pytest.mark.parametrize(
    ("value", "printed", "low", "high"),
    [
        ("8350000", "8.35 million", "8345000", "8355000"),
        ("4100000", "4.1 million", "4050000", "4150000"),
        ("810000", "810,000", "805000", "815000"),
        ("0.226", "22.6%", "0.2255", "0.2265"),
        ("0.2", "20.0%", "0.1995", "0.2005"),
        ("0.34", "", "0.335", "0.345"),
        ("16000000", "16 million", "15500000", "16500000"),
        ("0", "", "-0.5", "0.5"),
    ],
)
def test_a_figure_stands_for_all_that_its_last_digit_leaves_open(value, printed, low, high):
    assert exact(Decimal(value), printed) == Interval(Decimal(low), Decimal(high))


def test_the_shipped_articles_disagree_where_they_do(graph):
    assert kinds(graph, about="toyota-led") == [("count differs", "conflict")]
    assert ("stance differs", "conflict") in kinds(graph, about="honda")
    assert {kind for kind, _ in kinds(graph, about="honda-nissan-mitsubishi")} == {"stance differs"}


def test_a_lower_bound_a_total_and_a_sum_that_fit_are_no_contradiction(graph):
    compared = rows(graph, "comparisons", about="honda-nissan-mitsubishi")
    figures = {(row["kind"], row["verdict"]) for row in compared if row["kind"] != "stance differs"}
    assert figures == {
        ("different values", "compatible"),
        ("sum differs", "compatible"),
        ("sum differs", "agree"),
    }


def test_two_values_for_one_thing_contradict_and_say_by_how_much(heard):
    graph = heard(sales("company:honda-motor", 3900000))
    (row,) = [one for one in rows(graph, about="honda") if one["kind"] == "different values"]
    assert (row["verdict"], row["difference"], row["unit"]) == ("conflict", 200_000, "vehicle")
    assert row["latest"] == "late-0"
    assert "late-0" in row["authoritative"]  # two news articles: neither has more authority
    assert "b1529ee35cea87c4-11-a" in row["authoritative"]


def test_values_within_their_rounding_do_not_contradict(heard):
    graph = heard(sales("company:honda-motor", 4104000))
    assert "different values" not in {kind for kind, _ in kinds(graph, about="honda")}
    assert "compatible" in {row["verdict"] for row in rows(graph, "comparisons", about="honda")}


def test_a_value_without_a_period_only_may_contradict(heard):
    graph = heard(sales("company:honda-motor", 3900000, period=""))
    assert ("different values", "possible contradiction") in kinds(graph, about="honda")


@pytest.mark.parametrize(
    ("repeated", "verdict"), [(4100000, "agree"), (3000000, "agree")], ids=["same", "another"]
)
def test_a_figure_that_is_told_twice_is_not_added_twice(heard, repeated, verdict):
    graph = heard(sales("company:honda-motor", repeated))
    sums = [
        row["verdict"]
        for row in rows(graph, "comparisons", about="honda-nissan-mitsubishi")
        if row["kind"] == "sum differs" and row["text"].startswith("8,350,000")
    ]
    assert sums == [verdict]


def test_a_total_that_its_members_cannot_make_contradicts(heard):
    graph = heard(sales("alliance:honda-nissan-mitsubishi", 9000000))
    found = [row for row in rows(graph) if row["kind"] == "sum differs"]
    assert [(row["verdict"], row["difference"]) for row in found] == [("conflict", 90_000)]


def test_stakes_of_more_than_all_of_a_company_contradict(heard):
    graph = heard(stake("renault", "mitsubishi-motors", 0.7))
    (row,) = [one for one in rows(graph) if one["kind"] == "over the whole"]
    assert row["difference"] == Decimal("0.04")


def test_stakes_of_more_than_all_of_a_company_contradict_on_the_day_they_do(heard):
    one, other = stake("renault", "mazda", 0.6), stake("toyota", "mazda", 0.6)
    overlapping = [
        f"{one} ; kei:validFrom '2019-01-01'^^xsd:date ; kei:validTo '2021-01-01'^^xsd:date",
        f"{other} ; kei:validFrom '2020-06-01'^^xsd:date",
    ]
    (row,) = [one for one in rows(heard(*overlapping)) if one["kind"] == "over the whole"]
    assert row["text"] == "stakes (capital) add up to 120% on 2020-06-01"
    assert row["difference"] == Decimal("0.2")


def test_a_stake_that_was_sold_before_another_was_bought_is_not_added(heard):
    one, other = stake("renault", "mazda", 0.6), stake("toyota", "mazda", 0.6)
    after = [
        f"{one} ; kei:validFrom '2019-01-01'^^xsd:date ; kei:validTo '2020-06-01'^^xsd:date",
        f"{other} ; kei:validFrom '2020-06-01'^^xsd:date",
    ]
    assert "over the whole" not in {kind for kind, _ in kinds(heard(*after))}


def test_a_stake_that_grew_is_not_added_to_itself(heard):
    grown = [
        f"{stake('renault', 'mazda', share)} ; kei:validFrom '{day}'^^xsd:date"
        for share, day in ((0.6, "2019-01-01"), (0.7, "2020-01-01"))
    ]
    assert "over the whole" not in {kind for kind, _ in kinds(heard(*grown))}


def test_sources_that_give_a_stake_two_sizes_on_one_day_contradict(heard):
    heard(stake("toyota-motor", "subaru", 0.6), name="one")
    graph = heard(stake("toyota-motor", "subaru", 0.72), name="other")
    (row,) = rows(graph, about="subaru")
    assert (row["kind"], row["verdict"]) == ("different values", "conflict")
    assert row["text"] == "0.6 against 0.72 of it (Toyota, capital) on 2025-05-01"
    assert row["difference"] == Decimal("0.12")
    answer = ask(graph, "stake-between", {"holder": "toyota", "company": "subaru"})
    assert [one.kind for one in answer.contradictions] == ["different-values"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (stake("toyota-motor", "subaru", 0.6), stake("toyota-motor", "subaru", 0.72, "votes")),
        (stake("toyota-motor", "subaru", 0.6), stake("toyota-motor", "subaru", 0.6003)),
        (
            f"{stake('toyota-motor', 'subaru', 0.6)} ; kei:validFrom '2019-01-01'^^xsd:date",
            f"{stake('toyota-motor', 'subaru', 0.72)} ; kei:validFrom '2020-01-01'^^xsd:date",
        ),
    ],
)
def test_stakes_of_other_rights_days_or_roundings_do_not_contradict(heard, one, other):
    heard(one, name="one")
    assert kinds(heard(other, name="other"), about="subaru") == []


def test_parcels_of_one_document_are_not_held_against_each_other(heard):
    parcels = [stake("toyota-motor", "subaru", share) for share in (0.1, 0.05)]
    assert kinds(heard(*parcels), about="subaru") == []


def test_votes_and_capital_are_not_added(heard):
    graph = heard(stake("renault", "mitsubishi-motors", 0.7, "votes"))
    assert "over the whole" not in {kind for kind, _ in kinds(graph)}


def test_a_denial_contradicts_what_it_denies(heard):
    denied = (
        "a kei:Membership ; kei:member company:honda-motor ;"
        " kei:alliance alliance:honda-nissan-mitsubishi ; kei:role <vocab/role/member> ;"
        " kei:stage <vocab/stage/current>"
    )
    graph = heard(denied, modality="<vocab/modality/denied>")
    found = kinds(graph, about="honda-nissan-mitsubishi")
    assert ("affirmed and denied", "conflict") in found


def test_a_description_marked_as_at_odds_is_listed(heard):
    seen = (
        "a kei:Assessment ; kei:about company:tesla ; kei:text 'so' ;"
        " kei:assessmentKind <vocab/assessment-kind/description>"
    )
    graph = heard(seen, more="; kei:atOddsWith claim:b1529ee35cea87c4-07-a")
    assert ("description differs", "possible contradiction") in kinds(graph, about="tesla")


def test_a_contradiction_is_not_known_before_its_last_claim(heard):
    graph = heard(sales("company:honda-motor", 3900000))
    assert ("different values", "conflict") in kinds(graph, about="honda", known_by="2025-05-01")
    before = kinds(graph, about="honda", known_by="2025-04-30")
    assert "different values" not in {kind for kind, _ in before}


def test_loading_renews_what_it_touches_as_if_all_were_compared(heard):
    graph = heard(sales("company:honda-motor", 3900000), stake("renault", "mitsubishi-motors", 0.7))
    kept = {row["text"] for row in rows(graph, "comparisons")}
    assert kept == {one.text for one in find(graph)}


def test_a_policy_picks_and_the_answer_says_what_it_hid(heard):
    graph = heard(sales("company:honda-motor", 3900000), authority="filing")
    asked = {"subject": "honda", "powertrain": "all"}
    assert len(ask(graph, "sales-of", asked).rows) == 2
    for policy in ("latest", "most-authoritative"):
        answer = ask(graph, "sales-of", asked | {"policy": policy})
        assert [row.values["value"] for row in answer.rows] == [3_900_000]
        assert [row.values["value"] for row in answer.hidden] == [4_100_000]
        body = to_json(answer)
        assert len(body["hidden"]) == 1
        assert "conflict" in {one["verdict"] for one in body["contradictions"]}
        assert "policy" in answer.reading


def test_authority_beats_a_later_day_only_under_its_own_policy(heard):
    graph = heard(sales("company:honda-motor", 3900000), authority="unknown")
    asked = {"subject": "honda", "powertrain": "all", "policy": "most-authoritative"}
    assert [row.values["value"] for row in ask(graph, "sales-of", asked).rows] == [4_100_000]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "never-heard"),
        ({"as_of": "2024-08-01"}, "never-heard"),
    ],
)
def test_what_nobody_said_was_never_heard(graph, values, code):
    asked = {"holder": "honda", "company": "mitsubishi"} | values
    assert ask(graph, "stake-between", asked).silence.code == code


@pytest.mark.parametrize(
    ("clock", "code"),
    [
        ({"as_of": "2010-01-01"}, "not-yet"),
        ({"known_by": "2024-01-01"}, "not-yet-known"),
        ({"as_of": "2026-01-01"}, "no-longer"),
    ],
    ids=["not yet", "not yet known", "no longer"],
)
def test_the_clocks_say_why_they_hide_what_was_heard(heard, clock, code):
    ended = stake("renault", "subaru", 0.1) + ' ; kei:validTo "2025-12-31"^^xsd:date'
    graph = heard(ended)
    answer = ask(graph, "stake-between", {"holder": "renault", "company": "subaru"} | clock)
    assert answer.rows == ()
    assert answer.silence.code == code


def test_an_answer_with_rows_is_not_silent(graph):
    assert ask(graph, "who-owns", {"company": "mitsubishi"}).silence is None

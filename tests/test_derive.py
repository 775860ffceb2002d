import pytest

from kg import names, ontology
from kg.derive import derive
from kg.load import load_files
from kg.questions.answer import ask

KEI = "PREFIX kei: <https://w3id.org/keiretsu/ontology#> "
ALPHA = names.entity("company", "alpha")


def texts(graph, query):
    rows = graph.select(KEI + query).rows
    return [{name: term.value for name, term in row.items()} for row in rows]


def day(name, value):
    return f'; kei:{name} "{value}"^^xsd:date '


@pytest.fixture
def load(empty_graph, write):
    """Load one claim of one document, each with the properties given."""

    def loaded(states, *, claim="; kei:modality <vocab/modality/stated> ", document=""):
        load_files(
            empty_graph,
            [
                write("names", f'doc:one a kei:Document ; rdfs:label "One" {document}.'),
                write(
                    "claims",
                    f'claim:a a kei:Claim ; kei:source doc:one ; kei:says "So." {claim}'
                    f"; kei:states [ {states} ] .",
                ),
            ],
        )
        return empty_graph

    return loaded


STAKE = "a kei:Stake ; kei:holder company:alpha ; kei:company company:beta ; " + (
    "kei:right <vocab/right/capital> "
)
SALES = "a kei:Sales ; kei:subject company:alpha ; kei:powertrain <vocab/powertrain/all> " + (
    "; kei:value 10 "
)
STATED = "; kei:modality <vocab/modality/stated> "
EARLIEST = day("publishedEarliest", "2020-03-01")
LATEST = day("publishedLatest", "2020-03-07")
RECORDED = day("recorded", "2021-01-01")


@pytest.mark.parametrize(
    ("document", "claim", "known_from"),
    [
        (EARLIEST + LATEST + RECORDED, day("recorded", "2019-01-01"), "2020-03-07"),
        (EARLIEST + RECORDED, day("recorded", "2022-05-05"), "2022-05-05"),
        (EARLIEST + RECORDED, "", "2021-01-01"),
        ("", "", None),
    ],
    ids=["last day of publication", "claim recorded", "document recorded", "nothing told"],
)
def test_a_claim_is_known_from_the_day_it_could_surely_be_known(load, document, claim, known_from):
    graph = load(STAKE, claim=STATED + claim, document=document)
    found = texts(graph, "SELECT ?day WHERE { ?claim kei:knownFrom ?day }")
    assert [row["day"] for row in found] == ([known_from] if known_from else [])


VALID_FROM, VALID_AT = day("validFrom", "2018-01-01"), day("validAt", "2019-06-30")
PERIOD = "; kei:period period:2019-01-01--2019-12-31 "


@pytest.mark.parametrize(
    ("states", "document", "holds_from"),
    [
        (STAKE + VALID_FROM + VALID_AT, EARLIEST + LATEST, "2018-01-01"),
        (STAKE + VALID_AT, EARLIEST + LATEST, "2019-06-30"),
        (SALES + PERIOD + VALID_AT, EARLIEST + LATEST, "2019-06-30"),
        (SALES + PERIOD, EARLIEST + LATEST, "2019-12-31"),
        (STAKE, EARLIEST + LATEST, "2020-03-01"),
        (STAKE, LATEST, "2020-03-07"),
        (STAKE, RECORDED, "2021-01-01"),
    ],
    ids=[
        "first day told",
        "a day it was seen",
        "a day seen before a period",
        "end of its period",
        "first day of publication",
        "known from",
        "recorded",
    ],
)
def test_what_is_claimed_holds_from_the_best_day_that_is_told(load, states, document, holds_from):
    graph = load(states, document=document)
    (row,) = texts(graph, "SELECT ?day WHERE { ?claim kei:holdsFrom ?day }")
    assert row["day"] == holds_from


@pytest.mark.parametrize(
    ("states", "until"),
    [(STAKE + day("validTo", "2022-01-01"), ["2022-01-01"]), (STAKE, [])],
    ids=["told", "not told"],
)
def test_what_is_claimed_holds_until_the_day_that_is_told(load, states, until):
    graph = load(states, document=LATEST)
    found = texts(graph, "SELECT ?day WHERE { ?claim kei:holdsUntil ?day }")
    assert [row["day"] for row in found] == until


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2017-12-31", "no-data"),
        ("2018-01-01", "answered"),
        ("2021-12-31", "answered"),
        ("2022-01-01", "no-data"),
    ],
    ids=["day before", "first day", "last day", "day after"],
)
def test_a_stake_is_found_on_the_days_it_holds(load, as_of, status):
    graph = load(STAKE + VALID_FROM + day("validTo", "2022-01-01"), document=LATEST)
    query = "SELECT ?c WHERE { ?c kei:holdsFrom ?from ; kei:holdsUntil ?until }"
    assert len(texts(graph, query)) == 1
    assert ask(graph, "who-owns", {"as_of": as_of}).status == status


def membership(stage, role="member"):
    return (
        "a kei:Membership ; kei:alliance alliance:alpha-beta ; kei:member company:alpha ; "
        f"kei:role <vocab/role/{role}> ; kei:stage <vocab/stage/{stage}>"
    )


def words(modality, more=""):
    return f"; kei:modality <vocab/modality/{modality}> {more}"


RELAYED = "; kei:relays publisher:herald "
OWN = "; kei:speaker company:alpha "
OTHER = "; kei:speaker company:beta "

# stage, modality and who says it -> status; one line for each branch of the rule and its borders
STATUSES = [
    ("former", words("stated"), "ended"),
    ("former", words("denied"), "disputed"),
    ("current", words("denied"), "disputed"),
    ("prospective", words("denied", OWN), "disputed"),
    ("current", words("contemplated"), "contemplated"),
    ("prospective", words("contemplated", OWN), "contemplated"),
    ("current", words("confirmed", OWN), "confirmed"),
    ("current", words("confirmed", RELAYED), "confirmed"),
    ("prospective", words("announced", OWN), "announced"),
    ("current", words("announced", OWN), "announced"),
    ("current", words("announced", OTHER), "reported"),
    ("current", words("announced"), "reported"),
    ("current", words("stated"), "active"),
    ("current", words("stated", OTHER), "active"),
    ("current", words("stated", RELAYED), "reported"),
    ("prospective", words("stated"), "reported"),
    ("current", words("reported"), "reported"),
    ("prospective", words("planned"), "reported"),
    ("current", words("hearsay"), "reported"),
]
STATUS_IDS = [
    "over",
    "over and denied",
    "denied",
    "denied by itself",
    "considered",
    "considered by itself",
    "confirmed by itself",
    "confirmed and passed on",
    "announced by itself",
    "current and announced by itself",
    "announced by another",
    "announced by nobody named",
    "stated",
    "stated of another's words",
    "stated and passed on",
    "still to come",
    "reported",
    "planned",
    "hearsay",
]


@pytest.mark.parametrize(("stage", "claim", "status"), STATUSES, ids=STATUS_IDS)
def test_a_claim_gives_a_membership_its_status(load, stage, claim, status):
    graph = load(membership(stage), claim=claim, document=LATEST)
    found = texts(graph, "SELECT ?status WHERE { ?claim kei:givesStatus ?status }")
    assert [row["status"] for row in found] == [names.code("status", status)]


@pytest.mark.parametrize(("stage", "claim", "status"), STATUSES, ids=STATUS_IDS)
def test_only_active_and_confirmed_memberships_make_an_edge(load, stage, claim, status):
    graph = load(membership(stage), claim=claim, document=LATEST)
    edges = texts(graph, "SELECT ?member WHERE { ?member kei:memberOf ?alliance }")
    expected = [ALPHA] if status in ("active", "confirmed") else []
    assert [row["member"] for row in edges] == expected


@pytest.mark.parametrize(
    ("role", "modality", "leaders"),
    [("lead", "stated", [ALPHA]), ("member", "stated", []), ("lead", "reported", [])],
    ids=["leads", "takes part", "reported to lead"],
)
def test_only_who_leads_for_certain_leads(load, role, modality, leaders):
    graph = load(membership("current", role), claim=words(modality), document=LATEST)
    found = texts(graph, "SELECT ?leader WHERE { ?leader kei:leads ?alliance }")
    assert [row["leader"] for row in found] == leaders


@pytest.mark.parametrize(
    ("modality", "edges"),
    [
        ("stated", 1),
        ("announced", 0),
        ("confirmed", 1),
        ("reported", 0),
        ("planned", 0),
        ("denied", 0),
        ("opinion", 0),
    ],
)
def test_only_a_stake_said_for_certain_makes_an_edge(load, modality, edges):
    graph = load(STAKE, claim=words(modality), document=LATEST)
    query = "SELECT ?holder ?company WHERE { ?holder kei:ownsStakeIn ?company }"
    assert len(texts(graph, query)) == edges


def test_a_pair_is_as_certain_as_its_weaker_membership(empty_graph, documents, write):
    said = {"alpha": ["stated", "hearsay"], "beta": ["contemplated", "reported"]}
    claims = [
        f'claim:{company}-{modality} a kei:Claim ; kei:source doc:second ; kei:says "So." '
        f"; kei:modality <vocab/modality/{modality}> ; kei:states "
        f"[ {membership('current').replace('alpha ', company + ' ')} ] ."
        for company, modalities in said.items()
        for modality in modalities
    ]
    load_files(empty_graph, [documents / "world.ttl", write("second", "\n".join(claims))])
    empty_graph.replace([names.CODES], ontology.code_quads())  # these rank the statuses
    members = ask(empty_graph, "members-of-alliance").rows
    assert {names.local_name(r.values["member"].id): r.values["status"].label for r in members} == {
        "alpha": "active",
        "beta": "reported",
    }
    (pair,) = ask(empty_graph, "who-is-allied-with-whom").rows
    assert pair.values["status"].label == "reported"
    assert len(pair.claims) == 4


@pytest.fixture
def pair(graph, documents, write):
    """Two allies: one known since March 2020, the other since February 2022, to the end of it."""
    since = {"alpha": "first", "beta": "second"}
    files = [
        write(
            company,
            f'claim:{company} a kei:Claim ; kei:source doc:{document} ; kei:says "So." ; '
            "kei:modality <vocab/modality/stated> ; kei:states [ a kei:Membership ; "
            f"kei:alliance alliance:alpha-beta ; kei:member company:{company} ; "
            "kei:role <vocab/role/member> ; kei:stage <vocab/stage/current> ; "
            f'kei:validTo "{2023 if company == "beta" else 2024}-01-01"^^xsd:date ] .',
        )
        for company, document in since.items()
    ]
    load_files(graph, [documents / "world.ttl", *files])
    return graph


@pytest.mark.parametrize("side", ["alpha", "beta"])
@pytest.mark.parametrize(
    ("clocks", "allied"),
    [
        ({}, True),
        ({"known_by": "2022-02-01"}, False),
        ({"known_by": "2022-02-02"}, True),
        ({"as_of": "2022-02-01"}, False),
        ({"as_of": "2022-02-02"}, True),
        ({"as_of": "2022-12-31"}, True),
        ({"as_of": "2023-01-01"}, False),
        ({"as_of": "2022-06-01", "known_by": "2021-01-01"}, False),
    ],
    ids=[
        "no clock",
        "one not known yet",
        "both known",
        "one not yet",
        "both at last",
        "last day",
        "one no more",
        "known too late",
    ],
)
def test_two_are_allied_while_both_memberships_hold_and_are_known(pair, side, clocks, allied):
    answer = ask(pair, "who-is-allied-with-whom", {"company": side, **clocks})
    assert answer.status == ("answered" if allied else "no-data")


def derived(graph):
    query = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{names.DERIVED}> {{ ?s ?p ?o }} }}"
    return sorted(str(row) for row in texts(graph, query))


def test_rules_run_again_replace_what_they_made(graph):
    before = derived(graph)
    assert derive(graph) == len(before)
    assert derived(graph) == before


def test_nobody_ever_sees_a_part_of_what_is_derived(graph):
    properties = f"SELECT DISTINCT ?p WHERE {{ GRAPH <{names.DERIVED}> {{ ?s ?p ?o }} }}"
    some = " ".join(f"<{row['p']}>" for row in texts(graph, properties))
    asked = f"SELECT ?s ?p ?o WHERE {{ VALUES ?p {{ {some} }} ?s ?p ?o }}"

    def read():
        return frozenset(map(str, texts(graph, asked)))

    whole, seen = read(), []
    graph.watchers.append(lambda change: seen.append(read()))
    derive(graph)
    assert len(seen) > 1
    assert {len(one) for one in seen} == {len(whole)}
    assert set(seen) == {whole}


def test_what_no_rule_makes_any_more_is_gone(graph):
    graph.replace([names.document_graph(names.entity("doc", "7734c5129a3fe294"))], [])
    derive(graph)
    assert texts(graph, "SELECT ?holder WHERE { ?holder kei:ownsStakeIn ?company }") == []
    assert not [triple for triple in derived(graph) if "7734c5129a3fe294" in triple]


def test_the_shipped_data_make_only_the_edges_that_are_certain(graph):
    edges = texts(
        graph,
        "SELECT ?from ?edge ?to WHERE { ?from ?edge ?to "
        "FILTER(?edge IN (kei:memberOf, kei:leads, kei:ownsStakeIn)) }",
    )
    short = {tuple(names.local_name(row[part]) for part in ("from", "edge", "to")) for row in edges}
    toyota_led = ["toyota-motor", "daihatsu", "suzuki", "subaru", "mazda", "hino"]
    older = ["renault", "nissan-motor", "mitsubishi-motors"]
    assert short == {
        ("nissan-motor", "ownsStakeIn", "mitsubishi-motors"),
        ("toyota-motor", "leads", "toyota-led"),
        *((one, "memberOf", "toyota-led") for one in toyota_led),
        *((one, "memberOf", "renault-nissan-mitsubishi") for one in older),
    }

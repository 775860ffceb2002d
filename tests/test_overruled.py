import pytest

from kg.load import load_files
from kg.questions.answer import ask
from viz.scenes import scene_of

ALLIES, MEMBERS, OWNERS = "who-is-allied-with-whom", "members-of-alliance", "who-owns"
STATED, DENIED = "<vocab/modality/stated>", "<vocab/modality/denied>"


@pytest.fixture
def later(graph, write):
    """Load one claim of a document of 2025 on top of the shipped data."""

    def loaded(states, modality=STATED, more=""):
        names = (
            'doc:late a kei:Document ; rdfs:label "Late" ; dcterms:title "Late" ;'
            ' kei:publishedEarliest "2025-05-01"^^xsd:date ;'
            ' kei:publishedLatest "2025-05-01"^^xsd:date .'
        )
        claim = (
            "claim:late-a a kei:Claim ; kei:source doc:late ;"
            f' kei:says "Later." ; kei:modality {modality} {more} ; kei:states [ {states} ] .'
        )
        load_files(graph, [write("late-names", names), write("late", claim)])
        return graph

    return loaded


def membership(member, alliance, stage="current"):
    return (
        f"a kei:Membership ; kei:member company:{member} ; kei:alliance alliance:{alliance} ;"
        f" kei:role <vocab/role/member> ; kei:stage <vocab/stage/{stage}>"
    )


def stake(share, holder="nissan-motor", company="mitsubishi-motors", right="capital"):
    return (
        f"a kei:Stake ; kei:holder company:{holder} ; kei:company company:{company} ;"
        f" kei:right <vocab/right/{right}> ; kei:share {share}"
    )


def column(graph, question, name, **values):
    rows = ask(graph, question, values).rows
    return [getattr(row.values[name], "label", row.values[name]) for row in rows]


def edges(graph, property_):
    query = f"SELECT ?a WHERE {{ ?a <https://w3id.org/keiretsu/ontology#{property_}> ?b }}"
    return len(graph.select(query).rows)


def test_a_membership_that_has_ended_is_not_active(later):
    graph = later(membership("suzuki", "toyota-led", "former"))
    assert column(graph, MEMBERS, "status", member="suzuki") == ["ended"]
    assert set(column(graph, ALLIES, "status", company="suzuki")) == {"ended"}
    assert edges(graph, "memberOf") == 6 + 3 - 1


@pytest.mark.parametrize(
    "clock", [{"as_of": "2025-04-30"}, {"known_by": "2025-04-30"}], ids=["as of", "known by"]
)
def test_before_its_end_it_was_active(later, clock):
    graph = later(membership("suzuki", "toyota-led", "former"))
    assert column(graph, MEMBERS, "status", member="suzuki", **clock) == ["active"]
    assert set(column(graph, ALLIES, "status", company="suzuki", **clock)) == {"active"}


def test_a_membership_that_is_denied_is_disputed_and_shows_both_sides(later):
    graph = later(membership("honda-motor", "honda-nissan-mitsubishi"), DENIED)
    assert column(graph, MEMBERS, "status", member="honda") == ["disputed"]
    (row,) = ask(graph, ALLIES, {"company": "honda", "ally": "nissan"}).rows
    assert row.values["status"].label == "disputed"
    assert len(row.claims) > 2
    assert any(claim.endswith("late-a") for claim in row.claims)
    sentences = [link.sentence for link in scene_of(graph).links if "Honda Motor" in link.sentence]
    assert sentences == [
        "Honda Motor is said, and denied, to be a member of the Honda–Nissan–Mitsubishi alliance"  # noqa: RUF001
    ]


def test_a_denial_is_not_known_before_it_was_made(later):
    graph = later(membership("honda-motor", "honda-nissan-mitsubishi"), DENIED)
    known_by = {"known_by": "2024-12-31"}
    assert column(graph, MEMBERS, "status", member="honda", **known_by) == ["reported"]


@pytest.mark.parametrize(
    ("clock", "shares"),
    [({}, ["0.24"]), ({"as_of": "2025-01-01"}, ["0.34"]), ({"known_by": "2025-01-01"}, ["0.34"])],
    ids=["latest", "as of before", "known by before"],
)
def test_a_later_stake_takes_the_place_of_an_older_one(later, clock, shares):
    graph = later(stake("0.24"))
    found = column(graph, OWNERS, "share", company="mitsubishi-motors", **clock)
    assert [str(share) for share in found] == shares


@pytest.mark.parametrize(
    ("states", "modality"),
    [
        (stake("0.24"), "<vocab/modality/reported>"),
        (stake("0.24", right="votes"), STATED),
        (stake("0.24", holder="honda-motor"), STATED),
    ],
    ids=["only reported", "votes", "another holder"],
)
def test_what_is_not_certain_or_something_else_takes_no_ones_place(later, states, modality):
    graph = later(states, modality)
    assert len(ask(graph, OWNERS, {"company": "mitsubishi-motors"}).rows) == 2


def test_a_stake_that_is_only_reported_does_not_sound_like_a_fact(later):
    graph = later(stake("0.2", "toyota-motor", "subaru"), "<vocab/modality/reported>")
    sentences = [link.sentence for link in scene_of(graph).links if link.kind == "stake"]
    assert "Toyota is reported to own 20% of Subaru" in sentences
    assert edges(graph, "ownsStakeIn") == 1


def test_a_correction_takes_the_place_of_what_it_corrects(later):
    sales = (
        "a kei:Sales ; kei:subject company:honda-motor ; kei:powertrain <vocab/powertrain/all> ;"
        " kei:market market:world ; kei:period period:2023-04-01--2024-03-31 ; kei:value 4000000"
    )
    graph = later(sales, more="; kei:supersedes claim:b1529ee35cea87c4-11-a")
    whole = {"subject": "honda", "powertrain": "all"}
    assert column(graph, "sales-of", "value", **whole) == [4_000_000]
    assert column(graph, "sales-of", "value", known_by="2024-12-31", **whole) == [4_100_000]


def test_figures_carry_how_firmly_they_are_said(graph):
    rows = ask(graph, "sales-of", {"subject": "honda-nissan-mitsubishi"}).rows
    said = {
        str(row.values["value"] or row.values["low"]): row.values["modality"].label for row in rows
    }
    assert said == {"8000000": "reported", "8350000": "conditional"}


def test_a_forecast_does_not_size_a_company(later):
    sales = (
        "a kei:Sales ; kei:subject company:nissan-motor ; kei:powertrain <vocab/powertrain/all> ;"
        " kei:market market:world ; kei:period period:2029-04-01--2030-03-31 ; kei:value 9000000"
    )
    graph = later(sales, "<vocab/modality/forecast>")
    nissan = next(node for node in scene_of(graph).nodes if node.label == "Nissan Motor")
    assert nissan.sales == 3_440_000
    assert nissan.sales_text == "3.44 million vehicles worldwide, Apr 2023 to Mar 2024"
    assert "forecast" in {figure.qualifier for figure in nissan.figures}

import pytest

from kg import names
from kg.errors import KgError, NameSyntaxError


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (names.term("Stake"), "https://w3id.org/keiretsu/ontology#Stake"),
        (names.code("modality", "planned"), "https://w3id.org/keiretsu/vocab/modality/planned"),
        (names.entity("company", "alpha"), "https://w3id.org/keiretsu/id/company/alpha"),
        (
            names.document_graph("https://w3id.org/keiretsu/id/doc/first"),
            "https://w3id.org/keiretsu/graph/doc/first",
        ),
    ],
    ids=["term", "code", "entity", "document graph"],
)
def test_every_kind_of_iri_is_made_from_the_base(made, expected):
    assert made == expected


@pytest.mark.parametrize(
    "text",
    ["nissan", "a b:c", "x:<y>", 'x:"y"', "x:{y}", "x:y|z", "x:y^z", "x:`y`", "x:y\nz", "x:\\", ""],
    ids=[
        "no scheme",
        "space",
        "angle brackets",
        "quotes",
        "braces",
        "bar",
        "caret",
        "grave",
        "line break",
        "backslash",
        "nothing",
    ],
)
def test_text_that_cannot_be_an_iri_is_refused(text):
    with pytest.raises(NameSyntaxError, match="is not an IRI"):
        names.iri(text)


@pytest.mark.parametrize(
    "text",
    ["https://example.com/a?b=c#d", "urn:uuid:1", "https://example.com/日産"],
    ids=["address", "urn", "not ascii"],
)
def test_an_iri_is_returned_as_it_is(text):
    assert names.iri(text) == text


def test_a_refused_iri_is_one_of_the_family_of_errors():
    assert issubclass(NameSyntaxError, KgError)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nissan Motor Co., Ltd.", "nissan-motor-co-ltd"),
        ("Škoda Auto a.s.", "skoda-auto-a-s"),
        ("  BYD  ", "byd"),
        ("日産自動車", ""),
    ],
    ids=["punctuation", "accents", "spaces", "no ascii letter"],
)
def test_a_slug_is_lower_case_words_with_hyphens(name, expected):
    assert names.slug(name) == expected


@pytest.mark.parametrize(
    ("iri", "kind"),
    [
        ("https://w3id.org/keiretsu/id/alliance/toyota-led", "alliance"),
        ("https://w3id.org/keiretsu/vocab/role/lead", ""),
        ("https://example.com/id/company/alpha", ""),
    ],
    ids=["entity", "code", "foreign"],
)
def test_only_an_entity_has_a_kind(iri, kind):
    assert names.kind_of(iri) == kind


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        ("https://w3id.org/keiretsu/ontology#Stake", "kei:Stake"),
        ("https://w3id.org/keiretsu/id/claim/7734-03-a", "claim:7734-03-a"),
        ("https://w3id.org/keiretsu/vocab/role/lead", "https://w3id.org/keiretsu/vocab/role/lead"),
        ("https://example.com/alpha", "https://example.com/alpha"),
        ("https://w3id.org/keiretsu/id/company/", "https://w3id.org/keiretsu/id/company/"),
    ],
    ids=["term", "claim", "two steps below a prefix", "foreign", "nothing after the prefix"],
)
def test_an_iri_is_shortened_where_a_prefix_fits(iri, expected):
    assert names.short(iri) == expected


def test_no_two_prefixes_name_one_namespace():
    assert len(set(names.PREFIXES.values())) == len(names.PREFIXES)


def test_a_proposition_is_named_by_kind_and_content():
    stake = names.proposition("Stake", {"share": ["0.34"]})
    assert stake.startswith("https://w3id.org/keiretsu/id/stake/")
    assert stake == names.proposition("Stake", {"share": ["0.34"]})
    assert stake != names.proposition("Stake", {"share": ["0.35"]})
    assert stake != names.proposition("Sales", {"share": ["0.34"]})


def test_the_order_of_fields_does_not_change_the_name_of_a_proposition():
    one = names.proposition("Stake", {"a": ["1"], "b": ["2"]})
    assert one == names.proposition("Stake", {"b": ["2"], "a": ["1"]})


def test_a_kind_of_several_words_is_hyphenated():
    assert "/id/market-share/" in names.proposition("MarketShare", {})

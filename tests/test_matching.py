import pytest

from benchmarks.claims import World
from kg import names
from kg.errors import AmbiguousNameError, UnknownNameError
from kg.load import load_claims, load_files
from kg.matching import Entity, Register, _entities, register

COMPANY = frozenset({"Company"})
ANY = frozenset({"Company", "Alliance", "CompanyGroup", "Market", "Publisher", "PublicBody"})


def company(slug, label, *aliases, identifiers=()):
    return Entity(names.entity("company", slug), label, "Company", aliases, identifiers)


@pytest.mark.parametrize(
    "text",
    [
        "https://w3id.org/keiretsu/id/company/nissan-motor",
        "company:nissan-motor",
        "nissan-motor",
        "Nissan Motor",
        "nissan motor",
        "NISSAN",
        "  nissan  ",
        "Nissan Motor Co., Ltd.",
        "nissan motor co ltd",
        "日産自動車",
        "http://www.wikidata.org/entity/Q20165",
        "Q20165",
        "q20165",
    ],
)
def test_a_company_is_found_by_every_name_it_has(graph, text):
    found = register(graph).resolve(text, COMPANY, "company")
    assert found.slug == "nissan-motor"


@pytest.mark.parametrize(
    "text",
    ["5493001KJTIIGC8Y1R12", "5493001kjtiigc8y1r12", "Q11", "alpha works", "company:alpha"],
    ids=["lei", "lei in small letters", "wikidata", "alias", "prefixed"],
)
def test_identifiers_find_a_company(empty_graph, documents, text):
    load_files(empty_graph, [documents / "world.ttl"])
    assert register(empty_graph).resolve(text, COMPANY, "company").slug == "alpha"


@pytest.mark.parametrize(
    "text", ["Bêta S.A.", "beta s.a.", "BETA SA", "Beta, S A"], ids=["as is", "plain", "", "comma"]
)
def test_accents_case_and_punctuation_do_not_matter(text):
    register = Register([company("beta", "Bêta S.A.", "Bêta SA")])
    assert register.resolve(text, COMPANY, "company").slug == "beta"


@pytest.mark.parametrize(
    ("text", "kinds", "slug"),
    [
        ("Toyota", frozenset({"Alliance"}), None),
        ("Toyota alliance", ANY, "toyota-led"),
        ("Toyota", ANY, "toyota-motor"),
        ("US", frozenset({"Market"}), "US"),
        ("Japanese cars", ANY, "japanese-brands"),
        ("The Nikkei", ANY, "nikkei"),
        ("Nikkei", COMPANY, None),
    ],
    ids=["no alliance", "alliance", "company", "market", "group", "publisher", "no company"],
)
def test_only_the_kinds_asked_for_are_found(graph, text, kinds, slug):
    if slug is None:
        with pytest.raises(UnknownNameError):
            register(graph).resolve(text, kinds, "company")
    else:
        assert register(graph).resolve(text, kinds, "company").slug == slug


def test_an_unknown_name_comes_with_the_nearest(graph):
    with pytest.raises(UnknownNameError, match="nothing is called 'Nisan'; nearest: ") as unknown:
        register(graph).resolve("Nisan", COMPANY, "company")
    assert unknown.value.parameter == "company"
    assert unknown.value.candidates[0].slug == "nissan-motor"
    assert len(unknown.value.candidates) == 3


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Orion", {"aliases": ("Orion",)}),
        ("ORION inc", {"aliases": ("Orion Inc.",)}),
        ("LEI1", {"identifiers": ("LEI1",)}),
        (
            "http://www.wikidata.org/entity/Q1",
            {"identifiers": ("http://www.wikidata.org/entity/Q1",)},
        ),
        ("Q1", {"identifiers": ("http://www.wikidata.org/entity/Q1",)}),
    ],
    ids=["alias", "alias in other letters", "identifier", "wikidata iri", "wikidata id"],
)
def test_a_name_that_two_companies_have_is_never_guessed(text, others):
    aliases, identifiers = others.get("aliases", ()), others.get("identifiers", ())
    both = Register(
        [
            company("orion-a", "Orion Alpha", *aliases, identifiers=identifiers),
            company("orion-b", "Orion Beta", *aliases, identifiers=identifiers),
        ]
    )
    with pytest.raises(AmbiguousNameError, match="say which") as ambiguous:
        both.resolve(text, COMPANY, "company")
    assert [one.slug for one in ambiguous.value.candidates] == ["orion-a", "orion-b"]
    assert "Orion Alpha (orion-a), Orion Beta (orion-b)" in str(ambiguous.value)


def test_an_identifier_goes_before_a_name():
    known = Register([company("orion", "Vega"), company("vega", "Orion")])
    assert known.resolve("orion", COMPANY, "company").label == "Vega"


def test_a_preferred_name_goes_before_another_name():
    known = Register([company("a", "Orion Motor", "Orion"), company("b", "Orion")])
    assert known.resolve("Orion", COMPANY, "company").slug == "b"


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("nov", ["nova-steel", "old-nova", "supernova"]),
        ("NÓVA st", ["nova-steel"]),
        ("erno", ["supernova"]),
        ("novasteel", ["nova-steel"]),
        ("zzz", []),
    ],
    ids=["beginning, word, inside", "accents", "inside", "misspelt", "nothing near"],
)
def test_a_search_ranks_beginnings_before_words_before_insides(typed, slugs):
    known = Register(
        [
            company("supernova", "Supernova"),
            company("old-nova", "Old Nova"),
            company("nova-steel", "Nova Steel"),
            company("other", "Quartz"),
        ]
    )
    found = [one.slug for one in known.search(typed, COMPANY)]
    assert found[: len(slugs)] == slugs
    assert bool(found) == bool(slugs)


def test_a_search_gives_no_more_than_wanted(graph):
    found = register(graph).search("", COMPANY, most=5)
    assert [one.label for one in found] == ["BYD", "Daihatsu", "Hino", "Honda Motor", "Mazda"]


@pytest.mark.parametrize(
    ("iri", "label"),
    [
        (names.entity("company", "nissan-motor"), "Nissan Motor"),
        (names.code("modality", "no-comment"), "no comment"),
        (names.term("Stake"), "stake"),
        ("https://example.com/a/thing", "thing"),
    ],
    ids=["entity", "code", "term", "foreign"],
)
def test_everything_has_a_label(graph, iri, label):
    assert register(graph).label(iri) == label


def test_the_register_is_renewed_when_the_graph_changes(graph, documents):
    before = register(graph)
    assert register(graph) is before
    with pytest.raises(UnknownNameError):
        before.resolve("Alpha", COMPANY, "company")
    load_files(graph, [documents / "world.ttl"])
    assert register(graph) is not before
    assert register(graph).resolve("Alpha", COMPANY, "company").slug == "alpha"


def test_two_graphs_have_two_registers(graph, documents):
    from kg.store.embedded import EmbeddedGraph

    other = EmbeddedGraph()
    load_files(other, [documents / "world.ttl"])
    assert {one.label for one in register(other).search("", COMPANY)} == {
        "Alpha",
        "Bêta S.A.",
        "Gamma",
    }
    assert len(register(graph).search("", COMPANY, most=100)) == 12


def assert_register_as_anew(graph):
    kept = register(graph)
    anew = Register(kept.by_id.values())
    assert kept.by_id == Register(list(_entities(graph))).by_id
    for index in ("_by_identifier", "_by_label", "_by_alias"):
        ours, theirs = getattr(kept, index), getattr(anew, index)
        assert {k: set(v) for k, v in ours.items()} == {k: set(v) for k, v in theirs.items()}


def test_a_document_of_claims_leaves_the_names_as_they_are(empty_graph, documents):
    load_files(empty_graph, [documents / "world.ttl"])
    before = register(empty_graph)
    load_files(empty_graph, [documents / "first.ttl"])
    alpha = "https://w3id.org/keiretsu/id/company/alpha"
    assert register(empty_graph).by_id[alpha] is before.by_id[alpha]  # not read again
    assert_register_as_anew(empty_graph)


def test_periods_that_claims_bring_have_names(empty_graph):
    small = World(claims=40, companies=6, alliances=3)
    load_claims(empty_graph, [], names=small.named())
    register(empty_graph)
    load_claims(empty_graph, [one for each in small.documents() for one in each])
    period = "https://w3id.org/keiretsu/id/period/2020-01-01--2020-12-31"
    assert register(empty_graph).label(period) == "2020"
    assert_register_as_anew(empty_graph)


def test_names_that_change_are_read_again(empty_graph, write):
    world = write("world", 'company:alpha a kei:Company ; rdfs:label "Alpha" .')
    load_files(empty_graph, [world])
    assert register(empty_graph).resolve("alpha", COMPANY, "company").label == "Alpha"
    world.write_text(world.read_text().replace('"Alpha"', '"Alpha Works"'))
    load_files(empty_graph, [world])
    assert register(empty_graph).resolve("alpha", COMPANY, "company").label == "Alpha Works"
    assert_register_as_anew(empty_graph)

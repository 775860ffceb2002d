"""The ontology: it agrees with the dataclasses, is tidy, and does not contradict itself."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
import pytest
from owlrl import DeductiveClosure, OWLRL_Semantics
from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS
from rdflib.term import Node

from kg import names, ontology
from kg.claims import PROPOSITIONS, Claim, Observation, Proposition
from kg.quads import camel

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "ontology"
CHECKS = sorted((FOLDER / "checks").glob("*.rq"))
KINDS = (*PROPOSITIONS, Observation, Proposition, Claim)
TERMS = {
    quad.subject.value[len(names.TERM) :]: quad.object.value
    for quad in ontology.ontology_quads()
    if quad.predicate.value == str(RDF.type)
    and isinstance(quad.subject, ox.NamedNode)
    and quad.subject.value.startswith(names.TERM)
    and quad.object != ox.NamedNode(str(OWL.FunctionalProperty))
}
# What a reasoner draws conclusions from: its objects must come from what a module imports.
DRAWN = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.disjointWith)
CODES = tuple(chain.from_iterable(map(ontology.code_list, ontology.schemes())))

# For each check, something that it must find.
PLANTED = {
    "broader-code-elsewhere": (
        "codes",
        "<https://w3id.org/keiretsu/vocab/role/lead> skos:broader"
        " <https://w3id.org/keiretsu/vocab/stage/current> .",
    ),
    "code-list-undescribed": ("ontology", "<x:list> a skos:ConceptScheme ."),
    "code-without-definition": ("codes", '<x:code> a skos:Concept ; skos:prefLabel "bare" .'),
    "deprecated-term-in-use": ("ontology", "kei:Company owl:deprecated true ."),
    "duplicate-label": ("ontology", '<x:other> rdfs:label "stake"@en .'),
    "module-not-imported": ("ontology", "kei:New rdfs:isDefinedBy <x:module> ."),
    "misnamed-term": ("ontology", "kei:stakeHolder a owl:Class ."),
    "ontology-undescribed": ("ontology", "<x:ontology> a owl:Ontology ."),
    "property-with-two-domains": ("ontology", "kei:holder rdfs:domain kei:Claim ."),
    "property-without-domain": ("ontology", "kei:new a owl:ObjectProperty ."),
    "property-without-range": ("ontology", "kei:new a owl:ObjectProperty ."),
    "reserved-term-in-use": ("ontology", 'kei:Stake vs:term_status "testing" .'),
    "term-without-alignment": ("ontology", "kei:New a owl:Class ; rdfs:subClassOf kei:Claim ."),
    "term-without-definition": ("ontology", "kei:New a owl:Class ."),
    "term-without-home": ("ontology", "kei:New a owl:Class ."),
    "term-without-label": ("ontology", "kei:New a owl:Class ."),
    "undeclared-code": (
        "propositions",
        "<x:one> kei:role <https://w3id.org/keiretsu/vocab/role/boss> .",
    ),
    "undeclared-term": ("propositions", "<x:one> kei:shareMinn 0.1 ."),
    "untidy-text": ("codes", '<x:code> skos:definition "no full stop" .'),
    "unused-term": ("ontology", "kei:new a owl:DatatypeProperty ; rdfs:domain kei:Claim ."),
    "version-out-of-step": (
        "ontology",
        "<x:module> a owl:Ontology ; owl:versionIRI <x:module/0.2.0> ; owl:versionInfo '0.1.0' .",
    ),
}
PREFIXES = "".join(
    f"@prefix {name}: <{iri}> .\n"
    for name, iri in {**names.PREFIXES, **ontology.prefixes()}.items()
)
QUERIES = sorted((*FOLDER.glob("rules/*.rq"), *ROOT.glob("kg/questions/*.rq")))
# What OWL 2 RL knows of what we could want; the rest would be lost on a reasoner.
OWL_RL = {
    "AllDisjointClasses", "AnnotationProperty", "Class", "DatatypeProperty",
    "FunctionalProperty", "ObjectProperty", "Ontology", "backwardCompatibleWith", "deprecated",
    "disjointWith", "imports", "members", "priorVersion", "versionIRI", "versionInfo",
}  # fmt: skip


def _store() -> ox.Store:
    store = ox.Store()
    store.extend(ontology.ontology_quads())
    store.extend(ontology.code_quads())
    store.extend(ontology.shape_quads())
    for file in (*ROOT.glob("data/*.ttl"), *ROOT.glob("data/claims/*.ttl")):
        graph = ox.NamedNode(f"{names.GRAPH}file/{file.stem}")
        store.load(path=str(file), format=ox.RdfFormat.TURTLE, to_graph=graph)
    for file in (*QUERIES, *sorted(ROOT.glob("kg/**/*.py"))):
        store.extend(_references(file))
    return store


def _references(file: Path) -> Iterator[ox.Quad]:
    """Yield which terms a question, rule or module uses, as triples that a check can ask for."""
    refers = ox.NamedNode(names.PREFIXES["dcterms"] + "references")
    for name in _used(file):
        term, graph = ox.NamedNode(names.term(name)), ox.NamedNode(names.GRAPH + "queries")
        yield ox.Quad(ox.NamedNode(f"x:{file.stem}"), refers, term, graph)


def _used(file: Path) -> set[str]:
    """Return the terms in a query, or those that a module of the library names one by one."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return set(re.findall(r"(?m)^[^>\n]*\bterm\(\"(\w+)\"\)", re.sub(r"`[^`]*`", "", text)))
    return set(re.findall(r"\bkei:(\w+)", re.sub(r"(?m)^\s*#.*$|\"[^\"\n]*\"", "", text)))


def _offenders(store: ox.Store, check: Path) -> list[str]:
    found = store.query(check.read_text(encoding="utf-8"))
    assert isinstance(found, ox.QuerySolutions)
    return [str(row) for row in found]


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return _store()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.stem)
def test_a_hygiene_check_finds_nothing(store, check):
    assert _offenders(store, check) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.stem)
def test_a_hygiene_check_finds_what_is_planted(check):
    graph, text = PLANTED[check.stem]
    store = _store()
    node = ox.NamedNode(names.GRAPH + graph)
    store.load(input=PREFIXES + text, format=ox.RdfFormat.TURTLE, to_graph=node)
    assert _offenders(store, check)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.stem)
def test_a_hygiene_check_says_first_what_a_row_means(check):
    assert re.match(r"# .{20,}\.\n", check.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_dataclass_is_a_class(kind):
    assert TERMS.get(kind.__name__) == str(OWL.Class)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_is_a_property(kind):
    wanted = {camel(field.name) for field in fields(kind)} - {"id"}
    declared = {name for name, meta in TERMS.items() if meta != str(OWL.Class)}
    assert wanted - declared == set()


@pytest.mark.parametrize("kind", PROPOSITIONS, ids=lambda kind: kind.__name__)
def test_the_class_tree_is_that_of_the_dataclasses(kind):
    triple = (_term(kind.__name__), RDFS.subClassOf, _term(kind.__mro__[1].__name__))
    assert triple in _terms_and_codes()


def test_a_domain_takes_in_every_dataclass_that_has_the_field():
    graph = _terms_and_codes()
    asks = [URIRef("https://schema.org/domainIncludes"), RDFS.domain]
    missing = []
    for kind in KINDS:
        lineage = {_term(cls.__name__) for cls in kind.__mro__}
        for field in fields(kind):
            domains = {d for ask in asks for d in graph.objects(_term(camel(field.name)), ask)}
            # A response is a claim: what only responses have is a field of Claim.
            if field.name != "responds_to" and field.name != "id" and not domains & lineage:
                missing.append(f"{kind.__name__}.{field.name}")
    assert missing == []


def test_every_field_that_names_a_code_list_names_one_that_exists():
    assert _listed() <= set(ontology.schemes())


@pytest.mark.parametrize("scheme", ontology.schemes(), ids=str)
def test_a_code_list_is_that_of_a_field_or_named_in_the_library(scheme):
    files = (*ROOT.glob("kg/**/*.py"), *ROOT.glob("kg/questions/*.rq"))
    named = re.compile(rf'"{scheme}"|code:{scheme}\b|vocab/{scheme}/')
    assert scheme in _listed() or any(named.search(file.read_text()) for file in files)


def _listed() -> set[str]:
    lists = _terms_and_codes().objects(None, RDFS.seeAlso)
    return {names.local_name(str(one)) for one in lists}


def _context() -> dict[str, object]:
    text = (FOLDER / "context.jsonld").read_text(encoding="utf-8")
    context = json.loads(text)["@context"]
    assert isinstance(context, dict)
    return context


@pytest.mark.parametrize("name", sorted(TERMS), ids=str)
def test_the_json_context_knows_every_term_and_its_type(name):
    graph = _terms_and_codes()
    entry = _context()[name]
    typed = entry if isinstance(entry, dict) else {"@id": entry}
    ranges = {names.short(str(one)) for one in graph.objects(_term(name), RDFS.range)}
    wanted = next((one for one in ranges if one.startswith("xsd:") and one != "xsd:string"), None)
    assert typed["@id"] == f"kei:{name}"
    assert typed.get("@type") == ("@id" if TERMS[name] == str(OWL.ObjectProperty) else wanted)


def test_a_claim_in_json_reads_as_the_same_triples():
    claim = {
        "@context": _context(),
        "id": "https://w3id.org/keiretsu/id/claim/one",
        "type": "Claim",
        "recorded": "2024-01-01",
        "modality": "https://w3id.org/keiretsu/vocab/modality/planned",
    }
    turtle = """
    claim:one a kei:Claim ;
        kei:recorded "2024-01-01"^^xsd:date ;
        kei:modality <https://w3id.org/keiretsu/vocab/modality/planned> .
    """
    read = set(ox.parse(json.dumps(claim), ox.RdfFormat.JSON_LD))
    assert read == set(ox.parse(PREFIXES + turtle, ox.RdfFormat.TURTLE))


@pytest.mark.parametrize("scheme", ontology.schemes(), ids=str)
def test_a_code_list_has_no_code_or_label_twice(scheme):
    codes = ontology.code_list(scheme)
    assert len({code.code for code in codes}) == len(codes)
    assert len({code.label for code in codes}) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code.code) for code in codes)


def test_statuses_are_in_order_of_strength():
    assert [code.strength for code in ontology.code_list("status")] == list(range(7))


def test_labels_are_those_of_terms_and_codes():
    assert ontology.label(names.term("Stake")) == "stake"
    assert ontology.label(names.code("modality", "no-comment")) == "no comment"
    assert ontology.label(names.entity("company", "nissan-motor")) is None


def test_reading_codes_and_labels_is_quick_because_rdflib_is_left_out():
    code = (
        "import sys; from kg import ontology, shapes; ontology.is_code(''); ontology.label('');"
        "sys.exit('rdflib' in sys.modules or 'pyshacl' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_code_is_known_and_a_term_is_none():
    assert all(ontology.is_code(code.iri) for code in CODES)
    assert not ontology.is_code(names.term("Stake"))
    assert not ontology.is_code(names.code("modality", "shouted"))


def test_an_unknown_code_list_rule_or_module_is_refused():
    with pytest.raises(KeyError):
        ontology.code_list("colour")
    with pytest.raises(KeyError):
        ontology.rule("../codes/role")
    with pytest.raises(KeyError):
        ontology.module("../keiretsu")


def test_rules_are_read_in_the_order_of_their_names():
    files = sorted((FOLDER / "rules").glob("*.rq"))
    assert ontology.rules() == tuple(file.stem for file in files)
    assert [ontology.rule(file.stem) for file in files] == [file.read_text() for file in files]


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_a_rule_or_question_uses_declared_terms_only(file):
    assert _used(file) - set(TERMS) == set()


@pytest.mark.parametrize("name", ontology.modules(), ids=str)
def test_a_module_declares_its_own_terms_and_says_what_it_builds_on(name):
    graph = Graph().parse(data=ontology.module(name), format="turtle")
    iri = URIRef(f"{names.BASE}ontology/{name}")
    own = set(graph.subjects(RDFS.isDefinedBy, iri))
    others = {o for _, p, o in graph if p in DRAWN and o.startswith(names.TERM) and o not in own}
    homes = {home for term in others for home in _terms_and_codes().objects(term, RDFS.isDefinedBy)}
    assert set(graph.subjects(RDFS.isDefinedBy)) == own
    assert homes <= _imported(iri)


def _imported(module: URIRef) -> set[Node]:
    return set(_terms_and_codes().transitive_objects(module, OWL.imports))


def test_the_whole_imports_every_module_and_nothing_else():
    whole = URIRef(f"{names.BASE}ontology")
    modules = {URIRef(f"{whole}/{name}") for name in ontology.modules()}
    assert _imported(whole) == modules | {whole}


def test_only_what_owl_rl_knows_is_said():
    graph = _terms_and_codes()
    said = {*graph.predicates(), *graph.objects(None, RDF.type)}
    assert {names.local_name(str(one)) for one in said if one in OWL} <= OWL_RL


def test_a_code_list_has_its_title_and_version_beside_its_codes():
    quads = [q for q in ontology.code_quads() if q.subject.value == names.VOCAB + "modality"]
    said = {names.short(q.predicate.value): q.object.value for q in quads}
    assert said["dcterms:title"] == "modalities"
    assert said["skos:definition"].endswith("to what it says.")
    assert re.fullmatch(r"\d+\.\d+\.\d+", said["owl:versionInfo"])


@cache
def _terms_and_codes() -> Graph:
    quads = chain(ontology.ontology_quads(), ontology.code_quads())
    triples = (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    return Graph().parse(data=text, format="nt")


def _term(name: str) -> URIRef:
    return URIRef(names.term(name))


def _contradictions(more: str) -> list[str]:
    """Return what OWL RL finds wrong in the terms, the codes and `more` together."""
    graph = _terms_and_codes() + Graph().parse(data=PREFIXES + more, format="turtle")
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    nothing = [str(thing) for thing in graph.subjects(RDF.type, OWL.Nothing)]
    errors = (o for _, p, o in graph if str(p).endswith("#error"))
    return nothing + [str(error) for error in errors]


def test_the_ontology_does_not_contradict_itself():
    assert _contradictions("") == []


def test_the_shipped_data_do_not_contradict_the_ontology():
    files = (*ROOT.glob("data/*.ttl"), *ROOT.glob("data/claims/*.ttl"))
    data = Graph()
    for file in files:
        data.parse(file)
    assert _contradictions(data.serialize(format="turtle")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "<x:one> a kei:Claim , kei:Proposition .",
        "<x:one> a kei:Alliance , kei:Company .",
        "<x:one> a kei:Sales , kei:MarketShare .",
        "<x:one> kei:holder <x:two> . <x:two> a kei:Market .",
    ],
    ids=["claim and proposition", "alliance and company", "two figures", "a market that holds"],
)
def test_a_planted_contradiction_is_found(planted):
    assert _contradictions(planted)

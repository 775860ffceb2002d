"""The shapes: what is right passes, and each thing wrong is found by exactly one rule."""

import csv
import time
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH

from kg import names, ontology
from kg.errors import Problem
from kg.quads import claim_quads
from kg.readers import rdf
from kg.shapes import check_shapes, split_message

FIXTURES = Path(__file__).parent / "fixtures" / "shapes"
DATA = Path(__file__).parents[1] / "data"

VALID = sorted(FIXTURES.glob("valid/*.ttl"))
INVALID = sorted(FIXTURES.glob("invalid/*.ttl"))
SEEDS = sorted(DATA.glob("claims/*.ttl"))


def _expected() -> dict[str, list[tuple[str, str]]]:
    rows: dict[str, list[tuple[str, str]]] = {}
    for row in csv.DictReader((FIXTURES / "expected.csv").read_text().splitlines()):
        rows.setdefault(row["file"], []).append((row["rule"], row["node"]))
    return rows


def _problems(file: Path) -> list[Problem]:
    graph = Graph().parse(FIXTURES / "world.ttl")
    return check_shapes(graph.parse(file), file=file.name)


def _shapes() -> Graph:
    graph = Graph()
    for file in sorted((Path(__file__).parents[1] / "ontology" / "shapes").glob("*.ttl")):
        graph.parse(file)
    return graph


def _messages() -> dict[str, str]:
    """Return the message of each shape; a SPARQL constraint's stands on the constraint."""
    shapes, found = _shapes(), {}
    for owner, message in shapes.subject_objects(SH.message):
        shape = owner if isinstance(owner, URIRef) else shapes.value(None, SH.sparql, owner)
        found[names.local_name(str(shape))] = str(message)
    return found


@pytest.mark.parametrize("file", VALID, ids=lambda file: file.stem)
def test_what_is_right_passes(file):
    assert _problems(file) == []


@pytest.mark.parametrize("file", INVALID, ids=lambda file: file.stem)
def test_what_is_wrong_is_found_by_its_rule_alone(file):
    found = [(problem.rule, problem.node) for problem in _problems(file)]
    assert found == _expected()[file.name]


def test_every_invalid_file_has_a_row_and_every_row_a_file():
    assert sorted(_expected()) == [file.name for file in INVALID]


def test_every_rule_is_broken_by_a_fixture():
    broken = {rule for rows in _expected().values() for rule, _ in rows}
    assert broken == set(_messages())


@pytest.mark.parametrize("shape", sorted(_messages()), ids=str)
def test_a_message_says_what_is_wrong_and_what_to_do(shape):
    message = _messages()[shape]
    wrong, advice = split_message(message)
    assert wrong
    assert advice
    assert ". " not in advice
    assert message.endswith(".")


def test_every_shape_that_reports_says_how_bad_it_is():
    shapes = _shapes()
    silent = [
        name
        for name in _messages()
        if (URIRef(f"{names.BASE}shapes#{name}"), SH.severity, None) not in shapes
    ]
    assert silent == []


def test_every_named_shape_is_a_shape():
    shapes = _shapes()
    kinds = set(shapes.subjects(RDF.type, SH.NodeShape))
    kinds |= set(shapes.subjects(RDF.type, SH.PropertyShape))
    used = set(shapes.objects(None, SH.property)) | set(shapes.objects(None, SH.node))
    assert {shape for shape in used if isinstance(shape, URIRef)} <= kinds


def test_a_problem_of_a_proposition_names_its_claim_and_the_value_found():
    (problem,) = _problems(FIXTURES / "invalid" / "stake-per-cent.ttl")
    assert str(problem) == (
        "stake-per-cent.ttl: error: A share is outside 0 to 1 (found 34) "
        "(Divide a per cent figure by 100) [StakeShareShape]"
    )
    assert problem.node == "claim:one"


def test_a_count_that_does_not_fit_is_a_warning():
    (problem,) = _problems(FIXTURES / "invalid" / "member-count.ttl")
    assert problem.severity == "warning"


def test_the_worst_comes_first():
    graph = Graph().parse(FIXTURES / "world.ttl")
    graph.parse(FIXTURES / "invalid" / "alliance-of-one.ttl")
    graph.parse(FIXTURES / "invalid" / "lei-too-short.ttl")
    found = [problem.severity for problem in check_shapes(graph, file="both")]
    assert found == ["error", "warning"]


def test_checking_leaves_the_data_as_they_were():
    graph = Graph().parse(FIXTURES / "world.ttl")
    before = set(graph)
    check_shapes(graph, file="world.ttl")
    assert set(graph) == before


def test_every_code_list_that_a_shape_names_exists():
    asked = {names.local_name(str(scheme)) for scheme in _shapes().objects(None, SH.hasValue)}
    assert asked - set(ontology.schemes()) <= {"unstated"}


def _seed_graph(file: Path) -> Graph:
    graph = Graph()
    for other in sorted(DATA.glob("*.ttl")):
        graph.parse(other)
    quads = (q for claim in rdf.claims(rdf.parse(file), file) for q in claim_quads(claim))
    lines = [f"{quad.subject} {quad.predicate} {quad.object} ." for quad in quads]
    return graph.parse(data="\n".join(lines), format="nt")


@pytest.mark.parametrize("file", SEEDS, ids=lambda file: file.stem)
def test_shipped_claims_have_no_errors_and_are_checked_quickly(file):
    graph = _seed_graph(file)
    started = time.process_time()
    problems = check_shapes(graph, file=file.name)
    assert [str(problem) for problem in problems if problem.severity == "error"] == []
    assert time.process_time() - started < 2

"""The examples run, find something and say what they teach; store and docs have the same."""

import re
from pathlib import Path

import pytest

from kg import names
from kg.examples import ENDPOINT, Example, example_quads, examples, read

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")
FILES = sorted((ROOT / "ontology" / "examples").glob("*.rq"))
EACH = pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
PUBLISHED = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <https://schema.org/>
SELECT ?example ?kind ?form ?query ?comment ?endpoint
WHERE {
  GRAPH <https://w3id.org/keiretsu/graph/examples> {
    ?example a sh:SPARQLExecutable , ?kind ; rdfs:comment ?comment ; schema:target ?endpoint ;
      sh:prefixes/sh:declare [ sh:prefix "kei" ; sh:namespace ?namespace ] .
    ?example ?form ?query .
    FILTER(?kind != sh:SPARQLExecutable && ?form IN (sh:select, sh:construct, sh:ask))
  }
}
"""


def result(graph, example: Example):
    if example.form == "construct":
        return list(graph.construct(example.query))
    return graph.select(example.query).rows


@pytest.fixture
def published(graph):
    graph.change([names.EXAMPLES], example_quads())
    return graph


@EACH
def test_every_example_finds_something(graph, example):
    assert result(graph, example)


@EACH
def test_every_example_says_what_it_teaches(example):
    assert example.title.endswith("?")
    assert len(example.teaches) > 100
    assert example.teaches.endswith(".")


@EACH
def test_every_example_is_listed_in_the_docs(example):
    (file,) = (file for file in FILES if file.name.endswith(f"-{example.name}.rq"))
    assert f"[{example.title}](../ontology/examples/{file.name})" in DOCS


def test_they_come_in_the_order_of_their_numbers():
    assert len(examples()) >= 12
    numbers = [int(file.name.partition("-")[0]) for file in FILES]
    assert numbers == list(range(1, len(examples()) + 1))
    assert len({example.name for example in examples()}) == len(examples())


def test_what_the_docs_print_is_an_example():
    printed = re.findall(r"```sparql\n(.*?)```", DOCS, re.DOTALL)
    bodies = [example.query.split("\n\n", 1)[1] for example in examples()]
    assert printed
    assert [block for block in printed if block.strip() not in bodies] == []


def test_they_are_published_as_executables(published):
    found = {row["example"].value: row for row in published.select(PUBLISHED).rows}
    assert set(found) == {example.iri for example in examples()}
    for example in examples():
        row = found[example.iri]
        assert row["kind"].value.endswith(f"#SPARQL{example.form.capitalize()}Executable")
        assert row["form"].value.endswith(f"#{example.form}")
        assert row["query"].value == example.query
        assert row["comment"].value == f"{example.title} {example.teaches}"
        assert row["endpoint"].value == ENDPOINT


def test_a_published_query_runs_as_it_stands(published):
    (row,) = (
        r
        for r in published.select(PUBLISHED).rows
        if r["example"].value.endswith("/sums-over-propositions")
    )
    (sum_,) = published.select(row["query"].value).rows
    assert sum_["vehicles"].value == "8350000"


def test_reading_twice_gives_the_same_quads():
    assert set(example_quads()) == set(example_quads())
    assert all("_:" not in str(quad) for quad in example_quads())


@pytest.mark.parametrize(
    "text",
    ["SELECT * {}", "# A question?\n\nSELECT * {}", "# A question?\n#\n# Text.\n\nDESCRIBE <x:y>"],
    ids=["no head", "nothing taught", "no form to publish"],
)
def test_a_file_that_is_no_example_is_refused_by_name(text):
    with pytest.raises(ValueError, match=r"^01-bad\.rq: "):
        read("01-bad.rq", text)


def test_a_reported_alliance_is_not_said_to_be_active(graph):
    rows = graph.select(examples()[0].query).rows
    said = {row["alliance_name"].value: row["said_to_be"].value for row in rows}
    assert said["Honda–Nissan–Mitsubishi alliance"] == "reported"  # noqa: RUF001
    assert said["Renault–Nissan–Mitsubishi Alliance"] == "active"  # noqa: RUF001

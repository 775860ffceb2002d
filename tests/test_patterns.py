import re
from pathlib import Path

import pytest

TEXT = (Path(__file__).parent.parent / "docs" / "sparql.md").read_text(encoding="utf-8")
PATTERN = r"^## ([^\n]+)\n(?:(?!^## ).)*?```sparql\n(.*?)```"
PATTERNS = dict(re.findall(PATTERN, TEXT, re.DOTALL | re.MULTILINE))


def test_the_patterns_are_found():
    assert len(PATTERNS) == TEXT.count("```sparql") == 4


@pytest.mark.parametrize("name", PATTERNS, ids=lambda name: name)
def test_every_documented_pattern_finds_something(graph, name):
    assert graph.select(PATTERNS[name]).rows


def test_the_documented_sum_counts_a_repeated_figure_once(graph):
    (row,) = graph.select(PATTERNS["Sums run over propositions, evidence over claims"]).rows
    assert row["vehicles"].value == "8350000"


@pytest.mark.parametrize(
    ("as_of", "known_by", "shares"),
    [
        ("2024-08-01", "2024-12-31", ["0.34"]),
        ("2010-01-01", "2024-12-31", []),
        ("2024-08-01", "2024-01-01", []),
    ],
    ids=["as in the text", "before it held", "before it was known"],
)
def test_the_documented_clocks_decide(graph, as_of, known_by, shares):
    query = PATTERNS["Both clocks"].replace("2024-08-01", as_of).replace("2024-12-31", known_by)
    assert [row["share"].value for row in graph.select(query).rows] == shares

"""Values are written where they are read, and nowhere else."""

import pytest
from pyoxigraph import Literal, NamedNode

from kg.sparql_groups import binds_all
from kg.store.base import with_values

A, DAY = NamedNode("x:a"), Literal("d")
BOTH, S, D = (
    'VALUES (?s ?day) { (<x:a> "d") }',
    "VALUES (?s) { (<x:a>) }",
    'VALUES (?day) { ("d") }',
)


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("SELECT ?s WHERE { ?s ?p ?day }", f"SELECT ?s WHERE {{ {BOTH} ?s ?p ?day }}"),
        ("SELECT ?s WHERE\n{ $s ?p ?o }", f"SELECT ?s WHERE\n{{ {S} $s ?p ?o }}"),
        ("SELECT ?s ?day WHERE { ?a ?b ?c }", None),
        (
            "SELECT ?s ?day WHERE { { SELECT ?s WHERE { ?s ?p ?day } GROUP BY ?s } ?x ?y ?z }",
            f"SELECT ?s ?day WHERE {{ {{ SELECT ?s WHERE {{ {BOTH} ?s ?p ?day }} GROUP BY ?s }} "
            "?x ?y ?z }",
        ),
        (
            "SELECT ?s WHERE { { SELECT ?t WHERE { ?t ?p ?day } } FILTER EXISTS { ?s ?q ?t } }",
            f"SELECT ?s WHERE {{ {S} {{ SELECT ?t WHERE {{ {D} ?t ?p ?day }} }} "
            "FILTER EXISTS { ?s ?q ?t } }",
        ),
        (
            "SELECT (CONCAT(?day) AS ?d) WHERE { ?a ?b ?c }",
            f"SELECT (CONCAT(?day) AS ?d) WHERE {{ {D} ?a ?b ?c }}",
        ),
        (
            "SELECT ?a WHERE { ?a ?b ?c } ORDER BY ?s",
            f"SELECT ?a WHERE {{ {S} ?a ?b ?c }} ORDER BY ?s",
        ),
        ("SELECT ?a WHERE { ?a ?b '?s WHERE { ?day' # ?s } WHERE {\n }", None),
        ("SELECT ?a WHERE { ?a <x:?s> ?seen }", None),
    ],
    ids=[
        "both", "dollar", "passed on", "in a subquery", "beside a subquery", "computed", "sorted",
        "in strings and comments", "in other names",
    ],
)  # fmt: skip
def test_a_value_stands_where_it_is_read(query, written):
    assert with_values(query, {"s": A, "day": DAY}) == (written or query)


def test_several_values_are_every_combination_of_them():
    found = with_values("SELECT * WHERE { ?s ?p ?o }", {"s": [A, DAY], "o": [A, DAY], "x": A})
    assert 'VALUES (?s ?o) { (<x:a> <x:a>) (<x:a> "d") ("d" <x:a>) ("d" "d") } ?s' in found


@pytest.mark.parametrize(
    ("query", "surely"),
    [
        ("SELECT ?s WHERE { GRAPH ?g { ?s ?p ?day } }", True),
        ("SELECT ?s ?x WHERE { ?s ?p ?x }", True),
        ("SELECT ?x WHERE { ?s ?p ?o }", False),
        ("SELECT ?x WHERE { ?s ?p ?o FILTER(COALESCE(?x, true)) }", False),
        ("SELECT ?s WHERE { OPTIONAL { ?s ?p ?o } }", False),
        ("SELECT ?x WHERE { ?x ?p ?o { SELECT ?s WHERE { ?s ?p ?o } } }", False),
    ],
)
def test_which_columns_surely_have_values(query, surely):
    columns = [word.strip("?") for word in query.partition("WHERE")[0].split()[1:]]
    assert binds_all(query, columns) is surely

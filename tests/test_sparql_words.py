import pytest

from kg.errors import QueryError
from kg.sparql_words import (
    changes_by_itself,
    names_its_graphs,
    refuse_outside_data,
    refuse_what_is_no_query,
)

CALL = "SERVICE <http://example.com/sparql> { ?a ?b ?c }"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * WHERE {{ {CALL} }}",
        f"SELECT * WHERE {{ ?s ?p ?o . {CALL.replace('SERVICE', 'SERVICE SILENT')} }}",
        f"SELECT * WHERE {{ {CALL.lower()} }}",
        f"SELECT * WHERE {{ ?s ?p ?o . OPTIONAL {{ {CALL} }} }}",
        f"SELECT * WHERE {{ {{ SELECT ?a WHERE {{ {CALL} }} }} }}",
        f"SELECT * WHERE {{ ?s ?p ?o . FILTER EXISTS {{ {CALL} }} }}",
        f"SELECT * WHERE {{ ?s ?p ?o . FILTER(?s = 1 || NOT EXISTS {{ {CALL} }}) }}",
        f"SELECT * WHERE {{ {{ ?s ?p ?o }} UNION {{ {CALL} }} }}",
        f"SELECT * WHERE {{ ?s ?p ?o . MINUS {{ {CALL} }} }}",
        f"SELECT * WHERE {{ GRAPH ?g {{ {CALL} }} }}",
        "SELECT * WHERE { ?s ?p ?x . SERVICE ?x { ?a ?b ?c } }",
        "PREFIX x: <http://example.com/> SELECT * WHERE { SERVICE x:sparql { ?a ?b ?c } }",
        f"CONSTRUCT {{ ?a ?b ?c }} WHERE {{ {CALL} }}",
        f"ASK {{ {CALL} }}",
        f"DESCRIBE ?a WHERE {{ {CALL} }}",
        "SELECT * WHERE { SERVICE # a comment\n <http://example.com/sparql> { ?a ?b ?c } }",
    ],
    ids=[
        "plain",
        "silent",
        "small letters",
        "optional",
        "sub-select",
        "exists",
        "not exists in an expression",
        "union",
        "minus",
        "graph",
        "endpoint in a variable",
        "endpoint with a prefix",
        "construct",
        "ask",
        "describe",
        "comment between",
    ],
)
def test_a_query_that_calls_out_is_refused(query):
    with pytest.raises(QueryError, match="SERVICE is refused"):
        refuse_what_is_no_query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { \\u0053ERVICE <http://example.com/> { ?a ?b ?c } }",
        "SELECT * WHERE { \\U00000053ERVICE <http://example.com/> { ?a ?b ?c } }",
        f'SELECT * WHERE {{ ?s ?p "a\\u0022 # " . {CALL}\n}}',
        f'SELECT * WHERE {{ ?s ?p "a\\\\u0022 # " . {CALL}\n}}',
        f"SELECT * WHERE {{ ?s ?p ?o # \r {CALL}\n}}",
        f"SELECT * WHERE {{ ?s ?p ?o . LATERAL {{ {CALL} }} }}",
    ],
    ids=[
        "first letter escaped",
        "first letter escaped long",
        "hidden by an escaped quotation mark",
        "hidden by a quotation mark that seems escaped",
        "after a comment that ends early",
        "in a clause that only the engine knows",
    ],
)
def test_what_only_the_engine_might_understand_is_refused(query):
    with pytest.raises(QueryError):
        refuse_what_is_no_query(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { ?s ?p ?o }",
        'SELECT * WHERE { ?s ?p "SERVICE <http://example.com/> { ?a ?b ?c }" }',
        'SELECT * WHERE { ?s ?p """\nSERVICE <http://example.com/> { ?a ?b ?c }\n""" }',
        "SELECT * WHERE { ?s ?p ?o } # SERVICE <http://example.com/> { ?a ?b ?c }",
        "PREFIX service: <http://example.com/> SELECT * WHERE { ?s service:of ?o }",
        "SELECT ?service WHERE { ?service ?p ?o }",
        "SELECT * WHERE { ?s <http://example.com/service> ?o }",
        "SELECT * WHERE { ?s ?p ?o\r\n# no service here\r\n}",
        'SELECT * WHERE { ?s ?p "\\u65e5\\u7523" }',
        f"SELECT * WHERE {{ FILTER({'(' * 500} true {')' * 500}) }} # service",
        "SELECT * WHERE { ?s ?p 'service' . << ?s ?p ?o >> ?q ?r }",
        "SELECT * WHERE { ?s ?p 'it\\'s a SERVICE' }",
        "SELECT * WHERE { ?s ?p 'x'@service }",
    ],
    ids=[
        "no such word",
        "string",
        "long string",
        "comment",
        "prefix",
        "variable",
        "iri",
        "line ends of another system",
        "escapes of letters",
        "nested deeply",
        "triples within triples",
        "string with an escaped mark",
        "language",
    ],
)
def test_the_word_alone_does_no_harm(query):
    refuse_what_is_no_query(query)


@pytest.mark.parametrize(
    "update",
    ["insert data { <x:a> <x:b> <x:c> }", "PREFIX a: <x:> LOAD <x:y>", "BASE <x:> with <y> delete"],
    ids=["insert", "load", "with"],
)
def test_an_update_is_told_that_it_is_one(update):
    with pytest.raises(QueryError, match="this is an update"):
        refuse_what_is_no_query(update)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("SELECT * FROM <x:g> WHERE { ?s ?p ?o }", True),
        ("select * from named <x:g> where { ?s ?p ?o }", True),
        ("SELECT ?from WHERE { ?from <x:from> 'FROM' } # FROM", False),
    ],
    ids=["from", "from named", "not a word of its own"],
)
def test_a_query_that_names_its_graphs_is_known(query, named):
    assert names_its_graphs(query) is named


URL = "<http://127.0.0.1:9/>"
HIDDEN = [
    f"SELECT * {{ SERVICESILENT{URL}{{ ?a ?b ?c }} }}",
    f"SELECT * {{ ?s ?p trueSERVICE{URL}{{ ?a ?b ?c }} }}",
    f"SELECT * {{ ?s ?p 1e0SERVICE{URL}{{ ?a ?b ?c }} }}",
    f"SELECT * {{ ?s ?p 1SERVICE{URL}{{ ?a ?b ?c }} }}",
    f"SELECT * {{ ?s ?p ?o.SERVICE{URL}{{ ?a ?b ?c }} }}",
    f"PREFIX x: <x:> SELECT * {{ ?s ?p x:.SERVICE{URL}{{ ?a ?b ?c }} }}",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x{ ?a ?b ?c } }",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { SERVICE:x # {\n { ?a ?b ?c } }",
    "PREFIX : <http://127.0.0.1:9/> SELECT * { servicesilent:x { ?a ?b ?c } }",
    f"SELECT * {{ ?s <x:\\u00e9#> ?o . SERVICE {URL} {{ ?a ?b ?c }} }}",
    f"SELECT * {{ ?s ?p 'a'@en1SERVICE{URL}{{ ?a ?b ?c }} }}",
    f"SELECT * {{ FILTER(?a<?b#>'''\n) SERVICE {URL} {{ ?a ?b ?c }} #'''\n}}",
    f"SELECT * {{ FILTER(?a<'>') SERVICE {URL} {{ ?a ?b ?c }} FILTER(?a='') }}",
    f"SELECT * {{ FILTER((?a)<#>'''\n?b) SERVICE {URL} {{ ?a ?b ?c }} #'''\n}}",
]


@pytest.mark.parametrize("query", HIDDEN)
def test_a_call_is_found_however_it_is_written(query):
    with pytest.raises(QueryError):
        refuse_what_is_no_query(query)
    with pytest.raises(QueryError):
        refuse_outside_data(query.replace("SELECT *", "INSERT {} WHERE", 1))


@pytest.mark.parametrize(
    "update",
    [
        f"LOAD {URL}",
        f"LOAD SILENT {URL} INTO GRAPH <x:g>",
        f"load{URL}",
        f"LOADSILENT{URL}",
        "PREFIX : <http://127.0.0.1:9/> LOAD:x",
        "PREFIX : <http://127.0.0.1:9/> LOADSILENT:x",
        "PREFIX load: <http://127.0.0.1:9/> LOAD load:x",
        "LOAD <file:///etc/passwd>",
        f"INSERT DATA {{}} ; LOAD {URL}",
        f"INSERT DATA {{}} ; # comment\n LOAD # comment\n {URL}",
        f"\\u004cOAD {URL}",
        f"INSERT {{}} WHERE {{ SERVICE SILENT {URL} {{ ?a ?b ?c }} }}",
        f"DELETE WHERE {{ <x:a> <x:\\u00e9#> 1 }} ; LOAD {URL}",
    ],
)
def test_an_update_that_reaches_outside_is_refused(update):
    with pytest.raises(QueryError):
        refuse_outside_data(update)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <x:a> <x:load> 'LOAD <x:y>' , \"SERVICE\" } # LOAD",
        "PREFIX load: <x:> INSERT DATA { load:a load:b load:c }",
        "PREFIX load: <x:> WITH load:g DELETE { ?load ?p ?o } WHERE { ?load ?p ?o }",
        "PREFIX load: <x:> COPY load:a TO load:b ; CLEAR GRAPH load:a",
        "PREFIX load: <x:> MOVE SILENT load:a TO load:b",
        "PREFIX service: <x:> INSERT {} WHERE { GRAPH service:g { ?s service:p ?service } }",
        "INSERT DATA { <http://example.org/LOAD#SERVICE> <x:b> 'x'@load }",
    ],
)
def test_an_update_that_only_says_the_words_is_taken(update):
    refuse_outside_data(update)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { VALUES (?a ?b) { (<http://example.org/x#a> <x://y#b>) } }",
        "SELECT * { ?s ?service 'a' . FILTER(?a < 'x' && ?b > 'y') }",
        "SELECT * { ?service <urn:a#b> ?o }",
        'ASK { ?s ?p "\\u0080\\u07FF\\U0001f46a\\U00010000\\U0010FFFD" }',
    ],
)
def test_marks_that_hide_nothing_are_taken(query):
    refuse_what_is_no_query(query)


@pytest.mark.parametrize(
    ("query", "changing"),
    [
        ("SELECT (NOW() AS ?n) {}", True),
        ("SELECT (rand ( ) AS ?n) {}", True),
        ("SELECT (STRUUID#\n() AS ?n) {}", True),
        ("SELECT ?known { ?known ?p ?o }", False),
    ],
)
def test_a_query_whose_answer_changes_by_itself_is_known(query, changing):
    assert changes_by_itself(query) is changing

"""Files that are sent: whatever they hold, the server goes on."""

import pytest

from kg.errors import QueryLimitError, UploadError
from kg.uploads import triples

RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="x:">%s</rdf:RDF>'
THING = RDF % '<rdf:Description rdf:about="x:a"><e:b>%s</e:b></rdf:Description>'
ENTITIES = "".join(
    f'<!ENTITY e{number} "{f"&e{number - 1};" * 10 if number else "lol" * 10}">'
    for number in range(12)
)


def test_a_plain_entity_is_what_it_stands_for():
    body = '<!DOCTYPE rdf:RDF [<!ENTITY x "yes">]>' + THING % "&x;"
    (triple,) = triples(body.encode(), "application/rdf+xml", "x:")
    assert triple.object.value == "yes"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (f"<!DOCTYPE rdf:RDF [{ENTITIES}]>" + THING % "&e11;", "application/rdf+xml"),
        (RDF % ("<e:A><e:b>" * 100_000 + "</e:b></e:A>" * 100_000), "application/rdf+xml"),
        ("<x:a> <x:b> " + "<<( <x:a> <x:b> " * 50_000 + "1" + ")>>" * 50_000, "text/turtle"),
        ("<x:a> <x:b> <<( <x:a> <x:b> 1 )>> .", "text/turtle"),
        ('{"x:b":' * 70_000 + "1" + "}" * 70_000, "application/ld+json"),
        (
            '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + THING % "&x;",
            "application/rdf+xml",
        ),
        ("<x:a> <x:b> 1 .\n" * 10_000 + "<x:a> .", "application/n-triples"),
    ],
    ids=[
        "entities in entities",
        "deep xml",
        "deep terms",
        "a triple term",
        "deep json",
        "a file of this machine",
        "a mistake at the end",
    ],
)
def test_what_could_stop_the_server_is_refused(body, media_type):
    with pytest.raises((UploadError, QueryLimitError)):
        triples(body.encode(), media_type, "x:", seconds=2, memory_mb=256)


def test_a_long_file_is_read_whole():
    body = "".join(f'<x:{number}> <x:b> "{"y" * 100}", _:a .\n' for number in range(2000))
    found = triples(body.encode(), "text/turtle", "x:")
    assert len(found) == 4000
    assert len({triple.object for triple in found}) == 2

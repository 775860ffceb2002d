"""Names: namespaces and how IRIs are made. The only place that knows the base IRI.

BASE ontology#Stake          a term of the ontology
BASE vocab/modality/planned  a code of a code list
BASE id/company/nissan-motor an entity
BASE id/claim/f0d7-03-a      a claim
BASE graph/doc/f0d7          a named graph
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NewType

from kg.errors import NameSyntaxError

Iri = NewType("Iri", str)

BASE = "https://w3id.org/keiretsu/"
TERM = BASE + "ontology#"
VOCAB = BASE + "vocab/"
ENTITY = BASE + "id/"
GRAPH = BASE + "graph/"

PROPOSITIONS = Iri(GRAPH + "propositions")
COMPARISONS = Iri(GRAPH + "derived/comparisons")
CONTROL = Iri(GRAPH + "derived/control")
ENTITIES = Iri(GRAPH + "entities")
DERIVED = Iri(GRAPH + "derived/1")
ONTOLOGY = Iri(GRAPH + "ontology")
CODES = Iri(GRAPH + "codes")
SHAPES = Iri(GRAPH + "shapes")
UNFINISHED = Iri(GRAPH + "unfinished")  # there while what follows from an edit is not derived yet
EXAMPLES = Iri(GRAPH + "examples")

PREFIXES = {
    "kei": TERM,
    "company": ENTITY + "company/",
    "alliance": ENTITY + "alliance/",
    "group": ENTITY + "group/",
    "market": ENTITY + "market/",
    "body": ENTITY + "body/",
    "publisher": ENTITY + "publisher/",
    "person": ENTITY + "person/",
    "period": ENTITY + "period/",
    "doc": ENTITY + "doc/",
    "claim": ENTITY + "claim/",
    "vocab": VOCAB,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
}

_ILLEGAL_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')


def term(name: str) -> Iri:
    """Return the IRI of an ontology term: `term("Stake")`."""
    return Iri(TERM + name)


def code(scheme: str, name: str) -> Iri:
    """Return the IRI of a code: `code("modality", "planned")`."""
    return Iri(f"{VOCAB}{scheme}/{name}")


def entity(kind: str, slug: str) -> Iri:
    """Return the IRI of an entity: `entity("company", "nissan-motor")`."""
    return Iri(f"{ENTITY}{kind}/{slug}")


def document_graph(document: str) -> Iri:
    """Return the named graph that holds what `document` (an IRI) claims."""
    return Iri(GRAPH + "doc/" + local_name(document))


def local_name(iri: str) -> str:
    """Return what follows the last `/` or `#`.

    >>> local_name("https://w3id.org/keiretsu/id/company/nissan-motor")
    'nissan-motor'
    """
    return re.split(r"[/#]", iri)[-1]


def kind_of(iri: str) -> str:
    """Return the kind in an entity IRI, or an empty string for any other IRI.

    >>> kind_of("https://w3id.org/keiretsu/id/company/nissan-motor")
    'company'
    """
    return iri[len(ENTITY) :].partition("/")[0] if iri.startswith(ENTITY) else ""


def iri(text: str) -> Iri:
    """Return `text` as an IRI, or raise NameSyntaxError: the barrier for text from outside."""
    if _ILLEGAL_IN_IRI.search(text) or ":" not in text:
        raise NameSyntaxError(text)
    return Iri(text)


def slug(name: str) -> str:
    """Return a name as a slug: lower case ASCII words joined by hyphens.

    >>> slug("Citroën S.A.")
    'citroen-s-a'
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_name.lower()))


def proposition(kind: str, content: Mapping[str, object]) -> Iri:
    """Return the IRI of a proposition: a hash of what it says, never of who says it.

    `content` maps field names to text or lists of text; equal content gives an equal IRI,
    so that two sources that say the same share one proposition.
    """
    digest = hashlib.sha256(_CANONICAL.encode([1, kind, content]).encode()).hexdigest()[:16]
    return entity(_kind_slug(kind), digest)


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


@lru_cache
def _kind_slug(kind: str) -> str:
    """Return the name of a class as a slug: `MarketShare` is `market-share`."""
    return slug(re.sub(r"(?<!^)(?=[A-Z])", "-", kind))


def short(iri_text: str) -> str:
    """Return an IRI as `prefix:name` where a prefix fits, else unchanged.

    >>> short("https://w3id.org/keiretsu/id/company/nissan-motor")
    'company:nissan-motor'
    """
    for prefix, namespace in PREFIXES.items():
        rest = iri_text[len(namespace) :]
        if iri_text.startswith(namespace) and re.fullmatch(r"[A-Za-z0-9_-]+", rest):
            return f"{prefix}:{rest}"
    return iri_text

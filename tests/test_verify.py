import re

import pytest

from kg.errors import ParameterError
from kg.load import load_files
from kg.readers.articles import sentences, text_sha256
from kg.verify import verify

ARTICLE = "Alpha news\n\nAlpha owns a part of Beta. The two are allied. Beta says nothing.\n"
SEED_IDS = ["000", "001"]


def claims_of(article, numbers):
    """Return a document's claims, each of which cites the sentence of that number."""
    hashes = {one.number: one.sha256 for one in sentences(article)}
    return "\n".join(
        f'claim:second-{number} a kei:Claim ; kei:source doc:second ; kei:says "So." ; '
        f'kei:sentence {number} ; kei:sentenceSha256 "{hashes[number]}" ; '
        f"kei:modality <vocab/modality/stated> ; "
        f"kei:states [ a kei:Location ; kei:subject company:alpha ; kei:country market:home ] ."
        for number in numbers
    )


@pytest.fixture
def cited(empty_graph, documents, write):
    """A graph with a document whose claims cite sentences 2, 3 and 4 of the article."""
    claims = write("second", claims_of(ARTICLE, [2, 3, 4]))
    digest = write("hash", f'doc:second kei:textSha256 "{text_sha256(ARTICLE)}" .')
    load_files(empty_graph, [documents / "world.ttl", digest, claims])
    return empty_graph


def found_at(graph, text):
    return {one.sentence: one.found_at for one in verify(graph, text).claims}


def test_an_article_confirms_the_claims_made_from_it(cited):
    verified = verify(cited, ARTICLE)
    assert verified.source.endswith("/doc/second")
    assert verified.same_text
    assert verified.confirmed
    assert [(one.sentence, one.confirmed) for one in verified.claims] == [
        (2, True),
        (3, True),
        (4, True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ARTICLE.replace("allied", "Allied"), {2: 2, 3: 0, 4: 4}),
        (ARTICLE.replace("Alpha news\n", ""), {2: 1, 3: 2, 4: 3}),
        (ARTICLE.replace(" of ", "\u00a0of  "), {2: 2, 3: 3, 4: 4}),
        ("Alpha owns a part of Beta.", {2: 1, 3: 0, 4: 0}),
        (ARTICLE + "The two are allied.", {2: 2, 3: 3, 4: 4}),
    ],
    ids=["a letter", "heading lost", "white space", "one sentence left", "a sentence twice"],
)
def test_another_copy_shows_where_it_differs(cited, text, expected):
    assert found_at(cited, text) == expected
    assert not verify(cited, text).same_text


def test_an_article_that_differs_is_not_confirmed(cited):
    verified = verify(cited, ARTICLE.replace("owns", "owned"))
    assert not verified.confirmed
    assert [one.claim.rpartition("/")[2] for one in verified.claims if not one.confirmed] == [
        "second-2"
    ]


@pytest.mark.parametrize(
    "text", ["Gamma is quite another matter.", "", "Alpha"], ids=["other", "empty", "a word"]
)
def test_an_article_without_any_cited_sentence_is_refused(cited, text):
    with pytest.raises(ParameterError, match="no document of the graph has a sentence"):
        verify(cited, text)


def test_nothing_can_be_verified_in_an_empty_graph(empty_graph):
    with pytest.raises(ParameterError, match="no document of the graph"):
        verify(empty_graph, ARTICLE)


def article(seeds, number):
    (path,) = seeds.glob(f"{number}_*.txt")
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize(("number", "claims"), [("000", 40), ("001", 57)], ids=SEED_IDS)
def test_every_shipped_claim_is_found_in_its_article(graph, seeds, number, claims):
    verified = verify(graph, article(seeds, number))
    assert verified.same_text
    assert [one for one in verified.claims if not one.confirmed] == []
    assert len(verified.claims) == claims


@pytest.mark.parametrize("number", SEED_IDS, ids=SEED_IDS)
def test_one_changed_letter_names_the_claims_of_its_sentence(graph, seeds, number):
    text = article(seeds, number)
    cited = {one.sentence for one in verify(graph, text).claims}
    sentence = next(one for one in sentences(text) if one.number == max(cited))
    changed = re.sub(r"[a-z](?=\W*$)", "X", sentence.text)
    assert changed != sentence.text
    verified = verify(graph, text.replace(sentence.text, changed))
    assert not verified.same_text
    assert {one.sentence for one in verified.claims if not one.confirmed} == {max(cited)}
    assert {one.found_at for one in verified.claims if not one.confirmed} == {0}


def test_the_headlines_after_the_article_are_cited_by_no_claim(graph, seeds):
    text = article(seeds, "000")
    cited = max(one.sentence for one in verify(graph, text).claims)
    assert len(sentences(text)) - cited >= 16

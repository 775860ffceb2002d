"""What a reader of the two articles would ask: 78 competency questions and their answers.

The answers are written down in `tests/competency/*.txt`, a file for each part:

    CQ10 How much ...?                             number and question
    ask stake-between holder=nissan ... -> share   a named question, its values, its columns
    select ?claim ?printed WHERE { ... }           or a query; it may go on in further lines
      = 0.34                                       a row expected, in any order; - for nothing

A thing is written by the last part of its IRI; 000 and 001 stand for the articles. `documents`,
as a column of a named question, is where the claims behind a row come from.
"""

import re
import shlex
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from kg import names
from kg.checks import check_files, names_in
from kg.documents import data_files, shipped_folder
from kg.load import load_files
from kg.quads import plain as number
from kg.questions.answer import Named, ask
from kg.readers.articles import sentences
from kg.verify import verify

FOLDER = Path(__file__).parent / "competency"
HEADLINES = shipped_folder() / "headlines"
ARTICLES = {"000": "7734c5129a3fe294", "001": "b1529ee35cea87c4"}
BOILERPLATE = frozenset(range(72, 78))  # what is asked of the headlines
NUMERIC = {names.PREFIXES["xsd"] + name for name in ("decimal", "integer", "double")}
PROLOGUE = f"BASE <{names.BASE}> " + " ".join(
    f"PREFIX {prefix}: <{namespace}>" for prefix, namespace in names.PREFIXES.items()
)


@dataclass(frozen=True)
class Step:
    """One thing asked for a competency question, and the rows that answer it."""

    asked: str
    expected: list[tuple[str, ...]]


def read_steps(text):
    """Return what a file asks: number -> steps."""
    found: dict[int, list[Step]] = {}
    for entry in re.split(r"^CQ(?=\d\d )", text, flags=re.MULTILINE)[1:]:
        asked = [line for line in entry.splitlines()[1:] if line and not line.startswith("#")]
        starts = [n for n, line in enumerate(asked) if line.startswith(("ask ", "select "))]
        found[int(entry[:2])] = [
            _step(asked[start:end])
            for start, end in zip(starts, [*starts[1:], len(asked)], strict=True)
        ]
    return found


def _step(lines):
    rows = [line.removeprefix("  = ") for line in lines if line.startswith("  = ")]
    query = [line.strip() for line in lines if not line.startswith("  = ")]
    assert lines[: len(query)] == [line for line in lines if not line.startswith("  = ")]
    return Step(" ".join(query), [tuple(row.split(" | ")) for row in rows])


STEPS: dict[int, list[Step]] = {}
for file in sorted(FOLDER.glob("*.txt")):
    STEPS.update(read_steps(file.read_text(encoding="utf-8")))


def plain(value):
    """Return a value of an answer as the tables write it."""
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Named):
        return plain(NamedNode(value.id))
    if isinstance(value, NamedNode):
        name = names.local_name(value.value)
        for short, long in ARTICLES.items():
            name = name.replace(long, short)
        return name
    if isinstance(value, Literal):
        return number(Decimal(value.value)) if value.datatype.value in NUMERIC else value.value
    return "-" if value in (None, "") else str(value)


def answered(graph, step):
    """Return the rows that a step finds."""
    if step.asked.startswith("select "):
        query = re.sub(r"\b(doc:|claim:)(00[01])\b", lambda m: m[1] + ARTICLES[m[2]], step.asked)
        found = graph.select(f"{PROLOGUE} {query}")
        return [tuple(plain(row.get(column)) for column in found.columns) for row in found.rows]
    asked, _, columns = step.asked.removeprefix("ask ").partition(" -> ")
    name, *values = shlex.split(asked)
    answer = ask(graph, name, dict(value.split("=") for value in values))
    rows = [row.values | {"documents": documents(answer, row)} for row in answer.rows]
    return list({tuple(plain(row[column]) for column in columns.split()) for row in rows})


def documents(answer, row):
    return " ".join(sorted({plain(NamedNode(answer.claims[one].source.id)) for one in row.claims}))


def headline_files():
    return [*sorted(HEADLINES.glob("*.ttl")), *sorted(HEADLINES.glob("claims/*.ttl"))]


def article(seeds, name):
    (path,) = seeds.glob(f"{name}_*.txt")
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize(
    ("cq", "steps"), sorted(STEPS.items()), ids=[f"CQ{one:02}" for one in sorted(STEPS)]
)
def test_a_competency_question_has_its_answer(graph, cq, steps):
    if cq in BOILERPLATE:
        load_files(graph, headline_files())
    for step in steps:
        assert sorted(answered(graph, step)) == sorted(step.expected), step.asked


def test_cq71_every_claim_points_at_a_sentence_of_its_article(graph, seeds):
    held = graph.select(f"{PROLOGUE} SELECT ?claim WHERE {{ ?claim kei:source ?document }}")
    checked = [one for name in ARTICLES for one in verify(graph, article(seeds, name)).claims]
    assert len(checked) == len(held.rows)
    assert [one.claim for one in checked if not one.confirmed] == []


def test_cq78_no_answer_about_the_articles_changes_with_the_headlines(graph):
    load_files(graph, headline_files())
    changed = {
        cq
        for cq, steps in STEPS.items()
        for step in steps
        if cq not in BOILERPLATE and sorted(answered(graph, step)) != sorted(step.expected)
    }
    assert changed == set()


def test_no_competency_question_is_missing_or_asked_twice():
    texts = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.iterdir())]
    written = [int(cq) for text in texts for cq in re.findall(r"^CQ(\d\d) ", text, re.MULTILINE)]
    special = [int(name[7:9]) for name in globals() if re.match(r"test_cq\d\d_", name)]
    assert sorted(written + special) == list(range(1, 79))
    assert written == sorted(STEPS)
    assert all(STEPS.values())


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("  = mitsubishi-motors | 0.34 | false", "  = mitsubishi-motors | 0.35 | false"),
        ("  = mitsubishi-motors | 0.34 | false", ""),
        ("  = ownsStakeIn", "  = ownsStakeIn\n  = controls"),
    ],
    ids=["another value", "a row fewer", "a row more"],
)
def test_a_wrong_answer_would_be_noticed(graph, line, wrong):
    text = (FOLDER / "b-ownership.txt").read_text(encoding="utf-8")
    assert text.count(line) == 1
    steps = [step for one in read_steps(text.replace(line, wrong)).values() for step in one]
    assert [s for s in steps if sorted(answered(graph, s)) != sorted(s.expected)] != []


@pytest.fixture
def told(graph, write):
    """Load one claim of one more document on top of the shipped data."""
    paper = (
        'doc:paper a kei:Document ; rdfs:label "Paper" ; dcterms:title "Paper" ;'
        ' kei:recorded "2024-09-01"^^xsd:date .'
    )

    def loaded(states, modality="stated"):
        claim = (
            'claim:paper-a a kei:Claim ; kei:source doc:paper ; kei:says "So." ;'
            f" kei:modality <vocab/modality/{modality}> ; kei:states [ {states} ] ."
        )
        load_files(graph, [write("names", paper), write("paper", claim)])
        return graph

    return loaded


# What the articles do not say, and the questions that would notice if the graph said it.
PLANTED = {
    "Tesla is Chinese": (
        {26, 62},
        "a kei:Location ; kei:subject company:tesla ; kei:country market:CN",
    ),
    "Honda is in the older alliance": (
        {27, 30},
        "a kei:Membership ; kei:member company:honda-motor ; kei:role <vocab/role/member> ;"
        " kei:alliance alliance:renault-nissan-mitsubishi ; kei:stage <vocab/stage/current>",
    ),
    "Honda denies": (
        {18},
        "a kei:Membership ; kei:member company:honda-motor ; kei:role <vocab/role/member> ;"
        " kei:alliance alliance:honda-nissan-mitsubishi ; kei:stage <vocab/stage/prospective>",
    ),
    "Toyota is first": (
        {6},
        "a kei:Rank ; kei:subject company:toyota-motor ; kei:rank 1 ;"
        " kei:measure <vocab/measure/units-sold> ; kei:among group:japanese-makers",
    ),
    "Nissan has all of Mitsubishi Motors": (
        {12, 13},
        "a kei:Stake ; kei:holder company:nissan-motor ; kei:company company:mitsubishi-motors ;"
        " kei:right <vocab/right/capital> ; kei:share 0.9",
    ),
    "the alliance sells less": (
        {69},
        "a kei:Sales ; kei:subject alliance:honda-nissan-mitsubishi ; kei:market market:world ;"
        " kei:powertrain <vocab/powertrain/all> ; kei:value 7900000",
    ),
    "the brands sell in America": (
        {42},
        "a kei:MarketShare ; kei:subject group:japanese-brands ; kei:market market:US ;"
        " kei:powertrain <vocab/powertrain/all> ; kei:value 0.3",
    ),
}


@pytest.mark.parametrize(("noticed", "states"), PLANTED.values(), ids=PLANTED)
def test_a_question_without_an_answer_notices_one(told, noticed, states):
    graph = told(states, "denied" if noticed == {18} else "stated")
    for cq in noticed:
        assert any(sorted(answered(graph, s)) != sorted(s.expected) for s in STEPS[cq]), cq


def test_a_second_source_of_a_figure_does_not_double_a_sum(told):
    (summed,) = [step for step in STEPS[39] if "SUM" in step.asked]
    graph = told(
        "a kei:Sales ; kei:subject company:honda-motor ; kei:market market:world ;"
        " kei:powertrain <vocab/powertrain/all> ; kei:period period:2023-04-01--2024-03-31 ;"
        " kei:value 4100000"
    )
    claims = ask(graph, "sales-of", {"subject": "honda", "powertrain": "all"}).claims.values()
    assert len(claims) == 2
    assert len({one.states for one in claims}) == 1
    assert answered(graph, summed) == [("8350000",)]


def test_five_against_six_is_the_only_thing_that_a_check_warns_of():
    problems = check_files(data_files(shipped_folder()))
    assert [(one.rule, one.severity) for one in problems] == [("MemberCountShape", "warning")]


def test_every_sentence_of_an_article_but_its_headings_has_a_claim(graph, seeds):
    for name, last, headings in (("000", 15, {2, 9, 13}), ("001", 27, set())):
        cited = {one.sentence for one in verify(graph, article(seeds, name)).claims}
        assert cited == set(range(1, last + 1)) - headings


def test_no_claim_is_made_of_the_headlines_by_default(graph, seeds):
    held = sentences(article(seeds, "000"))
    cited = verify(graph, article(seeds, "000")).claims
    assert max(one.number for one in held) == 31
    assert max(one.sentence for one in cited) == 15
    assert not {path.parent for path in data_files(shipped_folder())} & {
        HEADLINES,
        HEADLINES / "claims",
    }


def test_the_headlines_are_good_data():
    assert check_files(headline_files(), names_in(data_files(shipped_folder()))) == []


def test_each_headline_is_cited_where_it_stands(graph, seeds):
    load_files(graph, headline_files())
    found = graph.select(
        f"{PROLOGUE} SELECT ?line ?sha256 WHERE {{ ?claim kei:source doc:headlines-000 ; "
        "kei:sentence ?line ; kei:sentenceSha256 ?sha256 }"
    )
    hashes = {one.number: one.sha256 for one in sentences(article(seeds, "000"))}
    cited = {int(row["line"].value): row["sha256"].value for row in found.rows}
    assert cited == {line: hashes[line] for line in range(16, 32)}


def test_the_article_is_verified_the_same_with_its_headlines_loaded(graph, seeds):
    alone = verify(graph, article(seeds, "000"))
    load_files(graph, headline_files())
    assert verify(graph, article(seeds, "000")) == alone
    assert alone.confirmed


def test_the_stake_carries_its_evidence(graph):
    answer = ask(graph, "who-owns", {"company": "mitsubishi"})
    (claim,) = answer.claims.values()
    assert (claim.printed, claim.sentence, claim.modality.label) == ("34%", 4, "stated")
    assert claim.relays == ()
    assert claim.source.publisher is None
    assert claim.source.date_basis == "inferred"


def test_a_relayed_claim_names_who_is_relayed(graph):
    answer = ask(graph, "what-a-source-says", {"source": "Reuters"})
    assert {ref.label for claim in answer.claims.values() for ref in claim.relays} == {"Reuters"}
    assert {claim.sentence for claim in answer.claims.values()} == {7}


def test_a_response_carries_the_claim_it_answers(graph):
    answer = ask(graph, "who-declined-to-comment", {"speaker": "nissan"})
    (row,) = answer.rows
    response, report = sorted((answer.claims[one] for one in row.claims), key=lambda c: c.states)
    assert response.responds_to == report.id
    assert [ref.label for ref in report.relays] == ["Nikkei"]
    assert "Mitsubishi Motors will join" in row.values["about"]

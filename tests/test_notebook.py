"""`kg.open()`: what it opens, what it answers, and how results show themselves."""

import re
import runpy
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

import kg
from kg.documents import shipped_folder
from kg.errors import ParameterError, QueryError, UnknownQuestionError
from kg.load import load_files
from kg.names import term
from viz import results
from viz.network import CompanyNetwork
from viz.results import Line, Result

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "notebooks.md"
EVIL = runpy.run_path(str(Path(__file__).parent / "fixtures" / "hostile_claims.py"))


class Tags(HTMLParser):
    """Collects the tags a notebook would see, and the text between them."""

    def __init__(self, html):
        super().__init__()
        self.found, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def book():
    return kg.open()


def test_the_code_of_the_guide_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = "\n".join(
        re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    )
    names = {}
    exec(compile(code, "notebooks.md", "exec"), names)
    assert (tmp_path / "nissan.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert names["owners"].to_dicts()[0]["share"] == 0.34


def test_the_guide_names_only_what_there_is(book):
    for name in re.findall(r"\bg\.(\w+)\(", GUIDE.read_text(encoding="utf-8")):
        assert callable(getattr(book, name)), name


def test_importing_the_library_loads_nothing_that_draws():
    code = "import sys, kg; print(*{'viz', 'api', 'pyvis', 'matplotlib'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_opening_needs_neither_pyvis_nor_matplotlib():
    code = (
        "import sys, kg; kg.open().ask('who owns Mitsubishi Motors?')._repr_html_();"
        "print(*{'pyvis', 'matplotlib', 'fastapi', 'api', 'pandas'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_the_library_has_nothing_else_of_that_kind():
    with pytest.raises(AttributeError, match="has no attribute 'shut'"):
        _ = kg.shut


def test_a_data_folder_is_read(tmp_path):
    for file in ("companies.ttl", "sources.ttl"):
        (tmp_path / file).write_bytes((shipped_folder() / file).read_bytes())
    opened = kg.open(tmp_path)
    assert len(opened.sparql(f"SELECT ?c WHERE {{ ?c a <{term('Company')}> }}")) == 12
    assert len(opened.question("who-owns")) == 0


def test_a_store_is_kept_and_opened_again(tmp_path):
    first = kg.open(store=tmp_path / "store")
    asked = first.question("who-owns", company="mitsubishi-motors").to_dicts()
    del first
    again = kg.open(store=str(tmp_path / "store"))
    assert again.question("who-owns", company="mitsubishi-motors").to_dicts() == asked


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"data": "nowhere"}, "data: nowhere is not a folder with .ttl files"),
        ({"store": "ftp://example.org"}, "store"),
    ],
    ids=["no folder", "no address of a store"],
)
def test_a_place_that_cannot_be_opened_is_refused(place, told):
    with pytest.raises(ParameterError, match=re.escape(told)):
        kg.open(**place)


def test_a_store_folder_given_as_data_is_refused_with_what_to_do(tmp_path):
    kg.open(store=tmp_path)
    with pytest.raises(ParameterError, match="store="):
        kg.open(tmp_path)


def test_a_question_is_answered_with_its_claims(book):
    found = book.question("who-owns", company="mitsubishi-motors")
    (row,) = found.to_dicts()
    assert (row["holder"], row["share"], row["share_min"]) == ("Nissan Motor", 0.34, None)
    assert row["holder_id"].endswith("/company/nissan-motor")
    assert [claim.rpartition("/")[2] for claim in row["claims"]] == ["7734c5129a3fe294-04-c"]
    assert row["sources"] == ["News article 000 (2024)"]
    assert list(found) == [row]
    assert len(found) == 1
    assert "?holder" in found.sparql


def test_days_may_be_dates(book):
    asked = {"company": "mitsubishi-motors"}
    assert len(book.question("who-owns", **asked, as_of=date(2010, 1, 1))) == 0
    assert len(book.question("who-owns", **asked, as_of="2024-09-01")) == 1


@pytest.mark.parametrize(
    ("sentence", "status", "told"),
    [
        ("who owns Mitsubishi Motors?", "answered", ""),
        ("is Toyota allied with Mazda?", "answered", "Yes"),
        ("who owns Nissan?", "no-data", "no source in the graph says so; that is not a no"),
        ("who owns the moon?", "not-understood", "nothing is called 'moon'"),
    ],
)
def test_a_sentence_is_answered_or_refused_with_why(book, sentence, status, told):
    found = book.ask(sentence)
    assert found.status == status
    assert told in " ".join(found.told)
    assert told in repr(found)
    assert told in found._repr_html_().replace("&#39;", "'")


def test_an_analysis_is_a_method_with_numbers_and_claims(book):
    (row,) = book.ownership(owned="mitsubishi-motors").to_dicts()
    assert (row["owner"], row["share"]) == ("Nissan Motor", 0.34)
    assert row["claims"]
    assert book.legal_tests(holder="nissan", company="mitsubishi-motors").to_dicts() == (
        book.analysis("legal-tests", holder="nissan", company="mitsubishi-motors").to_dicts()
    )
    assert "legal_tests" in dir(book)
    assert "that is not a no" in repr(book.control())


def test_what_there_is_not_is_refused_with_what_there_is(book):
    with pytest.raises(AttributeError, match="analyses are control"):
        book.horoscope()
    with pytest.raises(UnknownQuestionError, match="who-owns"):
        book.question("who-own")
    with pytest.raises(ParameterError, match="nearest: Nissan"):
        book.company("nisan")
    with pytest.raises(QueryError):
        book.sparql("SELECT nonsense")


def test_sparql_gives_python_values(book):
    found = book.sparql("SELECT (1 AS ?n) (0.5 AS ?d) ('x' AS ?t) (true AS ?b) ?none WHERE {}")
    assert found.to_dicts() == [{"n": 1, "d": 0.5, "t": "x", "b": True, "none": None}]


def test_a_company_holds_its_answers_and_charts(book):
    known = book.company("nissan", as_of="2024-09-01")
    assert known.about.label == "Nissan Motor"
    assert len(known["what-it-owns"]) == 1
    assert known["who-owns"].told == ("no source in the graph says so; that is not a no",)
    bundle = known.charts()["sales"]._repr_mimebundle_()
    assert bundle["image/svg+xml"].startswith("<svg")
    assert "3.44 million" in bundle["text/plain"]
    assert "Nissan Motor" in known._repr_mimebundle_()["text/html"]


def test_an_alliance_holds_its_answers(book):
    assert [row["member"] for row in book.alliance("toyota-led")["who-leads"]] == ["Toyota"]


def test_exploring_gives_the_picture(book):
    picture = book.explore("renault", as_of="2024-09-01")
    assert isinstance(picture, CompanyNetwork)
    assert picture.scene.as_of == "2024-09-01"


def test_the_questions_can_be_listed(book):
    listed = {row["name"]: row["takes"] for row in book.questions()}
    assert listed["agreements-between"][:2] == ["company", "partner"]
    assert "[company]" in listed["who-owns"]


def test_a_notebook_may_choose_a_page_or_plain_text(book):
    bundle = book.question("who-owns", company="mitsubishi-motors")._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}
    assert "Nissan Motor | Mitsubishi Motors | 34%" in bundle["text/plain"]
    assert "Nissan owns 34 per cent of Mitsubishi Motors." in bundle["text/html"]


def test_without_jinja_a_notebook_shows_plain_text(book, monkeypatch):
    found = book.question("who-owns", company="mitsubishi-motors")
    results._environment.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert found._repr_html_() is None
    assert set(found._repr_mimebundle_()) == {"text/plain"}


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_a_frame_without_its_package_says_what_to_install(book, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    found = book.question("who-owns", company="mitsubishi-motors")
    with pytest.raises(ImportError, match=f"to_{package}.. needs {package}.*pip install {package}"):
        getattr(found, f"to_{package}")()


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_frames_have_the_rows_and_columns_of_the_dictionaries(book, package):
    pytest.importorskip(package)
    for found in (
        book.question("sales-of"),
        book.question("who-owns", company="nissan"),
        book.legal_tests(holder="nissan", company="mitsubishi-motors"),
        book.sparql("SELECT ?s ?o WHERE { ?s <x:none> ?o }"),
    ):
        frame = getattr(found, f"to_{package}")()
        assert list(frame.columns) == list(found.columns)
        assert len(frame) == len(found)


def test_a_long_result_is_cut_in_the_page_and_whole_as_data():
    lines = tuple(Line(cells=(str(number),)) for number in range(250))
    found = Result(
        title="many",
        headings=("number",),
        lines=lines,
        columns=("number",),
        records=tuple({"number": number} for number in range(250)),
    )
    assert "150 more rows" in found._repr_html_()
    assert repr(found).endswith("... 230 more")
    assert len(found.to_dicts()) == 250


def test_hostile_text_is_shown_and_never_becomes_markup(book, graph, write):
    load_files(graph, [write(name, text) for name, text in EVIL["texts"]().items()])
    book.__dict__["graph"], kept = graph, book.graph
    try:
        pages = [
            book.question("who-owns", company="evil")._repr_html_(),
            book.company("evil")._repr_html_(),
            book.sparql(
                "SELECT ?l WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l }"
            )._repr_html_(),
            book.ask(f"who owns {EVIL['BAD']}?")._repr_html_(),
        ]
        svgs = [one.svg() for one in book.company("evil").charts().values()]
    finally:
        book.__dict__["graph"] = kept
    allowed = {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "details", "h3",
               "summary", "ul", "li", "dl", "dt", "dd", "span", "code"}  # fmt: skip
    for page in pages:
        found = Tags(page)
        assert {tag for tag, _ in found.found} <= allowed
        assert not [
            name
            for _, attrs in found.found
            for name in attrs
            if name not in ("class", "scope", "open")
        ]
    for page in pages[:3]:
        text = " ".join(" ".join(Tags(page).text).split())
        assert all(one in text for one in EVIL["HOSTILE"])
    assert svgs
    assert not any("<script" in svg or "<img" in svg for svg in svgs)

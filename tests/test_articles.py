import re
import subprocess
from pathlib import Path

import pytest

from kg.readers.articles import sentences, text_sha256

ROOT = Path(__file__).parent.parent
RUN = 8  # so many words of an article in a row are a copy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two? Three! Four", ["One.", "Two?", "Three!", "Four"]),
        ("The U.S. Treasury said so. It did.", ["The U.S. Treasury said so.", "It did."]),
        ("It was J. K. Smith who sold.", ["It was J. K. Smith who sold."]),
        ("Sales of 3.44 million. Up 1.7%.", ["Sales of 3.44 million.", "Up 1.7%."]),
        ("It ended in 2023. 2024 began.", ["It ended in 2023.", "2024 began."]),
        ('"It is so." Then he left.', ['"It is so."', "Then he left."]),
        ("“It is so.” Then he left.", ["“It is so.”", "Then he left."]),
        ("He said so. “It is so.”", ["He said so.", "“It is so.”"]),
        ("It rose. then it fell.", ["It rose. then it fell."]),
        ("A heading\nA sentence. Another.", ["A heading", "A sentence.", "Another."]),
        ("A line that goes\non here.", ["A line that goes", "on here."]),
        ("  One.  \n\n\n  Two.  ", ["One.", "Two."]),
        ("One.\r\nTwo.", ["One.", "Two."]),
        ("", []),
    ],
    ids=[
        "marks",
        "abbreviation",
        "initials",
        "decimals",
        "digit after a stop",
        "straight quotes",
        "curly quotes",
        "quote begins",
        "small letter after a stop",
        "heading",
        "lines are not joined",
        "blank lines",
        "other line ends",
        "nothing",
    ],
)
def test_a_text_is_cut_into_sentences(text, expected):
    assert [sentence.text for sentence in sentences(text)] == expected


def test_sentences_are_numbered_from_one_and_know_their_line():
    found = sentences("A heading\n\nOne. Two.")
    assert [(one.number, one.line) for one in found] == [(1, 1), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    "copy",
    ["It  is\tso.", "It\u00a0is so.", "  It is so.  "],
    ids=["more spaces", "unbreakable space", "around"],
)
def test_white_space_does_not_change_the_hash_of_a_sentence(copy):
    (sentence,) = sentences(copy)
    assert sentence.sha256 == text_sha256("It is so.")


@pytest.mark.parametrize("other", ["it is so.", "It is so", "It is so!"], ids=["case", "stop", "!"])
def test_any_other_change_does(other):
    (sentence,) = sentences(other)
    assert sentence.sha256 != text_sha256("It is so.")


def test_the_hash_is_the_sha_256_of_the_utf_8_text():
    assert text_sha256("é").startswith("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a0")


def words(text):
    return re.findall(r"\w+(?:['\u2019.,-]\w+)*", text.casefold())


def runs(text):
    found = words(text)
    return {tuple(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


def tracked():
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.split("\0") if name and "/vendor/" not in name]


def test_no_sentence_of_an_article_is_in_the_project(seeds):
    articles = {
        run: path.name
        for path in seeds.glob("*.txt")
        for run in runs(path.read_text(encoding="utf-8"))
    }
    copied = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue  # a picture, or a file that was just removed
        copied += [(path.name, articles[run], *run) for run in runs(text) & articles.keys()]
    assert copied == []


def test_a_copied_sentence_would_be_noticed():
    article = "One two three four five six seven eight nine."
    assert runs(f"# One, two three (four) FIVE\n# six seven eight! {article}") & runs(article)

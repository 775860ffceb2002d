import pytest

from kg.checks import check_files, names_in, names_of
from kg.documents import data_files, shipped_folder
from kg.load import load_files


@pytest.fixture
def check(documents, write):
    """Check one document in which each text is what one claim states."""

    def checked(*stated, document="second"):
        claims = [
            f'claim:{number} a kei:Claim ; kei:source doc:{document} ; kei:says "So." ; '
            f"kei:modality <vocab/modality/stated> ; kei:states [ {text} ] ."
            for number, text in enumerate(stated)
        ]
        known = names_in([documents / "world.ttl"])
        return check_files([write("checked", "\n".join(claims))], known)

    return checked


def stake(holder, share="", more="", right="capital"):
    share = f"; kei:share {share}" if share else ""
    return (
        f"a kei:Stake ; kei:holder company:{holder} ; kei:company company:gamma ; "
        f"kei:right <vocab/right/{right}> {share} {more}"
    )


def test_the_shipped_data_have_one_known_oddity_and_nothing_wrong():
    files = data_files(shipped_folder())
    (problem,) = check_files(files)
    assert problem.severity == "warning"
    assert problem.rule == "MemberCountShape"
    assert "number of members is not the number counted (found 5)" in problem.message
    assert problem.file == str(shipped_folder() / "claims" / "seed-001.ttl")
    assert problem.node == "claim:b1529ee35cea87c4-14-b"  # five makers, six names


def test_a_document_is_checked_against_names_that_other_files_hold(documents):
    assert check_files([documents / "first.ttl"], names_in([documents / "world.ttl"])) == []
    assert len(check_files([documents / "first.ttl"])) > 1


def test_a_document_is_checked_against_names_that_the_store_holds(empty_graph, documents):
    load_files(empty_graph, [documents / "world.ttl"])
    assert check_files([documents / "first.ttl"], names_of(empty_graph)) == []


def test_a_line_of_the_shipped_data_is_where_the_problem_says():
    (problem,) = check_files(data_files(shipped_folder()))
    with open(problem.file, encoding="utf-8") as file:  # noqa: PTH123
        line = file.read().splitlines()[problem.line - 1]
    assert line.startswith(problem.node)


def test_documents_with_nothing_wrong_have_no_problem(documents):
    assert check_files([documents / "world.ttl", documents / "first.ttl"]) == []


@pytest.mark.parametrize(
    ("stakes", "total"),
    [
        ([stake("alpha", "0.6"), stake("beta", "0.5")], "110"),
        ([stake("alpha", "0.6"), stake("beta", more="; kei:shareMin 0.41")], "101"),
        ([stake("alpha", "0.7"), stake("alpha", "0.6"), stake("beta", "0.4")], "110"),
    ],
    ids=["exact", "at least", "the largest of each holder"],
)
def test_stakes_of_more_than_everything_are_a_warning(check, stakes, total):
    (problem,) = check(*stakes)
    assert problem.severity == "warning"
    assert problem.rule == "StakeSum"
    assert problem.message.startswith("stakes in company:gamma (capital) add up to ")
    assert problem.message.partition("add up to ")[2].startswith(total)
    assert (problem.node, problem.line) == ("claim:0", 2)
    assert "kei:validTo" in problem.advice


@pytest.mark.parametrize(
    "stakes",
    [
        [stake("alpha", "0.5"), stake("beta", "0.5")],
        [stake("alpha", "0.6"), stake("beta", "0.5", right="votes")],
        [stake("alpha", "0.6"), stake("alpha", "0.5")],
        [
            stake("alpha", "0.6", '; kei:validTo "2020-01-01"^^xsd:date'),
            stake("beta", "0.5"),
        ],
        [stake("alpha", "0.9"), stake("beta")],
    ],
    ids=["everything", "capital and votes", "one holder twice", "one is over", "one unknown"],
)
def test_stakes_of_no_more_than_everything_are_no_problem(check, stakes):
    assert check(*stakes) == []


def test_a_share_of_34_is_an_error_with_file_and_line(documents):
    path = documents / "refused" / "share-per-cent.ttl"
    (problem,) = check_files([path], names_in([documents / "world.ttl"]))
    assert (problem.severity, problem.file, problem.line) == ("error", str(path), 19)
    assert "share 34 is outside 0-1; is it a per cent figure?" in problem.message


def test_what_the_shapes_find_has_the_line_of_its_claim(check):
    (problem,) = check(stake("alpha"), stake("nobody", "0.1"))
    assert problem.severity == "error"
    assert (problem.node, problem.line) == ("claim:1", 3)


def test_errors_come_first_then_in_the_order_of_lines(check):
    problems = check(
        stake("alpha", "0.6"),  # with the next one more than everything
        stake("beta", "0.5"),
        stake("nobody"),
        stake("somebody"),
    )
    assert [(one.severity, one.line) for one in problems] == [
        ("error", 4),
        ("error", 5),
        ("warning", 2),
    ]


def test_while_a_file_cannot_be_read_only_that_is_told(documents):
    unreadable = documents / "refused" / "syntax-error.ttl"
    (problem,) = check_files([documents / "first.ttl", unreadable])
    assert (problem.file, problem.rule) == (str(unreadable), "syntax")

import pytest

from kg.documents import read_file
from kg.errors import DocumentError
from kg.load import load_files
from kg.readers import rdf

KINDS = (
    "give it one of: Stake, Membership, AllianceState, AllianceScope, MemberCount, Distinction, "
    "Agreement, Sales, SalesGrowth, MarketShare, SalesMix, Earnings, Rank, Location, Plan, "
    "Policy, Event, Competition, Assessment"
)
PERIOD = "https://w3id.org/keiretsu/id/period/2023 is not named <first day>--<last day>"

# What is wrong with the claim in the file of that name: message and advice. In each file the
# claim begins on line 19, after one with which nothing is wrong.
REFUSED = {
    "unknown-property": ("has kei:sentense, which no Claim has", "is it misspelt?"),
    "unknown-property-of-proposition": ("has kei:shareMinn, which no Stake has", "is it misspelt?"),
    "missing-property": ("lacks kei:says (Claim)", "add it"),
    "missing-property-of-proposition": ("lacks kei:holder (Stake)", "add it"),
    "nothing-stated": (
        "cannot be so: a claim states one proposition or answers one claim",
        "correct the claim",
    ),
    "two-values": ("has 2 values of kei:modality", "keep one"),
    "wrong-datatype": ('kei:share: "a third" should be a Decimal', "correct the value"),
    "not-a-boolean": ('kei:lowOpen: "yes" should be a bool', "correct the value"),
    "not-a-date": ('kei:validFrom: "2023-02-30" should be a date', "correct the value"),
    "not-a-number": ('kei:share: "NaN" should be a Decimal', "correct the value"),
    "literal-for-iri": ('kei:holder: "Alpha" should be an IRI', "correct the value"),
    "iri-for-literal": (
        "kei:says: <https://w3id.org/keiretsu/id/company/alpha> should be a literal (str)",
        "correct the value",
    ),
    "two-propositions": ("states more than one proposition", "make one claim of each"),
    "unknown-kind": ("states something of no known kind", KINDS),
    "two-kinds": ("states something of no known kind", KINDS),
    "period-badly-named": (f"cannot be so: period {PERIOD}", "correct the claim"),
    "period-of-rank-badly-named": (f"cannot be so: period {PERIOD}", "correct the claim"),
    "period-backwards": (
        "cannot be so: period 2024-01-01--2023-12-31 runs backwards",
        "correct the claim",
    ),
    "share-per-cent": (
        "cannot be so: share 34 is outside 0-1; is it a per cent figure?",
        "correct the claim",
    ),
}


def problems_of(path):
    with pytest.raises(DocumentError) as refused:
        read_file(path)
    return refused.value.problems


@pytest.mark.parametrize("name", REFUSED)
def test_each_thing_wrong_is_told_once_with_its_line(documents, name):
    path = documents / "refused" / f"{name}.ttl"
    message, advice = REFUSED[name]
    (problem,) = problems_of(path)
    assert problem.message == f"claim:second-02-a {message}"
    assert problem.advice == advice
    assert problem.node == "claim:second-02-a"
    assert (problem.file, problem.line, problem.column) == (str(path), 19, None)
    assert (problem.rule, problem.severity) == ("reader", "error")


def test_a_syntax_error_is_told_with_line_and_column(documents):
    path = documents / "refused" / "syntax-error.ttl"
    (problem,) = problems_of(path)
    assert (problem.file, problem.line, problem.column) == (str(path), 23, 61)
    assert problem.rule == "syntax"
    assert "should end with a ']'" in problem.message
    assert str(problem).startswith(f"{path}:23:61: error: ")


def test_a_claim_without_a_name_is_refused(documents):
    (problem,) = problems_of(documents / "refused" / "unnamed-claim.ttl")
    assert problem.message == "_:claim is a claim without an IRI"
    assert problem.advice == "name it claim:<doc>-<sentence>-a"
    assert problem.line == 19


def test_whatever_is_no_claim_is_refused_in_a_document(documents):
    (problem,) = problems_of(documents / "refused" / "stray-subject.ttl")
    assert problem.message == "company:delta is neither a claim nor stated by one"
    assert problem.line == 19


def test_a_claim_that_lost_its_proposition_does_not_pass_as_a_list_of_names(documents):
    (problem,) = problems_of(documents / "refused" / "only-claim-states-nothing.ttl")
    assert problem.line == 9
    assert "states one proposition or answers one claim" in problem.message


def test_every_refused_document_is_tested(documents):
    others = {"syntax-error", "unnamed-claim", "stray-subject", "only-claim-states-nothing"}
    assert {path.stem for path in documents.glob("refused/*.ttl")} == {*REFUSED, *others}


def test_all_problems_of_a_file_are_told_at_once(write):
    path = write(
        "several",
        """claim:one a kei:Claim ; kei:source doc:x ; kei:says "One." .
claim:two a kei:Claim ; kei:source doc:x ; kei:modality <vocab/modality/stated> ;
    kei:states [ a kei:Location ; kei:subject company:alpha ] .
company:delta a kei:Company .
""",
    )
    assert [(one.node, one.line) for one in problems_of(path)] == [
        ("claim:one", 2),
        ("claim:two", 3),
        ("claim:two", 3),
        ("company:delta", 5),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere.ttl", "No such file"), (".", "Is a directory")],
    ids=["missing", "a folder"],
)
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path, name, reason):
    (problem,) = problems_of(tmp_path / name)
    assert problem.rule == "file"
    assert f"cannot be read: {reason}" in problem.message


def test_text_in_another_encoding_is_a_problem_with_its_line(tmp_path):
    path = tmp_path / "latin.ttl"
    path.write_bytes('<x:a> <x:b> "one" .\n<x:a> <x:b> "café" .\n'.encode("latin-1"))
    (problem,) = problems_of(path)
    assert (problem.line, problem.rule) == (2, "syntax")


def test_claims_may_be_written_as_n_triples(documents, tmp_path):
    turtle = documents / "first.ttl"
    lines = tmp_path / "first.nt"
    lines.write_text("".join(f"{quad.triple} .\n" for quad in rdf.parse(turtle)))
    assert read_file(lines).claims == read_file(turtle).claims


def test_a_file_of_names_is_no_document(documents):
    document = read_file(documents / "world.ttl")
    assert document.claims == ()
    (graph,) = document.graphs
    assert graph.startswith("https://w3id.org/keiretsu/graph/entities/added-world-")


@pytest.mark.parametrize("order", [1, -1], ids=["bad last", "bad first"])
def test_one_bad_file_keeps_all_the_others_out(graph, documents, order):
    before = sorted(graph.dump().splitlines())
    good = [documents / "world.ttl", documents / "first.ttl"]
    bad = [documents / "refused" / "two-values.ttl", documents / "refused" / "syntax-error.ttl"]
    with pytest.raises(DocumentError) as refused:
        load_files(graph, (good + bad)[::order])
    assert len(refused.value.problems) == 2
    assert sorted(graph.dump().splitlines()) == before


def test_the_error_of_a_document_lists_its_problems_as_lines(documents):
    path = documents / "refused" / "two-values.ttl"
    with pytest.raises(DocumentError) as refused:
        read_file(path)
    assert str(refused.value) == (
        f"{path}:19: error: claim:second-02-a has 2 values of kei:modality (keep one) [reader]"
    )

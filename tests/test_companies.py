import pytest

from kg.companies import alliance_profile, profile
from kg.errors import AmbiguousNameError, ParameterError, UnknownNameError
from kg.load import load_files
from kg.questions.catalogue import questions


def test_a_company_is_told_by_every_question_that_has_an_answer(graph):
    found = profile(graph, "Nissan")
    assert found.about.label == "Nissan Motor"
    assert set(found.answers) == {
        "based-in",
        "contradictions",
        "who-is-allied-with-whom",
        "members-of-alliance",
        "what-it-owns",
        "agreements-of",
        "competitors-of",
        "groups-of",
        "sales-of",
        "sales-over-time",
        "sales-growth-of",
        "sales-mix-of",
        "market-share-of",
        "rank-of",
        "earnings-of",
        "events-of",
        "how-it-is-described",
        "plans-and-policies",
        "who-declined-to-comment",
        "timeline-of",
    }
    assert all(answer.status == "answered" for answer in found.answers.values())


def test_each_answer_is_about_the_company(graph):
    for answer in profile(graph, "nissan").answers.values():
        asked = [value for value in answer.parameters.values() if value not in (None, "all")]
        assert [value.label for value in asked] == ["Nissan Motor"]


def test_questions_without_an_answer_are_left_out(graph):
    found = profile(graph, "tesla")
    assert "sales-of" in found.answers
    assert "who-owns" not in found.answers
    assert found.silent["who-owns"].silence.code == "never-heard"
    assert not found.answers.keys() & found.silent.keys()


def test_an_alliance_is_told_by_its_own_questions(graph):
    found = alliance_profile(graph, "Toyota-led alliance")
    assert set(found.answers) == {
        "contradictions",
        "members-of-alliance",
        "who-leads",
        "sales-of",
        "timeline-of",
    }
    assert found.silent["what-an-alliance-is-for"].silence.code == "never-heard"


def test_owners_that_two_companies_share_are_told(graph, documents):
    load_files(graph, [documents / "world.ttl", documents / "analysts-named.ttl"])
    load_files(graph, [documents / "analysts.ttl"])
    shared = profile(graph, "alpha").shared
    assert [one.parameters["partner"].label for one in shared] == ["Bêta S.A."]
    assert {row.values["holder"].label for row in shared[0].rows} == {"Gamma"}


@pytest.mark.parametrize(
    ("clocks", "answers"),
    [
        ({"known_by": "2020-01-01"}, set()),
        ({"known_by": "2024-08-03"}, {"based-in", "what-it-owns"}),
        ({"as_of": "2024-04-01"}, {"agreements-of", "sales-of"}),
        ({"as_of": "2024-08-03", "known_by": "2024-08-03"}, {"what-it-owns"}),
    ],
    ids=["before anything was known", "known", "before the articles", "both"],
)
def test_each_question_takes_the_clocks_it_has(graph, clocks, answers):
    found = profile(graph, "nissan", clocks)
    assert set(found.answers) >= answers
    for answer in found.answers.values():
        for name, value in clocks.items():
            if answer.question.parameter(name):
                assert str(answer.parameters[name]) == value
    if not answers:
        assert found.answers == {}


def test_a_stake_of_2024_is_not_in_a_profile_as_of_2010(graph):
    assert "what-it-owns" not in profile(graph, "nissan", {"as_of": "2010-01-01"}).answers


def test_an_unknown_company_is_refused_with_the_nearest(graph):
    with pytest.raises(UnknownNameError, match="nothing is called 'Nisan'; nearest: Nissan"):
        profile(graph, "Nisan")


def test_a_name_of_two_companies_is_refused(graph, write):
    text = 'company:other a kei:Company ; rdfs:label "Other" ; skos:altLabel "Nissan" .'
    load_files(graph, [write("more", text)])
    with pytest.raises(AmbiguousNameError, match="say which"):
        profile(graph, "Nissan")


def test_an_alliance_is_no_company(graph):
    with pytest.raises(UnknownNameError):
        profile(graph, "toyota-led")
    with pytest.raises(UnknownNameError):
        alliance_profile(graph, "toyota-motor")


def test_a_day_that_is_none_is_refused(graph):
    with pytest.raises(ParameterError, match="'soon' is not a date"):
        profile(graph, "nissan", {"as_of": "soon"})


def test_a_profile_asks_only_questions_that_there_are(graph):
    from kg import companies

    for name, parameter in [*companies._ABOUT.items(), *companies._ABOUT_ALLIANCES.items()]:
        assert questions()[name].parameter(parameter)

"""Charts: which figures they show, how they look, and that nothing in them runs or changes."""

import re
import runpy
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kg.companies import alliance_profile, ask_about, profile
from kg.load import load_files
from viz.chart_drawing import SIZES, draw_chart
from viz.chart_figures import alliance_charts, company_charts
from viz.charts import BARS, PERIODS, STEPS, Chart, Mark, Series
from viz.stake_history import STAKES_IN, stake_steps
from viz.style import style

EVIL = runpy.run_path(str(Path(__file__).parent / "fixtures" / "hostile_claims.py"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def reports(graph, documents):
    """Load the made-up reports beside what is shipped: several periods, stakes that change."""
    load_files(graph, [documents / "world.ttl", documents / "analysts-named.ttl"])
    load_files(graph, [documents / "analysts.ttl"])
    return graph


def charts_of(graph, name, **clocks):
    return company_charts(graph, profile(graph, name, clocks), clocks)


def alliance_charts_of(graph, name, **clocks):
    return alliance_charts(graph, alliance_profile(graph, name, clocks), clocks)


def told(chart):
    return [
        (one.label, mark.period, mark.text, mark.said) for one in chart.series for mark in one.marks
    ]


def drawn(chart, **how):
    return ElementTree.fromstring(draw_chart(chart, **how))


def texts(root):
    return ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]


def one_bar(**values):
    mark = Mark(**{"text": "5", "value": 5.0, **values})
    other = Mark(text="4", value=4.0)
    series = (Series(label="one", marks=(mark,)), Series(label="other", marks=(other,)))
    return Chart(name="sales", title="Title", kind=BARS, unit="vehicles", series=series, sources=1)


def test_figures_of_one_period_each_are_bars(graph):
    chart = charts_of(graph, "nissan")["sales"]
    assert chart.kind == BARS
    assert told(chart) == [
        (
            "World, all powertrains, Apr 2023 to Mar 2024",
            "Apr 2023 to Mar 2024",
            "3.44 million",
            "",
        ),
        ("World, electric vehicles (as printed), 2023", "2023", "140,000", ""),
    ]
    assert chart.caption == "Vehicles. 2 figures from 1 source."


def test_figures_of_several_periods_are_a_panel_for_each_series(reports):
    chart = charts_of(reports, "alpha")["sales"]
    assert chart.kind == PERIODS
    assert told(chart)[:3] == [
        ("World, all powertrains", "2022", "100", ""),
        ("World, all powertrains", "2023", "110", ""),
        ("World, all powertrains", "2024", "150", "forecast"),
    ]
    assert "Striped or hollow: not said as a fact" in chart.caption


def test_a_market_share_has_a_course_too(reports):
    chart = charts_of(reports, "alpha")["market-share"]
    assert [text for _, _, text, _ in told(chart)] == ["25%", "30%"]
    assert chart.caption == "Per cent of the market. 2 figures from 1 source."


def test_a_trend_in_words_is_no_figure(graph):
    assert "market-share" not in charts_of(graph, "nissan")  # its shares fall, nobody says to what


def test_members_without_a_figure_are_named_and_have_none(graph):
    chart = alliance_charts_of(graph, "renault-nissan-mitsubishi")["members"]
    marks = {one.label: one.marks[0] for one in chart.series}
    assert (marks["Nissan Motor"].text, marks["Nissan Motor"].known) == ("3.44 million", True)
    assert (marks["Renault"].text, marks["Renault"].known) == ("not stated", False)


def test_a_sum_that_lacks_a_member_is_no_total(graph, reports):
    sums = {
        one.label: one.marks[0]
        for one in alliance_charts_of(reports, "alpha-beta")["combined"].series
    }
    whole = sums["World, all powertrains, 2023"]
    assert (whole.text, whole.value, whole.low, whole.high) == ("320 to 330", None, 320.0, 330.0)
    assert (whole.firm, whole.said) == (True, "")
    part = sums["Home market, all powertrains, 2022"]
    assert (part.text, part.value, part.firm, part.said) == ("40", 40.0, False, "without Bêta S.A.")


def test_one_figure_alone_is_no_chart(reports):
    assert "member-shares" not in alliance_charts_of(reports, "alpha-beta")


def test_who_has_left_an_alliance_is_not_among_its_members(reports):
    chart = alliance_charts_of(reports, "alpha-beta")["members"]
    assert {one.label for one in chart.series} == {"Alpha", "Bêta S.A."}


def test_sources_that_differ_are_shown_beside_each_other(reports):
    beta = next(
        one
        for one in alliance_charts_of(reports, "alpha-beta")["members"].series
        if one.label == "Bêta S.A."
    )
    assert [(mark.text, mark.firm, mark.said) for mark in beta.marks] == [
        ("210", True, ""),
        ("220", False, "reported"),
    ]


def test_a_stake_goes_from_the_day_it_began_to_the_day_it_ended(reports):
    chart = charts_of(reports, "beta")["owners"]
    assert chart.kind == STEPS
    assert told(chart) == [
        ("Alpha", "from 2022-07-01 on", "10%", ""),
        ("Gamma", "from 2022-07-01 to 2024-01-01", "15%", ""),
    ]


@pytest.mark.parametrize(
    "day", ["2022-07-01", "2023-06-30", "2023-12-31", "2024-01-01", "2025-01-01"]
)
def test_each_step_is_what_an_answer_as_of_a_day_within_it_says(reports, day):
    beta = profile(reports, "beta").about.id
    steps, _ = stake_steps(reports, beta, STAKES_IN, {})
    answer = ask_about(reports, "who-owns", {"company": beta}, {"as_of": day})
    held = {(row.values["holder"].label, row.values["share"]) for row in answer.rows}
    within = {
        (one.label, one.share)
        for one in steps
        if one.since.isoformat() <= day and (one.until is None or day < one.until.isoformat())
    }
    assert within == held


def test_a_stake_that_grew_has_two_steps(graph, write):
    claims = "\n".join(
        f"claim:grown-{day} a kei:Claim ; kei:source doc:grown ; "
        "kei:modality <vocab/modality/stated> ; "
        f'kei:says "Toyota holds {share} of Subaru." ; kei:states [ a kei:Stake ; '
        "kei:holder company:toyota-motor ; kei:company company:subaru ; "
        f"kei:right <vocab/right/capital> ; kei:share {share} ; "
        f'kei:validFrom "{day}"^^xsd:date ] .'
        for day, share in (("2008-07-01", "0.165"), ("2020-02-06", "0.2"))
    )
    source = (
        'doc:grown a kei:Document ; rdfs:label "A register" ; dcterms:title "A register" ; '
        'dcterms:language "en" ; kei:publishedEarliest "2021-01-01"^^xsd:date ; '
        'kei:publishedLatest "2021-01-01"^^xsd:date ; kei:recorded "2024-01-01"^^xsd:date .'
    )
    load_files(graph, [write("grown-names", source), write("grown", claims)])
    subaru = profile(graph, "subaru").about.id
    steps, _ = stake_steps(graph, subaru, STAKES_IN, {})
    assert [(str(one.since), str(one.until), one.share) for one in steps] == [
        ("2008-07-01", "2020-02-06", Decimal("0.165")),
        ("2020-02-06", "None", Decimal("0.2")),
    ]
    early, _ = stake_steps(graph, subaru, STAKES_IN, {"as_of": "2015-01-01"})
    assert [one.share for one in early] == [Decimal("0.165")]
    unknown, _ = stake_steps(graph, subaru, STAKES_IN, {"known_by": "2019-01-01"})
    assert unknown == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_the_same_chart_gives_the_same_bytes(reports, theme, size):
    for chart in charts_of(reports, "alpha").values():
        assert draw_chart(chart, theme, size) == draw_chart(chart, theme, size)


def test_a_picture_says_what_it_is_in_words_that_can_be_read(reports):
    chart = charts_of(reports, "alpha")["sales"]
    root = drawn(chart)
    assert root.get("role") == "img"
    named = [root.find(f".//*[@id='{one}']") for one in root.get("aria-labelledby").split()]
    assert [one.tag for one in named] == [f"{SVG}title", f"{SVG}desc"]
    assert named[0].text == "Vehicles sold by Alpha"
    assert "2024: 150 (forecast)" in named[1].text
    assert {"Vehicles sold by Alpha", "100", "110", "150 (forecast)"} <= set(texts(root))


def test_a_picture_holds_no_rule_script_or_address(reports):
    for chart in charts_of(reports, "alpha").values():
        svg = draw_chart(chart)
        tags = {one.tag.removeprefix(SVG) for one in ElementTree.fromstring(svg).iter()}
        assert tags <= {"svg", "title", "desc", "g", "path", "text", "use", "defs", "clipPath",
                        "rect", "pattern"}  # fmt: skip
        assert "style=" not in svg
        assert "matplotlib.org" not in svg


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_has_the_colours_of_its_theme(theme):
    svg = draw_chart(one_bar(), theme)
    colours = style()["themes"][theme]
    for one in (colours["page"], colours["ink"], colours["company"]["border"]):
        assert one.lower() in svg.lower()


def test_what_is_not_said_as_a_fact_is_striped():
    assert "url(#" in _bar_fill(drawn(one_bar(firm=False, said="reported")))
    assert "url(#" not in _bar_fill(drawn(one_bar()))


def _bar_fill(root):
    """Return how the first bar is filled: the one element that a clip keeps inside the axes."""
    filled = [
        one.get("fill")
        for one in root.iter(f"{SVG}path")
        if one.get("clip-path") and one.get("fill") not in (None, "none")
    ]
    return filled[0]


def test_what_is_unknown_is_a_word_and_no_bar():
    bars = [
        one
        for one in drawn(one_bar(value=None, text="not stated")).iter(f"{SVG}path")
        if one.get("clip-path") and one.get("fill") not in (None, "none")
    ]
    assert len(bars) == 1
    assert "not stated" in texts(drawn(one_bar(value=None, text="not stated")))


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("text", EVIL["HOSTILE"])
def test_hostile_text_is_text_in_every_part_of_a_chart(text, size):
    mark = Mark(text=text, value=1.0, said=text, period=text, firm=False)
    series = (Series(label=text, marks=(mark, mark)),)
    chart = Chart(name="sales", title=text, kind=BARS, unit="vehicles", series=series, sources=1)
    root = drawn(chart, size=size)
    tags = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert not tags & {"script", "a", "image", "foreignObject", "style", "metadata"}
    assert root.find(f"{SVG}title").text == " ".join(text.split())
    assert any(" ".join(text.split())[:12] in one for one in texts(root))


def test_text_that_no_xml_may_hold_is_left_out():
    chart = Chart(
        name="sales",
        title="a\x00b\x0b\ud800c\ufffe",
        kind=BARS,
        unit="vehicles",
        series=(Series(label="\x1b[31m", marks=(Mark(text="1", value=1.0),)),),
        sources=1,
    )
    assert drawn(chart).find(f"{SVG}title").text == "abc"


def test_words_beside_a_short_bar_do_not_shorten_the_long_one():
    series = (
        Series(label="long", marks=(Mark(text="9", value=9.0),)),
        Series(label="short", marks=(Mark(text="1 (with many words beside it)", value=1.0),)),
    )
    chart = Chart(name="sales", title="T", kind=BARS, unit="vehicles", series=series, sources=1)
    assert _length(drawn(chart, size="narrow")) > 0.8 * SIZES["narrow"]


def _length(root):
    """Return how long the first bar is, px."""
    bar = next(
        one
        for one in root.iter(f"{SVG}path")
        if one.get("clip-path") and one.get("fill") not in (None, "none")
    )
    along = [float(x) for x in re.findall(r"[ML] ([\d.]+)", bar.get("d"))]
    return max(along) - min(along)


def test_many_figures_are_cut_and_the_words_say_how_many_more():
    marks = tuple(Mark(text=str(n), value=float(n)) for n in range(60))
    chart = Chart(
        name="sales",
        title="Many",
        kind=BARS,
        unit="vehicles",
        series=tuple(Series(label=f"row {n}", marks=(mark,)) for n, mark in enumerate(marks)),
        sources=1,
    )
    assert "and 48 more" in chart.words
    assert float(drawn(chart).get("height")) < 1200


def test_drawing_leaves_the_settings_of_matplotlib_alone():
    import matplotlib

    before = dict(matplotlib.rcParams)
    draw_chart(one_bar())
    assert dict(matplotlib.rcParams) == before

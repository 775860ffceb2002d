"""What the page of a company or alliance shows, in order: sentences, sections, charts, silences."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from urllib.parse import urlencode

from api.entities.kinds import Clocks, Kind
from kg import names
from kg.companies import Profile
from kg.evidence import over_since
from kg.questions.answer import Answer, AnswerRow, Named, json_value
from kg.store.base import Graph
from viz.charts import Chart
from viz.relations import decimal_in, iri_in, label_in
from viz.sections import Section, figure, is_firm, section
from viz.words import membership, per_cent, stake

# The questions of each part of a page, with their own heading there where it is another than usual.
_COMPANY: Mapping[str, Mapping[str, str]] = {
    "Alliances": {
        "members-of-alliance": "Member of",
        "who-leads": "Leads",
        "who-is-allied-with-whom": "Allies",
    },
    "Ownership": {
        "who-owns": "Owners",
        "what-it-owns": "Holdings",
        "cross-holdings": "Stakes in each other",
    },
    "Figures": {
        "sales-of": "Sales",
        "sales-over-time": "Sales from period to period",
        "sales-growth-of": "Change of sales",
        "sales-mix-of": "Sales mix",
        "market-share-of": "Market share",
        "market-share-over-time": "Market share from period to period",
        "rank-of": "Ranks",
        "earnings-of": "Earnings",
    },
    "What it does": {
        "based-in": "Home",
        "agreements-of": "Agreements",
        "plans-and-policies": "Plans",
        "events-of": "Events",
        "competitors-of": "Competitors",
        "groups-of": "Groups",
        "how-it-is-described": "Descriptions and views",
        "who-declined-to-comment": "Responses",
    },
    "Timeline": {"timeline-of": "What happened when"},
}
_ALLIANCE: Mapping[str, Mapping[str, str]] = {
    "Members": {
        "members-of-alliance": "Members",
        "who-leads": "Leaders",
        "how-far-is-an-alliance": "How far it is",
        "what-an-alliance-is-for": "What it is for",
    },
    "Figures": {
        "combined-sales-of-alliance": "Combined sales of its members",
        "sales-of": "Sales as published",
        "sales-over-time": "Sales from period to period",
        "sales-growth-of": "Change of sales",
        "market-share-of": "Market share",
        "market-share-over-time": "Market share from period to period",
        "rank-of": "Ranks",
    },
    "Descriptions": {"how-it-is-described": "Descriptions and views"},
    "Timeline": {"timeline-of": "What happened when"},
}
_PARTS = {"company": _COMPANY, "alliance": _ALLIANCE}
# The questions that a chart may stand with: the first that has an answer.
_CHARTS_OF = {
    "sales": ("sales-of",),
    "market-share": ("market-share-of",),
    "owners": ("who-owns",),
    "holdings": ("what-it-owns",),
    "combined": ("combined-sales-of-alliance",),
    "members": ("combined-sales-of-alliance", "members-of-alliance"),
    "member-shares": ("market-share-of", "members-of-alliance"),
}
_SENTENCES = 6  # of one kind
_NOT_IN_SHORT = ("ended", "disputed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section of a page: what a question found, its charts, and where the answer itself is."""

    title: str
    section: Section
    charts: tuple[Chart, ...]
    data: str  # address of the answer as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One of the few sentences that a page begins with; its evidence stands in a section."""

    text: str
    anchor: str
    firm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """A whole page."""

    short: tuple[Sentence, ...]
    contradictions: Section | None
    parts: dict[str, tuple[Part, ...]]
    silences: tuple[tuple[str, str], ...]  # what is not known, and why


def portrait(graph: Graph, kind: Kind, found: Profile, clocks: Clocks) -> Portrait:
    """Return what is shown of a company or alliance."""
    # A server without matplotlib has pages without charts.
    charts = kind.charts(graph, found, clocks) if find_spec("matplotlib") else {}
    parts = {
        title: tuple(_parts(found, titles, charts, clocks))
        for title, titles in _PARTS[kind.name].items()
    }
    clashes = found.answers.get("contradictions")
    return Portrait(
        short=tuple(_in_short(found)),
        contradictions=section(clashes) if clashes else None,
        parts={title: shown for title, shown in parts.items() if shown},
        silences=tuple(_silences(found, _PARTS[kind.name])),
    )


def _parts(
    found: Profile, titles: Mapping[str, str], charts: Mapping[str, Chart], clocks: Clocks
) -> Iterator[Part]:
    for name, title in titles.items():
        answer = found.answers.get(name)
        if answer is None or (name.endswith("-over-time") and not _has_a_course(answer)):
            continue
        own = [chart for chart in charts.values() if _place(chart, found) == name]
        yield _part(title, answer, found.about.id, own, clocks)
    for answer in found.shared if "who-owns" in titles else ():
        other = answer.parameters["partner"]
        partner = other.label if isinstance(other, Named) else ""
        yield _part(f"Owners shared with {partner}", answer, found.about.id, (), clocks)


def _place(chart: Chart, found: Profile) -> str:
    return next((one for one in _CHARTS_OF[chart.name] if one in found.answers), "")


def _part(title: str, answer: Answer, about: str, charts: Iterable[Chart], clocks: Clocks) -> Part:
    given = {
        name: names.local_name(value.id) if isinstance(value, Named) else str(json_value(value))
        for name, value in answer.parameters.items()
        if value is not None and name != "policy" and name not in clocks
    }
    data = f"/questions/{answer.question.name}?{urlencode({**given, **clocks})}"
    return Part(title=title, section=section(answer, about), charts=tuple(charts), data=data)


def _has_a_course(answer: Answer) -> bool:
    """Say whether anything is known of a period and of the one before it."""
    return any(row.values.get("previous") is not None for row in answer.rows)


def _silences(found: Profile, parts: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for titles in parts.values():
        for name, title in titles.items():
            answer = found.silent.get(name)
            if answer is not None and answer.silence and not name.endswith("-over-time"):
                yield title, answer.silence.text


def _in_short(found: Profile) -> Iterator[Sentence]:
    """Yield the main facts as sentences: home, alliances, stakes, sales."""
    for name, told in (
        ("based-in", _home),
        ("members-of-alliance", _member),
        ("who-owns", _stake),
        ("what-it-owns", _stake),
        ("sales-of", _sold),
    ):
        answer = found.answers.get(name)
        rows = [row for row in answer.rows if not _over(answer, row)] if answer else []
        sentences = dict.fromkeys(
            (told(row), is_firm(row)) for row in (_latest(rows) if name == "sales-of" else rows)
        )
        found_out = [(text, firm) for text, firm in sentences if text]
        for text, firm in found_out[:_SENTENCES]:
            ended = text if text.endswith(".") else f"{text}."
            yield Sentence(text=ended, anchor=name, firm=firm)
        if len(found_out) > _SENTENCES:
            more = f"And {len(found_out) - _SENTENCES:,} more like these."
            yield Sentence(text=more, anchor=name, firm=True)


def _over(answer: Answer, row: AnswerRow) -> bool:
    """Say whether what a row says held once and no longer does; figures are of their period."""
    if "period" in row.values:
        return False
    claims = [answer.claims[claim] for claim in row.claims if claim in answer.claims]
    return bool(over_since(claims, date.today().isoformat()))


def _latest(rows: Iterable[AnswerRow]) -> list[AnswerRow]:
    """Return the total of the latest period that has one."""
    totals = [row for row in rows if _sold(row)]
    return sorted(totals, key=lambda row: _code(row, "period").partition("--")[2])[-1:]


def _home(row: AnswerRow) -> str:
    return f"{label_in(row, 'company')} is at home in {label_in(row, 'country')}"


def _member(row: AnswerRow) -> str:
    role, status = _code(row, "role"), _code(row, "status")
    return membership(label_in(row, "member"), label_in(row, "alliance"), role, status)


def _stake(row: AnswerRow) -> str:
    bounds = (decimal_in(row, one) for one in ("share", "share_min", "share_max"))
    label = per_cent(*bounds)
    status = _code(row, "status")
    if status in _NOT_IN_SHORT:
        return ""
    ends = label_in(row, "holder"), label_in(row, "company")
    return stake(*ends, label, _code(row, "right"), status)


def _sold(row: AnswerRow) -> str:
    """Return all that was sold worldwide, if a source says so as a fact."""
    if _code(row, "powertrain") != "all" or _code(row, "market") != "world" or not is_firm(row):
        return ""
    period = f", {label_in(row, 'period')}" if label_in(row, "period") else ""
    return f"{label_in(row, 'subject')} sold {figure(row)} vehicles worldwide{period}"


def _code(row: AnswerRow, name: str) -> str:
    return names.local_name(iri_in(row, name))

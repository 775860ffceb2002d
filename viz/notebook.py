"""What `kg.open()` gives: a graph to ask from a notebook or a script.

import kg
g = kg.open()
g.ask("who owns Mitsubishi Motors?")
g.question("who-owns", company="mitsubishi-motors").to_dicts()
g.explore("nissan")
"""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.analytics.inquiries import asking as analysing
from kg.analytics.inquiries import inquiries
from kg.companies import Profile, alliance_profile, profile
from kg.documents import data_files
from kg.errors import ParameterError, SettingError
from kg.matching import Entity
from kg.questions.answer import Answer, ask
from kg.questions.catalogue import questions
from kg.questions.modelled import replied
from kg.settings import Settings, read_settings
from kg.store.base import Graph
from kg.store.open import open_graph
from viz.chart_figures import alliance_charts, company_charts
from viz.charts import Chart
from viz.result_of import of_answer, of_reply, of_report, of_rows
from viz.results import Line, Result, bundle, rendered

if TYPE_CHECKING:
    from viz.network import CompanyNetwork

Day = date | str
Charting = Callable[[Graph, Profile, Mapping[str, str]], dict[str, Chart]]


def open_book(data: Path | str | None = None, *, store: Path | str | None = None) -> "Book":
    """Return a graph to ask.

    Without anything it holds the shipped data, in memory. `data` is a folder with companies.ttl,
    sources.ttl and claims/; `store` is a folder in which the graph is kept, the address of a SPARQL
    endpoint, or "memory". Raises ParameterError for a place that is none of these, DocumentError
    for data with errors, StoreError for a store that cannot be opened.
    """
    folder = Path(data) if data is not None else None
    if folder is not None and not (folder.is_dir() and data_files(folder)):
        problem = f"{folder} is not a folder with .ttl files; a kept graph is opened with store="
        raise ParameterError("data", problem)
    try:
        settings = read_settings({"KEIRETSU_STORE": str(store or "memory")})
    except SettingError as error:
        raise ParameterError("store", str(error)) from None
    return Book(Settings(data=folder, store=settings.store))


class Book:
    """A graph, and what can be asked of it. Each analysis of the catalogue is a method too."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.graph: Graph = open_graph(settings)

    def __repr__(self) -> str:
        where = self.settings.store or "memory"
        return f"<Keiretsu graph in {where}: ask, question, sparql, analysis, company, explore>"

    def ask(self, sentence: str, *, today: Day | None = None) -> Result:
        """Ask in plain English: `ask("who is allied with Nissan?")`."""
        day = date.fromisoformat(today) if isinstance(today, str) else today
        return of_reply(replied(self.graph, sentence, self.settings, day))

    def question(self, name: str, **values: object) -> Result:
        """Ask a question by name: `question("who-owns", company="nissan", as_of="2024-08-01")`.

        Raises UnknownQuestionError or ParameterError, with what is near.
        """
        given = {key: str(value) for key, value in values.items() if value is not None}
        return of_answer(ask(self.graph, name, given))

    def questions(self) -> Result:
        """List the questions there are, with what each takes."""
        records = [
            {
                "name": one.name,
                "question": one.english,
                "takes": [p.name if p.required else f"[{p.name}]" for p in one.parameters],
            }
            for one in questions().values()
        ]
        lines = (Line(cells=(r["name"], r["question"], " ".join(r["takes"]))) for r in records)  # type: ignore[arg-type]
        columns = ("name", "question", "takes")
        return Result(
            title=f"{len(records)} questions",
            headings=tuple(one.capitalize() for one in columns),
            lines=tuple(lines),
            columns=columns,
            records=tuple(records),
        )

    def sparql(self, query: str) -> Result:
        """Run a SPARQL SELECT on the union of all graphs. Raises QueryError with the position."""
        return of_rows(self.graph.select(query), query)

    def analysis(self, name: str, **values: object) -> Result:
        """Run an analysis: `analysis("control", controlled="mitsubishi-motors")`.

        A list gives a parameter several times. Raises UnknownQuestionError or ParameterError.
        """
        given = {key: _texts(value) for key, value in values.items() if value is not None}
        return of_report(analysing.ask(self.graph, name, given, most_stakes=None))

    def __getattr__(self, name: str) -> Callable[..., Result]:
        known = {one.name.replace("-", "_"): one.name for one in inquiries()}
        if name not in known:
            raise AttributeError(f"there is no {name!r}; analyses are {', '.join(known)}")

        def analyse(**values: object) -> Result:
            return self.analysis(known[name], **values)

        return analyse

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(one.name.replace("-", "_") for one in inquiries())]

    def company(self, name: str, *, as_of: Day = "", known_by: Day = "") -> "Known":
        """Return all that is known about a company, by question."""
        clocks = _clocks(as_of, known_by)
        return Known(self.graph, profile(self.graph, name, clocks), clocks, company_charts)

    def alliance(self, name: str, *, as_of: Day = "", known_by: Day = "") -> "Known":
        """Return all that is known about an alliance, by question."""
        clocks = _clocks(as_of, known_by)
        return Known(
            self.graph, alliance_profile(self.graph, name, clocks), clocks, alliance_charts
        )

    def explore(
        self, company: str = "", *, as_of: Day = "", known_by: Day = ""
    ) -> "CompanyNetwork":
        """Return the picture of a company's surroundings, or of all companies.

        It shows itself in a notebook; `write_html("file.html")` keeps it. Raises ImportError
        without the extra `keiretsu[viz]`.
        """
        from viz.network import draw
        from viz.scenes import scene_of

        return draw(scene_of(self.graph, company, _clocks(as_of, known_by)))


class Known:
    """A company or alliance: its answers by question, and its charts."""

    def __init__(
        self, graph: Graph, found: Profile, clocks: Mapping[str, str], charting: Charting
    ) -> None:
        self.about: Entity = found.about
        self.answers: dict[str, Answer] = found.answers
        self._graph, self._found, self._clocks = graph, found, clocks
        self._charting = charting

    def __getitem__(self, question: str) -> Result:
        return of_answer((self.answers | self._found.silent)[question])

    def __repr__(self) -> str:
        told = (f"  {name}: {len(one.rows)} rows" for name, one in self.answers.items())
        return "\n".join([self.about.label, *told])

    def charts(self) -> dict[str, "Picture"]:
        """Return its charts by name: `charts()["sales"]`."""
        made = self._charting(self._graph, self._found, self._clocks)
        return {name: Picture(chart) for name, chart in made.items()}

    def _repr_html_(self) -> str | None:
        from markupsafe import Markup

        parts = [
            (one.question.title, Markup(of_answer(one)._repr_html_() or ""))  # noqa: S704  escaped
            for one in self.answers.values()
        ]
        return rendered("profile.html", about=self.about, parts=parts)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(self, self._repr_html_())


class Picture:
    """A chart that a notebook shows as SVG."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    def __repr__(self) -> str:
        return f"{self.chart.words} {self.chart.caption}"

    def svg(self, theme: str = "light", size: str = "wide") -> str:
        """Return it as SVG. Raises ImportError without the extra `keiretsu[viz]`."""
        from viz.chart_drawing import draw_chart

        return draw_chart(self.chart, theme, size)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg(), "text/plain": repr(self)}


def _clocks(as_of: Day, known_by: Day) -> dict[str, str]:
    return {name: str(day) for name, day in (("as_of", as_of), ("known_by", known_by)) if day}


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]

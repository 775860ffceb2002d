"""The commands of analytics on the graph: the same names as on a table, without `--stakes`.

    @app.command()
    @or_graph("control", {"source": "controller"})
    def control(stakes=None, ...): ...          what it does with a table

A command with a table is as it was; without one its values go to the inquiry of that name.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from api.commands import NO_ANSWER, DataOption, Format, errors_told, opened
from kg.errors import ParameterError

if TYPE_CHECKING:
    from kg.analytics.inquiries.asking import Report

_Command = TypeVar("_Command", bound=Callable[..., None])
Translated = Mapping[str, Any]

Options = dict[str, tuple[Any, Any]]  # type and default


def _text(option: str, told: str) -> tuple[Any, Any]:
    return Annotated[str, typer.Option(option, help=f"On the graph: {told}")], ""


def _flag(option: str, told: str) -> tuple[Any, Any]:
    return Annotated[bool, typer.Option(option, help=f"On the graph: {told}")], False


def _names(told: str) -> tuple[Any, Any]:
    return Annotated[list[str] | None, typer.Argument(help=f"On the graph: {told}")], None


_OPTIONS: Options = {
    "known_by": _text("--known-by", "as could be known by this day."),
    "policy": _text("--policy", "all, latest or most-authoritative, where claims differ."),
    "reported": _flag("--reported", "what is only reported counts too."),
    "rounded": _flag("--rounded", "a printed 34% stands for 33.5 to 34.5%."),
    "why": _flag("--why", "the proof of each row."),
    "data": (DataOption, None),
}
NAMES_OPTION: Options = {"names": _names("a holder; a holder and a company.")}
COMPANY_OPTION: Options = {"names": _names("the company.")}
COMPANIES_OPTION: Options = {"names": _names("companies.")}
HOLDERS_OPTION: Options = {"names": _names("holders.")}
RIGHT_OPTION: Options = {"right": _text("--right", "capital or votes.")}
GRAPH_MARKETS: Options = {
    "market": _text("--market", "only this market."),
    "alliance": _text("--alliance", "combined sales of this alliance."),
    "powertrain": _text("--powertrain", "only these vehicles."),
    "period": _text("--period", "only this period."),
}


def _taken(values: dict[str, Any], *wanted: str) -> dict[str, Any]:
    """Return the values with the names that were given put where they belong."""
    names = values.pop("names", None) or []
    if len(names) > len(wanted):
        raise ParameterError("names", f"at most {len(wanted)}: {', '.join(wanted)}")
    for name, text in zip(wanted, names, strict=False):
        if values.get(name):
            raise ParameterError(name, "is given twice; give it once")
        values[name] = text
    return values


def pair_named(values: dict[str, Any]) -> Translated:
    """Read names as who controls, and whom."""
    return _taken(values, "controller", "controlled")


def owner_named(values: dict[str, Any]) -> Translated:
    """Read names as an owner, and what it owns."""
    return _taken(values, "owner", "owned")


def company_named(values: dict[str, Any]) -> Translated:
    """Read a name as the company."""
    return _taken(values, "company")


def holders_named(values: dict[str, Any]) -> Translated:
    """Read names as holders."""
    names = values.pop("names", None) or []
    return values | {"holder": [*names, *(values.get("holder") or [])]}


def companies_named(values: dict[str, Any]) -> Translated:
    """Read names as companies."""
    names = values.pop("names", None) or []
    return values | ({"company": [*(values.get("company") or []), *names]} if names else {})


def pair_given(values: dict[str, Any]) -> Translated:
    """Read names as a holder and a company, or one as the company."""
    alone = len(values.get("names") or []) == 1
    return _taken(values, *(["company"] if alone else ["holder", "company"]))


def or_graph(
    name: str,
    renamed: Mapping[str, str] | None = None,
    *,
    tables: tuple[str, ...] = ("stakes",),
    table_only: tuple[str, ...] = (),
    translate: Callable[[dict[str, Any]], Translated] = lambda values: values,
    more: Mapping[str, tuple[Any, Any]] | None = None,
) -> Callable[[_Command], Callable[..., None]]:
    """Return what gives a command on tables its other face: the graph.

    renamed     option of the command -> parameter of the inquiry, where they differ
    tables      options of which each one says that a table, not the graph, is meant
    table_only  options that only say something of a table; others go to the inquiry
    translate   changes the values, by parameter, before they are asked with
    more        further options of the graph: their type and default
    """
    options = {**_OPTIONS, **(more or {})}

    def wrap(command: _Command) -> Callable[..., None]:
        own = inspect.signature(command)
        parameters = {
            key: inspect.Parameter(
                key, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default
            )
            for key, (kind, default) in options.items()
        }

        @wraps(command)
        def run(**values: Any) -> None:
            graph_only = {key: values.pop(key) for key in options if key not in own.parameters}
            given = [key for key in graph_only if graph_only[key] != parameters[key].default]
            with errors_told():
                if any(values.get(one) for one in tables):
                    _refuse(given, "is of the graph; leave out the table")
                else:
                    _refuse(
                        [
                            one
                            for one in table_only
                            if values.get(one) and values[one] != own.parameters[one].default
                        ],
                        "is of a table; name one, or leave this out",
                    )
                    _ask(
                        name, values | graph_only, renamed or {}, {*tables, *table_only}, translate
                    )
                    return
            command(**values)

        kept = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own.parameters.values()]
        new = [one for key, one in parameters.items() if key not in own.parameters]
        run.__signature__ = own.replace(parameters=[*kept, *new])  # type: ignore[attr-defined]
        run.__annotations__ = {
            **command.__annotations__,
            **{key: kind for key, (kind, _) in options.items() if key not in own.parameters},
        }
        return run

    return wrap


def _refuse(options: list[str], problem: str) -> None:
    for one in options:
        raise ParameterError(f"--{one.replace('_', '-')}", problem)


_NOT_ASKED = {"form", "data", "explain"}  # they say how to print, or where to look


def _ask(
    name: str,
    values: dict[str, Any],
    renamed: Mapping[str, str],
    left_out: set[str],
    translate: Callable[[dict[str, Any]], Translated],
) -> None:
    from kg.analytics.inquiries.asking import ask

    given = {
        renamed.get(key, key): value
        for key, value in values.items()
        if key not in left_out | _NOT_ASKED and value not in (None, "", False, [], ())
    }
    if values.get("explain"):
        given["why"] = True
        if isinstance(values["explain"], tuple):
            given["names"] = list(values["explain"])
    texts = {key: _texts(value) for key, value in translate(given).items()}
    report = ask(opened(values["data"]), name, texts, most_stakes=None, all_rows=True)
    show(report, values["form"])


def _texts(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return ["true" if value is True else str(value)]


def show(report: "Report", form: Format) -> None:
    """Print a report; without anything known, leave with the code that says so."""
    from api.report_tables import lines, to_csv

    if form is Format.json:
        from kg.analytics.inquiries.asking import to_json

        typer.echo(json.dumps(to_json(report), indent=2, ensure_ascii=False))
    elif form is Format.csv:
        typer.echo(to_csv(report), nl=False)
    else:
        from api.report_terminal import print_report

        print_report(report)
    if form is not Format.table or not report.rows:
        from api.plain_text import plain

        for line in lines(report):
            typer.echo(f"keiretsu: {plain(line)}", err=True)
    if not report.rows:
        raise typer.Exit(NO_ANSWER)

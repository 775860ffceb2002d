"""Pages: one file to keep, or a server."""

import socket
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer

from api.commands import USAGE, DataOption, app, errors_told, opened, settings
from kg.errors import ParameterError, SettingError
from kg.settings import Settings

if TYPE_CHECKING:
    from kg.store.base import Graph
    from viz.network import CompanyNetwork


@app.command()
def explore(
    company: Annotated[str, typer.Argument(help="Only this company and those around it.")] = "",
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write: .html or .svg.")
    ] = Path("keiretsu.html"),
    as_of: Annotated[str, typer.Option(help="As it was on this day.")] = "",
    known_by: Annotated[str, typer.Option(help="From what could be known by this day.")] = "",
    hops: Annotated[int, typer.Option(min=1, max=3, help="How far from the company.")] = 1,
    path: Annotated[
        list[str] | None, typer.Option(help="Two ends; show the ways between them.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Write the graph as one HTML file that needs nothing else, not even a network, or as SVG."""
    if output.suffix.lower() not in (".html", ".htm", ".svg"):
        typer.echo(f"keiretsu: {output}: the name must end in .html or .svg", err=True)
        raise typer.Exit(USAGE)
    with errors_told():
        network = _drawn(opened(data), company, hops, path or [], as_of, known_by)
    if output.suffix.lower() == ".svg":
        page = network.svg()
    else:
        ends = [("path", end) for end in network.scene.ends]
        page = network.page(inline=True, state=urlencode(ends))
    try:
        output.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        typer.echo(f"keiretsu: {output} cannot be written: {error.strerror}", err=True)
        raise typer.Exit(USAGE) from None
    typer.echo(output)


def _drawn(
    graph: "Graph", company: str, hops: int, path: list[str], as_of: str, known_by: str
) -> "CompanyNetwork":
    """Return the picture of a view; what can be worked out of a small one is in it."""
    from kg.matching import register
    from viz.computed import MOST_HOLDERS
    from viz.page import Pictures
    from viz.scenes import BEGIN
    from viz.view import LAYERS, view_of

    if len(path) not in (0, 2):
        raise ParameterError("--path", "takes two ends: --path honda --path renault")
    ends = [register(graph).resolve(one, BEGIN, "path").id for one in path]
    asked = {"company": [company], "hops": [str(hops)], "as_of": [as_of], "known_by": [known_by]}
    view = replace(view_of(asked), path=tuple(ends))
    pictures = Pictures(graph)
    network = pictures.drawn(view)
    holders = {link.start for link in network.scene.links if link.kind == "stake"}
    if 0 < len(holders) <= MOST_HOLDERS:
        network = pictures.drawn(replace(view, layers=LAYERS))
    return network


@app.command()
def serve(
    host: Annotated[str, typer.Option(envvar="KEIRETSU_HOST", help="Address.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="KEIRETSU_PORT", min=1, max=65535, help="Port.")
    ] = 8000,
    data: DataOption = None,
) -> None:
    """Serve questions, SPARQL and the explorer over HTTP."""
    with errors_told():
        chosen = settings(data)
        _serve(chosen, host, port)


def _serve(chosen: Settings, host: str, port: int) -> None:
    from api import server
    from api.app import create_app
    from viz.view import View

    listener = _listener(host, port)
    application = create_app(chosen)
    application.state.queries.start()  # while there is one thread: the store is copied by a fork
    # The picture takes a second to lay out: begin before the first visitor asks for it.
    pictures = application.state.pictures
    threading.Thread(target=pictures.drawn, args=(View(),), daemon=True).start()
    shown = f"[{host}]" if ":" in host else host
    typer.echo(
        f"Keiretsu is at http://{shown}:{port}/ (questions at /docs); Ctrl+C ends it", err=True
    )
    server.run(application, [listener])


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        problem = f"cannot listen on {host}:{port}: {error.strerror or error}"
        raise SettingError("--host, --port", f"{problem}; choose another") from error

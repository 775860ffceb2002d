"""Pages: one file to keep, or a server."""

import socket
import threading
from pathlib import Path
from typing import Annotated

import typer

from api.commands import USAGE, DataOption, app, errors_told, opened, settings
from kg.errors import SettingError
from kg.settings import Settings


@app.command()
def explore(
    company: Annotated[str, typer.Argument(help="Only this company and those around it.")] = "",
    output: Annotated[Path, typer.Option("--output", "-o", help="HTML file to write.")] = Path(
        "keiretsu.html"
    ),
    as_of: Annotated[str, typer.Option(help="As it was on this day.")] = "",
    known_by: Annotated[str, typer.Option(help="From what could be known by this day.")] = "",
    data: DataOption = None,
) -> None:
    """Write the graph as one HTML file that needs nothing else, not even a network."""
    from viz.page import render
    from viz.scenes import scene_of

    clocks = {name: day for name, day in (("as_of", as_of), ("known_by", known_by)) if day}
    with errors_told():
        page = render(scene_of(opened(data), company, clocks))
    try:
        output.write_text(page, encoding="utf-8")
    except OSError as error:
        typer.echo(f"keiretsu: {output} cannot be written: {error.strerror}", err=True)
        raise typer.Exit(USAGE) from None
    typer.echo(output)


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

    listener = _listener(host, port)
    application = create_app(chosen)
    application.state.queries.start()  # while there is one thread: the store is copied by a fork
    # The picture takes a second to lay out: begin before the first visitor asks for it.
    pages, graph = application.state.pages, application.state.graph
    threading.Thread(target=pages.page, args=(graph, "", "", ""), daemon=True).start()
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

"""The data: check them, add to them, hold an article against them."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands import WRONG, DataOption, app, errors_told, opened, settings
from kg.errors import DocumentError, Problem, SettingError


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Files; default: all data.")] = None,
    data: DataOption = None,
) -> None:
    """Check claims before they are loaded: syntax, shapes and sums, with file and line."""
    from kg.checks import check_files, names_in
    from kg.documents import data_files, shipped_folder

    with errors_told():
        shipped = data_files(settings(data).data or shipped_folder())
        if not shipped:
            raise SettingError("KEIRETSU_DATA", "the folder holds no .ttl file")
        problems = check_files(files, names_in(shipped)) if files else check_files(shipped)
    for problem in problems:
        typer.echo(problem)
    errors = sum(problem.severity == "error" for problem in problems)
    typer.echo(f"keiretsu: errors: {errors}, warnings: {len(problems) - errors}", err=True)
    raise typer.Exit(WRONG if errors else 0)


@app.command()
def load(
    files: Annotated[list[Path], typer.Argument(help="Claim files, or files that name things.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Let claims go that a newer file no longer has.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Add files to the store that KEIRETSU_STORE names: all of them or none."""
    from kg.load import load_files
    from kg.store.open import refuse_errors

    with errors_told():
        if settings(data).store is None:
            raise SettingError(
                "KEIRETSU_STORE", "name a folder or an address; what is in memory is lost at once"
            )
        graph = opened(data)
        for warning in refuse_errors(files, graph):
            typer.echo(warning, err=True)
        documents = load_files(graph, files, replace=replace)
    claims = sum(len(document.claims) for document in documents)
    typer.echo(f"keiretsu: {len(documents)} files, {claims} claims loaded", err=True)


@app.command()
def verify(
    article: Annotated[Path, typer.Argument(help="The article's text, as a UTF-8 file.")],
    data: DataOption = None,
) -> None:
    """Hold an article against the claims made from it: is each sentence where they say?"""
    from api.terminal import print_verification
    from kg.verify import verify as hold_against

    with errors_told():
        found = hold_against(opened(data), _text(article))
    print_verification(found)
    raise typer.Exit(0 if found.confirmed else WRONG)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(
            [Problem(file=str(path), message=f"cannot be read: {error}", rule="file")]
        ) from error


@app.command()
def sentences(
    article: Annotated[Path, typer.Argument(help="The article's text, as a UTF-8 file.")],
) -> None:
    """Print an article's sentences with number and SHA-256: what a claim points with."""
    from kg.readers.articles import sentences as cut_into_sentences

    with errors_told():
        text = _text(article)
    for sentence in cut_into_sentences(text):
        typer.echo(f"{sentence.number}\t{sentence.sha256}\t{sentence.text}")

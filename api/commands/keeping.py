"""Keeping: a store's backup, and a store from its backup."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands import DataOption, app, errors_told, settings
from kg.errors import SettingError

_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the backup.")]


@app.command()
def backup(folder: _Folder) -> None:
    """Write the store that KEIRETSU_STORE names into a new folder, as of one moment.

    While `keiretsu serve` has a folder store open, name the server's address as the store, and its
    token in KEIRETSU_STORE_TOKEN.
    """
    from kg.store.backups import back_up
    from kg.store.open import open_store

    with errors_told():
        chosen = settings()
        if chosen.store is None:
            raise SettingError("KEIRETSU_STORE", "name a folder or an address to back up")
        told = back_up(open_store(chosen), folder)
    typer.echo(f"keiretsu: {told.quads} quads kept in {folder}", err=True)


@app.command()
def restore(folder: _Folder, data: DataOption = None) -> None:
    """Make the store that KEIRETSU_STORE names hold what a backup holds, and nothing else.

    The backup is verified first. A folder store is put in place whole, and the one before it is
    kept beside it; nobody may have it open. A running `keiretsu serve` is restored by its address.
    """
    from kg.store.backups import restore_folder, restore_into
    from kg.store.open import open_store

    with errors_told():
        chosen = settings(data)
        if chosen.store is None:
            raise SettingError("KEIRETSU_STORE", "name a folder or an address to restore")
        if isinstance(chosen.store, Path):
            kept = restore_folder(folder, chosen.store)
            before = f"; the store before is kept in {kept}" if kept else ""
            typer.echo(f"keiretsu: {chosen.store} restored{before}", err=True)
        else:
            told = restore_into(open_store(chosen), folder)
            typer.echo(f"keiretsu: {told.quads} quads restored", err=True)

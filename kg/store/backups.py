"""Backups: a store as of one moment in a folder of its own, and a store made of one again.

    DIR/backup.json   when, by which version, how many quads, SHA-256 of store.nq
    DIR/store.nq      all quads as N-Quads: of a store in memory, behind an endpoint, being served
    DIR/store/        or a copy of a folder store, of hard links where the file system has them

A backup is written beside its place and renamed; so is a folder that is restored. What was there
before is kept beside it until a person removes it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Store, parse

from kg.errors import StoreError
from kg.store.base import Graph
from kg.store.embedded import EmbeddedGraph

_TOLD, _LINES, _FOLDER = "backup.json", "store.nq", "store"
_CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself."""

    made: str  # UTC, ISO 8601
    keiretsu: str  # version of the program
    quads: int
    sha256: str  # of store.nq; empty for a copied folder


def back_up(graph: Graph, folder: Path) -> Backup:
    """Write a backup of a store into a new folder. Raises StoreError; then nothing is left."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} is there already; name a new folder")
    with _beside(folder) as made:
        if isinstance(graph, EmbeddedGraph) and graph.folder is not None:
            graph.backup(made / _FOLDER)
            told = _told(len(Store.read_only(str(made / _FOLDER))), "")
        else:
            graph.save(made / _LINES)
            told = _told(*_looked_at(made / _LINES))
        (made / _TOLD).write_text(json.dumps(asdict(told), indent=2) + "\n", encoding="utf-8")
        os.sync()
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    return told


def check_backup(folder: Path) -> Backup:
    """Return what a backup says of itself, if that is so. Raises StoreError."""
    try:
        told = Backup(**json.loads((folder / _TOLD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{folder} is no backup: {_TOLD} cannot be read: {error}") from error
    if told.sha256:
        found, digest = _looked_at(folder / _LINES)
        if digest != told.sha256:
            raise StoreError(f"{folder / _LINES} is not as it was written: its SHA-256 differs")
    else:
        try:
            found = len(Store.read_only(str(folder / _FOLDER)))
        except OSError as error:
            raise StoreError(f"{folder / _FOLDER} cannot be read: {error}") from error
    if found != told.quads:
        raise StoreError(f"{folder} holds {found} quads, and says that it holds {told.quads}")
    return told


def restore_folder(backup: Path, store: Path) -> Path | None:
    """Make a folder store of a backup; return where the one before is kept, if there was one.

    The new folder is whole before it takes the place of the old. Raises StoreError; then the
    store is as it was.
    """
    told = check_backup(backup)
    with _kept_shut(store), _beside(store) as made:
        if told.sha256:
            fresh = Store(str(made))
            fresh.bulk_load(path=str(backup / _LINES), format=RdfFormat.N_QUADS)
            fresh.flush()
            found = len(fresh)
            del fresh
        else:
            shutil.copytree(backup / _FOLDER, made, dirs_exist_ok=True)
            found = len(Store.read_only(str(made)))
        if found != told.quads:
            raise StoreError(f"{found} of {told.quads} quads were restored; nothing is changed")
        os.sync()
        return _swapped(made, store)


def restore_into(graph: Graph, backup: Path) -> Backup:
    """Make any other store hold what a backup holds, and nothing else. Raises StoreError."""
    told = check_backup(backup)
    if graph.derives:  # only a Keiretsu may hold something outside of named graphs
        graph.update("CLEAR SILENT DEFAULT")
    graph.change(graph.graphs(), _quads(backup, told))
    return told


def _quads(backup: Path, told: Backup) -> Iterator[Quad]:
    if told.sha256:
        return iter(parse(path=str(backup / _LINES), format=RdfFormat.N_QUADS))
    return iter(Store.read_only(str(backup / _FOLDER)))


@contextmanager
def _kept_shut(store: Path) -> Iterator[None]:
    """Let nobody open a folder store meanwhile, or raise StoreError if somebody has it open.

    It is not open here either: an open store would write into its folder by that folder's name,
    which the new one gets.
    """
    if not store.exists():
        yield
        return
    EmbeddedGraph(store)  # shut again at once, as nothing refers to it
    with (store / "LOCK").open("wb") as lock:
        try:
            import fcntl

            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # not everywhere
            pass
        except OSError as error:
            raise StoreError(f"{store}: another process has it open; stop that first") from error
        yield


def _swapped(made: Path, store: Path) -> Path | None:
    """Put a new folder in the place of a store, which is kept beside it."""
    if not store.exists():
        made.rename(store)
        return None
    kept = store.with_name(f"{store.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    store.rename(kept)
    try:
        made.rename(store)
    except OSError:
        kept.rename(store)
        raise
    return kept


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Give a new folder beside another, for it to be renamed; remove it if it is still there."""
    made = folder.with_name(f"{folder.name}.unfinished-{os.getpid()}")
    try:
        made.mkdir(parents=True)
        yield made
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _told(quads: int, digest: str) -> Backup:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Backup(now, version("keiretsu"), quads, digest)


def _looked_at(path: Path) -> tuple[int, str]:
    """Return how many lines a file of N-Quads has, and its SHA-256."""
    digest, lines = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while part := file.read(_CHUNK):
                digest.update(part)
                lines += part.count(b"\n")
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error}") from error
    return lines, digest.hexdigest()

"""Where workers come from: a zygote that is kept at the store's version, or a folder's snapshot.

A store in memory is copied once, by forking this process while it has one thread and by a dump
otherwise; from there on each change is run on the copy too. Of a folder workers open a backup,
which is made of hard links, after each change that somebody asks about.
"""

import marshal
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

from kg.errors import StoreError
from kg.store import zygote
from kg.store.changes import Change
from kg.store.embedded import EmbeddedGraph
from kg.store.mother import Mother, Worker, forked, is_alone, spawned
from kg.store.worker import Limits


class Herd:
    """Makes workers. Its methods block; each may be called in any thread."""

    def __init__(self, graph: EmbeddedGraph, limits: Limits) -> None:
        self.graph = graph
        self.limits = limits
        self._mother: Mother | None = None
        self._old: list[Mother] = []  # their last workers are still at work
        self._snapshot: Path | None = None
        self._snapshot_version = -1
        self._closed = False

    @property
    def ready(self) -> bool:
        """Say whether the store has been copied."""
        return self._mother is not None and self._mother.ready

    def start(self) -> Mother:
        """Return the zygote; before this process has threads it costs nothing to make it."""
        with self.graph.writing:
            if self._closed:
                raise StoreError("the server is ending")
            if self._mother is not None and self._mother.alive:
                return self._mother
            self._let_go()
            if self.graph.folder is not None:
                self._mother = spawned(None, self.limits)
            elif is_alone():
                self._mother = forked(self.graph.store, self.limits)
            else:
                self._mother = spawned(self.graph.store, self.limits)
            if self.graph.folder is None and self._told not in self.graph.watchers:
                self.graph.watchers.append(self._told)
            return self._mother

    def _told(self, change: Change) -> None:
        """Run a change on the copy; where that may give something else, copy anew later."""
        if self._mother is None:
            return
        if change.repeatable:
            self._mother.names_nodes &= change.names_nodes
            said = (change.update, change.base, change.added, change.graph)
            self._mother.tell(zygote.CHANGE, marshal.dumps(said))
        else:
            self._let_go()

    def _let_go(self) -> None:
        if self._mother is not None:
            self._mother.retire()
            self._old = [one for one in (*self._old, self._mother) if one.living > 0]
            self._mother = None

    def worker(self) -> Worker:
        """Return a new worker at the store's present version, which may have to be copied."""
        return self._made(zygote.FORK, self._folder)

    @contextmanager
    def trial(self, *, names_nodes: bool) -> Iterator[Worker]:
        """Give a worker on a copy of its own, which it may change; then end it.

        With `names_nodes` the blank nodes of that copy have the names that they have in the store.
        """
        if names_nodes and self._mother is not None and not self._mother.names_nodes:
            with self.graph.writing:
                self._let_go()
        own = self._new_folder()
        try:
            worker = self._made(zygote.TRY, partial(self._copied, own))
            try:
                yield worker
            finally:
                worker.pipe.close()
                worker.kill()  # one that is dead already keeps its reason
                worker.ended = worker.mother.reap(worker)
        finally:
            if own is not None:
                shutil.rmtree(own, ignore_errors=True)

    def _made(self, kind: bytes, folder: Callable[[], bytes]) -> Worker:
        for _ in range(3):  # the zygote may have died since, and is made anew
            mother = self.start()
            with mother.asking:
                with self.graph.writing:  # sent in order with the changes: the fork has them all
                    version = self.graph.version
                    told = mother is self._mother and mother.tell(kind, folder())
                made = mother.made() if told else None
            if made is not None:
                made.version = version
                return made
        raise StoreError("the copy of the store for queries could not be made")

    def _new_folder(self) -> Path | None:
        if self.graph.folder is None:
            return None
        self._folder()  # makes the place for it
        return snapshots(self.graph.folder) / uuid4().hex

    def _copied(self, folder: Path | None) -> bytes:
        """Copy a folder store as it is now, by hard links, and return where."""
        if folder is None:
            return b""
        shutil.rmtree(folder, ignore_errors=True)
        self.graph.store.backup(str(folder))
        return str(folder).encode()

    def _folder(self) -> bytes:
        """Return the folder that a new worker opens: the store's as of now; "" for memory."""
        if self.graph.folder is None:
            return b""
        if self._snapshot is None or self._snapshot_version != self.graph.version:
            self._take_snapshot(self.graph.folder)
        return str(self._snapshot).encode()

    def _take_snapshot(self, folder: Path) -> None:
        last, place = self._snapshot, snapshots(folder)
        if last is None:
            shutil.rmtree(place, ignore_errors=True)  # of a server that was killed
            place.mkdir()
        version = self.graph.version
        self.graph.store.backup(str(place / str(version)))
        self._snapshot, self._snapshot_version = place / str(version), version
        if last is not None:
            shutil.rmtree(last, ignore_errors=True)  # who reads it has its files open

    def end(self) -> None:
        """End every zygote with its workers, and wait for them."""
        self._closed = True
        for mother in (self._mother, *self._old):
            if mother is not None:
                mother.end()
        with self.graph.writing, suppress(ValueError):
            self.graph.watchers.remove(self._told)
        if self._snapshot is not None:
            shutil.rmtree(self._snapshot.parent, ignore_errors=True)


def snapshots(folder: Path) -> Path:
    """Return where a folder store's snapshots are: beside it, as hard links cannot go far."""
    return folder.absolute().with_name(folder.absolute().name + ".readers")

"""A worker as the event loop sees it: one query out, one reply or its parts back.

The next query may be sent while the worker is at one, so that it need not fall asleep between
them: that costs as much as a small query does.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from kg.errors import QueryError
from kg.store import wire
from kg.store.mother import Worker
from kg.store.worker import Reply

_AHEAD = 8  # parts of a large answer that may wait for their reader
_READ = 1 << 16  # bytes; a larger buffer would be mapped anew for each small answer

GONE = "nobody waits for this answer any more"

Left = Callable[[], Awaitable[None]]  # waits until the caller has gone


@dataclass(slots=True, eq=False)
class Asked:
    """One query: the message that asks it, and the future that gets its reply."""

    message: bytes
    text: int  # hash of the query
    left: Left | None
    since: float
    reply: asyncio.Future[Reply]


class Hand:
    """One worker, its present query and what came back of it so far."""

    def __init__(
        self,
        worker: Worker,
        released: Callable[["Hand"], None],
        died: Callable[["Hand"], None],
    ) -> None:
        self.worker = worker
        self.began = 0.0
        self.seconds = 0.0
        self.cpu = -1.0  # its processor time when this query was first looked at; -1 before that
        self.asked: Asked | None = None
        self.ahead: Asked | None = None  # sent too, and next
        self.stands_back = False
        self.reason: QueryError | None = None  # why it was killed
        self.watcher: asyncio.Future[None] | None = None  # of a caller that may leave
        self._loop = asyncio.get_running_loop()
        self._released, self._died = released, died
        self._incoming = wire.Incoming()
        self._parts: _Parts | None = None
        self._unsent = b""
        worker.pipe.setblocking(False)
        self._loop.add_reader(worker.pipe.fileno(), self._arrived)

    def ask(self, asked: Asked, seconds: float) -> None:
        """Send a query; its future gets the reply. If one is asked already, this is the next."""
        self.seconds = seconds
        if self.asked is None:
            self._begin(asked)
        else:
            self.ahead = asked
        self._send(asked.message)

    def _begin(self, asked: Asked) -> None:
        self.began, self.cpu, self.asked = self._loop.time(), -1.0, asked

    def take_back(self) -> Asked | None:
        """Return the next query, for another worker; what this one says to it is nobody's."""
        asked = self.ahead
        if asked is None or asked.reply.done():
            return None
        nobody: asyncio.Future[Reply] = self._loop.create_future()
        nobody.cancel()
        self.ahead = replace(asked, left=None, reply=nobody)
        return asked

    def _send(self, message: bytes) -> None:
        if self._unsent:
            self._unsent += message
            return
        try:
            sent = self.worker.pipe.send(message)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # it has died; the reader is told
        if sent < len(message):
            self._unsent = message[sent:]
            self._loop.add_writer(self.worker.pipe.fileno(), self._send_rest)

    def _send_rest(self) -> None:
        try:
            self._unsent = self._unsent[self.worker.pipe.send(self._unsent) :]
        except BlockingIOError:
            return
        except OSError:
            self._unsent = b""
        if not self._unsent:
            self._loop.remove_writer(self.worker.pipe.fileno())

    def _arrived(self) -> None:
        try:
            data = self.worker.pipe.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            self._died(self)
            return
        for kind, body in self._incoming.with_more(data):
            self._take(kind, body)

    def _take(self, kind: bytes, body: bytes) -> None:
        if kind == wire.ANSWER:
            media_type, whole = wire.read_answer(body)
            self._end(Reply(whole, media_type))
        elif kind == wire.STREAM:
            self._parts = _Parts(self)
            self._deliver(Reply(media_type=body.decode(), parts=self._parts))
            if self.asked is not None and self.asked.reply.cancelled():
                self.stop(QueryError(GONE))  # nobody would ever read it
        elif kind == wire.PIECE and self._parts is not None:
            self._parts.add(body)
        elif kind == wire.END:
            self._end(None)
        elif kind == wire.ERROR:
            failure, error = wire.read_error(body)
            self.fail(error, failure)
            self._released(self)
        elif kind == wire.NOT_ACCEPTABLE:
            self._end(Reply(failure="not-acceptable"))

    def _end(self, reply: Reply | None) -> None:
        if reply is not None:
            self._deliver(reply)
        elif self._parts is not None:
            self._parts.finish(None)
        self._parts = None
        self._released(self)

    def _deliver(self, reply: Reply) -> None:
        if self.asked is not None and not self.asked.reply.done():
            self.asked.reply.set_result(reply)

    def fail(self, error: QueryError, failure: str = "limit") -> None:
        """Give the caller an error in place of the answer, or of the rest of it."""
        if self._parts is not None:
            self._parts.finish(error)
            self._parts = None
        else:
            self._deliver(Reply(failure=failure, error=error))

    def used(self) -> float:
        """Return the seconds of processor time since this query was first looked at."""
        now = self.worker.cpu_seconds()
        if self.cpu < 0:
            self.cpu = now
        return now - self.cpu

    def forget(self) -> None:
        """Forget the query that it had, and its caller; the next begins if there is one."""
        if self.watcher is not None:
            self.watcher.cancel()
            self.watcher = None
        asked, self.ahead = self.ahead, None
        if asked is None:
            self.began, self.asked = 0.0, None
        else:
            self._begin(asked)

    def stop(self, reason: QueryError) -> None:
        """Kill the worker and tell the caller why.

        A large process takes a while to end; its end is told as usual, but nobody waits for it.
        """
        if self.reason is None:
            self.reason = reason
            self.worker.kill()
            self.pause(False)
            self.fail(reason)

    def pause(self, yes: bool) -> None:
        """Stop reading, so that the socket fills and the engine waits; or go on."""
        if self.worker.pipe.fileno() < 0:
            return
        if yes:
            self._loop.remove_reader(self.worker.pipe.fileno())
        else:
            self._loop.add_reader(self.worker.pipe.fileno(), self._arrived)

    def close(self) -> None:
        """Let go of the worker's socket; an idle worker ends by that."""
        number = self.worker.pipe.fileno()
        if number >= 0:
            if not self._loop.is_closed():
                self._loop.remove_reader(number)
                self._loop.remove_writer(number)
            self.worker.pipe.close()


class _Parts(AsyncIterator[bytes]):
    """The parts of a large answer, in the order they are read; leaving it early ends the query."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._ready: deque[bytes] = deque()
        self._paused = self._ended = False
        self._error: QueryError | None = None
        self._wake: asyncio.Future[None] | None = None

    def add(self, part: bytes) -> None:
        self._ready.append(part)
        if len(self._ready) >= _AHEAD and not self._paused:
            self._paused = True
            self._hand.pause(True)
        self._tell()

    def finish(self, error: QueryError | None) -> None:
        self._ended, self._error = True, error
        self._tell()

    def _tell(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def __anext__(self) -> bytes:
        while not self._ready:
            if self._error is not None:
                raise self._error
            if self._ended:
                raise StopAsyncIteration
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
        part = self._ready.popleft()
        if self._paused and len(self._ready) < _AHEAD // 2 and not self._ended:
            self._paused = False
            self._hand.pause(False)
        return part

    async def aclose(self) -> None:
        """End the query if the answer is not complete."""
        if not self._ended:
            self._hand.stop(QueryError(GONE))

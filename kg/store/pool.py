"""Which worker answers which query, and when it is stopped; all within one event loop.

A query that has had some hundredths of a second of processor time is no small one: from there on
it has only the time that nobody else wants, and does not count against the workers kept for small
ones. When long queries hold more than half of all workers and others come to wait, the newest of
them is stopped.
"""

import asyncio
import os
import signal
from collections import OrderedDict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from kg.errors import QueryError, QueryLimitError
from kg.store import wire
from kg.store.hand import GONE, Asked, Hand, Left
from kg.store.herd import Herd
from kg.store.mother import Worker
from kg.store.worker import Reply, Request

_LOOK = 0.005  # seconds between looks at what runs
_SMALL = 0.02  # seconds of processor time; what takes more stands back
_SLOW = 0.01  # seconds; while all take longer, whoever waits has another worker made
_AT_ONCE = 0.002  # seconds; a query that began before so many is likely to be over soon
_LONG = 0.25  # seconds; what takes longer may be stopped for others
_WEIGH = 20  # looks between two weighings of all queries' memory
_REMEMBERED = 1000  # long queries


class Pool:
    """Up to `most` workers of a herd."""

    def __init__(self, herd: Herd, *, most: int, seconds: float, memory_mb: int) -> None:
        self.herd = herd
        self.most = most
        self.seconds = seconds
        self.memory_mb = memory_mb
        self.loop = asyncio.get_running_loop()
        self._kept = min(most, max(2, os.cpu_count() or 1))  # for small queries
        self._idle: list[Hand] = []
        self._busy: set[Hand] = set()
        self._waiting: deque[Asked] = deque()
        self._births: set[Future[Worker]] = set()
        self._dying: set[Hand] = set()  # killed when they were idle
        self._burials: set[asyncio.Future[None]] = set()
        self._long: OrderedDict[int, None] = OrderedDict()  # hashes of texts
        self._looks = 0
        self._looking: asyncio.TimerHandle | None = None
        self._thread = ThreadPoolExecutor(1, "keiretsu-herd")  # forks and reaps block

    async def ask(self, request: Request, left: Left | None) -> Reply:
        """Return the reply to a query; if the caller leaves or is cancelled it is stopped."""
        message = wire.request(self.seconds, request)
        place: asyncio.Future[Reply] = self.loop.create_future()
        asked = Asked(message, hash(request.query), left, self.loop.time(), place)
        hand = (self._take_idle() or self._about_to_end(asked)) if not self._waiting else None
        if hand is not None:
            self._give(hand, asked)
        else:
            self._waiting.append(asked)
            self._more()
        self._look_soon()
        try:
            return await place
        except asyncio.CancelledError:
            for hand in self._busy:
                if hand.asked is asked:
                    hand.stop(QueryError(GONE))
            raise

    def _give(self, hand: Hand, asked: Asked) -> None:
        hand.ask(asked, self.seconds)
        if asked.text in self._long:
            self._stand_back(hand)  # it was long before

    def _about_to_end(self, asked: Asked) -> Hand | None:
        """Return a worker that may be sent a query ahead, while no other is to be had soon."""
        if self._births or asked.text in self._long:
            return None
        for hand in self._busy:
            fresh = not hand.stands_back and asked.since - hand.began < _AT_ONCE
            if fresh and hand.ahead is None and hand.worker.version == self.herd.graph.version:
                return hand
        return None

    def _take_idle(self) -> Hand | None:
        while self._idle:
            hand = self._idle.pop()
            if hand.worker.version == self.herd.graph.version:
                self._busy.add(hand)
                return hand
            self._retire(hand)
        return None

    def _serve_waiting(self) -> None:
        while self._still_waiting() and (hand := self._take_idle()) is not None:
            self._give(hand, self._waiting.popleft())
        self._more()

    def _still_waiting(self) -> bool:
        """Say whether anyone waits, without those who have left."""
        while self._waiting and self._waiting[0].reply.done():
            self._waiting.popleft()
        return bool(self._waiting)

    def _more(self, spare: int = 0, *, at_once: int | None = None) -> None:
        """Have workers made for those who wait, and `spare` idle ones.

        More workers for small queries than processors only cost: `at_once` of them is the most.
        """
        wanted = len(self._waiting) + spare - len(self._births) - len(self._idle)
        for _ in range(wanted):
            small = sum(not hand.stands_back for hand in self._busy)
            ready = len(self._idle) + len(self._births)
            if small + ready >= (at_once or self._kept) or len(self._busy) + ready >= self.most:
                break
            birth = self._thread.submit(self.herd.worker)
            self._births.add(birth)
            birth.add_done_callback(self._tell_made)

    def _tell_made(self, birth: "Future[Worker]") -> None:
        with suppress(RuntimeError):  # the loop may have ended
            self.loop.call_soon_threadsafe(self._made, birth)

    def _made(self, birth: "Future[Worker]") -> None:
        if birth not in self._births:
            return  # too late: all workers were ended
        self._births.discard(birth)
        error = birth.exception()
        if error is None:
            worker = birth.result()
            worker.mother.ready = True
            self._idle.append(Hand(worker, self._released, self._died))
            self._serve_waiting()
            return
        while self._waiting:
            asked = self._waiting.popleft()
            if not asked.reply.done():
                asked.reply.set_exception(error)

    def _released(self, hand: Hand) -> None:
        if hand.reason is not None:
            self._take_back(hand)
        hand.forget()
        if hand.asked is not None and hand.reason is None:
            self._send_ahead(hand)
            return
        self._busy.discard(hand)
        enough = len(self._idle) >= 2 * self._kept and not self._waiting
        if self._is_as_new(hand) and not enough:
            self._idle.append(hand)
        else:
            self._retire(hand)
        if self._waiting:
            self._serve_waiting()

    def _send_ahead(self, hand: Hand) -> None:
        """Give a worker that has begun its next query the one after that, if any waits."""
        as_new = not hand.stands_back and hand.worker.version == self.herd.graph.version
        if as_new and self._still_waiting() and self._waiting[0].text not in self._long:
            hand.ask(self._waiting.popleft(), self.seconds)

    def _take_back(self, hand: Hand) -> None:
        """Let another worker have what a slow one was sent ahead."""
        asked = hand.take_back()
        if asked is not None:
            self._waiting.appendleft(asked)

    def _is_as_new(self, hand: Hand) -> bool:
        """Say whether a worker can go on: it can, unless it had to stand back or has grown."""
        if hand.reason is not None:
            return False
        if not hand.stands_back:
            return True
        grown = wire.size_of(hand.worker.pid) - hand.worker.size
        hand.stands_back = not hand.worker.come_forward()
        return not hand.stands_back and grown < self.memory_mb * (1 << 18)

    def _retire(self, hand: Hand) -> None:
        """Kill an idle worker; it is reaped when its end is told, so that nobody waits for it."""
        self._dying.add(hand)
        hand.worker.kill()

    def _died(self, hand: Hand) -> None:
        expected = hand in self._dying
        self._busy.discard(hand)
        self._dying.discard(hand)
        if hand in self._idle:
            self._idle.remove(hand)
        self._take_back(hand)
        task = self.loop.create_task(self._reap(hand))
        self._burials.add(task)
        task.add_done_callback(self._burials.discard)
        if self._waiting:
            self._serve_waiting()
        elif not expected:
            self._more(spare=1)

    async def _reap(self, hand: Hand) -> None:
        reap = hand.worker.mother.reap
        status = await self.loop.run_in_executor(self._thread, reap, hand.worker)
        hand.fail(hand.reason or self._why(status))
        hand.forget()

    def _why(self, status: int | None) -> QueryError:
        """Return why a worker ended that nobody killed."""
        if status == -signal.SIGSEGV:
            return QueryError("the engine cannot take this query; it may be nested too deeply")
        if status == -signal.SIGALRM:
            return self._too_long(self.seconds)
        return QueryLimitError(f"stopped: it took more memory than {self.memory_mb} MB")

    def _too_long(self, seconds: float) -> QueryLimitError:
        return QueryLimitError(f"stopped after {seconds:g} seconds")

    def _look_soon(self) -> None:
        if self._looking is None:
            self._looking = self.loop.call_later(_LOOK, self._look)

    def _look(self) -> None:
        """Stop what is over its limit, let long queries stand back, turn away who waits long."""
        self._looking = None
        now = self.loop.time()
        self._looks += 1
        crowded = len(self._busy) + len(self._waiting) > self._kept
        for hand in self._busy:
            if not hand.began:
                continue
            if now - hand.began > hand.seconds:
                hand.stop(self._too_long(hand.seconds))
            elif not hand.stands_back and hand.used() > (_SMALL / 2 if crowded else _SMALL):
                self._stand_back(hand)
            elif hand.stands_back and hand.used() > _LONG:
                self._remember(hand)
        slow = [
            hand
            for hand in self._busy
            if hand.ahead is not None and (hand.stands_back or now - hand.began > _SLOW)
        ]
        for hand in slow:
            self._take_back(hand)
        if slow:
            self._serve_waiting()
        self._make_room(now)
        small = [hand.began for hand in self._busy if not hand.stands_back]
        if self._waiting and all(0 < began < now - _SLOW for began in small):
            self._more(at_once=len(small) + 1)  # what holds them may be small no longer
        if self._looks % _WEIGH == 0:
            self._weigh()
        if self.herd.ready:
            self._turn_away(now)
        if self._busy or self._waiting:
            self._look_soon()

    def _stand_back(self, hand: Hand) -> None:
        hand.stands_back = True
        hand.worker.stand_back()
        if hand.asked is not None and hand.asked.left is not None:
            hand.watcher = asyncio.ensure_future(_stop_when_left(hand, hand.asked.left))
        self._more(spare=1)

    def _remember(self, hand: Hand) -> None:
        """Remember that a query is long, for the next time that it is asked."""
        if hand.asked is not None:
            self._long[hand.asked.text] = None
        if len(self._long) > _REMEMBERED:
            self._long.popitem(last=False)

    def _make_room(self, now: float) -> None:
        long = [
            hand
            for hand in self._busy
            if hand.reason is None and hand.stands_back and now - hand.began > _LONG
        ]
        tight = bool(self._waiting) or len(self._busy) > self.most - self.most // 4
        if tight and len(long) > max(1, self.most // 2):
            newest = max(long, key=lambda hand: hand.began)
            newest.stop(QueryLimitError("stopped for others: too many long queries at once"))

    def _weigh(self) -> None:
        """Stop the largest query when all together take more than a quarter of them may."""
        most = self.memory_mb * max(1, self.most // 4) << 20
        grown = {
            hand: wire.size_of(hand.worker.pid) - hand.worker.size
            for hand in self._busy
            if hand.stands_back
        }
        if sum(grown.values()) > most:
            largest = max(grown, key=lambda hand: grown[hand])
            largest.stop(
                QueryLimitError(f"stopped: all queries together took more than {most >> 20} MB")
            )

    def _turn_away(self, now: float) -> None:
        while self._waiting and now - self._waiting[0].since > self.seconds:
            asked = self._waiting.popleft()
            if not asked.reply.done():
                asked.reply.set_exception(
                    QueryLimitError("all workers are busy; try again in a moment")
                )

    def close(self) -> None:
        """End all workers; what is asked just now gets no answer."""
        if self._looking is not None:
            self._looking.cancel()
        for hand in (*self._idle, *self._busy, *self._dying):
            hand.close()
            hand.worker.kill()
        self._idle, self._busy, self._dying = [], set(), set()
        self.herd.end()
        self._thread.shutdown(cancel_futures=True)
        for birth in self._births:
            if not birth.cancelled() and birth.exception() is None:
                birth.result().pipe.close()
        self._births = set()


async def _stop_when_left(hand: Hand, left: Left) -> None:
    await left()
    hand.stop(QueryError(GONE))

"""An end to work that somebody waits for: what is computed looks at the clock as it goes.

    with deadline(5.0):
        legal_tests(...)                    raises QueryLimitError once five seconds are over
        ended(lambda: network_value(...))   the same soon after, though no loop looks at the clock

Every loop that may be long says `heed()`. What does not, in our own code or that of libraries, is
ended from outside between two steps of Python; one call of a compiled kernel runs to its end.
Outside of `deadline`, as on the command line and in Python, there is no end.
"""

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic
from types import FrameType
from typing import Any, TypeVar

from kg.errors import QueryLimitError

T = TypeVar("T")
_END: ContextVar[float] = ContextVar("end of the work", default=inf)
_GRACE = 0.25  # seconds in which loops that look at the clock end by themselves
_SLICE = 0.1  # seconds
# What other threads use too, or is never again as quick once it is done, is not broken off.
_WHOLE = (
    *("kg.store", "kg.matching", "kg.analytics.edges", "importlib", "numba", "llvmlite"),
    *("threading", "weakref", "_weakrefset"),  # what is raised in a callback is only printed
)
_STARTING, _WORKING, _OVER = range(3)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let work inside take so many seconds at most."""
    token = _END.set(min(monotonic() + seconds, _END.get()))
    try:
        yield
    finally:
        _END.reset(token)


def limited() -> bool:
    """Say whether somebody waits for the work."""
    return _END.get() < inf


def heed() -> None:
    """Go on, or raise QueryLimitError where the time is over; takes less than a microsecond."""
    if monotonic() > _END.get():
        raise _OverError


class _OverError(QueryLimitError):
    def __init__(self) -> None:
        super().__init__("stopped: it took longer than it may")


def slices(count: int) -> Iterator[tuple[int, int]]:
    """Yield the beginning and end of each slice of so many things, for one call of a kernel each.

    All at once where nobody waits, else so many that a slice takes about a tenth of a second.
    """
    first, size = 0, 1 if limited() else count
    while first < count:
        heed()
        began, last = monotonic(), min(first + size, count)
        yield first, last
        took = monotonic() - began
        size = 2 * size if took < _SLICE / 2 else max(1, size // 2) if took > 2 * _SLICE else size
        first = last


def ended(work: Callable[[], T]) -> T:
    """Return what work returns, or raise QueryLimitError soon after the time is over.

    Nothing is raised in what comes after it.
    """
    if not limited():
        return work()
    watch = _Watch(sys._getframe(), _END.get() + _GRACE)
    watch.start()
    try:
        watch.state = _WORKING
        return work()
    except SystemError:  # a compiled kernel came back while it was raised
        heed()
        raise
    finally:
        watch.state = _OVER  # the interpreter raises nothing before this is done
        try:
            watch.settle()
        except _OverError:  # just as it began
            watch.settle()


class _Watch(threading.Thread):
    """Raises in the thread that made it, as long as that works in a frame after the time is over.

    What it raises comes up a little later, wherever the worker then is: in `settle` too, which
    therefore can be broken off anywhere and begun again, with locks that hold no state of others.
    """

    def __init__(self, frame: FrameType, end: float) -> None:
        super().__init__(name="deadline", daemon=True)
        self.state = _STARTING
        self._frame: FrameType | None = frame
        self._end = end
        self._worker = threading.get_ident()
        self._going, self._gone = threading.Lock(), threading.Lock()
        self._going.acquire()
        self._gone.acquire()
        self._raises = True

    def run(self) -> None:
        """Wait for the time to be over, then raise until the work has ended."""
        wait = self._end - monotonic()
        while not self._going.acquire(timeout=max(wait, 0.0)) and self.state != _OVER:
            if self._may_raise():
                _raise_in(self._worker, ctypes.py_object(_OverError))
            wait = _GRACE
        self._frame = None  # which holds this
        self._raises = False
        self._gone.release()

    def settle(self) -> None:
        """Return once nothing more will be raised; what is still to come up is taken back."""
        while True:
            try:
                if self._raises and self._going.locked():
                    self._going.release()
                while self._raises:
                    self._gone.acquire(timeout=_GRACE)
                return _raise_in(self._worker, None)
            except _OverError:
                continue

    def _may_raise(self) -> bool:
        """Say whether the worker is still at it, and nowhere where it should not be broken off."""
        at = sys._current_frames().get(self._worker)
        while at is not None and at is not self._frame:
            module = str(at.f_globals.get("__name__", ""))
            if module.startswith(_WHOLE):
                return False
            at = at.f_back
        return at is self._frame and self.state == _WORKING


def _raise_in(thread: int, error: Any) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)

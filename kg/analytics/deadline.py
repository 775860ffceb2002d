"""An end to work that somebody waits for: what is computed looks at the clock as it goes.

    with deadline(5.0):
        legal_tests(...)        raises QueryLimitError once five seconds are over

A thread cannot be killed, so every loop that may be long says `heed()`. Outside of `deadline`, as
on the command line and in Python, there is no end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from time import monotonic

from kg.errors import QueryLimitError

_END: ContextVar[float] = ContextVar("end of the work", default=inf)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let work inside take so many seconds at most."""
    token = _END.set(min(monotonic() + seconds, _END.get()))
    try:
        yield
    finally:
        _END.reset(token)


def heed() -> None:
    """Go on, or raise QueryLimitError where the time is over; takes less than a microsecond."""
    if monotonic() > _END.get():
        raise QueryLimitError("stopped: it took longer than it may")

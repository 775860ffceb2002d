"""Compiled kernels: numba where it is installed, told once; import this only for large tables.

Machine code is kept beside the module (`__pycache__`) or, where that cannot be written, in the
user's cache folder; where neither can be, it is compiled anew in each process.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
T = TypeVar("T")


def _uncounted() -> dict[str, Any]:
    """Return what tells numba to count no references to arrays: private, it may go one day."""
    try:
        from numba.core.cpu import CPUTargetOptions
    except ImportError:
        return {}
    return {"_nrt": False} if hasattr(CPUTargetOptions, "_nrt") else {}


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a function of arrays and numbers; it lets go of the interpreter lock."""
    try:
        made = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # nowhere to keep it
        made = numba.njit(nogil=True)(function)
    return cast("Callable[P, T]", made)


def inner(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a part of a kernel into the kernels that call it; it returns numbers or nothing.

    In a loop over millions numba would count a reference to each array at each call, atomically,
    which takes longer than the work of most loops. What makes or returns arrays needs that count.
    """
    made = numba.njit(nogil=True, forceinline=True, **_uncounted())(function)
    return cast("Callable[P, T]", made)

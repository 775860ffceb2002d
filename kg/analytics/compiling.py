"""Compiled kernels: numba where it is installed, told once; import this only for large tables.

Machine code is kept beside the module (`__pycache__`) or, where that cannot be written, in the
user's cache folder; where neither can be, it is compiled anew in each process.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """Compile a function of arrays and numbers; it lets go of the interpreter lock."""
    try:
        made = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # nowhere to keep it
        made = numba.njit(nogil=True)(function)
    return cast("Callable[P, T]", made)

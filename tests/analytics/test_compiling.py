import pytest

pytest.importorskip("numba", reason="kernels need the extra 'analytics'")

import numpy as np
from numba.core.cpu import CPUTargetOptions

from kg.analytics.compiling import compiled, inner


@pytest.mark.parametrize("known", [True, False])
def test_parts_of_kernels_do_without_an_option_that_numba_has_for_itself(monkeypatch, known):
    if not known:
        (owner,) = (one for one in CPUTargetOptions.__mro__ if "_nrt" in vars(one))
        monkeypatch.delattr(owner, "_nrt")

    @inner
    def at(numbers, place):
        return numbers[place]

    @compiled
    def total(numbers):
        found = 0
        for place in range(len(numbers)):
            found += at(numbers, place)
        return found

    assert total(np.arange(5)) == 10
    assert at.targetoptions.get("_nrt", True) is not known

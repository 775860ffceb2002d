"""When to stop going round: what is left, estimated from how fast the last rounds shrank."""

from collections import deque

from kg.errors import EngineError

MOST_ROUNDS = 5_000
_WINDOW = 8  # rounds over which shrinking is measured; loops of different lengths take turns


class Remainder:
    """Watches the largest mass of each round; after round n at most about m r / (1 - r) is to come.

    r is the mean shrinking of the last eight rounds, so this is an estimate, not a bound. Raises
    EngineError where it grows without end, or shrinks too slowly.
    """

    def __init__(self, engine: str, tolerance: float) -> None:
        self.engine = engine
        self.tolerance = tolerance
        self.rounds = 0
        self.left = float("inf")
        self._seen: deque[float] = deque(maxlen=_WINDOW + 1)

    def __str__(self) -> str:
        return f"{self.rounds:,} rounds; about {self.left:.0e} is left of any share"

    def small(self, largest: float) -> bool:
        """Say whether what is left is below the tolerance."""
        self.rounds += 1
        self._seen.append(largest)
        if largest > 1e6:
            problem = "stakes in a loop sum to more than 100 %, so that the shares have no end"
            raise EngineError(self.engine, problem, "mend the table, or take --engine memory")
        if self.rounds > MOST_ROUNDS:
            problem = f"after {MOST_ROUNDS:,} rounds about {self.left:.0e} is still to come"
            advice = "a loop leaks too little: take --engine memory, or a larger --tolerance"
            raise EngineError(self.engine, problem, advice)
        if len(self._seen) <= _WINDOW:
            return False
        ratio = (largest / self._seen[0]) ** (1 / _WINDOW)
        self.left = largest * ratio / (1 - ratio) if ratio < 1 else float("inf")
        return self.left <= self.tolerance

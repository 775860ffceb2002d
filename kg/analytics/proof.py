"""Why a computed number is what it is: the rule, its parameters, the claims and the arithmetic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MOST_STEPS = 40  # a proof is there to be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The answer to "why?" for one number or verdict; small enough to read."""

    rule: str  # its name
    source: str  # the law, standard or paper that gives the rule
    parameters: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[str, ...] = ()  # the arithmetic, a line each
    claims: tuple[str, ...] = ()  # what it rests on

    def to_json(self) -> dict[str, object]:
        """Return it as JSON; a proof of more than 40 steps says how many it leaves out."""
        return {
            "rule": self.rule,
            "source": self.source,
            "parameters": dict(self.parameters),
            "steps": list(_cut(self.steps)),
            "claims": list(self.claims),
        }

    def __str__(self) -> str:
        given = ", ".join(f"{name} {value}" for name, value in self.parameters.items())
        lines = [f"{self.rule} ({self.source})" + (f"; {given}" if given else "")]
        return "\n  ".join([*lines, *_cut(self.steps)])


def _cut(steps: tuple[str, ...]) -> tuple[str, ...]:
    if len(steps) <= MOST_STEPS:
        return steps
    return (*steps[: MOST_STEPS - 1], f"... and {len(steps) - MOST_STEPS + 1} more")


def all_claims(parts: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return the claims of several parts, each once, in the order in which they come."""
    return tuple(dict.fromkeys(claim for part in parts for claim in part))

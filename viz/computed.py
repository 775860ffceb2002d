"""Links that no source states but that follow from stakes: integrated ownership and control.

Only between things that a picture shows, on the day it shows; each says how it was found.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from kg.analytics.control_pairs import ControlIndex
from kg.analytics.fixpoint import majority
from kg.analytics.inquiries.asking import ask_on
from kg.analytics.integrated import ownership
from kg.analytics.network import Network, network
from kg.errors import ParameterError
from kg.store.base import Graph
from viz.scene import Link
from viz.view import short_id

MOST_HOLDERS = 60  # whose holdings are worked out for one picture
MOST_STAKES = 200_000  # of the whole graph; more take longer than a reader waits
_MOST_PROOFS = 120  # links that say how they were found


def computed_links(
    graph: Graph, layer: str, shown: Collection[str], holders: Collection[str],
    clocks: Mapping[str, str],
) -> list[Link]:  # fmt: skip
    """Return the links of a layer between the things shown.

    Without `as_of` stakes are those of today. Raises ParameterError where there is too much.
    """
    if len(holders) > MOST_HOLDERS:
        raise ParameterError(
            "layer",
            f"{len(holders)} holders are too many to work out at once ({MOST_HOLDERS} at most); "
            "hide some, or ask for one company",
        )
    days = {name: date.fromisoformat(day) for name, day in clocks.items()}
    found = network(graph, as_of=days.get("as_of"), known_by=days.get("known_by"))
    if len(found.capital) > MOST_STAKES:
        raise ParameterError("layer", f"a graph of more than {MOST_STAKES:,} stakes is too large")
    pairs = _owned if layer == "integrated" else _controlled
    return [
        _worked_out(found, layer, *pair, why=place < _MOST_PROOFS)
        for place, pair in enumerate(sorted(set(pairs(found, shown, holders))))
    ]


def _owned(
    found: Network, shown: Collection[str], holders: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield who has a part of what, of the things shown."""
    for holder in holders:
        if holder in found.capital.numbers:
            for one in ownership(found.capital, "corrected", by=holder):
                if one.owned in shown and one.owned != holder:
                    yield holder, one.owned


def _controlled(
    found: Network, shown: Collection[str], holders: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield who controls what, of the things shown."""
    index = ControlIndex(found.deciding, majority("0.5"))
    for holder in holders:
        if holder in found.deciding.numbers:
            for row in index.rows([holder]):
                whom = str(row.to_json()["controlled"])
                if whom in shown and whom != holder:
                    yield holder, whom


def _worked_out(found: Network, layer: str, holder: str, company: str, *, why: bool) -> Link:
    name, start, end = (
        ("ownership", "owner", "owned")
        if layer == "integrated"
        else ("control", "controller", "controlled")
    )
    asked = {start: [holder], end: [company], "why": [str(why).lower()]}
    row = ask_on(found, name, asked).rows[0]
    return _integrated(row) if layer == "integrated" else _control(row)


def _integrated(row: Mapping[str, Any]) -> Link:
    owner, owned = row["owner"], row["owned"]
    label = _share(row)
    return Link(
        id=f"integrated {short_id(owner['id'])} {short_id(owned['id'])}",
        kind="integrated",
        start=owner["id"],
        end=owned["id"],
        label=label,
        sentence=f"{owner['label']} has {label} of {owned['label']}, directly and through others",
        share=float(row["share"]) if row["share"] is not None else None,
        status="active",
        why=_steps(row),
        claims=tuple(row["claims"]),
    )


def _control(row: Mapping[str, Any]) -> Link:
    by, whom = row["controller"], row["controlled"]
    surely = "controls" if row["certainty"] == "certain" else "possibly controls"
    held = f", with {float(row['held']) * 100:.4g}% of it" if row.get("held") else ""
    return Link(
        id=f"control {short_id(by['id'])} {short_id(whom['id'])}",
        kind="control",
        start=by["id"],
        end=whom["id"],
        label="controls" if surely == "controls" else "controls?",
        sentence=f"{by['label']} {surely} {whom['label']}{held}",
        status="active" if row["certainty"] == "certain" else "possible",
        status_label=row["certainty"],
        why=_steps(row),
        claims=tuple(row["claims"]),
    )


def _share(row: Mapping[str, Any]) -> str:
    if row["share"] is not None:
        return f"{float(row['share']) * 100:.3g}%"
    low, high = (f"{float(row[end] or 0) * 100:.3g}" for end in ("low", "high"))
    return f"{low}\u2013{high}%"


def _steps(row: Mapping[str, Any]) -> tuple[str, ...]:
    why = row.get("why") or {}
    return tuple(str(step) for step in why.get("steps", ()))

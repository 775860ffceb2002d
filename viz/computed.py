"""Links that no source states but that follow from stakes: integrated ownership and control.

Only between things that a picture shows, on the day it shows; each says how it was found.
"""

from collections.abc import Collection, Mapping
from typing import Any

from kg.analytics.inquiries.asking import Report, ask
from kg.errors import ParameterError
from kg.store.base import Graph
from viz.scene import Link
from viz.view import short_id

MOST_HOLDERS = 60  # whose holdings are worked out for one picture
MOST_STAKES = 200_000  # of the whole graph; more take longer than a reader waits


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
    links = []
    for holder in sorted(holders):
        for row in _asked(graph, layer, holder, clocks).rows:
            end = row["owned" if layer == "integrated" else "controlled"]["id"]
            if end in shown and end != holder:
                links.append(_integrated(row) if layer == "integrated" else _control(row))
    return links


def _asked(graph: Graph, layer: str, holder: str, clocks: Mapping[str, str]) -> Report:
    name, parameter = ("ownership", "owner") if layer == "integrated" else ("control", "controller")
    values = {parameter: [holder], "why": ["true"], "limit": ["1000"]}
    return ask(
        graph, name, values | {key: [day] for key, day in clocks.items()}, most_stakes=MOST_STAKES
    )


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

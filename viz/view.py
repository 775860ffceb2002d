"""What a picture is asked to show, as it stands in an address.

    ?company=nissan-motor&hops=2&expanded=company/renault~holdings&path=company/a&path=company/b

Filters, theme and what is selected are the page's own: they change nothing that Python works out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kg import names
from kg.errors import ParameterError, cut

RELATIONS = ("owners", "holdings", "alliances", "members")
LAYERS = ("integrated", "control")
MOST_STEPS = 60  # expansions of one picture
MOST_HOPS = 3
MOST_DRAWN = 1500  # nodes; a picture of more says nothing, a table and a narrower question do


@dataclass(frozen=True, slots=True)
class Step:
    """One expansion: the next neighbours of a node, of one relation or of all."""

    id: str  # IRI
    relation: str = ""  # one of RELATIONS; empty: all

    def __str__(self) -> str:
        return short_id(self.id) + (f"~{self.relation}" if self.relation else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where a picture begins, how far it goes, and on which days."""

    company: str = ""  # name, slug or LEI of a company or alliance; empty: everything
    hops: int = 1
    expanded: tuple[Step, ...] = ()
    path: tuple[str, ...] = ()  # two ends, as IRIs
    layers: tuple[str, ...] = ()
    clocks: Mapping[str, str] = field(default_factory=dict)  # as_of, known_by where given

    @property
    def timeless(self) -> "View":
        """Return the same on any day: its places hold for every day."""
        return replace(self, clocks={}, layers=())

    @property
    def key(self) -> tuple[object, ...]:
        """Return something to keep its picture by."""
        return (
            self.company, self.hops, self.expanded, self.path, self.layers,
            self.clocks.get("as_of", ""), self.clocks.get("known_by", ""),
        )  # fmt: skip


def view_of(values: Mapping[str, Sequence[str]]) -> View:
    """Return the view that the parameters of an address name.

    Raises ParameterError for a number or day that is none, and for more than can be shown.
    """
    one = {name: texts[-1] for name, texts in values.items() if texts and texts[-1]}
    ends = tuple(long_id(text) for text in values.get("path", ()) if text)
    if len(ends) not in (0, 2):
        raise ParameterError("path", "takes two ends: path=company/a&path=company/b")
    expanded = [text for text in values.get("expanded", ()) if text]
    if len(expanded) > MOST_STEPS:
        raise ParameterError("expanded", f"is given more than {MOST_STEPS} times")
    return View(
        company=one.get("company", ""),
        hops=_hops(one.get("hops", "1")),
        expanded=tuple(map(_step, expanded)),
        path=ends,
        layers=tuple(sorted({_layer(text) for text in values.get("layer", ()) if text})),
        clocks={name: _day(name, one[name]) for name in ("as_of", "known_by") if name in one},
    )


def _hops(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= MOST_HOPS):
        raise ParameterError("hops", f"{cut(text)!r} is none of 1 to {MOST_HOPS}")
    return int(text)


def _step(text: str) -> Step:
    name, tilde, relation = text.rpartition("~")
    if not tilde:
        return Step(long_id(text))
    if relation not in RELATIONS:
        raise ParameterError("expanded", f"{cut(relation)!r} is none of {', '.join(RELATIONS)}")
    return Step(long_id(name), relation)


def _layer(text: str) -> str:
    if text not in LAYERS:
        raise ParameterError("layer", f"{cut(text)!r} is none of {', '.join(LAYERS)}")
    return text


def _day(name: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ParameterError(name, f"{cut(text)!r} is not a date such as 2024-08-01") from None


def short_id(iri: str) -> str:
    """Return an IRI as an address shows it: `company/nissan-motor` for one of the house."""
    return iri.removeprefix(names.ENTITY)


def long_id(text: str) -> str:
    """Return the IRI that `short_id` shortened."""
    return text if ":" in text else names.ENTITY + text

"""What is said of single things besides their relations: figures, homes, agreements, plans."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kg import names
from kg.questions.answer import AnswerRow
from kg.store.base import Graph
from viz.asking import rows_of
from viz.relations import decimal_in, iri_in, label_in
from viz.scene import Figure
from viz.words import amount, per_cent

Said = tuple[str, tuple[str, ...]]  # a sentence, and its claims

ALL_POWERTRAINS = names.code("powertrain", "all")
WORLD = names.entity("market", "world")
_DISSOLVED = names.code("alliance-state", "ended")
FACT = {names.code("modality", name) for name in ("stated", "announced", "confirmed")}
_FIGURES = (
    ("sales-of", "Vehicles sold"),
    ("sales-growth-of", "Change of sales"),
    ("market-share-of", "Market share"),
)
_NOTES = (
    ("agreements-of", "company", ("company", "partner"), "says"),
    ("plans-and-policies", "actor", ("actor",), "text"),
    ("who-declined-to-comment", "speaker", ("speaker",), "says"),
)


@dataclass
class Facts:
    """What is known of some things, by IRI."""

    figures: defaultdict[str, list[Figure]] = field(default_factory=lambda: defaultdict(list))
    notes: defaultdict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[str, AnswerRow] = field(default_factory=dict)
    sales: dict[str, AnswerRow] = field(default_factory=dict)  # by which a circle is drawn
    over: set[str] = field(default_factory=set)  # alliances that a source states as dissolved

    def country(self, iri: str) -> str:
        """Return the country a company is at home in, where a source says so."""
        return label_in(self.homes[iri], "country") if iri in self.homes else ""

    def sold(self, iri: str) -> Decimal | None:
        """Return the vehicles a company sold worldwide; None where no source says so."""
        return decimal_in(self.sales[iri], "value") if iri in self.sales else None

    def sold_text(self, iri: str) -> str:
        """Return the same in words, with its period."""
        row = self.sales.get(iri)
        if row is None:
            return ""
        vehicles = f"{amount(decimal_in(row, 'value') or Decimal(0))} vehicles worldwide"
        return ", ".join(filter(None, [vehicles, label_in(row, "period")]))


def facts_about(graph: Graph, things: Sequence[str], clocks: Mapping[str, str]) -> Facts:
    """Return what is said of `things` (IRIs) under both clocks."""
    found = Facts()
    asked = [
        *((question, "subject") for question, _ in _FIGURES),
        ("based-in", "company"),
        ("how-far-is-an-alliance", "alliance"),
        *((question, parameter) for question, parameter, _, _ in _NOTES),
    ]
    answers = rows_of(graph, asked, things, clocks)
    for (_, measure), rows in zip(_FIGURES, answers, strict=False):
        for row in rows:
            found.figures[iri_in(row, "subject")].append(_figure(row, measure))
            _measured(found, row)
    homes, states, *notes = answers[len(_FIGURES) :]
    found.over = {iri_in(row, "alliance") for row in states if iri_in(row, "state") == _DISSOLVED}
    for row in homes:
        found.homes.setdefault(iri_in(row, "company"), row)
    for (_, _, who, text), rows in zip(_NOTES, notes, strict=True):
        for row in rows:
            _noted(found, row, who, text)
    return found


def _noted(found: Facts, row: AnswerRow, who: Sequence[str], text: str) -> None:
    note = (str(row.values[text]), row.claims)
    for column in who:
        own = found.notes[iri_in(row, column)]
        if note not in own:
            own.append(note)


def _measured(found: Facts, row: AnswerRow) -> None:
    """Keep the row of all vehicles sold worldwide, of the latest period stated as fact."""
    subject = iri_in(row, "subject")
    # An alliance's total would dwarf its members and is no size of a company.
    if names.kind_of(subject) != "company" or "value" not in row.values:
        return
    plain = (
        iri_in(row, "powertrain") == ALL_POWERTRAINS
        and iri_in(row, "market") == WORLD
        and iri_in(row, "modality") in FACT
        and decimal_in(row, "value") is not None
    )
    held = found.sales.get(subject)
    if plain and (held is None or iri_in(row, "period") > iri_in(held, "period")):
        found.sales[subject] = row


def _figure(row: AnswerRow, measure: str) -> Figure:
    return Figure(
        measure=measure,
        text=_figure_text(row),
        market=label_in(row, "market"),
        powertrain=(
            "" if iri_in(row, "powertrain") == ALL_POWERTRAINS else label_in(row, "powertrain")
        ),
        period=label_in(row, "period"),
        qualifier=_qualifier(row),
        claims=row.claims,
    )


def _qualifier(row: AnswerRow) -> str:
    """Return what keeps a figure from being a plain fact: "conditional, period inferred"."""
    modality = "" if iri_in(row, "modality") in FACT else label_in(row, "modality")
    inferred = names.local_name(iri_in(row, "period_basis")) == "inferred"
    return ", ".join(filter(None, [modality, "period inferred" if inferred else ""]))


def _figure_text(row: AnswerRow) -> str:
    """Return the figure of a row in words, whichever of its columns has it."""
    if "change" in row.values:
        change = decimal_in(row, "change") or Decimal(0)
        return ("+" if change > 0 else "") + per_cent(change)
    if "share" in row.values:
        share = decimal_in(row, "share")
        return per_cent(share) if share is not None else label_in(row, "trend")
    value, low = decimal_in(row, "value"), decimal_in(row, "low")
    if value is not None:
        return amount(value)
    return f"more than {amount(low)}" if low is not None else "not stated"

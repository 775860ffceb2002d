"""Asked: a reading put to the graph: values bound, conditions applied, rows at hand.

What a question has no parameter for is held against its rows: a period, a place, a kind of
vehicle. What it has neither parameter nor column for is not understood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache

from kg import names, ontology
from kg.matching import Entity, Register
from kg.names import Iri
from kg.questions.answer import Answer, AnswerRow, Named, Value, ask
from kg.questions.catalogue import Question, questions
from kg.questions.reading.dates import Dated, dated, periods_known
from kg.questions.reading.periods import When
from kg.questions.reading.reading import Read
from kg.store.base import Graph

_CLOCKS = ("as_of", "known_by")
_ELECTRIC = ("electric-as-printed", "battery-electric")


class NotCoveredError(Exception):
    """A part of a sentence that its question cannot take; the text says which."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading with its rows, before anything is made of them."""

    read: Read
    question: Question
    entities: Mapping[str, tuple[Entity, ...]]  # of each slot, also of those that are no parameter
    parameters: dict[str, Value]
    rows: tuple[AnswerRow, ...]
    every: tuple[AnswerRow, ...]  # the rows before periods were held against them
    answers: tuple[Answer, ...]
    notes: tuple[str, ...] = ()
    others: tuple["Asked", ...] = field(default=())  # further readings of its period
    adjectives: Mapping[str, str] = field(default_factory=dict)  # "japanese": "Japan"

    def one(self, slot: str) -> Entity:
        """Return the entity in a slot that has one."""
        return self.entities[slot][0]

    def home_of(self, label: str) -> str:
        """Return the country that the name of a group begins with: "Japanese makers"."""
        return self.adjectives.get(label.partition(" ")[0].casefold(), "")

    def narrowed(self, rows: Sequence[AnswerRow], *notes: str) -> "Asked":
        """Return it with other rows."""
        return replace(self, rows=tuple(rows), notes=(*self.notes, *(n for n in notes if n)))


def put(
    graph: Graph,
    read: Read,
    entities: Mapping[str, tuple[Entity, ...]],
    known: Register,
    adjectives: Mapping[str, str],
) -> Asked:
    """Return a reading with its rows. Raises NotCoveredError where it cannot take a condition."""
    question = questions()[read.frame.wording.question]
    values, filters, whens = _values(read, question)
    for one in question.parameters:
        if one.required and one.name not in values and one.name not in entities:
            raise NotCoveredError(f"it has to be said: {one.meaning}")
    slots = {**entities}
    subject = next((name for name in slots if name != "part"), "")
    several = (
        [*slots.get(subject, ()), *slots.get("other", ())]
        if "other" in slots
        else list(slots.get(subject, ()))
    )
    single = {
        name: ones[0].id
        for name, ones in slots.items()
        if name != subject and question.parameter(name) is not None
    }
    if question.parameter("other") and "other" in slots:
        several = list(slots[subject])
    asked_of = [one.id for one in several] if question.parameter(subject) else [""]
    if "among" in slots and slots["among"][0].kind == "Market":  # an order is among its makers
        filters["home"] = single.pop("among")
    notes: list[str] = []
    answers = []
    among: set[str] = {one.id for one in read.conditions.among}
    for each in asked_of or [""]:
        bound = {**values, **single, **({subject: each} if each else {})}
        narrow = None if among else _narrow(read, question, bound, whens, known)
        found = _answer(graph, question, narrow, notes) if narrow else None
        if found is None or not _ranked_already(found):
            found = _answer(graph, question, bound, notes)
        if not found.rows:
            group = _like_group(bound.get("subject", ""), known, adjectives)
            other = [_answer(graph, question, {**bound, "subject": one.id}, []) for one in group]
            if len(told := [one for one in other if one.rows]) == 1:
                found = told[0]
                notes.append(_instead(known.label(bound["subject"]), found))
        answers.append(found)
    rows = [row for answer in answers for row in answer.rows]
    if among:
        given = {*values, *single, subject}
        rows = [row for row in rows if _is_one_of(row, among, given)]
    within = known.label(filters["home"]) if "home" in filters else ""
    rows = [
        row
        for row in rows
        if all(_fits(row, name, wanted) for name, wanted in filters.items() if name != "home")
        and (not within or _of_country(row, within, adjectives))
    ]
    for name, ones in slots.items():
        kept = [row for row in rows if _held(row, name, ones, question)]
        if name == "part" and rows and not kept:
            together = dict.fromkeys(
                ", ".join(sorted(str(row.values.get("parts")).split(", "))) for row in rows
            )
            notes.append(f"known only for {'; '.join(together)} together")
        rows = kept
    parameters = _parameters(answers, slots, filters, whens, known)
    if among:
        parameters["of"] = ", ".join(one.label for one in read.conditions.among)
    made = Asked(
        read,
        question,
        slots,
        parameters,
        tuple(rows),
        tuple(rows),
        tuple(answers),
        tuple(dict.fromkeys(notes)),
        adjectives=adjectives,
    )
    return _at(made, whens)


def _is_one_of(row: AnswerRow, among: set[str], given: set[str]) -> bool:
    """Say whether a row is of one of those that are asked for, besides what was given."""
    return any(
        isinstance(value, Named) and value.id in among
        for name, value in row.values.items()
        if name not in given
    )


def _of_country(row: AnswerRow, country: str, adjectives: Mapping[str, str]) -> bool:
    """Say whether a rank is in the order of a country: "Japanese makers" is that of Japan."""
    among = row.values.get("among")
    if not isinstance(among, Named):
        return False
    first = among.label.partition(" ")[0].casefold()
    return country in (among.label, adjectives.get(first))


def _held(row: AnswerRow, slot: str, ones: Sequence[Entity], question: Question) -> bool:
    """Say whether a row is of what stands in a slot that no parameter takes, or takes one of."""
    if slot == "part":
        return set(str(row.values.get("parts")).split(", ")) == {one.label for one in ones}
    if question.parameter(slot) is not None or slot not in row.values:
        return True
    return any(_fits(row, slot, one.id) for one in ones)


def _answer(graph: Graph, question: Question, bound: dict[str, str], notes: list[str]) -> Answer:
    """Return an answer; what is printed as electric only may also be known as battery-electric."""
    answer = ask(graph, question.name, bound, whole=False)
    if not answer.rows and bound.get("powertrain") == _ELECTRIC[0]:
        other = ask(graph, question.name, {**bound, "powertrain": _ELECTRIC[1]}, whole=False)
        if other.rows:
            notes.append("electric vehicles are read as battery-electric ones")
            return other
    return answer


def _like_group(asked: str, known: Register, adjectives: Mapping[str, str]) -> list[Entity]:
    """Return the other groups of a group's country: who asks for makers may mean brands."""
    group = known.by_id.get(Iri(asked))
    if group is None or group.kind != "CompanyGroup":
        return []
    first = group.label.partition(" ")[0]
    if first.casefold() not in adjectives:
        return []
    begins = (one for one in known.by_id.values() if one.label.startswith(f"{first} "))
    return [one for one in begins if one.kind == "CompanyGroup" and one != group]


def _instead(label: str, found: Answer) -> str:
    """Return a note that sources speak of another group than was asked for."""
    other = found.parameters.get("subject")
    return (
        f"sources speak of {other.label if isinstance(other, Named) else ''} here, not of {label}"
    )


_IN_ORDER = frozenset({"most", "least", "rank", "nth", "who-above", "who-below"})


def _narrow(
    read: Read,
    question: Question,
    bound: Mapping[str, str],
    whens: Sequence[When],
    known: Register,
) -> dict[str, str] | None:
    """Return values for what an order is taken of first: all vehicles, the world, just the period.

    Of many thousand figures only those are then read; None where nothing would be spared.
    """
    if read.frame.wording.act not in _IN_ORDER or question.name != "sales-ranking":
        return None
    if len(whens) != 1 or whens[0].kind != "exact" or not whens[0].first or not whens[0].last:
        return None
    named = f"{whens[0].first.isoformat()}--{whens[0].last.isoformat()}"
    world = names.entity("market", "world")
    usual = {"powertrain": "all"} | ({"market": world} if world in known.by_id else {})
    period = names.entity("period", named)
    return {**usual, **bound, "period": period} if period in known.by_id else None


def _ranked_already(found: Answer) -> bool:
    """Say whether figures of two are there, so that no others would come before them."""
    who = {v.id for row in found.rows if isinstance(v := row.values.get("subject"), Named)}
    return len(who) > 1


def _values(read: Read, question: Question) -> tuple[dict[str, str], dict[str, str], list[When]]:
    """Return values for parameters, values to hold rows against, and periods."""
    wording, conditions = read.frame.wording, read.conditions
    columns = {one.name for one in question.columns}
    values = {name: value for name, value in wording.fixed.items() if question.parameter(name)}
    filters: dict[str, str] = {}
    for place in conditions.places:
        if question.parameter("market") and "market" not in values and "market" not in read.slots:
            values["market"] = place.id
        elif "market" in columns and "market" not in filters and "market" not in read.slots:
            filters["market"] = place.id
        elif question.name in _WORLDWIDE and names.local_name(place.id) == "world":
            continue  # its figures are of all sales, which is what "global" says
        elif question.parameter("among") and "home" not in read.slots and "home" not in filters:
            filters["home"] = place.id
        else:
            raise NotCoveredError(f"in {place.label}")
    if conditions.powertrain == "?":
        raise NotCoveredError("two kinds of vehicle at once")
    if conditions.powertrain:
        if question.parameter("powertrain"):
            values["powertrain"] = conditions.powertrain
        elif "powertrain" in columns:
            filters["powertrain"] = names.code("powertrain", conditions.powertrain)
        elif "scope" in columns and conditions.powertrain in _ON_ELECTRIC:
            filters["scope"] = _ELECTRIC_SCOPE
        elif question.name not in _ABOUT_VEHICLES:
            raise NotCoveredError(ontology.label(names.code("powertrain", conditions.powertrain)))
    whens = _times(read, question, columns, values)
    return values, filters, whens


_ON_ELECTRIC = (*_ELECTRIC, "new-energy")
_ELECTRIC_SCOPE = names.code("scope", "electric-vehicles")
_WORLDWIDE = ("sales-mix-of",)

# Questions whose rows say in words which vehicles they are about.
_ABOUT_VEHICLES = ("plans-and-policies",)


def _times(read: Read, question: Question, columns: set[str], values: dict[str, str]) -> list[When]:
    """Put clocks into `values`, and return the periods that rows are to be held against."""
    whens = []
    for when in read.conditions.whens:
        if when.kind == "relative":
            raise NotCoveredError(f"{when.text} (say which year, or state today's date)")
        if when.kind == "unreadable":
            raise NotCoveredError(when.text)
        if when.kind in _CLOCKS:
            if when.kind in values or not question.parameter(when.kind) or when.last is None:
                raise NotCoveredError(when.text)
            values[when.kind] = when.last.isoformat()
        elif question.parameter("since") and when.first and when.last and "since" not in values:
            before = when.first if when.kind == "between" else when.first - timedelta(days=1)
            values["since"] = before.isoformat()
            values["until"] = when.last.isoformat()
        elif columns & {"period", "subject_period", "at", "due", "effective"}:
            whens.append(when)
        elif (
            when.kind == "exact"
            and question.parameter("as_of")
            and when.last
            and "as_of" not in values
        ):
            values["as_of"] = when.last.isoformat()
        else:
            raise NotCoveredError(when.text)
    return whens


def _fits(row: AnswerRow, column: str, wanted: str) -> bool:
    value = row.values.get(column)
    return isinstance(value, Named) and wanted in (value.id, _broader().get(value.id))


@cache
def _broader() -> dict[str, str | None]:
    """Return the wider field of each field of work: parts of electric vehicles are of them."""
    return {one.iri: one.broader for one in ontology.code_list("scope")}


def _parameters(
    answers: Sequence[Answer],
    slots: Mapping[str, tuple[Entity, ...]],
    filters: Mapping[str, str],
    whens: Sequence[When],
    known: Register,
) -> dict[str, Value]:
    """Return every value that the reading used, also those that no parameter takes."""
    found: dict[str, Value] = {}
    for name, value in answers[0].parameters.items():
        if value is not None and (name, value) != ("policy", "all"):
            found[name] = value
    for name, ones in slots.items():
        if len(ones) > 1:
            found[name] = ", ".join(one.label for one in ones)
        elif name not in found:
            found[name] = Named(ones[0].id, ones[0].label)
    for name, wanted in filters.items():
        found[name] = Named(wanted, known.label(wanted))
    if whens:
        found["period"] = _period_value(whens, known)
    return found


def _period_value(whens: Sequence[When], known: Register) -> Value:
    if len(whens) == 1 and whens[0].kind == "exact" and whens[0].first and whens[0].last:
        iri = names.entity("period", f"{whens[0].first.isoformat()}--{whens[0].last.isoformat()}")
        return Named(iri, known.label(iri))
    return ", ".join(when.text for when in whens)


def _of_both(made: Asked, found: Sequence[Sequence[Dated]]) -> Asked:
    """Return it with the rows of two periods; what either may mean besides is left aside."""
    rows = [next((one.rows for one in each if one.rows), ()) for each in found]
    if all(rows):
        return made.narrowed([row for each in rows for row in each])
    return made.narrowed((), f"known for: {', '.join(periods_known(made.every))}")


def _at(made: Asked, whens: Sequence[When]) -> Asked:
    """Return it with the rows of the periods asked for; several readings become `others`."""
    if not whens or not made.rows:
        return made
    found = dated(made.rows, whens[0])
    if made.read.frame.wording.act == "change" and len(whens) == 2:
        return _of_both(made, [dated(made.rows, when) for when in whens])
    for when in whens[1:]:
        found = [one for each in found for one in dated(each.rows, when)]
    readings = [
        replace(each, parameters={**each.parameters, "period": one.label})
        if len(found) > 1
        else each
        for one in found
        for each in (made.narrowed(one.rows),)
    ] or [made.narrowed(())]
    known = periods_known(made.every)
    if known and not any(each.rows for each in readings):
        readings = [each.narrowed((), f"known for: {', '.join(known)}") for each in readings]
    return replace(readings[0], others=tuple(readings[1:]))

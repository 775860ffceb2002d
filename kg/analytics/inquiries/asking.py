"""Asking an inquiry: names become things, a network is made, and rows become an answer.

The answer says what was understood, both clocks, the policy, the method and its source; each row
has its claims, and the claims come whole. Where nothing is known there is no row and no "no".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kg import names
from kg.analytics.deadline import ended
from kg.analytics.inquiries import inquiry
from kg.analytics.inquiries.inquiry import (
    COMMON,
    Context,
    Found,
    Inquiry,
    Row,
    Values,
    checked,
)
from kg.analytics.inquiries.names_given import resolve
from kg.analytics.network import Network, Remark, network
from kg.analytics.stakes import CAPITAL, VOTES
from kg.errors import ParameterError, UnknownNameError, cut
from kg.evidence import Evidence, evidence
from kg.matching import Register, register
from kg.questions.catalogue import ENTITY_KINDS
from kg.questions.disagreement import Silence, silence
from kg.store.base import Graph

MOST_STAKES = 200_000  # of a network that is worked on while somebody waits
_MOST_CLAIMS = 500  # told whole in one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an inquiry found, and what it rests on."""

    inquiry: Inquiry
    reading: str
    parameters: dict[str, Any]
    network: Network
    method: str
    rows: tuple[Row, ...]  # of this page
    total: int
    offset: int
    remarks: tuple[Remark, ...]
    silence: Silence | None  # why there is no row, where nothing is known
    claims: dict[str, Evidence]

    @property
    def status(self) -> str:
        """Return answered; none-found, where nothing fits what is known; or no-data."""
        if self.silence is not None:
            return "no-data"
        return "answered" if self.total else "none-found"


def ask(
    graph: Graph,
    name: str,
    values: Mapping[str, Sequence[str]],
    *,
    most_stakes: int | None = MOST_STAKES,
    all_rows: bool = False,
) -> Report:
    """Return the answer to the inquiry `name`; a page of it, or with `all_rows` the whole.

    Raises UnknownQuestionError, or ParameterError (UnknownNameError, AmbiguousNameError) naming
    the parameter; ParameterError too where the network has more than `most_stakes`.
    """
    asked, known = inquiry(name), register(graph)
    given = _bound(asked, values, known)
    found_network = network(
        graph,
        as_of=_day(given.one("as_of")),
        known_by=_day(given.one("known_by")),
        policy=given.one("policy"),
        reported=given.flag("reported"),
        rounded=given.flag("rounded"),
    )
    stakes = max(len(found_network.of(right)) for right in (CAPITAL, VOTES))
    if most_stakes is not None and stakes > most_stakes:
        raise ParameterError(
            "as_of",
            f"{stakes:,} stakes are too many to answer at once "
            f"({most_stakes:,} at most); use the command line, or a table (--stakes)",
        )
    return _asked(found_network, asked, given, known, all_rows)


def ask_on(found_network: Network, name: str, values: Mapping[str, Sequence[str]]) -> Report:
    """Return the answer to an inquiry on a network that is there already.

    The clocks and the policy are those of the network. Raises as `ask` does.
    """
    asked, known = inquiry(name), register(found_network.graph)
    return _asked(found_network, asked, _bound(asked, values, known), known, all_rows=False)


def _asked(
    found_network: Network, asked: Inquiry, given: Values, known: Register, all_rows: bool
) -> Report:
    context = Context(network=found_network, values=given, known=known)
    try:
        found = ended(lambda: asked.run(context))
    except UnknownNameError:
        raise
    except ParameterError as error:
        raise ParameterError(error.parameter, _worded(error.problem, known)) from None
    return _report(asked, context, found, all_rows)


def _bound(asked: Inquiry, values: Mapping[str, Sequence[str]], known: Register) -> Values:
    """Return the values with names resolved, or raise ParameterError."""
    bound: dict[str, list[str]] = {}
    for name, texts in values.items():
        parameter = asked.parameter(name)
        if parameter is None:
            takes = ", ".join(one.name for one in (*asked.parameters, *COMMON))
            raise ParameterError(name, f"{asked.name} has no such parameter; it takes {takes}")
        if len(texts) > 1 and not parameter.many:
            raise ParameterError(name, "is given twice; give it once")
        bound[name] = [
            resolve(known, parameter.kind, text, name)
            if parameter.kind in ENTITY_KINDS
            else checked(parameter, text)
            for text in texts
        ]
    for one in asked.parameters:
        if one.required and not bound.get(one.name):
            raise ParameterError(one.name, f"{asked.name} needs it: {one.meaning}")
    for clock in ("as_of", "known_by"):
        if bound.get(clock):
            _day(bound[clock][0], clock)
    return Values(bound, {one.name: one for one in (*asked.parameters, *COMMON)})


def _day(text: str, parameter: str = "as_of") -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problem = f"{cut(text)!r} is not a date such as 2024-08-01"
        raise ParameterError(parameter, problem) from None


def _report(asked: Inquiry, context: Context, found: Found, all_rows: bool) -> Report:
    values, known = context.values, context.known
    offset, limit = values.whole("offset"), values.whole("limit")
    page = found.rows[offset:] if all_rows else found.rows[offset : offset + limit]
    why = values.flag("why")
    rows = ended(lambda: [found.complete(row, why) for row in page])
    remarks = (*found.remarks, *context.network.remarks, *_hidden(context.network))
    cited = [claim for row in rows for claim in row.get("claims", ())]
    cited += [claim for one in remarks for claim in one.claims]
    whole = list(dict.fromkeys(cited))[:_MOST_CLAIMS]
    return Report(
        inquiry=asked,
        reading=_reading(asked, context, found),
        parameters=_told(asked, context),
        network=context.network,
        method=found.method or asked.method,
        rows=tuple(_shown(row, asked, known) for row in rows),
        total=len(found.rows),
        offset=offset,
        remarks=tuple(
            Remark(
                rule=one.rule, text=_worded(one.text, known), claims=one.claims, count=one.count
            )
            for one in remarks
        ),
        silence=_silence(context, found) if found.silent else None,
        claims=evidence(context.network.graph, whole),
    )  # fmt: skip


def _hidden(found: Network) -> list[Remark]:
    if not found.hidden:
        return []
    text = f"{len(found.hidden)} claims are hidden by the policy {found.asked.policy}"
    return [Remark(rule="hidden", text=text, claims=found.hidden[:20], count=len(found.hidden))]


def _silence(context: Context, found: Found) -> Silence:
    """Return why nothing is known: said never, or not under these clocks."""
    table, asked = context.network.table, context.network.asked
    named = {one for texts in context.values.given.values() for one in texts}
    numbers = {table.numbers[one] for one in named if one in table.numbers}
    columns = table.columns
    claims = [
        str(table.claims[place])
        for place, ends in enumerate(zip(columns.owner, columns.owned, strict=True))
        if numbers and not numbers.isdisjoint(ends)
    ]
    clocks = {"as_of": asked.as_of.isoformat()}
    if asked.known_by is not None:
        clocks["known_by"] = asked.known_by.isoformat()
    why = silence(context.network.graph, claims[:100], clocks)
    later = why.code in ("not-yet", "not-yet-known")
    return Silence(why.code, f"{found.silent} ({why.text})") if later else Silence(
        "never-heard", found.silent
    )  # fmt: skip


def _reading(asked: Inquiry, context: Context, found: Found) -> str:
    """Return the inquiry in words, as it was understood."""
    network_asked = context.network.asked
    words = [f"{asked.name.replace('-', ' ')} {_worded(found.words, context.known)}".strip()]
    words.append(f"as of {network_asked.as_of}")
    if network_asked.known_by is not None:
        words.append(f"as known by {network_asked.known_by}")
    if network_asked.policy != "all":
        words.append(f"where claims differ: {network_asked.policy}")
    if network_asked.reported:
        words.append("with what is only reported")
    if network_asked.rounded:
        words.append("printed figures taken as rounded")
    return ", ".join(words)


def _told(asked: Inquiry, context: Context) -> dict[str, Any]:
    """Return the parameters that were given or have a default, names as things."""
    told: dict[str, Any] = {}
    for one in (*asked.parameters, *COMMON):
        listed = [
            _named(text, context.known) if one.kind in ENTITY_KINDS else text
            for text in context.values.many(one.name)
        ]
        if listed or one.default:
            told[one.name] = listed if one.many else (listed[0] if listed else one.default)
    return told


def _named(iri: str, known: Register) -> Row:
    return {"id": iri, "label": known.label(iri), "slug": names.local_name(iri)}


def _shown(row: Row, asked: Inquiry, known: Register) -> Row:
    """Return a row with things for IRIs, and their names in every text."""
    kinds = {one.name: one.kind for one in asked.columns}
    shown: Row = {one.name: None for one in asked.columns} | {
        name: _cell(value, kinds.get(name, ""), known) for name, value in row.items()
    }
    return shown | {"claims": list(row.get("claims", ()))}


def _cell(value: Any, kind: str, known: Register) -> Any:
    if kind == "iri":
        return _named(value, known) if value else None
    if kind == "iris":
        return [_named(one, known) for one in value]
    if kind == "steps":
        return [[_step(one, known) for one in step] for step in value]
    return _all_worded(value, known)


def _step(relation: Row, known: Register) -> Row:
    ends = {end: _named(relation[end], known) for end in ("source", "target")}
    return relation | ends


def _all_worded(value: Any, known: Register) -> Any:
    """Return JSON data with the names of things for their IRIs, but for lists of claims."""
    if isinstance(value, str):
        return _worded(value, known)
    if isinstance(value, list | tuple):
        return [_all_worded(one, known) for one in value]
    if isinstance(value, dict):
        return {
            _worded(name, known): one if name == "claims" else _all_worded(one, known)
            for name, one in value.items()
        }
    return value


_AFTER_IRI = re.compile(r"[,;:.()=@+]")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\"<>'|]+")


def _worded(text: str, known: Register) -> str:
    """Return text in which the IRIs of things are their names."""

    def named(found: re.Match[str]) -> str:
        text = found[0]
        ends = [len(text), *(one.start() for one in reversed(list(_AFTER_IRI.finditer(text))))]
        for end in ends:  # what follows an IRI may be part of one: the longest that is known
            if entity := known.by_id.get(text[:end]):
                return entity.label + text[end:]
        return text

    return _IRI.sub(named, text)


def to_json(report: Report) -> dict[str, Any]:
    """Return an answer as JSON data: what the API sends and the command line prints."""
    asked = report.network.asked
    return {
        "inquiry": report.inquiry.name,
        "question": report.inquiry.english,
        "reading": report.reading,
        "status": report.status,
        "parameters": report.parameters,
        "as_of": asked.as_of.isoformat(),
        "known_by": asked.known_by.isoformat() if asked.known_by else None,
        "policy": asked.policy,
        "method": report.method,
        "source": report.inquiry.source,
        "columns": [asdict(one) for one in report.inquiry.columns],
        "rows": list(report.rows),
        "total": report.total,
        "offset": report.offset,
        "findings": [asdict(one) for one in report.remarks],
        "silence": asdict(report.silence) if report.silence else None,
        "claims": [one.to_json() for one in report.claims.values()],
    }

"""Answers to scenes: asks the questions a picture needs and turns their rows into nodes and links.

Everything shown was answered by a question; nothing here reads the store itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kg import evidence as proof
from kg import names, ontology
from kg.companies import COMPANY, ask_about
from kg.matching import Register, register
from kg.questions.answer import Answer, AnswerRow, Named
from kg.store.base import Graph
from viz.scene import Evidence, Figure, Link, Node, Scene
from viz.words import amount, membership, per_cent, published, stake

_ALL = names.code("powertrain", "all")
_WORLD = names.entity("market", "world")
_FACT = {names.code("modality", name) for name in ("stated", "announced", "confirmed")}


def scene_of(graph: Graph, company: str = "", clocks: Mapping[str, str] | None = None) -> Scene:
    """Return the picture of a company and its surroundings, or of all companies.

    `clocks` holds `as_of` and `known_by` where given. Raises ParameterError.
    """
    answers = Answers(graph, clocks or {})
    known = register(graph)
    focus = known.resolve(company, COMPANY, "company").id if company else ""
    links = [*answers.stakes(), *answers.memberships()]
    wanted = _around(focus, links) if focus else _everyone(known, links, answers)
    return Scene(
        title=known.label(focus) if focus else "Companies, stakes and alliances",
        focus=focus,
        as_of=(clocks or {}).get("as_of", ""),
        known_by=(clocks or {}).get("known_by", ""),
        nodes=tuple(answers.node(iri, known, links) for iri in sorted(wanted)),
        links=tuple(link for link in links if {link.start, link.end} <= wanted),
        evidence=dict(sorted(answers.evidence.items())),
    )


def _around(focus: str, links: Iterable[Link]) -> set[str]:
    """Return the focus, what it is linked with, and the other members of its alliances."""
    links = list(links)
    near = {focus}
    for link in links:
        if focus in (link.start, link.end):
            near |= {link.start, link.end}
    alliances = {link.end for link in links if link.kind == "membership" and link.start == focus}
    return near | {link.start for link in links if link.end in alliances}


def _everyone(known: Register, links: Iterable[Link], answers: "Answers") -> set[str]:
    """Return every company, whatever is linked, and every group with a figure."""
    companies = {iri for iri, entity in known.by_id.items() if entity.kind == "Company"}
    ends = {end for link in links for end in (link.start, link.end)}
    groups = {iri for iri in answers.figures() if names.kind_of(iri) == "group"}
    return companies | ends | groups


@dataclass
class Answers:
    """The answers a picture rests on, each asked once; `evidence` collects their claims."""

    graph: Graph
    clocks: Mapping[str, str]
    evidence: dict[str, Evidence] = field(default_factory=dict)
    _asked: dict[str, Answer] = field(default_factory=dict)
    _figures: dict[str, list[Figure]] | None = None
    _notes: dict[str, list[tuple[str, tuple[str, ...]]]] | None = None

    def rows(self, question: str) -> tuple[AnswerRow, ...]:
        """Return the rows of a question asked without a subject."""
        if question not in self._asked:
            answer = ask_about(self.graph, question, {}, self.clocks)
            self._asked[question] = answer
            self.evidence |= {iri: _shown(claim) for iri, claim in answer.claims.items()}
        return self._asked[question].rows

    def stakes(self) -> list[Link]:
        """Return every direct stake as a link from holder to company."""
        return [_stake(row) for row in self.rows("who-owns")]

    def memberships(self) -> list[Link]:
        """Return every membership as a link from member to alliance."""
        return [_membership(row) for row in self.rows("members-of-alliance")]

    def figures(self) -> dict[str, list[Figure]]:
        """Return the figures of each subject."""
        if self._figures is None:
            self._figures = {}
            for question, measure in (
                ("sales-of", "Vehicles sold"),
                ("sales-growth-of", "Change of sales"),
                ("market-share-of", "Market share"),
            ):
                for row in self.rows(question):
                    subject = _iri(row, "subject")
                    self._figures.setdefault(subject, []).append(_figure(row, measure))
        return self._figures

    def notes(self) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
        """Return what else is said of each company: agreements, plans, responses."""
        if self._notes is None:
            self._notes = {}
            for question, who, text in (
                ("agreements-of", ("company", "partner"), "says"),
                ("plans-and-policies", ("actor",), "text"),
                ("who-declined-to-comment", ("speaker",), "says"),
            ):
                for row in self.rows(question):
                    note = (str(row.values[text]), row.claims)
                    for column in who:
                        own = self._notes.setdefault(_iri(row, column), [])
                        if note not in own:
                            own.append(note)
        return self._notes

    def node(self, iri: str, known: Register, links: Iterable[Link]) -> Node:
        """Return one thing as a node, with its figures and notes."""
        homes = [row for row in self.rows("based-in") if _iri(row, "company") == iri]
        # An alliance's total would dwarf its members and is no size of a company.
        sales = self._size(iri) if names.kind_of(iri) == "company" else None
        status = _weakest(link.status for link in links if link.end == iri)
        return Node(
            id=iri,
            label=known.label(iri),
            aliases=known.by_id[iri].aliases if iri in known.by_id else (),
            kind=names.kind_of(iri),
            country=_label(homes[0], "country") if homes else "",
            sales=float(_decimal(sales, "value") or 0) if sales else None,
            sales_text=_sales_text(sales) if sales else "",
            status=status,
            status_label=ontology.label(names.code("status", status)) or "" if status else "",
            figures=tuple(self.figures().get(iri, ())),
            notes=tuple(self.notes().get(iri, ())),
            claims=tuple(sorted({claim for row in homes for claim in row.claims})),
            query=_query(iri),
        )

    def _size(self, iri: str) -> AnswerRow | None:
        """Return the row of all vehicles sold worldwide, of the latest period stated as fact."""
        found = [
            row
            for row in self.rows("sales-of")
            if _iri(row, "subject") == iri
            and _iri(row, "powertrain") == _ALL
            and _iri(row, "market") == _WORLD
            and _iri(row, "modality") in _FACT
            and _decimal(row, "value") is not None
        ]
        return max(found, key=lambda row: _iri(row, "period"), default=None)


def _query(iri: str) -> str:
    slug = names.local_name(iri)
    asked = {
        "company": f"/companies/{slug}",
        "alliance": f"/questions/members-of-alliance?alliance={slug}",
        "group": f"/questions/market-share-of?subject={slug}",
    }
    return asked.get(names.kind_of(iri), "")


def _weakest(statuses: Iterable[str]) -> str:
    """Return the least certain of some status codes: an alliance is as certain as that."""
    order = {code.code: code.strength or 0 for code in ontology.code_list("status")}
    return min((one for one in statuses if one), key=lambda one: order[one], default="")


def _iri(row: AnswerRow, column: str) -> str:
    value = row.values[column]
    return value.id if isinstance(value, Named) else ""


def _label(row: AnswerRow, column: str) -> str:
    value = row.values[column]
    return value.label if isinstance(value, Named) else ""


def _decimal(row: AnswerRow, column: str) -> Decimal | None:
    value = row.values[column]
    return value if isinstance(value, Decimal) else None


def _stake(row: AnswerRow) -> Link:
    share = _decimal(row, "share")
    label = per_cent(share, _decimal(row, "share_min"), _decimal(row, "share_max"))
    start, end, right = _iri(row, "holder"), _iri(row, "company"), _label(row, "right")
    status = names.local_name(_iri(row, "status"))
    return Link(
        id=f"stake {start} {end} {right} {label}",
        kind="stake",
        start=start,
        end=end,
        label=label,
        sentence=stake(_label(row, "holder"), _label(row, "company"), label, right, status),
        share=float(share) if share is not None else None,
        right=right,
        status=status,
        status_label=_label(row, "status"),
        claims=row.claims,
    )


def _membership(row: AnswerRow) -> Link:
    start, end = _iri(row, "member"), _iri(row, "alliance")
    role, status = names.local_name(_iri(row, "role")), names.local_name(_iri(row, "status"))
    return Link(
        id=f"membership {start} {end} {role}",
        kind="membership",
        start=start,
        end=end,
        sentence=membership(_label(row, "member"), _label(row, "alliance"), role, status),
        role=role,
        status=status,
        status_label=_label(row, "status"),
        claims=row.claims,
    )


def _figure(row: AnswerRow, measure: str) -> Figure:
    return Figure(
        measure=measure,
        text=_figure_text(row),
        market=_label(row, "market"),
        powertrain="" if _iri(row, "powertrain") == _ALL else _label(row, "powertrain"),
        period=_label(row, "period"),
        qualifier=_qualifier(row),
        claims=row.claims,
    )


def _qualifier(row: AnswerRow) -> str:
    """Return what keeps a figure from being a plain fact: "conditional, period inferred"."""
    modality = "" if _iri(row, "modality") in _FACT else _label(row, "modality")
    inferred = names.local_name(_iri(row, "period_basis")) == "inferred"
    return ", ".join(filter(None, [modality, "period inferred" if inferred else ""]))


def _sales_text(row: AnswerRow) -> str:
    vehicles = f"{amount(_decimal(row, 'value') or Decimal(0))} vehicles worldwide"
    return ", ".join(filter(None, [vehicles, _label(row, "period")]))


def _figure_text(row: AnswerRow) -> str:
    """Return the figure of a row in words, whichever of its columns has it."""
    if "change" in row.values:
        change = _decimal(row, "change") or Decimal(0)
        return ("+" if change > 0 else "") + per_cent(change)
    if "share" in row.values:
        share = _decimal(row, "share")
        return per_cent(share) if share is not None else _label(row, "trend")
    value, low = _decimal(row, "value"), _decimal(row, "low")
    if value is not None:
        return amount(value)
    return f"more than {amount(low)}" if low is not None else "not stated"


def _shown(claim: proof.Evidence) -> Evidence:
    return Evidence(
        id=claim.id,
        says=claim.says,
        modality=claim.modality.label,
        source=claim.source.title,
        publisher=claim.source.publisher.label if claim.source.publisher else "",
        published=published(claim.source),
        relays=tuple(one.label for one in claim.relays),
        speaker=tuple(one.label for one in claim.speaker),
        locator=f"sentence {claim.sentence}" if claim.sentence else "",
        printed=claim.printed,
        note=claim.note,
        url=claim.source.url,
        quotation=claim.quotation or "",
    )

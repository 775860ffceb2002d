"""Sentences: plain English to a reply, by the lexicon: right or refused, never guessed.

    "What stake does Mitsubishi Motors hold in Nissan?"
    -> stake-between (holder: Mitsubishi Motors; company: Nissan Motor) -> no-data

Every word must be covered. A sentence that no wording covers whole is refused with the words that
are not known and the nearest questions filled in; a name that nothing has, with the nearest names;
a sentence with two readings is answered with both.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

from kg.matching import Entity, Register, register
from kg.names import local_name
from kg.questions.answer import Named, Value, ask, with_evidence
from kg.questions.reading import acts, computed, ended, orders, thresholds
from kg.questions.reading.alliances import in_state, of_members
from kg.questions.reading.asked import Asked, NotCoveredError, put
from kg.questions.reading.chains import is_chain, meant, told, unheard
from kg.questions.reading.growth import from_figures
from kg.questions.reading.lexicon import Lexicon, lexicon
from kg.questions.reading.reading import LONGEST, Parsed, Read, parse
from kg.questions.reading.several import listed, of_all
from kg.questions.reading.suggestions import corrected, nearest_names, nearest_questions, parts
from kg.questions.reply import AMBIGUOUS, ANSWERED, FALSE_PREMISE, NO_DATA, NOT_UNDERSTOOD, Reply
from kg.store.base import Graph

_READINGS = 4  # most readings of one sentence that are answered


def ask_sentence(
    graph: Graph, sentence: str, *, today: date | None = None, own: Path | None = None
) -> Reply:
    """Return the reply to a sentence.

    `today` is the day that "last year" is read against; without it such words are refused. `own`
    is a lexicon of the user's that is added to the shipped one. Raises KgError where that file
    cannot be read; a sentence itself never raises.
    """
    said, known = lexicon(own), register(graph)
    if len(sentence) > LONGEST:
        note = f"a question may have {LONGEST} characters; this one has {len(sentence):,}"
        return Reply(sentence=sentence[:LONGEST], status=NOT_UNDERSTOOD, notes=(note,))
    parsed = parse(sentence, known, said, today)
    if any(read.unknown and read.unknown.unknown == "?" for read in parsed.reads):
        town = _in_town(graph, parsed)
        if town is not None:
            return town
        return _unknown_name(parsed, known, said)
    if not parsed.reads:
        return _not_understood(parsed, known, said)
    replies = [one for read in parsed.reads for one in _replies(graph, parsed, read, known, said)]
    return _one(parsed, replies)


def _in_town(graph: Graph, parsed: Parsed) -> Reply | None:
    """Return the reply to "is it based in Tokyo": a town is no entity, but rows may name it."""
    for read in parsed.reads:
        if (
            read.frame.wording.act != "whether-in"
            or read.unknown is None
            or not read.slots["company"][0]
        ):
            continue
        answer = ask(graph, "based-in", {"company": read.slots["company"][0][0].id})
        town = parsed.text[read.unknown.start : read.unknown.end].casefold()
        rows = tuple(r for r in answer.rows if str(r.values["place"] or "").casefold() == town)
        if rows:
            return Reply(
                sentence=parsed.text,
                status=ANSWERED,
                reading=answer.reading,
                question="based-in",
                parameters=answer.parameters,
                rows=rows,
                verdict="yes",
                claims={c: answer.claims[c] for row in rows for c in row.claims},
                answer=answer,
            )
    return None


def _unknown_name(parsed: Parsed, known: Register, said: Lexicon) -> Reply:
    name, suggestions = nearest_names(parsed, parsed.reads, known)
    mended = corrected(parsed, known, said)
    return Reply(
        sentence=parsed.text,
        status=NOT_UNDERSTOOD,
        unknown=(name,),
        suggestions=tuple(
            suggestions or ([mended] if mended else nearest_questions(parsed, known, said))
        ),
        notes=(f"nothing is called {name!r}",),
    )


def _not_understood(parsed: Parsed, known: Register, said: Lexicon) -> Reply:
    words = tuple(dict.fromkeys(parsed.text[one.start : one.end] for one in parsed.unknown))
    asked = parts(parsed.text, known, said)
    if asked:
        note = "these are several questions: ask each by itself"
        return Reply(
            sentence=parsed.text, status=NOT_UNDERSTOOD, suggestions=tuple(asked), notes=(note,)
        )
    mended = corrected(parsed, known, said)
    near = nearest_questions(parsed, known, said)
    note = (
        f"not known here: {', '.join(words)}" if words else "no wording covers the whole sentence"
    )
    return Reply(
        sentence=parsed.text,
        status=NOT_UNDERSTOOD,
        unknown=words,
        suggestions=tuple([mended, *near][:3] if mended else near),
        notes=(note,),
    )


def _replies(
    graph: Graph, parsed: Parsed, read: Read, known: Register, said: Lexicon
) -> Iterator[Reply]:
    """Yield a reply for each thing that the names of a reading may mean."""
    found = _meanings(graph, read, known)
    if not found:
        yield _nobody(parsed, read)
    for entities in found[:_READINGS]:
        try:
            yield from _put(graph, parsed, read, entities, known, said)
        except NotCoveredError as error:
            near = tuple(nearest_questions(parsed, known, said))
            note = f"not covered by the question {read.frame.wording.question}: {error}"
            yield Reply(
                sentence=parsed.text,
                status=NOT_UNDERSTOOD,
                unknown=(str(error),),
                suggestions=near,
                notes=(note,),
            )


def _put(
    graph: Graph,
    parsed: Parsed,
    read: Read,
    entities: Mapping[str, tuple[Entity, ...]],
    known: Register,
    said: Lexicon,
) -> list[Reply]:
    """Return the replies to a reading whose names are settled. Raises NotCoveredError."""
    slot = listed(read, entities)
    if slot:
        each = ({**entities, slot: (one,)} for one in entities[slot])
        found = [put(graph, read, one, known, said.adjectives) for one in each]
        return [of_all([_acted(graph, parsed, one) for one in found], slot)]
    asked = put(graph, read, entities, known, said.adjectives)
    if not asked.rows:
        asked = from_figures(graph, read, entities, known, said.adjectives) or asked
    return [
        _acted(graph, parsed, one).with_notes(*_chain(read, entities))
        for one in (asked, *asked.others)
    ]


def _meanings(graph: Graph, read: Read, known: Register) -> list[dict[str, tuple[Entity, ...]]]:
    """Return what the names may mean, each a whole; none where an alliance is not there."""
    choices: list[list[tuple[Entity, ...]]] = []
    for slot in read.frame.slots:
        if read.unknown is not None and slot not in read.slots:
            continue
        names = read.slots[slot]
        if read.unknown is not None and is_chain(read.unknown) and read.unknown.names is names:
            choices.append([(one,) for one in meant(graph, read.unknown, known)])
        elif read.unknown is not None and read.unknown.names is names:
            state = read.unknown.unknown.removeprefix("alliance").strip()
            found = in_state(graph, state, known) if state else of_members(graph, names, known)
            choices.append([(one,) for one in found])
        else:
            choices.append([tuple(one) for one in product(*names)])
    return [dict(zip(read.frame.slots, each, strict=True)) for each in product(*choices)]


def _chain(read: Read, entities: Mapping[str, tuple[Entity, ...]]) -> Iterator[str]:
    """Yield a note on whom "the owner of ..." was taken to mean."""
    if read.unknown is not None and is_chain(read.unknown):
        slot = next(s for s, names in read.slots.items() if names is read.unknown.names)
        yield told(read.unknown, entities[slot][0])


def _nobody(parsed: Parsed, read: Read) -> Reply:
    """Return the reply where an alliance, or who is said by what it holds, is not there."""
    if read.unknown is not None and is_chain(read.unknown):
        return Reply(
            sentence=parsed.text,
            status=NO_DATA,
            question=read.frame.wording.question,
            notes=(unheard(read.unknown),),
        )
    names = read.unknown.names if read.unknown else ()
    labels = " and ".join(one[0].label for one in names if one)
    return Reply(
        sentence=parsed.text,
        status=FALSE_PREMISE,
        question=read.frame.wording.question,
        notes=(f"no alliance with {labels} is known" if labels else "no such alliance is known",),
    )


def _acted(graph: Graph, parsed: Parsed, asked: Asked) -> Reply:
    """Return a reading's rows with what its act makes of them."""
    past = ended.over(graph, asked, parsed.text)
    if past and asked.read.frame.wording.act not in ended.ABOUT_ENDS:
        left = tuple(row for row in asked.rows if row not in past)
        if not left and asked.read.frame.wording.act in ("whether", "exists"):
            return _over(graph, parsed, asked)
        asked = asked.narrowed(left, ended.told(asked, past))
    reply = Reply(
        sentence=parsed.text,
        status=ANSWERED if asked.rows else NO_DATA,
        reading=_reading(asked),
        question=asked.question.name,
        parameters=asked.parameters,
        rows=asked.rows,
        answer=asked.answers[0],
        notes=(*asked.notes, *_only_some_vehicles(asked)),
    )
    act = asked.read.frame.wording.act
    worked_out = _WORKED_OUT.get(act)
    made = worked_out(asked, reply) if worked_out else acts.done(graph, asked, reply)
    if made.status == NO_DATA and asked.answers[0].silence and not made.notes:
        made = made.with_notes(asked.answers[0].silence.text)
    return _sourced(asked, _told(graph, asked, _in_part(asked, made)))


def _over(graph: Graph, parsed: Parsed, asked: Asked) -> Reply:
    """Return a no: what is asked for is told of as over."""
    reply = Reply(
        sentence=parsed.text,
        status=ANSWERED,
        verdict="no",
        reading=_reading(asked),
        question=asked.question.name,
        parameters=asked.parameters,
        rows=asked.rows,
        answer=asked.answers[0],
        notes=("it was so, and is told of as over",),
    )
    return _sourced(asked, _told(graph, asked, reply))


def _told(graph: Graph, asked: Asked, reply: Reply) -> Reply:
    """Return a reply with the claims of the rows that are left, and what contradicts them."""
    if reply.answer is not asked.answers[0]:
        return reply  # an act asked something else, and has it whole
    answer = with_evidence(graph, reply.answer, reply.rows)
    return replace(reply, answer=answer, claims={**reply.claims, **answer.claims})


def _in_part(asked: Asked, reply: Reply) -> Reply:
    """Withhold figures of some vehicles where the total was asked for."""
    notes = tuple(_only_some_vehicles(asked))
    if not notes or "total" not in asked.read.said or reply.calculation:
        return reply
    return replace(reply, status=NO_DATA, rows=()).with_notes("a total is not known")


def _only_some_vehicles(asked: Asked) -> Iterator[str]:
    """Yield a note where all vehicles were asked about and only those of a kind are known."""
    held = [row.values.get("powertrain") for row in asked.rows]
    kinds = [one for one in held if isinstance(one, Named) and local_name(one.id) != "all"]
    if kinds and len(kinds) == len(held) and not asked.read.conditions.powertrain:
        yield f"known only for {', '.join(dict.fromkeys(one.label for one in kinds))}"


def _sourced(asked: Asked, reply: Reply) -> Reply:
    """Keep the claims of the rows that are left, and say who says so where that was asked."""
    left = {claim for row in reply.rows for claim in row.claims}
    if left:
        reply = replace(
            reply, claims={id_: one for id_, one in reply.claims.items() if id_ in left}
        )
    if not asked.read.source or not reply.claims:
        return reply
    sources = dict.fromkeys(
        f"{one.source.label}, relaying {', '.join(r.label for r in one.relays)}"
        if one.relays
        else one.source.label
        for one in reply.claims.values()
    )
    return replace(reply, verdict="").with_notes(f"said by {'; '.join(sources)}")


def _reading(asked: Asked) -> str:
    """Return the question in words with every value it was asked with."""
    given = "; ".join(
        f"{name.replace('_', ' ')}: {_shown(value)}" for name, value in asked.parameters.items()
    )
    act = _ACT_WORDS.get(asked.read.frame.wording.act, "")
    return f"{asked.question.english}{f' ({given})' if given else ''}{act}"


def _shown(value: Value) -> str:
    return value.label if isinstance(value, Named) else str(value)


_WORKED_OUT = computed.ACTS | orders.ACTS | thresholds.ACTS
_ACT_WORDS = {
    "whether": " Is it so?", "exists": " Is there any?", "count": " How many?",
    "equals": " Is it exactly so much?", "more-than": " Is it more?", "less-than": " Is it less?",
    "control": " Is it so?", "ultimate": " Who is at the top?", "whole": " Is it all of it?",
    "half": " Is it half?", "above-half": " Is it more than half?",
    "below-half": " Is it less than half?",
    "since": " Since when?", "when": " When?", "compare": " Compared.",
    "difference": " The difference.", "ratio": " How many times?", "sum": " The sum.",
    "is-more": " Is the first more?", "is-fewer": " Is the first fewer?",
    "who-more": " Who has more?", "who-fewer": " Who has fewer?", "most": " Who has most?",
    "least": " Who has least?", "most-of-kind": " Who has most?",
    "rank": " In order.", "rose": " Is it so?", "sold": " Is it over?",
    "change": " The change.",
    "is-equal": " Is it so much?", "is-above": " Is it more?", "is-below": " Is it less?",
    "at-least": " Is it at least so much?", "who-above": " Who is above it?",
    "who-below": " Who is below it?", "most-alliance": " Which alliance has most?",
    "lowest": " Who fell most?", "highest": " Who rose most?",
}  # fmt: skip


def _said_clearly(parsed: Parsed, reply: Reply) -> str:
    """Return the sentence with what is ambiguous in it said as this reading took it."""
    when = next((one.when for one in parsed.items if one.when is not None), None)
    period = reply.parameters.get("period")
    if when is not None and isinstance(period, str) and period.startswith("the "):
        return f"{parsed.text[: when.start]}in {period}{parsed.text[when.end :]}"
    labels = {value.label for value in reply.parameters.values() if isinstance(value, Named)}
    for item in parsed.items:
        for one_name in item.names:
            chosen = [one for one in one_name if one.label in labels]
            if len(one_name) > 1 and chosen:
                return f"{parsed.text[: item.start]}{chosen[0].label}{parsed.text[item.end :]}"
    return reply.reading


def _differ_in_time_only(readings: Sequence[Reply]) -> bool:
    """Say whether readings are of the same question about the same things: whichever was meant."""
    asked = [
        (one.question, {name: v for name, v in one.parameters.items() if name != "period"})
        for one in readings
    ]
    return all(one == asked[0] for one in asked)


def _one(parsed: Parsed, replies: list[Reply]) -> Reply:
    """Return one reply of several readings: the only one, or all of them as alternatives."""
    if len(replies) == 1:
        return replies[0]
    understood = [one for one in replies if one.status != NOT_UNDERSTOOD]
    if not understood:
        return replies[0]
    if len(understood) == 1:
        return understood[0]
    if all(one.status == NO_DATA for one in understood) and _differ_in_time_only(understood):
        notes = dict.fromkeys(note for one in understood for note in one.notes)
        reading = " Or: ".join(dict.fromkeys(one.reading for one in understood))
        return replace(understood[0], reading=reading, notes=tuple(notes))
    return Reply(
        sentence=parsed.text,
        status=AMBIGUOUS,
        reading=" Or: ".join(one.reading for one in understood),
        question=understood[0].question,
        parameters=understood[0].parameters,
        suggestions=tuple(dict.fromkeys(_said_clearly(parsed, one) for one in understood)),
        alternatives=tuple(understood),
        claims={k: v for one in understood for k, v in one.claims.items()},
        notes=("the sentence has several readings; each is answered",),
    )

"""Several: whether something is so of each of a list: "Are BYD and Tesla rivals of Nissan?"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg.matching import Entity
from kg.questions.answer import Named
from kg.questions.reading.reading import WHETHER, Read
from kg.questions.reply import ANSWERED, NO_DATA, Reply


def listed(read: Read, entities: Mapping[str, tuple[Entity, ...]]) -> str:
    """Return the slot that has several, where it is asked whether it is so; empty otherwise."""
    if read.frame.wording.act not in WHETHER:
        return ""
    return next((slot for slot, ones in entities.items() if len(ones) > 1), "")


def of_all(replies: Sequence[Reply], slot: str) -> Reply:
    """Return one reply: yes where it is so of all, no where it is not of one; else unknown."""
    if all(one.status == ANSWERED and not one.verdict for one in replies):
        return _together(replies, slot, [_label(one, slot) for one in replies])
    said = {_label(one, slot): one.verdict or "unknown" for one in replies}
    verdicts = set(said.values())
    verdict = next((one for one in ("no", "unknown") if one in verdicts), "yes")
    each = [] if verdict == "yes" else [f"{label}: {found}" for label, found in said.items()]
    status = NO_DATA if verdict == "unknown" else ANSWERED
    return replace(_together(replies, slot, list(said), each), status=status, verdict=verdict)


def _together(
    replies: Sequence[Reply], slot: str, labels: Sequence[str], each: Sequence[str] = ()
) -> Reply:
    """Return the rows, claims and notes of all in one reply; `each` are notes on single ones."""
    first, named = replies[0], ", ".join(labels)
    return replace(
        first,
        parameters={**first.parameters, slot: named},
        reading=first.reading.replace(_label(first, slot), named, 1),
        rows=tuple(row for one in replies for row in one.rows),
        claims={id_: found for one in replies for id_, found in one.claims.items()},
        notes=tuple(dict.fromkeys([*each, *(note for one in replies for note in one.notes)])),
    )


def _label(reply: Reply, slot: str) -> str:
    value = reply.parameters.get(slot)
    return value.label if isinstance(value, Named) else str(value)

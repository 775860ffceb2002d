"""Several: whether something is so of each of a list: "Are BYD and Tesla rivals of Nissan?"."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kg.matching import Entity
from kg.questions.answer import Named
from kg.questions.reading.reading import Read
from kg.questions.reply import ANSWERED, NO_DATA, Reply

_WHETHER = ("whether", "whether-in")


def listed(read: Read, entities: Mapping[str, tuple[Entity, ...]]) -> str:
    """Return the slot that has several, where it is asked whether it is so; empty otherwise."""
    if read.frame.wording.act not in _WHETHER:
        return ""
    return next((slot for slot, ones in entities.items() if len(ones) > 1), "")


def of_all(replies: Sequence[Reply], slot: str) -> Reply:
    """Return one reply: yes where it is so of all, no where it is not of one; else unknown."""
    said = {_label(one, slot): one.verdict or "unknown" for one in replies}
    verdicts = set(said.values())
    verdict = next((one for one in ("no", "unknown") if one in verdicts), "yes")
    notes = dict.fromkeys(note for one in replies for note in one.notes)
    each = [] if verdict == "yes" else [f"{label}: {found}" for label, found in said.items()]
    return replace(
        replies[0],
        status=NO_DATA if verdict == "unknown" else ANSWERED,
        verdict=verdict,
        parameters={**replies[0].parameters, slot: ", ".join(said)},
        reading=replies[0].reading.replace(_label(replies[0], slot), ", ".join(said), 1),
        rows=tuple(row for one in replies for row in one.rows),
        claims={id_: found for one in replies for id_, found in one.claims.items()},
        notes=(*each, *notes),
    )


def _label(reply: Reply, slot: str) -> str:
    value = reply.parameters.get(slot)
    return value.label if isinstance(value, Named) else str(value)

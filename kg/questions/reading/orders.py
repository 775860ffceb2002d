"""Orders: who has a place among comparable figures, which alliance has most, when it was most."""

from collections.abc import Callable

from kg.questions.answer import Named
from kg.questions.reading import figures
from kg.questions.reading.asked import Asked
from kg.questions.reading.computed import missing, place_asked, unit, with_rows
from kg.questions.reading.figures import Figure
from kg.questions.reply import Calculation, Reply


def _of_alliances(asked: Asked, reply: Reply) -> Reply:
    """Say which alliance has most; their totals may be for periods that are not the same."""
    found: dict[str, Figure] = {}
    for _, several in sorted(figures.figures(asked).items(), key=lambda pair: pair[0][2]):
        for one in several:
            held = figures.key_of(one.row)
            if "/alliance/" in one.subject and figures.is_whole(held):
                found[one.subject] = one
    ordered = sorted(found.values(), key=lambda one: -one.value)
    if len(ordered) < 2:
        return missing(reply, "totals of two alliances would be needed")
    text = ", ".join(f"{one.label} {figures.shown(one.value, unit(asked))}" for one in ordered)
    best = Calculation("most", Named(ordered[0].subject, ordered[0].label), "", text)
    periods = {figures.key_of(one.row)[2] for one in ordered}
    note = "they are not for the same period, or it is not stated" if len(periods) > 1 else ""
    return with_rows(reply, ordered, best, note)


def nth(asked: Asked, reply: Reply) -> Reply:
    """Give whoever has a place in the order of comparable figures."""
    groups = figures.ranking(asked)
    place = place_asked(asked)
    if not groups or not 1 <= place <= len(groups[0]):
        return missing(reply, "")
    one = groups[0][place - 1]
    text = ", ".join(f"{o.label} {figures.shown(o.value, unit(asked))}" for o in groups[0])
    best = Calculation("rank", Named(one.subject, one.label), "", text)
    return with_rows(reply, [one], best, f"among the {len(groups[0])} whose figures are known")


def _over_time(sign: int) -> Callable[[Asked, Reply], Reply]:
    def act(asked: Asked, reply: Reply) -> Reply:
        ordered, _ = figures.change(asked, unit(asked))
        if not ordered:
            return missing(reply, "")
        best = max(ordered, key=lambda one: sign * one.value)
        return with_rows(
            reply, [best], None, f"among {len(ordered)} periods whose figures are known"
        )

    return act


ACTS: dict[str, Callable[[Asked, Reply], Reply]] = {
    "most-alliance": _of_alliances,
    "nth": nth,
    "peak": _over_time(1),
    "trough": _over_time(-1),
}

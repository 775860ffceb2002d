"""Stakes in one company that add up to more than all of it on one day."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kg.contradictions.comparison import CONFLICT, Comparison
from kg.contradictions.labels import Labels
from kg.contradictions.rows import grouped, text_of
from kg.names import Iri
from kg.quads import plain
from kg.store.base import Row

# Stakes with the days between which they hold: a later stake of the holder takes the place of one.
STAKES = """
SELECT ?about ?right ?holder ?share ?claim ?from ?until ?replaced WHERE {
  {
    SELECT ?about ?right WHERE {
      %s
      ?stake kei:company ?about ; kei:right ?right ; kei:share|kei:shareMin ?share .
    }
    GROUP BY ?about ?right
    HAVING(SUM(?share) > 1)
  }
  ?stake kei:company ?about ; kei:right ?right ; kei:holder ?holder .
  ?stake kei:share|kei:shareMin ?share .
  ?claim kei:states ?stake ; kei:givesStatus ?status ; kei:holdsFrom ?from .
  FILTER(?status IN (status:active, status:announced, status:confirmed))
  FILTER NOT EXISTS { ?other kei:supersedes|kei:contests ?claim }
  OPTIONAL { ?claim kei:holdsUntil ?until }
  OPTIONAL { ?newer kei:overrules ?claim ; kei:holdsFrom ?replaced }
}
"""


def find(rows: Sequence[Row], known: Labels) -> Iterator[Comparison]:
    """Yield each company whose stakes of one right add up to more than all of it on one day."""
    for (about, right), same in grouped(rows, "about", "right"):
        stakes = _periods(same)
        day, total = max(((one, _sum_on(one, stakes)) for one in _starts(stakes)), key=_most)
        if total > 1:
            held = [claim for claim, (_, _, first, end) in stakes.items() if first <= day < end]
            yield Comparison(
                kind="over-whole",
                verdict=CONFLICT,
                about=(Iri(about),),
                claims=tuple(sorted(held)),
                text=f"stakes ({known.label(right)}) add up to {plain(total * 100)}% on {day}",
                difference=total - 1,
                unit="fraction",
            )


# Holder, share, first day and first day no longer, by claim.
_Stakes = dict[Iri, tuple[str, Decimal, str, str]]


def _periods(rows: Iterable[Row]) -> _Stakes:
    """Return how long each stake held: to its end, or to the day another took its place."""
    found: _Stakes = {}
    for row in rows:
        claim, holder = Iri(text_of(row, "claim")), text_of(row, "holder")
        _, _, _, before = found.get(claim, ("", 0, "", _NEVER))
        end = min(before, text_of(row, "until") or before, text_of(row, "replaced") or before)
        found[claim] = holder, Decimal(text_of(row, "share")), text_of(row, "from"), end
    return found


_NEVER = "9999-12-31"


def _starts(stakes: _Stakes) -> set[str]:
    """Return the days on which a sum can be at its highest: those on which a stake begins."""
    return {first for _, _, first, _ in stakes.values()}


def _sum_on(day: str, stakes: _Stakes) -> Decimal:
    """Return what the holders have on a day; of one that sources give twice, the most."""
    most: dict[str, Decimal] = {}
    for holder, share, first, end in stakes.values():
        if first <= day < end:
            most[holder] = max(share, most.get(holder, Decimal(0)))
    return sum(most.values(), Decimal(0))


def _most(at: tuple[str, Decimal]) -> tuple[Decimal, str]:
    """Order days by their sum, and of equal ones the last first: what is so now matters more."""
    return at[1], at[0]

"""Integrated ownership in exact fractions, for networks of some thousand stakes.

Only Python: nothing is loaded, no share is rounded, a loop is solved as one block of whole numbers.

    F[i,j] = A[i,j] + sum of F[i,k] A[k,j] over k != i

is the chance that a walk from company j, going to each owner as often as its share, ever meets i:
what i holds of j, with nothing flowing through i twice (Baldone, Brioschi & Paleari 1998; Vitali,
Glattfelder & Battiston 2011). It is solved component by component, owners before what they own.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm
from operator import mul

from kg.analytics.deadline import heed

# How many parts of a company (the key) each of its owners holds.
Columns = Mapping[int, Mapping[int, int]]
# What one owner holds of each company; None where the sum over loops has no end.
Row = dict[int, Fraction | None]
Solved = tuple[list[list[int]], int]


class ExactNetwork:
    """Stakes in parts of `whole`, with their strongly connected components.

    once    one row is asked for and no more: loops are solved for it, not inverted
    """

    def __init__(self, columns: Columns, whole: int, *, once: bool = False) -> None:
        self.once = once
        self.columns = columns
        self.whole = whole
        self.holdings: dict[int, list[int]] = {}
        for owned, column in columns.items():
            for owner in column:
                self.holdings.setdefault(owner, []).append(owned)
        nodes = dict.fromkeys([*columns, *self.holdings])
        self.components = components(nodes, self.holdings)
        self.place = {node: at for at, group in enumerate(self.components) for node in group}
        self._solutions: dict[int, Solved | None] = {}
        self._inverses: dict[int, list[list[Fraction]] | None] = {}

    def loops(self, at: int) -> bool:
        """Say whether a component has a cycle: several members, or one that holds itself."""
        group = self.components[at]
        return len(group) > 1 or group[0] in self.columns.get(group[0], ())

    def reached(self, owner: int) -> list[int]:
        """Return the places of the components that an owner holds anything of, owners first."""
        return sorted({self.place[node] for node in descendants([owner], self.holdings)})

    def row(self, owner: int) -> Row:
        """Return F of one owner for all it holds, itself included where it holds itself.

        >>> loop = ExactNetwork({1: {0: 50, 2: 10}, 2: {1: 60}}, 100)
        >>> {node: str(share) for node, share in loop.row(0).items()}
        {1: '25/47', 2: '15/47'}
        """
        if owner not in self.place:
            return {}
        at = self.place[owner]
        found = self._own_component(owner, at) if self.loops(at) else {}
        for place in self.reached(owner):
            heed()
            if place != at:
                found |= self._component(place, owner, found)
        return found

    def _own_component(self, owner: int, at: int) -> Row:
        """Return F inside the owner's own loop: V[i,j] / V[i,i], and 1 - 1/V[i,i] of itself."""
        group = self.components[at]
        if found := self._line(owner, at):
            line, whole = found
            own = line[group.index(owner)]
            shares: Row = {
                node: Fraction(share, own) for node, share in zip(group, line, strict=True)
            }
            return shares | {owner: 1 - Fraction(whole, self.whole * own)}
        return self._absorbed(owner, group)

    def _line(self, owner: int, at: int) -> tuple[list[int], int] | None:
        """Return the owner's line of (I - A)^-1 as whole numbers, and what they are divided by."""
        group = self.components[at]
        if self.once:
            return _solved_line(self._parts(at), self.whole, [int(one == owner) for one in group])
        found = self._solved(at)
        return found and (found[0][group.index(owner)], found[1])

    def _absorbed(self, owner: int, group: list[int]) -> Row:
        """Return F in a closed loop, where V has no end: walks stop at the owner."""
        inside = set(group)
        columns = {
            node: {one: parts for one, parts in self.columns[node].items() if one in inside}
            for node in group
            if node != owner
        }
        found = ExactNetwork(columns, self.whole).row(owner)
        return found | {owner: self._entering(owner, owner, found, set())}

    def _component(self, at: int, owner: int, found: Row) -> Row:
        """Return F of a component from what is held of its owners."""
        group = self.components[at]
        inside = set(group)
        entering = [self._entering(node, owner, found, inside) for node in group]
        if None in entering:
            return dict.fromkeys(group)
        if not self.loops(at):
            return {group[0]: entering[0]}
        if self.once:
            return self._entered(at, [share or Fraction() for share in entering])
        inverse = self._inverse(at)
        if inverse is None:
            return dict.fromkeys(group)
        given = [(share, line) for share, line in zip(entering, inverse, strict=True) if share]
        return {
            node: sum((share * line[place] for share, line in given), Fraction())
            for place, node in enumerate(group)
        }

    def _entered(self, at: int, entering: list[Fraction]) -> Row:
        over = lcm(*(share.denominator for share in entering))
        given = [share.numerator * (over // share.denominator) for share in entering]
        group, found = self.components[at], _solved_line(self._parts(at), self.whole, given)
        if found is None:
            return dict.fromkeys(group)
        line, below = found
        shares = (Fraction(self.whole * value, below * over) for value in line)
        return dict(zip(group, shares, strict=True))

    def _entering(self, node: int, owner: int, found: Row, inside: set[int]) -> Fraction | None:
        total = Fraction()
        for one, parts in self.columns.get(node, {}).items():
            if one == owner:
                total += Fraction(parts, self.whole)
            elif one not in inside and one in found:
                share = found[one]
                if share is None:
                    return None
                total += share * Fraction(parts, self.whole)
        return total

    def _inverse(self, at: int) -> list[list[Fraction]] | None:
        if at not in self._inverses:
            found = self._solved(at)
            self._inverses[at] = None if found is None else _fractions(*found, self.whole)
        return self._inverses[at]

    def _solved(self, at: int) -> Solved | None:
        if at not in self._solutions:
            self._solutions[at] = _eliminated(self._parts(at), self.whole)
        return self._solutions[at]

    def _parts(self, at: int) -> list[list[int]]:
        group = self.components[at]
        return [[self.columns.get(node, {}).get(one, 0) for node in group] for one in group]


def leontief(parts: list[list[int]], whole: int) -> list[list[Fraction]] | None:
    """Return (I - A)^-1 where A = parts / whole, or None where A + A^2 + ... has no end.

    Fraction-free elimination (Bareiss 1968): its pivots are the leading minors, and those of I - A
    are all positive exactly where the series ends (I - A is then a nonsingular M-matrix).

    >>> leontief([[0, 50], [50, 0]], 100)
    [[Fraction(4, 3), Fraction(2, 3)], [Fraction(2, 3), Fraction(4, 3)]]
    >>> leontief([[0, 100], [100, 0]], 100) is None
    True
    """
    found = _eliminated(parts, whole)
    return None if found is None else _fractions(*found, whole)


def _fractions(lines: list[list[int]], below: int, whole: int) -> list[list[Fraction]]:
    return [[Fraction(whole * value, below) for value in line] for line in lines]


def _eliminated(parts: list[list[int]], whole: int) -> Solved | None:
    """Return (I - A)^-1 as whole numbers and what they are divided by, times `whole`."""
    size = len(parts)
    lines = [[(whole if i == j else 0) - parts[i][j] for j in range(size)] for i in range(size)]
    before = 1
    for k in range(size):
        heed()
        top = lines[k]
        pivot = top[k]
        if pivot <= 0:
            return None
        # In place: column k is done with, and holds that column of the inverse that comes up now.
        top[k] = before
        for i, line in enumerate(lines):
            if i != k:
                factor = line[k]
                line[k] = 0
                lines[i] = [
                    (pivot * mine - factor * other) // before
                    for mine, other in zip(line, top, strict=True)
                ]
        before = pivot
    return lines, before


def _solved_line(
    parts: list[list[int]], whole: int, given: list[int]
) -> tuple[list[int], int] | None:
    """Return x with x (I - A) = given as whole numbers and what they are divided by, times `whole`.

    As `_eliminated`, for one line of what that finds: a third of the work.
    """
    size = len(parts)
    lines = [
        [(whole if i == j else 0) - parts[i][j] for i in range(size)] + [given[j]]
        for j in range(size)
    ]
    before = 1
    for k in range(size):
        heed()
        pivot, *top = lines[k][k:]
        if pivot <= 0:
            return None
        for i in range(k + 1, size):
            factor, *rest = lines[i][k:]
            lines[i][k + 1 :] = [
                (pivot * mine - factor * other) // before
                for mine, other in zip(rest, top, strict=True)
            ]
        before = pivot
    found = [0] * size
    for k in range(size - 1, -1, -1):
        later = sum(map(mul, lines[k][k + 1 : size], found[k + 1 :]))
        found[k] = (before * lines[k][size] - later) // lines[k][k]
    return found, before


def descendants(starts: Iterable[int], edges: Mapping[int, Iterable[int]]) -> set[int]:
    """Return the nodes that can be reached, the starts included."""
    seen = set(starts)
    waiting = list(seen)
    while waiting:
        for node in edges.get(waiting.pop(), ()):
            if node not in seen:
                seen.add(node)
                waiting.append(node)
    return seen


def components(nodes: Iterable[int], edges: Mapping[int, list[int]]) -> list[list[int]]:
    """Return the strongly connected components, each before those it leads to (Tarjan 1972).

    >>> components([3, 1, 2], {1: [2], 2: [1, 3]})
    [[1, 2], [3]]
    """
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    done: list[list[int]] = []
    finished: set[int] = set()
    for root in nodes:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        stack.append(root)
        climb = [(root, iter(edges.get(root, ())))]
        while climb:
            node, following = climb[-1]
            for other in following:
                if other not in number:
                    number[other] = low[other] = len(number)
                    stack.append(other)
                    climb.append((other, iter(edges.get(other, ()))))
                    break
                if other not in finished:
                    low[node] = min(low[node], number[other])
            else:
                climb.pop()
                if climb:
                    low[climb[-1][0]] = min(low[climb[-1][0]], low[node])
                if low[node] == number[node]:
                    done.append(_taken(stack, node))
                    finished.update(done[-1])
    return done[::-1]


def _taken(stack: list[int], node: int) -> list[int]:
    """Take what stands on a stack down to a node, in order of number."""
    group = [stack.pop()]
    while group[-1] != node:
        group.append(stack.pop())
    return sorted(group)

"""The same units in a shorter order: a part of a route turned round, or put elsewhere in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from gridmap.routes.board import Board, Order

_LONGEST = 3  # units of a part that is put elsewhere
_Rows = Sequence[Sequence[int]]


def shortened(board: Board, shift: int, order: Order, touched: Iterable[int] | None = None) -> Order:
    """Return a route of the same units that is as quick or quicker, windows kept.

    `touched`: the units where it was changed (null = all). Those, and those where it changes further, are looked at:
    neither a turn nor a move of up to three that brings one beside a unit near to it makes the route quicker.
    """
    if len(order) < 2:
        return order
    rows, near = board.rows[shift], board.near[shift]
    route = [board.count, *order, board.count + 1]
    place = {unit: at for at, unit in enumerate(route)}
    queue = dict.fromkeys(order if touched is None else sorted(touched))
    while queue:
        unit, _ = queue.popitem()
        for found in _quicker(rows, near[unit], route, place, unit) if unit in place else ():
            if _seconds(rows, found) < _seconds(rows, route) and board.fits(shift, found[1:-1]):
                queue |= dict.fromkeys(sorted(_changed(route, found)))
                route = found
                place = {one: at for at, one in enumerate(route)}
                break
    return route[1:-1]


def _seconds(rows: _Rows, route: Order) -> int:
    return sum(rows[one][other] for one, other in pairwise(route))


def _changed(route: Order, found: Order) -> set[int]:
    """Return the units at and beside both ends of the part that differs."""
    differs = [at for at in range(len(route)) if found[at] != route[at]]
    first, last = differs[0], differs[-1]
    beside = {found[at] for at in (first - 1, first, last, last + 1)} | {route[first], route[last]}
    return beside - {route[0], route[-1]}


def _quicker(rows: _Rows, near: Sequence[int], route: Order, place: dict[int, int], unit: int) -> Iterator[Order]:
    """Yield routes that promise to be quicker, with `unit` beside one that is near to it."""
    at, own = place[unit], rows[unit]
    parts = list(_parts(rows, route, at))
    most = max(own[route[at + 1]], rows[route[at - 1]][unit], *(gain for *_, gain in parts))
    for other in near:
        to = place.get(other)
        if to is None or other == unit:
            continue
        if own[other] >= most:
            return
        yield from _turned(rows, route, at, to)
        for part in parts:
            yield from _moved(rows, route, part, at, to)


def _turned(rows: _Rows, route: Order, at: int, to: int) -> Iterator[Order]:
    """Yield the routes with a part turned round so that two units come beside each other (2-opt)."""
    leg = rows[route[at]][route[to]]
    for step in (1, -1):
        after, on = route[at + step], route[to + step]
        if leg + rows[after][on] < rows[route[at]][after] + rows[route[to]][on]:
            first, last = sorted((at, to))
            first, last = (first + 1, last + 1) if step == 1 else (first, last)
            yield [*route[:first], *route[first:last][::-1], *route[last:]]


def _parts(rows: _Rows, route: Order, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield the parts of up to three with a unit at one end: from, to, and the seconds that their absence saves."""
    for length in range(_LONGEST):
        for first in dict.fromkeys((at, at - length)):
            last = first + length
            if first >= 1 and last + 1 < len(route):
                before, after = route[first - 1], route[last + 1]
                yield first, last, rows[before][route[first]] + rows[route[last]][after] - rows[before][after]


def _moved(rows: _Rows, route: Order, part: tuple[int, int, int], at: int, to: int) -> Iterator[Order]:
    """Yield the routes with a part that begins or ends at a place put after or before another (or-opt)."""
    first, last, gain = part
    if first <= to <= last:
        return
    leg, tail, other = rows[route[at]][route[to]], route[last + first - at], route[to]
    if to != first - 1:
        on = route[to + 1]
        if leg + rows[tail][on] - rows[other][on] < gain:
            yield _put(route, first, last, to, turned=first != at)
    if to != last + 1:
        on = route[to - 1]
        if leg + rows[on][tail] - rows[on][other] < gain:
            yield _put(route, first, last, to - 1, turned=first == at)


def _put(route: Order, first: int, last: int, gap: int, *, turned: bool) -> Order:
    """Return the route with a part put into the gap after a position."""
    part = route[first : last + 1]
    part = part[::-1] if turned else part
    if gap < first:
        return [*route[: gap + 1], *part, *route[gap + 1 : first], *route[last + 1 :]]
    return [*route[:first], *route[last + 1 : gap + 1], *part, *route[gap + 1 :]]

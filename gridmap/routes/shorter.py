"""The same units in a shorter order: a part of a route turned round, or put elsewhere in it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gridmap.routes.board import Board, Order

_LONGEST = 3  # units of a part that is put elsewhere
_TRIED = 5  # turns that are looked at, the best first: a window may forbid them
_Seconds = NDArray[np.int64]


def shortened(board: Board, shift: int, order: Order) -> Order:
    """Return a route of the same units that neither a turn nor a move of up to three makes quicker, windows kept."""
    best = order
    while True:
        for found in (*_turned(board, shift, best), *_moved(board, shift, best)):
            if board.leaves(shift, found) is not None:
                best = found
                break
        else:
            return best


def _legs(board: Board, shift: int, order: Order) -> tuple[_Seconds, _Seconds, _Seconds]:
    """Return the seconds between all of a route, and those of its legs forth and back."""
    stops = np.array([board.count, *order, board.count + 1])
    matrix = board.seconds[shift][np.ix_(stops, stops)]
    at = np.arange(len(order) + 1)
    return matrix, matrix[at, at + 1], matrix[at + 1, at]


def _turned(board: Board, shift: int, order: Order) -> Iterator[Order]:
    """Yield the routes with a part turned round that are quicker, the quickest first (2-opt)."""
    size = len(order)
    if size < 2:
        return
    matrix, forth, back = _legs(board, shift, order)
    longer = np.cumsum(back - forth)
    at = np.arange(1, size + 1)
    first, last = at[:, None], at[None]
    more = matrix[first - 1, last] + matrix[first, last + 1] - forth[first - 1] - forth[last]
    more += longer[last - 1] - longer[first - 1]
    more[last <= first] = 0
    for found in np.argsort(more, axis=None, kind="stable")[:_TRIED].tolist():
        begin, end = divmod(found, size)
        if more[begin, end] >= 0:
            return
        yield [*order[:begin], *order[begin : end + 1][::-1], *order[end + 1 :]]


def _moved(board: Board, shift: int, order: Order) -> Iterator[Order]:
    """Yield the routes with a part of up to three put elsewhere that are quicker, the quickest first (or-opt)."""
    size = len(order)
    matrix, forth, back = _legs(board, shift, order)
    longer = np.cumsum(back - forth)  # what it costs to go a part the other way round
    gap = np.arange(size + 1)[None]
    found = []
    for length in range(1, min(_LONGEST, size - 1) + 1):
        first = np.arange(1, size - length + 2)[:, None]
        last = first + length - 1
        saved = forth[first - 1] + forth[last] - matrix[first - 1, last + 1]
        for turned, (head, tail) in enumerate(((first, last), (last, first))):
            more = matrix[gap, head] + matrix[tail, gap + 1] - forth[gap] - saved
            more += turned * (longer[last - 1] - longer[first - 1])
            more[(gap >= first - 1) & (gap <= last)] = 0
            begin, to = divmod(int(more.argmin()), size + 1)
            found.append((int(more[begin, to]), length, begin, to, turned))
    for seconds, length, begin, to, turned in sorted(found):
        if seconds >= 0:
            return
        part, rest = order[begin : begin + length], [*order[:begin], *order[begin + length :]]
        at = to if to <= begin else to - length
        yield [*rest[:at], *(part[::-1] if turned else part), *rest[at:]]

"""How two spans of time lie to each other. An instant is a span whose ends are one; a day lasts to its own end.

Source: OGC 21-065r2, 7.6 (Allen's relations).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from api.standards.cql2_values import Array, Value, instant


class Span(NamedTuple):
    """The ends of a span; an end without a kind is open."""

    begin: Value
    end: Value


# Of begin and end of the first, then of the second.
TIMES: Mapping[str, Callable[[Any, Any, Any, Any], Any]] = MappingProxyType(
    {
        "t_after": lambda a, _b, _c, d: a > d,
        "t_before": lambda _a, b, c, _d: b < c,
        "t_contains": lambda a, b, c, d: (a < c) & (b > d),
        "t_disjoint": lambda a, b, c, d: (b < c) | (a > d),
        "t_during": lambda a, b, c, d: (a > c) & (b < d),
        "t_equals": lambda a, b, c, d: (a == c) & (b == d),
        "t_finishedby": lambda a, b, c, d: (a < c) & (b == d),
        "t_finishes": lambda a, b, c, d: (a > c) & (b == d),
        "t_intersects": lambda a, b, c, d: (a <= d) & (b >= c),
        "t_meets": lambda _a, b, c, _d: b == c,
        "t_metby": lambda a, _b, _c, d: a == d,
        "t_overlappedby": lambda a, b, c, d: (a > c) & (a < d) & (b > d),
        "t_overlaps": lambda a, b, c, d: (a < c) & (b > c) & (b < d),
        "t_startedby": lambda a, b, c, d: (a == c) & (b > d),
        "t_starts": lambda a, b, c, d: (a == c) & (b < d),
    }
)

# An end that is open: before everything, or after it.
OPEN = Value("null", np.array(None, dtype=object), np.array(False))
_FIRST, _LAST = np.iinfo(np.int64).min + 1, np.iinfo(np.int64).max


def when(name: str, first: Span, second: Span, zone: ZoneInfo) -> Array:
    """Return where two spans lie to each other as `name`, of TIMES, says."""
    ends = [*first, *second]
    kinds = {end.kind for end in ends} - {"null"}
    unit = "datetime64[D]" if kinds <= {"day"} else "datetime64[us]"
    held = []
    for at, end in enumerate(ends):
        last = at % 2 == 1
        if end.kind == "null":
            held.append(np.array(_LAST if last else _FIRST, dtype="int64"))
        else:
            values = end.values if unit == "datetime64[D]" else _instants(end, zone, last=last)
            held.append(values.astype(unit).astype("int64"))
    return np.asarray(TIMES[name](*held))


def _instants(value: Value, zone: ZoneInfo, *, last: bool) -> Array:
    """Return days as their first or last instants, in a zone; instants as they are."""
    if value.kind == "instant" or not last:
        return instant(value, zone).values
    following = Value("day", value.values + np.timedelta64(1, "D"), value.none)
    return instant(following, zone).values - np.timedelta64(1, "us")

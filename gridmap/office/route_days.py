"""The stops of several evenings as one list: what is asked for on which day, and one call for one thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gridmap.office.route_stops import Stop

PRESSING = frozenset(
    {
        "routes.why_urgent",
        "routes.why_issue_overdue",
        "routes.why_issue_soon",
        "routes.why_duty_overdue",
        "routes.why_duty_soon",
    }
)
"""Reasons that cannot wait for another one at the same place."""

_Days = dict[dt.date, Stop]


def over_days(asked: Mapping[dt.date, Iterable[Stop]]) -> list[Stop]:
    """Return the stops of some days, each of what was asked for a day, by layer, key and issue.

    `days` of a stop says who may go on which of them. One thing is one call: where several reasons ask for it, it is
    made on a day on which they all do, and a reason that presses (overdue, urgent, or due within a week) keeps all its
    own. Reasons that let different people go on one day, or share no day, are stops of their own.
    """
    found: dict[tuple[object, ...], dict[tuple[str, object], _Days]] = {}
    for day, stops in asked.items():
        for stop in stops:
            own = found.setdefault((stop.layer, stop.key, stop.issue if stop.key is None else ""), {})
            days = own.setdefault(_source(stop), {})
            # One visit counts for one period of a duty: that in grace before the one that runs.
            days[day] = max(days[day], stop, key=lambda one: one.priority) if day in days else stop
    held = [_stop(days) for own in found.values() for days in _calls(own.values())]
    return sorted(held, key=lambda stop: (stop.layer or "", stop.key or "", stop.issue or ""))


def _source(stop: Stop) -> tuple[str, object]:
    """Return what asks for a stop: the duty or the issue that its one reason names."""
    ((name, value),) = [pair for pair in stop.reasons[0].inputs.items() if pair[0] in {"duty", "issue"}]
    return name, value


def _calls(asking: Iterable[_Days]) -> list[_Days]:
    """Return the calls at one thing: what asks for it, put together as far as one call serves."""
    calls: list[_Days] = []
    for days in map(_with_people, asking):
        for at, known in enumerate(calls):
            joined = _joined(known, days)
            if joined is not None:
                calls[at] = joined
                break
        else:
            calls.append(days)
    return calls


def _with_people(days: _Days) -> _Days:
    """Return the days on which somebody may go; all of them where there is none."""
    return {day: stop for day, stop in days.items() if stop.cadres} or days


def _joined(one: _Days, other: _Days) -> _Days | None:
    """Return two askings as one call; null where they are for other people or share no day."""
    shared = one.keys() & other.keys()
    if not shared or any(one[day].cadres != other[day].cadres for day in shared):
        return None
    kept = {day for days in (one, other) if _presses(days) for day in days} or shared
    return {day: _with(one[day], other[day]) if day in shared else one.get(day) or other[day] for day in sorted(kept)}


def _presses(days: _Days) -> bool:
    return any(reason.code in PRESSING for stop in days.values() for reason in stop.reasons)


def _with(one: Stop, other: Stop) -> Stop:
    return replace(one, reasons=[*one.reasons, *other.reasons], issue=one.issue or other.issue)


def _stop(days: _Days) -> Stop:
    """Return one call as a stop, on the days on which it is at the place and within the hours of the first."""
    first = days[min(days)]
    alike = {day: one for day, one in sorted(days.items()) if (one.place, one.windows) == (first.place, first.windows)}
    best = max(alike.values(), key=lambda one: one.priority)
    return replace(
        best,
        issue=next((one.issue for one in alike.values() if one.issue), None),
        cadres=frozenset().union(*(one.cadres for one in alike.values())),
        days={day: one.cadres for day, one in alike.items()},
        by_day={day: one.reasons for day, one in alike.items()},
    )

"""The clocks counted minute by minute: slow, and simple enough to believe."""

from __future__ import annotations

import datetime as dt

from gridmap.people.calendar import Calendar

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def works(calendar: Calendar, day: dt.date) -> bool:
    return bool(calendar.working[day.year][day.timetuple().tm_yday - 1])


def at_work(calendar: Calendar, instant: dt.datetime) -> bool:
    """Whether the minute from `instant` on lies inside office hours."""
    local = instant.astimezone(calendar.zone)
    day, now = local.date(), local.time()
    for begin, end in calendar.hours:
        if begin < end:
            inside = works(calendar, day) and begin <= now < end
        else:
            inside = (works(calendar, day) and now >= begin) or (works(calendar, day - DAY) and now < end)
        if inside:
            return True
    return False


def due(calendar: Calendar, clock: str, length: int, start: dt.datetime) -> dt.datetime:
    """Return when it is due; hours are whole minutes here, and so is the start."""
    if clock == "urgent_hours":
        return start + length * 60 * MINUTE
    if clock == "work_hours":
        left = length * 60
        while left:
            left -= at_work(calendar, start)
            start += MINUTE
        return start
    day = start.astimezone(calendar.zone).date()
    if clock == "work_days":
        while length:
            day += DAY
            length -= works(calendar, day)
        return closing(calendar, day)
    day += length * DAY
    while not works(calendar, day):
        day += DAY
    return dt.datetime.combine(day + DAY, dt.time(), calendar.zone).astimezone(dt.UTC)


def closing(calendar: Calendar, day: dt.date) -> dt.datetime:
    begin, end = calendar.hours[-1]
    return dt.datetime.combine(day + DAY * (end <= begin), end, calendar.zone).astimezone(dt.UTC)


def minutes_of_work(calendar: Calendar, start: dt.datetime, end: dt.datetime) -> int:
    return sum(at_work(calendar, start + at * MINUTE) for at in range((end - start) // MINUTE))

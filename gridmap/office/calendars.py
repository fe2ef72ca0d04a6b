"""Errands: the office's working calendar, the year's notice coming in, and when something is due by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from gridmap.errors import ArgumentError
from gridmap.intake.calendars import read_calendar
from gridmap.office.setup import DEFAULT_ZONE
from gridmap.office.taking_in import FileReport, Incoming, take_in
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless, refuse_unless_everywhere
from gridmap.people.calendar import CHINA_YEARS, Calendar, Hours, china, weekdays
from gridmap.people.clocks import due_at
from gridmap.people.person import Person
from gridmap.settings import Settings
from gridmap.store import calendars
from gridmap.store.engine import Transaction

# Monday to Friday need no notice; so many years are laid out.
_WEEKDAY_YEARS = range(1990, 2101)
_FRIDAY = 5


def calendar_of(office: Office, tx: Transaction) -> Calendar:
    """Return the office's working calendar: its hours and holidays (settings), its own notices before all else."""
    return calendar_from(office.settings, office.clock.zone, calendars.calendar_days(tx))


def calendar_from(settings: Settings, zone: ZoneInfo, stated: Mapping[dt.date, bool]) -> Calendar:
    """Return the calendar of a zone by the settings, with the days `stated` before all else.

    `holidays = "table"` knows the years alone that are stated; without any it raises ArgumentError.
    """
    hours: Hours = tuple(
        (dt.time.fromisoformat(begin), dt.time.fromisoformat(end)) for begin, end in settings.office_hours
    )
    source = settings.holidays
    if source == "auto":
        source = "china" if zone.key == DEFAULT_ZONE else "weekdays"
    if source == "china":
        return china(CHINA_YEARS, zone=zone, hours=hours).with_days(stated)
    if source == "table" and not stated:
        raise ArgumentError("office.calendar_no_table")
    years = sorted({day.year for day in stated}) if source == "table" else _WEEKDAY_YEARS
    return weekdays(years, zone=zone, hours=hours).with_days(stated)


def import_calendar(
    person: Person,
    office: Office,
    path: Path,
    *,
    strict: bool = False,
    dry_run: bool = False,
    lang: str = "en",
) -> FileReport:
    """Take a year's notice or another country's table in, in one transaction; bad rows come out as a fault sheet.

    The days stated replace what is known of them; all others stay. With `strict` one fault refuses the file. Raises
    FileError or FaultsError where no row can be read.
    """
    refuse_unless_everywhere(person, "rule")
    read = read_calendar(path)
    incoming = Incoming(
        path=path,
        read=read,
        keep=lambda tx: calendars.keep_days(tx, read.days, source=read.file, at=office.clock.now()),
        counted=("added", "changed", "unchanged"),
        action="import",
        subject="calendar",
        detail={},
        refused=strict and bool(read.faults),
        dry_run=dry_run,
    )
    return take_in(office, person, incoming, lang=lang)


def list_calendar(person: Person, office: Office, year: int) -> pd.DataFrame:
    """Return the days of a year that are not as Monday to Friday have it, and those that the office's notices state.

    Columns: day (ISO text), weekday (1 = Monday), working, stated (by a notice of the office's own). Raises
    ArgumentError for a year without data.
    """
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        calendar, stated = calendar_of(office, tx), calendars.calendar_days(tx)
    days = pd.date_range(f"{year}-01-01", f"{year}-12-31", freq="D")
    frame = pd.DataFrame(
        {
            "day": days.strftime("%Y-%m-%d").astype(object),
            "weekday": days.day_of_week + 1,
            "working": calendar.is_working(days.to_numpy()),
            "stated": [one.date() in stated for one in days],
        }
    )
    unusual = frame["working"] != (frame["weekday"] <= _FRIDAY)
    return frame.loc[unusual | frame["stated"]].reset_index(drop=True)


def due(person: Person, office: Office, clock: str, length: float, start: dt.datetime) -> dt.datetime:
    """Return when something is due (UTC) by a clock and the office's calendar, as `people.clocks.due_at` counts it."""
    refuse_unless(person, "read")
    with office.reading(person) as tx:
        calendar = calendar_of(office, tx)
    (instant,) = due_at(calendar, clock, length, start).to_pydatetime()
    found: dt.datetime = instant
    return found

"""How a terminal is told when a visit was."""

from __future__ import annotations

import datetime as dt

import typer

from gridmap.cli.output import words
from gridmap.office.wiring import Office


def parse_time(text: str) -> dt.time:
    """Return the time of day of a text such as 19:30. Raises typer.BadParameter for anything else."""
    try:
        return dt.time.fromisoformat(text if ":" in text else "")
    except ValueError:
        raise typer.BadParameter(words("visits.bad_time", given=text)) from None


def told_instant(text: str | None, office: Office, *, on: dt.date | None = None) -> dt.datetime:
    """Return the instant that a text says.

    19:30 is of the day `on` (default: today), 2015-03-12T19:30 on the office's clock, or there is an offset; nothing is
    now. Raises typer.BadParameter for anything else.
    """
    if text is None:
        now = office.clock.now()
        return now if on is None else dt.datetime.combine(on, now.astimezone(office.clock.zone).timetz())
    day = on or office.clock.today()
    if len(text) <= len("19:30:00") and ":" in text:
        return dt.datetime.combine(day, parse_time(text), tzinfo=office.clock.zone)
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(words("visits.bad_time", given=text), param_hint="--at") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=office.clock.zone)

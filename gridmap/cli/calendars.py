"""Commands about the working calendar: calendar import, calendar show, calendar due."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home, Json, opened, parse_instant
from gridmap.cli.outcomes import plain, show_end
from gridmap.cli.output import FOUND, print_json, records, table, tell, words
from gridmap.office import calendars
from gridmap.office.taking_in import FileReport
from gridmap.people.clocks import CLOCKS
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import say

app = typer.Typer(help=help_of("help.calendar"), no_args_is_help=True)


@app.command("import", help=help_of("help.calendar_import"))
def import_(
    file: Annotated[Path, typer.Argument(help=help_of("import.file"))],
    strict: Annotated[bool, typer.Option("--strict", help=help_of("import.strict"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("import.dry_run"))] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Take a year's notice in."""
    with opened(home) as office:
        report = calendars.import_calendar(LOCAL_ADMINISTRATOR, office, file, strict=strict, dry_run=dry_run, lang=LANG)
    if json:
        print_json(plain(report, kept=report.kept))
    else:
        _show_import(report, dry_run=dry_run)
    if report.faults:
        raise typer.Exit(FOUND)


def _show_import(report: FileReport, *, dry_run: bool) -> None:
    tell("calendar.head", file=report.file, rows=report.rows)
    table(tuple(words(f"import.count.{name}") for name in report.counts), [tuple(report.counts.values())])
    show_end(report, words("calendar.kept") if report.kept else None, dry_run=dry_run)


@app.command(help=help_of("help.calendar_show"))
def show(
    year: Annotated[int | None, typer.Argument(metavar="YEAR", help=help_of("calendar.year"))] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print the days of a year that are not as the week has it."""
    with opened(home) as office:
        asked = year or office.clock.today().year
        found = calendars.list_calendar(LOCAL_ADMINISTRATOR, office, asked)
        hours = office.settings.office_hours
    if json:
        print_json({"year": asked, "office_hours": [list(span) for span in hours], "days": records(found)})
        return
    tell("calendar.hours", year=asked, hours=", ".join(f"{begin}-{end}" for begin, end in hours))
    rows = [
        (
            one["day"],
            words(f"calendar.weekday.{one['weekday']}"),
            words("calendar.working" if one["working"] else "calendar.off"),
            words("calendar.stated") if one["stated"] else "",
        )
        for one in records(found)
    ]
    table(tuple(words(f"calendar.column.{name}") for name in ("day", "weekday", "kind", "source")), rows)


@app.command(help=help_of("help.calendar_due"))
def due(
    clock: Annotated[str, typer.Argument(metavar="CLOCK", help=help_of("calendar.clock"))],
    length: Annotated[float, typer.Argument(metavar="LENGTH", help=help_of("calendar.length"))],
    start: Annotated[
        dt.datetime | None,
        typer.Option("--from", parser=parse_instant, metavar="INSTANT", help=help_of("calendar.start")),
    ] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Say when something is due."""
    with opened(home) as office:
        begun = start or office.clock.now()
        instant = calendars.due(LOCAL_ADMINISTRATOR, office, clock, length, begun)
        zone = office.clock.zone
    if json:
        print_json({"clock": clock, "length": length, "start": begun, "due": instant.astimezone(zone)})
        return
    local = {"start": f"{begun.astimezone(zone):%Y-%m-%d %H:%M}", "due": f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"}
    named = {one: say(f"people.clock.{one}", LANG) for one in CLOCKS}
    tell("calendar.due", length=f"{length:g}", clock=named[clock], **local)


def declare(root: typer.Typer) -> None:
    """Add the commands to `root`."""
    root.add_typer(app, name="calendar")

"""Commands about printed sheets: visits sheet, visits sheets, visits quick."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home, Json, On, Reason, opened
from gridmap.cli.output import FOUND, err, local, out, print_json, records, table, tell, words
from gridmap.cli.visit_times import told_instant
from gridmap.errors import ArgumentError
from gridmap.ledger.quick import QuickEntry
from gridmap.ledger.visits import MODES
from gridmap.office import sheets, visiting
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import say, spellings


def sheet(
    target: Annotated[Path, typer.Argument(help=help_of("visits.target"))],
    cell: Annotated[str, typer.Option("--cell", help=help_of("visits.of_cell"))],
    layer: Annotated[list[str] | None, typer.Option("--layer", help=help_of("visits.of_layer"))] = None,
    most: Annotated[int, typer.Option("--most", min=1, help=help_of("visits.most"))] = 40,
    on: On = None,
    reveal: Annotated[bool, typer.Option("--reveal", help=help_of("visits.reveal_address"))] = False,
    reason: Reason = "",
    home: Home = HOME,
) -> None:
    """Print a numbered visiting sheet of a cell."""
    with opened(home) as office:
        made = sheets.make_sheet(
            LOCAL_ADMINISTRATOR,
            office,
            target,
            cell=cell,
            layers=layer or ["households"],
            on=on,
            most=most,
            reveal=reveal,
            reason=reason,
            lang=LANG,
        )
    tell("visits.sheet_made", number=made.number, stops=made.stops, features=made.features, path=target)


def sheets_(home: Home = HOME, json: Json = False) -> None:
    """Print the sheets made."""
    with opened(home) as office:
        rows = local(sheets.list_sheets(LOCAL_ADMINISTRATOR, office), office.clock.zone)
    if json:
        print_json(records(rows))
        return
    plain = rows.drop(columns="account")
    first, last = words("visits.column.number"), words("visits.column.stops")
    headers = (first, *(words(f"column.{name}") for name in ("cell", "on", "recorded_at")), last)
    table(headers, list(plain.itertuples(index=False)))


def quick(
    number: Annotated[str, typer.Argument(metavar="SHEET", help=help_of("visits.number"))],
    lead: Annotated[str, typer.Option("--lead", metavar="CADRE", help=help_of("visits.lead_or_name"))],
    companion: Annotated[
        list[str] | None, typer.Option("--companion", metavar="CADRE", help=help_of("visits.companion"))
    ] = None,
    mode: Annotated[str, typer.Option("--mode", metavar="|".join(MODES), help=help_of("visits.mode"))] = "home",
    at: Annotated[str | None, typer.Option("--at", metavar="HH:MM", help=help_of("visits.quick_at"))] = None,
    on: On = None,
    home: Home = HOME,
) -> None:
    """Enter a printed sheet by its stop numbers."""
    with opened(home) as office:
        entry = sheets.enter_sheet(
            LOCAL_ADMINISTRATOR,
            office,
            number,
            lead=lead,
            at=told_instant(at, office, on=on),
            companions=companion or (),
            mode=mode,
        )
        tell("visits.quick_begin", number=number, stops=len(entry.stops))
        for line in _lines():
            _take(entry, line)
        entries = entry.entries()
        done = visiting.record(LOCAL_ADMINISTRATOR, office, entry.visits())
    for fault in done.faults:
        tell("visits.quick_fault", stop=entries[(fault.row or 1) - 1].stop, reason=fault.reason(LANG))
    tell("visits.recorded", recorded=done.recorded, repeated=done.repeated, flagged=done.flagged)
    if done.faults:
        raise typer.Exit(FOUND)


def _lines() -> Iterator[str]:
    """Yield the lines typed, up to an empty one or the end."""
    while True:
        if sys.stdin.isatty():
            err.print("> ", end="")
        line = sys.stdin.readline().strip()
        if not line:
            return
        yield line


def _take(entry: QuickEntry, line: str) -> None:
    if line.casefold() in spellings.UNDO:
        undone = entry.undo()
        tell("visits.quick_undone", stop=undone.stop) if undone else tell("visits.quick_nothing")
        return
    try:
        taken = entry.take(line)
    except ArgumentError as error:
        tell("visits.quick_again", reason=error.say(LANG))
        return
    outcome = say(f"ledger.outcome.{taken.outcome}", LANG)
    out.print(f"{taken.stop:>4}  {outcome}  {taken.at:%H:%M}")


def declare(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (sheet, sheets_, quick):
        name = command.__name__.rstrip("_")
        app.command(name, help=help_of(f"help.visits_{name}"))(command)

"""Commands about visits: visits record, correct, import, list, export; in `visit_sheets`: sheet, sheets, quick."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import pandas as pd
import typer

from gridmap.cli import visit_sheets
from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, On, Reason, opened, pairs, parse_day
from gridmap.cli.output import FOUND, print_json, progress_bar, records, show_faults, table, tell
from gridmap.cli.visit_times import parse_time, told_instant
from gridmap.ledger.visits import MODES, OUTCOMES, Visit
from gridmap.office import correcting, visit_files, visit_lists, visiting
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import say

app = typer.Typer(help=help_of("help.visits"), no_args_is_help=True)

_LISTED = ("visit", "at", "layer", "key", "cell", "lead_name", "mode", "outcome", "elsewhere", "late")
_Layer = Annotated[str | None, typer.Option("--layer", help=help_of("option.layer"))]
_Key = Annotated[str | None, typer.Option("--key", help=help_of("visits.key"))]
_Cell = Annotated[str | None, typer.Option("--cell", help=help_of("visits.cell"))]
_At = Annotated[str | None, typer.Option("--at", metavar="INSTANT", help=help_of("visits.at"))]
_Modes = typer.Option("--mode", metavar="|".join(MODES), help=help_of("visits.mode"))
_Outcomes = typer.Option("--outcome", metavar="|".join(OUTCOMES), help=help_of("visits.outcome"))
_Companions = Annotated[
    list[str] | None, typer.Option("--companion", metavar="CADRE", help=help_of("visits.companion"))
]
_Answers = Annotated[
    list[str] | None, typer.Option("--answer", metavar="DUTY/FIELD=VALUE", help=help_of("visits.answer"))
]
_Note = Annotated[str | None, typer.Option("--note", help=help_of("visits.note"))]
_Under = Annotated[str | None, typer.Option("--cell", help=help_of("option.cell"))]
_Since = Annotated[
    dt.date | None, typer.Option("--since", parser=parse_day, metavar="DAY", help=help_of("visits.since"))
]
_Reveal = Annotated[list[str] | None, typer.Option("--reveal", help=help_of("visits.reveal"))]


@app.command(help=help_of("help.visits_record"))
def record(
    lead: Annotated[str, typer.Option("--lead", metavar="CADRE", help=help_of("visits.lead"))],
    outcome: Annotated[str, _Outcomes],
    layer: _Layer = None,
    key: _Key = None,
    cell: _Cell = None,
    at: _At = None,
    mode: Annotated[str, _Modes] = "home",
    companion: _Companions = None,
    answer: _Answers = None,
    note: _Note = None,
    looks_back: Annotated[
        str | None, typer.Option("--looks-back", metavar="ISSUE", help=help_of("visits.back"))
    ] = None,
    uuid: Annotated[str | None, typer.Option("--id", metavar="UUID", help=help_of("visits.id"))] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Record one visit."""
    with opened(home) as office:
        visit = Visit(
            id=uuid or str(uuid4()),
            at=told_instant(at, office),
            lead=lead,
            outcome=outcome,
            layer=layer,
            key=key,
            cell=cell,
            mode=mode,
            companions=tuple(companion or ()),
            answers=pairs(answer, option="--answer"),
            note=note or "",
            looks_back=looks_back,
        )
        done = visiting.record(LOCAL_ADMINISTRATOR, office, [visit], strict=True)
    _show_done(done, json=json, visit=visit.id)


@app.command(help=help_of("help.visits_correct"))
def correct(
    visit: Annotated[str, typer.Argument(metavar="UUID", help=help_of("visits.corrected"))],
    lead: Annotated[str | None, typer.Option("--lead", metavar="CADRE", help=help_of("visits.lead"))] = None,
    outcome: Annotated[str | None, _Outcomes] = None,
    layer: _Layer = None,
    key: _Key = None,
    cell: _Cell = None,
    at: _At = None,
    mode: Annotated[str | None, _Modes] = None,
    companion: _Companions = None,
    answer: _Answers = None,
    note: _Note = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Correct a visit by a further entry."""
    said = {"lead": lead, "outcome": outcome, "layer": layer, "key": key, "cell": cell, "mode": mode, "note": note}
    changes: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    changes |= {"companions": tuple(companion)} if companion else {}
    changes |= {"answers": pairs(answer, option="--answer")} if answer else {}
    with opened(home) as office:
        changes |= {} if at is None else {"at": told_instant(at, office)}
        done = correcting.correct(LOCAL_ADMINISTRATOR, office, visit, changes)
    _show_done(done, json=json)


@app.command("import", help=help_of("help.visits_import"))
def import_(
    file: Annotated[Path, typer.Argument(help=help_of("import.file"))],
    mapping: Annotated[list[str] | None, typer.Option("--map", help=help_of("import.map"))] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help=help_of("import.sheet"))] = None,
    layer: _Layer = None,
    lead: Annotated[str | None, typer.Option("--lead", metavar="CADRE", help=help_of("visits.lead_else"))] = None,
    day: Annotated[
        dt.date | None, typer.Option("--day", parser=parse_day, metavar="DAY", help=help_of("visits.day"))
    ] = None,
    time: Annotated[
        dt.time | None, typer.Option("--time", parser=parse_time, metavar="HH:MM", help=help_of("visits.time"))
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help=help_of("import.strict"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("import.dry_run"))] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Take a sheet of visits in."""
    source = visit_files.VisitSource(file, pairs(mapping, option="--map"), sheet, layer, lead, day, time)
    with opened(home) as office, progress_bar("import.progress"):
        done = visit_files.import_visits(LOCAL_ADMINISTRATOR, office, source, strict=strict, dry_run=dry_run, lang=LANG)
    if json:
        held = {name: getattr(done, name) for name in ("file", "rows", "blank", "refused", "unread", "fault_sheet")}
        print_json(held | _plain(done.report))
    else:
        _show_import(done, dry_run=dry_run)
    if done.report.faults:
        raise typer.Exit(FOUND)


def _show_import(done: visit_files.VisitsImported, *, dry_run: bool) -> None:
    tell("visits.head", file=done.file, rows=done.rows, blank=done.blank)
    _show_counts(done.report)
    if done.unread:
        tell("import.unread", headers=", ".join(done.unread))
    if done.report.faults:
        show_faults(done.report.faults)
        tell("import.sheet_written", path=done.fault_sheet)
    if done.refused:
        tell("import.refused")
    elif dry_run:
        tell("import.dry")


@app.command("list", help=help_of("help.visits_list"))
def list_(
    on: On = None,
    as_of: AsOf = None,
    since: _Since = None,
    layer: _Layer = None,
    key: Annotated[list[str] | None, typer.Option("--key", help=help_of("visits.key"))] = None,
    cell: _Under = None,
    lead: Annotated[str | None, typer.Option("--lead", metavar="CADRE", help=help_of("visits.led"))] = None,
    every: Annotated[bool, typer.Option("--every", help=help_of("visits.every"))] = False,
    reveal: _Reveal = None,
    reason: Reason = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help=help_of("option.limit"))] = 50,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print visits, masked where they tell of a home."""
    with opened(home) as office:
        day = on or office.clock.today()
        rows = visit_lists.list_visits(
            LOCAL_ADMINISTRATOR,
            office,
            on=day,
            as_of=as_of,
            since=since,
            layer=layer,
            keys=key or None,
            under=cell,
            lead=lead,
            current=not every,
            reveal=reveal or (),
            reason=reason,
        )
        shown = _shown(
            rows.head(limit), office, (*_LISTED, *(one for one in ("answers", "note") if one in (reveal or ())))
        )
    if json:
        print_json(records(rows))
        return
    table(tuple(say(f"columns.{name}", LANG) for name in shown.columns), list(shown.itertuples(index=False)))
    tell("visits.shown", shown=len(shown), count=len(rows), on=day)


def _shown(rows: pd.DataFrame, office: Office, columns: tuple[str, ...]) -> pd.DataFrame:
    at = rows["at"].dt.tz_convert(office.clock.zone).dt.strftime("%Y-%m-%d %H:%M").astype(object)
    mode = rows["mode"].map(lambda one: say(f"ledger.mode.{one}", LANG))
    outcome = rows["outcome"].map(lambda one: None if one is None else say(f"ledger.outcome.{one}", LANG))
    told = rows.assign(at=at, mode=mode, outcome=outcome)
    return told[list(columns)]


@app.command(help=help_of("help.visits_export"))
def export(
    target: Annotated[Path, typer.Argument(help=help_of("export.target"))],
    on: On = None,
    since: _Since = None,
    layer: _Layer = None,
    cell: _Under = None,
    reveal: _Reveal = None,
    reason: Reason = "",
    home: Home = HOME,
) -> None:
    """Hand visits out as a workbook, masked as the list is."""
    with opened(home) as office, progress_bar("export.progress"):
        day = on or office.clock.today()
        count = visit_lists.export_visits(
            LOCAL_ADMINISTRATOR,
            office,
            target,
            on=day,
            since=since,
            layer=layer,
            under=cell,
            reveal=reveal or (),
            reason=reason,
            lang=LANG,
        )
    tell("export.done", count=count, path=target, on=day)


def _show_done(done: visiting.VisitReport, *, json: bool, visit: str | None = None) -> None:
    if json:
        print_json(({"visit": visit} if visit else {}) | _plain(done))
        return
    _show_counts(done)
    if visit:
        tell("visits.id_is", visit=visit)


def _show_counts(done: visiting.VisitReport) -> None:
    tell("visits.recorded", recorded=done.recorded, repeated=done.repeated, flagged=done.flagged)
    if done.issues:
        tell("visits.opened", count=len(done.issues), issues=", ".join(done.issues))


def _plain(done: visiting.VisitReport) -> dict[str, object]:
    counts = {name: getattr(done, name) for name in ("recorded", "repeated", "flagged")}
    return counts | {"issues": list(done.issues), "faults": [fault.say(LANG) for fault in done.faults]}


visit_sheets.declare(app)


def declare(root: typer.Typer) -> None:
    """Add the commands to `root`."""
    root.add_typer(app, name="visits")

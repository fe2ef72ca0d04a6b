"""Commands about files of issues: issues import, export, photo, photos, photo-out, photo-erase."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from gridmap.cli import issues
from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, On, Reason, opened, pairs
from gridmap.cli.outcomes import plain, show_end
from gridmap.cli.output import (
    FOUND,
    local,
    print_json,
    progress_bar,
    records,
    table,
    tell,
    words,
)
from gridmap.ledger.issues import SOURCES, STATES
from gridmap.office import issue_files
from gridmap.office import photos as errands
from gridmap.office.importing import Source
from gridmap.office.issue_lists import Wanted
from gridmap.people.person import LOCAL_ADMINISTRATOR

app = typer.Typer()

_Number = Annotated[str, typer.Argument(metavar="NUMBER", help=help_of("issues.number"))]


@app.command("import", help=help_of("help.issues_import"))
def import_(
    file: Annotated[Path, typer.Argument(help=help_of("import.file"))],
    mapping: Annotated[list[str] | None, typer.Option("--map", help=help_of("import.map"))] = None,
    where: Annotated[list[str] | None, typer.Option("--where", help=help_of("import.where"))] = None,
    word: Annotated[
        list[str] | None, typer.Option("--word", metavar="FIELD:WORD=VALUE", help=help_of("issue_files.word"))
    ] = None,
    category: Annotated[str, typer.Option("--category", help=help_of("issue_files.category"))] = "",
    source: Annotated[
        str, typer.Option("--source", metavar="|".join(SOURCES), help=help_of("issue_files.source"))
    ] = "phone",
    zone: Annotated[str | None, typer.Option("--zone", help=help_of("issue_files.zone"))] = None,
    crs: Annotated[str | None, typer.Option("--crs", help=help_of("option.crs"))] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help=help_of("import.sheet"))] = None,
    strict: Annotated[bool, typer.Option("--strict", help=help_of("import.strict"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("import.dry_run"))] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Take a register of issues in."""
    kept = {name: frozenset(values.split("|")) for name, values in pairs(where, option="--where").items()}
    rows = Source(path=file, mapping=pairs(mapping, option="--map"), crs=crs, sheet=sheet, where=kept)
    given = issue_files.IssueSource(rows, category, source, _words(word), _zone(zone))
    with opened(home) as office, progress_bar("import.progress"):
        report = issue_files.import_issues(
            LOCAL_ADMINISTRATOR, office, given, strict=strict, dry_run=dry_run, lang=LANG
        )
    if json:
        print_json(plain(report, batch=report.batch))
    else:
        _show(report, dry_run=dry_run)
    if report.faults:
        raise typer.Exit(FOUND)


def _show(report: issue_files.IssuesReport, *, dry_run: bool) -> None:
    tell("issue_files.head", file=report.file, rows=report.rows)
    table(tuple(words(f"issue_files.count.{name}") for name in report.counts), [tuple(report.counts.values())])
    show_end(report, None if report.batch is None else words("issue_files.kept", batch=report.batch), dry_run=dry_run)


@app.command(help=help_of("help.issues_export"))
def export(
    target: Annotated[Path, typer.Argument(help=help_of("issue_files.target"))],
    state: Annotated[
        list[str] | None,
        typer.Option("--state", metavar="|".join(("open", *STATES)), help=help_of("issues.state")),
    ] = None,
    cell: Annotated[str | None, typer.Option("--cell", help=help_of("option.cell"))] = None,
    on: On = None,
    as_of: AsOf = None,
    home: Home = HOME,
) -> None:
    """Write the issues of a day as a workbook."""
    wanted = Wanted(states=state or None, under=cell)
    with opened(home) as office:
        day = on or office.clock.today()
        count = issue_files.export_issues(
            LOCAL_ADMINISTRATOR, office, target, on=day, as_of=as_of, wanted=wanted, lang=LANG
        )
    tell("export.done", count=count, path=target, on=day)


@app.command(help=help_of("help.issues_photo"))
def photo(
    number: _Number,
    file: Annotated[Path, typer.Argument(help=help_of("photos.file"))],
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Add a photo to an issue."""
    with opened(home) as office:
        kept, new = errands.add_photo(LOCAL_ADMINISTRATOR, office, number, file)
    if json:
        print_json({"photo": kept, "new": new})
    else:
        tell("photos.kept" if new else "photos.known", photo=kept, number=number)


@app.command(help=help_of("help.issues_photos"))
def photos(number: _Number, home: Home = HOME, json: Json = False) -> None:
    """Print the photos of an issue."""
    with opened(home) as office:
        rows = local(errands.list_photos(LOCAL_ADMINISTRATOR, office, number), office.clock.zone)
    if json:
        print_json(records(rows))
        return
    plain = rows.drop(columns=["number", "digest"])
    table(tuple(words(f"photos.column.{name}") for name in plain.columns), list(plain.itertuples(index=False)))


@app.command("photo-out", help=help_of("help.issues_photo_out"))
def photo_out(
    photo: Annotated[int, typer.Argument(metavar="PHOTO", help=help_of("photos.photo"))],
    target: Annotated[Path, typer.Argument(help=help_of("photos.target"))],
    reason: Reason = "",
    home: Home = HOME,
) -> None:
    """Write a photo out."""
    with opened(home) as office:
        errands.write_photo(LOCAL_ADMINISTRATOR, office, photo, target, reason=reason)
    tell("photos.written", photo=photo, path=target)


@app.command("photo-erase", help=help_of("help.issues_photo_erase"))
def photo_erase(
    photo: Annotated[int, typer.Argument(metavar="PHOTO", help=help_of("photos.photo"))],
    reason: Reason = "",
    home: Home = HOME,
) -> None:
    """Remove a photo."""
    with opened(home) as office:
        errands.erase_photo(LOCAL_ADMINISTRATOR, office, photo, reason=reason)
    tell("photos.erased", photo=photo)


def _words(given: list[str] | None) -> dict[str, dict[str, str]]:
    """Return `FIELD:WORD=VALUE` texts by field and word."""
    found: dict[str, dict[str, str]] = {}
    for spelled, value in pairs(given, option="--word").items():
        name, colon, word = spelled.partition(":")
        if not colon or not word.strip():
            raise typer.BadParameter(words("bad_pair", option="--word", given=f"{spelled}={value}"))
        found.setdefault(name.strip(), {})[word.strip()] = value
    return found


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise typer.BadParameter(words("issue_files.bad_zone", given=name), param_hint="--zone") from None


def declare(_: typer.Typer) -> None:
    """Add the commands to the group `issues`, not to the root."""
    issues.app.add_typer(app)

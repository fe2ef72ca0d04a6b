"""Commands about the office as a whole: init, doctor, upgrade, backup, restore."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home, Json, opened
from gridmap.cli.output import FOUND, print_json, table, tell
from gridmap.office.copying import backup as backup_office
from gridmap.office.copying import restore as restore_office
from gridmap.office.copying import upgrade_store
from gridmap.office.doctor import examine
from gridmap.office.moving import move_office
from gridmap.office.setup import DEFAULT_ZONE, found_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.settings import DATABASE_VARIABLE, Settings
from gridmap.words import say


def init(
    name: Annotated[str, typer.Option("--name", help=help_of("init.name"))],
    zone: Annotated[str, typer.Option("--zone", help=help_of("init.zone"))] = DEFAULT_ZONE,
    lengths: Annotated[str, typer.Option("--lengths", help=help_of("option.lengths"))] = "12,13,15",
    database: Annotated[str, typer.Option("--database", envvar=DATABASE_VARIABLE, help=help_of("init.database"))] = "",
    serving_role: Annotated[str, typer.Option("--serving-role", help=help_of("init.serving_role"))] = "",
    home: Home = HOME,
) -> None:
    """Found an office."""
    settings = Settings(lang=LANG, code_lengths=parse_lengths(lengths))
    if serving_role and not database:
        raise typer.BadParameter(say("cli.init.no_database", LANG), param_hint="--serving-role")
    path = found_office(
        LOCAL_ADMINISTRATOR,
        home,
        name=name,
        zone=zone,
        settings=settings,
        database=database,
        serving_role=serving_role,
    )
    tell("init.done", path=path)
    if database and path != database:
        tell("init.password", variable=DATABASE_VARIABLE)


def parse_lengths(text: str) -> dict[str, int]:
    """Return `12,13,15` as the code lengths of big, middle and small. Raises typer.BadParameter for anything else."""
    parts = [part.strip() for part in text.split(",")]
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit()]
    if len(parts) != 3 or len(numbers) != 3 or numbers != sorted(set(numbers)) or numbers[0] < 1:
        raise typer.BadParameter(say("cli.bad_lengths", LANG, given=text))
    return dict(zip(("big", "middle", "small"), numbers, strict=True))


def doctor(home: Home = HOME, json: Json = False) -> None:
    """Look the installation over."""
    findings = examine(home, dt.datetime.now().astimezone().date())
    if json:
        print_json([{"state": f.state, "code": f.code, "message": say(f.code, LANG, **f.inputs)} for f in findings])
    else:
        table(("", ""), [(say(f"doctor.state.{f.state}", LANG), say(f.code, LANG, **f.inputs)) for f in findings])
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(FOUND)


def upgrade(home: Home = HOME) -> None:
    """Bring the store to this program's tables."""
    kept = upgrade_store(LOCAL_ADMINISTRATOR, home)
    tell("upgrade.done", backup=kept) if kept else tell("upgrade.nothing")


def backup(target: Annotated[Path, typer.Argument(help=help_of("backup.target"))], home: Home = HOME) -> None:
    """Copy the store away while it is in use."""
    with opened(home) as office:
        tell("backup.done", path=backup_office(LOCAL_ADMINISTRATOR, office, target))


def restore(source: Annotated[Path, typer.Argument(help=help_of("restore.source"))], home: Home = HOME) -> None:
    """Bring a copy back."""
    aside = restore_office(LOCAL_ADMINISTRATOR, home, source)
    tell("restore.done", source=source)
    if aside:
        tell("restore.aside", path=aside)


def move(
    database: Annotated[str, typer.Option("--database", envvar=DATABASE_VARIABLE, help=help_of("init.database"))] = "",
    serving_role: Annotated[str, typer.Option("--serving-role", help=help_of("init.serving_role"))] = "",
    back: Annotated[bool, typer.Option("--to-file", help=help_of("move.to_file"))] = False,
    home: Home = HOME,
) -> None:
    """Move the office into a database, or back into a file."""
    if not back and not database:
        raise typer.BadParameter(say("cli.move.where", LANG), param_hint="--database")
    given = "" if back else database
    path = move_office(LOCAL_ADMINISTRATOR, home, database=given, serving_role=serving_role)
    tell("move.done", path=path)
    if given and path != given:
        tell("init.password", variable=DATABASE_VARIABLE)


def declare(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    for command in (init, doctor, upgrade, backup, restore, move):
        app.command(help=help_of(f"help.{command.__name__}"))(command)

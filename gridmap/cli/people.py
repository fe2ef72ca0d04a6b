"""Commands about people: roster import, roster list, roster findings, who."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home, Json, On, Reason, opened, parse_degrees
from gridmap.cli.outcomes import plain, show_end
from gridmap.cli.output import FOUND, print_json, progress_bar, records, shown, table, tell, words
from gridmap.office import answering, rostering
from gridmap.office.taking_in import FileReport
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import say

app = typer.Typer(help=help_of("help.roster"), no_args_is_help=True)

_Reveal = Annotated[list[str] | None, typer.Option("--reveal", help=help_of("roster.reveal"))]


@app.command("import", help=help_of("help.roster_import"))
def import_(
    file: Annotated[Path, typer.Argument(help=help_of("import.file"))],
    on: On = None,
    complete: Annotated[bool, typer.Option("--complete", help=help_of("roster.complete"))] = False,
    strict: Annotated[bool, typer.Option("--strict", help=help_of("import.strict"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=help_of("import.dry_run"))] = False,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Take a roster in."""
    with opened(home) as office, progress_bar("import.progress"):
        report = rostering.import_roster(
            LOCAL_ADMINISTRATOR,
            office,
            file,
            on=on or office.clock.today(),
            complete=complete,
            strict=strict,
            dry_run=dry_run,
            lang=LANG,
        )
    if json:
        print_json(plain(report, kept=report.kept))
    else:
        show_roster_import(report, dry_run=dry_run)
    if report.faults:
        raise typer.Exit(FOUND)


def show_roster_import(report: FileReport, *, dry_run: bool = False) -> None:
    """Print what a roster import did: the counts, what was not read, the first faults, and where the fault sheet lies."""
    tell("roster.head", file=report.file, rows=report.rows)
    table(tuple(words(f"roster.count.{name}") for name in report.counts), [tuple(report.counts.values())])
    show_end(report, words("roster.kept") if report.kept else None, dry_run=dry_run)


@app.command("list", help=help_of("help.roster_list"))
def list_(on: On = None, reveal: _Reveal = None, reason: Reason = "", home: Home = HOME, json: Json = False) -> None:
    """Print the posts in force on a day."""
    with opened(home) as office:
        day = on or office.clock.today()
        rows = rostering.list_roster(LOCAL_ADMINISTRATOR, office, on=day, reveal=reveal or (), reason=reason)
    if json:
        print_json(records(rows))
        return
    spoken = {name: rows[name].map(lambda one, name=name: _spoken(name, one)) for name in ("tier", "part", "kind")}
    kept = rows.assign(**spoken).drop(columns=["level", "holder"])
    table(tuple(words(f"roster.column.{name}") for name in kept.columns), list(kept.itertuples(index=False)))
    tell("roster.count_on", count=len(rows), on=day)


@app.command(help=help_of("help.roster_erase"))
def erase(
    cadre: Annotated[str, typer.Argument(metavar="CADRE", help=help_of("roster.cadre"))],
    reason: Reason,
    home: Home = HOME,
) -> None:
    """Remove a cadre's telephone."""
    with opened(home) as office:
        removed = rostering.erase_phone(LOCAL_ADMINISTRATOR, office, cadre, reason=reason)
    tell("erase.done", count=removed, layer="cadre", key=cadre)


@app.command(help=help_of("help.roster_findings"))
def findings(on: On = None, home: Home = HOME, json: Json = False) -> None:
    """Print what is wrong with the roster on a day."""
    with opened(home) as office:
        day = on or office.clock.today()
        found = rostering.find_in_roster(LOCAL_ADMINISTRATOR, office, on=day)
    if json:
        print_json(records(found))
    else:
        for one in records(found):
            one["cadre"] = _named(one["name"], one["cadre"])
            tell(
                "roster.finding",
                hint=say(str(one.pop("hint")), LANG, **{name: _said(held) for name, held in one.items()}),
            )
        tell("roster.found", count=len(found), on=day)
    if len(found):
        raise typer.Exit(FOUND)


def who(
    cell: Annotated[str | None, typer.Argument(metavar="CELL", help=help_of("who.cell"))] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="LON,LAT", help=help_of("who.at"))] = None,
    on: On = None,
    reveal: _Reveal = None,
    reason: Reason = "",
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Say who answers for a cell or a place, and why."""
    if (cell is None) == (at is None):
        raise typer.BadParameter(words("who.one"), param_hint="--at")
    with opened(home) as office:
        day = on or office.clock.today()
        names = tuple(reveal or ())
        if cell is not None:
            answer = answering.who(LOCAL_ADMINISTRATOR, office, cell, on=day, reveal=names, reason=reason)
        else:
            lon, lat = parse_degrees(at or "", option="--at")
            answer = answering.who_at(LOCAL_ADMINISTRATOR, office, lon, lat, on=day, reveal=names, reason=reason)
    if json:
        print_json(_plain(answer))
    else:
        show_answer(answer)


def show_answer(answer: answering.Answer) -> None:
    """Print who answers, then the chain with the reason at each level."""
    tell("who.cell_on", cell=_named(answer.cell_name, answer.cell), on=answer.on)
    if answer.cadre is None:
        tell("who.team")
    else:
        tier = _spoken("tier", answer.tier)
        whose = _named(answer.name, answer.cadre)
        tell("who.answers", cadre=whose, tier=shown(tier), unit=shown(answer.unit), since=shown(answer.since))
    if answer.phone:
        tell("who.phone", phone=answer.phone)
    rows = [
        ("→" if one["answers"] else "", words(f"level.{one['level']}") if one["level"] else "", _reason(one))
        for one in records(answer.chain)
    ]
    table(("", words("column.level"), words("column.why")), rows)


def _reason(one: dict[str, object]) -> str:
    inputs = {
        "cell": _named(one["cell_name"], one["cell"]),
        "cadre": _named(one["name"], one["cadre"]),
        "absent": _named(one["absent_name"], one["absent"]),
        "since": shown(one["since"]),
    }
    return say(str(one["reason"]), LANG, **inputs)


def _named(name: object, code: object) -> str:
    """Return a name with its code, or the code alone."""
    return f"{name} ({code})" if isinstance(name, str) else shown(code)


def _said(value: object) -> object:
    """Return a value as a sentence takes it: a number stays one."""
    return value if isinstance(value, float) else shown(value)


def _spoken(kind: str, value: object) -> str | None:
    return words(f"roster.{kind}.{value}") if isinstance(value, str) else None


def _plain(answer: answering.Answer) -> dict[str, object]:
    names = ("cell", "cell_name", "on", "cadre", "name", "tier", "unit", "how", "since", "at")
    held: dict[str, object] = {name: getattr(answer, name) for name in names}
    if answer.phone:
        held["phone"] = answer.phone
    return held | {"chain": records(answer.chain)}


def declare(root: typer.Typer) -> None:
    """Add the commands to `root`."""
    root.add_typer(app, name="roster")
    root.command(help=help_of("help.who"))(who)

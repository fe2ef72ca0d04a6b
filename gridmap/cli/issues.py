"""Commands about issues: report, list, show, one for each step of the flow, duplicates, jobs, erase; and tick."""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from uuid import uuid4

import pandas as pd
import typer

from gridmap.cli import issue_acts
from gridmap.cli.issue_acts import spoken_acts
from gridmap.cli.issue_cards import left_of, plain_card, show_card, show_proposal, spoken_category, state_of
from gridmap.cli.language import help_of
from gridmap.cli.options import HOME, AsOf, Home, Json, On, Reason, opened, parse_degrees, parse_instant
from gridmap.cli.output import local, print_json, records, shown, table, tell, words
from gridmap.ledger.issues import SOURCES, STATES
from gridmap.office import issues
from gridmap.office.ticking import tick as run_tick
from gridmap.people.person import LOCAL_ADMINISTRATOR

app = typer.Typer(help=help_of("help.issues"), no_args_is_help=True)

_Number = Annotated[str, typer.Argument(metavar="NUMBER", help=help_of("issues.number"))]
_States = Annotated[
    list[str] | None,
    typer.Option("--state", metavar="|".join(("open", *STATES)), help=help_of("issues.state")),
]
_COLUMNS = ("number", "state", "category", "cell", "unit", "holder_name", "due_at", "left", "overdue")


@app.command(help=help_of("help.issues_report"))
def report(
    source: Annotated[str, typer.Option("--source", metavar="|".join(SOURCES), help=help_of("issues.source"))],
    category: Annotated[str, typer.Option("--category", help=help_of("issues.category"))] = "",
    text: Annotated[str, typer.Option("--text", help=help_of("issues.text"))] = "",
    by: Annotated[str | None, typer.Option("--by", metavar="CADRE", help=help_of("issues.told"))] = None,
    place: Annotated[str | None, typer.Option("--place", metavar="LON,LAT", help=help_of("issues.place"))] = None,
    feature: Annotated[
        list[str] | None, typer.Option("--feature", metavar="LAYER:KEY", help=help_of("issues.feature"))
    ] = None,
    cell: Annotated[str | None, typer.Option("--cell", help=help_of("issues.cell"))] = None,
    address: Annotated[str, typer.Option("--address", help=help_of("issues.address"))] = "",
    reporter: Annotated[str, typer.Option("--reporter", help=help_of("issues.reporter"))] = "",
    phone: Annotated[str, typer.Option("--phone", help=help_of("issues.phone"))] = "",
    anonymous: Annotated[bool, typer.Option("--anonymous", help=help_of("issues.anonymous"))] = False,
    consent: Annotated[bool | None, typer.Option("--consent/--no-consent", help=help_of("issues.consent"))] = None,
    at: Annotated[
        dt.datetime | None, typer.Option("--at", parser=parse_instant, metavar="INSTANT", help=help_of("issues.at"))
    ] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Report an issue."""
    lon, lat = (None, None) if place is None else parse_degrees(place, option="--place")
    with opened(home) as office:
        one = issues.Report(
            id=str(uuid4()),
            at=at or office.clock.now(),
            source=source,
            by=by,
            category=category,
            text=text,
            lon=lon,
            lat=lat,
            features=tuple(map(_feature, feature or ())),
            cell=cell,
            address=address,
            reporter=reporter,
            phone=phone,
            anonymous=anonymous,
            consent=consent,
        )
        (number,) = issues.report(LOCAL_ADMINISTRATOR, office, [one])
        likely = issues.list_duplicates(LOCAL_ADMINISTRATOR, office, name=number)
        card = issues.show(LOCAL_ADMINISTRATOR, office, number)
    others = likely["other"].where(likely["number"] == number, likely["number"]).tolist()
    if json:
        print_json({"number": number, "cell": card.issue["cell"], "likely_duplicates": others})
        return
    tell("issues.reported", number=number, cell=shown(card.issue["cell"]), allowed=spoken_acts(card.allowed))
    show_proposal(card)
    if others:
        tell("issues.likely", number=number, others=", ".join(others))


@app.command("list", help=help_of("help.issues_list"))
def list_(
    state: _States = None,
    category: Annotated[list[str] | None, typer.Option("--category", help=help_of("issues.category"))] = None,
    unit: Annotated[str | None, typer.Option("--unit", help=help_of("issues.unit"))] = None,
    cadre: Annotated[str | None, typer.Option("--cadre", help=help_of("issues.cadre"))] = None,
    cell: Annotated[str | None, typer.Option("--cell", help=help_of("option.cell"))] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help=help_of("issues.overdue"))] = False,
    on: On = None,
    as_of: AsOf = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print the issues of a day."""
    wanted = issues.Wanted(
        states=state or None, categories=category or None, unit=unit, cadre=cadre, under=cell, overdue=overdue
    )
    with opened(home) as office:
        day = on or office.clock.today()
        rows = local(
            issues.list_issues(LOCAL_ADMINISTRATOR, office, on=day, as_of=as_of, wanted=wanted), office.clock.zone
        )
        kinds = issues.kinds_on(LOCAL_ADMINISTRATOR, office, on=day)
    if json:
        print_json(records(rows.drop(columns="geometry")))
        return
    said: dict[str, list[str | None]] = {
        "state": [state_of(*one) for one in zip(rows["state"], rows["deferred"], strict=True)],
        "category": [spoken_category(name, kinds.get(name)) if name else None for name in rows["category"]],
        "left": [left_of(*one) for one in zip(rows["left"], rows["clock"], strict=True)],
    }
    spoken = {name: pd.Series(values, index=rows.index, dtype=object) for name, values in said.items()}
    listed = pd.DataFrame(rows[list(_COLUMNS)]).assign(**spoken, due_at=rows["due_at"].dt.strftime("%Y-%m-%d %H:%M"))
    table(tuple(words(f"issues.column.{name}") for name in _COLUMNS), list(listed.itertuples(index=False)))
    tell("issues.count", count=len(rows), on=day)


@app.command(help=help_of("help.issues_show"))
def show(
    number: _Number,
    reveal: Annotated[list[str] | None, typer.Option("--reveal", help=help_of("issues.reveal"))] = None,
    reason: Reason = "",
    on: On = None,
    as_of: AsOf = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print one issue with all that happened to it."""
    names = reveal or ()
    with opened(home) as office:
        card = issues.show(LOCAL_ADMINISTRATOR, office, number, on=on, as_of=as_of, reveal=names, reason=reason)
        zone = office.clock.zone
    print_json(plain_card(card)) if json else show_card(card, zone)


@app.command(help=help_of("help.issues_duplicates"))
def duplicates(
    number: Annotated[str | None, typer.Argument(metavar="NUMBER", help=help_of("issues.number"))] = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print pairs of issues that are likely one."""
    with opened(home) as office:
        rows = issues.list_duplicates(LOCAL_ADMINISTRATOR, office, name=number)
    _print(rows, "issues.pairs", json=json)


@app.command(help=help_of("help.issues_jobs"))
def jobs(
    metres: Annotated[float, typer.Option("--metres", min=0, help=help_of("issues.metres"))] = 2000,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Print job offers in reach of those who look for work and agreed to be shown."""
    with opened(home) as office:
        rows = issues.list_jobs(LOCAL_ADMINISTRATOR, office, metres=metres)
    _print(rows, "issues.pairs", json=json)


@app.command(help=help_of("help.issues_erase"))
def erase(
    number: _Number,
    reason: Reason = "",
    field: Annotated[list[str] | None, typer.Option("--field", help=help_of("issues.reveal"))] = None,
    home: Home = HOME,
) -> None:
    """Remove what people wrote or said of an issue."""
    with opened(home) as office:
        removed = issues.erase_issue(LOCAL_ADMINISTRATOR, office, number, reason=reason, fields=field or None)
    tell("issues.erased", count=removed, number=number)


def tick(home: Home = HOME, json: Json = False) -> None:
    """Remind of deadlines and escalate what is overdue."""
    with opened(home) as office:
        done = run_tick(LOCAL_ADMINISTRATOR, office)
    if json:
        print_json({"reminded": list(done.reminded), "escalated": dict(done.escalated)})
        return
    for number in done.reminded:
        tell("issues.reminded", number=number)
    for number, cadre in done.escalated:
        tell("issues.escalated", number=number, cadre=cadre)
    tell("issues.ticked", reminded=len(done.reminded), escalated=len(done.escalated))


def _print(rows: pd.DataFrame, total: str, *, json: bool) -> None:
    if json:
        print_json(records(rows))
        return
    table(tuple(words(f"issues.column.{name}") for name in rows.columns), list(rows.itertuples(index=False)))
    tell(total, count=len(rows))


def _feature(text: str) -> tuple[str, str]:
    layer, colon, key = text.partition(":")
    if not colon or not layer or not key:
        raise typer.BadParameter(words("bad_pair", option="--feature", given=text))
    return layer, key


issue_acts.declare(app)


def declare(root: typer.Typer) -> None:
    """Add the commands to `root`."""
    root.add_typer(app, name="issues")
    root.command(help=help_of("help.tick"))(tick)

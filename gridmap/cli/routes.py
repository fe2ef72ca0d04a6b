"""Commands about routes: tonight's plan, one as kept, again from where one is, in another order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

import pandas as pd
import typer
from typer._click.core import Context

from gridmap.cli import route_outputs
from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, Home, Json, On, opened, parse_day, parse_degrees
from gridmap.cli.output import print_bytes, print_json, progress_bar, records, table, tell, words
from gridmap.layer import spoken
from gridmap.maps.geojson import to_geojson
from gridmap.office import rerouting, routing
from gridmap.office.route_plans import Asked
from gridmap.office.route_words import PlanWords
from gridmap.office.surveying import survey_walk
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.store.plans import KeptPlan

app = typer.Typer(help=help_of("help.route"), invoke_without_command=True)
route_outputs.declare(app)

_Cadres = Annotated[list[str] | None, typer.Option("--cadre", help=help_of("route.cadre"))]
_Tiers = Annotated[list[str] | None, typer.Option("--tier", help=help_of("route.tier"))]
_Under = Annotated[str | None, typer.Option("--cell", help=help_of("option.cell"))]
_Mode = Annotated[str, typer.Option("--mode", help=help_of("route.mode"))]
_Begin = Annotated[str, typer.Option("--begin", metavar="HH:MM", help=help_of("route.begin"))]
_Finish = Annotated[str, typer.Option("--finish", metavar="HH:MM", help=help_of("route.finish"))]
_Start = Annotated[str | None, typer.Option("--start", metavar="LON,LAT", help=help_of("route.start"))]
_Most = Annotated[int | None, typer.Option("--most", min=1, help=help_of("route.most"))]
_Seed = Annotated[int, typer.Option("--seed", help=help_of("route.seed"))]
_Plan = Annotated[str, typer.Argument(metavar="PLAN", help=help_of("route.plan"))]
_Cadre = Annotated[str, typer.Option("--cadre", help=help_of("route.whose"))]


def parse_time(text: str) -> dt.time:
    """Return the time of day of a text such as 19:30. Raises typer.BadParameter for anything else."""
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(words("bad_time", given=text)) from None


@app.callback()
def tonight(
    context: Context,
    cadre: _Cadres = None,
    tier: _Tiers = None,
    cell: _Under = None,
    mode: _Mode = "walk",
    begin: _Begin = "19:00",
    finish: _Finish = "21:00",
    start: _Start = None,
    most: _Most = None,
    seed: _Seed = 1,
    on: On = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Plan the evening of a day and show it."""
    if context.invoked_subcommand is not None:
        return
    with opened(home) as office, progress_bar("route.progress") as progress:
        asked = Asked(
            on=on or office.clock.today(),
            cadres=tuple(cadre or ()),
            tiers=tuple(tier or ("grid_worker",)),
            under=cell,
            mode=mode,
            begin=parse_time(begin),
            finish=parse_time(finish),
            start=None if start is None else parse_degrees(start, option="--start"),
            most=most,
            seed=seed,
        )
        number = routing.plan_evening(LOCAL_ADMINISTRATOR, office, asked, progress=progress)
        show_kept(office, routing.show_plan(LOCAL_ADMINISTRATOR, office, number), json=json)


@app.command(help=help_of("help.route_week"))
def week(
    name: Annotated[str, typer.Argument(metavar="WEEK", help=help_of("route.week"))],
    cadre: _Cadres = None,
    tier: _Tiers = None,
    cell: _Under = None,
    mode: _Mode = "walk",
    most: _Most = None,
    seed: _Seed = 1,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Plan the evenings of the working days of an ISO week."""
    first = _monday(name)
    with opened(home) as office, progress_bar("route.progress") as progress:
        asked = Asked(
            on=first,
            until=first + dt.timedelta(days=6),
            cadres=tuple(cadre or ()),
            tiers=tuple(tier or ("grid_worker",)),
            under=cell,
            mode=mode,
            most=most,
            seed=seed,
        )
        number = routing.plan_evening(LOCAL_ADMINISTRATOR, office, asked, progress=progress)
        show_kept(office, routing.show_plan(LOCAL_ADMINISTRATOR, office, number), json=json)


@app.command(help=help_of("help.route_lamps"))
def lamps(
    cadre: Annotated[list[str], typer.Option("--cadre", help=help_of("route.crew"))],
    until: Annotated[dt.date, typer.Option("--until", parser=parse_day, metavar="DAY", help=help_of("route.until"))],
    cell: _Under = None,
    mode: _Mode = "car",
    begin: _Begin = "09:00",
    finish: _Finish = "17:00",
    start: _Start = None,
    seed: _Seed = 1,
    on: On = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Plan the repair of the dark lamps by crews on the working days up to a day."""
    with opened(home) as office, progress_bar("route.progress") as progress:
        asked = Asked(
            on=on or office.clock.today(),
            until=until,
            lamps=True,
            cadres=tuple(cadre),
            under=cell,
            mode=mode,
            begin=parse_time(begin),
            finish=parse_time(finish),
            start=None if start is None else parse_degrees(start, option="--start"),
            seed=seed,
        )
        number = routing.plan_evening(LOCAL_ADMINISTRATOR, office, asked, progress=progress)
        show_kept(office, routing.show_plan(LOCAL_ADMINISTRATOR, office, number), json=json)


@app.command(help=help_of("help.route_walk"))
def walk(
    cell: Annotated[str, typer.Option("--cell", help=help_of("route.walk_cell"))],
    budget: Annotated[float, typer.Option("--budget", min=1, help=help_of("route.budget"))] = 6000,
    on: On = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Walk every street of a cell once, in evenings."""
    with opened(home) as office:
        parts = survey_walk(LOCAL_ADMINISTRATOR, office, cell, on=on or office.clock.today(), budget_m=budget)
    if json:
        print_bytes(to_geojson(parts))
        return
    table(
        tuple(words(f"route.column.{name}") for name in ("evening", "metres", "street_m")),
        [(one.evening, round(one.metres), round(one.street_m)) for one in parts.itertuples(index=False)],
    )


def _monday(week_name: str) -> dt.date:
    """Return the Monday of an ISO week such as 2016-W01. Raises typer.BadParameter for anything else."""
    try:
        return dt.date.fromisoformat(f"{week_name}-1") if "W" in week_name else dt.date.fromisoformat("")
    except ValueError:
        raise typer.BadParameter(words("route.bad_week", given=week_name)) from None


@app.command("list", help=help_of("help.route_list"))
def list_(on: On = None, home: Home = HOME, json: Json = False) -> None:
    """Print the plans."""
    with opened(home) as office:
        rows = routing.list_plans(LOCAL_ADMINISTRATOR, office, on=on)
    if json:
        print_json(records(rows))
        return
    plain = rows.drop(columns=["account", "recorded_at"])
    table(tuple(words(f"route.column.{name}") for name in plain.columns), list(plain.itertuples(index=False)))


@app.command(help=help_of("help.route_show"))
def show(
    plan: Annotated[str | None, typer.Argument(metavar="[PLAN]", help=help_of("route.plan"))] = None,
    cadre: Annotated[list[str] | None, typer.Option("--cadre", help=help_of("route.shown"))] = None,
    on: On = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Show a plan as it was kept, with what was called at since."""
    with opened(home) as office:
        show_kept(office, routing.show_plan(LOCAL_ADMINISTRATOR, office, plan, on=on), cadre, json=json)


@app.command(help=help_of("help.route_again"))
def again(
    plan: _Plan,
    cadre: _Cadre,
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help=help_of("route.at"))],
    start: Annotated[str | None, typer.Option("--start", metavar="LON,LAT", help=help_of("route.here"))] = None,
    on: On = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Plan the rest of an evening from where the visitor is."""
    with opened(home) as office:
        day = on or routing.show_plan(LOCAL_ADMINISTRATOR, office, plan).on
        instant = dt.datetime.combine(day, parse_time(at), tzinfo=office.clock.zone)
        place = None if start is None else parse_degrees(start, option="--start")
        number = rerouting.plan_again(LOCAL_ADMINISTRATOR, office, plan, cadre, at=instant, place=place)
        show_kept(office, routing.show_plan(LOCAL_ADMINISTRATOR, office, number), [cadre], json=json)


@app.command(help=help_of("help.route_move"))
def move(
    plan: _Plan,
    cadre: _Cadre,
    order: Annotated[str, typer.Option("--order", metavar="3,1,2", help=help_of("route.order"))],
    on: On = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Change the order of a route."""
    try:
        positions = [int(one) for one in order.split(",") if one.strip()]
    except ValueError:
        raise typer.BadParameter(words("route.bad_order", given=order), param_hint="--order") from None
    with opened(home) as office:
        number = rerouting.move_stops(LOCAL_ADMINISTRATOR, office, plan, cadre, positions, on=on)
        show_kept(office, routing.show_plan(LOCAL_ADMINISTRATOR, office, number), [cadre], json=json)


def show_kept(office: Office, kept: KeptPlan, cadres: Sequence[str] | None = None, *, json: bool) -> None:
    """Print a plan: each route with its stops, of `cadres` alone if named; then how many are left out and why."""
    if json:
        print_json(_plain(kept))
        return
    said = PlanWords.of(LOCAL_ADMINISTRATOR, office, kept.on, LANG)
    tell(
        "route.plan_of",
        plan=kept.number,
        on=kept.on,
        routes=len(kept.routes),
        stops=int(kept.stops["route"].notna().sum()),
    )
    routes = kept.routes[kept.routes["cadre"].isin(cadres)] if cadres else kept.routes
    for route in routes.itertuples(index=False):
        mine = kept.stops[kept.stops["route"] == route.id]
        day = route.begin.tz_convert(office.clock.zone).date()
        name = said.cadre(route.cadre)
        back = _clock(route.back, office)
        tell("route.head", on=day, cadre=route.cadre, name=name, metres=route.metres, back=back)
        rows = [
            (
                stop.position,
                _clock(stop.begin, office),
                _what(stop, office),
                stop.cell,
                stop.priority,
                words("route.between").join(said.reasons(stop.reasons)),
                words("yes") if stop.visited else None,
            )
            for stop in mine.itertuples(index=False)
        ]
        names = ("position", "begin", "stop", "cell", "priority", "why", "visited")
        table(tuple(words(f"route.column.{name}") for name in names), rows)
    left = kept.stops[kept.stops["route"].isna()]
    if len(left):
        tell("route.left", count=len(left))
        counts = left["left_out"].map(lambda one: said.left_out(one, plain=True)).value_counts()
        table((words("route.column.why"), words("route.column.stops")), list(counts.items()))


def _clock(instant: pd.Timestamp, office: Office) -> str:
    return instant.tz_convert(office.clock.zone).strftime("%H:%M")


def _what(stop: object, office: Office) -> str:
    layer, key, issue = (getattr(stop, name) for name in ("layer", "key", "issue"))
    thing = "" if layer is None else f"{spoken(office.layers[layer], LANG)} {key}"
    return " ".join(part for part in (thing, issue) if part)


def _plain(kept: KeptPlan) -> dict[str, object]:
    # When somebody wants to be visited is for the plan alone.
    stops = pd.DataFrame(kept.stops.drop(columns=["geometry", "windows", "days"]))
    routes = pd.DataFrame(kept.routes.drop(columns=["geometry", "start"]))
    head = {"plan": kept.number, "on": kept.on.isoformat(), "replaces": kept.replaces, "asked": dict(kept.asked)}
    return head | {"routes": records(routes), "stops": records(stops)}


def declare(root: typer.Typer) -> None:
    """Add the group to `root`."""
    root.add_typer(app, name="route")

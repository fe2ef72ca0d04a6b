"""Command: what comes out of a plan, as paper and files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, BasemapDatum, BasemapFile, BasemapPoints, Home, Reason, opened, parse_day
from gridmap.cli.output import progress_bar, tell, words
from gridmap.office.mapping import Ground
from gridmap.office.route_outputs import WantedRoutes, put_out
from gridmap.people.person import LOCAL_ADMINISTRATOR


def out(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help=help_of("route.of_plan"))],
    cadre: Annotated[list[str] | None, typer.Option("--cadre", help=help_of("route.of_cadres"))] = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", help=help_of("route.sheet"))] = None,
    map_: Annotated[Path | None, typer.Option("--map", help=help_of("route.map"))] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help=help_of("route.picture"))] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=help_of("route.xlsx"))] = None,
    gpx: Annotated[Path | None, typer.Option("--gpx", help=help_of("route.gpx"))] = None,
    geojson: Annotated[Path | None, typer.Option("--geojson", help=help_of("route.geojson"))] = None,
    on: Annotated[
        dt.date | None, typer.Option("--on", parser=parse_day, metavar="DAY", help=help_of("route.of_day"))
    ] = None,
    private: Annotated[list[str] | None, typer.Option("--private", help=help_of("map.private"))] = None,
    reason: Reason = "",
    basemap: BasemapFile = None,
    crs: BasemapDatum = "",
    points: BasemapPoints = None,
    home: Home = HOME,
) -> None:
    """Put out routes of a plan."""
    given = {"sheet": sheet, "map": map_, "picture": picture, "xlsx": xlsx, "gpx": gpx, "geojson": geojson}
    targets = {name: target for name, target in given.items() if target is not None}
    if not targets:
        raise typer.BadParameter(words("route.no_output"), param_hint=", ".join(f"--{name}" for name in given))
    with opened(home) as office, progress_bar("route.drawing"):
        wanted = WantedRoutes(plan, tuple(cadre or ()), on, tuple(private or ()), reason)
        ground = None if basemap is None else Ground(basemap, crs, points)
        done = put_out(LOCAL_ADMINISTRATOR, office, wanted, targets, lang=LANG, ground=ground)
    for target in targets.values():
        tell("route.out", path=target, routes=done.routes, stops=done.stops, left=done.left_out)
    if done.sheet is not None:
        tell("route.sheet_made", number=done.sheet)


def declare(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("out", help=help_of("help.route_out"))(out)

"""Command: maps of a day, as a page that needs no network or as a picture for paper."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.options import HOME, BasemapDatum, BasemapFile, BasemapPoints, Home, On, Reason, opened
from gridmap.cli.output import progress_bar, tell
from gridmap.office.mapping import PICTURES, Ground, Wanted, draw_map, draw_picture
from gridmap.people.person import LOCAL_ADMINISTRATOR


def map_(
    target: Annotated[Path, typer.Argument(help=help_of("map.target"))],
    view: Annotated[str, typer.Option("--view", help=help_of("map.view"))] = "gaps",
    on: On = None,
    cell: Annotated[str | None, typer.Option("--cell", help=help_of("option.cell"))] = None,
    private: Annotated[list[str] | None, typer.Option("--private", help=help_of("map.private"))] = None,
    reason: Reason = "",
    basemap: BasemapFile = None,
    crs: BasemapDatum = "",
    points: BasemapPoints = None,
    home: Home = HOME,
) -> None:
    """Draw a map of a day."""
    with opened(home) as office, progress_bar("map.progress"):
        wanted = Wanted(on or office.clock.today(), cell, tuple(private or ()), reason)
        if target.suffix in PICTURES:
            draw_picture(LOCAL_ADMINISTRATOR, office, target, wanted, view=view, lang=LANG)
        else:
            ground = None if basemap is None else Ground(basemap, crs, points)
            draw_map(LOCAL_ADMINISTRATOR, office, target, wanted, lang=LANG, ground=ground)
    tell("map.done", path=target, on=wanted.on)


def declare(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("map", help=help_of("help.map"))(map_)

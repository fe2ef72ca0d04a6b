"""Commands about the grid: check, repair, import, export, editions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import geopandas as gpd
import pandas as pd
import typer

from gridmap.cli.language import LANG, help_of
from gridmap.cli.offices import parse_lengths
from gridmap.cli.options import HOME, Home, Json, On, opened, pairs
from gridmap.cli.output import FOUND, local, print_bytes, print_json, progress_bar, records, shown, table, tell, words
from gridmap.grid.grid import Grid
from gridmap.intake.grids import Parents, read_grid, read_territory
from gridmap.maps.geojson import to_geojson
from gridmap.office.exporting import export_grid, write_frame
from gridmap.office.grids import kept_grid, kept_territory, list_editions, publish_grid
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.words import say

app = typer.Typer(help=help_of("help.grid"), no_args_is_help=True)

_Source = Annotated[Path | None, typer.Argument(help=help_of("grid.source"))]
_Levels = Annotated[list[str] | None, typer.Option("--level", help=help_of("grid.level"))]
_Crs = Annotated[str | None, typer.Option("--crs", help=help_of("option.crs"))]
_Code = Annotated[list[str] | None, typer.Option("--code", help=help_of("grid.code"))]
_Name = Annotated[list[str] | None, typer.Option("--name-column", help=help_of("grid.name"))]
_Parent = Annotated[str | None, typer.Option("--parent", help=help_of("grid.parent"))]
_Lengths = Annotated[str | None, typer.Option("--lengths", help=help_of("option.lengths"))]
_Territory = Annotated[Path | None, typer.Option("--territory", help=help_of("grid.territory"))]


def _read(
    source: Path | None,
    levels: list[str] | None,
    crs: str | None,
    code: list[str] | None,
    name: list[str] | None,
    parent: str | None,
    lengths: str | None,
) -> Grid | None:
    """Return the grid of the files named, or null if none is named."""
    files: Path | dict[str, Path] | None = source
    if levels:
        files = {level: Path(path) for level, path in pairs(levels, option="--level").items()}
    if files is None:
        return None
    how: Parents = (
        "column" if parent not in {None, "prefix", "covers"} else "covers" if parent == "covers" else "prefix"
    )
    return read_grid(
        files,
        crs=crs,
        code=_column(code, "--code", "code"),
        name=_column(name, "--name-column", "name"),
        parent=parent if how == "column" else None,
        lengths=parse_lengths(lengths) if lengths else None,
        parents=how,
    )


def _column(texts: list[str] | None, option: str, usual: str) -> str | dict[str, str]:
    """Return the column named for all levels (`COLUMN`), or those named for each (`LEVEL=COLUMN`)."""
    if not texts:
        return usual
    return texts[0] if len(texts) == 1 and "=" not in texts[0] else pairs(texts, option=option)


@app.command(help=help_of("help.grid_check"))
def check(
    source: _Source = None,
    level: _Levels = None,
    crs: _Crs = None,
    code: _Code = None,
    name: _Name = None,
    parent: _Parent = None,
    lengths: _Lengths = None,
    territory: _Territory = None,
    gap_width: Annotated[float, typer.Option("--gap-width", min=0, help=help_of("grid.gap_width"))] = 1.0,
    out: Annotated[Path | None, typer.Option("--out", help=help_of("grid.out"))] = None,
    on: On = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Find every defect of a grid."""
    with progress_bar("grid.check_progress"):
        grid = _read(source, level, crs, code, name, parent, lengths)
        land = read_territory(territory, crs=crs) if territory else None
        if grid is None:
            with opened(home) as office:
                day = on or office.clock.today()
                grid = kept_grid(LOCAL_ADMINISTRATOR, office, on=day)
                land = land if land is not None else kept_territory(LOCAL_ADMINISTRATOR, office, on=day)
        defects = grid.check(land, gap_width=gap_width)
    if out:
        write_frame(defects.to_crs(4326), out, lang=LANG)
    print_bytes(to_geojson(defects.to_crs(4326))) if json else show_defects(defects)
    if len(defects):
        raise typer.Exit(FOUND)


def show_defects(defects: gpd.GeoDataFrame) -> None:
    """Print the defects, a line each, with where they are in degrees, and how many there are of each kind."""
    if defects.empty:
        tell("grid.no_defect")
        return
    places = defects.geometry.to_crs(4326).representative_point()
    rows = [
        (
            words(f"defect.{one.kind}"),
            words(f"level.{one.level}") if isinstance(one.level, str) else None,
            say(one.hint, LANG, code=shown(one.code), other=shown(one.other), measure=one.measure),
            None if place is None or place.is_empty else f"{place.x:.6f}, {place.y:.6f}",
        )
        for one, place in zip(defects.itertuples(index=False), places, strict=True)
    ]
    table(tuple(words(f"column.{name}") for name in ("kind", "level", "hint", "place")), rows)
    counts = defects["kind"].value_counts(sort=False)
    summary = ", ".join(f"{words(f'defect.{kind}')} {count}" for kind, count in counts.items())
    tell("grid.defects", count=len(defects), summary=summary)


@app.command(help=help_of("help.grid_repair"))
def repair(
    source: _Source,
    target: Annotated[Path, typer.Argument(help=help_of("grid.target"))],
    level: _Levels = None,
    crs: _Crs = None,
    code: _Code = None,
    name: _Name = None,
    parent: _Parent = None,
    lengths: _Lengths = None,
    width: Annotated[float, typer.Option("--width", min=0, help=help_of("grid.width"))] = 1.0,
    json: Json = False,
) -> None:
    """Mend slits and slivers, and say what changed."""
    with progress_bar("grid.repair_progress"):
        grid = _read(source, level, crs, code, name, parent, lengths)
        if grid is None:
            raise typer.BadParameter(words("grid.no_source"))
        mended, changes = grid.repair(width)
        write_frame(mended.cells, target, lang=LANG)
    plain = pd.DataFrame(changes.drop(columns="geometry", errors="ignore"))
    if json:
        print_json(records(plain))
    else:
        table(tuple(words(f"column.{name}") for name in plain.columns), list(plain.itertuples(index=False)))
        tell("grid.repaired", count=len(plain), path=target)


@app.command("import", help=help_of("help.grid_import"))
def import_(
    source: _Source = None,
    level: _Levels = None,
    crs: _Crs = None,
    code: _Code = None,
    name: _Name = None,
    parent: _Parent = None,
    lengths: _Lengths = None,
    territory: _Territory = None,
    edition: Annotated[str, typer.Option("--edition", help=help_of("grid.edition"))] = "",
    on: On = None,
    home: Home = HOME,
    json: Json = False,
) -> None:
    """Publish a grid as the edition in force from a day."""
    with opened(home) as office, progress_bar("grid.import_progress"):
        if lengths is None and parent in (None, "prefix"):
            lengths = ",".join(str(length) for length in office.settings.code_lengths.values())
        grid = _read(source, level, crs, code, name, parent, lengths)
        if grid is None:
            raise typer.BadParameter(words("grid.no_source"))
        day = on or office.clock.today()
        land = read_territory(territory, crs=crs) if territory else None
        report = publish_grid(
            LOCAL_ADMINISTRATOR, office, grid, name=edition or day.isoformat(), valid_from=day, territory=land
        )
    if json:
        print_json(
            {
                "edition": report.edition,
                "cells": report.cells,
                "defects": len(report.defects),
                "refusing": report.refusing,
                "linked": report.linked,
                "unlinked": report.unlinked,
                "ended": records(report.ended),
            }
        )
    else:
        if len(report.defects):
            show_defects(report.defects)
        if report.edition is None:
            tell("grid.refused", count=report.refusing)
        else:
            tell("grid.published", edition=report.edition, cells=report.cells, on=day)
            tell("grid.linked", linked=report.linked, unlinked=report.unlinked)
            if len(report.ended):
                tell("grid.ended", count=len(report.ended), cells=", ".join(report.ended["cell"].unique()))
    if len(report.defects):
        raise typer.Exit(FOUND)


@app.command(help=help_of("help.grid_export"))
def export(
    target: Annotated[Path, typer.Argument(help=help_of("export.target"))], on: On = None, home: Home = HOME
) -> None:
    """Hand the grid of a day out as a file."""
    with opened(home) as office:
        day = on or office.clock.today()
        count = export_grid(LOCAL_ADMINISTRATOR, office, target, on=day, lang=LANG)
    tell("export.done", count=count, path=target, on=day)


@app.command(help=help_of("help.grid_editions"))
def editions(home: Home = HOME, json: Json = False) -> None:
    """Print the editions."""
    with opened(home) as office:
        rows = local(list_editions(LOCAL_ADMINISTRATOR, office), office.clock.zone)
    if json:
        print_json(records(rows))
    else:
        table(tuple(words(f"column.{name}") for name in rows.columns), list(rows.itertuples(index=False)))


def declare(root: typer.Typer) -> None:
    """Add the group to `root`."""
    root.add_typer(app, name="grid")

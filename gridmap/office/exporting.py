"""Errands: hand a layer or the grid out as a file, in the format that the file's ending names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd

from gridmap.errors import ArgumentError
from gridmap.layer import Layer
from gridmap.maps.geojson import write_geojson
from gridmap.maps.geopackage import write_cells, write_gaps, write_geopackage
from gridmap.maps.geoparquet import write_geoparquet
from gridmap.office.auditing import note
from gridmap.office.grids import kept_grid
from gridmap.office.listing import list_features
from gridmap.office.wiring import Office
from gridmap.people.access import refuse_unless
from gridmap.people.person import Person
from gridmap.reports.workbook import write_workbook

FORMATS = (".gpkg", ".geojson", ".xlsx", ".parquet")


def export_features(
    person: Person,
    office: Office,
    layer_name: str,
    target: Path,
    *,
    on: dt.date,
    under: str | None = None,
    reveal: Sequence[str] = (),
    reason: str = "",
    lang: str = "en",
) -> int:
    """Write the features of a layer in force on a day to `target`, whole or not at all; return how many.

    What is masked in a list is masked here (see `list_features`). The key stands under its field's own name, the
    cell that a row is linked to as `linked_cell`: as `cell` an import would take it for what the register itself says.
    Raises ArgumentError for an ending that is no format.
    """
    refuse_unless(person, "export")
    _check_ending(target)
    rows = list_features(person, office, layer_name, on=on, under=under, reveal=reveal, reason=reason)
    layer = office.layers[layer_name]
    detail = {"layer": layer_name, "on": on.isoformat(), "rows": len(rows), "format": target.suffix}
    with office.writing(person) as tx:
        note(tx, person, action="export", subject=layer_name, detail=detail)
    rows = rows.drop(columns="key").rename(columns={"cell": "linked_cell"})
    _write_features(rows, layer, target, on=on, lang=lang)
    return len(rows)


def export_grid(person: Person, office: Office, target: Path, *, on: dt.date, lang: str = "en") -> int:
    """Write the cells of the grid in force on a day to `target`, whole or not at all; return how many."""
    refuse_unless(person, "export")
    cells = kept_grid(person, office, on=on).cells
    write_frame(cells, target, lang=lang)
    return len(cells)


def export_gaps(
    person: Person, office: Office, gaps: gpd.GeoDataFrame, target: Path, *, on: dt.date, lang: str = "en"
) -> int:
    """Write gaps that `person` was given to `target` (.gpkg, .geojson), whole or not at all; return how many.

    Raises ArgumentError for another ending.
    """
    refuse_unless(person, "export")
    _check_ending(target, (".gpkg", ".geojson"))
    detail = {"on": on.isoformat(), "rows": len(gaps), "format": target.suffix}
    with office.writing(person) as tx:
        note(tx, person, action="export", subject="gaps", detail=detail)
    if target.suffix == ".geojson":
        write_geojson(gaps, target)
    else:
        write_gaps(gaps, target, lang=lang)
    return len(gaps)


def write_frame(frame: gpd.GeoDataFrame, target: Path, *, lang: str = "en") -> None:
    """Write cells or defects to `target` as GeoPackage, GeoJSON or GeoParquet.

    Raises ArgumentError for another ending.
    """
    _check_ending(target, tuple(ending for ending in FORMATS if ending != ".xlsx"))
    if target.suffix == ".geojson":
        write_geojson(frame, target)
    elif target.suffix == ".parquet":
        write_geoparquet(frame, target)
    else:
        write_cells(frame, target, lang=lang)


def _write_features(rows: gpd.GeoDataFrame, layer: Layer, target: Path, *, on: dt.date, lang: str) -> None:
    if target.suffix == ".xlsx":
        write_workbook(rows, layer, target, lang=lang, on=on)
    elif target.suffix == ".geojson":
        write_geojson(rows, target)
    elif target.suffix == ".parquet":
        write_geoparquet(rows, target)
    else:
        write_geopackage(rows, layer, target, lang=lang)


def _check_ending(target: Path, allowed: tuple[str, ...] = FORMATS) -> None:
    if target.suffix not in allowed:
        raise ArgumentError(
            "office.export_format", file=target.name, suffix=target.suffix or "-", allowed=", ".join(allowed)
        )

"""Where a row may lie, and the places that an address or a key is joined to."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import geopandas as gpd

from gridmap.errors import ArgumentError
from gridmap.intake.places import read_places
from gridmap.office.wiring import Office
from gridmap.people.person import Person
from gridmap.store import registers
from gridmap.store.engine import Transaction

_METRES_A_DEGREE = 111_320.0


def office_bounds(office: Office, tx: Transaction, edition_id: int) -> tuple[float, float, float, float]:
    """Return the box (west, south, east, north; degrees, EPSG:4326) in which a coordinate is believed.

    It is the box of the cells, wider by the office's `bounds_margin_m` on each side.
    """
    west, south, east, north = office.grid(tx, edition_id).cells.total_bounds
    margin = office.settings.bounds_margin_m / _METRES_A_DEGREE
    wide = margin / max(0.01, math.cos(math.radians((south + north) / 2)))
    return west - wide, south - margin, east + wide, north + margin


def known_places(person: Person, office: Office, layer_name: str, column: str, *, on: dt.date) -> gpd.GeoDataFrame:
    """Return the places in scope of a kept layer by one of its public fields: columns `key` (text) and `geometry`.

    Raises ArgumentError if `column` is not a public field of the layer.
    """
    layer = office.layers[layer_name]
    if column not in layer.named("public"):
        raise ArgumentError("office.join_column", column=column, allowed=", ".join(layer.named("public")))
    with office.reading(person) as tx:
        kept = registers.features(tx, layer, on=on)
    return _places(kept, column)


def places_in_file(path: Path, column: str, *, crs: str | None = None) -> gpd.GeoDataFrame:
    """Return the places of a vector file by one of its columns: `key` (text) and `geometry`, EPSG:4326."""
    return read_places(path, column, crs=crs)


def _places(kept: gpd.GeoDataFrame, column: str) -> gpd.GeoDataFrame:
    placed = kept[kept[column].notna() & kept.geometry.notna()]
    return gpd.GeoDataFrame({"key": placed[column].astype(str)}, geometry=placed.geometry, crs=kept.crs)

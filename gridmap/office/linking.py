"""From rows of a register to their cells, one link a row and edition (DESIGN 4, Linking)."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.errors import ConflictError
from gridmap.grid.grid import Grid
from gridmap.layer import GeometryKind, Registry

COLUMNS = ("row", "edition_id", "part", "code", "how", "nearest", "distance_m", "length_m", "differs")


def links_of(
    rows: gpd.GeoDataFrame, geometry: GeometryKind, editions: Iterable[tuple[int, Grid]], *, snap: float = 0.0
) -> pd.DataFrame:
    """Return the links of `rows` to the cells of each edition, by position of the row.

    `rows` has `geometry` (null = unplaced), `cell` (the register's own code, null = none) and `cell_reason` (with a
    reason the register's cell wins). `how` is `inside`, `snapped`, `outside` (then `nearest` and `distance_m` tell the
    nearest small cell), `register` (no coordinates, the register's cell stands), `override`, `unknown_cell` (the
    register's cell is no small cell of the edition) or `unplaced`. `differs` tells that the register's cell is not the
    polygon's. A line has one link a piece, with its length in metres. `snap` is in metres.
    """
    parts = [_edition_links(rows, geometry, edition, grid, snap) for edition, grid in editions]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(parts, ignore_index=True)


def link_versions(
    layers: Registry, versions: gpd.GeoDataFrame, edition: int, grid: Grid, *, snap: float = 0.0
) -> pd.DataFrame:
    """Return the links of kept versions to the cells of one edition, by `version_id`.

    `versions` has the columns version_id, layer, cell, cell_reason, geometry. Raises ConflictError for a layer whose
    file is gone.
    """
    parts = [pd.DataFrame(columns=["version_id", *COLUMNS[1:]])]
    for name, rows in versions.groupby("layer", sort=True):
        if name not in layers:
            raise ConflictError("office.layer_gone", layer=name)
        found = links_of(rows.reset_index(drop=True), layers[str(name)].geometry, [(edition, grid)], snap=snap)
        numbers = rows["version_id"].to_numpy()[found["row"].to_numpy(dtype=np.intp)]
        parts.append(found.drop(columns="row").assign(version_id=numbers))
    return pd.concat(parts[1:], ignore_index=True) if len(parts) > 1 else parts[0]


def _edition_links(
    rows: gpd.GeoDataFrame, geometry: GeometryKind, edition: int, grid: Grid, snap: float
) -> pd.DataFrame:
    placed = (rows.geometry.notna() & ~rows.geometry.is_empty).to_numpy()
    register = rows["cell"].astype(object).where(rows["cell"].notna(), None)
    small = set(grid.level("small")["code"].dropna())
    names_a_cell = register.isin(small).to_numpy()
    overridden = names_a_cell & rows["cell_reason"].notna().to_numpy()
    by_place = placed & ~overridden
    shapes = rows.geometry.reset_index(drop=True)[by_place]
    found = _line_links(shapes, grid) if geometry == "line" else _point_links(shapes, geometry, grid, snap)
    said = _register_links(register.to_numpy(), names_a_cell, overridden, by_place)
    links = pd.concat([found, said], ignore_index=True) if len(said) else found
    links["edition_id"] = edition
    given = register.to_numpy()[links["row"].to_numpy(dtype=np.intp)]
    has = pd.notna(given) & np.isin(links["how"].to_numpy(dtype=object), ["inside", "snapped", "outside"])
    links["differs"] = has & (given != links["code"].to_numpy(dtype=object))
    return links.sort_values(["row", "part"], kind="stable", ignore_index=True)[list(COLUMNS)]


def _point_links(shapes: gpd.GeoSeries, geometry: GeometryKind, grid: Grid, snap: float) -> pd.DataFrame:
    points = shapes.representative_point() if geometry == "area" else shapes
    code = grid.link(points).astype(object)
    outside = code.isna().to_numpy()
    nearest = grid.nearest(points[outside])
    distance = np.where(outside, np.nan, 0.0)
    distance[outside] = nearest["distance_m"].to_numpy(dtype=float)
    near = np.full(len(points), None, dtype=object)
    near[outside] = nearest["code"].to_numpy(dtype=object)
    snapped = outside & (distance <= snap) & (snap > 0)
    return pd.DataFrame(
        {
            "row": shapes.index.to_numpy(),
            "part": 0,
            "code": code.where(~snapped, near).where(~outside | snapped, None).to_numpy(dtype=object),
            "how": np.select([snapped, outside], ["snapped", "outside"], "inside"),
            "nearest": near,
            "distance_m": distance,
            "length_m": np.nan,
        }
    )


def _line_links(shapes: gpd.GeoSeries, grid: Grid) -> pd.DataFrame:
    pieces = grid.link_lines(shapes)
    code = pieces["code"].astype(object).where(pieces["code"].notna(), None)
    return pd.DataFrame(
        {
            "row": pieces["line"].to_numpy(),
            "part": pieces["part"].to_numpy(),
            "code": code.to_numpy(dtype=object),
            "how": np.where(code.isna(), "outside", "inside"),
            "nearest": None,
            "distance_m": np.nan,
            "length_m": pieces["length_m"].to_numpy(dtype=float),
        }
    )


def _register_links(
    register: np.ndarray, names_a_cell: np.ndarray, overridden: np.ndarray, by_place: np.ndarray
) -> pd.DataFrame:
    """Links of the rows that the polygons do not decide: overridden, or without coordinates."""
    rows = np.flatnonzero(~by_place)
    how = np.select(
        [overridden[rows], names_a_cell[rows], pd.notna(register[rows])],
        ["override", "register", "unknown_cell"],
        "unplaced",
    )
    return pd.DataFrame(
        {
            "row": rows,
            "part": 0,
            "code": [register[row] if names_a_cell[row] else None for row in rows],
            "how": how,
            "nearest": None,
            "distance_m": np.nan,
            "length_m": np.nan,
        }
    )

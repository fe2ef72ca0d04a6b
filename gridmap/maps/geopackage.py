"""GeoPackages that QGIS opens as they should look: styled, with readable field names and the words of choices."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

from gridmap.errors import ArgumentError
from gridmap.files import whole_file
from gridmap.layer import Layer, header, spoken
from gridmap.maps.frames import attributes, plain, require_map, shapes
from gridmap.maps.qml import cells_qml, layer_qml
from gridmap.maps.style import CELL_BORDERS
from gridmap.words import DEFAULT_LANGUAGE, say

_GEOMETRY = "geom"
_VERSION = "1.2"  # of the newer 1.4, which GDAL would choose, QGIS 3.22 warns
_TYPES = {
    "text": pa.string(),
    "choice": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "day": pa.date32(),
}


def write_geopackage(frame: gpd.GeoDataFrame, layer: Layer, target: Path, *, lang: str = DEFAULT_LANGUAGE) -> None:
    """Write features of a layer as a GeoPackage of one styled table named as the layer, whole or not at all.

    Fields keep their names and types (days as dates, choices as stored) and carry their headers in `lang` as aliases,
    both in the file's own catalogue and in the QGIS style. The CRS stays as it is; features without geometry are kept.
    Raises ArgumentError for a frame without CRS, one that mixes points, lines and areas, or a column of mixed types.
    """
    headers = _headers(require_map(frame), layer, lang)
    types = {field.name: _TYPES[field.type] for field in layer.fields}
    with whole_file(target) as path:
        _write_table(frame, path, layer.name, title=spoken(layer, lang), headers=headers, types=types)
        _write_styles(path, {layer.name: layer_qml(layer, headers, lang)}, lang)


def write_cells(cells: gpd.GeoDataFrame, target: Path, *, lang: str = DEFAULT_LANGUAGE) -> None:
    """Write a grid's cells as a GeoPackage of one styled table a level (`cells_big` and so on), whole or not at all.

    `cells` has the columns code, level, parent, name, geometry. The CRS stays as it is. Raises ArgumentError for a
    frame without CRS.
    """
    headers = _headers(require_map(cells, "cells"), None, lang)
    types = dict.fromkeys(headers, pa.string())
    styles = {}
    with whole_file(target) as path:
        for level, border in CELL_BORDERS.items():
            of_level = cells[cells["level"] == level]
            if len(of_level):
                name = f"cells_{level}"
                _write_table(of_level, path, name, title=say(f"maps.{name}", lang), headers=headers, types=types)
                styles[name] = cells_qml(border, headers, lang)
        _write_styles(path, styles, lang)


def write_gaps(gaps: gpd.GeoDataFrame, target: Path, *, lang: str = DEFAULT_LANGUAGE) -> None:
    """Write gaps as a GeoPackage of one table a kind (points, lines and areas of one apart), whole or not at all.

    `inputs` become JSON text. The CRS stays as it is. Raises ArgumentError for a frame without CRS.
    """
    flat = require_map(gaps, "gaps").assign(inputs=[orjson.dumps(inputs).decode() for inputs in gaps["inputs"]])
    headers = _headers(flat, None, lang)
    types = dict.fromkeys(headers, pa.string()) | {"measure": pa.float64()}
    with whole_file(target) as path:
        for name, rows in _tables_of(flat) or [("gaps", flat)]:
            _write_table(rows, path, name, title=name, headers=headers, types=types)


def _tables_of(gaps: gpd.GeoDataFrame) -> list[tuple[str, gpd.GeoDataFrame]]:
    """Return the gaps by kind, and by what they are drawn as where a kind has more than one; placeless ones first."""
    tables = []
    for kind, rows in gaps.groupby("kind", sort=False):
        drawn = np.maximum(shapely.get_dimensions(rows.geometry.to_numpy()), 0)
        if len(np.unique(drawn)) == 1:
            tables.append((str(kind), rows))
        else:
            named = zip(("points", "lines", "areas"), range(3), strict=True)
            tables += [(f"{kind}_{name}", rows[drawn == size]) for name, size in named if (drawn == size).any()]
    return tables


def _headers(frame: gpd.GeoDataFrame, layer: Layer | None, lang: str) -> dict[str, str]:
    """The header of each column; the file's catalogue wants them different, so a second one tells its column too."""
    headers: dict[str, str] = {}
    for column in map(str, attributes(frame).columns):
        said = header(column, layer, lang)
        headers[column] = f"{said} ({column})" if said in headers.values() else said
    return headers


def _write_table(
    frame: gpd.GeoDataFrame,
    path: Path,
    name: str,
    *,
    title: str,
    headers: Mapping[str, str],
    types: Mapping[str, pa.DataType],
) -> None:
    geometry_type, geometry = _one_type(frame)
    columns = attributes(frame)
    arrays, fields = [], []
    for i, (column, said) in enumerate(headers.items()):
        array = _array(columns.iloc[:, i], types.get(column))
        arrays.append(array)
        fields.append(pa.field(column, array.type, metadata={"GDAL:OGR:alternative_name": said}))
    arrays.append(pa.array(geometry, pa.binary()))
    fields.append(pa.field(_GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}))
    pyogrio.write_arrow(
        pa.Table.from_arrays(arrays, schema=pa.schema(fields)),
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        dataset_options={"VERSION": _VERSION},
        geometry_name=_GEOMETRY,
        geometry_type=geometry_type,
        crs=frame.crs.to_wkt(),
        layer_options={"IDENTIFIER": title, "GEOMETRY_NAME": _GEOMETRY},
    )


def _one_type(frame: gpd.GeoDataFrame) -> tuple[str, np.ndarray]:
    """The table's geometry type and its WKB: all multiple if one is."""
    drawn = shapes(frame)
    types = np.array([shape and shape.geom_type for shape in drawn], dtype=object)
    kinds = sorted(set(types.tolist()) - {None}, key=len)
    if len(kinds) <= 1:
        return next(iter(kinds), "Unknown"), shapely.to_wkb(drawn)
    if len(kinds) == 2 and kinds[1] == f"Multi{kinds[0]}":
        single = types == kinds[0]
        drawn[single] = _gather(kinds[0], drawn[single])
        return kinds[1], shapely.to_wkb(drawn)
    raise ArgumentError("maps.mixed_shapes", argument="frame", kinds=", ".join(sorted(kinds)))


def _gather(kind: str, single: np.ndarray) -> np.ndarray:
    """Each shape as a multiple one that holds it alone."""
    lone = single[:, None]
    if kind == "Point":
        return np.asarray(shapely.multipoints(lone))
    return np.asarray(shapely.multilinestrings(lone) if kind == "LineString" else shapely.multipolygons(lone))


def _array(column: pd.Series, given: pa.DataType | None) -> pa.Array:
    """The column in Arrow: in the type its field declares, else in the one its values have."""
    values = plain(column)
    try:
        if given == pa.date32():
            return pa.array(pd.to_datetime(pd.Series(values, dtype="object")), pa.timestamp("s")).cast(given)
        array = pa.array(values, given)
    except (pa.ArrowInvalid, pa.ArrowTypeError, ValueError) as error:
        kinds = ", ".join(sorted({type(value).__name__ for value in values if value is not None}))
        raise ArgumentError("maps.column_type", argument="frame", column=column.name, kinds=kinds) from error
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


def _write_styles(path: Path, styles: Mapping[str, str], lang: str) -> None:
    """Add the table in which QGIS looks for the style of each of the file's tables."""
    count = len(styles)
    table = pd.DataFrame(
        {
            "f_table_catalog": [""] * count,
            "f_table_schema": [""] * count,
            "f_table_name": list(styles),
            "f_geometry_column": [_GEOMETRY] * count,
            "styleName": [say("maps.style_name", lang)] * count,
            "styleQML": list(styles.values()),
            "styleSLD": [""] * count,
            "useAsDefault": [True] * count,
            "description": [""] * count,
            "owner": [""] * count,
            "ui": [""] * count,
            "update_time": pd.Series([pd.NaT] * count, dtype="datetime64[ms]"),
        }
    )
    pyogrio.write_dataframe(table, path, layer="layer_styles", driver="GPKG", append=True)

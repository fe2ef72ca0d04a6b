"""Where the things of a listing lie: coordinates, shapes, or a place already known by its key or address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridmap.errors import ArgumentError
from gridmap.grid.crs import WGS84, parse_crs, transform_frame
from gridmap.intake import texts
from gridmap.intake.texts import Column, Mask
from gridmap.intake.values import Problem, numerals
from gridmap.layer import GeometryKind

# West, south, east, north in degrees of EPSG:4326.
Bounds = tuple[float, float, float, float]
Shapes = NDArray[np.object_]

_WORLD: Bounds = (-180.0, -90.0, 180.0, 90.0)
_POINT, _LINE, _AREA = (0, 4), (1, 5), (3, 6)
_KINDS: Mapping[GeometryKind, tuple[int, ...]] = {"point": (*_POINT, *_AREA), "line": _LINE, "area": _AREA}
# GEOS ends the process on deep collections, so no other WKT comes near it; WKB comes checked from `raw`.
_WKT = r"(?i)^(multi)?(point|linestring|polygon)\s*z?\s*(\(|empty)"
_NOT_FINITE = r"^[+-]?(nan|inf|infinity|∞|1\.#.*)$"


@dataclass(frozen=True, slots=True)
class Located:
    """Shapes of one source (None where it has none), what stands in the file for each, and the problems."""

    shapes: Shapes
    written: Shapes
    problems: tuple[Problem, ...] = ()


def from_lonlat(x: Column, y: Column) -> Located:
    """Return points of two columns of coordinates, in whatever system they are.

    Problems: one of the two missing; no number; not finite (NaN, infinity, 1e400).
    """
    written = np.array([f"{a or ''}, {b or ''}" for a, b in zip(x.texts.to_pylist(), y.texts.to_pylist(), strict=True)])
    has_x, has_y = texts.filled(x.texts), texts.filled(y.texts)
    east, bad_x = numerals(x.texts)
    north, bad_y = numerals(y.texts)
    endless = np.isinf(east) | np.isinf(north)
    for column in (x, y):
        endless |= texts.matches(texts.flat(column.texts), _NOT_FINITE)
    unread = (bad_x | bad_y) & ~endless
    half = has_x != has_y
    sound = has_x & has_y & ~endless & ~unread
    shapes = np.full(len(east), None, dtype=object)
    shapes[sound] = shapely.points(east[sound], north[sound])
    problems = (
        Problem(code="intake.place_half", where=half),
        Problem(code="intake.place_not_number", where=unread),
        Problem(code="intake.place_not_finite", where=endless),
    )
    return Located(shapes, written.astype(object), problems)


def from_wkt(column: Column) -> Located:
    """Return the shapes of a column of WKT; collections are refused. Problem: no WKT of a point, line or polygon."""
    safe = texts.matches(column.texts, _WKT)
    shapes = np.full(len(safe), None, dtype=object)
    held = texts.objects(column.texts)
    shapes[safe] = shapely.from_wkt(held[safe], on_invalid="ignore")
    wrong = texts.filled(column.texts) & shapely.is_missing(shapes)
    return Located(shapes, held, (Problem(code="intake.place_wkt", where=np.asarray(wrong)),))


def from_wkb(shapes: Shapes) -> Located:
    """Return the shapes of a vector file. Problem: geometry that is broken (an open ring, too few points)."""
    read = shapely.from_wkb(shapes, on_invalid="ignore")
    missing = np.asarray(shapely.is_missing(read))
    wrong = missing & np.array([one is not None for one in shapes], dtype=np.bool_)
    middles = shapely.bounds(read).reshape(-1, 2, 2).mean(axis=1).tolist()
    written = np.array([f"{x:.10g}, {y:.10g}" for x, y in middles], dtype=object)
    return Located(read, texts.kept(written, ~missing), (Problem(code="intake.geometry_broken", where=wrong),))


def to_degrees(located: Located, crs: str, bounds: Bounds | None) -> Located:
    """Return shapes of `crs` (any that gridmap.grid.crs takes) as flat shapes in EPSG:4326; empty ones become None.

    Problems, each row having one at most: not finite; longitude and latitude swapped (certain only if the swapped
    ones lie in `bounds`, or in the world where the given ones do not); out of range; outside `bounds` (a box in
    degrees; lines and areas need only touch it).
    """
    shapes = texts.kept(located.shapes, ~shapely.is_empty(located.shapes))
    given = ~shapely.is_missing(shapes)
    endless = given & ~_finite(shapes)
    plain = texts.kept(shapely.force_2d(shapes), ~endless)
    placed = _transformed(plain, crs)
    sound = given & ~endless
    ranged = sound & _within(placed, _WORLD)
    inside = ranged & (_within(placed, bounds) if bounds else True)
    swapped = sound & ~inside & _right_when_swapped(plain, sound & ~inside, ranged, crs, bounds)
    out = sound & ~ranged & ~swapped
    outside = ranged & ~inside & ~swapped
    west, south, east, north = (f"{edge:.4f}" for edge in bounds or _WORLD)
    problems = (
        Problem(code="intake.place_not_finite", where=endless),
        Problem(code="intake.place_swapped", where=swapped),
        Problem(code="intake.place_range", where=out, inputs={"crs": _short(crs)}),
        Problem(
            code="intake.place_outside",
            where=outside,
            inputs={"west": west, "south": south, "east": east, "north": north},
        ),
    )
    return Located(texts.kept(placed, inside), located.written, (*located.problems, *problems))


def fitting(shapes: Shapes, kind: GeometryKind) -> tuple[Shapes, tuple[Problem, ...]]:
    """Return shapes as a layer of the kind keeps them, and what does not fit.

    A point layer takes points, a multipoint of one point, and areas by a representative point within them (a shop
    drawn as its building, a household on its parcel). Problems: another kind of geometry; an invalid area.
    """
    types = shapely.get_type_id(shapes)
    wrong = ~np.isin(types, (-1, *_KINDS[kind])) | ((types == 4) & (shapely.get_num_geometries(shapes) > 1))
    invalid = np.isin(types, _AREA) & ~wrong & ~shapely.is_valid(shapes)
    kept = shapes.copy()
    if kind == "point":
        kept[types == 4] = shapely.get_geometry(shapes[types == 4], 0)
        kept[invalid] = shapely.make_valid(shapes[invalid])
        areas = np.isin(types, _AREA)
        kept[areas] = shapely.point_on_surface(kept[areas])
        invalid = np.zeros(len(shapes), dtype=np.bool_)
    found = np.unique(types[wrong])
    names = ", ".join(shapely.GeometryType(int(one)).name.lower() for one in found)
    problems = (
        Problem(code="intake.wrong_geometry", where=wrong, inputs={"found": names, "allowed": kind}),
        Problem(code="intake.geometry_invalid", where=invalid),
    )
    return texts.kept(kept, ~(wrong | invalid)), problems


def join(column: pa.Array, known: pd.DataFrame, by: str) -> Located:
    """Return the shape of the known place that each text names, None where none does.

    `known` has a column `by` and geometry in EPSG:4326. Texts are equal without case, white space and full-width
    forms. Problem: a text that names places with different shapes.
    """
    names = texts.flat(pa.array(known[by].astype(object).where(known[by].notna(), None).tolist(), pa.string()))
    geometry = np.asarray(known["geometry"], dtype=object)
    table = pd.DataFrame({"name": texts.objects(names), "shape": geometry, "wkb": shapely.to_wkb(geometry)})
    table = table[table["name"].notna() & ~shapely.is_missing(geometry)].drop_duplicates(["name", "wkb"])
    counts = table.groupby("name").size()
    first = table.drop_duplicates("name").set_index("name")["shape"]
    wanted = pd.Series(texts.objects(texts.flat(column)), dtype=object)
    count = wanted.map(counts).fillna(0).to_numpy(dtype=np.int64)
    found = wanted.map(first).astype(object)
    shapes = texts.kept(found.to_numpy(dtype=object), count == 1)
    several = [
        Problem(code="intake.place_ambiguous", where=count == many, inputs={"count": int(many)})
        for many in np.unique(count[count > 1])
    ]
    return Located(shapes, texts.objects(column), tuple(several))


def ask_crs(crs: str | None, stated: str | None, file: str) -> str:
    """Return the CRS to read coordinates in: the caller's, else the file's. Raises ArgumentError if there is none.

    It is asked for, never guessed: degrees may be WGS 84, gcj02 or bd09, which differ by more than a small cell.
    """
    system = crs or stated
    if not system:
        raise ArgumentError("intake.missing_crs", argument="crs", file=file)
    parse_crs(system)
    return system


def _transformed(shapes: Shapes, crs: str) -> Shapes:
    frame = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapes, crs=WGS84))
    with np.errstate(invalid="ignore"):
        return np.asarray(transform_frame(frame, crs).geometry, dtype=object)


def _right_when_swapped(plain: Shapes, doubtful: Mask, ranged: Mask, crs: str, bounds: Bounds | None) -> Mask:
    """Return where exchanged coordinates make sense; without `bounds` only degrees out of range can tell."""
    right = np.zeros(len(plain), dtype=np.bool_)
    system = parse_crs(crs)
    if bounds is None:
        doubtful = doubtful & ~ranged & (not isinstance(system, CRS) or system.is_geographic)
    if not doubtful.any():
        return right
    exchanged = shapely.transform(plain[doubtful], lambda xy: xy[:, ::-1])
    right[doubtful] = _within(_transformed(exchanged, crs), bounds or _WORLD)
    return right


def _within(shapes: Shapes, box: Bounds) -> Mask:
    """Return whether each shape lies in the world, and (for a smaller box) whether it touches the box."""
    west, south, east, north = shapely.bounds(shapes).T
    with np.errstate(invalid="ignore"):
        if box == _WORLD:
            return np.asarray((west >= box[0]) & (south >= box[1]) & (east <= box[2]) & (north <= box[3]))
        return np.asarray((west <= box[2]) & (south <= box[3]) & (east >= box[0]) & (north >= box[1]))


def _finite(shapes: Shapes) -> Mask:
    coordinates, index = shapely.get_coordinates(shapes, return_index=True)
    broken = index[~np.isfinite(coordinates).all(axis=1)]
    finite = np.ones(len(shapes), dtype=np.bool_)
    finite[broken] = False
    return finite


def _short(crs: str) -> str:
    system = parse_crs(crs)
    return str(system.name) if isinstance(system, CRS) else system

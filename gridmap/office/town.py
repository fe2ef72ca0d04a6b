"""A small made-up town on a made-up coast, for demonstrations and tests: the same seed gives the same town.

It lies in open sea (114.62 E, 22.42 N), under codes of a sub-district that does not exist, so that nobody can take it
for a real place; its names are those of `gridmap.words`, plainly invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.words import DEFAULT_LANGUAGE, say

CRS = "EPSG:4547"  # CGCS2000, metres
OFFICE_CODE = "440307999"
_ORIGIN = (563_150.0, 2_480_200.0)

_COLUMNS, _ROWS = 12, 9  # blocks; the coast is behind the last column
_BLOCK = (110.0, 80.0)  # metres
_FINE = 4  # pieces a block's side is bent into
_BANDS = 3  # big cells, from south to north, each of three middle cells
_SMALL = (2, 1)  # blocks of a small cell
_ARTERIAL = (4, 3)  # every fourth street across and every third along is an arterial road
_LAMP_EVERY, _LAMP_ASIDE = 30.0, 4.0  # metres
_FRONT = 0.16  # how deep in its block a door lies, in blocks
_LANES = 14

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Town:
    """The town as plain frames in EPSG:4547: cells, and the features of four layers under the names of their fields."""

    cells: gpd.GeoDataFrame
    households: gpd.GeoDataFrame
    businesses: gpd.GeoDataFrame
    streetlights: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame


def town(seed: int, *, households: int = 400, shops: int = 120, lang: str = DEFAULT_LANGUAGE) -> Town:
    """Return the town of a seed, its names in `lang`.

    54 small cells in 9 middle and 3 big ones, tiled without gap; about 250 pieces of road; lamps every 30 m but on
    some streets, about one in nine dark, three of them on the pier outside all cells; households and shops at the
    fronts of the blocks, a tenth of the households without coordinates (their cell alone is known).
    """
    rng = np.random.default_rng(seed)
    ground = _Ground(rng)
    names = _Names(lang)
    cells, roads = _cells(ground, names), _roads(rng, ground, names)
    return Town(
        cells=cells,
        households=_households(rng, ground, names, households),
        businesses=_businesses(rng, ground, names, shops),
        streetlights=_streetlights(rng, ground, cells, roads),
        roads=roads,
    )


class _Ground:
    """The bend of the street grid: from block counts (u east, v north) to metres, wavier towards the coast."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._phase = rng.uniform(0, 2 * np.pi, 5)

    def at(self, u: NDArray[np.number], v: NDArray[np.number]) -> Floats:
        """Return coordinates, shape (..., 2)."""
        a, b, c, d, e = self._phase
        coast = (u / _COLUMNS) ** 3 * (90 * np.sin(0.7 * v + a) + 35 * np.sin(1.9 * v + b))
        x = _ORIGIN[0] + _BLOCK[0] * u + 14 * np.sin(0.9 * v + c) + coast
        y = _ORIGIN[1] + _BLOCK[1] * v + 12 * np.sin(0.6 * u + d) + 5 * np.sin(1.3 * u + e)
        return np.stack([x, y], axis=-1)

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> shapely.LineString:
        """Return the bent line between two places of the street grid."""
        steps = np.linspace(0, 1, _FINE + 1)
        (u0, v0), (u1, v1) = start, end
        return shapely.LineString(self.at(u0 + (u1 - u0) * steps, v0 + (v1 - v0) * steps))


class _Names:
    """The invented names, in one language."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self.communities = self._list("town.communities")
        self.across = self._list("town.streets_across")
        self.along = self._list("town.streets_along")
        self.trades = self._list("town.trades")

    def say(self, code: str, **inputs: object) -> str:
        return say(code, self._lang, **inputs)

    def _list(self, code: str) -> list[str]:
        return say(code, self._lang).split(" | ")


def _cells(ground: _Ground, names: _Names) -> gpd.GeoDataFrame:
    """The three levels, as unions of the same fine pieces, so that shared edges have the same vertices."""
    u, v = (axis.ravel() for axis in np.meshgrid(np.arange(_COLUMNS * _FINE), np.arange(_ROWS * _FINE)))
    ring = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    pieces = shapely.polygons(ground.at((u[:, None] + ring[:, 0]) / _FINE, (v[:, None] + ring[:, 1]) / _FINE))
    small = _small_codes(u // _FINE, v // _FINE)
    held = pd.Series(pieces, index=small)
    rows = []
    for level, digits in (("big", 12), ("middle", 13), ("small", 15)):
        for code, group in held.groupby(held.index.str[:digits]):
            parent = {"big": None, "middle": code[:12], "small": code[:13]}[level]
            rows.append((code, level, parent, _cell_name(code, names), shapely.coverage_union_all(group.to_numpy())))
    return gpd.GeoDataFrame(rows, columns=["code", "level", "parent", "name", "geometry"], geometry="geometry", crs=CRS)


def _small_codes(column: Whole, row: Whole) -> list[str]:
    return [_small_code(i, j) for i, j in zip(column.tolist(), row.tolist(), strict=True)]


def _small_code(i: int, j: int) -> str:
    band, third = j // (_ROWS // _BANDS), i // (_COLUMNS // _BANDS)
    east, north = i % (_COLUMNS // _BANDS) // _SMALL[0], j % (_ROWS // _BANDS) // _SMALL[1]
    number = north * (_COLUMNS // _BANDS // _SMALL[0]) + east + 1
    return f"{OFFICE_CODE}{band + 1:03}{third + 1}{number:02}"


def _cell_name(code: str, names: _Names) -> str:
    community = names.communities[int(code[9:12]) - 1]
    if len(code) == 12:
        return names.say("town.big_name", community=community)
    if len(code) == 13:
        return names.say("town.middle_name", community=community, middle=code[12])
    return names.say("town.small_name", community=community, middle=code[12], small=code[13:])


def _roads(rng: np.random.Generator, ground: _Ground, names: _Names) -> gpd.GeoDataFrame:
    """One row a piece of street between two crossings, and some lanes through blocks."""
    rows: list[tuple[str, str, float, shapely.LineString]] = []
    for j in range(_ROWS + 1):
        kind, width = ("arterial", 24.0) if j % _ARTERIAL[1] == 0 else ("local", 12.0)
        rows += [(names.along[j], kind, width, ground.line((i, j), (i + 1, j))) for i in range(_COLUMNS)]
    for i in range(_COLUMNS + 1):
        kind, width = ("arterial", 24.0) if i % _ARTERIAL[0] == 0 else ("local", 12.0)
        rows += [(names.across[i], kind, width, ground.line((i, j), (i, j + 1))) for j in range(_ROWS)]
    for number, block in enumerate(rng.choice(_COLUMNS * _ROWS, _LANES, replace=False), start=1):
        i, j = block % _COLUMNS + 0.5, block // _COLUMNS
        rows.append((names.say("town.lane", number=number), "lane", 4.0, ground.line((i, j), (i, j + 1))))
    frame = gpd.GeoDataFrame(rows, columns=["name", "road_class", "width", "geometry"], geometry="geometry", crs=CRS)
    frame.insert(0, "road_no", [f"R{number:04}" for number in range(1, len(frame) + 1)])
    return frame


def _streetlights(
    rng: np.random.Generator, ground: _Ground, cells: gpd.GeoDataFrame, roads: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Lamps on alternate sides; lanes and a few local streets have none; what is dark comes in runs."""
    streets = roads[roads["road_class"] != "lane"]
    local = streets.loc[streets["road_class"] == "local", "name"].unique()
    lit = streets[~streets["name"].isin(rng.choice(local, 3, replace=False))]
    land = cells.loc[cells["level"] == "big"].union_all()
    parts = []
    for street, group in lit.groupby("name", sort=False):
        line = shapely.line_merge(shapely.multilinestrings(group.geometry.to_numpy()))
        along = np.arange(_LAMP_EVERY / 2, line.length, _LAMP_EVERY)
        state = np.where(np.sin(along / 90 + rng.uniform(0, 6.3)) > 0.94, "dark", "working")
        parts.append(pd.DataFrame({"street": street, "status": state, "at": list(_beside(line, along, land))}))
    pier = ground.at(_COLUMNS + np.array([0.2, 0.5, 0.8]), np.full(3, _ROWS / 2))
    parts.append(pd.DataFrame({"street": None, "status": "unknown", "at": list(pier)}))
    lamps = pd.concat(parts, ignore_index=True)
    count = len(lamps)
    lamps.insert(0, "pole", [f"L{number:05}" for number in range(1, count + 1)])
    lamps["led"] = pd.array(rng.random(count) < 0.6, dtype="boolean")
    lamps["heads"] = pd.array(np.where(rng.random(count) < 0.1, 2, 1), dtype="Int64")
    lamps["power"] = np.where(lamps["led"], 60.0, 150.0)
    points = shapely.points(np.array(lamps.pop("at").tolist()))
    return gpd.GeoDataFrame(lamps, geometry=points, crs=CRS)


def _beside(line: shapely.LineString, along: Floats, land: shapely.Geometry) -> Floats:
    """Places beside a street, on alternate sides, and always on land."""
    places = shapely.get_coordinates(shapely.line_interpolate_point(line, along))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, along + 1.0)) - places
    normal = np.column_stack([-ahead[:, 1], ahead[:, 0]]) / np.linalg.norm(ahead, axis=1)[:, None]
    aside = normal * np.where(np.arange(len(along)) % 2, _LAMP_ASIDE, -_LAMP_ASIDE)[:, None]
    inland = shapely.contains_xy(land, *(places + aside).T)[:, None]
    return np.asarray(np.where(inland, places + aside, places - aside))


@dataclass(frozen=True, slots=True)
class _Doors:
    """Places at the fronts of blocks: coordinates, small cell and address."""

    xy: Floats
    cell: list[str]
    address: list[str]


def _doors(rng: np.random.Generator, ground: _Ground, names: _Names, blocks: Whole) -> _Doors:
    """One door a block named, on one of its four sides, some fronts deep."""
    i, j = blocks % _COLUMNS, blocks // _COLUMNS
    side, along = rng.integers(0, 4, len(blocks)), rng.uniform(0.1, 0.9, len(blocks))
    deep = np.where(side % 2, 1 - _FRONT, _FRONT)
    u = i + np.where(side < 2, along, deep)
    v = j + np.where(side < 2, deep, along)
    streets = [
        names.along[row + one] if one < 2 else names.across[column + one - 2]
        for column, row, one in zip(i, j, side, strict=True)
    ]
    numbers = 2 * np.floor(8 * np.where(side < 2, u, v)).astype(int) + side % 2 + 1
    address = [names.say("town.address", street=s, number=n) for s, n in zip(streets, numbers, strict=True)]
    return _Doors(ground.at(u, v), _small_codes(i, j), address)


def _households(rng: np.random.Generator, ground: _Ground, names: _Names, count: int) -> gpd.GeoDataFrame:
    """Homes in houses of about three; two blocks in nine are park, market or harbour and hold none."""
    weights = np.where(rng.random(_COLUMNS * _ROWS) < 2 / 9, 0.0, rng.uniform(0.5, 1.5, _COLUMNS * _ROWS))
    houses = rng.choice(_COLUMNS * _ROWS, max(count // 3, 1), p=weights / weights.sum())
    doors = _doors(rng, ground, names, houses)
    house = rng.integers(0, len(houses), count)
    rooms = [names.say("town.room", number=100 * (n % 6 + 1) + n % 4 + 1) for n in range(count)]
    unplaced = np.arange(count) >= count - count // 10
    points = np.where(unplaced, np.array(None), np.asarray(shapely.points(doors.xy[house])))
    days = pd.Timestamp(2015, 1, 5) + pd.to_timedelta(rng.integers(0, 180, count), unit="D")
    frame = {
        "household_no": [f"H{number:05}" for number in range(1, count + 1)],
        "head": [names.say("town.head", number=number) for number in range(1, count + 1)],
        "phone": [f"000-{number:08}" for number in range(1, count + 1)],
        "address": [f"{doors.address[h]}{room}" for h, room in zip(house, rooms, strict=True)],
        "people": pd.array(rng.integers(1, 7, count), dtype="Int64"),
        "away": pd.array(rng.random(count) < 0.12, dtype="boolean"),
        "registered_on": days.strftime("%Y-%m-%d").tolist(),
        "cell": [doors.cell[h] if lost else None for h, lost in zip(house, unplaced, strict=True)],
    }
    return gpd.GeoDataFrame(frame, geometry=points, crs=CRS)


def _businesses(rng: np.random.Generator, ground: _Ground, names: _Names, count: int) -> gpd.GeoDataFrame:
    """Shops, most of them in the blocks of the middle band and by the coast."""
    column, row = np.arange(_COLUMNS * _ROWS) % _COLUMNS, np.arange(_COLUMNS * _ROWS) // _COLUMNS
    weights = 0.2 + (row // 3 == 1) + (column >= _COLUMNS - 2)
    doors = _doors(rng, ground, names, rng.choice(_COLUMNS * _ROWS, count, p=weights / weights.sum()))
    trades = rng.choice(names.trades, count)
    kinds = rng.choice(
        ["shop", "small_stall", "small_workshop", "small_entertainment"], count, p=[0.6, 0.2, 0.15, 0.05]
    )
    numbers = range(1, count + 1)
    frame = {
        "business_no": [f"B{number:05}" for number in numbers],
        "name": [names.say("town.shop", number=n, trade=t) for n, t in zip(numbers, trades, strict=True)],
        "kind": kinds,
        "trade": trades,
        "licence": [f"{OFFICE_CODE}{number:06}" for number in numbers],
        "owner": [names.say("town.owner", number=number) for number in numbers],
        "address": doors.address,
        "staff": pd.array(rng.integers(1, 9, count), dtype="Int64"),
        "area": np.round(rng.gamma(3.0, 18.0, count) + 6, 1),
    }
    return gpd.GeoDataFrame(frame, geometry=shapely.points(doors.xy), crs=CRS)

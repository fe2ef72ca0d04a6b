"""A basemap from one local file, inlined: raster tiles (MBTiles, PMTiles) or a scanned map with control points.

The datum is asked for and never guessed: the tiles of Chinese phone maps lie in gcj02 (at Dapeng 576 m away from
where WGS 84 puts them) or bd09, and no file says so.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from math import asinh, atan, degrees, floor, pi, radians, sinh, tan
from pathlib import Path

from pyproj import CRS

from gridmap.errors import ArgumentError, FileError
from gridmap.grid.crs import from_wgs84, parse_crs, to_wgs84
from gridmap.maps.basemap_mbtiles import MBTiles
from gridmap.maps.basemap_pmtiles import PMTiles

MOST_TILES = 64
MOST_BYTES = 4_000_000
# The pyramid ends where the map of the web does.
_POLE = 85.0511287798066
_MAGIC = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}
_OPENED_BY: Mapping[str, type[MBTiles | PMTiles]] = {".mbtiles": MBTiles, ".pmtiles": PMTiles}

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees of EPSG:4326."""
Address = tuple[int, int, int]
"""Zoom, column, row of a tile, rows counted from the north."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One picture as a data URI, north up, and where it lies (EPSG:4326); `tile` is its address if it is a tile."""

    uri: str
    bounds: Bounds
    tile: Address | None = None


@dataclass(frozen=True, slots=True)
class Basemap:
    """Pictures that lie side by side under a map; `name` is the file's, `datum` the one that was named.

    `residual_m` is how far off its control points a scanned map lies on average (root mean square, metres).
    """

    name: str
    datum: str
    pieces: tuple[Piece, ...]
    residual_m: float | None = None

    @property
    def tiles(self) -> Mapping[Address, str]:
        """The data URIs by zoom, column and row."""
        return {piece.tile: piece.uri for piece in self.pieces if piece.tile is not None}


def read_tiles(
    path: Path, bounds: Bounds, crs: object, *, most_tiles: int = MOST_TILES, most_bytes: int = MOST_BYTES
) -> Basemap:
    """Return the tiles of `path` (MBTiles, PMTiles 3) that meet `bounds`, of the deepest zoom within the limits.

    `crs` names the datum of the tiles: gcj02, bd09, or any name of WGS 84 or CGCS2000 in degrees or on the web's
    sphere. Each tile's bounds come back in EPSG:4326. Raises ArgumentError for another datum or bounds that are none;
    FileError for a file that is no such archive, holds vectors, or has no picture here within the limits.
    """
    datum = _datum(crs)
    _check(bounds)
    kind = _OPENED_BY.get(path.suffix.lower())
    if kind is None:
        raise FileError("maps.basemap_kind", file=path.name, allowed=", ".join(_OPENED_BY))
    with kind(path) as tiles:
        for zoom in reversed(tiles.zooms()):
            wanted = _addresses(bounds, zoom, datum, most_tiles)
            pieces = _read(tiles, wanted, datum, path, most_bytes) if wanted else None
            if pieces:
                return Basemap(path.name, str(crs), tuple(pieces))
    raise FileError("maps.basemap_outside", file=path.name, tiles=most_tiles, bytes=f"{most_bytes:,}")


def tile_bounds(tile: Address, crs: object = "EPSG:4326") -> Bounds:
    """Return where a tile (zoom, column, row from the north) lies in EPSG:4326, its pyramid standing in datum `crs`."""
    zoom, column, row = tile
    size = 2**zoom
    north, south = (degrees(atan(sinh(pi * (1 - 2 * (row + down) / size)))) for down in (0, 1))
    west, east = (360 * (column + right) / size - 180 for right in (0, 1))
    lon, lat = to_wgs84([west, east], [south, north], _datum(crs))
    return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])


def data_uri(picture: bytes, path: Path) -> str:
    """Return a PNG, JPEG or WebP as a data URI. Raises FileError, naming `path`, for anything else."""
    for magic, mime in _MAGIC.items():
        if picture.startswith(magic) and (mime != "image/webp" or picture[8:12] == b"WEBP"):
            return f"data:{mime};base64,{b64encode(picture).decode()}"
    raise FileError("maps.basemap_picture", file=path.name)


def _read(
    tiles: MBTiles | PMTiles, wanted: list[Address], datum: str, path: Path, most_bytes: int
) -> list[Piece] | None:
    """The pieces of one zoom, or None where they weigh too much."""
    pieces, weight = [], 0
    for address, picture in tiles.read(wanted):
        weight += len(picture)
        if weight > most_bytes:
            return None
        pieces.append(Piece(data_uri(picture, path), tile_bounds(address, datum), address))
    return pieces


def _addresses(bounds: Bounds, zoom: int, datum: str, most: int) -> list[Address]:
    """The tiles of a zoom that meet `bounds`, row by row; none where they are more than `most`."""
    west, south, east, north = bounds
    lon, lat = from_wgs84([west, west, east, east], [south, north, south, north], datum)
    size = 2**zoom
    columns = [_clip((float(x) + 180) / 360, size) for x in (lon.min(), lon.max())]
    rows = [_clip(_down(float(y)), size) for y in (lat.max(), lat.min())]
    across = range(columns[0], columns[1] + 1)
    along = range(rows[0], rows[1] + 1)
    if len(across) * len(along) > most:
        return []
    return [(zoom, column, row) for row in along for column in across]


def _down(lat: float) -> float:
    """How far down the map of the web a latitude lies, from 0 at its north edge to 1 at its south edge."""
    angle = radians(max(-_POLE, min(_POLE, lat)))
    return (1 - asinh(tan(angle)) / pi) / 2


def _clip(share: float, size: int) -> int:
    return max(0, min(size - 1, floor(share * size)))


def _datum(crs: object) -> str:
    """The datum of tiles by one name: gcj02, bd09, or EPSG:4326 for all that coincide with WGS 84."""
    system = parse_crs(crs)
    if not isinstance(system, CRS):
        return system
    codes = {found.to_epsg() for found in (system, system.geodetic_crs) if found is not None}
    if codes & {4326, 4490} and (system.is_geographic or system.to_epsg() == 3857):
        return "EPSG:4326"
    raise ArgumentError("maps.basemap_datum", argument="crs", given=system.name)


def _check(bounds: Bounds) -> None:
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ArgumentError("maps.basemap_bounds", argument="bounds", given=", ".join(f"{one:g}" for one in bounds))

"""A scanned map laid where its control points say: an affine fit by least squares, turned north up."""

from __future__ import annotations

from io import BytesIO
from math import cos, radians
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from pyproj import Transformer

from gridmap.errors import FileError
from gridmap.grid.crs import to_wgs84
from gridmap.maps.basemap import MOST_BYTES, Basemap, Piece, data_uri

LARGEST = 100_000_000  # pixels of a scan
_LONGEST_SIDE = 3000  # pixels of what is laid under a map
_QUALITY = 80
_FORMATS = ("PNG", "JPEG")
# The column of each number: in a plain table, and in the points files of QGIS (whose rows count downwards from 0).
_PLAIN = ("pixel_x", "pixel_y", "lon", "lat")
_QGIS = ("sourceX", "sourceY", "mapX", "mapY")
_QGIS_BEFORE_3_26 = ("pixelX", "pixelY", "mapX", "mapY")
_LEAST = 3
# Of the spread across to the spread along: below it, points lie on one line for all that a scan can tell.
_COLLINEAR = 1e-3

Floats = NDArray[np.float64]


class Fit(NamedTuple):
    """`matrix` (2 x 3) takes (pixel x, pixel y, 1) to metres of EPSG:3857; `residual_m` is metres on the ground."""

    matrix: Floats
    residual_m: float


def read_scan(path: Path, points: Path, crs: object, *, most_bytes: int = MOST_BYTES) -> Basemap:
    """Return a scanned map (PNG, JPEG) as one picture, north up, laid by the control points of a csv or points file.

    `points` has the columns pixel_x, pixel_y (from the upper left corner), lon, lat, or is a points file of QGIS; `crs`
    names what its places are in (gcj02, bd09, EPSG:4547, ...). The picture is made smaller until it weighs at most
    `most_bytes`; outside the scan it is clear. `residual_m` says how well the points agree.
    Raises FileError for a file that is no picture or too large, and for points that are unreadable, fewer than 3 or on
    one line; ArgumentError for an unknown `crs`.
    """
    pixels, places = _control_points(points, crs)
    fit = fit_affine(pixels, places, points)
    try:
        with Image.open(path, formats=_FORMATS) as scan:
            if scan.width * scan.height > LARGEST:
                raise FileError("maps.scan_large", file=path.name, most=f"{LARGEST:,}")
            rgba = scan.convert("RGBA")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise FileError("maps.basemap_picture", file=path.name) from error
    west, south, east, north = _extent(fit.matrix, *rgba.size)
    side = _LONGEST_SIDE
    while len(picture := _north_up(rgba, fit.matrix, (west, south, east, north), side)) > most_bytes:
        side = side * 2 // 3
    lon, lat = Transformer.from_crs(3857, 4326, always_xy=True).transform([west, east], [south, north])
    return Basemap(
        path.name, str(crs), (Piece(data_uri(picture, path), (lon[0], lat[0], lon[1], lat[1])),), fit.residual_m
    )


def fit_affine(pixels: Floats, places: Floats, file: Path) -> Fit:
    """Return the affine map of n pixels (n x 2) onto n places (lon, lat in degrees of EPSG:4326), by least squares.

    Raises FileError, naming `file`, for fewer than 3 points, or for points on one line: on the scan or on the ground.
    """
    if len(pixels) < _LEAST:
        raise FileError("maps.scan_few_points", file=file.name, count=len(pixels), least=_LEAST)
    metres = np.column_stack(Transformer.from_crs(4326, 3857, always_xy=True).transform(places[:, 0], places[:, 1]))
    for side in (pixels, metres):
        across, along = np.linalg.svd(side - side.mean(axis=0), compute_uv=False)[::-1]
        if across <= _COLLINEAR * along:
            raise FileError("maps.scan_one_line", file=file.name, count=len(pixels))
    known = np.column_stack((pixels, np.ones(len(pixels))))
    solved = np.linalg.lstsq(known, metres, rcond=None)[0]
    off = np.hypot(*(known @ solved - metres).T) * cos(radians(float(places[:, 1].mean())))
    return Fit(solved.T, float(np.sqrt(np.mean(off**2))))


def _control_points(path: Path, crs: object) -> tuple[Floats, Floats]:
    """Pixels (x, y from the upper left corner) and places (lon, lat of EPSG:4326)."""
    try:
        table = pd.read_csv(path, comment="#", encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise FileError("maps.scan_points", file=path.name, allowed=", ".join(_PLAIN)) from error
    names = next((n for n in (_PLAIN, _QGIS, _QGIS_BEFORE_3_26) if set(n) <= set(table.columns)), None)
    if names is None:
        raise FileError("maps.scan_points", file=path.name, allowed=", ".join(_PLAIN))
    if "enable" in table.columns:
        table = table[table["enable"] != 0]
    x, y, east, north = (pd.to_numeric(table[name], errors="coerce").to_numpy(np.float64) for name in names)
    lon, lat = to_wgs84(east, north, crs)
    numbers = np.column_stack((x, y if names == _PLAIN else -y, lon, lat))
    if not np.isfinite(numbers).all() or (np.abs(lat) >= 85).any():
        raise FileError("maps.scan_points", file=path.name, allowed=", ".join(_PLAIN))
    return numbers[:, :2], numbers[:, 2:]


def _extent(matrix: Floats, width: int, height: int) -> tuple[float, float, float, float]:
    corners = matrix @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]], dtype=np.float64)
    return float(corners[0].min()), float(corners[1].min()), float(corners[0].max()), float(corners[1].max())


def _north_up(scan: Image.Image, matrix: Floats, extent: tuple[float, float, float, float], side: int) -> bytes:
    """The scan as a WebP, resampled so that its rows run west to east; its longer side has at most `side` pixels."""
    west, south, east, north = extent
    scale = max(east - west, north - south) / min(side, max(scan.size))
    size = max(1, round((east - west) / scale)), max(1, round((north - south) / scale))
    # From a pixel of the result to metres, and from there back to a pixel of the scan.
    onto = np.array([[(east - west) / size[0], 0, west], [0, -(north - south) / size[1], north], [0, 0, 1]])
    back = np.linalg.inv(np.vstack((matrix, [0, 0, 1]))) @ onto
    coefficients = tuple(float(one) for one in back[:2].ravel())
    turned = scan.transform(size, Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC)
    written = BytesIO()
    turned.save(written, "WEBP", quality=_QUALITY)
    return written.getvalue()

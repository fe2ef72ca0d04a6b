"""A route as GPX, for a phone or a receiver: the ground as a track, the stops by their numbers, nobody's name."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import shapely

from gridmap.errors import ArgumentError

_SPACE = "http://www.topografix.com/GPX/1/1"
_WGS84 = "EPSG:4326"
_DECIMALS = 7  # about a centimetre


def to_gpx(ground: gpd.GeoSeries, stops: gpd.GeoSeries, numbers: Sequence[int], *, name: str) -> bytes:
    """Return GPX 1.1 in UTF-8: a track of `ground` (lines) and a waypoint for each of `stops` (points) by its number.

    Both are put into EPSG:4326; missing and empty ones are left out. `name` names the track. Raises ArgumentError for a
    series without CRS.
    """
    for argument, series in (("ground", ground), ("stops", stops)):
        if series.crs is None:
            raise ArgumentError("reports.missing_crs", argument=argument)
    ET.register_namespace("", _SPACE)
    root = ET.Element(f"{{{_SPACE}}}gpx", {"version": "1.1", "creator": "gridmap"})
    for number, point in zip(numbers, stops.to_crs(_WGS84), strict=True):
        if point is not None and not point.is_empty:
            _named(ET.SubElement(root, f"{{{_SPACE}}}wpt", _degrees(shapely.get_coordinates(point)[0])), str(number))
    track = ET.SubElement(root, f"{{{_SPACE}}}trk")
    _named(track, name)
    for shape in ground.to_crs(_WGS84):
        for line in shapely.get_parts(shape) if shape is not None else ():
            part = ET.SubElement(track, f"{{{_SPACE}}}trkseg")
            for at in shapely.get_coordinates(line):
                ET.SubElement(part, f"{{{_SPACE}}}trkpt", _degrees(at))
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _named(element: ET.Element, name: str) -> None:
    ET.SubElement(element, f"{{{_SPACE}}}name").text = name


def _degrees(at: np.ndarray) -> dict[str, str]:
    lon, lat = at
    return {"lat": f"{lat:.{_DECIMALS}f}", "lon": f"{lon:.{_DECIMALS}f}"}

"""Routes as GPX."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gridmap.errors import ArgumentError
from gridmap.reports.gpx import to_gpx

LINE = shapely.LineString([(114.48, 22.59), (114.49, 22.59), (114.49, 22.6)])
STOPS = gpd.GeoSeries([shapely.Point(114.49, 22.59), None, shapely.Point(114.49, 22.6)], crs=4326)


def test_gdal_reads_the_way_and_the_stops_by_number(tmp_path: Path) -> None:
    ground = gpd.GeoSeries([LINE], crs=4326).to_crs("EPSG:4547")
    target = tmp_path / "route.gpx"
    target.write_bytes(to_gpx(ground, STOPS.to_crs("EPSG:4547"), [1, 2, 3], name="P2015-0001 <7> & more"))
    tracks = gpd.read_file(target, layer="tracks")
    assert tracks["name"].tolist() == ["P2015-0001 <7> & more"]
    assert shapely.line_merge(tracks.geometry.iloc[0]).equals_exact(LINE, 1e-6)
    points = gpd.read_file(target, layer="waypoints")
    assert points["name"].astype(str).tolist() == ["1", "3"]
    assert points.geometry.iloc[1].equals_exact(STOPS.iloc[2], 1e-6)
    assert points.drop(columns=["name", "geometry"]).isna().all(axis=None)


def test_a_way_in_parts_has_a_segment_for_each(tmp_path: Path) -> None:
    parts = gpd.GeoSeries([shapely.MultiLineString([LINE, shapely.LineString([(1, 1), (2, 2)])]), None], crs=4326)
    assert to_gpx(parts, STOPS[:0], [], name="x").count(b"<trkseg>") == 2


def test_a_series_without_crs_is_asked_for_it() -> None:
    with pytest.raises(ArgumentError, match="stops"):
        to_gpx(STOPS, STOPS.set_crs(None, allow_override=True), [1, 2, 3], name="x")

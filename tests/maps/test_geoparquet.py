from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from geopandas.testing import assert_geodataframe_equal

from gridmap.errors import ArgumentError
from gridmap.maps.geoparquet import write_geoparquet


def test_a_frame_comes_back_as_it_was_but_for_its_index(lane_of_lamps: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_geoparquet(lane_of_lamps, tmp_path / "lamps.parquet")
    back = gpd.read_parquet(tmp_path / "lamps.parquet")
    assert_geodataframe_equal(back, lane_of_lamps.reset_index(drop=True))


def test_a_reader_may_ask_for_a_box(lane_of_lamps: gpd.GeoDataFrame, tmp_path: Path) -> None:
    write_geoparquet(lane_of_lamps, tmp_path / "lamps.parquet")
    found = gpd.read_parquet(tmp_path / "lamps.parquet", bbox=(114, 22, 115, 22.65))
    assert found["pole"].tolist() == ["0012"]


def test_a_frame_without_crs_is_asked_for_it(lane_of_lamps: gpd.GeoDataFrame, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="states no coordinate system"):
        write_geoparquet(lane_of_lamps.set_crs(None, allow_override=True), tmp_path / "lamps.parquet")
    assert not list(tmp_path.iterdir())

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from gridmap.errors import ArgumentError, FileError
from gridmap.intake.places import read_places


@pytest.fixture
def parcels(tmp_path):
    path = tmp_path / "parcels.gpkg"
    shapes = [shapely.box(800000, 2500000, 800010, 2500010), None, shapely.Point(), shapely.Point(800100, 2500100)]
    gpd.GeoDataFrame({"宗地号": ["P1", "P2", "P3", None]}, geometry=shapes, crs=4547).to_file(path)
    return path


def test_places_have_a_key_and_a_shape_in_degrees(parcels):
    places = read_places(parcels, "宗地号")
    assert places["key"].tolist() == ["P1"]
    assert list(places.columns) == ["key", "geometry"]
    assert places.crs.to_epsg() == 4326
    assert -180 < places.geometry.iloc[0].centroid.x < 180


def test_a_column_that_is_not_there_is_named_with_those_that_are(parcels):
    with pytest.raises(ArgumentError) as caught:
        read_places(parcels, "ML")
    assert caught.value.code == "intake.no_column"
    assert "宗地号" in str(caught.value)


def test_a_table_is_no_file_of_places(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("key,x\n1,2\n")
    with pytest.raises(FileError) as caught:
        read_places(path, "key")
    assert caught.value.code == "intake.no_features"

"""The files that cities publish pass every check of a hostile file."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.intake import raw
from gridmap.intake.raw import Features, Sheet


@pytest.mark.parametrize(
    ("name", "rows", "crs"),
    [
        ("cambridge/census2020_adj_blocks.geojson", 1044, "EPSG:4326"),
        ("cambridge/street_lights.geojson", 6117, "EPSG:4326"),
        ("cambridge/street_centerlines.geojson", 2643, "EPSG:4326"),
        ("cambridge/parcels_fy2014.topojson", 13116, None),
    ],
)
def test_a_city_s_layer_is_read_whole(real_data: Path, name: str, rows: int, crs: str | None) -> None:
    (layer,) = raw.read(real_data / name)
    assert isinstance(layer, Features)
    assert (layer.fields.num_rows, len(layer.geometry), layer.crs) == (rows, rows, crs)


@pytest.mark.parametrize(
    ("name", "rows"), [("cambridge/property_fy2014.csv", 27528), ("boston311/street_light_outages.csv", 7956)]
)
def test_a_city_s_table_is_read_whole(real_data: Path, name: str, rows: int) -> None:
    (sheet,) = raw.read(real_data / name)
    assert isinstance(sheet, Sheet)
    assert sheet.cells.num_rows == rows + 1


def test_every_layer_of_an_osm_extract_is_read(real_data: Path) -> None:
    layers = raw.read(real_data / "helsinki" / "helsinki_centre.osm.pbf")
    assert {layer.name: len(layer.geometry) for layer in layers if isinstance(layer, Features)} == {
        "points": 8045,
        "lines": 3818,
        "multilinestrings": 233,
        "multipolygons": 1095,
        "other_relations": 232,
    }

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from gridmap.errors import ArgumentError, FaultsError
from gridmap.intake.grids import read_grid, read_territory

COMMUNITY = "440307010001"


@pytest.fixture
def cells():
    """One community, cut into two middle cells of two small cells each, side by side."""
    small = [shapely.box(x, 0, x + 100, 100) for x in (0, 100, 200, 300)]
    rows = [
        (COMMUNITY, "大网格", "鹏城社区", shapely.union_all(small)),
        (COMMUNITY + "1", "中网格", "一片", shapely.union_all(small[:2])),
        (COMMUNITY + "2", "中网格", "二片", shapely.union_all(small[2:])),
        *[(f"{COMMUNITY}{1 + at // 2}0{1 + at % 2}", "小网格", f"第{at}格", shape) for at, shape in enumerate(small)],
    ]
    frame = gpd.GeoDataFrame(rows, columns=["网格编码", "网格层级", "网格名称", "geometry"], crs=4547)
    return frame.set_geometry(frame.translate(800_000, 2_500_000))


def parents(grid):
    return {row.code: None if pd.isna(row.parent) else row.parent for row in grid.cells.itertuples()}


EXPECTED = {
    COMMUNITY: None,
    COMMUNITY + "1": COMMUNITY,
    COMMUNITY + "2": COMMUNITY,
    COMMUNITY + "101": COMMUNITY + "1",
    COMMUNITY + "102": COMMUNITY + "1",
    COMMUNITY + "201": COMMUNITY + "2",
    COMMUNITY + "202": COMMUNITY + "2",
}


@pytest.mark.parametrize("name", ["grid.gpkg", "grid.parquet", "grid.geojson", "grid.shp", "grid.zip"])
def test_one_file_with_a_level_column_is_read_from_every_format(tmp_path, cells, name):
    path = tmp_path / name
    if name.endswith("parquet"):
        cells.to_parquet(path)
    elif name.endswith("geojson"):
        cells.to_crs(4326).to_file(path)
    elif name.endswith("zip"):
        cells.to_file(tmp_path / "grid.shz", driver="ESRI Shapefile", encoding="GBK")
        (tmp_path / "grid.shz").rename(path)
    else:
        cells.to_file(path, encoding="GBK" if name.endswith("shp") else "UTF-8")
    grid = read_grid(path)
    assert parents(grid) == EXPECTED
    assert grid.crs.to_epsg() == (4326 if name.endswith("geojson") else 4547)
    assert grid.cells["name"].tolist()[:2] == ["鹏城社区", "一片"]
    assert grid.chain(COMMUNITY + "202") == (COMMUNITY + "202", COMMUNITY + "2", COMMUNITY)


@pytest.mark.parametrize("stated", [True, False])
def test_shapefiles_in_chinese_encodings_are_read_with_and_without_their_cpg(tmp_path, cells, stated):
    path = tmp_path / "grid.shp"
    cells.to_file(path, encoding="GBK")
    if not stated:
        path.with_suffix(".cpg").unlink()
    assert read_grid(path).cells["name"].tolist()[0] == "鹏城社区"


def test_one_file_a_level_and_columns_named_by_level(tmp_path, cells):
    source = {}
    for level, word in (("big", "大网格"), ("middle", "中网格"), ("small", "小网格")):
        source[level] = tmp_path / f"{level}.geojson"
        one = cells[cells["网格层级"] == word].rename(columns={"网格编码": f"{level}_id"}).to_crs(4326)
        one[[f"{level}_id", "geometry"]].to_file(source[level])
    grid = read_grid(source, code={level: f"{level}_id" for level in source})
    assert parents(grid) == EXPECTED
    assert grid.cells["name"].isna().all()


def test_layers_named_as_levels_make_one_grid(tmp_path, cells):
    path = tmp_path / "grid.gpkg"
    for word in ("小网格", "大网格", "中网格"):
        cells[cells["网格层级"] == word].drop(columns="网格层级").to_file(path, layer=word)
    grid = read_grid(path)
    assert parents(grid) == EXPECTED
    assert grid.cells["level"].tolist() == ["big", "middle", "middle", "small", "small", "small", "small"]


def test_cells_are_kept_in_the_system_of_the_smallest_level(tmp_path, cells):
    big, small = tmp_path / "big.geojson", tmp_path / "small.gpkg"
    cells[:1].to_crs(4326).to_file(big)
    cells[3:].to_file(small)
    grid = read_grid({"big": big, "small": small})
    assert grid.crs.to_epsg() == 4547
    assert grid.cells.geometry.iloc[0].area == pytest.approx(40_000, rel=1e-3)
    assert grid.parent(COMMUNITY + "101") == COMMUNITY


def test_parents_can_stand_in_a_column_or_be_found_by_cover(tmp_path, cells):
    path = tmp_path / "grid.gpkg"
    cells.assign(上级网格=[EXPECTED[code] for code in cells["网格编码"]]).to_file(path)
    assert parents(read_grid(path, parents="column")) == EXPECTED
    assert parents(read_grid(path, parents="covers")) == EXPECTED
    assert parents(read_grid(path, parents="column", parent="上级网格")) == EXPECTED


def test_numbers_as_codes_become_text_and_other_lengths_are_told(tmp_path, cells):
    path = tmp_path / "grid.gpkg"
    short = cells.assign(网格编码=[int(code[-6:].lstrip("0") or 0) + 10_000_000 for code in cells["网格编码"]])
    short.to_file(path)
    assert read_grid(path, parents="covers").cells["code"].str.len().eq(8).all()
    with pytest.raises(ArgumentError):
        read_grid(path, lengths={"big": 3, "small": 5})


def test_a_grid_with_defects_is_read(tmp_path):
    path = tmp_path / "grid.geojson"
    bowtie = shapely.from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))")
    gpd.GeoDataFrame({"code": [None, "1", "1"], "level": "small"}, geometry=[bowtie, bowtie, None], crs=4326).to_file(
        path
    )
    assert len(read_grid(path)) == 3


def test_words_of_the_files_own_for_levels_can_be_said(tmp_path, cells):
    path = tmp_path / "grid.gpkg"
    own = {"大网格": "村级", "中网格": "组级", "小网格": "户级"}
    cells.assign(网格层级=cells["网格层级"].map(own)).to_file(path)
    with pytest.raises(ArgumentError) as caught:
        read_grid(path)
    assert caught.value.code == "intake.grid_level_value"
    assert parents(read_grid(path, levels={"村级": "big", "组级": "middle", "户级": "small"})) == EXPECTED


def test_all_faults_of_all_files_come_at_once(tmp_path, cells):
    big, small = tmp_path / "big.geojson", tmp_path / "small.shp"
    cells[:1].to_crs(4326).rename(columns={"网格编码": "id"}).to_file(big)
    cells[3:].to_file(small, encoding="GBK")
    small.with_suffix(".prj").unlink()
    with pytest.raises(FaultsError) as caught:
        read_grid({"big": big, "small": small, "tiny": small})
    assert [fault.code for fault in caught.value.faults] == [
        "intake.no_column",
        "intake.missing_crs",
        "intake.grid_level",
    ]


def test_a_column_that_is_named_must_be_there(tmp_path, cells):
    path = tmp_path / "grid.gpkg"
    cells.to_file(path)
    for options in ({"code": "GEOID20"}, {"level_column": "rank"}, {"parents": "column", "parent": "above"}):
        with pytest.raises((ArgumentError, FaultsError)) as caught:
            read_grid(path, **options)
        assert "网格编码" in str(caught.value)
    with pytest.raises(ArgumentError):
        read_grid(path, parents="guess")


def test_a_territory_is_the_areas_of_a_file_in_degrees(tmp_path, cells):
    path = tmp_path / "land.gpkg"
    cells[:1].to_file(path)
    land = read_territory(path)
    assert (len(land), land.crs.to_epsg()) == (1, 4326)
    points = tmp_path / "points.gpkg"
    cells.set_geometry(cells.centroid).to_file(points)
    with pytest.raises(ArgumentError) as caught:
        read_territory(points)
    assert caught.value.code == "intake.no_area"


def test_a_table_of_styles_beside_the_cells_is_passed_over(tmp_path, cells):
    path = tmp_path / "styled.gpkg"
    cells.to_file(path, layer="cells")
    pyogrio.write_dataframe(pd.DataFrame({"styleName": ["cells"]}), path, layer="layer_styles", append=True)
    assert parents(read_grid(path)) == EXPECTED

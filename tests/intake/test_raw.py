"""Honest files of every format give what stands in them."""

from __future__ import annotations

import datetime as dt
import json
import math
import struct
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from gridmap.errors import FileError
from gridmap.intake import raw
from gridmap.intake.kinds import BOOLEAN, DAY, EMPTY, ERROR, INSTANT, NUMBER, TEXT
from gridmap.intake.limits import Limits
from gridmap.intake.parsers.columns import text_of_number
from gridmap.intake.raw import Features, Sheet


def sheets(path: Path, **options: str) -> tuple[Sheet, ...]:
    parts = raw.read(path, **options)  # type: ignore[arg-type]
    assert all(isinstance(part, Sheet) for part in parts)
    return parts  # type: ignore[return-value]


def layers(path: Path, **options: str) -> tuple[Features, ...]:
    parts = raw.read(path, **options)  # type: ignore[arg-type]
    assert all(isinstance(part, Features) for part in parts)
    return parts  # type: ignore[return-value]


def row(sheet: Sheet, number: int) -> list[tuple[str | None, int]]:
    """Return text and kind of each cell of one row, counted from 1 as a reader of the sheet counts."""
    width = sheet.cells.num_columns // 2
    one = sheet.cells.slice(number - 1, 1).to_pylist()[0]
    return [(one[f"c{n}"], one[f"k{n}"]) for n in range(width)]


@pytest.fixture
def lamps() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"灯号": ["大鹏0001", "大鹏0002", None], "盏": [1, 2, 3]}, geometry=[Point(1, 2), Point(3, 4), None], crs=4547
    )


# Workbooks.


@pytest.fixture
def register(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "户籍"
    page["B3"] = "户主"
    page["C4"], page["D4"], page["E4"], page["F4"] = 1, 1.5, True, dt.date(2015, 3, 12)
    page["B5"], page["C5"] = dt.datetime(2015, 3, 12, 9, 30), "44"  # noqa: DTZ001 # a sheet's own time has no zone
    page["D5"], page["E5"] = 440307200001010000, "#DIV/0!"
    page["E5"].data_type = "e"
    page.merge_cells("B3:D3")
    book.create_sheet("空")
    book.save(tmp_path / "register.xlsx")
    return tmp_path / "register.xlsx"


def test_every_sheet_is_given_from_its_first_row_and_column(register: Path) -> None:
    first, second = sheets(register)
    assert (first.name, second.name) == ("户籍", "空")
    assert row(first, 1) == [(None, EMPTY)] * 6
    assert row(first, 3)[:3] == [(None, EMPTY), ("户主", TEXT), (None, EMPTY)]
    assert second.cells.shape == (0, 0)


def test_cells_keep_their_kind(register: Path) -> None:
    first, _ = sheets(register)
    assert row(first, 4)[2:] == [("1", NUMBER), ("1.5", NUMBER), ("true", BOOLEAN), ("2015-03-12", DAY)]
    assert row(first, 5)[1:3] == [("2015-03-12T09:30:00", INSTANT), ("44", TEXT)]


def test_a_long_number_keeps_all_digits_that_the_file_has(register: Path) -> None:
    first, _ = sheets(register)
    assert row(first, 5)[3] == ("440307200001010000", NUMBER)


def test_an_error_cell_is_an_error_and_not_empty(register: Path) -> None:
    first, _ = sheets(register)
    assert row(first, 5)[4] == ("#DIV/0!", ERROR)


def test_merged_ranges_are_told(register: Path) -> None:
    first, _ = sheets(register)
    assert first.merged == ((2, 1, 2, 3),)


def test_one_sheet_can_be_asked_for_and_an_unknown_one_lists_what_there_is(register: Path) -> None:
    assert [sheet.name for sheet in sheets(register, layer="空")] == ["空"]
    with pytest.raises(FileError) as caught:
        raw.read(register, layer="商铺")
    assert caught.value.code == "intake.layer"
    assert caught.value.inputs["allowed"] == "户籍, 空"


def test_an_xls_reads_like_an_xlsx(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("户籍")
    page.write(1, 1, "户主")
    page.write(2, 2, 12)
    book.save(str(tmp_path / "old.xls"))
    (sheet,) = sheets(tmp_path / "old.xls")
    assert row(sheet, 2) == [(None, EMPTY), ("户主", TEXT), (None, EMPTY)]
    assert row(sheet, 3)[2] == ("12", NUMBER)


def test_an_xls_that_unfolds_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("a")
    page.write(0, 0, "x")
    page.write(65_535, 255, "x")
    book.save(str(tmp_path / "far.xls"))
    with pytest.raises(FileError) as caught:
        raw.read(tmp_path / "far.xls")
    assert caught.value.code in {"intake.cells", "intake.broken"}  # counted, or beyond the memory of inspection


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_is_exact_and_shows_no_exponent_if_whole(value: float) -> None:
    text = text_of_number(value)
    assert float(text) == value
    if value.is_integer():
        assert text.removeprefix("-").isdigit()


# Text tables.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_of_a_csv_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [
        "登记表，2015年3月, 大鹏",
        delimiter.join(("户主", "地址")),
        delimiter.join(('"张, 三; ""四"""', "王母社区")),
    ]
    (tmp_path / "a.csv").write_text("\r\n".join(lines), encoding=encoding, newline="")
    (sheet,) = sheets(tmp_path / "a.csv")
    assert row(sheet, 2)[:2] == [("户主", TEXT), ("地址", TEXT)]
    assert row(sheet, 3)[:2] == [('张, 三; "四"', TEXT), ("王母社区", TEXT)]


def test_a_stated_encoding_wins_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("é,1\n".encode("latin-1"))
    (sheet,) = sheets(tmp_path / "a.csv", encoding="latin-1")
    assert row(sheet, 1)[0] == ("é", TEXT)
    for wrong in ("ascii", "no-such-encoding"):
        with pytest.raises(FileError) as caught:
            raw.read(tmp_path / "a.csv", encoding=wrong)
        assert caught.value.inputs["encoding"] == wrong


def test_rows_of_a_csv_may_differ_in_length_and_hold_line_breaks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('a\nb,"1\n2",c\n\n', encoding="utf-8")
    (sheet,) = sheets(tmp_path / "a.csv")
    assert row(sheet, 1) == [("a", TEXT), (None, EMPTY), (None, EMPTY)]
    assert row(sheet, 2)[1] == ("1\n2", TEXT)
    assert sheet.cells.num_rows == 3


@settings(max_examples=8)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=9), min_size=2, max_size=2
        ),
        min_size=1,
        max_size=9,
    )
)
def test_a_csv_gives_back_what_was_written(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    (sheet,) = sheets(path)
    assert [[text or "" for text, _ in row(sheet, n + 1)[:2]] for n in range(len(rows))] == rows


# Vector files.


def assert_lamps(found: Features, crs: str) -> None:
    assert found.fields.column("灯号").to_pylist() == ["大鹏0001", "大鹏0002", None]
    assert found.fields.column("盏").to_pylist() == [1, 2, 3]
    assert [one and shapely.from_wkb(one).wkt for one in found.geometry.to_pylist()] == [
        "POINT (1 2)",
        "POINT (3 4)",
        None,
    ]
    assert found.crs is not None
    assert crs in found.crs


def test_a_geopackage_with_the_standard_s_own_triggers_is_read(tmp_path: Path, lamps: gpd.GeoDataFrame) -> None:
    lamps.to_file(tmp_path / "a.gpkg", layer="路灯", driver="GPKG")
    (layer,) = layers(tmp_path / "a.gpkg")
    assert layer.name == "路灯"
    assert_lamps(layer, "4547")


def test_a_geoparquet_is_read(tmp_path: Path, lamps: gpd.GeoDataFrame) -> None:
    lamps.to_parquet(tmp_path / "lamps.parquet", write_covering_bbox=True)
    (layer,) = layers(tmp_path / "lamps.parquet")
    assert layer.name == "lamps"
    assert layer.fields.column_names == ["灯号", "盏"]
    assert_lamps(layer, "EPSG:4547")


def test_a_parquet_without_geometry_or_with_records_is_refused_by_name(tmp_path: Path, lamps: gpd.GeoDataFrame) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "plain.parquet")
    lamps.assign(people=[["a"], [], []]).to_parquet(tmp_path / "lists.parquet")
    for name, code in (("plain", "intake.parquet_geo"), ("lists", "intake.parquet_nested")):
        with pytest.raises(FileError) as caught:
            raw.read(tmp_path / f"{name}.parquet")
        assert caught.value.code == code


def test_texts_of_a_parquet_are_counted_before_they_unfold(tmp_path: Path, lamps: gpd.GeoDataFrame) -> None:
    lamps.to_parquet(tmp_path / "lamps.parquet")
    about = pq.read_schema(tmp_path / "lamps.parquet").metadata
    rows = 4_000
    table = pa.table({"note": ["x" * 90_000] * rows, "geometry": pa.nulls(rows, pa.binary())})
    pq.write_table(table.replace_schema_metadata(about), tmp_path / "bomb.parquet")
    with pytest.raises(FileError) as caught:
        raw.read(tmp_path / "bomb.parquet", limits=Limits(parse_bytes=600 * 1024 * 1024, parse_seconds=2))
    assert caught.value.code == "intake.unzipped_bytes"


@pytest.mark.parametrize(("encoding", "page"), [("GBK", True), ("GBK", False), ("UTF-8", True), ("UTF-8", False)])
def test_a_shapefile_is_read_with_or_without_its_code_page(
    tmp_path: Path, lamps: gpd.GeoDataFrame, encoding: str, page: bool
) -> None:
    lamps.to_file(tmp_path / "a.shp", encoding=encoding)
    if not page:
        (tmp_path / "a.cpg").unlink()
    (layer,) = layers(tmp_path / "a.shp")
    assert layer.name == "a"
    assert_lamps(layer, "4547")


def test_a_code_page_that_lies_is_not_believed(tmp_path: Path, lamps: gpd.GeoDataFrame) -> None:
    lamps.to_file(tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.cpg").write_text("UTF-8")
    (layer,) = layers(tmp_path / "a.shp")
    assert_lamps(layer, "4547")


def test_a_shapefile_without_prj_states_no_crs(tmp_path: Path, lamps: gpd.GeoDataFrame) -> None:
    lamps.to_file(tmp_path / "a.shp", encoding="GBK")
    (tmp_path / "a.prj").unlink()
    (layer,) = layers(tmp_path / "a.shp")
    assert layer.crs is None


def test_a_zipped_shapefile_is_read_with_its_own_name(tmp_path: Path, lamps: gpd.GeoDataFrame) -> None:
    lamps.to_file(tmp_path / "lamps.shp", encoding="GBK")
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
            file.write(tmp_path / f"lamps{suffix}", f"数据/路灯{suffix.upper()}")
        file.writestr("__MACOSX/._路灯.shp", b"x")
        file.writestr("readme.txt", b"x")
    (layer,) = layers(tmp_path / "a.zip")
    assert layer.name == "路灯"
    assert_lamps(layer, "4547")


def test_an_index_that_names_one_record_many_times_is_refused(tmp_path: Path, lamps: gpd.GeoDataFrame) -> None:
    lamps.to_file(tmp_path / "a.shp", encoding="GBK")
    index = (tmp_path / "a.shx").read_bytes()
    (tmp_path / "a.shx").write_bytes(index[:100] + index[100:108] * 1_000)
    with pytest.raises(FileError) as caught:
        raw.read(tmp_path / "a.shp")
    assert caught.value.inputs["member"] == ".shx"


def test_an_attribute_table_that_states_more_rows_than_it_holds_is_refused(
    tmp_path: Path, lamps: gpd.GeoDataFrame
) -> None:
    lamps.to_file(tmp_path / "a.shp", encoding="GBK")
    table = bytearray((tmp_path / "a.dbf").read_bytes())
    table[4:8] = struct.pack("<I", 200_000)
    (tmp_path / "a.dbf").write_bytes(table)
    with pytest.raises(FileError) as caught:
        raw.read(tmp_path / "a.shp")
    assert caught.value.inputs["member"] == ".dbf"


def collection(path: Path, *features: tuple[dict[str, object], str]) -> Path:
    texts = [f'{{"type":"Feature","properties":{json.dumps(fields)},"geometry":{shape}}}' for fields, shape in features]
    path.write_text(f'{{"type":"FeatureCollection","features":[{",".join(texts)}]}}', encoding="utf-8")
    return path


def test_a_geojson_is_read_with_the_name_of_its_file(tmp_path: Path) -> None:
    path = collection(
        tmp_path / "路灯.geojson",
        ({"灯号": 'a "quoted" [name] \\', "装于": "2015-03-12"}, '{"type":"Point","coordinates":[114.5,22.5]}'),
        ({"灯号": "b"}, "null"),
    )
    (layer,) = layers(path)
    assert (layer.name, layer.crs) == ("路灯", "EPSG:4326")
    assert layer.fields.column("灯号").to_pylist() == ['a "quoted" [name] \\', "b"]
    assert [one and shapely.from_wkb(one).wkt for one in layer.geometry.to_pylist()] == ["POINT (114.5 22.5)", None]


def test_what_is_wrong_with_one_row_is_left_to_the_readers_of_rows(tmp_path: Path) -> None:
    """Coordinates that are NaN or infinite, rings that are not closed: the file is read, the row keeps its fault."""
    path = collection(
        tmp_path / "a.geojson",
        ({"n": 1}, '{"type":"Point","coordinates":[NaN,1]}'),
        ({"n": 2}, '{"type":"Point","coordinates":[Infinity,1]}'),
        ({"n": 3}, '{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0]]]}'),
        ({"n": 4}, '{"type":"Point","coordinates":["114.5",22.5]}'),
        ({"n": 5}, "null"),
        ({"n": 6}, '{"type":"Point","coordinates":[]}'),
    )
    (layer,) = layers(path)
    nan, infinite, ring, words, nothing, empty = (one.as_py() for one in layer.geometry)
    assert not shapely.is_empty(shapely.from_wkb(nan))
    assert math.isnan(shapely.from_wkb(nan).x)
    assert shapely.from_wkb(infinite).x == math.inf
    assert shapely.from_wkb(ring, on_invalid="ignore") is None
    assert words is not None
    assert shapely.from_wkb(words, on_invalid="ignore") is None
    assert nothing is None
    assert empty is None or shapely.is_empty(shapely.from_wkb(empty))


def test_a_crs_that_points_to_an_address_is_not_fetched(tmp_path: Path) -> None:
    crs = '"crs":{"type":"link","properties":{"href":"http://127.0.0.1:9/crs","type":"proj4"}}'
    (tmp_path / "a.geojson").write_text(f'{{"type":"FeatureCollection",{crs},"features":[]}}')
    (layer,) = layers(tmp_path / "a.geojson")
    assert layer.fields.num_rows == 0


def test_a_topojson_states_no_crs(tmp_path: Path) -> None:
    (tmp_path / "a.topojson").write_text(
        '{"type":"Topology","objects":{"cells":{"type":"GeometryCollection","geometries":['
        '{"type":"Polygon","arcs":[[0]],"properties":{"code":"1"}}]}},"arcs":[[[0,0],[1,0],[1,1],[0,0]]]}'
    )
    (layer,) = layers(tmp_path / "a.topojson")
    assert (layer.name, layer.crs) == ("cells", None)
    assert shapely.from_wkb(layer.geometry[0].as_py()).area == 0.5


def test_contents_bear_the_digest_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a\n")
    contents = raw.read_contents(tmp_path / "a.csv")
    assert contents.format == "csv"
    assert contents.digest == "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"

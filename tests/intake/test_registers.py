from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from gridmap.errors import ArgumentError, FaultsError, FileError
from gridmap.intake.registers import read_register
from tests.intake.layers_of_tests import PONDS, SHOPS, STREETS
from tests.intake.sheets import workbook

DAPENG = (114.4, 22.5, 114.6, 22.7)
HEADER = [
    "编号",
    "店名",
    "经营者",
    "从业人数",
    "面积（平方米）",
    "证照齐全",
    "开业日期",
    "类别",
    "地址",
    "经度",
    "纬度",
    "所属网格",
]
GOOD = ["S1", "百货", "张三", 3, "1,200.5", "√", "2015.3.12", "小档口", "王母街1号", 114.5, 22.6, 440307010001001]


def codes(register):
    return [(fault.row, fault.code.partition(".")[2]) for fault in register.faults]


def write_csv(path, lines, encoding="utf-8"):
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


@pytest.fixture
def messy_workbook(tmp_path):
    """A workbook as offices keep it: a title, bad rows of several kinds, a sum, a signature, a sheet of remarks."""
    return workbook(
        tmp_path / "店铺.xlsx",
        {
            "王母": [
                ["王母社区店铺登记表"],
                HEADER,
                GOOD,
                ["S2", None, "李四", "三人", 20, "是", "2015.2.30", "饭店", "王母街2号", 22.6, 114.5, None],
                [None],
                ["S1", "重复", *[None] * 10],
                ["小计", 3],
                [
                    "S3",
                    "无坐标",
                    None,
                    None,
                    None,
                    None,
                    dt.date(2014, 5, 1),
                    None,
                    None,
                    None,
                    None,
                    "440307010001002",
                ],
                ["填表人：王五"],
            ],
            "说明": [["每周五上报"]],
        },
        {"王母": ["A1:L1"]},
    )


def test_good_rows_go_in_with_their_types_and_the_bad_stay_out(messy_workbook):
    register = read_register(messy_workbook, SHOPS, crs="EPSG:4490", bounds=DAPENG)
    frame = register.frame
    assert frame["code"].tolist() == ["S1", "S3"]
    first = frame.iloc[0]
    assert (first["owner"], first["staff"], first["area"], first["licensed"]) == ("张三", 3, 1200.5, True)
    assert (first["opened"], first["kind"], first["cell"]) == ("2015-03-12", "stall", "440307010001001")
    assert (first["sheet"], first["row"]) == ("王母", 3)
    assert first.geometry.distance(shapely.Point(114.5, 22.6)) < 1e-9
    assert frame.crs.to_epsg() == 4326
    assert frame["row"].tolist() == [3, 8]
    assert frame.geometry.iloc[1] is None
    assert frame.loc[1, "opened"] == "2014-05-01"
    assert frame.loc[1, ["owner", "kind", "address", "cell_reason"]].tolist() == [None] * 4
    assert (frame["staff"].dtype, frame["area"].dtype, frame["licensed"].dtype) == ("Int64", np.float64, "boolean")
    assert register.rows == 4
    assert register.given == (*SHOPS.by_name, "geometry", "cell")
    assert register.unread == ("说明",)
    assert register.digest == hashlib.sha256(messy_workbook.read_bytes()).hexdigest()


def test_every_fault_of_every_row_comes_in_one_pass_in_the_order_of_the_file(messy_workbook):
    register = read_register(messy_workbook, SHOPS, crs="EPSG:4490", bounds=DAPENG)
    assert codes(register) == [
        (4, "required"),
        (4, "not_integer"),
        (4, "not_day"),
        (4, "not_choice"),
        (4, "place_swapped"),
        (6, "duplicate_key"),
    ]
    assert register.faults[0].say("zh") == "店铺.xlsx, 王母, 第 4 行, 店名: 店名 为空；每行必填"
    assert register.faults[-1].reason("en") == "S1 stands in row 王母!3 already; one row a key"
    assert [(one.row, one.cells[:2]) for one in register.refused] == [(4, ("S2", None)), (6, ("S1", "重复"))]


def test_personal_values_stand_in_no_message_and_no_repr(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx", {"一": [["编号", "店名", "经营者", "经度", "纬度"], ["S1", "a", 4.4e17, 1, 2]]}
    )
    register = read_register(path, SHOPS, crs="EPSG:4326", bounds=DAPENG)
    said = " ".join(fault.say(lang) for fault in register.faults for lang in ("zh", "en"))
    assert [fault.personal for fault in register.faults] == [True, False]
    assert "<personal>" in said
    assert "44000" not in said + repr(register)
    assert register.faults[0].value == "440000000000000000"


@pytest.mark.parametrize(
    ("layer", "personal"),
    [
        (SHOPS, False),
        (replace(SHOPS, sensitive=True), True),
        (replace(SHOPS, fields=(*SHOPS.fields[:-1], replace(SHOPS.fields[-1], mark="personal"))), True),
        (replace(SHOPS, fields=SHOPS.fields[:-1]), True),
        (STREETS, False),
    ],
)
def test_a_place_is_as_personal_as_the_address(tmp_path, layer, personal):
    path = write_csv(tmp_path / "a.csv", ["编号,店名,经度,纬度", "S1,a,abc,1"])
    (fault,) = read_register(path, layer, crs="EPSG:4326").faults
    assert fault.personal is personal


def test_a_sheet_of_headers_alone_is_an_empty_register(tmp_path):
    register = read_register(write_csv(tmp_path / "a.csv", ["编号,店名,开业日期,经度,纬度"]), SHOPS)
    assert (register.rows, len(register.frame), register.faults, register.refused) == (0, 0, (), ())
    assert register.given == ("code", "name", "opened")


def test_rows_of_a_csv_count_as_a_spreadsheet_shows_them(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["登记表", "", "编号,店名", '"S1","两\n行"', "", "S2,"])
    register = read_register(path, SHOPS)
    assert register.frame["row"].tolist() == [4]
    assert codes(register) == [(6, "required")]


def test_sheets_that_fit_are_read_together_and_keys_are_told_apart_across_them(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "一": [["编号", "店名", "面积"], ["S1", "a", 1]],
            "二": [["编号", "店名", "从业人数", "电话"], ["S2", "b", 2, "1"], ["S1", "c", 3, "2"]],
            "三": [["店名", "面积"], ["d", 4]],
        },
    )
    register = read_register(path, SHOPS)
    assert register.frame[["sheet", "code"]].to_numpy().tolist() == [["一", "S1"], ["二", "S2"]]
    assert register.given == ("code", "name", "staff", "area")
    assert register.frame["staff"].isna().tolist() == [True, False]
    assert register.unread == ("二!电话", "三")
    assert codes(register) == [(None, "missing_column"), (3, "duplicate_key")]
    assert register.faults[1].inputs == {"first": "一!2"}


def test_one_sheet_can_be_asked_for(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"一": [["编号", "店名"], ["S1", "a"]], "二": [["编号", "店名"], ["S2", "b"]]})
    assert read_register(path, SHOPS, sheet="二").frame["code"].tolist() == ["S2"]
    with pytest.raises(FileError):
        read_register(path, SHOPS, sheet="三")


def test_a_file_without_a_required_column_is_refused_naming_it(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["店名,面积", "a,1"])
    with pytest.raises(FaultsError) as caught:
        read_register(path, SHOPS)
    assert [fault.code for fault in caught.value.faults] == ["intake.missing_column"]
    assert "店名, 面积" in str(caught.value)


def test_a_file_without_any_known_header_is_refused(tmp_path):
    with pytest.raises(FileError) as caught:
        read_register(write_csv(tmp_path / "a.csv", ["x1,x2", "1,2"]), SHOPS)
    assert caught.value.code == "intake.no_header"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_of_offices(tmp_path, encoding):
    path = write_csv(tmp_path / "店.csv", ["编号,店名,开业日期", "０1,百货㐂,2015/3/12"], encoding)
    register = read_register(path, SHOPS)
    assert register.frame[["code", "name", "opened"]].to_numpy().tolist() == [["01", "百货㐂", "2015-03-12"]]


def test_headers_can_be_mapped_joined_and_left_out(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["楼,房,招牌,店名,格", "3,101,a,x,G1", ",102,b,y,", "3,101,c,z,G2"])
    register = read_register(path, SHOPS, mapping={"楼 + 房": "code", "招牌": "name", "店名": "", "格": "cell"})
    assert register.frame[["code", "name", "cell"]].to_numpy().tolist() == [["3 101", "a", "G1"], ["102", "b", None]]
    assert register.unread == ("店名",)
    assert register.faults[0].column == "楼 + 房"


def test_a_header_that_is_named_but_not_there_is_refused(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["编号,店名", "S1,a"])
    for options in ({"mapping": {"招牌": "name"}}, {"mapping": {"编号 + 房": "code"}}, {"where": {"用途": {"商铺"}}}):
        with pytest.raises(ArgumentError) as caught:
            read_register(path, SHOPS, **options)
        assert caught.value.code == "intake.no_such_header"
        assert "编号, 店名" in str(caught.value)


def test_only_rows_of_the_asked_kind_are_read_and_counted(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["编号,店名,用途", "S1,a,商铺", "S2,,住宅", "S3,c,办公", "S4,d,"])
    register = read_register(path, SHOPS, where={"用途": {"商铺", "办公"}})
    assert (register.rows, register.frame["code"].tolist(), register.faults) == (2, ["S1", "S3"], ())
    assert read_register(path, SHOPS, where={"用途": "*"}).rows == 3
    assert read_register(path, SHOPS, where={"用途": {"学校"}}).frame.empty


def test_coordinates_without_a_stated_system_are_asked_for(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["编号,店名,经度,纬度", "S1,a,114.5,22.6"])
    with pytest.raises(ArgumentError) as caught:
        read_register(path, SHOPS)
    assert caught.value.code == "intake.missing_crs"
    assert read_register(path, SHOPS, crs="gcj02").frame.geometry.iloc[0].x == pytest.approx(114.4949, abs=1e-3)
    nowhere = write_csv(tmp_path / "b.csv", ["编号,店名,经度,纬度", "S1,a,,"])
    assert read_register(nowhere, SHOPS).frame.geometry.tolist() == [None]


def test_a_column_of_wkt_places_lines_and_areas(tmp_path):
    path = write_csv(
        tmp_path / "a.csv", ["编号;wkt", "R1;LINESTRING (114.5 22.6, 114.51 22.6)", "R2;POINT (114.5 22.6)"]
    )
    register = read_register(path, STREETS, crs="EPSG:4326")
    assert register.frame.geometry.geom_type.tolist() == ["LineString"]
    assert codes(register) == [(3, "wrong_geometry")]


def test_a_row_joins_a_known_place_by_key_or_by_address(tmp_path):
    known = pd.DataFrame(
        {
            "key": ["P1", "P2", "P2"],
            "address": ["王母街1号", None, None],
            "geometry": [shapely.box(0, 0, 2, 2), shapely.Point(5, 5), shapely.Point(6, 6)],
        }
    )
    path = write_csv(tmp_path / "a.csv", ["编号,店名,宗地", "S1,a,p1", "S2,b,P2", "S3,c,P9", "S4,d,"])
    register = read_register(path, SHOPS, mapping={"宗地": "place_key"}, known=known)
    assert register.frame["code"].tolist() == ["S1", "S3", "S4"]
    assert [shape is None for shape in register.frame.geometry] == [False, True, True]
    assert codes(register) == [(3, "place_ambiguous")]
    by_address = write_csv(tmp_path / "b.csv", ["编号,店名,地址", "S1,a,王母街１号"])
    assert read_register(by_address, SHOPS, known=known).frame.geometry.iloc[0].within(shapely.box(0, 0, 2, 2))


def test_own_coordinates_go_over_a_known_place_and_a_bad_one_is_not_healed_by_it(tmp_path):
    known = pd.DataFrame({"key": ["P1"], "geometry": [shapely.Point(114.55, 22.65)]})
    path = write_csv(
        tmp_path / "a.csv", ["编号,店名,place_key,经度,纬度", "S1,a,P1,114.5,22.6", "S2,b,P1,,", "S3,c,P1,abc,1"]
    )
    register = read_register(path, SHOPS, known=known, crs="EPSG:4326", bounds=DAPENG)
    assert register.frame.geometry.x.tolist() == [114.5, 114.55]
    assert codes(register) == [(4, "place_not_number")]


def test_known_places_need_a_column_to_join_by(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["编号,店名", "S1,a"])
    with pytest.raises(ArgumentError) as caught:
        read_register(path, SHOPS, known=pd.DataFrame({"key": ["P1"], "geometry": [shapely.Point(1, 1)]}))
    assert caught.value.code == "intake.nothing_to_join"


@pytest.fixture
def ponds():
    return gpd.GeoDataFrame(
        {"编号": ["W1", "W2", "W3"], "深": [1.5, None, 2]},
        geometry=[
            shapely.box(114.5, 22.6, 114.51, 22.61),
            shapely.from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"),
            None,
        ],
        crs=4490,
    )


@pytest.mark.parametrize("name", ["ponds.gpkg", "ponds.shp", "ponds.parquet", "ponds.geojson"])
def test_vector_files_are_registers_too(tmp_path, ponds, name):
    path = tmp_path / name
    frame = ponds.to_crs(4326) if name.endswith("geojson") else ponds
    frame.to_parquet(path) if name.endswith("parquet") else frame.to_file(path)
    register = read_register(path, PONDS)
    assert register.frame["code"].tolist() == ["W1", "W3"]
    assert register.frame["row"].tolist() == [1, 3]
    assert register.frame["sheet"].tolist() == ["", ""]
    assert register.frame.geometry.iloc[0].equals(ponds.geometry.iloc[0])
    assert codes(register) == [(2, "geometry_invalid")]
    assert register.unread == ("深",)


def test_a_table_of_styles_beside_a_layer_is_passed_over(tmp_path, ponds):
    path = tmp_path / "ponds.gpkg"
    ponds.to_file(path, layer="ponds")
    pyogrio.write_dataframe(pd.DataFrame({"styleName": ["blue"]}), path, layer="layer_styles")
    register = read_register(path, PONDS)
    assert register.frame["code"].tolist() == ["W1", "W3"]
    assert register.unread == ("深",)


def test_a_table_without_shapes_is_a_register_without_places(tmp_path):
    path = tmp_path / "ponds.gpkg"
    pyogrio.write_dataframe(pd.DataFrame({"编号": ["W1"]}), path, layer="ponds")
    assert read_register(path, PONDS).frame.geometry.tolist() == [None]


def test_a_vector_file_that_states_no_system_is_asked_for_it(tmp_path, ponds):
    path = tmp_path / "ponds.shp"
    ponds.to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(ArgumentError) as caught:
        read_register(path, PONDS)
    assert caught.value.code == "intake.missing_crs"
    assert len(read_register(path, PONDS, crs="EPSG:4490").frame) == 2


def test_a_system_given_by_the_caller_goes_over_what_the_format_says(tmp_path):
    feature = {
        "type": "Feature",
        "properties": {"code": "S1", "name": "a", "lon": 1},
        "geometry": {"type": "Point", "coordinates": [114.5, 22.6]},
    }
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert read_register(path, SHOPS).frame.geometry.iloc[0].x == 114.5
    assert read_register(path, SHOPS, crs="gcj02").frame.geometry.iloc[0].x == pytest.approx(114.4949, abs=1e-3)


def test_progress_counts_the_sheets(messy_workbook):
    seen = []
    read_register(messy_workbook, SHOPS, crs="EPSG:4490", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]


def test_the_same_file_gives_the_same_register_twice(messy_workbook):
    one, two = (read_register(messy_workbook, SHOPS, crs="EPSG:4490") for _ in range(2))
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert one.faults == two.faults

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
import shapely

from gridmap.errors import FileError
from gridmap.intake import kinds
from gridmap.intake.headers import Headers
from gridmap.intake.listing import from_features, from_sheet
from gridmap.intake.raw import Features
from tests.intake.layers_of_tests import SHOPS
from tests.intake.sheets import sheet

target = Headers(SHOPS).target


def rows_of(listing):
    return list(zip(*(column.texts.to_pylist() for column in listing.columns), strict=True))


def test_title_rows_stand_above_the_header_and_rows_count_as_excel_shows_them():
    listing = from_sheet(sheet([["2015年店铺登记表"], ["单位：户"], ["编号", "店名"], ["S1", "百货"]]), target)
    assert listing.headers == ("编号", "店名")
    assert rows_of(listing) == [("S1", "百货")]
    assert listing.rows.tolist() == [4]


def test_a_header_of_two_rows_joins_merged_and_split_columns():
    page = sheet(
        [
            ["店铺登记表", None, None, None],
            ["编号", "店铺", None, "坐标", None],
            [None, "店名", "经营者", "经度", "纬度"],
            ["S1", "百货", "张三", 114.5, 22.6],
        ],
        merged=[(0, 0, 0, 4), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)],
    )
    listing = from_sheet(page, target)
    assert listing.headers == ("编号", "店名", "经营者", "经度", "纬度")
    assert listing.rows.tolist() == [4]


def test_a_header_of_two_rows_is_found_without_merged_cells():
    page = sheet([["编号", "店铺", None], [None, "店名", "面积"], ["S1", "百货", 12]])
    assert from_sheet(page, target).headers == ("编号", "店名", "面积")


def test_a_row_of_values_is_not_taken_for_the_second_row_of_a_header():
    listing = from_sheet(sheet([["编号", "店名", "备注"], ["S1", "地址", None], ["S2", "b", None]]), target)
    assert rows_of(listing) == [("S1", "地址", None), ("S2", "b", None)]


def test_merged_cells_hold_their_value_in_every_row_and_column():
    page = sheet(
        [["编号", "店名", "地址", "备注"], ["S1", "a", "王母街1号", None], ["S2", "b", None, None]], [(1, 2, 2, 3)]
    )
    listing = from_sheet(page, target)
    assert rows_of(listing) == [("S1", "a", "王母街1号", "王母街1号"), ("S2", "b", "王母街1号", "王母街1号")]
    assert listing.columns[2].kinds.tolist() == [kinds.TEXT, kinds.TEXT]


def test_merged_cells_that_overlap_are_refused():
    with pytest.raises(FileError) as caught:
        from_sheet(sheet([["编号", "店名"], ["S1", "a"]], [(0, 0, 1, 1), (0, 0, 1, 1)], name="一"), target)
    assert caught.value.code == "intake.merged_overlap"


def test_merged_ranges_beyond_the_sheet_do_no_harm():
    listing = from_sheet(sheet([["编号", "店名"], ["S1", "a"]], [(1, 1, 999, 999), (50, 50, 60, 60)]), target)
    assert rows_of(listing) == [("S1", "a")]


@pytest.mark.parametrize("word", ["合计", "小 计", "总计：", "合計", "TOTAL", "Subtotal", "Grand total"])
def test_rows_that_sum_up_are_no_rows(word):
    assert rows_of(from_sheet(sheet([["编号", "店名"], ["S1", "a"], [word, "35"], [None, word]]), target)) == [
        ("S1", "a")
    ]


@pytest.mark.parametrize("text", ["填表人：张三", "审核人:李四", "备注：以上为常住", "Note: seen in May"])
def test_rows_that_sign_or_explain_the_sheet_are_no_rows(text):
    assert rows_of(from_sheet(sheet([["编号", "店名"], ["S1", "a"], [text]]), target)) == [("S1", "a")]


def test_only_a_certain_note_is_left_out():
    rows = rows_of(from_sheet(sheet([["编号", "店名"], ["注文堂", "a"], ["合计一号店", "b"]]), target))
    assert rows == [("注文堂", "a"), ("合计一号店", "b")]


def test_blank_rows_and_repeated_headers_are_no_rows():
    page = sheet([["编号", "店名"], ["S1", "a"], [None, "  "], ["编号", "店名"], ["S2", "b"]])
    listing = from_sheet(page, target)
    assert rows_of(listing) == [("S1", "a"), ("S2", "b")]
    assert listing.rows.tolist() == [2, 5]


def test_a_sheet_without_a_known_header_is_no_listing():
    assert from_sheet(sheet([["请按要求填写"], ["一", "二"]]), target) is None


def features(fields, shapes=None, crs="EPSG:4326"):
    count = len(next(iter(fields.values())))
    points = shapely.points(np.zeros((count, 2))) if shapes is None else shapes
    return Features("layer", pa.table(fields), pa.array(shapely.to_wkb(points).tolist(), pa.binary()), crs)


def test_attributes_become_texts_that_lose_nothing():
    listing = from_features(
        features(
            {
                "whole": pa.array([440307010001001, None], pa.int64()),
                "code": pa.array([440307010001.0, float("nan")]),
                "size": pa.array([0.1, 1e22]),
                "led": pa.array([True, None]),
                "tags": pa.array([["a"], None], pa.list_(pa.string())),
                "kind": pa.array(["x", " "]).dictionary_encode(),
            }
        ),
        lambda _: False,
    )
    assert rows_of(listing) == [
        ("440307010001001", "440307010001", "0.1", "true", "['a']", "x"),
        (None, None, "1e+22", None, None, None),
    ]
    assert [column.kinds.tolist()[0] for column in listing.columns] == [
        kinds.NUMBER,
        kinds.NUMBER,
        kinds.NUMBER,
        kinds.BOOLEAN,
        kinds.TEXT,
        kinds.TEXT,
    ]


def test_features_count_from_one_and_keep_a_missing_shape():
    listing = from_features(features({"a": ["x", "y"]}, np.array([shapely.Point(1, 2), None])), lambda _: False)
    assert listing.rows.tolist() == [1, 2]
    assert [shape is None for shape in listing.shapes] == [False, True]


def test_wanted_osm_tags_become_columns_beside_the_attributes():
    osm = features({"osm_id": ["1", "2"], "other_tags": ['"shop"=>"bakery","lit"=>"yes"', None]})
    listing = from_features(osm, {"shop", "osm_id"}.__contains__)
    assert listing.headers == ("osm_id", "other_tags", "shop")
    assert listing.columns[2].texts.to_pylist() == ["bakery", None]

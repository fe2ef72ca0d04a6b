from __future__ import annotations

import pytest

from gridmap.errors import ArgumentError
from gridmap.intake.headers import Headers
from tests.intake.layers_of_tests import SHOPS


def codes(match):
    return [fault.code for fault in match.faults]


def test_fields_are_found_by_name_both_languages_and_aliases_in_any_dress():
    match = Headers(SHOPS).match(("编号*", "SHOP NAME", "负责人", "面积（平方米）", "Licensed\n", "所属网格", "序号"))
    assert match.columns == {"code": (0,), "name": (1,), "owner": (2,), "area": (3,), "licensed": (4,), "cell": (5,)}
    assert match.unread == ("序号",)
    assert match.faults == ()


def test_a_missing_required_column_names_what_it_may_be_called_and_what_is_there():
    (fault,) = Headers(SHOPS).match(("店名", "电话"), "a.xlsx", "一").faults
    assert fault.code == "intake.missing_column"
    assert fault.column == "code"
    assert fault.place("en") == "a.xlsx, 一, code"
    assert fault.reason("en") == (
        "a required column is missing; it is known as code, 编号, shop number; the file has 店名, 电话"
    )


def test_two_headers_for_one_field_are_a_fault_until_one_is_mapped_away():
    assert codes(Headers(SHOPS).match(("编号", "店名", "经营者", "负责人"))) == ["intake.two_headers"]
    match = Headers(SHOPS, {"负责人": ""}).match(("编号", "店名", "经营者", "负责人"))
    assert match.faults == ()
    assert match.unread == ("负责人",)


def test_the_callers_mapping_goes_over_the_usual_meaning():
    match = Headers(SHOPS, {"招牌": "name", "店名": "owner"}).match(("编号", "招牌", "店名"))
    assert match.columns == {"code": (0,), "name": (1,), "owner": (2,)}


def test_a_field_that_is_mapped_is_read_from_there_alone():
    match = Headers(SHOPS, {"osm_id": "code"}).match(("osm_id", "店名", "编号", "code"))
    assert match.columns == {"code": (0,), "name": (1,)}
    assert match.unread == ("编号", "code")


def test_joined_headers_make_one_column_beside_their_own_meaning():
    match = Headers(SHOPS, {"楼 + 地址": "code"}).match(("地址", "楼", "店名"))
    assert match.columns == {"code": (1, 0), "address": (0,), "name": (2,)}
    assert match.faults == ()


def test_a_mapping_to_no_field_is_refused_with_what_is_allowed():
    with pytest.raises(ArgumentError) as caught:
        Headers(SHOPS, {"户主": "nobody"})
    assert caught.value.code == "intake.mapping"
    assert "place_key" in str(caught.value)


def test_one_coordinate_column_alone_means_nothing():
    match = Headers(SHOPS).match(("编号", "店名", "经度"))
    assert "lon" not in match.columns
    assert match.unread == ("经度",)


def test_coordinate_columns_of_a_file_with_shapes_mean_nothing():
    match = Headers(SHOPS).match(("编号", "店名", "lon", "lat", "wkt"), shaped=True)
    assert match.unread == ("lon", "lat", "wkt")

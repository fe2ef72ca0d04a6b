"""Frames to rows and back: every value as it was, no value in an error."""

from __future__ import annotations

import traceback

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given as suppose
from hypothesis import settings
from hypothesis import strategies as st

from gridmap.errors import StoreError
from gridmap.layer import Field, FieldType
from gridmap.store import frames
from tests.store.town import SECRET

VALUES: dict[FieldType, st.SearchStrategy[object]] = {
    "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "day": st.dates().map(str),
}


@suppose(data=st.data(), kind=st.sampled_from(sorted(VALUES)))
@settings(max_examples=60)
def test_every_value_comes_back_through_json_exactly(data: st.DataObject, kind: FieldType) -> None:
    one = Field("field", "", "", kind)
    values = data.draw(st.lists(st.none() | VALUES[kind], max_size=5))
    column = frames.typed(values, one)
    texts = frames.to_json({"field": frames.plain(column, one)}, len(values))
    assert [row.get("field") for row in frames.from_json(texts)] == values
    private = frames.to_json_values(frames.plain(column.dropna(), one))
    assert frames.from_json(private) == [value for value in values if value is not None]


def test_equal_rows_are_equal_text_whatever_the_order_of_the_columns() -> None:
    columns = {"b": frames.objects([1, None]), "a": frames.objects(["x", None])}
    assert frames.to_json(columns, 2) == ['{"a":"x","b":1}', "{}"]
    assert frames.to_json({}, 2) == ["{}", "{}"]


@pytest.mark.parametrize("kind", ["integer", "number", "boolean"])
def test_a_kept_value_of_another_type_is_an_error_that_does_not_show_it(kind: FieldType) -> None:
    with pytest.raises(StoreError, match="field age") as caught:
        frames.typed([SECRET], Field("age", "", "", kind))
    assert SECRET not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)


def test_a_place_has_one_form_without_height_and_an_empty_one_is_none() -> None:
    flat, high = shapely.Point(114, 22.5), shapely.Point(114, 22.5, 7)
    turned = shapely.from_wkb(shapely.to_wkb(flat, byte_order=0))
    places = gpd.GeoSeries([flat, high, turned, shapely.Point(), None], crs="EPSG:4326")
    wkb = frames.to_wkb(places)
    assert wkb[0] == wkb[1] == wkb[2]
    assert wkb[3:].tolist() == [None, None]
    assert frames.to_frame({"n": range(5)}, wkb).geometry.tolist() == [flat, flat, flat, None, None]


def test_a_position_of_minus_one_picks_nothing() -> None:
    assert frames.pick(frames.objects(["a", "b"]), np.array([1, -1, 0])).tolist() == ["b", None, "a"]
    assert frames.pick(frames.objects([]), np.array([-1])).tolist() == [None]


def test_null_is_none_in_every_kind_of_column() -> None:
    for column in (pd.Series([1, None], dtype="Int64"), pd.Series([1.0, np.nan]), pd.Series(["a", None], dtype="str")):
        assert frames.nullable(column).tolist()[1] is None

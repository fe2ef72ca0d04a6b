from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.intake import texts


def test_trim_takes_white_space_of_any_width_and_leaves_nothing_as_null():
    held = pa.array(["\u3000 a b\t\n", "\u200b\ufeff", "  ", None, "\xa0c"])
    assert texts.trim(held).to_pylist() == ["a b", None, None, None, "c"]


def test_narrow_makes_full_width_digits_and_letters_plain():
    assert texts.narrow(pa.array(["Ａ１２\u3000３"])).to_pylist() == ["A12 3"]


# Letters whose lower case depends on the language or on their neighbours stand in no spelling.
LETTERS = st.one_of(st.characters(exclude_categories=("Lu", "Lt", "Cs")), st.sampled_from("ABCＡＢ１"))


@given(st.lists(st.one_of(st.none(), st.text(LETTERS))))
def test_flat_agrees_with_flat_one(words):
    many = texts.flat(pa.array(words, pa.string())).to_pylist()
    assert many == [None if word is None else texts.flat_one(word) or None for word in words]


@pytest.mark.parametrize(
    ("header", "bare"),
    [
        ("面积（平方米）", "面积"),
        ("面 积\n(㎡)", "面积"),
        ("户主*", "户主"),
        ("Area [m2]", "area"),
        ("电话【必填】：", "电话"),
        ("(序号)", "(序号)"),
    ],
)
def test_headers_are_compared_without_units_breaks_and_asterisks(header, bare):
    assert texts.without_brackets(texts.flat_header(header)) == bare


def test_kept_leaves_the_original_alone():
    held = texts.objects(pa.array(["a", "b"]))
    assert texts.kept(held, texts.as_mask(pa.array([True, False]))).tolist() == ["a", None]
    assert held.tolist() == ["a", "b"]

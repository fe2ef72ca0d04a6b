from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.intake import kinds
from gridmap.intake.texts import Column
from gridmap.intake.values import read_text, read_values
from gridmap.layer import Choice, Field
from tests.intake.layers_of_tests import SHOPS
from tests.intake.sheets import as_kinds, column


def values(field, *cells, **options):
    """Return the values (None where null) and the codes of the problems by row."""
    read = read_values(field, column(*cells), **options)
    held = [None if value is None or pd.isna(value) else value for value in read.values]
    found = {problem.code.partition(".")[2]: np.flatnonzero(problem.where).tolist() for problem in read.problems}
    return held, found


def field(type_, **options):
    return Field("f", "字段", "field", type=type_, **options)


@pytest.mark.parametrize(
    "written",
    [
        "2015.3.12",
        "2015/3/12",
        "2015-3-12",
        "2015-03-12",
        "2015年3月12日",
        "２０１５年３月１２日",
        "2015年3月12号",
        "20150312",
        20150312,
        " 2015. 3. 12 ",
        "2015-03-12 00:00:00",
        "2015-03-12T08:30",
        dt.date(2015, 3, 12),
    ],
)
def test_a_day_is_read_however_it_is_written(written):
    assert values(field("day"), written) == (["2015-03-12"], {})


def test_the_time_after_a_day_never_becomes_part_of_the_day():
    assert values(field("day"), "2015-1-1 08:30", "2015-1-10 8:30", "2015年1月1日8:30:05")[0] == [
        "2015-01-01",
        "2015-01-10",
        "2015-01-01",
    ]


@pytest.mark.parametrize(
    "written",
    ["2015.3", "2015.13.1", "2015.2.29", "0215-03-12", "12.3.2015", 42075, "三月", "2015-03-12x", "2150-01-01"],
)
def test_what_is_no_day_of_the_calendar_is_a_fault(written):
    assert values(field("day"), written) == ([None], {"not_day": [0]})


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.sampled_from(["%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日"]))
def test_every_day_comes_back_from_every_spelling(day, spelling):
    assert values(field("day"), day.strftime(spelling)) == ([day.isoformat()], {})


def test_yes_and_no_are_read_in_the_signs_of_registers():
    cells = ["√", "✓", "是", "有", "Y", 1, True, "×", "否", "无", "n", "0", False, None, "也许"]
    held, found = values(field("boolean"), *cells)
    assert held == [True] * 7 + [False] * 6 + [None, None]
    assert found == {"not_boolean": [14]}


def test_whole_numbers_are_read_with_separators_and_full_width_digits():
    held, found = values(field("integer"), "1,234", "１２", 3.0, "+4", "2.5", "nan", "1e3", "1,23", "三", 1e300)
    assert held == [1234, 12, 3, 4, None, None, 1000, None, None, None]
    assert found == {"not_integer": [4, 5, 7, 8, 9]}


def test_numbers_that_are_not_finite_are_faults():
    held, found = values(field("number"), "1,234.5", ".5", "-2.", "inf", "NaN", "1e400", "1.2.3", "")
    assert held == [1234.5, 0.5, -2.0, None, None, None, None, None]
    assert found == {"not_number": [3, 4, 5, 6]}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_of_a_spreadsheet_comes_back_exactly(number):
    assert values(field("number"), number) == ([number], {})


def test_bounds_are_allowed_and_what_lies_beyond_is_a_fault():
    held, found = values(SHOPS.by_name["staff"], 0, 500, -1, 501)
    assert held == [0, 500, None, None]
    assert found == {"out_of_bounds": [2, 3]}
    (problem,) = read_values(field("number", low=0), column(-1)).problems
    assert problem.inputs == {"low": "0", "high": "∞"}


def test_a_choice_is_known_by_value_both_languages_and_aliases():
    held, found = values(SHOPS.by_name["kind"], "stall", "小档口", "Small  Stall", "档口", "workshop", "饭店", None)
    assert held == ["stall"] * 4 + ["workshop", None, None]
    assert found == {"not_choice": [5]}
    (problem,) = read_values(SHOPS.by_name["kind"], column("饭店")).problems
    assert problem.inputs == {"allowed": "小档口 (stall), 小作坊 (workshop)"}


def test_a_choice_answered_by_yes_and_no_takes_the_signs_too():
    lit = field("choice", choices=(Choice("working", "亮", "lit", ("是",)), Choice("dark", "灭", "dark", ("否",))))
    assert values(lit, "√", "×", "是", "no") == (["working", "dark", "working", "dark"], {})


def test_a_required_cell_may_not_be_empty_and_an_optional_one_may():
    assert values(field("text", required=True), "a", None) == (["a", None], {"required": [1]})
    assert values(field("text"), "a", None) == (["a", None], {})


def test_an_error_of_the_spreadsheet_is_a_fault_of_its_own():
    broken = Column(column("#REF!", "1").texts, as_kinds([kinds.ERROR, kinds.NUMBER]))
    (problem,) = read_values(field("integer", required=True), broken).problems
    assert (problem.code, problem.where.tolist()) == ("intake.error_cell", [True, False])


def test_codes_end_as_text_without_exponent_or_point():
    assert values(field("text"), 440307010001, 13800138000, 440307010001001, 3.0, is_key=True) == (
        ["440307010001", "13800138000", "440307010001001", "3"],
        {},
    )


@pytest.mark.parametrize("cut", [1e15, 4.4e17, "4.4E+14", "4.40307e+11", 440307010001123000])
def test_a_long_number_that_a_spreadsheet_has_cut_is_a_fault(cut):
    assert values(field("text"), cut, "440307010001123456") == ([None, "440307010001123456"], {"number_cut": [0]})


def test_long_texts_of_digits_are_cut_only_if_all_end_in_zeros():
    cut = ("440307010001123000", "440307010001124000")
    assert values(field("text"), *cut)[1] == {"number_cut": [0, 1]}
    assert values(field("text"), *cut, "440307010001123456")[1] == {}
    assert values(field("text"), "4403070100011230")[1] == {}


def test_a_key_that_became_a_date_is_a_fault_but_a_remark_may_be_one():
    assert values(field("text"), dt.date(2015, 3, 12), is_key=True) == ([None], {"code_made_day": [0]})
    assert values(field("text"), dt.date(2015, 3, 12)) == (["2015-03-12"], {})


def test_full_width_codes_are_made_plain_and_other_texts_stay_as_written():
    assert read_text(column("Ａ１"), is_code=True).values.tolist() == ["A1"]
    assert read_text(column("老店（王母）")).values.tolist() == ["老店（王母）"]


def test_types_are_those_the_register_promises():
    types = {name: read_values(field(name), column(None, None)).values.dtype for name in ("text", "day", "number")}
    assert types == {"text": object, "day": object, "number": np.float64}
    assert read_values(field("integer"), column("1", None)).values.dtype == "Int64"
    assert read_values(field("boolean"), column("是", None)).values.dtype == "boolean"

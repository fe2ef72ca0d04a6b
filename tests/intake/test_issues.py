"""A register of issues as another ledger keeps it: times, words and ends, and every fault of every row in one pass."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from gridmap.errors import ArgumentError, FaultsError
from gridmap.intake.issues import IssueTerms, read_issues
from gridmap.intake.registers import Register
from gridmap.ledger.categories import Category
from tests.intake.sheets import workbook

NOW = dt.datetime(2016, 1, 1, tzinfo=dt.UTC)
KINDS = {"lamp": Category("lamp", "路灯不亮", "lamp out", "work_days", 5)}
HOLDERS = {"7": "7", "李一": "7"}
HEADER = (
    "工单号",
    "诉求类别",
    "受理渠道",
    "承办单位",
    "责任人",
    "受理时间",
    "限办时间",
    "办结时间",
    "处理结果",
    "具体事项",
)
ROW = (
    "A1",
    "路灯不亮",
    "热线",
    "城管办",
    "李一",
    "2015年3月2日8时30分",
    "2015-03-09",
    "2015-03-05 10:00",
    "已处理",
    "门口的灯",
)


def read(tmp_path: Path, *rows: tuple[object, ...], header: tuple[str, ...] = HEADER, **terms: Any) -> Register:
    path = workbook(tmp_path / "诉求.xlsx", {"台账": [header, *rows]})
    mapping = terms.pop("mapping", {})
    told = {"zone": ZoneInfo("Asia/Shanghai"), "now": NOW, "categories": KINDS, "holders": HOLDERS} | terms
    return read_issues(path, IssueTerms(**told), mapping=mapping)


def faults(found: Register) -> list[tuple[int | None, str, str]]:
    return [(fault.row, fault.column, fault.code.removeprefix("intake.")) for fault in found.faults]


def with_(**changes: object) -> tuple[object, ...]:
    """Return the row with cells changed by header."""
    return tuple(changes.get(header, value) for header, value in zip(HEADER, ROW, strict=True))


def test_a_row_is_read_in_the_words_of_a_chinese_register(tmp_path: Path) -> None:
    found = read(tmp_path, ROW)
    assert found.faults == ()
    row = found.frame.iloc[0]
    assert row[["number", "category", "source", "unit", "holder", "result", "text"]].tolist() == [
        *("A1", "lamp", "phone", "城管办", "7", "solved", "门口的灯"),
    ]
    assert row["reported"] == pd.Timestamp("2015-03-02 00:30", tz="UTC")
    assert row["closed"] == pd.Timestamp("2015-03-05 02:00", tz="UTC")


def test_what_a_row_does_not_say_is_said_for_all(tmp_path: Path) -> None:
    found = read(tmp_path, ("A1", "2015-03-02"), header=("编号", "登记时间"), category="lamp", source="superior")
    row = found.frame.iloc[0]
    assert row[["category", "source"]].tolist() == ["lamp", "superior"]
    assert row[["unit", "holder", "result", "of", "text"]].tolist() == [None] * 5
    assert pd.isna(row["due"])
    assert pd.isna(row["closed"])


def test_every_fault_of_every_row_is_found_in_one_pass(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        ROW,
        with_(工单号="A2", 受理时间="昨天", 责任人="无名氏", 诉求类别="天气"),
        with_(工单号="A3", 办结时间="2015-03-01", 处理结果=None),
        with_(工单号="A1"),
        with_(工单号="A5", 受理时间="2016-02-01", 办结时间=None),
    )
    assert faults(found) == [
        (3, "诉求类别", "not_choice"),
        (3, "责任人", "issue_holder"),
        (3, "受理时间", "not_instant"),
        (4, "办结时间", "issue_closed_early"),
        (5, "工单号", "duplicate_key"),
        (6, "受理时间", "issue_future"),
    ]
    assert found.frame["number"].tolist() == ["A1"]
    assert [one.row for one in found.refused] == [3, 4, 5, 6]


def test_what_somebody_said_stands_in_no_message(tmp_path: Path) -> None:
    cut = with_(具体事项=123456789012345678)
    found = read(tmp_path, cut)
    assert faults(found) == [(2, "具体事项", "number_cut")]
    assert "12345" not in found.faults[0].say()
    assert "<personal>" in found.faults[0].say()


def test_words_that_are_told_win_over_those_that_are_known(tmp_path: Path) -> None:
    words = {"result": {"已处理": "explained"}, "source": {"*": "one_key"}, "category": {"-": "lamp"}}
    found = read(tmp_path, with_(诉求类别=None, 受理渠道="微信"), words=words)
    assert found.frame[["category", "source", "result"]].to_numpy().tolist() == [["lamp", "one_key", "explained"]]


def test_a_result_without_an_end_and_a_state_say_nothing(tmp_path: Path) -> None:
    header = (*HEADER, "状态")
    found = read(tmp_path, (*with_(办结时间=None), "已关闭"), header=header)
    assert found.faults == ()
    assert pd.isna(found.frame["closed"].iloc[0])


@pytest.mark.parametrize(
    "wrong",
    [{"category": "weather"}, {"source": "wechat"}, {"words": {"unit": {"a": "b"}}}, {"words": {"result": {"a": "b"}}}],
)
def test_a_word_of_ours_that_is_none_is_refused_before_the_file_is_read(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError):
        read(tmp_path, ROW, **wrong)


def test_a_sheet_without_numbers_or_times_is_no_register_of_issues(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="reported"):
        read(tmp_path, ("A1", "lamp"), header=("编号", "类别"))

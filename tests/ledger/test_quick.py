"""Quick entry: a stop number and a word a line."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from gridmap.errors import ArgumentError
from gridmap.ledger.quick import QuickEntry

STOPS = {number: ("households", f"H{number}") for number in range(1, 21)}
EVENING = dt.datetime(2015, 3, 12, 19, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def sheet() -> QuickEntry:
    """Sheet 2015-0001 of twenty households, led by Li from half past seven on."""
    return QuickEntry("2015-0001", STOPS, lead="7", at=EVENING, companions=("8",))


@pytest.mark.parametrize(
    ("line", "stop", "outcome", "note"),
    [
        ("12 met", 12, "met", ""),
        ("12 m", 12, "met", ""),
        ("12m", 12, "met", ""),
        ("１２见", 12, "met", ""),
        (" 3 Absent ", 3, "absent", ""),
        ("4 拒，不愿开门, 改天", 4, "refused", "不愿开门, 改天"),
        ("5 锁门空置; 电表不转", 5, "locked", "电表不转"),
        ("6 v", 6, "moved", ""),
        ("7 不", 7, "not_eligible", ""),
        ("8 done @19:45", 8, "met", ""),
    ],
)
def test_a_line_is_a_stop_and_a_word(sheet: QuickEntry, line: str, stop: int, outcome: str, note: str) -> None:
    entry = sheet.take(line)
    assert (entry.stop, entry.outcome, entry.note) == (stop, outcome, note)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "ledger.quick_line"),
        ("met 12", "ledger.quick_line"),
        ("12", "ledger.quick_line"),
        ("21 met", "ledger.quick_stop"),
        ("0 met", "ledger.quick_stop"),
        ("12 perhaps", "ledger.quick_word"),
        ("12 met 24:10", "ledger.quick_time"),
    ],
)
def test_a_wrong_line_is_said_and_leaves_nothing(sheet: QuickEntry, line: str, code: str) -> None:
    with pytest.raises(ArgumentError) as wrong:
        sheet.take(line)
    assert wrong.value.code == code
    assert wrong.value.say("zh")
    assert sheet.entries() == []


def test_a_time_moves_the_lines_after_it(sheet: QuickEntry) -> None:
    for line in ("1 m", "2 m 19:50", "3 m"):
        sheet.take(line)
    assert [visit.at.astimezone(EVENING.tzinfo).strftime("%H:%M") for visit in sheet.visits()] == [
        "19:30",
        "19:50",
        "19:50",
    ]


def test_the_last_line_of_a_stop_counts_and_undo_takes_it_back(sheet: QuickEntry) -> None:
    for line in ("1 m", "2 a", "1 r"):
        sheet.take(line)
    assert [(entry.stop, entry.outcome) for entry in sheet.entries()] == [(2, "absent"), (1, "refused")]
    undone = sheet.undo()
    assert undone is not None
    assert undone.outcome == "refused"
    assert [(entry.stop, entry.outcome) for entry in sheet.entries()] == [(1, "met"), (2, "absent")]
    sheet.undo()
    sheet.undo()
    assert sheet.undo() is None


def test_the_same_lines_make_the_same_visits(sheet: QuickEntry) -> None:
    other = QuickEntry("2015-0001", STOPS, lead="7", at=EVENING, companions=("8",))
    for one in (sheet, other):
        one.take("1 m, 有狗")
        one.take("2 a")
    assert sheet.visits() == other.visits()
    assert len({visit.id for visit in sheet.visits()}) == 2
    salted = QuickEntry("2015-0001", STOPS, lead="7", at=EVENING, companions=("8",), salt="founded then")
    salted.take("1 m, 有狗")
    assert salted.visits()[0].id not in {visit.id for visit in sheet.visits()}
    first = sheet.visits()[0]
    assert (first.layer, first.key, first.sheet, first.lead, first.companions) == (
        "households",
        "H1",
        "2015-0001",
        "7",
        ("8",),
    )
    assert "有狗" not in repr(first)

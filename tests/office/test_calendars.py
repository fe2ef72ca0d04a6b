"""The office's calendar: the settings say where it comes from, its own notices have the last word."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gridmap.errors import ArgumentError, RefusedError
from gridmap.office import doctor
from gridmap.office.auditing import read_audit
from gridmap.office.calendars import calendar_from, calendar_of, due, import_calendar, list_calendar
from gridmap.office.wiring import Office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.settings import Settings
from gridmap.store.calendars import calendar_days
from tests.office.conftest import Sheet

SHANGHAI, BOSTON = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
CADRE = Person("zhang", "cadre")


def notice(sheet: Sheet, *rows: tuple[str, str]) -> Path:
    return sheet("notice.xlsx", ("日期", "是否上班"), *rows)


def test_an_office_in_china_keeps_its_holidays_and_another_its_weekdays() -> None:
    here, there = calendar_from(Settings(), SHANGHAI, {}), calendar_from(Settings(), BOSTON, {})
    assert [one.is_working("2015-10-01").tolist() for one in (here, there)] == [[False], [True]]
    assert there.zone == BOSTON


def test_the_settings_choose_holidays_and_hours() -> None:
    night = Settings(holidays="weekdays", office_hours=(("22:00", "06:00"),))
    found = calendar_from(night, SHANGHAI, {})
    assert found.hours == ((dt.time(22), dt.time(6)),)
    assert found.is_working("2015-10-01").all()


def test_a_table_knows_its_own_years_alone() -> None:
    table = Settings(holidays="table")
    with pytest.raises(ArgumentError, match="gridmap calendar import"):
        calendar_from(table, BOSTON, {})
    found = calendar_from(table, BOSTON, {dt.date(2015, 7, 3): False})
    assert found.years == (2015,)
    assert found.is_working(["2015-07-02", "2015-07-03"]).tolist() == [True, False]


def test_a_notice_comes_in_once_and_changes_what_is_due(office: Office, sheet: Sheet) -> None:
    start = dt.datetime(2026, 12, 30, 10, tzinfo=SHANGHAI)
    with pytest.raises(ArgumentError, match="2027"):
        due(CADRE, office, "work_days", 2, start)
    path = notice(sheet, ("2027-01-01", "否"), ("2027-01-02", "是"))
    report = import_calendar(LOCAL_ADMINISTRATOR, office, path)
    assert (report.counts["added"], report.kept, report.fault_sheet) == (2, True, None)
    assert not import_calendar(LOCAL_ADMINISTRATOR, office, path).kept
    assert due(CADRE, office, "work_days", 2, start) == dt.datetime(2027, 1, 2, 18, tzinfo=SHANGHAI)
    with office.reading_whole() as tx:
        assert calendar_of(office, tx).years[-1] == 2027
    newest = read_audit(LOCAL_ADMINISTRATOR, office, limit=1).iloc[0]
    assert (newest["action"], newest["subject"]) == ("import", "calendar")


def test_a_dry_run_and_a_strict_refusal_keep_nothing(office: Office, sheet: Sheet) -> None:
    path = notice(sheet, ("2027-01-01", "否"), ("2027-01-02", "?"))
    dry = import_calendar(LOCAL_ADMINISTRATOR, office, path, dry_run=True)
    strict = import_calendar(LOCAL_ADMINISTRATOR, office, path, strict=True)
    assert (dry.counts["added"], dry.counts["rejected"], dry.kept) == (1, 1, False)
    assert (strict.refused, strict.kept) == (True, False)
    assert strict.fault_sheet is not None
    assert strict.fault_sheet.name == "notice.faults.xlsx"
    with office.reading_whole() as tx:
        assert calendar_days(tx) == {}


def test_only_those_who_rule_bring_a_notice_in(office: Office, sheet: Sheet) -> None:
    with pytest.raises(RefusedError):
        import_calendar(CADRE, office, notice(sheet, ("2027-01-01", "否")))
    with pytest.raises(RefusedError):
        list_calendar(Person("somebody", "public"), office, 2015)


def test_a_year_is_listed_by_its_exceptions(office: Office, sheet: Sheet) -> None:
    import_calendar(LOCAL_ADMINISTRATOR, office, notice(sheet, ("2015-12-31", "否"), ("2015-12-30", "是")))
    found = list_calendar(CADRE, office, 2015).set_index("day")
    assert not found.loc["2015-10-01", "working"]
    assert found.loc["2015-10-10"].to_dict() == {"weekday": 6, "working": True, "stated": False}
    assert found.loc["2015-12-31"].to_dict() == {"weekday": 4, "working": False, "stated": True}
    assert found.loc["2015-12-30", "stated"], "stated, though it is as the week has it"
    assert "2015-10-03" not in found.index, "a Saturday off is as the week has it"


def test_the_doctor_looks_at_the_offices_own_calendar(office: Office, sheet: Sheet) -> None:
    november = dt.date(2026, 11, 20)
    assert "doctor.holidays_next" in {one.code for one in doctor.examine(office.home, november)}
    import_calendar(LOCAL_ADMINISTRATOR, office, notice(sheet, ("2027-01-01", "否")))
    assert "doctor.holidays" in {one.code for one in doctor.examine(office.home, november)}


def test_the_settings_of_the_home_are_those_of_the_calendar(office: Office) -> None:
    office.settings = replace(office.settings, office_hours=(("08:00", "12:00"),))
    with office.reading_whole() as tx:
        assert calendar_of(office, tx).hours == ((dt.time(8), dt.time(12)),)

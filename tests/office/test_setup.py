"""An office is founded, looked over, copied away and brought back."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gridmap.errors import ArgumentError, ConflictError, RefusedError, StoreError
from gridmap.office import doctor
from gridmap.office.auditing import read_audit, verify_audit
from gridmap.office.clock import FixedClock, SystemClock
from gridmap.office.copying import backup, restore, upgrade_store
from gridmap.office.setup import found_office
from gridmap.office.wiring import Office, load_layers, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.settings import FILE, Settings, write_settings


def states(findings: list[doctor.Finding]) -> dict[str, str]:
    return {finding.code: finding.state for finding in findings}


def test_an_office_is_founded_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    found_office(LOCAL_ADMINISTRATOR, home, name=" 大鹏 ", zone="America/New_York")
    assert home.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in home.iterdir())
    with open_office(home) as office:
        assert (office.store.office().name, office.clock.zone) == ("大鹏", ZoneInfo("America/New_York"))
        assert read_audit(LOCAL_ADMINISTRATOR, office)["action"].tolist() == ["found"]


@pytest.mark.parametrize(("name", "zone"), [("", "Asia/Shanghai"), ("x", "Mars/Olympus"), ("x", "../etc/passwd")])
def test_an_empty_name_or_unknown_zone_founds_nothing(tmp_path: Path, name: str, zone: str) -> None:
    with pytest.raises(ArgumentError):
        found_office(LOCAL_ADMINISTRATOR, tmp_path / "home", name=name, zone=zone)
    assert not (tmp_path / "home").exists()


def test_a_second_office_in_one_home_is_refused(empty_office: Office) -> None:
    with pytest.raises(ConflictError):
        found_office(LOCAL_ADMINISTRATOR, empty_office.home, name="other")


def test_a_planner_founds_no_office(tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        found_office(Person("p", "planner"), tmp_path / "home", name="x")


def test_where_no_office_is_kept_opening_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="gridmap init"):
        open_office(tmp_path)


def test_a_demo_office_has_a_clock_that_stands_still(empty_office: Office) -> None:
    write_settings(empty_office.home, Settings(demo_instant="2015-12-31T23:30:00+08:00"))
    with open_office(empty_office.home) as demo:
        assert demo.clock.today() == dt.date(2015, 12, 31)
        assert demo.clock.now() == demo.clock.now() == dt.datetime(2015, 12, 31, 15, 30, tzinfo=dt.UTC)


def test_the_day_of_an_office_is_that_of_its_zone() -> None:
    late = dt.datetime(2015, 12, 31, 17, 0, tzinfo=dt.UTC)
    assert FixedClock(late, ZoneInfo("Asia/Shanghai")).today() == dt.date(2016, 1, 1)
    assert SystemClock(ZoneInfo("UTC")).now().tzinfo is dt.UTC


def test_the_layers_are_loaded_by_name() -> None:
    assert {"households", "streetlights", "roads", "care_places"} <= set(load_layers())


def test_doctor_finds_an_office_at_head(empty_office: Office) -> None:
    found = states(doctor.examine(empty_office.home, dt.date(2026, 6, 1)))
    assert found["doctor.store_at_head"] == "ok"
    assert found["doctor.holidays"] == "ok"


def test_doctor_looks_at_the_key_of_the_audit(empty_office: Office) -> None:
    today, key = dt.date(2026, 6, 1), empty_office.home / "audit.key"
    assert states(doctor.examine(empty_office.home, today))["doctor.audit_key"] == "ok"
    key.chmod(0o640)
    assert states(doctor.examine(empty_office.home, today))["doctor.audit_key_open"] == "warn"
    secret = key.read_text(encoding="ascii")
    key.write_text(secret[:-9], encoding="ascii")
    assert states(doctor.examine(empty_office.home, today))["store.audit_key"] == "fail"
    key.unlink()
    assert states(doctor.examine(empty_office.home, today))["doctor.audit_key_missing"] == "warn"


def test_doctor_says_where_there_is_no_office_and_where_its_settings_are_wrong(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("snap_m = -1", encoding="utf-8")
    found = states(doctor.examine(tmp_path, dt.date(2026, 6, 1)))
    assert found["doctor.no_office"] == "warn"
    assert found["settings.faults"] == "fail"


def test_doctor_refuses_a_store_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "office.db").write_bytes(b"not a database, and long enough to look like one" * 40)
    found = doctor.examine(tmp_path, dt.date(2026, 6, 1))
    assert any(one.state == "fail" and one.code.startswith("store.") for one in found)


@pytest.mark.parametrize(
    ("today", "code", "state"),
    [
        (dt.date(2026, 10, 31), "doctor.holidays", "ok"),
        (dt.date(2026, 11, 1), "doctor.holidays_next", "warn"),
        (dt.date(2099, 1, 1), "doctor.holidays_missing", "fail"),
    ],
)
def test_doctor_warns_of_missing_holidays_from_november(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, today: dt.date, code: str, state: str
) -> None:
    monkeypatch.setattr(doctor, "CHINA_YEARS", range(2004, 2027))
    assert states(doctor.examine(tmp_path, today))[code] == state


def test_doctor_names_the_font_or_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    monkeypatch.setattr(doctor, "_FONT_FOLDERS", (str(tmp_path),))
    assert doctor._chinese_font(doctor.shutil.which) == ""
    (tmp_path / "NotoSansCJK-Regular.ttc").touch()
    assert doctor._chinese_font(doctor.shutil.which) == "NotoSansCJK-Regular"


def test_doctor_fails_where_another_package_hides_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    beside = doctor._folder("gridmap")
    monkeypatch.setattr(doctor, "_folder", lambda name: tmp_path if name == "api" else beside)
    found = [one for one in doctor.examine(tmp_path, dt.date(2026, 6, 1)) if one.code == "doctor.neighbour_missing"]
    assert [(one.state, one.inputs["name"]) for one in found] == [("fail", "api")]


def test_a_backup_is_restored_and_the_present_store_is_put_aside(empty_office: Office, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    copy = backup(LOCAL_ADMINISTRATOR, empty_office, tmp_path / "copies" / "office.db")
    aside = restore(LOCAL_ADMINISTRATOR, empty_office.home, copy)
    assert aside is not None
    assert aside.is_file()
    actions = read_audit(LOCAL_ADMINISTRATOR, empty_office)["action"].tolist()
    assert actions == ["restore", "backup", "found"]


def test_a_store_at_head_needs_no_upgrade(empty_office: Office) -> None:
    assert upgrade_store(LOCAL_ADMINISTRATOR, empty_office.home) is None
    assert read_audit(LOCAL_ADMINISTRATOR, empty_office)["action"].tolist() == ["found"]


class TestTheKeyOfTheAudit:
    @pytest.fixture
    def copy(self, empty_office: Office, tmp_path: Path) -> Path:
        """A copy of the office's store; the head of its audit stands beside it, the key does not."""
        (tmp_path / "copies").mkdir()
        made = backup(LOCAL_ADMINISTRATOR, empty_office, tmp_path / "copies" / "office.db")
        assert sorted(one.name for one in made.parent.iterdir()) == ["office.db", "office.db.head"]
        return made

    def test_signs_from_the_first_row_on(self, empty_office: Office) -> None:
        assert (empty_office.home / "audit.key").stat().st_mode & 0o777 == 0o600
        report = verify_audit(LOCAL_ADMINISTRATOR, empty_office)
        assert (report.ok, report.rows, report.signed) == (True, 1, 1)

    def test_shows_at_a_restore_that_a_copy_was_cut_short(
        self, empty_office: Office, copy: Path, tmp_path: Path
    ) -> None:
        later = backup(LOCAL_ADMINISTRATOR, empty_office, tmp_path / "copies" / "later.db")
        shutil.copy(copy, later)
        with pytest.raises(StoreError, match="audit"):
            restore(LOCAL_ADMINISTRATOR, empty_office.home, later)
        later.with_name("later.db.head").write_text('{"rows": 2, "hash": "x", "signed": "y"}')
        with pytest.raises(StoreError, match="audit"):
            restore(LOCAL_ADMINISTRATOR, empty_office.home, later)
        assert restore(LOCAL_ADMINISTRATOR, empty_office.home, copy) is not None

    def test_of_another_home_signs_what_comes_after(self, copy: Path, tmp_path: Path) -> None:
        home = tmp_path / "new"
        assert restore(LOCAL_ADMINISTRATOR, home, copy) is None
        with open_office(home) as office:
            report = verify_audit(LOCAL_ADMINISTRATOR, office)
            # Those of the copy, which the lost key has signed, are bound and no more proven.
            assert (report.ok, report.rows, report.signed) == (True, 4, 2)
            assert read_audit(LOCAL_ADMINISTRATOR, office)["action"].tolist()[:2] == ["restore", "audit_key"]

    def test_is_not_left_where_nothing_was_restored(self, copy: Path, tmp_path: Path) -> None:
        copy.write_bytes(b"no store")
        with pytest.raises(StoreError):
            restore(LOCAL_ADMINISTRATOR, tmp_path / "new", copy)
        assert not (tmp_path / "new" / "audit.key").exists()

    def test_that_is_lost_is_drawn_again_by_an_upgrade(self, empty_office: Office) -> None:
        home = empty_office.home
        (home / "audit.key").unlink()
        with open_office(home) as office:
            assert verify_audit(LOCAL_ADMINISTRATOR, office).reason == "store.audit_no_key"
            with pytest.raises(StoreError, match="upgrade"):
                backup(LOCAL_ADMINISTRATOR, office, home / "copy.db")
        assert upgrade_store(LOCAL_ADMINISTRATOR, home) is None
        with open_office(home) as office:
            report = verify_audit(LOCAL_ADMINISTRATOR, office)
            assert (report.ok, report.rows, report.signed) == (True, 2, 1)

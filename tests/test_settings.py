"""Settings: defaults where nothing is set, every fault of the file named at once, written whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.errors import SettingsError
from gridmap.settings import FILE, Settings, default_home, read_settings, write_settings


def test_without_a_file_every_setting_has_its_default(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == Settings()


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    given = Settings(
        lang="en",
        code_lengths={"big": 11, "middle": 12, "small": 15},
        snap_m=2.5,
        retention_days={"households.phone": 365},
        lamp_radius_m={"": 25.0, "residential": 20.5},
        dark_from_m={"": 40},
        load_limit={"grid_worker": 300},
        office_hours=(("07:30", "11:00"), ("20:00", "01:30")),
        holidays="weekdays",
        escalate_days=2.0,
        remind_hours=12.0,
        trusted_proxies=("127.0.0.1", "fd00::/8"),
        requests_a_minute=0,
        requests_a_minute_address=100,
        upload_megabytes=8,
        job_threads=3,
        oidc_issuer="https://login.example.cn/office",
        oidc_client_id="gridmap",
        database="postgresql+psycopg://clerk@127.0.0.1:5432/office",
        demo_instant="2015-12-31T18:30:00+08:00",
    )
    write_settings(tmp_path, given)
    assert read_settings(tmp_path) == given
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('lang = "fr"', "lang"),
        ("code_lengths = { big = 12, middle = 12, small = 15 }", "code_lengths"),
        ("code_lengths = { big = 12, small = 15 }", "code_lengths"),
        ("snap_m = -1", "snap_m"),
        ("snap_m = nan", "snap_m"),
        ("gap_width_m = true", "gap_width_m"),
        ("bounds_margin_m = inf", "bounds_margin_m"),
        ('retention_days = { "phone" = 3 }', "retention_days"),
        ("lamp_radius_m = 25.0", "lamp_radius_m"),
        ('lamp_radius_m = { "residential" = 20.0 }', "lamp_radius_m"),
        ('dark_from_m = { "" = 0 }', "dark_from_m"),
        ('load_limit = { "grid_worker" = 0 }', "load_limit"),
        ('database = "office.db"', "database"),
        ('database = "postgresql+psycopg://clerk:secret@127.0.0.1/office"', "database"),
        ('demo_instant = "2015-12-31T18:30:00"', "demo_instant"),
        ('office_hours = [["09:00", "12:00"], ["11:00", "18:00"]]', "office_hours"),
        ('office_hours = [["09:00", "12:00"], ["14:00", "10:00"]]', "office_hours"),
        ('office_hours = [["nine", "five"]]', "office_hours"),
        ('office_hours = "09:00-18:00"', "office_hours"),
        ("office_hours = []", "office_hours"),
        ("office_hours = 9", "office_hours"),
        ('holidays = "never"', "holidays"),
        ("escalate_days = 0", "escalate_days"),
        ('escalate_days = "soon"', "escalate_days"),
        ("remind_hours = -1", "remind_hours"),
        ('trusted_proxies = "127.0.0.1"', "trusted_proxies"),
        ('trusted_proxies = ["the proxy"]', "trusted_proxies"),
        ("trusted_proxies = [1]", "trusted_proxies"),
        ("requests_a_minute = -1", "requests_a_minute"),
        ("requests_a_minute_address = 1.5", "requests_a_minute_address"),
        ("upload_megabytes = 0", "upload_megabytes"),
        ("job_threads = -1", "job_threads"),
        ('oidc_issuer = "http://login.example.cn"', "oidc_issuer"),
        ('oidc_issuer = "http://127.0.0.1.example.cn"', "oidc_issuer"),
        ("oidc_client_id = 'a\"b'", "oidc_client_id"),
        ("dragons = 1", "dragons"),
    ],
)
def test_a_bad_setting_is_named_with_what_is_allowed(tmp_path: Path, line: str, named: str) -> None:
    (tmp_path / FILE).write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError, match=named):
        read_settings(tmp_path)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('lang = "fr"\nsnap_m = -1\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"lang.*snap_m"):
        read_settings(tmp_path)


def test_what_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"lang = \xff")
    with pytest.raises(SettingsError, match=FILE):
        read_settings(tmp_path)


def test_the_home_is_the_variable_else_a_folder_of_the_user() -> None:
    assert default_home({"GRIDMAP_HOME": "/srv/office"}) == Path("/srv/office")
    assert default_home({}).parts[-3:] == (".local", "share", "gridmap")

"""The working calendar at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gridmap.cli.main import app
from gridmap.office.setup import found_office
from gridmap.people.person import LOCAL_ADMINISTRATOR


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A new office without a grid."""
    found_office(LOCAL_ADMINISTRATOR, tmp_path / "home", name="大鹏")
    return tmp_path / "home"


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(home)], catch_exceptions=False)


def test_due_says_when_and_json_says_it_with_the_offset(home: Path) -> None:
    asked = ("calendar", "due", "work_days", "5", "--from", "2015-09-30T17:55+08:00")
    assert "2015-10-13 18:00" in run(home, *asked).stdout
    assert json.loads(run(home, *asked, "--json").stdout)["due"] == "2015-10-13T18:00:00+08:00"


def test_what_no_clock_runs_and_a_year_without_data_exit_with_2(home: Path) -> None:
    assert run(home, "calendar", "due", "sand", "5").exit_code == 2
    refused = run(home, "calendar", "due", "work_days", "5", "--from", "2099-09-30T17:55+08:00")
    assert refused.exit_code == 2
    assert "gridmap calendar import" in refused.stderr


def test_a_year_is_shown(home: Path) -> None:
    shown = json.loads(run(home, "calendar", "show", "2015", "--json").stdout)
    assert shown["office_hours"] == [["09:00", "12:00"], ["14:00", "18:00"]]
    assert {"day": "2015-10-10", "weekday": 6, "working": True, "stated": False} in shown["days"]
    assert "2015-10-10" in run(home, "calendar", "show", "2015").stdout


def test_a_notice_comes_in_and_its_bad_rows_exit_with_1(home: Path, tmp_path: Path) -> None:
    notice = tmp_path / "2027.csv"
    notice.write_text("day,working\n2027-01-01,no\n2027-01-02,perhaps\n", encoding="utf-8")
    done = run(home, "calendar", "import", str(notice))
    assert done.exit_code == 1
    assert "2027.faults.xlsx" in done.stdout
    again = json.loads(run(home, "calendar", "import", str(notice), "--json").stdout)
    assert (again["counts"]["unchanged"], again["kept"]) == (1, False)

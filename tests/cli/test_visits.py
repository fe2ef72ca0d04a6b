"""Visits at the terminal: one, a sheet, a printed sheet by its numbers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from gridmap.cli.main import app
from gridmap.grid.grid import Grid
from gridmap.office.grids import publish_grid
from gridmap.office.setup import found_office
from gridmap.office.wiring import open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR
from gridmap.settings import Settings, write_settings
from tests.office.conftest import CLOCK, LENGTHS, village_cells
from tests.office.visited import BIG, SMALL, book, settle


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the village's office, whose clock stands at the last evening of 2015."""
    folder = tmp_path_factory.mktemp("village")
    home = folder / "home"
    found_office(LOCAL_ADMINISTRATOR, home, name="大鹏", clock=CLOCK)
    write_settings(home, Settings(demo_instant=CLOCK.instant.isoformat()))
    with open_office(home) as office:
        publish_grid(
            LOCAL_ADMINISTRATOR, office, Grid(village_cells(), LENGTHS), name="2015", valid_from=dt.date(2015, 1, 1)
        )
        settle(office, folder)
    return home


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A copy of that home, for one test alone."""
    copy = tmp_path / "home"
    copy.mkdir(mode=0o700)
    for file in founded.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


def run(home: Path, *words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["visits", *words, "--home", str(home)], input=typed, catch_exceptions=False)


def told(home: Path, *words: str) -> Any:
    done = run(home, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_one_visit_is_recorded_listed_masked_and_corrected(home: Path) -> None:
    said = ("--lead", "7", "--layer", "households", "--key", "H1", "--outcome", "met", "--at", "2015-12-30T19:30")
    made = told(home, "record", *said, "--note", "门口有狗")
    assert (made["recorded"], made["flagged"]) == (1, 0)
    (row,) = told(home, "list")
    assert (row["key"], row["outcome"], row["at"], row["note"]) == ("H1", None, None, None)
    assert run(home, "list", "--reveal", "outcome").exit_code == 2
    (row,) = told(home, "list", "--reveal", "outcome", "--reveal", "note", "--reason", "a complaint")
    assert (row["outcome"], row["note"]) == ("met", "门口有狗")
    assert told(home, "correct", made["visit"], "--outcome", "absent")["recorded"] == 1
    assert told(home, "correct", made["visit"], "--outcome", "absent")["repeated"] == 1
    (row,) = told(home, "list", "--reveal", "outcome", "--reveal", "note", "--reason", "a complaint")
    assert (row["outcome"], row["note"], row["corrects"]) == ("absent", "门口有狗", made["visit"])
    assert len(told(home, "list", "--every")) == 2
    shown = run(home, "list")
    assert "H1" in shown.stdout
    assert "absent" not in shown.stdout


def test_what_is_wrong_with_a_visit_is_said_whole(home: Path) -> None:
    done = run(home, "record", "--lead", "77", "--key", "H1", "--outcome", "gone", "--at", "19:30")
    assert done.exit_code == 2
    assert all(word in done.output for word in ("77", "gone", "layer and key"))
    assert run(home, "record", "--lead", "7", "--cell", BIG, "--outcome", "met", "--at", "half past").exit_code == 2
    assert run(home, "correct", "0f8fad5b-d9cb-469f-a165-70867728950e", "--outcome", "met").exit_code == 3
    assert told(home, "list") == []


def test_a_sheet_of_visits_with_bad_rows(home: Path, tmp_path: Path) -> None:
    rows = [("H1", "见到", "19:30"), ("H9", "无人", "19:40"), ("H2", None, None)]
    path = book(tmp_path / "visits.xlsx", ("户编号", "结果", "时间"), *rows)
    done = run(home, "import", str(path), "--lead", "李一", "--day", "2015-12-30")
    assert done.exit_code == 1
    assert "H9" in done.stdout
    assert "visits.faults.xlsx" in done.stdout
    again = run(home, "import", str(path), "--lead", "李一", "--day", "2015-12-30", "--json")
    held = json.loads(again.stdout)
    assert (held["recorded"], held["repeated"], held["blank"], len(held["faults"])) == (0, 1, 1, 1)
    assert run(home, "export", str(tmp_path / "out.xlsx")).exit_code == 0
    assert (tmp_path / "out.xlsx").exists()


def test_a_printed_sheet_is_entered_line_by_line(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "tonight.xlsx"
    made = run(home, "sheet", str(target), "--cell", BIG, "--layer", "households", "--layer", "businesses")
    assert made.exit_code == 0, made.output
    assert "2015-0001" in made.stdout
    assert [row["stops"] for row in told(home, "sheets")] == [3]
    typed = "1 m\n9 m\n2 perhaps\n2 a 17:50, 明天再来\n3 r\nundo\n3 见\n\n1 absent\n"
    done = run(home, "quick", "2015-0001", "--lead", "李一", "--at", "17:30", typed=typed)
    assert done.exit_code == 0, done.output
    assert done.stdout.count("say it again") == 2
    assert "3 visits recorded" in done.stdout
    assert "明天再来" not in done.stdout
    rows = told(home, "list", "--reveal", "outcome", "--reveal", "at", "--reason", "a check")
    assert {row["key"]: row["outcome"] for row in rows} == {"H1": "met", "H2": "absent", "S1": "met"}
    assert {row["key"]: row["at"][11:16] for row in rows} == {"H1": "09:30", "H2": "09:50", "S1": "09:50"}


def test_a_stop_that_cannot_be_recorded_is_named(home: Path, tmp_path: Path) -> None:
    run(home, "sheet", str(tmp_path / "s.xlsx"), "--cell", SMALL)
    done = run(home, "quick", "2015-0001", "--lead", "7", "--at", "23:30", typed="1 m\n")
    assert done.exit_code == 1
    assert "Stop 1:" in done.stdout
    assert run(home, "quick", "2015-0002", "--lead", "7", typed="\n").exit_code == 3
    assert told(home, "list") == []

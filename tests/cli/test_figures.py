"""`gridmap figures`: n of N on the screen, flat JSON, groups, the rows behind a number, a workbook."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from gridmap.cli.main import app
from tests.office.lived import found

ON = ("--on", "2015-10-31", "--as-of", "2016-01-01T00:00+08:00")


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """Ask for figures of a village that has lived through a year."""
    folder = tmp_path_factory.mktemp("lived")
    home = folder / "home"
    found(home, folder)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["figures", *ON, *words, "--home", str(home)], catch_exceptions=False)


def test_a_share_stands_with_both_its_numbers(ask: Callable[..., Result]) -> None:
    said = ask().stdout
    line = next(line for line in said.splitlines() if "closed share" in line)
    assert "1 of 2" in line
    assert "50.0 %" in line
    asked = next(line for line in said.splitlines() if "satisfied of those asked" in line)
    assert "0 of 0" in asked
    assert "n/a" in asked


def test_json_is_flat_and_null_where_there_is_no_number(ask: Callable[..., Result]) -> None:
    flat = json.loads(ask("--json").stdout)
    assert flat["households.covered"] == 2
    assert flat["issues.closed_share"] == 0.5
    assert flat["issues.satisfied_share"] is None
    assert not [value for value in flat.values() if isinstance(value, dict | list)]


def test_groups_stand_in_lines(ask: Callable[..., Result]) -> None:
    rows = json.loads(ask("--by", "cell", "--json").stdout)
    assert [row["cell"] for row in rows] == ["440307010001", "440307010002", "none"]
    assert sum(row["filed"] for row in rows) == 2
    said = ask("--by", "category").stdout
    assert "streetlight" in said
    assert "50.0 %" in said


def test_a_number_leads_to_its_rows(ask: Callable[..., Result]) -> None:
    assert "issues.closed: 1 counted in 1 rows" in ask("--follow", "issues.closed").stdout
    assert json.loads(ask("--follow", "issues.closed", "--json").stdout)[0]["state"] == "closed"
    assert ask("--follow", "issues.popularity").exit_code == 3


def test_a_workbook_holds_them(ask: Callable[..., Result], tmp_path: Path) -> None:
    target = tmp_path / "figures.xlsx"
    assert str(target) in ask("--out", str(target)).stdout
    sheet = openpyxl.load_workbook(target).worksheets[0]
    lines = [row for row in sheet.iter_rows(values_only=True) if row[1] == "closed share"]
    assert [row[2:5] for row in lines] == [(1, 2, 0.5), (1, 2, 0.5)]


def test_groups_and_rows_are_two_questions(ask: Callable[..., Result]) -> None:
    assert ask("--by", "cell", "--follow", "issues.closed").exit_code == 2

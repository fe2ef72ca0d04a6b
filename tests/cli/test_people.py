"""The commands about people, on the village of the errands' tests."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from gridmap.cli.main import app
from gridmap.office.wiring import Office
from tests.office.conftest import SOUTH, STEP, WEST, empty_office, office, village

__all__ = ["empty_office", "office", "village"]

SMALL, BIG = "440307010001101", "440307010001"
PHONE = "13800000007"
HEADER = ("工号", "姓名", "层级", "所在部门", "联系电话", "责任网格", "起")


def run(office: Office, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(office.home)], catch_exceptions=False)


def told(result: Result) -> object:
    return json.loads(result.stdout)


@pytest.fixture
def roster_file(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (
        HEADER,
        ("1", "Zhou", "主要领导", "office", None, BIG, "2015-01-01"),
        ("7", "Li", "网格员", "harbour", PHONE, SMALL, "2015-01-01"),
    ):
        book.active.append(list(row))
    path = tmp_path / "roster.xlsx"
    book.save(path)
    return path


@pytest.fixture
def staffed(office: Office, roster_file: Path) -> Office:
    result = run(office, "roster", "import", str(roster_file))
    assert result.exit_code == 0, result.output
    assert "The roster is kept." in result.stdout
    return office


def test_the_same_roster_twice_says_that_nothing_changed(staffed: Office, roster_file: Path) -> None:
    again = told(run(staffed, "roster", "import", str(roster_file), "--json"))
    assert again["kept"] is False
    assert again["counts"]["unchanged"] == 2


def test_bad_rows_are_said_and_found(office: Office, roster_file: Path) -> None:
    book = openpyxl.load_workbook(roster_file)
    book.active.append(["9", "Qian", "网格员", "harbour", None, "lighthouse", None])
    book.save(roster_file)
    result = run(office, "roster", "import", str(roster_file), "--dry-run")
    assert result.exit_code == 1
    assert "lighthouse is no cell" in result.stdout


def test_the_list_shows_posts_and_no_telephone(staffed: Office) -> None:
    shown = run(staffed, "roster", "list").stdout
    assert "Li" in shown
    assert "grid worker" in shown
    assert PHONE not in shown
    assert PHONE in run(staffed, "roster", "list", "--reveal", "phone", "--reason", "a call").stdout
    assert [row["cell"] for row in told(run(staffed, "roster", "list", "--json"))] == [BIG, SMALL]


def test_findings_are_found(staffed: Office) -> None:
    result = run(staffed, "roster", "findings")
    assert result.exit_code == 1
    assert "has no head" in result.stdout
    kinds = {row["kind"] for row in told(run(staffed, "roster", "findings", "--json"))}
    assert "no_head" in kinds


def test_who_says_the_chain_with_its_reasons(staffed: Office) -> None:
    shown = run(staffed, "who", SMALL).stdout
    assert "Li (7), grid worker, harbour, answers since 2015-01-01" in shown
    assert "Zhou (1) is head of" in shown
    assert "coordinating team" in shown
    assert PHONE not in shown


def test_who_at_a_place_is_who_of_its_cell(staffed: Office) -> None:
    place = f"{WEST + STEP / 2},{SOUTH + STEP / 2}"
    answer = told(run(staffed, "who", "--at", place, "--on", "2015-10-31", "--json"))
    assert (answer["cell"], answer["name"], answer["how"]) == (SMALL, "Li", "head")
    assert [row["how"] for row in answer["chain"]] == ["head", "nobody", "head", "team"]
    assert "phone" not in answer


def test_a_telephone_needs_a_reason(staffed: Office) -> None:
    assert run(staffed, "who", SMALL, "--reveal", "phone").exit_code == 2
    result = run(staffed, "who", SMALL, "--reveal", "phone", "--reason", "a burst pipe")
    assert PHONE in result.stdout


def test_before_the_first_term_the_team_answers(staffed: Office) -> None:
    assert "team above the office answers" in run(staffed, "who", "440307010002101").stdout


@pytest.mark.parametrize("words", [(), (SMALL, "--at", "1,2"), ("--at", "here"), ("--at", "1,2,3")])
def test_who_takes_one_cell_or_one_place(staffed: Office, words: tuple[str, ...]) -> None:
    assert run(staffed, "who", *words).exit_code == 2


def test_an_unknown_cell_is_not_found(staffed: Office) -> None:
    assert run(staffed, "who", "9").exit_code == 3

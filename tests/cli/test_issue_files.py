"""The commands about files and photos of issues, categories and service items, on the village."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from gridmap.cli.main import app
from gridmap.office.wiring import Office
from tests.office.conftest import Sheet, empty_office, office, sheet, village

__all__ = ["empty_office", "office", "sheet", "village"]

TICKETS = """NO,OPENED,CLOSED,HOW,LON,LAT
A1,03/02/2015 08:00:00 AM,03/04/2015 05:30:00 PM,Fixed,114.4825,22.5925
A2,03/03/2015 09:00:00 AM,,,114.4825,22.5925
A3,soon,,,114.4825,22.5925
"""
READ = ("--map", "NO=number", "--map", "OPENED=reported", "--map", "CLOSED=closed", "--map", "HOW=result")
SAID = ("--category", "road", "--word", "result:Fixed=solved", "--crs", "EPSG:4326", "--zone", "Asia/Shanghai")


def run(office: Office, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--home", str(office.home)], catch_exceptions=False)


@pytest.fixture
def tickets(office: Office, tmp_path: Path) -> Path:
    """Another office's tickets; this one keeps the categories that the product ships."""
    assert run(office, "categories", "defaults", "--on", "2015-01-01").exit_code == 0
    path = tmp_path / "tickets.csv"
    path.write_text(TICKETS, encoding="utf-8")
    return path


def test_issues_come_in_go_out_and_come_in_again(office: Office, tickets: Path, tmp_path: Path) -> None:
    done = run(office, "issues", "import", str(tickets), *READ, *SAID)
    assert done.exit_code == 1
    assert "row 4, OPENED: soon is no day and time" in done.stdout.replace("\n", " ")
    listed = json.loads(run(office, "issues", "list", "--json").stdout)
    assert [one["state"] for one in listed] == ["closed", "filed"]
    again = run(office, "issues", "import", str(tickets), *READ, *SAID, "--json")
    assert json.loads(again.stdout)["counts"]["unchanged"] == 2
    out = tmp_path / "out.xlsx"
    assert run(office, "issues", "export", str(out), "--state", "open").exit_code == 0
    assert len(list(openpyxl.load_workbook(out).worksheets[0].rows)) == 2
    assert run(office, "issues", "import", str(out), "--crs", "EPSG:4326").exit_code == 0


def test_slips_of_the_hand_are_told(office: Office, tickets: Path) -> None:
    for slip in (("--word", "Fixed=solved"), ("--zone", "Mars/Base")):
        done = run(office, "issues", "import", str(tickets), *READ, *slip)
        assert done.exit_code == 2
        assert slip[1] in done.output


def test_a_photo_is_added_listed_and_written_out(office: Office, tickets: Path, tmp_path: Path) -> None:
    run(office, "issues", "import", str(tickets), *READ, *SAID)
    picture = tmp_path / "lamp.png"
    Image.linear_gradient("L").save(picture)
    assert "Photo 1" in run(office, "issues", "photo", "2015-00001", str(picture)).stdout
    assert "already" in run(office, "issues", "photo", "2015-00001", str(picture)).stdout
    (kept,) = json.loads(run(office, "issues", "photos", "2015-00001", "--json").stdout)
    assert (kept["photo"], kept["width"]) == (1, 256)
    target = tmp_path / "out.jpg"
    assert run(office, "issues", "photo-out", "1", str(target)).exit_code != 0
    assert run(office, "issues", "photo-out", "1", str(target), "--reason", "repair plan").exit_code == 0
    assert target.read_bytes()[:3] == b"\xff\xd8\xff"


def test_categories_and_services_are_workbooks(office: Office, sheet: Sheet, tmp_path: Path) -> None:
    city = tmp_path / "city.xlsx"
    assert run(office, "categories", "template", str(city)).exit_code == 0
    done = run(office, "categories", "import", str(city), "--on", "2015-01-01")
    assert (done.exit_code, "Kept." in done.stdout) == (0, True)
    listed = json.loads(run(office, "categories", "list", "--json").stdout)
    out = tmp_path / "out.xlsx"
    assert run(office, "categories", "export", str(out)).exit_code == 0
    again = json.loads(run(office, "categories", "import", str(out), "--json").stdout)
    assert again["counts"]["unchanged"] == len(listed)
    items = sheet("items.xlsx", ("number", "name", "department"), ("001", "residence permit", "service centre"))
    assert run(office, "services", "import", str(items)).exit_code == 0
    assert "residence permit" in run(office, "services", "list").stdout
    assert run(office, "services", "export", str(tmp_path / "items-out.xlsx")).exit_code == 0

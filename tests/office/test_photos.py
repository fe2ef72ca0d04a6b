"""Photos of an issue: redrawn, kept once, looked at with a reason by whoever does not deal with it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from PIL import Image

from gridmap.errors import ArgumentError, NotFoundError, RefusedError
from gridmap.ledger.categories import Category
from gridmap.office.auditing import read_audit
from gridmap.office.copying import backup, restore
from gridmap.office.importing import Source
from gridmap.office.issue_cards import erase_issue
from gridmap.office.issue_files import IssueSource, import_issues
from gridmap.office.photos import add_photo, erase_photo, list_photos, write_photo
from gridmap.office.wiring import Office, open_office
from gridmap.people.person import LOCAL_ADMINISTRATOR, Person
from gridmap.store import categories
from tests.office.conftest import CLOCK, Sheet

NUMBER = "2015-00001"
READER = Person("reader", "reader")


@pytest.fixture
def with_issue(office: Office, sheet: Sheet) -> Office:
    """An office that keeps one issue."""
    with office.writing_whole() as tx:
        road = Category("road", "道路", "road", "natural_days", 5)
        categories.keep_categories(tx, {"road": road}, on=dt.date(2015, 1, 1))
    path = sheet("issues.xlsx", ("number", "category", "opened"), ("1", "road", "2015-03-02 08:00"))
    import_issues(LOCAL_ADMINISTRATOR, office, IssueSource(Source(path)))
    return office


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "pothole.png"
    Image.linear_gradient("L").save(path)
    return path


def test_a_photo_is_kept_once_however_often_it_is_added(with_issue: Office, snapshot: Path) -> None:
    first = add_photo(LOCAL_ADMINISTRATOR, with_issue, NUMBER, snapshot)
    assert first[1]
    assert add_photo(LOCAL_ADMINISTRATOR, with_issue, NUMBER, snapshot) == (first[0], False)
    kept = list_photos(READER, with_issue, NUMBER)
    assert kept[["number", "width", "height"]].to_numpy().tolist() == [[NUMBER, 256, 256]]


def test_a_photo_comes_back_as_a_picture(with_issue: Office, snapshot: Path, tmp_path: Path) -> None:
    number, _ = add_photo(LOCAL_ADMINISTRATOR, with_issue, NUMBER, snapshot)
    target = write_photo(LOCAL_ADMINISTRATOR, with_issue, number, tmp_path / "out.jpg", reason="repair plan")
    with Image.open(target) as back:
        assert (back.format, back.size) == ("JPEG", (256, 256))
    assert read_audit(LOCAL_ADMINISTRATOR, with_issue)["action"].tolist()[:2] == ["reveal", "photo"]


def test_whoever_does_not_deal_with_the_issue_needs_a_reason_or_sees_none(
    with_issue: Office, snapshot: Path, tmp_path: Path
) -> None:
    number, _ = add_photo(LOCAL_ADMINISTRATOR, with_issue, NUMBER, snapshot)
    with pytest.raises(ArgumentError, match="reason"):
        write_photo(LOCAL_ADMINISTRATOR, with_issue, number, tmp_path / "out.jpg")
    with pytest.raises(RefusedError):
        write_photo(READER, with_issue, number, tmp_path / "out.jpg", reason="curious")
    assert not (tmp_path / "out.jpg").exists()


def test_an_erased_photo_is_gone_from_the_file_and_from_a_copy_brought_back(
    with_issue: Office, snapshot: Path, tmp_path: Path
) -> None:
    number, _ = add_photo(LOCAL_ADMINISTRATOR, with_issue, NUMBER, snapshot)
    copy = backup(LOCAL_ADMINISTRATOR, with_issue, tmp_path / "copy.db")
    assert erase_photo(LOCAL_ADMINISTRATOR, with_issue, number, reason="asked by the owner") == 1
    assert list_photos(LOCAL_ADMINISTRATOR, with_issue, NUMBER).empty
    with pytest.raises(NotFoundError):
        write_photo(LOCAL_ADMINISTRATOR, with_issue, number, tmp_path / "out.jpg", reason="x")
    with_issue.store.close()
    restore(LOCAL_ADMINISTRATOR, with_issue.home, copy)
    with open_office(with_issue.home, clock=CLOCK) as again:
        assert list_photos(LOCAL_ADMINISTRATOR, again, NUMBER).empty
    for path in with_issue.home.glob("office.db*"):
        assert b"\xff\xd8\xff" not in path.read_bytes()


def test_erasing_an_issue_takes_its_photos_along(with_issue: Office, snapshot: Path) -> None:
    add_photo(LOCAL_ADMINISTRATOR, with_issue, NUMBER, snapshot)
    assert erase_issue(LOCAL_ADMINISTRATOR, with_issue, NUMBER, reason="asked by the owner") == 1
    assert list_photos(LOCAL_ADMINISTRATOR, with_issue, NUMBER).empty


def test_what_is_not_there_is_named(with_issue: Office, snapshot: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="2015-00009"):
        add_photo(LOCAL_ADMINISTRATOR, with_issue, "2015-00009", snapshot)
    with pytest.raises(NotFoundError, match="77"):
        write_photo(LOCAL_ADMINISTRATOR, with_issue, 77, tmp_path / "out.jpg", reason="x")
    with pytest.raises(ArgumentError, match="jpg"):
        write_photo(LOCAL_ADMINISTRATOR, with_issue, 1, tmp_path / "out.gif", reason="x")
    with pytest.raises(RefusedError):
        add_photo(READER, with_issue, NUMBER, snapshot)

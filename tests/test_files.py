from __future__ import annotations

from pathlib import Path

import pytest

from gridmap.errors import FileError
from gridmap.files import whole_file


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    kept = tmp_path / "台账.xlsx"
    kept.write_text("old")
    return kept


def test_the_old_file_stands_until_the_new_one_is_whole(ledger: Path) -> None:
    with whole_file(ledger) as written:
        written.write_text("new")
        assert ledger.read_text() == "old"
    assert ledger.read_text() == "new"


def test_a_failed_writing_leaves_the_old_file_and_nothing_beside_it(ledger: Path) -> None:
    def write_half() -> None:
        with whole_file(ledger) as written:
            written.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert ledger.read_text() == "old"
    assert list(ledger.parent.iterdir()) == [ledger]


def test_only_its_owner_may_read_the_file(ledger: Path) -> None:
    with whole_file(ledger) as written:
        written.write_text("new")
    assert ledger.stat().st_mode & 0o777 == 0o600


def test_the_path_to_write_to_is_free_and_has_the_targets_name(tmp_path: Path) -> None:
    """GDAL chooses by the suffix and will not write onto an empty file."""
    with whole_file(tmp_path / "cells.gpkg") as written:
        assert written.name == "cells.gpkg"
        assert not written.exists()
        written.write_text("")


@pytest.mark.parametrize(("name", "code"), [("missing/cells.gpkg", "files.no_folder"), ("", "files.is_folder")])
def test_a_target_that_cannot_be_is_refused_by_name(tmp_path: Path, name: str, code: str) -> None:
    with pytest.raises(FileError) as caught, whole_file(tmp_path / name):
        pass
    assert caught.value.code == code
    assert str(tmp_path) in str(caught.value)

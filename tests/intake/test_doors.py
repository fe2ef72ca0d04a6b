"""What may come in at all: regular files under plain names, whose bytes are what their names say."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from gridmap.errors import FileError
from gridmap.intake import doors
from gridmap.intake.limits import Limits

GEOJSON = b'{"type":"FeatureCollection","features":[]}'


@pytest.fixture
def room(tmp_path: Path) -> Path:
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    path = tmp_path / "lamps.geojson"
    path.write_bytes(GEOJSON)
    return path


def refusal(path: Path, room: Path, limits: Limits | None = None) -> FileError:
    with pytest.raises(FileError) as caught:
        doors.take(path, room, limits or Limits())
    return caught.value


@pytest.mark.parametrize(
    "name", ["/vsicurl/http/x.geojson", "/vsizip/a.zip/a.geojson", "http://host/a.geojson", "s3://b/a.gpkg", "a\nb.csv"]
)
def test_a_name_that_gdal_would_read_as_an_address_is_refused(name: str, room: Path) -> None:
    assert refusal(Path(name), room).code == "intake.name"


def test_the_digest_is_of_the_bytes_that_are_parsed(lamps: Path, room: Path) -> None:
    taken = doors.take(lamps, room, Limits())
    lamps.write_bytes(b'{"another": "file"}')
    assert taken.path.read_bytes() == GEOJSON
    assert taken.digest == hashlib.sha256(GEOJSON).hexdigest()


def test_the_copy_bears_nothing_of_the_file_s_own_name(lamps: Path, room: Path) -> None:
    assert doors.take(lamps, room, Limits()).path == room / "input.geojson"


def test_a_link_is_not_followed(lamps: Path, room: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.geojson"
    link.symlink_to(lamps)
    assert refusal(link, room).code == "intake.symlink"


def test_a_pipe_a_folder_and_a_device_are_refused_without_waiting(room: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    assert refusal(tmp_path / "pipe.csv", room).code == "intake.not_regular"
    assert refusal(tmp_path / "folder.csv", room).code == "intake.not_regular"
    link = tmp_path / "zero.csv"
    link.symlink_to("/dev/zero")
    assert refusal(link, room).code == "intake.symlink"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.csv", None, "intake.missing"),
        ("empty.csv", b"", "intake.empty"),
        ("a.exe", b"MZ", "intake.extension"),
        ("a", b"x", "intake.extension"),
        ("a.xlsm", b"PK\x03\x04", "intake.extension"),
        ("a.geojson", b"<OGRVRTDataSource/>", "intake.magic"),
        ("a.xlsx", GEOJSON, "intake.magic"),
        ("a.gpkg", b"PK\x03\x04", "intake.magic"),
        ("a.csv", b"PK\x03\x04", "intake.magic"),
        ("a.shp", b"\x00\x00\x00\x00", "intake.magic"),
    ],
)
def test_the_first_bytes_must_be_such_as_the_name_says(
    name: str, content: bytes | None, code: str, room: Path, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name, room).code == code


def test_a_file_above_the_limit_is_refused_by_its_size(lamps: Path, room: Path) -> None:
    error = refusal(lamps, room, Limits(file_bytes=10))
    assert error.code == "intake.file_bytes"
    assert error.inputs == {"found": len(GEOJSON), "allowed": 10}


def test_a_geojson_of_200_mb_is_refused_without_being_read(lamps: Path, room: Path) -> None:
    with lamps.open("r+b") as file:
        file.truncate(200 * 1024 * 1024)
    assert refusal(lamps, room).code == "intake.file_bytes"
    assert not any(one.stat().st_size for one in room.iterdir())


def test_sidecars_are_those_of_the_same_stem_in_either_case(room: Path, tmp_path: Path) -> None:
    for name in ("a.shp", "a.SHX", "a.dbf", "b.prj", "a.txt"):
        (tmp_path / name).write_bytes(b"\x00\x00\x27\x0a" + name.encode())
    doors.take(tmp_path / "a.shp", room, Limits())
    assert sorted(one.name for one in room.iterdir()) == ["input.dbf", "input.shp", "input.shx"]


def test_a_sidecar_that_is_a_link_is_refused(room: Path, tmp_path: Path) -> None:
    (tmp_path / "a.shp").write_bytes(b"\x00\x00\x27\x0a")
    (tmp_path / "a.prj").symlink_to("/etc/hostname")
    assert refusal(tmp_path / "a.shp", room).code == "intake.symlink"


def test_sidecars_count_towards_the_size_of_the_file(room: Path, tmp_path: Path) -> None:
    (tmp_path / "a.shp").write_bytes(b"\x00\x00\x27\x0a")
    (tmp_path / "a.dbf").write_bytes(bytes(100))
    assert refusal(tmp_path / "a.shp", room, Limits(file_bytes=50)).inputs == {"found": 104, "allowed": 50}

"""A photo is drawn anew: what one sees comes in, and nothing else of the file."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gridmap.errors import FileError
from gridmap.intake.limits import MEBIBYTE
from gridmap.intake.photos import PHOTO_LIMITS, Photo, read_photo

ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825
TIGHT = replace(PHOTO_LIMITS, parse_seconds=2, parse_bytes=400 * MEBIBYTE)


def noise(width: int, height: int) -> Image.Image:
    small = np.random.default_rng(1).integers(0, 255, (height // 8, width // 8, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height))


def drawn(photo: Photo) -> Image.Image:
    return Image.open(io.BytesIO(photo.jpeg), formats=("JPEG",))


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A photo as a phone keeps it: lying on its side, with its place, a name and a preview."""
    told = Image.Exif()
    told[ORIENTATION], told[DESCRIPTION] = 6, "who took it"
    place = told.get_ifd(GPS)
    place[1], place[2] = "N", (22.0, 35.0, 30.0)
    path = tmp_path / "IMG_0001.JPG"
    noise(3000, 2000).save(path, "JPEG", exif=told, comment=b"a comment", icc_profile=b"a profile", xmp=b"<xmp/>")
    return path


def test_a_photo_stands_upright_and_no_side_is_longer_than_2048(snapshot: Path) -> None:
    photo = read_photo(snapshot)
    assert (photo.width, photo.height) == (1365, 2048)
    assert drawn(photo).size == (1365, 2048)
    assert photo.digest == hashlib.sha256(photo.jpeg).hexdigest()


def test_nothing_but_the_pixels_comes_in(snapshot: Path) -> None:
    photo = read_photo(snapshot)
    assert set(drawn(photo).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert dict(drawn(photo).getexif()) == {}
    for secret in (b"Exif", b"who took it", b"a comment", b"a profile", b"xmp"):
        assert secret in snapshot.read_bytes()
        assert secret not in photo.jpeg


def test_the_same_file_gives_the_same_bytes_and_a_small_picture_keeps_its_size(tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    noise(64, 40).save(path)
    first = read_photo(path)
    assert first == read_photo(path)
    assert (first.width, first.height) == (64, 40)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_picture(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "kind.png"
    Image.new(mode, (9, 7)).save(path)
    assert drawn(read_photo(path)).mode == "RGB"


def test_what_is_transparent_shows_white(tmp_path: Path) -> None:
    path = tmp_path / "clear.webp"
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(path, lossless=True)
    assert drawn(read_photo(path)).getpixel((4, 4)) == (255, 255, 255)


def bomb(path: Path) -> None:
    """900 million pixels in less than a megabyte."""
    Image.new("1", (30_000, 30_000)).save(path)


def told_too_large(path: Path) -> None:
    """A small file whose header tells of a picture 60,000 pixels wide and high."""
    Image.new("L", (8, 8)).save(path)
    head = bytearray(path.read_bytes())
    head[16:24] = (60_000).to_bytes(4) * 2
    head[29:33] = zlib.crc32(head[12:29]).to_bytes(4)
    path.write_bytes(head)


def long_text(path: Path) -> None:
    """A png with a text that unfolds to a gigabyte."""
    Image.new("L", (8, 8)).save(path)
    packed = b"zTXt" + b"k\0\0" + zlib.compress(b"x" * 200_000_000)
    chunk = (len(packed) - 4).to_bytes(4) + packed + zlib.crc32(packed).to_bytes(4)
    data = path.read_bytes()
    path.write_bytes(data[:33] + chunk + data[33:])


def cut_off(path: Path) -> None:
    out = io.BytesIO()
    noise(800, 600).save(out, "JPEG" if path.suffix == ".jpg" else "PNG")
    path.write_bytes(out.getvalue()[: len(out.getvalue()) // 2])


def writing(data: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data) and None


HOSTILE = {
    "bomb.png": (bomb, "intake.pixels"),
    "told.png": (told_too_large, "intake.pixels"),
    "text.png": (long_text, "intake.unreadable"),
    "cut.jpg": (cut_off, "intake.unreadable"),
    "cut.png": (cut_off, "intake.unreadable"),
    "noise.jpg": (writing(b"\xff\xd8\xff" + bytes(range(256)) * 8), "intake.no_picture"),
    "script.jpg": (writing(b"<script>alert(1)</script>"), "intake.magic"),
    "other.png": (writing(b"GIF89a" + bytes(100)), "intake.magic"),
    "disguise.jpg": (writing(b"\x89PNG\r\n\x1a\n" + bytes(100)), "intake.magic"),
    "drawing.svg": (writing(b"<svg/>"), "intake.extension"),
    "nothing.png": (writing(b""), "intake.empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_damaged_picture_is_refused(tmp_path: Path, name: str) -> None:
    make, code = HOSTILE[name]
    make(tmp_path / name)
    with pytest.raises(FileError) as refused:
        read_photo(tmp_path / name, limits=TIGHT)
    assert refused.value.code == code
    assert name in str(refused.value)


def test_a_link_is_not_followed(tmp_path: Path, snapshot: Path) -> None:
    (tmp_path / "link.jpg").symlink_to(snapshot)
    with pytest.raises(FileError, match="link"):
        read_photo(tmp_path / "link.jpg")

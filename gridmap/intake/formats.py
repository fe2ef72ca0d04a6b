"""The formats that are read: their names, the bytes they must begin with, and the parser that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from gridmap.errors import FileError

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SQLITE = b"SQLite format 3\x00"
PARQUET = b"PAR1"
SHAPE = b"\x00\x00\x27\x0a"
PBF = b"OSMHeader"
JPEG = b"\xff\xd8\xff"
PNG = b"\x89PNG\r\n\x1a\n"
WEBP = b"WEBP"
HEAD_BYTES = 512


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its extensions, the parser module in `gridmap.intake.parsers`, and whether GDAL reads it."""

    name: str
    extensions: tuple[str, ...]
    parser: str
    gdal: bool = False


FORMATS = (
    Format("xlsx", (".xlsx",), "workbook"),
    Format("xls", (".xls",), "workbook"),
    Format("csv", (".csv",), "table"),
    Format("geojson", (".geojson", ".json"), "json", gdal=True),
    Format("topojson", (".topojson",), "json", gdal=True),
    Format("gpkg", (".gpkg",), "geopackage", gdal=True),
    Format("shapefile", (".shp",), "shapefile", gdal=True),
    Format("geoparquet", (".parquet", ".geoparquet"), "parquet"),
    Format("osm", (".pbf",), "osm", gdal=True),
    Format("zip", (".zip",), "package", gdal=True),
)
# No register: a photo of an issue.
PICTURES = (
    Format("jpeg", (".jpg", ".jpeg"), "picture"),
    Format("png", (".png",), "picture"),
    Format("webp", (".webp",), "picture"),
)
BY_NAME = {one.name: one for one in (*FORMATS, *PICTURES)}
BY_EXTENSION = {extension: one for one in FORMATS for extension in one.extensions}
ALLOWED = ", ".join(BY_EXTENSION)


def named(path: PurePath, among: Sequence[Format] = FORMATS) -> Format:
    """Return the one of the formats that the name of `path` states; FileError for an extension that is not read."""
    by_extension = {extension: one for one in among for extension in one.extensions}
    found = by_extension.get(path.suffix.lower())
    if found is None:
        raise FileError("intake.extension", extension=path.suffix or "-", allowed=", ".join(by_extension))
    return found


# Where in a file of the format which bytes stand.
_MAGIC = {
    "zip": (0, ZIP),
    "xls": (0, COMPOUND),
    "gpkg": (0, SQLITE),
    "geoparquet": (0, PARQUET),
    "shapefile": (0, SHAPE),
    "jpeg": (0, JPEG),
    "png": (0, PNG),
    "webp": (8, WEBP),
}


def held(head: bytes) -> str:
    """Return the name of what the first bytes of a file belong to: a format's name, `json`, or `text`, `binary`."""
    for name, (at, magic) in _MAGIC.items():
        if head.startswith(magic, at):
            return name
    if PBF in head[:32]:
        return "osm"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if b"\x00" in head:
        return "binary"
    return "json" if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" else "text"


def agree(stated: Format, head: bytes) -> None:
    """Raise FileError unless the first bytes are such as a file of the stated format has."""
    allowed = {
        "xlsx": ("zip",),
        "geojson": ("json",),
        "topojson": ("json",),
        "csv": ("text", "json", "binary"),
    }.get(stated.name, (stated.name,))
    found = held(head)
    if stated.name == "xlsx" and found == "xls":
        raise FileError("intake.encrypted_book")
    if found not in allowed:
        raise FileError("intake.magic", stated=stated.name, found=found)

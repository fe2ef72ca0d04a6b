"""Files that hurt, small on disk, built when a test asks for one."""

from __future__ import annotations

import random
import sqlite3
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import openpyxl

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_OPEN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_CLOSE = b"</sheetData></worksheet>"
_COLLECTION = b'{"type":"FeatureCollection","features":['
_FEATURE = b'{"type":"Feature","properties":{},"geometry":'


def workbook(path: Path, members: Mapping[str, bytes], level: int = 9) -> Path:
    """Write an xlsx in which some members are replaced or added."""
    plain = BytesIO()
    openpyxl.Workbook().save(plain)
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as book,
    ):
        for name in source.namelist():
            if name not in members:
                book.writestr(name, source.read(name))
        for name, content in members.items():
            book.writestr(name, content)
    return path


def sheet(rows: bytes) -> dict[str, bytes]:
    return {SHEET: _OPEN + rows + _CLOSE}


def features(path: Path, *geometries: bytes) -> Path:
    path.write_bytes(_COLLECTION + b",".join(_FEATURE + one + b"}" for one in geometries) + b"]}")
    return path


def point_far_out(path: Path) -> Path:
    return workbook(path, sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row><c r="XFD1048576"><v>2</v></c></row>'))


def two_cells_wide_apart(path: Path) -> Path:
    return workbook(path, sheet(b'<row r="1"><c r="SR1"><v>1</v></c></row><row r="2"><c r="A49999"><v>2</v></c></row>'))


def two_cells_spaced_out(path: Path) -> Path:
    return workbook(path, sheet(b"<row><c r = 'SR1'><v>1</v></c></row><row><c r= \"A49999\"><v>2</v></c></row>"))


def prefixed_cells_without_names(path: Path) -> Path:
    return workbook(path, sheet(b"<x:row>" + b"<x:c/>" * 100_000 + b"</x:row>"), level=0)


def repeated_rows(path: Path) -> Path:
    return workbook(path, sheet((b"<row>" + b"<c><v>1</v></c>" * 10 + b"</row>") * 400_000))


def many_rows(path: Path) -> Path:
    numbers = random.Random(1)
    return workbook(
        path, sheet(b"".join(b"<row><c><v>%d</v></c></row>" % numbers.randrange(10**6) for _ in range(60_000)))
    )


_BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<sst><si><t>&b;</t></si></sst>"
)


def entities(path: Path) -> Path:
    return workbook(path, {STRINGS: _BILLION_LAUGHS})


def entities_in_utf16(path: Path) -> Path:
    return workbook(path, {STRINGS: _BILLION_LAUGHS.decode().encode("utf-16")})


def one_long_text_in_many_cells(path: Path) -> Path:
    text = bytes(random.Random(1).choices(b"abcdefghijklmnop", k=32_000))
    row = b"".join(b'<c r="%c%%d" t="s"><v>1</v></c>' % letter for letter in b"ABCDEFGHIJ")
    rows = b"".join(b'<row r="%d">' % n + row % ((n,) * 10) + b"</row>" for n in range(1, 3_000))
    return workbook(path, {STRINGS: b"<sst><si><t>x</t></si><si><t>" + text + b"</t></si></sst>"} | sheet(rows))


def directory_that_lies(path: Path) -> Path:
    workbook(path, sheet(b"<row><c><v>1</v></c></row>" * 2_000))
    data = bytearray(path.read_bytes())
    at = data.rfind(SHEET.encode()) - 46
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    return path


def members_that_overlap(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("a.geojson", b"x" * 100)
        book.writestr("b.geojson", b"x" * 100)
    data = bytearray(path.read_bytes())
    at = data.rfind(b"b.geojson") - 46
    data[at + 42 : at + 46] = struct.pack("<I", 0)
    path.write_bytes(data)
    return path


def encrypted_member(path: Path) -> Path:
    workbook(path, {})
    data = bytearray(path.read_bytes())
    at = data.rfind(SHEET.encode()) - 46
    data[at + 8] |= 1
    path.write_bytes(data)
    return path


def member_named_twice(path: Path) -> Path:
    return workbook(path, {"XL/worksheets/SHEET1.xml": b"<x/>"})


def many_members(path: Path) -> Path:
    return workbook(path, {f"m{n}": b"" for n in range(1_100)})


def zipped(*members: tuple[str, bytes]) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        with zipfile.ZipFile(path, "w") as file:
            for name, content in members:
                file.writestr(name, content)
        return path

    return write


def link_in_a_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        member = zipfile.ZipInfo("a.geojson")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(member, "/etc/passwd")
    return path


def written(content: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return write


def nested_collections(depth: int) -> Callable[[Path], Path]:
    opened, closed = b'{"type":"GeometryCollection","geometries":[', b"]}"
    return lambda path: features(path, opened * depth + b'{"type":"Point","coordinates":[0,0]}' + closed * depth)


def million_vertices(path: Path) -> Path:
    return features(path, b'{"type":"Polygon","coordinates":[[' + b"[1,2]," * 1_000_000 + b"[1,2]]]}")


def many_features(path: Path) -> Path:
    return features(path, *[b"null"] * 60_000)


def a_key_a_feature(path: Path) -> Path:
    one = b'{"type":"Feature","geometry":null,"properties":{"k%d":1}}'
    path.write_bytes(_COLLECTION + b",".join(one % n for n in range(50_000)) + b"]}")
    return path


def number_without_end(path: Path) -> Path:
    return features(path, b'{"type":"Point","coordinates":[1,2]}', b'{"type":"Point","coordinates":[1e400,2]}')


def one_long_text(path: Path) -> Path:
    path.write_bytes(b'{"type":"FeatureCollection","name":"' + b"\\" * 20_000_000 + b'","features":[]}')
    return path


def geopackage(statement: str) -> Callable[[Path], Path]:
    """Write the least that GDAL takes for a GeoPackage, and one more statement."""

    def write(path: Path) -> Path:
        file = sqlite3.connect(path)
        file.executescript(
            "PRAGMA application_id = 1196444487;"
            "CREATE TABLE gpkg_spatial_ref_sys (srs_name, srs_id INTEGER PRIMARY KEY, organization,"
            " organization_coordsys_id, definition, description);"
            "CREATE TABLE gpkg_contents (table_name, data_type, identifier, description, last_change,"
            " min_x, min_y, max_x, max_y, srs_id);"
            "CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m);"
            "CREATE TABLE lamps (fid INTEGER PRIMARY KEY, pole TEXT);"
        )
        file.execute(statement)
        file.commit()
        file.close()
        return path

    return write


def osm_block(payload: bytes, stated: int | None = None) -> Callable[[Path], Path]:
    """Write one block of the type that begins every extract, its data field holding `payload`."""
    size = len(payload) if stated is None else stated
    header = b"\x0a\x09OSMHeader\x18" + _varint(size)
    return written(struct.pack(">I", len(header)) + header + payload)


def osm_zlib(size: int) -> bytes:
    packed = zlib.compress(bytes(size), 9)
    return b"\x1a" + _varint(len(packed)) + packed


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])

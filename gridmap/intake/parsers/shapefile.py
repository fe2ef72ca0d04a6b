"""Shapefiles: the headers of the three files against their sizes, and the encoding of the attributes."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridmap.errors import FileError
from gridmap.intake.job import Job
from gridmap.intake.parts import Part

_HEAD = 100  # of .shp and .shx
_RECORD_HEAD = 8
_NEEDED = (".shx", ".dbf")
_DBF_HEAD = struct.Struct("<4xIHH20x")
_DBF_FIELD = struct.Struct("<11sc4xB15x")
_PRJ_BYTES = 16_384
_SAMPLE_BYTES = 1 << 20
_CHINESE = ("gbk", "gb2312", "gb18030", "cp936", "936")


def inspect(job: Job) -> None:
    """Refuse missing sidecars, more rows or columns than allowed, records that share bytes or reach past the file."""
    missing = [suffix for suffix in _NEEDED if not job.path.with_suffix(suffix).exists()]
    if missing:
        raise FileError("intake.sidecar", missing=", ".join(missing))
    lengths = _record_lengths(job.path.with_suffix(".shx"))
    # An index may name one record many times over: small on disk, endless when read.
    if len(lengths) and (lengths.min() < _RECORD_HEAD or lengths.sum() + _HEAD > job.path.stat().st_size):
        raise FileError("intake.shapefile", member=".shx")
    table = job.path.with_suffix(".dbf")
    rows, head, width, names = _table(table)
    job.limits.check_size(max(rows, len(lengths)), len(names))
    if head + rows * width > table.stat().st_size:
        raise FileError("intake.shapefile", member=".dbf")
    projection = job.path.with_suffix(".prj")
    if projection.exists() and projection.stat().st_size > _PRJ_BYTES:
        raise FileError("intake.shapefile", member=".prj")


def parse(job: Job) -> Iterator[Part]:
    """Yield the one layer."""
    from gridmap.intake.parsers import vector

    yield from vector.read_all(job.path, job, encoding=job.encoding or encoding_of(job.path))


def encoding_of(path: Path) -> str | None:
    """Return the encoding of the attributes: what .cpg states if the table is in it, else UTF-8 or GB18030.

    None leaves any other code page to GDAL.
    """
    texts = _texts(path.with_suffix(".dbf"))
    page = path.with_suffix(".cpg")
    stated = page.read_text("ascii", "replace").strip().lower() if page.exists() else ""
    chinese = stated.removeprefix("oem ").removeprefix("ansi ") in _CHINESE
    if stated and not chinese and stated.replace("-", "") not in {"utf8", "65001"}:
        return None
    order = ("gb18030", "utf-8") if chinese else ("utf-8", "gb18030")
    return min(order, key=lambda one: sum(not _reads_as(text, one) for text in texts))


def _record_lengths(index: Path) -> NDArray[np.int64]:
    """Return the bytes of each record, its head included, as the .shx states them."""
    data = index.read_bytes()
    if len(data) < _HEAD or (len(data) - _HEAD) % _RECORD_HEAD:
        raise FileError("intake.shapefile", member=index.suffix)
    return np.frombuffer(data[_HEAD:], ">i4")[1::2].astype(np.int64) * 2 + _RECORD_HEAD


def _table(path: Path) -> tuple[int, int, int, list[tuple[bytes, bytes, int]]]:
    """Return the rows, the bytes of the head, the bytes of a row, and each field's name, type and width."""
    with path.open("rb") as file:
        start = file.read(_DBF_HEAD.size)
        if len(start) < _DBF_HEAD.size:
            raise FileError("intake.shapefile", member=".dbf")
        rows, head, width = _DBF_HEAD.unpack(start)
        raw = file.read(max(head - _DBF_HEAD.size - 1, 0))
    whole = raw[: len(raw) // _DBF_FIELD.size * _DBF_FIELD.size]
    return rows, head, width, [(name, kind, size) for name, kind, size in _DBF_FIELD.iter_unpack(whole)]


def _texts(path: Path) -> list[bytes]:
    """Return the field names and the texts of the first rows that hold any byte beyond ASCII."""
    rows, head, width, fields = _table(path)
    found = [name.rstrip(b"\x00") for name, _, _ in fields]
    with path.open("rb") as file:
        file.seek(head)
        data = file.read(min(rows * width, _SAMPLE_BYTES))
    for start in range(0, len(data) - width + 1, width or 1):
        at = start + 1
        for _, kind, size in fields:
            if kind == b"C":
                found.append(data[at : at + size].rstrip(b" \x00"))
            at += size
    return [text for text in found if not text.isascii()]


def _reads_as(text: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(text)  # not final: a field's width may cut a sign in two
    except UnicodeDecodeError:
        return False
    return True

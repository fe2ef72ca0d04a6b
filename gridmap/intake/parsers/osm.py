"""OpenStreetMap extracts (.pbf): each block inflated within the limits, then GDAL."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from gridmap.errors import FileError
from gridmap.intake.job import Job
from gridmap.intake.parts import Part

# The format's own bounds: https://wiki.openstreetmap.org/wiki/PBF_Format
_HEADER_BYTES, _BLOCK_BYTES = 64 * 1024, 32 * 1024 * 1024
_RAW, _ZLIB, _DATA_SIZE = 1, 3, 3
_VARINT, _BYTES, _SIZES = 0, 2, {1: 8, 5: 4}
_LENGTH = struct.Struct(">I")


def inspect(job: Job) -> None:
    """Refuse blocks that are not plain or zlib, unfold too far, or are cut off."""
    unzipped = 0
    try:
        for block in _blocks(job.path):
            unzipped += _unfolded(block)
            if unzipped > job.limits.unzipped_bytes:
                raise FileError("intake.unzipped_bytes", allowed=job.limits.unzipped_bytes)
    except (IndexError, KeyError, TypeError, struct.error, zlib.error):
        raise FileError("intake.unreadable", format="osm", problem="block") from None


def parse(job: Job) -> Iterator[Part]:
    """Yield the layers that GDAL makes of it: points, lines, multilinestrings, multipolygons, other_relations."""
    from gridmap.intake.parsers import vector

    yield from vector.read_all(job.path, job)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while start := file.read(_LENGTH.size):
            (length,) = _LENGTH.unpack(start)
            header = file.read(_checked(length, _HEADER_BYTES))
            size = dict(_fields(header))[_DATA_SIZE]
            block = file.read(_checked(int(size), _BLOCK_BYTES))
            if len(block) != size:
                raise IndexError
            yield block


def _checked(size: int, allowed: int) -> int:
    if size > allowed:
        raise FileError("intake.osm_block", found=size, allowed=allowed)
    return size


def _unfolded(block: bytes) -> int:
    held = dict(_fields(block))
    if _RAW in held:
        return len(bytes(held[_RAW]))
    if _ZLIB not in held:
        raise FileError("intake.osm_compression")
    inflater = zlib.decompressobj()
    size = len(inflater.decompress(bytes(held[_ZLIB]), _BLOCK_BYTES))
    if inflater.unconsumed_tail or not inflater.eof:
        raise FileError("intake.osm_block", found=size, allowed=_BLOCK_BYTES)
    return size


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the fields of a protobuf message: their number, and a whole number or bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        size, at = _varint(message, at) if kind == _BYTES else (_SIZES[kind], at)
        if at + size > len(message):
            raise IndexError
        yield number, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at
        if shift > 63:
            raise IndexError

"""Zip archives: what the directory says, and what the members really hold.

The directory may lie about sizes, and libraries differ in whom they believe. So every member is inflated here from
its compressed bytes, within the limits, before any library opens the archive.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from gridmap.errors import FileError
from gridmap.intake.limits import MEBIBYTE, Limits

_END_MARK, _END_BYTES, _COMMENT_BYTES = b"PK\x05\x06", 22, 65_535
_ENTRY_BYTES = 1_024  # of one directory entry, its name and extra fields included: far more than any program writes
_LOCAL = struct.Struct("<4s2xHH16xHH")  # mark, flags, method, length of name, length of extra
_LOCAL_MARK = b"PK\x03\x04"
_ENCRYPTED = 0x1
_CHUNK = 1 << 18
# Below this a high ratio costs nothing, and a few empty styles reach it.
_RATIO_COUNTS_FROM = MEBIBYTE


@dataclass(slots=True)
class Archive:
    """An archive whose directory has been checked; `chunks` gives what its members really hold."""

    path: Path
    limits: Limits
    members: list[ZipInfo]
    unzipped: int = field(default=0, init=False)

    def chunks(self, member: ZipInfo) -> Iterator[bytes]:
        """Yield the member's bytes; FileError above `unzip_ratio` or `unzipped_bytes`, or if the directory lied."""
        size = 0
        for chunk in _inflated(self.path, member):
            size += len(chunk)
            self.unzipped += len(chunk)
            _check_ratio(member, size, self.limits)
            if self.unzipped > self.limits.unzipped_bytes:
                raise FileError("intake.unzipped_bytes", allowed=self.limits.unzipped_bytes)
            yield chunk
        if size != member.file_size:
            raise FileError("intake.zip_lies", member=member.filename, found=size, stated=member.file_size)


def opened(path: Path, limits: Limits) -> Archive:
    """Return the archive after a look at its directory alone.

    FileError for too many members, one that is encrypted, compressed in an unknown way, a link, named twice or
    towards another folder, members that share bytes, or sizes in the directory that are already too large.
    """
    _check_directory_size(path, limits)
    try:
        with ZipFile(path) as held:
            members = held.infolist()
    except (BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        raise FileError("intake.unreadable", format="zip", problem=type(error).__name__) from None
    limits.check("zip_members", len(members))
    names: set[str] = set()
    for member in members:
        _check_member(member, names)
        _check_ratio(member, member.file_size, limits)
    _check_apart(members)
    if sum(member.file_size for member in members) > limits.unzipped_bytes:
        raise FileError("intake.unzipped_bytes", allowed=limits.unzipped_bytes)
    return Archive(path, limits, members)


def _check_directory_size(path: Path, limits: Limits) -> None:
    # zipfile builds an object for each entry before anyone can count them.
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END_BYTES - _COMMENT_BYTES))
        tail = file.read()
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise FileError("intake.unreadable", format="zip", problem="BadZipFile")
    entries, directory = struct.unpack_from("<HI", tail, at + 10)
    if directory > limits.zip_members * _ENTRY_BYTES:
        raise FileError("intake.zip_members", found=entries, allowed=limits.zip_members)


def _check_member(member: ZipInfo, names: set[str]) -> None:
    name = member.filename
    if member.flag_bits & _ENCRYPTED:
        raise FileError("intake.encrypted", member=name)
    if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise FileError("intake.zip_method", member=name, found=member.compress_type)
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name or not name.isprintable():
        raise FileError("intake.zip_name", member=name if name.isprintable() else ascii(name))
    if stat.S_IFMT(member.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise FileError("intake.zip_link", member=name)
    if name.casefold() in names:
        raise FileError("intake.zip_twice", member=name)
    names.add(name.casefold())


def _check_ratio(member: ZipInfo, size: int, limits: Limits) -> None:
    if size > _RATIO_COUNTS_FROM:
        limits.check("unzip_ratio", size // max(member.compress_size, 1), member=member.filename)


def _check_apart(members: list[ZipInfo]) -> None:
    ends = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.header_offset < ends:
            raise FileError("intake.zip_overlap", member=member.filename)
        ends = member.header_offset + _LOCAL.size + member.compress_size


def _inflated(path: Path, member: ZipInfo) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(member.header_offset)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size:
            raise _damaged(member)
        mark, _, method, name, extra = _LOCAL.unpack(head)
        if mark != _LOCAL_MARK or method != member.compress_type:
            raise _damaged(member)
        file.seek(name + extra, os.SEEK_CUR)
        left = member.compress_size
        inflater = zlib.decompressobj(-zlib.MAX_WBITS) if method == ZIP_DEFLATED else None
        while left and (raw := file.read(min(left, _CHUNK))):
            left -= len(raw)
            if inflater is None:
                yield raw
                continue
            try:
                while raw:
                    yield inflater.decompress(raw, _CHUNK)
                    raw = inflater.unconsumed_tail
            except zlib.error:
                raise _damaged(member) from None
        if left or (inflater is not None and not inflater.eof):
            raise _damaged(member)


def _damaged(member: ZipInfo) -> FileError:
    return FileError("intake.zip_damaged", member=member.filename)

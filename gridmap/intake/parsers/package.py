"""A zip that holds one file of another format, a Shapefile with its sidecars: unpacked within the limits, then read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path, PurePosixPath
from types import ModuleType
from zipfile import ZipInfo

from gridmap.errors import FileError
from gridmap.intake import formats
from gridmap.intake.doors import COPY, SIDECARS
from gridmap.intake.job import Job
from gridmap.intake.parsers import archive
from gridmap.intake.parts import Part

_FOLDER = Path("unpacked")
_NESTED = {".zip", ".xlsx", ".kmz", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".zst"}
_NAMED_IN_UTF8 = 0x800


def inspect(job: Job) -> None:
    """Unpack the one file that is read and inspect it; FileError for a nested archive, for none, for more than one."""
    held = archive.opened(job.path, job.limits)
    names = {member.filename: PurePosixPath(_name(member)) for member in held.members if _counts(member)}
    nested = [str(name) for name in names.values() if name.suffix.lower() in _NESTED]
    if nested:
        raise FileError("intake.zip_nested", member=nested[0])
    read = [name for name in names.values() if name.suffix.lower() in formats.BY_EXTENSION]
    if len(read) != 1:
        raise FileError("intake.zip_one", found=len(read), allowed=formats.ALLOWED)
    _FOLDER.mkdir()
    for member in held.members:
        name = names.get(member.filename)
        belongs = name == read[0] or (
            name and name.suffix.lower() in SIDECARS and name.with_suffix("") == read[0].with_suffix("")
        )
        with (_FOLDER / f"{COPY}{name.suffix.lower()}" if name and belongs else Path("skipped")).open("wb") as file:
            file.writelines(held.chunks(member))
    (_FOLDER / "stem").write_text(read[0].stem, "utf-8")
    inner, parser = _inner(job)
    with inner.path.open("rb") as file:
        formats.agree(formats.BY_NAME[inner.format], file.read(formats.HEAD_BYTES))
    parser.inspect(inner)


def parse(job: Job) -> Iterator[Part]:
    """Yield the parts of the file within."""
    inner, parser = _inner(job)
    yield from parser.parse(inner)


def _inner(job: Job) -> tuple[Job, ModuleType]:
    path = next(one for one in _FOLDER.iterdir() if one.suffix in formats.BY_EXTENSION)
    found = formats.named(path)
    stem = (_FOLDER / "stem").read_text("utf-8")
    return replace(job, format=found.name, path=path, stem=stem), import_module(
        f"gridmap.intake.parsers.{found.parser}"
    )


def _counts(member: ZipInfo) -> bool:
    """Return whether the member is a file that somebody put there, not a folder or what a Mac adds."""
    name = member.filename
    return not (member.is_dir() or name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith("."))


def _name(member: ZipInfo) -> str:
    """Return the member's name; one without a stated encoding was written in the code page of its computer."""
    name = member.filename
    if member.flag_bits & _NAMED_IN_UTF8 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name

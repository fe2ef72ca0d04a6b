"""Text tables (csv): encoding and delimiter found out, then rows."""

from __future__ import annotations

import codecs
import csv
import mmap
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from gridmap.errors import FileError
from gridmap.intake.job import Job
from gridmap.intake.parts import Part

# A file without a mark is UTF-8 if it can be: GB18030 text practically never is.
_GUESSES = ("utf-8", "gb18030")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = "\t,;"
_CHUNK = 1 << 20
_SAMPLE_LINES = 50
_QUOTED = re.compile(r'"[^"]*"')


def inspect(job: Job) -> None:
    """Refuse NUL bytes, and a line longer than `line_bytes`."""
    with job.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if _mark(data[:4]) == "utf-16":
            return  # NUL bytes are half of it; the decoder and the parser's limits hold
        at = data.find(b"\x00")
        if at >= 0:
            raise FileError("intake.nul", offset=at)
        _check_lines(data, job.limits.line_bytes)


def _check_lines(data: mmap.mmap, allowed: int) -> None:
    """Look only at the last line break of each window: short lines cost nothing."""
    start = 0
    while len(data) - start > allowed:
        end = max(data.rfind(b"\n", start, start + allowed + 1), data.rfind(b"\r", start, start + allowed + 1))
        if end < 0:
            raise FileError("intake.line_bytes", allowed=allowed)
        start = end + 1


def parse(job: Job) -> Iterator[Part]:
    """Yield the one sheet, nameless; every cell is text or empty."""
    from gridmap.intake.parsers.columns import table_of

    encoding = job.encoding or encoding_of(job.path)
    csv.field_size_limit(job.limits.text + 1)
    try:
        with _open(job.path, encoding) as lines:
            delimiter = delimiter_of(islice(lines, _SAMPLE_LINES))
        with _open(job.path, encoding) as lines:
            yield Part("sheet", "", table_of(_records(csv.reader(lines, delimiter=delimiter), job), job.limits))
    except (UnicodeError, LookupError):
        raise FileError("intake.encoding", encoding=encoding, tried=", ".join(_GUESSES)) from None


def encoding_of(path: Path) -> str:
    """Return the encoding that a byte-order mark states, else the first of UTF-8 and GB18030 the whole file is in."""
    with path.open("rb") as file:
        if mark := _mark(file.read(4)):
            return mark
    for guess in _GUESSES:
        if _reads_as(path, guess):
            return guess
    raise FileError("intake.encoding", encoding="-", tried=", ".join(_GUESSES))


def delimiter_of(lines: Iterable[str]) -> str:
    """Return the one of tab, comma, semicolon that stands in most of the lines outside quotes, and there most often."""
    bare = [_QUOTED.sub("", line) for line in lines if line.strip()]
    found = {one: sorted(line.count(one) for line in bare) for one in _DELIMITERS}
    # The median: a title row or a sentence with commas decides nothing.
    return max(_DELIMITERS, key=lambda one: found[one][len(bare) // 2] if bare else 0)


def _records(reader: Iterator[list[str]], job: Job) -> Iterator[list[str]]:
    row = 0
    try:
        for row, record in enumerate(reader, start=1):  # noqa: B007 # told where the reader breaks
            yield record
    except csv.Error:
        raise FileError("intake.text", row=row + 1, found=job.limits.text + 1, allowed=job.limits.text) from None


def _mark(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _reads_as(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _open(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, newline="")

"""The parsing process: shut itself in, look at the raw bytes, parse, write columns to standard output.

Run by `gridmap.intake.sandbox` alone. It imports only what the format needs, after the walls stand.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from gridmap.errors import FileError
from gridmap.intake import confinement, formats, parts
from gridmap.intake.job import Job
from gridmap.intake.limits import MEBIBYTE, Limits
from gridmap.intake.parts import Part


class Parser(Protocol):
    """A module of `gridmap.intake.parsers`."""

    def inspect(self, job: Job) -> None:
        """Raise FileError for what no parser may see; cheap, in bounded memory."""

    def parse(self, job: Job) -> Iterator[Part]:
        """Yield the sheets or layers; FileError where a limit is passed."""


def main() -> None:
    """Do the one job that stands on standard input, and end."""
    job, out = _job(), _answer()
    confinement.shut_in(job.limits)
    confinement.leave_out_unneeded()
    try:
        _work(job, out)
    except FileError as error:
        _refuse(error, out)
    except (MemoryError, ImportError):  # a library that no longer fits is not found either
        allowed = confinement.lift_memory() // MEBIBYTE
        _refuse(FileError("intake.memory", allowed=allowed), out)
    except Exception as error:  # noqa: BLE001 # every parser has errors of its own: all mean that the file is damaged
        _refuse(FileError("intake.unreadable", format=job.format, problem=type(error).__name__), out)
    os._exit(0)  # the answer is whole: no library's clean-up may still fail


def _work(job: Job, out: BinaryIO) -> None:
    parser = cast("Parser", import_module(f"gridmap.intake.parsers.{formats.BY_NAME[job.format].parser}"))
    confinement.limit(job.limits.inspect_seconds, job.limits.inspect_bytes)
    parser.inspect(job)
    confinement.limit(job.limits.parse_seconds, job.limits.parse_bytes)
    parts.write(parser.parse(job), out)


def _refuse(error: FileError, out: BinaryIO) -> None:
    out.seek(0)
    out.truncate()
    parts.write_refusal(error, out)


def _job() -> Job:
    given = json.load(sys.stdin)
    given["limits"] = Limits(**given["limits"])
    given["path"] = Path(given["path"])
    given["drivers"] = tuple(given["drivers"])
    return Job(**given)


def _answer() -> BinaryIO:
    # Libraries may print: their standard output is nowhere, the answer has a descriptor of its own.
    answer = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answer

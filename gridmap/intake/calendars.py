"""Read the year's notice of holidays, or another country's table of working days: a day and whether it is one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from gridmap.errors import Fault, FaultsError, FileError
from gridmap.intake import raw
from gridmap.intake.headers import Headers
from gridmap.intake.limits import Limits
from gridmap.intake.listing import from_sheet
from gridmap.intake.rows import Refused, Rows
from gridmap.intake.texts import Mask
from gridmap.intake.values import Problem
from gridmap.layer import Choice, Field, FieldType, Layer, Style
from gridmap.words import spellings_calendar as spelled

_WORKING = "working"


def _choice(value: str, words: tuple[str, ...]) -> Choice:
    return Choice(value, words[0], value, words[2:])


def _field(name: str, type_: FieldType, choices: tuple[Choice, ...] = ()) -> Field:
    zh, en, *rest = spelled.HEADERS[name]
    return Field(name, zh, en, type_, required=True, aliases=tuple(rest), choices=choices)


# No layer of the map: it lets a notice be read as every register is.
NOTICE = Layer(
    name="calendar",
    zh=spelled.HEADERS["day"][0],
    en="calendar",
    geometry="point",
    key="",
    fields=(
        _field("day", "day"),
        _field("working", "choice", (_choice(_WORKING, spelled.WORKING), _choice("off", spelled.OFF))),
    ),
    style=Style("#000000"),
)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a notice says: `days`, each with whether it is a working day, in their order.

    A row with a fault says nothing: its faults are in `faults`, the row as written in `refused`.
    """

    days: Mapping[dt.date, bool]
    faults: tuple[Fault, ...]
    rows: int
    file: str
    digest: str
    unread: tuple[str, ...]
    refused: tuple[Refused, ...] = field(repr=False)


def read_calendar(path: Path, *, limits: Limits | None = None, encoding: str | None = None) -> CalendarFile:
    """Read the days of every sheet (xlsx, xls, csv) that has a column of days and one that says which are worked.

    A day said twice is a fault if the two differ. Raises FileError for a file that cannot be read or has no such
    header, FaultsError if a sheet has one of the two columns only.
    """
    contents = raw.read_contents(path, limits=limits, encoding=encoding)
    headers = Headers(NOTICE)
    sheets = [part for part in contents.parts if isinstance(part, raw.Sheet)]
    found = [listing for one in sheets if (listing := from_sheet(one, headers.target)) is not None]
    if not found:
        raise FileError("intake.no_header", file=path.name, layer=NOTICE.name, names=", ".join(NOTICE.by_name))
    matches = [headers.match(one.headers, path.name, one.name) for one in found]
    lacking = [fault for match in matches for fault in match.faults]
    if lacking:
        raise FaultsError(lacking)
    read = [Rows(one, match, NOTICE, at, path.name) for at, (one, match) in enumerate(zip(found, matches, strict=True))]
    said: dict[dt.date, bool] = {}
    for rows in read:
        rows.read(crs=None, known=None, bounds=None)
        _agree(rows, said)
    faults = sorted((one for rows in read for one in rows.found), key=lambda one: one.at)
    return CalendarFile(
        days=dict(sorted(said.items())),
        faults=tuple(one.fault for one in faults),
        rows=sum(len(rows.frame) for rows in read),
        file=path.name,
        digest=contents.digest,
        unread=tuple(header for match in matches for header in match.unread),
        refused=tuple(one for rows in read for one in rows.refused()),
    )


def _agree(rows: Rows, said: dict[dt.date, bool]) -> None:
    """Take what the good rows say into `said`; a day said otherwise before is a fault."""
    differs = np.zeros(len(rows.frame), dtype=bool)
    for at, day, works in _good(rows.frame, rows.wrong):
        differs[at] = said.setdefault(day, works) != works
    rows.refuse("working", Problem("intake.calendar_differs", differs), rows.frame["day"].tolist(), personal=False)


def _good(frame: pd.DataFrame, wrong: Mask) -> Iterator[tuple[int, dt.date, bool]]:
    for at, (day, works) in enumerate(zip(frame["day"], frame["working"], strict=True)):
        if not wrong[at]:
            yield at, dt.date.fromisoformat(day), works == _WORKING

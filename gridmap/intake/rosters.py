"""Read a roster: who holds which cell, who is away and who stands in, from a workbook or csv as an office keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from gridmap.errors import Fault, FaultsError, FileError
from gridmap.intake import raw
from gridmap.intake.headers import Headers, Match
from gridmap.intake.limits import Limits
from gridmap.intake.listing import Listing, from_sheet
from gridmap.intake.roster_rows import Sheet, said_by
from gridmap.intake.rows import Refused, Rows
from gridmap.layer import Choice, Field, FieldType, Layer, Mark, Style
from gridmap.words import spellings

_NO_CHOICE: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def _field(
    name: str, type_: FieldType = "text", mark: Mark = "public", words: Mapping[str, tuple[str, ...]] = _NO_CHOICE
) -> Field:
    zh, en, *rest = spellings.ROSTER_HEADERS[name]
    choices = tuple(Choice(value, zh, value, tuple(others)) for value, (zh, *others) in words.items())
    return Field(name, zh, en, type_, mark, aliases=tuple(rest), choices=choices)


# No layer of the map: it lets a roster be read as every register is. One declaration for its three kinds of sheet.
ROSTER = Layer(
    name="roster",
    zh=spellings.ROSTER_HEADERS["name"][0],
    en="roster",
    geometry="point",
    key="number",
    fields=(
        _field("number"),
        _field("name"),
        _field("tier", "choice", words=spellings.TIERS),
        _field("unit"),
        _field("phone", mark="personal"),
        _field("cells"),
        _field("part", "choice", words=spellings.PARTS),
        _field("kind", "choice", words=spellings.POST_KINDS),
        _field("chief", "boolean"),
        _field("stand_in"),
        _field("begin", "day"),
        _field("end", "day"),
    ),
    style=Style("#000000"),
)
_NEEDED = {"posts": ("name", "tier", "cells"), "absences": ("begin", "end"), "stand_ins": ("stand_in", "begin")}


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a roster file says.

    `cadres`, `units`, `assignments`, `absences`, `stand_ins` as in `people.roster`, days as ISO text; a missing
    `valid_from` of an assignment means the day of import. `phones`: cadre -> telephone (personal). A row with any fault
    says nothing: its faults are in `faults`, the row as written in `refused`. `rows` counts good and bad ones; `unread`
    names headers that mean nothing and sheets that are no part of a roster.
    """

    cadres: pd.DataFrame
    units: pd.DataFrame
    assignments: pd.DataFrame
    absences: pd.DataFrame
    stand_ins: pd.DataFrame
    phones: Mapping[str, str] = field(repr=False)
    faults: tuple[Fault, ...]
    rows: int
    file: str
    digest: str
    unread: tuple[str, ...]
    refused: tuple[Refused, ...] = field(repr=False)


def read_roster(
    path: Path,
    *,
    cells: pd.DataFrame,
    codes: Iterable[str] = (),
    known: pd.DataFrame,
    on: dt.date,
    limits: Limits | None = None,
    encoding: str | None = None,
) -> RosterFile:
    """Read the posts, absences and stand-ins in a file, and every fault of every row, in one pass.

    One row is a cadre and his post: name, number, tier, unit, telephone, cells (codes or names, several split by
    commas, slashes or line breaks), part, kind, first day, day after the last, chief of his unit or not. A row with a
    unit and no name gives the unit the cells. Without a number a cadre is known by unit and name. Absences and
    stand-ins stand on sheets of their own, recognised by their headers.

    `cells`: code and name of the grid in force; `codes`: those of other editions, which a post may name by code alone;
    `known`: the cadres already kept (cadre, name, unit); `on`: the day that an empty first day means.

    Raises FileError for a file that cannot be read or is no roster, FaultsError if every roster sheet lacks a column.
    """
    contents = raw.read_contents(path, limits=limits, encoding=encoding)
    headers = Headers(ROSTER)
    parts = [part for part in contents.parts if isinstance(part, raw.Sheet)]
    listings = [found for part in parts if (found := from_sheet(part, headers.target)) is not None]
    matched = [(one, match, kind) for one in listings if (kind := _kind(match := headers.match(one.headers)))]
    if not matched:
        raise FileError("intake.no_header", file=path.name, layer=ROSTER.name, names=", ".join(ROSTER.by_name))
    lacking = [fault for one, match, kind in matched for fault in _lacking(one, match, kind, path.name)]
    chosen = [one for one in matched if not list(_lacking(*one, path.name))]
    if not chosen:
        raise FaultsError(lacking)
    sheets = [_read(listing, match, kind, at, path.name) for at, (listing, match, kind) in enumerate(chosen)]
    said = said_by(sheets, cells, frozenset(codes), known, on)
    faults = sorted((one for sheet in sheets for one in sheet.rows.found), key=lambda one: one.at)
    read = {listing.name for listing, _, _ in chosen}
    return RosterFile(
        **said,
        faults=(*lacking, *(one.fault for one in faults)),
        rows=sum(len(sheet.rows.frame) for sheet in sheets),
        file=path.name,
        digest=contents.digest,
        unread=(*(h for _, match, _ in chosen for h in match.unread), *(p.name for p in parts if p.name not in read)),
        refused=tuple(one for sheet in sheets for one in sheet.rows.refused()),
    )


def _kind(match: Match) -> str | None:
    """Return which kind of sheet has these headers; null = no part of a roster."""
    if "stand_in" in match.columns:
        return "stand_ins"
    if {"cells", "tier"} & set(match.columns):
        return "posts"
    whose = {"name", "number"} & set(match.columns)
    return "absences" if whose and "begin" in match.columns else None


def _lacking(listing: Listing, match: Match, kind: str, file: str) -> Iterable[Fault]:
    for fault in match.faults:
        yield Fault(fault.code, file=file, sheet=listing.name, inputs=fault.inputs)
    there = ", ".join(header for header in listing.headers if header)
    for name in _NEEDED[kind]:
        if name not in match.columns:
            inputs = {"names": ", ".join(ROSTER.by_name[name].headers()), "headers": there}
            yield Fault("intake.missing_column", file=file, sheet=listing.name, column=name, inputs=inputs)


def _read(listing: Listing, match: Match, kind: str, at: int, file: str) -> Sheet:
    rows = Rows(listing, match, ROSTER, at, file)
    rows.read(crs=None, known=None, bounds=None)
    return Sheet(kind, rows)

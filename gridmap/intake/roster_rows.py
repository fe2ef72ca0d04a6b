"""The rows of a roster taken together: whose they are, which cells they name, and what contradicts what."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from gridmap.intake.rows import Rows
from gridmap.intake.texts import flat_one, objects
from gridmap.intake.values import Problem
from gridmap.people.roster import ABSENCE_COLUMNS, ASSIGNMENT_COLUMNS, CADRE_COLUMNS, STAND_IN_COLUMNS, UNIT_COLUMNS
from gridmap.words.spellings import BETWEEN_CELLS

_ABOUT = ("name", "tier", "unit")  # what all rows of one cadre must agree in
_ENDLESS = "~"  # stands after every ISO day


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a roster: posts, absences or stand_ins."""

    kind: str
    rows: Rows


@dataclass(slots=True)
class Line:
    """One row: its values (null where empty) and the cadre and cells found for it."""

    sheet: Sheet
    at: int
    values: dict[str, Any]
    cadre: str | None = None
    cells: list[str] = field(default_factory=list)

    @property
    def where(self) -> str:
        """The row as a message names it."""
        name = self.sheet.rows.listing.name
        return f"{name}!{self.values['row']}" if name else str(self.values["row"])

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.sheet.rows.wrong[self.at]

    def refuse(self, target: str, code: str, **inputs: object) -> None:
        """Take a fault of this row under the header of `target`."""
        rows = self.sheet.rows
        where = np.arange(len(rows.frame)) == self.at
        written = objects(rows.sources[target].column.texts) if target in rows.sources else [None] * len(where)
        rows.refuse(
            target, Problem(code, where, inputs), written, personal=rows.is_personal(rows.layer.by_name[target])
        )


def said_by(
    sheets: Sequence[Sheet], cells: pd.DataFrame, codes: frozenset[str], known: pd.DataFrame, on: dt.date
) -> dict[str, Any]:
    """Return what the good rows say, by the names of `RosterFile`, and add to each sheet what is wrong in its rows."""
    lines = [line for sheet in sheets for line in _lines(sheet)]
    posts = [line for line in lines if line.sheet.kind == "posts"]
    finder = _Cells(cells, codes)
    for line in lines:
        _check_days(line, on)
        line.cells = finder.find(line)
    _number(posts, known)
    _agree(posts)
    _chiefs(posts)
    people = _People(posts, known)
    for line in lines:
        if line.sheet.kind != "posts":
            line.cadre = people.find(line, "number" if line.values["number"] else "name")
    stood = {id(line): people.find(line, "stand_in") for line in lines if line.sheet.kind == "stand_ins"}
    _once(lines, on, stood)
    good = [line for line in lines if line.good]
    return {
        "cadres": _cadres(good),
        "units": _units(good),
        "assignments": _frame(ASSIGNMENT_COLUMNS, (row for line in good for row in _posts(line))),
        "absences": _frame(ABSENCE_COLUMNS, ((one.cadre, *_days(one)) for one in good if one.sheet.kind == "absences")),
        "stand_ins": _frame(
            STAND_IN_COLUMNS,
            (
                (one.cadre, stood[id(one)], cell, *_days(one))
                for one in good
                if one.sheet.kind == "stand_ins"
                for cell in one.cells or (None,)
            ),
        ),
        "phones": {one.cadre: one.values["phone"] for one in good if one.cadre and one.values["phone"]},
    }


def _lines(sheet: Sheet) -> Iterator[Line]:
    frame = sheet.rows.frame
    columns = {name: frame.get(name) for name in (*sheet.rows.layer.by_name, "row")}
    values = {
        name: [None] * len(frame) if held is None else held.astype(object).where(held.notna(), None).tolist()
        for name, held in columns.items()
    }
    for at in range(len(frame)):
        yield Line(sheet, at, {name: held[at] for name, held in values.items()})


def _days(line: Line) -> tuple[str | None, str | None]:
    return line.values["begin"], line.values["end"]


def _check_days(line: Line, on: dt.date) -> None:
    begin, end = _days(line)
    if end is not None and end <= (begin or on.isoformat()):
        line.refuse("end", "intake.roster_days", begin=begin or on.isoformat())


class _Cells:
    """Codes and names of cells; names those of the grid in force."""

    def __init__(self, cells: pd.DataFrame, codes: frozenset[str]) -> None:
        self._codes = codes | set(cells["code"])
        self._named: dict[str, list[str]] = defaultdict(list)
        for code, name in zip(cells["code"], cells["name"], strict=True):
            if isinstance(name, str):
                self._named[flat_one(name)].append(code)

    def find(self, line: Line) -> list[str]:
        """Return the codes that a row names; what is no cell, or several, is a fault."""
        found: list[str] = []
        for part in re.split(BETWEEN_CELLS, line.values["cells"] or ""):
            spelled = flat_one(part)
            if not spelled:
                continue
            codes = [part.strip()] if part.strip() in self._codes else self._named.get(spelled, [])
            codes = codes or [code for code in (spelled, spelled.upper()) if code in self._codes][:1]
            if len(codes) == 1:
                found += [code for code in codes if code not in found]
            elif codes:
                line.refuse("cells", "intake.roster_cell_ambiguous", cell=part.strip(), codes=", ".join(sorted(codes)))
            else:
                line.refuse("cells", "intake.roster_cell_unknown", cell=part.strip())
        return found


def _number(posts: Iterable[Line], known: pd.DataFrame) -> None:
    """Give each row its cadre: his number, else that of the one cadre of his unit and name, else unit and name."""
    numbers: dict[tuple[Any, Any], set[str]] = defaultdict(set)
    for cadre, name, unit in zip(known["cadre"], known["name"], known["unit"], strict=True):
        numbers[(unit if isinstance(unit, str) else None, name)].add(cadre)
    bare: dict[tuple[Any, Any], Line] = {}
    posts = list(posts)
    for line in posts:
        if line.values["number"] and line.values["name"]:
            numbers[(line.values["unit"], line.values["name"])].add(line.values["number"])
    for line in posts:
        name, unit = line.values["name"], line.values["unit"]
        if name is None:
            if unit is None:
                line.refuse("name", "intake.roster_nobody")
            continue
        if line.values["tier"] is None and line.good:
            line.refuse("tier", "intake.required", field="tier")
        line.cadre = line.values["number"] or _of_name(line, numbers[(unit, name)], bare)


def _of_name(line: Line, numbers: set[str], bare: dict[tuple[Any, Any], Line]) -> str:
    name, unit = line.values["name"], line.values["unit"]
    if len(numbers) > 1:
        line.refuse("name", "intake.roster_namesakes", numbers=", ".join(sorted(numbers)))
    first = bare.setdefault((unit, name), line)
    alike = all(first.values[one] == line.values[one] and line.values[one] for one in ("phone", "tier"))
    if first is not line and not alike:
        line.refuse("name", "intake.roster_namesake", first=first.where)
    return min(numbers) if numbers else f"{unit}/{name}" if unit else str(name)


def _agree(posts: Iterable[Line]) -> None:
    """Refuse a row that says another name, tier or unit of a cadre than an earlier one."""
    first: dict[str, Line] = {}
    for line in posts:
        if line.cadre is None:
            continue
        before = first.setdefault(line.cadre, line)
        for name in _ABOUT:
            if before.values[name] != line.values[name] and line.values[name] is not None:
                line.refuse(name, "intake.roster_differs", first=before.where)


def _chiefs(posts: Iterable[Line]) -> None:
    """Refuse a second chief of a unit."""
    first: dict[str, Line] = {}
    for line in posts:
        unit = line.values["unit"]
        if line.values["chief"] and unit and line.cadre:
            before = first.setdefault(unit, line)
            if before.cadre != line.cadre:
                line.refuse("chief", "intake.roster_two_chiefs", unit=unit, first=before.where)


class _People:
    """Who is meant by a number or a name: the cadres of the file and those kept."""

    def __init__(self, posts: Iterable[Line], known: pd.DataFrame) -> None:
        self._meant: dict[str, set[str]] = defaultdict(set)
        self._numbers = set(known["cadre"]) | {line.cadre for line in posts if line.cadre}
        for cadre, name in zip(known["cadre"], known["name"], strict=True):
            self._meant[flat_one(name)].add(cadre)
        for line in posts:
            if line.cadre:
                self._meant[flat_one(line.values["name"])].add(line.cadre)

    def find(self, line: Line, target: str) -> str | None:
        """Return the cadre that a row names under `target`; nobody or several are a fault."""
        said = line.values[target]
        if said in self._numbers:
            return str(said)
        found = sorted(self._meant.get(flat_one(said or ""), ()))
        if len(found) == 1:
            return found[0]
        if said is None:
            line.refuse(target, "intake.required", field=target)
        elif found:
            line.refuse(target, "intake.roster_namesakes", numbers=", ".join(found))
        else:
            line.refuse(target, "intake.roster_person_unknown")
        return None


def _once(lines: Iterable[Line], on: dt.date, stood: dict[int, str | None]) -> None:
    """Refuse a row that gives a post, absence or stand-in on days on which an earlier row gives it already."""
    terms: dict[tuple[object, ...], list[tuple[str, str, Line]]] = defaultdict(list)
    for line in lines:
        begin, end = _days(line)
        span = (begin or on.isoformat(), end or _ENDLESS)
        for key in _keys(line, stood.get(id(line))):
            before = next((one for low, high, one in terms[key] if low < span[1] and span[0] < high), None)
            if before is not None:
                target = "cells" if "cells" in line.sheet.rows.sources else "begin"
                line.refuse(target, "intake.roster_twice", first=before.where)
                break
            terms[key].append((*span, line))


def _keys(line: Line, stand_in: str | None) -> list[tuple[object, ...]]:
    kind = line.sheet.kind
    if kind == "posts":
        return [row[:5] for row in _posts(line)]
    return [(kind, line.cadre, stand_in, cell) for cell in line.cells or (None,)] if line.cadre else []


def _posts(line: Line) -> list[tuple[Any, ...]]:
    if line.sheet.kind != "posts":
        return []
    holder = ("cadre", line.cadre) if line.cadre else ("unit", line.values["unit"])
    part, kind = line.values["part"] or "head", line.values["kind"] or "charge"
    return [(cell, *holder, part, kind, *_days(line)) for cell in line.cells]


def _cadres(good: Iterable[Line]) -> pd.DataFrame:
    rows = {line.cadre: line.values for line in reversed(list(good)) if line.sheet.kind == "posts" and line.cadre}
    return _frame(CADRE_COLUMNS, ((cadre, *(rows[cadre][name] for name in _ABOUT)) for cadre in sorted(map(str, rows))))


def _units(good: Iterable[Line]) -> pd.DataFrame:
    chiefs: dict[str, str | None] = {}
    for line in good:
        unit = line.values["unit"] if line.sheet.kind == "posts" else None
        if unit:
            chiefs[unit] = chiefs.get(unit) or (line.cadre if line.values["chief"] else None)
    return _frame(UNIT_COLUMNS, sorted(chiefs.items()))


def _frame(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns), dtype=object)

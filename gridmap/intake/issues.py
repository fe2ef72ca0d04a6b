"""Read a register of issues as another system or a workbook keeps it: one row an issue, from report to end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from gridmap.errors import ArgumentError
from gridmap.intake.instants import read_instants
from gridmap.intake.limits import Limits
from gridmap.intake.locating import Bounds
from gridmap.intake.registers import Register, Where, read_register
from gridmap.intake.rows import Rows
from gridmap.intake.texts import flat_one, objects
from gridmap.intake.values import Problem
from gridmap.layer import Field, FieldType, Layer, Mark, Style
from gridmap.ledger.categories import Category
from gridmap.words import spellings

ANY_OTHER, EMPTY = "*", "-"
INSTANTS = ("reported", "due", "closed")
_WORDED = ("category", "source", "result")
_NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})
_EVERY_ROW: Where = MappingProxyType({})
_NO_MAPPING: Mapping[str, str] = MappingProxyType({})


def _field(name: str, mark: Mark = "public", *, required: bool = False) -> Field:
    zh, en, *rest = spellings.ISSUE_HEADERS[name]
    text: FieldType = "text"
    return Field(name, zh, en, text, mark, required=required, aliases=tuple(rest))


# No layer of the map: it lets a register of issues be read as every register is.
ISSUES = Layer(
    name="issues",
    zh=spellings.ISSUE_HEADERS["number"][0],
    en="issues",
    geometry="point",
    key="number",
    fields=(
        _field("number", required=True),
        _field("category"),
        _field("source"),
        _field("unit"),
        _field("holder"),
        _field("reported", required=True),
        _field("due"),
        _field("closed"),
        _field("result"),
        _field("of"),
        _field("text", "personal"),
        _field("reporter", "personal"),
        _field("phone", "personal"),
    ),
    style=Style("#000000"),
)


@dataclass(frozen=True, slots=True)
class IssueTerms:
    """What a register of issues does not say itself.

    `zone`: of times without an offset. `now`: nothing can have happened after it. `categories`: those in force;
    `category`: of rows that name none ("" = each must). `source`: of rows that name none. `words`: by field (category,
    source, result) from the file's word to ours; `*` stands for any other word, `-` for an empty cell. An ending is a
    result, `duplicate` or `rejected`. `holders`: cadre by number and by name, flat; a name of several is absent.
    """

    zone: ZoneInfo
    now: dt.datetime
    categories: Mapping[str, Category]
    category: str = ""
    source: str = "phone"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NOTHING)
    holders: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        allowed = self.allowed()
        given = [(name, value) for name, held in self.words.items() for value in held.values()]
        given += [("category", self.category)] if self.category else []
        for name, value in [*given, ("source", self.source)]:
            if name not in allowed:
                raise ArgumentError("intake.issue_words", field=name, allowed=", ".join(_WORDED))
            if value not in allowed[name]:
                raise ArgumentError("intake.issue_word", field=name, value=value, allowed=", ".join(allowed[name]))

    def allowed(self) -> dict[str, tuple[str, ...]]:
        """Return the values of the fields whose words are ours."""
        return {
            "category": tuple(self.categories),
            "source": tuple(spellings.SOURCES),
            "result": tuple(spellings.ENDINGS),
        }

    def spelled(self, name: str) -> dict[str, str]:
        """Return every known spelling of a field's values, flat, and the value it stands for."""
        named = {one.name: (one.name, one.zh, one.en) for one in self.categories.values()}
        kinds: Mapping[str, Mapping[str, tuple[str, ...]]]
        kinds = {"category": named, "source": spellings.SOURCES, "result": spellings.ENDINGS}
        known = {flat_one(word): value for value, words in kinds[name].items() for word in words}
        return known | {flat_one(word): value for word, value in self.words.get(name, {}).items()}


def read_issues(
    path: Path,
    terms: IssueTerms,
    *,
    mapping: Mapping[str, str] = _NO_MAPPING,
    where: Where = _EVERY_ROW,
    crs: str | None = None,
    sheet: str | None = None,
    bounds: Bounds | None = None,
    limits: Limits | None = None,
    encoding: str | None = None,
) -> Register:
    """Read the issues in a file, and every fault of every row, in one pass; arguments as `registers.read_register`.

    `Register.frame` has all fields of `ISSUES` (text: object, None where empty; reported, due and closed:
    datetime64[us, UTC]; category, source and result in our words), `cell`, `sheet`, `row`, `geometry` (EPSG:4326).
    An issue is closed where it has a closing time; a result without one says nothing. Faults beside those of every
    register: what is no instant, one in the future, closed before it was reported, closed without a result, a word
    that means nothing, a person not on the roster.
    """
    register = read_register(
        path,
        ISSUES,
        mapping=mapping,
        where=where,
        crs=crs,
        sheet=sheet,
        bounds=bounds,
        limits=limits,
        encoding=encoding,
        also=lambda rows: _look(rows, terms),
    )
    frame = register.frame
    for one in ISSUES.fields:
        if one.name not in frame:
            frame[one.name] = np.full(len(frame), None, dtype=object)
        if one.name in INSTANTS:
            frame[one.name] = pd.to_datetime(frame[one.name], utc=True).astype("datetime64[us, UTC]")
    return replace(register, frame=frame)


def _look(rows: Rows, terms: IssueTerms) -> None:
    """Turn times into instants and words into ours, and refuse the rows where that fails."""
    for name in INSTANTS:
        if name in rows.sources:
            _instants(rows, name, terms)
    for name in _WORDED:
        _words(rows, name, terms)
    _holders(rows, terms)
    if "closed" not in rows.sources:
        return
    closed = rows.frame["closed"]
    early = Problem(code="intake.issue_closed_early", where=(closed < rows.frame["reported"]).to_numpy(dtype=np.bool_))
    _refuse(rows, "closed", early)
    lacking = closed.notna().to_numpy() & rows.frame["result"].isna().to_numpy() & ~rows.wrong
    _refuse(rows, "result", Problem(code="intake.issue_no_result", where=lacking))


def _instants(rows: Rows, name: str, terms: IssueTerms) -> None:
    read = read_instants(rows.sources[name].column, terms.zone)
    rows.frame[name] = read.values
    for problem in read.problems:
        _refuse(rows, name, problem)
    if name != "due":
        late = (read.values > terms.now).to_numpy(dtype=np.bool_)
        now = terms.now.astimezone(terms.zone).strftime("%Y-%m-%d %H:%M")
        _refuse(rows, name, Problem(code="intake.issue_future", where=late, inputs={"now": now}))


def _words(rows: Rows, name: str, terms: IssueTerms) -> None:
    spelled = terms.spelled(name)
    usual = {"category": terms.category, "source": terms.source}.get(name, "")
    written = pd.Series(None, index=rows.frame.index, dtype=object)
    if name in rows.sources:
        written = pd.Series(objects(rows.sources[name].column.texts), index=rows.frame.index, dtype=object)
    flat = written.map(flat_one, na_action="ignore")
    found = flat.map(spelled).astype(object)
    found = found.where(found.notna() | flat.isna(), spelled.get(ANY_OTHER))
    found = found.where(flat.notna(), spelled.get(EMPTY) or usual or None)
    rows.frame[name] = found.where(found.notna(), None)
    unknown = (flat.notna() & found.isna()).to_numpy(dtype=np.bool_)
    allowed = ", ".join(terms.allowed()[name])
    _refuse(rows, name, Problem(code="intake.not_choice", where=unknown, inputs={"allowed": allowed}))
    if name == "category":
        empty = (flat.isna() & found.isna()).to_numpy(dtype=np.bool_)
        _refuse(rows, name, Problem(code="intake.required", where=empty, inputs={"field": name}))


def _holders(rows: Rows, terms: IssueTerms) -> None:
    if "holder" not in rows.sources:
        return
    flat = rows.frame["holder"].map(flat_one, na_action="ignore")
    found = flat.map(terms.holders).astype(object)
    unknown = (flat.notna() & found.isna()).to_numpy(dtype=np.bool_)
    rows.frame["holder"] = found.where(found.notna(), None)
    _refuse(rows, "holder", Problem(code="intake.issue_holder", where=unknown))


def _refuse(rows: Rows, name: str, problem: Problem) -> None:
    count = len(rows.frame)
    held = objects(rows.sources[name].column.texts) if name in rows.sources else np.full(count, None, dtype=object)
    rows.refuse(name, problem, held, personal=False)

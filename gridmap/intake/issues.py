"""Read a register of issues as another system or a workbook keeps it: one row an issue, from report to end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from gridmap.errors import ArgumentError
from gridmap.intake.instants import read_instants
from gridmap.intake.issue_exports import compare
from gridmap.intake.limits import Limits
from gridmap.intake.locating import Bounds
from gridmap.intake.registers import Register, Where, read_register
from gridmap.intake.rows import Rows
from gridmap.intake.texts import Mask, flat_one, objects
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
        _field("issue"),
        _field("number", required=True),
        _field("state"),
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
    `kept`: the issues of these UUIDs as `intake.issue_exports` writes them; null = none is kept.
    """

    zone: ZoneInfo
    now: dt.datetime
    categories: Mapping[str, Category]
    category: str = ""
    source: str = "phone"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NOTHING)
    holders: Mapping[str, str] = field(default_factory=dict)
    kept: Callable[[list[str]], pd.DataFrame] | None = None

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
    An issue is closed where it has a closing time; a result without one says nothing, nor does a state. A row that
    names the UUID of an issue is one that went out as a workbook (`issue_exports`): each edited cell of it is a fault.
    Faults beside those of every
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
    look = _Look(rows, terms)
    for name in INSTANTS:
        if name in rows.sources:
            look.instants(name)
    for name in _WORDED:
        look.words(name)
    if "holder" in rows.sources:
        look.holders()
    if "closed" in rows.sources:
        look.ends()
    if look.own.any():
        uuids = rows.frame.loc[look.own, "issue"].tolist()
        compare(rows, look.own, terms.kept(uuids) if terms.kept else None, terms.categories)


class _Look:
    """The rows of one sheet, being looked at; of `own` ones, that went out from here, only the times are read."""

    def __init__(self, rows: Rows, terms: IssueTerms) -> None:
        self.rows, self.terms = rows, terms
        count = len(rows.frame)
        named = rows.frame["issue"].notna().to_numpy() if "issue" in rows.frame else np.zeros(count, dtype=np.bool_)
        self.own: Mask = np.asarray(named, dtype=np.bool_)

    def instants(self, name: str) -> None:
        read = read_instants(self.rows.sources[name].column, self.terms.zone)
        self.rows.frame[name] = read.values
        for problem in read.problems:
            self._refuse(name, problem)
        if name != "due":
            now = self.terms.now.astimezone(self.terms.zone).strftime("%Y-%m-%d %H:%M")
            self._refuse_new(name, "intake.issue_future", read.values > self.terms.now, {"now": now})

    def words(self, name: str) -> None:
        spelled = self.terms.spelled(name)
        usual = {"category": self.terms.category, "source": self.terms.source}.get(name, "")
        flat = self._written(name).map(flat_one, na_action="ignore")
        found = flat.map(spelled).astype(object)
        found = found.where(found.notna() | flat.isna(), spelled.get(ANY_OTHER))
        found = found.where(flat.notna(), spelled.get(EMPTY) or usual or None)
        self.rows.frame[name] = found.where(found.notna(), None)
        unknown, allowed = flat.notna() & found.isna(), ", ".join(self.terms.allowed()[name])
        self._refuse_new(name, "intake.not_choice", unknown, {"allowed": allowed})
        if name == "category":
            self._refuse_new(name, "intake.required", flat.isna() & found.isna(), {"field": name})

    def holders(self) -> None:
        flat = self.rows.frame["holder"].map(flat_one, na_action="ignore")
        found = flat.map(self.terms.holders).astype(object)
        self.rows.frame["holder"] = found.where(found.notna(), None)
        self._refuse_new("holder", "intake.issue_holder", flat.notna() & found.isna())

    def ends(self) -> None:
        closed, result = self.rows.frame["closed"], self.rows.frame["result"]
        self._refuse_new("closed", "intake.issue_closed_early", closed < self.rows.frame["reported"])
        self._refuse_new("result", "intake.issue_no_result", closed.notna() & result.isna() & ~self.rows.wrong)

    def _written(self, name: str) -> pd.Series:
        held = self.rows.sources.get(name)
        texts = np.full(len(self.rows.frame), None, dtype=object) if held is None else objects(held.column.texts)
        return pd.Series(texts, index=self.rows.frame.index, dtype=object)

    def _refuse_new(
        self, name: str, code: str, where: pd.Series, inputs: Mapping[str, object] = MappingProxyType({})
    ) -> None:
        new = where.to_numpy(dtype=np.bool_) & ~self.own
        self._refuse(name, Problem(code=code, where=np.asarray(new), inputs=inputs))

    def _refuse(self, name: str, problem: Problem) -> None:
        self.rows.refuse(name, problem, self._written(name), personal=False)
